#include "kernels/cpu/norms.h"

#include <cassert>
#include <cmath>
#include <vector>

#include "kernels/cpu/convert.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/norms.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

// Four running sums, so that rows of thousands of elements neither wait for one chain of additions
// nor lose digits in it.
template <class Term, class TailTerm>
HWY_INLINE float sum_terms(std::size_t n, const Term& term, const TailTerm& tail) {
  const DF d;
  const std::size_t lanes = hn::Lanes(d);
  VF s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
  std::size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    s0 = hn::Add(s0, term(i));
    s1 = hn::Add(s1, term(i + lanes));
    s2 = hn::Add(s2, term(i + 2 * lanes));
    s3 = hn::Add(s3, term(i + 3 * lanes));
  }
  for (; i + lanes <= n; i += lanes) s0 = hn::Add(s0, term(i));
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3))));
  for (; i < n; ++i) sum += tail(i);
  return sum;
}

void add_row(const float* a, const float* b, float* y, std::size_t n) {
  for_vectors(DF(), n, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, y + i);
  });
}

void silu_mul_row(const float* gate, const float* up, float* y, std::size_t n) {
  for_vectors(DF(), n, [&](auto d, std::size_t i) HWY_ATTR {
    const auto g = hn::LoadU(d, gate + i);
    hn::StoreU(hn::Mul(hn::Mul(g, sigmoid(d, g)), hn::LoadU(d, up + i)), d, y + i);
  });
}

void rms_norm_row(const float* x, const float* weight, float eps, float* y, std::size_t n) {
  const DF df;
  const float squares = sum_terms(
      n,
      [&](std::size_t i) HWY_ATTR {
        const VF v = hn::LoadU(df, x + i);
        return hn::Mul(v, v);
      },
      [&](std::size_t i) { return x[i] * x[i]; });
  const float scale = 1.0F / std::sqrt(squares / static_cast<float>(n) + eps);
  for_vectors(df, n, [&](auto d, std::size_t i) HWY_ATTR {
    const auto v = hn::Mul(hn::LoadU(d, x + i), hn::Set(d, scale));
    hn::StoreU(hn::Mul(v, hn::LoadU(d, weight + i)), d, y + i);
  });
}

void layer_norm_row(const float* x, const float* weight, const float* bias, float eps, float* y,
                    std::size_t n) {
  const DF df;
  const auto count = static_cast<float>(n);
  const float mean = sum_terms(
                         n, [&](std::size_t i) HWY_ATTR { return hn::LoadU(df, x + i); },
                         [&](std::size_t i) { return x[i]; }) /
                     count;
  // Squares of differences: subtracting the square of the mean afterwards would lose digits.
  const float squares = sum_terms(
      n,
      [&](std::size_t i) HWY_ATTR {
        const VF v = hn::Sub(hn::LoadU(df, x + i), hn::Set(df, mean));
        return hn::Mul(v, v);
      },
      [&](std::size_t i) { return (x[i] - mean) * (x[i] - mean); });
  const float scale = 1.0F / std::sqrt(squares / count + eps);
  for_vectors(df, n, [&](auto d, std::size_t i) HWY_ATTR {
    const auto v = hn::Mul(hn::Sub(hn::LoadU(d, x + i), hn::Set(d, mean)), hn::Set(d, scale));
    hn::StoreU(hn::MulAdd(v, hn::LoadU(d, weight + i), hn::LoadU(d, bias + i)), d, y + i);
  });
}

// y[columns] = mean of `rows` rows. The sums are f64: averages over thousands of tokens.
void mean_columns(const float* x, std::int64_t stride, std::int64_t rows, std::size_t columns,
                  float* y) {
  const hn::ScalableTag<double> d64;
  const hn::Rebind<float, decltype(d64)> df;
  const std::size_t lanes = hn::Lanes(d64);
  const double scale = 1.0 / static_cast<double>(rows);
  std::size_t c = 0;
  for (; c + lanes <= columns; c += lanes) {
    auto sum = hn::Zero(d64);
    for (std::int64_t r = 0; r < rows; ++r) {
      sum = hn::Add(sum, hn::PromoteTo(d64, hn::LoadU(df, x + r * stride + c)));
    }
    hn::StoreU(hn::DemoteTo(df, hn::Mul(sum, hn::Set(d64, scale))), df, y + c);
  }
  for (; c < columns; ++c) {
    double sum = 0.0;
    for (std::int64_t r = 0; r < rows; ++r) sum += x[r * stride + static_cast<std::int64_t>(c)];
    y[c] = static_cast<float>(sum * scale);
  }
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(add_row);
HWY_EXPORT(layer_norm_row);
HWY_EXPORT(mean_columns);
HWY_EXPORT(rms_norm_row);
HWY_EXPORT(silu_mul_row);

// Elements below which a second thread costs more than it brings.
constexpr std::int64_t kGrain = 16 * 1024;

// body(row of x, row of y, columns) for every row of the last dimension.
template <typename Body>
void for_rows(ThreadPool& pool, const Tensor& x, const Tensor& y, Body&& body) {
  assert(x.dtype() == DType::f32 && y.dtype() == DType::f32 && x.shape() == y.shape());
  const std::int64_t columns = x.dim(x.shape().rank() - 1);
  const std::int64_t inner = columns == 0 ? 0 : x.shape().row_elements() / columns;
  pool.parallel_ranges(x.rows(), kGrain / std::max<std::int64_t>(1, x.shape().row_elements()),
                       [&](std::int64_t begin, std::int64_t end) {
                         for (std::int64_t r = begin; r < end; ++r) {
                           for (std::int64_t i = 0; i < inner; ++i) {
                             body(x.data<float>() + r * x.row_stride() + i * columns,
                                  y.data<float>() + r * y.row_stride() + i * columns,
                                  static_cast<std::size_t>(columns));
                           }
                         }
                       });
}

}  // namespace

