#include "engine/session/bench.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <span>

#include "engine/base/file.h"
#include "engine/base/hash.h"
#include "engine/media/frame_sampler.h"
#include "engine/memory/block_index.h"
#include "engine/memory/ram_blocks.h"
#include "engine/memory/recall.h"
#include "engine/session/answer.h"
#include "engine/session/bench_costs.h"
#include "engine/session/catalogue.h"
#include "engine/session/watch.h"
#include "engine/store/library.h"
#include "engine/store/memory_store.h"
#include "kernels/error.h"
#include "resources/nano/world/scene.h"
#include "resources/nano/world/video.h"

namespace longtake::session {

namespace {

using kernels::DType;
using kernels::Tensor;
using memory::BlockId;

constexpr Micros kHour = 3600 * kMicrosPerSecond;
constexpr TimeRange kAlways = {0, std::numeric_limits<Micros>::max()};
constexpr const char* kQuestion = "What happens at the gate?";

const char* format_name(kernels::WeightFormat format) {
  switch (format) {
    case kernels::WeightFormat::automatic:
      break;
    case kernels::WeightFormat::f32:
      return "f32";
    case kernels::WeightFormat::bf16:
      return "bf16";
    case kernels::WeightFormat::i8:
      return "int8";
    case kernels::WeightFormat::i4:
      return "int4";
  }
  return "automatic";
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value >= 100 || value == std::floor(value) ? "%.0f" : "%.3g",
                value);
  return text;
}

std::string megabytes(double bytes) {
  return number(bytes / 1e6) + " MB";
}

double seconds_since(std::int64_t start_us) {
  return to_seconds(std::max<std::int64_t>(1, monotonic_us() - start_us));
}

template <typename Work>
double seconds_of(const Work& work) {
  const std::int64_t start = monotonic_us();
  work();
  return seconds_since(start);
}

// Random f16 values of ordinary size: signs, mantissas and exponents of 2^-3 to 1.
void fill_keys(std::vector<std::uint16_t>& keys, std::uint32_t& state) {
  for (std::uint16_t& key : keys) {
    state = state * 1'664'525U + 1'013'904'223U;
    const std::uint32_t bits = state >> 8;
    key = static_cast<std::uint16_t>((bits & 0x83FFU) | ((12U + ((bits >> 16) & 3U)) << 10));
  }
}

// A memory as long as one likes that needs no room: one block's bytes stand for all of them, and
// one layer's mean keys, which do differ from block to block, for all layers.
class EndlessMemory : public memory::BlockSource {
 public:
  EndlessMemory(const memory::MemoryShape& shape, const memory::KvBlock& block,
                const memory::BlockIndex& keys)
      : shape_(shape), block_(block), keys_(keys) {}

  const memory::MemoryShape& shape() const override { return shape_; }
  std::int64_t count() const override { return keys_.count(); }
  memory::BlockInfo info(BlockId id) const override {
    memory::BlockInfo info = block_.info;
    const Micros length = std::max<Micros>(1, info.time.length());
    info.id = id;
    info.time = {id * length, (id + 1) * length};
    return info;
  }
  std::pair<BlockId, BlockId> range(const TimeRange& /*all*/) const override {
    return {0, count()};
  }
  std::vector<kernels::Position> positions(BlockId) const override { return block_.positions; }
  void read_payload(BlockId, std::int64_t layer, std::span<std::byte> out) const override {
    std::copy_n(block_.payload.begin() + layer * static_cast<std::int64_t>(out.size()), out.size(),
                out.begin());
  }
  std::span<const std::uint16_t> mean_keys(std::int64_t, BlockId first,
                                           std::int64_t count) const override {
    return keys_.mean_keys(0, first, count);
  }

 private:
  const memory::MemoryShape shape_;
  const memory::KvBlock& block_;
  const memory::BlockIndex& keys_;
};

// How many blocks each layer took into its context.
class ChosenBlocks : public memory::RecallObserver {
 public:
  void on_scores(int, std::span<const float>, std::int64_t) override {}
  void on_attention(int layer, std::span<const std::int64_t> chosen,
                    std::span<const float>) override {
    per_layer_[layer] = static_cast<std::int64_t>(chosen.size());
  }
  std::int64_t payloads() const {
    std::int64_t sum = 0;
    for (const auto& [layer, count] : per_layer_) sum += count;
    return sum;
  }

 private:
  std::map<int, std::int64_t> per_layer_;
};

// A folder that nobody else works in, emptied before and removed after.
class WorkFolder {
 public:
  explicit WorkFolder(const std::filesystem::path& library)
      : path_(library / "bench"),
        made_library_(!std::filesystem::exists(library)),
        library_(library) {
    make_directories(path_);
    lock_ = File::open(path_ / "lock", File::Mode::create);
    if (!lock_.try_lock()) {
      throw Error(ErrorCode::busy, path_.string() + ": another bench is running there",
                  "Wait for it, or name another folder with --library.");
    }
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.path().filename() != "lock") std::filesystem::remove_all(entry.path());
    }
  }
  ~WorkFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    if (made_library_) std::filesystem::remove(library_, ignored);  // only if nothing came into it
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
  const bool made_library_;
  const std::filesystem::path library_;
  File lock_;
};

