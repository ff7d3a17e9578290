// The end of an attention whose work was split: one kernel that merges the pieces' softmax states
// and, on request, sums the weights of groups of tokens (attention mass).
//
// Merging (Flash-Decoding, Dao 2023). A row's pieces hold a maximum m, a sum of weights l and
// values weighted by 2^(score - m); with M the largest m, the output is sum 2^(m - M) values / sum
// 2^(m - M) l. One answer token of 28 heads leaves 33 pieces per head, 0.5 MB; a block takes a row,
// its warps every fourth piece.
//
// Mass. The kernels before have written all scores, 4 bytes per query, head and token: 1.6 MB for
// one query of 28 heads over 14,000 tokens. A block takes a head and a group, finds M + log2(sum)
// of each query from the pieces' states, which are small, and adds 2^(score - that) over the
// group's tokens. The sums' order is fixed, so results repeat. Both jobs go in one launch, because
// during decoding a launch costs as much as the work.
#include <algorithm>
#include <cassert>
#include <limits>
#include <vector>

#include "kernels/cuda/attention_kernels.h"

namespace longtake::kernels::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = 32 * kWarps;
constexpr int kInlineGroups = 256;

// The groups' ends, beside the kernel's other parameters if they fit.
struct MassProblem {
  float* mass = nullptr;
  std::int64_t mass_stride = 0;
  std::int32_t groups = 0;
  bool add = false;
  const std::int32_t* staged_ends = nullptr;
  std::int32_t ends[kInlineGroups];

  // further: how much later the last one ends than is said.
  __device__ int end(int group, int further) const {
    if (group < 0) return 0;
    return (staged_ends != nullptr ? staged_ends[group] : ends[group]) +
           (group + 1 == groups ? further : 0);
  }
};

__device__ float warp_maximum(float x) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) x = fmaxf(x, __shfl_xor_sync(0xFFFFFFFFU, x, step));
  return x;
}
__device__ float warp_sum(float x) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) x += __shfl_xor_sync(0xFFFFFFFFU, x, step);
  return x;
}

// The softmax state of a row over all its pieces, in every lane. `states` is that of the first
// piece.
struct RowState {
  float maximum;  // 0 for a row without keys, so that it can be subtracted from -inf
  float sum;
};
__device__ RowState merge_states(const AttentionProblem& p, int splits, const float2* states,
                                 int lane) {
  RowState row{-INFINITY, 0.0F};
  for (int s = lane; s < splits; s += 32) {
    row.maximum = fmaxf(row.maximum, states[static_cast<std::int64_t>(s) * p.tile_rows].x);
  }
  row.maximum = warp_maximum(row.maximum);
  if (row.maximum == -INFINITY) row.maximum = 0.0F;
  for (int s = lane; s < splits; s += 32) {
    const float2 state = states[static_cast<std::int64_t>(s) * p.tile_rows];
    row.sum += exp2f(state.x - row.maximum) * state.y;
  }
  row.sum = warp_sum(row.sum);
  return row;
}

__device__ void store(float* to, float x) {
  *to = x;
}
__device__ void store(__nv_bfloat16* to, float x) {
  *to = __float2bfloat16(x);
}

// A block's row: the number of the row among those of the split tiles.
template <typename T>
__device__ void merge_row(const AttentionProblem& p, const Extent& extent, int number,
                          float (*sums)[kMaxHeadDim]) {
  const int split_tile = number / p.tile_rows;
  const int row = number % p.tile_rows;
  const Piece piece = piece_of(p, extent, p.whole + split_tile * extent.splits);
  const int r = piece.row_tile * p.tile_rows + row;
  if (r >= p.rows()) return;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const std::int64_t first = static_cast<std::int64_t>(piece.slot) * p.tile_rows + row;
  const float2* states = p.states + first;
  const RowState merged = merge_states(p, extent.splits, states, lane);

  constexpr int kColumns = kMaxHeadDim / 32;
  float x[kColumns] = {};
#pragma unroll 4
  for (int s = warp; s < extent.splits; s += kWarps) {
    const std::int64_t offset = static_cast<std::int64_t>(s) * p.tile_rows;
    const float factor = exp2f(states[offset].x - merged.maximum);
    const float* from = p.partial + (first + offset) * p.head_dim;
#pragma unroll
    for (int i = 0; i < kColumns; ++i) {
      if (lane + 32 * i < p.head_dim) x[i] = fmaf(factor, from[lane + 32 * i], x[i]);
    }
  }
#pragma unroll
  for (int i = 0; i < kColumns; ++i) sums[warp][lane + 32 * i] = x[i];
  __syncthreads();
  const int column = static_cast<int>(threadIdx.x);
  if (column >= p.head_dim) return;
  float total = 0.0F;
#pragma unroll
  for (int w = 0; w < kWarps; ++w) total += sums[w][column];
  T* to = static_cast<T*>(p.out) + p.query_row(piece.sequence, r / p.shared) * p.out_stride +
          static_cast<std::int64_t>(piece.key_head * p.shared + r % p.shared) * p.head_dim;
  store(to + column, merged.sum > 0.0F ? total / merged.sum : 0.0F);
}

