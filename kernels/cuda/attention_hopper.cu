// Attention of many queries, bf16, on wgmma (compute capability 9.0): FlashAttention-3 (Shah 2024).
//
// A block works off pieces of 128 rows of one key head, one after the other. Its first warpgroup is
// a producer: one thread has the copy engine (TMA) bring tiles of 128 keys and values into two
// stages each of shared memory, and runs ahead into the next piece. The two others take 64 rows
// each. Per tile, a warpgroup issues the scores of the next tile (queries and keys from shared
// memory) and then the product of the last tile's weights (registers) with its values; while those
// run it waits for the scores only, and takes their softmax. The two take turns in issuing (named
// barriers), so that the tensor cores work for one while the other takes exponentials. The next
// piece's queries come while the last values are multiplied.
//
// Counted for one tile of 128 rows, 128 tokens, D = 128: 4.2 million multiply-adds, 2,048 clocks of
// the tensor cores at 2,048 each; 16,384 exponentials, 1,024 clocks at 16 each; some 1,100
// instructions to issue on each of four schedulers. Only the first may remain visible; this is why
// the turns are taken. 64 KB come from L2 per tile: 5 TB/s at 650 TFLOP/s.
//
// Shared memory holds panels of 64 columns: rows of 128 bytes, whose 16-byte pieces are swizzled by
// the row's number modulo 8, as TMA and wgmma have it (128-byte swizzle). Queries and keys are read
// along the head dimension ("K-major"), values across it ("MN-major"): the same panel serves both.
// Head dimensions of 72 and 80 have a second panel of 16 columns (32-byte swizzle). With 72, its
// last 8 columns are the next head's: they meet zeros in the queries, and in the output they are
// left out.
//
// Registers: 232 for the consumers (64 output, 64 scores, 32 weights, a thread), 40 for the
// producer.
#include <cuda.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string>

#include "kernels/cuda/attention_kernels.h"
#include "kernels/cuda/instructions.cuh"
#include "kernels/error.h"

namespace longtake::kernels::cuda {
namespace {

constexpr int kThreads = 384;
constexpr int kConsumers = 2;  // warpgroups
constexpr int kRows = 64 * kConsumers;
constexpr int kTokens = 128;  // of a tile
constexpr int kStages = 2;
constexpr int kWideColumns = 64;
constexpr int kWideRowBytes = 128;
constexpr int kWideBytes = kTokens * kWideRowBytes;
constexpr int kNarrowColumns = 16;
constexpr int kNarrowRowBytes = 32;
constexpr int kNarrowBytes = kTokens * kNarrowRowBytes;
static_assert(kRows == kTokens);  // panels of queries are as large as those of keys and values

// The copy engine's view of a span: [tokens][key heads * head_dim], in boxes of a panel. Narrow
// panels are for the first span only.
struct SpanMaps {
  CUtensorMap k[kHopperSpans];
  CUtensorMap v[kHopperSpans];
  CUtensorMap k_narrow;
  CUtensorMap v_narrow;
};

// Rows of kDim columns as panels: wide ones, then a narrow one.
template <int kDim>
struct Panels {
  static constexpr int kWide = kDim / kWideColumns;
  static constexpr bool kNarrow = kDim % kWideColumns != 0;
  static_assert(!kNarrow || kDim % kWideColumns == kNarrowColumns);
  static constexpr int kBytes = kWide * kWideBytes + (kNarrow ? kNarrowBytes : 0);
};

template <int kDim>
struct Shared {
  static constexpr int kBytes = Panels<kDim>::kBytes;
  alignas(1024) std::byte q[kBytes];
  alignas(1024) std::byte out[kBytes];
  alignas(1024) std::byte k[kStages][kBytes];
  alignas(1024) std::byte v[kStages][kBytes];
  // Barriers: a stage has been filled (by the copy engine) or emptied (by all consumer warps).
  std::uint64_t k_full[kStages];
  std::uint64_t k_empty[kStages];
  std::uint64_t v_full[kStages];
  std::uint64_t v_empty[kStages];
};

#if defined(__CUDA_ARCH_FEAT_SM90_ALL)

// --- Instructions --------------------------------------------------------------------------------

__device__ void init_barrier(std::uint64_t* barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)),
               "r"(arrivals)
               : "memory");
}
__device__ void publish_barriers() {
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}
// Makes writes of this thread to shared memory visible to the copy engine and wgmma.
__device__ void publish_writes() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}
__device__ void arrive(std::uint64_t* barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier))
               : "memory");
}
__device__ void arrive_and_expect(std::uint64_t* barrier, int bytes) {
  asm volatile(
      "mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)),
      "r"(bytes)
      : "memory");
}
__device__ bool has_turned(std::uint64_t* barrier, std::uint32_t parity) {
  std::uint32_t done;
  asm volatile(
      "{ .reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2; "
      "selp.u32 %0, 1, 0, p; }"
      : "=r"(done)
      : "r"(shared_address(barrier)), "r"(parity)
      : "memory");
  return done != 0;
}
// Waits for the end of the barrier's phase of this parity.
__device__ void wait(std::uint64_t* barrier, std::uint32_t parity) {
  while (!has_turned(barrier, parity)) {
  }
}

