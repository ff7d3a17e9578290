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

}  // namespace

float best_time(cudaStream_t stream, const std::function<bool()>& run) {
  Event begin, end;
  float best = std::numeric_limits<float>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    begin.record(stream);
    if (!run()) break;
    end.record(stream);
    const float taken = end.since(begin);
    if (round > 0) best = std::min(best, taken);
  }
  return best;
}

int Trials::fastest(const Key& key, cudaStream_t stream, std::span<const int> ways,
                    const std::function<void(int way)>& run) {
  const int insisted = insisted_way();
  if (insisted >= 0) {
    return ways[std::min<std::size_t>(static_cast<std::size_t>(insisted), ways.size() - 1)];
  }
  if (ways.size() == 1) return ways.front();
  const auto known = found_.find(key);
  if (known != found_.end()) return known->second;
  int chosen = ways.front();
  float best = std::numeric_limits<float>::infinity();
  for (const int way : ways) {
    const float time = best_time(stream, [&] {
      run(way);
      return true;
    });
    if (time < best) {
      best = time;
      chosen = way;
    }
  }
  return found_[key] = chosen;
}

}  // namespace longtake::kernels::cuda
