#include "kernels/yuv.h"

#include <algorithm>
#include <cassert>

namespace longtake::kernels {

YuvColours yuv_colours(const std::array<int, 4>& matrix, bool full_range) {
  // Factors of 2^13, to the nearest, as 16-bit numbers.
  const auto factor = [](std::int64_t value) {
    constexpr std::int64_t kMost = 32767;
    return static_cast<std::int32_t>(std::clamp((value + 4) >> 3, -kMost - 1, kMost));
  };
  const auto chroma = [&](std::int64_t value) {
    return factor(full_range ? value * 224 / 255 : value);
  };
  constexpr std::int64_t kOne = 1 << 16;
  YuvColours colours;
  colours.y_offset = full_range ? 0 : 16 << 9;
  colours.y_scale = factor(full_range ? kOne : kOne * 255 / 219);
  colours.v_to_r = chroma(matrix[0]);
  colours.u_to_b = chroma(matrix[1]);
  colours.u_to_g = chroma(-matrix[2]);
  colours.v_to_g = chroma(-matrix[3]);
  return colours;
}

YuvPlaces yuv_places(const YuvPicture& picture) {
  const std::int64_t width = picture.width;
  const std::int64_t height = picture.height;
  YuvPlaces places{};
  switch (picture.quarter_turns) {
    case 0:
      places = {0, 1, width};
      break;
    case 1:
      places = {height - 1, height, -1};
      break;
    case 2:
      places = {height * width - 1, -1, -width};
      break;
    case 3:
      places = {height * (width - 1), -height, 1};
      break;
    default:
      assert(false && "quarter_turns is 0 to 3");
  }
  if (picture.mirrored) {
    places.begin += (width - 1) * places.right;
    places.right = -places.right;
  }
  return places;
}

}  // namespace longtake::kernels