// Copies the box at (column, token) to shared memory; the barrier counts the bytes.
__device__ void copy_box(void* to, const CUtensorMap* map, int column, int token,
                         std::uint64_t* barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes "
      "[%0], [%1, {%2, %3}], [%4];" ::"r"(shared_address(to)),
      "l"(reinterpret_cast<std::uint64_t>(map)), "r"(column), "r"(token),
      "r"(shared_address(barrier))
      : "memory");
}
__device__ void copy_async(std::uint32_t to, const void* from, bool exists) {
  const int bytes = exists ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(bytes)
               : "memory");
}
__device__ void commit_copies() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}
__device__ void wait_copies() {
  asm volatile("cp.async.wait_group 0;" ::: "memory");
}

__device__ void named_barrier_sync(int id, int threads) {
  asm volatile("bar.sync %0, %1;" ::"r"(id), "r"(threads) : "memory");
}
__device__ void named_barrier_arrive(int id, int threads) {
  asm volatile("bar.arrive %0, %1;" ::"r"(id), "r"(threads) : "memory");
}

template <int kCount>
__device__ void take_registers() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kCount));
}
template <int kCount>
__device__ void give_registers() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(kCount));
}

__device__ void order_registers() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}
__device__ void commit_products() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
template <int kPending>
__device__ void wait_products() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kPending) : "memory");
}
// Keeps the compiler from touching accumulators before a wait, or after an issue, that stands
// before this.
template <int kCount>
__device__ void pin(float (&x)[kCount]) {
#pragma unroll
  for (int i = 0; i < kCount; ++i) asm volatile("" : "+f"(x[i])::"memory");
}

#define LONGTAKE_EIGHT(x, i)                                                                  \
  "+f"(x[i]), "+f"(x[i + 1]), "+f"(x[i + 2]), "+f"(x[i + 3]), "+f"(x[i + 4]), "+f"(x[i + 5]), \
      "+f"(x[i + 6]), "+f"(x[i + 7])
#define LONGTAKE_THIRTY_TWO(x, i)                                            \
  LONGTAKE_EIGHT(x, i), LONGTAKE_EIGHT(x, i + 8), LONGTAKE_EIGHT(x, i + 16), \
      LONGTAKE_EIGHT(x, i + 24)
#define LONGTAKE_REGISTERS_32                                                        \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, " \
  "%18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define LONGTAKE_REGISTERS_64                                                          \
  LONGTAKE_REGISTERS_32                                                                \
  ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, " \
  "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"

// c[64 x 128] = a[64 x 16] b[128 x 16]^T, or += ; both from shared memory, K-major.
__device__ void multiply_shared(float (&c)[64], std::uint64_t a, std::uint64_t b, int add) {
  asm volatile(
      "{ .reg .pred p; setp.ne.b32 p, %66, 0; "
      "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {" LONGTAKE_REGISTERS_64
      "}, %64, %65, p, 1, 1, 0, 0; }"
      : LONGTAKE_THIRTY_TWO(c, 0), LONGTAKE_THIRTY_TWO(c, 32)
      : "l"(a), "l"(b), "r"(add));
}

