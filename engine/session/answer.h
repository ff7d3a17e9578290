// Declares Answerer: question in, cited answer out. The answer's text comes from the model; its
// citations come from the model's attention, never from the text; its support and each citation's
// verdict come from how much likelier the answer is with the evidence than without any.
//
// Thread rule: one thread, the one that owns the model. Lifetime rule: everything it is made of outlives
// it; sources in a request stay open for the call.
#ifndef LONGTAKE_ENGINE_SESSION_ANSWER_H_
#define LONGTAKE_ENGINE_SESSION_ANSWER_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/memory/recall.h"
#include "engine/model/generate.h"
#include "engine/model/model.h"
#include "engine/store/records.h"

namespace longtake::session {

using store::Verdict;

// What the engine is doing about a question; each is entered when it really begins.
enum class Phase : std::uint8_t { waiting, loading_model, recalling, answering, verifying };

struct CitedRange {
  std::size_t source = 0;  // index into the request's sources
  TimeRange time;
  double score = 0;        // share of the evidence, 0..1
  Verdict verdict = Verdict::none;
  double support = 0;      // of the answer by this range alone, when checked
};

struct WeighedRange {
  std::size_t source = 0;
  TimeRange time;
  double weight = 0;  // 0..1; 1 for the block with the most evidence
};

// One video that a question may draw on, and the part of it that it is about.
struct AnswerSource {
  const memory::BlockSource* blocks = nullptr;
  TimeRange scope;
};

struct AnswerOptions {
  model::GenerateOptions generate;
  std::int64_t budget = 64;   // blocks per layer
  std::int64_t recent = 8;    // exact recent blocks
  bool verify = true;
  kernels::DType working_dtype = kernels::DType::f32;
};

struct AnswerTiming {
  double first_token_ms = 0;
  double total_ms = 0;
  double score_ms = 0;
  double load_ms = 0;
  double prefill_ms = 0;
  double decode_tokens_per_s = 0;
  double verify_ms = 0;
};

struct AnswerResult {
  std::string text;
  bool found = false;
  bool stopped = false;   // cancelled while it was being generated; text is what there was
  double support = 0;     // mean log p(token | recalled) - log p(token | no video)
  std::vector<CitedRange> citations;  // best first; when not found, the nearest moments
  std::vector<WeighedRange> evidence;  // what the citations were drawn from, see evidence_from()
  std::int64_t blocks_used = 0;  // distinct ones, over all layers
  std::int64_t blocks_in_scope = 0;
  AnswerTiming timing;
};

struct AnswerCallbacks {
  std::function<void(Phase)> on_phase;
  std::function<void(std::string_view)> on_text;
  std::function<void(const std::vector<CitedRange>&)> on_citations;  // again after each verdict
  std::function<bool()> cancelled;
};

class Answerer {
 public:
  Answerer(model::Model& model, const memory::Sinks& sinks, const memory::Calibration& calibration,
           memory::BlockCache& cache);

  AnswerResult ask(std::string_view question, const std::vector<AnswerSource>& sources,
                   const AnswerOptions& options, const AnswerCallbacks& callbacks = {},
                   memory::RecallObserver* observer = nullptr);

  // Mean log-probability per token of an answer to a question, given only these scopes (none = no video).
  double log_probability(const model::PromptPart& prompt, const std::vector<model::TokenId>& answer,
                         const std::vector<memory::RecallScope>& scopes,
                         const AnswerOptions& options);

 private:
  void verify(const model::PromptPart& prompt, const std::vector<model::TokenId>& answer,
              double without_video, const std::vector<AnswerSource>& sources,
              const AnswerOptions& options, const AnswerCallbacks& callbacks, AnswerResult& result);

  model::Model& model_;
  const memory::Sinks& sinks_;
  const memory::Calibration& calibration_;
  memory::BlockCache& cache_;
};

// Merges evidence per block into time ranges: blocks that hold at least a quarter of the best one's
// evidence, joined where at most one block lies between them. Best first, at most `limit`.
// evidence: numbered through the scopes; scopes[i] belongs to source i.
std::vector<CitedRange> citations_from(const std::vector<double>& evidence,
                                       const std::vector<memory::RecallScope>& scopes,
                                       std::size_t limit);

// The evidence itself, for a timeline: per source its strongest `limit` blocks, in order of time. Blocks
// below a two-hundredth of the best one cannot be seen there and are left out. Arguments as above.
std::vector<WeighedRange> evidence_from(const std::vector<double>& evidence,
                                        const std::vector<memory::RecallScope>& scopes,
                                        std::size_t limit);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_ANSWER_H_