class Bench {
 public:
  Bench(const BenchOptions& options, const std::function<void(const std::string&)>& progress,
        const std::function<bool()>& cancelled)
      : options_(options),
        progress_(progress),
        cancelled_(cancelled),
        folder_(options.library),
        runtime_options_(options.runtime),
        video_(options.video) {}

  BenchReport run() {
    const OtherLoad load;
    report_.machine = describe_machine();
    report_.quick = options_.quick;
    find_video();
    load_model();
    next("measuring the machine's limits");
    measure_the_limits();
    decode();
    vision();
    prefill();
    watch();
    bytes_per_hour();
    scoring();
    answer();
    reopening();
    next("measuring the machine's limits again");
    measure_the_limits();
    compute_shares();
    report_.other_cores = load.cores();
    return std::move(report_);
  }

 private:
  // --- Measuring
  // ----------------------------------------------------------------------------------
  void next(const std::string& what) {
    if (progress_) progress_(what);
    stop_if_cancelled();
  }
  void stop_if_cancelled() const {
    if (cancelled_ && cancelled_()) throw Error(ErrorCode::cancelled, "The bench was cancelled");
  }
  // Median of what `run` returns, after a warm-up; fewer runs where one takes long, and in a quick
  // bench none but the warm-up where that takes too long.
  template <typename Run>
  double typical(const Run& run) const {
    const int most = options_.quick ? 5 : 11;
    const double patience = options_.quick ? 2.0 : 15.0;  // seconds
    const std::size_t least = options_.quick ? 1 : 3;
    std::int64_t start = monotonic_us();
    const double first = run();
    if (options_.quick && seconds_since(start) > patience) return first;
    std::vector<double> values;
    start = monotonic_us();
    while (static_cast<int>(values.size()) < most &&
           (values.size() < least || seconds_since(start) < patience)) {
      stop_if_cancelled();
      values.push_back(run());
    }
    return median(std::move(values));
  }

  Measurement& add(const std::string& key, const std::string& group, const std::string& name,
                   double value, const std::string& unit) {
    Measurement& measurement = report_.measurements.emplace_back();
    measurement.key = key;
    measurement.group = group;
    measurement.name = name;
    measurement.value = value;
    measurement.unit = unit;
    return measurement;
  }
  // The measurement added last stands for `work` in `seconds`; its share is computed when all
  // limits are known.
  void bound(Limit limit, const Work& work, double seconds) {
    report_.measurements.back().limit = limit;
    bounds_.push_back({report_.measurements.size() - 1, work, seconds});
  }
  void compute_shares() {
    for (const Bound& bound : bounds_) {
      Measurement& measurement = report_.measurements[bound.measurement];
      measurement.share = bound.work.least_seconds(report_.limits) / bound.seconds;
      if (measurement.share <= 0) measurement.limit = Limit::none;  // work of an unknown amount
    }
  }

  // --- Stages, in their order
  // ---------------------------------------------------------------------
  void load_model();
  void measure_the_limits();
  void find_video();
  void decode();
  void vision();
  void prefill();
  void watch();
  void bytes_per_hour();
  void scoring();
  void answer();
  void reopening();

  Micros footage() const { return (options_.quick ? 60 : 600) * kMicrosPerSecond; }
  double sampler_pass(media::SamplerOptions options, media::FrameSampler::Summary& summary,
                      std::int64_t& frames) const;
  memory::StreamWindow make_window(const memory::StreamWindowOptions& settings) const;
  std::vector<memory::BlockInfo> unit_infos(BlockId first, std::int64_t count) const;
  memory::KvBlock copy_of_block(BlockId id, std::uint32_t& state) const;
  void fill_long_memory(store::MemoryStore& store, std::int64_t blocks) const;
  void question_over(const EndlessMemory& memory, const std::string& suffix,
                     const std::string& length);
  double generation_rate(const memory::BlockSource& source, memory::BlockCache& cache,
                         double& context) const;
  AnswerOptions answer_options(int tokens) const;
  // Sinks and recalled blocks, on average over the layers.
  double context_tokens(const ChosenBlocks& chosen) const {
    return static_cast<double>(runtime_->sinks().tokens) +
           static_cast<double>(chosen.payloads() * model().info().tokens_per_unit) /
               static_cast<double>(runtime_->shape().layers);
  }