// c[64 x kColumns] += a[64 x 16] b[16 x kColumns]; a from registers, b from shared memory,
// MN-major.
template <int kColumns>
__device__ void multiply_registers(float* c, const std::uint32_t (&a)[4], std::uint64_t b) {
  static_assert(kColumns == 128 || kColumns == 64 || kColumns == 16);
  if constexpr (kColumns == 128) {
    asm volatile("wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {" LONGTAKE_REGISTERS_64
                 "}, {%64, %65, %66, %67}, %68, 1, 1, 1, 1;"
                 : LONGTAKE_THIRTY_TWO(c, 0), LONGTAKE_THIRTY_TWO(c, 32)
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b));
  } else if constexpr (kColumns == 64) {
    asm volatile("wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {" LONGTAKE_REGISTERS_32
                 "}, {%32, %33, %34, %35}, %36, 1, 1, 1, 1;"
                 : LONGTAKE_THIRTY_TWO(c, 0)
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b));
  } else {
    asm volatile(
        "wgmma.mma_async.sync.aligned.m64n16k16.f32.bf16.bf16 {%0, %1, %2, %3, %4, %5, %6, %7}, "
        "{%8, %9, %10, %11}, %12, 1, 1, 1, 1;"
        : LONGTAKE_EIGHT(c, 0)
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b));
  }
}
#undef LONGTAKE_REGISTERS_64
#undef LONGTAKE_REGISTERS_32
#undef LONGTAKE_THIRTY_TWO
#undef LONGTAKE_EIGHT

// Matrix descriptors of panels. Groups of 8 rows lie 8 rows apart; MN-major operands go on from one
// wide panel to the next. `mode` is that of the swizzle: 1 for 128 bytes, 3 for 32.
__device__ std::uint64_t descriptor(std::uint32_t address, int group_bytes, std::uint64_t mode) {
  return static_cast<std::uint64_t>((address & 0x3FFFF) >> 4) |
         static_cast<std::uint64_t>(kWideBytes >> 4) << 16 |
         static_cast<std::uint64_t>(group_bytes >> 4) << 32 | mode << 62;
}

// An operand: its wide panels and its narrow one, from a row on.
struct Operand {
  std::uint64_t wide;
  std::uint64_t narrow;
};
template <int kDim>
__device__ Operand operand(const std::byte* panels, int row) {
  const std::uint32_t wide =
      shared_address(panels) + static_cast<std::uint32_t>(row) * kWideRowBytes;
  const std::uint32_t narrow = shared_address(panels) + Panels<kDim>::kWide * kWideBytes +
                               static_cast<std::uint32_t>(row) * kNarrowRowBytes;
  return {descriptor(wide, 8 * kWideRowBytes, 1), descriptor(narrow, 8 * kNarrowRowBytes, 3)};
}

// A place in the ring of stages, and how often the ring has been passed through.
struct Stage {
  int index = 0;
  std::uint32_t round = 0;
  __device__ Stage after() const {
    return index + 1 < kStages ? Stage{index + 1, round} : Stage{0, round + 1};
  }
  // Of the barriers that say that the stage is full. For those that say that it is empty, the other
  // one: in the first round the phase before a barrier's first counts as ended.
  __device__ std::uint32_t parity() const { return round & 1; }
};

// --- The producer --------------------------------------------------------------------------------

template <int kDim>
__device__ void copy_tile(std::byte* to, const CUtensorMap* wide, const CUtensorMap* narrow,
                          int column, int token, std::uint64_t* full) {
  using P = Panels<kDim>;
  arrive_and_expect(full, P::kBytes);
#pragma unroll
  for (int panel = 0; panel < P::kWide; ++panel) {
    copy_box(to + panel * kWideBytes, wide, column + panel * kWideColumns, token, full);
  }
  if constexpr (P::kNarrow) {
    copy_box(to + P::kWide * kWideBytes, narrow, column + P::kWide * kWideColumns, token, full);
  }
}

template <int kDim>
__device__ void produce(const AttentionProblem& p, const SpanMaps& maps, Shared<kDim>& shared) {
  Stage stage;
  for (int number = static_cast<int>(blockIdx.x); number < p.pieces();
       number += static_cast<int>(gridDim.x)) {
    const Piece piece = piece_of(p, number);
    const int column = piece.key_head * p.head_dim;
    SpanCursor cursor(p.spans, kTokens);
    for (int tile = piece.begin; tile < piece.end; ++tile, stage = stage.after()) {
      cursor.seek(tile);
      const int token = piece.sequence * p.sequence_rows + cursor.offset();
      const int i = stage.index;
      wait(&shared.k_empty[i], stage.parity() ^ 1);
      copy_tile<kDim>(shared.k[i], &maps.k[cursor.index()], &maps.k_narrow, column, token,
                      &shared.k_full[i]);
      wait(&shared.v_empty[i], stage.parity() ^ 1);
      copy_tile<kDim>(shared.v[i], &maps.v[cursor.index()], &maps.v_narrow, column, token,
                      &shared.v_full[i]);
    }
  }
}

