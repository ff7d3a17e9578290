// Declares RandomModel: a model of the LLaVA-OneVision family with random weights, of any size; and
// the operations that its passes take, counted from the shapes.
//
// Thread rule and lifetime rule: as Model; the RandomTensors outlive it.
#ifndef LONGTAKE_TESTS_BENCH_CUDA_RANDOM_MODEL_H_
#define LONGTAKE_TESTS_BENCH_CUDA_RANDOM_MODEL_H_

#include <memory>
#include <string_view>
#include <vector>

#include "engine/memory/kv_block.h"
#include "engine/model/model.h"
#include "engine/model/vision_tower.h"
#include "tests/bench/cuda/random_tensors.h"

namespace longtake::bench {

struct ModelShape {
  model::DecoderConfig text;
  model::VisionConfig vision;

  static ModelShape llava_onevision_7b();
  static ModelShape llava_onevision_500m();
  static ModelShape small();  // the same in every respect that a kernel could notice, but quick

  // Operations of one frame in the tower and the projector: matrix products, and attention of every
  // patch over all patches.
  double vision_operations() const;
  // Of `tokens` new ones over a past, causal among themselves:
  //   tokens * (2 * weights of all layers + 4 * layers * H * D * (past + (tokens + 1) / 2))
  double decoder_operations(double tokens, double past) const;
};

class RandomModel : public model::Model {
 public:
  RandomModel(kernels::Backend& backend, const RandomTensors& random, const ModelShape& shape,
              kernels::WeightFormat format = kernels::WeightFormat::automatic);

  const model::ModelInfo& info() const override { return info_; }
  const model::Tokenizer& tokenizer() const override;  // it has none: Error{unsupported}
  model::Decoder& decoder() override { return decoder_; }
  kernels::Backend& backend() override { return backend_; }
  // As LlavaOnevision does, pass by pass.
  void encode(std::span<const model::Picture> pictures, const kernels::Tensor& embeddings) override;
  std::vector<kernels::Position> unit_positions() const override;
  model::PromptPart prompt_before() const override;                 // 14 tokens
  model::PromptPart prompt_after(std::string_view) const override;  // 30 tokens
  void embed(std::span<const model::TokenId> ids, const kernels::Tensor& rows) override;
  bool is_stop(model::TokenId) const override { return false; }

  // Frames that go through the tower in one pass; at first as many as the backend recommends.
  void see_at_once(std::int64_t frames) { patches_per_pass_ = frames * shape_.vision.patches(); }
  void see_as_recommended() { patches_per_pass_ = backend_.info().rows_per_pass; }

  const ModelShape& shape() const { return shape_; }
  memory::MemoryShape memory_shape(kernels::KvCodec codec) const;
  // Descriptions of the next units, one frame every two seconds.
  std::vector<memory::BlockInfo> units(memory::BlockId first, std::int64_t count) const;

 private:
  void encode_batch(std::span<const model::Picture> pictures, const kernels::Tensor& embeddings);

  kernels::Backend& backend_;
  const ModelShape shape_;
  std::int64_t patches_per_pass_;
  model::ModelInfo info_;
  model::VisionTower vision_;
  std::unique_ptr<kernels::LinearWeights> linear_1_;
  std::unique_ptr<kernels::LinearWeights> linear_2_;
  model::Decoder decoder_;

  model::PictureScaler scaler_;
  model::Workspace resized_;
  model::Workspace patches_;
  model::Workspace features_;
  model::Workspace inner_;
  model::Workspace projected_;
};

// Noise of any size: RGB, or planes as decoders of 8 bits leave them.
class Pictures {
 public:
  enum class Kind { rgb, decoded };
  Pictures(std::int64_t count, int width, int height, Kind kind = Kind::rgb);
  std::span<const model::Picture> all() const { return pictures_; }

 private:
  std::vector<std::uint8_t> pixels_;
  std::vector<kernels::YuvPicture> decoded_;
  std::vector<model::Picture> pictures_;
};

}  // namespace longtake::bench

#endif  // LONGTAKE_TESTS_BENCH_CUDA_RANDOM_MODEL_H_
