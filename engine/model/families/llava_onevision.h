// Declares LlavaOnevision: the family of SigLIP + Qwen2. Every frame is a unit of its own: it is
// squashed to a square, encoded, projected and pooled to half the side; one learned vector ends the
// video; positions are plain numbers.
//
// Thread rule and lifetime rule: as Model.
#ifndef LONGTAKE_ENGINE_MODEL_FAMILIES_LLAVA_ONEVISION_H_
#define LONGTAKE_ENGINE_MODEL_FAMILIES_LLAVA_ONEVISION_H_

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/checkpoint.h"
#include "engine/model/decoder.h"
#include "engine/model/device_tensors.h"
#include "engine/model/model.h"
#include "engine/model/model_config.h"
#include "engine/model/vision_tower.h"

namespace longtake::model {

class LlavaOnevision : public Model {
 public:
  // Where a checkpoint keeps its parts: published ones and those that newer versions of the
  // reference library saved differ. Error{corrupt_data} if a part is missing.
  struct TensorNames {
    std::string vision;     // before "embeddings" and "encoder"
    std::string projector;  // before "linear_1"
    std::string newline;
    std::string text;  // before "embed_tokens" and "layers"
    std::string head;
  };
  static TensorNames find_tensors(const Checkpoint& checkpoint, bool tied_embeddings);

  LlavaOnevision(const std::filesystem::path& folder, kernels::Backend& backend,
                 const ModelOptions& options);
  static ModelInfo inspect(const std::filesystem::path& folder);

  const ModelInfo& info() const override { return info_; }
  const Tokenizer& tokenizer() const override { return tokenizer_; }
  Decoder& decoder() override { return *decoder_; }
  kernels::Backend& backend() override { return backend_; }
  void encode(std::span<const Picture> pictures, const kernels::Tensor& embeddings) override;
  std::vector<kernels::Position> unit_positions() const override;
  PromptPart prompt_before() const override;
  PromptPart prompt_after(std::string_view question) const override;
  void embed(std::span<const TokenId> ids, const kernels::Tensor& rows) override;
  bool is_stop(TokenId id) const override;

 private:
  struct Folder;  // what is known before weights are loaded
  LlavaOnevision(Folder folder, kernels::Backend& backend, const ModelOptions& options);
  // Frames [n] that fit into one pass of the tower -> embeddings [n * tokens_per_unit, width].
  void encode_batch(std::span<const Picture> pictures, const kernels::Tensor& embeddings);

  kernels::Backend& backend_;
  // Many small pictures at once keep the matrix products long; more than the device needs would
  // only cost scratch memory.
  const std::int64_t patches_per_pass_;
  const Checkpoint checkpoint_;  // the embedding table stays mapped
  const LlavaOnevisionConfig config_;
  const Preprocessing preprocessing_;
  const Tokenizer tokenizer_;
  ModelInfo info_;
  std::vector<TokenId> stop_ids_;
  std::unique_ptr<VisionTower> vision_;
  std::unique_ptr<kernels::LinearWeights> linear_1_;  // [width, vision width]
  std::unique_ptr<kernels::LinearWeights> linear_2_;  // [width, width]
  kernels::Tensor newline_;                           // [1, width]
  std::unique_ptr<Decoder> decoder_;

  PictureScaler scaler_;
  Workspace resized_;   // u8 [n * image, image * 3]
  Workspace patches_;   // [n * P, 3 * patch * patch]
  Workspace features_;  // [n * P, vision width]
  Workspace inner_;     // [n * P, width]
  Workspace projected_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_FAMILIES_LLAVA_ONEVISION_H_
