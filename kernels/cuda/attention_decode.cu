// Attention of few queries over a long context, bf16: at most 16 rows (queries x heads that share a
// key head), which is one answer token of every model here.
//
// Reading keys and values is all the work there is: 2 * context * G * D * 2 bytes, 28.7 MB for
// 14,000 tokens of G = 4, D = 128, 6 us of an H200. So the context is split over the
// multiprocessors (Flash-Decoding, Dao 2023), every byte is read once for all rows, and each of a
// block's warps streams its own tiles of 16 tokens, 16 bytes per load, without a barrier that other
// warps wait at. A tile of keys and values is 8 KB at D = 128, 64 KB of a multiprocessor's warps: more
// than the 30 to 40 KB that its share of the bandwidth times the latency asks for.
//
// The products run on the tensor cores (m16n8k16), because 7 rows x 2 x 128 multiply-adds per token
// and key head would otherwise take as long as the reading. Fragments need no transposition: a sum
// over the head dimension may run in any order, so a lane's 16 bytes of a key are taken as they
// come, with the query's columns in the same order; and columns of the output may stand in any
// order, so the values' 16 bytes spread over eight column tiles of the same lane, pairs of tokens
// put together by one byte permutation. 32 matrix instructions per tile of 16 tokens and 128
// dimensions, some 50 clocks of a multiprocessor, whose share of the memory takes 300 to bring the
// tile.
//
// The warps' states are merged in shared memory, the blocks' by attention_mass.cu.
//
// The tiles come in one of two ways, of which the faster one is found by trying (trials.h); the
// arithmetic, and so the result, is the same bit for bit. Either a warp's lanes load what they
// multiply straight into registers, one tile ahead; or each warp has a ring of tiles in shared
// memory that cp.async fills, two or three ahead: twice or three times as much under way, for a
// passage through shared memory. There, a token's row of 16-byte chunks is stored in an order of
// its own (swizzled), so that the eight lanes that are served at once find eight different banks.
#include <algorithm>
#include <bit>
#include <cassert>
#include <vector>

#include "kernels/cuda/attention_kernels.h"
#include "kernels/cuda/instructions.cuh"

