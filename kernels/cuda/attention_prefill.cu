// Attention of many queries, bf16, on mma.sync: FlashAttention-2 (Dao 2023) for compute
// capability 8.0 on.
//
// A block takes 128 rows (or 64, when there are few) of one key head; each of its 4 warps takes a
// quarter of them, so that no warp waits for another within a row. Queries stay in shared memory;
// tiles of 64 keys and values come by cp.async, values while the scores are computed, the next keys
// during the softmax and the product with the values. Scores, weights and the output live in
// registers: the accumulators of the scores are, rounded to bf16, the operand of the next product
// as they stand. Only tiles at the end of a span or on the causal diagonal are masked.
//
// Counted for 128 rows, 64 tokens, D = 128: 1,024 matrix instructions of 2,048 multiply-adds, which
// take about 1,700 clocks at mma.sync's 60 % of an H100's peak. Every warp reads its queries and
// all keys and values from shared memory, 160 KB, 1,280 clocks at 128 bytes each: 32 rows per warp
// are what makes that fit, with 16 it would be the limit. 32 KB come from L2. Two blocks fit on a
// multiprocessor, so that one computes while the other takes its softmax.
//
// Shared memory. Rows are 16 bytes longer than the head, an odd number of 16-byte pieces, so that
// ldmatrix reads eight rows from different banks. Head dimensions are padded with zeros to a
// multiple of 16.
#include <algorithm>
#include <cassert>

#include "kernels/cuda/attention_kernels.h"
#include "kernels/cuda/instructions.cuh"

namespace longtake::kernels::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = 32 * kWarps;
constexpr int kTokens = 64;  // of a tile

// kBlocks: 16-row blocks of a warp.
template <int kDim, int kBlocks>
struct Shared {
  static constexpr int kRows = 16 * kBlocks * kWarps;
  static constexpr int kPitch = kDim + 8;
  __nv_bfloat16 q[kRows][kPitch];
  __nv_bfloat16 k[kTokens][kPitch];
  __nv_bfloat16 v[kTokens][kPitch];
};

// --- Copies --------------------------------------------------------------------------------------

template <int kDim, int kBlocks>
__device__ void copy_queries(const AttentionProblem& p, const Piece& piece,
                             Shared<kDim, kBlocks>& shared) {
  constexpr int kPieces = kDim / 8;
  constexpr int kRows = Shared<kDim, kBlocks>::kRows;
  for (int i = static_cast<int>(threadIdx.x); i < kRows * kPieces; i += kThreads) {
    const int row = i / kPieces;
    const int column = i % kPieces * 8;
    const int r = piece.row_tile * kRows + row;
    const bool exists = r < p.rows() && column < p.head_dim;
    const std::int64_t from =
        p.query_row(piece.sequence, r / p.shared) * p.q_stride +
        static_cast<std::int64_t>(piece.key_head * p.shared + r % p.shared) * p.head_dim + column;
    copy_async(shared_address(&shared.q[row][column]),
               static_cast<const __nv_bfloat16*>(p.q) + (exists ? from : 0), exists);
  }
}

// One tile of keys or values; tokens beyond the span's end become zeros. `base` is this head's row
// of the tile's first token.
template <int kDim>
__device__ void copy_tokens(const __nv_bfloat16* base, std::int64_t stride, int tokens,
                            int head_dim, std::uint32_t to) {
  constexpr int kPieces = kDim / 8;
  constexpr int kPitch = kDim + 8;
  static_assert(kTokens * kPieces % kThreads == 0);
#pragma unroll
  for (int n = 0; n < kTokens * kPieces / kThreads; ++n) {
    const int i = static_cast<int>(threadIdx.x) + n * kThreads;
    const int row = i / kPieces;
    const int column = i % kPieces * 8;
    const bool exists = row < tokens && column < head_dim;
    copy_async(to + static_cast<std::uint32_t>(2 * (row * kPitch + column)),
               base + (exists ? row * stride + column : 0), exists);
  }
}

// --- One tile ------------------------------------------------------------------------------------

// A warp's rows: in each block of 16, a lane has rows `group` and `group` + 8. `quad` says which
// columns.
struct Lane {
  int group;
  int quad;
};

