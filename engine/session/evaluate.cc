#include "engine/session/evaluate.h"

#include <algorithm>
#include <set>

#include "engine/session/answer.h"
#include "engine/session/synthetic.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

constexpr Micros kContextLength = 30 * kMicrosPerSecond;
constexpr int kContextQuestions = 10;
constexpr double kEnoughOverlap = 0.3;

bool is_two_hop(world::QuestionType type) {
  return type == world::QuestionType::same_way || type == world::QuestionType::same_number;
}

void count(Tally& tally, bool right) {
  ++tally.all;
  tally.right += right ? 1 : 0;
}

// Which blocks any layer attended to while answering.
class UsedBlocks : public memory::RecallObserver {
 public:
  void on_scores(int, std::span<const float>, std::int64_t) override {}
  void on_attention(int /*layer*/, std::span<const std::int64_t> chosen,
                    std::span<const float>) override {
    used.insert(chosen.begin(), chosen.end());
  }
  std::set<std::int64_t> used;
};

void ask_about(Runtime& runtime, const world::Scene& scene, int questions, EvaluationRow& row,
               const std::function<bool()>& cancelled) {
  const memory::RamBlocks blocks = watch_scene(runtime, scene, cancelled);
  memory::BlockCache cache(64u << 20, runtime.backend());
  Answerer answerer(runtime.model(), runtime.sinks(), runtime.calibration(), cache);
  AnswerOptions options = runtime.answer_options();
  options.verify = false;
  options.generate.max_tokens = 8;
  const AnswerSource whole{&blocks, {0, std::numeric_limits<Micros>::max()}};
  for (const world::Question& question :
       world::questions(scene, {0, scene.duration_us}, scene.seed, questions)) {
    if (cancelled && cancelled()) {
      throw Error(ErrorCode::cancelled, "The evaluation was cancelled");
    }
    UsedBlocks observer;
    const AnswerResult result = answerer.ask(question.text, {whole}, options, {}, &observer);
    const bool right = result.text == question.answer;
    if (!question.answerable) {
      count(row.refused, !result.found);
      continue;
    }
    count(row.accuracy[std::string(world::name(question.type))], right);
    count(is_two_hop(question.type) ? row.two_hop : row.answered, right);
    if (!question.ranges.empty()) count(row.refused_wrongly, !result.found);
    const bool every_event = std::all_of(
        question.ranges.begin(), question.ranges.end(), [&](const world::TimeRange& range) {
          const std::vector<std::int64_t> truth = blocks_in(blocks, {range});
          return std::any_of(truth.begin(), truth.end(),
                             [&](std::int64_t block) { return observer.used.contains(block); });
        });
    count(row.recalled, every_event);
    if (right && !question.ranges.empty()) {
      const auto hits = [&](const CitedRange& citation) {
        return std::any_of(question.ranges.begin(), question.ranges.end(), [&](const auto& range) {
          return overlap(citation.time, range) >= kEnoughOverlap;
        });
      };
      count(row.cited, !result.citations.empty() && hits(result.citations.front()));
      count(row.cited_any, std::any_of(result.citations.begin(), result.citations.end(), hits));
    }
  }
  cache.forget(blocks);
}

std::string length_name(Micros length) {
  const std::int64_t minutes = length / (60 * kMicrosPerSecond);
  return minutes < 60 ? std::to_string(minutes) + " min" : std::to_string(minutes / 60) + " h";
}

}  // namespace

std::vector<EvaluationRow> evaluate(Runtime& runtime, const EvaluateOptions& options,
                                    const std::function<bool()>& cancelled) {
  std::vector<EvaluationRow> rows;
  std::uint64_t seed = options.first_seed;

  EvaluationRow& context = rows.emplace_back();
  context.name = "in context";
  context.length = kContextLength;
  context.scenes = options.context_scenes;
  for (int i = 0; i < options.context_scenes; ++i) {
    world::SceneOptions scene;
    scene.duration_us = kContextLength;
    ask_about(runtime, world::make_scene(seed++, scene), kContextQuestions, context, cancelled);
  }

  for (const auto& [length, scenes] : options.lengths) {
    EvaluationRow row;
    row.name = length_name(length);
    row.length = length;
    row.scenes = scenes;
    for (int i = 0; i < scenes; ++i) {
      ask_about(runtime, world::long_scene(seed++, length, options.events_per_scene),
                options.questions, row, cancelled);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace longtake::session
