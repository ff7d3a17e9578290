// Per-target vector helpers shared by the kernels: loads and stores that convert, the exponential,
// and loops with tails. Included once per Highway target by the .cc files.
//
// Thread rule: any thread. Lifetime rule: plain functions on the caller's memory.
#if defined(LONGTAKE_KERNELS_CPU_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LONGTAKE_KERNELS_CPU_SIMD_INL_H_
#undef LONGTAKE_KERNELS_CPU_SIMD_INL_H_
#else
#define LONGTAKE_KERNELS_CPU_SIMD_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/element.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using DF = hn::ScalableTag<float>;
using VF = hn::Vec<DF>;
using DU = hn::ScalableTag<std::uint32_t>;
using VU = hn::Vec<DU>;

// Calls body(d, i) for the pieces of [0, n) that start at i: full vectors first, the rest in
// vectors of at most four lanes and of one.
template <class D, class Body>
HWY_INLINE void for_vectors(D d, std::size_t n, const Body& body) {
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) body(d, i);
  const hn::CappedTag<hn::TFromD<D>, 4> four;
  for (; i + hn::Lanes(four) <= n; i += hn::Lanes(four)) body(four, i);
  const hn::CappedTag<hn::TFromD<D>, 1> one;
  for (; i < n; ++i) body(one, i);
}

// --- Elements as f32 -----------------------------------------------------------------------------

template <class D>
HWY_INLINE hn::Vec<D> load_f32(D d, const float* from) {
  return hn::LoadU(d, from);
}
template <class D>
HWY_INLINE hn::Vec<D> load_f32(D d, const Bf16* from) {
  const hn::Rebind<std::uint16_t, D> d16;
  const hn::Rebind<std::uint32_t, D> d32;
  const auto bits = hn::LoadU(d16, reinterpret_cast<const std::uint16_t*>(from));
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, bits)));
}
template <class D>
HWY_INLINE hn::Vec<D> load_f32(D d, const F16* from) {
  const hn::Rebind<hwy::float16_t, D> d16;
  return hn::PromoteTo(d, hn::LoadU(d16, reinterpret_cast<const hwy::float16_t*>(from)));
}
template <class D>
HWY_INLINE hn::Vec<D> load_f32(D d, const std::int8_t* from) {
  const hn::Rebind<std::int8_t, D> d8;
  const hn::Rebind<std::int32_t, D> d32;
  return hn::ConvertTo(d, hn::PromoteTo(d32, hn::LoadU(d8, from)));
}

// The bits of the nearest bf16, ties to even, in the low halves. NaN stays NaN.
template <class D, class V>
HWY_INLINE hn::Vec<hn::Rebind<std::int32_t, D>> round_to_bf16(D, V v) {
  const hn::Rebind<std::uint32_t, D> du;
  const hn::Rebind<std::int32_t, D> di;
  const auto bits = hn::BitCast(du, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1U));
  const auto rounded = hn::Add(bits, hn::Add(odd, hn::Set(du, 0x7FFFU)));
  const auto quiet_nan = hn::Or(bits, hn::Set(du, 0x400000U));
  const auto is_nan = hn::RebindMask(du, hn::Ne(v, v));
  return hn::BitCast(di, hn::ShiftRight<16>(hn::IfThenElse(is_nan, quiet_nan, rounded)));
}

