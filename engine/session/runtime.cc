#include "engine/session/runtime.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/file.h"
#include "engine/base/hash.h"
#include "engine/base/log.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

constexpr std::int64_t kMaxCalibrationBytes = 16 << 20;

// Small models stay in f32: they are fast enough, and machines then differ by rounding in f32 only.
constexpr std::int64_t kSmallModel = 100'000'000;  // parameters

RuntimeOptions decided(RuntimeOptions options) {
  if (options.weights == kernels::WeightFormat::automatic) {
    options.weights = weights_for(options.weights, model::Model::inspect(options.model));
  }
  return options;
}

std::unique_ptr<kernels::Backend> make_backend(const RuntimeOptions& options) {
  kernels::BackendOptions backend;
  // Where weights are rounded, attention in bf16 loses nothing more.
  backend.bf16_attention = options.weights != kernels::WeightFormat::f32;
  if (options.weights == kernels::WeightFormat::f32) backend.activations = kernels::DType::f32;
  if (options.device != Device::cpu) {
    try {
      return options.make_device(backend);
    } catch (const Error& error) {
      if (options.device == Device::cuda || error.code() != ErrorCode::unsupported) throw;
      log("session").info("no CUDA: {}", error.message());
    }
  }
  return kernels::make_cpu_backend(backend);
}

// What comes of the wished format on a device. fp8 is for graphics cards; the processor, to which
// work may have to retreat, keeps such weights as int8, which is as small.
kernels::WeightFormat kept_on(const kernels::DeviceInfo& device, kernels::WeightFormat wanted) {
  const bool cpu = device.kind == kernels::DeviceKind::cpu;
  return cpu && wanted == kernels::WeightFormat::f8 ? kernels::WeightFormat::i8 : wanted;
}

// Bytes of a device's memory for recalled blocks. An eighth of what the model has left free: the
// rest is for windows and passes, and for the desktop, which draws with the same card.
std::size_t device_budget(const RuntimeOptions& options, const kernels::Backend& backend) {
  const kernels::DeviceInfo device = backend.info();
  if (device.kind == kernels::DeviceKind::cpu || device.memory_free <= 0) return 0;
  return std::min(options.cache_bytes, static_cast<std::size_t>(device.memory_free / 8));
}

}  // namespace

kernels::WeightFormat weights_for(kernels::WeightFormat wanted, const model::ModelInfo& model) {
  const bool small = model.parameters < kSmallModel;
  return wanted == kernels::WeightFormat::automatic && small ? kernels::WeightFormat::f32 : wanted;
}

Micros default_interval(const model::ModelInfo& model) {
  // ReKV watches at 0.5 frames/s.
  return model.sampling_fps > 0 ? from_seconds(1 / model.sampling_fps) : 2 * kMicrosPerSecond;
}

std::string memory_fingerprint(const model::ModelInfo& model, kernels::KvCodec codec) {
  // The chunk is the model's or the default one, whatever the device takes at once: a memory that
  // was made on a graphics card opens on a CPU, and the other way round.
  const memory::StreamWindowOptions window = window_options(model, WatchOptions());
  return Hasher()
      .add(std::string_view("longtake-memory-1"))
      .add(std::string_view(model.fingerprint))
      .add(window.window_units)
      .add(window.chunk_units)
      .add(static_cast<std::int64_t>(codec))
      .finish()
      .to_hex();
}

Runtime::Runtime(RuntimeOptions options)
    : options_(decided(std::move(options))),
      backend_(make_backend(options_)),
      device_(backend_->info()),
      weights_(kept_on(device_, options_.weights)),
      model_(model::Model::load(options_.model, *backend_, {.weights = weights_})),
      sinks_(memory::Sinks::compute(*model_)),
      calibration_(load_calibration()),
      cache_(options_.cache_bytes, *backend_, device_budget(options_, *backend_)) {}

memory::MemoryShape Runtime::shape() const {
  const model::DecoderConfig& decoder = model_->decoder().config();
  return {decoder.layers, decoder.kv_heads, decoder.head_dim, options_.codec};
}

WatchOptions Runtime::watch_options() const {
  WatchOptions options;
  options.interval = default_interval();
  options.window_dtype = answer_options().working_dtype;
  // A graphics card is busy only with long passes, and has a decoder of its own.
  if (device_.kind == kernels::DeviceKind::cuda) {
    options.chunk_tokens = device_.rows_per_pass;
    options.overlapped = true;
    options.decoding = media::Decoding::hardware;
  }
  return options;
}

AnswerOptions Runtime::answer_options() const {
  const model::ModelInfo& info = model_->info();
  AnswerOptions options;
  if (info.recall_blocks > 0) options.budget = info.recall_blocks;
  if (info.recent_blocks > 0) options.recent = info.recent_blocks;
  // bf16 halves the working set, and the codec has rounded K and V already.
  if (options_.weights != kernels::WeightFormat::f32) options.working_dtype = kernels::DType::bf16;
  return options;
}

Micros Runtime::default_interval() const {
  return session::default_interval(model_->info());
}

void Runtime::set_calibration(const memory::Calibration& calibration) {
  make_directories(options_.calibrations);
  write_file_atomically(options_.calibrations / (calibration.fingerprint + ".json"),
                        calibration.to_json());
  calibration_ = calibration;
}

memory::Calibration Runtime::load_calibration() const {
  const model::DecoderConfig& decoder = model_->decoder().config();
  const std::string& fingerprint = model_->info().fingerprint;
  const std::array candidates = {options_.calibrations / (fingerprint + ".json"),
                                 options_.model / "calibration.json"};
  for (const std::filesystem::path& path : candidates) {
    std::error_code unknown;  // reading says why
    if (!std::filesystem::exists(path, unknown) && !unknown) continue;
    try {
      memory::Calibration calibration =
          memory::Calibration::from_json(read_text_file(path, kMaxCalibrationBytes));
      if (calibration.fingerprint == fingerprint && calibration.layers == decoder.layers &&
          calibration.kv_heads == decoder.kv_heads) {
        return calibration;
      }
      log("session").warn("{} was measured on another model; it is not used", path.string());
    } catch (const Error& error) {
      // Measuring the model anew cures it, and for that the model must load.
      log("session").warn("{} cannot be read ({}); it is not used", path.string(), error.message());
    }
  }
  return memory::Calibration::uniform(decoder.layers, decoder.kv_heads);
}

}  // namespace longtake::session
