#include "engine/media/clock_repair.h"

#include <algorithm>

extern "C" {
#include <libavutil/mathematics.h>
}

namespace longtake::media {

namespace {

constexpr AVRational kMicrosBase = {1, AV_TIME_BASE};

}  // namespace

std::optional<ClockRepair::Jump> ClockRepair::repair(AVPacket& packet, const Stream& stream) {
  std::optional<Jump> jump;
  if (packet.dts != AV_NOPTS_VALUE) {
    std::int64_t dts = av_sat_add64(packet.dts, shift_);
    if (last_dts_ != AV_NOPTS_VALUE) {
      const auto time_of = [&](std::int64_t timestamp) {
        return av_rescale_q(av_sat_sub64(timestamp, stream.zero), stream.time_base, kMicrosBase);
      };
      const std::int64_t second = av_rescale_q(1, {1, 1}, stream.time_base);
      const std::int64_t step = av_sat_sub64(dts, last_dts_);
      const bool back = step < -second;
      // A gap that agrees with where the file ends is a gap in the recording, which players show too.
      const bool astray =
          step > 10 * second && (restarted_ || stream.duration == 0 ||
                                 time_of(dts) > stream.duration + 10 * kMicrosPerSecond);
      if (back || astray) {
        restarted_ = restarted_ || back;
        const std::int64_t period =
            last_duration_ > 0 ? last_duration_
                               : std::max<std::int64_t>(
                                     1, av_rescale_q(stream.period, kMicrosBase, stream.time_base));
        shift_ = av_sat_add64(shift_, av_sat_sub64(av_sat_add64(last_dts_, period), dts));
        dts = av_sat_add64(packet.dts, shift_);
        jump = {av_rescale_q(step, stream.time_base, kMicrosBase), time_of(last_dts_)};
      }
    }
    last_dts_ = dts;
    last_duration_ = packet.duration;
    packet.dts = dts;
  }
  if (packet.pts != AV_NOPTS_VALUE) packet.pts = av_sat_add64(packet.pts, shift_);
  return jump;
}

}  // namespace longtake::media
