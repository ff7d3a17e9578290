// Declares FrameClock: how the player's seconds and the engine's microseconds belong together, and
// where mpv must be sent to show a certain frame.
//
// Both clocks run alike, but mpv counts from the container's start, which may be that of the sound;
// the engine from the first presented frame. And mpv's exact seek shows the first frame not before
// its target, where the engine means the one that is on screen at a time.
//
// Thread rule: any thread. Lifetime rule: a plain value.
#ifndef LONGTAKE_UI_PLAYER_FRAME_CLOCK_H_
#define LONGTAKE_UI_PLAYER_FRAME_CLOCK_H_

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/engine.h"

namespace longtake::ui {

struct FrameClock {
  double offset = 0;                // seconds: the engine's time minus mpv's
  std::optional<double> rate = {};  // frames per second where it is constant

  // Times that differ by less than this are the same: containers round their timestamps.
  static constexpr double kTolerance = 0.0005;

  // Rounded up, so that the frame that mpv calls `seconds` is on screen at the result.
  Micros fromMpv(double seconds) const {
    return static_cast<Micros>(std::ceil((seconds + offset) * 1e6 - 0.01));
  }
  double toMpv(Micros time) const { return to_seconds(time) - offset; }

  // mpv takes a frame for the target from 5 ms before it on.
  static constexpr double kMpvTolerance = 0.005;

  // Where to seek to so that the first frame at or after `time` shows.
  double targetFrom(Micros time) const {
    return std::max(0.0, toMpv(time) + kMpvTolerance - kTolerance);
  }
  // Where to seek to so that the frame on screen at `time` shows. Without a constant rate nobody
  // knows where that one begins: then the next one may come, and the player steps back.
  double targetAt(Micros time) const {
    if (!rate) return targetFrom(time);
    const double period = 1 / *rate;
    const double frame = std::floor((to_seconds(time) + std::min(kTolerance, period / 8)) / period);
    return std::max(0.0, frame * period - offset + kMpvTolerance - period / 2);
  }
  // Whether `shown` is a frame that begins after `time`.
  bool isAfter(Micros shown, Micros time) const {
    const double tolerance = rate ? std::min(kTolerance, 1 / *rate / 8) : kTolerance;
    return to_seconds(shown - time) > tolerance + 1e-6;
  }
  // Number of the frame on screen, from 0; empty where the rate is not constant.
  std::optional<qint64> frameNumber(Micros time) const {
    if (!rate) return std::nullopt;
    return static_cast<qint64>(std::floor(to_seconds(time) * *rate + 0.02));
  }
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_FRAME_CLOCK_H_
