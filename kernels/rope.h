// Declares RopeTable: which rotary embedding a model uses. Every variant in use (1-D, M-RoPE
// chunked or interleaved, the 2-D rotation of vision towers) is one rule: frequency j turns by
// position[component[j]] * inv_freq[j], where a position is a triple (t, h, w), and the pair that it
// turns is (x[j], x[j + head_dim/2]) ("rotate half").
//
// Thread rule: immutable after construction. Lifetime rule: a value.
#ifndef LONGTAKE_KERNELS_ROPE_H_
#define LONGTAKE_KERNELS_ROPE_H_

#include <array>
#include <cstdint>
#include <vector>

namespace longtake::kernels {

// Where a token stands: time, row, column. Text and 1-D models use the same number three times.
using Position = std::array<std::int32_t, 3>;

struct RopeTable {
  std::vector<double> inv_freq;         // [head_dim / 2], radians per unit of position
  std::vector<std::uint8_t> component;  // [head_dim / 2], 0 = t, 1 = h, 2 = w

  std::int64_t head_dim() const { return static_cast<std::int64_t>(inv_freq.size()) * 2; }

  // The plain rotary embedding (Su et al., RoFormer): inv_freq[j] = theta^(-2j/head_dim).
  static RopeTable plain(std::int64_t head_dim, double theta);
};

}  // namespace longtake::kernels

#endif  // LONGTAKE_KERNELS_ROPE_H_