void add(ThreadPool& pool, const Tensor& a, const Tensor& b, const Tensor& y) {
  assert(a.shape() == y.shape() && a.shape().row_elements() == b.shape().row_elements());
  assert(b.rows() > 0 && a.rows() % b.rows() == 0);
  assert(a.dtype() == DType::f32 && b.dtype() == DType::f32 && y.dtype() == DType::f32);
  const std::int64_t columns = a.shape().row_elements();
  pool.parallel_ranges(
      a.rows(), kGrain / std::max<std::int64_t>(1, columns),
      [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end; ++r) {
          HWY_DYNAMIC_DISPATCH(add_row)
          (a.data<float>() + r * a.row_stride(), b.data<float>() + r % b.rows() * b.row_stride(),
           y.data<float>() + r * y.row_stride(), static_cast<std::size_t>(columns));
        }
      });
}

void silu_mul(ThreadPool& pool, const Tensor& x, const Tensor& y) {
  assert(x.dtype() == DType::f32 && y.dtype() == DType::f32);
  assert(x.rows() == y.rows() && x.dim(1) == 2 * y.dim(1));
  const std::int64_t columns = y.dim(1);
  pool.parallel_ranges(y.rows(), kGrain / 4 / columns, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const float* gate = x.data<float>() + r * x.row_stride();
      HWY_DYNAMIC_DISPATCH(silu_mul_row)
      (gate, gate + columns, y.data<float>() + r * y.row_stride(),
       static_cast<std::size_t>(columns));
    }
  });
}

void rms_norm(ThreadPool& pool, const Tensor& x, const Tensor& weight, float eps, const Tensor& y) {
  assert(weight.dtype() == DType::f32);
  for_rows(pool, x, y, [&](const float* from, float* to, std::size_t n) {
    HWY_DYNAMIC_DISPATCH(rms_norm_row)(from, weight.data<float>(), eps, to, n);
  });
}

void layer_norm(ThreadPool& pool, const Tensor& x, const Tensor& weight, const Tensor& bias,
                float eps, const Tensor& y) {
  assert(weight.dtype() == DType::f32 && bias.dtype() == DType::f32);
  for_rows(pool, x, y, [&](const float* from, float* to, std::size_t n) {
    HWY_DYNAMIC_DISPATCH(layer_norm_row)
    (from, weight.data<float>(), bias.data<float>(), eps, to, n);
  });
}

void mean_rows(ThreadPool& pool, const Tensor& x, const Tensor& y) {
  assert(x.dtype() == DType::f32 && (y.dtype() == DType::f32 || y.dtype() == DType::f16));
  assert(x.rows() > 0 && y.rows() > 0 && x.rows() % y.rows() == 0);
  const std::int64_t columns = x.shape().row_elements();
  const std::int64_t rows = x.rows() / y.rows();
  assert(y.shape().row_elements() == columns);
  std::vector<float> wide(y.dtype() == DType::f32 ? 0 : static_cast<std::size_t>(columns));
  for (std::int64_t u = 0; u < y.rows(); ++u) {
    const Tensor mean = y.rows(u, u + 1);
    float* to = wide.empty() ? mean.data<float>() : wide.data();
    const float* from = x.data<float>() + u * rows * x.row_stride();
    pool.parallel_ranges(columns, std::max<std::int64_t>(16, kGrain / rows),
                         [&](std::int64_t begin, std::int64_t end) {
                           HWY_DYNAMIC_DISPATCH(mean_columns)
                           (from + begin, x.row_stride(), rows,
                            static_cast<std::size_t>(end - begin), to + begin);
                         });
    if (!wide.empty()) convert(to, DType::f32, mean.raw(), DType::f16, columns);
  }
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
