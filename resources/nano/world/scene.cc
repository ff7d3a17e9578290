#include "scene.h"

#include <algorithm>
#include <array>

#include "prng.h"

namespace longtake::world {
namespace {

constexpr int kMostOfAKind = 5;  // of one shape or colour: counting answers stay small
constexpr double kTravelX = 0.60, kTravelY = 0.46;

// Hands out colours and shapes: each pair once, few of a kind.
class Wardrobe {
 public:
  explicit Wardrobe(Prng& rng) : rng_(rng) {}

  void dress(Event& e) {
    for (int attempt = 0;; ++attempt) {
      const int c = rng_.below(kColours), s = rng_.below(kShapes);
      const bool full = shapes_[s] >= kMostOfAKind || colours_[c] >= kMostOfAKind;
      if (attempt < 4000 && (used_[c][s] || (attempt < 400 && full))) continue;
      e.colour = static_cast<Colour>(c);
      e.shape = static_cast<Shape>(s);
      note(c, s, true);
      return;
    }
  }

  // A second colour for the event, if a free pair is left.
  void recolour(Event& e) {
    const int s = static_cast<int>(e.shape);
    for (int attempt = 0; attempt < 40; ++attempt) {
      const int c = rng_.below(kColours);
      if (used_[c][s] || colours_[c] >= kMostOfAKind) continue;
      e.turns_into = static_cast<Colour>(c);
      e.turn_us = (e.time.t0 + e.time.t1) / 2;
      note(c, s, false);
      return;
    }
  }

  // The event wears what `old` wore.
  bool repeat(Event& e, const Event& old) {
    const int c = static_cast<int>(old.colour), s = static_cast<int>(old.shape);
    if (old.turns_into || used_[c][s] >= 3 || shapes_[s] >= kMostOfAKind || colours_[c] >= kMostOfAKind) return false;
    e.colour = old.colour;
    e.shape = old.shape;
    note(c, s, true);
    return true;
  }

 private:
  void note(int c, int s, bool new_object) {
    ++used_[c][s];
    ++colours_[c];
    shapes_[s] += new_object;
  }

  Prng& rng_;
  std::array<std::array<int, kShapes>, kColours> used_{};
  std::array<int, kShapes> shapes_{};
  std::array<int, kColours> colours_{};
};

Event alone(Prng& rng) {
  Event e{};
  e.direction = static_cast<Direction>(rng.below(kDirections));
  e.radius = rng.uniform(0.19, 0.27);
  e.mid_x = 0.5 + rng.uniform(-0.06, 0.06);
  e.mid_y = 0.46 + rng.uniform(-0.05, 0.05);
  return e;
}

// One of two objects that meet: each has its own lane.
Event in_lane(Prng& rng, bool side_by_side, bool second) {
  Event e{};
  e.radius = rng.uniform(0.17, 0.21);
  const double lane = (second ? 0.73 : 0.27) + rng.uniform(-0.03, 0.03);
  e.mid_x = side_by_side ? lane : 0.5;
  e.mid_y = side_by_side ? 0.5 : lane;
  const int step = rng.below(2);
  e.direction = static_cast<Direction>(side_by_side ? 2 + step : step);
  return e;
}

}  // namespace

Position position(const Event& e, std::int64_t t) {
  const double f = static_cast<double>(t - e.time.t0) / static_cast<double>(e.time.t1 - e.time.t0) - 0.5;
  switch (e.direction) {
    case Direction::left: return {e.mid_x - f * kTravelX, e.mid_y};
    case Direction::right: return {e.mid_x + f * kTravelX, e.mid_y};
    case Direction::up: return {e.mid_x, e.mid_y - f * kTravelY};
    case Direction::down: return {e.mid_x, e.mid_y + f * kTravelY};
  }
  return {e.mid_x, e.mid_y};
}

Scene make_scene(std::uint64_t seed, const SceneOptions& o) {
  Prng rng(seed);
  Scene scene;
  scene.seed = seed;
  scene.duration_us = o.duration_us;
  scene.background = rng.below(kBackgrounds);
  scene.texture = rng.uniform(2, 8);
  scene.noise = rng.uniform(1, 4);

  struct Slot {
    std::int64_t length;
    int objects;
  };
  std::vector<Slot> slots;
  std::int64_t busy = 0;
  for (int left = o.events; left > 0;) {
    Slot slot{o.min_event_us + static_cast<std::int64_t>(rng.uniform() * static_cast<double>(o.max_event_us - o.min_event_us)),
              left > 1 && rng.chance(o.meeting) ? 2 : 1};
    const std::int64_t room = o.duration_us - busy - (slots.empty() ? 0 : o.min_gap_us);
    if (room < o.min_event_us) break;
    slot.length = std::min(slot.length, room);
    busy = o.duration_us - room + slot.length;
    left -= slot.objects;
    slots.push_back(slot);
  }

  // The quiet time is shared out among the gaps at random, unevenly. (Plain arithmetic only: the C library's logarithm is
  // not the same everywhere.)
  std::vector<double> gaps(slots.size() + 1);
  double sum = 0;
  for (double& g : gaps) {
    const double u = rng.uniform();
    sum += g = 0.02 + u * u;
  }
  const double quiet = static_cast<double>(o.duration_us - busy) / sum;

  Wardrobe wardrobe(rng);
  std::int64_t t = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    t += static_cast<std::int64_t>(gaps[i] * quiet) + (i ? o.min_gap_us : 0);
    const bool meeting = slots[i].objects == 2, side_by_side = rng.chance(0.5);
    for (int k = 0; k < slots[i].objects; ++k) {
      Event e = meeting ? in_lane(rng, side_by_side, k == 1) : alone(rng);
      e.time = {t, t + slots[i].length};
      const int earlier = static_cast<int>(scene.events.size());
      const bool again = !meeting && earlier > 0 && rng.chance(o.repeat) &&
                         wardrobe.repeat(e, scene.events[static_cast<std::size_t>(rng.below(earlier))]);
      if (!again) {
        wardrobe.dress(e);
        if (rng.chance(o.change)) wardrobe.recolour(e);
      }
      if (!meeting && rng.chance(o.number)) {
        e.number = 10 + rng.below(90);
        if (earlier > 0 && rng.chance(o.same_number)) {
          const Event& old = scene.events[static_cast<std::size_t>(rng.below(earlier))];
          if (old.number) e.number = old.number;
        }
      }
      scene.events.push_back(e);
    }
    t += slots[i].length;
  }
  return scene;
}

Scene long_scene(std::uint64_t seed, std::int64_t duration_us, int events) {
  SceneOptions o;
  o.duration_us = duration_us;
  o.events = events;
  o.repeat = 0.05;
  return make_scene(seed, o);
}

}  // namespace longtake::world
