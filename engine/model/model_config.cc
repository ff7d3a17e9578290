#include "engine/model/model_config.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

#include "engine/base/file.h"
#include "engine/model/json_reader.h"
#include "engine/model/model.h"
#include "kernels/error.h"

namespace longtake::model {
namespace {

using kernels::Activation;

// Config files are a few kilobytes; a chat template may make tokenizer_config.json larger.
constexpr std::int64_t kMaxConfigBytes = std::int64_t{16} << 20;

// Ranges that no real model leaves. They keep products of them inside 64 bits and allocations sane.
constexpr std::int64_t kMaxLayers = 1000;
constexpr std::int64_t kMaxWidth = 65536;
constexpr std::int64_t kMaxFfn = 1 << 20;
constexpr std::int64_t kMaxHeads = 1024;
constexpr std::int64_t kMaxHeadDim = 1024;
constexpr std::int64_t kMaxVocabulary = 1 << 22;
constexpr std::int64_t kMaxPicture = 16384;
constexpr std::int64_t kMaxPatches = 65536;

// A JSON object with a name, whose members are read with a default, a range and a good error.
class Section {
 public:
  Section(const Json& json, std::string where) : json_(&json), where_(std::move(where)) {
    if (!json.is_object()) {
      throw Error(ErrorCode::corrupt_data, where_ + ": not a JSON object", kHint);
    }
  }

  // null counts as absent: that is what the reference library writes for "not set".
  const Json* find(const char* key) const {
    const auto it = json_->find(key);
    return it == json_->end() || it->is_null() ? nullptr : &*it;
  }
  bool is_null(const char* key) const { return json_->contains(key) && find(key) == nullptr; }
  std::int64_t integer(const char* key, std::int64_t fallback, std::int64_t min,
                       std::int64_t max) const {
    const Json* value = find(key);
    return value == nullptr ? fallback : integer_value(*value, key, min, max);
  }
  std::int64_t integer_value(const Json& value, const char* key, std::int64_t min,
                             std::int64_t max) const {
    std::int64_t n = 0;
    if (value.is_number_unsigned()) {
      const auto u = value.get<std::uint64_t>();
      n = u > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
              ? std::numeric_limits<std::int64_t>::max()
              : static_cast<std::int64_t>(u);
    } else if (value.is_number_integer()) {
      n = value.get<std::int64_t>();
    } else {
      bad(key, "is not a whole number");
    }
    if (n < min || n > max) {
      bad(key, "is " + std::to_string(n) + ", outside " + std::to_string(min) + " to " +
                   std::to_string(max));
    }
    return n;
  }
  double number(const char* key, double fallback, double min, double max) const {
    const Json* value = find(key);
    return value == nullptr ? fallback : number_value(*value, key, min, max);
  }
  double number_value(const Json& value, const char* key, double min, double max) const {
    if (!value.is_number()) bad(key, "is not a number");
    const auto x = value.get<double>();
    if (!(x >= min && x <= max)) bad(key, "is " + value.dump() + ", which makes no sense");
    return x;
  }
  bool boolean(const char* key, bool fallback) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) bad(key, "is neither true nor false");
    return value->get<bool>();
  }
  std::string text(const char* key, const std::string& fallback) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_string()) bad(key, "is not a text");
    return value->get<std::string>();
  }
  Section section(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr) bad(key, "is missing");
    return {*value, where_ + ": " + key};
  }

  [[noreturn]] void bad(const char* key, const std::string& why) const {
    throw Error(ErrorCode::corrupt_data, where_ + ": \"" + key + "\" " + why, kHint);
  }
  [[noreturn]] void unsupported(const char* key, const std::string& what) const {
    throw Error(ErrorCode::unsupported, where_ + ": \"" + key + "\" is " + what,
                "This version of Longtake cannot run this model. Choose another one.");
  }

 private:
  static constexpr const char* kHint =
      "The file is damaged or was edited by hand. Download the model again.";
  const Json* json_;
  std::string where_;
};

std::string shortened(const std::string& text) {
  return "\"" + text.substr(0, 80) + (text.size() > 80 ? "...\"" : "\"");
}

std::string read_config(const std::filesystem::path& path) {
  return read_text_file(path, kMaxConfigBytes);
}

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Activation activation(const Section& section, const char* key, const std::string& fallback) {
  const std::string name = section.text(key, fallback);
  if (name == "gelu") return Activation::gelu;
  if (name == "gelu_pytorch_tanh" || name == "gelu_new") return Activation::gelu_tanh;
  if (name == "quick_gelu") return Activation::quick_gelu;
  if (name == "silu" || name == "swish") return Activation::silu;
  section.unsupported(key, shortened(name));
}

