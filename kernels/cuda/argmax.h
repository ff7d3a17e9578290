// Declares Backend::highest() on CUDA.
//
// Thread rule: the Context's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CUDA_ARGMAX_H_
#define LONGTAKE_KERNELS_CUDA_ARGMAX_H_

#include "kernels/cuda/context.h"

namespace longtake::kernels::cuda {

std::int32_t highest(Context& context, const Tensor& x);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_ARGMAX_H_