// scores += q k^T. `q`: the lane's address of the first 16 x 16 tile of its warp's rows; `k`
// likewise.
template <int kDim, int kBlocks>
__device__ void multiply_keys(std::uint32_t q, std::uint32_t k,
                              float (&scores)[kBlocks][kTokens / 8][4]) {
  constexpr int kRowBytes = 2 * (kDim + 8);
#pragma unroll
  for (int b = 0; b < kBlocks; ++b) {
#pragma unroll
    for (int n = 0; n < kTokens / 8; ++n) {
#pragma unroll
      for (int e = 0; e < 4; ++e) scores[b][n][e] = 0.0F;
    }
  }
#pragma unroll
  for (int d = 0; d < kDim / 16; ++d) {
    std::uint32_t a[kBlocks][4];
#pragma unroll
    for (int b = 0; b < kBlocks; ++b) load_matrices(a[b], q + b * 16 * kRowBytes + d * 32);
#pragma unroll
    for (int n = 0; n < kTokens / 16; ++n) {
      std::uint32_t keys[4];
      load_matrices(keys, k + n * 16 * kRowBytes + d * 32);
#pragma unroll
      for (int b = 0; b < kBlocks; ++b) {
        multiply(scores[b][2 * n], a[b], keys[0], keys[1]);
        multiply(scores[b][2 * n + 1], a[b], keys[2], keys[3]);
      }
    }
  }
}

// out += weights v; the weights are rounded to bf16 on the way.
template <int kDim, int kBlocks>
__device__ void multiply_values(const float (&weights)[kBlocks][kTokens / 8][4], std::uint32_t v,
                                float (&out)[kBlocks][kDim / 8][4]) {
  constexpr int kRowBytes = 2 * (kDim + 8);
#pragma unroll
  for (int n = 0; n < kTokens / 16; ++n) {
    std::uint32_t a[kBlocks][4];
#pragma unroll
    for (int b = 0; b < kBlocks; ++b) {
      const float(&low)[4] = weights[b][2 * n];
      const float(&high)[4] = weights[b][2 * n + 1];
      a[b][0] = pack(low[0], low[1]);
      a[b][1] = pack(low[2], low[3]);
      a[b][2] = pack(high[0], high[1]);
      a[b][3] = pack(high[2], high[3]);
    }
#pragma unroll
    for (int d = 0; d < kDim / 16; ++d) {
      std::uint32_t values[4];
      load_matrices_transposed(values, v + n * 16 * kRowBytes + d * 32);
#pragma unroll
      for (int b = 0; b < kBlocks; ++b) {
        multiply(out[b][2 * d], a[b], values[0], values[1]);
        multiply(out[b][2 * d + 1], a[b], values[2], values[3]);
      }
    }
  }
}

// The softmax state of a lane's rows.
template <int kBlocks>
struct State {
  float maximum[kBlocks][2];  // of scores that are not scaled yet
  float sum[kBlocks][2];      // of this lane's keys
};

__device__ float quad_maximum(float x) {
  x = fmaxf(x, __shfl_xor_sync(0xFFFFFFFFU, x, 1));
  return fmaxf(x, __shfl_xor_sync(0xFFFFFFFFU, x, 2));
}
__device__ float quad_sum(float x) {
  x += __shfl_xor_sync(0xFFFFFFFFU, x, 1);
  return x + __shfl_xor_sync(0xFFFFFFFFU, x, 2);
}

template <int kDim, int kBlocks>
__device__ void soften(float scale_log2, float (&scores)[kBlocks][kTokens / 8][4],
                       State<kBlocks>& state, float (&out)[kBlocks][kDim / 8][4]) {
#pragma unroll
  for (int b = 0; b < kBlocks; ++b) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float largest = state.maximum[b][half];
#pragma unroll
      for (int n = 0; n < kTokens / 8; ++n) {
        largest = fmaxf(largest, fmaxf(scores[b][n][2 * half], scores[b][n][2 * half + 1]));
      }
      largest = quad_maximum(largest);
      // A row that has seen no key yet keeps zeros: -inf - -inf must not be taken.
      const float reference = largest == -INFINITY ? 0.0F : largest * scale_log2;
      const float correction = exp2_fast(fmaf(state.maximum[b][half], scale_log2, -reference));
      state.maximum[b][half] = largest;
      float added = 0.0F;
#pragma unroll
      for (int n = 0; n < kTokens / 8; ++n) {
#pragma unroll
        for (int e = 2 * half; e < 2 * half + 2; ++e) {
          scores[b][n][e] = exp2_fast(fmaf(scores[b][n][e], scale_log2, -reference));
          added += scores[b][n][e];
        }
      }
      state.sum[b][half] = fmaf(state.sum[b][half], correction, added);
#pragma unroll
      for (int d = 0; d < kDim / 8; ++d) {
        out[b][d][2 * half] *= correction;
        out[b][d][2 * half + 1] *= correction;
      }
    }
  }
}