// One id or a list of ids; absent gives none.
std::vector<TokenId> token_ids(const Section& section, const char* key) {
  const Json* value = section.find(key);
  if (value == nullptr) return {};
  const auto one = [&](const Json& id) {
    return static_cast<TokenId>(section.integer_value(id, key, 0, kMaxVocabulary));
  };
  if (!value->is_array()) return {one(*value)};
  if (value->size() > 1024) section.bad(key, "has too many ids");
  std::vector<TokenId> ids;
  for (const Json& id : *value) ids.push_back(one(id));
  return ids;
}

// A side of a square that may be written as one number or as a pair.
std::int64_t square_side(const Section& section, const char* key, std::int64_t fallback,
                         std::int64_t max) {
  const Json* value = section.find(key);
  if (value == nullptr) return fallback;
  if (!value->is_array()) return section.integer_value(*value, key, 1, max);
  if (value->size() != 2) section.bad(key, "is neither a number nor a pair");
  const std::int64_t first = section.integer_value((*value)[0], key, 1, max);
  if (section.integer_value((*value)[1], key, 1, max) != first) {
    section.unsupported(key, "not square");
  }
  return first;
}

// --- The decoder of Qwen2 --------------------------------------------------------------------

// Where rope_theta stands has moved over the years: rope_scaling goes before rope_parameters, and
// either before a rope_theta of its own.
double qwen2_rope_theta(const Section& text) {
  constexpr double kMaxTheta = 1e12;
  const double own = text.number("rope_theta", 10000.0, 1.0, kMaxTheta);
  // An empty rope_scaling counts as none, as it does in the reference.
  const Json* scaling = text.find("rope_scaling");
  const bool scaled = scaling != nullptr && !scaling->empty();
  const char* key = scaled ? "rope_scaling" : "rope_parameters";
  if (text.find(key) == nullptr) return own;
  Section rope = text.section(key);
  if (const Json* nested = rope.find("full_attention"); nested != nullptr && nested->is_object()) {
    rope = rope.section("full_attention");
  }
  const std::string type = rope.text("rope_type", rope.text("type", "default"));
  if (type != "default") text.unsupported(key, "of type " + shortened(type));
  if (rope.number("partial_rotary_factor", 1.0, 0.0, 1.0) != 1.0) {
    rope.unsupported("partial_rotary_factor", "not 1");
  }
  return rope.number("rope_theta", own, 1.0, kMaxTheta);
}

void refuse_sliding_window(const Section& text, std::int64_t layers) {
  if (const Json* types = text.find("layer_types")) {
    if (!types->is_array()) text.bad("layer_types", "is not a list");
    if (types->size() != static_cast<std::size_t>(layers)) {
      text.bad("layer_types", "does not name every layer");
    }
    for (const Json& type : *types) {
      if (!type.is_string()) text.bad("layer_types", "is not a list of texts");
      const auto& name = type.get_ref<const std::string&>();
      if (name != "full_attention") text.unsupported("layer_types", shortened(name));
    }
    return;
  }
  const bool window = text.boolean("use_sliding_window", false) && !text.is_null("sliding_window");
  if (window && text.integer("max_window_layers", 28, 0, std::int64_t{1} << 40) < layers) {
    text.unsupported("use_sliding_window", "true: layers with a sliding window");
  }
}

DecoderConfig qwen2_decoder(const Section& text) {
  if (const std::string type = text.text("model_type", "qwen2"); type != "qwen2") {
    text.unsupported("model_type", shortened(type));
  }
  if (const std::string act = text.text("hidden_act", "silu"); act != "silu") {
    text.unsupported("hidden_act", shortened(act));
  }
  DecoderConfig config;
  config.layers = text.integer("num_hidden_layers", 32, 1, kMaxLayers);
  config.width = text.integer("hidden_size", 4096, 1, kMaxWidth);
  config.ffn = text.integer("intermediate_size", 22016, 1, kMaxFfn);
  config.heads = text.integer("num_attention_heads", 32, 1, kMaxHeads);
  // The reference's default is 32 whatever the heads; null means as many as query heads.
  config.kv_heads = text.is_null("num_key_value_heads")
                        ? config.heads
                        : text.integer("num_key_value_heads", 32, 1, kMaxHeads);
  if (config.heads % config.kv_heads != 0) {
    text.bad("num_key_value_heads", "does not divide num_attention_heads");
  }
  if (text.find("head_dim") != nullptr) {
    config.head_dim = text.integer("head_dim", 0, 1, kMaxHeadDim);
  } else {
    if (config.width % config.heads != 0) {
      text.bad("num_attention_heads", "does not divide hidden_size");
    }
    config.head_dim = config.width / config.heads;
    if (config.head_dim > kMaxHeadDim)
      text.bad("num_attention_heads", "is too small for hidden_size");
  }
  if (config.head_dim % 2 != 0)
    text.bad("hidden_size", "gives an odd head_dim, which RoPE cannot rotate");
  config.vocabulary = text.integer("vocab_size", 151936, 1, kMaxVocabulary);
  config.rms_eps = static_cast<float>(text.number("rms_norm_eps", 1e-6, 0.0, 1.0));
  config.qkv_bias = true;
  refuse_sliding_window(text, config.layers);
  config.rope = kernels::RopeTable::plain(config.head_dim, qwen2_rope_theta(text));
  return config;
}

