// Declares PacketPlan, private to this room: reads a video's packets and decides which of them must
// be decoded so that the picture on screen at every wanted instant comes out exactly as if all had
// been.
//
// It works in segments. A segment begins at an entry (a keyframe at which a decoder may start) and
// ends before the next. Timestamps of packets give the presentation order, so it is known which
// packet is on screen at each instant before anything is decoded. Then
//   1. a picture that no other refers to is dropped unless it is wanted itself;
//   2. what follows the last wanted picture of a segment, in decoding order, is dropped, and the
//      decoder starts afresh at the next entry; a segment without a wanted one is dropped whole;
//   3. where an index knows a later entry that is still not after the next instant, the plan seeks.
// Pictures that follow an entry in decoding order and precede it in presentation (leading pictures)
// may need both segments: if one is wanted, neither is cut.
// A stream whose timestamps or codec do not allow such reasoning is decoded from end to end.
//
// Thread rule: one thread. Lifetime rule: refers to the input and the instants, which must outlive it.
#ifndef LONGTAKE_ENGINE_MEDIA_PACKET_PLAN_H_
#define LONGTAKE_ENGINE_MEDIA_PACKET_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "engine/media/av_handles.h"
#include "engine/media/instants.h"
#include "engine/media/media_input.h"
#include "engine/media/packet_facts.h"

namespace longtake::media {

class PacketPlan {
 public:
  PacketPlan(MediaInput& input, const Instants& instants, bool decode_everything);

  struct Step {
    PacketPtr packet;  // null at the end of the stream
    // Before this packet: hand out what the decoder holds, forget it, and from then on ignore
    // frames presented before `valid_from`, which are leading pictures whose references were
    // dropped.
    bool restart = false;
    Micros valid_from = 0;
    bool errors_expected = false;  // such a leading picture: its errors are no damage
  };
  Step next();

  std::int64_t packets_read() const { return packets_read_; }
  std::int64_t packets_skipped() const { return packets_skipped_; }
  std::int64_t seeks() const { return seeks_; }

 private:
  struct Queued {
    PacketPtr packet;
    std::optional<Micros> time;  // presentation
    PacketFacts facts;
    bool shown = true;  // not cut away by an edit list
    bool wanted = false;
    bool decode = true;
    bool restart = false;
    bool errors_expected = false;
  };

  bool pull();  // one packet into the queue; false at the end
  void plan_segment();
  std::optional<std::size_t> find_next_entry();  // reads on to it; nullopt: none within the limits
  void mark_wanted(std::size_t count, std::optional<std::size_t> next_entry);
  bool order_is_believable(std::size_t count) const;
  void decode_all_from_here();
  bool jump(Micros passed, std::int64_t dts);
  void clear_queue();

  MediaInput& input_;
  const Instants& instants_;
  PacketInspector inspector_;
  bool planning_;
  const bool reorders_;

  std::deque<Queued> queue_;
  std::size_t decided_ = 0;  // packets at the front of the queue whose fate is decided
  std::int64_t queued_bytes_ = 0;
  bool at_end_ = false;
  bool restart_pending_ = false;  // the decoder's state has a gap: start afresh at the next entry
  bool continues_ = false;  // the queue's front goes on with a segment that the limits had cut
  bool nothing_planned_ = true;
  Micros jumped_for_;  // the instant of the last jump: none is tried twice
  std::int64_t packets_read_ = 0;
  std::int64_t packets_skipped_ = 0;
  std::int64_t seeks_ = 0;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_PACKET_PLAN_H_
