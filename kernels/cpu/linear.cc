#include "kernels/cpu/linear.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "kernels/cpu/convert.h"
#include "kernels/cpu/element.h"
#include "kernels/error.h"

#ifndef LONGTAKE_KERNELS_CPU_LINEAR_TILE_
#define LONGTAKE_KERNELS_CPU_LINEAR_TILE_
namespace longtake::kernels::cpu {

// How a tile of sums becomes outputs: y = activation(sum * scale + bias) + residual. Row r and
// column c of the layer, not of the tile.
struct TileEnd {
  const float* bias = nullptr;             // [columns]
  const float* column_scale = nullptr;     // [columns], or absent
  const std::int32_t* code_sum = nullptr;  // [columns]; with it: sums of u8 codes around 128
  const float* row_scale = nullptr;        // [rows], with code_sum
  Activation activation = Activation::none;
  const float* residual = nullptr;  // or absent
  std::int64_t residual_stride = 0;
  float* y = nullptr;
  std::int64_t y_stride = 0;
};

}  // namespace longtake::kernels::cpu
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/linear.cc"
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
void end_tile(const Sum* sums, std::int64_t stride, std::int64_t row, std::int64_t rows,
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
  end_tile(sums, stride, row, rows, column, columns, end);
}
void end_tile_i32(const std::int32_t* sums, std::int64_t stride, std::int64_t row,
                  std::int64_t rows, std::int64_t column, std::int64_t columns,
                  const TileEnd& end) {
  end_tile(sums, stride, row, rows, column, columns, end);
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
void plain_product(const float* x, std::int64_t stride, std::int64_t rows, const W* w,
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
      return plain_product(x, stride, rows, static_cast<const float*>(w), outputs, k, sums);
    case WeightFormat::bf16:
      return plain_product(x, stride, rows, static_cast<const Bf16*>(w), outputs, k, sums);
    default:
      return plain_product(x, stride, rows, static_cast<const std::int8_t*>(w), outputs, k, sums);
  }
}

void widen_i8(const std::int8_t* from, float* to, std::size_t n) {
  for_vectors(DF(), n, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(load_f32(d, from + i), d, to + i);
  });
}

// from: [64][words]; to: [words][64].
void transpose_block(const std::uint32_t* from, std::int64_t words, std::uint32_t* to) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(DU()));
  for (std::int64_t r = 0; r < kPackedColumns; r += lanes) {
    transpose_words(from + r * words, words, words, to + r, kPackedColumns);
  }
}

// --- Rows to u8 codes -------------------------------------------------------------------------------

// codes = rint(x / scale) + 128 with scale = max|x| / 127; returns the scale.
float quantise_row(const float* x, std::size_t n, std::uint8_t* codes) {
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
HWY_EXPORT(packed_block_f32);
HWY_EXPORT(packed_block_bf16);
HWY_EXPORT(packed_block_i8);
HWY_EXPORT(plain_block);
HWY_EXPORT(quantise_row);
HWY_EXPORT(transpose_block);
HWY_EXPORT(widen_i8);

constexpr std::int64_t kFewRows = 4;
// A tile of sums of this size stays in the second-level cache until its end is computed.
constexpr std::int64_t kTileRows = 256;
constexpr std::int64_t kTileBlocks = 8;  // of 64 columns

bool is_packed(const MatmulKind kind) {
  return kind != MatmulKind::f32_plain;
}

std::int64_t element_bytes(WeightFormat format) {
  return format == WeightFormat::f32 ? 4 : format == WeightFormat::bf16 ? 2 : 1;
}

MatmulKind kind_for(WeightFormat format, Isa isa) {
  if (format == WeightFormat::f32 && isa >= Isa::avx512) return MatmulKind::f32_packed;
  if (format == WeightFormat::bf16 && isa >= Isa::avx512_bf16) return MatmulKind::bf16_packed;
  if (format == WeightFormat::i8 && isa >= Isa::avx512_vnni) return MatmulKind::i8_packed;
  return MatmulKind::f32_plain;
}

}  // namespace

// --- CpuLinear -----------------------------------------------------------------------------------

