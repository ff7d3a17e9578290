// Finding blocks: scores by mean keys, and the choice of the best.
//
// score_blocks() reads every mean key once: 1 KB per block for 4 heads of 128, so 18 MB and 6
// microseconds for 18,000 blocks; 2 operations per element. The query heads of a group share its
// keys, so they are summed first, in each thread block's shared memory. A team of lanes takes a
// key, an octet each, and has four keys in flight.
//
// pick_blocks() is bound by latency: 72 KB per head, read twice. Moments in f64 by a fixed tree,
// combined scores and sort keys, a radix sort (CUB), weights summed in f64, and one block that
// finds where the mass is covered. The picks go straight into pinned memory: one synchronisation,
// no copy.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <cub/device/device_radix_sort.cuh>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>

#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/recall.h"
#include "kernels/error.h"

namespace longtake::kernels::cuda {
namespace {

// --- Scores --------------------------------------------------------------------------------------

constexpr int kScoreThreads = 256;
constexpr int kKeysInFlight = 4;  // of a team of lanes

// Pages of the index travel as a kernel argument, a row of the grid for each.
constexpr int kMostStretches = 64;
struct Stretch {
  const F16* keys;
  std::int64_t first;  // block, within the scores
  std::int64_t items;  // keys: blocks * groups
};

struct ScoreArgs {
  const float* query;
  float* scores;
  std::int64_t query_stride, key_stride, score_stride;
  int groups, stacked, dim, octets;
  float scale;
};
struct Stretches {
  Stretch of[kMostStretches];
};

// queries[g][octets * 8]: the sum of group g's query heads, scaled; zeros behind the head
// dimension. The sums are compensated (Neumaier), as exact as f64 ones that are rounded at the end.
__device__ __forceinline__ void sum_queries(const ScoreArgs& args, float* queries) {
  const int padded = args.octets * 8;
  for (int i = static_cast<int>(threadIdx.x); i < args.groups * padded; i += kScoreThreads) {
    const int g = i / padded;
    const int c = i % padded;
    float sum = 0.0F;
    float lost = 0.0F;
#pragma unroll 4
    for (int h = 0; c < args.dim && h < args.stacked; ++h) {
      const float x = args.query[std::int64_t{g * args.stacked + h} * args.query_stride + c];
      const float next = __fadd_rn(sum, x);
      const float rest = fabsf(sum) >= fabsf(x) ? __fadd_rn(__fsub_rn(sum, next), x)
                                                : __fadd_rn(__fsub_rn(x, next), sum);
      lost = __fadd_rn(lost, rest);
      sum = next;
    }
    queries[i] = (sum + lost) * args.scale;
  }
  __syncthreads();
}

__device__ __forceinline__ float dot8(const Eight& a, const float* b) {
  const Eight other = load8(b);
  float even = 0.0F;
  float odd = 0.0F;
#pragma unroll
  for (int i = 0; i < 8; i += 2) {
    even = fmaf(a.v[i], other.v[i], even);
    odd = fmaf(a.v[i + 1], other.v[i + 1], odd);
  }
  return even + odd;
}

// `lanes` lanes, a power of two, take a key together.
template <bool kAligned>
__global__ void __launch_bounds__(kScoreThreads)
    score_keys(ScoreArgs args, Stretches stretches, int lanes) {
  auto* const queries = dynamic_shared<float>();
  sum_queries(args, queries);
  const int lane = static_cast<int>(threadIdx.x) % lanes;
  const std::int64_t teams = std::int64_t{gridDim.x} * (kScoreThreads / lanes);
  const std::int64_t team = (std::int64_t{blockIdx.x} * kScoreThreads + threadIdx.x) / lanes;
  const Stretch stretch = stretches.of[blockIdx.y];
  const std::int64_t rounds = (stretch.items + teams - 1) / teams;
  // Every team makes the same number of rounds, because teams share warps.
  for (std::int64_t round = 0; round < rounds; round += kKeysInFlight) {
    float sums[kKeysInFlight];
    std::int64_t at[kKeysInFlight];
#pragma unroll
    for (int i = 0; i < kKeysInFlight; ++i) {
      const std::int64_t item = (round + i) * teams + team;
      // In 32 bits, where division is cheap: there are fewer keys than that.
      const std::int64_t block = static_cast<unsigned>(item) / static_cast<unsigned>(args.groups);
      const auto g = static_cast<int>(item - block * args.groups);
      at[i] = item < stretch.items ? g * args.score_stride + stretch.first + block : -1;
      sums[i] = 0.0F;
      if (item >= stretch.items) continue;
      const F16* key = stretch.keys + block * args.key_stride + std::int64_t{g} * args.dim;
      for (int o = lane; o < args.octets; o += lanes) {
        sums[i] +=
            dot8(load_octet<kAligned>(key, o * 8, args.dim), queries + (g * args.octets + o) * 8);
      }
    }
    for (int distance = lanes / 2; distance > 0; distance /= 2) {
#pragma unroll
      for (int i = 0; i < kKeysInFlight; ++i)
        sums[i] += __shfl_xor_sync(kWholeWarp, sums[i], distance);
    }
#pragma unroll
    for (int i = 0; i < kKeysInFlight; ++i) {
      if (lane == 0 && at[i] >= 0) args.scores[at[i]] = sums[i];
    }
  }
}

// --- Combined scores -----------------------------------------------------------------------------

constexpr int kThreads = 256;
constexpr int kMostGroups = 128;  // weights travel as a kernel argument
constexpr int kMomentParts = 32;  // blocks that share a head's moments

struct Weights {
  float of[kMostGroups];
};
struct Moments {
  double sum, squares;
};

// partial[g][part]: moments of a share of head g's scores.
__global__ void __launch_bounds__(kThreads)
    sum_moments(const float* scores, std::int64_t stride, std::int64_t blocks, Moments* partial) {
  const float* row = scores + blockIdx.y * stride;
  double sum = 0.0;
  double squares = 0.0;
  for (std::int64_t b = std::int64_t{blockIdx.x} * kThreads + threadIdx.x; b < blocks;
       b += std::int64_t{kMomentParts} * kThreads) {
    const double x = row[b];
    sum += x;
    squares += x * x;
  }
  sum = block_sum(sum);
  squares = block_sum(squares);
  if (threadIdx.x == 0) partial[blockIdx.y * kMomentParts + blockIdx.x] = {sum, squares};
}

// What is added for head g's score x: factor * (x - mean).
struct Standard {
  double factor, mean;
};
__device__ __forceinline__ Standard standard_of(const Moments* partial, std::int64_t blocks,
                                                float weight) {
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const double sum = warp_sum(partial[lane].sum);
  const double squares = warp_sum(partial[lane].squares);
  const double mean = sum / static_cast<double>(blocks);
  const double variance = squares / static_cast<double>(blocks) - mean * mean;
  return {variance > 1e-12 ? static_cast<double>(weight) / sqrt(variance) : 0.0, mean};
}
static_assert(kMomentParts == kWarp, "a lane reads a part");

// Numbers that sort as scores do, the highest one first; the two zeros are one.
__device__ __forceinline__ std::uint32_t key_of(float score) {
  const std::uint32_t bits = __float_as_uint(score + 0.0F);
  return bits & 0x80000000U ? bits : ~bits & 0x7FFFFFFFU;
}
__device__ __forceinline__ float score_of(std::uint32_t key) {
  return __uint_as_float(key & 0x80000000U ? key : ~key & 0x7FFFFFFFU);
}

// keys, numbers: [among], what is sorted.
__global__ void __launch_bounds__(kThreads)
    combine(const float* scores, std::int64_t stride, std::int64_t blocks, int groups,
            Weights weights, const Moments* partial, bool afresh, float* combined,
            std::int64_t among, std::uint32_t* keys, std::uint32_t* numbers) {
  __shared__ Standard standards[kMostGroups];
  for (int g = static_cast<int>(threadIdx.x) / kWarp; g < groups; g += kThreads / kWarp) {
    const Standard standard = standard_of(partial + g * kMomentParts, blocks, weights.of[g]);
    if (threadIdx.x % kWarp == 0) standards[g] = standard;
  }
  __syncthreads();
  for (std::int64_t b = std::int64_t{blockIdx.x} * kThreads + threadIdx.x; b < blocks;
       b += std::int64_t{gridDim.x} * kThreads) {
    double sum = afresh ? 0.0 : static_cast<double>(combined[b]);
    for (int g = 0; g < groups; ++g) {
      if (weights.of[g] > 0.0F) {
        sum +=
            standards[g].factor * (static_cast<double>(scores[g * stride + b]) - standards[g].mean);
      }
    }
    const auto score = static_cast<float>(sum);
    combined[b] = score;
    if (b < among) {
      keys[b] = key_of(score);
      numbers[b] = static_cast<std::uint32_t>(b);
    }
  }
}

// --- Mass ----------------------------------------------------------------------------------------

constexpr int kCutThreads = 1024;
constexpr int kMostSums = 1024;  // partial sums of weights

// As the host's pick_weight().
__device__ __forceinline__ double weight_of(std::uint32_t key, std::uint32_t top_key,
                                            double sharpness) {
  const double top = score_of(top_key);
  return top > 0.0 ? exp(sharpness * (static_cast<double>(score_of(key)) / top - 1.0)) : 1.0;
}

// sums[i]: of the weights that thread block i takes. keys: sorted, the best first.
__global__ void __launch_bounds__(kThreads)
    sum_weights(const std::uint32_t* keys, std::int64_t among, double sharpness, double* sums) {
  double sum = 0.0;
  for (std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x; i < among;
       i += std::int64_t{gridDim.x} * kThreads) {
    sum += weight_of(keys[i], keys[0], sharpness);
  }
  sum = block_sum(sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

// The sum of the threads before this one. shared: [kWarp]. For blocks of kCutThreads.
__device__ __forceinline__ double sum_before(double x, double* shared) {
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  double inclusive = x;
  for (int distance = 1; distance < kWarp; distance *= 2) {
    const double below = __shfl_up_sync(kWholeWarp, inclusive, distance);
    if (lane >= distance) inclusive += below;
  }
  if (lane == kWarp - 1) shared[warp] = inclusive;
  __syncthreads();
  double before = 0.0;
  for (int w = 0; w < warp; ++w) before += shared[w];
  const double own = __shfl_up_sync(kWholeWarp, inclusive, 1);
  return before + (lane == 0 ? 0.0 : own);
}

struct CutArgs {
  const std::uint32_t* keys;     // sorted, the best first
  const std::uint32_t* numbers;  // of the blocks, in that order
  std::int64_t budget;           // at least 1
  const double* sums;            // of all weights, in parts
  int parts;                     // 0: take the whole budget
  double mass, sharpness;
  std::uint32_t* result;  // pinned: how many are taken, then their numbers
};

// How many of the best it takes to cover the mass: one block.
__device__ __forceinline__ std::int64_t taken(const CutArgs& args) {
  __shared__ unsigned long long first_enough;
  __shared__ double warp_sums[kWarp];
  if (threadIdx.x == 0) first_enough = static_cast<unsigned long long>(args.budget);
  const auto thread = static_cast<int>(threadIdx.x);
  const double total = block_sum(thread < args.parts ? args.sums[thread] : 0.0);
  const double enough = args.mass * total;

  const std::int64_t each = (args.budget + kCutThreads - 1) / kCutThreads;
  const std::int64_t begin = min(args.budget, thread * each);
  const std::int64_t end = min(args.budget, begin + each);
  double own = 0.0;
  for (std::int64_t i = begin; i < end; ++i)
    own += weight_of(args.keys[i], args.keys[0], args.sharpness);
  double covered = sum_before(own, warp_sums);  // and first_enough is there for all
  for (std::int64_t i = begin; i < end; ++i) {
    if (covered >= enough) {
      atomicMin(&first_enough, static_cast<unsigned long long>(i));
      break;
    }
    covered += weight_of(args.keys[i], args.keys[0], args.sharpness);
  }
  __syncthreads();
  return static_cast<std::int64_t>(first_enough);
}

__global__ void __launch_bounds__(kCutThreads) cut(CutArgs args) {
  const std::int64_t count = args.parts == 0 ? args.budget : taken(args);
  if (threadIdx.x == 0) args.result[0] = static_cast<std::uint32_t>(count);
  for (std::int64_t i = threadIdx.x; i < count; i += kCutThreads)
    args.result[1 + i] = args.numbers[i];
}

// --- Choosing, on the host -----------------------------------------------------------------------

// Places of one scratch allocation.
class Layout {
 public:
  template <typename T>
  std::size_t add(std::int64_t count) {
    const std::size_t at = bytes_;
    bytes_ += (static_cast<std::size_t>(count) * sizeof(T) + 255) / 256 * 256;
    return at;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

std::size_t sort_bytes(int n) {
  std::size_t bytes = 0;
  const std::uint32_t* from = nullptr;
  std::uint32_t* to = nullptr;
  check(cub::DeviceRadixSort::SortPairs(nullptr, bytes, from, to, from, to, n), "pick_blocks");
  return bytes;
}

}  // namespace

std::shared_ptr<const void> KeyCopies::of(Context& context, const void* begin, std::size_t bytes) {
  constexpr std::size_t kMostBytes = std::size_t{2} << 30;
  const auto* const first = static_cast<const std::byte*>(begin);
  const auto after = copies_.upper_bound(first);
  if (after != copies_.begin()) {
    const auto& [start, copy] = *std::prev(after);
    const auto offset = static_cast<std::size_t>(first - start);
    if (offset < copy.bytes && offset + bytes <= copy.bytes) {
      return {copy.memory, static_cast<const std::byte*>(copy.memory->data()) + offset};
    }
  }

  // The stretch grew, or is new. What else overlaps it is dropped.
  Copy copy;
  for (auto it = copies_.begin(); it != copies_.end();) {
    const bool overlaps = it->first < first + bytes && first < it->first + it->second.bytes;
    if (it->first == first) copy = it->second;
    it = overlaps || it->first == first ? copies_.erase(it) : std::next(it);
  }
  total_ = 0;
  for (const auto& [start, other] : copies_) total_ += other.memory->bytes();
  if (!copy.memory || copy.memory->bytes() < bytes) {
    // Exact at first: most of an index does not grow.
    std::size_t room = copy.memory ? std::max(bytes, copy.bytes + copy.bytes / 2) : bytes;
    if (total_ + room > kMostBytes) room = bytes;
    if (total_ + room > kMostBytes) {
      forget();
      total_ = 0;
    }
    std::shared_ptr<Buffer> memory = context.allocate_bytes(room);
    if (copy.bytes > 0) {
      check(cudaMemcpyAsync(memory->data(), copy.memory->data(), copy.bytes,
                            cudaMemcpyDeviceToDevice, context.stream()),
            "score_blocks");
    }
    copy.memory = std::move(memory);
  }
  context.upload(first + copy.bytes, static_cast<std::byte*>(copy.memory->data()) + copy.bytes,
                 bytes - copy.bytes);
  copy.bytes = bytes;
  total_ += copy.memory->bytes();
  const std::shared_ptr<Buffer> memory = copy.memory;
  copies_.emplace(first, std::move(copy));
  return {memory, memory->data()};
}

void score_blocks(Context& context, const Tensor& query, std::span<const Tensor> keys,
                  const Tensor& scores) {
  assert(query.dtype() == DType::f32 && scores.dtype() == DType::f32);
  ScoreArgs args = {};
  args.query = query.data<float>(), args.query_stride = query.row_stride();
  args.scores = scores.data<float>(), args.score_stride = scores.row_stride();
  args.groups = static_cast<int>(scores.rows());
  args.stacked = static_cast<int>(query.rows()) / args.groups;
  args.dim = static_cast<int>(query.dim(1));
  args.octets = (args.dim + 7) / 8;
  args.key_stride = std::int64_t{args.groups} * args.dim;
  args.scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(args.dim)));
  assert(query.rows() == std::int64_t{args.stacked} * args.groups);

  int lanes = 1;
  while (lanes < kWarp && lanes < args.octets) lanes *= 2;
  const std::size_t shared =
      sizeof(float) * 8 * static_cast<std::size_t>(args.groups * args.octets);
  if (shared > 48 * 1024) throw Error(ErrorCode::unsupported, "so many key heads cannot be scored");
  // Each thread block sums the queries, so there are no more of them than run at once.
  const std::int64_t most = std::int64_t{context.multiprocessors()} * 5;
  const std::int64_t per_block = kScoreThreads / lanes * kKeysInFlight;

  std::int64_t first = 0;
  for (std::size_t begin = 0; begin < keys.size(); begin += kMostStretches) {
    const std::size_t count = std::min<std::size_t>(kMostStretches, keys.size() - begin);
    Stretches stretches = {};
    std::int64_t longest = 0;
    bool aligned_rows = args.dim % 8 == 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Tensor& stretch = keys[begin + i];
      assert(stretch.dtype() == DType::f16 && stretch.dense());
      assert(stretch.dim(1) == args.groups && stretch.dim(2) == args.dim);
      const std::int64_t items = stretch.rows() * args.groups;
      assert(items < (std::int64_t{1} << 31));
      stretches.of[i] = {stretch.data<F16>(), first, items};
      aligned_rows = aligned_rows && rows_aligned(stretch);
      longest = std::max(longest, items);
      first += stretch.rows();
    }
    if (longest == 0) continue;
    const std::int64_t share = std::max<std::int64_t>(1, most / static_cast<std::int64_t>(count));
    const dim3 blocks(
        static_cast<unsigned>(std::clamp<std::int64_t>(ceil_div(longest, per_block), 1, share)),
        static_cast<unsigned>(count));
    with_bool(aligned_rows, [&](auto is_aligned) {
      launch(context, score_keys<decltype(is_aligned)::value>, blocks, kScoreThreads, shared, args,
             stretches, lanes);
    });
  }
  assert(first == scores.dim(1));
}

std::vector<std::int64_t> pick_blocks(Context& context, const Tensor& scores, const PickRule& rule,
                                      const Tensor& combined) {
  const std::int64_t blocks = combined.rows();
  const std::int64_t groups = scores.rows();
  assert(scores.dtype() == DType::f32 && combined.dtype() == DType::f32 &&
         combined.shape().rank() == 1);
  assert(scores.dim(1) == blocks && rule.among >= 0 && rule.among <= blocks && rule.budget >= 0);
  assert(static_cast<std::int64_t>(rule.weights.size()) == groups &&
         blocks < (std::int64_t{1} << 31));
  if (groups > kMostGroups) {
    throw Error(ErrorCode::unsupported, "a choice by " + std::to_string(groups) + " key heads");
  }
  if (blocks == 0) return {};
  const std::int64_t budget = std::min(rule.among, rule.budget);
  const bool by_mass = rule.sharpness > 0.0F;
  const auto parts =
      by_mass ? static_cast<int>(std::min<std::int64_t>(ceil_div(rule.among, kThreads), kMostSums))
              : 0;
  // All of them, or none: there is nothing to sort.
  const bool sorts = budget > 0 && (by_mass || budget < rule.among);

  Layout layout;
  const std::size_t temporary = sorts ? sort_bytes(static_cast<int>(rule.among)) : 0;
  const std::size_t moments_at = layout.add<Moments>(groups * kMomentParts);
  const std::size_t keys_at = layout.add<std::uint32_t>(rule.among);
  const std::size_t numbers_at = layout.add<std::uint32_t>(rule.among);
  const std::size_t sorted_keys_at = layout.add<std::uint32_t>(rule.among);
  const std::size_t sorted_numbers_at = layout.add<std::uint32_t>(rule.among);
  const std::size_t sums_at = layout.add<double>(parts);
  const std::size_t temporary_at = layout.add<std::byte>(static_cast<std::int64_t>(temporary));
  std::byte* const scratch = context.scratch(layout.bytes());
  const auto words = [&](std::size_t at) { return reinterpret_cast<std::uint32_t*>(scratch + at); };
  auto* const moments = reinterpret_cast<Moments*>(scratch + moments_at);
  auto* const sums = reinterpret_cast<double*>(scratch + sums_at);
  std::uint32_t* const keys = words(keys_at);
  std::uint32_t* const numbers = words(numbers_at);
  std::uint32_t* const sorted_keys = words(sorted_keys_at);
  std::uint32_t* const sorted_numbers = words(sorted_numbers_at);

  Weights weights = {};
  std::copy(rule.weights.begin(), rule.weights.end(), weights.of);
  const dim3 moment_blocks(kMomentParts, static_cast<unsigned>(groups));
  launch(context, sum_moments, moment_blocks, kThreads, 0, scores.data<float>(),
         scores.row_stride(), blocks, moments);
  launch(context, combine, grid_for(context, blocks, kThreads), kThreads, 0, scores.data<float>(),
         scores.row_stride(), blocks, static_cast<int>(groups), weights, moments, rule.afresh,
         combined.data<float>(), rule.among, keys, numbers);
  std::vector<std::int64_t> picked(static_cast<std::size_t>(budget));
  if (!sorts) {
    std::iota(picked.begin(), picked.end(), 0);
    return picked;
  }

  // Stable: of equals the earlier block stays in front.
  std::size_t bytes = temporary;
  check(cub::DeviceRadixSort::SortPairs(scratch + temporary_at, bytes,
                                        static_cast<const std::uint32_t*>(keys), sorted_keys,
                                        static_cast<const std::uint32_t*>(numbers), sorted_numbers,
                                        static_cast<int>(rule.among), 0, 32, context.stream()),
        "pick_blocks");
  const auto sharpness = static_cast<double>(rule.sharpness);
  if (by_mass) {
    launch(context, sum_weights, static_cast<unsigned>(parts), kThreads, 0, sorted_keys, rule.among,
           sharpness, sums);
  }
  const std::shared_ptr<Buffer> pinned =
      context.allocate_host(static_cast<std::size_t>(budget + 1) * sizeof(std::uint32_t));
  const auto* const result = static_cast<const std::uint32_t*>(pinned->data());
  launch(context, cut, 1, kCutThreads, 0,
         CutArgs{sorted_keys, sorted_numbers, budget, sums, parts, static_cast<double>(rule.mass),
                 sharpness, static_cast<std::uint32_t*>(pinned->data())});
  context.synchronize();
  picked.assign(result + 1, result + 1 + result[0]);
  std::sort(picked.begin(), picked.end());
  return picked;
}

}  // namespace longtake::kernels::cuda
