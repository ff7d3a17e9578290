// Declares what the towers share to keep tensors on the device: to_device() for small weights, the format of
// those that are not the decoder's layers', and Workspace, a scratch matrix that outlives a pass, so that the steady state allocates nothing.
//
// Thread rule: as the Backend. Lifetime rule: the Backend outlives every Workspace.
#ifndef LONGTAKE_ENGINE_MODEL_DEVICE_TENSORS_H_
#define LONGTAKE_ENGINE_MODEL_DEVICE_TENSORS_H_

#include <cstdint>

#include "kernels/backend.h"

namespace longtake::model {

// A host tensor (f32, f16 or bf16) as a device tensor of the wanted type: norms are f32, what is
// added to activations has their type.
inline kernels::Tensor to_device(kernels::Backend& backend, const kernels::Tensor& host,
                                 kernels::DType dtype) {
  kernels::Tensor same = backend.allocate(host.dtype(), host.shape());
  backend.upload(host.raw(), same);
  if (host.dtype() == dtype) return same;
  kernels::Tensor converted = backend.allocate(dtype, host.shape());
  backend.copy(same, converted);
  return converted;
}

// Four bits are for the decoder's layers, which are most of a model. What is small beside them, and on which
// everything later rests, keeps eight: the vision tower, the projector, the head that tells words apart.
inline kernels::WeightFormat format_beside_layers(kernels::WeightFormat of_layers) {
  return of_layers == kernels::WeightFormat::i4 ? kernels::WeightFormat::i8 : of_layers;
}

class Workspace {
 public:
  // [rows, columns] with undefined contents. Calls of one Workspace share memory: the latest one's
  // tensor is the valid one. It grows to the largest pass and stays there.
  kernels::Tensor take(kernels::Backend& backend, kernels::DType dtype, std::int64_t rows,
                       std::int64_t columns) {
    const std::int64_t needed = rows * columns;
    if (!memory_ || memory_.dtype() != dtype || memory_.rows() < needed) {
      memory_ = {};  // before the new one, so that both never exist at once
      memory_ = backend.allocate(dtype, {needed});
    }
    return memory_.rows(0, needed).reshaped({rows, columns});
  }

 private:
  kernels::Tensor memory_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_DEVICE_TENSORS_H_
