#include "kernels/cpu/four_bits.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/cpu/matmul.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/four_bits.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

// Half a group: the low or the high halves of its 16 bytes.
constexpr std::int64_t kHalf = kFourBitGroup / 2;
// A half group is a whole number of vectors on every target.
using DG = hn::CappedTag<float, 16>;
using VG = hn::Vec<DG>;
constexpr auto kLanes = static_cast<std::int64_t>(hn::MaxLanes(DG()));
constexpr std::int64_t kVectors = kHalf / kLanes;

// The codes of inputs i.. and i + 16.. of a group, for as many as a vector has lanes.
struct Codes {
  VG first, second;
};
HWY_INLINE Codes load_codes(const std::uint8_t* group, std::int64_t i) {
  const DG d;
  const hn::Rebind<std::uint8_t, DG> d8;
  const hn::Rebind<std::int32_t, DG> di;
  const auto bytes = hn::PromoteTo(di, hn::LoadU(d8, group + i));
  return {hn::ConvertTo(d, hn::And(bytes, hn::Set(di, 15))),
          hn::ConvertTo(d, hn::ShiftRight<4>(bytes))};
}

HWY_INLINE VG step_of(const std::uint32_t* word) {
  const hn::Rebind<std::uint32_t, DG> du;
  return hn::BitCast(DG(), hn::And(hn::Set(du, *word), hn::Set(du, 0xFFFF0000U)));
}

// --- Packing -------------------------------------------------------------------------------------

HWY_INLINE std::uint16_t to_bf16(float x) {
  const hn::CappedTag<float, 1> one;
  return static_cast<std::uint16_t>(hn::GetLane(round_to_bf16(one, hn::Set(one, x))));
}
HWY_INLINE float from_bf16(std::uint16_t bits) {
  const hn::CappedTag<float, 1> one;
  const Bf16 stored{bits};
  return hn::GetLane(load_f32(one, &stored));
}

void pack_group(const float* x, std::uint8_t* codes, std::uint32_t* word) {
  const DG d;
  VG least = hn::LoadU(d, x), most = least;
  for (std::int64_t i = kLanes; i < kFourBitGroup; i += kLanes) {
    least = hn::Min(least, hn::LoadU(d, x + i));
    most = hn::Max(most, hn::LoadU(d, x + i));
  }
  const std::uint16_t low = to_bf16(hn::GetLane(hn::MinOfLanes(d, least)));
  const float base = from_bf16(low);
  const std::uint16_t step =
      to_bf16((hn::GetLane(hn::MaxOfLanes(d, most)) - base) / kFourBitLargest);
  const float inverse = 1.0F / from_bf16(step);
  *word = four_bit_word(step, low);

  const hn::Rebind<std::uint8_t, DG> d8;
  const auto codes_at = [&](std::int64_t i) HWY_ATTR {
    const VG scaled = hn::Mul(hn::Sub(hn::LoadU(d, x + i), hn::Set(d, base)),
                              hn::Set(d, std::isfinite(inverse) ? inverse : 0.0F));
    return hn::NearestInt(hn::Min(hn::Max(scaled, hn::Zero(d)), hn::Set(d, kFourBitLargest)));
  };
  for (std::int64_t i = 0; i < kHalf; i += kLanes) {
    const auto both = hn::Or(codes_at(i), hn::ShiftLeft<4>(codes_at(i + kHalf)));
    hn::StoreU(hn::DemoteTo(d8, both), d8, codes + i);
  }
}

void pack_row(const float* x, std::int64_t n, std::uint8_t* codes, std::uint32_t* words) {
  std::int64_t i = 0;
  for (; i + kFourBitGroup <= n; i += kFourBitGroup) {
    pack_group(x + i, codes, words);
    codes += kFourBitGroupBytes;
    ++words;
  }
  if (i == n) return;
  float last[kFourBitGroup];
  std::fill(std::copy(x + i, x + n, last), last + kFourBitGroup, x[n - 1]);
  pack_group(last, codes, words);
}

// --- Widening ------------------------------------------------------------------------------------

template <typename T>
HWY_INLINE void widen_group(const std::uint8_t* codes, const std::uint32_t* word, T* to) {
  const DG d;
  const VG step = step_of(word);
  const VG low = hn::Set(d, from_bf16(static_cast<std::uint16_t>(*word)));
  for (std::int64_t i = 0; i < kHalf; i += kLanes) {
    const Codes at = load_codes(codes, i);
    store_f32(d, hn::MulAdd(at.first, step, low), to + i);
    store_f32(d, hn::MulAdd(at.second, step, low), to + i + kHalf);
  }
}

template <typename T>
HWY_INLINE void widen_row(const std::uint8_t* codes, const std::uint32_t* words, std::int64_t n,
                          T* to) {
  std::int64_t i = 0;
  for (; i + kFourBitGroup <= n; i += kFourBitGroup, codes += kFourBitGroupBytes, ++words) {
    widen_group(codes, words, to + i);
  }
  if (i == n) return;
  T last[kFourBitGroup];
  widen_group(codes, words, last);
  std::copy(last, last + (n - i), to + i);
}
void widen_row_f32(const std::uint8_t* codes, const std::uint32_t* words, std::int64_t n,
                   float* to) {
  widen_row(codes, words, n, to);
}
void widen_row_bf16(const std::uint8_t* codes, const std::uint32_t* words, std::int64_t n,
                    Bf16* to) {
  widen_row(codes, words, n, to);
}

// --- Few rows ------------------------------------------------------------------------------------

