// Declares what the CUDA kernels share: elements of f32, bf16, f16 and f8 as f32, eight at a time
// in 16-byte accesses, reductions over a warp and a block, the activation functions, and the sizes
// of grids.
//
// Conversions round to nearest even, keep subnormal numbers, overflow to infinity and keep NaN.
// Thread rule: device functions; block_*() must be called by every thread of the block. Lifetime
// rule: none.
#ifndef LONGTAKE_KERNELS_CUDA_DEVICE_MATH_CUH_
#define LONGTAKE_KERNELS_CUDA_DEVICE_MATH_CUH_

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/backend.h"
#include "kernels/cuda/context.h"
#include "kernels/tensor.h"

namespace longtake::kernels::cuda {

using Bf16 = __nv_bfloat16;
using F16 = __half;
using F8 = __nv_fp8_e4m3;

inline constexpr unsigned kWholeWarp = 0xFFFFFFFFU;
inline constexpr int kWarp = 32;

// --- Elements ------------------------------------------------------------------------------------

__device__ __forceinline__ float to_float(float x) {
  return x;
}
__device__ __forceinline__ float to_float(Bf16 x) {
  return __bfloat162float(x);
}
__device__ __forceinline__ float to_float(F16 x) {
  return __half2float(x);
}
__device__ __forceinline__ float to_float(F8 x) {
  return static_cast<float>(x);
}

__device__ __forceinline__ void set_float(float& to, float x) {
  to = x;
}
__device__ __forceinline__ void set_float(Bf16& to, float x) {
  to = __float2bfloat16_rn(x);
}
__device__ __forceinline__ void set_float(F16& to, float x) {
  to = __float2half_rn(x);
}

// Two neighbouring 16-bit elements, the first one in the low half, as they lie in memory.
__device__ __forceinline__ std::uint32_t pack_pair(float low, float high, Bf16) {
  const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
  return *reinterpret_cast<const std::uint32_t*>(&pair);
}
__device__ __forceinline__ std::uint32_t pack_pair(float low, float high, F16) {
  const __half2 pair = __floats2half2_rn(low, high);
  return *reinterpret_cast<const std::uint32_t*>(&pair);
}
__device__ __forceinline__ float2 unpack_pair(std::uint32_t bits, Bf16) {
  return make_float2(__uint_as_float(bits << 16), __uint_as_float(bits & 0xFFFF0000U));
}
__device__ __forceinline__ float2 unpack_pair(std::uint32_t bits, F16) {
  return __half22float2(*reinterpret_cast<const __half2*>(&bits));
}

// Byte i of a word, less kLess, as a float. Exact and without a conversion, of which some devices do a quarter or an
// eighth as many as of sums (8.0: 16 a clock): the byte becomes the last digits of 2^23.
template <int kLess = 0>
__device__ __forceinline__ float float_of_byte(std::uint32_t word, int i) {
  constexpr float kUnit = 8388608.0F;  // 2^23, 0x4B000000
  return __uint_as_float(__byte_perm(word, 0x4B000000U, 0x7440U | static_cast<unsigned>(i))) -
         (kUnit + static_cast<float>(kLess));
}

// Eight neighbours. The address is a multiple of 16 bytes.
struct Eight {
  float v[8];
};
__device__ __forceinline__ Eight load8(const float* from) {
  const float4 a = reinterpret_cast<const float4*>(from)[0];
  const float4 b = reinterpret_cast<const float4*>(from)[1];
  return {{a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w}};
}
template <typename T>
__device__ __forceinline__ Eight unpack8(uint4 bits) {
  const float2 a = unpack_pair(bits.x, T());
  const float2 b = unpack_pair(bits.y, T());
  const float2 c = unpack_pair(bits.z, T());
  const float2 d = unpack_pair(bits.w, T());
  return {{a.x, a.y, b.x, b.y, c.x, c.y, d.x, d.y}};
}
__device__ __forceinline__ Eight load8(const Bf16* from) {
  return unpack8<Bf16>(*reinterpret_cast<const uint4*>(from));
}
__device__ __forceinline__ Eight load8(const F16* from) {
  return unpack8<F16>(*reinterpret_cast<const uint4*>(from));
}
__device__ __forceinline__ void store8(float* to, const Eight& x) {
  reinterpret_cast<float4*>(to)[0] = make_float4(x.v[0], x.v[1], x.v[2], x.v[3]);
  reinterpret_cast<float4*>(to)[1] = make_float4(x.v[4], x.v[5], x.v[6], x.v[7]);
}
template <typename T>
__device__ __forceinline__ uint4 pack8(const Eight& x) {
  return make_uint4(pack_pair(x.v[0], x.v[1], T()), pack_pair(x.v[2], x.v[3], T()),
                    pack_pair(x.v[4], x.v[5], T()), pack_pair(x.v[6], x.v[7], T()));
}
__device__ __forceinline__ void store8(Bf16* to, const Eight& x) {
  *reinterpret_cast<uint4*>(to) = pack8<Bf16>(x);
}
__device__ __forceinline__ void store8(F16* to, const Eight& x) {
  *reinterpret_cast<uint4*>(to) = pack8<F16>(x);
}

// The octet of a row that starts at column c, a multiple of 8; what lies beyond the row reads as
// zero and is not written. kAligned: the row starts at a multiple of 16 bytes.
template <bool kAligned, typename T>
__device__ __forceinline__ Eight load_octet(const T* row, std::int64_t c, std::int64_t columns) {
  if constexpr (kAligned) {
    if (c + 8 <= columns) return load8(row + c);
  }
  Eight x;
#pragma unroll
  for (int i = 0; i < 8; ++i) x.v[i] = c + i < columns ? to_float(row[c + i]) : 0.0F;
  return x;
}
template <bool kAligned, typename T>
__device__ __forceinline__ void store_octet(T* row, std::int64_t c, std::int64_t columns,
                                            const Eight& x) {
  if constexpr (kAligned) {
    if (c + 8 <= columns) return store8(row + c, x);
  }
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    if (c + i < columns) set_float(row[c + i], x.v[i]);
  }
}

