// Declares CUDA's bfloat16, for a simulated device: see cuda_runtime.h.
#ifndef LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_BF16_H_
#define LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_BF16_H_

#include <cuda_runtime.h>

struct __nv_bfloat16 {
  std::uint16_t bits;
};
struct alignas(4) __nv_bfloat162 {
  __nv_bfloat16 x, y;
};

inline float __bfloat162float(__nv_bfloat16 x) {
  return __uint_as_float(static_cast<unsigned>(x.bits) << 16);
}
// To nearest even; any NaN becomes CUDA's.
inline __nv_bfloat16 __float2bfloat16_rn(float x) {
  if (x != x) return {0x7FFF};
  const unsigned bits = __float_as_uint(x);
  return {static_cast<std::uint16_t>((bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16)};
}
inline __nv_bfloat16 __float2bfloat16(float x) {
  return __float2bfloat16_rn(x);
}
inline __nv_bfloat162 __floats2bfloat162_rn(float x, float y) {
  return {__float2bfloat16_rn(x), __float2bfloat16_rn(y)};
}

#endif  // LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_BF16_H_
