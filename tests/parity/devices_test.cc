// The same model on both devices, in f32: what one has watched, both answer from, and with the same
// words.
//
// Nano watches a scene of the shape world and is asked about it; a model of the shape of
// LLaVA-OneVision 0.5B with random weights sees noise. Without a GPU everything here is skipped.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/file.h"
#include "engine/memory/block_cache.h"
#include "engine/memory/ram_blocks.h"
#include "engine/memory/recall.h"
#include "engine/memory/stream_window.h"
#include "engine/model/greedy_steps.h"
#include "engine/model/model.h"
#include "kernels/error.h"
#include "nano/world/questions.h"
#include "nano/world/render.h"
#include "tests/bench/cuda/random_model.h"

namespace longtake::parity {
namespace {

using kernels::DType;
using kernels::Tensor;
using memory::RamBlocks;

constexpr kernels::KvCodec kCodec = kernels::KvCodec::i8;

struct Answer {
  std::vector<model::TokenId> ids;
  std::vector<double> evidence;
};

// One model on one device.
class Mind {
 public:
  Mind(std::unique_ptr<kernels::Backend> backend, std::unique_ptr<model::Model> model,
       memory::Calibration calibration)
      : backend_(std::move(backend)),
        model_(std::move(model)),
        calibration_(std::move(calibration)),
        sinks_(memory::Sinks::compute(*model_)) {}

  model::Model& model() { return *model_; }
  memory::MemoryShape shape() {
    const model::DecoderConfig& decoder = model_->decoder().config();
    return {decoder.layers, decoder.kv_heads, decoder.head_dim, kCodec};
  }
  RamBlocks watch(const std::vector<model::Picture>& pictures, std::int64_t chunk,
                  std::int64_t window) {
    memory::StreamWindow stream(*backend_, model_->decoder().config().rope, sinks_, shape(),
                                model_->unit_positions(), model_->info().extent_per_unit,
                                {window, chunk, DType::f32});
    RamBlocks blocks(shape());
    const auto count = static_cast<std::int64_t>(pictures.size());
    for (std::int64_t first = 0; first < count; first += chunk) {
      const std::int64_t units = std::min(chunk, count - first);
      std::vector<memory::BlockInfo> infos(static_cast<std::size_t>(units));
      for (std::int64_t i = 0; i < units; ++i) {
        infos[static_cast<std::size_t>(i)].id = first + i;
        infos[static_cast<std::size_t>(i)].time = {first + i, first + i + 1};
      }
      const Tensor hidden = backend_->allocate(
          DType::f32, {units * model_->info().tokens_per_unit, model_->decoder().config().width});
      model_->encode(std::span(pictures).subspan(static_cast<std::size_t>(first),
                                                 static_cast<std::size_t>(units)),
                     hidden);
      stream.begin_chunk(std::move(infos));
      model_->decoder().forward(hidden, stream);
      blocks.append(stream.take_blocks());
    }
    return blocks;
  }
  // beyond_its_end: an answer goes on until it has so many tokens.
  Answer ask(const RamBlocks& blocks, const std::string& question, int tokens,
             bool beyond_its_end = false) {
    const model::PromptPart prompt = model_->prompt_after(question);
    memory::BlockCache cache(64u << 20, *backend_);
    memory::RecallOptions options;
    options.budget = 8;
    options.recent = 2;
    options.tail_tokens = static_cast<std::int64_t>(prompt.ids.size()) + tokens + 1;
    memory::Recall recall(*backend_, model_->decoder().config().rope, sinks_, calibration_, cache,
                          {{&blocks, 0, blocks.count()}}, options);
    recall.begin_prompt(static_cast<std::int64_t>(prompt.question_begin),
                        static_cast<std::int64_t>(prompt.question_end));
    recall.record_from(static_cast<std::int64_t>(prompt.ids.size()) - 1);
    // Not model::generate(): a model with random weights has no words.
    const Tensor rows = backend_->allocate(
        DType::f32,
        {static_cast<std::int64_t>(prompt.ids.size()), model_->decoder().config().width});
    Answer answer;
    model_->embed(prompt.ids, rows);
    model_->decoder().forward(rows, recall);
    model::TokenId next = model_->decoder().likeliest(rows.rows(rows.rows() - 1, rows.rows()));
    model::GreedySteps steps(*model_, recall);
    while (beyond_its_end || !model_->is_stop(next)) {
      answer.ids.push_back(next);
      const std::int64_t left = tokens - static_cast<std::int64_t>(answer.ids.size());
      if (left == 0) break;
      next = steps.after(next, left);
    }
    answer.evidence = recall.evidence();
    cache.forget(blocks);
    return answer;
  }