  model::Model& model() const { return runtime_->model(); }
  kernels::Backend& backend() const { return runtime_->backend(); }
  double units_per_hour() const {
    return static_cast<double>(kHour) /
           static_cast<double>(runtime_->default_interval() * model().info().frames_per_unit);
  }
  double payload_bytes() const {  // of one block at one layer
    return static_cast<double>(runtime_->shape().layout(model().info().tokens_per_unit).bytes());
  }

  const BenchOptions& options_;
  const std::function<void(const std::string&)>& progress_;
  const std::function<bool()>& cancelled_;
  const WorkFolder folder_;
  RuntimeOptions runtime_options_;
  std::filesystem::path video_;
  BenchReport report_;
  struct Bound {
    std::size_t measurement;  // index into the report's
    Work work;
    double seconds;
  };
  std::vector<Bound> bounds_;

  std::unique_ptr<Runtime> runtime_;
  ModelCosts costs_;
  double vision_seconds_ = 0;   // per frame
  double prefill_seconds_ = 0;  // per chunk, the window full
  memory::KvBlock block_;       // a real one, to make long memories from
  std::unique_ptr<store::Library> library_;
};

void Bench::load_model() {
  if (options_.random) {
    next("writing random weights");
    runtime_options_.model = folder_ / "random-model";
    write_random_model(*options_.random, runtime_options_.model, cancelled_);
  }
  next("loading the model");
  const auto load = [&] {
    runtime_.reset();
    return seconds_of([&] { runtime_ = std::make_unique<Runtime>(runtime_options_); });
  };
  if (!options_.quick) {
    drop_folder_from_page_cache(runtime_options_.model);
    add("load_model_cold_s", "load", "model, from disk", load(), "s");
  }
  const double warm = load();
  report_.model = model().info();
  report_.device = backend().info().name;
  costs_ = costs_of(model(), runtime_options_.model);
  Measurement& measurement = add("load_model_s", "load", "model, files in memory", warm, "s");
  measurement.note = megabytes(static_cast<double>(model().info().weight_bytes)) + " of weights";
}

void Bench::measure_the_limits() {
  LimitOptions limits;
  if (options_.quick) {
    limits.gemm_side = 2048;
    limits.memory_bytes = 256u << 20;
    limits.disk_bytes = 64 << 20;
    limits.attempts = 3;
    limits.seconds = 0.5;
  }
  // The runtime decides on `automatic` by the model; what it works in tells how.
  const kernels::WeightFormat format = runtime_->answer_options().working_dtype == DType::f32
                                           ? kernels::WeightFormat::f32
                                           : options_.runtime.weights;
  report_.limits =
      measure_limits(backend(), format, folder_.path(), limits).best_of(report_.limits);
  report_.weights = format_name(report_.limits.gemm_format);
}

void Bench::find_video() {
  if (video_.empty()) {
    next("rendering a video");
    video_ = folder_ / "shapes.mp4";
    world::SceneOptions scene;
    scene.duration_us = 60 * world::kSecond;
    scene.events = 10;
    world::encode_mp4(world::make_scene(1, scene), video_.string());
  }
  const media::VideoInfo info = media::probe(video_.string());
  report_.video = video_.filename().string() + ": " + info.codec + ", " +
                  std::to_string(info.width) + "x" + std::to_string(info.height) + ", " +
                  number(info.average_rate.value()) + " frames/s, " + format_time(info.duration);
}

// One pass over the beginning of the video; returns its seconds.
double Bench::sampler_pass(media::SamplerOptions options, media::FrameSampler::Summary& summary,
                           std::int64_t& frames) const {
  options.until = footage();
  frames = 0;
  return seconds_of([&] {
    media::FrameSampler sampler(video_.string(), options);
    while (sampler.next()) ++frames;
    summary = sampler.summary();
  });
}

void Bench::decode() {
  next("decoding");
  const Micros duration = media::probe(video_.string()).duration;
  const Micros seen = duration > 0 ? std::min(duration, footage()) : footage();
  media::FrameSampler::Summary summary;
  std::int64_t frames = 0;

  // The limit: every frame decoded, next to none delivered.
  media::SamplerOptions everything;
  everything.interval = std::max<Micros>(1, seen - 1);
  everything.decode_everything = true;
  typical([&] {
    const double seconds = sampler_pass(everything, summary, frames);
    report_.limits.decoder =
        std::max(report_.limits.decoder, static_cast<double>(summary.frames_decoded) / seconds);
    return seconds;
  });

  for (const auto mode : {media::SamplingMode::exact, media::SamplingMode::keyframes}) {
    const bool exact = mode == media::SamplingMode::exact;
    media::SamplerOptions options;
    options.interval = runtime_->default_interval();
    options.mode = mode;
    const double seconds = typical([&] { return sampler_pass(options, summary, frames); });
    const std::string name = exact ? "exact" : "keyframes";
    Measurement& rate = add("decode_" + name + "_frames_per_s", "decode", name,
                            static_cast<double>(frames) / seconds, "frames/s");
    bound(Limit::decoder, {.frames = static_cast<double>(summary.frames_decoded)}, seconds);
    rate.note = "one in " + number(to_seconds(options.interval)) + " s; " +
                std::to_string(summary.frames_decoded) + " decoded for " + std::to_string(frames);
    add("decode_" + name + "_x_realtime", "decode", name, to_seconds(seen) / seconds,
        "x real time");
  }
}

