#include "engine/model/families/llava_onevision.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <initializer_list>
#include <utility>

#include "kernels/error.h"

namespace longtake::model {

using kernels::DType;
using kernels::Tensor;

namespace {

constexpr std::string_view kTurnEnd = "<|im_end|>";

// The side of the pooled grid.
std::int64_t pooled_side(const VisionConfig& vision) {
  return (vision.side() + 1) / 2;
}

void append(std::vector<TokenId>& to, const std::vector<TokenId>& ids) {
  to.insert(to.end(), ids.begin(), ids.end());
}

void add_stop(std::vector<TokenId>& stops, std::optional<TokenId> id) {
  if (id && std::find(stops.begin(), stops.end(), *id) == stops.end()) stops.push_back(*id);
}

}  // namespace

struct LlavaOnevision::Folder {
  explicit Folder(const std::filesystem::path& from)
      : config(read_llava_onevision(from)),
        preprocessing(read_video_preprocessing(from)),
        checkpoint(Checkpoint::open(from)),
        names(find_tensors(checkpoint, config.text.tied_embeddings)),
        info(describe(from, checkpoint, preprocessing)),
        path(from) {
    check_picture_size(preprocessing, config.vision);
    if (preprocessing.resample != Resample::bicubic) {
      throw Error(ErrorCode::unsupported,
                  path.string() + ": pictures are to be resized with a filter other than bicubic",
                  "This version of Longtake cannot run this model. Choose another one.");
    }
    const std::int64_t side = pooled_side(config.vision);
    info.family = "llava_onevision";
    info.grid_h = info.grid_w = static_cast<std::int32_t>(side);
    info.tokens_per_unit = static_cast<std::int32_t>(side * side);
    info.extent_per_unit = info.tokens_per_unit;
  }

  LlavaOnevisionConfig config;
  Preprocessing preprocessing;
  Checkpoint checkpoint;
  TensorNames names;
  ModelInfo info;
  std::filesystem::path path;
};

LlavaOnevision::TensorNames LlavaOnevision::find_tensors(const Checkpoint& checkpoint,
                                                         bool tied_embeddings) {
  auto first = [&](std::initializer_list<const char*> candidates, const char* tensor) {
    for (const char* candidate : candidates) {
      if (checkpoint.has(std::string(candidate) + tensor)) return std::string(candidate);
    }
    throw Error(ErrorCode::corrupt_data,
                "the weights lack the tensor " + std::string(*candidates.begin()) + tensor,
                "A file of the model is missing or belongs to another one. Download it again.");
  };
  TensorNames names;
  names.vision = first({"vision_tower.vision_model.", "model.vision_tower.vision_model.",
                        "model.vision_tower.", "vision_tower."},
                       "embeddings.patch_embedding.weight");
  names.projector =
      first({"multi_modal_projector.", "model.multi_modal_projector."}, "linear_1.weight");
  names.newline = first({"image_newline", "model.image_newline"}, "");
  names.text = first({"language_model.model.", "model.language_model."}, "embed_tokens.weight");
  if (!tied_embeddings) names.head = first({"language_model.lm_head.weight", "lm_head.weight"}, "");
  return names;
}

ModelInfo LlavaOnevision::inspect(const std::filesystem::path& folder) {
  return Folder(folder).info;
}

LlavaOnevision::LlavaOnevision(const std::filesystem::path& folder, kernels::Backend& backend,
                               const ModelOptions& options)
    : LlavaOnevision(Folder(folder), backend, options) {}

LlavaOnevision::LlavaOnevision(Folder folder, kernels::Backend& backend,
                               const ModelOptions& options)
    : backend_(backend),
      patches_per_pass_(backend.info().rows_per_pass),
      checkpoint_(std::move(folder.checkpoint)),
      config_(std::move(folder.config)),
      preprocessing_(folder.preprocessing),
      tokenizer_(Tokenizer::load(folder.path)),
      info_(std::move(folder.info)) {
  if (tokenizer_.size() > config_.text.vocabulary) {
    throw Error(ErrorCode::corrupt_data,
                folder.path.string() + ": tokenizer.json has " + std::to_string(tokenizer_.size()) +
                    " tokens, the model " + std::to_string(config_.text.vocabulary),
                "The files belong to different models. Download the model again.");
  }
  for (TokenId id : read_generation_config(folder.path).eos) add_stop(stop_ids_, id);
  for (TokenId id : config_.eos) add_stop(stop_ids_, id);
  if (const auto eos = read_tokenizer_config(folder.path).eos_token) {
    add_stop(stop_ids_, tokenizer_.id_of(*eos));
  }
  add_stop(stop_ids_, tokenizer_.id_of(kTurnEnd));

  const TensorNames& names = folder.names;
  const std::int64_t width = config_.text.width;
  const kernels::WeightFormat format = format_beside_layers(options.weights);
  vision_ =
      std::make_unique<VisionTower>(backend, checkpoint_, config_.vision, names.vision, format);
  auto projector = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
    const std::array weight{
        checkpoint_.tensor(names.projector + name + ".weight", {rows, columns})};
    std::vector<Tensor> bias;
    if (config_.projector_bias) {
      bias = {checkpoint_.tensor(names.projector + name + ".bias", {rows})};
    }
    return backend.make_linear(weight, bias, format);
  };
  linear_1_ = projector("linear_1", width, config_.vision.width);
  linear_2_ = projector("linear_2", width, width);
  newline_ =
      to_device(backend, checkpoint_.tensor(names.newline, {width}), backend.activation_dtype())
          .reshaped({1, width});
  decoder_ = std::make_unique<Decoder>(backend, checkpoint_, config_.text, names.text, names.head,
                                       options.weights);
  info_.weight_bytes =
      vision_->weight_bytes() + linear_1_->bytes() + linear_2_->bytes() + decoder_->weight_bytes();
}