// --- SigLIP ----------------------------------------------------------------------------------

VisionConfig siglip_vision(const Section& vision, const VisionConfig& defaults) {
  if (const std::string type = vision.text("model_type", "siglip_vision_model");
      type != "siglip_vision_model") {
    vision.unsupported("model_type", shortened(type));
  }
  VisionConfig config = defaults;
  config.layers = vision.integer("num_hidden_layers", defaults.layers, 1, kMaxLayers);
  config.width = vision.integer("hidden_size", defaults.width, 1, kMaxWidth);
  config.ffn = vision.integer("intermediate_size", defaults.ffn, 1, kMaxFfn);
  config.heads = vision.integer("num_attention_heads", defaults.heads, 1, kMaxHeads);
  if (config.width % config.heads != 0) {
    vision.bad("num_attention_heads", "does not divide hidden_size");
  }
  if (config.width / config.heads > kMaxHeadDim) {
    vision.bad("num_attention_heads", "is too small for hidden_size");
  }
  if (vision.integer("num_channels", 3, 1, 1024) != 3) vision.unsupported("num_channels", "not 3");
  config.image = square_side(vision, "image_size", defaults.image, kMaxPicture);
  config.patch = square_side(vision, "patch_size", defaults.patch, 256);
  if (config.patch > config.image) vision.bad("patch_size", "is larger than image_size");
  if (config.patches() > kMaxPatches) vision.bad("patch_size", "is too small for image_size");
  config.eps = static_cast<float>(vision.number("layer_norm_eps", 1e-6, 0.0, 1.0));
  config.activation = activation(vision, "hidden_act", "gelu_pytorch_tanh");
  config.post_norm = false;  // hidden_states are taken before post_layernorm
  return config;
}

// SiglipVisionConfig's defaults, for fields that a vision_config leaves out.
VisionConfig siglip_base() {
  VisionConfig config;
  config.layers = 12;
  config.width = 768;
  config.heads = 12;
  config.ffn = 3072;
  config.patch = 16;
  config.image = 224;
  return config;
}

// What LlavaOnevisionConfig takes where there is no vision_config at all.
VisionConfig siglip_so400m() {
  VisionConfig config;
  config.layers = 26;
  config.width = 1152;
  config.heads = 16;
  config.ffn = 4304;
  config.patch = 14;
  config.image = 384;
  return config;
}

// How many layers give hidden_states[vision_feature_layer], where hidden_states[0] is the embedding
// and the last of layers + 1 entries is the last layer's output.
std::int64_t layers_to_run(const Section& top, std::int64_t layers) {
  const Json* value = top.find("vision_feature_layer");
  if (value == nullptr) return layers;
  if (value->is_array()) {
    if (value->size() != 1) {
      top.unsupported("vision_feature_layer", "a list of " + std::to_string(value->size()));
    }
    value = &(*value)[0];
  }
  const std::int64_t index =
      top.integer_value(*value, "vision_feature_layer", -(layers + 1), layers);
  return index < 0 ? index + layers + 1 : index;
}

