// Tests of Decoder and CausalContext: passes of any length give the same, positions go on where
// they should, weights in fewer bits stay near, a cancelled pass ends.
#include "engine/model/decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/model/model_config.h"
#include "kernels/error.h"
#include "tests/parity/reference_file.h"
#include "tests/parity/tensor_map.h"
#include "tests/support/causal_context.h"

namespace longtake::model {
namespace {

using kernels::DType;
using kernels::Position;
using kernels::Tensor;
using kernels::WeightFormat;
using parity::relative_error;
using tests::CausalContext;

const std::filesystem::path kFixture = LONGTAKE_SOURCE_DIR "/tests/parity/fixtures/resaved_f32";
constexpr const char* kPrefix = "model.language_model.";
constexpr const char* kHead = "lm_head.weight";

class DecoderTest : public testing::Test {
 protected:
  std::unique_ptr<Decoder> decoder(WeightFormat format = WeightFormat::f32) {
    return std::make_unique<Decoder>(*backend_, checkpoint_, config_, kPrefix, kHead, format);
  }
  Tensor input(std::int64_t tokens) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0, 0.5F);
    std::vector<float> values(static_cast<std::size_t>(tokens * config_.width));
    for (float& value : values) value = normal(random);
    const Tensor tensor = backend_->allocate(DType::f32, {tokens, config_.width});
    backend_->upload(values.data(), tensor);
    return tensor;
  }
  std::vector<float> host(const Tensor& tensor) {
    std::vector<float> values(static_cast<std::size_t>(tensor.shape().elements()));
    backend_->download(tensor, values.data());
    return values;
  }
  // The residual stream of `tokens` rows, passed through in pieces of `chunk`.
  std::vector<float> run(Decoder& decoder, CausalContext& context, std::int64_t tokens,
                         std::int64_t chunk) {
    const Tensor hidden = input(tokens);
    for (std::int64_t begin = 0; begin < tokens; begin += chunk) {
      decoder.forward(hidden.rows(begin, std::min(begin + chunk, tokens)), context);
    }
    return host(hidden);
  }
  std::vector<float> logits(Decoder& decoder, std::int64_t tokens) {
    CausalContext context(*backend_, config_.rope, tokens);
    const Tensor hidden = input(tokens);
    decoder.forward(hidden, context);
    std::vector<float> out;
    decoder.logits(hidden, out);
    return out;
  }

  const std::unique_ptr<kernels::Backend> backend_ = kernels::make_cpu_backend();
  const Checkpoint checkpoint_ = Checkpoint::open(kFixture);
  DecoderConfig config_ = read_llava_onevision(kFixture).text;
};

TEST_F(DecoderTest, PassesOfAnyLengthGiveTheSame) {
  auto d = decoder();
  constexpr std::int64_t kTokens = 90;
  CausalContext whole(*backend_, config_.rope, kTokens);
  const auto expected = run(*d, whole, kTokens, kTokens);
  for (std::int64_t chunk : {1, 5, 32, 89}) {
    CausalContext context(*backend_, config_.rope, kTokens);
    EXPECT_LT(relative_error(run(*d, context, kTokens, chunk), expected), 1e-5) << chunk;
  }
}

TEST_F(DecoderTest, TextGoesOnAfterTheLargestPosition) {
  auto d = decoder();
  // A picture of 2 x 3 tokens in M-RoPE numbering, then four tokens of text.
  const std::vector<Position> picture{{0, 0, 0}, {0, 0, 1}, {0, 0, 2},
                                      {0, 1, 0}, {0, 1, 1}, {0, 1, 2}};
  std::vector<Position> all = picture;
  for (std::int32_t p = 3; p < 7; ++p) all.push_back({p, p, p});
  config_.rope.component[3] = 1;
  config_.rope.component[5] = 2;

  CausalContext placed(*backend_, config_.rope, 10);
  placed.place_next(all);
  const auto expected = run(*d, placed, 10, 10);
  CausalContext context(*backend_, config_.rope, 10);
  context.place_next(picture);
  const Tensor hidden = input(10);
  d->forward(hidden.rows(0, 6), context);
  d->forward(hidden.rows(6, 9), context);
  d->forward(hidden.rows(9, 10), context);
  EXPECT_LT(relative_error(host(hidden), expected), 1e-5);
}

TEST_F(DecoderTest, OnlyDistancesBetweenPositionsMatter) {
  auto d = decoder();
  std::vector<Position> far;
  for (std::int32_t i = 0; i < 20; ++i) far.push_back({i + 100000, i + 100000, i + 100000});
  CausalContext near(*backend_, config_.rope, 20);
  CausalContext moved(*backend_, config_.rope, 20);
  moved.place_next(far);
  EXPECT_LT(relative_error(run(*d, moved, 20, 20), run(*d, near, 20, 20)), 1e-4);
}

