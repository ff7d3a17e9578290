#include "engine/session/bench_model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <nlohmann/json.hpp>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/base/file.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

using Json = nlohmann::ordered_json;

constexpr float kDeviation =
    0.02F;  // of initial weights, as both halves of the model were trained from

enum class Fill : std::uint8_t { normal, ones, zeros };

struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  Fill fill = Fill::normal;

  std::int64_t bytes() const {
    std::int64_t elements = 1;
    for (const std::int64_t side : shape) elements *= side;
    return elements * 2;
  }
};

// All tensors of the family, under the names of the published checkpoints.
std::vector<NamedTensor> tensors_of(const RandomModel& model) {
  std::vector<NamedTensor> tensors;
  const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in, bool bias) {
    tensors.push_back({name + ".weight", {out, in}});
    if (bias) tensors.push_back({name + ".bias", {out}, Fill::zeros});
  };
  const auto norm = [&](const std::string& name, std::int64_t width, bool bias) {
    tensors.push_back({name + ".weight", {width}, Fill::ones});
    if (bias) tensors.push_back({name + ".bias", {width}, Fill::zeros});
  };

  const std::string vision = "vision_tower.vision_model.";
  const std::int64_t width = model.vision_width;
  const std::int64_t side = model.image / model.patch;
  tensors.push_back(
      {vision + "embeddings.patch_embedding.weight", {width, 3, model.patch, model.patch}});
  tensors.push_back({vision + "embeddings.patch_embedding.bias", {width}, Fill::zeros});
  tensors.push_back({vision + "embeddings.position_embedding.weight", {side * side, width}});
  for (std::int64_t i = 0; i < model.vision_layers; ++i) {
    const std::string layer = vision + "encoder.layers." + std::to_string(i) + ".";
    norm(layer + "layer_norm1", width, true);
    for (const char* product : {"q_proj", "k_proj", "v_proj", "out_proj"}) {
      linear(layer + "self_attn." + product, width, width, true);
    }
    norm(layer + "layer_norm2", width, true);
    linear(layer + "mlp.fc1", model.vision_ffn, width, true);
    linear(layer + "mlp.fc2", width, model.vision_ffn, true);
  }
  norm(vision + "post_layernorm", width, true);

  linear("multi_modal_projector.linear_1", model.width, width, true);
  linear("multi_modal_projector.linear_2", model.width, model.width, true);
  tensors.push_back({"image_newline", {model.width}});

  const std::string text = "language_model.model.";
  const std::int64_t keys = model.width / model.heads * model.kv_heads;
  tensors.push_back({text + "embed_tokens.weight", {model.vocabulary, model.width}});
  for (std::int64_t i = 0; i < model.layers; ++i) {
    const std::string layer = text + "layers." + std::to_string(i) + ".";
    norm(layer + "input_layernorm", model.width, false);
    linear(layer + "self_attn.q_proj", model.width, model.width, true);
    linear(layer + "self_attn.k_proj", keys, model.width, true);
    linear(layer + "self_attn.v_proj", keys, model.width, true);
    linear(layer + "self_attn.o_proj", model.width, model.width, false);
    norm(layer + "post_attention_layernorm", model.width, false);
    linear(layer + "mlp.gate_proj", model.ffn, model.width, false);
    linear(layer + "mlp.up_proj", model.ffn, model.width, false);
    linear(layer + "mlp.down_proj", model.width, model.ffn, false);
  }
  norm(text + "norm", model.width, false);
  if (!model.tied_embeddings) {
    linear("language_model.lm_head", model.vocabulary, model.width, false);
  }
  return tensors;
}

std::uint16_t bf16_bits(float value) {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}

void write_weights(const std::vector<NamedTensor>& tensors, const std::filesystem::path& path,
                   const std::function<bool()>& cancelled) {
  Json header = Json::object();
  std::int64_t end = 0;
  for (const NamedTensor& tensor : tensors) {
    header[tensor.name] = {
        {"dtype", "BF16"}, {"shape", tensor.shape}, {"data_offsets", {end, end + tensor.bytes()}}};
    end += tensor.bytes();
  }
  std::string head = header.dump();
  head.resize((head.size() + 7) / 8 * 8, ' ');
  const std::uint64_t head_bytes = head.size();
  File file = File::open(path, File::Mode::create);
  file.write_at(0, std::as_bytes(std::span(&head_bytes, 1)));
  file.write_at(8, std::as_bytes(std::span(head)));

  // A pool of random numbers, taken from another place for every piece: to make each of hundreds of
  // millions anew would take longer than all that is to be measured.
  constexpr std::size_t kPool = 4u << 20;
  constexpr std::size_t kPiece = kPool / 2;
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.0F, kDeviation);
  std::vector<std::uint16_t> pool(kPool);
  for (std::uint16_t& bits : pool) bits = bf16_bits(normal(random));
  const std::vector<std::uint16_t> ones(1u << 16, bf16_bits(1.0F));
  const std::vector<std::uint16_t> zeros(1u << 16, 0);

  auto offset = static_cast<std::int64_t>(8 + head.size());
  for (const NamedTensor& tensor : tensors) {
    if (cancelled && cancelled()) {
      throw Error(ErrorCode::cancelled, "Writing the random model was cancelled");
    }
    auto left = static_cast<std::size_t>(tensor.bytes()) / 2;
    while (left > 0) {
      std::span<const std::uint16_t> piece = tensor.fill == Fill::ones ? ones : zeros;
      if (tensor.fill == Fill::normal) {
        piece = std::span(pool).subspan(random() % (kPool - kPiece), kPiece);
      }
      piece = piece.first(std::min(left, piece.size()));
      file.write_at(offset, std::as_bytes(piece));
      offset += static_cast<std::int64_t>(piece.size_bytes());
      left -= piece.size();
    }
  }
  file.sync_data();  // else the kernel would write them while something else is being measured
}