namespace longtake::kernels::cuda {
namespace {

constexpr int kTokens = 16;  // of a tile
// Warps of a block, and blocks of a multiprocessor, that the registers allow, by head dimension.
template <int kDim>
inline constexpr int kWarpsOf = kDim == 64 ? 6 : 8;
template <int kDim>
inline constexpr int kBlocksOf = kDim == 64 ? 2 : 1;
constexpr int kRows = kDecodeRows;

__device__ std::uint32_t word(const uint4& x, int i) {
  return i == 0 ? x.x : i == 1 ? x.y : i == 2 ? x.z : x.w;
}

// A lane's place in the fragments: `group` is its row of the queries (and that + 8), its key of a
// tile of eight, and its column of the values; `quad` says which columns of keys and which tokens
// of values.
struct Lane {
  int group;
  int quad;
};

template <int kDim>
struct Fragments {
  static constexpr int kKeyLoads = kDim / 32;    // per key: 4 lanes x 16 bytes each
  static constexpr int kValueLoads = kDim / 64;  // per token: 8 lanes x 16 bytes each
  std::uint32_t q[kDim / 16][4];
  uint4 k[2][kKeyLoads];    // keys group, group + 8
  uint4 v[4][kValueLoads];  // tokens 2 quad, + 1, + 8, + 9
  float out[kDim / 8][4];
};

// The address of a lane's 16 bytes of a head's row, null where there are none.
__device__ const __nv_bfloat16* piece_of_row(const __nv_bfloat16* row, bool exists, int column,
                                             int head_dim) {
  return exists && column < head_dim ? row + column : nullptr;
}

__device__ uint4 load_or_zero(const __nv_bfloat16* from) {
  return from != nullptr ? load_once(from) : make_uint4(0, 0, 0, 0);
}

template <int kDim>
__device__ void load_queries(const AttentionProblem& p, const Piece& piece, Lane lane,
                             Fragments<kDim>& f) {
  uint4 rows[2][kDim / 32];
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const int r = lane.group + 8 * half;
    const int t = r / p.shared;
    const __nv_bfloat16* row =
        static_cast<const __nv_bfloat16*>(p.q) + p.query_row(piece.sequence, t) * p.q_stride +
        static_cast<std::int64_t>(piece.key_head * p.shared + r % p.shared) * p.head_dim;
#pragma unroll
    for (int i = 0; i < kDim / 32; ++i) {
      rows[half][i] =
          load_or_zero(piece_of_row(row, r < p.rows(), 32 * i + 8 * lane.quad, p.head_dim));
    }
  }
#pragma unroll
  for (int i = 0; i < kDim / 16; ++i) {
    f.q[i][0] = word(rows[0][i / 2], i % 2 * 2);
    f.q[i][1] = word(rows[1][i / 2], i % 2 * 2);
    f.q[i][2] = word(rows[0][i / 2], i % 2 * 2 + 1);
    f.q[i][3] = word(rows[1][i / 2], i % 2 * 2 + 1);
  }
}

// Where a warp's tile lies.
struct TilePlace {
  const __nv_bfloat16* k = nullptr;  // this key head's row of the first token
  const __nv_bfloat16* v = nullptr;
  std::int64_t k_stride = 0;
  std::int64_t v_stride = 0;
  int tokens = 0;   // 0: there is no such tile
  int context = 0;  // index of the first token
};

__device__ TilePlace place_of(const AttentionProblem& p, const Piece& piece, SpanCursor& cursor,
                              int tile) {
  TilePlace place;
  if (tile >= piece.end) return place;
  cursor.seek(tile);
  const KeySpan& span = cursor.span();
  const std::int64_t row =
      static_cast<std::int64_t>(piece.sequence) * p.sequence_rows + cursor.offset();
  const std::int64_t head = static_cast<std::int64_t>(piece.key_head) * p.head_dim;
  place.k = static_cast<const __nv_bfloat16*>(span.k) + row * span.k_stride + head;
  place.v = static_cast<const __nv_bfloat16*>(span.v) + row * span.v_stride + head;
  place.k_stride = span.k_stride;
  place.v_stride = span.v_stride;
  place.tokens = cursor.tokens();
  place.context = cursor.context();
  return place;
}

// --- Tiles through registers ---------------------------------------------------------------------

template <int kDim>
__device__ void load_keys(const TilePlace& place, int head_dim, Lane lane, Fragments<kDim>& f) {
#pragma unroll
  for (int j = 0; j < 2; ++j) {
    const int token = lane.group + 8 * j;
    const __nv_bfloat16* row = place.k + token * place.k_stride;
#pragma unroll
    for (int i = 0; i < Fragments<kDim>::kKeyLoads; ++i) {
      f.k[j][i] =
          load_or_zero(piece_of_row(row, token < place.tokens, 32 * i + 8 * lane.quad, head_dim));
    }
  }
}

template <int kDim>
__device__ void load_values(const TilePlace& place, int head_dim, Lane lane, Fragments<kDim>& f) {
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    const int token = 2 * lane.quad + j % 2 + j / 2 * 8;
    const __nv_bfloat16* row = place.v + token * place.v_stride;
#pragma unroll
    for (int i = 0; i < Fragments<kDim>::kValueLoads; ++i) {
      f.v[j][i] =
          load_or_zero(piece_of_row(row, token < place.tokens, 64 * i + 8 * lane.group, head_dim));
    }
  }
}

// --- Tiles through shared memory -----------------------------------------------------------------

