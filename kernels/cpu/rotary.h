// Declares rotary position embedding on the CPU: Backend::rope() and the angles that decode_kv
// shares.
//
// Thread rule: the ThreadPool's; cos_sin() from any thread. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CPU_ROTARY_H_
#define LONGTAKE_KERNELS_CPU_ROTARY_H_

#include <span>

#include "kernels/cpu/thread_pool.h"
#include "kernels/rope.h"
#include "kernels/tensor.h"

namespace longtake::kernels::cpu {

// cosines and sines [head_dim / 2] of the angles of one position. The angles are f64, reduced to
// [-pi/4, pi/4] before they become f32: a position of 2^31 costs no digits.
void cos_sin(const Position& position, const RopeTable& table, float* cosines, float* sines);

// Backend::rope(). x and y may be f32 or bf16.
void rope(ThreadPool& pool, const Tensor& x, std::span<const Position> positions,
          const RopeTable& table, const Tensor& y);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_ROTARY_H_
