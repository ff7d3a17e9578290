#include "nano/world/scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace longtake::world {
namespace {

bool same(const Scene& a, const Scene& b) {
  if (a.background != b.background || a.noise != b.noise || a.events.size() != b.events.size()) return false;
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    const Event &x = a.events[i], &y = b.events[i];
    if (x.time != y.time || x.colour != y.colour || x.shape != y.shape || x.direction != y.direction || x.number != y.number ||
        x.turns_into != y.turns_into || x.radius != y.radius || x.mid_x != y.mid_x)
      return false;
  }
  return true;
}

TEST(Scene, FollowsFromItsSeed) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_TRUE(same(make_scene(seed), make_scene(seed)));
    EXPECT_FALSE(same(make_scene(seed), make_scene(seed + 1)));
  }
}

// The numbers are part of the world: whoever changes them makes the sample's truths and the model's training stale.
TEST(Scene, IsTheSameOnEveryPlatform) {
  const Scene scene = make_scene(42);
  ASSERT_EQ(scene.events.size(), 4u);
  const Event& first = scene.events[0];
  EXPECT_EQ(first.time, (TimeRange{3774800, 10159378}));
  EXPECT_EQ(first.colour, Colour::orange);
  EXPECT_EQ(first.shape, Shape::bar);
  EXPECT_EQ(first.direction, Direction::down);
  EXPECT_EQ(scene.events[2].number, 22);
}

TEST(Scene, EventsLastAsLongAsTheyShouldAndDoNotCrowd) {
  SceneOptions o;
  o.duration_us = 60 * kSecond;
  o.events = 8;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Scene scene = make_scene(seed, o);
    ASSERT_FALSE(scene.events.empty());
    for (std::size_t i = 0; i < scene.events.size(); ++i) {
      const TimeRange t = scene.events[i].time;
      EXPECT_GE(t.t0, 0);
      EXPECT_LE(t.t1, o.duration_us);
      EXPECT_GE(t.t1 - t.t0, o.min_event_us);
      EXPECT_LE(t.t1 - t.t0, o.max_event_us);
      if (i == 0) continue;
      const TimeRange before = scene.events[i - 1].time;
      const bool meets = before == t;
      EXPECT_TRUE(meets || t.t0 - before.t1 >= o.min_gap_us);
      EXPECT_FALSE(meets && (scene.events[i].number || scene.events[i - 1].number)) << "whose sign would it be?";
    }
  }
}

TEST(Scene, ColourAndShapeMeanOneObjectUnlessRepeatedOnPurpose) {
  SceneOptions o;
  o.duration_us = 600 * kSecond;
  o.events = 40;
  o.repeat = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Scene scene = make_scene(seed, o);
    std::set<std::pair<Colour, Shape>> seen;
    for (const Event& e : scene.events) {
      EXPECT_TRUE(seen.insert({e.colour, e.shape}).second);
      EXPECT_TRUE(!e.turns_into || seen.insert({*e.turns_into, e.shape}).second);
    }
  }
  o.repeat = 0.5;
  std::map<std::pair<Colour, Shape>, int> visits;
  int most = 0;
  for (const Event& e : make_scene(7, o).events) most = std::max(most, ++visits[{e.colour, e.shape}]);
  EXPECT_GT(most, 1);
  EXPECT_LE(most, 3);
}

TEST(Scene, MovesTheWayItSays) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (const Event& e : make_scene(seed).events) {
      const Position a = position(e, e.time.t0), b = position(e, e.time.t1 - 1);
      const double dx = b.x - a.x, dy = b.y - a.y;
      switch (e.direction) {
        case Direction::left: EXPECT_LT(dx, -0.3); break;
        case Direction::right: EXPECT_GT(dx, 0.3); break;
        case Direction::up: EXPECT_LT(dy, -0.3); break;
        case Direction::down: EXPECT_GT(dy, 0.3); break;
      }
      EXPECT_TRUE(std::abs(dx) < 0.01 || std::abs(dy) < 0.01);
    }
  }
}

TEST(LongScene, IsMostlyQuiet) {
  for (const std::int64_t minutes : {10, 60, 600}) {
    const Scene scene = long_scene(3, minutes * 60 * kSecond, 40);
    ASSERT_EQ(scene.events.size(), 40u);
    std::int64_t busy = 0;
    for (const Event& e : scene.events) busy += e.time.t1 - e.time.t0;
    EXPECT_LT(busy * 2, scene.duration_us);
    EXPECT_GT(scene.events.back().time.t0, scene.duration_us / 2) << "spread over the whole";
  }
}

}  // namespace
}  // namespace longtake::world
