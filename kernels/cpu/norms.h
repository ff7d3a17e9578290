// Declares the row-wise and element-wise operations of the CPU backend: sums, gates, norms, means.
// Each is the Backend method of the same name; tensors are f32.
//
// Thread rule: the ThreadPool's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CPU_NORMS_H_
#define LONGTAKE_KERNELS_CPU_NORMS_H_

#include "kernels/cpu/thread_pool.h"
#include "kernels/tensor.h"

namespace longtake::kernels::cpu {

void add(ThreadPool& pool, const Tensor& a, const Tensor& b, const Tensor& y);
void silu_mul(ThreadPool& pool, const Tensor& x, const Tensor& y);
void rms_norm(ThreadPool& pool, const Tensor& x, const Tensor& weight, float eps, const Tensor& y);
void layer_norm(ThreadPool& pool, const Tensor& x, const Tensor& weight, const Tensor& bias,
                float eps, const Tensor& y);
void mean_rows(ThreadPool& pool, const Tensor& x, const Tensor& y);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_NORMS_H_
