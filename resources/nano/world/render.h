// render(): the picture of a scene at a moment, at any resolution; and degrade(): what lenses and codecs do to it.
// Everything is drawn in picture coordinates (0..1 both ways, shapes round at 16:9), so that rendering straight to a
// square is rendering 16:9 and squashing it, as a vision model's preprocessing does.
// Thread rule: pure functions. Lifetime: buffers belong to the caller.
#pragma once

#include <array>
#include <cstdint>

#include "scene.h"

namespace longtake::world {

inline constexpr double kAspect = 16.0 / 9.0;

// A camera that stands a little off: picture point p shows scene point (p - 1/2) / zoom + 1/2 + (dx, dy).
struct View {
  double dx = 0, dy = 0, zoom = 1;
};

// rgb: height x width x 3 bytes. Camera noise and texture follow from the scene's seed and the time alone.
void render(const Scene& scene, std::int64_t time_us, int width, int height, std::uint8_t* rgb, const View& view = {});

// What covers the most of each cell of a grid x grid partition of the picture: an index into scene.events, or -1
// where objects cover less than `least` of the cell. grid <= 8; row by row.
std::array<int, 64> cells(const Scene& scene, std::int64_t time_us, int grid, double least = 0.12);

// Exposure, colour cast, blur, chroma at a lower resolution, noise: all drawn from the seed, each mild.
void degrade(std::uint64_t seed, int width, int height, std::uint8_t* rgb);

}  // namespace longtake::world
