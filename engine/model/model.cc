#include "engine/model/model.h"

#include <system_error>

#include "engine/base/file.h"
#include "engine/base/hash.h"
#include "engine/model/families/llava_onevision.h"
#include "engine/model/json_reader.h"
#include "engine/model/model_config.h"
#include "kernels/error.h"

namespace longtake::model {

namespace {

constexpr std::int64_t kMaxConfigBytes = std::int64_t{16} << 20;
constexpr std::int64_t kMaxTokenizerBytes = std::int64_t{256} << 20;

// The model_type of a folder that can be read.
std::string family_of(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    throw Error(
        ErrorCode::not_found, folder.string() + ": there is no such model folder",
        "Name a folder that holds config.json, tokenizer.json and the weights as safetensors.");
  }
  return read_model_type(folder);
}

[[noreturn]] void refuse(const std::filesystem::path& folder, const std::string& family) {
  throw Error(
      ErrorCode::unsupported,
      folder.string() + ": models of the family \"" + family.substr(0, 80) + "\" are not supported",
      "Choose a model of a supported family: llava_onevision.");
}

}  // namespace

std::unique_ptr<Model> Model::load(const std::filesystem::path& folder, kernels::Backend& backend,
                                   const ModelOptions& options) {
  const std::string family = family_of(folder);
  if (family == "llava_onevision") {
    return std::make_unique<LlavaOnevision>(folder, backend, options);
  }
  refuse(folder, family);
}

ModelInfo Model::inspect(const std::filesystem::path& folder) {
  const std::string family = family_of(folder);
  if (family == "llava_onevision") return LlavaOnevision::inspect(folder);
  refuse(folder, family);
}

ModelInfo Model::describe(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                          const Preprocessing& preprocessing) {
  ModelInfo info;
  // A trailing slash would leave an empty last part.
  const auto path = std::filesystem::absolute(folder).lexically_normal();
  info.name = (path.has_filename() ? path : path.parent_path()).filename().string();

  // Everything that a token or a number of the memory depends on, and nothing that it does not:
  // config.json counts by content, not by layout (a parsed document prints with sorted keys).
  const auto config_path = folder / "config.json";
  Hasher hasher;
  hasher.add("longtake model 1");
  hasher.add(parse_json(read_text_file(config_path, kMaxConfigBytes), config_path.string()).dump());
  hasher.add(read_text_file(folder / "tokenizer.json", kMaxTokenizerBytes));
  hasher.add(std::int64_t{preprocessing.height}).add(std::int64_t{preprocessing.width});
  hasher.add(static_cast<std::int64_t>(preprocessing.resample));
  hasher.add(std::as_bytes(std::span(preprocessing.mean)));
  hasher.add(std::as_bytes(std::span(preprocessing.std)));
  hasher.add(checkpoint.content_hash());
  info.fingerprint = hasher.finish().to_hex();

  info.parameters = checkpoint.elements();
  info.weight_bytes = static_cast<std::size_t>(checkpoint.bytes());
  read_model_hints(folder).apply_to(info);
  return info;
}

}  // namespace longtake::model