// A warp's tile, in chunks of 16 bytes. Chunk c of token t stands at c ^ swizzle(t). Eight lanes
// read at once: of keys 4 neighbouring chunks of two neighbouring tokens, of values 2 neighbouring
// chunks of four tokens two apart.
template <int kDim>
struct Stage {
  static constexpr int kChunks = kDim / 8;
  uint4 k[kTokens][kChunks];
  uint4 v[kTokens][kChunks];
};
__device__ int key_swizzle(int token) {
  return token % 2 * 4;
}
__device__ int value_swizzle(int token) {
  return token / 2 % 4 * 2;
}

// Tokens and columns that do not exist come as zeros; of a tile that does not exist, nothing.
template <int kDim>
__device__ void copy_tile(const TilePlace& place, int head_dim, int lane, Stage<kDim>& stage) {
  constexpr int kChunks = Stage<kDim>::kChunks;
  if (place.tokens == 0) return;
#pragma unroll
  for (int i = 0; i < kTokens * kChunks / 32; ++i) {
    const int token = (i * 32 + lane) / kChunks;
    const int chunk = (i * 32 + lane) % kChunks;
    const bool exists = token < place.tokens && 8 * chunk < head_dim;
    const std::int64_t k_at = exists ? token * place.k_stride + 8 * chunk : 0;
    const std::int64_t v_at = exists ? token * place.v_stride + 8 * chunk : 0;
    copy_async(shared_address(&stage.k[token][chunk ^ key_swizzle(token)]), place.k + k_at, exists);
    copy_async(shared_address(&stage.v[token][chunk ^ value_swizzle(token)]), place.v + v_at,
               exists);
  }
}

template <int kDim>
__device__ void take_keys(const Stage<kDim>& stage, Lane lane, Fragments<kDim>& f) {
#pragma unroll
  for (int j = 0; j < 2; ++j) {
    const int token = lane.group + 8 * j;
#pragma unroll
    for (int i = 0; i < Fragments<kDim>::kKeyLoads; ++i) {
      f.k[j][i] = stage.k[token][(4 * i + lane.quad) ^ key_swizzle(token)];
    }
  }
}
template <int kDim>
__device__ void take_values(const Stage<kDim>& stage, Lane lane, Fragments<kDim>& f) {
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    const int token = 2 * lane.quad + j % 2 + j / 2 * 8;
#pragma unroll
    for (int i = 0; i < Fragments<kDim>::kValueLoads; ++i) {
      f.v[j][i] = stage.v[token][(8 * i + lane.group) ^ value_swizzle(token)];
    }
  }
}

// --- Arithmetic ----------------------------------------------------------------------------------

// Scores of 16 tokens: [two tiles of 8 keys][row group: keys 2 quad, + 1; row group + 8: the same].
template <int kDim>
__device__ void multiply_keys(const Fragments<kDim>& f, float (&scores)[2][4]) {
#pragma unroll
  for (int j = 0; j < 2; ++j) {
#pragma unroll
    for (int e = 0; e < 4; ++e) scores[j][e] = 0.0F;
#pragma unroll
    for (int i = 0; i < kDim / 16; ++i) {
      const uint4& k = f.k[j][i / 2];
      multiply(scores[j], f.q[i], word(k, i % 2 * 2), word(k, i % 2 * 2 + 1));
    }
  }
}

// Column n of column tile m is the head's column 8 n + m % 8 + 64 (m / 8).
template <int kDim>
__device__ void multiply_values(const std::uint32_t (&weights)[4], Fragments<kDim>& f) {
#pragma unroll
  for (int m = 0; m < kDim / 8; ++m) {
    const unsigned halves = m % 2 == 0 ? 0x5410 : 0x7632;
    const int i = m / 8;
    const int w = m % 8 / 2;
    const std::uint32_t b0 = __byte_perm(word(f.v[0][i], w), word(f.v[1][i], w), halves);
    const std::uint32_t b1 = __byte_perm(word(f.v[2][i], w), word(f.v[3][i], w), halves);
    multiply(f.out[m], weights, b0, b1);
  }
}

