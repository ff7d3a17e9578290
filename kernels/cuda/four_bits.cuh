// Declares how kernels read weights of four bits (kernels/four_bits.h).
//
// Thread rule: device functions. Lifetime rule: none.
#ifndef LONGTAKE_KERNELS_CUDA_FOUR_BITS_CUH_
#define LONGTAKE_KERNELS_CUDA_FOUR_BITS_CUH_

#include "kernels/cuda/device_math.cuh"
#include "kernels/four_bits.h"

namespace longtake::kernels::cuda {

// A byte of codes: of two inputs of one group.
struct I4 {
  std::uint8_t pair;
};

__device__ __forceinline__ float step_of(std::uint32_t word) {
  return __uint_as_float(word & 0xFFFF0000U);
}
__device__ __forceinline__ float low_of(std::uint32_t word) {
  return __uint_as_float(word << 16);
}

// Codes 8 * quarter to 8 * quarter + 7 of a group.
__device__ __forceinline__ Eight eight_codes(const uint4& group, int quarter) {
  const bool upper = quarter % 2 == 1;
  const int shift = quarter / 2 * 4;
  const unsigned words[2] = {(upper ? group.z : group.x) >> shift & 0x0F0F0F0FU,
                             (upper ? group.w : group.y) >> shift & 0x0F0F0F0FU};
  Eight eight;
#pragma unroll
  for (int i = 0; i < 8; ++i) eight.v[i] = float_of_byte(words[i / 4], i % 4);
  return eight;
}

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_FOUR_BITS_CUH_