TEST_F(DecoderTest, AContextThatIsMovedBackForgetsThePass) {
  auto d = decoder();
  CausalContext context(*backend_, config_.rope, 30);
  const auto expected = run(*d, context, 30, 30);
  CausalContext moved(*backend_, config_.rope, 30);
  EXPECT_EQ(moved.repeatable(), 0);
  const Tensor hidden = input(30);
  d->forward(hidden.rows(0, 20), moved);
  EXPECT_EQ(moved.place(), 20);
  EXPECT_EQ(moved.repeatable(), 10);
  const Tensor others = input(7);
  d->forward(others, moved);
  moved.move_to(20);
  d->forward(hidden.rows(20, 30), moved);
  EXPECT_EQ(moved.repeatable(), 0);
  EXPECT_LT(relative_error(host(hidden), expected), 1e-5);
}

TEST_F(DecoderTest, AFullContextSaysSo) {
  auto d = decoder();
  CausalContext context(*backend_, config_.rope, 8);
  run(*d, context, 8, 8);
  try {
    run(*d, context, 1, 1);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
  }
}

TEST_F(DecoderTest, LogitsOfManyRowsAreThoseOfEachRow) {
  auto d = decoder();
  const Tensor hidden = input(37);
  std::vector<float> together;
  d->logits(hidden, together);
  ASSERT_EQ(together.size(), static_cast<std::size_t>(37 * config_.vocabulary));
  for (std::int64_t i : {0, 15, 16, 36}) {
    std::vector<float> alone;
    d->logits(hidden.rows(i, i + 1), alone);
    const std::span<const float> row(together.data() + i * config_.vocabulary, alone.size());
    EXPECT_LT(relative_error(alone, row), 1e-5) << i;
  }
}

TEST_F(DecoderTest, CancellationEndsThePassBetweenLayers) {
  auto d = decoder();
  CausalContext context(*backend_, config_.rope, 8);
  int asked = 0;
  try {
    d->forward(input(4), context, [&] { return ++asked == 2; });
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled);
  }
  EXPECT_EQ(asked, 2);
}

TEST_F(DecoderTest, FewerBitsStayNear) {
  const auto expected = logits(*decoder(), 64);
  EXPECT_LT(relative_error(logits(*decoder(WeightFormat::bf16), 64), expected), 0.02);
  EXPECT_LT(relative_error(logits(*decoder(WeightFormat::i8), 64), expected), 0.06);
  // Random weights are the worst case: every product errs by 8 %, and nothing evens that out.
  EXPECT_LT(relative_error(logits(*decoder(WeightFormat::i4), 64), expected), 0.5);
}

// Qwen3 normalises queries and keys per head: their scale then does not matter, without it it does.
TEST_F(DecoderTest, QkNormTakesTheScaleOut) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "longtake_qk_norm";
  std::filesystem::create_directories(folder);
  auto write = [&](float scale) {
    auto tensors = parity::TensorMap::read(kFixture / "model.safetensors");
    for (auto& [name, tensor] : tensors) {
      if (name.find("q_proj") == std::string::npos && name.find("k_proj") == std::string::npos) {
        continue;
      }
      if (name.rfind(kPrefix, 0) != 0) continue;
      for (float& value : tensor.values) value *= scale;
    }
    for (std::int64_t i = 0; i < config_.layers; ++i) {
      const std::string at = kPrefix + ("layers." + std::to_string(i) + ".self_attn.");
      for (const char* norm : {"q_norm.weight", "k_norm.weight"}) {
        tensors[at + norm] = {{config_.head_dim},
                              std::vector<float>(static_cast<std::size_t>(config_.head_dim), 1.5F)};
      }
    }
    tensors.write(folder / "model.safetensors");
  };
  auto logits_of = [&](bool qk_norm) {
    DecoderConfig config = config_;
    config.qk_norm = qk_norm;
    const Checkpoint checkpoint = Checkpoint::open(folder);
    Decoder d(*backend_, checkpoint, config, kPrefix, kHead, WeightFormat::f32);
    return logits(d, 20);
  };
  write(1);
  const auto normed = logits_of(true);
  const auto plain = logits_of(false);
  write(3);
  EXPECT_LT(relative_error(logits_of(true), normed), 1e-4);
  EXPECT_GT(relative_error(logits_of(false), plain), 0.05);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace longtake::model