// A block's head and group.
__device__ void sum_group(const AttentionProblem& p, const Extent& extent, const MassProblem& mass,
                          int number, float (*sums)[kMaxHeadDim]) {
  const int head = number / mass.groups;
  const int group = number % mass.groups;
  const int begin = mass.end(group - 1, extent.further);
  const int end = mass.end(group, extent.further);
  const int key_head = head / p.shared;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  float total = 0.0F;
  for (int sequence = 0; sequence < p.sequences; ++sequence) {
    for (int t = 0; t < p.queries; ++t) {
      const int visible_end = min(end, p.limit(t, extent));
      if (begin >= visible_end) continue;
      const int r = t * p.shared + head % p.shared;
      const std::int64_t tile = tile_number(p, r / p.tile_rows, key_head, sequence);
      const float2* states =
          p.states + (tile - p.whole) * extent.splits * p.tile_rows + r % p.tile_rows;
      const RowState merged = merge_states(p, extent.splits, states, lane);
      const float offset = merged.maximum + log2f(merged.sum);
      const float* scores = p.scores + p.score_row(sequence, t, head) * p.longest.context;
#pragma unroll 4
      for (int i = begin + static_cast<int>(threadIdx.x); i < visible_end; i += kThreads) {
        total += exp2f(scores[i] - offset);
      }
    }
  }
  total = warp_sum(total);
  if (lane == 0) sums[warp][0] = total;
  __syncthreads();
  if (threadIdx.x != 0) return;
  float* to = mass.mass + head * mass.mass_stride + group;
  total = mass.add ? *to : 0.0F;
#pragma unroll
  for (int w = 0; w < kWarps; ++w) total += sums[w][0];
  *to = total;
}

template <typename T>
__global__ void __launch_bounds__(kThreads)
    finish_kernel(const __grid_constant__ AttentionProblem p,
                  const __grid_constant__ MassProblem mass) {
  __shared__ float sums[kWarps][kMaxHeadDim];
  wait_for_earlier_kernels();
  let_next_kernel_start();
  const int rows = (p.all_tiles() - p.whole) * p.tile_rows;
  const int number = static_cast<int>(blockIdx.x);
  const Extent extent = p.extent_now();
  if (number < rows) {
    merge_row<T>(p, extent, number, sums);
  } else {
    sum_group(p, extent, mass, number - rows, sums);
  }
}

MassProblem describe(Context& context, [[maybe_unused]] const AttentionProblem& p,
                     const MassRequest& request) {
  MassProblem mass;
  if (request.mass == nullptr) return mass;
  assert(p.scores != nullptr && p.whole == 0);
  assert(!request.group_ends.empty() && request.group_ends.back() == p.extent.context);
  mass.mass = request.mass;
  mass.mass_stride = request.mass_stride;
  mass.add = request.add;
  mass.groups = static_cast<std::int32_t>(request.group_ends.size());
  if (mass.groups <= kInlineGroups) {
    std::transform(request.group_ends.begin(), request.group_ends.end(), mass.ends,
                   [](std::int64_t end) { return static_cast<std::int32_t>(end); });
  } else {
    const std::vector<std::int32_t> ends(request.group_ends.begin(), request.group_ends.end());
    mass.staged_ends = context.stage(std::span<const std::int32_t>(ends));
  }
  return mass;
}

}  // namespace

void finish_attention(Context& context, const AttentionProblem& problem, bool bf16_out,
                      const MassRequest& request) {
  const MassProblem mass = describe(context, problem, request);
  const std::int64_t rows = std::int64_t{problem.all_tiles() - problem.whole} * problem.tile_rows;
  const std::int64_t blocks = rows + std::int64_t{mass.groups} * problem.heads;
  assert(blocks <= std::numeric_limits<std::int32_t>::max());
  launch_behind(context, bf16_out ? finish_kernel<__nv_bfloat16> : finish_kernel<float>,
                static_cast<unsigned>(blocks), kThreads, 0, problem, mass);
}

}  // namespace longtake::kernels::cuda
