// Declares the vector kernels for weights of four bits (kernels/four_bits.h): their packing, their
// widening for products of many rows, and the product of few rows, which reads them as they are.
//
// Thread rule: any thread, on disjoint outputs. Lifetime rule: plain functions on the caller's
// memory.
#ifndef LONGTAKE_KERNELS_CPU_FOUR_BITS_H_
#define LONGTAKE_KERNELS_CPU_FOUR_BITS_H_

#include <cstdint>

#include "kernels/cpu/element.h"
#include "kernels/four_bits.h"

namespace longtake::kernels::cpu {

// One output's row x[n] to codes and words of four_bit_groups(n) groups.
void pack_four_bits(const float* x, std::int64_t n, std::uint8_t* codes, std::uint32_t* words);
// Back to n weights.
void widen_four_bits(const std::uint8_t* codes, const std::uint32_t* words, std::int64_t n,
                     float* to);
void widen_four_bits(const std::uint8_t* codes, const std::uint32_t* words, std::int64_t n,
                     Bf16* to);

// sums[g] = sum of the g-th group of x[groups * 32].
void sum_groups(const float* x, std::int64_t groups, float* sums);

// Activations of at most four rows, padded with zeros to whole groups.
struct FourBitInput {
  const float* x;  // [rows, groups * 32], row stride `stride`
  std::int64_t stride;
  std::int64_t rows;
  const float* sums;  // [rows, groups], of sum_groups()
};
// sums[row][64] = x * `outputs` <= 64 rows of weights of `groups` groups each.
void four_bit_product(const FourBitInput& x, const std::uint8_t* codes, const std::uint32_t* words,
                      std::int64_t groups, std::int64_t outputs, float* sums);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_FOUR_BITS_H_
