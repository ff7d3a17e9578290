#include "engine/model/vision_tower.h"

#include <array>
#include <cassert>
#include <cmath>
#include <utility>

#include "engine/model/device_tensors.h"

namespace longtake::model {

using kernels::DType;
using kernels::LinearWeights;
using kernels::Tensor;

struct VisionTower::Block {
  LayerNorm attention_norm;
  std::unique_ptr<LinearWeights> qkv;  // [3 width, width]
  std::unique_ptr<LinearWeights> out;  // [width, width]
  LayerNorm ffn_norm;
  std::unique_ptr<LinearWeights> up;    // [ffn, width]
  std::unique_ptr<LinearWeights> down;  // [width, ffn]
};

struct VisionTower::Scratch {
  Workspace normed;    // [rows, width]
  Workspace qkv;       // [rows, 3 width]
  Workspace attended;  // [rows, width]
  Workspace inner;     // [rows, ffn]
};

VisionTower::VisionTower(kernels::Backend& backend, const TensorSource& weights,
                         VisionConfig config, const std::string& prefix,
                         kernels::WeightFormat format)
    : backend_(backend), config_(config), scratch_(std::make_unique<Scratch>()) {
  const std::int64_t width = config_.width;
  const std::int64_t patch_values = 3 * config_.patch * config_.patch;
  auto norm = [&](const std::string& name) {
    return LayerNorm{to_device(backend, weights.tensor(name + ".weight", {width}), DType::f32),
                     to_device(backend, weights.tensor(name + ".bias", {width}), DType::f32)};
  };

  // A convolution whose stride is its size is a matrix product over patches.
  const std::string embeddings = prefix + "embeddings.";
  const std::array kernel{
      weights
          .tensor(embeddings + "patch_embedding.weight", {width, 3, config_.patch, config_.patch})
          .reshaped({width, patch_values})};
  const std::array kernel_bias{weights.tensor(embeddings + "patch_embedding.bias", {width})};
  patch_embedding_ = backend.make_linear(kernel, kernel_bias, format);
  position_embedding_ = to_device(
      backend, weights.tensor(embeddings + "position_embedding.weight", {config_.patches(), width}),
      backend.activation_dtype());

  for (std::int64_t i = 0; i < config_.layers; ++i) {
    const std::string at = prefix + "encoder.layers." + std::to_string(i) + ".";
    auto weight = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
      return weights.tensor(at + name + ".weight", {rows, columns});
    };
    auto bias = [&](const std::string& name, std::int64_t rows) {
      return weights.tensor(at + name + ".bias", {rows});
    };
    auto linear = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
      const std::array part{weight(name, rows, columns)};
      const std::array part_bias{bias(name, rows)};
      return backend.make_linear(part, part_bias, format);
    };
    auto block = std::make_unique<Block>();
    block->attention_norm = norm(at + "layer_norm1");
    const std::array qkv{weight("self_attn.q_proj", width, width),
                         weight("self_attn.k_proj", width, width),
                         weight("self_attn.v_proj", width, width)};
    const std::array qkv_bias{bias("self_attn.q_proj", width), bias("self_attn.k_proj", width),
                              bias("self_attn.v_proj", width)};
    block->qkv = backend.make_linear(qkv, qkv_bias, format);
    block->out = linear("self_attn.out_proj", width, width);
    block->ffn_norm = norm(at + "layer_norm2");
    block->up = linear("mlp.fc1", config_.ffn, width);
    block->down = linear("mlp.fc2", width, config_.ffn);
    blocks_.push_back(std::move(block));
    weights.drop_pages();
  }
  if (config_.post_norm) post_norm_ = norm(prefix + "post_layernorm");
}

VisionTower::~VisionTower() = default;

void VisionTower::forward(const Tensor& patches, std::int64_t frames, const Tensor& features) {
  const std::int64_t rows = frames * config_.patches();
  const std::int64_t width = config_.width;
  const std::int64_t heads = config_.heads;
  const std::int64_t dim = width / heads;
  assert(patches.rows() == rows && features.rows() == rows && features.dim(1) == width);

  const DType type = backend_.activation_dtype();
  const Tensor normed = scratch_->normed.take(backend_, type, rows, width);
  const Tensor qkv = scratch_->qkv.take(backend_, type, rows, 3 * width);
  const Tensor attended = scratch_->attended.take(backend_, type, rows, width);
  const Tensor inner = scratch_->inner.take(backend_, type, rows, config_.ffn);

  kernels::AttentionArgs attention;
  attention.q = qkv.columns(0, width).reshaped({rows, heads, dim});
  attention.fresh.k = qkv.columns(width, 2 * width).reshaped({rows, heads, dim});
  attention.fresh.v = qkv.columns(2 * width, 3 * width).reshaped({rows, heads, dim});
  attention.causal = false;
  attention.sequences = frames;  // a frame's patches see each other and nothing else
  attention.scale = 1.0F / std::sqrt(static_cast<float>(dim));
  attention.out = attended.reshaped({rows, heads, dim});

  // `features` carries the residual stream from here on.
  backend_.linear(patches, *patch_embedding_, features);
  backend_.add(features, position_embedding_, features);
  for (const auto& block : blocks_) {
    backend_.layer_norm(features, block->attention_norm.weight, block->attention_norm.bias,
                        config_.eps, normed);
    backend_.linear(normed, *block->qkv, qkv);
    backend_.attention(attention);
    backend_.linear(attended, *block->out, features, kernels::Activation::none, &features);

    backend_.layer_norm(features, block->ffn_norm.weight, block->ffn_norm.bias, config_.eps,
                        normed);
    backend_.linear(normed, *block->up, inner, config_.activation);
    backend_.linear(inner, *block->down, features, kernels::Activation::none, &features);
  }
  if (config_.post_norm) {
    backend_.layer_norm(features, post_norm_.weight, post_norm_.bias, config_.eps, features);
  }
}

std::size_t VisionTower::weight_bytes() const {
  std::size_t bytes = patch_embedding_->bytes() + position_embedding_.bytes();
  for (const auto& block : blocks_) {
    bytes += block->qkv->bytes() + block->out->bytes() + block->up->bytes() + block->down->bytes();
  }
  return bytes;
}

}  // namespace longtake::model
