#include "engine/media/waveform.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <optional>
#include <type_traits>

#include "engine/media/av_handles.h"
#include "engine/media/clock_repair.h"
#include "engine/media/frame_decoder.h"
#include "engine/media/media_input.h"
#include "engine/media/video_file.h"

extern "C" {
#include <libavutil/mathematics.h>
#include <libavutil/samplefmt.h>
}

namespace longtake::media {

namespace {

constexpr Micros kHour = 3600 * kMicrosPerSecond;
constexpr int kMaxConsecutiveErrors = 256;
constexpr AVRational kMicrosBase = {1, AV_TIME_BASE};

bool is_set(const std::atomic<bool>* flag) {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

// The loudest of samples [first, end), as a share of full scale. What is not a number is silent.
template <typename Sample>
double loudest(const Sample* samples, std::int64_t first, std::int64_t end) {
  if constexpr (std::is_floating_point_v<Sample>) {
    Sample most = 0;
    for (std::int64_t i = first; i < end; ++i) {
      const Sample size = std::abs(samples[i]);
      if (size > most) most = size;
    }
    return std::min(1.0, static_cast<double>(most));
  } else {
    constexpr bool kUnsigned = std::is_unsigned_v<Sample>;  // 8 bits around 128
    constexpr int kZero = kUnsigned ? 128 : 0;
    Sample low = kZero;
    Sample high = kZero;
    for (std::int64_t i = first; i < end; ++i) {
      low = std::min(low, samples[i]);
      high = std::max(high, samples[i]);
    }
    const double scale =
        kUnsigned ? 128.0 : -static_cast<double>(std::numeric_limits<Sample>::min());
    const double most =
        std::max(static_cast<double>(high) - kZero, kZero - static_cast<double>(low));
    return std::min(1.0, most / scale);
  }
}

// Samples [first, end) of all channels.
template <typename Sample>
double loudest(const AVFrame& frame, int first, int end, bool planar) {
  const std::int64_t channels = frame.ch_layout.nb_channels;
  if (!planar) {
    return loudest(reinterpret_cast<const Sample*>(frame.extended_data[0]), first * channels,
                   end * channels);
  }
  double most = 0;
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    most = std::max(
        most, loudest(reinterpret_cast<const Sample*>(frame.extended_data[channel]), first, end));
  }
  return most;
}

double loudest(const AVFrame& frame, int first, int end) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8:
      return loudest<std::uint8_t>(frame, first, end, planar);
    case AV_SAMPLE_FMT_S16:
      return loudest<std::int16_t>(frame, first, end, planar);
    case AV_SAMPLE_FMT_S32:
      return loudest<std::int32_t>(frame, first, end, planar);
    case AV_SAMPLE_FMT_S64:
      return loudest<std::int64_t>(frame, first, end, planar);
    case AV_SAMPLE_FMT_FLT:
      return loudest<float>(frame, first, end, planar);
    case AV_SAMPLE_FMT_DBL:
      return loudest<double>(frame, first, end, planar);
    default:
      return 0;
  }
}

// The first sound stream of a file that probe() has accepted, and its packets.
class SoundInput {
 public:
  SoundInput(const std::string& path, const VideoInfo& video, const std::atomic<bool>* cancel)
      : name_(std::filesystem::path(path).filename().string()), video_(video), cancel_(cancel) {
    // What probe() has found is what is opened: nothing else may be tried on an untrusted file.
    Dictionary options;
    options.set("protocol_whitelist", "file");
    options.set("format_whitelist", video.container);
    AVFormatContext* context = require_memory(avformat_alloc_context());
    context->interrupt_callback = {&SoundInput::interrupted, this};
    context->max_streams = 256;
    int rc = avformat_open_input(&context, ("file:" + path).c_str(), nullptr, options.address());
    if (rc >= 0) {
      format_.reset(context);
      rc = avformat_find_stream_info(format_.get(), nullptr);
    }
    throw_if_cancelled();
    if (rc < 0) {
      throw Error(ErrorCode::io_error, name_ + ": cannot be read (" + av_error_text(rc) + ").",
                  "Check that the file is still there.");
    }
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      AVStream* stream = format_->streams[i];
      const bool sound = stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
      if (sound && stream_ == nullptr) {
        stream_ = stream;
      } else {
        stream->discard = AVDISCARD_ALL;
      }
    }
    if (stream_ == nullptr) return;
    if (avcodec_find_decoder(stream_->codecpar->codec_id) == nullptr) {
      throw Error(ErrorCode::unsupported,
                  name_ + ": there is no decoder for its sound (" +
                      avcodec_get_name(stream_->codecpar->codec_id) + ").",
                  "The pictures are not concerned. To see the sound, convert it to AAC.");
    }
    if (stream_->time_base.num <= 0 || stream_->time_base.den <= 0) {
      stream_->time_base = {1, 90'000};
    }
  }

  const AVStream* stream() const { return stream_; }
  const std::string& name() const { return name_; }
  Micros time_of(std::int64_t timestamp) const {
    return bounded_time(av_sat_sub64(av_rescale_q(timestamp, stream_->time_base, kMicrosBase),
                                     video_.start_offset));
  }
  void throw_if_cancelled() const {
    if (is_set(cancel_)) throw Error(ErrorCode::cancelled, name_ + ": reading was stopped.");
  }

