// Weights of four bits: their packing, once, and their widening for every product of many rows.
//
// Bytes per weight: packing reads what the checkpoint has and writes 0.625; widening reads 0.625 and writes 2
// (bf16), which the product reads again: for 7 billion parameters 4 + 13 GB a pass more than bf16 has, beside
// 44 teraflop for 3,136 rows. Operations: two or three per weight.
#include <cassert>

#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/four_bits.cuh"
#include "kernels/cuda/four_bits.h"
#include "kernels/cuda/launch.cuh"

namespace longtake::kernels::cuda {
namespace {

constexpr int kThreads = 256;

// A warp per group, a lane per weight.
template <typename X>
__global__ void pack_kernel(const X* x, std::int64_t inputs, std::int64_t rows, std::int64_t groups,
                            std::uint8_t* codes, std::uint32_t* words) {
  const std::int64_t lane = threadIdx.x % kWarp;
  const std::int64_t step = std::int64_t{gridDim.x} * (kThreads / kWarp);
  for (std::int64_t g = (std::int64_t{blockIdx.x} * kThreads + threadIdx.x) / kWarp;
       g < rows * groups; g += step) {
    const std::int64_t row = g / groups, first = g % groups * kFourBitGroup;
    const float value = to_float(x[row * inputs + min(first + lane, inputs - 1)]);
    const float least = -warp_max(-value), most = warp_max(value);
    const float low = unpack_pair(pack_pair(least, 0.0F, Bf16()), Bf16()).x;
    const std::uint32_t word = pack_pair(low, (most - low) / kFourBitLargest, Bf16());
    const float inverse = 1.0F / step_of(word);
    const float scaled = (value - low) * (isfinite(inverse) ? inverse : 0.0F);
    const auto code = static_cast<unsigned>(rintf(fminf(fmaxf(scaled, 0.0F), kFourBitLargest)));
    const unsigned second = __shfl_xor_sync(kWholeWarp, code, kWarp / 2);
    if (lane < kFourBitGroupBytes) {
      codes[g * kFourBitGroupBytes + lane] = static_cast<std::uint8_t>(code | second << 4);
    }
    if (lane == 0) words[g] = word;
  }
}

// A thread takes eight neighbours: a quarter of a group.
template <typename Y>
__global__ void widen_kernel(const std::uint8_t* codes, const std::uint32_t* words,
                             std::int64_t rows, std::int64_t groups, Y* to) {
  constexpr int kQuarters = kFourBitGroup / 8;
  for_items(rows, groups * kQuarters, [&](std::int64_t row, std::int64_t item) {
    const std::int64_t g = row * groups + item / kQuarters;
    const uint4 bits = *reinterpret_cast<const uint4*>(codes + g * kFourBitGroupBytes);
    const std::uint32_t word = words[g];
    Eight x = eight_codes(bits, static_cast<int>(item % kQuarters));
#pragma unroll
    for (int i = 0; i < 8; ++i) x.v[i] = fmaf(step_of(word), x.v[i], low_of(word));
    store8(to + row * groups * kFourBitGroup + item * 8, x);
  });
}

}  // namespace

void pack_four_bits(Context& context, const Tensor& weights, const Tensor& codes,
                    const Tensor& words) {
  assert(weights.dense() && codes.dense() && words.dense());
  const std::int64_t groups = words.dim(1);
  with_float(weights.dtype(), [&](auto value) {
    using X = decltype(value);
    launch(context, pack_kernel<X>, grid_for(context, weights.rows() * groups, kThreads / kWarp),
           kThreads, 0, weights.data<X>(), weights.dim(1), weights.rows(), groups,
           codes.data<std::uint8_t>(), words.data<std::uint32_t>());
  });
}

void widen_four_bits(Context& context, const Tensor& codes, const Tensor& words, const Tensor& to) {
  assert(codes.dense() && words.dense() && to.dense() && rows_aligned(codes, to));
  const std::int64_t groups = words.dim(1);
  const RowsGrid grid = rows_grid(context, to.rows(), groups * (kFourBitGroup / 8));
  with_activation(to.dtype(), [&](auto value) {
    using Y = decltype(value);
    launch(context, widen_kernel<Y>, grid.grid, grid.block, 0, codes.data<std::uint8_t>(),
           words.data<std::uint32_t>(), to.rows(), groups, to.data<Y>());
  });
}

}  // namespace longtake::kernels::cuda