void Bench::vision() {
  next("encoding pictures");
  media::FrameSampler sampler(video_.string());
  const std::optional<media::SampledFrame> frame = sampler.next();
  if (!frame) throw Error(ErrorCode::corrupt_data, video_.string() + ": it has no picture");
  const memory::StreamWindowOptions window =
      window_options(model().info(), runtime_->watch_options());
  const std::int64_t frames = window.chunk_units * model().info().frames_per_unit;
  const std::vector<model::Picture> pictures(
      static_cast<std::size_t>(frames),
      {frame->image.rgb.data(), frame->image.width, frame->image.height});
  const Tensor embeddings = backend().allocate(
      backend().activation_dtype(),
      {window.chunk_units * model().info().tokens_per_unit, model().decoder().config().width});
  const double seconds = typical([&] {
    return seconds_of([&] {
      model().encode(pictures, embeddings);
      backend().synchronize();
    });
  });
  vision_seconds_ = seconds / static_cast<double>(frames);
  Measurement& measurement =
      add("vision_ms_per_frame", "vision", "one frame", vision_seconds_ * 1e3, "ms");
  bound(Limit::gemm, {.operations = costs_.vision}, vision_seconds_);
  measurement.note = number(costs_.vision / 1e9) + " GFLOP; " + std::to_string(frames) + " at once";
}

memory::StreamWindow Bench::make_window(const memory::StreamWindowOptions& settings) const {
  return {backend(),         model().decoder().config().rope, runtime_->sinks(),
          runtime_->shape(), model().unit_positions(),        model().info().extent_per_unit,
          settings};
}

std::vector<memory::BlockInfo> Bench::unit_infos(BlockId first, std::int64_t count) const {
  const Micros length = runtime_->default_interval() * model().info().frames_per_unit;
  std::vector<memory::BlockInfo> infos;
  for (BlockId id = first; id < first + count; ++id) {
    memory::BlockInfo& info = infos.emplace_back();
    info.id = id;
    info.time = {id * length, (id + 1) * length};
    info.shown_at = info.time.begin;
    info.grid_h = model().info().grid_h;
    info.grid_w = model().info().grid_w;
  }
  return infos;
}

void Bench::prefill() {
  next("filling the window");
  const memory::StreamWindowOptions settings =
      window_options(model().info(), runtime_->watch_options());
  const std::int64_t tokens = settings.chunk_units * model().info().tokens_per_unit;
  const std::int64_t window_tokens = settings.window_units * model().info().tokens_per_unit;
  const DType type = backend().activation_dtype();
  const Tensor embeddings = backend().allocate(type, {tokens, model().decoder().config().width});
  const Tensor hidden = backend().allocate(type, embeddings.shape());
  {
    media::FrameSampler sampler(video_.string());
    const std::optional<media::SampledFrame> frame = sampler.next();
    const std::vector<model::Picture> pictures(
        static_cast<std::size_t>(settings.chunk_units * model().info().frames_per_unit),
        {frame->image.rgb.data(), frame->image.width, frame->image.height});
    model().encode(pictures, embeddings);
  }
  std::vector<memory::KvBlock> blocks;
  const auto chunk = [&](memory::StreamWindow& window) {
    backend().copy(embeddings, hidden);
    backend().synchronize();
    return seconds_of([&] {
      window.begin_chunk(unit_infos(window.next_unit(), settings.chunk_units));
      model().decoder().forward(hidden, window);
      backend().synchronize();
      blocks = window.take_blocks();
    });
  };
  const auto report = [&](const char* key, const std::string& name, double context,
                          double seconds) {
    Measurement& measurement =
        add(key, "prefill", name, static_cast<double>(tokens) / seconds, "tokens/s");
    bound(Limit::gemm, {.operations = costs_.prefill(static_cast<double>(tokens), context)},
          seconds);
    measurement.note = std::to_string(tokens) + " at once, blocks encoded";
  };
  const auto sinks = static_cast<double>(runtime_->sinks().tokens);

  report("prefill_empty_tokens_per_s", "empty window", sinks, typical([&] {
           memory::StreamWindow window = make_window(settings);
           return chunk(window);
         }));
  block_ = blocks.front();

  memory::RamBlocks past(runtime_->shape());
  std::uint32_t state = 1;
  for (BlockId id = 0; id < settings.window_units; ++id) {
    std::vector<memory::KvBlock> one;
    one.push_back(copy_of_block(id, state));
    past.append(std::move(one));
  }
  memory::StreamWindow window = make_window(settings);
  window.resume(past);
  prefill_seconds_ = typical([&] { return chunk(window); });
  report("prefill_full_tokens_per_s", "window of " + std::to_string(window_tokens),
         sinks + static_cast<double>(window_tokens), prefill_seconds_);
}

