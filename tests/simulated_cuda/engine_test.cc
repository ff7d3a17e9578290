// The engine on kernels/cuda, on the simulated device: watching with passes of a GPU's length that
// overlap with storing, answers, what stays on the device between questions, and memory that ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "engine/memory/stream_window.h"
#include "tests/support/tiny_decoder.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake {
namespace {

const std::vector<std::string> kQuestions = {"What color is the star?", "What color is the star?",
                                             "What happens in this video?",
                                             "Where is the red circle?"};
constexpr Micros kFirstPart = 24 * kMicrosPerSecond;

class SimulatedCudaEngine : public EngineFixture {
 protected:
  ~SimulatedCudaEngine() override {
    unsetenv("LONGTAKE_SIMULATED_MEMORY");
    unsetenv("LONGTAKE_SIMULATED_LOSS");
  }

  std::unique_ptr<Engine> open_on(
      Device device, const std::string& library,
      kernels::WeightFormat weights = kernels::WeightFormat::automatic) {
    EngineOptions options;
    options.weights = weights;
    options.library = folder_ / library;
    options.model = kResources / "nano/model";
    options.device = device;
    return std::make_unique<Engine>(options);
  }
  // Watches the sample, up to a time.
  std::int64_t watch(Engine& engine) {
    const std::int64_t video = add(engine);
    call<WatchEnded>(engine, WatchVideo{.video = video, .until = kFirstPart},
                     [this](const Event& event) { note(event); });
    return video;
  }
  std::string ask(Engine& engine, std::int64_t video, const std::string& text) {
    const auto done = call<AnswerDone>(engine, question(video, text),
                                       [this](const Event& event) { note(event); });
    std::string all = done.answer.text;
    for (const store::Citation& citation : done.answer.citations) {
      all += " [" + std::to_string(citation.time.begin) + ", " + std::to_string(citation.time.end) +
             ")";
    }
    return all;
  }
  void note(const Event& event) {
    if (const auto* notice = std::get_if<EngineNotice>(&event.body)) {
      notices_.insert(notice->message);
    }
  }

