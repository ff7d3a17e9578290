// A simulated device has no wgmma: attention_hopper.cu is the one file of kernels/cuda that it does
// without.
#include "kernels/cuda/attention_kernels.h"

namespace longtake::kernels::cuda {

const AttentionKernel& hopper_attention() {
  return prefill_attention();
}
bool hopper_takes(const Context&, const AttentionProblem&, int) {
  return false;
}

}  // namespace longtake::kernels::cuda
