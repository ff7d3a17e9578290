// The same small model with exact f32 activations and with bf16 ones: are the fast kernels right?
// The errors are those of bf16 (about a percent after some layers); a wrong kernel gives more than
// ten times as much.
#include <cmath>
#include <string>
#include <vector>

#include "engine/memory/sinks.h"
#include "engine/memory/stream_window.h"
#include "kernels/error.h"
#include "tests/bench/cuda/bench.h"
#include "tests/bench/cuda/random_model.h"
#include "tests/support/causal_context.h"

namespace longtake::bench {

using kernels::DType;
using kernels::Tensor;

namespace {

constexpr std::int64_t kChunk = 3;  // units
constexpr double kMost = 0.1;       // relative error that bf16 never makes here

std::vector<float> on_host(kernels::Backend& backend, const Tensor& tensor) {
  const Tensor wide = backend.allocate(DType::f32, tensor.shape());
  backend.copy(tensor, wide);
  std::vector<float> values(static_cast<std::size_t>(tensor.shape().elements()));
  backend.download(wide, values.data());
  return values;
}

// What a small model computes, stage by stage.
struct Stages {
  std::vector<float> vision;   // embeddings of a chunk
  std::vector<float> watched;  // hidden states of the third chunk, over a window of two
  std::vector<float> text;     // hidden states of a prompt of 30 tokens
  std::vector<float> token;    // logits of one more token
};

Stages stages_of(kernels::Backend& backend, const RandomTensors& random) {
  RandomModel model(backend, random, ModelShape::small());
  Stages stages;
  const Pictures pictures(kChunk, 500, 400);
  const DType type = backend.activation_dtype();
  const std::int64_t width = model.decoder().config().width;
  const Tensor hidden = backend.allocate(type, {kChunk * model.info().tokens_per_unit, width});
  const memory::Sinks sinks = memory::Sinks::compute(model);
  memory::StreamWindow window(backend, model.decoder().config().rope, sinks,
                              model.memory_shape(kernels::KvCodec::i8), model.unit_positions(),
                              model.info().extent_per_unit, {2 * kChunk, kChunk, type});
  for (int chunk = 0; chunk < 3; ++chunk) {
    model.encode(pictures.all(), hidden);
    if (chunk == 0) stages.vision = on_host(backend, hidden);
    window.begin_chunk(model.units(window.next_unit(), kChunk));
    model.decoder().forward(hidden, window);
    window.take_blocks();
  }
  stages.watched = on_host(backend, hidden);

  tests::CausalContext context(backend, model.decoder().config().rope, 64);
  const model::PromptPart prompt = model.prompt_after("");
  const Tensor rows = backend.allocate(type, {static_cast<std::int64_t>(prompt.ids.size()), width});
  model.embed(prompt.ids, rows);
  model.decoder().forward(rows, context);
  stages.text = on_host(backend, rows);
  const Tensor row = backend.allocate(type, {1, width});
  model.embed(std::span(prompt.ids).first(1), row);
  model.decoder().forward(row, context);
  model.decoder().logits(row, stages.token);
  return stages;
}

}  // namespace

void run_sanity(Bench& bench) {
  Stages exact;
  Stages fast;
  bench.measure("sanity_runs", "a small model in f32 and in bf16", "s", [&](Row& row) {
    const double start = now();
    kernels::BackendOptions options;
    options.activations = DType::f32;
    const auto reference = kernels::make_cuda_backend(options);
    exact = stages_of(*reference, bench.random());
    fast = stages_of(bench.backend(), bench.random());
    row.value = now() - start;
  });
  const auto compare = [&](const char* key, const char* name, const std::vector<float>& is,
                           const std::vector<float>& should) {
    bench.measure(key, name, "rel. error", [&](Row& row) {
      if (is.empty() || is.size() != should.size()) {
        throw Error(ErrorCode::internal, "it was not computed");
      }
      double difference = 0;
      double size = 0;
      for (std::size_t i = 0; i < is.size(); ++i) {
        const double d = static_cast<double>(is[i]) - static_cast<double>(should[i]);
        difference += d * d;
        size += static_cast<double>(should[i]) * static_cast<double>(should[i]);
      }
      row.value = std::sqrt(difference / size);
      row.note = "size " + std::to_string(std::sqrt(size / static_cast<double>(is.size())));
      if (!(row.value < kMost) || size == 0) {
        throw Error(ErrorCode::internal, "bf16 differs from f32 by " + std::to_string(row.value));
      }
    });
  };
  compare("sanity_vision", "embeddings of pictures", fast.vision, exact.vision);
  compare("sanity_watched", "hidden states, third chunk in a window", fast.watched, exact.watched);
  compare("sanity_text", "hidden states, text", fast.text, exact.text);
  compare("sanity_token", "logits of one token", fast.token, exact.token);
}

}  // namespace longtake::bench
