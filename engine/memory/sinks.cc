#include "engine/memory/sinks.h"

#include <cmath>

namespace longtake::memory {

namespace {

using kernels::DType;
using kernels::Tensor;

// Causal attention among the sinks themselves, keeping each layer's K and V as they came.
class SinkRecorder : public model::AttentionContext {
 public:
  SinkRecorder(kernels::Backend& backend, const kernels::RopeTable& rope, Sinks& sinks)
      : backend_(backend), rope_(rope), sinks_(sinks) {
    for (std::int32_t i = 0; i < sinks.tokens; ++i) positions_.push_back({i, i, i});
  }

  void attend(int /*layer*/, const Tensor& q, const Tensor& k, const Tensor& v,
              const Tensor& out) override {
    const DType dtype = backend_.activation_dtype();
    Sinks::Layer kept{backend_.allocate(dtype, k.shape()), backend_.allocate(dtype, v.shape())};
    backend_.copy(k, kept.k);
    backend_.copy(v, kept.v);
    const Tensor q_rotated = backend_.allocate(dtype, q.shape());
    const Tensor k_rotated = backend_.allocate(dtype, k.shape());
    backend_.rope(q, positions_, rope_, q_rotated);
    backend_.rope(k, positions_, rope_, k_rotated);
    kernels::AttentionArgs args;
    args.q = q_rotated;
    args.fresh = {k_rotated, kept.v};
    args.scale = 1.0F / std::sqrt(static_cast<float>(q.dim(2)));
    args.out = out;
    backend_.attention(args);
    sinks_.layers.push_back(std::move(kept));
  }

 private:
  kernels::Backend& backend_;
  const kernels::RopeTable& rope_;
  Sinks& sinks_;
  std::vector<kernels::Position> positions_;
};

}  // namespace

Sinks Sinks::compute(model::Model& model) {
  const model::PromptPart prompt = model.prompt_before();
  Sinks sinks;
  sinks.tokens = static_cast<std::int64_t>(prompt.ids.size());
  kernels::Backend& backend = model.backend();
  const auto& config = model.decoder().config();
  const Tensor hidden =
      backend.allocate(backend.activation_dtype(), {sinks.tokens, config.width});
  model.embed(prompt.ids, hidden);
  SinkRecorder recorder(backend, config.rope, sinks);
  model.decoder().forward(hidden, recorder);
  return sinks;
}

}  // namespace longtake::memory