  bool read(AVPacket& packet) {
    for (int errors = 0; errors < kMaxConsecutiveErrors && !is_set(cancel_);) {
      av_packet_unref(&packet);
      const int rc = av_read_frame(format_.get(), &packet);
      if (rc < 0 && !is_set(cancel_)) require_readable(*format_, name_);
      if (rc == AVERROR_EOF) return false;
      if (rc == AVERROR(ENOMEM)) require_memory<AVPacket>(nullptr);
      if (rc < 0) {
        ++errors;
        continue;
      }
      if (packet.stream_index != stream_->index || packet.size <= 0) continue;
      if ((format_->iformat->flags & AVFMT_TS_DISCONT) != 0) {
        const std::int64_t zero =
            av_rescale_q(video_.start_offset, kMicrosBase, stream_->time_base);
        repair_.repair(packet, {stream_->time_base, zero, video_.duration, 0});
      }
      return true;
    }
    return false;
  }

 private:
  static int interrupted(void* self) {
    return is_set(static_cast<const SoundInput*>(self)->cancel_) ? 1 : 0;
  }

  const std::string name_;
  const VideoInfo& video_;
  const std::atomic<bool>* const cancel_;
  FormatContextPtr format_;
  AVStream* stream_ = nullptr;  // owned by format_
  ClockRepair repair_;
};

// Collects peaks from decoded frames.
class PeakRow {
 public:
  PeakRow(const SoundInput& input, Micros interval, Micros duration)
      : input_(input), duration_(duration) {
    waveform_.interval = std::max<Micros>(interval, 1);
  }

  void add(const AVFrame& frame) {
    if (frame.nb_samples <= 0 || frame.sample_rate <= 0 || frame.extended_data == nullptr ||
        frame.ch_layout.nb_channels <= 0) {
      return;
    }
    Micros begin = end_;
    if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
      begin = input_.time_of(frame.best_effort_timestamp);
      // Such a leap is a damaged number, and would squeeze everything else into a few peaks.
      if (begin > std::max(end_, duration_) + kHour) return;
    }
    const auto time_after = [&](std::int64_t samples) {
      return begin + av_rescale(samples, kMicrosPerSecond, frame.sample_rate);
    };
    end_ = time_after(frame.nb_samples);
    int first = 0;
    if (begin < 0) {
      first = static_cast<int>(std::min<std::int64_t>(
          frame.nb_samples,
          av_rescale_rnd(-begin, frame.sample_rate, kMicrosPerSecond, AV_ROUND_UP)));
    }
    while (first < frame.nb_samples) {
      const std::size_t slot = slot_of(time_after(first));
      // Up to the first sample of the next slot.
      const Micros next = static_cast<Micros>(slot + 1) * waveform_.interval;
      const std::int64_t until =
          av_rescale_rnd(next - begin, frame.sample_rate, kMicrosPerSecond, AV_ROUND_UP);
      const int end = static_cast<int>(
          std::clamp<std::int64_t>(until, std::int64_t{first} + 1, frame.nb_samples));
      const auto peak = static_cast<std::uint8_t>(std::lround(255 * loudest(frame, first, end)));
      if (waveform_.peaks.size() <= slot) waveform_.peaks.resize(slot + 1, 0);
      waveform_.peaks[slot] = std::max(waveform_.peaks[slot], peak);
      first = end;
    }
  }

  Waveform take() { return std::move(waveform_); }

 private:
  std::size_t slot_of(Micros time) {
    time = std::max<Micros>(time, 0);
    while (time / waveform_.interval >= static_cast<Micros>(kMaxPeaks)) halve();
    return static_cast<std::size_t>(time / waveform_.interval);
  }

  void halve() {
    std::vector<std::uint8_t>& peaks = waveform_.peaks;
    for (std::size_t i = 0; i < peaks.size(); i += 2) {
      peaks[i / 2] = i + 1 < peaks.size() ? std::max(peaks[i], peaks[i + 1]) : peaks[i];
    }
    peaks.resize((peaks.size() + 1) / 2);
    waveform_.interval *= 2;
  }

  const SoundInput& input_;
  const Micros duration_;
  Waveform waveform_;
  Micros end_ = 0;  // of the last frame
};

}  // namespace

Waveform read_waveform(const std::string& path, const WaveformOptions& options) {
  if (is_url(path)) {
    throw Error(ErrorCode::unsupported,
                path + ": the sound of an address is not measured, because it may never end.",
                "Save the video as a file and add that.");
  }
  const VideoInfo video = probe(path, options.cancel);
  if (!video.has_audio) return {options.interval, {}};
  SoundInput input(path, video, options.cancel);
  if (input.stream() == nullptr) return {options.interval, {}};
  FrameDecoder decoder(*input.stream()->codecpar, input.stream()->time_base, 1, input.name());
  PeakRow peaks(input, options.interval, video.duration);
  const FrameDecoder::Sink sink = [&](FramePtr frame) { peaks.add(*frame); };
  const PacketPtr packet = make_packet();
  while (input.read(*packet)) decoder.decode(*packet, sink);
  input.throw_if_cancelled();
  decoder.drain(sink);
  return peaks.take();
}

}  // namespace longtake::media
