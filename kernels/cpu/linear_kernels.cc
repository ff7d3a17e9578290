#include "kernels/cpu/linear_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/cpu/matmul.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/linear_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

// --- The end of a tile ---------------------------------------------------------------------------

template <class D, class V>
HWY_INLINE V activate(D d, V x, Activation activation) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::gelu: {
      const V half = hn::Mul(x, hn::Set(d, 0.5F));
      return hn::MulAdd(half, erf(d, hn::Mul(x, hn::Set(d, 0.70710678F))), half);
    }
    case Activation::gelu_tanh: {  // (1 + tanh(u)) / 2 = sigmoid(2u)
      const V cubic = hn::MulAdd(hn::Mul(x, x), hn::Set(d, 0.044715F), hn::Set(d, 1.0F));
      return hn::Mul(x, sigmoid(d, hn::Mul(hn::Mul(x, hn::Set(d, 1.5957691216F)), cubic)));
    }
    case Activation::quick_gelu:
      return hn::Mul(x, sigmoid(d, hn::Mul(x, hn::Set(d, 1.702F))));
    case Activation::silu:
      return hn::Mul(x, sigmoid(d, x));
  }
  return x;
}

template <class D>
HWY_INLINE hn::Vec<D> load_sum(D d, const float* sums, const TileEnd&, std::int64_t, std::int64_t) {
  return hn::LoadU(d, sums);
}
// Codes stand around 128, so 128 times the column's sum is taken off.
template <class D>
HWY_INLINE hn::Vec<D> load_sum(D d, const std::int32_t* sums, const TileEnd& end, std::int64_t row,
                               std::int64_t column) {
  const hn::Rebind<std::int32_t, D> di;
  const auto offset = hn::ShiftLeft<7>(hn::LoadU(di, end.code_sum + column));
  const auto value = hn::ConvertTo(d, hn::Sub(hn::LoadU(di, sums), offset));
  return hn::Mul(value, hn::Set(d, end.row_scale[row]));
}

template <Activation kActivation, typename Sum>
void end_row(const Sum* sums, std::int64_t row, std::int64_t column, std::int64_t columns,
             const TileEnd& end) {
  float* y = end.y + row * end.y_stride + column;
  const float* residual =
      end.residual == nullptr ? nullptr : end.residual + row * end.residual_stride + column;
  for_vectors(DF(), static_cast<std::size_t>(columns), [&](auto d, std::size_t i) HWY_ATTR {
    const auto at = column + static_cast<std::int64_t>(i);
    auto v = load_sum(d, sums + i, end, row, at);
    const auto bias = hn::LoadU(d, end.bias + at);
    v = end.column_scale == nullptr ? hn::Add(v, bias)
                                    : hn::MulAdd(v, hn::LoadU(d, end.column_scale + at), bias);
    v = activate(d, v, kActivation);
    if (residual != nullptr) v = hn::Add(v, hn::LoadU(d, residual + i));
    hn::StoreU(v, d, y + i);
  });
}

template <typename Sum>
void end_rows(const Sum* sums, std::int64_t stride, std::int64_t row, std::int64_t rows,
              std::int64_t column, std::int64_t columns, const TileEnd& end) {
  for (std::int64_t r = 0; r < rows; ++r, sums += stride) {
    switch (end.activation) {
      case Activation::none:
        end_row<Activation::none>(sums, row + r, column, columns, end);
        break;
      case Activation::gelu:
        end_row<Activation::gelu>(sums, row + r, column, columns, end);
        break;
      case Activation::gelu_tanh:
        end_row<Activation::gelu_tanh>(sums, row + r, column, columns, end);
        break;
      case Activation::quick_gelu:
        end_row<Activation::quick_gelu>(sums, row + r, column, columns, end);
        break;
      case Activation::silu:
        end_row<Activation::silu>(sums, row + r, column, columns, end);
        break;
    }
  }
}

void end_tile_f32(const float* sums, std::int64_t stride, std::int64_t row, std::int64_t rows,
                  std::int64_t column, std::int64_t columns, const TileEnd& end) {
  end_rows(sums, stride, row, rows, column, columns, end);
}
void end_tile_i32(const std::int32_t* sums, std::int64_t stride, std::int64_t row,
                  std::int64_t rows, std::int64_t column, std::int64_t columns,
                  const TileEnd& end) {
  end_rows(sums, stride, row, rows, column, columns, end);
}

