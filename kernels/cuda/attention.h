// Declares Backend::attention() on CUDA: one entry that chooses among four kernels by what is
// asked.
//
//   bf16, many queries    attention_prefill.cu: FlashAttention-2 tiles on mma.sync (Dao 2023);
//                         attention_hopper.cu: the same on wgmma, on compute capability 9.0
//   bf16, few queries     attention_decode.cu: the context split over the multiprocessors, partial
//                         softmax states merged afterwards (Flash-Decoding; Lean Attention)
//   f32, odd layouts      attention_f32.cu: arithmetic in f32; exact for models whose activations
//                         are f32
//
// Where the attention mass of groups of tokens is asked for, the kernels leave their scores, and
// attention_mass.cu, which merges partial states, sums the weights by group.
//
// Thread rule: the Context's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CUDA_ATTENTION_H_
#define LONGTAKE_KERNELS_CUDA_ATTENTION_H_

#include "kernels/backend.h"
#include "kernels/cuda/context.h"

namespace longtake::kernels::cuda {

// q and out have the type of activations, f32 or bf16; keys and values may each be f32 or bf16,
// span by span. The environment variable LONGTAKE_CUDA_NO_WGMMA=1, read once, leaves out
// attention_hopper.cu.
void attention(Context& context, const AttentionArgs& args);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_ATTENTION_H_
