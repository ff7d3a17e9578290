// Watching with a full window, as the application does it: pictures to embeddings, a pass of 16
// units over sinks and window, K and V out as blocks that are kept in memory. Only decoding the
// video is not here.
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "engine/memory/sinks.h"
#include "engine/memory/stream_window.h"
#include "tests/bench/cuda/bench.h"
#include "tests/bench/cuda/random_model.h"

namespace longtake::bench {

using kernels::DType;
using kernels::KvCodec;
using kernels::Tensor;

namespace {

constexpr std::int64_t kChunk = 16;   // units
constexpr std::int64_t kWindow = 76;  // units: 14,896 tokens
// ReKV with LLaVA-OneVision 7B on an A100, as published (arXiv 2503.00540, table 5).
constexpr double kPublished = 11;

class Watcher {
 public:
  Watcher(Bench& bench, RandomModel& model, const memory::Sinks& sinks, KvCodec codec)
      : bench_(bench),
        model_(model),
        sinks_(sinks),
        shape_(model.memory_shape(codec)),
        window_(bench.backend(), model.decoder().config().rope, sinks, model.memory_shape(codec),
                model.unit_positions(), model.info().extent_per_unit,
                {kWindow, kChunk, DType::bf16}),
        hidden_(bench.backend().allocate(
            bench.backend().activation_dtype(),
            {kChunk * model.info().tokens_per_unit, model.decoder().config().width})) {}

  // Embeddings come from the pictures, or, without any, are taken as they are.
  void chunk(const Pictures* pictures, const Tensor& embeddings) {
    // As session::Watch: the chunk before leaves while the device works on this one.
    if (pictures != nullptr) {
      model_.encode(pictures->all(), hidden_);
    } else {
      bench_.backend().copy(embeddings, hidden_);
    }
    std::vector<memory::KvBlock> finished;
    if (in_flight_) finished = window_.take_blocks();
    window_.begin_chunk(model_.units(window_.next_unit(), kChunk));
    model_.decoder().forward(hidden_, window_);
    in_flight_ = true;
    for (const memory::KvBlock& block : finished) {
      kept_.emplace_back(block.payload.data(), block.payload.data() + block.payload.size());
    }
  }
  // Seconds per chunk in the steady state; the window is full before.
  double run(const Pictures* pictures, const Tensor& embeddings, int chunks) {
    while (window_.next_unit() < kWindow + kChunk) chunk(pictures, embeddings);
    bench_.backend().synchronize();
    const double start = now();
    for (int i = 0; i < chunks; ++i) chunk(pictures, embeddings);
    bench_.backend().synchronize();
    return (now() - start) / chunks;
  }
  double operations() const {
    return model_.shape().decoder_operations(
        static_cast<double>(hidden_.rows()),
        static_cast<double>(sinks_.tokens + kWindow * model_.info().tokens_per_unit));
  }
  double bytes_per_hour() const {
    const double block =
        static_cast<double>(shape_.layers) *
            static_cast<double>(shape_.layout(model_.info().tokens_per_unit).bytes()) +
        2.0 * static_cast<double>(shape_.mean_key_elements());
    return 1800 * block;
  }