// Calls f(row, item) for rows x items, spread over the grid of rows_grid().
template <typename F>
__device__ __forceinline__ void for_items(std::int64_t rows, std::int64_t items, F&& f) {
  const std::int64_t row_step = std::int64_t{gridDim.y} * blockDim.y;
  const std::int64_t item_step = std::int64_t{gridDim.x} * blockDim.x;
  for (std::int64_t row = std::int64_t{blockIdx.y} * blockDim.y + threadIdx.y; row < rows;
       row += row_step) {
    for (std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < items;
         i += item_step) {
      f(row, i);
    }
  }
}

// --- Reductions ----------------------------------------------------------------------------------

// Every lane gets the result, the same in each: the order of additions is fixed.
template <typename T>
__device__ __forceinline__ T warp_sum(T x) {
#pragma unroll
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    x += __shfl_xor_sync(kWholeWarp, x, distance);
  }
  return x;
}
__device__ __forceinline__ float warp_max(float x) {
#pragma unroll
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    x = fmaxf(x, __shfl_xor_sync(kWholeWarp, x, distance));
  }
  return x;
}

// Over a one-dimensional block of whole warps; every thread gets the sum.
template <typename T>
__device__ __forceinline__ T block_sum(T x) {
  __shared__ T partial[kWarp];
  x = warp_sum(x);
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  if (warps == 1) return x;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  __syncthreads();  // an earlier call's partial sums have been read
  if (lane == 0) partial[threadIdx.x / kWarp] = x;
  __syncthreads();
  return warp_sum(lane < warps ? partial[lane] : T(0));
}

// --- Activations ---------------------------------------------------------------------------------

// x / (1 + e^-u). Quotients below 2^-126 may come out as zero.
__device__ __forceinline__ float times_sigmoid(float x, float u) {
  return __fdividef(x, 1.0F + expf(-u));
}
__device__ __forceinline__ float silu(float x) {
  return times_sigmoid(x, x);
}
__device__ __forceinline__ float quick_gelu(float x) {
  return times_sigmoid(x, 1.702F * x);
}
__device__ __forceinline__ float gelu(float x) {
  return 0.5F * x * (1.0F + erff(x * 0.70710678F));
}
// (1 + tanh u) / 2 is the sigmoid of 2u.
__device__ __forceinline__ float gelu_tanh(float x) {
  return times_sigmoid(x, 1.59576912F * (x + 0.044715F * x * x * x));
}
__device__ __forceinline__ float activate(float x, Activation a) {
  switch (a) {
    case Activation::none:
      return x;
    case Activation::gelu:
      return gelu(x);
    case Activation::gelu_tanh:
      return gelu_tanh(x);
    case Activation::quick_gelu:
      return quick_gelu(x);
    case Activation::silu:
      return silu(x);
  }
  return x;
}

// --- Cosine and sine -----------------------------------------------------------------------------

