// Declares the vector kernels around a matrix product: products of few rows that stream the
// weights, the end of a tile of sums, and the packing of rows. linear.cc plans which thread does
// what with them.
//
// Thread rule: any thread, on disjoint outputs. Lifetime rule: plain functions on the caller's
// memory.
#ifndef LONGTAKE_KERNELS_CPU_LINEAR_KERNELS_H_
#define LONGTAKE_KERNELS_CPU_LINEAR_KERNELS_H_

#include <cstdint>

#include "kernels/backend.h"
#include "kernels/cpu/element.h"

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

// The end of a tile of sums [rows, columns] (row stride `stride`) that starts at (row, column).
void end_tile(const float* sums, std::int64_t stride, std::int64_t row, std::int64_t rows,
              std::int64_t column, std::int64_t columns, const TileEnd& end);
void end_tile(const std::int32_t* sums, std::int64_t stride, std::int64_t row, std::int64_t rows,
              std::int64_t column, std::int64_t columns, const TileEnd& end);

// sums[row][64] = x[rows][k] (row stride `stride`) * one packed block of 64 outputs; at most 4
// rows.
void packed_product(const float* x, std::int64_t stride, std::int64_t rows, const float* w,
                    std::int64_t k, float* sums);
void packed_product(const float* x, std::int64_t stride, std::int64_t rows, const Bf16* w,
                    std::int64_t k, float* sums);
void packed_product(const std::uint8_t* x, std::int64_t stride, std::int64_t rows,
                    const std::int8_t* w, std::int64_t k, std::int32_t* sums);
// The same with at most 64 outputs of plain weights [outputs, k].
void plain_product(const float* x, std::int64_t stride, std::int64_t rows, const void* w,
                   WeightFormat format, std::int64_t outputs, std::int64_t k, float* sums);

// codes[n] = rint(x / scale) + 128 with scale = max|x| / 127, which it returns.
float quantise_row(const float* x, std::int64_t n, std::uint8_t* codes);
void widen(const std::int8_t* from, float* to, std::int64_t n);
// 64 rows of words to the packed layout: [64][words] -> [words][64].
void transpose_block(const std::uint32_t* from, std::int64_t words, std::uint32_t* to);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_LINEAR_KERNELS_H_
