// Tests of VisionTower: frames do not see each other, the flags do what they say, weights in fewer
// bits stay near.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "engine/model/device_tensors.h"
#include "engine/model/model_config.h"
#include "engine/model/vision_tower.h"
#include "tests/parity/reference_file.h"

namespace longtake::model {
namespace {

using kernels::DType;
using kernels::Tensor;
using kernels::WeightFormat;
using parity::relative_error;

const std::filesystem::path kFixture = LONGTAKE_SOURCE_DIR "/tests/parity/fixtures/resaved_f32";
constexpr const char* kPrefix = "model.vision_tower.";

class VisionTest : public testing::Test {
 protected:
  // Patches of `frames` random pictures; the first ones are the same whatever the number.
  Tensor patches(std::int64_t frames) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> uniform(-1, 1);
    const std::int64_t columns = 3 * config_.patch * config_.patch;
    std::vector<float> values(static_cast<std::size_t>(frames * config_.patches() * columns));
    for (float& value : values) value = uniform(random);
    const Tensor tensor = backend_->allocate(DType::f32, {frames * config_.patches(), columns});
    backend_->upload(values.data(), tensor);
    return tensor;
  }
  std::vector<float> run(VisionTower& tower, const Tensor& patches) {
    const Tensor features = backend_->allocate(DType::f32, {patches.rows(), config_.width});
    tower.forward(patches, patches.rows() / config_.patches(), features);
    std::vector<float> values(static_cast<std::size_t>(features.shape().elements()));
    backend_->download(features, values.data());
    return values;
  }
  std::vector<float> run(WeightFormat format, std::int64_t frames) {
    VisionTower tower(*backend_, checkpoint_, config_, kPrefix, format);
    return run(tower, patches(frames));
  }

  const std::unique_ptr<kernels::Backend> backend_ = kernels::make_cpu_backend();
  const Checkpoint checkpoint_ = Checkpoint::open(kFixture);
  VisionConfig config_ = read_llava_onevision(kFixture).vision;
};

TEST_F(VisionTest, FramesDoNotSeeEachOther) {
  VisionTower tower(*backend_, checkpoint_, config_, kPrefix, WeightFormat::f32);
  const Tensor all = patches(5);
  const auto together = run(tower, all);
  const auto size = static_cast<std::size_t>(config_.patches() * config_.width);
  for (std::int64_t i = 0; i < 5; ++i) {
    const auto alone = run(tower, all.rows(i * config_.patches(), (i + 1) * config_.patches()));
    const std::span<const float> frame(together.data() + static_cast<std::size_t>(i) * size, size);
    EXPECT_LT(relative_error(alone, frame), 1e-5) << i;
  }
}

TEST_F(VisionTest, PostNormNormalisesTheLastState) {
  const auto before = run(WeightFormat::f32, 1);
  config_.post_norm = true;
  const auto after = run(WeightFormat::f32, 1);

  const Tensor state = backend_->allocate(DType::f32, {config_.patches(), config_.width});
  backend_->upload(before.data(), state);
  auto load = [&](const char* name) {
    return to_device(*backend_, checkpoint_.tensor(std::string(kPrefix) + name, {config_.width}),
                     DType::f32);
  };
  backend_->layer_norm(state, load("post_layernorm.weight"), load("post_layernorm.bias"),
                       config_.eps, state);
  std::vector<float> expected(before.size());
  backend_->download(state, expected.data());
  EXPECT_LT(relative_error(after, expected), 1e-6);
  EXPECT_GT(relative_error(after, before), 0.01);
}

TEST_F(VisionTest, FewerLayersCanBeRun) {
  const auto all = run(WeightFormat::f32, 1);
  config_.layers -= 1;
  EXPECT_GT(relative_error(run(WeightFormat::f32, 1), all), 0.01);
}

TEST_F(VisionTest, FewerBitsStayNear) {
  const auto expected = run(WeightFormat::f32, 2);
  EXPECT_LT(relative_error(run(WeightFormat::bf16, 2), expected), 0.02);
  EXPECT_LT(relative_error(run(WeightFormat::i8, 2), expected), 0.05);
}

}  // namespace
}  // namespace longtake::model
