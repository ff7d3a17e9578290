// Declares CUB's stable sort of pairs, for a simulated device.
#ifndef LONGTAKE_TESTS_SIMULATED_CUDA_DEVICE_RADIX_SORT_CUH_
#define LONGTAKE_TESTS_SIMULATED_CUDA_DEVICE_RADIX_SORT_CUH_

#include <cuda_runtime.h>

#include <numeric>
#include <vector>

namespace cub {

struct DeviceRadixSort {
  template <typename K, typename V>
  static cudaError_t SortPairs(void* temporary, std::size_t& bytes, const K* keys, K* sorted_keys,
                               const V* values, V* sorted_values, int count, int begin_bit = 0,
                               int end_bit = sizeof(K) * 8, cudaStream_t stream = nullptr) {
    if (temporary == nullptr) {
      bytes = 256;
      return cudaSuccess;
    }
    if (begin_bit != 0 || end_bit != static_cast<int>(sizeof(K) * 8)) return cudaErrorUnknown;
    simulated::enqueue(stream, [=] {
      std::vector<int> order(static_cast<std::size_t>(count));
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(),
                       [keys](int a, int b) { return keys[a] < keys[b]; });
      for (int i = 0; i < count; ++i) {
        sorted_keys[i] = keys[order[static_cast<std::size_t>(i)]];
        sorted_values[i] = values[order[static_cast<std::size_t>(i)]];
      }
    });
    return cudaSuccess;
  }
};

}  // namespace cub

#endif  // LONGTAKE_TESTS_SIMULATED_CUDA_DEVICE_RADIX_SORT_CUH_
