// Declares helpers that run attention contexts without a model: random tensors on the CPU backend and a
// plain double-precision attention to compare with.
//
// Thread rule: one thread. Lifetime rule: values.
#ifndef LONGTAKE_TESTS_SUPPORT_TINY_DECODER_H_
#define LONGTAKE_TESTS_SUPPORT_TINY_DECODER_H_

#include <cmath>
#include <random>
#include <vector>

#include "engine/memory/sinks.h"
#include "kernels/backend.h"

namespace longtake::tests {

// f32 values in [-1, 1], the same for the same seed.
inline kernels::Tensor random_tensor(kernels::Backend& backend, kernels::Shape shape,
                                     std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<std::size_t>(shape.elements()));
  for (float& value : values) {
    value = static_cast<float>(random()) / static_cast<float>(0x8000'0000u) - 1.0F;
  }
  kernels::Tensor tensor = backend.allocate(kernels::DType::f32, shape);
  backend.upload(values.data(), tensor);
  return tensor;
}

inline std::vector<float> values_of(kernels::Backend& backend, const kernels::Tensor& tensor) {
  std::vector<float> values(static_cast<std::size_t>(tensor.shape().elements()));
  backend.download(tensor, values.data());
  return values;
}

// ||a - b|| / ||b||
inline double relative_error(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double delta = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    difference += delta * delta;
    norm += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return std::sqrt(difference / std::max(norm, 1e-30));
}

inline memory::Sinks random_sinks(kernels::Backend& backend, std::int64_t layers, std::int64_t tokens,
                                  std::int64_t kv_heads, std::int64_t head_dim) {
  memory::Sinks sinks;
  sinks.tokens = tokens;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    const auto seed = static_cast<std::uint32_t>(9000 + 2 * layer);
    sinks.layers.push_back({random_tensor(backend, {tokens, kv_heads, head_dim}, seed),
                            random_tensor(backend, {tokens, kv_heads, head_dim}, seed + 1)});
  }
  return sinks;
}

}  // namespace longtake::tests

#endif  // LONGTAKE_TESTS_SUPPORT_TINY_DECODER_H_
