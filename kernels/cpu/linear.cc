#include "kernels/cpu/linear.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "kernels/cpu/convert.h"
#include "kernels/cpu/four_bits.h"
#include "kernels/cpu/linear_kernels.h"
#include "kernels/error.h"

namespace longtake::kernels::cpu {
namespace {

constexpr std::int64_t kFewRows = 4;
// A tile of sums of this size stays in the second-level cache until its end is computed.
constexpr std::int64_t kTileRows = 256;
constexpr std::int64_t kTileBlocks = 8;  // of 64 columns

bool is_packed(const MatmulKind kind) {
  return kind != MatmulKind::f32_plain;
}

MatmulKind kind_for(WeightFormat format, Isa isa) {
  if (format == WeightFormat::i4) {
    format = isa >= Isa::avx512_bf16 ? WeightFormat::bf16 : WeightFormat::f32;
  }
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
  if (format == WeightFormat::f8) {
    throw Error(ErrorCode::unsupported, "The CPU backend has no fp8 weights",
                "Use --weights int8.");
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
  w->packed_ = is_packed(w->kind_) && format != WeightFormat::i4;
  w->padded_inputs_ = format == WeightFormat::i4 ? four_bit_groups(w->inputs_) * kFourBitGroup
                      : w->packed_               ? packed_inputs(w->kind_, w->inputs_)
                                                 : w->inputs_;

  const std::int64_t padded_outputs = w->blocks() * kPackedColumns;
  w->weights_ = allocate_host(DType::u8, {padded_outputs * w->row_bytes()});
  if (format == WeightFormat::i4) {
    w->words_ = allocate_host(DType::i32, {padded_outputs, four_bit_groups(w->inputs_)});
  }
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

std::int64_t CpuLinear::row_bytes() const {
  switch (format_) {
    case WeightFormat::f32:
      return padded_inputs_ * 4;
    case WeightFormat::bf16:
      return padded_inputs_ * 2;
    case WeightFormat::i4:
      return padded_inputs_ / 2;
    default:
      return padded_inputs_;
  }
}

void* CpuLinear::block(std::int64_t block) const {
  return weights_.data<std::byte>() + block * kPackedColumns * row_bytes();
}

std::uint32_t* CpuLinear::words(std::int64_t block) const {
  return words_.data<std::uint32_t>() + block * kPackedColumns * words_.dim(1);
}

void CpuLinear::pack_block(std::int64_t block, std::span<const Tensor> parts,
                           Scratch& scratch) const {
  const std::int64_t first = block * kPackedColumns;
  const std::int64_t wide_bytes = inputs_ * static_cast<std::int64_t>(sizeof(float));
  auto* wide = scratch.get<std::byte>(wide_bytes + kPackedColumns * row_bytes());
  const auto* wide_row = reinterpret_cast<const float*>(wide);
  // The rows in their format, zero where there is padding.
  auto* rows = packed_ ? wide + wide_bytes : static_cast<std::byte*>(this->block(block));
  std::memset(rows, 0, static_cast<std::size_t>(kPackedColumns * row_bytes()));
  if (words_) {
    std::memset(words(block), 0, static_cast<std::size_t>(kPackedColumns * words_.dim(1)) * 4);
  }
  const auto pack_row = [&](const void* from, DType type, std::int64_t o) {
    std::byte* to = rows + (o - first) * row_bytes();
    auto* codes = reinterpret_cast<std::uint8_t*>(to);
    if (format_ == WeightFormat::f32) return convert(from, type, to, DType::f32, inputs_);
    if (format_ == WeightFormat::bf16) return convert(from, type, to, DType::bf16, inputs_);
    convert(from, type, wide, DType::f32, inputs_);
    if (format_ == WeightFormat::i4) {
      return pack_four_bits(wide_row, inputs_, codes, words(block) + (o - first) * words_.dim(1));
    }
    scale_[o] = quantise_row(wide_row, inputs_, codes);
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < inputs_; ++i) {
      codes[i] ^= 0x80U;  // from around 128 to signed
      sum += static_cast<std::int8_t>(codes[i]);
    }
    if (code_sum_ != nullptr) code_sum_[o] = sum;
  };
  std::int64_t part_begin = 0;
  for (const Tensor& part : parts) {
    const std::int64_t begin = std::max(first, part_begin);
    const std::int64_t end = std::min(first + kPackedColumns, part_begin + part.rows());
    for (std::int64_t o = begin; o < end; ++o) {
      pack_row(part.rows(o - part_begin, o - part_begin + 1).raw(), part.dtype(), o);
    }
    part_begin += part.rows();
  }
  if (!packed_) return;
  // In every format neighbouring inputs fill a word of 32 bits.
  transpose_block(reinterpret_cast<const std::uint32_t*>(rows), row_bytes() / 4,
                  static_cast<std::uint32_t*>(this->block(block)));
}

const void* CpuLinear::for_product(std::int64_t block, std::int64_t blocks, Scratch& panel) const {
  if (format_ == WeightFormat::i4) return widen(block, blocks, panel);
  if (packed_ || format_ == WeightFormat::f32) return this->block(block);
  const std::int64_t weights = blocks * kPackedColumns * inputs_;
  auto* wide = panel.get<float>(weights);
  if (format_ == WeightFormat::bf16) {
    convert(this->block(block), DType::bf16, wide, DType::f32, weights);
  } else {
    cpu::widen(static_cast<const std::int8_t*>(this->block(block)), wide, weights);
  }
  return wide;
}

const void* CpuLinear::widen(std::int64_t block, std::int64_t blocks, Scratch& panel) const {
  // Rows of 32-bit words, as in pack_block(): a word holds two inputs or one.
  const bool half = kind_ == MatmulKind::bf16_packed;
  const std::int64_t inputs = is_packed(kind_) ? packed_inputs(kind_, inputs_) : inputs_;
  const std::int64_t row_words = half ? inputs / 2 : inputs;
  const std::int64_t block_words = kPackedColumns * row_words;
  // The last block's place is for rows that are yet to be packed.
  auto* wide = panel.get<std::uint32_t>((blocks + 1) * block_words);
  for (std::int64_t b = 0; b < blocks; ++b) {
    const auto* codes = static_cast<const std::uint8_t*>(this->block(block + b));
    const std::uint32_t* of_groups = words(block + b);
    std::uint32_t* packed = wide + b * block_words;
    std::uint32_t* rows = is_packed(kind_) ? wide + blocks * block_words : packed;
    if (inputs != inputs_) std::memset(rows, 0, static_cast<std::size_t>(block_words) * 4);
    for (std::int64_t o = 0; o < kPackedColumns; ++o) {
      std::uint32_t* row = rows + o * row_words;
      if (half) {
        widen_four_bits(codes, of_groups, inputs_, reinterpret_cast<Bf16*>(row));
      } else {
        widen_four_bits(codes, of_groups, inputs_, reinterpret_cast<float*>(row));
      }
      codes += row_bytes();
      of_groups += words_.dim(1);
    }
    if (is_packed(kind_)) transpose_block(rows, row_words, packed);
  }
  return wide;
}

// --- LinearRunner --------------------------------------------------------------------------------

// The activations in the form in which the weights want them.
struct LinearRunner::Input {
  const void* data;  // f32, bf16 or u8
  std::int64_t rows;
  std::int64_t stride;
  std::int64_t inputs;                // to multiply over, padding included
  const float* row_scale;             // of u8
  const float* group_sums = nullptr;  // [rows, groups], for few rows and weights of four bits
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
  if (few_rows && w.format_ == WeightFormat::i4) {
    const std::int64_t groups = w.words_.dim(1);
    auto* to = input_.get<float>(rows * padded);
    auto* sums = input_scale_.get<float>(rows * groups);
    each_row([&](std::int64_t r, const float* from) {
      float* row = to + r * padded;
      std::memcpy(row, from, static_cast<std::size_t>(k) * sizeof(float));
      std::memset(row + k, 0, static_cast<std::size_t>(padded - k) * sizeof(float));
      sum_groups(row, groups, sums + r * groups);
    });
    return {to, rows, padded, padded, nullptr, sums};
  }
  if (w.kind_ == MatmulKind::i8_packed) {
    auto* codes = input_.get<std::uint8_t>(rows * padded);
    auto* scale = input_scale_.get<float>(rows);
    each_row([&](std::int64_t r, const float* from) {
      std::uint8_t* to = codes + r * padded;
      scale[r] = quantise_row(from, k, to);
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
  const std::int64_t block_bytes = kPackedColumns * w.row_bytes();
  pool_.parallel_ranges(
      w.blocks(), 1 + 64 * 1024 / block_bytes, [&](std::int64_t first, std::int64_t last) {
        alignas(kAlignment) float sums[kFewRows * kPackedColumns];
        alignas(kAlignment) std::int32_t codes[kFewRows * kPackedColumns];
        for (std::int64_t block = first; block < last; ++block) {
          const std::int64_t column = block * kPackedColumns;
          const std::int64_t columns = std::min(kPackedColumns, w.outputs_ - column);
          const void* weights = w.block(block);
          const auto* xf = static_cast<const float*>(x.data);
          if (w.format_ == WeightFormat::i4) {
            four_bit_product({xf, x.stride, x.rows, x.group_sums},
                             static_cast<const std::uint8_t*>(weights), w.words(block),
                             w.words_.dim(1), columns, sums);
            end_tile(sums, kPackedColumns, 0, x.rows, column, columns, end);
            continue;
          }
          if (w.kind_ == MatmulKind::i8_packed) {
            packed_product(static_cast<const std::uint8_t*>(x.data), x.stride, x.rows,
                           static_cast<const std::int8_t*>(weights), x.inputs, codes);
            end_tile(codes, kPackedColumns, 0, x.rows, column, columns, end);
            continue;
          }
          if (w.kind_ == MatmulKind::bf16_packed) {
            packed_product(xf, x.stride, x.rows, static_cast<const Bf16*>(weights), x.inputs, sums);
          } else if (w.kind_ == MatmulKind::f32_packed) {
            packed_product(xf, x.stride, x.rows, static_cast<const float*>(weights), x.inputs,
                           sums);
          } else {
            plain_product(xf, x.stride, x.rows, weights, w.format_, columns, x.inputs, sums);
          }
          end_tile(sums, kPackedColumns, 0, x.rows, column, columns, end);
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

    const void* weights = w.for_product(block, blocks, panel_[self]);
    void* sums = tile_[self].get<float>(rows * padded_columns);
    const std::int64_t width = is_packed(w.kind_) ? padded_columns : columns;
    matmul_[self].run(w.kind_, rows, width, x.inputs, a, weights, sums);
    if (w.kind_ == MatmulKind::i8_packed) {
      end_tile(static_cast<const std::int32_t*>(sums), width, row, rows, column, columns, end);
    } else {
      end_tile(static_cast<const float*>(sums), width, row, rows, column, columns, end);
    }
  });
}

}  // namespace longtake::kernels::cpu
