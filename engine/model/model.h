// Declares Model: one loaded video-language model, whatever its family: pictures to embeddings, text to
// ids, prompts, positions and the decoder. A family is an adapter behind this page
// (engine/model/families/); nothing above knows which one it is.
//
// Thread rule: one thread at a time, except info() and tokenizer(), which are immutable. Lifetime rule:
// the Backend outlives it.
#ifndef LONGTAKE_ENGINE_MODEL_MODEL_H_
#define LONGTAKE_ENGINE_MODEL_MODEL_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/decoder.h"
#include "engine/model/picture.h"
#include "engine/model/tokenizer.h"
#include "kernels/backend.h"

namespace longtake::model {

struct Preprocessing;

struct ModelInfo {
  std::string name;         // the folder's name
  std::string family;       // "llava_onevision", ...
  std::string fingerprint;  // 32 hex digits: config, tokenizer, preprocessing, tensors (not the device)
  std::int64_t frames_per_unit = 1;  // frames that one visual unit (one KvBlock) is made of
  std::int32_t grid_h = 0;           // tokens of a unit as rows x columns
  std::int32_t grid_w = 0;
  std::int32_t tokens_per_unit = 0;
  std::int32_t extent_per_unit = 0;  // positions that a unit occupies
  std::size_t weight_bytes = 0;      // memory held on the device
  std::int64_t parameters = 0;
  bool demonstration = false;        // the embedded nano
  // What the model was made for; 0 = no opinion. From longtake.json in the folder, if there is one.
  double sampling_fps = 0;
  std::int64_t window_tokens = 0;  // that a chunk of new tokens can see
  std::int64_t chunk_tokens = 0;   // per forward pass while watching
  std::int64_t recall_blocks = 0;
  std::int64_t recent_blocks = 0;
};

// Token ids of a prompt part. The pseudo-id kImageNewline stands for the model's learned "end of the
// pictures" vector.
inline constexpr TokenId kImageNewline = -1;
struct PromptPart {
  std::vector<TokenId> ids;
  // Tokens [question_begin, question_end) carry the question: their mean query finds the blocks.
  std::size_t question_begin = 0;
  std::size_t question_end = 0;
};

struct ModelOptions {
  kernels::WeightFormat weights = kernels::WeightFormat::automatic;
};

class Model {
 public:
  // Opens a Hugging Face folder. Errors: not_found (no such folder, missing file), unsupported (a
  // family or feature that is not built in, naming it), corrupt_data, out_of_memory.
  static std::unique_ptr<Model> load(const std::filesystem::path& folder, kernels::Backend& backend,
                                     const ModelOptions& options = {});
  // What load() would say of the folder, without loading weights: cheap, for lists and checks.
  static ModelInfo inspect(const std::filesystem::path& folder);
  virtual ~Model() = default;

  virtual const ModelInfo& info() const = 0;
  virtual const Tokenizer& tokenizer() const = 0;
  virtual Decoder& decoder() = 0;
  virtual kernels::Backend& backend() = 0;

  // Units of frames_per_unit pictures each -> embeddings [units * tokens_per_unit, width].
  virtual void encode(std::span<const Picture> pictures, const kernels::Tensor& embeddings) = 0;
  // Positions of a unit's tokens relative to its first position.
  virtual std::vector<kernels::Position> unit_positions() const = 0;

  // What stands before the pictures (the sinks), and after them for a question.
  virtual PromptPart prompt_before() const = 0;
  virtual PromptPart prompt_after(std::string_view question) const = 0;
  // Embeds ids, kImageNewline included, into rows [ids, width].
  virtual void embed(std::span<const TokenId> ids, const kernels::Tensor& rows) = 0;
  virtual bool is_stop(TokenId id) const = 0;  // ends an answer

 protected:
  // What every family says alike: name, fingerprint, parameters and the hints of longtake.json.
  static ModelInfo describe(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                            const Preprocessing& preprocessing);
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_MODEL_H_
