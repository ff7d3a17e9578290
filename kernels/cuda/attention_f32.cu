// Attention with f32 arithmetic: for f32 activations, where answers may not depend on the device,
// and for whatever the bf16 kernels do not take (odd head dimensions, mixed types, unaligned rows).
//
// FlashAttention (Dao 2022) on the ordinary cores: a tile of rows keeps queries in shared memory,
// walks over tiles of keys and values, and carries a running maximum, sum and output (online
// softmax, Milakov 2018). 16 x 16 threads; thread (y, x) computes the scores of rows y + 16 i with
// keys x + 16 j, so that a row belongs to one half-warp, and afterwards the output's columns of the
// same rows.
//
// Counted for one row tile of 64 rows, one key tile of 32 keys and D = 128: 524,288 multiply-adds,
// 4,096 clocks of a multiprocessor; a thread loads 16 bytes from shared memory 6 times per 32
// multiply-adds in the scores and 12 times per 128 in the values, so that shared memory and
// arithmetic take about the same time: half of the f32 peak at best. 32 KB of keys and values (f32)
// are read per tile. With 16 rows or fewer (decoding), tiles of 16 rows are taken and the context
// is split; those wait for memory without copying ahead, three blocks on a multiprocessor at a
// time.
#include <algorithm>
#include <cassert>

#include "kernels/cuda/attention_kernels.h"

namespace longtake::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kSide = 16;  // threads per side of the square
constexpr int kTokens = 32;

// Tiles in shared memory, as floats. Rows are 16 bytes longer than a multiple of 128, so that the
// same four columns of 8 neighbouring rows lie in different banks.
template <int kDim, int kRows>
struct Tiles {
  static constexpr int kPitch = kDim + 4;
  static constexpr int kWeightPitch = kTokens + 4;
  float q[kRows][kPitch];
  float k[kTokens][kPitch];
  float v[kTokens][kPitch];
  float weights[kRows][kWeightPitch];
};

// Elements [index, index + 4) of an array, those from `valid` on as zeros.
__device__ float4 load_four(const void* base, bool f32, std::int64_t index, int valid,
                            bool aligned) {
  float4 x = make_float4(0.0F, 0.0F, 0.0F, 0.0F);
  if (valid <= 0) return x;
  if (f32) {
    const float* from = static_cast<const float*>(base) + index;
    if (aligned) return *reinterpret_cast<const float4*>(from);
    x.x = from[0];
    if (valid > 1) x.y = from[1];
    if (valid > 2) x.z = from[2];
    if (valid > 3) x.w = from[3];
    return x;
  }
  const __nv_bfloat16* from = static_cast<const __nv_bfloat16*>(base) + index;
  if (aligned) {
    const uint2 bits = *reinterpret_cast<const uint2*>(from);
    return make_float4(__uint_as_float(bits.x << 16), __uint_as_float(bits.x & 0xFFFF0000U),
                       __uint_as_float(bits.y << 16), __uint_as_float(bits.y & 0xFFFF0000U));
  }
  x.x = __bfloat162float(from[0]);
  if (valid > 1) x.y = __bfloat162float(from[1]);
  if (valid > 2) x.z = __bfloat162float(from[2]);
  if (valid > 3) x.w = __bfloat162float(from[3]);
  return x;
}

__device__ void store(float* to, float x) {
  *to = x;
}
__device__ void store(__nv_bfloat16* to, float x) {
  *to = __float2bfloat16(x);
}

template <typename T>
constexpr bool kIsF32 = false;
template <>
constexpr bool kIsF32<float> = true;

template <typename T, int kDim, int kRows>
__device__ void load_queries(const AttentionProblem& p, const Piece& piece, float (*q)[kDim + 4]) {
  constexpr int kFours = kDim / 4;
  for (int i = static_cast<int>(threadIdx.x); i < kRows * kFours; i += kThreads) {
    const int row = i / kFours;
    const int column = i % kFours * 4;
    const int r = piece.row_tile * kRows + row;
    const int t = r / p.shared;
    const int head = piece.key_head * p.shared + r % p.shared;
    const std::int64_t from = p.query_row(piece.sequence, t) * p.q_stride +
                              static_cast<std::int64_t>(head) * p.head_dim + column;
    const int valid = r < p.rows() ? p.head_dim - column : 0;
    *reinterpret_cast<float4*>(&q[row][column]) =
        load_four(p.q, kIsF32<T>, from, valid, p.q_aligned);
  }
}

