// Declares what the attention kernels share: the problem as a kernel sees it, the cut of the work
// into pieces, and the partial softmax states that one piece leaves for attention_mass.cu to merge.
//
// Rows. The H / G query heads that read one key head are stacked under each other: row r of a key
// head is query r / shared, head r % shared. So one tile of rows reads every key once, whatever T
// is, and a tile spans few queries, which keeps the causal diagonal short.
//
// Tiles. A row tile meets key tiles; key tiles never cross a span, so a span's last one may be
// short. Row tiles that would make an incomplete last wave over the device are split along the
// keys, and the pieces merged afterwards (Flash-Decoding, Dao 2023; stream-K, Osama 2023): with few
// queries that is all of them.
//
// Repetition. A pass over one token that is recorded finds a longer context each time it is repeated.
// What depends on the length is the Extent, which kernels that may be recorded ask for when they
// start; the grid and the memory for pieces and scores are those of the longest context.
//
// Units. Scores are multiplied by scale * log2(e), so that weights are 2^(score - maximum).
//
// Only .cu files include this. Thread rule: the Context's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CUDA_ATTENTION_KERNELS_H_
#define LONGTAKE_KERNELS_CUDA_ATTENTION_KERNELS_H_

#include <cuda_bf16.h>

#include <cstdint>

#include "kernels/cuda/attention.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/recording.h"

namespace longtake::kernels::cuda {

// --- The problem ---------------------------------------------------------------------------------

inline constexpr int kInlineSpans = 16;
inline constexpr int kMaxHeadDim = 128;

// Keys and values of consecutive tokens of the context, never empty.
struct KeySpan {
  const void* k = nullptr;
  const void* v = nullptr;
  std::int64_t k_stride = 0;  // elements between tokens
  std::int64_t v_stride = 0;
  std::int32_t begin = 0;  // index in the context of the first token
  std::int32_t tokens = 0;
  std::int32_t first_tile = 0;  // tiles of the spans before
  bool k_f32 = false;           // otherwise bf16
  bool v_f32 = false;
  bool k_aligned = false;  // four elements can be loaded at once
  bool v_aligned = false;
};

struct SpanList {
  std::int32_t count = 0;
  std::int32_t last_tokens = 0;     // of the last one
  const KeySpan* staged = nullptr;  // on the device, when there are more than fit here
  KeySpan inlined[kInlineSpans];

  __device__ KeySpan at(int i) const { return staged != nullptr ? staged[i] : inlined[i]; }
};

// What of a problem depends on the length of the context.
struct Extent {
  std::int32_t context = 0;  // tokens, past and fresh
  std::int32_t tiles = 0;    // key tiles of all spans
  std::int32_t splits = 1;   // pieces of each row tile that is split
  std::int32_t further = 0;  // tokens that the last span has more than is said
};

struct AttentionProblem {
  const void* q = nullptr;  // of the first query of this pass
  void* out = nullptr;
  std::int64_t q_stride = 0;  // elements between queries
  std::int64_t out_stride = 0;
  bool q_aligned = false;          // four elements can be loaded at once
  std::int32_t queries = 0;        // of each sequence, in this pass
  std::int32_t first_query = 0;    // index within its sequence of this pass's first query
  std::int32_t sequence_rows = 0;  // rows of q, out and fresh keys per sequence
  std::int32_t sequences = 1;
  std::int32_t heads = 0;
  std::int32_t key_heads = 0;
  std::int32_t shared = 1;  // query heads per key head
  std::int32_t head_dim = 0;
  float scale_log2 = 1.0F;
  bool causal = false;
  std::int32_t past = 0;  // tokens before the fresh ones
  SpanList spans;
  std::int32_t tile_tokens = 0;
  std::int32_t past_tiles = 0;  // of the spans before the fresh one
  Extent extent;                // as it was said
  Extent longest;               // of the last repetition; `extent` where the pass is not recorded

