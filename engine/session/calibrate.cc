#include "engine/session/calibrate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/session/synthetic.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

// One scene each, with its own memory: crowded ones, and one where the same number of events is lost
// in quiet footage.
constexpr Micros kSceneLengths[] = {300 * kMicrosPerSecond, 300 * kMicrosPerSecond,
                                    300 * kMicrosPerSecond, 300 * kMicrosPerSecond,
                                    1200 * kMicrosPerSecond};
constexpr int kEvents = 24;                  // per scene
constexpr int kQuestions = 56;               // per scene, a fifth of them about what never appears
constexpr std::uint64_t kFirstSeed = 7'000;  // seeds of the scenes; the evaluation uses others

// Notes what each head scored and attended to.
class HeadObserver : public memory::RecallObserver {
 public:
  HeadObserver(std::int64_t layers, std::int64_t kv_heads, std::vector<std::int64_t> truth)
      : kv_heads_(kv_heads),
        truth_(std::move(truth)),
        on_truth(static_cast<std::size_t>(layers * kv_heads)),
        on_blocks(on_truth.size()) {}

  void on_scores(int /*layer*/, std::span<const float> scores, std::int64_t blocks) override {
    sample.blocks = blocks;
    for (std::int64_t g = 0; g < kv_heads_; ++g) {
      const auto row = scores.subspan(static_cast<std::size_t>(g * blocks),
                                      static_cast<std::size_t>(blocks));
      const double mean = std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(blocks);
      double variance = 0;
      for (const float score : row) variance += (score - mean) * (score - mean);
      variance /= static_cast<double>(blocks);
      const double factor = variance > 1e-12 ? 1 / std::sqrt(variance) : 0;
      for (const float score : row) {
        sample.scores.push_back(static_cast<float>((score - mean) * factor));
      }
    }
  }

  void on_attention(int layer, std::span<const std::int64_t> chosen,
                    std::span<const float> mass) override {
    const std::size_t heads = chosen.empty() ? 0 : mass.size() / chosen.size();
    const std::size_t per_group = heads / static_cast<std::size_t>(kv_heads_);
    for (std::size_t h = 0; h < heads; ++h) {
      const std::size_t head = static_cast<std::size_t>(layer * kv_heads_) + h / per_group;
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        const double share = static_cast<double>(mass[h * chosen.size() + i]);
        on_blocks[head] += share;
        if (std::binary_search(truth_.begin(), truth_.end(), chosen[i])) on_truth[head] += share;
      }
    }
  }

 private:
  const std::int64_t kv_heads_;
  const std::vector<std::int64_t> truth_;

 public:
  FindSample sample;
  std::vector<double> on_truth;   // [layers * kv_heads] attention mass on true blocks
  std::vector<double> on_blocks;  // and on all blocks
};

}  // namespace

std::vector<float> fit_find_weights(const std::vector<FindSample>& samples, std::size_t heads) {
  constexpr int kSteps = 400;
  constexpr double kRate = 0.3;
  constexpr double kRidge = 1e-3;
  std::vector<double> weights(heads, 1.0 / static_cast<double>(heads));
  std::vector<double> logits;
  for (int step = 0; step < kSteps; ++step) {
    std::vector<double> gradient(heads, 0);
    for (const FindSample& sample : samples) {
      const auto blocks = static_cast<std::size_t>(sample.blocks);
      logits.assign(blocks, 0);
      for (std::size_t head = 0; head < heads; ++head) {
        if (weights[head] <= 0) continue;
        const float* row = sample.scores.data() + head * blocks;
        for (std::size_t b = 0; b < blocks; ++b) {
          logits[b] += weights[head] * static_cast<double>(row[b]);
        }
      }
      const double top = *std::max_element(logits.begin(), logits.end());
      double total = 0;
      for (double& logit : logits) total += logit = std::exp(logit - top);
      double true_mass = 0;
      for (const std::int64_t b : sample.truth) true_mass += logits[static_cast<std::size_t>(b)];
      if (true_mass <= 0) continue;
      // d log(true mass / total) / d w_i = E_true[score_i] - E_all[score_i]
      for (std::size_t head = 0; head < heads; ++head) {
        const float* row = sample.scores.data() + head * blocks;
        double expected = 0;
        for (std::size_t b = 0; b < blocks; ++b) {
          expected += logits[b] * static_cast<double>(row[b]);
        }
        double on_truth = 0;
        for (const std::int64_t b : sample.truth) {
          on_truth += logits[static_cast<std::size_t>(b)] * static_cast<double>(row[b]);
        }
        gradient[head] += on_truth / true_mass - expected / total;
      }
    }
    for (std::size_t head = 0; head < heads; ++head) {
      const double slope = gradient[head] / static_cast<double>(samples.size());
      weights[head] = std::max(0.0, weights[head] + kRate * (slope - kRidge * weights[head]));
    }
  }
  return {weights.begin(), weights.end()};
}

