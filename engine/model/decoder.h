// Declares Decoder: the language half of every family, one pre-norm transformer with grouped-query
// attention, RMSNorm and SwiGLU (Llama, Qwen2, Qwen3), whose differences are the flags of
// DecoderConfig. It runs over layers and knows neither positions nor memory: see AttentionContext.
//
// Thread rule: one thread at a time (it owns scratch tensors). Lifetime rule: the Backend and the
// TensorSource (whose embedding rows it may keep borrowed) outlive it.
#ifndef LONGTAKE_ENGINE_MODEL_DECODER_H_
#define LONGTAKE_ENGINE_MODEL_DECODER_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/model/attention_context.h"
#include "engine/model/checkpoint.h"  // IWYU pragma: export
#include "engine/model/tensor_source.h"
#include "engine/model/tokenizer.h"
#include "kernels/backend.h"

namespace longtake::model {

struct DecoderConfig {
  std::int64_t layers = 0;
  std::int64_t width = 0;
  std::int64_t heads = 0;      // H
  std::int64_t kv_heads = 0;   // G
  std::int64_t head_dim = 0;   // D
  std::int64_t ffn = 0;
  std::int64_t vocabulary = 0;
  float rms_eps = 1e-6F;
  bool qkv_bias = false;
  bool qk_norm = false;         // Qwen3: RMSNorm per head before RoPE
  bool tied_embeddings = false;
  kernels::RopeTable rope;
};

class Decoder {
 public:
  // prefix: the tensor name before "embed_tokens", "layers.N", "norm", e.g. "language_model.model.";
  // head: the name of the output matrix, ignored when tied.
  Decoder(kernels::Backend& backend, const TensorSource& weights, DecoderConfig config,
          const std::string& prefix, const std::string& head, kernels::WeightFormat format);
  ~Decoder();

  const DecoderConfig& config() const { return config_; }
  // Embeddings of tokens into rows [T, width].
  void embed(std::span<const TokenId> ids, const kernels::Tensor& rows);
  // Runs all layers over hidden [T, width], in place. `cancelled`, if given, is asked between layers; when
  // it says so the pass ends with Error{cancelled}.
  void forward(const kernels::Tensor& hidden, AttentionContext& context,
               const std::function<bool()>& cancelled = {});
  // Final norm and output matrix for the given rows: hidden [T, width] -> host floats [T][vocabulary].
  void logits(const kernels::Tensor& hidden, std::vector<float>& out);
  // The token with the highest logit for one row [1, width], the first one of equals: what greedy
  // decoding needs, without all the logits coming to the host.
  TokenId likeliest(const kernels::Tensor& hidden);
  std::size_t weight_bytes() const;

 private:
  struct Layer;
  struct Scratch;
  // f32 [rows, vocabulary] on the device, valid until the next call.
  kernels::Tensor scores(const kernels::Tensor& hidden);

  kernels::Backend& backend_;
  const DecoderConfig config_;
  std::vector<std::unique_ptr<Layer>> layers_;
  kernels::Tensor final_norm_;
  std::unique_ptr<kernels::EmbeddingTable> embeddings_;
  std::unique_ptr<kernels::LinearWeights> head_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_DECODER_H_
