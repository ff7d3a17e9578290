#include "engine/media/clip_encoder.h"

#include <algorithm>
#include <array>
#include <thread>

extern "C" {
#include <libavutil/audio_fifo.h>
#include <libavutil/mathematics.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
}

namespace longtake::media {

namespace {

constexpr AVRational kMicrosBase = {1, AV_TIME_BASE};
// A gap shorter than this is a rounding of timestamps, not silence.
constexpr int kGapsPerSecond = 20;

[[noreturn]] void throw_failed(const std::string& what, int rc) {
  if (rc == AVERROR(ENOMEM)) require_memory<void>(nullptr);
  throw Error(ErrorCode::unsupported, what + " (" + av_error_text(rc) + ").",
              "A copy without encoding may still be possible.");
}

bool contains(const AVPixelFormat* list, AVPixelFormat format) {
  for (; list != nullptr && *list != AV_PIX_FMT_NONE; ++list) {
    if (*list == format) return true;
  }
  return false;
}

void receive_all(AVCodecContext& context, const char* what, const PacketSink& sink) {
  const PacketPtr packet = make_packet();
  while (true) {
    const int rc = avcodec_receive_packet(&context, packet.get());
    if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF) return;
    if (rc < 0) throw_failed(what, rc);
    sink(*packet);
    av_packet_unref(packet.get());
  }
}

void send(AVCodecContext& context, const AVFrame* frame, const char* what) {
  const int rc = avcodec_send_frame(&context, frame);
  if (rc < 0 && rc != AVERROR_EOF) throw_failed(what, rc);
}

constexpr const char* kPictureFailed = "The pictures cannot be encoded";
constexpr const char* kSoundFailed = "The sound cannot be encoded";

}  // namespace

