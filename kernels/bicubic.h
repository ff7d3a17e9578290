// Declares BicubicAxis: which input pixels an output pixel of Backend::resize_bicubic() is the
// weighted sum of, in the fixed-point arithmetic of Pillow's Resample.c, so that every backend
// gives the same bytes.
//
// An output pixel is clamp((2^(kBits-1) + sum of pixel * weight) >> kBits) in i32. The horizontal
// pass comes first, rounds to u8, and an axis that keeps its size is not filtered.
//
// Thread rule: immutable after construction. Lifetime rule: a value.
#ifndef LONGTAKE_KERNELS_BICUBIC_H_
#define LONGTAKE_KERNELS_BICUBIC_H_

#include <cstdint>
#include <vector>

namespace longtake::kernels {

struct BicubicAxis {
  static constexpr int kBits = 32 - 8 - 2;  // of a weight: 8 bits of pixel, 2 for overshoot

  struct Range {
    std::int64_t first, count;
  };
  std::vector<Range> ranges;          // [outputs]
  std::vector<std::int32_t> weights;  // [outputs, most]
  std::int64_t most = 0;

  BicubicAxis(std::int64_t inputs, std::int64_t outputs);
  const std::int32_t* of(std::int64_t output) const { return weights.data() + output * most; }
};

}  // namespace longtake::kernels

#endif  // LONGTAKE_KERNELS_BICUBIC_H_