// {cos, sin} of quadrant * pi/2 + rest, |rest| <= pi/4; only the quadrant's low two bits count. The
// polynomials are the CPU's (Cephes' sinf and cosf), which err by one last digit.
__device__ __forceinline__ float2 cos_sin_near(unsigned quadrant, float rest) {
  const float r2 = rest * rest;
  float s = fmaf(-1.9515295891E-4F, r2, 8.3321608736E-3F);
  s = fmaf(s, r2, -1.6666654611E-1F);
  s = fmaf(s * r2, rest, rest);
  float c = fmaf(2.443315711809948E-5F, r2, -1.388731625493765E-3F);
  c = fmaf(c, r2, 4.166664568298827E-2F);
  c = fmaf(c * r2, r2, fmaf(-0.5F, r2, 1.0F));
  // Quadrants 1 and 3 swap the two; the sine is negative in 2 and 3, the cosine in 1 and 2.
  const float sine = quadrant & 1 ? c : s;
  const float cosine = quadrant & 1 ? s : c;
  return make_float2(__uint_as_float(__float_as_uint(cosine) ^ ((quadrant + 1) & 2) << 30),
                     __uint_as_float(__float_as_uint(sine) ^ (quadrant & 2) << 30));
}
// {cos, sin} of an angle in radians of up to 2^62.
__device__ __forceinline__ float2 cos_sin(double angle) {
  // angle = quarters * pi/2 + rest; pi/2 in two parts.
  const double quarters = rint(angle * 0.63661977236758134308);
  double rest = fma(-quarters, 1.57079632679489655800e+00, angle);
  rest = fma(-quarters, 6.12323399573676603587e-17, rest);
  return cos_sin_near(static_cast<unsigned>(__double2ll_rn(quarters)), static_cast<float>(rest));
}
// x and its partner in the pair that `angle` = {cos, sin} turns; the first or the second half of a
// head. Written without contraction, so that every kernel rounds alike.
__device__ __forceinline__ float rotated_first(float x, float second, float2 angle) {
  return __fmaf_rn(-second, angle.y, __fmul_rn(x, angle.x));
}
__device__ __forceinline__ float rotated_second(float x, float first, float2 angle) {
  return __fmaf_rn(first, angle.y, __fmul_rn(x, angle.x));
}

// --- On the host ---------------------------------------------------------------------------------

constexpr std::int64_t ceil_div(std::int64_t n, std::int64_t by) {
  return (n + by - 1) / by;
}

// Blocks for a loop over `items` with a stride of the whole grid: `per_block` items each, but no
// more than fill the device several times over. At least one.
inline unsigned grid_for(const Context& context, std::int64_t items, std::int64_t per_block) {
  const std::int64_t most = std::int64_t{context.multiprocessors()} * 32;
  return static_cast<unsigned>(std::clamp<std::int64_t>(ceil_div(items, per_block), 1, most));
}

// Blocks of 256 threads for rows x items without a division: along x the items, along y what rows
// still fit.
struct RowsGrid {
  dim3 grid, block;
};
inline RowsGrid rows_grid(const Context& context, std::int64_t rows, std::int64_t items) {
  unsigned x = 1;
  while (x < 256 && x < items) x *= 2;
  const unsigned y = 256 / x;
  const std::int64_t most = std::int64_t{context.multiprocessors()} * 32;
  const std::int64_t across = std::clamp<std::int64_t>(ceil_div(items, x), 1, most);
  const std::int64_t down = std::clamp<std::int64_t>(
      ceil_div(rows, y), 1, std::min<std::int64_t>(65535, ceil_div(most, across)));
  return {dim3(static_cast<unsigned>(across), static_cast<unsigned>(down)), dim3(x, y)};
}

// Whether every row starts at a multiple of 16 bytes.
inline bool rows_aligned(const Tensor& tensor) {
  const auto stride = dtype_bytes(tensor.dtype(), static_cast<std::size_t>(tensor.row_stride()));
  return reinterpret_cast<std::uintptr_t>(tensor.raw()) % 16 == 0 &&
         (tensor.rows() <= 1 || stride % 16 == 0);
}

inline bool rows_aligned(const Tensor& a, const Tensor& b) {
  return rows_aligned(a) && rows_aligned(b);
}

// A dense tensor as one long row, another one as it is: the fewer rows, the better 16-byte accesses
// fit.
struct RowsView {
  std::int64_t rows, columns;
};
inline RowsView rows_of(const Tensor& tensor, bool as_one) {
  if (as_one) return {1, tensor.shape().elements()};
  return {tensor.rows(), tensor.shape().row_elements()};
}
inline bool aligned(const void* pointer, std::size_t bytes) {
  return reinterpret_cast<std::uintptr_t>(pointer) % bytes == 0;
}

// Calls f(std::true_type) or f(std::false_type).
template <typename F>
void with_bool(bool value, F&& f) {
  if (value) {
    f(std::true_type());
  } else {
    f(std::false_type());
  }
}

// Calls f with a value of the element type: f32 or bf16.
template <typename F>
void with_activation(DType type, F&& f) {
  assert(type == DType::f32 || type == DType::bf16);
  if (type == DType::bf16) {
    f(Bf16());
  } else {
    f(float());
  }
}
// f32, bf16 or f16.
template <typename F>
void with_float(DType type, F&& f) {
  assert(type == DType::f32 || type == DType::bf16 || type == DType::f16);
  if (type == DType::f16) {
    f(F16());
  } else {
    with_activation(type, f);
  }
}

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_DEVICE_MATH_CUH_