Preprocessing preprocessing_of(const Section& section) {
  constexpr std::int64_t kMax = kMaxPicture;
  Preprocessing result;
  if (const Json* size = section.find("size")) {
    if (size->is_object()) {
      const Section sides = section.section("size");
      if (sides.find("height") != nullptr || sides.find("width") != nullptr) {
        result.height = static_cast<int>(sides.integer("height", 0, 1, kMax));
        result.width = static_cast<int>(sides.integer("width", 0, 1, kMax));
        if (result.height == 0) sides.bad("height", "is missing");
        if (result.width == 0) sides.bad("width", "is missing");
      } else if (sides.find("shortest_edge") != nullptr) {
        // The towers that we run take squares only, so the edge names the square.
        result.height = static_cast<int>(sides.integer("shortest_edge", 0, 1, kMax));
        result.width = result.height;
      } else {
        section.unsupported("size", "given without height, width or shortest_edge");
      }
    } else if (size->is_array()) {
      if (size->size() != 2) section.bad("size", "is not a pair");
      result.height = static_cast<int>(section.integer_value((*size)[0], "size", 1, kMax));
      result.width = static_cast<int>(section.integer_value((*size)[1], "size", 1, kMax));
    } else {
      result.height = static_cast<int>(section.integer_value(*size, "size", 1, kMax));
      result.width = result.height;
    }
  }
  if (!section.boolean("do_resize", true)) section.unsupported("do_resize", "false");
  if (section.find("crop_size") != nullptr && section.boolean("do_center_crop", false)) {
    section.unsupported("do_center_crop", "true");
  }
  result.resample = static_cast<Resample>(section.integer("resample", 3, 0, 5));

  // p -> (p * factor - mean) / std, rewritten for p / 255.
  const double factor = section.boolean("do_rescale", true)
                            ? section.number("rescale_factor", 1.0 / 255.0, 1e-6, 1e3)
                            : 1.0;
  const double scale = factor * 255.0;
  const bool normalize = section.boolean("do_normalize", true);
  const auto channels = [&](const char* key, std::array<float, 3>& values, double min) {
    const Json* value = section.find(key);
    if (value == nullptr) return;
    if (value->is_number()) {
      values.fill(static_cast<float>(section.number_value(*value, key, min, 1e6)));
      return;
    }
    if (!value->is_array() || value->size() != 3)
      section.bad(key, "is not a list of three numbers");
    for (std::size_t c = 0; c < 3; ++c) {
      values[c] = static_cast<float>(section.number_value((*value)[c], key, min, 1e6));
    }
  };
  channels("image_mean", result.mean, -1e6);
  channels("image_std", result.std, 1e-6);
  for (std::size_t c = 0; c < 3; ++c) {
    const double mean = normalize ? static_cast<double>(result.mean[c]) : 0.0;
    const double std = normalize ? static_cast<double>(result.std[c]) : 1.0;
    // 1/255 written with a few digits is meant exactly: the numbers stay as they stand in the file.
    const double exact = std::abs(scale - 1.0) < 1e-6 ? 1.0 : scale;
    result.mean[c] = static_cast<float>(mean / exact);
    result.std[c] = static_cast<float>(std / exact);
  }
  return result;
}

// A special token is a text, or an object with the text as its content.
std::optional<std::string> special_token(const Section& section, const char* key) {
  const Json* value = section.find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  return section.section(key).text("content", "");
}

}  // namespace

std::string parse_model_type(std::string_view json, const std::string& what) {
  const Json document = parse_json(json, what);
  const Section top(document, what);
  std::string type = top.text("model_type", "");
  if (type.empty()) top.bad("model_type", "is missing");
  return type;
}

std::string read_model_type(const std::filesystem::path& folder) {
  const auto path = folder / "config.json";
  return parse_model_type(read_config(path), path.string());
}

LlavaOnevisionConfig parse_llava_onevision(std::string_view json, const std::string& what) {
  const Json document = parse_json(json, what);
  const Section top(document, what);
  if (const std::string type = top.text("model_type", "llava_onevision");
      type != "llava_onevision") {
    top.unsupported("model_type", shortened(type));
  }

  LlavaOnevisionConfig config;
  const Json empty = Json::object();
  const Section text = top.find("text_config") != nullptr ? top.section("text_config")
                                                          : Section(empty, what + ": text_config");
  config.text = qwen2_decoder(text);
  config.text.tied_embeddings =
      top.boolean("tie_word_embeddings", false) || text.boolean("tie_word_embeddings", false);
  config.eos = token_ids(text, "eos_token_id");
  if (config.eos.empty()) config.eos = token_ids(top, "eos_token_id");

  const bool has_vision = top.find("vision_config") != nullptr;
  const Section vision =
      has_vision ? top.section("vision_config") : Section(empty, what + ": vision_config");
  config.vision = siglip_vision(vision, has_vision ? siglip_base() : siglip_so400m());
  config.vision.layers = layers_to_run(top, config.vision.layers);
  // "default" drops a leading class token, which SigLIP does not have.
  if (const std::string select = top.text("vision_feature_select_strategy", "full");
      select != "full") {
    top.unsupported("vision_feature_select_strategy", shortened(select));
  }

  config.projector_activation = activation(top, "projector_hidden_act", "gelu");
  config.projector_bias = top.boolean("multimodal_projector_bias", true);
  return config;
}