// Keys or values of one tile; tokens beyond its end become zeros.
template <int kDim>
__device__ void load_tokens(const void* base, bool f32, bool aligned, std::int64_t first,
                            std::int64_t stride, int tokens, int head_dim, float (*to)[kDim + 4]) {
  constexpr int kFours = kDim / 4;
#pragma unroll 4
  for (int i = static_cast<int>(threadIdx.x); i < kTokens * kFours; i += kThreads) {
    const int row = i / kFours;
    const int column = i % kFours * 4;
    const int valid = row < tokens ? head_dim - column : 0;
    *reinterpret_cast<float4*>(&to[row][column]) =
        load_four(base, f32, first + row * stride + column, valid, aligned);
  }
}

// Over the 16 threads that share a row.
__device__ float row_maximum(float x) {
#pragma unroll
  for (int step = kSide / 2; step > 0; step /= 2) {
    x = fmaxf(x, __shfl_xor_sync(0xFFFFFFFFU, x, step));
  }
  return x;
}
__device__ float row_sum(float x) {
#pragma unroll
  for (int step = kSide / 2; step > 0; step /= 2) x += __shfl_xor_sync(0xFFFFFFFFU, x, step);
  return x;
}

// scores[i][j] of rows y + 16 i with keys x + 16 j.
template <int kDim, int kRows>
__device__ void multiply_keys(const Tiles<kDim, kRows>& tiles, int y, int x,
                              float (&scores)[kRows / kSide][kTokens / kSide]) {
  constexpr int kI = kRows / kSide;
  constexpr int kJ = kTokens / kSide;
#pragma unroll
  for (int i = 0; i < kI; ++i) {
#pragma unroll
    for (int j = 0; j < kJ; ++j) scores[i][j] = 0.0F;
  }
#pragma unroll 4
  for (int d = 0; d < kDim; d += 4) {
    float4 k[kJ];
#pragma unroll
    for (int j = 0; j < kJ; ++j) {
      k[j] = *reinterpret_cast<const float4*>(&tiles.k[x + kSide * j][d]);
    }
#pragma unroll
    for (int i = 0; i < kI; ++i) {
      const float4 q = *reinterpret_cast<const float4*>(&tiles.q[y + kSide * i][d]);
#pragma unroll
      for (int j = 0; j < kJ; ++j) {
        scores[i][j] = fmaf(q.x, k[j].x, scores[i][j]);
        scores[i][j] = fmaf(q.y, k[j].y, scores[i][j]);
        scores[i][j] = fmaf(q.z, k[j].z, scores[i][j]);
        scores[i][j] = fmaf(q.w, k[j].w, scores[i][j]);
      }
    }
  }
}

// A thread's columns of the output: kVector neighbouring ones, then the same kSide * kVector
// further on.
template <int kDim>
struct Columns {
  static constexpr int kVector = kDim % 64 == 0 ? 4 : 2;
  static constexpr int kCount = kDim / kSide;
  __device__ static int at(int x, int i) {
    return i / kVector * (kSide * kVector) + x * kVector + i % kVector;
  }
};

template <int kDim, int kRows>
__device__ void multiply_values(const Tiles<kDim, kRows>& tiles, int y, int x,
                                float (&out)[kRows / kSide][kDim / kSide]) {
  using C = Columns<kDim>;
  constexpr int kI = kRows / kSide;
#pragma unroll 1
  for (int token = 0; token < kTokens; token += 4) {
    float weights[kI][4];
#pragma unroll
    for (int i = 0; i < kI; ++i) {
      *reinterpret_cast<float4*>(weights[i]) =
          *reinterpret_cast<const float4*>(&tiles.weights[y + kSide * i][token]);
    }
#pragma unroll
    for (int e = 0; e < 4; ++e) {
      float v[C::kCount];
#pragma unroll
      for (int c = 0; c < C::kCount; c += C::kVector) {
        const float* from = &tiles.v[token + e][C::at(x, c)];
        if constexpr (C::kVector == 4) {
          *reinterpret_cast<float4*>(&v[c]) = *reinterpret_cast<const float4*>(from);
        } else {
          *reinterpret_cast<float2*>(&v[c]) = *reinterpret_cast<const float2*>(from);
        }
      }
#pragma unroll
      for (int i = 0; i < kI; ++i) {
#pragma unroll
        for (int c = 0; c < C::kCount; ++c) out[i][c] = fmaf(weights[i][e], v[c], out[i][c]);
      }
    }
  }
}

