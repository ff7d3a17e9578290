// Declares AttentionContext, the one seam between the decoder and everything that a forward pass may
// attend to. The decoder is a function over layers and knows no memory; whoever calls it decides
// what is visible: memory::StreamWindow while watching, memory::Recall while answering, CausalContext
// for plain text and parity tests.
//
// Thread rule: used by the one thread that runs the forward pass. Lifetime rule: outlives the pass.
#ifndef LONGTAKE_ENGINE_MODEL_ATTENTION_CONTEXT_H_
#define LONGTAKE_ENGINE_MODEL_ATTENTION_CONTEXT_H_

#include <vector>

#include "engine/model/device_tensors.h"
#include "kernels/backend.h"

namespace longtake::model {

class AttentionContext {
 public:
  virtual ~AttentionContext() = default;
  // Attention of the pass's new tokens at one layer. Layers come in order 0, 1, 2, ...; all three
  // inputs are BEFORE RoPE, and the context alone decides on positions.
  //   q [T, H, D], k and v [T, G, D] (views, rows may be strided), out [T, H, D].
  virtual void attend(int layer, const kernels::Tensor& q, const kernels::Tensor& k,
                      const kernels::Tensor& v, const kernels::Tensor& out) = 0;

  // Passes that are recorded once and then repeated (Backend::record()) happen without attend():
  // How many passes of one token can follow that differ in nothing but the token and its place; 0 where every
  // pass wants its own.
  virtual std::int64_t repeatable() const { return 0; }
  // Tokens that have gone through attend(), and a word for passes that did so otherwise or not at all.
  virtual std::int64_t place() const { return 0; }
  virtual void move_to(std::int64_t place) { static_cast<void>(place); }
};

// Full causal attention over everything that was passed so far, positions 0, 1, 2, ...: the reference
// semantics of a decoder. Keeps all K and V of up to `capacity` tokens; Error{bad_argument} beyond.
class CausalContext : public AttentionContext {
 public:
  CausalContext(kernels::Backend& backend, const kernels::RopeTable& rope, std::int64_t capacity);
  // Positions for the tokens of the next pass; without it they go on from the last one, plus 1 each.
  void place_next(std::vector<kernels::Position> positions);
  void attend(int layer, const kernels::Tensor& q, const kernels::Tensor& k, const kernels::Tensor& v,
              const kernels::Tensor& out) override;
  std::int64_t repeatable() const override;
  std::int64_t place() const override;
  void move_to(std::int64_t place) override;

 private:
  struct Layer {
    kernels::Tensor k;  // [capacity, G, D], rotated
    kernels::Tensor v;
  };
  void begin_pass(std::int64_t tokens);

  kernels::Backend& backend_;
  const kernels::RopeTable& rope_;
  const std::int64_t capacity_;
  std::vector<Layer> layers_;
  std::int64_t begin_ = 0;   // tokens before the pass that is running
  std::int64_t tokens_ = 0;  // with it
  std::vector<kernels::Position> next_positions_;  // asked for by place_next(), until the pass begins
  std::vector<kernels::Position> positions_;       // of the pass that is running
  std::int32_t next_position_ = 0;
  Workspace rotated_q_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_ATTENTION_CONTEXT_H_