 private:
  std::unique_ptr<kernels::Backend> backend_;
  std::unique_ptr<model::Model> model_;
  memory::Calibration calibration_;
  memory::Sinks sinks_;
};

std::unique_ptr<kernels::Backend> cuda_or_nothing() {
  kernels::BackendOptions options;
  options.activations = DType::f32;
  try {
    return kernels::make_cuda_backend(options);
  } catch (const Error&) {
    return nullptr;
  }
}

void expect_same(const Answer& a, const Answer& b, const std::string& what) {
  EXPECT_EQ(a.ids, b.ids) << what;
  ASSERT_EQ(a.evidence.size(), b.evidence.size());
  for (std::size_t i = 0; i < a.evidence.size(); ++i) {
    EXPECT_NEAR(a.evidence[i], b.evidence[i], 1e-3) << what << ", block " << i;
  }
}

// Whichever device watched, and whichever answers.
void compare(Mind& cpu, Mind& cuda, const std::vector<model::Picture>& pictures,
             const std::vector<std::string>& questions, std::int64_t chunk, int tokens) {
  const RamBlocks of_cpu = cpu.watch(pictures, chunk, 2 * chunk);
  const RamBlocks of_cuda = cuda.watch(pictures, chunk, 2 * chunk);
  ASSERT_EQ(of_cpu.count(), of_cuda.count());
  for (const std::string& question : questions) {
    const Answer expected = cpu.ask(of_cpu, question, tokens);
    EXPECT_FALSE(expected.ids.empty());
    expect_same(cuda.ask(of_cuda, question, tokens), expected, question);
    expect_same(cuda.ask(of_cpu, question, tokens), expected, question + " (watched on the CPU)");
    expect_same(cpu.ask(of_cuda, question, tokens), expected, question + " (watched on the GPU)");
  }
}

std::unique_ptr<Mind> nano_on(std::unique_ptr<kernels::Backend> backend) {
  const std::filesystem::path folder = LONGTAKE_SOURCE_DIR "/resources/nano/model";
  std::unique_ptr<model::Model> model =
      model::Model::load(folder, *backend, {kernels::WeightFormat::f32});
  return std::make_unique<Mind>(
      std::move(backend), std::move(model),
      memory::Calibration::from_json(read_text_file(folder / "calibration.json", 1 << 20)));
}

// What nano sees, and is asked.
struct NanoScene {
  static constexpr int kWidth = 320, kHeight = 180, kFrames = 48;

  NanoScene() {
    const world::Scene scene = world::long_scene(77, kFrames * 1'000'000LL, 6);
    for (int i = 0; i < kFrames; ++i) {
      auto& picture = pixels.emplace_back(kWidth * kHeight * 3);
      world::render(scene, i * 1'000'000LL, kWidth, kHeight, picture.data());
      pictures.push_back({picture.data(), kWidth, kHeight});
    }
    for (const world::Question& question : world::questions(scene, {0, scene.duration_us}, 5, 20)) {
      questions.push_back(question.text);
    }
  }

  std::vector<std::vector<std::uint8_t>> pixels;
  std::vector<model::Picture> pictures;
  std::vector<std::string> questions;
};

TEST(Devices, NanoAnswersTheSameOnBoth) {
  std::unique_ptr<kernels::Backend> device = cuda_or_nothing();
  if (device == nullptr) GTEST_SKIP() << "SKIPPED: no GPU";
  const auto cpu = nano_on(kernels::make_cpu_backend());
  const auto cuda = nano_on(std::move(device));
  const NanoScene scene;
  compare(*cpu, *cuda, scene.pictures, scene.questions, 8, 8);
}

// Passes that are recorded as a graph, passes that are not, and a device that has no graphs. Nano's answers end
// before a recording is worth its while.
TEST(Devices, NanoRecordedPassesChangeNothing) {
  std::unique_ptr<kernels::Backend> device = cuda_or_nothing();
  if (device == nullptr) GTEST_SKIP() << "SKIPPED: no GPU";
  const auto cuda = nano_on(std::move(device));
  const NanoScene scene;
  const RamBlocks blocks = cuda->watch(scene.pictures, 8, 16);
  constexpr int kTokens = 14;
  for (const std::string& question : {scene.questions[0], scene.questions[1]}) {
    const Answer expected = cuda->ask(blocks, question, kTokens, true);
    EXPECT_EQ(expected.ids.size(), std::size_t{kTokens});
    for (const char* const variable : {"LONGTAKE_CUDA_NO_GRAPHS", "LONGTAKE_SIMULATED_GRAPHS"}) {
      setenv(variable, std::string(variable) == "LONGTAKE_CUDA_NO_GRAPHS" ? "1" : "0", 1);
      const Answer got = cuda->ask(blocks, question, kTokens, true);
      unsetenv(variable);
      EXPECT_EQ(got.ids, expected.ids) << question << ", " << variable;
      EXPECT_EQ(got.evidence, expected.evidence) << question << ", " << variable;
    }
  }
}

TEST(Devices, ARandomModelOf500MillionParametersAnswersTheSameOnBoth) {
  std::unique_ptr<kernels::Backend> device = cuda_or_nothing();
  if (device == nullptr) GTEST_SKIP() << "SKIPPED: no GPU";
  const bench::RandomTensors random;
  bench::ModelShape shape = bench::ModelShape::llava_onevision_500m();
  shape.vision.layers =
      6;  // of 26: the tower is the same for all sizes, and takes the CPU a second a frame
  const auto mind_on = [&](std::unique_ptr<kernels::Backend> backend) {
    std::unique_ptr<model::Model> model =
        std::make_unique<bench::RandomModel>(*backend, random, shape, kernels::WeightFormat::f32);
    return std::make_unique<Mind>(
        std::move(backend), std::move(model),
        memory::Calibration::uniform(shape.text.layers, shape.text.kv_heads));
  };
  const auto cpu = mind_on(kernels::make_cpu_backend());
  const auto cuda = mind_on(std::move(device));
  constexpr int kFrames = 12, kSide = 384;
  std::vector<std::vector<std::uint8_t>> pixels(kFrames,
                                                std::vector<std::uint8_t>(kSide * kSide * 3));
  std::vector<model::Picture> pictures;
  std::uint32_t state = 1;
  for (auto& picture : pixels) {
    for (std::uint8_t& value : picture) {
      state = state * 1664525U + 1013904223U;
      value = static_cast<std::uint8_t>(state >> 24);
    }
    pictures.push_back({picture.data(), kSide, kSide});
  }
  compare(*cpu, *cuda, pictures, {"a", "b"}, 2, 16);
}

}  // namespace
}  // namespace longtake::parity