std::unique_ptr<CpuLinear> CpuLinear::make(ThreadPool& pool, Isa isa, std::span<const Tensor> parts,
                                           std::span<const Tensor> biases, WeightFormat format) {
  assert(!parts.empty() && (biases.empty() || biases.size() == parts.size()));
  if (format == WeightFormat::i4) {
    throw Error(ErrorCode::unsupported, "The CPU backend has no 4-bit weights",
                "Choose int8 or bf16 weights.");
  }
  if (format == WeightFormat::automatic) {
    format = isa >= Isa::avx512_bf16 ? WeightFormat::bf16 : WeightFormat::f32;
  }
  std::unique_ptr<CpuLinear> w(new CpuLinear);
  w->inputs_ = parts[0].dim(1);
  for (const Tensor& part : parts) {
    assert(part.dim(1) == w->inputs_);
    w->outputs_ += part.rows();
  }
  w->format_ = format;
  w->kind_ = kind_for(format, isa);
  w->padded_inputs_ = is_packed(w->kind_) ? packed_inputs(w->kind_, w->inputs_) : w->inputs_;

  const std::int64_t padded_outputs = w->blocks() * kPackedColumns;
  w->weights_ =
      allocate_host(DType::u8, {padded_outputs * w->padded_inputs_ * element_bytes(format)});
  w->per_output_ = allocate_host(DType::f32, {3, padded_outputs});
  std::memset(w->per_output_.raw(), 0, w->per_output_.bytes());
  w->bias_ = w->per_output_.data<float>();
  if (format == WeightFormat::i8) w->scale_ = w->bias_ + padded_outputs;
  if (w->kind_ == MatmulKind::i8_packed) {
    w->code_sum_ = w->per_output_.data<std::int32_t>() + 2 * padded_outputs;
  }
  std::int64_t output = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!biases.empty() && biases[i]) {
      convert(biases[i].raw(), biases[i].dtype(), w->bias_ + output, DType::f32, parts[i].rows());
    }
    output += parts[i].rows();
  }

  std::vector<Scratch> scratch(static_cast<std::size_t>(pool.threads()));
  pool.parallel_for(w->blocks(), [&](std::int64_t block, int worker) {
    w->pack_block(block, parts, scratch[static_cast<std::size_t>(worker)]);
  });
  return w;
}

void* CpuLinear::block(std::int64_t block) const {
  return weights_.data<std::byte>() +
         block * kPackedColumns * padded_inputs_ * element_bytes(format_);
}

void CpuLinear::pack_block(std::int64_t block, std::span<const Tensor> parts,
                           Scratch& scratch) const {
  const std::int64_t first = block * kPackedColumns;
  const std::int64_t row_bytes = padded_inputs_ * element_bytes(format_);
  const std::int64_t wide_bytes = inputs_ * static_cast<std::int64_t>(sizeof(float));
  auto* wide = scratch.get<std::byte>(wide_bytes + kPackedColumns * row_bytes);
  // The rows in their format, zero where there is padding.
  auto* rows = is_packed(kind_) ? wide + wide_bytes : static_cast<std::byte*>(this->block(block));
  std::memset(rows, 0, static_cast<std::size_t>(kPackedColumns * row_bytes));
  std::int64_t part_begin = 0;
  for (const Tensor& part : parts) {
    const std::int64_t begin = std::max(first, part_begin);
    const std::int64_t end = std::min(first + kPackedColumns, part_begin + part.rows());
    for (std::int64_t o = begin; o < end; ++o) {
      const void* from = part.rows(o - part_begin, o - part_begin + 1).raw();
      std::byte* to = rows + (o - first) * row_bytes;
      if (format_ != WeightFormat::i8) {
        const DType type = format_ == WeightFormat::f32 ? DType::f32 : DType::bf16;
        convert(from, part.dtype(), to, type, inputs_);
        continue;
      }
      convert(from, part.dtype(), wide, DType::f32, inputs_);
      auto* codes = reinterpret_cast<std::uint8_t*>(to);
      scale_[o] = HWY_DYNAMIC_DISPATCH(quantise_row)(
          reinterpret_cast<const float*>(wide), static_cast<std::size_t>(inputs_), codes);
      std::int32_t sum = 0;
      for (std::int64_t i = 0; i < inputs_; ++i) {
        codes[i] ^= 0x80U;  // from around 128 to signed
        sum += static_cast<std::int8_t>(codes[i]);
      }
      if (code_sum_ != nullptr) code_sum_[o] = sum;
    }
    part_begin += part.rows();
  }
  if (!is_packed(kind_)) return;
  // In every format neighbouring inputs fill a word of 32 bits.
  HWY_DYNAMIC_DISPATCH(transpose_block)
  (reinterpret_cast<const std::uint32_t*>(rows), row_bytes / 4,
   static_cast<std::uint32_t*>(this->block(block)));
}

