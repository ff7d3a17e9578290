// Declares how kernels are launched, and the shared memory that a launch gives them.
//
// Some launches overlap: a kernel that is launched behind another one may start while that one's
// last blocks still run, and fetch what does not depend on it (programmatic dependent launch,
// compute capability 9.0). An answer's token is some 300 small kernels; the gaps between them would
// be a tenth of its time.
//
// The rule. A kernel that is launched by launch_behind() calls wait_for_earlier_kernels() in every
// thread before it touches anything that earlier kernels write or read; then
// let_next_kernel_start(). Constants (weights) may be fetched before. On older devices all of this
// does nothing. Thread rule: the Context's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CUDA_LAUNCH_CUH_
#define LONGTAKE_KERNELS_CUDA_LAUNCH_CUH_

#include <cstddef>

#include "kernels/cuda/context.h"
#include "kernels/cuda/instructions.cuh"

namespace longtake::kernels::cuda {

__device__ inline void wait_for_earlier_kernels() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  cudaGridDependencySynchronize();
#endif
}
__device__ inline void let_next_kernel_start() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  cudaTriggerProgrammaticLaunchCompletion();
#endif
}

// Whether the plugin was compiled so that wait_for_earlier_kernels() waits, and the device knows
// it.
bool launches_overlap(const Context& context);

template <typename... Parameters, typename... Arguments>
void launch_with(const Context& context, cudaLaunchConfig_t config, void (*kernel)(Parameters...),
                 const Arguments&... arguments) {
  const auto start = [&] {
    return cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
  };
  check(context.with_room(start), "starting a kernel");
}

// Every kernel is launched by one of these two.
template <typename... Parameters, typename... Arguments>
void launch(const Context& context, void (*kernel)(Parameters...), dim3 blocks, dim3 threads,
            std::size_t shared_bytes, const Arguments&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = blocks;
  config.blockDim = threads;
  config.dynamicSmemBytes = shared_bytes;
  config.stream = context.stream();
  launch_with(context, config, kernel, arguments...);
}

// A launch of a kernel that keeps the rule above.
template <typename... Parameters, typename... Arguments>
void launch_behind(const Context& context, void (*kernel)(Parameters...), dim3 blocks, dim3 threads,
                   std::size_t shared_bytes, const Arguments&... arguments) {
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = blocks;
  config.blockDim = threads;
  config.dynamicSmemBytes = shared_bytes;
  config.stream = context.stream();
  config.attrs = &attribute;
  config.numAttrs = launches_overlap(context) ? 1 : 0;
  launch_with(context, config, kernel, arguments...);
}

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_LAUNCH_CUH_