float fit_sharpness(const std::vector<FindSample>& samples, const std::vector<float>& weights,
                    std::size_t kv_heads, std::int64_t budget, double mass) {
  constexpr double kStep = 1.25;
  constexpr double kSharpest = 100;
  constexpr double kKept = 0.99;

  // What the choices hold, best first: of every question at every layer.
  struct Choice {
    std::vector<double> scores;  // combined ones, of all blocks
    std::vector<bool> is_true;   // of the first `budget`
  };
  std::vector<Choice> choices;
  double held = 0;
  for (const FindSample& sample : samples) {
    const auto blocks = static_cast<std::size_t>(sample.blocks);
    std::vector<double> combined(blocks);
    for (std::size_t head = 0; head < weights.size(); ++head) {
      const float* row = sample.scores.data() + head * blocks;
      for (std::size_t b = 0; b < blocks; ++b) {
        combined[b] += static_cast<double>(weights[head]) * static_cast<double>(row[b]);
      }
      if ((head + 1) % kv_heads != 0) continue;
      std::vector<std::size_t> order(blocks);
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return combined[a] > combined[b]; });
      if (blocks == 0 || combined[order.front()] <= 0) continue;
      Choice& choice = choices.emplace_back();
      for (const std::size_t b : order) choice.scores.push_back(combined[b]);
      const auto first =
          std::min(blocks, static_cast<std::size_t>(std::max<std::int64_t>(0, budget)));
      for (std::size_t i = 0; i < first; ++i) {
        choice.is_true.push_back(std::binary_search(sample.truth.begin(), sample.truth.end(),
                                                    static_cast<std::int64_t>(order[i])));
        held += choice.is_true.back() ? 1 : 0;
      }
    }
  }

  double best = 1;
  if (held == 0) return static_cast<float>(best);
  for (double sharpness = kStep; sharpness < kSharpest; sharpness *= kStep) {
    double kept = 0;
    for (const Choice& choice : choices) {
      double all = 0;
      for (const double score : choice.scores) {
        all += kernels::pick_weight(score, choice.scores.front(), sharpness);
      }
      double covered = 0;
      for (std::size_t i = 0; i < choice.is_true.size() && covered < mass * all; ++i) {
        covered += kernels::pick_weight(choice.scores[i], choice.scores.front(), sharpness);
        kept += choice.is_true[i] ? 1 : 0;
      }
    }
    if (kept < kKept * held) break;
    best = sharpness;
  }
  return static_cast<float>(best);
}

float fit_floor(std::vector<double> good, std::vector<double> bad) {
  constexpr double kMostRefused = 0.05;
  if (good.empty()) return 0;
  std::sort(good.begin(), good.end());
  std::sort(bad.begin(), bad.end());
  if (bad.empty()) return static_cast<float>(good.front() - 1);
  const auto share_below = [](const std::vector<double>& values, double floor) {
    const auto below = std::lower_bound(values.begin(), values.end(), floor) - values.begin();
    return static_cast<double>(below) / static_cast<double>(values.size());
  };
  // Candidates are the good values: just below each lies the highest floor that keeps it.
  double best = good.front();
  double best_gain = -1;
  for (const double floor : good) {
    const double gain = share_below(bad, floor) - share_below(good, floor);
    if (share_below(good, floor) > kMostRefused) break;
    if (gain > best_gain) {
      best_gain = gain;
      best = floor;
    }
  }
  // The middle of the gap between that good value and the bad one below it.
  const auto above = std::lower_bound(bad.begin(), bad.end(), best);
  const double caught = above == bad.begin() ? best - 1 : *std::prev(above);
  return static_cast<float>((best + caught) / 2);
}

