// Declares Trials: where the same work can be done in several ways, which of them is fastest on
// this device, found by doing it. The first time costs a few runs of each way, and waits for them.
// The environment variable LONGTAKE_CUDA_WAY=n, read once, insists on the n-th way (the last one if
// there are fewer), for tests and for comparing them.
//
// Thread rule: the Context's. Lifetime rule: remembers what it found until its end.
#ifndef LONGTAKE_KERNELS_CUDA_TRIALS_H_
#define LONGTAKE_KERNELS_CUDA_TRIALS_H_

#include <cuda_runtime.h>

#include <compare>
#include <functional>
#include <map>
#include <span>
#include <string>

namespace longtake::kernels::cuda {

class Context;

class Trials {
 public:
  // What the choice may depend on.
  struct Work {
    std::string operation;
    int head_dim = 0;
    int key_heads = 0;
    int rows = 0;
    bool keeps_scores = false;
    int length = 0;  // of the context, to the next power of two: its exponent

    auto operator<=>(const Work&) const = default;
  };
  // The one of `ways` that run() does fastest when what it reads comes from memory; the first one
  // where there is no other. run() enqueues the work, and doing it again must do no harm.
  int fastest(Context& context, const Work& work, std::span<const int> ways,
              const std::function<void(int way)>& run);

 private:
  std::map<Work, int> found_;
};

// Milliseconds that run() takes on the stream, the best of a few; infinity if run() returns false.
// Each time after `before`, which is not measured.
float best_time(
    cudaStream_t stream, const std::function<bool()>& run,
    const std::function<void()>& before = [] {});

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_TRIALS_H_
