// Declares VisionTower: the vision transformer of every family (patch embedding, positions, pre-norm
// blocks), whose differences are the flags of VisionConfig. Each visual unit is encoded alone.
//
// Thread rule: one thread at a time. Lifetime rule: the Backend outlives it.
#ifndef LONGTAKE_ENGINE_MODEL_VISION_TOWER_H_
#define LONGTAKE_ENGINE_MODEL_VISION_TOWER_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/model/checkpoint.h"  // IWYU pragma: export
#include "engine/model/tensor_source.h"
#include "kernels/backend.h"

namespace longtake::model {

struct VisionConfig {
  std::int64_t layers = 0;
  std::int64_t width = 0;
  std::int64_t heads = 0;
  std::int64_t ffn = 0;
  std::int64_t patch = 0;       // pixels
  std::int64_t image = 0;       // side of the square picture, pixels
  float eps = 1e-6F;
  kernels::Activation activation = kernels::Activation::gelu_tanh;
  bool post_norm = false;       // SmolVLM2 normalises the last hidden state, LLaVA-OneVision does not

  std::int64_t side() const { return image / patch; }   // patches per row
  std::int64_t patches() const { return side() * side(); }
};

class VisionTower {
 public:
  // prefix: the tensor name before "embeddings" and "encoder", e.g. "vision_tower.vision_model.".
  VisionTower(kernels::Backend& backend, const TensorSource& weights, VisionConfig config,
              const std::string& prefix, kernels::WeightFormat format);
  ~VisionTower();

  const VisionConfig& config() const { return config_; }
  // patches [frames * patches(), 3 * patch * patch] (Backend::patchify) -> features, same rows,
  // [frames * patches(), width].
  void forward(const kernels::Tensor& patches, std::int64_t frames, const kernels::Tensor& features);
  std::size_t weight_bytes() const;

 private:
  struct LayerNorm {
    kernels::Tensor weight;  // f32 [width]
    kernels::Tensor bias;
  };
  struct Block;
  struct Scratch;
  kernels::Backend& backend_;
  const VisionConfig config_;
  std::unique_ptr<kernels::LinearWeights> patch_embedding_;
  kernels::Tensor position_embedding_;  // [patches, width]
  std::vector<std::unique_ptr<Block>> blocks_;
  LayerNorm post_norm_;  // absent unless config_.post_norm
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_VISION_TOWER_H_
