// Declares the reference for every Backend operation: plain loops in double precision over host
// vectors, one formula each, as backend.h states it. Slow on purpose; nothing here is shared with a
// backend.
//
// Results carry a magnitude where the size of rounding errors depends on cancelled terms: the sum
// of the absolute values of everything that was added up.
//
// Thread rule and lifetime rule: pure functions of values.
#ifndef LONGTAKE_TESTS_SUPPORT_REFERENCE_OPS_H_
#define LONGTAKE_TESTS_SUPPORT_REFERENCE_OPS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/backend.h"

namespace longtake::reference {

using Values = std::vector<double>;

struct Sums {
  Values value;
  Values magnitude;
};

double activate(double x, kernels::Activation activation);

// x [rows, k], w [n, k], bias [n] or empty -> [rows, n], before the activation.
Sums linear(const Values& x, const Values& w, const Values& bias, std::int64_t rows, std::int64_t n,
            std::int64_t k);

// Rows of c elements.
Values rms_norm(const Values& x, const Values& weight, double eps);
Values layer_norm(const Values& x, const Values& weight, const Values& bias, double eps);
Values silu_mul(const Values& x, std::int64_t columns);  // x [rows, 2 columns]
Values mean_rows(const Values& x, std::int64_t rows);

// x [tokens, heads, head_dim]
Values rope(const Values& x, const std::vector<kernels::Position>& positions,
            const kernels::RopeTable& table, std::int64_t heads);

struct Attention {
  std::int64_t queries = 0;  // of all sequences
  std::int64_t heads = 0, key_heads = 0, head_dim = 0;
  std::int64_t past = 0;  // tokens
  bool fresh = true;
  bool causal = true;
  std::int64_t sequences = 1;
  double scale = 1.0;
  Values q;     // [queries, heads, head_dim]
  Values k, v;  // [past + queries or past, key_heads, head_dim]
  std::vector<std::int64_t> group_ends;
};
struct AttentionResult {
  Values out;                  // [queries, heads, head_dim]
  Values magnitude;            // the same with |v|
  Values mass;                 // [heads, groups]
  double largest_score = 0.0;  // sum of |q||k| * scale, the largest: errors of scores grow with it
};
AttentionResult attention(const Attention& a);

// query [heads, n], keys [blocks, groups, n] -> [groups, blocks]
Sums score_blocks(const Values& query, const Values& keys, std::int64_t groups, std::int64_t n);

// x [frames, h, w, c] -> [frames, h2, w2, c]
Values resize_bilinear(const Values& x, std::int64_t frames, std::int64_t h, std::int64_t w,
                       std::int64_t c, std::int64_t h2, std::int64_t w2);
// Samples of 4:2:0 planes, whatever their layout was.
struct YuvSamples {
  int width = 0, height = 0, bits = 8;
  std::vector<int> y, u, v;
};
// Upright [height][width][3]: flipped first if mirrored, then turned clockwise.
std::vector<std::uint8_t> yuv_to_rgb(const YuvSamples& samples, const kernels::YuvColours& colours,
                                     bool mirrored, int quarter_turns);
Values patchify(const std::vector<std::uint8_t>& images, std::int64_t frames, std::int64_t h,
                std::int64_t w, const kernels::PatchSpec& spec);

}  // namespace longtake::reference

#endif  // LONGTAKE_TESTS_SUPPORT_REFERENCE_OPS_H_