// --- The consumers -------------------------------------------------------------------------------

// Named barriers: 0 is __syncthreads().
constexpr int kTurnBarrier = 1;   // + warpgroup
constexpr int kQueryBarrier = 3;  // + warpgroup

__device__ void await_turn(int group) {
  named_barrier_sync(kTurnBarrier + group, 256);
}
__device__ void pass_turn(int group) {
  named_barrier_arrive(kTurnBarrier + (1 - group), 256);
}

// Where a 16-byte piece of a row lies among panels.
template <int kDim>
__device__ int swizzled(int row, int piece) {
  if (piece < 8 * Panels<kDim>::kWide) {
    return piece / 8 * kWideBytes + row * kWideRowBytes + ((piece % 8) ^ (row % 8)) * 16;
  }
  return Panels<kDim>::kWide * kWideBytes + row * kNarrowRowBytes +
         ((piece % 8) ^ (row / 4 % 2)) * 16;
}

// A thread's rows among the 64 of its warpgroup: `row` and `row` + 8. `quad` says which columns.
struct Lane {
  int row;
  int quad;
};

// A warpgroup starts to bring its own 64 rows, which it must have done with.
template <int kDim>
__device__ void copy_queries(const AttentionProblem& p, const Piece& piece, int group,
                             Shared<kDim>& shared) {
  constexpr int kPieces = kDim / 8;
  const std::uint32_t to = shared_address(shared.q);
  for (int i = static_cast<int>(threadIdx.x) % 128; i < 64 * kPieces; i += 128) {
    const int row = 64 * group + i / kPieces;
    const int column = i % kPieces * 8;
    const int r = piece.row_tile * kRows + row;
    const bool exists = r < p.rows() && column < p.head_dim;
    const std::int64_t from =
        p.query_row(piece.sequence, r / p.shared) * p.q_stride +
        static_cast<std::int64_t>(piece.key_head * p.shared + r % p.shared) * p.head_dim + column;
    copy_async(to + static_cast<std::uint32_t>(swizzled<kDim>(row, i % kPieces)),
               static_cast<const __nv_bfloat16*>(p.q) + (exists ? from : 0), exists);
  }
  commit_copies();
}

// Issues scores = q k^T. Along the head dimension, 16 columns are 32 bytes of a panel's row.
template <int kDim>
__device__ void issue_scores(const Operand& q, const Operand& k, float (&scores)[64]) {
  using P = Panels<kDim>;
#pragma unroll
  for (int d = 0; d < 4 * P::kWide; ++d) {
    const int offset = (d / 4 * kWideBytes + d % 4 * 32) >> 4;
    multiply_shared(scores, q.wide + offset, k.wide + offset, d > 0 ? 1 : 0);
  }
  if constexpr (P::kNarrow) multiply_shared(scores, q.narrow, k.narrow, 1);
  commit_products();
}

// Issues out += weights v. 16 tokens are 16 rows of a panel.
template <int kDim>
__device__ void issue_values(const std::uint32_t (&weights)[kTokens / 16][4], const Operand& v,
                             float (&out)[kDim / 2]) {
  using P = Panels<kDim>;
  constexpr int kColumns = P::kWide * kWideColumns;
#pragma unroll
  for (int n = 0; n < kTokens / 16; ++n) {
    multiply_registers<kColumns>(out, weights[n], v.wide + (n * 16 * kWideRowBytes >> 4));
    if constexpr (P::kNarrow) {
      multiply_registers<kNarrowColumns>(out + kColumns / 2, weights[n],
                                         v.narrow + (n * 16 * kNarrowRowBytes >> 4));
    }
  }
  commit_products();
}

// The softmax state of a thread's two rows.
struct State {
  float maximum[2] = {-INFINITY, -INFINITY};  // of scores that are not scaled yet
  float sum[2] = {0.0F, 0.0F};                // of this thread's keys
};