// Takes out what a row does not see: tokens beyond the tile's end or the row's limit.
template <int kBlocks>
__device__ void mask(const AttentionProblem& p, int first_row, Lane lane, int tokens, int context,
                     float (&scores)[kBlocks][kTokens / 8][4]) {
#pragma unroll
  for (int b = 0; b < kBlocks; ++b) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int r = min(first_row + 16 * b + 8 * half + lane.group, p.rows() - 1);
      const int seen = min(tokens, p.limit(r / p.shared) - context);
#pragma unroll
      for (int n = 0; n < kTokens / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 2; ++e) {
          if (8 * n + 2 * lane.quad + e >= seen) scores[b][n][2 * half + e] = -INFINITY;
        }
      }
    }
  }
}

// Leaves the scores for the attention mass.
template <int kBlocks>
__device__ void record(const AttentionProblem& p, const Piece& piece, int first_row, Lane lane,
                       int tokens, int context, const float (&scores)[kBlocks][kTokens / 8][4]) {
#pragma unroll
  for (int b = 0; b < kBlocks; ++b) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int r = first_row + 16 * b + 8 * half + lane.group;
      if (r >= p.rows()) continue;
      const std::int64_t row =
          p.score_row(piece.sequence, r / p.shared, piece.key_head * p.shared + r % p.shared);
      float* to = p.scores + row * p.extent.context + context;
#pragma unroll
      for (int n = 0; n < kTokens / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 2; ++e) {
          const int token = 8 * n + 2 * lane.quad + e;
          const float score = scores[b][n][2 * half + e];
          if (token < tokens) to[token] = score * p.scale_log2;
        }
      }
    }
  }
}

// --- The end -------------------------------------------------------------------------------------

// A piece of a split tile: sums as they are.
template <int kDim, int kBlocks>
__device__ void leave_partial(const AttentionProblem& p, const Piece& piece, int row_in_tile,
                              Lane lane, const State<kBlocks>& state,
                              const float (&out)[kBlocks][kDim / 8][4]) {
#pragma unroll
  for (int b = 0; b < kBlocks; ++b) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const float sum = quad_sum(state.sum[b][half]);
      const int row_of_tile = row_in_tile + 16 * b + 8 * half + lane.group;
      if (piece.row_tile * p.tile_rows + row_of_tile >= p.rows()) continue;
      const std::int64_t row = static_cast<std::int64_t>(piece.slot) * p.tile_rows + row_of_tile;
      if (lane.quad == 0) {
        p.states[row] = make_float2(state.maximum[b][half] * p.scale_log2, sum);
      }
#pragma unroll
      for (int d = 0; d < kDim / 8; ++d) {
        const int column = 8 * d + 2 * lane.quad;
        if (column < p.head_dim) {
          *reinterpret_cast<float2*>(p.partial + row * p.head_dim + column) =
              make_float2(out[b][d][2 * half], out[b][d][2 * half + 1]);
        }
      }
    }
  }
}

// A whole tile: through the warp's own rows of shared memory, so that memory sees 16-byte writes.
template <int kDim, int kBlocks>
__device__ void write_rows(const AttentionProblem& p, const Piece& piece, int row_in_tile,
                           Lane lane, const State<kBlocks>& state,
                           const float (&out)[kBlocks][kDim / 8][4],
                           Shared<kDim, kBlocks>& shared) {
#pragma unroll
  for (int b = 0; b < kBlocks; ++b) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const float sum = quad_sum(state.sum[b][half]);
      const float share = sum > 0.0F ? 1.0F / sum : 0.0F;
      const int row = row_in_tile + 16 * b + 8 * half + lane.group;
#pragma unroll
      for (int d = 0; d < kDim / 8; ++d) {
        *reinterpret_cast<std::uint32_t*>(&shared.q[row][8 * d + 2 * lane.quad]) =
            pack(out[b][d][2 * half] * share, out[b][d][2 * half + 1] * share);
      }
    }
  }
  __syncwarp();
  constexpr int kPieces = kDim / 8;
  for (int i = 4 * lane.group + lane.quad; i < 16 * kBlocks * kPieces; i += 32) {
    const int row = row_in_tile + i / kPieces;
    const int column = i % kPieces * 8;
    const int r = piece.row_tile * p.tile_rows + row;
    if (r >= p.rows() || column >= p.head_dim) continue;
    __nv_bfloat16* to =
        static_cast<__nv_bfloat16*>(p.out) +
        p.query_row(piece.sequence, r / p.shared) * p.out_stride +
        static_cast<std::int64_t>(piece.key_head * p.shared + r % p.shared) * p.head_dim + column;
    *reinterpret_cast<uint4*>(to) = *reinterpret_cast<const uint4*>(&shared.q[row][column]);
  }
}

