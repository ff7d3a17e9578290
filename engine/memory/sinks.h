// Declares Sinks: K (before RoPE) and V of the prompt that stands before the pictures. Every pass,
// watching or answering, attends to them first; they never leave the context (the "attention sinks" of
// StreamingLLM and InfLLM).
//
// Thread rule: immutable after compute(). Lifetime rule: the backend outlives it.
#ifndef LONGTAKE_ENGINE_MEMORY_SINKS_H_
#define LONGTAKE_ENGINE_MEMORY_SINKS_H_

#include <vector>

#include "engine/model/model.h"

namespace longtake::memory {

struct Sinks {
  struct Layer {
    kernels::Tensor k;  // [tokens, G, D], before RoPE
    kernels::Tensor v;
  };
  std::int64_t tokens = 0;
  std::vector<Layer> layers;

  // Runs the model's prompt_before() through its decoder.
  static Sinks compute(model::Model& model);
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_SINKS_H_
