#include "engine/media/frame_walker.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/log.h"

extern "C" {
#include <libavutil/mathematics.h>
}

namespace longtake::media {

namespace {

constexpr Micros kNever = std::numeric_limits<Micros>::min();
constexpr Micros kHour = 3600 * kMicrosPerSecond;
constexpr std::size_t kMaxDamagedRanges = 4096;
// How much earlier than promised a file may end without being called cut off: containers round.
constexpr Micros kEndTolerance = 1'500'000;
// Reading is cheaper than seeking for short ways.
constexpr Micros kWorthASeek = 4 * kMicrosPerSecond;

Micros frame_duration(const AVFrame& frame, const MediaInput& input) {
  return input.duration_of(frame.pkt_duration);
}

}  // namespace

FrameWalker::FrameWalker(MediaInput& input, Instants instants, WalkOptions options)
    : input_(input),
      instants_(std::move(instants)),
      // Without timestamps only decoding tells which frame a keyframe is.
      mode_(input.timeline() == TimelineKind::counted ? SamplingMode::exact : options.mode),
      plan_(input, instants_, options.decode_everything),
      inspector_(input.parameters()),
      hardware_(std::move(options.hardware)),
      decoder_(input.parameters(), input.time_base(), options.threads, input.info().path, false,
               hardware_.get()),
      summary_(std::move(options.before)),
      next_index_(instants_.first()),
      valid_from_(kNever) {
  input_.prime(decoder_);
}

std::optional<WalkedFrame> FrameWalker::next() {
  if (mode_ == SamplingMode::keyframes) return next_keyframe();
  while (true) {
    const std::optional<Micros> instant = instants_.time_of(next_index_);
    if (!instant) {
      finished_ = true;
      summary_.reached_end = true;
      return std::nullopt;
    }
    if (!spans_.empty()) {
      const Span& span = spans_.front();
      if (*instant < span.end) return WalkedFrame{next_index_++, *instant, span.pts, span.frame};
      spans_.pop_front();
      continue;
    }
    if (finished_) return std::nullopt;
    advance();
  }
}

void FrameWalker::refuse(const WalkedFrame& walked) {
  if (std::exchange(refused_, walked.frame) != walked.frame) ++summary_.errors;
  const Micros next =
      instants_.time_of(walked.index + 1).value_or(walked.instant + input_.frame_period());
  add_damage({walked.instant, next});
}

void FrameWalker::advance() {
  const auto sink = [this](FramePtr frame) { accept(std::move(frame)); };
  const PacketPlan::Step step = plan_.next();
  if (step.packet == nullptr) {
    note_errors(decoder_.drain(sink));
    finish();
    return;
  }
  if (step.restart) {
    note_errors(decoder_.drain(sink));
    valid_from_ = step.valid_from;
    sound_ = true;  // the plan starts at clean entries only
  }
  const int errors = decoder_.decode(*step.packet, sink);
  if (!step.errors_expected) note_errors(errors);
}

std::optional<Micros> FrameWalker::repaired_time(const AVFrame& frame) {
  if (input_.timeline() == TimelineKind::counted) {
    const std::int64_t number = counted_frames_++;
    const Rational rate = input_.info().average_rate.known() ? input_.info().average_rate
                                                             : input_.info().nominal_rate;
    if (!rate.known()) return number * input_.frame_period();
    return av_rescale(number, kMicrosPerSecond * rate.den, rate.num);
  }
  if (frame.best_effort_timestamp == AV_NOPTS_VALUE) {
    ++summary_.timestamps_repaired;
    return seen_any_ ? last_pts_ + (last_step_ > 0 ? last_step_ : input_.frame_period()) : 0;
  }
  const Micros time = input_.time_of(frame.best_effort_timestamp);
  if (time < valid_from_) return std::nullopt;
  if (seen_any_ && time < last_pts_) {
    ++summary_.timestamps_repaired;
    if (!std::exchange(warned_order_, true)) {
      log("media").warn(
          "{}: a frame's time {} lies before its predecessor's {}; such frames are left out",
          input_.info().path, format_time(time), format_time(last_pts_));
    }
    return std::nullopt;
  }
  if (seen_any_ && time - last_pts_ > kHour && time > input_.info().duration + kHour) {
    ++summary_.timestamps_repaired;
    add_damage({last_pts_, last_pts_ + input_.frame_period()});
    return std::nullopt;
  }
  return time;
}

void FrameWalker::count_frame() {
  ++summary_.frames_decoded;
  if (hardware_ != nullptr) ++summary_.frames_in_hardware;
  // Where the file is known to be broken, software sees what the device would paint over.
  require_soundness(input_.read_errors() == 0);
}

void FrameWalker::accept(FramePtr frame) {
  count_frame();
  sound_ = sound_ || !is_unrecovered(*frame);
  if (!sound_) return;
  const std::optional<Micros> time = repaired_time(*frame);
  if (!time) return;
  if (damage_begin_) {
    add_damage({*damage_begin_, std::max(*time, *damage_begin_ + input_.frame_period())});
    damage_begin_.reset();
  }
  if (frame->decode_error_flags != 0) {
    require_soundness(false);
    add_damage(
        {*time, *time + std::max<Micros>(frame_duration(*frame, input_), input_.frame_period())});
  }
  if (seen_any_) last_step_ = *time - last_pts_;
  seen_any_ = true;
  last_pts_ = *time;
  show_until(*time);
  held_ = std::shared_ptr<const AVFrame>(frame.release(), FrameDeleterConst{});
  held_pts_ = *time;
}

void FrameWalker::show_until(Micros end) {
  if (held_ == nullptr) return;
  // The first picture stands in for instants before it.
  const Micros begin = shown_any_ ? held_pts_ : kNever;
  shown_any_ = true;
  if (instants_.any_in(begin, end)) spans_.push_back({on_host(std::move(held_)), held_pts_, end});
  held_ = nullptr;
}

void FrameWalker::finish() {
  finished_ = true;
  summary_.reached_end = !input_.stopped();
  if (held_ == nullptr) return;
  const Micros own = frame_duration(*held_, input_);
  summary_.end = held_pts_ + std::min(own > 0 ? own : input_.frame_period(), kHour);
  if (damage_begin_) {
    add_damage({*damage_begin_, std::max(summary_.end, *damage_begin_ + input_.frame_period())});
    damage_begin_.reset();
  }
  show_until(summary_.end);
  if (summary_.reached_end && input_.stated_end() > summary_.end + kEndTolerance) {
    summary_.truncated = true;
    add_damage({summary_.end, input_.stated_end()});
  }
}

void FrameWalker::note_errors(int errors) {
  if (errors == 0) return;
  require_soundness(false);
  summary_.errors += errors;
  if (!damage_begin_) damage_begin_ = seen_any_ ? last_pts_ : 0;
}

void FrameWalker::require_soundness(bool sound) const {
  if (hardware_ == nullptr || sound) return;
  throw Error(ErrorCode::device_lost, "The graphics card does not decode it.");
}

std::shared_ptr<const AVFrame> FrameWalker::on_host(std::shared_ptr<const AVFrame> frame) const {
  return hardware_ == nullptr ? std::move(frame) : hardware_->on_host(std::move(frame));
}

void FrameWalker::add_damage(TimeRange range) {
  // Errors come in bursts; ranges that touch or nearly touch are one to the reader.
  if (!summary_.damaged.empty()) {
    TimeRange& last = summary_.damaged.back();
    if (range.begin <= last.end + kMicrosPerSecond / 2) {
      last.begin = std::min(last.begin, range.begin);
      last.end = std::max(last.end, range.end);
      return;
    }
  }
  if (summary_.damaged.size() < kMaxDamagedRanges) summary_.damaged.push_back(range);
}

std::int64_t FrameWalker::nearest_index(Micros time) const {
  const std::int64_t after = instants_.at_or_after(time);
  std::int64_t best = -1;
  Micros distance = instants_.reach();
  for (const std::int64_t index : {after, after - 1}) {
    if (index < instants_.first()) continue;
    const std::optional<Micros> instant = instants_.time_of(index);
    if (!instant) continue;
    const Micros apart = std::abs(*instant - time);
    if (apart <= distance && (best < 0 || apart < distance)) {
      best = index;
      distance = apart;
    }
  }
  return best;
}

std::optional<WalkedFrame> FrameWalker::decode_candidate() {
  const Candidate candidate = std::move(*candidate_);
  candidate_.reset();
  std::shared_ptr<const AVFrame> chosen;
  const auto sink = [&](FramePtr frame) {
    count_frame();
    // A packet may hold more than its picture; the one with the packet's own time is the keyframe.
    const bool exact = frame->pts != AV_NOPTS_VALUE && input_.time_of(frame->pts) == candidate.time;
    if (exact || chosen == nullptr) chosen.reset(frame.release(), FrameDeleterConst{});
  };
  ++key_packets_decoded_;
  int errors = decoder_.decode(*candidate.packet, sink);
  errors += decoder_.drain(sink);
  require_soundness(errors == 0 && chosen != nullptr);
  if (errors > 0) {
    summary_.errors += errors;
    add_damage({candidate.time, candidate.time + input_.frame_period()});
  }
  if (chosen == nullptr) return std::nullopt;
  chosen = on_host(std::move(chosen));
  summary_.instants_missing += candidate.index - next_index_;
  next_index_ = candidate.index + 1;
  return WalkedFrame{candidate.index, *instants_.time_of(candidate.index), candidate.time,
                     std::move(chosen)};
}

std::optional<WalkedFrame> FrameWalker::finish_keyframes(bool end_of_file) {
  finished_ = true;
  summary_.reached_end = !input_.stopped();
  summary_.end = last_packet_end_;
  std::optional<WalkedFrame> last;
  // An instant at or after the end is none, even if the last keyframe is near it.
  if (end_of_file && candidate_ && *instants_.time_of(candidate_->index) >= last_packet_end_) {
    candidate_.reset();
  }
  if (candidate_) last = decode_candidate();
  if (summary_.reached_end) {
    // Counted, not walked: one absurd time stamp at the end would mean billions of instants.
    const std::int64_t end = instants_.end_before(last_packet_end_);
    summary_.instants_missing += std::max<std::int64_t>(end - next_index_, 0);
    next_index_ = std::max(next_index_, end);
  }
  return last;
}

std::optional<WalkedFrame> FrameWalker::next_keyframe() {
  while (!finished_) {
    if (!candidate_ && !instants_.time_of(next_index_)) return finish_keyframes(false);
    PacketPtr packet = make_packet();
    if (!input_.read(*packet)) return finish_keyframes(true);
    ++key_packets_read_;
    const std::int64_t dts = packet->dts;
    const std::int64_t stamp = packet->pts != AV_NOPTS_VALUE ? packet->pts : dts;
    if (stamp == AV_NOPTS_VALUE) continue;
    const Micros time = input_.time_of(stamp);
    last_packet_end_ =
        std::max(last_packet_end_,
                 time + std::max(input_.duration_of(packet->duration), input_.frame_period()));
    const bool key = inspector_.understands() ? inspector_.inspect(*packet).entry
                                              : (packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (!key || (packet->flags & AV_PKT_FLAG_DISCARD) != 0) continue;
    // Keyframes come in order: one beyond the reach of the last instant ends the search.
    if (!instants_.time_of(instants_.at_or_after(time - instants_.reach())))
      return finish_keyframes(false);

    std::optional<WalkedFrame> result;
    const std::int64_t index = nearest_index(time);
    if (candidate_ && index != candidate_->index) result = decode_candidate();
    if (index >= next_index_) {
      const Micros instant = *instants_.time_of(index);
      if (!candidate_ || std::abs(time - instant) < std::abs(candidate_->time - instant)) {
        candidate_ = Candidate{std::move(packet), time, index};
      }
    }
    // At or after its instant nothing nearer can follow.
    if (!result && candidate_ && candidate_->time >= *instants_.time_of(candidate_->index)) {
      result = decode_candidate();
    }
    seek_near(candidate_ ? candidate_->index : next_index_, time, dts);
    if (result) return result;
  }
  return std::nullopt;
}

void FrameWalker::seek_near(std::int64_t index, Micros passed, std::int64_t dts) {
  const std::optional<Micros> instant = instants_.time_of(index);
  // The index is ordered by decoding time, a little before presentation: half a second covers that,
  // so that the search goes on at or before the last keyframe that precedes the instant.
  constexpr Micros kReorder = kMicrosPerSecond / 2;
  if (!instant || *instant - kReorder < passed + kWorthASeek) return;
  // Once for an instant: an index that lies would lead to the same place again and again.
  if (sought_for_ && *instant <= *sought_for_) return;
  if (!input_.index_leads_past(dts, *instant - kReorder)) return;
  sought_for_ = instant;
  ++key_seeks_;
  if (!input_.seek(*instant - kReorder)) {
    throw Error(ErrorCode::io_error, input_.info().path + ": cannot be positioned.");
  }
}

FrameSampler::Summary FrameWalker::own_summary() const {
  FrameSampler::Summary summary = summary_;
  if (mode_ == SamplingMode::keyframes) {
    summary.packets_read += key_packets_read_;
    summary.packets_skipped += key_packets_read_ - key_packets_decoded_;
    summary.seeks += key_seeks_;
  } else {
    summary.packets_read += plan_.packets_read();
    summary.packets_skipped += plan_.packets_skipped();
    summary.seeks += plan_.seeks();
  }
  return summary;
}

FrameSampler::Summary FrameWalker::summary() const {
  FrameSampler::Summary summary = own_summary();
  summary.errors += input_.read_errors();
  summary.timestamps_repaired += input_.timestamps_repaired();
  return summary;
}

}  // namespace longtake::media
