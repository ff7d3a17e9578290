// The largest of a row of logits, so that 4 bytes cross the bus for a token instead of 600,000.
//
// Bytes: the row read once (600 KB for a vocabulary of 150,000). One block: a token needs it once,
// and a second launch would cost more than a second block brings.
#include "kernels/cuda/argmax.h"
#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/recording.h"

namespace longtake::kernels::cuda {

namespace {

constexpr int kThreads = 1024;

struct Best {
  float value;
  std::int32_t index;
};
// The higher one; of equals the earlier one. NaN loses against everything.
__device__ __forceinline__ Best better(Best a, Best b) {
  const bool b_wins = b.value > a.value || (b.value == a.value && b.index < a.index);
  return b_wins ? b : a;
}
__device__ __forceinline__ Best warp_best(Best best) {
#pragma unroll
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    const Best other{__shfl_xor_sync(kWholeWarp, best.value, distance),
                     __shfl_xor_sync(kWholeWarp, best.index, distance)};
    best = better(best, other);
  }
  return best;
}

// repetition: null unless the pass is recorded; then its end is here.
__global__ void highest_kernel(const float* x, std::int32_t n, std::int32_t* result,
                               Repetition* repetition) {
  Best best{-INFINITY, n};
#pragma unroll 8
  for (std::int32_t i = static_cast<std::int32_t>(threadIdx.x); i < n; i += kThreads) {
    best = better(best, {x[i], i});
  }
  __shared__ Best of_warps[kThreads / kWarp];
  best = warp_best(best);
  if (threadIdx.x % kWarp == 0) of_warps[threadIdx.x / kWarp] = best;
  __syncthreads();
  if (threadIdx.x >= kWarp) return;
  best = warp_best(of_warps[threadIdx.x]);
  // A row of nothing but NaN and -infinity has no highest element: the first one will do.
  if (threadIdx.x != 0) return;
  *result = best.index < n ? best.index : 0;
  if (repetition != nullptr) ++repetition->number;
}

}  // namespace

std::int32_t highest(Context& context, const Tensor& x) {
  Recording* const recording = context.recording();
  Repetition* const repetition = repetition_of(context);
  std::int32_t* const found =
      recording != nullptr ? &repetition->token : context.scratch<std::int32_t>(1);
  const std::shared_ptr<Buffer> host =
      recording != nullptr ? recording->result() : context.allocate_host(sizeof(std::int32_t));
  launch(context, highest_kernel, 1, kThreads, 0, x.data<float>(),
         static_cast<std::int32_t>(x.rows()), found, repetition);
  check(cudaMemcpyAsync(host->data(), found, sizeof(std::int32_t), cudaMemcpyDeviceToHost,
                        context.stream()),
        "highest");
  if (recording != nullptr) return 0;
  context.synchronize();
  return *static_cast<const std::int32_t*>(host->data());
}

}  // namespace longtake::kernels::cuda
