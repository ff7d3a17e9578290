#include "kernels/cpu/scoring.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <span>
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

// Adds weight * (x - mean) / deviation: heads differ in scale, and only how far a block stands out
// from the others says anything.
void add_standardised(std::span<const float> x, double weight, std::vector<double>& sum) {
  double mean = 0;
  double square = 0;
  for (const float value : x) {
    mean += static_cast<double>(value);
    square += static_cast<double>(value) * static_cast<double>(value);
  }
  mean /= static_cast<double>(x.size());
  const double variance = square / static_cast<double>(x.size()) - mean * mean;
  const double factor = variance > 1e-12 ? weight / std::sqrt(variance) : 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum[i] += factor * (static_cast<double>(x[i]) - mean);
}

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

std::vector<std::int64_t> pick_blocks(const Tensor& scores, const PickRule& rule,
                                      const Tensor& combined) {
  assert(scores.dtype() == DType::f32 && combined.dtype() == DType::f32);
  const auto blocks = static_cast<std::size_t>(combined.rows());
  assert(scores.dim(1) == combined.rows() && rule.among <= combined.rows());
  assert(static_cast<std::int64_t>(rule.weights.size()) == scores.rows());
  float* const sums = combined.data<float>();
  std::vector<double> sum(blocks, 0.0);
  if (!rule.afresh) std::copy_n(sums, blocks, sum.begin());
  for (std::int64_t g = 0; g < scores.rows(); ++g) {
    const double weight = static_cast<double>(rule.weights[static_cast<std::size_t>(g)]);
    if (weight > 0) {
      add_standardised({scores.rows(g, g + 1).data<float>(), blocks}, weight, sum);
    }
  }
  std::transform(sum.begin(), sum.end(), sums, [](double x) { return static_cast<float>(x); });

  std::vector<std::int64_t> order(static_cast<std::size_t>(rule.among));
  std::iota(order.begin(), order.end(), 0);
  const std::int64_t budget = std::min(rule.among, rule.budget);
  std::partial_sort(order.begin(), order.begin() + budget, order.end(),
                    [&](std::int64_t a, std::int64_t b) {
                      return sums[a] != sums[b] ? sums[a] > sums[b] : a < b;
                    });
  std::int64_t taken = budget;
  if (rule.sharpness > 0 && budget > 0) {
    const double top = static_cast<double>(sums[order[0]]);
    const auto sharpness = static_cast<double>(rule.sharpness);
    double mass = 0;
    for (std::int64_t i = 0; i < rule.among; ++i)
      mass += pick_weight(static_cast<double>(sums[i]), top, sharpness);
    const double enough = static_cast<double>(rule.mass) * mass;
    double covered = 0;
    for (taken = 0; taken < budget && covered < enough; ++taken) {
      const float score = sums[order[static_cast<std::size_t>(taken)]];
      covered += pick_weight(static_cast<double>(score), top, sharpness);
    }
  }
  order.resize(static_cast<std::size_t>(taken));
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
