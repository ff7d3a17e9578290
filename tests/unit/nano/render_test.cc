#include "nano/world/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nano/world/palette.h"

namespace longtake::world {
namespace {

struct Picture {
  int width, height;
  std::vector<std::uint8_t> rgb;
  Picture(int w, int h) : width(w), height(h), rgb(static_cast<std::size_t>(w * h * 3)) {}
  const std::uint8_t* at(double x, double y) const {  // picture coordinates
    return &rgb[static_cast<std::size_t>((static_cast<int>(y * height) * width + static_cast<int>(x * width)) * 3)];
  }
};

Picture draw(const Scene& s, std::int64_t t, int w, int h) {
  Picture p(w, h);
  render(s, t, w, h, p.rgb.data());
  return p;
}

bool near(const std::uint8_t* pixel, Rgb c, int tolerance) {
  const auto off = [&](int i, float want) { return std::abs(static_cast<float>(pixel[i]) - want); };
  return std::max({off(0, c.r), off(1, c.g), off(2, c.b)}) <= static_cast<float>(tolerance);
}

TEST(Render, ShowsTheColourWhereTheEventSays) {
  int seen = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Scene scene = make_scene(seed);
    for (const Event& e : scene.events) {
      if (e.shape == Shape::ring) continue;  // hollow where it is looked at
      for (const double f : {0.05, 0.5, 0.95}) {
        const auto t = e.time.t0 + static_cast<std::int64_t>(f * static_cast<double>(e.time.t1 - e.time.t0));
        const Position p = position(e, t);
        const Picture big = draw(scene, t, 320, 180), small = draw(scene, t, 48, 48);
        EXPECT_TRUE(near(big.at(p.x, p.y), rgb(e.colour_at(t)), 20)) << "seed " << seed;
        EXPECT_TRUE(near(small.at(p.x, p.y), rgb(e.colour_at(t)), 20)) << "seed " << seed;
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, 200);
}

TEST(Render, IsQuietBetweenEvents) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Scene scene = make_scene(seed);
    for (std::int64_t t = 0; t < scene.duration_us; t += kSecond) {
      bool busy = false;
      for (const Event& e : scene.events) busy |= t >= e.time.t0 && t < e.time.t1;
      if (busy) continue;
      const Picture p = draw(scene, t, 48, 48);
      const Rgb ground = background(scene.background);
      for (std::size_t i = 0; i < p.rgb.size(); i += 3) ASSERT_TRUE(near(&p.rgb[i], ground, 50));
    }
  }
}

TEST(Render, FollowsFromSeedAndTime) {
  const Scene scene = make_scene(11);
  EXPECT_EQ(draw(scene, 5 * kSecond, 64, 36).rgb, draw(scene, 5 * kSecond, 64, 36).rgb);
  EXPECT_NE(draw(scene, 5 * kSecond, 64, 36).rgb, draw(scene, 5 * kSecond + 1, 64, 36).rgb) << "the camera's noise moves";
}

// Rendering straight to a small square is rendering 16:9 and squashing it.
TEST(Render, SquareIsTheSquashedPicture) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Scene scene = make_scene(seed);
    scene.noise = 0;
    const std::int64_t t = (scene.events.at(0).time.t0 + scene.events[0].time.t1) / 2;
    const Picture wide = draw(scene, t, 48 * 12, 48 * 7), small = draw(scene, t, 48, 48);
    double worst = 0, sum = 0;
    for (int y = 0; y < 48; ++y)
      for (int x = 0; x < 48; ++x)
        for (int c = 0; c < 3; ++c) {
          double mean = 0;
          for (int v = 0; v < 7; ++v)
            for (int u = 0; u < 12; ++u) mean += wide.rgb[static_cast<std::size_t>(((y * 7 + v) * wide.width + x * 12 + u) * 3 + c)];
          const double off = std::abs(mean / 84 - small.rgb[static_cast<std::size_t>((y * 48 + x) * 3 + c)]);
          worst = std::max(worst, off);
          sum += off;
        }
    EXPECT_LT(sum / (48 * 48 * 3), 1.5) << "seed " << seed;
    EXPECT_LT(worst, 70) << "seed " << seed;  // nine samples a pixel: an edge may be off by a quarter
  }
}

TEST(Render, SignIsReadableInASmallPicture) {
  Scene scene;
  Event e{};
  e.time = {0, 4 * kSecond};
  e.radius = 0.2;
  e.mid_x = e.mid_y = 0.45;
  e.number = 47;
  scene.events.push_back(e);
  const Picture p = draw(scene, kSecond, 48, 48);
  // Dots of 2 x 2 pixels from (1, 37): a 4 has its left column dark in the first three rows and light in the last two.
  const auto dark = [&](int column, int row, int place) {
    return p.rgb[static_cast<std::size_t>(((37 + 2 * row) * 48 + 1 + 8 * place + 2 * column) * 3)] < 100;
  };
  for (int row = 0; row < 5; ++row)
    for (int column = 0; column < 3; ++column) {
      EXPECT_EQ(dark(column, row, 0), digit_dot(4, row, column));
      EXPECT_EQ(dark(column, row, 1), digit_dot(7, row, column));
    }
}

TEST(Cells, NameTheObjectThatCoversThem) {
  int named = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Scene scene = make_scene(seed);
    for (const Event& e : scene.events) {
      const std::int64_t t = (e.time.t0 + e.time.t1) / 2;
      const auto owner = cells(scene, t, 3);
      for (int c = 0; c < 9; ++c) {
        const int o = owner[static_cast<std::size_t>(c)];
        if (o < 0) continue;
        const Event& there = scene.events[static_cast<std::size_t>(o)];
        EXPECT_TRUE(t >= there.time.t0 && t < there.time.t1);
        const Position p = position(there, t);
        EXPECT_LT(std::abs(p.x * 3 - (c % 3 + 0.5)), 1.9);
        EXPECT_LT(std::abs(p.y * 3 - (c / 3 + 0.5)), 1.9);
        ++named;
      }
    }
  }
  EXPECT_GT(named, 60);
}

TEST(Degrade, KeepsThePictureRecognisable) {
  const Scene scene = make_scene(2);
  const Event& e = scene.events.at(0);
  const std::int64_t t = (e.time.t0 + e.time.t1) / 2;
  const Picture clean = draw(scene, t, 48, 48);
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    Picture p = clean;
    degrade(seed, 48, 48, p.rgb.data());
    double off = 0;
    for (std::size_t i = 0; i < p.rgb.size(); ++i) off += std::abs(p.rgb[i] - clean.rgb[i]);
    EXPECT_GT(off, 0);
    EXPECT_LT(off / static_cast<double>(p.rgb.size()), 40);
  }
}

}  // namespace
}  // namespace longtake::world
