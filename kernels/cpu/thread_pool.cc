#include "kernels/cpu/thread_pool.h"

#include <immintrin.h>

#include <chrono>
#include <utility>

extern "C" void omp_set_num_threads(int);

namespace longtake::kernels::cpu {
namespace {

// Long enough to bridge the gap between two operations, short enough to leave the core to others.
constexpr auto kSpin = std::chrono::microseconds(50);

// Waits until value != old: spins first, then sleeps.
void wait_change(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  const auto until = std::chrono::steady_clock::now() + kSpin;
  do {
    for (int i = 0; i < 32; ++i) {
      if (value.load(std::memory_order_acquire) != old) return;
      _mm_pause();
    }
  } while (std::chrono::steady_clock::now() < until);
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  for (int worker = 1; worker < threads; ++worker) {
    workers_.emplace_back([this, worker] { work(worker); });
  }
}

ThreadPool::~ThreadPool() {
  stop_ = true;
  jobs_.fetch_add(1);
  jobs_.notify_all();
  for (std::thread& thread : workers_) thread.join();
}

void ThreadPool::run(std::int64_t n, void* self, Call call) {
  // The setting belongs to the calling thread, and the backend may be called from any.
  omp_set_num_threads(1);
  if (n <= 1 || workers_.empty()) {
    for (std::int64_t i = 0; i < n; ++i) call(self, i, 0);
    return;
  }
  self_ = self;
  call_ = call;
  n_ = n;
  next_.store(0, std::memory_order_relaxed);
  door_.store(kOpen, std::memory_order_release);
  jobs_.fetch_add(1, std::memory_order_release);
  jobs_.notify_all();

  take_tasks(0);

  std::uint32_t inside = door_.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen;
  while (inside != 0) {
    wait_change(door_, inside);
    inside = door_.load(std::memory_order_acquire);
  }
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void ThreadPool::work(int worker) {
  omp_set_num_threads(1);
  for (std::uint32_t seen = 0;;) {
    wait_change(jobs_, seen);
    seen = jobs_.load(std::memory_order_acquire);
    if (stop_) return;
    std::uint32_t door = door_.load(std::memory_order_acquire);
    while ((door & kOpen) != 0 && !door_.compare_exchange_weak(door, door + 1)) {
    }
    if ((door & kOpen) == 0) continue;
    take_tasks(worker);
    // Only the last one out of a closed door has somebody waiting for it.
    if (door_.fetch_sub(1, std::memory_order_acq_rel) - 1 == 0) door_.notify_all();
  }
}

void ThreadPool::take_tasks(int worker) {
  for (;;) {
    const std::int64_t index = next_.fetch_add(1, std::memory_order_relaxed);
    if (index >= n_) return;
    try {
      call_(self_, index, worker);
    } catch (...) {
      const std::lock_guard lock(error_mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }
}

}  // namespace longtake::kernels::cpu