// --- LinearRunner --------------------------------------------------------------------------------

// The activations in the form in which the weights want them.
struct LinearRunner::Input {
  const void* data;  // f32, bf16 or u8
  std::int64_t rows;
  std::int64_t stride;
  std::int64_t inputs;     // to multiply over, padding included
  const float* row_scale;  // of u8
};

LinearRunner::LinearRunner(ThreadPool& pool)
    : pool_(pool),
      matmul_(static_cast<std::size_t>(pool.threads())),
      tile_(static_cast<std::size_t>(pool.threads())),
      panel_(static_cast<std::size_t>(pool.threads())) {}

void LinearRunner::run(const Tensor& x, const CpuLinear& w, const Tensor& y, Activation activation,
                       const Tensor* residual) {
  assert(x.dtype() == DType::f32 && y.dtype() == DType::f32);
  assert(x.dim(1) == w.inputs_ && y.dim(1) == w.outputs_ && x.rows() == y.rows());
  assert(residual == nullptr || residual->shape() == y.shape());
  if (x.rows() == 0) return;
  const bool few_rows = x.rows() <= kFewRows;
  const Input input = prepare(x, w, few_rows);
  TileEnd end;
  end.bias = w.bias_;
  end.column_scale = w.scale_;
  end.code_sum = w.code_sum_;
  end.row_scale = input.row_scale;
  end.activation = activation;
  if (residual != nullptr) {
    end.residual = residual->data<float>();
    end.residual_stride = residual->row_stride();
  }
  end.y = y.data<float>();
  end.y_stride = y.row_stride();
  if (few_rows) {
    run_few_rows(input, w, end);
  } else {
    run_tiles(input, w, end);
  }
}

LinearRunner::Input LinearRunner::prepare(const Tensor& x, const CpuLinear& w, bool few_rows) {
  const std::int64_t rows = x.rows();
  const std::int64_t k = w.inputs_;
  const std::int64_t padded = w.padded_inputs_;
  const auto each_row = [&](auto&& body) {
    pool_.parallel_ranges(rows, std::max<std::int64_t>(1, 16 * 1024 / k),
                          [&](std::int64_t begin, std::int64_t end) {
                            for (std::int64_t r = begin; r < end; ++r) {
                              body(r, x.data<float>() + r * x.row_stride());
                            }
                          });
  };
  if (w.kind_ == MatmulKind::i8_packed) {
    auto* codes = input_.get<std::uint8_t>(rows * padded);
    auto* scale = input_scale_.get<float>(rows);
    each_row([&](std::int64_t r, const float* from) {
      std::uint8_t* to = codes + r * padded;
      scale[r] = HWY_DYNAMIC_DISPATCH(quantise_row)(from, static_cast<std::size_t>(k), to);
      std::memset(to + k, 0, static_cast<std::size_t>(padded - k));
    });
    return {codes, rows, padded, padded, scale};
  }
  if (w.kind_ == MatmulKind::bf16_packed && !few_rows) {
    auto* to = input_.get<Bf16>(rows * padded);
    each_row([&](std::int64_t r, const float* from) {
      convert(from, DType::f32, to + r * padded, DType::bf16, k);
      std::memset(to + r * padded + k, 0, static_cast<std::size_t>(padded - k) * sizeof(Bf16));
    });
    return {to, rows, padded, padded, nullptr};
  }
  // Tiles need dense rows (of the true length: oneDNN knows the padding of f32 weights); the
  // products of few rows read up to the weights' padding.
  const std::int64_t width = few_rows ? padded : k;
  if (width != k || (!few_rows && !x.dense())) {
    auto* to = input_.get<float>(rows * width);
    each_row([&](std::int64_t r, const float* from) {
      std::memcpy(to + r * width, from, static_cast<std::size_t>(k) * sizeof(float));
      std::memset(to + r * width + k, 0, static_cast<std::size_t>(width - k) * sizeof(float));
    });
    return {to, rows, width, width, nullptr};
  }
  return {x.raw(), rows, x.row_stride(), k, nullptr};
}

