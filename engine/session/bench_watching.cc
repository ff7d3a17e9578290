// The bench's stages of watching: decoding, vision, prefill, the whole of it.
#include "engine/memory/ram_blocks.h"
#include "engine/session/bench_run.h"
#include "engine/session/catalogue.h"
#include "engine/session/watch.h"

namespace longtake::session {

using kernels::DType;
using kernels::Tensor;
using memory::BlockId;

// One pass over the beginning of the video; returns its seconds.
double BenchRun::sampler_pass(media::SamplerOptions options, media::FrameSampler::Summary& summary,
                              std::int64_t& frames) const {
  options.until = footage();
  frames = 0;
  return seconds_of([&] {
    media::FrameSampler sampler(video_.string(), options);
    while (sampler.next()) ++frames;
    summary = sampler.summary();
  });
}

void BenchRun::decode() {
  next("decoding");
  const Micros duration = media::probe(video_.string()).duration;
  const Micros seen = duration > 0 ? std::min(duration, footage()) : footage();
  media::FrameSampler::Summary summary;
  std::int64_t frames = 0;

  // The limit: every frame decoded, next to none delivered.
  media::SamplerOptions everything;
  everything.interval = std::max<Micros>(1, seen - 1);
  everything.decode_everything = true;
  everything.decoding = runtime_->watch_options().decoding;
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
    options.decoding = everything.decoding;
    options.as_decoded = true;  // as Watch
    const double seconds = typical([&] { return sampler_pass(options, summary, frames); });
    const std::string name = exact ? "exact" : "keyframes";
    Measurement& rate = add("decode_" + name + "_frames_per_s", "decode", name,
                            static_cast<double>(frames) / seconds, "frames/s");
    bound(Limit::decoder, {.frames = static_cast<double>(summary.frames_decoded)}, seconds);
    rate.note = "one in " + number(to_seconds(options.interval)) + " s; " +
                std::to_string(summary.frames_decoded) + " decoded for " + std::to_string(frames);
    if (summary.frames_in_hardware > 0) {
      rate.note += ", " + std::to_string(summary.frames_in_hardware) + " in hardware";
    }
    add("decode_" + name + "_x_realtime", "decode", name, to_seconds(seen) / seconds,
        "x real time");
  }
}

void BenchRun::vision() {
  next("encoding pictures");
  media::SamplerOptions options;
  options.as_decoded = true;  // as Watch
  media::FrameSampler sampler(video_.string(), options);
  const std::optional<media::SampledFrame> frame = sampler.next();
  if (!frame) throw Error(ErrorCode::corrupt_data, video_.string() + ": it has no picture");
  const memory::StreamWindowOptions window =
      window_options(model().info(), runtime_->watch_options());
  const std::int64_t frames = window.chunk_units * model().info().frames_per_unit;
  const std::vector<model::Picture> pictures(static_cast<std::size_t>(frames), picture_of(*frame));
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

memory::StreamWindow BenchRun::make_window(const memory::StreamWindowOptions& settings) const {
  return {backend(),         model().decoder().config().rope, runtime_->sinks(),
          runtime_->shape(), model().unit_positions(),        model().info().extent_per_unit,
          settings};
}

std::vector<memory::BlockInfo> BenchRun::unit_infos(BlockId first, std::int64_t count) const {
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

void BenchRun::prefill() {
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
        picture_of(*frame));
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

void BenchRun::watch() {
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

void BenchRun::bytes_per_hour() {
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

}  // namespace longtake::session