  // The cut. Pieces are numbered: first `whole` row tiles in one piece each, which write `out`,
  // then the others in `splits` pieces each, which write `states` and `partial`.
  std::int32_t tile_rows = 0;
  std::int32_t row_tiles = 0;  // of one key head of one sequence
  std::int32_t whole = 0;
  std::int32_t most_splits = 1;  // that are wanted of a tile,
  std::int32_t least_tiles = 1;  // if each has so many key tiles
  float2* states = nullptr;      // [split piece][tile_rows]: maximum, sum of weights
  float* partial = nullptr;      // [split piece][tile_rows][head_dim]: values by weight

  // [sequences * queries * heads][longest.context] where the mass is asked for
  float* scores = nullptr;

  const Repetition* repetition = nullptr;  // null where the pass is not recorded
  __host__ __device__ int rows() const { return queries * shared; }
  __host__ __device__ int all_tiles() const { return row_tiles * key_heads * sequences; }
  __host__ __device__ int pieces(const Extent& e) const {
    return whole + (all_tiles() - whole) * e.splits;
  }
  // That have a place.
  __host__ __device__ int pieces() const { return pieces(longest); }
  __host__ __device__ int splits_of(int tiles) const {
    const int sensible = tiles < 2 * least_tiles ? 1 : tiles / least_tiles;
    return sensible < most_splits ? sensible : most_splits;
  }
  // When the last span has so many tokens more than is said.
  __host__ __device__ Extent extent_with(int tokens) const {
    Extent e = extent;
    e.context += tokens;
    e.tiles += tiles_of(spans.last_tokens + tokens) - tiles_of(spans.last_tokens);
    e.splits = splits_of(e.tiles);
    e.further = tokens;
    return e;
  }
  __device__ Extent extent_now() const {
    return repetition == nullptr ? extent : extent_with(further(repetition));
  }
  __host__ __device__ int tiles_of(int tokens) const {
    return (tokens + tile_tokens - 1) / tile_tokens;
  }
  // Context tokens that query t (of this pass) sees: those before this index.
  __device__ int limit(int t, const Extent& e) const {
    return causal ? min(e.context, past + first_query + t + 1) : e.context;
  }
  __device__ int limit(int t) const { return limit(t, extent); }
  // Elements from a sequence's start in q and out.
  __device__ std::int64_t query_row(int sequence, int t) const {
    return static_cast<std::int64_t>(sequence) * sequence_rows + t;
  }
  __device__ std::int64_t score_row(int sequence, int t, int head) const {
    return (static_cast<std::int64_t>(sequence) * queries + t) * heads + head;
  }
};

// --- The cut -------------------------------------------------------------------------------------

// One piece of the work: a row tile against a range of key tiles.
struct Piece {
  int row_tile;
  int key_head;
  int sequence;
  int slot;   // of states and partial; -1 when the piece is a whole tile
  int begin;  // key tiles [begin, end)
  int end;
};

// Row tiles in the order of their start. Causal: those with most keys first, so that the last wave
// is of short ones. Otherwise the tiles of a key head side by side, so that they find its keys in
// L2.
__device__ inline int tile_number(const AttentionProblem& p, int row_tile, int key_head,
                                  int sequence) {
  const int head = sequence * p.key_heads + key_head;
  if (!p.causal) return head * p.row_tiles + row_tile;
  return (p.row_tiles - 1 - row_tile) * (p.key_heads * p.sequences) + head;
}

// Key tiles that some row of a row tile sees.
__device__ inline int visible_tiles(const AttentionProblem& p, const Extent& e, int row_tile) {
  if (!p.causal) return e.tiles;
  const int last_row = min((row_tile + 1) * p.tile_rows, p.rows()) - 1;
  const int fresh = p.limit(last_row / p.shared, e) - p.past;
  return min(e.tiles, p.past_tiles + p.tiles_of(fresh));
}

__device__ inline Piece piece_of(const AttentionProblem& p, const Extent& e, int number) {
  Piece piece;
  int tile = number;
  int split = 0;
  int splits = 1;
  piece.slot = -1;
  if (number >= p.whole) {
    piece.slot = number - p.whole;
    splits = e.splits;
    tile = p.whole + piece.slot / splits;
    split = piece.slot % splits;
  }
  int head;
  if (p.causal) {
    const int heads = p.key_heads * p.sequences;
    piece.row_tile = p.row_tiles - 1 - tile / heads;
    head = tile % heads;
  } else {
    piece.row_tile = tile % p.row_tiles;
    head = tile / p.row_tiles;
  }
  piece.key_head = head % p.key_heads;
  piece.sequence = head / p.key_heads;
  const int tiles = visible_tiles(p, e, piece.row_tile);
  const int share = tiles / splits;
  const int longer = tiles % splits;  // so many splits have one tile more
  piece.begin = split * share + min(split, longer);
  piece.end = piece.begin + share + (split < longer ? 1 : 0);
  return piece;
}

__device__ inline Piece piece_of(const AttentionProblem& p, int number) {
  return piece_of(p, p.extent, number);
}

// Finds the spans of ascending key tiles.
class SpanCursor {
 public:
  // further: tokens that the last span has more than is said.
  __device__ SpanCursor(const SpanList& spans, int tile_tokens, int further = 0)
      : spans_(spans), tile_tokens_(tile_tokens), further_(further) {}
  // Moves to the span that holds a tile, which must exist and not lie before the last one asked
  // for.
  __device__ void seek(int tile) {
    while (tile >= end_) {
      span_ = spans_.at(next_++);
      if (next_ == spans_.count) span_.tokens += further_;
      end_ = span_.first_tile + (span_.tokens + tile_tokens_ - 1) / tile_tokens_;
    }
    offset_ = (tile - span_.first_tile) * tile_tokens_;
  }
  __device__ const KeySpan& span() const { return span_; }
  __device__ int offset() const { return offset_; }  // token within the span
  __device__ int tokens() const { return min(tile_tokens_, span_.tokens - offset_); }
  __device__ int context() const { return span_.begin + offset_; }  // token within the context
  __device__ int index() const { return next_ - 1; }                // of the span