 private:
  Bench& bench_;
  RandomModel& model_;
  const memory::Sinks& sinks_;
  const memory::MemoryShape shape_;
  memory::StreamWindow window_;
  bool in_flight_ = false;
  std::vector<std::vector<std::byte>> kept_;
  const Tensor hidden_;
};

std::string tflops_note(double operations, double seconds) {
  char text[80];
  std::snprintf(text, sizeof text, "%.1f TFLOP a chunk, %.0f TFLOP/s, %.1f ms", operations / 1e12,
                operations / seconds / 1e12, 1e3 * seconds);
  return text;
}

}  // namespace

void run_watching(Bench& bench) {
  kernels::Backend& backend = bench.backend();
  std::optional<RandomModel> model;
  memory::Sinks sinks;
  bench.measure("load_s", "load 16 GB of weights from pageable memory", "s", [&](Row& row) {
    const double start = now();
    model.emplace(backend, bench.random(), ModelShape::llava_onevision_7b());
    backend.synchronize();
    row.value = now() - start;
    sinks = memory::Sinks::compute(*model);
    row.note = std::to_string(model->info().weight_bytes >> 20) + " MB";
  });
  if (!model || sinks.layers.empty()) return;

  const auto frames_per_s = [&](Row& row, double operations, double seconds) {
    row.value = kChunk / seconds;
    row.limit = "gemm";
    if (bench.limits().gemm > 0) row.share = operations / seconds / bench.limits().gemm;
    row.note = tflops_note(operations, seconds);
  };
  const int chunks = bench.options().quick ? 4 : 16;
  const double vision_operations = kChunk * model->shape().vision_operations();
  const Tensor embeddings =
      backend.allocate(backend.activation_dtype(),
                       {kChunk * model->info().tokens_per_unit, model->decoder().config().width});
  const Pictures pictures(kChunk, 384, 384);
  {
    const Tensor noise = bench.tensor(backend.activation_dtype(), embeddings.shape());
    backend.copy(noise, embeddings);
  }
  for (const std::int64_t frames : {4, 8, 16}) {
    const std::string count = std::to_string(frames);
    bench.measure("vision_pass_" + count, "vision alone, passes of " + count + " frames",
                  "frames/s", [&](Row& row) {
                    model->see_at_once(frames);
                    const double seconds =
                        bench.wait([&] { model->encode(pictures.all(), embeddings); }, chunks / 2);
                    frames_per_s(row, vision_operations, seconds);
                  });
  }
  model->see_as_recommended();
  bench.measure("vision_frames_per_s", "vision alone, passes as recommended", "frames/s",
                [&](Row& row) {
                  const double seconds =
                      bench.wait([&] { model->encode(pictures.all(), embeddings); }, chunks);
                  frames_per_s(row, vision_operations, seconds);
                });
  bench.measure("vision_720p_frames_per_s", "vision alone, pictures of 1280 x 720", "frames/s",
                [&](Row& row) {
                  const Pictures large(kChunk, 1280, 720);
                  const double seconds =
                      bench.wait([&] { model->encode(large.all(), embeddings); }, chunks);
                  frames_per_s(row, vision_operations, seconds);
                });
  bench.measure("vision_decoded_frames_per_s", "vision alone, decoder's pictures of 1920 x 1080",
                "frames/s", [&](Row& row) {
                  const Pictures decoded(kChunk, 1920, 1080, Pictures::Kind::decoded);
                  const double seconds =
                      bench.wait([&] { model->encode(decoded.all(), embeddings); }, chunks);
                  frames_per_s(row, vision_operations, seconds);
                });
  for (const KvCodec codec : {KvCodec::i8, KvCodec::i4}) {
    const std::string name(kernels::kv_codec_name(codec));
    bench.measure("decoder_" + name + "_frames_per_s", "decoder alone, window full, " + name,
                  "frames/s", [&](Row& row) {
                    Watcher watcher(bench, *model, sinks, codec);
                    const double seconds = watcher.run(nullptr, embeddings, chunks);
                    frames_per_s(row, watcher.operations(), seconds);
                  });
    bench.measure(
        "watch_" + name + "_frames_per_s", "both, window full, " + name, "frames/s", [&](Row& row) {
          Watcher watcher(bench, *model, sinks, codec);
          const double seconds = watcher.run(&pictures, embeddings, chunks);
          frames_per_s(row, watcher.operations() + vision_operations, seconds);
          char text[80];
          std::snprintf(text, sizeof text, "; %.1fx the %.0f of ReKV; %.2f GB/h",
                        row.value / kPublished, kPublished, watcher.bytes_per_hour() / 1e9);
          row.note += text;
        });
  }
  bench.measure("device_memory_gb", "device memory in use", "GB", [&](Row& row) {
    const kernels::DeviceInfo info = backend.info();
    row.value = static_cast<double>(info.memory_total - info.memory_free) / 1e9;
    row.note = "weights, window, scratch and what the pool keeps";
  });
}

}  // namespace longtake::bench
