#include "engine/model/decoder.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "engine/model/device_tensors.h"
#include "kernels/error.h"

namespace longtake::model {

using kernels::DType;
using kernels::LinearWeights;
using kernels::Tensor;

namespace {

// Rows of logits computed at a time: a vocabulary of 150 000 makes each of them 600 KB.
constexpr std::int64_t kLogitRows = 16;

}  // namespace

struct Decoder::Layer {
  Tensor attention_norm;               // [width]
  std::unique_ptr<LinearWeights> qkv;  // [(H + 2G) D, width]
  Tensor q_norm;                       // [D], absent without qk_norm
  Tensor k_norm;
  std::unique_ptr<LinearWeights> out;      // [width, H D]
  Tensor ffn_norm;                         // [width]
  std::unique_ptr<LinearWeights> gate_up;  // [2 ffn, width]
  std::unique_ptr<LinearWeights> down;     // [width, ffn]
};

struct Decoder::Scratch {
  Workspace normed;    // [T, width]
  Workspace qkv;       // [T, (H + 2G) D]
  Workspace attended;  // [T, H D]
  Workspace gate_up;   // [T, 2 ffn]
  Workspace gated;     // [T, ffn]
  Workspace logits;    // f32 [kLogitRows, vocabulary]
};

Decoder::Decoder(kernels::Backend& backend, const TensorSource& weights, DecoderConfig config,
                 const std::string& prefix, const std::string& head, kernels::WeightFormat format)
    : backend_(backend), config_(std::move(config)), scratch_(std::make_unique<Scratch>()) {
  const std::int64_t width = config_.width;
  const std::int64_t q_width = config_.heads * config_.head_dim;
  const std::int64_t kv_width = config_.kv_heads * config_.head_dim;
  auto norm = [&](const std::string& name, std::int64_t size) {
    return to_device(backend, weights.tensor(name + ".weight", {size}), DType::f32);
  };

  for (std::int64_t i = 0; i < config_.layers; ++i) {
    const std::string at = prefix + "layers." + std::to_string(i) + ".";
    auto matrix = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
      return weights.tensor(at + name + ".weight", {rows, columns});
    };
    auto layer = std::make_unique<Layer>();
    layer->attention_norm = norm(at + "input_layernorm", width);
    const std::array qkv{matrix("self_attn.q_proj", q_width, width),
                         matrix("self_attn.k_proj", kv_width, width),
                         matrix("self_attn.v_proj", kv_width, width)};
    std::vector<Tensor> biases;
    if (config_.qkv_bias) {
      biases = {weights.tensor(at + "self_attn.q_proj.bias", {q_width}),
                weights.tensor(at + "self_attn.k_proj.bias", {kv_width}),
                weights.tensor(at + "self_attn.v_proj.bias", {kv_width})};
    }
    layer->qkv = backend.make_linear(qkv, biases, format);
    if (config_.qk_norm) {
      layer->q_norm = norm(at + "self_attn.q_norm", config_.head_dim);
      layer->k_norm = norm(at + "self_attn.k_norm", config_.head_dim);
    }
    const std::array out{matrix("self_attn.o_proj", width, q_width)};
    layer->out = backend.make_linear(out, {}, format);
    layer->ffn_norm = norm(at + "post_attention_layernorm", width);
    const std::array gate_up{matrix("mlp.gate_proj", config_.ffn, width),
                             matrix("mlp.up_proj", config_.ffn, width)};
    layer->gate_up = backend.make_linear(gate_up, {}, format);
    const std::array down{matrix("mlp.down_proj", width, config_.ffn)};
    layer->down = backend.make_linear(down, {}, format);
    layers_.push_back(std::move(layer));
    weights.drop_pages();
  }

  final_norm_ = norm(prefix + "norm", width);
  const Tensor table = weights.tensor(prefix + "embed_tokens.weight", {config_.vocabulary, width});
  embeddings_ = backend.make_table(table);
  const std::array output{
      config_.tied_embeddings ? table : weights.tensor(head, {config_.vocabulary, width})};
  head_ = backend.make_linear(output, {}, format_beside_layers(format));
}

