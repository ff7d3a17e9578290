#include "kernels/cpu/rotary.h"

#include <cassert>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/rotary.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

void cos_sin_of(const double* angles, float* cosines, float* sines, std::size_t n) {
  for_vectors(hn::ScalableTag<double>(), n, [&](auto d, std::size_t i) HWY_ATTR {
    const hn::Rebind<float, decltype(d)> df;
    const hn::Rebind<std::int32_t, decltype(d)> di;
    const hn::Rebind<std::uint32_t, decltype(d)> du;
    const auto angle = hn::LoadU(d, angles + i);
    // angle = quarters * pi/2 + rest; pi/2 in two parts.
    const auto quarters = hn::Round(hn::Mul(angle, hn::Set(d, 0.63661977236758134308)));
    auto rest = hn::NegMulAdd(quarters, hn::Set(d, 1.57079632679489655800e+00), angle);
    rest = hn::NegMulAdd(quarters, hn::Set(d, 6.12323399573676603587e-17), rest);
    const auto turns = hn::Floor(hn::Mul(quarters, hn::Set(d, 0.25)));
    const auto quadrant = hn::DemoteTo(di, hn::NegMulAdd(turns, hn::Set(d, 4.0), quarters));

    // Polynomials of Cephes' sinf and cosf.
    const auto r = hn::DemoteTo(df, rest);
    const auto r2 = hn::Mul(r, r);
    auto s = hn::MulAdd(hn::Set(df, -1.9515295891E-4F), r2, hn::Set(df, 8.3321608736E-3F));
    s = hn::MulAdd(s, r2, hn::Set(df, -1.6666654611E-1F));
    s = hn::MulAdd(hn::Mul(s, r2), r, r);
    auto c =
        hn::MulAdd(hn::Set(df, 2.443315711809948E-5F), r2, hn::Set(df, -1.388731625493765E-3F));
    c = hn::MulAdd(c, r2, hn::Set(df, 4.166664568298827E-2F));
    c = hn::MulAdd(hn::Mul(c, r2), r2, hn::NegMulAdd(r2, hn::Set(df, 0.5F), hn::Set(df, 1.0F)));

    // Quadrants 1 and 3 swap the two; the sine is negative in 2 and 3, the cosine in 1 and 2.
    const auto q = hn::BitCast(du, quadrant);
    const auto one = hn::Set(du, 1U);
    const auto swap =
        hn::MaskFromVec(hn::BitCast(df, hn::IfThenElseZero(hn::TestBit(q, one), hn::Set(du, ~0U))));
    const auto sine_sign = hn::ShiftLeft<30>(hn::And(q, hn::Set(du, 2U)));
    const auto cosine_sign = hn::ShiftLeft<30>(hn::And(hn::Add(q, one), hn::Set(du, 2U)));
    const auto sine = hn::Xor(hn::IfThenElse(swap, c, s), hn::BitCast(df, sine_sign));
    const auto cosine = hn::Xor(hn::IfThenElse(swap, s, c), hn::BitCast(df, cosine_sign));
    hn::StoreU(cosine, df, cosines + i);
    hn::StoreU(sine, df, sines + i);
  });
}

// One token: `heads` heads of 2 * half elements.
template <typename X, typename Y>
void rotate_heads(const X* x, Y* y, std::int64_t heads, std::size_t half, const float* cosines,
                  const float* sines) {
  for (std::int64_t h = 0; h < heads; ++h, x += 2 * half, y += 2 * half) {
    for_vectors(DF(), half, [&](auto d, std::size_t i) HWY_ATTR {
      const auto a = load_f32(d, x + i);
      const auto b = load_f32(d, x + half + i);
      const auto c = hn::LoadU(d, cosines + i);
      const auto s = hn::LoadU(d, sines + i);
      store_f32(d, hn::NegMulAdd(b, s, hn::Mul(a, c)), y + i);
      store_f32(d, hn::MulAdd(a, s, hn::Mul(b, c)), y + half + i);
    });
  }
}

template <typename X>
void rotate_from(const X* x, void* y, DType y_type, std::int64_t heads, std::size_t half,
                 const float* cosines, const float* sines) {
  if (y_type == DType::bf16) {
    rotate_heads(x, static_cast<Bf16*>(y), heads, half, cosines, sines);
  } else {
    rotate_heads(x, static_cast<float*>(y), heads, half, cosines, sines);
  }
}

void rotate_token(const void* x, DType x_type, void* y, DType y_type, std::int64_t heads,
                  std::size_t half, const float* cosines, const float* sines) {
  if (x_type == DType::bf16) {
    rotate_from(static_cast<const Bf16*>(x), y, y_type, heads, half, cosines, sines);
  } else {
    rotate_from(static_cast<const float*>(x), y, y_type, heads, half, cosines, sines);
  }
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(cos_sin_of);
HWY_EXPORT(rotate_token);

}  // namespace

void cos_sin(const Position& position, const RopeTable& table, float* cosines, float* sines) {
  constexpr std::size_t kPiece = 128;
  double angles[kPiece];
  const std::size_t n = table.inv_freq.size();
  for (std::size_t begin = 0; begin < n; begin += kPiece) {
    const std::size_t count = std::min(kPiece, n - begin);
    for (std::size_t i = 0; i < count; ++i) {
      angles[i] =
          static_cast<double>(position[table.component[begin + i]]) * table.inv_freq[begin + i];
    }
    HWY_DYNAMIC_DISPATCH(cos_sin_of)(angles, cosines + begin, sines + begin, count);
  }
}

void rope(ThreadPool& pool, const Tensor& x, std::span<const Position> positions,
          const RopeTable& table, const Tensor& y) {
  assert(x.shape() == y.shape() && x.dim(2) == table.head_dim());
  assert(static_cast<std::int64_t>(positions.size()) == x.rows());
  assert(x.dtype() == DType::f32 || x.dtype() == DType::bf16);
  assert(y.dtype() == DType::f32 || y.dtype() == DType::bf16);
  const std::size_t half = table.inv_freq.size();
  pool.parallel_ranges(x.rows(), std::max<std::int64_t>(1, 4096 / x.shape().row_elements()),
                       [&](std::int64_t begin, std::int64_t end) {
                         std::vector<float> angles(2 * half);
                         float* cosines = angles.data();
                         float* sines = cosines + half;
                         for (std::int64_t t = begin; t < end; ++t) {
                           cos_sin(positions[static_cast<std::size_t>(t)], table, cosines, sines);
                           HWY_DYNAMIC_DISPATCH(rotate_token)
                           (x.rows(t, t + 1).raw(), x.dtype(), y.rows(t, t + 1).raw(), y.dtype(),
                            x.dim(1), half, cosines, sines);
                         }
                       });
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