VideoEncoder::VideoEncoder(const AVStream& source, AVRational frame_rate, bool global_header) {
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr) {
    throw Error(ErrorCode::unsupported, "This FFmpeg has no H.264 encoder (libx264).",
                "Choose the copied kind of clip, or install FFmpeg's libraries with libx264.");
  }
  const AVCodecParameters& parameters = *source.codecpar;
  context_.reset(require_memory(avcodec_alloc_context3(codec)));
  context_->width = std::max(2, parameters.width & ~1);
  context_->height = std::max(2, parameters.height & ~1);
  const auto format = static_cast<AVPixelFormat>(parameters.format);
  const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(format);
  const bool rgb = descriptor == nullptr ||
                   (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  context_->pix_fmt = !rgb && contains(codec->pix_fmts, format) ? format
                      : !rgb && descriptor->comp[0].depth > 8   ? AV_PIX_FMT_YUV420P10
                                                                : AV_PIX_FMT_YUV420P;
  context_->color_range = rgb ? AVCOL_RANGE_MPEG : parameters.color_range;
  context_->colorspace = rgb ? (context_->height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M)
                             : parameters.color_space;
  context_->color_primaries = parameters.color_primaries;
  context_->color_trc = parameters.color_trc;
  context_->chroma_sample_location = parameters.chroma_location;
  context_->sample_aspect_ratio = source.sample_aspect_ratio.num > 0
                                      ? source.sample_aspect_ratio
                                      : parameters.sample_aspect_ratio;
  // Fine enough for a clip that begins between two frames.
  const bool coarse = av_cmp_q(source.time_base, {1, 10'000}) > 0;
  context_->time_base = coarse ? AVRational{1, 90'000} : source.time_base;
  // Without reordering, containers keep every picture's own length.
  context_->max_b_frames = 0;
  context_->framerate = frame_rate;
  context_->thread_count =
      static_cast<int>(std::clamp(std::thread::hardware_concurrency() / 2, 1U, 16U));
  if (global_header) context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  // Quality that cannot be told from the source by eye; the clip is evidence.
  av_opt_set(context_->priv_data, "crf", "17", 0);
  av_opt_set(context_->priv_data, "preset", "faster", 0);
  const int rc = avcodec_open2(context_.get(), codec, nullptr);
  if (rc < 0) throw_failed(kPictureFailed, rc);
}

FramePtr VideoEncoder::fitted(FramePtr frame) {
  if (frame->format == context_->pix_fmt && (frame->width & ~1) == context_->width &&
      (frame->height & ~1) == context_->height) {
    frame->width = context_->width;
    frame->height = context_->height;
    return frame;
  }
  const int width = frame->width;
  const int height = frame->height;
  if (scaler_ == nullptr || scaled_width_ != width || scaled_height_ != height ||
      scaled_format_ != frame->format) {
    // An odd last row or column is left out rather than squeezed in.
    const bool odd = (width & ~1) == context_->width && (height & ~1) == context_->height;
    scaler_.reset(sws_getContext(odd ? context_->width : width, odd ? context_->height : height,
                                 static_cast<AVPixelFormat>(frame->format), context_->width,
                                 context_->height, context_->pix_fmt,
                                 SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, nullptr,
                                 nullptr, nullptr));
    if (scaler_ == nullptr)
      throw_failed("The pictures cannot be converted for H.264", AVERROR(EINVAL));
    const int full = context_->color_range == AVCOL_RANGE_JPEG ? 1 : 0;
    sws_setColorspaceDetails(
        scaler_.get(), sws_getCoefficients(resolve_matrix(*frame)),
        resolve_full_range(*frame) ? 1 : 0,
        sws_getCoefficients(context_->colorspace == AVCOL_SPC_UNSPECIFIED ? resolve_matrix(*frame)
                                                                          : context_->colorspace),
        full, 0, 1 << 16, 1 << 16);
    scaled_width_ = width;
    scaled_height_ = height;
    scaled_format_ = frame->format;
  }
  FramePtr scaled = make_frame();
  scaled->width = context_->width;
  scaled->height = context_->height;
  scaled->format = context_->pix_fmt;
  int rc = av_frame_get_buffer(scaled.get(), 0);
  if (rc < 0) throw_failed(kPictureFailed, rc);
  const bool odd = (width & ~1) == context_->width && (height & ~1) == context_->height;
  sws_scale(scaler_.get(), frame->data, frame->linesize, 0, odd ? context_->height : height,
            scaled->data, scaled->linesize);
  rc = av_frame_copy_props(scaled.get(), frame.get());
  if (rc < 0) throw_failed(kPictureFailed, rc);
  scaled->color_range = context_->color_range;
  scaled->colorspace = context_->colorspace;
  return scaled;
}

void VideoEncoder::encode(FramePtr frame, std::int64_t pts, std::int64_t duration,
                          const PacketSink& sink) {
  FramePtr fitting = fitted(std::move(frame));
  fitting->pts = pts;
  fitting->pict_type = AV_PICTURE_TYPE_NONE;  // the source's choice of keyframes is not ours
  durations_[pts] = duration;
  send(*context_, fitting.get(), kPictureFailed);
  drain(sink);
}

void VideoEncoder::finish(const PacketSink& sink) {
  send(*context_, nullptr, kPictureFailed);
  drain(sink);
}

void VideoEncoder::drain(const PacketSink& sink) {
  receive_all(*context_, kPictureFailed, [&](AVPacket& packet) {
    if (const auto known = durations_.find(packet.pts); known != durations_.end()) {
      packet.duration = known->second;
      durations_.erase(known);
    }
    sink(packet);
  });
}

// --- Sound ---------------------------------------------------------------------------------------

void AudioFifoDeleter::operator()(AVAudioFifo* fifo) const {
  av_audio_fifo_free(fifo);
}
void ResamplerDeleter::operator()(SwrContext* resampler) const {
  swr_free(&resampler);
}

AudioEncoder::AudioEncoder(const AVStream& source, Micros length, bool global_header,
                           const std::string& name)
    : name_(name) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) {
    throw Error(ErrorCode::unsupported, "This FFmpeg has no AAC encoder.",
                "Choose the copied kind of clip.");
  }
  const AVCodecParameters& parameters = *source.codecpar;
  if (parameters.sample_rate <= 0 || parameters.ch_layout.nb_channels <= 0) {
    throw Error(ErrorCode::unsupported, name + ": its sound does not say what it is.",
                "Choose the copied kind of clip.");
  }
  const auto open = [&](int channels) {
    context_.reset(require_memory(avcodec_alloc_context3(codec)));
    context_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    context_->sample_rate = parameters.sample_rate;
    if (codec->supported_samplerates != nullptr) {
      int best = 0;
      for (const int* rate = codec->supported_samplerates; *rate != 0; ++rate) {
        if (best == 0 ||
            std::abs(*rate - parameters.sample_rate) < std::abs(best - parameters.sample_rate)) {
          best = *rate;
        }
      }
      context_->sample_rate = best;
    }
    if (channels == 0 && parameters.ch_layout.order == AV_CHANNEL_ORDER_NATIVE) {
      av_channel_layout_copy(&context_->ch_layout, &parameters.ch_layout);
    } else {
      av_channel_layout_default(&context_->ch_layout,
                                channels == 0 ? parameters.ch_layout.nb_channels : channels);
    }
    context_->bit_rate = 96'000LL * context_->ch_layout.nb_channels;
    context_->time_base = {1, context_->sample_rate};
    if (global_header) context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    return avcodec_open2(context_.get(), codec, nullptr);
  };
  // AAC knows the usual layouts only; anything else is mixed to stereo.
  int rc = open(0);
  if (rc < 0) rc = open(2);
  if (rc < 0) throw_failed(kSoundFailed, rc);
  length_ = av_rescale_q(length, kMicrosBase, time_base());
  fifo_.reset(require_memory(
      av_audio_fifo_alloc(context_->sample_fmt, context_->ch_layout.nb_channels, 8192)));
}

AudioEncoder::~AudioEncoder() = default;

void AudioEncoder::prepare_resampler(const AVFrame& frame) {
  if (resampler_ != nullptr && resampled_rate_ == frame.sample_rate &&
      resampled_format_ == frame.format && resampled_channels_ == frame.ch_layout.nb_channels) {
    return;
  }
  AVChannelLayout layout = {};
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&layout, frame.ch_layout.nb_channels);
  } else {
    av_channel_layout_copy(&layout, &frame.ch_layout);
  }
  SwrContext* resampler = nullptr;
  int rc = swr_alloc_set_opts2(
      &resampler, &context_->ch_layout, context_->sample_fmt, context_->sample_rate, &layout,
      static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  resampler_.reset(resampler);
  av_channel_layout_uninit(&layout);
  if (rc >= 0) rc = swr_init(resampler_.get());
  if (rc < 0) throw_failed(kSoundFailed, rc);
  resampled_rate_ = frame.sample_rate;
  resampled_format_ = frame.format;
  resampled_channels_ = frame.ch_layout.nb_channels;
}