template <typename T, int kDim, int kRows>
__global__ void __launch_bounds__(kThreads)
    simt_kernel(const __grid_constant__ AttentionProblem p) {
  using C = Columns<kDim>;
  constexpr int kI = kRows / kSide;
  constexpr int kJ = kTokens / kSide;
  auto& tiles = *dynamic_shared<Tiles<kDim, kRows>>();
  wait_for_earlier_kernels();
  let_next_kernel_start();

  const int x = static_cast<int>(threadIdx.x) % kSide;
  const int y = static_cast<int>(threadIdx.x) / kSide;
  const Extent extent = p.extent_now();
  if (static_cast<int>(blockIdx.x) >= p.pieces(extent)) return;
  const Piece piece = piece_of(p, extent, static_cast<int>(blockIdx.x));
  load_queries<T, kDim, kRows>(p, piece, tiles.q);

  float maximum[kI];
  float sum[kI];
  float out[kI][C::kCount];
  int limits[kI];
#pragma unroll
  for (int i = 0; i < kI; ++i) {
    maximum[i] = -INFINITY;
    sum[i] = 0.0F;
    const int r = piece.row_tile * kRows + y + kSide * i;
    limits[i] = p.limit(min(r, p.rows() - 1) / p.shared, extent);
#pragma unroll
    for (int c = 0; c < C::kCount; ++c) out[i][c] = 0.0F;
  }

  SpanCursor cursor(p.spans, kTokens, extent.further);
  for (int tile = piece.begin; tile < piece.end; ++tile) {
    cursor.seek(tile);
    const KeySpan& span = cursor.span();
    const int tokens = cursor.tokens();
    const int context = cursor.context();
    const std::int64_t row =
        static_cast<std::int64_t>(piece.sequence) * p.sequence_rows + cursor.offset();
    const std::int64_t head = static_cast<std::int64_t>(piece.key_head) * p.head_dim;
    __syncthreads();  // the last tile has been used
    load_tokens<kDim>(span.k, span.k_f32, span.k_aligned, row * span.k_stride + head, span.k_stride,
                      tokens, p.head_dim, tiles.k);
    load_tokens<kDim>(span.v, span.v_f32, span.v_aligned, row * span.v_stride + head, span.v_stride,
                      tokens, p.head_dim, tiles.v);
    __syncthreads();

    float scores[kI][kJ];
    multiply_keys<kDim, kRows>(tiles, y, x, scores);
#pragma unroll
    for (int i = 0; i < kI; ++i) {
      const int r = piece.row_tile * kRows + y + kSide * i;
      float largest = maximum[i];
#pragma unroll
      for (int j = 0; j < kJ; ++j) {
        const int token = x + kSide * j;
        scores[i][j] *= p.scale_log2;
        if (p.scores != nullptr && r < p.rows() && token < tokens) {
          const std::int64_t to =
              p.score_row(piece.sequence, r / p.shared, piece.key_head * p.shared + r % p.shared);
          p.scores[to * p.longest.context + context + token] = scores[i][j];
        }
        if (token >= tokens || context + token >= limits[i]) scores[i][j] = -INFINITY;
        largest = fmaxf(largest, scores[i][j]);
      }
      largest = row_maximum(largest);
      // A row that has seen no key yet keeps zeros: -inf - -inf must not be taken.
      const float reference = largest == -INFINITY ? 0.0F : largest;
      const float correction = exp2f(maximum[i] - reference);
      maximum[i] = largest;
      float added = 0.0F;
#pragma unroll
      for (int j = 0; j < kJ; ++j) {
        const float weight = exp2f(scores[i][j] - reference);
        tiles.weights[y + kSide * i][x + kSide * j] = weight;
        added += weight;
      }
      sum[i] = sum[i] * correction + added;
#pragma unroll
      for (int c = 0; c < C::kCount; ++c) out[i][c] *= correction;
    }
    __syncwarp();  // the weights of a row are written and read by the same half-warp
    multiply_values<kDim, kRows>(tiles, y, x, out);
  }

#pragma unroll
  for (int i = 0; i < kI; ++i) {
    const int row = y + kSide * i;
    const int r = piece.row_tile * kRows + row;
    const float total = row_sum(sum[i]);
    if (r >= p.rows()) continue;
    if (piece.slot >= 0) {
      const std::int64_t state = static_cast<std::int64_t>(piece.slot) * kRows + row;
      if (x == 0) p.states[state] = make_float2(maximum[i], total);
#pragma unroll
      for (int c = 0; c < C::kCount; ++c) {
        const int column = C::at(x, c);
        if (column < p.head_dim) p.partial[state * p.head_dim + column] = out[i][c];
      }
      continue;
    }
    const float share = total > 0.0F ? 1.0F / total : 0.0F;
    T* to = static_cast<T*>(p.out) + p.query_row(piece.sequence, r / p.shared) * p.out_stride +
            static_cast<std::int64_t>(piece.key_head * p.shared + r % p.shared) * p.head_dim;
#pragma unroll
    for (int c = 0; c < C::kCount; ++c) {
      const int column = C::at(x, c);
      if (column < p.head_dim) store(to + column, out[i][c] * share);
    }
  }
}