memory::Calibration calibrate(Runtime& runtime, const std::function<bool()>& cancelled) {
  model::Model& model = runtime.model();
  const model::DecoderConfig& decoder = model.decoder().config();
  const auto heads = static_cast<std::size_t>(decoder.layers * decoder.kv_heads);
  const auto check = [&] {
    if (cancelled && cancelled()) {
      throw Error(ErrorCode::cancelled, "The self-test of the model was cancelled");
    }
  };

  struct Scene {
    memory::RamBlocks blocks;
    std::vector<world::Question> questions;
  };
  std::vector<Scene> scenes;
  for (const Micros length : kSceneLengths) {
    const std::uint64_t seed = kFirstSeed + scenes.size();
    const world::Scene scene = world::long_scene(seed, length, kEvents);
    scenes.push_back({watch_scene(runtime, scene, cancelled),
                      world::questions(scene, {0, scene.duration_us}, seed, kQuestions)});
  }

  AnswerOptions ask = runtime.answer_options();
  ask.verify = false;
  ask.generate.max_tokens = 8;
  memory::BlockCache cache(64u << 20, runtime.backend());
  const auto whole = [](const memory::RamBlocks& blocks) {
    return AnswerSource{&blocks, {0, std::numeric_limits<Micros>::max()}};
  };

  // First round: what does every head see, when each layer chooses by itself?
  memory::Calibration calibration = memory::Calibration::uniform(decoder.layers, decoder.kv_heads);
  std::vector<FindSample> samples;
  std::vector<double> on_truth(heads);
  std::vector<double> on_blocks(heads);
  for (const Scene& scene : scenes) {
    Answerer answerer(model, runtime.sinks(), calibration, cache);
    for (const world::Question& question : scene.questions) {
      check();
      std::vector<std::int64_t> truth = blocks_in(scene.blocks, question.ranges);
      if (!question.answerable || truth.empty()) continue;
      HeadObserver observer(decoder.layers, decoder.kv_heads, truth);
      answerer.ask(question.text, {whole(scene.blocks)}, ask, {}, &observer);
      observer.sample.truth = std::move(truth);
      samples.push_back(std::move(observer.sample));
      for (std::size_t head = 0; head < heads; ++head) {
        on_truth[head] += observer.on_truth[head];
        on_blocks[head] += observer.on_blocks[head];
      }
    }
    cache.forget(scene.blocks);
  }
  if (samples.empty()) {
    throw Error(ErrorCode::internal, "The self-test asked no answerable question");
  }
  calibration.fingerprint = model.info().fingerprint;
  calibration.find = fit_find_weights(samples, heads);
  calibration.sharpness =
      fit_sharpness(samples, calibration.find, static_cast<std::size_t>(decoder.kv_heads),
                    ask.budget, memory::RecallOptions{}.mass);
  // A head cites by how pure its attention is, squared so that vague heads do not drown the sharp ones.
  for (std::size_t head = 0; head < heads; ++head) {
    const double purity = on_blocks[head] > 0 ? on_truth[head] / on_blocks[head] : 0;
    calibration.cite[head] = static_cast<float>(purity * purity);
  }

  // Second round, with these weights: where does support separate seen from unseen?
  std::vector<double> good;
  std::vector<double> bad;
  std::vector<double> confirmed;
  std::vector<double> unconfirmed;
  ask.verify = true;
  for (const Scene& scene : scenes) {
    Answerer answerer(model, runtime.sinks(), calibration, cache);
    for (const world::Question& question : scene.questions) {
      check();
      const AnswerResult result = answerer.ask(question.text, {whole(scene.blocks)}, ask);
      // A right "no" or "0" rests on nothing that was seen, so its support says nothing.
      const bool right =
          question.answerable && !question.ranges.empty() && result.text == question.answer;
      if (right) good.push_back(result.support);
      if (!question.answerable) bad.push_back(result.support);
      if (!right) continue;
      for (const CitedRange& citation : result.citations) {
        const bool true_range =
            std::any_of(question.ranges.begin(), question.ranges.end(), [&](const auto& range) {
              return citation.time.overlaps({range.t0, range.t1});
            });
        (true_range ? confirmed : unconfirmed).push_back(citation.support);
      }
    }
    cache.forget(scene.blocks);
  }
  calibration.support_floor = fit_floor(good, bad);
  calibration.confirm_floor = fit_floor(confirmed, unconfirmed);
  return calibration;
}

}  // namespace longtake::session