// --- The kernel ----------------------------------------------------------------------------------

// Blocks of a multiprocessor that the registers allow.
template <int kDim, int kBlocks>
inline constexpr int kResident = kBlocks == 2 ? (kDim > 64 ? 2 : 3) : (kDim > 64 ? 3 : 4);

// kScored: p.scores is wanted.
template <int kDim, int kBlocks, bool kScored>
__global__ void __launch_bounds__(kThreads, (kResident<kDim, kBlocks>))
    prefill_kernel(const __grid_constant__ AttentionProblem p) {
  using Memory = Shared<kDim, kBlocks>;
  auto& shared = *dynamic_shared<Memory>();
  wait_for_earlier_kernels();
  let_next_kernel_start();

  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int lane_number = static_cast<int>(threadIdx.x) % 32;
  const Lane lane{lane_number / 4, lane_number % 4};
  const Piece piece = piece_of(p, static_cast<int>(blockIdx.x));
  const int row_in_tile = warp * 16 * kBlocks;
  const int first_row = piece.row_tile * Memory::kRows + row_in_tile;

  SpanCursor cursor(p.spans, kTokens);
  // Addresses of keys or values of the tile that the cursor stands at.
  const auto first_token = [&](const void* base, std::int64_t stride) {
    const std::int64_t row =
        static_cast<std::int64_t>(piece.sequence) * p.sequence_rows + cursor.offset();
    return static_cast<const __nv_bfloat16*>(base) + row * stride +
           static_cast<std::int64_t>(piece.key_head) * p.head_dim;
  };
  const auto copy_keys = [&] {
    const KeySpan& span = cursor.span();
    copy_tokens<kDim>(first_token(span.k, span.k_stride), span.k_stride, cursor.tokens(),
                      p.head_dim, shared_address(shared.k));
  };
  const auto copy_values = [&] {
    const KeySpan& span = cursor.span();
    copy_tokens<kDim>(first_token(span.v, span.v_stride), span.v_stride, cursor.tokens(),
                      p.head_dim, shared_address(shared.v));
  };

  // The lane's rows of the tiles that it names to ldmatrix. Queries: 8 rows, the 8 below, then the
  // same 8 columns further on. Keys: 8 keys, the same 8 columns further on, then the 8 keys after.
  // Values, which are transposed: 8 tokens, the 8 after, then the same 8 columns further on.
  const std::uint32_t q_address =
      shared_address(&shared.q[row_in_tile + lane_number % 16][lane_number / 16 * 8]);
  const std::uint32_t k_address =
      shared_address(&shared.k[lane_number / 16 * 8 + lane_number % 8][lane_number / 8 % 2 * 8]);
  const std::uint32_t v_address = shared_address(&shared.v[lane_number % 16][lane_number / 16 * 8]);

  State<kBlocks> state;
  float out[kBlocks][kDim / 8][4];
#pragma unroll
  for (int b = 0; b < kBlocks; ++b) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      state.maximum[b][half] = -INFINITY;
      state.sum[b][half] = 0.0F;
    }
