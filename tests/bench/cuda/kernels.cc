// Single operations at the shapes of LLaVA-OneVision 7B: 16 frames at a time while it watches, one
// token while it answers. What would fit into the caches goes round over more memory than they
// hold.
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "kernels/error.h"
#include "tests/bench/cuda/bench.h"
#include "tests/bench/cuda/random_model.h"

namespace longtake::bench {

using kernels::Activation;
using kernels::DType;
using kernels::Tensor;
using kernels::WeightFormat;

namespace {

constexpr std::int64_t kFrames = 16;
constexpr std::int64_t kTokens = kFrames * 196;   // of a chunk, in the decoder
constexpr std::int64_t kPatches = kFrames * 729;  // of a chunk, in the vision tower
constexpr std::int64_t kWidth = 3584;
constexpr std::int64_t kHeads = 28;
constexpr std::int64_t kKeyHeads = 4;
constexpr std::int64_t kDim = 128;
constexpr std::int64_t kFfn = 18944;

struct Layer {
  const char* key;
  const char* name;
  std::int64_t rows, in, out;
  bool bias;
  Activation activation;
  bool residual;
};
constexpr Layer kLayers[] = {
    {"qkv", "decoder qkv", kTokens, kWidth, 4608, true, Activation::none, false},
    {"out", "decoder out + residual", kTokens, kWidth, kWidth, false, Activation::none, true},
    {"gate_up", "decoder gate and up", kTokens, kWidth, 2 * kFfn, false, Activation::none, false},
    {"down", "decoder down + residual", kTokens, kFfn, kWidth, false, Activation::none, true},
    {"head", "decoder head", 16, kWidth, 152064, false, Activation::none, false},
    {"patch", "vision patches", kPatches, 588, 1152, true, Activation::none, false},
    {"vision_qkv", "vision qkv", kPatches, 1152, 3456, true, Activation::none, false},
    {"vision_out", "vision out + residual", kPatches, 1152, 1152, true, Activation::none, true},
    {"vision_up", "vision up + gelu", kPatches, 1152, 4304, true, Activation::gelu_tanh, false},
    {"vision_down", "vision down + residual", kPatches, 4304, 1152, true, Activation::none, true},
    {"projector_1", "projector 1 + gelu", kPatches, 1152, kWidth, true, Activation::gelu, false},
    {"projector_2", "projector 2", kPatches, kWidth, kWidth, true, Activation::none, false},
};

std::unique_ptr<kernels::LinearWeights> make_weights(Bench& bench, const Layer& layer,
                                                     WeightFormat format) {
  const Tensor weight = bench.random().tensor(layer.key, {layer.out, layer.in});
  const Tensor bias = bench.random().tensor("bias", {layer.out});
  return bench.backend().make_linear({&weight, 1}, {&bias, layer.bias ? 1U : 0U}, format);
}

// What keys and names say of a format: nothing of bf16.
std::string name_of(WeightFormat format, const std::string& before) {
  if (format == WeightFormat::bf16) return "";
  return before + (format == WeightFormat::i8   ? "int8"
                   : format == WeightFormat::i4 ? "int4"
                                                : "fp8");
}

void products(Bench& bench, const Layer& layer, WeightFormat format) {
  kernels::Backend& backend = bench.backend();
  bench.measure(
      "linear_" + (layer.key + name_of(format, "_")),
      layer.name + name_of(format, ", ") + ", " + std::to_string(layer.rows), "TFLOP/s",
      [&](Row& row) {
        const auto weights = make_weights(bench, layer, format);
        const DType type = backend.activation_dtype();
        const Tensor x = bench.tensor(type, {layer.rows, layer.in}, 3);
        const Tensor y = bench.tensor(type, {layer.rows, layer.out}, 4);
        const double seconds =
            bench
                .time([&](std::int64_t) {
                  backend.linear(x, *weights, y, layer.activation, layer.residual ? &y : nullptr);
                })
                .median;
        bench.flops(row, 2.0 * static_cast<double>(layer.rows * layer.in * layer.out), seconds);
      });
}

void one_row(Bench& bench, const Layer& layer, WeightFormat format) {
  kernels::Backend& backend = bench.backend();
  bench.measure("gemv_" + (layer.key + name_of(format, "_")),
                layer.name + name_of(format, ", ") + ", 1 row", "GB/s", [&](Row& row) {
                  std::vector<std::unique_ptr<kernels::LinearWeights>> weights;
                  std::size_t bytes = 0;
                  while (weights.size() < 2 || bytes < std::size_t{320} << 20) {
                    weights.push_back(make_weights(bench, layer, format));
                    bytes += weights.back()->bytes();
                  }
                  const DType type = backend.activation_dtype();
                  const Tensor x = bench.tensor(type, {1, layer.in}, 3);
                  const Tensor y = bench.tensor(type, {1, layer.out}, 4);
                  const double seconds =
                      bench
                          .time([&](std::int64_t call) {
                            backend.linear(
                                x, *weights[static_cast<std::size_t>(call) % weights.size()], y,
                                layer.activation, layer.residual ? &y : nullptr);
                          })
                          .median;
                  bench.bytes(row, static_cast<double>(weights.front()->bytes()), seconds);
                });
}

// Whether the chip has eight-bit floats: it is asked with the smallest of layers.
bool has_f8(kernels::Backend& backend) {
  const float one = 1;
  const Tensor weight = Tensor::borrow(&one, DType::f32, {1, 1});
  try {
    backend.make_linear({&weight, 1}, {}, WeightFormat::f8);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::unsupported) throw;
    return false;
  }
}

// Keys and values of `tokens` on the device.
kernels::KvSpan span(Bench& bench, std::int64_t tokens, std::int64_t heads, std::int64_t dim) {
  return {bench.tensor(DType::bf16, {tokens, heads, dim}, 5),
          bench.tensor(DType::bf16, {tokens, heads, dim}, 6)};
}

}  // namespace

