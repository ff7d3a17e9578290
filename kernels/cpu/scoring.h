// Declares Backend::score_blocks() on the CPU.
//
// Thread rule: the ThreadPool's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CPU_SCORING_H_
#define LONGTAKE_KERNELS_CPU_SCORING_H_

#include "kernels/cpu/thread_pool.h"
#include "kernels/tensor.h"

namespace longtake::kernels::cpu {

void score_blocks(ThreadPool& pool, const Tensor& query, const Tensor& keys, const Tensor& scores);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_SCORING_H_