// --- The tokenizer -------------------------------------------------------------------------------

std::string utf8(char32_t code) {
  if (code < 0x80) return {static_cast<char>(code)};
  return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
}

// GPT-2's picture of every byte as a printable character.
std::array<std::string, 256> byte_letters() {
  std::array<std::string, 256> letters;
  char32_t next = 256;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable =
        (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    letters[byte] = utf8(printable ? byte : next++);
  }
  return letters;
}

// Bytes, the words of the chat template (so that a prompt is about as long as a real one), and
// names nobody writes for the rest of the vocabulary.
Json tokenizer_of(const RandomModel& model) {
  const std::array<std::string, 256> letters = byte_letters();
  Json vocabulary = Json::object();
  std::int64_t next = 0;
  for (const std::string& letter : letters) vocabulary[letter] = next++;
  Json merges = Json::array();
  for (const char* word : {"system", "user", "assistant", "You", " are", " a", " helpful", "What",
                           " happens", " at", " the", " gate"}) {
    std::string joined;
    for (const char* byte = word; *byte != '\0'; ++byte) {
      const std::string& letter = letters[static_cast<unsigned char>(*byte)];
      const std::string longer = joined + letter;
      if (!joined.empty() && !vocabulary.contains(longer)) {
        merges.push_back(joined + " " + letter);
        vocabulary[longer] = next++;
      }
      joined = longer;
    }
  }
  const std::array specials = {"<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"};
  const auto first_special = model.vocabulary - static_cast<std::int64_t>(specials.size());
  if (next > first_special) {
    throw Error(ErrorCode::bad_argument,
                "A random model needs a vocabulary of 400 tokens at least");
  }
  for (; next < first_special; ++next) vocabulary[letters[' '] + "w" + std::to_string(next)] = next;
  Json added = Json::array();
  for (const char* special : specials) {
    added.push_back({{"id", next++},
                     {"content", special},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
  }
  const char* const qwen2_words =
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  return {{"version", "1.0"},
          {"added_tokens", added},
          {"normalizer", {{"type", "NFC"}}},
          {"pre_tokenizer",
           {{"type", "Sequence"},
            {"pretokenizers",
             {{{"type", "Split"},
               {"pattern", {{"Regex", qwen2_words}}},
               {"behavior", "Isolated"},
               {"invert", false}},
              {{"type", "ByteLevel"},
               {"add_prefix_space", false},
               {"trim_offsets", true},
               {"use_regex", false}}}}}},
          {"decoder",
           {{"type", "ByteLevel"},
            {"add_prefix_space", true},
            {"trim_offsets", true},
            {"use_regex", true}}},
          {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}}}};
}

Json config_of(const RandomModel& model) {
  return {{"model_type", "llava_onevision"},
          {"image_token_index", model.vocabulary - 2},
          {"video_token_index", model.vocabulary - 1},
          {"projector_hidden_act", "gelu"},
          {"vision_feature_layer", -1},
          {"vision_feature_select_strategy", "full"},
          {"tie_word_embeddings", model.tied_embeddings},
          {"text_config",
           {{"model_type", "qwen2"},
            {"hidden_size", model.width},
            {"intermediate_size", model.ffn},
            {"num_hidden_layers", model.layers},
            {"num_attention_heads", model.heads},
            {"num_key_value_heads", model.kv_heads},
            {"rope_theta", model.rope_theta},
            {"tie_word_embeddings", model.tied_embeddings},
            {"vocab_size", model.vocabulary}}},
          {"vision_config",
           {{"model_type", "siglip_vision_model"},
            {"hidden_size", model.vision_width},
            {"intermediate_size", model.vision_ffn},
            {"num_hidden_layers", model.vision_layers},
            {"num_attention_heads", model.vision_heads},
            {"image_size", model.image},
            {"patch_size", model.patch}}}};
}

Json preprocessing_of(const RandomModel& model) {
  return {{"do_resize", true},
          {"size", {{"height", model.image}, {"width", model.image}}},
          {"resample", 3},
          {"rescale_factor", 1.0 / 255.0},
          {"image_mean", {0.5, 0.5, 0.5}},
          {"image_std", {0.5, 0.5, 0.5}}};
}

}  // namespace

std::optional<RandomModel> random_model(std::string_view size) {
  RandomModel model;
  if (size == "0.5b") return model;
  if (size == "7b") {
    model.layers = 28;
    model.width = 3584;
    model.heads = 28;
    model.kv_heads = 4;
    model.ffn = 18'944;
    model.vocabulary = 152'128;
    model.tied_embeddings = false;
    return model;
  }
  return std::nullopt;
}

void write_random_model(const RandomModel& model, const std::filesystem::path& folder,
                        const std::function<bool()>& cancelled) {
  make_directories(folder);
  write_file_atomically(folder / "config.json", config_of(model).dump(2));
  write_file_atomically(folder / "preprocessor_config.json", preprocessing_of(model).dump(2));
  write_file_atomically(folder / "tokenizer.json", tokenizer_of(model).dump());
  if (model.window_tokens > 0) {
    const Json hints = {{"window_tokens", model.window_tokens}};
    write_file_atomically(folder / "longtake.json", hints.dump(2));
  }
  write_weights(tensors_of(model), folder / "model.safetensors", cancelled);
}

}  // namespace longtake::session