// The running softmax state of a lane's two rows.
struct State {
  float maximum[2] = {-INFINITY, -INFINITY};
  float sum[2] = {0.0F, 0.0F};  // of this lane's keys
};

__device__ float quad_maximum(float x) {
  x = fmaxf(x, __shfl_xor_sync(0xFFFFFFFFU, x, 1));
  return fmaxf(x, __shfl_xor_sync(0xFFFFFFFFU, x, 2));
}
__device__ float quad_sum(float x) {
  x += __shfl_xor_sync(0xFFFFFFFFU, x, 1);
  return x + __shfl_xor_sync(0xFFFFFFFFU, x, 2);
}

// What is asked of a lane's two rows.
struct Rows {
  int limits[2];  // they see the context before this
  int scores[2];  // their rows of p.scores; -1 where those are not wanted
};

__device__ Rows rows_of(const AttentionProblem& p, const Extent& extent, const Piece& piece,
                        Lane lane) {
  Rows rows;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const int r = lane.group + 8 * half;
    const bool exists = r < p.rows();
    rows.limits[half] = p.limit(exists ? r / p.shared : 0, extent);
    rows.scores[half] =
        exists && p.scores != nullptr
            ? static_cast<int>(p.score_row(piece.sequence, r / p.shared,
                                           piece.key_head * p.shared + r % p.shared))
            : -1;
  }
  return rows;
}

__device__ void scale_and_mask(const AttentionProblem& p, const TilePlace& place, Lane lane,
                               const Rows& rows, float (&scores)[2][4]) {
#pragma unroll
  for (int j = 0; j < 2; ++j) {
#pragma unroll
    for (int e = 0; e < 4; ++e) {
      const int token = 8 * j + 2 * lane.quad + e % 2;
      const std::int64_t row = rows.scores[e / 2];
      scores[j][e] *= p.scale_log2;
      if (row >= 0 && token < place.tokens) {
        p.scores[row * p.longest.context + place.context + token] = scores[j][e];
      }
      if (token >= place.tokens || place.context + token >= rows.limits[e / 2]) {
        scores[j][e] = -INFINITY;
      }
    }
  }
}

// Turns scores into weights, as the operand of the product with the values.
template <int kDim>
__device__ void soften(float (&scores)[2][4], State& state, Fragments<kDim>& f,
                       std::uint32_t (&weights)[4]) {
  float correction[2];
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float* a = &scores[0][2 * half];
    float* b = &scores[1][2 * half];
    const float largest =
        fmaxf(state.maximum[half], quad_maximum(fmaxf(fmaxf(a[0], a[1]), fmaxf(b[0], b[1]))));
    // A row that has seen no key yet keeps zeros: -inf - -inf must not be taken.
    const float reference = largest == -INFINITY ? 0.0F : largest;
    correction[half] = exp2_fast(state.maximum[half] - reference);
    state.maximum[half] = largest;
#pragma unroll
    for (int e = 0; e < 2; ++e) {
      a[e] = exp2_fast(a[e] - reference);
      b[e] = exp2_fast(b[e] - reference);
    }
    state.sum[half] = state.sum[half] * correction[half] + a[0] + a[1] + b[0] + b[1];
    weights[half] = pack(a[0], a[1]);
    weights[half + 2] = pack(b[0], b[1]);
  }
  if (__any_sync(0xFFFFFFFFU, correction[0] != 1.0F || correction[1] != 1.0F)) {
#pragma unroll
    for (int m = 0; m < kDim / 8; ++m) {
#pragma unroll
      for (int e = 0; e < 4; ++e) f.out[m][e] *= correction[e / 2];
    }
  }
}

