// Pictures: resizing, and patches for the vision tower.
//
// resize_bicubic() computes the weights on the host (kernels/bicubic.h) and sums in i32, so its
// bytes are the CPU's. The passes read their inputs through the L1 cache, each byte about support *
// 2 times; a 1080p frame is 6 MB of u8 and 26 million products for the first pass to 384 columns.
// patchify() reads 1 byte and writes 2 (bf16) per element, and looks the normalised value up in a
// table of the 256 pixel values. resize_bilinear() reads four octets and writes one, about 8
// operations per element.
#include <algorithm>
#include <cassert>
#include <vector>

#include "kernels/bicubic.h"
#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/pictures.h"

namespace longtake::kernels::cuda {
namespace {

constexpr int kChannels = 3;

// --- Bicubic -------------------------------------------------------------------------------------

// A BicubicAxis on the device, weights by tap first: neighbouring threads are neighbouring outputs.
struct Axis {
  const std::int32_t* first;    // [outputs]
  const std::int32_t* count;    // [outputs]
  const std::int32_t* weights;  // [most, outputs]
  int outputs;
};

Axis stage_axis(Context& context, std::int64_t inputs, std::int64_t outputs) {
  const BicubicAxis axis(inputs, outputs);
  const auto n = static_cast<std::size_t>(outputs);
  const auto most = static_cast<std::size_t>(axis.most);
  std::vector<std::int32_t> packed((2 + most) * n);
  for (std::size_t o = 0; o < n; ++o) {
    packed[o] = static_cast<std::int32_t>(axis.ranges[o].first);
    packed[n + o] = static_cast<std::int32_t>(axis.ranges[o].count);
    for (std::size_t i = 0; i < most; ++i) packed[(2 + i) * n + o] = axis.weights[o * most + i];
  }
  const std::int32_t* there = context.stage(std::span<const std::int32_t>(packed));
  return {there, there + n, there + 2 * n, static_cast<int>(outputs)};
}

__device__ __forceinline__ std::uint8_t rounded_pixel(std::int32_t sum) {
  return static_cast<std::uint8_t>(min(max(sum >> BicubicAxis::kBits, 0), 255));
}
constexpr std::int32_t kHalfPixel = 1 << (BicubicAxis::kBits - 1);

// Strides are bytes. A thread sums one pixel.
__global__ void __launch_bounds__(256)
    resize_across(const std::uint8_t* from, std::int64_t from_stride, Axis axis, std::uint8_t* to,
                  std::int64_t to_stride, std::int64_t rows) {
  for_items(rows, axis.outputs, [&](std::int64_t row, std::int64_t o) {
    const std::uint8_t* pixel = from + row * from_stride + std::int64_t{axis.first[o]} * kChannels;
    const std::int32_t* weight = axis.weights + o;
    const int count = axis.count[o];
    std::int32_t sums[kChannels] = {kHalfPixel, kHalfPixel, kHalfPixel};
    for (int i = 0; i < count; ++i, pixel += kChannels, weight += axis.outputs) {
      const std::int32_t w = *weight;
#pragma unroll
      for (int c = 0; c < kChannels; ++c) sums[c] += pixel[c] * w;
    }
    std::uint8_t* out = to + row * to_stride + o * kChannels;
#pragma unroll
    for (int c = 0; c < kChannels; ++c) out[c] = rounded_pixel(sums[c]);
  });
}

// A thread sums kBytes neighbouring bytes (1, or 4 where rows start at multiples of 4).
template <int kBytes>
__global__ void __launch_bounds__(256)
    resize_down(const std::uint8_t* from, std::int64_t from_stride, Axis axis, std::uint8_t* to,
                std::int64_t to_stride, std::int64_t bytes) {
  for_items(axis.outputs, (bytes + kBytes - 1) / kBytes, [&](std::int64_t row, std::int64_t item) {
    const std::int64_t at = item * kBytes;
    const std::uint8_t* pixel = from + axis.first[row] * from_stride + at;
    const std::int32_t* weight = axis.weights + row;
    const int count = axis.count[row];
    std::uint8_t* out = to + row * to_stride + at;
    if (kBytes == 4 && at + 4 <= bytes) {
      std::int32_t sums[4] = {kHalfPixel, kHalfPixel, kHalfPixel, kHalfPixel};
      for (int i = 0; i < count; ++i, pixel += from_stride, weight += axis.outputs) {
        const uchar4 four = *reinterpret_cast<const uchar4*>(pixel);
        const std::int32_t w = *weight;
        sums[0] += four.x * w;
        sums[1] += four.y * w;
        sums[2] += four.z * w;
        sums[3] += four.w * w;
      }
      *reinterpret_cast<uchar4*>(out) = make_uchar4(rounded_pixel(sums[0]), rounded_pixel(sums[1]),
                                                    rounded_pixel(sums[2]), rounded_pixel(sums[3]));
      return;
    }
    for (int b = 0; b < kBytes && at + b < bytes; ++b) {
      std::int32_t sum = kHalfPixel;
      for (int i = 0; i < count; ++i) {
        sum += pixel[i * from_stride + b] * weight[std::int64_t{i} * axis.outputs];
      }
      out[b] = rounded_pixel(sum);
    }
  });
}

struct Rows {
  std::uint8_t* data;
  std::int64_t stride;  // bytes
};

void across(Context& context, const Rows& from, std::int64_t height, std::int64_t width,
            const Rows& to, std::int64_t new_width) {
  const Axis axis = stage_axis(context, width, new_width);
  const RowsGrid shape = rows_grid(context, height, new_width);
  launch(context, resize_across, shape.grid, shape.block, 0, from.data, from.stride, axis, to.data,
         to.stride, height);
}

void down(Context& context, const Rows& from, std::int64_t height, std::int64_t width,
          const Rows& to, std::int64_t new_height) {
  const Axis axis = stage_axis(context, height, new_height);
  const std::int64_t bytes = width * kChannels;
  const bool words =
      from.stride % 4 == 0 && to.stride % 4 == 0 && aligned(from.data, 4) && aligned(to.data, 4);
  const RowsGrid shape = rows_grid(context, new_height, ceil_div(bytes, words ? 4 : 1));
  const auto kernel = words ? resize_down<4> : resize_down<1>;
  launch(context, kernel, shape.grid, shape.block, 0, from.data, from.stride, axis, to.data,
         to.stride, bytes);
}

// --- Patches -------------------------------------------------------------------------------------

struct PatchArgs {
  const std::uint8_t* images;
  std::int64_t image_stride, rows, row_stride;
  int width, across, down, side;
  PatchSpec spec;
};

template <typename T>
__global__ void __launch_bounds__(256) make_patches(PatchArgs args, T* patches) {
  __shared__ T values[kChannels][256];
  for (int i = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x); i < kChannels * 256;
       i += 256) {
    const int c = i / 256;
    const float share = __fdiv_rn(static_cast<float>(i % 256), 255.0F);
    set_float(values[c][i % 256], __fdiv_rn(__fsub_rn(share, args.spec.mean[c]), args.spec.std[c]));
  }
  __syncthreads();
  const unsigned side = static_cast<unsigned>(args.side);
  const std::int64_t per_image = std::int64_t{args.across} * args.down;
  for_items(args.rows, kChannels * side * side, [&](std::int64_t row, std::int64_t item) {
    const auto at = static_cast<unsigned>(item);
    const unsigned c = at / (side * side);
    const unsigned y = at / side - c * side;
    const unsigned x = at % side;
    const auto patch = static_cast<unsigned>(row % per_image);
    const unsigned patch_y = patch / static_cast<unsigned>(args.across);
    const unsigned patch_x = patch % static_cast<unsigned>(args.across);
    const std::int64_t pixel = std::int64_t{patch_y * side + y} * args.width + patch_x * side + x;
    const std::uint8_t value =
        args.images[row / per_image * args.image_stride + pixel * kChannels + c];
    patches[row * args.row_stride + item] = values[c][value];
  });
}

// --- Bilinear ------------------------------------------------------------------------------------

struct Tap {
  int low, high;
  float share;  // of high
};
// Rounded step by step, as on the CPU.
__device__ __forceinline__ Tap tap_of(int output, float scale, int inputs) {
  const float at =
      fmaxf(0.0F, __fsub_rn(__fmul_rn(scale, static_cast<float>(output) + 0.5F), 0.5F));
  const int low = min(static_cast<int>(at), inputs - 1);
  return {low, min(low + 1, inputs - 1), at - static_cast<float>(low)};
}

struct BilinearArgs {
  std::int64_t frames, x_stride, y_stride, channels;
  int height, width, new_height, new_width;
  float scale_down, scale_across;
};

template <bool kAligned, typename T>
__global__ void __launch_bounds__(256) blend_pixels(BilinearArgs args, const T* x, T* y) {
  const std::int64_t pixels = std::int64_t{args.new_height} * args.new_width;
  for_items(
      args.frames * pixels, (args.channels + 7) / 8, [&](std::int64_t item, std::int64_t octet) {
        const std::int64_t frame = item / pixels;
        const auto pixel = static_cast<unsigned>(item % pixels);
        const auto row = static_cast<int>(pixel / static_cast<unsigned>(args.new_width));
        const auto column = static_cast<int>(pixel % static_cast<unsigned>(args.new_width));
        const Tap v = tap_of(row, args.scale_down, args.height);
        const Tap h = tap_of(column, args.scale_across, args.width);
        const T* from = x + frame * args.x_stride;
        const auto corner = [&](int r, int c) {
          return load_octet<kAligned>(from + (std::int64_t{r} * args.width + c) * args.channels,
                                      octet * 8, args.channels);
        };
        const Eight corners[4] = {corner(v.low, h.low), corner(v.low, h.high),
                                  corner(v.high, h.low), corner(v.high, h.high)};
        const float weights[4] = {(1 - v.share) * (1 - h.share), (1 - v.share) * h.share,
                                  v.share * (1 - h.share), v.share * h.share};
        Eight sum;
#pragma unroll
        for (int i = 0; i < 8; ++i) {
          sum.v[i] = corners[0].v[i] * weights[0];
#pragma unroll
          for (int j = 1; j < 4; ++j) sum.v[i] = fmaf(corners[j].v[i], weights[j], sum.v[i]);
        }
        store_octet<kAligned>(y + frame * args.y_stride + std::int64_t{pixel} * args.channels,
                              octet * 8, args.channels, sum);
      });
}

}  // namespace

