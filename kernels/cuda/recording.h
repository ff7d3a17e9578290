// Declares Recording, which exists while a pass over one token is recorded as a CUDA graph, and
// record(), which makes the graph (Backend::record()).
//
// A graph's launches are fixed: pointers, numbers, grids. What differs from one repetition to the
// next is therefore read from the device's memory, where the end of each repetition leaves it:
// Repetition. Kernels that need it are given a pointer to it, which is null for passes that are not
// recorded; their grids are large enough for the last repetition.
//
// Thread rule: the Context's. Lifetime rule: a Recording ends with record(), what it holds with the
// pass.
#ifndef LONGTAKE_KERNELS_CUDA_RECORDING_H_
#define LONGTAKE_KERNELS_CUDA_RECORDING_H_

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "kernels/backend.h"
#include "kernels/cuda/context.h"

namespace longtake::kernels::cuda {

// In the device's memory.
struct Repetition {
  std::int32_t number;  // from 0
  std::int32_t token;   // what highest() found last
};

// How many tokens further on a pass is than the one that was recorded.
__device__ inline std::int32_t further(const Repetition* repetition) {
  return repetition == nullptr ? 0 : repetition->number;
}

class Recording {
 public:
  Recording(Context& context, std::int64_t repetitions);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  std::int64_t repetitions() const { return repetitions_; }
  Repetition* repetition() const { return repetition_; }
  // Where a repetition leaves its result on the host: an i32.
  const std::shared_ptr<Buffer>& result() const { return result_; }
  // Where the token is that a repetition begins with; the first one begins with this one.
  const std::int32_t* begin_with(std::span<const std::int32_t> ids);
  // Every recording has its own, from 1.
  std::uint64_t number() const { return number_; }

  // An operation that cannot be repeated: nothing will come of this recording.
  void refuse() { refused_ = true; }
  bool refused() const { return refused_; }
  // Memory that repetitions will use.
  void hold(std::shared_ptr<Buffer> buffer) { held_.push_back(std::move(buffer)); }
  std::vector<std::shared_ptr<Buffer>> take_held() { return std::move(held_); }
  // Copies now, outside of the graph, to memory that no earlier work uses.
  void copy_now(const void* host, void* device, std::size_t bytes);

 private:
  const std::int64_t repetitions_;
  const std::uint64_t number_;
  const std::shared_ptr<Buffer> result_;  // pinned
  std::vector<std::shared_ptr<Buffer>> held_;
  Repetition* repetition_ = nullptr;
  bool refused_ = false;
  cudaStream_t aside_ = nullptr;
};

// What kernels of a pass need; null unless it is recorded.
inline Repetition* repetition_of(const Context& context) {
  const Recording* const recording = context.recording();
  return recording != nullptr ? recording->repetition() : nullptr;
}

// Null when the device cannot; the environment variable LONGTAKE_CUDA_NO_GRAPHS=1 says so, too.
std::unique_ptr<RecordedPass> record(Context& context, std::int64_t repetitions,
                                     const std::function<void()>& pass);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_RECORDING_H_
