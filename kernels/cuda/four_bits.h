// Declares what is done to weights of four bits (kernels/four_bits.h) apart from products of few rows, which
// read them as they are (gemv.cu).
//
// Codes are tensors of i4 [outputs, whole groups of inputs], words of i32 [outputs, groups]; both dense.
// Thread rule: the Context's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CUDA_FOUR_BITS_H_
#define LONGTAKE_KERNELS_CUDA_FOUR_BITS_H_

#include "kernels/cuda/context.h"

namespace longtake::kernels::cuda {

// weights [outputs, inputs]: f32, f16 or bf16, dense.
void pack_four_bits(Context& context, const Tensor& weights, const Tensor& codes,
                    const Tensor& words);
// to: f32 or bf16 [outputs, whole groups of inputs], dense.
void widen_four_bits(Context& context, const Tensor& codes, const Tensor& words, const Tensor& to);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_FOUR_BITS_H_