Decoder::~Decoder() = default;

void Decoder::embed(std::span<const TokenId> ids, const Tensor& rows) {
  backend_.embed(ids, *embeddings_, rows);
}

void Decoder::forward(const Tensor& hidden, AttentionContext& context,
                      const std::function<bool()>& cancelled) {
  assert(hidden.dim(1) == config_.width);
  const std::int64_t tokens = hidden.rows();
  const std::int64_t heads = config_.heads;
  const std::int64_t kv_heads = config_.kv_heads;
  const std::int64_t dim = config_.head_dim;
  const std::int64_t k_begin = heads * dim;
  const std::int64_t v_begin = k_begin + kv_heads * dim;
  const std::int64_t qkv_width = v_begin + kv_heads * dim;

  const DType type = backend_.activation_dtype();
  const Tensor normed = scratch_->normed.take(backend_, type, tokens, config_.width);
  const Tensor qkv = scratch_->qkv.take(backend_, type, tokens, qkv_width);
  const Tensor q = qkv.columns(0, k_begin).reshaped({tokens, heads, dim});
  const Tensor k = qkv.columns(k_begin, v_begin).reshaped({tokens, kv_heads, dim});
  const Tensor v = qkv.columns(v_begin, qkv_width).reshaped({tokens, kv_heads, dim});
  const Tensor attended = scratch_->attended.take(backend_, type, tokens, heads * dim);
  const Tensor attended_heads = attended.reshaped({tokens, heads, dim});
  const Tensor gate_up = scratch_->gate_up.take(backend_, type, tokens, 2 * config_.ffn);
  const Tensor gated = scratch_->gated.take(backend_, type, tokens, config_.ffn);

  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (cancelled && cancelled()) throw Error(ErrorCode::cancelled, "the pass was cancelled");
    const Layer& layer = *layers_[i];
    backend_.rms_norm(hidden, layer.attention_norm, config_.rms_eps, normed);
    backend_.linear(normed, *layer.qkv, qkv);
    if (config_.qk_norm) {
      backend_.rms_norm(q, layer.q_norm, config_.rms_eps, q);
      backend_.rms_norm(k, layer.k_norm, config_.rms_eps, k);
    }
    context.attend(static_cast<int>(i), q, k, v, attended_heads);
    backend_.linear(attended, *layer.out, hidden, kernels::Activation::none, &hidden);

    backend_.rms_norm(hidden, layer.ffn_norm, config_.rms_eps, normed);
    backend_.gated_linear(normed, *layer.gate_up, gate_up, gated);
    backend_.linear(gated, *layer.down, hidden, kernels::Activation::none, &hidden);
  }
}

Tensor Decoder::scores(const Tensor& hidden) {
  const Tensor normed =
      scratch_->normed.take(backend_, backend_.activation_dtype(), hidden.rows(), config_.width);
  backend_.rms_norm(hidden, final_norm_, config_.rms_eps, normed);
  const Tensor scores =
      scratch_->logits.take(backend_, DType::f32, hidden.rows(), config_.vocabulary);
  backend_.linear(normed, *head_, scores);
  return scores;
}

void Decoder::logits(const Tensor& hidden, std::vector<float>& out) {
  const std::int64_t vocabulary = config_.vocabulary;
  out.resize(static_cast<std::size_t>(hidden.rows() * vocabulary));
  for (std::int64_t begin = 0; begin < hidden.rows(); begin += kLogitRows) {
    const std::int64_t end = std::min(begin + kLogitRows, hidden.rows());
    backend_.download(scores(hidden.rows(begin, end)), out.data() + begin * vocabulary);
  }
}

TokenId Decoder::likeliest(const Tensor& hidden) {
  assert(hidden.rows() == 1);
  return backend_.highest(scores(hidden).reshaped({config_.vocabulary}));
}

std::size_t Decoder::weight_bytes() const {
  std::size_t bytes = head_->bytes();
  for (const auto& layer : layers_) {
    bytes +=
        layer->qkv->bytes() + layer->out->bytes() + layer->gate_up->bytes() + layer->down->bytes();
  }
  return bytes;
}

}  // namespace longtake::model