__device__ float quad_maximum(float x) {
  x = fmaxf(x, __shfl_xor_sync(0xFFFFFFFFU, x, 1));
  return fmaxf(x, __shfl_xor_sync(0xFFFFFFFFU, x, 2));
}
__device__ float quad_sum(float x) {
  x += __shfl_xor_sync(0xFFFFFFFFU, x, 1);
  return x + __shfl_xor_sync(0xFFFFFFFFU, x, 2);
}

// Accumulator 4 n + 2 half + e belongs to row `row` + 8 half, column 8 n + 2 quad + e.
__device__ void mask(const int (&limits)[2], Lane lane, int tokens, int context,
                     float (&scores)[64]) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const int seen = min(tokens, limits[half] - context);
#pragma unroll
    for (int n = 0; n < kTokens / 8; ++n) {
#pragma unroll
      for (int e = 0; e < 2; ++e) {
        if (8 * n + 2 * lane.quad + e >= seen) scores[4 * n + 2 * half + e] = -INFINITY;
      }
    }
  }
}

// Turns scores into weights in place; the output of earlier tiles is to be multiplied by
// correction.
__device__ void soften(float scale_log2, float (&scores)[64], State& state,
                       float (&correction)[2]) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float largest = state.maximum[half];
#pragma unroll
    for (int n = 0; n < kTokens / 8; ++n) {
      largest = fmaxf(largest, fmaxf(scores[4 * n + 2 * half], scores[4 * n + 2 * half + 1]));
    }
    largest = quad_maximum(largest);
    // A row that has seen no key yet keeps zeros: -inf - -inf must not be taken.
    const float reference = largest == -INFINITY ? 0.0F : largest * scale_log2;
    correction[half] = exp2_fast(fmaf(state.maximum[half], scale_log2, -reference));
    state.maximum[half] = largest;
    float added[2] = {0.0F, 0.0F};
#pragma unroll
    for (int n = 0; n < kTokens / 8; ++n) {
#pragma unroll
      for (int e = 0; e < 2; ++e) {
        float& x = scores[4 * n + 2 * half + e];
        x = exp2_fast(fmaf(x, scale_log2, -reference));
        added[e] += x;
      }
    }
    state.sum[half] = fmaf(state.sum[half], correction[half], added[0] + added[1]);
  }
}

// The accumulators of the scores, rounded, are the operand of the next product as they stand.
__device__ void round_weights(const float (&scores)[64],
                              std::uint32_t (&weights)[kTokens / 16][4]) {
#pragma unroll
  for (int n = 0; n < kTokens / 16; ++n) {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      weights[n][i] = pack(scores[8 * n + 2 * i], scores[8 * n + 2 * i + 1]);
    }
  }
}

template <int kCount>
__device__ void correct(const float (&correction)[2], float (&out)[kCount]) {
  // Maxima seldom rise after the first tiles.
  if (!__any_sync(0xFFFFFFFFU, correction[0] != 1.0F || correction[1] != 1.0F)) return;
#pragma unroll
  for (int i = 0; i < kCount; ++i) out[i] *= correction[i / 2 % 2];
}

// A piece of a split tile: sums as they are. `first` is the warpgroup's first row of the tile.
template <int kDim>
__device__ void leave_partial(const AttentionProblem& p, const Piece& piece, int first, Lane lane,
                              const State& state, const float (&out)[kDim / 2]) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const float sum = quad_sum(state.sum[half]);
    const int row_of_tile = first + lane.row + 8 * half;
    if (piece.row_tile * kRows + row_of_tile >= p.rows()) continue;
    const std::int64_t row = static_cast<std::int64_t>(piece.slot) * kRows + row_of_tile;
    if (lane.quad == 0) {
      p.states[row] = make_float2(state.maximum[half] * p.scale_log2, sum);
    }
#pragma unroll
    for (int d = 0; d < kDim / 8; ++d) {
      if (8 * d >= p.head_dim) break;
      *reinterpret_cast<float2*>(p.partial + row * p.head_dim + 8 * d + 2 * lane.quad) =
          make_float2(out[4 * d + 2 * half], out[4 * d + 2 * half + 1]);
    }
  }
}