template <class D>
HWY_INLINE void store_f32(D d, hn::Vec<D> v, float* to) {
  hn::StoreU(v, d, to);
}
template <class D>
HWY_INLINE void store_f32(D d, hn::Vec<D> v, Bf16* to) {
  const hn::Rebind<std::uint16_t, D> d16;
  hn::StoreU(hn::DemoteTo(d16, round_to_bf16(d, v)), d16, reinterpret_cast<std::uint16_t*>(to));
}
#if HWY_TARGET == HWY_SSE4
// Without F16C Highway truncates; this rounds to nearest even.
template <class D>
HWY_INLINE void store_f32(D d, hn::Vec<D> v, F16* to) {
  const hn::Rebind<std::uint32_t, D> du;
  const hn::Rebind<std::int32_t, D> di;
  const hn::Rebind<std::uint16_t, D> d16;
  const auto size = hn::BitCast(du, hn::Abs(v));
  const auto sign = hn::ShiftRight<16>(hn::Xor(hn::BitCast(du, v), size));
  // The exponent is re-biased from 127 to 15; half a last digit is added, less 1 if the digit is
  // even.
  const auto odd = hn::And(hn::ShiftRight<13>(size), hn::Set(du, 1U));
  const auto normal = hn::ShiftRight<13>(hn::Add(size, hn::Add(odd, hn::Set(du, 0xC8000FFFU))));
  // Adding 0.5 shifts the digits of a subnormal to where they belong, and rounds.
  const auto half = hn::Set(d, 0.5F);
  const auto tiny = hn::Sub(hn::BitCast(du, hn::Add(hn::Abs(v), half)), hn::BitCast(du, half));
  const auto infinite =
      hn::IfThenElse(hn::RebindMask(du, hn::Ne(v, v)), hn::Set(du, 0x7E00U), hn::Set(du, 0x7C00U));
  const auto signed_size = hn::BitCast(di, size);
  const auto is_tiny = hn::RebindMask(du, hn::Lt(signed_size, hn::Set(di, 0x38800000)));
  const auto is_huge = hn::RebindMask(du, hn::Gt(signed_size, hn::Set(di, 0x477FEFFF)));
  const auto bits = hn::IfThenElse(is_tiny, tiny, hn::IfThenElse(is_huge, infinite, normal));
  hn::StoreU(hn::DemoteTo(d16, hn::BitCast(di, hn::Or(bits, sign))), d16,
             reinterpret_cast<std::uint16_t*>(to));
}
#else
template <class D>
HWY_INLINE void store_f32(D, hn::Vec<D> v, F16* to) {
  const hn::Rebind<hwy::float16_t, D> d16;
  hn::StoreU(hn::DemoteTo(d16, v), d16, reinterpret_cast<hwy::float16_t*>(to));
}
#endif

// --- Transposition -------------------------------------------------------------------------------

// Words 0 to 3 of rows 0, 4, 8...: block b of the vector is the four words of row 4b.
template <class D>
HWY_INLINE auto load_blocks(D d, const std::uint32_t* from, std::int64_t stride) {
  if constexpr (hn::MaxLanes(D()) == 4) {
    return hn::LoadU(d, from);
  } else {
    const hn::Half<D> half;
    constexpr auto kRows = static_cast<std::int64_t>(hn::MaxLanes(D())) / 2;
    return hn::Combine(d, load_blocks(half, from + kRows * stride, stride),
                       load_blocks(half, from, stride));
  }
}

// to[word][row] = from[row][word] for as many rows as a vector has lanes; `words` is a multiple of 4.
HWY_INLINE void transpose_words(const std::uint32_t* from, std::int64_t from_stride,
                                std::int64_t words, std::uint32_t* to, std::int64_t to_stride) {
  const DU du;
  const hn::Repartition<std::uint64_t, DU> du64;
  for (std::int64_t w = 0; w < words; w += 4, to += 4 * to_stride) {
    const VU r0 = load_blocks(du, from + w, from_stride);
    const VU r1 = load_blocks(du, from + w + from_stride, from_stride);
    const VU r2 = load_blocks(du, from + w + 2 * from_stride, from_stride);
    const VU r3 = load_blocks(du, from + w + 3 * from_stride, from_stride);
    const auto a = hn::BitCast(du64, hn::InterleaveLower(du, r0, r1));
    const auto b = hn::BitCast(du64, hn::InterleaveUpper(du, r0, r1));
    const auto c = hn::BitCast(du64, hn::InterleaveLower(du, r2, r3));
    const auto e = hn::BitCast(du64, hn::InterleaveUpper(du, r2, r3));
    hn::StoreU(hn::BitCast(du, hn::InterleaveLower(du64, a, c)), du, to);
    hn::StoreU(hn::BitCast(du, hn::InterleaveUpper(du64, a, c)), du, to + to_stride);
    hn::StoreU(hn::BitCast(du, hn::InterleaveLower(du64, b, e)), du, to + 2 * to_stride);
    hn::StoreU(hn::BitCast(du, hn::InterleaveUpper(du64, b, e)), du, to + 3 * to_stride);
  }
}

