// Tests of Sampler, log_probability() and generate(): choices are reproducible, stop tokens,
// cancellation and limits end an answer, text streams in whole characters.
#include "engine/model/generate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/parity/tensor_map.h"
#include "tests/support/causal_context.h"
#include "tests/support/faulty_backend.h"

namespace longtake::model {
namespace {

namespace fs = std::filesystem;
using kernels::WeightFormat;

const fs::path kFixture = LONGTAKE_SOURCE_DIR "/tests/parity/fixtures/resaved_f32";

TEST(SamplerTest, GreedyTakesTheFirstOfEquals) {
  Sampler sampler({});
  EXPECT_EQ(sampler.pick(std::vector<float>{1, 3, 2, 3}), 1);
  EXPECT_EQ(sampler.pick(std::vector<float>{-1, -1}), 0);
}

TEST(SamplerTest, TheSeedDecides) {
  const std::vector<float> logits{0, 0.5F, 1, 0.2F, 0.9F};
  auto draw = [&](std::uint64_t seed) {
    GenerateOptions options;
    options.temperature = 1;
    options.seed = seed;
    Sampler sampler(options);
    std::vector<TokenId> picks;
    for (int i = 0; i < 50; ++i) picks.push_back(sampler.pick(logits));
    return picks;
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
}

TEST(SamplerTest, FrequenciesFollowTheTemperature) {
  const std::vector<float> logits{std::log(0.5F), std::log(0.3F), std::log(0.2F)};
  for (const double temperature : {1.0, 0.5}) {
    GenerateOptions options;
    options.temperature = temperature;
    Sampler sampler(options);
    std::vector<double> counts(3);
    constexpr int kDraws = 40000;
    for (int i = 0; i < kDraws; ++i) counts[static_cast<std::size_t>(sampler.pick(logits))] += 1;
    double total = 0;
    for (float logit : logits) total += std::exp(logit / temperature);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(counts[i] / kDraws, std::exp(logits[i] / temperature) / total, 0.01);
    }
  }
}

TEST(SamplerTest, TopPKeepsTheSmallestSufficientSet) {
  const std::vector<float> logits{std::log(0.1F), std::log(0.5F), std::log(0.1F), std::log(0.3F)};
  auto seen = [&](double top_p) {
    GenerateOptions options;
    options.temperature = 1;
    options.top_p = top_p;
    Sampler sampler(options);
    std::set<TokenId> ids;
    for (int i = 0; i < 500; ++i) ids.insert(sampler.pick(logits));
    return ids;
  };
  EXPECT_EQ(seen(0.0), (std::set<TokenId>{1}));
  EXPECT_EQ(seen(0.49), (std::set<TokenId>{1}));
  EXPECT_EQ(seen(0.7), (std::set<TokenId>{1, 3}));
  EXPECT_EQ(seen(0.85), (std::set<TokenId>{0, 1, 3}));  // of equals, the lower id
  EXPECT_EQ(seen(1.0), (std::set<TokenId>{0, 1, 2, 3}));
}

TEST(LogProbabilityTest, SumsToOneAndStandsLargeNumbers) {
  const std::vector<float> logits{1000, 1001, 999};
  double total = 0;
  for (TokenId id = 0; id < 3; ++id) total += std::exp(log_probability(logits, id));
  EXPECT_NEAR(total, 1, 1e-12);
  EXPECT_NEAR(log_probability(std::vector<float>{0, 0, 0, 0}, 2), -std::log(4.0), 1e-12);
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80       ? 1
                               : lead >> 5 == 6  ? 2
                               : lead >> 4 == 14 ? 3
                               : lead >> 3 == 30 ? 4
                                                 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t j = 1; j < length; ++j) {
      if (static_cast<unsigned char>(text[i + j]) >> 6 != 2) return false;
    }
    i += length;
  }
  return true;
}