// A whole tile: through the warp's own rows of shared memory, so that memory sees 16-byte writes.
template <int kDim>
__device__ void write_rows(const AttentionProblem& p, const Piece& piece, int first, Lane lane,
                           const State& state, const float (&out)[kDim / 2], Shared<kDim>& shared) {
  __syncwarp();  // the last piece's rows have been read
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const float sum = quad_sum(state.sum[half]);
    const float share = sum > 0.0F ? 1.0F / sum : 0.0F;
    const int row = first + lane.row + 8 * half;
#pragma unroll
    for (int d = 0; d < kDim / 8; ++d) {
      *reinterpret_cast<std::uint32_t*>(shared.out + swizzled<kDim>(row, d) + 4 * lane.quad) =
          pack(out[4 * d + 2 * half] * share, out[4 * d + 2 * half + 1] * share);
    }
  }
  __syncwarp();
  constexpr int kPieces = kDim / 8;
  const int warp_row = first + lane.row / 16 * 16;
  for (int i = static_cast<int>(threadIdx.x) % 32; i < 16 * kPieces; i += 32) {
    const int row = warp_row + i / kPieces;
    const int column = i % kPieces * 8;
    const int r = piece.row_tile * kRows + row;
    if (r >= p.rows() || column >= p.head_dim) continue;
    __nv_bfloat16* to =
        static_cast<__nv_bfloat16*>(p.out) +
        p.query_row(piece.sequence, r / p.shared) * p.out_stride +
        static_cast<std::int64_t>(piece.key_head * p.shared + r % p.shared) * p.head_dim + column;
    *reinterpret_cast<uint4*>(to) =
        *reinterpret_cast<const uint4*>(shared.out + swizzled<kDim>(row, i % kPieces));
  }
}

// One piece. `stage` is that of its first tile, and is moved past its last one. When the queries
// have been used, those of the piece of that number are sent for.
template <int kDim>
__device__ void consume(const AttentionProblem& p, const Piece& piece, int following, int group,
                        Stage& stage, Shared<kDim>& shared) {
  const int thread = static_cast<int>(threadIdx.x) % 128;
  const Lane lane{thread / 32 * 16 + thread % 32 / 4, thread % 4};
  const bool speaks = thread % 32 == 0;  // for its warp
  const int first = 64 * group;

  const Operand q = operand<kDim>(shared.q, first);
  int limits[2];
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const int r = piece.row_tile * kRows + first + lane.row + 8 * half;
    limits[half] = p.limit(min(r, p.rows() - 1) / p.shared);
  }
  // What the warpgroup's first row sees, all of its rows do.
  const int all_see = p.limit(min(piece.row_tile * kRows + first, p.rows() - 1) / p.shared);

  State state;
  float out[kDim / 2];
#pragma unroll
  for (float& x : out) x = 0.0F;
  float scores[64];
  std::uint32_t weights[kTokens / 16][4];
  float correction[2];
  SpanCursor cursor(p.spans, kTokens);
  const auto hide_unseen = [&](int tile) {
    cursor.seek(tile);
    if (cursor.tokens() < kTokens || cursor.context() + kTokens > all_see) {
      mask(limits, lane, cursor.tokens(), cursor.context(), scores);
    }
  };
  const auto send_for_queries = [&] {
    named_barrier_sync(kQueryBarrier + group, 128);  // no warp reads the queries any more
    if (following < p.pieces()) copy_queries<kDim>(p, piece_of(p, following), group, shared);
  };

  wait_copies();
  publish_writes();
  named_barrier_sync(kQueryBarrier + group, 128);  // the queries are here
  if (piece.begin < piece.end) {
    wait(&shared.k_full[stage.index], stage.parity());
    await_turn(group);
    order_registers();
    issue_scores<kDim>(q, operand<kDim>(shared.k[stage.index], 0), scores);
    pass_turn(group);
    wait_products<0>();
    pin(scores);
    if (speaks) arrive(&shared.k_empty[stage.index]);
    hide_unseen(piece.begin);
    soften(p.scale_log2, scores, state, correction);
    round_weights(scores, weights);

    // `stage` is that of the tile whose values are due; `next` that of the tile after.
    Stage next = stage.after();
    if (piece.begin + 1 < piece.end) wait(&shared.k_full[next.index], next.parity());
#pragma unroll 1
    for (int tile = piece.begin + 1; tile < piece.end; ++tile) {
      await_turn(group);
      order_registers();
      issue_scores<kDim>(q, operand<kDim>(shared.k[next.index], 0), scores);
      wait(&shared.v_full[stage.index], stage.parity());
      order_registers();
      issue_values<kDim>(weights, operand<kDim>(shared.v[stage.index], 0), out);
      pass_turn(group);
      wait_products<1>();
      pin(scores);
      if (speaks) arrive(&shared.k_empty[next.index]);
      hide_unseen(tile);
      soften(p.scale_log2, scores, state, correction);
      pin(scores);
      const Stage last = stage;
      stage = next;
      next = stage.after();
      // The next keys are waited for here, because without a branch the assembler draws the wait
      // for the values' product up before the softmax, which is to be taken meanwhile.
      if (tile + 1 < piece.end) wait(&shared.k_full[next.index], next.parity());
      wait_products<0>();
      pin(out);
      if (speaks) arrive(&shared.v_empty[last.index]);
      correct(correction, out);
      round_weights(scores, weights);
    }
    wait(&shared.v_full[stage.index], stage.parity());
    order_registers();
    issue_values<kDim>(weights, operand<kDim>(shared.v[stage.index], 0), out);
    send_for_queries();
    wait_products<0>();
    pin(out);
    if (speaks) arrive(&shared.v_empty[stage.index]);
    stage = next;
  } else {
    send_for_queries();
  }

  if (piece.slot >= 0) {
    leave_partial<kDim>(p, piece, first, lane, state, out);
  } else {
    write_rows<kDim>(p, piece, first, lane, state, out, shared);
  }
}

