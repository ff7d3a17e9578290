#include "engine/media/clip_input.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>

#include "engine/media/packet_facts.h"

extern "C" {
#include <libavutil/mathematics.h>
}

namespace longtake::media {

namespace {

constexpr AVRational kMicrosBase = {1, AV_TIME_BASE};
constexpr int kMaxConsecutiveErrors = 256;
constexpr Micros kWholeFile = std::numeric_limits<Micros>::max();
// How far before the wanted time a search begins: keyframes are seconds apart, rarely minutes.
constexpr std::array<Micros, 5> kSearchBack = {kMicrosPerSecond, 15 * kMicrosPerSecond,
                                               120 * kMicrosPerSecond, 1200 * kMicrosPerSecond,
                                               kWholeFile};

std::int64_t order_time(const AVPacket& packet) {
  return packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
}

}  // namespace

ClipInput::ClipInput(const std::string& path, const std::atomic<bool>* cancel)
    : path_(path), name_(std::filesystem::path(path).filename().string()), cancel_(cancel) {
  if (is_url(path)) {
    throw Error(ErrorCode::unsupported, path + ": a clip can be made of a file only.",
                "Save the video as a file and add that.");
  }
  guide_ = std::make_unique<MediaInput>(path_, nullptr, cancel_);
  info_ = guide_->info();
  timeline_ = guide_->timeline();
  frame_period_ = guide_->frame_period();
  can_seek_ = guide_->can_seek();
  open();
}

int ClipInput::interrupted(void* self) {
  const std::atomic<bool>* cancel = static_cast<const ClipInput*>(self)->cancel_;
  return cancel != nullptr && cancel->load(std::memory_order_relaxed) ? 1 : 0;
}

void ClipInput::throw_if_cancelled() const {
  if (interrupted(const_cast<ClipInput*>(this)) != 0) {
    throw Error(ErrorCode::cancelled, name_ + ": writing the clip was stopped.");
  }
}

void ClipInput::open() {
  // What probing has found is what is opened: nothing else may be tried on an untrusted file.
  Dictionary options;
  options.set("protocol_whitelist", "file");
  options.set("format_whitelist", info_.container);
  AVFormatContext* context = require_memory(avformat_alloc_context());
  context->interrupt_callback = {&ClipInput::interrupted, this};
  context->max_streams = 256;
  int rc = avformat_open_input(&context, ("file:" + path_).c_str(), nullptr, options.address());
  if (rc >= 0) {
    format_.reset(context);
    rc = avformat_find_stream_info(format_.get(), nullptr);
  }
  throw_if_cancelled();
  const int video =
      rc < 0 ? rc : av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (video < 0) {
    throw Error(ErrorCode::io_error, name_ + ": cannot be read (" + av_error_text(video) + ").",
                "Check that the file is still there.");
  }
  video_ = static_cast<unsigned>(video);
  streams_ = format_->nb_streams;
  for (unsigned i = 0; i < streams_; ++i) {
    AVRational& base = format_->streams[i]->time_base;
    if (base.num <= 0 || base.den <= 0) base = {1, 90'000};
  }
  at_begin_ = true;
  shift_ = 0;
  replay_.clear();
}

Micros ClipInput::time_of(std::int64_t timestamp, unsigned index) const {
  return bounded_time(av_sat_sub64(av_rescale_q(timestamp, stream(index).time_base, kMicrosBase),
                                   info_.start_offset));
}

std::string ClipInput::start_timecode() const {
  const auto find = [](const AVDictionary* metadata) {
    return av_dict_get(metadata, "timecode", nullptr, 0);
  };
  const AVDictionaryEntry* entry = find(video().metadata);
  for (unsigned i = 0; entry == nullptr && i < streams(); ++i) entry = find(stream(i).metadata);
  if (entry == nullptr) entry = find(metadata());
  return entry == nullptr ? std::string() : entry->value;
}

void ClipInput::rewind(Micros time) {
  replay_.clear();
  if (can_seek_ && time > 0 && time != kWholeFile) {
    const std::int64_t target =
        av_rescale_q(av_sat_add64(time, info_.start_offset), kMicrosBase, video().time_base);
    at_begin_ = false;
    if (av_seek_frame(format_.get(), static_cast<int>(video_), target, AVSEEK_FLAG_BACKWARD) >= 0)
      return;
  }
  if (at_begin_) return;
  if (timeline_ == TimelineKind::continuous) {
    guide_ = std::make_unique<MediaInput>(path_, nullptr, cancel_);
  }
  open();
}

void ClipInput::align(AVPacket& packet) {
  const AVStream& from = stream(static_cast<unsigned>(packet.stream_index));
  if (packet.stream_index == static_cast<int>(video_)) {
    // The guide reads the same packets in the same order, and knows where the clock jumps.
    const PacketPtr guided = make_packet();
    const std::int64_t raw = order_time(packet);
    if (guide_->read(*guided) && raw != AV_NOPTS_VALUE && order_time(*guided) != AV_NOPTS_VALUE) {
      shift_ = av_rescale_q(av_sat_sub64(order_time(*guided), raw), from.time_base, kMicrosBase);
    }
  }
  const std::int64_t shift = av_rescale_q(shift_, kMicrosBase, from.time_base);
  if (packet.pts != AV_NOPTS_VALUE) packet.pts = av_sat_add64(packet.pts, shift);
  if (packet.dts != AV_NOPTS_VALUE) packet.dts = av_sat_add64(packet.dts, shift);
}

PacketPtr ClipInput::first_picture_packet() {
  rewind(0);
  PacketPtr packet = make_packet();
  while (read(*packet)) {
    if (packet->stream_index == static_cast<int>(video_)) return packet;
  }
  return nullptr;
}

void ClipInput::note_late(unsigned index) {
  if (index >= format_->nb_streams) return;
  const AVMediaType type = stream(index).codecpar->codec_type;
  has_late_tracks_ = has_late_tracks_ || type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO ||
                     type == AVMEDIA_TYPE_SUBTITLE;
}

bool ClipInput::read(AVPacket& packet) {
  av_packet_unref(&packet);
  if (!replay_.empty()) {
    av_packet_move_ref(&packet, replay_.front().get());
    replay_.pop_front();
    return true;
  }
  for (int errors = 0; errors < kMaxConsecutiveErrors;) {
    throw_if_cancelled();
    const int rc = av_read_frame(format_.get(), &packet);
    throw_if_cancelled();
    if (rc < 0) require_readable(*format_, name_);
    if (rc == AVERROR_EOF) return false;
    at_begin_ = false;
    if (rc == AVERROR(ENOMEM)) require_memory<AVPacket>(nullptr);
    if (rc < 0) {
      ++errors;
      continue;
    }
    const auto index = static_cast<unsigned>(packet.stream_index);
    if (packet.size <= 0 || index >= streams_) {
      if (index >= streams_) note_late(index);
      av_packet_unref(&packet);
      continue;
    }
    if (timeline_ == TimelineKind::continuous) align(packet);
    return true;
  }
  return false;
}

ClipStart ClipInput::find_start(Micros time, bool exact) {
  if (counted()) return {};  // only the beginning is known
  PacketInspector inspector(*video().codecpar);
  const auto is_start = [&](const AVPacket& packet) {
    if (exact && inspector.understands()) return inspector.inspect(packet).entry;
    return (packet.flags & AV_PKT_FLAG_KEY) != 0;
  };
  std::optional<ClipStart> after;
  for (const Micros back : kSearchBack) {
    if (!can_seek_ && back != kWholeFile) continue;
    rewind(back == kWholeFile ? 0 : time - back);
    std::optional<ClipStart> found;
    after.reset();
    const PacketPtr packet = make_packet();
    while (read(*packet)) {
      if (packet->stream_index != static_cast<int>(video_)) continue;
      const std::int64_t pts = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
      if (pts == AV_NOPTS_VALUE) continue;
      const bool passed = time_of(order_time(*packet), video_) > time;
      if (passed && (found || back != kWholeFile)) break;
      if (!is_start(*packet)) continue;
      const ClipStart start = {time_of(pts, video_), pts};
      if (start.time <= time) {
        found = start;
      } else if (passed) {
        after = start;
        break;
      }
    }
    if (found) return *found;
  }
  if (after) return *after;
  throw Error(
      ErrorCode::unsupported, name_ + " has no picture at which a clip could begin.",
      exact ? "The file may be damaged." : "Choose the exact kind of clip, which is encoded anew.");
}

void ClipInput::go_to(const ClipStart& start) {
  if (start.pts == AV_NOPTS_VALUE) {
    rewind(0);
    return;
  }
  for (const Micros back : kSearchBack) {
    if (!can_seek_ && back != kWholeFile) continue;
    rewind(back == kWholeFile ? 0 : start.time - back);
    std::deque<PacketPtr> kept;
    while (true) {
      PacketPtr packet = make_packet();
      if (!read(*packet)) break;
      const auto index = static_cast<unsigned>(packet->stream_index);
      const std::int64_t pts = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
      if (index == video_) {
        if (pts == start.pts) {
          kept.push_back(std::move(packet));
          replay_ = std::move(kept);
          return;
        }
        if (order_time(*packet) != AV_NOPTS_VALUE &&
            time_of(order_time(*packet), video_) > start.time)
          break;
      } else if (pts != AV_NOPTS_VALUE &&
                 time_of(av_sat_add64(pts, std::max<std::int64_t>(0, packet->duration)), index) >
                     start.time) {
        kept.push_back(std::move(packet));
      }
    }
  }
  throw Error(ErrorCode::io_error,
              name_ + ": a place that was there a moment ago cannot be found again.",
              "Is the file still being written? Wait for its end.");
}

}  // namespace longtake::media