#pragma unroll
    for (int d = 0; d < kDim / 8; ++d) {
#pragma unroll
      for (int e = 0; e < 4; ++e) out[b][d][e] = 0.0F;
    }
  }
  // What the warp's first row sees, every row of the warp does.
  const int all_see = p.limit(min(first_row, p.rows() - 1) / p.shared);

  copy_queries<kDim, kBlocks>(p, piece, shared);
  if (piece.begin < piece.end) {
    cursor.seek(piece.begin);
    copy_keys();
  }
  commit_copies();
  for (int tile = piece.begin; tile < piece.end; ++tile) {
    const int tokens = cursor.tokens();
    const int context = cursor.context();
    wait_copies<0>();
    __syncthreads();  // keys are here, and the last values have been used
    copy_values();
    commit_copies();

    float scores[kBlocks][kTokens / 8][4];
    multiply_keys<kDim, kBlocks>(q_address, k_address, scores);
    if constexpr (kScored) record(p, piece, first_row, lane, tokens, context, scores);
    if (tokens < kTokens || context + kTokens > all_see) {
      mask(p, first_row, lane, tokens, context, scores);
    }

    wait_copies<0>();
    __syncthreads();  // values are here, and the keys have been used
    if (tile + 1 < piece.end) {
      cursor.seek(tile + 1);
      copy_keys();
    }
    commit_copies();
    soften<kDim, kBlocks>(p.scale_log2, scores, state, out);
    multiply_values<kDim, kBlocks>(scores, v_address, out);
  }
  wait_copies<0>();
  __syncthreads();  // a piece without tiles has only just copied its queries

  if (piece.slot >= 0) {
    leave_partial<kDim, kBlocks>(p, piece, row_in_tile, lane, state, out);
  } else {
    write_rows<kDim, kBlocks>(p, piece, row_in_tile, lane, state, out, shared);
  }
}

// --- The host's side -----------------------------------------------------------------------------

int padded_dim(int head_dim) {
  return head_dim <= 32   ? 32
         : head_dim <= 64 ? 64
         : head_dim <= 80 ? 80
         : head_dim <= 96 ? 96
                          : 128;
}

int blocks_of_warp(const AttentionProblem& problem) {
  return problem.rows() <= 64 ? 1 : 2;
}

template <int kDim>
int blocks_on_device(const Context& context, int blocks_per_warp) {
  const int resident = blocks_per_warp == 1 ? kResident<kDim, 1> : kResident<kDim, 2>;
  const std::size_t bytes =
      blocks_per_warp == 1 ? sizeof(Shared<kDim, 1>) : sizeof(Shared<kDim, 2>);
  const std::size_t held = context.properties().sharedMemPerMultiprocessor / (bytes + 1024);
  return context.multiprocessors() * std::clamp(static_cast<int>(held), 1, resident);
}

Cut cut_prefill(const Context& context, const AttentionProblem& problem) {
  const int blocks = blocks_of_warp(problem);
  Cut cut;
  cut.tile_rows = 16 * kWarps * blocks;
  cut.tile_tokens = kTokens;
  cut.least_tiles = 4;
  switch (padded_dim(problem.head_dim)) {
    case 32:
      cut.slots = blocks_on_device<32>(context, blocks);
      break;
    case 64:
      cut.slots = blocks_on_device<64>(context, blocks);
      break;
    case 80:
      cut.slots = blocks_on_device<80>(context, blocks);
      break;
    case 96:
      cut.slots = blocks_on_device<96>(context, blocks);
      break;
    default:
      cut.slots = blocks_on_device<128>(context, blocks);
      break;
  }
  return cut;
}

template <int kDim, int kBlocks>
void launch_prefill(Context& context, const AttentionProblem& problem) {
  constexpr std::size_t kBytes = sizeof(Shared<kDim, kBlocks>);
  const auto kernel = problem.scores != nullptr ? prefill_kernel<kDim, kBlocks, true>
                                                : prefill_kernel<kDim, kBlocks, false>;
  check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(kBytes)),
        "attention");
  launch_behind(context, kernel, static_cast<unsigned>(problem.pieces()), kThreads, kBytes,
                problem);
}

template <int kDim>
void run_dim(Context& context, const AttentionProblem& problem) {
  if (blocks_of_warp(problem) == 1) {
    launch_prefill<kDim, 1>(context, problem);
  } else {
    launch_prefill<kDim, 2>(context, problem);
  }
}

void run_prefill(Context& context, const AttentionProblem& problem) {
  assert(problem.head_dim % 8 == 0);
  switch (padded_dim(problem.head_dim)) {
    case 32:
      return run_dim<32>(context, problem);
    case 64:
      return run_dim<64>(context, problem);
    case 80:
      return run_dim<80>(context, problem);
    case 96:
      return run_dim<96>(context, problem);
    default:
      return run_dim<128>(context, problem);
  }
}

}  // namespace

const AttentionKernel& prefill_attention() {
  static constexpr AttentionKernel kKernel{false, cut_prefill, run_prefill};
  return kKernel;
}

}  // namespace longtake::kernels::cuda
