#include "engine/media/cut_finder.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "engine/media/frame_converter.h"
#include "engine/media/frame_decoder.h"
#include "engine/media/media_input.h"
#include "engine/media/packet_facts.h"

extern "C" {
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

namespace longtake::media {

namespace {

// Fine enough for SceneCutDetector's cells; its costs do not depend on the size.
constexpr int kWidth = 160;
constexpr int kHeight = 90;
// Neighbouring keyframes this different are looked between: a cut is at least the detector's floor,
// less what movement may have brought the pictures nearer to each other.
constexpr double kNeighbourShare = 2.0 / 3.0;
// In a longer group a scene may have come and gone: a look at its ends says too little.
constexpr Micros kLongGroup = 12 * kMicrosPerSecond;
// What is kept of a group until its end is known; a larger one is decoded as it comes.
constexpr std::int64_t kMaxGroupBytes = 48 << 20;
constexpr Micros kHour = 3600 * kMicrosPerSecond;

// The packets from one entry to the next.
struct Group {
  Micros begin = 0;
  Image first;
  std::vector<PacketPtr> packets;  // none once they have gone to the scan
  std::int64_t count = 0;
  std::int64_t bytes = 0;
  std::int64_t entry_bytes = 0;
  std::int64_t largest = 0;  // of the others
  Micros last_time = 0;
  bool being_scanned = false;

  // A packet that is nearly as large as the entry and far larger than its like holds a new picture.
  bool has_outlier() const {
    if (count < 4) return false;
    const std::int64_t mean = (bytes - entry_bytes) / (count - 1);
    return 2 * largest >= entry_bytes && largest >= 4 * mean;
  }
  bool is_long() const { return bytes > kMaxGroupBytes || last_time - begin > kLongGroup; }
};

bool is_damaged(const AVFrame& frame) {
  return is_unrecovered(frame) || frame.decode_error_flags != 0;
}

class CutFinder {
 public:
  CutFinder(const std::string& path, const CutFinderOptions& options)
      : options_(options),
        input_(path, nullptr, options.cancel),
        inspector_(input_.parameters()),
        entry_decoder_(input_.parameters(), input_.time_base(), 1, path, true),
        scan_decoder_(input_.parameters(), input_.time_base(), options.threads, path, true),
        converter_(Orientation{}, kWidth, kHeight) {
    input_.prime(entry_decoder_);
    input_.prime(scan_decoder_);
  }

  FoundCuts run() {
    if (inspector_.understands() && input_.timeline() != TimelineKind::counted) {
      find_by_groups();
    } else {
      decode_everything();
    }
    if (input_.stopped()) {
      throw Error(ErrorCode::cancelled, input_.info().path + ": looking for cuts was stopped.");
    }
    return std::move(found_);
  }

 private:
  void find_by_groups() {
    while (true) {
      PacketPtr packet = make_packet();
      if (!input_.read(*packet)) break;
      ++found_.packets_read;
      if (packet->pts == AV_NOPTS_VALUE) {
        // Only decoding tells what is shown when. What has been found so far stands.
        give_up_groups(std::move(packet));
        return;
      }
      const Micros time = input_.time_of(packet->pts);
      // A stream that begins within a group, or has no entries at all, is one group from its
      // beginning.
      if (inspector_.inspect(*packet).entry || !now_) {
        if (before_) judge(&now_.value());
        begin_group(std::move(packet), time);
      } else {
        // Leading pictures are shown before the entry that they follow, and belong to the group
        // before.
        if (before_ && time > now_->begin) judge(&now_.value());
        add_to_group(std::move(packet), time);
      }
    }
    if (before_) judge(&now_.value());
    if (now_) {
      before_ = std::exchange(now_, std::nullopt);
      judge(nullptr);
    }
  }

  void begin_group(PacketPtr packet, Micros time) {
    before_ = std::exchange(now_, Group{});
    now_->begin = now_->last_time = time;
    now_->first = decode_entry(*packet);
    now_->count = 1;
    now_->bytes = now_->entry_bytes = packet->size;
    now_->packets.push_back(std::move(packet));
  }

  void add_to_group(PacketPtr packet, Micros time) {
    Group& group = *now_;
    ++group.count;
    group.bytes += packet->size;
    group.largest = std::max<std::int64_t>(group.largest, packet->size);
    group.last_time = std::max(group.last_time, time);
    if (group.being_scanned) {
      scan(*packet);
      return;
    }
    group.packets.push_back(std::move(packet));
    if (!before_ && group.is_long()) {
      begin_scan(group);
      group.packets.clear();
    }
  }

  // What the group before holds, now that its end is known; `after` follows it (null: nothing
  // does).
  void judge(Group* after) {
    Group& group = *before_;
    if (group.count == 1 && after != nullptr && !group.first.empty() && !after->first.empty()) {
      // Two neighbouring pictures that have been decoded both.
      enter(group.begin);
      show(group.first, group.begin);
      show(after->first, after->begin);
    } else if (group.being_scanned || after == nullptr || is_suspicious(group, *after)) {
      if (!group.being_scanned) begin_scan(group);
      if (after != nullptr) {
        for (const PacketPtr& packet : after->packets) scan(*packet);
      }
      scan_end();
    }
    before_.reset();
  }

  bool is_suspicious(const Group& group, const Group& after) const {
    return group.first.empty() || after.first.empty() || group.is_long() || group.has_outlier() ||
           SceneCutDetector::difference(group.first, after.first) >
               kNeighbourShare * options_.detector.floor;
  }

  void begin_scan(Group& group) {
    group.being_scanned = true;
    enter(group.begin);
    valid_from_ = group.begin;  // what is shown before lacks the pictures that it refers to
    for (const PacketPtr& packet : group.packets) scan(*packet);
  }

  // The detector goes on where it was if these are the next pictures, and else knows nothing of
  // before.
  void enter(Micros time) {
    if (detector_ && last_shown_ == time) return;
    const std::optional<Micros> scene_begin = found_.cuts.empty() ? 0 : found_.cuts.back();
    detector_.emplace(options_.detector, scene_begin);
    last_shown_.reset();
  }

  void scan(const AVPacket& packet) {
    scan_decoder_.decode(packet, [this](FramePtr frame) { accept(*frame); });
  }
  void scan_end() {
    scan_decoder_.drain([this](FramePtr frame) { accept(*frame); });
  }

  void accept(const AVFrame& frame) {
    ++found_.frames_decoded;
    if (is_damaged(frame)) return;
    if (frame.best_effort_timestamp == AV_NOPTS_VALUE) return;
    const Micros time = input_.time_of(frame.best_effort_timestamp);
    if (time >= valid_from_) show(small(frame), time);
  }

  void show(const Image& image, Micros time) {
    if (last_shown_ && time <= *last_shown_) return;
    // A damaged timestamp: everything after it would be in its past.
    if (time > std::max(last_shown_.value_or(0), input_.info().duration) + kHour) return;
    last_shown_ = time;
    if (detector_->add(image, time)) found_.cuts.push_back(time);
  }

  // Of a large picture only every so many rows are looked at: scaling all of it costs half as much
  // as decoding it.
  Image small(const AVFrame& frame) {
    const AVPixFmtDescriptor* format =
        av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    const int step = std::min(16, frame.height / (2 * kHeight));
    if (step < 2 || format == nullptr || (format->flags & AV_PIX_FMT_FLAG_PAL) != 0) {
      return converter_.convert(frame, {1, 1});
    }
    const FramePtr rows = make_frame();
    if (av_frame_ref(rows.get(), &frame) < 0) require_memory<AVFrame>(nullptr);
    rows->height = frame.height / step;
    for (int& stride : rows->linesize) stride *= step;
    return converter_.convert(*rows, {1, step});
  }

  // Empty if it is damaged.
  Image decode_entry(const AVPacket& packet) {
    FramePtr first;
    const FrameDecoder::Sink sink = [&](FramePtr frame) {
      ++found_.frames_decoded;
      if (first == nullptr) first = std::move(frame);
    };
    const int errors = entry_decoder_.decode(packet, sink) + entry_decoder_.drain(sink);
    if (first == nullptr || errors > 0 || is_damaged(*first)) return {};
    return small(*first);
  }

  // --- Without groups ---------------------------------------------------------------------------

  void give_up_groups(PacketPtr packet) {
    const auto sink = [this](FramePtr frame) { accept_in_sequence(*frame); };
    for (std::optional<Group>* group : {&before_, &now_}) {
      if (!*group) continue;
      enter((*group)->begin);
      for (const PacketPtr& kept : (*group)->packets) scan_decoder_.decode(*kept, sink);
    }
    scan_decoder_.decode(*packet, sink);
    decode_everything();
  }

  void decode_everything() {
    if (!detector_) detector_.emplace(options_.detector);
    const auto sink = [this](FramePtr frame) { accept_in_sequence(*frame); };
    const PacketPtr packet = make_packet();
    while (input_.read(*packet)) {
      ++found_.packets_read;
      scan_decoder_.decode(*packet, sink);
    }
    scan_decoder_.drain(sink);
  }

  // Times as FrameWalker makes them.
  void accept_in_sequence(const AVFrame& frame) {
    ++found_.frames_decoded;
    Micros time = last_shown_ ? *last_shown_ + input_.frame_period() : 0;
    if (input_.timeline() == TimelineKind::counted) {
      const VideoInfo& info = input_.info();
      const Rational rate = info.average_rate.known() ? info.average_rate : info.nominal_rate;
      if (rate.known()) time = av_rescale(counted_, kMicrosPerSecond * rate.den, rate.num);
      ++counted_;
    } else if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
      time = input_.time_of(frame.best_effort_timestamp);
    }
    if (!is_damaged(frame)) show(small(frame), time);
  }

  const CutFinderOptions options_;
  MediaInput input_;
  PacketInspector inspector_;
  FrameDecoder entry_decoder_;
  FrameDecoder scan_decoder_;
  FrameConverter converter_;
  FoundCuts found_;

  std::optional<Group> before_;  // complete but for pictures that its successor's entry leads
  std::optional<Group> now_;

  std::optional<SceneCutDetector> detector_;
  std::optional<Micros> last_shown_;
  Micros valid_from_ = 0;
  std::int64_t counted_ = 0;
};

}  // namespace

FoundCuts find_cuts(const std::string& path, const CutFinderOptions& options) {
  if (is_url(path)) {
    throw Error(ErrorCode::unsupported,
                path + ": the cuts of an address are not looked for, because it may never end.",
                "Save the video as a file and add that.");
  }
  return CutFinder(path, options).run();
}

}  // namespace longtake::media
