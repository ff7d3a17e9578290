#include "engine/model/generate.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/time.h"
#include "engine/model/greedy_steps.h"
#include "kernels/error.h"

namespace longtake::model {

using kernels::Tensor;

namespace {

TokenId highest(std::span<const float> logits) {
  // max_element keeps the first of equals: ties go to the lower id.
  return static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

double seconds_since(std::int64_t start_us) {
  return to_seconds(monotonic_us() - start_us);
}

}  // namespace

Sampler::Sampler(const GenerateOptions& options) : options_(options), random_(options.seed) {}

TokenId Sampler::pick(std::span<const float> logits) {
  if (options_.temperature <= 0) return highest(logits);

  const float top = *std::max_element(logits.begin(), logits.end());
  double total = 0;
  candidates_.clear();
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double weight = std::exp((logits[i] - top) / options_.temperature);
    candidates_.emplace_back(static_cast<float>(weight), static_cast<TokenId>(i));
    total += static_cast<float>(weight);
  }

  // The likeliest tokens are moved to the end of the heap until their mass suffices.
  auto less_likely = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  };
  auto kept = candidates_.begin();
  double mass = total;
  if (options_.top_p < 1) {
    std::make_heap(candidates_.begin(), candidates_.end(), less_likely);
    kept = candidates_.end();
    mass = 0;
    do {
      std::pop_heap(candidates_.begin(), kept, less_likely);
      --kept;
      mass += kept->first;
    } while (kept != candidates_.begin() && mass < options_.top_p * total);
  }

  // 53 bits of the engine directly: std::uniform_real_distribution differs between libraries.
  double left = static_cast<double>(random_() >> 11) * 0x1.0p-53 * mass;
  for (auto it = kept; it != candidates_.end(); ++it) {
    left -= it->first;
    if (left < 0) return it->second;
  }
  return highest(logits);  // rounding left a crumb: the most likely token is always allowed
}

double log_probability(std::span<const float> logits, TokenId id) {
  const double top = *std::max_element(logits.begin(), logits.end());
  double total = 0;
  for (float logit : logits) total += std::exp(logit - top);
  return logits[static_cast<std::size_t>(id)] - top - std::log(total);
}

Generated generate(Model& model, AttentionContext& context, const PromptPart& prompt,
                   const GenerateOptions& options,
                   const std::function<void(std::string_view)>& on_text,
                   const std::function<bool()>& cancelled) {
  Generated result;
  if (prompt.ids.empty() || options.max_tokens <= 0) return result;

  Decoder& decoder = model.decoder();
  kernels::Backend& backend = model.backend();
  const Tensor rows =
      backend.allocate(backend.activation_dtype(),
                       {static_cast<std::int64_t>(prompt.ids.size()), decoder.config().width});
  Sampler sampler(options);
  TokenStream stream(model.tokenizer());
  auto emit = [&](const std::string& piece) {
    if (piece.empty()) return;
    result.text += piece;
    if (on_text) on_text(piece);
  };

  const bool greedy = options.temperature <= 0;
  GreedySteps steps(model, context, cancelled);
  std::vector<float> logits;
  // Runs ids through the model and picks what comes after the last one. Only a draw needs the
  // logits here; the likeliest token is found where they are.
  auto next_after = [&](std::span<const TokenId> ids) {
    const auto count = static_cast<std::int64_t>(ids.size());
    const Tensor hidden = rows.rows(0, count);
    model.embed(ids, hidden);
    decoder.forward(hidden, context, cancelled);
    const Tensor last = hidden.rows(count - 1, count);
    if (greedy) return decoder.likeliest(last);
    decoder.logits(last, logits);
    return sampler.pick(logits);
  };

  std::int64_t start = monotonic_us();
  try {
    TokenId id = next_after(prompt.ids);
    result.prefill_seconds = seconds_since(start);
    start = monotonic_us();
    for (;;) {
      if (cancelled && cancelled()) throw Error(ErrorCode::cancelled, "the answer was cancelled");
      if (model.is_stop(id)) {
        result.stopped = true;
        break;
      }
      result.ids.push_back(id);
      emit(stream.push(id));
      const auto left = options.max_tokens - static_cast<std::int64_t>(result.ids.size());
      if (left == 0) break;
      id = greedy ? steps.after(id, left) : next_after({&id, 1});
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::cancelled) throw;
    result.cancelled = true;
  }
  result.decode_seconds = result.prefill_seconds > 0 ? seconds_since(start) : 0;
  emit(stream.finish());
  return result;
}

}  // namespace longtake::model
