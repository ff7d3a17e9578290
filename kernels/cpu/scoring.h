// Declares how recall finds blocks on the CPU: Backend::score_blocks() and Backend::pick_blocks().
//
// Thread rule: the ThreadPool's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CPU_SCORING_H_
#define LONGTAKE_KERNELS_CPU_SCORING_H_

#include <cstdint>
#include <vector>

#include "kernels/backend.h"
#include "kernels/cpu/thread_pool.h"

namespace longtake::kernels::cpu {

void score_blocks(ThreadPool& pool, const Tensor& query, const Tensor& keys, const Tensor& scores);
std::vector<std::int64_t> pick_blocks(const Tensor& scores, const PickRule& rule,
                                      const Tensor& combined);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_SCORING_H_
