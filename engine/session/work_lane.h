// Declares WorkLane: one thread that works off requests, each of which can be cancelled before and
// while it runs. What the work is, and what it tells the frontend, is its owner's business.
//
// Thread rule: every public method may be called from any thread; work, dropped and idle run in the
// lane's own thread, except that dropped runs in the thread that cancels. None of them may call the
// lane, newer_waits() apart. Lifetime rule: the destructor stops the lane.
#ifndef LONGTAKE_ENGINE_SESSION_WORK_LANE_H_
#define LONGTAKE_ENGINE_SESSION_WORK_LANE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "engine/base/thread_annotations.h"
#include "engine/session/events.h"

namespace longtake::session {

class WorkLane {
 public:
  struct Job {
    RequestId request = 0;
    std::int64_t video = 0;  // that it is about
    Command command;
    std::size_t done = 0;  // for work that is interrupted: how far it has come
  };
  enum class Order : std::uint8_t { oldest_first, newest_first };
  enum class Outcome : std::uint8_t {
    over,
    later
  };  // later: to be gone on with when its turn comes again
  struct Options {
    Order order = Order::oldest_first;
    // The thread, and those that it starts, get what the others leave of the processor.
    bool background = false;
    // What waits when the lane is stopped is worked off first.
    bool to_the_end = false;
    // Must not throw. `cancel` becomes true when this job, and no other, is to end.
    std::function<Outcome(Job&, const std::atomic<bool>& cancel)> work;
    std::function<void(const Job&)> dropped;  // was cancelled while it waited
    std::function<void()> idle = {};          // nothing has come for some seconds
  };

  explicit WorkLane(Options options);
  ~WorkLane() { stop(); }
  WorkLane(const WorkLane&) = delete;
  WorkLane& operator=(const WorkLane&) = delete;

  void post(Job job) LT_EXCLUDES(mutex_);
  void cancel(RequestId request) LT_EXCLUDES(mutex_);  // unknown ids are ignored
  // Every request about a video; returns when none runs any more.
  void cancel_video(std::int64_t video) LT_EXCLUDES(mutex_);
  // Cancels what runs, waits for it, and forgets the rest (unless it is to go to the end); nothing
  // may be posted afterwards.
  void stop() LT_EXCLUDES(mutex_);
  // Whether a younger request waits than this one.
  bool newer_waits(RequestId than) LT_EXCLUDES(mutex_);

 private:
  void run();
  enum class Next : std::uint8_t { work, rest, end };
  // Waits for a job, or for nothing to come for a while unless it has been idle long since.
  Next take(Job& job, bool idle) LT_EXCLUDES(mutex_);
  void drop(const std::vector<Job>& jobs) const;

  const Options options_;

  Mutex mutex_;
  CondVar changed_;
  std::vector<Job> jobs_ LT_GUARDED_BY(mutex_);  // waiting, in any order
  RequestId running_ LT_GUARDED_BY(mutex_) = 0;
  std::int64_t running_video_ LT_GUARDED_BY(mutex_) = 0;
  bool closing_ LT_GUARDED_BY(mutex_) = false;
  std::atomic<bool> cancel_ = false;  // the running job; set and cleared under mutex_

  std::thread thread_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_WORK_LANE_H_