void Bench::watch() {
  next("watching");
  library_ = store::Library::open(folder_ / "library", store::Library::Access::write);
  const store::Video video = Catalogue(*library_).run(AddVideo{video_.string()}).video;
  store::Memory memory;
  memory.video_id = video.id;
  memory.model = model().info().name;
  memory.fingerprint = runtime_->memory_fingerprint();
  memory.shape = runtime_->shape();
  memory.interval = runtime_->default_interval();
  memory.id = library_->create_memory(memory);
  const std::shared_ptr<store::MemoryStore> store = library_->open_memory(memory.id);

  // As much of the video as fits into the time that there is.
  WatchOptions settings = runtime_->watch_options();
  const memory::StreamWindowOptions window = window_options(model().info(), settings);
  const std::int64_t chunk_frames = window.chunk_units * model().info().frames_per_unit;
  const double chunk_seconds =
      vision_seconds_ * static_cast<double>(chunk_frames) + prefill_seconds_;
  const double budget = options_.quick ? 10 : 90;
  const auto chunks = static_cast<std::int64_t>(std::max(3.0, budget / chunk_seconds));
  constexpr std::int64_t kMostChunks = 1'000'000;
  settings.until = std::min(chunks, kMostChunks) * chunk_frames * settings.interval;

  const PeakMemory peak;
  Watch watch(model(), runtime_->sinks(), *store, video_.string(), settings);
  while (watch.step()) stop_if_cancelled();
  const WatchTiming& timing = watch.timing();
  const double seen = to_seconds(watch.seen_until());
  Measurement& speed =
      add("watch_x_realtime", "watch", "speed", seen / timing.wall_seconds, "x real time");
  const auto frames = static_cast<double>(watch.frames());
  const double tokens =
      frames / static_cast<double>(model().info().frames_per_unit) * model().info().tokens_per_unit;
  const double context = static_cast<double>(runtime_->sinks().tokens) +
                         std::min(tokens / 2, static_cast<double>(window.window_units) *
                                                  model().info().tokens_per_unit);
  const auto bytes = static_cast<double>(store->record().bytes);
  Work work;
  work.operations = frames * costs_.vision + tokens * (costs_.token + costs_.attention * context);
  work.frames = static_cast<double>(watch.sampler_summary().frames_decoded);
  work.disk_write_bytes = bytes;
  bound(Limit::mixed, work, timing.wall_seconds);
  const auto part = [&](double seconds) {
    return number(std::round(100 * seconds / timing.wall_seconds)) + " %";
  };
  speed.note = format_time(watch.seen_until()) + " seen; decode " + part(timing.decode_seconds) +
               ", vision " + part(timing.vision_seconds) + ", prefill " +
               part(timing.prefill_seconds) + ", write " + part(timing.write_seconds);
  Measurement& memory_used = add("watch_peak_rss_mb", "watch", "most memory",
                                 static_cast<double>(peak.bytes()) / 1e6, "MB");
  memory_used.note = peak.since_construction()
                         ? "resident, touched weights of mapped files included"
                         : "since the program started";
  if (backend().info().kind != kernels::DeviceKind::cpu) {
    const kernels::DeviceInfo device = backend().info();
    add("watch_device_mb", "watch", "device memory",
        static_cast<double>(device.memory_total - device.memory_free) / 1e6, "MB");
  }
  Measurement& writing = add("watch_write_mb_per_s", "watch", "committing chunks",
                             bytes / timing.write_seconds / 1e6, "MB/s");
  bound(Limit::disk_write, {.disk_write_bytes = bytes}, timing.write_seconds);
  writing.note = "each synced before the next begins";
  Measurement& size =
      add("memory_mb_per_hour", "size", "on disk, measured", bytes / seen * 3600 / 1e6, "MB/h");
  size.note = std::string(kernels::kv_codec_name(runtime_->shape().codec)) + ", the codec in use";
}

void Bench::bytes_per_hour() {
  const model::ModelInfo& info = model().info();
  for (const auto codec : {kernels::KvCodec::bf16, kernels::KvCodec::i8, kernels::KvCodec::i4}) {
    memory::MemoryShape shape = runtime_->shape();
    shape.codec = codec;
    const double block = static_cast<double>(shape.layers) *
                             static_cast<double>(shape.layout(info.tokens_per_unit).bytes()) +
                         2.0 * static_cast<double>(shape.mean_key_elements());
    const std::string name(kernels::kv_codec_name(codec));
    Measurement& size = add("memory_" + name + "_mb_per_hour", "size", name + ", from the shape",
                            block * units_per_hour() / 1e6, "MB/h");
    size.note = std::to_string(info.tokens_per_unit) + " tokens per " +
                number(to_seconds(runtime_->default_interval() * info.frames_per_unit)) + " s";
  }
}