class GenerateTest : public testing::Test {
 protected:
  ~GenerateTest() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  void load(const fs::path& folder) {
    model_ = Model::load(folder, *backend_, {WeightFormat::f32});
  }
  // A model that says `text` and then ends its turn, whatever it is asked: attention and MLP add
  // nothing, so that a token's embedding alone decides the next one. Needs tokens that differ.
  void load_reciter(const std::string& text) {
    const Tokenizer tokenizer = Tokenizer::load(kFixture);
    script_ = tokenizer.encode(text, false);
    script_.push_back(*tokenizer.id_of("<|im_end|>"));
    std::vector<TokenId> path = tokenizer.encode("\n", false);  // a prompt ends so
    path.insert(path.end(), script_.begin(), script_.end());
    ASSERT_EQ(std::set<TokenId>(path.begin(), path.end()).size(), path.size());

    auto tensors = parity::TensorMap::read(kFixture / "model.safetensors");
    for (auto& [name, tensor] : tensors) {
      if (name.find("language_model") == std::string::npos) continue;
      if (name.find("o_proj") != std::string::npos || name.find("down_proj") != std::string::npos) {
        std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
      }
      if (name == "model.language_model.norm.weight") {
        std::fill(tensor.values.begin(), tensor.values.end(), 1.0F);
      }
    }
    auto& embeddings = tensors["model.language_model.embed_tokens.weight"];
    auto& head = tensors["lm_head.weight"];
    const auto width = static_cast<std::size_t>(embeddings.shape[1]);
    std::mt19937 random(11);
    for (float& value : embeddings.values) value = random() % 2 == 0 ? 1.0F : -1.0F;
    std::fill(head.values.begin(), head.values.end(), 0.0F);
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      std::copy_n(embeddings.values.begin() +
                      static_cast<std::ptrdiff_t>(static_cast<std::size_t>(path[i]) * width),
                  width,
                  head.values.begin() +
                      static_cast<std::ptrdiff_t>(static_cast<std::size_t>(path[i + 1]) * width));
    }
    script_.pop_back();
    folder_ = fs::path(testing::TempDir()) /
              (std::string("longtake_generate_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::copy(kFixture, folder_);
    tensors.write(folder_ / "model.safetensors");
    load(folder_);
  }
  Generated run(const GenerateOptions& options, const std::function<bool()>& cancelled = {}) {
    pieces_.clear();
    tests::CausalContext context(*backend_, model_->decoder().config().rope, 512);
    return generate(
        *model_, context, model_->prompt_after("Which star moves?"), options,
        [&](std::string_view piece) { pieces_.emplace_back(piece); }, cancelled);
  }

  const std::unique_ptr<kernels::Backend> backend_ = kernels::make_cpu_backend();
  std::unique_ptr<Model> model_;
  fs::path folder_;
  std::vector<TokenId> script_;
  std::vector<std::string> pieces_;
};

TEST_F(GenerateTest, TheSameEveryTime) {
  load(kFixture);
  GenerateOptions options;
  options.max_tokens = 20;
  const Generated greedy = run(options);
  EXPECT_EQ(run(options).ids, greedy.ids);
  EXPECT_EQ(greedy.ids.size(), 20U);
  EXPECT_FALSE(greedy.stopped);
  EXPECT_FALSE(greedy.cancelled);
  options.temperature = 1;
  options.top_p = 0.95;
  options.seed = 3;
  const Generated sampled = run(options);
  EXPECT_EQ(run(options).ids, sampled.ids);
  options.seed = 4;
  EXPECT_NE(run(options).ids, sampled.ids);
}

TEST_F(GenerateTest, ShortAnswersAreNotRecorded) {
  const auto faults = std::make_shared<tests::Faults>();
  const auto backend = tests::make_faulty_backend(faults, {});
  const auto model = Model::load(kFixture, *backend, {WeightFormat::f32});
  for (const int tokens : {1, 5, 8, 9, 20}) {
    faults->recordings = 0;
    GenerateOptions options;
    options.max_tokens = tokens;
    tests::CausalContext context(*backend, model->decoder().config().rope, 512);
    const Generated all =
        generate(*model, context, model->prompt_after("Which star moves?"), options, {}, {});
    EXPECT_EQ(static_cast<int>(all.ids.size()), tokens);
    EXPECT_EQ(faults->recordings, tokens > 8 ? 1 : 0) << tokens;
  }
}

TEST_F(GenerateTest, StreamsWholeCharacters) {
  const std::string text = "caf\u00E9\u65E5 \U0001F389end";
  ASSERT_NO_FATAL_FAILURE(load_reciter(text));
  const Generated result = run({});
  EXPECT_EQ(result.ids, script_);
  EXPECT_EQ(result.text, text);
  EXPECT_TRUE(result.stopped);
  EXPECT_GT(result.prefill_seconds, 0);
  EXPECT_GT(result.decode_seconds, 0);
  std::string joined;
  for (const std::string& piece : pieces_) {
    EXPECT_FALSE(piece.empty());
    EXPECT_TRUE(is_utf8(piece)) << piece;
    joined += piece;
  }
  EXPECT_EQ(joined, text);
  EXPECT_GT(pieces_.size(), 3U);
  EXPECT_LT(pieces_.size(), script_.size());  // at least one character took several tokens
}

TEST_F(GenerateTest, RandomBytesStreamAsValidText) {
  load(kFixture);
  GenerateOptions options;
  options.max_tokens = 100;
  options.temperature = 20;  // nearly uniform: mostly single bytes
  const Generated result = run(options);
  std::string joined;
  for (const std::string& piece : pieces_) {
    EXPECT_TRUE(is_utf8(piece));
    joined += piece;
  }
  EXPECT_EQ(joined, result.text);
}

TEST_F(GenerateTest, TheLimitCutsAndFinishesTheText) {
  ASSERT_NO_FATAL_FAILURE(load_reciter("\U0001F389"));
  GenerateOptions options;
  options.max_tokens = 2;  // in the middle of the character
  const Generated result = run(options);
  EXPECT_EQ(result.ids.size(), 2U);
  EXPECT_FALSE(result.stopped);
  EXPECT_EQ(result.text, "\uFFFD");
  options.max_tokens = 0;
  EXPECT_TRUE(run(options).ids.empty());
}

TEST_F(GenerateTest, CancellationKeepsWhatWasSaid) {
  load(kFixture);
  GenerateOptions options;
  options.max_tokens = 20;
  const Generated all = run(options);
  std::set<std::size_t> lengths;
  for (int limit = 1; limit < 40; limit += 3) {
    int asked = 0;
    const Generated cut = run(options, [&] { return ++asked >= limit; });
    EXPECT_TRUE(cut.cancelled);
    EXPECT_FALSE(cut.stopped);
    EXPECT_EQ(asked, limit);
    ASSERT_LE(cut.ids.size(), all.ids.size());
    EXPECT_TRUE(std::equal(cut.ids.begin(), cut.ids.end(), all.ids.begin()));
    lengths.insert(cut.ids.size());
  }
  EXPECT_EQ(*lengths.begin(), 0U);
  EXPECT_GT(lengths.size(), 5U);
}

}  // namespace
}  // namespace longtake::model