void LinearRunner::run_few_rows(const Input& x, const CpuLinear& w, const TileEnd& end) {
  const std::int64_t block_bytes = kPackedColumns * w.padded_inputs_ * element_bytes(w.format_);
  pool_.parallel_ranges(
      w.blocks(), 1 + 64 * 1024 / block_bytes, [&](std::int64_t first, std::int64_t last) {
        alignas(kAlignment) float sums[kFewRows * kPackedColumns];
        alignas(kAlignment) std::int32_t codes[kFewRows * kPackedColumns];
        for (std::int64_t block = first; block < last; ++block) {
          const std::int64_t column = block * kPackedColumns;
          const std::int64_t columns = std::min(kPackedColumns, w.outputs_ - column);
          const void* weights = w.block(block);
          const auto* xf = static_cast<const float*>(x.data);
          if (w.kind_ == MatmulKind::i8_packed) {
            HWY_DYNAMIC_DISPATCH(packed_block_i8)
            (static_cast<const std::uint8_t*>(x.data), x.stride, x.rows,
             static_cast<const std::int8_t*>(weights), x.inputs, codes);
            HWY_DYNAMIC_DISPATCH(end_tile_i32)
            (codes, kPackedColumns, 0, x.rows, column, columns, end);
            continue;
          }
          if (w.kind_ == MatmulKind::bf16_packed) {
            HWY_DYNAMIC_DISPATCH(packed_block_bf16)
            (xf, x.stride, x.rows, static_cast<const Bf16*>(weights), x.inputs, sums);
          } else if (w.kind_ == MatmulKind::f32_packed) {
            HWY_DYNAMIC_DISPATCH(packed_block_f32)
            (xf, x.stride, x.rows, static_cast<const float*>(weights), x.inputs, sums);
          } else {
            HWY_DYNAMIC_DISPATCH(plain_block)
            (xf, x.stride, x.rows, weights, w.format_, columns, x.inputs, sums);
          }
          HWY_DYNAMIC_DISPATCH(end_tile_f32)(sums, kPackedColumns, 0, x.rows, column, columns, end);
        }
      });
}

void LinearRunner::run_tiles(const Input& x, const CpuLinear& w, const TileEnd& end) {
  const std::int64_t row_tiles = (x.rows + kTileRows - 1) / kTileRows;
  std::int64_t column_tiles = (w.blocks() + kTileBlocks - 1) / kTileBlocks;
  // At least as many tiles as threads, and as many for each where there are few.
  if (row_tiles * column_tiles < 4 * pool_.threads()) {
    const std::int64_t threads = pool_.threads();
    column_tiles = std::min(w.blocks(), (column_tiles + threads - 1) / threads * threads);
  }
  const std::int64_t element = x.row_scale != nullptr               ? 1
                               : w.kind_ == MatmulKind::bf16_packed ? 2
                                                                    : 4;
  pool_.parallel_for(row_tiles * column_tiles, [&](std::int64_t index, int worker) {
    const auto self = static_cast<std::size_t>(worker);
    // Neighbouring tiles share their weights.
    const std::int64_t rt = index % row_tiles;
    const std::int64_t ct = index / row_tiles;
    const std::int64_t row = x.rows * rt / row_tiles;
    const std::int64_t rows = x.rows * (rt + 1) / row_tiles - row;
    const std::int64_t block = w.blocks() * ct / column_tiles;
    const std::int64_t blocks = w.blocks() * (ct + 1) / column_tiles - block;
    const std::int64_t column = block * kPackedColumns;
    const std::int64_t padded_columns = blocks * kPackedColumns;
    const std::int64_t columns = std::min(padded_columns, w.outputs_ - column);
    const auto* a = static_cast<const std::byte*>(x.data) + row * x.stride * element;

    const void* weights = w.block(block);
    if (w.kind_ == MatmulKind::f32_plain && w.format_ != WeightFormat::f32) {
      auto* panel = panel_[self].get<float>(columns * x.inputs);
      if (w.format_ == WeightFormat::bf16) {
        convert(weights, DType::bf16, panel, DType::f32, columns * x.inputs);
      } else {
        HWY_DYNAMIC_DISPATCH(widen_i8)
        (static_cast<const std::int8_t*>(weights), panel,
         static_cast<std::size_t>(columns * x.inputs));
      }
      weights = panel;
    }
    void* sums = tile_[self].get<float>(rows * padded_columns);
    const std::int64_t width = is_packed(w.kind_) ? padded_columns : columns;
    matmul_[self].run(w.kind_, rows, width, x.inputs, a, weights, sums);
    if (w.kind_ == MatmulKind::i8_packed) {
      HWY_DYNAMIC_DISPATCH(end_tile_i32)
      (static_cast<const std::int32_t*>(sums), width, row, rows, column, columns, end);
    } else {
      HWY_DYNAMIC_DISPATCH(end_tile_f32)
      (static_cast<const float*>(sums), width, row, rows, column, columns, end);
    }
  });
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