// --- Looking through long memories
// ----------------------------------------------------------------

memory::KvBlock Bench::copy_of_block(BlockId id, std::uint32_t& state) const {
  memory::KvBlock block = block_;
  const Micros length = runtime_->default_interval() * model().info().frames_per_unit;
  block.info.id = id;
  block.info.time = {id * length, (id + 1) * length};
  block.info.shown_at = block.info.time.begin;
  fill_keys(block.mean_keys, state);
  return block;
}

void Bench::scoring() {
  memory::BlockIndex::Identity identity;
  identity.fingerprint = runtime_->memory_fingerprint();
  identity.shape = runtime_->shape();
  identity.shape.layers = 1;  // a layer's keys lie together, and one is like another
  const memory::MemoryShape& shape = identity.shape;
  const double keys_per_block = static_cast<double>(shape.mean_key_elements());
  const Tensor query = backend().allocate(
      DType::f32, {model().decoder().config().heads, model().decoder().config().head_dim});
  const Tensor source = backend().allocate(DType::f32, {2, query.dim(0), query.dim(1)});
  std::vector<float> values(static_cast<std::size_t>(source.shape().elements()), 0.1F);
  backend().upload(values.data(), source);
  backend().mean_rows(source, query);

  std::vector<double> hours = options_.hours;
  std::sort(hours.begin(), hours.end());
  const std::filesystem::path path = folder_ / "scoring.ltidx";
  memory::BlockIndex index(path, identity, 0, File::Mode::create);
  std::uint32_t state = 1;
  for (const double length : hours) {
    const std::string name = number(length) + " h";
    next("scoring " + name + " of blocks");
    const auto blocks =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(length * units_per_hour()));
    while (index.count() < blocks) {
      std::vector<memory::KvBlock> batch(
          static_cast<std::size_t>(std::min<std::int64_t>(4096, blocks - index.count())));
      for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i].info.id = index.count() + static_cast<BlockId>(i);
        batch[i].mean_keys.resize(static_cast<std::size_t>(shape.mean_key_elements()));
        fill_keys(batch[i].mean_keys, state);
      }
      index.write(batch);
      index.publish(index.count() + static_cast<std::int64_t>(batch.size()));
      stop_if_cancelled();
    }

    std::vector<float> scores;
    const auto look = [&] {
      return seconds_of([&] {
        for (BlockId id = 0; id < blocks;) {
          const auto keys = index.mean_keys(0, id, blocks - id);
          const auto count =
              static_cast<std::int64_t>(static_cast<double>(keys.size()) / keys_per_block);
          scores.resize(static_cast<std::size_t>(shape.kv_heads * count));
          backend().score_blocks(
              query,
              Tensor::borrow(static_cast<const void*>(keys.data()), DType::f16,
                             {count, shape.kv_heads, shape.head_dim}),
              Tensor::borrow(scores.data(), DType::f32, {shape.kv_heads, count}));
          id += count;
        }
      });
    };
    const double first = look();
    const double seconds = typical(look);
    Measurement& measurement = add("score_layer_ms_" + number(length) + "h", "scoring",
                                   name + ", one layer", seconds * 1e3, "ms");
    bound(Limit::memory, {.memory_bytes = 2 * static_cast<double>(blocks) * keys_per_block},
          seconds);
    measurement.note = std::to_string(blocks) + " blocks; the first time, with checksums, " +
                       number(first * 1e3) + " ms";
    question_over(EndlessMemory(runtime_->shape(), block_, index), number(length) + "h", name);
  }
}

AnswerOptions Bench::answer_options(int tokens) const {
  AnswerOptions options = runtime_->answer_options();
  options.verify = false;
  options.generate.max_tokens = tokens;
  return options;
}

// A whole question: scores of all layers, standardised, and the choice of blocks.
void Bench::question_over(const EndlessMemory& memory, const std::string& suffix,
                          const std::string& length) {
  memory::BlockCache cache(runtime_options_.cache_bytes);
  Answerer answerer(model(), runtime_->sinks(), runtime_->calibration(), cache);
  std::vector<double> score;
  std::vector<double> total;
  typical([&] {
    const AnswerResult result = answerer.ask(kQuestion, {{&memory, kAlways}}, answer_options(1));
    score.push_back(result.timing.score_ms);
    total.push_back(result.timing.prefill_ms);
    return 0.0;
  });
  cache.forget(memory);
  const double score_ms = median(score);
  Measurement& measurement =
      add("score_question_ms_" + suffix, "scoring", length + ", a whole question", score_ms, "ms");
  measurement.note = "all layers, and the choice; " +
                     number(std::round(100 * score_ms / median(total))) +
                     " % of the time to the first token";
}

