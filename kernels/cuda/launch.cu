#include "kernels/cuda/launch.cuh"

namespace longtake::kernels::cuda {

namespace {

// Tells what the others were compiled for.
__global__ void compiled_alike() {}

}  // namespace

bool launches_overlap(const Context& context) {
  // Code for an older device, compiled anew by the driver for this one, would not wait.
  static const bool compiled = [] {
    cudaFuncAttributes attributes{};
    return cudaFuncGetAttributes(&attributes, compiled_alike) == cudaSuccess &&
           attributes.ptxVersion >= 90;
  }();
  return compiled && context.architecture() >= 90;
}

}  // namespace longtake::kernels::cuda
