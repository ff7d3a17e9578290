// Copies, sums, gates and embedding rows: each element is read once and written once, eight to a
// thread, in 16-byte accesses where rows start at multiples of 16 bytes (element by element
// elsewhere). A grid has two dimensions, rows and octets of a row, so that no thread divides.
//
// Bytes per element, bf16: conversion from f32 6, add 6 (4 + the repeated rows, which stay in L2),
// silu_mul 6, embed 4. Operations: at most about 30 per element (silu), a third of what memory
// leaves time for.
#include <cassert>

#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/recording.h"

namespace longtake::kernels::cuda {
namespace {

// --- Copies --------------------------------------------------------------------------------------

template <bool kAligned, typename From, typename To>
__global__ void __launch_bounds__(256)
    convert_rows(const From* from, std::int64_t from_stride, To* to, std::int64_t to_stride,
                 std::int64_t rows, std::int64_t columns) {
  for_items(rows, (columns + 7) / 8, [&](std::int64_t row, std::int64_t octet) {
    const Eight x = load_octet<kAligned>(from + row * from_stride, octet * 8, columns);
    store_octet<kAligned>(to + row * to_stride, octet * 8, columns, x);
  });
}

// Strides and columns count elements of T, which stand for bytes of any kind.
template <typename T>
__global__ void __launch_bounds__(256)
    copy_rows(const T* from, std::int64_t from_stride, T* to, std::int64_t to_stride,
              std::int64_t rows, std::int64_t columns) {
  wait_for_earlier_kernels();
  let_next_kernel_start();
  for_items(rows, columns, [&](std::int64_t row, std::int64_t i) {
    to[row * to_stride + i] = from[row * from_stride + i];
  });
}

void convert(Context& context, const Tensor& from, const Tensor& to) {
  const auto [rows, columns] = rows_of(from, from.dense() && to.dense());
  const RowsGrid shape = rows_grid(context, rows, ceil_div(columns, 8));
  // As one row, only the start counts.
  const bool vectors =
      rows == 1 ? aligned(from.raw(), 16) && aligned(to.raw(), 16) : rows_aligned(from, to);
  with_float(from.dtype(), [&](auto from_element) {
    with_float(to.dtype(), [&](auto to_element) {
      with_bool(vectors, [&](auto is_aligned) {
        using From = decltype(from_element);
        using To = decltype(to_element);
        launch(context, convert_rows<decltype(is_aligned)::value, From, To>, shape.grid,
               shape.block, 0, from.data<From>(), from.row_stride(), to.data<To>(), to.row_stride(),
               rows, columns);
      });
    });
  });
}

// Rows of the same type with gaps between them.
void copy_strided(Context& context, const Tensor& from, const Tensor& to) {
  const auto bytes_of = [&](std::int64_t elements) {
    return static_cast<std::int64_t>(dtype_bytes(from.dtype(), static_cast<std::size_t>(elements)));
  };
  const std::int64_t width = bytes_of(from.shape().row_elements());
  const std::int64_t from_stride = bytes_of(from.row_stride()),
                     to_stride = bytes_of(to.row_stride());
  const auto copy_by = [&](auto unit) {
    using T = decltype(unit);
    constexpr std::int64_t size = sizeof(T);
    const RowsGrid shape = rows_grid(context, from.rows(), width / size);
    launch_behind(context, copy_rows<T>, shape.grid, shape.block, 0, from.data<T>(),
                  from_stride / size, to.data<T>(), to_stride / size, from.rows(), width / size);
  };
  // The widest unit that divides everything.
  const auto all = static_cast<std::uintptr_t>(width | from_stride | to_stride) |
                   reinterpret_cast<std::uintptr_t>(from.raw()) |
                   reinterpret_cast<std::uintptr_t>(to.raw());
  if (all % 16 == 0) {
    copy_by(uint4());
  } else if (all % 4 == 0) {
    copy_by(std::uint32_t());
  } else if (all % 2 == 0) {
    copy_by(std::uint16_t());
  } else {
    copy_by(std::uint8_t());
  }
}

// --- Sums and gates ------------------------------------------------------------------------------

template <bool kAligned, typename T>
__global__ void __launch_bounds__(256)
    add_rows(const T* a, std::int64_t a_stride, const T* b, std::int64_t b_stride,
             std::int64_t b_rows, T* y, std::int64_t y_stride, std::int64_t rows,
             std::int64_t columns) {
  for_items(rows, (columns + 7) / 8, [&](std::int64_t row, std::int64_t octet) {
    const std::int64_t b_row = b_rows == rows ? row : row % b_rows;
    Eight sum = load_octet<kAligned>(a + row * a_stride, octet * 8, columns);
    const Eight other = load_octet<kAligned>(b + b_row * b_stride, octet * 8, columns);
#pragma unroll
    for (int i = 0; i < 8; ++i) sum.v[i] += other.v[i];
    store_octet<kAligned>(y + row * y_stride, octet * 8, columns, sum);
  });
}

template <bool kAligned, typename T>
__global__ void __launch_bounds__(256)
    silu_mul_rows(const T* x, std::int64_t x_stride, T* y, std::int64_t y_stride, std::int64_t rows,
                  std::int64_t columns) {
  wait_for_earlier_kernels();
  let_next_kernel_start();
  for_items(rows, (columns + 7) / 8, [&](std::int64_t row, std::int64_t octet) {
    const T* gates = x + row * x_stride;
    Eight gate = load_octet<kAligned>(gates, octet * 8, columns);
    const Eight up = load_octet<kAligned>(gates + columns, octet * 8, columns);
#pragma unroll
    for (int i = 0; i < 8; ++i) gate.v[i] = silu(gate.v[i]) * up.v[i];
    store_octet<kAligned>(y + row * y_stride, octet * 8, columns, gate);
  });
}

// --- Embedding rows ------------------------------------------------------------------------------

template <bool kAligned, typename From, typename To>
__global__ void __launch_bounds__(256)
    embed_rows(const std::int32_t* ids, const From* table, std::int64_t table_stride, To* y,
               std::int64_t y_stride, std::int64_t rows, std::int64_t columns) {
  for_items(rows, (columns + 7) / 8, [&](std::int64_t row, std::int64_t octet) {
    const Eight x = load_octet<kAligned>(table + ids[row] * table_stride, octet * 8, columns);
    store_octet<kAligned>(y + row * y_stride, octet * 8, columns, x);
  });
}

}  // namespace

void copy(Context& context, const Tensor& from, const Tensor& to) {
  assert(from.shape() == to.shape());
  if (from.shape().elements() == 0) return;
  if (from.dtype() != to.dtype()) return convert(context, from, to);
  if (!from.dense() || !to.dense()) return copy_strided(context, from, to);
  check(cudaMemcpyAsync(to.raw(), from.raw(), from.bytes(), cudaMemcpyDeviceToDevice,
                        context.stream()),
        "copy");
}

void add(Context& context, const Tensor& a, const Tensor& b, const Tensor& y) {
  assert(a.shape() == y.shape() && a.shape().row_elements() == b.shape().row_elements());
  assert(a.dtype() == y.dtype() && b.dtype() == y.dtype());
  if (y.shape().elements() == 0) return;
  assert(b.rows() > 0 && a.rows() % b.rows() == 0);
  const bool as_one = a.rows() == b.rows() && a.dense() && b.dense() && y.dense();
  const auto [rows, columns] = rows_of(y, as_one);
  const bool vectors = rows == 1
                           ? aligned(a.raw(), 16) && aligned(b.raw(), 16) && aligned(y.raw(), 16)
                           : rows_aligned(a, y) && rows_aligned(b);
  const RowsGrid shape = rows_grid(context, rows, ceil_div(columns, 8));
  with_activation(y.dtype(), [&](auto element) {
    with_bool(vectors, [&](auto is_aligned) {
      using T = decltype(element);
      launch(context, add_rows<decltype(is_aligned)::value, T>, shape.grid, shape.block, 0,
             a.data<T>(), a.row_stride(), b.data<T>(), b.row_stride(), as_one ? 1 : b.rows(),
             y.data<T>(), y.row_stride(), rows, columns);
    });
  });
}

void silu_mul(Context& context, const Tensor& x, const Tensor& y) {
  assert(x.dtype() == y.dtype() && x.rows() == y.rows() && x.dim(1) == 2 * y.dim(1));
  if (y.shape().elements() == 0) return;
  const std::int64_t columns = y.dim(1);
  const RowsGrid shape = rows_grid(context, y.rows(), ceil_div(columns, 8));
  with_activation(y.dtype(), [&](auto element) {
    using T = decltype(element);
    // The second half of x's row has to be aligned, too.
    const bool vectors =
        rows_aligned(x, y) && columns * static_cast<std::int64_t>(sizeof(T)) % 16 == 0;
    with_bool(vectors, [&](auto is_aligned) {
      launch_behind(context, silu_mul_rows<decltype(is_aligned)::value, T>, shape.grid, shape.block,
                    0, x.data<T>(), x.row_stride(), y.data<T>(), y.row_stride(), y.rows(), columns);
    });
  });
}

void embed(Context& context, std::span<const std::int32_t> ids, const Tensor& table,
           const Tensor& y) {
  assert(y.rows() == static_cast<std::int64_t>(ids.size()) && y.dim(1) == table.dim(1));
  if (y.shape().elements() == 0) return;
  const std::int32_t* ids_there =
      context.recording() != nullptr ? context.recording()->begin_with(ids) : context.stage(ids);
  const RowsGrid shape = rows_grid(context, y.rows(), ceil_div(y.dim(1), 8));
  with_float(table.dtype(), [&](auto table_element) {
    with_activation(y.dtype(), [&](auto element) {
      with_bool(rows_aligned(table, y), [&](auto is_aligned) {
        using From = decltype(table_element);
        using To = decltype(element);
        launch(context, embed_rows<decltype(is_aligned)::value, From, To>, shape.grid, shape.block,
               0, ids_there, table.data<From>(), table.row_stride(), y.data<To>(), y.row_stride(),
               y.rows(), y.dim(1));
      });
    });
  });
}

}  // namespace longtake::kernels::cuda
