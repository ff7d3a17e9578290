// Declares what a model folder says about itself, as plain structs: config.json, the preprocessor
// configs, generation_config.json, tokenizer_config.json and our own longtake.json. A field that is
// missing takes the value that the reference library (transformers) gives it; a value that makes no
// sense is Error{corrupt_data}, one that this program cannot run is Error{unsupported}; both name
// the file and the key.
//
// The parse_ functions read one document (`what` names it in errors); the read_ functions find the
// right files in a folder. Thread rule: pure functions. Lifetime rule: values.
#ifndef LONGTAKE_ENGINE_MODEL_MODEL_CONFIG_H_
#define LONGTAKE_ENGINE_MODEL_MODEL_CONFIG_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/decoder.h"
#include "engine/model/tokenizer.h"
#include "engine/model/vision_tower.h"
#include "kernels/backend.h"

namespace longtake::model {

struct ModelInfo;

// "llava_onevision", "qwen2_5_vl", ...: the model_type of config.json.
std::string parse_model_type(std::string_view json, const std::string& what = "config.json");
std::string read_model_type(const std::filesystem::path& folder);

// --- LLaVA-OneVision -------------------------------------------------------------------------
struct LlavaOnevisionConfig {
  DecoderConfig text;
  // vision.layers counts the layers to run: vision_feature_layer -1 is all of them, -2 leaves the
  // last one out, and so on; the checkpoint may hold more.
  VisionConfig vision;
  kernels::Activation projector_activation = kernels::Activation::gelu;
  bool projector_bias = true;
  std::vector<TokenId> eos;  // of text_config or the top level; see GenerationConfig
};
LlavaOnevisionConfig parse_llava_onevision(std::string_view json,
                                           const std::string& what = "config.json");
LlavaOnevisionConfig read_llava_onevision(const std::filesystem::path& folder);

// --- Pictures --------------------------------------------------------------------------------
enum class Resample : std::uint8_t {
  nearest = 0,
  lanczos = 1,
  bilinear = 2,
  bicubic = 3,
  box = 4,
  hamming = 5
};

struct Preprocessing {
  int height = 384;
  int width = 384;
  Resample resample = Resample::bicubic;
  // What a pixel p in 0..255 becomes: (p / 255 - mean) / std. rescale_factor, do_rescale and
  // do_normalize of the file are already worked into these numbers.
  std::array<float, 3> mean = {0.48145466F, 0.4578275F, 0.40821073F};
  std::array<float, 3> std = {0.26862954F, 0.26130258F, 0.27577711F};
};
Preprocessing parse_preprocessing(std::string_view json,
                                  const std::string& what = "preprocessor_config.json");
// How video frames are prepared: processor_config.json's "video_processor", else
// video_preprocessor_config.json, else preprocessor_config.json (older folders have only that),
// else processor_config.json's "image_processor"; Error{not_found} if there is none.
Preprocessing read_video_preprocessing(const std::filesystem::path& folder);
// Error{corrupt_data} unless pictures have the size that the vision tower takes.
void check_picture_size(const Preprocessing& preprocessing, const VisionConfig& vision);

// --- Text ------------------------------------------------------------------------------------
struct GenerationConfig {
  std::vector<TokenId> eos;  // any of them ends an answer; empty if the file does not say
};
GenerationConfig parse_generation_config(std::string_view json,
                                         const std::string& what = "generation_config.json");
GenerationConfig read_generation_config(
    const std::filesystem::path& folder);  // the file may be absent

struct TokenizerConfig {
  std::optional<std::string> eos_token;
};
TokenizerConfig parse_tokenizer_config(std::string_view json,
                                       const std::string& what = "tokenizer_config.json");
TokenizerConfig read_tokenizer_config(
    const std::filesystem::path& folder);  // the file may be absent

// --- Our own file ----------------------------------------------------------------------------
// longtake.json, optional: what the model was made for. 0 = no opinion.
struct ModelHints {
  std::string name;  // empty = the folder's
  bool demonstration = false;
  double sampling_fps = 0;
  std::int64_t window_tokens = 0;
  std::int64_t chunk_tokens = 0;
  std::int64_t recall_blocks = 0;
  std::int64_t recent_blocks = 0;

  void apply_to(ModelInfo& info) const;
};
ModelHints parse_model_hints(std::string_view json, const std::string& what = "longtake.json");
ModelHints read_model_hints(const std::filesystem::path& folder);  // the file may be absent

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_MODEL_CONFIG_H_