void resize_bicubic(Context& context, const Tensor& image, const Tensor& resized) {
  assert(image.dtype() == DType::u8 && resized.dtype() == DType::u8);
  assert(image.dim(2) == kChannels && resized.dim(2) == kChannels);
  const std::int64_t height = image.dim(0), width = image.dim(1);
  const std::int64_t new_height = resized.dim(0), new_width = resized.dim(1);
  if (new_height == 0 || new_width == 0) return;
  assert(height > 0 && width > 0);
  const Rows from{image.data<std::uint8_t>(), image.row_stride()};
  const Rows to{resized.data<std::uint8_t>(), resized.row_stride()};

  // As in Pillow, an axis that keeps its size is not filtered.
  if (new_width == width && new_height == height) return copy(context, image, resized);
  if (new_height == height) return across(context, from, height, width, to, new_width);
  if (new_width == width) return down(context, from, height, width, to, new_height);
  const std::int64_t stride = ceil_div(new_width * kChannels, 16) * 16;
  const Rows narrower{context.scratch<std::uint8_t>(height * stride), stride};
  across(context, from, height, width, narrower, new_width);
  down(context, narrower, height, new_width, to, new_height);
}

void patchify(Context& context, const Tensor& images, const PatchSpec& spec,
              const Tensor& patches) {
  assert(images.dtype() == DType::u8 && images.dim(3) == kChannels);
  const std::int64_t frames = images.dim(0), height = images.dim(1), width = images.dim(2);
  const std::int64_t side = spec.patch;
  const std::int64_t down = height / side, across = width / side;
  assert(height == down * side && width == across * side);
  assert(patches.rows() == frames * down * across && patches.dim(1) == kChannels * side * side);
  if (patches.shape().elements() == 0) return;
  const PatchArgs args = {
      images.data<std::uint8_t>(), images.row_stride(),     frames * down * across,
      patches.row_stride(),        static_cast<int>(width), static_cast<int>(across),
      static_cast<int>(down),      static_cast<int>(side),  spec};
  const RowsGrid shape = rows_grid(context, patches.rows(), patches.dim(1));
  with_activation(patches.dtype(), [&](auto element) {
    using T = decltype(element);
    launch(context, make_patches<T>, shape.grid, shape.block, 0, args, patches.data<T>());
  });
}

