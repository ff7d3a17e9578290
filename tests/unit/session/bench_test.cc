#include "engine/session/bench.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/session/bench_costs.h"
#include "kernels/error.h"
#include "resources/nano/world/scene.h"
#include "resources/nano/world/video.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake::session {
namespace {

// As small as the family goes, with every part there.
RandomModel tiny() {
  RandomModel model;
  model.layers = 2;
  model.width = 64;
  model.heads = 4;
  model.kv_heads = 2;
  model.ffn = 96;
  model.vocabulary = 600;
  model.vision_layers = 1;
  model.vision_width = 32;
  model.vision_heads = 2;
  model.vision_ffn = 48;
  model.image = 56;
  model.window_tokens = 64;
  return model;
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoMiddleOnes) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({4, 1, 100, 2}), 3);
}

TEST(RandomModel, KnowsItsSizes) {
  EXPECT_EQ(random_model("0.5b")->width, 896);
  EXPECT_FALSE(random_model("7b")->tied_embeddings);
  EXPECT_FALSE(random_model("").has_value());
  EXPECT_FALSE(random_model("13b").has_value());
}

TEST(RandomModel, LoadsAsTheModelThatItImitates) {
  for (const bool tied : {true, false}) {
    RandomModel shape = tiny();
    shape.tied_embeddings = tied;
    const TempFolder folder;
    write_random_model(shape, folder.path(), {});
    const auto backend = kernels::make_cpu_backend();
    const auto model =
        model::Model::load(folder.path(), *backend, {.weights = kernels::WeightFormat::f32});
    const model::DecoderConfig& decoder = model->decoder().config();
    EXPECT_EQ(decoder.layers, shape.layers);
    EXPECT_EQ(decoder.kv_heads, shape.kv_heads);
    EXPECT_EQ(decoder.tied_embeddings, tied);
    EXPECT_EQ(model->tokenizer().size(), shape.vocabulary);
    EXPECT_EQ(model->info().tokens_per_unit, 4);  // 4 x 4 patches, pooled to half the side
    // The template's words are single tokens, as in a real vocabulary.
    EXPECT_LT(model->prompt_before().ids.size(), 20U);
    EXPECT_EQ(model->tokenizer().decode(model->tokenizer().encode("What happens?", false)),
              "What happens?");
  }
}

TEST(RandomModel, StopsWritingWhenCancelled) {
  const TempFolder folder;
  try {
    write_random_model(tiny(), folder.path(), [] { return true; });
    FAIL() << "nobody stopped";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled);
  }
}

TEST(ModelCosts, CountEveryProduct) {
  ModelCosts costs;
  costs.token = 10;
  costs.attention = 2;
  // Three tokens: 10 each; they see 5 before them, and 1, 2 and 3 of themselves.
  EXPECT_DOUBLE_EQ(costs.prefill(3, 5), 3 * 10 + 2 * (6 + 7 + 8));

  model::LlavaOnevisionConfig config;
  config.text.width = 3;
  config.vision.layers = 0;
  config.vision.width = 5;
  config.vision.patch = 2;
  config.vision.image = 4;
  // Four patches of 12 values to 5, then 5 to 3 and 3 to 3.
  EXPECT_DOUBLE_EQ(vision_operations(config), 2 * 4 * (12 * 5 + 5 * 3 + 3 * 3));
}

TEST(PeakMemory, SeesWhatWasTouched) {
  const PeakMemory peak;
  const std::int64_t before = peak.bytes();
  if (before == 0) GTEST_SKIP() << "the system does not tell";
  constexpr std::size_t kBytes = 64u << 20;
  const std::vector<char> block(kBytes, 1);
  EXPECT_GE(peak.bytes() - before, static_cast<std::int64_t>(kBytes) / 2) << block[0];
}

TEST(Bench, MeasuresEveryStageAndLeavesNothing) {
  const TempFolder folder;
  BenchOptions options;
  options.random = tiny();
  options.runtime.weights = kernels::WeightFormat::f32;
  options.library = folder / "library";
  options.quick = true;
  options.hours = {0.1};
  options.video = folder / "shapes.mp4";
  world::SceneOptions scene;
  scene.duration_us = 8 * world::kSecond;
  world::encode_mp4(world::make_scene(1, scene), options.video.string(),
                    {.width = 160, .height = 90});
  const BenchReport report = bench(options, {}, {});
  EXPECT_GT(report.limits.gemm_flops, 0);
  EXPECT_GT(report.limits.memory_read, 0);
  EXPECT_GT(report.limits.disk_write, 0);
  EXPECT_GT(report.limits.disk_read, 0);
  std::set<std::string> keys;
  for (const Measurement& measurement : report.measurements) {
    EXPECT_TRUE(keys.insert(measurement.key).second) << measurement.key << " comes twice";
    EXPECT_GT(measurement.value, 0) << measurement.key;
    EXPECT_GE(measurement.share, 0) << measurement.key;
  }
  for (const char* key :
       {"load_model_s", "decode_exact_frames_per_s", "decode_keyframes_x_realtime",
        "vision_ms_per_frame", "prefill_empty_tokens_per_s", "prefill_full_tokens_per_s",
        "watch_x_realtime", "watch_peak_rss_mb", "memory_mb_per_hour", "memory_int4_mb_per_hour",
        "score_layer_ms_0.1h", "first_token_ms_cold", "first_token_ms_warm", "load_ms_cold",
        "decode_tokens_per_s", "reopen_ms_cold", "open_library_ms"}) {
    EXPECT_TRUE(keys.contains(key)) << key;
  }
  EXPECT_FALSE(std::filesystem::exists(options.library)) << "the bench left its folder behind";
}

TEST(Bench, CleansUpWhenCancelled) {
  const TempFolder folder;
  BenchOptions options;
  options.random = tiny();
  options.library = folder.path();
  options.quick = true;
  EXPECT_THROW(bench(options, {}, [] { return true; }), Error);
  EXPECT_FALSE(std::filesystem::exists(folder / "bench"));
}

}  // namespace
}  // namespace longtake::session
