// Declares the vector kernels of attention: packing of queries, keys and values, and the online
// softmax of a tile of the context. attention.cc plans which thread does what with them.
//
// Thread rule: any thread, on disjoint outputs. Lifetime rule: plain functions on the caller's
// memory.
#ifndef LONGTAKE_KERNELS_CPU_ATTENTION_KERNELS_H_
#define LONGTAKE_KERNELS_CPU_ATTENTION_KERNELS_H_

#include <cstdint>

#include "kernels/tensor.h"

namespace longtake::kernels::cpu {

// Rows whose scores of one tile are alive at once; a multiple of kRowStep.
inline constexpr std::int64_t kRowBlock = 24;
inline constexpr std::int64_t kRowStep = 6;  // rows of the inner product kernel
// Vectors have at most this many lanes; columns are padded to it.
inline constexpr std::int64_t kMaxLanes = 16;

// Sizes that every part of one call shares. A "word" is 32 bits: one f32, or two bf16 that are
// multiplied together.
struct AttentionSizes {
  bool bf16 = false;
  std::int64_t head_dim = 0;
  std::int64_t key_words = 0;      // words of one query or key row
  std::int64_t value_columns = 0;  // head_dim padded to whole vectors
  std::int64_t tile = 0;           // tokens of a tile, a multiple of kMaxLanes

  std::int64_t key_tile_words() const { return tile * key_words; }
  std::int64_t value_tile_words() const { return (bf16 ? tile / 2 : tile) * value_columns; }
  std::int64_t pack_scratch_words() const { return tile * (value_columns + kMaxLanes); }
  // A row of scores may be written up to two vectors beyond the tile; weights as bf16 stand behind.
  std::int64_t score_stride() const { return tile + 2 * kMaxLanes; }
  std::int64_t score_scratch_floats() const { return kRowBlock * score_stride() * 3 / 2; }
};

// Consecutive rows of one head in some tensor.
struct HeadRows {
  const void* data = nullptr;
  DType dtype = DType::f32;
  std::int64_t stride = 0;  // elements from token to token
};

// The softmax state of `rows` stacked query rows over a piece of the context.
struct AttentionState {
  std::int64_t rows = 0;
  float* sums = nullptr;    // [rows, value_columns]: weights * values
  float* max = nullptr;     // [rows]
  float* weight = nullptr;  // [rows]: sum of the weights, relative to max
};

// One tile, packed: keys [tile / N][key_words][N], N = lanes; values [tile or tile /
// 2][value_columns].
struct AttentionTile {
  const std::uint32_t* keys = nullptr;
  const std::uint32_t* values = nullptr;
  std::int64_t tokens = 0;
  // Row r of a state sees min(tokens, first_visible + r / rows_per_query) tokens of it.
  std::int64_t first_visible = 0;
  std::int64_t rows_per_query = 1;
};

// Where the weights of a tile's tokens are added up by group, on request: sum[cut][row] for the
// tokens between cuts, relative to the row's max at that time, which goes to max[row].
struct AttentionMassTile {
  const std::int64_t* cuts = nullptr;  // [count]: ends, ascending, the last one = tokens
  std::int64_t count = 0;
  float* sum = nullptr;  // [count, rows]
  float* max = nullptr;  // [rows]
};

// Packs a tile. pieces: the rows of its tokens, counts[i] of each; scratch: pack_scratch_words().
void pack_keys(const AttentionSizes& sizes, const HeadRows* pieces, const std::int64_t* counts,
               std::int64_t piece_count, std::uint32_t* scratch, std::uint32_t* to);
void pack_values(const AttentionSizes& sizes, const HeadRows* pieces, const std::int64_t* counts,
                 std::int64_t piece_count, std::uint32_t* scratch, std::uint32_t* to);
// to: [count, key_words], times factor.
void pack_query(const AttentionSizes& sizes, const HeadRows& rows, std::int64_t count, float factor,
                std::uint32_t* to);

// Joins a tile to the state of the packed queries. mass: on request. scratch:
// score_scratch_floats().
void attend_tile(const AttentionSizes& sizes, const std::uint32_t* query, const AttentionTile& tile,
                 const AttentionState& state, const AttentionMassTile* mass, float* scratch);

// out[n] = (first ? 0 : out) + sums * share
void add_share(const float* sums, float share, bool first, float* out, std::int64_t n);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_ATTENTION_KERNELS_H_