// --- The host's side -----------------------------------------------------------------------------

int padded_dim(int head_dim) {
  return head_dim <= 32 ? 32 : head_dim <= 64 ? 64 : head_dim <= 96 ? 96 : 128;
}

// Blocks of this kernel that a multiprocessor holds.
int blocks_per_multiprocessor(int rows) {
  return rows == 16 ? 3 : 2;
}

Cut cut_simt(const Context& context, const AttentionProblem& problem) {
  Cut cut;
  cut.tile_rows = problem.rows() <= 16 ? 16 : 64;
  cut.tile_tokens = kTokens;
  cut.slots = context.multiprocessors() * blocks_per_multiprocessor(cut.tile_rows);
  cut.least_tiles = 4;
  return cut;
}

template <typename T, int kDim, int kRows>
void launch_simt(Context& context, const AttentionProblem& problem) {
  constexpr std::size_t kBytes = sizeof(Tiles<kDim, kRows>);
  if constexpr (kBytes > (48U << 10)) {
    check(
        cudaFuncSetAttribute(simt_kernel<T, kDim, kRows>,
                             cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(kBytes)),
        "attention");
  }
  launch_behind(context, simt_kernel<T, kDim, kRows>, static_cast<unsigned>(problem.pieces()),
                kThreads, kBytes, problem);
}

template <typename T, int kDim>
void run_dim(Context& context, const AttentionProblem& problem) {
  if (problem.tile_rows == 16) {
    launch_simt<T, kDim, 16>(context, problem);
  } else {
    launch_simt<T, kDim, 64>(context, problem);
  }
}

template <typename T>
void run_simt(Context& context, const AttentionProblem& problem) {
  switch (padded_dim(problem.head_dim)) {
    case 32:
      return run_dim<T, 32>(context, problem);
    case 64:
      return run_dim<T, 64>(context, problem);
    case 96:
      return run_dim<T, 96>(context, problem);
    default:
      return run_dim<T, 128>(context, problem);
  }
}

}  // namespace

const AttentionKernel& simt_attention(bool bf16_activations) {
  static constexpr AttentionKernel kF32{true, cut_simt, run_simt<float>};
  static constexpr AttentionKernel kBf16{true, cut_simt, run_simt<__nv_bfloat16>};
  return bf16_activations ? kBf16 : kF32;
}

}  // namespace longtake::kernels::cuda