template <int kDim>
__device__ void consume_all(const AttentionProblem& p, int group, Shared<kDim>& shared) {
  int number = static_cast<int>(blockIdx.x);
  copy_queries<kDim>(p, piece_of(p, number), group, shared);
  if (group == 1) pass_turn(group);  // the first turn is the first warpgroup's
  Stage stage;
  while (number < p.pieces()) {
    const int following = number + static_cast<int>(gridDim.x);
    consume<kDim>(p, piece_of(p, number), following, group, stage, shared);
    number = following;
  }
}

#endif  // __CUDA_ARCH_FEAT_SM90_ALL

// --- The kernel ----------------------------------------------------------------------------------

template <int kDim>
__global__ void __launch_bounds__(kThreads, 1)
    hopper_kernel(const __grid_constant__ AttentionProblem p,
                  const __grid_constant__ SpanMaps maps) {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  extern __shared__ std::byte shared_memory[];
  // The swizzle goes by addresses: panels must begin at multiples of 1,024 bytes.
  const std::uint32_t skip = (1024 - shared_address(shared_memory) % 1024) % 1024;
  auto& shared = *reinterpret_cast<Shared<kDim>*>(shared_memory + skip);
  if (threadIdx.x == 0) {
    for (int stage = 0; stage < kStages; ++stage) {
      init_barrier(&shared.k_full[stage], 1);
      init_barrier(&shared.v_full[stage], 1);
      init_barrier(&shared.k_empty[stage], 4 * kConsumers);
      init_barrier(&shared.v_empty[stage], 4 * kConsumers);
    }
    publish_barriers();
    publish_writes();
  }
  __syncthreads();
  wait_for_earlier_kernels();
  let_next_kernel_start();

  const int warpgroup = static_cast<int>(threadIdx.x) / 128;
  if (warpgroup == 0) {
    give_registers<40>();
    if (threadIdx.x == 0) produce<kDim>(p, maps, shared);
  } else {
    take_registers<232>();
    consume_all<kDim>(p, warpgroup - 1, shared);
  }
#endif
}

// --- The host's side -----------------------------------------------------------------------------

using EncodeTiled = CUresult (*)(CUtensorMap*, CUtensorMapDataType, cuuint32_t, void*,
                                 const cuuint64_t*, const cuuint64_t*, const cuuint32_t*,
                                 const cuuint32_t*, CUtensorMapInterleave, CUtensorMapSwizzle,
                                 CUtensorMapL2promotion, CUtensorMapFloatOOBfill);

// The driver's function, which is not linked; null if the driver lacks it.
EncodeTiled encode_tiled() {
  static const EncodeTiled function = [] {
    void* found = nullptr;
    cudaDriverEntryPointQueryResult result{};
    const cudaError_t status = cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &found,
                                                                12000, cudaEnableDefault, &result);
    const bool usable = status == cudaSuccess && result == cudaDriverEntryPointSuccess;
    return reinterpret_cast<EncodeTiled>(usable ? found : nullptr);
  }();
  return function;
}

