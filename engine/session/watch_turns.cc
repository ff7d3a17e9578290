#include "engine/session/watch_turns.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/base/log.h"
#include "engine/session/source_file.h"
#include "engine/store/memory_store.h"
#include "kernels/error.h"

namespace longtake::session {

struct WatchTurns::Turn {
  const RequestId request;
  const WatchVideo command;
  std::atomic<bool> cancelled = false;
  // Set by the device's thread, which alone uses what follows.
  std::atomic<std::int64_t> memory = 0;  // stays when the device fails; the two below do not
  std::shared_ptr<store::MemoryStore> store = {};
  std::unique_ptr<Watch> watch = {};
  std::int64_t started_us = 0;
};

WatchTurns::WatchTurns(store::Library& library, DeviceRuntime& runtime, Emit emit)
    : library_(library), runtime_(runtime), emit_(std::move(emit)) {}

WatchTurns::~WatchTurns() = default;

// --- Any thread ---------------------------------------------------------------------------------

void WatchTurns::add(RequestId request, WatchVideo command) {
  auto turn = std::shared_ptr<Turn>(new Turn{.request = request, .command = std::move(command)});
  MutexLock lock(mutex_);
  turns_.push_back(std::move(turn));
}

bool WatchTurns::cancel_if(const std::function<bool(const Turn&)>& which, Turns& out) {
  bool ending = false;
  for (auto next = turns_.begin(); next != turns_.end();) {
    const auto turn = next++;
    if (!which(**turn)) continue;
    if (*turn == begun_) {
      ending = true;
      begun_->cancelled = true;
    } else {
      out.splice(out.end(), turns_, turn);
    }
  }
  return ending;
}

void WatchTurns::end_unbegun(const Turns& turns) const {
  for (const auto& turn : turns) emit_({turn->request, WatchEnded{}});
}

void WatchTurns::cancel(RequestId request) {
  Turns unbegun;
  {
    MutexLock lock(mutex_);
    cancel_if([&](const Turn& turn) { return turn.request == request; }, unbegun);
  }
  changed_.notify_all();
  end_unbegun(unbegun);
}

void WatchTurns::cancel_all() {
  MutexLock lock(mutex_);
  for (const auto& turn : turns_) turn->cancelled = true;
}

void WatchTurns::end_video(std::int64_t video) {
  Turns unbegun;
  {
    MutexLock lock(mutex_);
    const auto concerned = [video](const Turn& turn) { return turn.command.video == video; };
    while (cancel_if(concerned, unbegun)) changed_.wait(mutex_);
  }
  end_unbegun(unbegun);
}

bool WatchTurns::watches_memory(std::int64_t memory) {
  MutexLock lock(mutex_);
  return begun_ != nullptr && begun_->memory == memory;
}

bool WatchTurns::empty() {
  MutexLock lock(mutex_);
  return turns_.empty();
}

bool WatchTurns::is_ending() {
  MutexLock lock(mutex_);
  return begun_ != nullptr && begun_->cancelled;
}

// --- The device's thread ------------------------------------------------------------------------

void WatchTurns::take_turn() {
  std::shared_ptr<Turn> turn;
  {
    MutexLock lock(mutex_);
    if (turns_.empty()) return;
    turn = begun_ = turns_.front();
  }
  run_chunk(*turn);
}

void WatchTurns::end_memory(std::int64_t memory) {
  std::shared_ptr<Turn> ending;
  {
    MutexLock lock(mutex_);
    if (begun_ == nullptr || begun_->memory != memory) return;
    ending = begun_;
  }
  ending->cancelled = true;
  run_chunk(*ending);  // which ends it
}

void WatchTurns::let_go() {
  std::shared_ptr<Turn> turn;
  {
    MutexLock lock(mutex_);
    turn = begun_;
  }
  if (turn == nullptr) return;
  turn->watch.reset();
  turn->store.reset();
}

void WatchTurns::forget_all() {
  {
    MutexLock lock(mutex_);
    turns_.clear();
    begun_.reset();
  }
  changed_.notify_all();
}

std::shared_ptr<store::MemoryStore> WatchTurns::open_memory(const WatchVideo& command,
                                                            Micros& interval,
                                                            media::SamplingMode& sampling) {
  Runtime& loaded = runtime_.get();
  const std::string fingerprint = loaded.memory_fingerprint();
  const Micros wanted_interval = command.fps ? from_seconds(1 / *command.fps) : 0;  // 0: no wish
  const auto mode_name = [](media::SamplingMode mode) {
    return mode == media::SamplingMode::exact ? "exact" : "keyframes";
  };
  // The newest memory that the command's wishes allow; another rate or mode is another memory.
  std::optional<store::Memory> found;
  for (store::Memory& memory : library_.list_memories(command.video)) {
    if (memory.fingerprint != fingerprint) continue;
    if (wanted_interval != 0 && memory.interval != wanted_interval) continue;
    if (command.sampling && memory.mode != mode_name(*command.sampling)) continue;
    found = std::move(memory);
  }
  if (!found) {
    store::Memory memory;
    memory.video_id = command.video;
    memory.model = loaded.model().info().name;
    memory.fingerprint = fingerprint;
    memory.shape = loaded.shape();
    memory.interval = wanted_interval != 0 ? wanted_interval : loaded.default_interval();
    memory.mode = mode_name(command.sampling.value_or(media::SamplingMode::exact));
    memory.id = library_.create_memory(memory);
    found = memory;
  }
  interval = found->interval;
  sampling = found->mode == "exact" ? media::SamplingMode::exact : media::SamplingMode::keyframes;
  return library_.open_memory(found->id);
}

void WatchTurns::start(Turn& turn) {
  const store::Video video = require_video(library_, turn.command.video);
  WatchOptions options = runtime_.watch_options();
  turn.started_us = monotonic_us();
  turn.store = open_memory(turn.command, options.interval, options.sampling);
  options.until = turn.command.until;
  options.cancel = &turn.cancelled;
  turn.memory = turn.store->record().id;
  library_.set_memory_state(turn.memory, store::MemoryState::watching);
  if (turn.store->record().finished) return;  // nothing to do: no need to open the file
  // Not another file that has taken its place: that one's pictures would go on in this memory.
  const std::string source = require_source(video);
  Runtime& loaded = runtime_.get();
  try {
    turn.watch =
        std::make_unique<Watch>(loaded.model(), loaded.sinks(), *turn.store, source, options);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::cancelled) throw;  // else there is nothing to watch
  }
}

