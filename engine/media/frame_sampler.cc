#include "engine/media/frame_sampler.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <thread>
#include <utility>

#include "engine/base/thread_annotations.h"
#include "engine/media/frame_converter.h"
#include "engine/media/frame_walker.h"
#include "engine/media/media_input.h"

namespace longtake::media {

namespace {

SamplerOptions checked(SamplerOptions options) {
  if (!options.rate.known() && options.interval <= 0) {
    throw Error(ErrorCode::bad_argument, "The sampling interval must be longer than zero.");
  }
  if (options.first_index < 0)
    throw Error(ErrorCode::bad_argument, "The first index must not be negative.");
  options.decode_ahead = std::clamp(options.decode_ahead, 1, 64);
  return options;
}

Instants grid_of(const SamplerOptions& options) {
  return Instants::grid(options.interval, options.rate, options.first_index, options.until);
}

}  // namespace

struct FrameSampler::State {
  State(const std::string& path_or_url, SamplerOptions given)
      : options(checked(std::move(given))),
        input(path_or_url, &stopping, options.cancel),
        walker(input, grid_of(options), options.mode, options.threads, options.decode_everything),
        converter({input.info().rotation_degrees, input.info().mirrored}, options.max_width,
                  options.max_height) {}

  void run();
  void work();

  const SamplerOptions options;
  std::atomic<bool> stopping{false};
  MediaInput input;  // input, walker and converter belong to the thread once it runs
  FrameWalker walker;
  FrameConverter converter;

  Mutex mutex;
  CondVar changed;
  std::deque<SampledFrame> queue LT_GUARDED_BY(mutex);
  bool done LT_GUARDED_BY(mutex) = false;
  std::exception_ptr failure LT_GUARDED_BY(mutex);
  Summary summary LT_GUARDED_BY(mutex);

  std::thread thread;
};

void FrameSampler::State::work() {
  std::shared_ptr<const AVFrame> last_frame;
  Image last_image;
  std::int64_t unusable = 0;
  while (!stopping) {
    std::optional<WalkedFrame> walked = walker.next();
    if (!walked || stopping) break;
    SampledFrame sampled{walked->index, walked->instant, walked->pts, {}};
    if (walked->frame != last_frame) {
      try {
        last_image = converter.convert(
            *walked->frame, input.sample_aspect(const_cast<AVFrame*>(walked->frame.get())));
      } catch (const Error&) {
        // A stream that changes to an impossible format is damage; one that never shows anything is
        // not a video.
        if (last_image.empty() && ++unusable > 16) throw;
        if (last_image.empty()) continue;
      }
      last_frame = walked->frame;
    }
    sampled.image = last_image;
    MutexLock lock(mutex);
    while (queue.size() >= static_cast<std::size_t>(options.decode_ahead) && !stopping)
      changed.wait(mutex);
    summary = walker.summary();
    queue.push_back(std::move(sampled));
    changed.notify_all();
  }
}

void FrameSampler::State::run() {
  std::exception_ptr caught;
  try {
    work();
  } catch (...) {
    caught = std::current_exception();
  }
  MutexLock lock(mutex);
  failure = caught;
  summary = walker.summary();
  done = true;
  changed.notify_all();
}

FrameSampler::FrameSampler(const std::string& path_or_url, SamplerOptions options)
    : state_(std::make_unique<State>(path_or_url, std::move(options))) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

FrameSampler::~FrameSampler() {
  stop();
  if (state_->thread.joinable()) state_->thread.join();
}

const VideoInfo& FrameSampler::info() const {
  return state_->input.info();
}

const SamplerOptions& FrameSampler::options() const {
  return state_->options;
}

Micros FrameSampler::instant_of(std::int64_t index) const {
  return *Instants::grid(state_->options.interval, state_->options.rate, 0, std::nullopt)
              .time_of(index);
}

std::optional<SampledFrame> FrameSampler::next() {
  MutexLock lock(state_->mutex);
  while (state_->queue.empty() && !state_->done && !state_->stopping)
    state_->changed.wait(state_->mutex);
  if (state_->stopping) return std::nullopt;
  if (state_->queue.empty()) {
    if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
    return std::nullopt;
  }
  SampledFrame frame = std::move(state_->queue.front());
  state_->queue.pop_front();
  state_->changed.notify_all();
  return frame;
}

void FrameSampler::stop() {
  MutexLock lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_all();
}

FrameSampler::Summary FrameSampler::summary() const {
  MutexLock lock(state_->mutex);
  return state_->summary;
}

}  // namespace longtake::media