// --- Functions -----------------------------------------------------------------------------------

// 2^n * p for integral n in [-126, 127], given as n + kRoundMagic: adds n to the exponent.
template <class D, class V>
HWY_INLINE V scale_by_exponent(D d, V p, V shifted_n) {
  const hn::Rebind<std::int32_t, D> di;
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), hn::ShiftLeft<23>(hn::BitCast(di, shifted_n))));
}
// Adding it to a small float leaves that float's nearest integer in the low mantissa bits.
inline constexpr float kRoundMagic = 12582912.0F;  // 1.5 * 2^23

// 2^f for f in [-0.5, 0.5], relative error 2e-7 (the polynomial of Cephes' exp2f).
template <class D, class V>
HWY_INLINE V exp2_fraction(D d, V f) {
  V p = hn::Set(d, 1.535336188319500E-4F);
  p = hn::MulAdd(p, f, hn::Set(d, 1.339887440266574E-3F));
  p = hn::MulAdd(p, f, hn::Set(d, 9.618437357674640E-3F));
  p = hn::MulAdd(p, f, hn::Set(d, 5.550332471162809E-2F));
  p = hn::MulAdd(p, f, hn::Set(d, 2.402264791363012E-1F));
  p = hn::MulAdd(p, f, hn::Set(d, 6.931472028550421E-1F));
  return hn::MulAdd(p, f, hn::Set(d, 1.0F));
}

// 2^x for x <= 127; at least 2^-126, so that the smallest results are not quite zero.
template <class D, class V>
HWY_INLINE V exp2(D d, V x) {
  x = hn::Max(x, hn::Set(d, -126.0F));
  const V magic = hn::Set(d, kRoundMagic);
  const V shifted = hn::Add(x, magic);
  const V f = hn::Sub(x, hn::Sub(shifted, magic));
  return scale_by_exponent(d, exp2_fraction(d, f), shifted);
}

// e^x, x clamped to [-87, 88]. x * log2(e) is formed in two parts to keep large x precise.
template <class D, class V>
HWY_INLINE V exp(D d, V x) {
  x = hn::Min(hn::Max(x, hn::Set(d, -87.0F)), hn::Set(d, 88.0F));
  const V magic = hn::Set(d, kRoundMagic);
  const V shifted = hn::MulAdd(x, hn::Set(d, 1.44269504F), magic);
  const V n = hn::Sub(shifted, magic);
  // r = x - n ln 2, the logarithm split so that the first product is exact.
  V r = hn::NegMulAdd(n, hn::Set(d, 0.693359375F), x);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4F), r);
  return scale_by_exponent(d, exp2_fraction(d, hn::Mul(r, hn::Set(d, 1.44269504F))), shifted);
}

template <class D, class V>
HWY_INLINE V sigmoid(D d, V x) {
  const V one = hn::Set(d, 1.0F);
  return hn::Div(one, hn::Add(one, exp(d, hn::Neg(x))));
}

// erf(x), absolute error 2e-7: 1 - poly(1/(1 + px)) e^(-x^2) (Abramowitz and Stegun, 7.1.26).
template <class D, class V>
HWY_INLINE V erf(D d, V x) {
  const V one = hn::Set(d, 1.0F);
  const V a = hn::Abs(x);
  const V t = hn::Div(one, hn::MulAdd(a, hn::Set(d, 0.3275911F), one));
  V p = hn::Set(d, 1.061405429F);
  p = hn::MulAdd(p, t, hn::Set(d, -1.453152027F));
  p = hn::MulAdd(p, t, hn::Set(d, 1.421413741F));
  p = hn::MulAdd(p, t, hn::Set(d, -0.284496736F));
  p = hn::MulAdd(p, t, hn::Set(d, 0.254829592F));
  const V tail = hn::Mul(hn::Mul(p, t), exp(d, hn::Neg(hn::Mul(a, a))));
  return hn::CopySignToAbs(hn::Sub(one, tail), x);
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // LONGTAKE_KERNELS_CPU_SIMD_INL_H_
