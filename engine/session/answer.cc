#include "engine/session/answer.h"

#include <algorithm>
#include <numeric>

#include "kernels/error.h"

namespace longtake::session {

using memory::BlockId;
using memory::RecallScope;
using model::TokenId;

namespace {

// Blocks this close in number belong to one moment.
constexpr BlockId kJoinDistance = 2;
// Share of the best block's evidence that a block needs to be cited at all.
constexpr double kEvidenceShare = 0.25;
// And to be kept for the timeline.
constexpr double kVisibleShare = 0.005;
constexpr std::size_t kKeptEvidence = 256;  // blocks per source
constexpr std::size_t kMaxCitations = 5;

double milliseconds_since(std::int64_t start_us) {
  return static_cast<double>(monotonic_us() - start_us) / 1000.0;
}

std::vector<RecallScope> scopes_of(const std::vector<AnswerSource>& sources) {
  std::vector<RecallScope> scopes;
  for (const AnswerSource& source : sources) {
    const auto [first, last] = source.blocks->range(source.scope);
    scopes.push_back({source.blocks, first, last});
  }
  return scopes;
}

}  // namespace

std::vector<CitedRange> citations_from(const std::vector<double>& evidence,
                                       const std::vector<RecallScope>& scopes, std::size_t limit) {
  const double total = std::accumulate(evidence.begin(), evidence.end(), 0.0);
  if (total <= 0) return {};
  const double least = kEvidenceShare * *std::max_element(evidence.begin(), evidence.end());

  std::vector<CitedRange> ranges;
  std::size_t number = 0;
  for (std::size_t source = 0; source < scopes.size(); ++source) {
    BlockId last_cited = -1;
    for (BlockId id = scopes[source].first; id < scopes[source].last; ++id, ++number) {
      if (evidence[number] < least) continue;
      const TimeRange time = scopes[source].source->info(id).time;
      if (last_cited >= 0 && id - last_cited <= kJoinDistance) {
        ranges.back().time.end = time.end;
      } else {
        ranges.push_back({source, time, 0, Verdict::none, 0});
      }
      ranges.back().score += evidence[number] / total;
      last_cited = id;
    }
  }
  std::stable_sort(ranges.begin(), ranges.end(),
                   [](const CitedRange& a, const CitedRange& b) { return a.score > b.score; });
  if (ranges.size() > limit) ranges.resize(limit);
  return ranges;
}

std::vector<WeighedRange> evidence_from(const std::vector<double>& evidence,
                                        const std::vector<RecallScope>& scopes, std::size_t limit) {
  if (evidence.empty()) return {};
  const double most = *std::max_element(evidence.begin(), evidence.end());
  if (most <= 0) return {};
  std::vector<WeighedRange> kept;
  std::size_t number = 0;
  for (std::size_t source = 0; source < scopes.size(); ++source) {
    const auto first = static_cast<std::ptrdiff_t>(kept.size());
    for (BlockId id = scopes[source].first; id < scopes[source].last; ++id, ++number) {
      const double weight = evidence[number] / most;
      if (weight >= kVisibleShare) {
        kept.push_back({source, scopes[source].source->info(id).time, weight});
      }
    }
    if (kept.size() - static_cast<std::size_t>(first) <= limit) continue;
    const auto end = first + static_cast<std::ptrdiff_t>(limit);
    std::nth_element(
        kept.begin() + first, kept.begin() + end, kept.end(),
        [](const WeighedRange& a, const WeighedRange& b) { return a.weight > b.weight; });
    kept.erase(kept.begin() + end, kept.end());
    std::sort(kept.begin() + first, kept.end(), [](const WeighedRange& a, const WeighedRange& b) {
      return a.time.begin < b.time.begin;
    });
  }
  return kept;
}

Answerer::Answerer(model::Model& model, const memory::Sinks& sinks,
                   const memory::Calibration& calibration, memory::BlockCache& cache)
    : model_(model), sinks_(sinks), calibration_(calibration), cache_(cache) {}

AnswerResult Answerer::ask(std::string_view question, const std::vector<AnswerSource>& sources,
                           const AnswerOptions& options, const AnswerCallbacks& callbacks,
                           memory::RecallObserver* observer) {
  const std::int64_t start = monotonic_us();
  const auto phase = [&](Phase now) {
    if (callbacks.on_phase) callbacks.on_phase(now);
  };
  phase(Phase::recalling);
  const model::PromptPart prompt = model_.prompt_after(question);
  const std::vector<RecallScope> scopes = scopes_of(sources);
  cache_.device().begin_answer();

  memory::RecallOptions recall_options;
  recall_options.budget = options.budget;
  recall_options.recent = options.recent;
  recall_options.tail_tokens =
      static_cast<std::int64_t>(prompt.ids.size()) + options.generate.max_tokens + 1;
  recall_options.dtype = options.working_dtype;
  memory::Recall recall(model_.backend(), model_.decoder().config().rope, sinks_, calibration_,
                        cache_, scopes, recall_options, observer);
  recall.begin_prompt(static_cast<std::int64_t>(prompt.question_begin),
                      static_cast<std::int64_t>(prompt.question_end));
  recall.record_from(static_cast<std::int64_t>(prompt.ids.size()) - 1);

  AnswerResult result;
  const model::Generated generated = model::generate(
      model_, recall, prompt, options.generate,
      [&](std::string_view piece) {
        if (result.timing.first_token_ms == 0) {
          result.timing.first_token_ms = milliseconds_since(start);
          phase(Phase::answering);
        }
        if (callbacks.on_text) callbacks.on_text(piece);
      },
      callbacks.cancelled);
  result.text = generated.text;
  result.stopped = generated.cancelled;
  result.blocks_used = recall.blocks_used();
  result.blocks_in_scope = recall.blocks_in_scope();
  result.timing.score_ms = recall.timing().score_seconds * 1000;
  result.timing.load_ms = recall.timing().load_seconds * 1000;
  result.timing.prefill_ms = generated.prefill_seconds * 1000;
  if (generated.decode_seconds > 0 && generated.ids.size() > 1) {
    result.timing.decode_tokens_per_s =
        static_cast<double>(generated.ids.size() - 1) / generated.decode_seconds;
  }
  const std::vector<double> evidence = recall.evidence();
  result.citations = citations_from(evidence, scopes, kMaxCitations);
  result.evidence = evidence_from(evidence, scopes, kKeptEvidence);

  if (!result.stopped) recall.keep_on_device();
  if (!generated.ids.empty() && !result.stopped) {
    phase(Phase::verifying);
    const std::int64_t verify_start = monotonic_us();
    const double with_video = log_probability(prompt, generated.ids, scopes, options);
    const double without_video = log_probability(prompt, generated.ids, {}, options);
    result.support = with_video - without_video;
    // Support without evidence is none, whatever the floor.
    result.found = result.blocks_in_scope > 0 &&
                   result.support >= static_cast<double>(calibration_.support_floor);
    if (callbacks.on_citations) callbacks.on_citations(result.citations);
    if (options.verify) {
      verify(prompt, generated.ids, without_video, sources, options, callbacks, result);
    }
    result.timing.verify_ms = milliseconds_since(verify_start);
  }
  result.timing.total_ms = milliseconds_since(start);
  return result;
}

void Answerer::verify(const model::PromptPart& prompt, const std::vector<TokenId>& answer,
                      double without_video, const std::vector<AnswerSource>& sources,
                      const AnswerOptions& options, const AnswerCallbacks& callbacks,
                      AnswerResult& result) {
  for (CitedRange& citation : result.citations) {
    if (callbacks.cancelled && callbacks.cancelled()) return;
    const memory::BlockSource* blocks = sources[citation.source].blocks;
    const auto [first, last] = blocks->range(citation.time);
    citation.support =
        log_probability(prompt, answer, {{blocks, first, last}}, options) - without_video;
    citation.verdict = citation.support >= static_cast<double>(calibration_.confirm_floor)
                           ? Verdict::confirmed
                           : Verdict::not_confirmed;
    if (callbacks.on_citations) callbacks.on_citations(result.citations);
  }
}

double Answerer::log_probability(const model::PromptPart& prompt,
                                 const std::vector<TokenId>& answer,
                                 const std::vector<RecallScope>& scopes,
                                 const AnswerOptions& options) {
  assert(!answer.empty());
  // The last answer token predicts nothing that is asked for.
  std::vector<TokenId> ids = prompt.ids;
  ids.insert(ids.end(), answer.begin(), answer.end() - 1);

  memory::RecallOptions recall_options;
  recall_options.budget = options.budget;
  recall_options.recent = options.recent;
  recall_options.tail_tokens = static_cast<std::int64_t>(ids.size());
  recall_options.dtype = options.working_dtype;
  memory::Recall recall(model_.backend(), model_.decoder().config().rope, sinks_, calibration_,
                        cache_, scopes, recall_options);
  recall.begin_prompt(static_cast<std::int64_t>(prompt.question_begin),
                      static_cast<std::int64_t>(prompt.question_end));

  kernels::Backend& backend = model_.backend();
  const auto rows = static_cast<std::int64_t>(ids.size());
  const kernels::Tensor hidden =
      backend.allocate(backend.activation_dtype(), {rows, model_.decoder().config().width});
  model_.embed(ids, hidden);
  model_.decoder().forward(hidden, recall);
  std::vector<float> logits;
  const auto predicting = static_cast<std::int64_t>(prompt.ids.size()) - 1;
  model_.decoder().logits(hidden.rows(predicting, rows), logits);
  const auto vocabulary = static_cast<std::size_t>(model_.decoder().config().vocabulary);
  double sum = 0;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    sum += model::log_probability({logits.data() + i * vocabulary, vocabulary}, answer[i]);
  }
  return sum / static_cast<double>(answer.size());
}

}  // namespace longtake::session
