#include "engine/session/work_lane.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace longtake::session {

namespace {

constexpr std::chrono::seconds kRest(5);
constexpr int kBackgroundNice = 5;  // about a quarter of a busy core, all of an idle one

}  // namespace

WorkLane::WorkLane(Options options) : options_(std::move(options)), thread_([this] { run(); }) {}

void WorkLane::stop() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
    cancel_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WorkLane::post(Job job) {
  {
    MutexLock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void WorkLane::drop(const std::vector<Job>& jobs) const {
  for (const Job& job : jobs) options_.dropped(job);
}

void WorkLane::cancel(RequestId request) {
  std::vector<Job> dropped;
  {
    MutexLock lock(mutex_);
    if (running_ == request) cancel_ = true;
    const auto waiting = std::find_if(jobs_.begin(), jobs_.end(),
                                      [&](const Job& job) { return job.request == request; });
    if (waiting != jobs_.end()) {
      dropped.push_back(std::move(*waiting));
      jobs_.erase(waiting);
    }
  }
  drop(dropped);
}

void WorkLane::cancel_video(std::int64_t video) {
  std::vector<Job> dropped;
  {
    MutexLock lock(mutex_);
    // Again after each wait: work that was interrupted is among the waiting then.
    while (true) {
      for (auto job = jobs_.begin(); job != jobs_.end();) {
        if (job->video != video) {
          ++job;
          continue;
        }
        dropped.push_back(std::move(*job));
        job = jobs_.erase(job);
      }
      if (running_ == 0 || running_video_ != video) break;
      cancel_ = true;
      changed_.wait(mutex_);
    }
  }
  drop(dropped);
}

bool WorkLane::newer_waits(RequestId than) {
  MutexLock lock(mutex_);
  return std::any_of(jobs_.begin(), jobs_.end(),
                     [&](const Job& job) { return job.request > than; });
}

WorkLane::Next WorkLane::take(Job& job, bool idle) {
  const auto older = [](const Job& a, const Job& b) { return a.request < b.request; };
  MutexLock lock(mutex_);
  while (!closing_ && jobs_.empty()) {
    if (idle || !options_.idle) {
      changed_.wait(mutex_);
    } else if (changed_.wait_for(mutex_, kRest) == std::cv_status::timeout && !closing_ &&
               jobs_.empty()) {
      return Next::rest;
    }
  }
  if (closing_ && (!options_.to_the_end || jobs_.empty())) return Next::end;
  const auto next = options_.order == Order::oldest_first
                        ? std::min_element(jobs_.begin(), jobs_.end(), older)
                        : std::max_element(jobs_.begin(), jobs_.end(), older);
  job = std::move(*next);
  jobs_.erase(next);
  running_ = job.request;
  running_video_ = job.video;
  cancel_ = false;
  return Next::work;
}

void WorkLane::run() {
  if (options_.background) {
    // Linux takes a thread's number for a process's here. If it fails, the work is less polite.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kBackgroundNice);
  }
  Job job;
  for (bool idle = false;;) {
    const Next next = take(job, idle);
    if (next == Next::end) return;
    idle = next == Next::rest;
    if (idle) {
      options_.idle();
      continue;
    }
    const Outcome outcome = options_.work(job, cancel_);
    std::vector<Job> dropped;
    {
      MutexLock lock(mutex_);
      running_ = 0;
      // It may have been cancelled just when it had made way for another.
      if (outcome == Outcome::later) (cancel_ ? dropped : jobs_).push_back(std::move(job));
    }
    changed_.notify_all();
    drop(dropped);
  }
}

}  // namespace longtake::session
