#include "tests/bench/cuda/random_model.h"

#include <algorithm>
#include <array>
#include <random>

#include "kernels/error.h"

namespace longtake::bench {

using kernels::DType;
using kernels::Tensor;
using model::Picture;

namespace {

constexpr Micros kInterval = 2 * kMicrosPerSecond;
constexpr std::size_t kPromptBefore = 14;
constexpr std::size_t kPromptAfter = 30;

std::int64_t pooled_side(const model::VisionConfig& vision) {
  return (vision.side() + 1) / 2;
}

std::unique_ptr<kernels::LinearWeights> projector(kernels::Backend& backend,
                                                  const RandomTensors& random, const char* name,
                                                  std::int64_t rows, std::int64_t columns,
                                                  kernels::WeightFormat format) {
  const std::array weight{random.tensor(name, {rows, columns})};
  const std::array bias{random.tensor("projector.bias", {rows})};
  return backend.make_linear(weight, bias, format);
}

std::vector<model::TokenId> some_ids(std::size_t count, std::int64_t vocabulary) {
  std::vector<model::TokenId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(
        static_cast<model::TokenId>((i * 7919 + 13) % static_cast<std::size_t>(vocabulary)));
  }
  return ids;
}

}  // namespace

ModelShape ModelShape::llava_onevision_7b() {
  ModelShape shape;
  shape.text.layers = 28;
  shape.text.width = 3584;
  shape.text.heads = 28;
  shape.text.kv_heads = 4;
  shape.text.head_dim = 128;
  shape.text.ffn = 18944;
  shape.text.vocabulary = 152064;
  shape.text.rms_eps = 1e-6F;
  shape.text.qkv_bias = true;
  shape.text.rope = kernels::RopeTable::plain(128, 1e6);
  shape.vision.layers = 26;
  shape.vision.width = 1152;
  shape.vision.heads = 16;
  shape.vision.ffn = 4304;
  shape.vision.patch = 14;
  shape.vision.image = 384;
  return shape;
}

ModelShape ModelShape::llava_onevision_500m() {
  ModelShape shape = llava_onevision_7b();
  shape.text.layers = 24;
  shape.text.width = 896;
  shape.text.heads = 14;
  shape.text.kv_heads = 2;
  shape.text.head_dim = 64;
  shape.text.ffn = 4864;
  shape.text.rope = kernels::RopeTable::plain(64, 1e6);
  return shape;
}

ModelShape ModelShape::small() {
  ModelShape shape = llava_onevision_7b();
  shape.text.layers = 4;
  shape.text.width = 896;
  shape.text.heads = 7;
  shape.text.kv_heads = 1;
  shape.text.ffn = 2432;
  shape.text.vocabulary = 4096;
  shape.vision.layers = 3;
  return shape;
}

double ModelShape::vision_operations() const {
  const auto patches = static_cast<double>(vision.patches());
  const auto width = static_cast<double>(vision.width);
  const auto text_width = static_cast<double>(text.width);
  const double pixels = 3.0 * static_cast<double>(vision.patch * vision.patch);
  const double block =
      4 * width * width + 2 * width * static_cast<double>(vision.ffn) + 2 * patches * width;
  return 2 * patches *
         (pixels * width + static_cast<double>(vision.layers) * block + width * text_width +
          text_width * text_width);
}

double ModelShape::decoder_operations(double tokens, double past) const {
  const auto layers = static_cast<double>(text.layers);
  const auto width = static_cast<double>(text.width);
  const auto query = static_cast<double>(text.heads * text.head_dim);
  const auto keys = static_cast<double>(text.kv_heads * text.head_dim);
  const double weights = layers * (width * (query + 2 * keys) + query * width +
                                   3 * width * static_cast<double>(text.ffn));
  return tokens * (2 * weights + 4 * layers * query * (past + (tokens + 1) / 2));
}

RandomModel::RandomModel(kernels::Backend& backend, const RandomTensors& random,
                         const ModelShape& shape, kernels::WeightFormat format)
    : backend_(backend),
      shape_(shape),
      patches_per_pass_(backend.info().rows_per_pass),
      vision_(backend, random, shape.vision, "vision.", format),
      linear_1_(
          projector(backend, random, "linear_1", shape.text.width, shape.vision.width, format)),
      linear_2_(projector(backend, random, "linear_2", shape.text.width, shape.text.width, format)),
      decoder_(backend, random, shape.text, "text.", "head", format) {
  const std::int64_t side = pooled_side(shape_.vision);
  info_.name = "random";
  info_.family = "llava_onevision";
  info_.grid_h = info_.grid_w = static_cast<std::int32_t>(side);
  info_.tokens_per_unit = info_.extent_per_unit = static_cast<std::int32_t>(side * side);
  info_.weight_bytes =
      vision_.weight_bytes() + linear_1_->bytes() + linear_2_->bytes() + decoder_.weight_bytes();
}

