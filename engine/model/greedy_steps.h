// Declares GreedySteps: the tokens of an answer after its first one, each the likeliest after the one before.
// The first few passes are made as any other: they may have to prepare things, and most answers are short. Then
// one is recorded, where the device and the context have that, and repeated from then on.
//
// Thread rule: one thread. Lifetime rule: everything is borrowed; one GreedySteps per answer, which
// ends before other passes on the same model begin.
#ifndef LONGTAKE_ENGINE_MODEL_GREEDY_STEPS_H_
#define LONGTAKE_ENGINE_MODEL_GREEDY_STEPS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "engine/model/attention_context.h"
#include "engine/model/model.h"

namespace longtake::model {

class GreedySteps {
 public:
  // `context` has seen everything up to the token that after() is first asked about. `cancelled`, if given,
  // is asked between the layers of passes that are not recorded; a recorded one takes milliseconds.
  GreedySteps(Model& model, AttentionContext& context, std::function<bool()> cancelled = {});
  ~GreedySteps();

  // What comes after `id`, which is the token that came last. `left`: how many times more, this one included,
  // it may be asked.
  TokenId after(TokenId id, std::int64_t left);

 private:
  TokenId pass(TokenId id, const std::function<bool()>& cancelled);
  void record(TokenId id, std::int64_t repetitions);

  Model& model_;
  AttentionContext& context_;
  const std::function<bool()> cancelled_;
  const kernels::Tensor row_;  // [1, width]
  std::unique_ptr<kernels::RecordedPass> recorded_;
  int steps_ = 0;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_GREEDY_STEPS_H_
