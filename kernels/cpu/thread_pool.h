// Declares ThreadPool: the threads of the CPU backend. parallel_for() hands out indices; the
// calling thread works too. Idle threads spin for some microseconds, because a decoder issues its
// next operation at once, and then sleep.
//
// OpenMP is not used for this: with two cores its barriers were seen to stall for milliseconds. All
// threads, the caller included, therefore run oneDNN with one OpenMP thread each.
//
// Thread rule: parallel_for() from one thread at a time, never from inside a task.
// Lifetime rule: the destructor joins the threads.
#ifndef LONGTAKE_KERNELS_CPU_THREAD_POOL_H_
#define LONGTAKE_KERNELS_CPU_THREAD_POOL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace longtake::kernels::cpu {

class ThreadPool {
 public:
  // threads counts the caller; at least 1.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls task(index, worker) for every index in [0, n), each exactly once; worker is in
  // [0, threads()) and names a thread, for scratch memory. Returns when all are done. The first
  // exception of a task is rethrown here.
  template <typename Task>
  void parallel_for(std::int64_t n, Task&& task) {
    using Plain = std::remove_reference_t<Task>;
    run(n, const_cast<void*>(static_cast<const void*>(&task)),
        [](void* self, std::int64_t index, int worker) {
          (*static_cast<Plain*>(self))(index, worker);
        });
  }

  // Calls task(begin, end) for consecutive pieces of [0, n) of at least `grain` indices.
  template <typename Task>
  void parallel_ranges(std::int64_t n, std::int64_t grain, Task&& task) {
    // Four pieces per thread: a thread that the system interrupts leaves the rest to the others.
    const std::int64_t pieces = std::clamp<std::int64_t>(n / std::max<std::int64_t>(grain, 1), 1,
                                                         std::int64_t{4} * threads());
    parallel_for(pieces, [&](std::int64_t i, int) {
      const std::int64_t begin = n * i / pieces;
      const std::int64_t end = n * (i + 1) / pieces;
      if (begin < end) task(begin, end);
    });
  }

 private:
  using Call = void (*)(void* self, std::int64_t index, int worker);

  void run(std::int64_t n, void* self, Call call);
  void work(int worker);
  void take_tasks(int worker);

  // The job. Written by the caller while the door is closed.
  void* self_ = nullptr;
  Call call_ = nullptr;
  std::int64_t n_ = 0;
  std::atomic<std::int64_t> next_{0};
  std::mutex error_mutex_;
  std::exception_ptr error_;  // guarded by error_mutex_

  // Threads enter a job through door_: the top bit says that it is open, the rest counts who is
  // inside. A thread that wakes too late finds it closed, and nobody waits for it.
  static constexpr std::uint32_t kOpen = 0x80000000U;
  std::atomic<std::uint32_t> door_{0};
  std::atomic<std::uint32_t> jobs_{0};  // how many were ever published; what idle threads wait for
  std::atomic<bool> stop_{false};
  std::vector<std::thread> workers_;
};

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_THREAD_POOL_H_