  std::set<std::string> notices_;
};

TEST_F(SimulatedCudaEngine, AnswersAsTheProcessorDoesWhicheverOfThemWatched) {
  std::vector<std::string> expected;
  {
    const auto cpu = open_on(Device::cpu, "cpu");
    const std::int64_t video = watch(*cpu);
    for (const std::string& text : kQuestions) expected.push_back(ask(*cpu, video, text));
  }
  {
    const auto cuda = open_on(Device::cuda, "cuda");
    const std::int64_t video = watch(*cuda);
    for (std::size_t i = 0; i < kQuestions.size(); ++i) {
      EXPECT_EQ(ask(*cuda, video, kQuestions[i]), expected[i]) << kQuestions[i];
    }
  }
  const auto cuda = open_on(Device::cuda, "cpu");
  for (std::size_t i = 0; i < kQuestions.size(); ++i) {
    call<Done>(*cuda, PrepareQuestion{{{1, std::nullopt}}});
    EXPECT_EQ(ask(*cuda, 1, kQuestions[i]), expected[i]) << kQuestions[i];
  }
  EXPECT_TRUE(notices_.empty()) << *notices_.begin();
}

// What is said of a model before it is loaded is what it takes, and what it holds counts as free.
TEST_F(SimulatedCudaEngine, SaysHowMuchOfTheCardAModelTakes) {
  const auto check = [&](Engine& engine) {
    return call<ModelChecked>(engine, CheckModel{(kResources / "nano/model").string(), true}).check;
  };
  for (const kernels::WeightFormat weights :
       {kernels::WeightFormat::automatic, kernels::WeightFormat::bf16, kernels::WeightFormat::i8,
        kernels::WeightFormat::f8, kernels::WeightFormat::i4}) {
    const std::string name = "of format " + std::to_string(static_cast<int>(weights));
    const auto engine = open_on(Device::automatic, name, weights);
    const session::ModelCheck before = check(*engine);
    EXPECT_EQ(before.device, kernels::DeviceKind::cuda) << name;
    EXPECT_EQ(before.fit, session::Fit::fits) << name;
    ask(*engine, watch(*engine), kQuestions[0]);
    const session::ModelCheck after = check(*engine);
    EXPECT_EQ(after.memory_needed, before.memory_needed) << name;
    EXPECT_EQ(after.memory_available, before.memory_available) << name;
    const auto described = call<EngineDescribed>(*engine, DescribeEngine{});
    const auto taken = after.memory_available - described.device.memory_free;
    EXPECT_GE(before.memory_needed, taken) << name;
    EXPECT_LE(before.memory_needed, taken / 10 * 16) << name;
  }

  setenv("LONGTAKE_SIMULATED_MEMORY", std::to_string(1 << 20).c_str(), 1);
  const session::ModelCheck small = check(*open_on(Device::automatic, "small"));
  EXPECT_EQ(small.device, kernels::DeviceKind::cpu);
  EXPECT_TRUE(small.too_big_for_card);
}

// What a watch that ends early has under way to the host arrives before others have that memory.
TEST_F(SimulatedCudaEngine, AWindowLeavesNothingUnderWayToTheHost) {
  constexpr std::int64_t kTokens = 3, kHeads = 2, kDim = 32;
  kernels::BackendOptions options;
  options.activations = kernels::DType::f32;
  const auto backend = kernels::make_cuda_backend(options);
  const auto rope = kernels::RopeTable::plain(kDim, 10'000);
  const memory::Sinks sinks = tests::random_sinks(*backend, 1, 2, kHeads, kDim);
  const memory::MemoryShape shape{1, kHeads, kDim, kernels::KvCodec::f32};
  const std::size_t bytes = shape.layout(kTokens).bytes();
  {
    memory::StreamWindow window(*backend, rope, sinks, shape, {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}},
                                kTokens, {4, 1, kernels::DType::f32});
    window.begin_chunk({memory::BlockInfo{}});
    const kernels::Tensor x = tests::random_tensor(*backend, {kTokens, kHeads, kDim}, 1);
    window.attend(0, x, x, x, backend->allocate(kernels::DType::f32, x.shape()));
    // An error ends it here: nobody takes the blocks.
  }
  const std::shared_ptr<kernels::Buffer> next = backend->allocate_host(bytes);
  auto* const begin = static_cast<std::uint8_t*>(next->data());
  std::fill(begin, begin + bytes, std::uint8_t{0x5A});
  backend->synchronize();
  EXPECT_EQ(std::count(begin, begin + bytes, 0x5A), static_cast<std::ptrdiff_t>(bytes));
}

// However little memory there is: it works, and says what it does.
TEST_F(SimulatedCudaEngine, LittleMemoryCostsTimeAndNothingElse) {
  std::string expected;
  {
    const auto cpu = open_on(Device::cpu, "cpu");
    expected = ask(*cpu, watch(*cpu), kQuestions[0]);
  }
  for (const int megabytes : {1, 64, 110, 130, 150}) {
    notices_.clear();
    setenv("LONGTAKE_SIMULATED_MEMORY", std::to_string(megabytes << 20).c_str(), 1);
    const auto engine = open_on(Device::automatic, "of " + std::to_string(megabytes));
    EXPECT_EQ(ask(*engine, watch(*engine), kQuestions[0]), expected) << megabytes;
    if (megabytes < 100) {
      EXPECT_FALSE(notices_.empty()) << megabytes;
    }
  }
}

// Wherever it happens: while the model is loaded, while watching, while answering.
TEST_F(SimulatedCudaEngine, ALostDeviceCostsTimeAndNothingElse) {
  const std::string lost = "The graphics card stopped working: the processor goes on";
  std::string expected;
  {
    const auto cpu = open_on(Device::cpu, "cpu");
    expected = ask(*cpu, watch(*cpu), kQuestions[0]);
  }
  for (const bool watched : {false, true}) {
    for (const int piece : {1, 60, 150, 1'000}) {
      if (watched && piece > 150) continue;  // an answer may be done before
      const std::string name = (watched ? "answering " : "watching ") + std::to_string(piece);
      notices_.clear();
      unsetenv("LONGTAKE_SIMULATED_LOSS");
      if (!watched) setenv("LONGTAKE_SIMULATED_LOSS", std::to_string(piece).c_str(), 1);
      const auto engine = open_on(Device::automatic, name);
      const std::int64_t video = watch(*engine);
      if (watched) {
        EXPECT_TRUE(notices_.empty()) << name;
        setenv("LONGTAKE_SIMULATED_LOSS", std::to_string(piece).c_str(), 1);
      }
      EXPECT_EQ(ask(*engine, video, kQuestions[0]), expected) << name;
      EXPECT_EQ(notices_, std::set<std::string>{lost}) << name;
    }
  }
}

// Eight-bit floats answer, with their rounding, and are int8 on the processor that goes on.
TEST_F(SimulatedCudaEngine, Fp8IsForGraphicsCardsAndTheProcessorGoesOnWithInt8) {
  std::string expected;
  {
    const auto cpu = open_on(Device::cpu, "int8", kernels::WeightFormat::i8);
    expected = ask(*cpu, watch(*cpu), kQuestions[0]);
  }
  {
    const auto cuda = open_on(Device::cuda, "fp8", kernels::WeightFormat::f8);
    EXPECT_EQ(ask(*cuda, watch(*cuda), kQuestions[0]).substr(0, 4), expected.substr(0, 4));
    EXPECT_TRUE(notices_.empty());
  }
  setenv("LONGTAKE_SIMULATED_LOSS", "500", 1);
  const auto lost = open_on(Device::automatic, "lost", kernels::WeightFormat::f8);
  EXPECT_EQ(ask(*lost, watch(*lost), kQuestions[0]), expected);
  EXPECT_EQ(notices_.size(), 1u);
}

}  // namespace
}  // namespace longtake
