#include "kernels/cuda/trials.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "kernels/cuda/context.h"

namespace longtake::kernels::cuda {

namespace {

constexpr int kRounds = 3;  // the first one does not count

// The number of the way to take, where the environment insists; -1 otherwise.
int insisted_way() {
  static const int way = [] {
    const char* const value = std::getenv("LONGTAKE_CUDA_WAY");
    return value != nullptr && *value != '\0' ? std::atoi(value) : -1;
  }();
  return way;
}

class Event {
 public:
  Event() { check(cudaEventCreate(&event_), "measuring"); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(cudaStream_t stream) { check(cudaEventRecord(event_, stream), "measuring"); }
  float since(const Event& begin) const {
    check(cudaEventSynchronize(event_), "measuring");
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, begin.event_, event_), "measuring");
    return milliseconds;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

// Overwrites the second-level cache: what was read a moment ago would come from there otherwise.
class Rinse {
 public:
  Rinse(cudaStream_t stream, const cudaDeviceProp& properties)
      : stream_(stream), bytes_(2 * static_cast<std::size_t>(properties.l2CacheSize)) {
    // Without room for it the trial is held in a warm cache.
    if (bytes_ == 0 || cudaMalloc(&memory_, bytes_) != cudaSuccess) {
      cudaGetLastError();
      memory_ = nullptr;
    }
  }
  ~Rinse() { cudaFree(memory_); }
  Rinse(const Rinse&) = delete;
  Rinse& operator=(const Rinse&) = delete;

  void operator()() const {
    if (memory_ != nullptr) check(cudaMemsetAsync(memory_, 0, bytes_, stream_), "measuring");
  }

 private:
  const cudaStream_t stream_;
  const std::size_t bytes_;
  void* memory_ = nullptr;
};

}  // namespace

float best_time(cudaStream_t stream, const std::function<bool()>& run,
                const std::function<void()>& before) {
  Event begin, end;
  float best = std::numeric_limits<float>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    before();
    begin.record(stream);
    if (!run()) break;
    end.record(stream);
    const float taken = end.since(begin);
    if (round > 0) best = std::min(best, taken);
  }
  return best;
}

int Trials::fastest(Context& context, const Work& work, std::span<const int> ways,
                    const std::function<void(int way)>& run) {
  const int insisted = insisted_way();
  if (insisted >= 0) {
    return ways[std::min<std::size_t>(static_cast<std::size_t>(insisted), ways.size() - 1)];
  }
  if (ways.size() == 1) return ways.front();
  const auto known = found_.find(work);
  if (known != found_.end()) return known->second;
  if (context.recording() != nullptr)
    return ways.front();  // nothing is done that could be measured
  const Rinse rinse(context.stream(), context.properties());
  int chosen = ways.front();
  float best = std::numeric_limits<float>::infinity();
  for (const int way : ways) {
    const auto once = [&] {
      run(way);
      return true;
    };
    const float time = best_time(context.stream(), once, [&] { rinse(); });
    if (time < best) {
      best = time;
      chosen = way;
    }
  }
  return found_[work] = chosen;
}

}  // namespace longtake::kernels::cuda
