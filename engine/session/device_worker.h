// Declares DeviceWorker: the one thread that owns the model and its device. It answers questions
// first, then watches (WatchTurns), one chunk at a time, so that a question waits for at most one chunk. Before
// it waits, a question is put into the journal, in a thread beside that one; of a library that is only read,
// questions are answered without that.
//
// When the device has no room or is lost, DeviceRuntime finds another way and the work in hand is begun again;
// a watch goes on where its memory ends.
//
// Thread rule: every public method may be called from any thread, and waits for neither model nor
// disk (release_*() do); events are emitted from the worker's threads and from those that call.
// Lifetime rule: the library outlives it; the destructor stores the questions that it was given,
// cancels everything and waits.
#ifndef LONGTAKE_ENGINE_SESSION_DEVICE_WORKER_H_
#define LONGTAKE_ENGINE_SESSION_DEVICE_WORKER_H_

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <variant>

#include "engine/base/thread_annotations.h"
#include "engine/session/device_runtime.h"
#include "engine/session/events.h"
#include "engine/session/open_stores.h"
#include "engine/session/watch_turns.h"
#include "engine/session/work_lane.h"
#include "engine/store/library.h"

namespace longtake::session {

class DeviceWorker {
 public:
  using Emit = std::function<void(Event)>;
  DeviceWorker(store::Library& library, RuntimeOptions options, Emit emit);
  ~DeviceWorker();
  DeviceWorker(const DeviceWorker&) = delete;
  DeviceWorker& operator=(const DeviceWorker&) = delete;

  void watch(RequestId request, WatchVideo command) LT_EXCLUDES(mutex_);
  void ask(RequestId request, AskQuestion command) LT_EXCLUDES(mutex_);
  void prepare(RequestId request, PrepareQuestion command) LT_EXCLUDES(mutex_);
  void describe(RequestId request) LT_EXCLUDES(mutex_);
  void calibrate(RequestId request) LT_EXCLUDES(mutex_);
  // Ends a request early; unknown ids are ignored (it may just have ended).
  void cancel(RequestId request) LT_EXCLUDES(mutex_);
  // Ends every watch of a video whose memories are about to be removed, closes them, and waits for
  // it. What is not open keeps nobody waiting, whatever the device is doing.
  void release_video(std::int64_t video) LT_EXCLUDES(mutex_);
  // The same for one memory. A watch of its video that has not begun yet stays, and will make a new
  // one.
  void release_memory(std::int64_t memory) LT_EXCLUDES(mutex_);
  // Cancels everything, before the destructor: whoever waits in release_*() goes on as soon as the
  // device has let go. Nothing may be asked for afterwards.
  void close() LT_EXCLUDES(mutex_);

 private:
  // A question with the rows that it has in the journal: none (0) where the library is only read.
  struct AcceptedQuestion {
    AskQuestion asked;
    store::Asked rows;
    bool stored() const { return rows.answer != 0; }
  };
  // Closes what is open of a video. Whoever waits goes on when the job has gone, done or not.
  struct ReleaseVideo {
    std::int64_t video = 0;
    std::promise<void> gone;
  };
  struct ReleaseMemory {
    std::int64_t memory = 0;
    std::promise<void> gone;
  };
  struct Job {
    RequestId request = 0;  // 0: the worker's own
    std::variant<AcceptedQuestion, PrepareQuestion, DescribeEngine, CalibrateModel, ReleaseVideo,
                 ReleaseMemory>
        command;
  };
  void post(Job job) LT_EXCLUDES(mutex_);
  template <typename Release>
  void wait_for(Release release) LT_EXCLUDES(mutex_);

  // --- In the lane's thread
  WorkLane::Options lane_options();
  // Puts a question into the journal, where that is written, and into the queue of the device.
  void accept_question(RequestId request, const AskQuestion& command);
  // Ends a request that waits; one that has just been taken up ends by itself.
  void drop(RequestId request) LT_EXCLUDES(mutex_);

  // --- In either
  // Of an answer that will not be complete; failure: why, unless the user stopped it.
  void end_answer(const AcceptedQuestion& question, const RequestFailed* failure);

  // --- In the device's thread
  void run();
  // Errors become RequestFailed.
  void run_job(const Job& job);
  void fail_job(const Job& job, const std::exception& error);
  DeviceRuntime::Hooks runtime_hooks();
  void perform(RequestId request, const AcceptedQuestion& question);
  void perform(RequestId request, const PrepareQuestion& command);
  void perform(RequestId request, const DescribeEngine& command);
  void perform(RequestId request, const CalibrateModel& command);
  void perform(RequestId request, const ReleaseVideo& command);
  void perform(RequestId request, const ReleaseMemory& command);
  struct Sources;
  void open_sources(const AskQuestion& command, Sources& sources);
  void answer(RequestId request, const AcceptedQuestion& question, Sources& sources);
  bool is_cancelled(RequestId request) LT_EXCLUDES(mutex_);
  bool has_waiting_jobs() LT_EXCLUDES(mutex_);

  // Constant after construction.
  store::Library& library_;
  const Emit emit_;

  Mutex mutex_;
  CondVar changed_;
  std::deque<Job> jobs_ LT_GUARDED_BY(mutex_);
  RequestId running_ LT_GUARDED_BY(mutex_) = 0;  // the job, not a watch
  bool running_cancelled_ LT_GUARDED_BY(mutex_) = false;
  bool closing_ LT_GUARDED_BY(mutex_) = false;
  bool closed_ LT_GUARDED_BY(mutex_) = false;  // the device's thread has let go of everything

  // Owned by the worker's thread.
  DeviceRuntime runtime_;
  OpenStores stores_;

  WatchTurns turns_;  // asked while mutex_ is held, never the other way round

  WorkLane lane_;  // what must not wait for the device, and nobody for it
  std::thread thread_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_DEVICE_WORKER_H_
