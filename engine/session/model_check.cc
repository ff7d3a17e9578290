#include "engine/session/model_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <system_error>

#include "engine/base/file.h"
#include "engine/base/log.h"
#include "engine/memory/kv_block.h"
#include "engine/memory/recall.h"
#include "engine/model/device_tensors.h"
#include "engine/model/model_config.h"
#include "engine/session/runtime.h"
#include "engine/session/watch.h"
#include "engine/store/segment_file.h"
#include "kernels/error.h"
#include "kernels/four_bits.h"

namespace longtake::session {

namespace {

using kernels::WeightFormat;

// The program itself, FFmpeg with the pictures in flight of a full-HD video, and what the allocator
// keeps.
constexpr std::int64_t kProgramBytes = 192 << 20;
// cuBLASLt's workspace, what small arrays are staged in, scratch memory.
constexpr std::int64_t kScratchBytes = 32 << 20;
constexpr std::int64_t kCardBytes = ((64 + 32) << 20) + kScratchBytes;
constexpr double kTightShare = 0.75;

// The format that the CPU takes where it may choose: it is asked with the smallest of layers.
WeightFormat format_on_cpu(WeightFormat format) {
  if (format != WeightFormat::automatic) return format;
  kernels::BackendOptions one_thread;
  one_thread.threads = 1;
  const auto backend = kernels::make_cpu_backend(one_thread);
  const float one = 1;
  const auto weight = kernels::Tensor::borrow(&one, kernels::DType::f32, {1, 1});
  return backend->make_linear({&weight, 1}, {}, format)->format();
}

double bytes_of_weight(WeightFormat format) {
  switch (format) {
    case WeightFormat::f32:
      return 4;
    case WeightFormat::i8:
    case WeightFormat::f8:
      return 1;
    case WeightFormat::i4:
      return (kernels::kFourBitGroupBytes + 4.0) / kernels::kFourBitGroup;
    case WeightFormat::automatic:
    case WeightFormat::bf16:
      break;
  }
  return 2;
}

std::int64_t weight_files(const std::filesystem::path& folder) {
  std::int64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".safetensors") continue;
    const auto size = std::filesystem::file_size(entry.path(), error);
    if (!error) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

// The number of kilobytes that a line of one of the kernel's files says, in bytes; 0 without it.
std::int64_t said_by(const char* file, std::string_view key) {
  std::array<char, 4096> buffer{};  // the lines are among the first ones
  std::size_t size = 0;
  try {
    size = File::open(file, File::Mode::read)
               .read_some_at(0, std::as_writable_bytes(std::span(buffer)));
  } catch (const Error&) {
    return 0;
  }
  const std::string_view text(buffer.data(), size);
  std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  at = text.find_first_not_of(" \t", at + key.size());
  std::int64_t kilobytes = 0;
  if (at != std::string_view::npos) {
    std::from_chars(text.data() + at, text.data() + text.size(), kilobytes);
  }
  return kilobytes * 1024;
}

// What this program holds goes when another model takes the place of the one that it runs.
std::int64_t available_memory() {
  const std::int64_t available = said_by("/proc/meminfo", "MemAvailable:");
  return available > 0 ? available + said_by("/proc/self/status", "RssAnon:") : 0;
}

// What a device makes of a model besides its weights.
struct Place {
  bool card;
  std::int64_t rows_per_pass;     // of the vision tower, at least one picture's
  std::int64_t activation_bytes;  // of a number: f32 on the processor
  std::int64_t recalled_units;    // that an answer keeps decoded, beside the window
  std::int64_t other_bytes;
};

struct Working {
  std::int64_t layers = 0;  // weights of the decoder's layers
  std::int64_t mapped = 0;  // weights that are not packed but stay mapped from the file
  std::int64_t memory = 0;  // bytes: window and buffers of a watch, and the mapped weights
};

// What the card's products of many rows (kernels/cuda/linear.cc) take beside their operands, which the pool then keeps,
// for the largest of a pass. With R rows at a time, K inputs and N outputs, the gates' and the others' as one:
//   bytes (int8, fp8)   R, at most 2,048, codes of K bytes; sums of 4 N bytes, twice: a trial of what is fastest has its own
//   four bits           64 outputs per multiprocessor widened to K activations; a trial's output of R N activations
//   bf16                a trial's output of R N activations
//   f32                 nothing: nothing is tried
// For 7 billion parameters (R = 3,136, K = 18,944, N = 37,888): 0.66 GB of int8, 0.37 GB of four bits, 0.24 GB of bf16.
std::int64_t scratch_of_products(const model::LlavaOnevisionConfig& config, std::int64_t rows,
                                 std::int64_t patches, WeightFormat format,
                                 std::int64_t activation_bytes) {
  constexpr std::int64_t kCodeRows = 2048;
  constexpr std::int64_t kWidened = 64 * 192;  // of the chips with the most multiprocessors
  const auto of = [&](WeightFormat kept, std::int64_t r, std::int64_t width, std::int64_t inner,
                      std::int64_t outputs) -> std::int64_t {
    switch (kept) {
      case WeightFormat::i8:
      case WeightFormat::f8:
        return std::min(r, kCodeRows) * (std::max(width, inner) + 2 * 4 * outputs);
      case WeightFormat::i4:
        return activation_bytes *
               (std::max(std::min(outputs, kWidened) * width, std::min(width, kWidened) * inner) +
                r * outputs);
      case WeightFormat::automatic:
      case WeightFormat::bf16:
        return activation_bytes * r * outputs;
      case WeightFormat::f32:
        break;
    }
    return 0;
  };
  const std::int64_t layers =
      of(format, rows, config.text.width, config.text.ffn, 2 * config.text.ffn);
  const std::int64_t tower = of(model::format_beside_layers(format), patches, config.vision.width,
                                config.vision.ffn, config.vision.ffn);
  return std::max(layers, tower);
}

Working working_of(const model::LlavaOnevisionConfig& config, const model::ModelInfo& info,
                   WeightFormat format, const Place& place) {
  const model::DecoderConfig& text = config.text;
  const model::VisionConfig& vision = config.vision;
  const memory::StreamWindowOptions window = window_options(info, {});
  const std::int64_t kv_width = text.kv_heads * text.head_dim;
  const std::int64_t window_bytes = format == WeightFormat::f32 ? 4 : 2;

  Working working;
  working.memory = text.layers * 2 * (window.window_units + place.recalled_units) *
                   info.tokens_per_unit * kv_width * window_bytes;
  // One pass of the decoder: its rows, queries, keys and values twice (rotated), the inner layer.
  const std::int64_t chunk = window.chunk_units * info.tokens_per_unit;
  working.memory += chunk * place.activation_bytes *
                    (2 * text.width + 3 * text.heads * text.head_dim + 4 * kv_width + 3 * text.ffn);
  // One pass of the vision tower and the projector.
  const std::int64_t patches = std::max(place.rows_per_pass, vision.patches());
  working.memory +=
      patches * place.activation_bytes *
      (3 * vision.patch * vision.patch + 6 * vision.width + vision.ffn + 2 * text.width);
  if (place.card) {
    working.memory += scratch_of_products(config, chunk, patches, format, place.activation_bytes);
    // Scratch memory holds a slice of the weights that are packed, with a quarter more.
    const std::int64_t part = 2 * text.width * std::max(text.ffn, text.vocabulary);
    const std::int64_t slice = std::min<std::int64_t>(part, 64 << 20) / 4 * 5;
    working.memory += std::max<std::int64_t>(0, slice - kScratchBytes);
    // Memory that comes and goes goes round in sizes an eighth apart.
    working.memory += working.memory / 8;
  }
  // The embedding rows stay mapped, mostly as 16-bit numbers; tied, they are packed for the output
  // as well.
  const std::int64_t embeddings = text.vocabulary * text.width;
  working.memory += embeddings * 2;
  if (!text.tied_embeddings) working.mapped = embeddings;
  working.layers = text.layers * text.width *
                   ((2 * text.heads + 2 * text.kv_heads) * text.head_dim + 3 * text.ffn);
  return working;
}

// Of a memory on disk.
double bytes_per_hour(const model::DecoderConfig& text, const model::ModelInfo& info,
                      kernels::KvCodec codec) {
  const memory::MemoryShape shape{text.layers, text.kv_heads, text.head_dim, codec};
  const store::RecordLayout record(shape, info.tokens_per_unit,
                                   store::record_alignment(shape, info.tokens_per_unit));
  // A mean key is f16 and has a checksum per layer.
  const auto index = 2 * shape.mean_key_elements() + 4 * shape.layers;
  const double units_per_hour =
      3600.0 / (to_seconds(default_interval(info)) * static_cast<double>(info.frames_per_unit));
  return units_per_hour * static_cast<double>(record.record_bytes + index);
}

}  // namespace

std::optional<kernels::DeviceInfo> card_for(Device device) {
  if (device == Device::cpu) return std::nullopt;
  try {
    return kernels::find_cuda_device();
  } catch (const Error& error) {
    log("session").debug("no CUDA: {}", error.message());
    return std::nullopt;
  }
}

std::string ModelCheck::memory_fingerprint(kernels::KvCodec codec) const {
  return session::memory_fingerprint(info, codec);
}

ModelCheck check_model(const std::filesystem::path& folder, WeightFormat weights, Device device,
                       const std::optional<kernels::DeviceInfo>& card) {
  ModelCheck check;
  check.folder = folder.string();
  check.info = model::Model::inspect(folder);
  check.disk_bytes = weight_files(folder);
  const WeightFormat wanted = weights_for(weights, check.info);
  const auto weigh = [&](WeightFormat kept, const Place& place, std::int64_t available) {
    check.weights = kept;
    Working working;
    if (check.info.family == "llava_onevision") {
      const auto config = model::read_llava_onevision(folder);
      working = working_of(config, check.info, kept, place);
      for (std::size_t codec = 0; codec < check.hourly.size(); ++codec) {
        check.hourly[codec] =
            bytes_per_hour(config.text, check.info, static_cast<kernels::KvCodec>(codec));
      }
    }
    const auto layers = static_cast<double>(working.layers);
    const auto others = static_cast<double>(check.info.parameters - working.mapped) - layers;
    check.info.weight_bytes =
        static_cast<std::size_t>(layers * bytes_of_weight(kept) +
                                 others * bytes_of_weight(model::format_beside_layers(kept)));
    check.memory_needed =
        static_cast<std::int64_t>(check.info.weight_bytes) + working.memory + place.other_bytes;
    check.memory_available = available;
    if (available > 0) {
      const auto free = static_cast<double>(available);
      const auto needed = static_cast<double>(check.memory_needed);
      check.fit = needed > free                 ? Fit::too_big
                  : needed > kTightShare * free ? Fit::tight
                                                : Fit::fits;
    }
  };
  if (card) {
    check.device = kernels::DeviceKind::cuda;
    const bool exact = wanted == WeightFormat::f32;
    const memory::RecallOptions recalled;
    weigh(wanted == WeightFormat::automatic ? WeightFormat::bf16 : wanted,
          {true, card->rows_per_pass, exact ? 4 : 2, recalled.budget + recalled.recent, kCardBytes},
          card->memory_free);
    check.too_big_for_card = check.fit == Fit::too_big;
    if (!check.too_big_for_card || device == Device::cuda) return check;
  }
  check.device = kernels::DeviceKind::cpu;
  // On the processor fp8 becomes int8.
  const WeightFormat on_cpu = wanted == WeightFormat::f8 ? WeightFormat::i8 : wanted;
  weigh(format_on_cpu(on_cpu), {false, kernels::DeviceInfo().rows_per_pass, 4, 0, kProgramBytes},
        available_memory());
  return check;
}

}  // namespace longtake::session
