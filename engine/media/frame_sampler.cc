#include "engine/media/frame_sampler.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <thread>
#include <utility>

#include "engine/base/log.h"
#include "engine/base/thread_annotations.h"
#include "engine/media/frame_converter.h"
#include "engine/media/frame_walker.h"
#include "engine/media/hardware.h"
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

}  // namespace

struct FrameSampler::State {
  State(const std::string& path_or_url, SamplerOptions given)
      : options(checked(std::move(given))),
        input(open(path_or_url)),
        info(input->info()),
        next_index(options.first_index),
        converter({info.rotation_degrees, info.mirrored}, options.max_width, options.max_height) {}

  std::unique_ptr<MediaInput> open(const std::string& path_or_url) {
    return std::make_unique<MediaInput>(path_or_url, &stopping, options.cancel);
  }
  bool stopped() const { return stopping || (options.cancel != nullptr && *options.cancel); }
  void run();
  void work();
  std::shared_ptr<Hardware> wished_hardware() const;
  void begin_walk(WalkOptions walk);
  std::optional<WalkedFrame> walk();
  std::optional<WalkedFrame> walk_or_leave();
  void leave_hardware(const Error& why);
  void note_hardware() const;

  const SamplerOptions options;
  std::atomic<bool> stopping{false};
  std::unique_ptr<MediaInput> input;  // this and what follows belongs to the thread once it runs
  const VideoInfo info;
  std::unique_ptr<FrameWalker> walker;
  bool in_hardware = false;
  std::int64_t next_index;  // follows the last picture that the walker gave
  FrameConverter converter;

  Mutex mutex;
  CondVar changed;
  std::deque<SampledFrame> queue LT_GUARDED_BY(mutex);
  bool done LT_GUARDED_BY(mutex) = false;
  std::exception_ptr failure LT_GUARDED_BY(mutex);
  Summary summary LT_GUARDED_BY(mutex);

  std::thread thread;
};

std::shared_ptr<Hardware> FrameSampler::State::wished_hardware() const {
  // What cannot be read twice could not go on in software where it was.
  if (options.decoding == Decoding::software || is_url(info.path)) return nullptr;
  return find_hardware(input->parameters());
}

void FrameSampler::State::begin_walk(WalkOptions walk) {
  in_hardware = walk.hardware != nullptr;
  walk.mode = options.mode;
  walk.threads = options.threads;
  walk.decode_everything = options.decode_everything;
  walker = std::make_unique<FrameWalker>(
      *input, Instants::grid(options.interval, options.rate, next_index, options.until),
      std::move(walk));
}

std::optional<WalkedFrame> FrameSampler::State::walk_or_leave() {
  try {
    if (walker == nullptr) begin_walk({.hardware = wished_hardware()});
    return walker->next();
  } catch (const Error& error) {
    if (!in_hardware) throw;
    leave_hardware(error);
  }
  return walker->next();
}

std::optional<WalkedFrame> FrameSampler::State::walk() {
  std::optional<WalkedFrame> walked = walk_or_leave();
  if (walked) next_index = walked->index + 1;
  return walked;
}

// As after any interruption: a resume gives the frames of an uninterrupted run.
void FrameSampler::State::leave_hardware(const Error& why) {
  log("media").info("{}: goes on in software: {}", info.path, why.message());
  WalkOptions walk;
  if (walker) walk.before = walker->own_summary();
  walker.reset();
  if (!input->can_seek() || !input->rewind()) input = open(info.path);
  begin_walk(std::move(walk));
}

void FrameSampler::State::note_hardware() const {
  if (walker == nullptr) return;
  const Summary so_far = walker->summary();
  if (so_far.frames_in_hardware == 0) return;
  log("media").info("{}: the graphics card decoded {} of {} frames", info.path,
                    so_far.frames_in_hardware, so_far.frames_decoded);
}

void FrameSampler::State::work() {
  std::shared_ptr<const AVFrame> last_frame;
  Image last_image;
  std::shared_ptr<const kernels::YuvPicture> last_decoded;
  const auto none_yet = [&] { return last_image.empty() && last_decoded == nullptr; };
  std::int64_t unusable = 0;
  bool stands_in = false;  // what is shown for last_frame is the picture before it
  while (!stopped()) {
    std::optional<WalkedFrame> walked = walk();
    if (!walked || stopped()) break;
    SampledFrame sampled{walked->index, walked->instant, walked->pts, {}};
    if (walked->frame != last_frame) {
      const AVRational aspect = input->sample_aspect(const_cast<AVFrame*>(walked->frame.get()));
      std::shared_ptr<const kernels::YuvPicture> decoded;
      if (options.as_decoded) decoded = converter.as_decoded(walked->frame, aspect);
      stands_in = false;
      try {
        if (decoded == nullptr) last_image = converter.convert(*walked->frame, aspect);
        last_decoded = std::move(decoded);
      } catch (const Error& error) {
        // A stream that changes to an impossible format is damage; one that never shows anything is
        // not a video.
        if (error.code() != ErrorCode::unsupported || (none_yet() && ++unusable > 16)) throw;
        stands_in = true;
      }
      if (!none_yet()) last_frame = walked->frame;
    }
    if (stands_in) walker->refuse(*walked);
    if (none_yet()) continue;
    sampled.decoded = last_decoded;
    if (last_decoded == nullptr) sampled.image = last_image;
    MutexLock lock(mutex);
    while (queue.size() >= static_cast<std::size_t>(options.decode_ahead) && !stopping)
      changed.wait(mutex);
    summary = walker->summary();
    queue.push_back(std::move(sampled));
    changed.notify_all();
  }
}

void FrameSampler::State::run() {
  std::exception_ptr caught;
  try {
    work();
    note_hardware();
  } catch (...) {
    caught = std::current_exception();
  }
  MutexLock lock(mutex);
  failure = caught;
  if (walker != nullptr) summary = walker->summary();
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
  return state_->info;
}

std::optional<SampledFrame> FrameSampler::next() {
  MutexLock lock(state_->mutex);
  // Who cancels wakes nobody: the thread does, as it ends or comes to its next picture.
  while (state_->queue.empty() && !state_->done && !state_->stopping)
    state_->changed.wait(state_->mutex);
  if (state_->stopped()) return std::nullopt;
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