void run_linear(Bench& bench) {
  std::vector<WeightFormat> codes = {WeightFormat::i8, WeightFormat::i4};
  if (has_f8(bench.backend())) codes.push_back(WeightFormat::f8);
  for (const Layer& layer : kLayers) products(bench, layer, WeightFormat::bf16);
  for (const Layer& layer : kLayers) {
    if (layer.rows != kTokens) continue;
    for (const WeightFormat format : codes) products(bench, layer, format);
  }
  for (const Layer& layer : kLayers) {
    if (layer.rows == kPatches) continue;
    one_row(bench, layer, WeightFormat::bf16);
    for (const WeightFormat format : codes) one_row(bench, layer, format);
  }
}

void run_attention(Bench& bench) {
  kernels::Backend& backend = bench.backend();
  const auto measure = [&](const std::string& key, const std::string& name,
                           const kernels::AttentionArgs& args, double pairs) {
    bench.measure(key, name, "TFLOP/s", [&](Row& row) {
      const double seconds = bench.time([&](std::int64_t) { backend.attention(args); }).median;
      bench.flops(row, 4.0 * static_cast<double>(args.q.dim(1) * args.q.dim(2)) * pairs, seconds);
    });
  };
  const DType type = backend.activation_dtype();
  for (const bool full : {false, true}) {
    const kernels::KvSpan past[] = {span(bench, 14, kKeyHeads, kDim),
                                    span(bench, 14896, kKeyHeads, kDim)};
    kernels::AttentionArgs args;
    args.q = bench.tensor(type, {kTokens, kHeads, kDim}, 1);
    if (full) args.past = past;
    args.fresh = span(bench, kTokens, kKeyHeads, kDim);
    args.scale = 1.0F / std::sqrt(static_cast<float>(kDim));
    args.out = backend.allocate(type, args.q.shape());
    const double seen = (full ? 14910.0 : 0.0) + 0.5 * (kTokens + 1);
    measure(full ? "attention_window" : "attention_alone",
            full ? "3136 tokens over a window of 14910" : "3136 tokens alone, causal", args,
            seen * kTokens);
  }
  {
    kernels::AttentionArgs args;
    args.q = bench.tensor(type, {kPatches, 16, 72}, 1);
    args.fresh = span(bench, kPatches, 16, 72);
    args.causal = false;
    args.sequences = kFrames;
    args.scale = 1.0F / std::sqrt(72.0F);
    args.out = backend.allocate(type, args.q.shape());
    measure("attention_vision", "vision, 16 frames of 729, dimension 72", args,
            static_cast<double>(kPatches) * 729);
  }
  run_one_token(bench);
}

// One token over what a question recalled; with the attention mass per block, as answers need it.
void run_one_token(Bench& bench) {
  kernels::Backend& backend = bench.backend();
  const DType type = backend.activation_dtype();
  // Which way of doing it is insisted on, if any: rows of their own.
  const char* const way = std::getenv("LONGTAKE_CUDA_WAY");
  const std::string suffix = way != nullptr ? std::string("_way_") + way : "";
  const std::string words = way != nullptr ? std::string(", way ") + way : "";
  constexpr std::int64_t kContext = 14'000;
  constexpr std::int64_t kPerGroup = 200;
  std::vector<std::int64_t> group_ends;
  for (std::int64_t end = kPerGroup; end <= kContext; end += kPerGroup) group_ends.push_back(end);
  ++group_ends.back();  // the token itself
  for (const bool mass : {false, true}) {
    const std::string key = (mass ? "attention_decode_mass" : "attention_decode") + suffix;
    const std::string name = "1 token over 14000" + std::string(mass ? ", with mass" : "") + words;
    bench.measure(key, name, "GB/s", [&](Row& row) {
      const Ring k(bench, DType::bf16, {kContext, kKeyHeads, kDim});
      const Ring v(bench, DType::bf16, {kContext, kKeyHeads, kDim});
      kernels::AttentionArgs args;
      args.q = bench.tensor(type, {1, kHeads, kDim}, 1);
      args.fresh = span(bench, 1, kKeyHeads, kDim);
      args.scale = 1.0F / std::sqrt(static_cast<float>(kDim));
      args.out = backend.allocate(type, args.q.shape());
      if (mass) {
        args.group_ends = group_ends;
        args.mass =
            backend.allocate(DType::f32, {kHeads, static_cast<std::int64_t>(group_ends.size())});
      }
      const double seconds = bench
                                 .time([&](std::int64_t call) {
                                   const kernels::KvSpan past{k.at(call), v.at(call)};
                                   args.past = {&past, 1};
                                   backend.attention(args);
                                 })
                                 .median;
      bench.bytes(row, 2.0 * static_cast<double>(k.at(0).bytes()), seconds);
    });
  }
}

