#include "kernels/cpu/convert.h"

#include <cassert>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/convert.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

template <typename From, typename To>
void convert_typed(const From* from, To* to, std::size_t n) {
  for_vectors(DF(), n,
              [&](auto d, std::size_t i) HWY_ATTR { store_f32(d, load_f32(d, from + i), to + i); });
}

template <typename From>
void convert_from(const From* from, void* to, DType to_type, std::size_t n) {
  switch (to_type) {
    case DType::f32:
      return convert_typed(from, static_cast<float*>(to), n);
    case DType::bf16:
      return convert_typed(from, static_cast<Bf16*>(to), n);
    case DType::f16:
      return convert_typed(from, static_cast<F16*>(to), n);
    default:
      assert(false && "a floating type was expected");
  }
}

void convert_elements(const void* from, DType from_type, void* to, DType to_type, std::size_t n) {
  switch (from_type) {
    case DType::f32:
      return convert_from(static_cast<const float*>(from), to, to_type, n);
    case DType::bf16:
      return convert_from(static_cast<const Bf16*>(from), to, to_type, n);
    case DType::f16:
      return convert_from(static_cast<const F16*>(from), to, to_type, n);
    default:
      assert(false && "a floating type was expected");
  }
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(convert_elements);

// Elements below which a second thread costs more than it brings.
constexpr std::int64_t kGrain = 32 * 1024;

}  // namespace

void convert(const void* from, DType from_type, void* to, DType to_type, std::int64_t n) {
  if (from_type == to_type) {
    std::memcpy(to, from, dtype_bytes(from_type, static_cast<std::size_t>(n)));
    return;
  }
  HWY_DYNAMIC_DISPATCH(convert_elements)(from, from_type, to, to_type, static_cast<std::size_t>(n));
}

void copy(ThreadPool& pool, const Tensor& from, const Tensor& to) {
  assert(from.shape() == to.shape());
  const std::int64_t columns = from.shape().row_elements();
  if (columns == 0) return;
  pool.parallel_ranges(from.rows(), std::max<std::int64_t>(1, kGrain / columns),
                       [&](std::int64_t begin, std::int64_t end) {
                         if (from.dense() && to.dense()) {
                           convert(from.rows(begin, end).raw(), from.dtype(),
                                   to.rows(begin, end).raw(), to.dtype(), (end - begin) * columns);
                           return;
                         }
                         for (std::int64_t row = begin; row < end; ++row) {
                           convert(from.rows(row, row + 1).raw(), from.dtype(),
                                   to.rows(row, row + 1).raw(), to.dtype(), columns);
                         }
                       });
}

void embed(ThreadPool& pool, std::span<const std::int32_t> ids, const Tensor& table,
           const Tensor& y) {
  assert(y.dtype() == DType::f32 && y.rows() == static_cast<std::int64_t>(ids.size()));
  assert(y.dim(1) == table.dim(1));
  const std::int64_t columns = table.dim(1);
  pool.parallel_ranges(y.rows(), kGrain / columns, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const std::int64_t id = ids[static_cast<std::size_t>(row)];
      assert(0 <= id && id < table.rows());
      convert(table.rows(id, id + 1).raw(), table.dtype(), y.rows(row, row + 1).raw(), y.dtype(),
              columns);
    }
  });
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
