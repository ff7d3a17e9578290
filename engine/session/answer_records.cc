#include "engine/session/answer_records.h"

#include <nlohmann/json.hpp>

namespace longtake::session {

std::string timing_json(const AnswerTiming& timing) {
  return nlohmann::ordered_json{{"first_token_ms", timing.first_token_ms},
                                {"total_ms", timing.total_ms},
                                {"score_ms", timing.score_ms},
                                {"load_ms", timing.load_ms},
                                {"prefill_ms", timing.prefill_ms},
                                {"decode_tokens_per_s", timing.decode_tokens_per_s},
                                {"verify_ms", timing.verify_ms}}
      .dump();
}

std::string coverage_json(const std::vector<SeenRange>& coverage) {
  auto json = nlohmann::ordered_json::array();
  for (const SeenRange& seen : coverage) {
    json.push_back({{"video", seen.video},
                    {"start_s", to_seconds(seen.time.begin)},
                    {"end_s", to_seconds(seen.time.end)}});
  }
  return json.dump();
}

std::string scope_json(const std::vector<QuestionScope>& scopes) {
  auto json = nlohmann::ordered_json::array();
  for (const QuestionScope& scope : scopes) {
    nlohmann::ordered_json one = {{"video", scope.video}};
    if (scope.range) {
      one["start_s"] = to_seconds(scope.range->begin);
      one["end_s"] = to_seconds(scope.range->end);
    }
    json.push_back(std::move(one));
  }
  return json.dump();
}

std::vector<store::Citation> to_citations(const std::vector<CitedRange>& ranges,
                                          const std::vector<std::int64_t>& videos) {
  std::vector<store::Citation> citations;
  for (const CitedRange& range : ranges) {
    store::Citation& citation = citations.emplace_back();
    citation.video_id = videos[range.source];
    citation.time = range.time;
    citation.score = range.score;
    citation.verdict = range.verdict;
  }
  return citations;
}

}  // namespace longtake::session
