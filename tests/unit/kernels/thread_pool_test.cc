#include "kernels/cpu/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace longtake::kernels::cpu {
namespace {

TEST(ThreadPool, RunsEveryIndexOnce) {
  for (int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (std::int64_t n : {0, 1, 2, 3, 100, 1000}) {
      std::vector<std::atomic<int>> count(static_cast<std::size_t>(n));
      pool.parallel_for(n, [&](std::int64_t i, int worker) {
        EXPECT_GE(worker, 0);
        EXPECT_LT(worker, threads);
        ++count[static_cast<std::size_t>(i)];
      });
      for (const auto& times : count) EXPECT_EQ(times, 1);
    }
  }
}

TEST(ThreadPool, RangesCoverEverythingOnce) {
  ThreadPool pool(3);
  for (std::int64_t n : {0, 1, 7, 1000}) {
    for (std::int64_t grain : {0, 1, 10, 5000}) {
      std::vector<std::atomic<int>> count(static_cast<std::size_t>(n));
      pool.parallel_ranges(n, grain, [&](std::int64_t begin, std::int64_t end) {
        EXPECT_LT(begin, end);
        for (std::int64_t i = begin; i < end; ++i) ++count[static_cast<std::size_t>(i)];
      });
      for (const auto& times : count) EXPECT_EQ(times, 1);
    }
  }
}

// What was written before a job is seen in it, and what it writes is seen after it.
TEST(ThreadPool, ManySmallJobs) {
  ThreadPool pool(2);
  std::vector<int> values(16, 0);
  for (int round = 1; round <= 20000; ++round) {
    pool.parallel_for(16, [&](std::int64_t i, int) { ++values[static_cast<std::size_t>(i)]; });
    ASSERT_EQ(std::accumulate(values.begin(), values.end(), 0), 16 * round);
  }
}

TEST(ThreadPool, RethrowsAndGoesOn) {
  ThreadPool pool(2);
  for (int round = 0; round < 100; ++round) {
    EXPECT_THROW(pool.parallel_for(8,
                                   [](std::int64_t i, int) {
                                     if (i % 3 == 1) throw std::runtime_error("task");
                                   }),
                 std::runtime_error);
    std::atomic<int> ran{0};
    pool.parallel_for(8, [&](std::int64_t, int) { ++ran; });
    EXPECT_EQ(ran, 8);
  }
}

TEST(ThreadPool, MayBeUsedFromOneThreadAfterAnother) {
  ThreadPool pool(2);
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> ran{0};
    std::thread([&] { pool.parallel_for(50, [&](std::int64_t, int) { ++ran; }); }).join();
    EXPECT_EQ(ran, 50);
  }
}

}  // namespace
}  // namespace longtake::kernels::cpu
