// Declares conversions between the floating types and the copies and lookups made of them.
//
// Thread rule: the ThreadPool's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CPU_CONVERT_H_
#define LONGTAKE_KERNELS_CPU_CONVERT_H_

#include <cstdint>
#include <span>

#include "kernels/cpu/thread_pool.h"
#include "kernels/tensor.h"

namespace longtake::kernels::cpu {

// n consecutive elements; f32, f16 or bf16 to any of them, rounded to nearest even.
void convert(const void* from, DType from_type, void* to, DType to_type, std::int64_t n);

// to = from, element by element, of the same shape; both may have a row stride. Types that are not
// floating must agree.
void copy(ThreadPool& pool, const Tensor& from, const Tensor& to);

// y[T, C] = table[ids[T]] as f32.
void embed(ThreadPool& pool, std::span<const std::int32_t> ids, const Tensor& table,
           const Tensor& y);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_CONVERT_H_
