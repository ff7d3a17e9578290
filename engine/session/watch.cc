#include "engine/session/watch.h"

#include <algorithm>
#include <utility>

namespace longtake::session {

namespace {

// Adds the time from its construction to its destruction.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds), start_(monotonic_us()) {}
  ~Stopwatch() { seconds_ += to_seconds(monotonic_us() - start_); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& seconds_;
  const std::int64_t start_;
};

media::SamplerOptions sampler_options(const WatchOptions& options, std::int64_t first_index) {
  media::SamplerOptions sampler;
  sampler.interval = options.interval;
  sampler.mode = options.sampling;
  sampler.first_index = first_index;
  sampler.cancel = options.cancel;
  sampler.decoding = options.decoding;
  sampler.as_decoded = true;
  return sampler;
}

}  // namespace

memory::StreamWindowOptions window_options(const model::ModelInfo& model,
                                           const WatchOptions& options) {
  const std::int64_t window_tokens =
      model.window_tokens > 0 ? model.window_tokens : options.window_tokens;
  const std::int64_t chunk_tokens =
      model.chunk_tokens > 0 ? model.chunk_tokens : options.chunk_tokens;
  memory::StreamWindowOptions window;
  window.window_units = std::max<std::int64_t>(1, window_tokens / model.tokens_per_unit);
  window.chunk_units =
      std::clamp<std::int64_t>(chunk_tokens / model.tokens_per_unit, 1, window.window_units);
  window.dtype = options.window_dtype;
  return window;
}

model::Picture picture_of(const media::SampledFrame& frame) {
  const media::Image& image = frame.image;
  return {image.rgb.data(), image.width, image.height, frame.decoded.get()};
}

Watch::Watch(model::Model& model, const memory::Sinks& sinks, store::MemoryStore& store,
             const std::string& path, const WatchOptions& options)
    : model_(model),
      store_(store),
      options_(options),
      window_options_(window_options(model.info(), options)),
      window_(model.backend(), model.decoder().config().rope, sinks, store.shape(),
              model.unit_positions(), model.info().extent_per_unit, window_options_),
      sampler_(std::make_unique<media::FrameSampler>(
          path, sampler_options(options, store.record().next_index))) {
  window_.resume(store);
  if (store.count() > 0) resumed_at_ = store.info(store.count() - 1).time.end;
  seen_until_ = enqueued_until_ = resumed_at_;
}

Watch::~Watch() = default;

const media::VideoInfo& Watch::video() const {
  return sampler_->info();
}

std::vector<media::SampledFrame> Watch::collect() {
  const Stopwatch stopwatch(timing_.decode_seconds);
  const auto wanted =
      static_cast<std::size_t>(window_options_.chunk_units * model_.info().frames_per_unit);
  std::vector<media::SampledFrame> frames;
  while (frames.size() < wanted) {
    std::optional<media::SampledFrame> frame = sampler_->next();
    if (!frame) break;
    frames.push_back(std::move(*frame));
  }
  return frames;
}

std::vector<memory::BlockInfo> Watch::describe(
    const std::vector<media::SampledFrame>& frames) const {
  const auto per_unit = static_cast<std::size_t>(model_.info().frames_per_unit);
  const Micros duration = sampler_->info().duration;
  std::vector<memory::BlockInfo> units;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const media::SampledFrame& frame = frames[i];
    // The duration ends the last block, unless this very picture proves it wrong.
    Micros end = frame.instant + options_.interval;
    if (frame.instant < duration) end = std::min(end, duration);
    if (i % per_unit == 0) {
      memory::BlockInfo& unit = units.emplace_back();
      unit.id = window_.next_unit() + static_cast<memory::BlockId>(i / per_unit);
      // A key frame that stands for an instant may be shown before it; one that is merely shown for
      // long is what the viewer sees at the instant.
      const bool early = options_.sampling == media::SamplingMode::keyframes;
      unit.time = {early ? std::min(frame.instant, frame.pts) : frame.instant, end};
      unit.shown_at = frame.pts;
      unit.grid_h = model_.info().grid_h;
      unit.grid_w = model_.info().grid_w;
    } else {
      units.back().time.end = std::max(units.back().time.end, end);
    }
  }
  return units;
}

// Tower and decoder. With a device of its own, both are only enqueued, and the chunk before this
// one is taken in between, when its pass is over and the next one is not yet under way.
void Watch::see(const std::vector<media::SampledFrame>& frames) {
  std::vector<model::Picture> pictures;
  for (const media::SampledFrame& frame : frames) pictures.push_back(picture_of(frame));
  const std::int64_t units =
      static_cast<std::int64_t>(frames.size()) / model_.info().frames_per_unit;
  const std::int64_t tokens = units * model_.info().tokens_per_unit;
  kernels::Backend& backend = model_.backend();
  if (!hidden_ || hidden_.rows() != tokens) {
    hidden_ =
        backend.allocate(backend.activation_dtype(), {tokens, model_.decoder().config().width});
  }
  {
    const Stopwatch stopwatch(timing_.vision_seconds);
    model_.encode(pictures, hidden_);
  }
  std::vector<memory::KvBlock> finished;
  const InFlight before = std::exchange(in_flight_, {});
  {
    const Stopwatch stopwatch(timing_.prefill_seconds);
    if (before.frames > 0) finished = window_.take_blocks();
    std::vector<memory::BlockInfo> described = describe(frames);
    enqueued_until_ = described.back().time.end;
    window_.begin_chunk(std::move(described));
    model_.decoder().forward(hidden_, window_);
  }
  in_flight_ = {static_cast<std::int64_t>(frames.size()), frames.back().index + 1};
  if (!finished.empty()) append(std::move(finished), before);
}

void Watch::append(std::vector<memory::KvBlock> blocks, const InFlight& chunk) {
  const Stopwatch stopwatch(timing_.write_seconds);
  const Micros end = blocks.back().info.time.end;
  store_.append(std::move(blocks), chunk.next_index, chunk.frames);
  seen_until_ = end;
  frames_ += chunk.frames;
}

void Watch::commit() {
  if (in_flight_.frames == 0) return;
  std::vector<memory::KvBlock> blocks;
  {
    const Stopwatch stopwatch(timing_.prefill_seconds);
    blocks = window_.take_blocks();
  }
  append(std::move(blocks), std::exchange(in_flight_, {}));
}

bool Watch::step() {
  if (finished_) return false;
  const Stopwatch wall(timing_.wall_seconds);
  // `until` counts what is in flight too.
  if (options_.until && enqueued_until_ >= *options_.until) {
    commit();
    return false;
  }
  std::vector<media::SampledFrame> frames = collect();
  // Whoever cancels leaves pictures behind, which may be the last ones.
  const bool at_end = sampler_->summary().reached_end && !is_cancelled();
  const auto per_unit = static_cast<std::size_t>(model_.info().frames_per_unit);
  const std::size_t chunk_frames = static_cast<std::size_t>(window_options_.chunk_units) * per_unit;
  const bool cut_short = frames.size() < chunk_frames;
  // A chunk that was cut short by cancelling would shift all later ones: it is left for the next
  // time.
  if (cut_short && !at_end) {
    commit();
    return false;
  }
  if (!frames.empty()) {
    // A family that joins frames sees the last one twice when the video ends in the middle of a
    // unit.
    while (frames.size() % per_unit != 0) frames.push_back(frames.back());
    see(frames);
  }
  if (!options_.overlapped || cut_short) commit();
  if (cut_short) {
    store_.finish();
    finished_ = true;
  }
  return !frames.empty();
}

}  // namespace longtake::session
