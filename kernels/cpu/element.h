// Declares Bf16 and F16, storage types that let overloads tell the 16-bit formats apart.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_KERNELS_CPU_ELEMENT_H_
#define LONGTAKE_KERNELS_CPU_ELEMENT_H_

#include <cstdint>

#include "kernels/tensor.h"

namespace longtake::kernels::cpu {

struct Bf16 {
  std::uint16_t bits;
};
struct F16 {
  std::uint16_t bits;
};

// The DType that stands for element type T.
template <typename T>
inline constexpr DType kDTypeOf = DType::f32;
template <>
inline constexpr DType kDTypeOf<Bf16> = DType::bf16;
template <>
inline constexpr DType kDTypeOf<F16> = DType::f16;

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_ELEMENT_H_
