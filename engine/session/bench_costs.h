// Declares ModelCosts: how much arithmetic and how many bytes a model's passes need at least.
// Divided by a limit of the machine they give the shortest time possible; a measured time is
// compared with that.
//
// Thread rule: one thread. Lifetime rule: a value.
#ifndef LONGTAKE_ENGINE_SESSION_BENCH_COSTS_H_
#define LONGTAKE_ENGINE_SESSION_BENCH_COSTS_H_

#include <filesystem>

#include "engine/model/model.h"
#include "engine/model/model_config.h"

namespace longtake::session {

// A multiplication and its addition count as two operations; norms, activations and RoPE as none.
struct ModelCosts {
  double vision = 0;     // operations per frame: tower and projector; 0 = not known for this family
  double token = 0;      // operations per decoder token, the output matrix and attention apart
  double attention = 0;  // operations per pair of a token and one that it sees
  double head = 0;       // operations per row of logits
  double weight_bytes = 0;  // read for every generated token

  // Operations of a pass of `tokens` over `context` tokens before them and causally over
  // themselves.
  double prefill(double tokens, double context) const;
};

double vision_operations(const model::LlavaOnevisionConfig& config);
ModelCosts costs_of(model::Model& model, const std::filesystem::path& folder);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_BENCH_COSTS_H_
