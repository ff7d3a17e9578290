// Declares RandomTensors: the weights of any model, made up. A tape of 64 MB of random bf16 values
// is mapped many times in a row, and every tensor is a stretch of it that begins somewhere else: 16
// GB of weights cost neither memory nor time.
//
// Thread rule: immutable. Lifetime rule: tensors are borrowed from it.
#ifndef LONGTAKE_TESTS_BENCH_CUDA_RANDOM_TENSORS_H_
#define LONGTAKE_TESTS_BENCH_CUDA_RANDOM_TENSORS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/model/tensor_source.h"

namespace longtake::bench {

class RandomTensors : public model::TensorSource {
 public:
  RandomTensors();  // Error{io_error} if the memory cannot be mapped
  ~RandomTensors() override;
  RandomTensors(const RandomTensors&) = delete;
  RandomTensors& operator=(const RandomTensors&) = delete;

  bool has(std::string_view) const override { return true; }
  // What the name says: norms' weights are ones (f32), everything else is normal with a deviation
  // of 0.02.
  kernels::Tensor tensor(std::string_view name,
                         std::initializer_list<std::int64_t> expected) const override;
  void drop_pages() const override {}

  // `bytes` of bf16 values, another stretch for every seed. Error{bad_argument} beyond 1.2 GB.
  const void* values(std::uint64_t seed, std::size_t bytes) const;

 private:
  std::byte* tape_ = nullptr;
  std::vector<float> ones_;
};

}  // namespace longtake::bench

#endif  // LONGTAKE_TESTS_BENCH_CUDA_RANDOM_TENSORS_H_