 private:
  const SpanList& spans_;
  const int tile_tokens_;
  const int further_;
  KeySpan span_;
  int next_ = 0;
  int end_ = 0;
  int offset_ = 0;
};

// --- The kernels ---------------------------------------------------------------------------------

// How a kernel cuts: its tile sizes, how many pieces run at once, and the fewest key tiles of a
// split.
struct Cut {
  int tile_rows = 0;
  int tile_tokens = 0;
  int slots = 0;
  int least_tiles = 1;
};

// Every kernel: cut() says how to cut a problem, run() computes the pieces of a problem that is
// cut.
struct AttentionKernel {
  bool repeats;  // asks for extent_now()
  Cut (*cut)(const Context& context, const AttentionProblem& problem);
  void (*run)(Context& context, const AttentionProblem& problem);
};
// Any types and alignment; arithmetic is f32.
const AttentionKernel& simt_attention(bool bf16_activations);
// The others want bf16 everywhere, a head_dim that is a multiple of 8, and rows aligned to 16
// bytes. At most kDecodeRows rows.
inline constexpr int kDecodeRows = 16;
const AttentionKernel& decode_attention();
const AttentionKernel& prefill_attention();
// Compute capability 9.0; at most kHopperSpans spans, and no scores. hopper_takes() says which
// problems of how many spans.
inline constexpr int kHopperSpans = 8;
const AttentionKernel& hopper_attention();
bool hopper_takes(const Context& context, const AttentionProblem& problem, int spans);

// Merges the split pieces into out. With `mass` (f32 [H, groups], rows mass_stride apart), also
// sums the weights of each group of tokens from problem.scores; then every tile must be split
// (problem.whole = 0).
struct MassRequest {
  float* mass = nullptr;
  std::int64_t mass_stride = 0;
  std::span<const std::int64_t> group_ends;
  bool add = false;
};
void finish_attention(Context& context, const AttentionProblem& problem, bool bf16_out,
                      const MassRequest& request);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_ATTENTION_KERNELS_H_