LlavaOnevisionConfig read_llava_onevision(const std::filesystem::path& folder) {
  const auto path = folder / "config.json";
  return parse_llava_onevision(read_config(path), path.string());
}

Preprocessing parse_preprocessing(std::string_view json, const std::string& what) {
  const Json document = parse_json(json, what);
  return preprocessing_of(Section(document, what));
}

Preprocessing read_video_preprocessing(const std::filesystem::path& folder) {
  const auto processor_path = folder / "processor_config.json";
  Json processor = Json::object();
  if (is_there(processor_path)) {
    processor = parse_json(read_config(processor_path), processor_path.string());
  }
  const Section nested(processor, processor_path.string());
  if (nested.find("video_processor") != nullptr) {
    return preprocessing_of(nested.section("video_processor"));
  }
  for (const char* name : {"video_preprocessor_config.json", "preprocessor_config.json"}) {
    const auto path = folder / name;
    if (is_there(path)) return parse_preprocessing(read_config(path), path.string());
  }
  if (nested.find("image_processor") != nullptr) {
    return preprocessing_of(nested.section("image_processor"));
  }
  throw Error(ErrorCode::not_found, folder.string() + ": no preprocessor_config.json",
              "Download the missing file into the folder, or the whole model again.");
}

void check_picture_size(const Preprocessing& preprocessing, const VisionConfig& vision) {
  if (preprocessing.height == vision.image && preprocessing.width == vision.image) return;
  throw Error(ErrorCode::corrupt_data,
              "preprocessor_config.json: \"size\" is " + std::to_string(preprocessing.height) +
                  " x " + std::to_string(preprocessing.width) +
                  ", but config.json's vision_config takes " + std::to_string(vision.image) +
                  " x " + std::to_string(vision.image),
              "The two files belong to different models. Download the model again.");
}

GenerationConfig parse_generation_config(std::string_view json, const std::string& what) {
  const Json document = parse_json(json, what);
  return {token_ids(Section(document, what), "eos_token_id")};
}

GenerationConfig read_generation_config(const std::filesystem::path& folder) {
  const auto path = folder / "generation_config.json";
  if (!is_there(path)) return {};
  return parse_generation_config(read_config(path), path.string());
}

TokenizerConfig parse_tokenizer_config(std::string_view json, const std::string& what) {
  const Json document = parse_json(json, what);
  const Section top(document, what);
  TokenizerConfig config;
  config.eos_token = special_token(top, "eos_token");
  return config;
}

TokenizerConfig read_tokenizer_config(const std::filesystem::path& folder) {
  const auto path = folder / "tokenizer_config.json";
  if (!is_there(path)) return {};
  return parse_tokenizer_config(read_config(path), path.string());
}

void ModelHints::apply_to(ModelInfo& info) const {
  if (!name.empty()) info.name = name;
  info.demonstration = demonstration;
  info.sampling_fps = sampling_fps;
  info.window_tokens = window_tokens;
  info.chunk_tokens = chunk_tokens;
  info.recall_blocks = recall_blocks;
  info.recent_blocks = recent_blocks;
}

ModelHints parse_model_hints(std::string_view json, const std::string& what) {
  const Json document = parse_json(json, what);
  const Section top(document, what);
  constexpr std::int64_t kMax = std::int64_t{1} << 31;
  ModelHints hints;
  hints.name = top.text("name", "");
  hints.demonstration = top.boolean("demonstration", false);
  hints.sampling_fps = top.number("sampling_fps", 0.0, 0.0, 1000.0);
  hints.window_tokens = top.integer("window_tokens", 0, 0, kMax);
  hints.chunk_tokens = top.integer("chunk_tokens", 0, 0, kMax);
  hints.recall_blocks = top.integer("recall_blocks", 0, 0, kMax);
  hints.recent_blocks = top.integer("recent_blocks", 0, 0, kMax);
  return hints;
}

ModelHints read_model_hints(const std::filesystem::path& folder) {
  const auto path = folder / "longtake.json";
  if (!is_there(path)) return {};
  return parse_model_hints(read_config(path), path.string());
}

}  // namespace longtake::model
