// Scene: what happens in a piece of shape-world footage, and when. Also the makers of random scenes.
// Thread rule: plain data; the makers are pure functions of their arguments, the same on every platform.
// Lifetime: values.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "palette.h"

namespace longtake::world {

inline constexpr std::int64_t kSecond = 1'000'000;  // all times are microseconds from the first frame

struct TimeRange {
  std::int64_t t0, t1;  // [t0, t1)
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

// One object from its entrance to its disappearance. Lengths are in units of the picture's height.
struct Event {
  TimeRange time;
  Colour colour;
  Shape shape;
  Direction direction;
  double radius;
  double mid_x, mid_y;                // picture coordinates 0..1 of the middle of its way
  std::optional<int> number;          // two digits on the sign while it is there
  std::optional<Colour> turns_into;   // from turn_us on
  std::int64_t turn_us = 0;

  Colour colour_at(std::int64_t t) const { return turns_into && t >= turn_us ? *turns_into : colour; }
};

struct Position {
  double x, y;  // picture coordinates 0..1, y downwards
};
Position position(const Event& e, std::int64_t t);

struct Scene {
  std::uint64_t seed = 0;
  std::int64_t duration_us = 0;
  int background = 0;
  double texture = 6;  // amplitude of the background's texture, in 8-bit steps
  double noise = 3;    // standard deviation of the camera's noise
  std::vector<Event> events;  // by t0
};

struct SceneOptions {
  std::int64_t duration_us = 24 * kSecond;
  int events = 4;  // at most: what does not fit is left out
  std::int64_t min_event_us = 3 * kSecond, max_event_us = 8 * kSecond;
  std::int64_t min_gap_us = 1200 * 1000;  // more than a frame at 1 fps, so that two visits can be told apart
  double number = 0.6;       // share of the events with a sign
  double same_number = 0.2;  // of these, shows the number of an earlier one
  double meeting = 0.15;     // two objects at once (without a sign: it would be nobody's)
  double change = 0.12;      // turns into another colour half way
  double repeat = 0.15;      // a colour and shape seen before comes again, for counting
};

Scene make_scene(std::uint64_t seed, const SceneOptions& options = {});

// Distinct events, far apart: ten minutes, one hour, ten hours of mostly quiet footage.
Scene long_scene(std::uint64_t seed, std::int64_t duration_us, int events);

}  // namespace longtake::world