// --- Answering
// ------------------------------------------------------------------------------------

void Bench::fill_long_memory(store::MemoryStore& store, std::int64_t blocks) const {
  constexpr std::int64_t kBatch = 64;
  std::uint32_t state = 1;
  while (store.count() < blocks) {
    stop_if_cancelled();
    std::vector<memory::KvBlock> batch;
    const BlockId end = std::min(blocks, store.count() + kBatch);
    for (BlockId id = store.count(); id < end; ++id) batch.push_back(copy_of_block(id, state));
    store.append(std::move(batch), end);
  }
  store.finish();
}

// Tokens per second of a long answer, without end-of-answer tokens in the way.
double Bench::generation_rate(const memory::BlockSource& source, memory::BlockCache& cache,
                              double& context) const {
  const int tokens = options_.quick ? 16 : 48;
  const AnswerOptions answer = runtime_->answer_options();
  const model::PromptPart prompt = model().prompt_after(kQuestion);
  memory::RecallOptions options;
  options.budget = answer.budget;
  options.recent = answer.recent;
  options.tail_tokens = static_cast<std::int64_t>(prompt.ids.size()) + tokens;
  options.dtype = answer.working_dtype;
  ChosenBlocks chosen;
  memory::Recall recall(backend(), model().decoder().config().rope, runtime_->sinks(),
                        runtime_->calibration(), cache, {{&source, 0, source.count()}}, options,
                        &chosen);
  recall.begin_prompt(static_cast<std::int64_t>(prompt.question_begin),
                      static_cast<std::int64_t>(prompt.question_end));
  recall.record_from(static_cast<std::int64_t>(prompt.ids.size()) - 1);
  const std::int64_t width = model().decoder().config().width;
  const auto rows = static_cast<std::int64_t>(prompt.ids.size());
  const Tensor all = backend().allocate(backend().activation_dtype(), {rows, width});
  model().embed(prompt.ids, all);
  model().decoder().forward(all, recall);
  std::vector<float> logits;
  const Tensor row = backend().allocate(backend().activation_dtype(), {1, width});
  const double seconds = seconds_of([&] {
    for (int i = 0; i < tokens; ++i) {
      model().embed(std::span(prompt.ids).last(1), row);
      model().decoder().forward(row, recall);
      model().decoder().logits(row, logits);
    }
  });
  context = context_tokens(chosen) + static_cast<double>(rows) + tokens / 2.0;
  return tokens / seconds;
}

