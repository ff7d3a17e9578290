#include "kernels/cpu/scoring.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/scoring.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

// scores[i] = <query, keys + i * stride> for `count` keys.
void dot_keys(const float* query, const F16* keys, std::int64_t stride, std::int64_t count,
              std::size_t n, float* scores) {
  const DF d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::int64_t b = 0; b < count; ++b, keys += stride) {
    VF sum0 = hn::Zero(d);
    VF sum1 = hn::Zero(d);
    std::size_t i = 0;
    for (; i + 2 * lanes <= n; i += 2 * lanes) {
      sum0 = hn::MulAdd(hn::LoadU(d, query + i), load_f32(d, keys + i), sum0);
      sum1 = hn::MulAdd(hn::LoadU(d, query + i + lanes), load_f32(d, keys + i + lanes), sum1);
    }
    for (; i + lanes <= n; i += lanes) {
      sum0 = hn::MulAdd(hn::LoadU(d, query + i), load_f32(d, keys + i), sum0);
    }
    float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
    const hn::CappedTag<float, 1> one;
    for (; i < n; ++i) sum += query[i] * hn::GetLane(load_f32(one, keys + i));
    scores[b] = sum;
  }
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(dot_keys);

constexpr std::int64_t kBlocksAtATime = 64;

}  // namespace

void score_blocks(ThreadPool& pool, const Tensor& query, const Tensor& keys, const Tensor& scores) {
  assert(query.dtype() == DType::f32 && keys.dtype() == DType::f16 && scores.dtype() == DType::f32);
  const std::int64_t blocks = keys.rows();
  const std::int64_t groups = keys.dim(1);
  const std::int64_t n = keys.dim(2);
  const std::int64_t stacked = query.rows() / groups;
  assert(query.dim(1) == n && query.rows() == stacked * groups);
  assert(scores.rows() == groups && scores.dim(1) == blocks);

  // The heads of a group share its keys: the sum of their products is the product of their sum.
  const double scale = 1.0 / std::sqrt(static_cast<double>(n));
  std::vector<float> sums(static_cast<std::size_t>(groups * n));
  for (std::int64_t g = 0; g < groups; ++g) {
    for (std::int64_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::int64_t h = g * stacked; h < (g + 1) * stacked; ++h) {
        sum += query.data<float>()[h * query.row_stride() + i];
      }
      sums[static_cast<std::size_t>(g * n + i)] = static_cast<float>(sum * scale);
    }
  }
  pool.parallel_ranges(blocks, 16 * 1024 / (groups * n), [&](std::int64_t begin, std::int64_t end) {
    // The groups of a block lie side by side: a few blocks at a time, so that memory is read once.
    for (std::int64_t b = begin; b < end; b += kBlocksAtATime) {
      const std::int64_t count = std::min(kBlocksAtATime, end - b);
      for (std::int64_t g = 0; g < groups; ++g) {
        HWY_DYNAMIC_DISPATCH(dot_keys)
        (sums.data() + g * n, keys.data<F16>() + b * keys.row_stride() + g * n, keys.row_stride(),
         count, static_cast<std::size_t>(n), scores.data<float>() + g * scores.row_stride() + b);
      }
    }
  });
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
