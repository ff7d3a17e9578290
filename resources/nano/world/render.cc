#include "render.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "prng.h"

namespace longtake::world {
namespace {

// The sign stands in the lower left corner; on a 48 x 48 picture a digit is 6 x 10 pixels.
constexpr double kUnit = 1.0 / 48;
constexpr double kPlateTop = 36 * kUnit, kPlateRight = 16 * kUnit, kDigitTop = 37 * kUnit;
constexpr double kDigitLeft = 1 * kUnit, kDigitStep = 8 * kUnit, kDot = 2 * kUnit;
constexpr Rgb kPlate{250, 250, 250}, kInk{10, 10, 10};

constexpr int kLatticeX = 16, kLatticeY = 9;  // cells of the background's texture

float unit_noise(std::uint64_t h) {  // -1..1
  return static_cast<float>(h >> 40) * 0x1.0p-23f - 1.0f;
}

// The moments' cast: which events are on, and the number on the sign.
struct Stage {
  std::vector<int> on;
  int number = -1;
};

Stage stage(const Scene& scene, std::int64_t t) {
  Stage s;
  for (std::size_t i = 0; i < scene.events.size(); ++i) {
    const Event& e = scene.events[i];
    if (t < e.time.t0 || t >= e.time.t1) continue;
    s.on.push_back(static_cast<int>(i));
    if (e.number) s.number = *e.number;
  }
  return s;
}

bool covers_point(const Event& e, const Position& centre, double x, double y) {
  return covers(e.shape, (x - centre.x) * kAspect / e.radius, (y - centre.y) / e.radius);
}

bool ink_at(int number, double x, double y) {
  const int row = static_cast<int>(std::floor((y - kDigitTop) / kDot));
  if (row < 0 || row > 4) return false;
  for (int place = 0; place < 2; ++place) {
    const int column = static_cast<int>(std::floor((x - kDigitLeft - place * kDigitStep) / kDot));
    if (column >= 0 && column < 3) return digit_dot(place ? number % 10 : number / 10, row, column);
  }
  return false;
}

std::uint8_t to_byte(float v) { return static_cast<std::uint8_t>(std::clamp(v + 0.5f, 0.0f, 255.0f)); }

}  // namespace

void render(const Scene& scene, std::int64_t time_us, int width, int height, std::uint8_t* out, const View& view) {
  const Stage now = stage(scene, time_us);
  struct Actor {
    const Event* event;
    Position centre;
    Rgb colour;
  };
  std::vector<Actor> actors;
  for (int i : now.on) {
    const Event& e = scene.events[static_cast<std::size_t>(i)];
    actors.push_back({&e, position(e, time_us), rgb(e.colour_at(time_us))});
  }

  std::array<std::array<float, kLatticeX + 1>, kLatticeY + 1> lattice;
  for (int y = 0; y <= kLatticeY; ++y)
    for (int x = 0; x <= kLatticeX; ++x)
      lattice[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] =
          unit_noise(mix(scene.seed ^ static_cast<std::uint64_t>(y * 64 + x + 1) * 0x9e3779b97f4a7c15ULL));
  const Rgb base = background(scene.background);
  const float slope_x = 12 * unit_noise(mix(scene.seed + 1)), slope_y = 12 * unit_noise(mix(scene.seed + 2));
  const std::uint64_t grain = mix(scene.seed ^ mix(static_cast<std::uint64_t>(time_us)));

  const int samples = height <= 128 ? 3 : 2;  // per side of a pixel
  const float share = 1.0f / static_cast<float>(samples * samples);
  for (int py = 0; py < height; ++py) {
    for (int px = 0; px < width; ++px) {
      const auto scene_x = [&](double x) { return (x / width - 0.5) / view.zoom + 0.5 + view.dx; };
      const auto scene_y = [&](double y) { return (y / height - 0.5) / view.zoom + 0.5 + view.dy; };
      const double cx = std::clamp(scene_x(px + 0.5), 0.0, 0.999999), cy = std::clamp(scene_y(py + 0.5), 0.0, 0.999999);

      const double lx = cx * kLatticeX, ly = cy * kLatticeY;
      const auto ix = static_cast<std::size_t>(lx), iy = static_cast<std::size_t>(ly);
      const float fx = static_cast<float>(lx - static_cast<double>(ix)), fy = static_cast<float>(ly - static_cast<double>(iy));
      const float top = lattice[iy][ix] * (1 - fx) + lattice[iy][ix + 1] * fx;
      const float low = lattice[iy + 1][ix] * (1 - fx) + lattice[iy + 1][ix + 1] * fx;
      const float shade = static_cast<float>(scene.texture) * (top * (1 - fy) + low * fy) +
                          slope_x * static_cast<float>(cx - 0.5) + slope_y * static_cast<float>(cy - 0.5);
      const Rgb ground{base.r + shade, base.g + shade, base.b + shade};

      bool busy = now.number >= 0 && cx < kPlateRight + kUnit && cy > kPlateTop - kUnit;
      for (const Actor& a : actors) {
        const double reach = a.event->radius * kReach + 0.03;
        busy |= std::abs(cx - a.centre.x) * kAspect < reach && std::abs(cy - a.centre.y) < reach;
      }
      Rgb colour = ground;
      if (busy) {
        colour = {0, 0, 0};
        for (int sy = 0; sy < samples; ++sy) {
          for (int sx = 0; sx < samples; ++sx) {
            const double x = scene_x(px + (sx + 0.5) / samples), y = scene_y(py + (sy + 0.5) / samples);
            Rgb c = ground;
            for (const Actor& a : actors)
              if (covers_point(*a.event, a.centre, x, y)) c = a.colour;
            if (now.number >= 0 && x < kPlateRight && y > kPlateTop) c = ink_at(now.number, x, y) ? kInk : kPlate;
            colour.r += c.r * share, colour.g += c.g * share, colour.b += c.b * share;
          }
        }
      }
      // Three sums of three 7-bit numbers each: close to normal, variance one after the division.
      const std::uint64_t h = mix(grain + static_cast<std::uint64_t>(py) * 65536 + static_cast<std::uint64_t>(px));
      const auto normal = [&](int shift) {
        const std::uint64_t v = h >> shift;
        return (static_cast<float>((v & 127) + (v >> 7 & 127) + (v >> 14 & 127)) - 190.5f) / 64.0f;
      };
      const auto noise = static_cast<float>(scene.noise);
      *out++ = to_byte(colour.r + noise * normal(0));
      *out++ = to_byte(colour.g + noise * normal(21));
      *out++ = to_byte(colour.b + noise * normal(42));
    }
  }
}

std::array<int, 64> cells(const Scene& scene, std::int64_t time_us, int grid, double least) {
  constexpr int kSamples = 8;
  const Stage now = stage(scene, time_us);
  std::array<int, 64> result;
  result.fill(-1);
  for (int cell = 0; cell < grid * grid; ++cell) {
    double most = least * kSamples * kSamples;
    for (int i : now.on) {
      const Event& e = scene.events[static_cast<std::size_t>(i)];
      const Position centre = position(e, time_us);
      int hits = 0;
      for (int s = 0; s < kSamples * kSamples; ++s) {
        const double x = (cell % grid + (s % kSamples + 0.5) / kSamples) / grid;
        const double y = (cell / grid + (s / kSamples + 0.5) / kSamples) / grid;
        const bool hidden = now.number >= 0 && x < kPlateRight && y > kPlateTop;
        hits += !hidden && covers_point(e, centre, x, y);
      }
      if (hits > most) most = hits, result[static_cast<std::size_t>(cell)] = i;
    }
  }
  return result;
}

void degrade(std::uint64_t seed, int width, int height, std::uint8_t* rgb) {
  Prng rng(seed);
  const auto n = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  // Planes of luma and the two chroma differences, as codecs have them.
  std::vector<float> planes(3 * n);
  float *luma = planes.data(), *cb = luma + n, *cr = cb + n;
  const auto gain = static_cast<float>(rng.uniform(0.88, 1.12)), offset = static_cast<float>(rng.uniform(-12, 12));
  const auto cast_b = static_cast<float>(rng.uniform(-5, 5)), cast_r = static_cast<float>(rng.uniform(-5, 5));
  const auto saturation = static_cast<float>(rng.uniform(0.85, 1.1));
  for (std::size_t i = 0; i < n; ++i) {
    const float r = rgb[3 * i], g = rgb[3 * i + 1], b = rgb[3 * i + 2];
    const float y = 0.299f * r + 0.587f * g + 0.114f * b;
    luma[i] = (y - 128) * gain + 128 + offset;
    cb[i] = (b - y) * gain * saturation + cast_b;
    cr[i] = (r - y) * gain * saturation + cast_r;
  }
  std::vector<float> copy(n);
  const auto blur = [&](float* plane, float side) {  // [side, 1 - 2 side, side] both ways
    const auto at = [](int v, int size) { return static_cast<std::size_t>(std::clamp(v, 0, size - 1)); };
    const auto w = static_cast<std::size_t>(width);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const float* row = plane + at(y, height) * w;
        copy[at(y, height) * w + at(x, width)] =
            (1 - 2 * side) * row[x] + side * (row[at(x - 1, width)] + row[at(x + 1, width)]);
      }
    for (int y = 0; y < height; ++y)
      for (std::size_t x = 0; x < w; ++x)
        plane[at(y, height) * w + x] = (1 - 2 * side) * copy[at(y, height) * w + x] +
                                       side * (copy[at(y - 1, height) * w + x] + copy[at(y + 1, height) * w + x]);
  };
  // Negative: the overshoot of a bicubic resize.
  if (rng.chance(0.6)) blur(luma, static_cast<float>(rng.uniform(-0.06, 0.22)));
  if (rng.chance(0.6)) {
    const auto side = static_cast<float>(rng.uniform(0.05, 0.3));
    blur(cb, side);
    blur(cr, side);
  }
  const float grain = rng.chance(0.5) ? static_cast<float>(rng.uniform(0, 3)) : 0.0f;
  for (std::size_t i = 0; i < n; ++i) {
    const float y = luma[i] + grain * 1.7f * unit_noise(rng.next()), b = y + cb[i], r = y + cr[i];
    rgb[3 * i] = to_byte(r);
    rgb[3 * i + 1] = to_byte((y - 0.299f * r - 0.114f * b) / 0.587f);
    rgb[3 * i + 2] = to_byte(b);
  }
}

}  // namespace longtake::world
