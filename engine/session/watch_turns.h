// Declares WatchTurns: the watches that want the device, one after the other, oldest first, and the
// watching of them, a chunk at a turn. Whose turn it is, and when, is the DeviceWorker's business.
//
// Thread rule: what stands under "any thread" may be called from any, the rest from the device's
// alone; events are emitted from the thread that calls. Lifetime rule: library and runtime outlive
// it, but let_go() comes before the runtime closes.
#ifndef LONGTAKE_ENGINE_SESSION_WATCH_TURNS_H_
#define LONGTAKE_ENGINE_SESSION_WATCH_TURNS_H_

#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <memory>

#include "engine/base/thread_annotations.h"
#include "engine/session/device_runtime.h"
#include "engine/session/events.h"
#include "engine/session/watch.h"
#include "engine/store/library.h"

namespace longtake::session {

class WatchTurns {
 public:
  using Emit = std::function<void(Event)>;
  WatchTurns(store::Library& library, DeviceRuntime& runtime, Emit emit);
  ~WatchTurns();
  WatchTurns(const WatchTurns&) = delete;
  WatchTurns& operator=(const WatchTurns&) = delete;

  // --- Any thread
  void add(RequestId request, WatchVideo command) LT_EXCLUDES(mutex_);
  // A watch that has begun ends at its next turn, any other at once; unknown ids are ignored.
  void cancel(RequestId request) LT_EXCLUDES(mutex_);
  // Whatever turn still comes is a last one.
  void cancel_all() LT_EXCLUDES(mutex_);
  // Cancels every watch of a video, and waits until there is none.
  void end_video(std::int64_t video) LT_EXCLUDES(mutex_);
  bool watches_memory(std::int64_t memory) LT_EXCLUDES(mutex_);
  bool empty() LT_EXCLUDES(mutex_);
  // Whether the next turn is for the end of a watch that was cancelled.
  bool is_ending() LT_EXCLUDES(mutex_);

  // --- The device's thread
  // Watches one chunk of the first, if there is one.
  void take_turn() LT_EXCLUDES(mutex_);
  // Ends the watch of a memory; one that has not begun stays, and will make a new one.
  void end_memory(std::int64_t memory) LT_EXCLUDES(mutex_);
  // Closes what a watch holds of the device and of its memory; it goes on at its next turn.
  void let_go() LT_EXCLUDES(mutex_);
  // There are no more turns: ends every wait.
  void forget_all() LT_EXCLUDES(mutex_);

 private:
  struct Turn;
  using Turns = std::list<std::shared_ptr<Turn>>;

  // Takes those out that have not begun, and cancels the one that has; true if there is one.
  bool cancel_if(const std::function<bool(const Turn&)>& which, Turns& out) LT_REQUIRES(mutex_);
  void end_unbegun(const Turns& turns) const;

  void run_chunk(Turn& turn) LT_EXCLUDES(mutex_);
  void start(Turn& turn);
  std::shared_ptr<store::MemoryStore> open_memory(const WatchVideo& command, Micros& interval,
                                                  media::SamplingMode& sampling);
  void end(Turn& turn, bool finished);
  void fail(const Turn& turn, const std::exception& error);
  void learn_duration(std::int64_t video, const media::VideoInfo& stated, Micros end);

  // Constant after construction.
  store::Library& library_;
  DeviceRuntime& runtime_;  // for the device's thread
  const Emit emit_;

  Mutex mutex_;
  CondVar changed_;
  Turns turns_ LT_GUARDED_BY(mutex_);
  std::shared_ptr<Turn> begun_ LT_GUARDED_BY(mutex_);  // the first, once it has had a turn
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_WATCH_TURNS_H_