// What the warps leave for the merge. Columns stand in the order of the fragments: column tile m,
// column n at 8 m + n; rows are 8 floats longer than a multiple of 32, so that a warp's writes hit
// all banks.
template <int kDim>
struct Shared {
  static constexpr int kPitch = kDim + 8;
  static constexpr int kWarps = kWarpsOf<kDim>;
  float out[kWarps][kRows][kPitch];
  float maximum[kWarps][kRows];
  float sum[kWarps][kRows];
};

template <int kDim>
__device__ void leave_state(const State& state, const Fragments<kDim>& f, int warp, Lane lane,
                            Shared<kDim>& shared) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const int row = lane.group + 8 * half;
    const float sum = quad_sum(state.sum[half]);
    if (lane.quad == 0) {
      shared.maximum[warp][row] = state.maximum[half];
      shared.sum[warp][row] = sum;
    }
#pragma unroll
    for (int m = 0; m < kDim / 8; ++m) {
      *reinterpret_cast<float2*>(&shared.out[warp][row][8 * m + 2 * lane.quad]) =
          make_float2(f.out[m][2 * half], f.out[m][2 * half + 1]);
    }
  }
}

// Sums the warps' states, row by row; the warps take turns.
template <int kDim>
__device__ void merge_warps(const AttentionProblem& p, const Piece& piece, int warp, int lane,
                            const Shared<kDim>& shared) {
  constexpr int kWarps = kWarpsOf<kDim>;
  for (int r = warp; r < p.rows(); r += kWarps) {
    float maximum = -INFINITY;
#pragma unroll
    for (int w = 0; w < kWarps; ++w) maximum = fmaxf(maximum, shared.maximum[w][r]);
    const float reference = maximum == -INFINITY ? 0.0F : maximum;
    float factors[kWarps];
    float total = 0.0F;
#pragma unroll
    for (int w = 0; w < kWarps; ++w) {
      factors[w] = exp2_fast(shared.maximum[w][r] - reference);
      total += factors[w] * shared.sum[w][r];
    }
    const std::int64_t state = static_cast<std::int64_t>(piece.slot) * kRows + r;
    if (piece.slot >= 0 && lane == 0) p.states[state] = make_float2(maximum, total);
    const float share = total > 0.0F ? 1.0F / total : 0.0F;
    __nv_bfloat16* to =
        static_cast<__nv_bfloat16*>(p.out) +
        p.query_row(piece.sequence, r / p.shared) * p.out_stride +
        static_cast<std::int64_t>(piece.key_head * p.shared + r % p.shared) * p.head_dim;
    for (int column = lane; column < p.head_dim; column += 32) {
      const int n = column / 8 % 8;
      const int m = column % 8 + column / 64 * 8;
      float x = 0.0F;
#pragma unroll
      for (int w = 0; w < kWarps; ++w) x += factors[w] * shared.out[w][r][8 * m + n];
      if (piece.slot >= 0) {
        p.partial[state * p.head_dim + column] = x;
      } else {
        to[column] = __float2bfloat16(x * share);
      }
    }
  }
}

// --- The kernels ---------------------------------------------------------------------------------

// What both have in common: who a thread is, and what it begins with.
template <int kDim>
struct Work {
  int warp;
  int lane_number;
  Lane lane;
  Extent extent;
  Piece piece;
  Rows rows;
  State state;
  Fragments<kDim> f;
};

template <int kDim>
__device__ Work<kDim> begin_work(const AttentionProblem& p) {
  Work<kDim> work;
  work.warp = static_cast<int>(threadIdx.x) / 32;
  work.lane_number = static_cast<int>(threadIdx.x) % 32;
  work.lane = {work.lane_number / 4, work.lane_number % 4};
  work.extent = p.extent_now();
  work.piece = piece_of(p, work.extent, static_cast<int>(blockIdx.x));
  work.rows = rows_of(p, work.extent, work.piece, work.lane);
#pragma unroll
  for (int m = 0; m < kDim / 8; ++m) {
#pragma unroll
    for (int e = 0; e < 4; ++e) work.f.out[m][e] = 0.0F;
  }
  return work;
}