void Bench::answer() {
  next("making a long memory");
  // An hour, if that is not too much to write; more than a question takes in any case.
  const AnswerOptions settings = answer_options(options_.quick ? 8 : 32);
  const double most = options_.quick ? 200e6 : 2.5e9;
  const double block_bytes = payload_bytes() * static_cast<double>(runtime_->shape().layers);
  const auto blocks = std::max<std::int64_t>(
      2 * (settings.budget + settings.recent),
      static_cast<std::int64_t>(std::min(units_per_hour(), most / block_bytes)));
  store::Memory memory;
  memory.video_id = library_->list_videos().front().id;
  memory.model = model().info().name;
  memory.fingerprint = Hasher().add(std::string_view("a long memory")).finish().to_hex();
  memory.shape = runtime_->shape();
  memory.interval = runtime_->default_interval();
  memory.id = library_->create_memory(memory);
  fill_long_memory(*library_->open_memory(memory.id), blocks);
  const std::filesystem::path files = library_->memory_folder(memory.id);
  const std::string what =
      std::to_string(blocks) + " blocks, " + megabytes(block_bytes * static_cast<double>(blocks));

  next("asking");
  std::shared_ptr<store::MemoryStore> store;
  std::unique_ptr<memory::BlockCache> cache;
  ChosenBlocks chosen;
  const auto prompt_tokens = static_cast<double>(model().prompt_after(kQuestion).ids.size());
  const auto ask = [&] {
    Answerer answerer(model(), runtime_->sinks(), runtime_->calibration(), *cache);
    return answerer.ask(kQuestion, {{store.get(), kAlways}}, settings, {}, &chosen);
  };
  for (const bool cold : {true, false}) {
    std::vector<double> first;
    std::vector<double> score;
    std::vector<double> load;
    typical([&] {
      if (cold || store == nullptr) {
        if (cache != nullptr) cache->forget(*store);
        store.reset();  // unmaps the index
        drop_folder_from_page_cache(files);
        cache = std::make_unique<memory::BlockCache>(runtime_options_.cache_bytes);
        store = library_->open_memory(memory.id);
      }
      const AnswerTiming timing = ask().timing;
      // Text appears with the first complete character; without any, the prompt's pass counts.
      first.push_back(timing.first_token_ms > 0 ? timing.first_token_ms : timing.prefill_ms);
      score.push_back(timing.score_ms);
      load.push_back(timing.load_ms);
      return 0.0;
    });
    if (first.size() > 1) {  // the warm-up
      for (auto* values : {&first, &score, &load}) values->erase(values->begin());
    }
    const std::string key = cold ? "_cold" : "_warm";
    const std::string name = cold ? ", cold" : ", warm";
    const double first_ms = median(first);
    const double load_ms = median(load);
    const double loaded = static_cast<double>(chosen.payloads()) * payload_bytes();
    Measurement& token =
        add("first_token_ms" + key, "answer", "first token" + name, first_ms, "ms");
    Work blocks_work;
    if (cold) {
      blocks_work.disk_read_bytes = loaded;
      blocks_work.disk_reads = static_cast<double>(chosen.payloads());
    } else {
      blocks_work.memory_bytes = loaded;
    }
    Work token_work = blocks_work;
    token_work.operations = costs_.prefill(prompt_tokens, context_tokens(chosen)) + costs_.head;
    token_work.memory_bytes += costs_.weight_bytes;
    bound(Limit::mixed, token_work, first_ms / 1e3);
    token.note = what;
    add("score_ms" + key, "answer", "scoring" + name, median(score), "ms");
    Measurement& loading = add("load_ms" + key, "answer", "loading blocks" + name, load_ms, "ms");
    bound(cold ? Limit::disk_read : Limit::memory, blocks_work, load_ms / 1e3);
    loading.note = std::to_string(chosen.payloads()) + " payloads, " + megabytes(loaded) +
                   ", decoded and rotated";
  }

  double context = 0;
  const double rate = typical([&] { return generation_rate(*store, *cache, context); });
  Measurement& decode = add("decode_tokens_per_s", "answer", "generating", rate, "tokens/s");
  const double context_bytes = context * 2 *
                               static_cast<double>(runtime_->shape().mean_key_elements()) *
                               static_cast<double>(kernels::dtype_bytes(settings.working_dtype, 1));
  bound(Limit::memory, {.memory_bytes = costs_.weight_bytes + context_bytes}, 1 / rate);
  decode.note = megabytes(costs_.weight_bytes) + " of weights and " + megabytes(context_bytes) +
                " of context per token";
  cache->forget(*store);

  next("reopening");
  for (const bool cold : {true, false}) {
    const double seconds = typical([&] {
      store.reset();
      library_.reset();
      if (cold) drop_folder_from_page_cache(folder_ / "library");
      return seconds_of([&] {
        library_ = store::Library::open(folder_ / "library", store::Library::Access::write);
        store = library_->open_memory(memory.id);
      });
    });
    Measurement& reopened =
        add(cold ? "reopen_ms_cold" : "reopen_ms_warm", "reopening",
            std::string("library and memory, ") + (cold ? "cold" : "warm"), seconds * 1e3, "ms");
    reopened.note = what + "; the last append is checked";
  }
  store.reset();
  library_.reset();
}

void Bench::reopening() {
  constexpr int kVideos = 100;
  const std::filesystem::path path = folder_ / "many";
  {
    const auto library = store::Library::open(path, store::Library::Access::write);
    for (int i = 0; i < kVideos; ++i) {
      store::Video video;
      video.name = "video-" + std::to_string(i) + ".mp4";
      video.path = path / video.name;
      video.content_id = Hasher().add(std::string_view(video.name)).finish().to_hex();
      video.duration = kHour;
      store::Memory memory;
      memory.video_id = library->add_video(video);
      memory.model = model().info().name;
      memory.fingerprint = runtime_->memory_fingerprint();
      memory.shape = runtime_->shape();
      memory.interval = runtime_->default_interval();
      library->create_memory(memory);
    }
  }
  const double seconds = typical([&] {
    std::unique_ptr<store::Library> library;
    return seconds_of([&] {
      library = store::Library::open(path, store::Library::Access::write);
      for (const store::Video& video : library->list_videos()) library->list_memories(video.id);
    });
  });
  add("open_library_ms", "reopening", "library of 100 videos, listed", seconds * 1e3, "ms");
}

}  // namespace

BenchReport bench(const BenchOptions& options,
                  const std::function<void(const std::string&)>& progress,
                  const std::function<bool()>& cancelled) {
  return Bench(options, progress, cancelled).run();
}

const char* limit_name(Limit limit) {
  switch (limit) {
    case Limit::none:
      break;
    case Limit::gemm:
      return "gemm";
    case Limit::memory:
      return "memory";
    case Limit::disk_read:
      return "disk_read";
    case Limit::disk_write:
      return "disk_write";
    case Limit::decoder:
      return "decoder";
    case Limit::mixed:
      return "mixed";
  }
  return "";
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace longtake::session
