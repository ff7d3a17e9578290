// Declares AttentionRunner: scaled dot-product attention over cached and fresh tokens.
//
// The query heads that share a key head are stacked into one tall matrix, so that keys and values
// are read once for all of them. Keys and values are repacked tile by tile into the layout of the
// product kernels; scores of a tile exist only in the cache; the softmax is the online one (Milakov
// and Gimelshein 2018), so that tiles, and pieces of the context given to different threads, can be
// joined afterwards.
//
// Arithmetic: f32, or, if asked for and the CPU has AVX512-BF16, products of bf16-rounded queries,
// keys, weights and values with f32 sums and an f32 softmax.
//
// Thread rule: one operation at a time. Lifetime rule: keeps scratch memory only.
#ifndef LONGTAKE_KERNELS_CPU_ATTENTION_H_
#define LONGTAKE_KERNELS_CPU_ATTENTION_H_

#include <vector>

#include "kernels/backend.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/thread_pool.h"

namespace longtake::kernels::cpu {

class AttentionRunner {
 public:
  AttentionRunner(ThreadPool& pool, bool bf16_products);

  // Backend::attention(). q and out are f32; keys and values f32 or bf16.
  void run(const AttentionArgs& args);

 private:
  ThreadPool& pool_;
  const bool bf16_products_;
  std::vector<Scratch> thread_scratch_;  // per thread
  std::vector<Scratch> thread_states_;   // per thread: softmax state of the task in hand
  Scratch packed_;                       // keys and values packed for all threads
  Scratch states_;                       // softmax states of the pieces of the context
};

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_ATTENTION_H_