template <int kDim>
__device__ void end_work(const AttentionProblem& p, const Work<kDim>& work, Shared<kDim>& shared) {
  leave_state<kDim>(work.state, work.f, work.warp, work.lane, shared);
  __syncthreads();
  merge_warps<kDim>(p, work.piece, work.warp, work.lane_number, shared);
}

template <int kDim>
__global__ void __launch_bounds__(32 * kWarpsOf<kDim>, kBlocksOf<kDim>)
    decode_by_registers(const __grid_constant__ AttentionProblem p) {
  constexpr int kWarps = kWarpsOf<kDim>;
  wait_for_earlier_kernels();
  let_next_kernel_start();

  Work<kDim> work = begin_work<kDim>(p);
  const Piece& piece = work.piece;
  if (static_cast<int>(blockIdx.x) >= p.pieces(work.extent)) return;
  SpanCursor cursor(p.spans, kTokens, work.extent.further);
  int tile = piece.begin + work.warp;
  TilePlace place = place_of(p, piece, cursor, tile);
  load_keys<kDim>(place, p.head_dim, work.lane, work.f);
  load_values<kDim>(place, p.head_dim, work.lane, work.f);
  load_queries<kDim>(p, piece, work.lane, work.f);
  for (; tile < piece.end; tile += kWarps) {
    float scores[2][4];
    multiply_keys<kDim>(work.f, scores);
    const TilePlace next = place_of(p, piece, cursor, tile + kWarps);
    load_keys<kDim>(next, p.head_dim, work.lane, work.f);
    scale_and_mask(p, place, work.lane, work.rows, scores);
    std::uint32_t weights[4];
    soften<kDim>(scores, work.state, work.f, weights);
    multiply_values<kDim>(weights, work.f);
    load_values<kDim>(next, p.head_dim, work.lane, work.f);
    place = next;
  }
  end_work<kDim>(p, work, *dynamic_shared<Shared<kDim>>());
}

// Every warp has a ring of its own, so nothing but the end waits for other warps.
template <int kDim, int kStages>
struct Rings {
  Stage<kDim> of[kWarpsOf<kDim>][kStages];
};

template <int kDim, int kStages>
__global__ void __launch_bounds__(32 * kWarpsOf<kDim>, kBlocksOf<kDim>)
    decode_by_stages(const __grid_constant__ AttentionProblem p) {
  constexpr int kWarps = kWarpsOf<kDim>;
  wait_for_earlier_kernels();
  let_next_kernel_start();

  Work<kDim> work = begin_work<kDim>(p);
  const Piece& piece = work.piece;
  auto& ring = dynamic_shared<Rings<kDim, kStages>>()->of[work.warp];
  if (static_cast<int>(blockIdx.x) >= p.pieces(work.extent)) return;
  SpanCursor copied(p.spans, kTokens, work.extent.further);
  SpanCursor used(p.spans, kTokens, work.extent.further);
  const int first = piece.begin + work.warp;
  // A group of copies for every turn, be it empty: so many are always under way.
#pragma unroll
  for (int s = 0; s < kStages; ++s) {
    copy_tile<kDim>(place_of(p, piece, copied, first + s * kWarps), p.head_dim, work.lane_number,
                    ring[s]);
    commit_copies();
  }
  load_queries<kDim>(p, piece, work.lane, work.f);
  int s = 0;
  for (int tile = first; tile < piece.end; tile += kWarps) {
    wait_copies<kStages - 1>();
    __syncwarp();
    float scores[2][4];
    take_keys<kDim>(ring[s], work.lane, work.f);
    multiply_keys<kDim>(work.f, scores);
    take_values<kDim>(ring[s], work.lane, work.f);
    scale_and_mask(p, place_of(p, piece, used, tile), work.lane, work.rows, scores);
    std::uint32_t weights[4];
    soften<kDim>(scores, work.state, work.f, weights);
    multiply_values<kDim>(weights, work.f);
    __syncwarp();  // every lane has taken what it wants of this tile
    copy_tile<kDim>(place_of(p, piece, copied, tile + kStages * kWarps), p.head_dim,
                    work.lane_number, ring[s]);
    commit_copies();
    s = s + 1 == kStages ? 0 : s + 1;
  }
  wait_copies<0>();
  __syncthreads();  // the states take the rings' place
  end_work<kDim>(p, work, *dynamic_shared<Shared<kDim>>());
}

