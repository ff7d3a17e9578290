// Declares TensorSource: where the weights of a tower come from. Checkpoint reads them from a
// model's folder; a benchmark makes them up, so that a large model's speed can be measured without
// its files.
//
// Thread rule: immutable. Lifetime rule: a tensor may be borrowed from its source and lives as long
// as that.
#ifndef LONGTAKE_ENGINE_MODEL_TENSOR_SOURCE_H_
#define LONGTAKE_ENGINE_MODEL_TENSOR_SOURCE_H_

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "kernels/tensor.h"

namespace longtake::model {

class TensorSource {
 public:
  virtual ~TensorSource() = default;

  virtual bool has(std::string_view name) const = 0;
  // A host tensor, f32, f16 or bf16. Error{corrupt_data} if it is missing or has another shape than
  // `expected` (dimensions of -1 match anything); Error{unsupported} if it has another type.
  virtual kernels::Tensor tensor(std::string_view name,
                                 std::initializer_list<std::int64_t> expected) const = 0;
  // Gives back the memory that reading the tensors has filled: call it after packing some of them,
  // or a model is in memory twice.
  virtual void drop_pages() const = 0;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_TENSOR_SOURCE_H_
