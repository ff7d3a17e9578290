// Declares how weights of four bits (WeightFormat::i4) are kept, the same on every device, so that devices
// agree on every weight.
//
// 32 neighbouring inputs of one output are a group. Its weights are low + step * code, with codes from 0 to
// 15; low and step are bf16. An output's row is its groups' codes, 16 bytes each: byte i holds input i in its
// low half and input i + 16 in its high half; the words of all groups stand beside them. Where the number of
// inputs is no multiple of 32, the last weight is repeated. (Groups of 32 as in GGML's q4_1; against one
// scale around zero a tenth less error for two bytes more.)
//
//   low  = min, rounded to bf16
//   step = (max - low) / 15, rounded to bf16
//   code = (x - low) * (1 / step), rounded to nearest even, 0 where 1 / step is not finite
//
// Thread rule and lifetime rule: constants and pure functions.
#ifndef LONGTAKE_KERNELS_FOUR_BITS_H_
#define LONGTAKE_KERNELS_FOUR_BITS_H_

#include <cstdint>

namespace longtake::kernels {

inline constexpr std::int64_t kFourBitGroup = 32;       // weights
inline constexpr std::int64_t kFourBitGroupBytes = 16;  // of their codes
inline constexpr float kFourBitLargest = 15.0F;         // code

constexpr std::int64_t four_bit_groups(std::int64_t inputs) {
  return (inputs + kFourBitGroup - 1) / kFourBitGroup;
}

// A group's word: step in the high half, low in the low half.
constexpr std::uint32_t four_bit_word(std::uint16_t step, std::uint16_t low) {
  return static_cast<std::uint32_t>(step) << 16 | low;
}

}  // namespace longtake::kernels

#endif  // LONGTAKE_KERNELS_FOUR_BITS_H_