void sum_all_groups(const float* x, std::int64_t groups, float* sums) {
  const DG d;
  for (std::int64_t g = 0; g < groups; ++g, x += kFourBitGroup) {
    VG sum = hn::LoadU(d, x);
    for (std::int64_t i = kLanes; i < kFourBitGroup; i += kLanes) {
      sum = hn::Add(sum, hn::LoadU(d, x + i));
    }
    sums[g] = hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

// The sum over groups of low * (sum of x in the group).
HWY_INLINE float low_product(const std::uint32_t* words, const float* x_sums, std::int64_t groups) {
  const DF d;
  VF all = hn::Zero(d);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto lows = [](auto dv, const std::uint32_t* from) HWY_ATTR {
    const hn::Rebind<std::uint32_t, decltype(dv)> du;
    return hn::BitCast(dv, hn::ShiftLeft<16>(hn::LoadU(du, from)));
  };
  std::int64_t g = 0;
  for (; g + lanes <= groups; g += lanes) {
    all = hn::MulAdd(lows(d, words + g), hn::LoadU(d, x_sums + g), all);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, all));
  const hn::CappedTag<float, 1> one;
  for (; g < groups; ++g) sum += hn::GetLane(lows(one, words + g)) * x_sums[g];
  return sum;
}

// kOutputs neighbouring outputs at once, so that their sums do not wait for each other: the codes' sum of a
// group, times its step, is added up; what the groups' lows add is computed apart.
template <std::int64_t kRows, std::int64_t kOutputs>
HWY_INLINE void some_outputs(const FourBitInput& x, const std::uint8_t* codes,
                             const std::uint32_t* words, std::int64_t groups, float* sums) {
  const DG d;
  VG acc[kOutputs][kRows];
  for (auto& output : acc) {
    for (VG& v : output) v = hn::Zero(d);
  }
  for (std::int64_t g = 0; g < groups; ++g) {
    for (std::int64_t o = 0; o < kOutputs; ++o) {
      const std::uint8_t* group = codes + (o * groups + g) * kFourBitGroupBytes;
      VG of_group[kRows];
      for (std::int64_t v = 0; v < kVectors; ++v) {
        const Codes at = load_codes(group, v * kLanes);
        for (std::int64_t r = 0; r < kRows; ++r) {
          const float* xr = x.x + r * x.stride + g * kFourBitGroup + v * kLanes;
          of_group[r] = v == 0 ? hn::Mul(at.first, hn::LoadU(d, xr))
                               : hn::MulAdd(at.first, hn::LoadU(d, xr), of_group[r]);
          of_group[r] = hn::MulAdd(at.second, hn::LoadU(d, xr + kHalf), of_group[r]);
        }
      }
      const VG step = step_of(words + o * groups + g);
      for (std::int64_t r = 0; r < kRows; ++r) {
        acc[o][r] = hn::MulAdd(of_group[r], step, acc[o][r]);
      }
    }
  }
  for (std::int64_t o = 0; o < kOutputs; ++o) {
    for (std::int64_t r = 0; r < kRows; ++r) {
      sums[r * kPackedColumns + o] = hn::GetLane(hn::SumOfLanes(d, acc[o][r])) +
                                     low_product(words + o * groups, x.sums + r * groups, groups);
    }
  }
}

template <std::int64_t kRows>
void rows_product(const FourBitInput& x, const std::uint8_t* codes, const std::uint32_t* words,
                  std::int64_t groups, std::int64_t outputs, float* sums) {
  constexpr std::int64_t kOutputs = kRows == 1 ? 4 : 2;
  std::int64_t o = 0;
  for (; o + kOutputs <= outputs; o += kOutputs) {
    some_outputs<kRows, kOutputs>(x, codes + o * groups * kFourBitGroupBytes, words + o * groups,
                                  groups, sums + o);
  }
  for (; o < outputs; ++o) {
    some_outputs<kRows, 1>(x, codes + o * groups * kFourBitGroupBytes, words + o * groups, groups,
                           sums + o);
  }
}

void few_rows_product(const FourBitInput& x, const std::uint8_t* codes, const std::uint32_t* words,
                      std::int64_t groups, std::int64_t outputs, float* sums) {
  switch (x.rows) {
    case 1:
      return rows_product<1>(x, codes, words, groups, outputs, sums);
    case 2:
      return rows_product<2>(x, codes, words, groups, outputs, sums);
    case 3:
      return rows_product<3>(x, codes, words, groups, outputs, sums);
    default:
      return rows_product<4>(x, codes, words, groups, outputs, sums);
  }
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(few_rows_product);
HWY_EXPORT(pack_row);
HWY_EXPORT(sum_all_groups);
HWY_EXPORT(widen_row_bf16);
HWY_EXPORT(widen_row_f32);

}  // namespace

void pack_four_bits(const float* x, std::int64_t n, std::uint8_t* codes, std::uint32_t* words) {
  HWY_DYNAMIC_DISPATCH(pack_row)(x, n, codes, words);
}

void widen_four_bits(const std::uint8_t* codes, const std::uint32_t* words, std::int64_t n,
                     float* to) {
  HWY_DYNAMIC_DISPATCH(widen_row_f32)(codes, words, n, to);
}

void widen_four_bits(const std::uint8_t* codes, const std::uint32_t* words, std::int64_t n,
                     Bf16* to) {
  HWY_DYNAMIC_DISPATCH(widen_row_bf16)(codes, words, n, to);
}

void sum_groups(const float* x, std::int64_t groups, float* sums) {
  HWY_DYNAMIC_DISPATCH(sum_all_groups)(x, groups, sums);
}

void four_bit_product(const FourBitInput& x, const std::uint8_t* codes, const std::uint32_t* words,
                      std::int64_t groups, std::int64_t outputs, float* sums) {
  HWY_DYNAMIC_DISPATCH(few_rows_product)(x, codes, words, groups, outputs, sums);
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