void resize_bilinear(Context& context, const Tensor& x, const Tensor& y) {
  assert(x.dtype() == y.dtype() && x.dim(0) == y.dim(0) && x.dim(3) == y.dim(3));
  if (y.shape().elements() == 0) return;
  const std::int64_t height = x.dim(1), width = x.dim(2), new_height = y.dim(1),
                     new_width = y.dim(2);
  assert(height > 0 && width > 0);
  const BilinearArgs args = {x.dim(0),
                             x.row_stride(),
                             y.row_stride(),
                             x.dim(3),
                             static_cast<int>(height),
                             static_cast<int>(width),
                             static_cast<int>(new_height),
                             static_cast<int>(new_width),
                             static_cast<float>(height) / static_cast<float>(new_height),
                             static_cast<float>(width) / static_cast<float>(new_width)};
  const RowsGrid shape =
      rows_grid(context, x.dim(0) * new_height * new_width, ceil_div(x.dim(3), 8));
  with_activation(x.dtype(), [&](auto element) {
    using T = decltype(element);
    with_bool(rows_aligned(x, y) && x.dim(3) % 8 == 0, [&](auto is_aligned) {
      launch(context, blend_pixels<decltype(is_aligned)::value, T>, shape.grid, shape.block, 0,
             args, x.data<T>(), y.data<T>());
    });
  });
}

}  // namespace longtake::kernels::cuda
