// Declares Sampler and generate(): the next token, and the loop that produces an answer.
//
// Thread rule: one thread. Lifetime rule: everything is borrowed for the duration of the call.
#ifndef LONGTAKE_ENGINE_MODEL_GENERATE_H_
#define LONGTAKE_ENGINE_MODEL_GENERATE_H_

#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attention_context.h"
#include "engine/model/model.h"

namespace longtake::model {

struct GenerateOptions {
  int max_tokens = 256;
  double temperature = 0;   // 0 = greedy
  double top_p = 1.0;       // keeps the smallest set of tokens whose probability reaches it
  std::uint64_t seed = 0;
};

// Picks a token from logits. Greedy ties go to the lower id, as in the reference implementations.
class Sampler {
 public:
  explicit Sampler(const GenerateOptions& options);
  TokenId pick(std::span<const float> logits);

 private:
  const GenerateOptions options_;
  std::mt19937_64 random_;
  std::vector<std::pair<float, TokenId>> candidates_;
};

// log softmax(logits)[id]
double log_probability(std::span<const float> logits, TokenId id);

struct Generated {
  std::vector<TokenId> ids;  // without the stop token
  std::string text;
  bool stopped = false;      // a stop token came; otherwise max_tokens or cancellation ended it
  bool cancelled = false;
  double prefill_seconds = 0;
  double decode_seconds = 0;
};

// Prefills `prompt` on the context and generates. `on_text` gets each completed piece of text (whole
// UTF-8 characters) as it comes; `cancelled` is asked before every token and, where its pass is not a
// recorded one, between layers.
Generated generate(Model& model, AttentionContext& context, const PromptPart& prompt,
                   const GenerateOptions& options,
                   const std::function<void(std::string_view)>& on_text,
                   const std::function<bool()>& cancelled);

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_GENERATE_H_