// --- The host's side -----------------------------------------------------------------------------

Cut cut_decode(const Context& context, const AttentionProblem& problem) {
  Cut cut;
  cut.tile_rows = kRows;
  cut.tile_tokens = kTokens;
  const bool narrow = problem.head_dim <= 64;
  cut.slots = context.multiprocessors() * (narrow ? kBlocksOf<64> : kBlocksOf<128>);
  cut.least_tiles = narrow ? kWarpsOf<64> : kWarpsOf<128>;
  return cut;
}

// Ways of bringing the tiles.
enum Way { by_registers, by_two_stages, by_three_stages };

template <int kDim, int kStages>
constexpr std::size_t stages_bytes() {
  return std::max(sizeof(Rings<kDim, kStages>), sizeof(Shared<kDim>));
}
template <int kDim, int kStages>
bool stages_fit(const Context& context) {
  constexpr std::size_t kReserved = 1024;  // of the multiprocessor's, per block
  constexpr std::size_t kBytes = stages_bytes<kDim, kStages>();
  return kBytes <= context.properties().sharedMemPerBlockOptin &&
         kBlocksOf<kDim> * (kBytes + kReserved) <= context.properties().sharedMemPerMultiprocessor;
}

template <int kDim>
void launch_way(Context& context, const AttentionProblem& problem, Way way) {
  const auto run = [&](auto kernel, std::size_t bytes) {
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(bytes)),
          "attention");
    launch_behind(context, kernel, static_cast<unsigned>(problem.pieces()), 32 * kWarpsOf<kDim>,
                  bytes, problem);
  };
  switch (way) {
    case by_registers:
      return run(decode_by_registers<kDim>, sizeof(Shared<kDim>));
    case by_two_stages:
      return run(decode_by_stages<kDim, 2>, stages_bytes<kDim, 2>());
    case by_three_stages:
      return run(decode_by_stages<kDim, 3>, stages_bytes<kDim, 3>());
  }
}

template <int kDim>
void launch_decode(Context& context, const AttentionProblem& problem) {
  std::vector<int> ways{by_registers};
  if (stages_fit<kDim, 2>(context)) ways.push_back(by_two_stages);
  if (stages_fit<kDim, 3>(context)) ways.push_back(by_three_stages);
  // Contexts of twice the length may like another way.
  const auto length = static_cast<int>(std::bit_width(static_cast<unsigned>(problem.extent.tiles)));
  const Trials::Work work{.operation = "decode",
                          .head_dim = kDim,
                          .key_heads = problem.key_heads,
                          .rows = problem.rows(),
                          .keeps_scores = problem.scores != nullptr,
                          .length = length};
  const int way = context.trials().fastest(
      context, work, ways,
      [&](int tried) { launch_way<kDim>(context, problem, static_cast<Way>(tried)); });
  launch_way<kDim>(context, problem, static_cast<Way>(way));
}

void run_decode(Context& context, const AttentionProblem& problem) {
  assert(problem.rows() <= kRows);
  if (problem.head_dim <= 64) {
    launch_decode<64>(context, problem);
  } else {
    launch_decode<128>(context, problem);
  }
}

}  // namespace

const AttentionKernel& decode_attention() {
  static constexpr AttentionKernel kKernel{true, cut_decode, run_decode};
  return kKernel;
}

}  // namespace longtake::kernels::cuda