void AudioEncoder::encode(const AVFrame& frame, Micros time, const PacketSink& sink) {
  if (frame.nb_samples <= 0 || frame.sample_rate <= 0 || frame.ch_layout.nb_channels <= 0 || full())
    return;
  prepare_resampler(frame);
  const int rate = context_->sample_rate;
  // What the resampler still holds of the frames before sounds first.
  const std::int64_t held = swr_get_delay(resampler_.get(), rate);
  const auto capacity = static_cast<int>(swr_get_out_samples(resampler_.get(), frame.nb_samples));
  FramePtr out = make_frame();
  out->format = context_->sample_fmt;
  out->nb_samples = std::max(1, capacity);
  av_channel_layout_copy(&out->ch_layout, &context_->ch_layout);
  int rc = av_frame_get_buffer(out.get(), 0);
  if (rc < 0) throw_failed(kSoundFailed, rc);
  const int count =
      swr_convert(resampler_.get(), out->extended_data, out->nb_samples,
                  const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
  if (count < 0) throw_failed(kSoundFailed, count);

  std::int64_t position =
      av_rescale_q_rnd(time, kMicrosBase, time_base(), AV_ROUND_NEAR_INF) - held;
  const bool follows = written_ > 0 && std::abs(position - written_) < rate / kGapsPerSecond;
  if (follows) position = written_;
  if (position > written_) add_silence(std::min(position, length_) - written_, sink);
  const std::int64_t skip = std::clamp<std::int64_t>(written_ - position, 0, count);
  const std::int64_t take = std::min<std::int64_t>(count - skip, length_ - written_);
  if (take > 0) {
    const int sample_bytes = av_get_bytes_per_sample(context_->sample_fmt);
    std::array<void*, 64> planes{};
    const int channels =
        std::min<int>(context_->ch_layout.nb_channels, static_cast<int>(planes.size()));
    for (int channel = 0; channel < channels; ++channel) {
      planes[static_cast<std::size_t>(channel)] = out->extended_data[channel] + skip * sample_bytes;
    }
    if (av_audio_fifo_write(fifo_.get(), planes.data(), static_cast<int>(take)) < take) {
      require_memory<void>(nullptr);
    }
    written_ += take;
  }
  send_whole_frames(sink);
}

void AudioEncoder::add_silence(std::int64_t samples, const PacketSink& sink) {
  constexpr int kPiece = 8192;
  FramePtr silence = make_frame();
  silence->format = context_->sample_fmt;
  silence->nb_samples = kPiece;
  av_channel_layout_copy(&silence->ch_layout, &context_->ch_layout);
  const int rc = av_frame_get_buffer(silence.get(), 0);
  if (rc < 0) throw_failed(kSoundFailed, rc);
  av_samples_set_silence(silence->extended_data, 0, kPiece, context_->ch_layout.nb_channels,
                         context_->sample_fmt);
  while (samples > 0) {
    const int piece = static_cast<int>(std::min<std::int64_t>(samples, kPiece));
    if (av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(silence->extended_data), piece) <
        piece) {
      require_memory<void>(nullptr);
    }
    written_ += piece;
    samples -= piece;
    send_whole_frames(sink);
  }
}

void AudioEncoder::send_whole_frames(const PacketSink& sink) {
  const int whole = context_->frame_size > 0 ? context_->frame_size : 1024;
  while (av_audio_fifo_size(fifo_.get()) >= whole) send_frame(whole, sink);
}

void AudioEncoder::send_frame(int samples, const PacketSink& sink) {
  const FramePtr frame = make_frame();
  frame->format = context_->sample_fmt;
  frame->nb_samples = samples;
  frame->sample_rate = context_->sample_rate;
  av_channel_layout_copy(&frame->ch_layout, &context_->ch_layout);
  const int rc = av_frame_get_buffer(frame.get(), 0);
  if (rc < 0) throw_failed(kSoundFailed, rc);
  av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), samples);
  frame->pts = sent_;
  sent_ += samples;
  send(*context_, frame.get(), kSoundFailed);
  drain(sink);
}

void AudioEncoder::finish(const PacketSink& sink) {
  if (const int left = av_audio_fifo_size(fifo_.get()); left > 0) send_frame(left, sink);
  send(*context_, nullptr, kSoundFailed);
  drain(sink);
}

void AudioEncoder::drain(const PacketSink& sink) {
  receive_all(*context_, kSoundFailed, sink);
}

}  // namespace longtake::media
