// Declares CausalContext, which lets a decoder attend to plain text: what tests and benches compare
// with, and what no part of the program needs.
//
// Thread rule: one thread. Lifetime rule: backend and rope outlive it.
#ifndef LONGTAKE_TESTS_SUPPORT_CAUSAL_CONTEXT_H_
#define LONGTAKE_TESTS_SUPPORT_CAUSAL_CONTEXT_H_

#include <cstdint>
#include <vector>

#include "engine/model/attention_context.h"
#include "engine/model/device_tensors.h"
#include "kernels/backend.h"

namespace longtake::tests {

// Full causal attention over everything that was passed so far, positions 0, 1, 2, ...: the reference
// semantics of a decoder. Keeps all K and V of up to `capacity` tokens; Error{bad_argument} beyond.
class CausalContext : public model::AttentionContext {
 public:
  CausalContext(kernels::Backend& backend, const kernels::RopeTable& rope, std::int64_t capacity);
  // Positions for the tokens of the next pass; without it they go on from the last one, plus 1 each.
  void place_next(std::vector<kernels::Position> positions);
  void attend(int layer, const kernels::Tensor& q, const kernels::Tensor& k,
              const kernels::Tensor& v, const kernels::Tensor& out) override;
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
  std::int64_t begin_ = 0;                         // tokens before the pass that is running
  std::int64_t tokens_ = 0;                        // with it
  std::vector<kernels::Position> next_positions_;  // of place_next(), until the pass begins
  std::vector<kernels::Position> positions_;       // of the pass that is running
  std::int32_t next_position_ = 0;
  model::Workspace rotated_q_;
};

}  // namespace longtake::tests

#endif  // LONGTAKE_TESTS_SUPPORT_CAUSAL_CONTEXT_H_
