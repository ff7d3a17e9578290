// Declares FrameWalker, private to this room: the decoded pictures for a set of instants, in order.
// It is what FrameSampler runs on its thread and FrameReader runs in place.
//
// Frames keep their decoder's timestamps (FFmpeg's best-effort ones), with these repairs, which are
// counted:
//   no timestamp at all            after the frame before, at the distance of the last two;
//   before the frame before it     never on screen, left out;
//   more than an hour ahead and
//   beyond the stated end          left out as damage.
// The last frame stays on screen for its own duration, or for one frame period.
//
// With hardware, the first sign of anything wrong ends the walk with an Error: its owner starts
// another one in software after the last picture that it got, as after any interruption.
//
// Thread rule: one thread. Lifetime rule: refers to the input, which must outlive it; a walked
// frame belongs to whoever holds it.
#ifndef LONGTAKE_ENGINE_MEDIA_FRAME_WALKER_H_
#define LONGTAKE_ENGINE_MEDIA_FRAME_WALKER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/media/av_handles.h"
#include "engine/media/frame_decoder.h"
#include "engine/media/frame_sampler.h"
#include "engine/media/hardware.h"
#include "engine/media/instants.h"
#include "engine/media/media_input.h"
#include "engine/media/packet_facts.h"
#include "engine/media/packet_plan.h"

namespace longtake::media {

struct WalkedFrame {
  std::int64_t index = 0;
  Micros instant = 0;
  Micros pts = 0;
  std::shared_ptr<const AVFrame>
      frame;  // the same object as before if the same picture still shows
};

struct WalkOptions {
  SamplingMode mode = SamplingMode::exact;
  int threads = 0;
  bool decode_everything = false;
  std::shared_ptr<Hardware> hardware = {};  // null: software
  FrameSampler::Summary before = {};        // own_summary() of the walk that this one goes on with
};

class FrameWalker {
 public:
  FrameWalker(MediaInput& input, Instants instants, WalkOptions options);
  FrameWalker(const FrameWalker&) = delete;
  FrameWalker& operator=(const FrameWalker&) = delete;

  std::optional<WalkedFrame> next();
  // The frame that next() gave last is of no use: damage, until the next instant.
  void refuse(const WalkedFrame& walked);
  FrameSampler::Summary summary() const;
  // Without what the input counts.
  FrameSampler::Summary own_summary() const;

 private:
  // A picture and until when it is on screen.
  struct Span {
    std::shared_ptr<const AVFrame> frame;
    Micros pts = 0;
    Micros end = 0;
  };
  struct Candidate {
    PacketPtr packet;
    Micros time = 0;
    std::int64_t index = 0;
  };

  void advance();
  void count_frame();
  void accept(FramePtr frame);
  std::optional<Micros> repaired_time(const AVFrame& frame);
  void show_until(Micros end);
  void finish();
  void note_errors(int errors);
  void require_soundness(bool sound) const;
  std::shared_ptr<const AVFrame> on_host(std::shared_ptr<const AVFrame> frame) const;
  void add_damage(TimeRange range);
  // Keyframes mode.
  std::optional<WalkedFrame> next_keyframe();
  std::optional<WalkedFrame> decode_candidate();
  std::optional<WalkedFrame> finish_keyframes(bool end_of_file);
  void seek_near(std::int64_t index, Micros passed, std::int64_t dts);
  std::int64_t nearest_index(Micros time) const;  // -1: no instant within reach

  MediaInput& input_;
  const Instants instants_;
  const SamplingMode mode_;
  PacketPlan plan_;
  PacketInspector inspector_;
  const std::shared_ptr<Hardware> hardware_;
  FrameDecoder decoder_;
  FrameSampler::Summary summary_;

  std::int64_t next_index_;
  std::deque<Span> spans_;
  std::shared_ptr<const AVFrame> held_;  // the latest picture; its end is not known yet
  Micros held_pts_ = 0;
  bool shown_any_ = false;
  bool seen_any_ = false;
  bool sound_ = false;  // a frame that needs nothing from before the start has come
  Micros last_pts_ = 0;
  Micros last_step_ = 0;
  Micros valid_from_;
  std::int64_t counted_frames_ = 0;
  std::optional<Micros> damage_begin_;
  std::shared_ptr<const AVFrame> refused_;  // the last one that was
  bool finished_ = false;
  bool warned_order_ = false;

  std::optional<Candidate> candidate_;
  Micros last_packet_end_ = 0;
  std::int64_t key_packets_read_ = 0;
  std::int64_t key_packets_decoded_ = 0;
  std::int64_t key_seeks_ = 0;
  std::optional<Micros> sought_for_;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_FRAME_WALKER_H_
