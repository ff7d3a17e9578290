// Declares ClockRepair, private to this room: closes up the jumps of a stream's clock that starts
// again, as those of MPEG-TS and PS may. The rule is that of "continuous" timelines in media_input.h;
// pictures and sound follow it alike, and at each jump the two may part by the distance of their
// packets.
//
// Thread rule: one thread. Lifetime rule: plain value, good for one reading from the beginning.
#ifndef LONGTAKE_ENGINE_MEDIA_CLOCK_REPAIR_H_
#define LONGTAKE_ENGINE_MEDIA_CLOCK_REPAIR_H_

#include <cstdint>
#include <optional>

#include "engine/base/time.h"
#include "engine/media/av_handles.h"

namespace longtake::media {

class ClockRepair {
 public:
  struct Stream {
    AVRational time_base;
    std::int64_t zero = 0;  // the timestamp of time 0
    Micros duration = 0;    // of the file, as it says; 0: unknown
    Micros period = 0;      // how long a packet lasts that does not say so
  };
  struct Jump {
    Micros step = 0;
    Micros after = 0;  // the time at which it happened
  };
  // Takes every packet, in decoding order; returns the jump before this one, if there was one.
  std::optional<Jump> repair(AVPacket& packet, const Stream& stream);

 private:
  // In units of the stream.
  std::int64_t shift_ = 0;
  std::int64_t last_dts_ = AV_NOPTS_VALUE;
  std::int64_t last_duration_ = 0;
  bool restarted_ = false;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_CLOCK_REPAIR_H_