// --- Few rows, packed weights: one block of 64 outputs -------------------------------------------

// Packed weights exist only where the CPU has AVX-512 (see CpuLinear::make).
#if HWY_TARGET <= HWY_AVX3

constexpr std::size_t kVectors = kPackedColumns / 16;

// sums[row][64] = x[kRows][k] * block. The loops over rows and vectors are unrolled, so that the
// accumulators are registers.
template <std::size_t kRows>
void block_product(const float* x, std::int64_t stride, const float* w, std::int64_t k,
                   float* sums) {
  const DF d;
  VF acc[kRows][kVectors];
  for (auto& row : acc) {
    for (VF& v : row) v = hn::Zero(d);
  }
  for (std::int64_t i = 0; i < k; ++i, w += kPackedColumns) {
    VF weights[kVectors];
    HWY_UNROLL(4)
    for (std::size_t j = 0; j < kVectors; ++j) weights[j] = hn::Load(d, w + j * 16);
    HWY_UNROLL(4)
    for (std::size_t r = 0; r < kRows; ++r) {
      const VF input = hn::Set(d, x[static_cast<std::int64_t>(r) * stride + i]);
      HWY_UNROLL(4)
      for (std::size_t j = 0; j < kVectors; ++j)
        acc[r][j] = hn::MulAdd(weights[j], input, acc[r][j]);
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t j = 0; j < kVectors; ++j) {
      hn::StoreU(acc[r][j], d, sums + r * kPackedColumns + j * 16);
    }
  }
}

// The activations stay f32: the product waits for the weights anyway.
template <std::size_t kRows>
void block_product(const float* x, std::int64_t stride, const Bf16* w, std::int64_t k,
                   float* sums) {
  const DF d;
  const hn::ScalableTag<std::uint32_t> du;
  const auto high_half = hn::Set(du, 0xFFFF0000U);
  VF acc[kRows][kVectors];
  for (auto& row : acc) {
    for (VF& v : row) v = hn::Zero(d);
  }
  for (std::int64_t i = 0; i < k; i += 2, w += 2 * kPackedColumns) {
    VF low[kVectors], high[kVectors];
    HWY_UNROLL(4)
    for (std::size_t j = 0; j < kVectors; ++j) {
      const auto pair = hn::Load(du, reinterpret_cast<const std::uint32_t*>(w) + j * 16);
      low[j] = hn::BitCast(d, hn::ShiftLeft<16>(pair));
      high[j] = hn::BitCast(d, hn::And(pair, high_half));
    }
    HWY_UNROLL(4)
    for (std::size_t r = 0; r < kRows; ++r) {
      const float* at = x + static_cast<std::int64_t>(r) * stride + i;
      const VF even = hn::Set(d, at[0]);
      const VF odd = hn::Set(d, at[1]);
      HWY_UNROLL(4)
      for (std::size_t j = 0; j < kVectors; ++j) acc[r][j] = hn::MulAdd(low[j], even, acc[r][j]);
      HWY_UNROLL(4)
      for (std::size_t j = 0; j < kVectors; ++j) acc[r][j] = hn::MulAdd(high[j], odd, acc[r][j]);
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t j = 0; j < kVectors; ++j) {
      hn::StoreU(acc[r][j], d, sums + r * kPackedColumns + j * 16);
    }
  }
}

// sum += four neighbouring products u8 * s8; Highway 1.0 has no name for this instruction.
using VI = hn::Vec<hn::ScalableTag<std::int32_t>>;
HWY_INLINE VI add_fours(VI sum, VI codes, VI weights) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(codes.raw), "v"(weights.raw));
  return sum;
}

template <std::size_t kRows>
void block_product(const std::uint8_t* x, std::int64_t stride, const std::int8_t* w, std::int64_t k,
                   std::int32_t* sums) {
  const hn::ScalableTag<std::int32_t> di;
  VI acc[kRows][kVectors];
  for (auto& row : acc) {
    for (auto& v : row) v = hn::Zero(di);
  }
  for (std::int64_t i = 0; i < k; i += 4, w += 4 * kPackedColumns) {
    VI weights[kVectors];
    HWY_UNROLL(4)
    for (std::size_t j = 0; j < kVectors; ++j) {
      weights[j] = hn::Load(di, reinterpret_cast<const std::int32_t*>(w) + j * 16);
    }
    HWY_UNROLL(4)
    for (std::size_t r = 0; r < kRows; ++r) {
      std::int32_t four;
      std::memcpy(&four, x + static_cast<std::int64_t>(r) * stride + i, 4);
      const auto codes = hn::Set(di, four);
      HWY_UNROLL(4)
      for (std::size_t j = 0; j < kVectors; ++j)
        acc[r][j] = add_fours(acc[r][j], codes, weights[j]);
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t j = 0; j < kVectors; ++j) {
      hn::StoreU(acc[r][j], di, sums + r * kPackedColumns + j * 16);
    }
  }
}