void WatchTurns::end(Turn& turn, bool finished) {
  WatchEnded ended;
  if (turn.memory != 0) {
    library_.set_memory_state(turn.memory, store::MemoryState::stopped);
    ended.memory = library_.find_memory(turn.memory).value_or(store::Memory{});
  }
  ended.finished = finished;
  if (turn.watch != nullptr) {
    ended.resumed_at = turn.watch->resumed_at();
    ended.timing = turn.watch->timing();
    ended.timing.wall_seconds = to_seconds(monotonic_us() - turn.started_us);
    ended.sampler = turn.watch->sampler_summary();
  }
  if (finished && turn.watch != nullptr) {
    learn_duration(turn.command.video, turn.watch->video(), ended.sampler.end);
  }
  emit_({turn.request, std::move(ended)});
}

// What a container states may be far too short, or missing; who has watched it all knows the end.
void WatchTurns::learn_duration(std::int64_t video, const media::VideoInfo& stated, Micros end) {
  if (stated.duration_estimated || end > stated.duration + kMicrosPerSecond) {
    library_.set_video_duration(video, end);
  }
}

void WatchTurns::fail(const Turn& turn, const std::exception& error) {
  try {
    if (turn.memory != 0) library_.set_memory_state(turn.memory, store::MemoryState::failed);
  } catch (const std::exception& second) {
    log("session").error("the failed watch could not be marked: {}", second.what());
  }
  emit_({turn.request, failure(error)});
}

void WatchTurns::run_chunk(Turn& turn) {
  bool over = true;
  try {
    const bool cancelled = turn.cancelled;
    if (!cancelled && turn.store == nullptr) start(turn);
    if (cancelled && turn.watch != nullptr) turn.watch->commit();
    const bool more = !cancelled && turn.watch != nullptr && turn.watch->step();
    if (more) {
      WatchProgress progress;
      progress.video = turn.command.video;
      progress.memory = turn.memory;
      progress.seen_until = turn.watch->seen_until();
      // A container that states less than there is has been proven wrong.
      progress.duration = turn.watch->video().duration;
      if (progress.duration > 0) {
        progress.duration = std::max(progress.duration, progress.seen_until);
      }
      const double wall = to_seconds(monotonic_us() - turn.started_us);
      progress.x_realtime =
          to_seconds(turn.watch->seen_until() - turn.watch->resumed_at()) / std::max(wall, 1e-6);
      emit_({turn.request, progress});
      over = false;
    } else {
      end(turn, turn.store != nullptr && turn.store->record().finished);
    }
  } catch (const std::exception& error) {
    if (runtime_.retreat(error)) return;  // the watch goes on where its memory ends
    fail(turn, error);
  }
  if (!over) return;
  turn.watch.reset();
  turn.store.reset();
  {
    MutexLock lock(mutex_);
    turns_.pop_front();
    begun_.reset();
  }
  changed_.notify_all();
}

}  // namespace longtake::session