// Rows of `tokens` tokens, of which a box takes one panel's columns. What lies beyond the end comes
// as zeros.
CUtensorMap make_map(const AttentionProblem& p, const void* base, std::int64_t stride,
                     std::int64_t tokens, bool wide) {
  CUtensorMap map;
  const cuuint64_t sizes[2] = {static_cast<cuuint64_t>(p.key_heads) * p.head_dim,
                               static_cast<cuuint64_t>(tokens)};
  const cuuint64_t strides[1] = {static_cast<cuuint64_t>(stride) * 2};
  const cuuint32_t box[2] = {static_cast<cuuint32_t>(wide ? kWideColumns : kNarrowColumns),
                             kTokens};
  const cuuint32_t steps[2] = {1, 1};
  const CUresult result =
      encode_tiled()(&map, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, const_cast<void*>(base), sizes,
                     strides, box, steps, CU_TENSOR_MAP_INTERLEAVE_NONE,
                     wide ? CU_TENSOR_MAP_SWIZZLE_128B : CU_TENSOR_MAP_SWIZZLE_32B,
                     CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  if (result != CUDA_SUCCESS) {
    throw Error(ErrorCode::internal,
                "attention: cuTensorMapEncodeTiled returned " + std::to_string(result));
  }
  return map;
}

Cut cut_hopper(const Context& context, const AttentionProblem& /*problem*/) {
  Cut cut;
  cut.tile_rows = kRows;
  cut.tile_tokens = kTokens;
  cut.slots = context.multiprocessors();
  cut.least_tiles = 4;
  return cut;
}

template <int kDim>
void launch_hopper(Context& context, const AttentionProblem& problem, const SpanMaps& maps) {
  constexpr std::size_t kBytes = sizeof(Shared<kDim>) + 1024;
  check(cudaFuncSetAttribute(hopper_kernel<kDim>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(kBytes)),
        "attention");
  const int blocks = std::min(problem.pieces(), context.multiprocessors());
  launch_behind(context, hopper_kernel<kDim>, static_cast<unsigned>(blocks), kThreads, kBytes,
                problem, maps);
}

void run_hopper(Context& context, const AttentionProblem& problem) {
  assert(problem.scores == nullptr && problem.spans.count <= kHopperSpans);
  SpanMaps maps;
  std::memset(&maps, 0, sizeof maps);
  for (int i = 0; i < problem.spans.count; ++i) {
    const KeySpan& span = problem.spans.inlined[i];
    const std::int64_t tokens = std::int64_t{span.tokens} * problem.sequences;
    maps.k[i] = make_map(problem, span.k, span.k_stride, tokens, true);
    maps.v[i] = make_map(problem, span.v, span.v_stride, tokens, true);
    if (i > 0 || problem.head_dim % kWideColumns == 0) continue;
    maps.k_narrow = make_map(problem, span.k, span.k_stride, tokens, false);
    maps.v_narrow = make_map(problem, span.v, span.v_stride, tokens, false);
  }
  switch (problem.head_dim) {
    case 64:
      return launch_hopper<64>(context, problem, maps);
    case 72:
    case 80:
      return launch_hopper<80>(context, problem, maps);
    default:
      return launch_hopper<128>(context, problem, maps);
  }
}

}  // namespace

const AttentionKernel& hopper_attention() {
  static constexpr AttentionKernel kKernel{false, cut_hopper, run_hopper};
  return kKernel;
}

bool hopper_takes(const Context& context, const AttentionProblem& problem, int spans) {
  // Built without sm_90a, the kernel is empty: it takes next to no registers.
  static const bool compiled = [] {
    cudaFuncAttributes attributes{};
    return cudaFuncGetAttributes(&attributes, hopper_kernel<128>) == cudaSuccess &&
           attributes.numRegs > 64;
  }();
  if (context.architecture() != 90 || !compiled || problem.rows() < 2 * kRows) return false;
  const bool wide = problem.head_dim == 64 || problem.head_dim == 128;
  const bool narrow = problem.head_dim == 72 || problem.head_dim == 80;
  const bool takes = (wide && spans <= kHopperSpans) || (narrow && spans == 1);
  return takes && encode_tiled() != nullptr;
}

}  // namespace longtake::kernels::cuda