// One to four rows.
template <typename X, typename W, typename Sum>
void few_rows_product(const X* x, std::int64_t stride, std::int64_t rows, const W* w,
                      std::int64_t k, Sum* sums) {
  switch (rows) {
    case 1:
      return block_product<1>(x, stride, w, k, sums);
    case 2:
      return block_product<2>(x, stride, w, k, sums);
    case 3:
      return block_product<3>(x, stride, w, k, sums);
    default:
      return block_product<4>(x, stride, w, k, sums);
  }
}

void packed_block_f32(const float* x, std::int64_t stride, std::int64_t rows, const float* w,
                      std::int64_t k, float* sums) {
  few_rows_product(x, stride, rows, w, k, sums);
}
void packed_block_bf16(const float* x, std::int64_t stride, std::int64_t rows, const Bf16* w,
                       std::int64_t k, float* sums) {
  few_rows_product(x, stride, rows, w, k, sums);
}
void packed_block_i8(const std::uint8_t* x, std::int64_t stride, std::int64_t rows,
                     const std::int8_t* w, std::int64_t k, std::int32_t* sums) {
  few_rows_product(x, stride, rows, w, k, sums);
}

#else

void packed_block_f32(const float*, std::int64_t, std::int64_t, const float*, std::int64_t,
                      float*) {
  HWY_ABORT("packed weights need AVX-512");
}
void packed_block_bf16(const float*, std::int64_t, std::int64_t, const Bf16*, std::int64_t,
                       float*) {
  HWY_ABORT("packed weights need AVX-512");
}
void packed_block_i8(const std::uint8_t*, std::int64_t, std::int64_t, const std::int8_t*,
                     std::int64_t, std::int32_t*) {
  HWY_ABORT("packed weights need AVX-512");
}

#endif

// --- Plain weights [outputs, inputs] -------------------------------------------------------------

// sums[row][output] for `outputs` rows of w.
template <typename W>
void plain_sums(const float* x, std::int64_t stride, std::int64_t rows, const W* w,
                std::int64_t outputs, std::int64_t k, float* sums) {
  const DF d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t o = 0; o < outputs; ++o, w += k) {
    for (std::int64_t r = 0; r < rows; ++r) {
      const float* xr = x + r * stride;
      VF acc[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
      std::int64_t i = 0;
      for (; i + 4 * lanes <= k; i += 4 * lanes) {
        for (std::int64_t j = 0; j < 4; ++j) {
          const std::int64_t at = i + j * lanes;
          acc[j] = hn::MulAdd(load_f32(d, w + at), hn::LoadU(d, xr + at), acc[j]);
        }
      }
      for (; i + lanes <= k; i += lanes) {
        acc[0] = hn::MulAdd(load_f32(d, w + i), hn::LoadU(d, xr + i), acc[0]);
      }
      const VF all = hn::Add(hn::Add(acc[0], acc[1]), hn::Add(acc[2], acc[3]));
      float sum = hn::GetLane(hn::SumOfLanes(d, all));
      const hn::CappedTag<float, 1> one;
      for (; i < k; ++i) sum += hn::GetLane(load_f32(one, w + i)) * xr[i];
      sums[r * kPackedColumns + o] = sum;
    }
  }
}

void plain_block(const float* x, std::int64_t stride, std::int64_t rows, const void* w,
                 WeightFormat format, std::int64_t outputs, std::int64_t k, float* sums) {
  switch (format) {
    case WeightFormat::f32:
      return plain_sums(x, stride, rows, static_cast<const float*>(w), outputs, k, sums);
    case WeightFormat::bf16:
      return plain_sums(x, stride, rows, static_cast<const Bf16*>(w), outputs, k, sums);
    default:
      return plain_sums(x, stride, rows, static_cast<const std::int8_t*>(w), outputs, k, sums);
  }
}