const model::Tokenizer& RandomModel::tokenizer() const {
  throw Error(ErrorCode::unsupported, "a random model has no tokenizer");
}

void RandomModel::encode(std::span<const Picture> pictures, const Tensor& embeddings) {
  const std::int64_t tokens = info_.tokens_per_unit;
  const auto count = static_cast<std::int64_t>(pictures.size());
  const std::int64_t batch = std::max<std::int64_t>(1, patches_per_pass_ / shape_.vision.patches());
  for (std::int64_t begin = 0; begin < count; begin += batch) {
    const std::int64_t end = std::min(begin + batch, count);
    encode_batch(
        pictures.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)),
        embeddings.rows(begin * tokens, end * tokens));
  }
}

void RandomModel::encode_batch(std::span<const Picture> pictures, const Tensor& embeddings) {
  const model::VisionConfig& vision = shape_.vision;
  const auto frames = static_cast<std::int64_t>(pictures.size());
  const std::int64_t image = vision.image;
  const std::int64_t rows = frames * vision.patches();
  const std::int64_t width = shape_.text.width;
  const DType type = backend_.activation_dtype();

  const Tensor images = resized_.take(backend_, DType::u8, frames, image * image * 3)
                            .reshaped({frames, image, image, 3});
  for (std::int64_t i = 0; i < frames; ++i) {
    scaler_.put(backend_, pictures[static_cast<std::size_t>(i)],
                images.rows(i, i + 1).reshaped({image, image, 3}));
  }
  kernels::PatchSpec spec;
  spec.patch = vision.patch;
  const Tensor patches = patches_.take(backend_, type, rows, 3 * vision.patch * vision.patch);
  backend_.patchify(images, spec, patches);

  const Tensor features = features_.take(backend_, type, rows, vision.width);
  vision_.forward(patches, frames, features);
  const Tensor inner = inner_.take(backend_, type, rows, width);
  backend_.linear(features, *linear_1_, inner, kernels::Activation::gelu);
  const Tensor projected = projected_.take(backend_, type, rows, width);
  backend_.linear(inner, *linear_2_, projected);
  const std::int64_t side = vision.side();
  const std::int64_t pooled = pooled_side(vision);
  backend_.resize_bilinear(projected.reshaped({frames, side, side, width}),
                           embeddings.reshaped({frames, pooled, pooled, width}));
}

std::vector<kernels::Position> RandomModel::unit_positions() const {
  std::vector<kernels::Position> positions;
  for (std::int32_t i = 0; i < info_.tokens_per_unit; ++i) positions.push_back({i, i, i});
  return positions;
}

model::PromptPart RandomModel::prompt_before() const {
  return {some_ids(kPromptBefore, shape_.text.vocabulary)};
}

model::PromptPart RandomModel::prompt_after(std::string_view) const {
  return {some_ids(kPromptAfter, shape_.text.vocabulary), 2, kPromptAfter - 5};
}

void RandomModel::embed(std::span<const model::TokenId> ids, const Tensor& rows) {
  decoder_.embed(ids, rows);
}

memory::MemoryShape RandomModel::memory_shape(kernels::KvCodec codec) const {
  return {shape_.text.layers, shape_.text.kv_heads, shape_.text.head_dim, codec};
}

std::vector<memory::BlockInfo> RandomModel::units(memory::BlockId first, std::int64_t count) const {
  std::vector<memory::BlockInfo> units;
  for (memory::BlockId id = first; id < first + count; ++id) {
    memory::BlockInfo& unit = units.emplace_back();
    unit.id = id;
    unit.time = {id * kInterval, (id + 1) * kInterval};
    unit.shown_at = unit.time.begin;
    unit.grid_h = info_.grid_h;
    unit.grid_w = info_.grid_w;
  }
  return units;
}

Pictures::Pictures(std::int64_t count, int width, int height, Kind kind) {
  const auto samples = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const std::size_t bytes = kind == Kind::rgb ? 3 * samples : samples + samples / 2;
  pixels_.resize(bytes * static_cast<std::size_t>(count));
  std::minstd_rand random(1);
  for (std::uint8_t& pixel : pixels_) pixel = static_cast<std::uint8_t>(random() >> 8);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint8_t* pixels = pixels_.data() + bytes * static_cast<std::size_t>(i);
    pictures_.push_back({pixels, width, height});
    if (kind == Kind::rgb) continue;
    kernels::YuvPicture& picture = decoded_.emplace_back();
    picture.width = width;
    picture.height = height;
    picture.layout = kernels::YuvLayout::pairs;
    picture.planes = {reinterpret_cast<const std::byte*>(pixels),
                      reinterpret_cast<const std::byte*>(pixels + samples)};
    picture.strides = {width, width};
    picture.colours = kernels::yuv_colours({117489, 138438, 13975, 34925}, false);  // BT.709
  }
  for (std::size_t i = 0; i < decoded_.size(); ++i) pictures_[i].decoded = &decoded_[i];
}

}  // namespace longtake::bench
