// A decoder's picture to RGB, on the device: its planes come as they are, 1.5 samples a pixel instead of 3 bytes
// (3.1 MB for 1080p, not 6.2).
//
// A thread makes the two pixels of one column of chroma, from up to 14 samples that its neighbours read
// too: 1.5 samples read and 3 bytes written per pixel, 25 operations. What neighbours write meets in one
// line of the second-level cache; a turned picture is written down its columns.
#include <algorithm>
#include <cassert>

#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/pictures.h"

namespace longtake::kernels::cuda {
namespace {

struct YuvArgs {
  const std::byte* planes[3];
  std::int64_t strides[3];         // bytes
  int width, height, bits, shift;  // samples are shifted down first
  YuvColours colours;
  YuvPlaces places;
};

__device__ __forceinline__ std::uint8_t colour(std::uint32_t sum) {
  const auto value = static_cast<std::int32_t>(sum);
  return static_cast<std::uint8_t>(min(max(value, 0), (1 << 30) - 1) >> 22);
}

// kStep: samples from one column of chroma to the next.
template <typename Sample, int kStep>
__global__ void __launch_bounds__(256) convert_yuv(YuvArgs args, std::uint8_t* rgb) {
  const int columns = args.width / 2;
  for_items(args.height, columns, [&](std::int64_t row, std::int64_t item) {
    const auto y = static_cast<int>(row);
    const auto k = static_cast<int>(item);
    const auto line = [&](int plane, int at) {
      return reinterpret_cast<const Sample*>(args.planes[plane] + at * args.strides[plane]);
    };
    const ChromaRows rows = chroma_rows(y, args.height);
    const int before = max(k - 1, 0), after = min(k + 1, columns - 1);

    // [u, v][left pixel, right pixel]
    std::int32_t chroma[2][2];
#pragma unroll
    for (int c = 0; c < 2; ++c) {
      const int plane = kStep == 2 ? 1 : 1 + c;
      const Sample* above = line(plane, rows.above) + (kStep == 2 ? c : 0);
      const Sample* below = line(plane, rows.below) + (kStep == 2 ? c : 0);
      const auto sum = [&](int column) {
        return (above[column * kStep] >> args.shift) + (below[column * kStep] >> args.shift);
      };
      const int own = 3 * sum(k);
      chroma[c][0] = ((sum(before) + own) << (14 - args.bits)) - (1 << 16);
      chroma[c][1] = ((own + sum(after)) << (14 - args.bits)) - (1 << 16);
    }

    const Sample* luma = line(0, y) + 2 * k;
    const YuvColours& colours = args.colours;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      // Unsigned: sums of impossible colours wrap.
      const auto u = static_cast<std::uint32_t>(chroma[0][i]);
      const auto v = static_cast<std::uint32_t>(chroma[1][i]);
      const int sample = (luma[i] >> args.shift) << (17 - args.bits);
      const std::uint32_t light =
          static_cast<std::uint32_t>(sample - colours.y_offset) * colours.y_scale + (1U << 21);
      const std::int64_t pixel =
          args.places.begin + (2 * k + i) * args.places.right + y * args.places.down;
      std::uint8_t* out = rgb + 3 * pixel;
      out[0] = colour(light + v * colours.v_to_r);
      out[1] = colour(light + u * colours.u_to_g + v * colours.v_to_g);
      out[2] = colour(light + u * colours.u_to_b);
    }
  });
}

}  // namespace

void yuv_to_rgb(Context& context, const YuvPicture& picture, const Tensor& rgb) {
  assert(rgb.dtype() == DType::u8 && rgb.dense() && rgb.dim(2) == 3);
  assert(rgb.dim(0) == picture.upright_height() && rgb.dim(1) == picture.upright_width());
  YuvArgs args = {{},
                  {},
                  picture.width,
                  picture.height,
                  picture.bits(),
                  picture.layout == YuvLayout::pairs_10 ? 6 : 0,
                  picture.colours,
                  yuv_places(picture)};
  // Rows with what lies between them, but nothing behind the last one.
  std::int64_t sizes[3] = {}, total = 0;
  for (int plane = 0; plane < picture.plane_count(); ++plane) {
    const std::int64_t row = picture.row_bytes(plane);
    const std::int64_t stride = picture.strides[static_cast<std::size_t>(plane)];
    assert(stride >= row);
    sizes[plane] = stride * (picture.rows(plane) - 1) + row;
    total += ceil_div(sizes[plane], 256) * 256;
  }
  auto* there = context.scratch<std::byte>(total);
  for (int plane = 0; plane < picture.plane_count(); ++plane) {
    const auto at = static_cast<std::size_t>(plane);
    context.upload(picture.planes[at], there, static_cast<std::size_t>(sizes[plane]));
    args.planes[plane] = there;
    args.strides[plane] = picture.strides[at];
    there += ceil_div(sizes[plane], 256) * 256;
  }
  const RowsGrid shape = rows_grid(context, picture.height, picture.width / 2);
  const auto run = [&](auto kernel) {
    launch(context, kernel, shape.grid, shape.block, 0, args, rgb.data<std::uint8_t>());
  };
  switch (picture.layout) {
    case YuvLayout::planar:
      return run(convert_yuv<std::uint8_t, 1>);
    case YuvLayout::planar_10:
      return run(convert_yuv<std::uint16_t, 1>);
    case YuvLayout::pairs:
      return run(convert_yuv<std::uint8_t, 2>);
    case YuvLayout::pairs_10:
      return run(convert_yuv<std::uint16_t, 2>);
  }
}

}  // namespace longtake::kernels::cuda