void LlavaOnevision::encode(std::span<const Picture> pictures, const Tensor& embeddings) {
  const std::int64_t tokens = info_.tokens_per_unit;
  const auto count = static_cast<std::int64_t>(pictures.size());
  assert(embeddings.rows() == count * tokens);
  const std::int64_t batch =
      std::max<std::int64_t>(1, patches_per_pass_ / config_.vision.patches());
  for (std::int64_t begin = 0; begin < count; begin += batch) {
    const std::int64_t end = std::min(begin + batch, count);
    encode_batch(
        pictures.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)),
        embeddings.rows(begin * tokens, end * tokens));
  }
}

void LlavaOnevision::encode_batch(std::span<const Picture> pictures, const Tensor& embeddings) {
  const VisionConfig& vision = config_.vision;
  const auto frames = static_cast<std::int64_t>(pictures.size());
  const std::int64_t image = vision.image;
  const std::int64_t rows = frames * vision.patches();
  const std::int64_t width = config_.text.width;
  const DType type = backend_.activation_dtype();

  const Tensor images = resized_.take(backend_, DType::u8, frames, image * image * 3)
                            .reshaped({frames, image, image, 3});
  for (std::int64_t i = 0; i < frames; ++i) {
    scaler_.put(backend_, pictures[static_cast<std::size_t>(i)],
                images.rows(i, i + 1).reshaped({image, image, 3}));
  }

  kernels::PatchSpec spec;
  spec.patch = vision.patch;
  std::copy(preprocessing_.mean.begin(), preprocessing_.mean.end(), spec.mean);
  std::copy(preprocessing_.std.begin(), preprocessing_.std.end(), spec.std);
  const Tensor patches = patches_.take(backend_, type, rows, 3 * vision.patch * vision.patch);
  backend_.patchify(images, spec, patches);

  const Tensor features = features_.take(backend_, type, rows, vision.width);
  vision_->forward(patches, frames, features);
  const Tensor inner = inner_.take(backend_, type, rows, width);
  backend_.linear(features, *linear_1_, inner, config_.projector_activation);
  const Tensor projected = projected_.take(backend_, type, rows, width);
  backend_.linear(inner, *linear_2_, projected);

  const std::int64_t side = vision.side();
  const std::int64_t pooled = pooled_side(vision);
  backend_.resize_bilinear(projected.reshaped({frames, side, side, width}),
                           embeddings.reshaped({frames, pooled, pooled, width}));
}

std::vector<kernels::Position> LlavaOnevision::unit_positions() const {
  std::vector<kernels::Position> positions;
  positions.reserve(static_cast<std::size_t>(info_.tokens_per_unit));
  for (std::int32_t i = 0; i < info_.tokens_per_unit; ++i) positions.push_back({i, i, i});
  return positions;
}

PromptPart LlavaOnevision::prompt_before() const {
  return {
      tokenizer_.encode("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
                        "<|im_start|>user\n",
                        true)};
}

PromptPart LlavaOnevision::prompt_after(std::string_view question) const {
  PromptPart part;
  part.ids = {kImageNewline};
  append(part.ids, tokenizer_.encode("\n", true));
  part.question_begin = part.ids.size();
  append(part.ids, tokenizer_.encode(question, false));  // what was typed stays plain text
  part.question_end = part.ids.size();
  append(part.ids, tokenizer_.encode("<|im_end|>\n<|im_start|>assistant\n", true));
  return part;
}

void LlavaOnevision::embed(std::span<const TokenId> ids, const Tensor& rows) {
  if (std::find(ids.begin(), ids.end(), kImageNewline) == ids.end()) {
    decoder_->embed(ids, rows);
    return;
  }
  // Any id will do in the newline's place: its row is written over.
  std::vector<TokenId> known(ids.begin(), ids.end());
  std::replace(known.begin(), known.end(), kImageNewline, TokenId{0});
  decoder_->embed(known, rows);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    if (ids[i] == kImageNewline) backend_.copy(newline_, rows.rows(row, row + 1));
  }
}

bool LlavaOnevision::is_stop(TokenId id) const {
  return std::find(stop_ids_.begin(), stop_ids_.end(), id) != stop_ids_.end();
}

}  // namespace longtake::model
