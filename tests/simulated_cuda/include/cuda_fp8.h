// Declares CUDA's eight-bit floats e4m3, for a simulated device: see cuda_runtime.h.
#ifndef LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_FP8_H_
#define LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_FP8_H_

#include <cuda_runtime.h>

#include <limits>

using __nv_fp8_storage_t = unsigned char;
using __nv_fp8x2_storage_t = unsigned short;

struct __nv_fp8_e4m3 {
  __nv_fp8_storage_t __x;

  __nv_fp8_e4m3() = default;
  // To nearest even, the largest number beyond it; any NaN becomes CUDA's.
  explicit __nv_fp8_e4m3(float x) : __x(0x7F) {
    if (x != x) return;
    const float size = std::min(std::fabs(x), 448.0F);
    // Normal numbers have four digits; below 2^-6 the digits stand still.
    const int exponent = size == 0 ? -6 : std::max(std::ilogb(size), -6);
    const int digits = static_cast<int>(std::nearbyint(std::ldexp(size, 3 - exponent)));
    __x = static_cast<__nv_fp8_storage_t>((std::signbit(x) ? 0x80 : 0) |
                                          (8 * (exponent + 6) + digits));
  }
  explicit operator float() const {
    const int exponent = __x >> 3 & 15;
    const auto digits = static_cast<float>(__x & 7);
    const float size = (__x & 0x7F) == 0x7F ? std::numeric_limits<float>::quiet_NaN()
                       : exponent == 0      ? std::ldexp(digits, -9)
                                            : std::ldexp(8 + digits, exponent - 10);
    return std::copysign(size, (__x & 0x80) != 0 ? -1.0F : 1.0F);
  }
};
struct alignas(2) __nv_fp8x2_e4m3 {
  __nv_fp8x2_storage_t __x;

  explicit operator float2() const {
    __nv_fp8_e4m3 low, high;
    low.__x = static_cast<__nv_fp8_storage_t>(__x);
    high.__x = static_cast<__nv_fp8_storage_t>(__x >> 8);
    return {static_cast<float>(low), static_cast<float>(high)};
  }
};

#endif  // LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_FP8_H_
