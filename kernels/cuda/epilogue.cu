// What stands around matrix products: the end of those whose epilogue cuBLASLt does not have, and
// the quantisation of rows for int8 and f8.
//
// Bytes: sums read once, the residual read once, y written once; x read twice (the second time from
// the cache).
#include <cassert>
#include <cmath>

#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/linear.h"

namespace longtake::kernels::cuda {

namespace {

constexpr int kThreads = 256;

__device__ __forceinline__ float sum_of(std::int32_t x) {
  return static_cast<float>(x);
}
__device__ __forceinline__ float sum_of(float x) {
  return x;
}
__device__ __forceinline__ float sum_of(Bf16 x) {
  return to_float(x);
}

template <typename S>
struct FinishArgs {
  const S* sums;
  std::int64_t sums_stride;
  const float* row_scales;      // or nullptr
  const float* channel_scales;  // or nullptr
  const void* bias;             // or nullptr
  bool bias_bf16;
  Activation activation;
  const void* residual;  // or nullptr
  bool residual_bf16;
  std::int64_t residual_stride;
  void* y;
  bool y_bf16;
  std::int64_t y_stride;
  std::int64_t rows, columns;
};

__device__ __forceinline__ float element(const void* from, bool bf16, std::int64_t i) {
  return bf16 ? to_float(static_cast<const Bf16*>(from)[i]) : static_cast<const float*>(from)[i];
}

template <typename S>
__global__ void finish_kernel(FinishArgs<S> a) {
  for_items(a.rows, a.columns, [&](std::int64_t row, std::int64_t c) {
    float x = sum_of(a.sums[row * a.sums_stride + c]);
    if (a.row_scales != nullptr) x *= a.row_scales[row];
    if (a.channel_scales != nullptr) x *= a.channel_scales[c];
    if (a.bias != nullptr) x += element(a.bias, a.bias_bf16, c);
    x = activate(x, a.activation);
    if (a.residual != nullptr)
      x += element(a.residual, a.residual_bf16, row * a.residual_stride + c);
    const std::int64_t at = row * a.y_stride + c;
    if (a.y_bf16) {
      set_float(static_cast<Bf16*>(a.y)[at], x);
    } else {
      static_cast<float*>(a.y)[at] = x;
    }
  });
}

template <typename Code>
constexpr float kLargestCode = 127.0F;
template <>
constexpr float kLargestCode<F8> = 448.0F;

// The nearest code, the even one of two; the largest one beyond it.
__device__ __forceinline__ void set_code(std::int8_t& to, float x) {
  constexpr float kLargest = kLargestCode<std::int8_t>;
  to = static_cast<std::int8_t>(fminf(fmaxf(rintf(x), -kLargest), kLargest));
}
__device__ __forceinline__ void set_code(F8& to, float x) {
  to = F8(x);
}

// A block per row; a thread takes 16 neighbours, whose codes are written at once. kAligned: rows of x start at
// multiples of 16 bytes. Those of codes do, and `padded` is a multiple of 16.
template <typename X, typename Code, bool kAligned>
__global__ void quantise_kernel(const X* x, std::int64_t x_stride, std::int64_t columns,
                                Code* codes, std::int64_t padded, float* scales) {
  constexpr float kLargest = kLargestCode<Code>;
  const X* row = x + std::int64_t{blockIdx.x} * x_stride;
  Code* out = codes + std::int64_t{blockIdx.x} * padded;
  float largest = 0;
  for (std::int64_t c = 8 * threadIdx.x; c < columns; c += 8 * kThreads) {
    const Eight values = load_octet<kAligned>(row, c, columns);
#pragma unroll
    for (int i = 0; i < 8; ++i) largest = fmaxf(largest, fabsf(values.v[i]));
  }
  __shared__ float of_warps[kThreads / kWarp];
  largest = warp_max(largest);
  if (threadIdx.x % kWarp == 0) of_warps[threadIdx.x / kWarp] = largest;
  __syncthreads();
#pragma unroll
  for (int i = 0; i < kThreads / kWarp; ++i) largest = fmaxf(largest, of_warps[i]);
  const float scale = largest / kLargest;
  const float inverse = largest > 0 && isfinite(kLargest / largest) ? kLargest / largest : 0.0F;
  if (threadIdx.x == 0) scales[blockIdx.x] = scale;
  for (std::int64_t c = 16 * threadIdx.x; c < padded; c += 16 * kThreads) {
    alignas(16) Code some[16];
#pragma unroll
    for (int part = 0; part < 16; part += 8) {
      const Eight values = load_octet<kAligned>(row, c + part, columns);
#pragma unroll
      for (int i = 0; i < 8; ++i) set_code(some[part + i], values.v[i] * inverse);
    }
    *reinterpret_cast<uint4*>(out + c) = *reinterpret_cast<const uint4*>(some);
  }
}

}  // namespace

void finish_linear(Context& context, const Tensor& sums, const float* row_scales,
                   const Tensor& channel_scales, const Tensor& bias, Activation activation,
                   const Tensor* residual, const Tensor& y) {
  const auto finish = [&](auto* typed) {
    using S = std::remove_pointer_t<decltype(typed)>;
    FinishArgs<S> args{};
    args.sums = typed;
    args.sums_stride = sums.row_stride();
    args.row_scales = row_scales;
    args.channel_scales = channel_scales ? channel_scales.data<float>() : nullptr;
    args.bias = bias ? bias.raw() : nullptr;
    args.bias_bf16 = bias && bias.dtype() == DType::bf16;
    args.activation = activation;
    if (residual != nullptr) {
      args.residual = residual->raw();
      args.residual_bf16 = residual->dtype() == DType::bf16;
      args.residual_stride = residual->row_stride();
    }
    args.y = y.raw();
    args.y_bf16 = y.dtype() == DType::bf16;
    args.y_stride = y.row_stride();
    args.rows = y.rows();
    args.columns = y.dim(1);
    const RowsGrid grid = rows_grid(context, args.rows, args.columns);
    launch(context, finish_kernel<S>, grid.grid, grid.block, 0, args);
  };
  switch (sums.dtype()) {
    case DType::i32:
      finish(sums.data<std::int32_t>());
      break;
    case DType::bf16:
      finish(sums.data<Bf16>());
      break;
    default:
      finish(sums.data<float>());
      break;
  }
}

void quantise_rows(Context& context, const Tensor& x, const Tensor& codes, float* scales) {
  if (x.rows() == 0) return;
  assert(rows_aligned(codes) && codes.row_stride() % 16 == 0);
  with_float(x.dtype(), [&](auto value) {
    using X = decltype(value);
    const auto quantise = [&](auto* out) {
      using Code = std::remove_pointer_t<decltype(out)>;
      with_bool(rows_aligned(x), [&](auto is_aligned) {
        launch(context, quantise_kernel<X, Code, decltype(is_aligned)::value>,
               static_cast<unsigned>(x.rows()), kThreads, 0, x.data<X>(), x.row_stride(), x.dim(1),
               out, codes.row_stride(), scales);
      });
    };
    if (codes.dtype() == DType::i8) {
      quantise(codes.data<std::int8_t>());
    } else {
      quantise(codes.data<F8>());
    }
  });
}

}  // namespace longtake::kernels::cuda