void run_elementwise(Bench& bench) {
  kernels::Backend& backend = bench.backend();
  const DType type = backend.activation_dtype();
  const auto measure = [&](const std::string& key, const std::string& name,
                           const kernels::Shape& from, const kernels::Shape& to, double bytes,
                           const std::function<void(const Tensor&, const Tensor&)>& work) {
    bench.measure(key, name, "GB/s", [&](Row& row) {
      const Ring x(bench, type, from);
      const Ring y(bench, type, to);
      const double seconds =
          bench.time([&](std::int64_t call) { work(x.at(call), y.at(call)); }).median;
      bench.bytes(row, bytes, seconds);
    });
  };
  const auto moved = [](std::int64_t elements) { return 2.0 * static_cast<double>(elements); };
  const Tensor weight = bench.tensor(DType::f32, {kWidth});
  measure("rms_norm", "RMSNorm, 3136 x 3584", {kTokens, kWidth}, {kTokens, kWidth},
          moved(2 * kTokens * kWidth),
          [&](const Tensor& x, const Tensor& y) { backend.rms_norm(x, weight, 1e-6F, y); });
  const Tensor vision_weight = bench.tensor(DType::f32, {1152});
  measure("layer_norm", "LayerNorm, 11664 x 1152", {kPatches, 1152}, {kPatches, 1152},
          moved(2 * kPatches * 1152), [&](const Tensor& x, const Tensor& y) {
            backend.layer_norm(x, vision_weight, vision_weight, 1e-6F, y);
          });
  measure("silu_mul", "SiLU x gate, 3136 x 18944", {kTokens, 2 * kFfn}, {kTokens, kFfn},
          moved(3 * kTokens * kFfn),
          [&](const Tensor& x, const Tensor& y) { backend.silu_mul(x, y); });
  std::vector<kernels::Position> positions;
  for (std::int32_t i = 0; i < kTokens; ++i) positions.push_back({i, i, i});
  const kernels::RopeTable rope = kernels::RopeTable::plain(kDim, 1e6);
  measure("rope", "RoPE, 3136 x 28 x 128", {kTokens, kHeads, kDim}, {kTokens, kHeads, kDim},
          moved(2 * kTokens * kHeads * kDim),
          [&](const Tensor& x, const Tensor& y) { backend.rope(x, positions, rope, y); });
  measure("pooling", "pooling 27 x 27 to 14 x 14, 16 frames", {kFrames, 27, 27, kWidth},
          {kFrames, 14, 14, kWidth}, moved(kFrames * (729 + 196) * kWidth),
          [&](const Tensor& x, const Tensor& y) { backend.resize_bilinear(x, y); });
  bench.measure(
      "yuv_to_rgb", "decoder's picture 1920 x 1080 to RGB, from the host", "us", [&](Row& row) {
        const Pictures decoded(1, 1920, 1080, Pictures::Kind::decoded);
        const Tensor rgb = backend.allocate(DType::u8, {1080, 1920, 3});
        const double seconds =
            bench.wait([&] { backend.yuv_to_rgb(*decoded.all().front().decoded, rgb); }, 20);
        row.value = 1e6 * seconds;
        bench.bus(row, 1.5 * 1920 * 1080, seconds);
      });
  bench.measure("resize_bicubic", "picture 1280 x 720 to 384 x 384", "us", [&](Row& row) {
    const Tensor image = bench.tensor(DType::bf16, {720, 1280, 3});
    const Tensor bytes = Tensor::borrow(image.raw(), DType::u8, {720, 1280, 3});
    const Tensor small = backend.allocate(DType::u8, {384, 384, 3});
    row.value =
        1e6 * bench.time([&](std::int64_t) { backend.resize_bicubic(bytes, small); }).median;
  });
}

}  // namespace longtake::bench