void widen_i8(const std::int8_t* from, float* to, std::size_t n) {
  for_vectors(DF(), n, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(load_f32(d, from + i), d, to + i);
  });
}

// from: [64][words]; to: [words][64].
void transpose_block_of_words(const std::uint32_t* from, std::int64_t words, std::uint32_t* to) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(DU()));
  for (std::int64_t r = 0; r < kPackedColumns; r += lanes) {
    transpose_words(from + r * words, words, words, to + r, kPackedColumns);
  }
}

// --- Rows to u8 codes ----------------------------------------------------------------------------

// codes = rint(x / scale) + 128 with scale = max|x| / 127; returns the scale.
float quantise_row_to_codes(const float* x, std::size_t n, std::uint8_t* codes) {
  const DF d;
  const std::size_t lanes = hn::Lanes(d);
  VF max = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) max = hn::Max(max, hn::Abs(hn::LoadU(d, x + i)));
  float largest = hn::GetLane(hn::MaxOfLanes(d, max));
  for (; i < n; ++i) largest = std::max(largest, std::fabs(x[i]));
  const float scale = largest / 127.0F;
  const float inverse = largest > 0.0F ? 127.0F / largest : 0.0F;
  for_vectors(d, n, [&](auto dv, std::size_t at) HWY_ATTR {
    const hn::Rebind<std::uint8_t, decltype(dv)> d8;
    const auto code = hn::MulAdd(hn::LoadU(dv, x + at), hn::Set(dv, inverse), hn::Set(dv, 128.0F));
    hn::StoreU(hn::DemoteTo(d8, hn::NearestInt(code)), d8, codes + at);
  });
  return scale;
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(end_tile_f32);
HWY_EXPORT(end_tile_i32);
HWY_EXPORT(packed_block_bf16);
HWY_EXPORT(packed_block_f32);
HWY_EXPORT(packed_block_i8);
HWY_EXPORT(plain_block);
HWY_EXPORT(quantise_row_to_codes);
HWY_EXPORT(transpose_block_of_words);
HWY_EXPORT(widen_i8);

}  // namespace

void end_tile(const float* sums, std::int64_t stride, std::int64_t row, std::int64_t rows,
              std::int64_t column, std::int64_t columns, const TileEnd& end) {
  HWY_DYNAMIC_DISPATCH(end_tile_f32)(sums, stride, row, rows, column, columns, end);
}

void end_tile(const std::int32_t* sums, std::int64_t stride, std::int64_t row, std::int64_t rows,
              std::int64_t column, std::int64_t columns, const TileEnd& end) {
  HWY_DYNAMIC_DISPATCH(end_tile_i32)(sums, stride, row, rows, column, columns, end);
}

void packed_product(const float* x, std::int64_t stride, std::int64_t rows, const float* w,
                    std::int64_t k, float* sums) {
  HWY_DYNAMIC_DISPATCH(packed_block_f32)(x, stride, rows, w, k, sums);
}

void packed_product(const float* x, std::int64_t stride, std::int64_t rows, const Bf16* w,
                    std::int64_t k, float* sums) {
  HWY_DYNAMIC_DISPATCH(packed_block_bf16)(x, stride, rows, w, k, sums);
}

void packed_product(const std::uint8_t* x, std::int64_t stride, std::int64_t rows,
                    const std::int8_t* w, std::int64_t k, std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(packed_block_i8)(x, stride, rows, w, k, sums);
}

void plain_product(const float* x, std::int64_t stride, std::int64_t rows, const void* w,
                   WeightFormat format, std::int64_t outputs, std::int64_t k, float* sums) {
  HWY_DYNAMIC_DISPATCH(plain_block)(x, stride, rows, w, format, outputs, k, sums);
}

float quantise_row(const float* x, std::int64_t n, std::uint8_t* codes) {
  return HWY_DYNAMIC_DISPATCH(quantise_row_to_codes)(x, static_cast<std::size_t>(n), codes);
}

void widen(const std::int8_t* from, float* to, std::int64_t n) {
  HWY_DYNAMIC_DISPATCH(widen_i8)(from, to, static_cast<std::size_t>(n));
}

void transpose_block(const std::uint32_t* from, std::int64_t words, std::uint32_t* to) {
  HWY_DYNAMIC_DISPATCH(transpose_block_of_words)(from, words, to);
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
