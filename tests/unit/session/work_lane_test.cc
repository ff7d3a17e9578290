// WorkLane: the order of work, and every way in which a request can be cancelled.
#include "engine/session/work_lane.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <mutex>
#include <string>

namespace longtake::session {
namespace {

using std::chrono::seconds;

// A lane whose jobs wait for open() and write down what became of them.
class LaneTest : public testing::Test {
 protected:
  WorkLane::Options options(WorkLane::Order order) {
    WorkLane::Options options;
    options.order = order;
    options.work = [this](WorkLane::Job& job, const std::atomic<bool>& cancel) {
      note("begins " + std::to_string(job.request));
      while (!open_ && !cancel) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      note((cancel ? "stopped " : "ended ") + std::to_string(job.request));
      return WorkLane::Outcome::over;
    };
    options.dropped = [this](const WorkLane::Job& job) {
      note("dropped " + std::to_string(job.request));
    };
    return options;
  }
  static WorkLane::Job job(RequestId request, std::int64_t video = 1) {
    WorkLane::Job job;
    job.request = request;
    job.video = video;
    return job;
  }
  void note(const std::string& line) {
    const std::lock_guard lock(mutex_);
    notes_.push_back(line);
  }
  std::vector<std::string> notes() {
    const std::lock_guard lock(mutex_);
    return notes_;
  }
  void wait_for(const std::string& line) {
    for (int i = 0; i < 10'000; ++i) {
      const auto all = notes();
      if (std::find(all.begin(), all.end(), line) != all.end()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    FAIL() << "it never " << line;
  }

  std::atomic<bool> open_ = false;
  std::mutex mutex_;
  std::vector<std::string> notes_;
};

TEST_F(LaneTest, OldestOrNewestFirst) {
  for (const auto order : {WorkLane::Order::oldest_first, WorkLane::Order::newest_first}) {
    open_ = false;
    notes_.clear();
    WorkLane lane(options(order));
    lane.post(job(1));
    wait_for("begins 1");
    for (const RequestId request : {2, 3, 4}) lane.post(job(request));
    open_ = true;
    for (const RequestId request : {1, 2, 3, 4}) wait_for("ended " + std::to_string(request));
    const bool oldest = order == WorkLane::Order::oldest_first;
    EXPECT_EQ(notes()[2], oldest ? "begins 2" : "begins 4");
    EXPECT_EQ(notes()[6], oldest ? "begins 4" : "begins 2");
  }
}

TEST_F(LaneTest, GoesToTheEndIfItIsTo) {
  for (const bool to_the_end : {false, true}) {
    open_ = false;
    notes_.clear();
    auto wanted = options(WorkLane::Order::oldest_first);
    wanted.to_the_end = to_the_end;
    WorkLane lane(wanted);
    lane.post(job(1));
    wait_for("begins 1");
    lane.post(job(2));
    lane.post(job(3));
    open_ = to_the_end;
    lane.stop();
    const auto all = notes();
    EXPECT_EQ(std::count(all.begin(), all.end(), "ended 3"), to_the_end ? 1 : 0);
  }
}

TEST_F(LaneTest, CancelsWhatRunsAndWhatWaits) {
  WorkLane lane(options(WorkLane::Order::oldest_first));
  lane.post(job(1));
  lane.post(job(2));
  lane.post(job(3));
  wait_for("begins 1");
  lane.cancel(2);
  lane.cancel(1);
  lane.cancel(77);
  wait_for("stopped 1");
  open_ = true;
  wait_for("ended 3");
  EXPECT_EQ(notes(), (std::vector<std::string>{"begins 1", "dropped 2", "stopped 1", "begins 3",
                                               "ended 3"}));
}

TEST_F(LaneTest, CancelVideoWaitsForIt) {
  WorkLane lane(options(WorkLane::Order::oldest_first));
  lane.post(job(1, 7));
  lane.post(job(2, 8));
  lane.post(job(3, 7));
  wait_for("begins 1");
  lane.cancel_video(7);
  const auto all = notes();
  EXPECT_NE(std::find(all.begin(), all.end(), "stopped 1"), all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "dropped 3"), all.end());
  lane.cancel_video(9);
  open_ = true;
  wait_for("ended 2");
}

TEST_F(LaneTest, WorkThatMakesWayComesBack) {
  WorkLane::Options lane_options = options(WorkLane::Order::newest_first);
  WorkLane* self = nullptr;
  lane_options.work = [&](WorkLane::Job& job, const std::atomic<bool>& cancel) {
    note("turn " + std::to_string(job.request) + "." + std::to_string(job.done++));
    while (!open_ && !cancel) {
      if (self->newer_waits(job.request)) return WorkLane::Outcome::later;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    note("over " + std::to_string(job.request));
    return WorkLane::Outcome::over;
  };
  WorkLane lane(lane_options);
  self = &lane;
  lane.post(job(1));
  wait_for("turn 1.0");
  lane.post(job(2));
  wait_for("turn 2.0");
  lane.cancel(1);  // while it has made way
  wait_for("dropped 1");
  lane.post(job(3));
  wait_for("turn 3.0");
  open_ = true;
  wait_for("over 3");
  wait_for("over 2");
  const auto all = notes();
  EXPECT_NE(std::find(all.begin(), all.end(), "turn 2.1"), all.end());
}

TEST_F(LaneTest, StopEndsWhatRunsAndForgetsTheRest) {
  auto lane = std::make_unique<WorkLane>(options(WorkLane::Order::oldest_first));
  lane->post(job(1));
  lane->post(job(2));
  wait_for("begins 1");
  const auto start = std::chrono::steady_clock::now();
  lane.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(5));
  EXPECT_EQ(notes(), (std::vector<std::string>{"begins 1", "stopped 1"}));
}

TEST_F(LaneTest, TellsWhenNothingHasComeForAWhile) {
  WorkLane::Options lane_options = options(WorkLane::Order::oldest_first);
  open_ = true;
  lane_options.idle = [this] { note("idle"); };
  WorkLane lane(lane_options);
  lane.post(job(1));
  wait_for("idle");
  lane.post(job(2));
  wait_for("ended 2");
  EXPECT_EQ(notes(),
            (std::vector<std::string>{"begins 1", "ended 1", "idle", "begins 2", "ended 2"}));
}

}  // namespace
}  // namespace longtake::session
