// Declares AttentionContext, the one seam between the decoder and everything that a forward pass may
// attend to. The decoder is a function over layers and knows no memory; whoever calls it decides
// what is visible: memory::StreamWindow while watching, memory::Recall while answering.
//
// Thread rule: used by the one thread that runs the forward pass. Lifetime rule: outlives the pass.
#ifndef LONGTAKE_ENGINE_MODEL_ATTENTION_CONTEXT_H_
#define LONGTAKE_ENGINE_MODEL_ATTENTION_CONTEXT_H_

#include <cstdint>

#include "kernels/tensor.h"

namespace longtake::model {

class AttentionContext {
 public:
  virtual ~AttentionContext() = default;
  // Attention of the pass's new tokens at one layer. Layers come in order 0, 1, 2, ...; all three
  // inputs are BEFORE RoPE, and the context alone decides on positions.
  //   q [T, H, D], k and v [T, G, D] (views, rows may be strided), out [T, H, D].
  virtual void attend(int layer, const kernels::Tensor& q, const kernels::Tensor& k,
                      const kernels::Tensor& v, const kernels::Tensor& out) = 0;

  // A pass of one token may be recorded (Backend::record()), and is then repeated without attend().
  // How many such passes may follow that differ only in the token and its place; 0: none.
  virtual std::int64_t repeatable() const { return 0; }
  // How many tokens have been attended to.
  virtual std::int64_t place() const { return 0; }
  // Sets it after repeated passes, or to undo one.
  virtual void move_to(std::int64_t place) { static_cast<void>(place); }
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_ATTENTION_CONTEXT_H_
