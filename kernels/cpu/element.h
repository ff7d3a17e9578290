// Declares Bf16 and F16, storage types that let overloads tell the 16-bit formats apart, and
// with_element(), which turns a run-time DType into one of these types.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_KERNELS_CPU_ELEMENT_H_
#define LONGTAKE_KERNELS_CPU_ELEMENT_H_

#include <cassert>
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

// Calls f(typed pointer) with the tensor's data; only for the floating types.
template <typename F>
void with_element(const Tensor& tensor, F&& f) {
  switch (tensor.dtype()) {
    case DType::f32:
      return f(tensor.data<float>());
    case DType::bf16:
      return f(tensor.data<Bf16>());
    case DType::f16:
      return f(tensor.data<F16>());
    default:
      assert(false && "a floating type was expected");
  }
}

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_ELEMENT_H_
