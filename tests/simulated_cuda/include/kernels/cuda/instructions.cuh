// Declares the instructions of kernels/cuda/instructions.cuh, for a simulated device: it is found
// in that header's place.
//
// Thread rule: device functions; multiply() and load_matrices*() are for whole warps. Lifetime
// rule: what copy_async() brings is there after wait_copies(), and not before.
#ifndef LONGTAKE_KERNELS_CUDA_INSTRUCTIONS_CUH_
#define LONGTAKE_KERNELS_CUDA_INSTRUCTIONS_CUH_

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include <cstdint>

namespace longtake::kernels::cuda {

inline float exp2_fast(float x) {
  const float y = std::exp2(x);
  return y < 0x1p-126F ? 0.0F : y;
}

inline std::uint32_t pack(float low, float high) {
  return __float2bfloat16_rn(low).bits | static_cast<std::uint32_t>(__float2bfloat16_rn(high).bits)
                                             << 16;
}

template <typename T>
T* dynamic_shared() {
  return reinterpret_cast<T*>(simulated::current().shared);
}

// Its distance from the start of dynamic_shared().
inline std::uint32_t shared_address(const void* pointer) {
  return static_cast<std::uint32_t>(static_cast<const std::byte*>(pointer) -
                                    simulated::current().shared);
}

inline void copy_async(std::uint32_t to, const void* from, bool exists) {
  simulated::copy_later(simulated::current().shared + to, exists ? from : nullptr);
}
inline void commit_copies() {
  simulated::commit_copies();
}
template <int kPending>
void wait_copies() {
  simulated::wait_copies(kPending);
}

namespace simulation {

struct Matrices {
  const std::uint16_t* row;  // the one that this lane names
  std::uint32_t (*result)[4];
};

template <bool kTransposed>
void load_matrices(void* const* parts) {
  const auto part = [&](int lane) { return static_cast<Matrices*>(parts[lane]); };
  for (int lane = 0; lane < simulated::kWarp; ++lane) {
    for (int m = 0; m < 4; ++m) {
      const int group = lane / 4;
      const int two = lane % 4 * 2;
      const std::uint16_t low =
          kTransposed ? part(8 * m + two)->row[group] : part(8 * m + group)->row[two];
      const std::uint16_t high =
          kTransposed ? part(8 * m + two + 1)->row[group] : part(8 * m + group)->row[two + 1];
      (*part(lane)->result)[m] = low | static_cast<std::uint32_t>(high) << 16;
    }
  }
}

template <bool kTransposed>
void load_matrices(std::uint32_t (&x)[4], std::uint32_t address) {
  if (address % 16 != 0) simulated::fail("ldmatrix wants rows at multiples of 16 bytes");
  Matrices part{reinterpret_cast<const std::uint16_t*>(simulated::current().shared + address), &x};
  simulated::together(0xFFFFFFFFU, load_matrices<kTransposed>, &part);
}

struct Product {
  float* c;
  const std::uint32_t* a;
  std::uint32_t b[2];
};

inline float low_half(std::uint32_t pair) {
  return __uint_as_float(pair << 16);
}
inline float high_half(std::uint32_t pair) {
  return __uint_as_float(pair & 0xFFFF0000U);
}

inline void multiply(void* const* parts) {
  float a[16][16], b[16][8], c[16][8] = {};
  const auto part = [&](int lane) { return static_cast<Product*>(parts[lane]); };
  for (int lane = 0; lane < simulated::kWarp; ++lane) {
    const Product& own = *part(lane);
    const int group = lane / 4;
    const int two = lane % 4 * 2;
    for (int i = 0; i < 4; ++i) {
      a[group + i % 2 * 8][two + i / 2 * 8] = low_half(own.a[i]);
      a[group + i % 2 * 8][two + i / 2 * 8 + 1] = high_half(own.a[i]);
    }
    for (int i = 0; i < 2; ++i) {
      b[two + i * 8][group] = low_half(own.b[i]);
      b[two + i * 8 + 1][group] = high_half(own.b[i]);
    }
  }
  for (int row = 0; row < 16; ++row) {
    for (int k = 0; k < 16; ++k) {
      for (int column = 0; column < 8; ++column) c[row][column] += a[row][k] * b[k][column];
    }
  }
  for (int lane = 0; lane < simulated::kWarp; ++lane) {
    for (int i = 0; i < 4; ++i) {
      part(lane)->c[i] += c[lane / 4 + i / 2 * 8][lane % 4 * 2 + i % 2];
    }
  }
}

}  // namespace simulation

inline void load_matrices(std::uint32_t (&x)[4], std::uint32_t address) {
  simulation::load_matrices<false>(x, address);
}
inline void load_matrices_transposed(std::uint32_t (&x)[4], std::uint32_t address) {
  simulation::load_matrices<true>(x, address);
}

// c[16 x 8] += a[16 x 16] b[16 x 8], spread over a warp.
inline void multiply(float (&c)[4], const std::uint32_t (&a)[4], std::uint32_t b0,
                     std::uint32_t b1) {
  simulation::Product part{c, a, {b0, b1}};
  simulated::together(0xFFFFFFFFU, simulation::multiply, &part);
}

inline uint4 load_once(const void* from) {
  if (reinterpret_cast<std::uintptr_t>(from) % 16 != 0)
    simulated::fail("a load that is not aligned");
  return *static_cast<const uint4*>(from);
}
inline uint4 load_constant_once(const void* from) {
  return load_once(from);
}

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_INSTRUCTIONS_CUH_
