// The simulated device itself: it computes what it should, and the mistakes that it is there for
// show.
#include <cublasLt.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <vector>

#include "kernels/cuda/instructions.cuh"

namespace {

namespace instructions = longtake::kernels::cuda;

class SimulatedDevice : public testing::Test {
 protected:
  SimulatedDevice() { cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking); }
  ~SimulatedDevice() override { cudaStreamDestroy(stream_); }

  template <typename... Parameters, typename... Arguments>
  cudaError_t launch(dim3 blocks, dim3 threads, std::size_t shared, void (*kernel)(Parameters...),
                     Arguments... arguments) {
    const cudaLaunchConfig_t config{blocks, threads, shared, stream_, nullptr, 0};
    return cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
  }
  void wait() { cudaStreamSynchronize(stream_); }

  cudaStream_t stream_ = nullptr;
};

// --- What it computes ----------------------------------------------------------------------------

void number_threads(int* out) {
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  out[block * blockDim.x * blockDim.y * blockDim.z + thread] += 1;
}

TEST_F(SimulatedDevice, EveryThreadRunsOnce) {
  std::vector<int> out(2 * 3 * 4 * 5 * 6 * 7);
  EXPECT_EQ(launch(dim3(2, 3, 4), dim3(5, 6, 7), 0, number_threads, out.data()), cudaSuccess);
  wait();
  EXPECT_EQ(out, std::vector<int>(out.size(), 1));
}

void sum_up(float* out) {
  float x = static_cast<float>(threadIdx.x);
  for (int distance = 16; distance > 0; distance /= 2) {
    x += __shfl_xor_sync(0xFFFFFFFFU, x, distance);
  }
  auto* const sums = instructions::dynamic_shared<float>();
  if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = x;
  __syncthreads();
  float sum = 0;
  for (unsigned w = 0; w < blockDim.x / 32; ++w) sum += sums[w];
  out[threadIdx.x] = sum;
}

TEST_F(SimulatedDevice, WarpsAndBlocksActTogether) {
  std::vector<float> out(256);
  launch(1, 256, 8 * sizeof(float), sum_up, out.data());
  wait();
  EXPECT_EQ(out, std::vector<float>(256, 255 * 256 / 2));
}

// c = a b by one matrix instruction; a [16 x 16] and b [8 x 16] (columns of b) through ldmatrix.
void multiply_matrices(const std::uint16_t* a, const std::uint16_t* b, float* c) {
  auto* const shared = instructions::dynamic_shared<std::uint16_t>();
  const int lane = static_cast<int>(threadIdx.x);
  for (int i = lane; i < 32; i += 32) {
    instructions::copy_async(instructions::shared_address(shared + 8 * i), a + 8 * i, true);
    instructions::copy_async(instructions::shared_address(shared + 256 + 8 * i), b + 8 * i, i < 16);
  }
  instructions::commit_copies();
  instructions::wait_copies<0>();
  __syncwarp();
  std::uint32_t fragment[4], both[4];
  instructions::load_matrices(
      fragment, instructions::shared_address(shared + lane % 16 * 16 + lane / 16 * 8));
  instructions::load_matrices(
      both, instructions::shared_address(shared + 256 + lane % 8 * 16 + lane / 8 % 2 * 8));
  float sums[4] = {};
  instructions::multiply(sums, fragment, both[0], both[1]);
  for (int i = 0; i < 4; ++i) {
    c[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = sums[i];
  }
}

TEST_F(SimulatedDevice, MatrixInstructionsMultiply) {
  alignas(16) std::uint16_t a[256], b[256] = {};
  std::vector<float> a_values(256), b_values(128);
  for (int i = 0; i < 256; ++i) {
    a_values[static_cast<std::size_t>(i)] = static_cast<float>(i * 7 % 13 - 6);
    a[i] = __float2bfloat16_rn(a_values[static_cast<std::size_t>(i)]).bits;
  }
  for (int i = 0; i < 128; ++i) {
    b_values[static_cast<std::size_t>(i)] = static_cast<float>(i * 5 % 11 - 5);
    b[i] = __float2bfloat16_rn(b_values[static_cast<std::size_t>(i)]).bits;
  }
  std::vector<float> c(128), expected(128);
  for (std::size_t row = 0; row < 16; ++row) {
    for (std::size_t column = 0; column < 8; ++column) {
      for (std::size_t k = 0; k < 16; ++k) {
        expected[row * 8 + column] += a_values[row * 16 + k] * b_values[column * 16 + k];
      }
    }
  }
  launch(1, 32, 1024, multiply_matrices, a, b, c.data());
  wait();
  EXPECT_EQ(c, expected);
}

// --- Eight-bit floats ----------------------------------------------------------------------------

__nv_fp8_e4m3 f8_of(int code) {
  __nv_fp8_e4m3 x;
  x.__x = static_cast<__nv_fp8_storage_t>(code);
  return x;
}
// Half precision has one more bit of the exponent, and so a bias that is larger by 8.
float through_half(int code) {
  const auto bits = static_cast<std::uint16_t>((code & 0x80) << 8 | (code & 0x7F) << 7);
  __half half;
  std::memcpy(&half, &bits, sizeof half);
  return 256 * __half2float(half);
}

TEST_F(SimulatedDevice, EightBitFloatsAreWhatTheirCodesSay) {
  for (int code = 0; code < 256; ++code) {
    const auto x = static_cast<float>(f8_of(code));
    __nv_fp8x2_e4m3 pair;
    pair.__x = static_cast<__nv_fp8x2_storage_t>(code | 0x38 << 8);
    const auto two = static_cast<float2>(pair);
    EXPECT_EQ(two.y, 1.0F);
    if ((code & 0x7F) == 0x7F) {
      EXPECT_TRUE(std::isnan(x) && std::isnan(two.x)) << code;
      continue;
    }
    EXPECT_EQ(x, through_half(code)) << code;
    EXPECT_EQ(two.x, x) << code;
    EXPECT_EQ(__nv_fp8_e4m3(x).__x, code);
  }
}

TEST_F(SimulatedDevice, EightBitFloatsAreRoundedToTheNearest) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (int code = 0; code < 0x7E; ++code) {
    const float middle = (through_half(code) + through_half(code + 1)) / 2;
    const int even = code + code % 2;
    EXPECT_EQ(__nv_fp8_e4m3(middle).__x, even) << middle;
    EXPECT_EQ(__nv_fp8_e4m3(-middle).__x, 0x80 + even) << middle;
    EXPECT_EQ(__nv_fp8_e4m3(std::nextafter(middle, 0.0F)).__x, code) << middle;
    EXPECT_EQ(__nv_fp8_e4m3(std::nextafter(middle, kInfinity)).__x, code + 1) << middle;
  }
  for (const float large : {448.0F, 464.0F, 465.0F, 1e30F, kInfinity}) {
    EXPECT_EQ(__nv_fp8_e4m3(large).__x, 0x7E) << large;
    EXPECT_EQ(__nv_fp8_e4m3(-large).__x, 0xFE) << large;
  }
  EXPECT_EQ(__nv_fp8_e4m3(std::nanf("")).__x, 0x7F);
  EXPECT_EQ(__nv_fp8_e4m3(-std::nanf("")).__x, 0x7F);
}

// Whether cuBLASLt has an algorithm for a product of eight-bit floats with sums of type `sums`.
bool multiplies_f8(std::uint64_t n, std::uint64_t k, std::uint64_t rows, cudaDataType_t sums,
                   std::uint32_t alignment) {
  cublasLtHandle_t handle;
  cublasLtMatmulDesc_t operation;
  cublasLtMatrixLayout_t a, b, d;
  cublasLtMatmulPreference_t preference;
  cublasLtCreate(&handle);
  cublasLtMatmulDescCreate(&operation, CUBLAS_COMPUTE_32F, CUDA_R_32F);
  const cublasOperation_t transposed = CUBLAS_OP_T;
  cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_TRANSA, &transposed,
                                 sizeof transposed);
  cublasLtMatrixLayoutCreate(&a, CUDA_R_8F_E4M3, k, n, static_cast<std::int64_t>(k));
  cublasLtMatrixLayoutCreate(&b, CUDA_R_8F_E4M3, k, rows, static_cast<std::int64_t>(k));
  cublasLtMatrixLayoutCreate(&d, sums, n, rows, static_cast<std::int64_t>(n));
  cublasLtMatmulPreferenceCreate(&preference);
  cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
                                       &alignment, sizeof alignment);
  cublasLtMatmulHeuristicResult_t result;
  int found = 0;
  const cublasStatus_t status =
      cublasLtMatmulAlgoGetHeuristic(handle, operation, a, b, d, d, preference, 1, &result, &found);
  cublasLtMatmulPreferenceDestroy(preference);
  for (const cublasLtMatrixLayout_t layout : {a, b, d}) cublasLtMatrixLayoutDestroy(layout);
  cublasLtMatmulDescDestroy(operation);
  cublasLtDestroy(handle);
  return status == CUBLAS_STATUS_SUCCESS && found > 0;
}

TEST_F(SimulatedDevice, EightBitFloatsAreMultipliedInWholePieces) {
  EXPECT_TRUE(multiplies_f8(32, 48, 16, CUDA_R_32F, 16));
  EXPECT_FALSE(multiplies_f8(40, 48, 16, CUDA_R_32F, 16));
  EXPECT_FALSE(multiplies_f8(32, 56, 16, CUDA_R_32F, 16));
  EXPECT_FALSE(multiplies_f8(32, 48, 16, CUDA_R_32I, 16));
  EXPECT_FALSE(multiplies_f8(32, 48, 16, CUDA_R_32F, 8));
}

// --- Mistakes that show --------------------------------------------------------------------------

template <bool kWaits>
void read_neighbour(int* out) {
  auto* const shared = instructions::dynamic_shared<int>();
  const unsigned i = threadIdx.x;
  shared[i] = static_cast<int>(i);
  if (kWaits) __syncthreads();
  out[i] = shared[(i + 1) % blockDim.x];
}

TEST_F(SimulatedDevice, AMissingBarrierShows) {
  std::vector<int> expected(64), out(64);
  std::iota(expected.begin(), expected.end(), 1);
  expected.back() = 0;
  launch(1, 64, 256, read_neighbour<true>, out.data());
  wait();
  EXPECT_EQ(out, expected);
  launch(1, 64, 256, read_neighbour<false>, out.data());
  wait();
  EXPECT_NE(out, expected);
}

// Two sums over a block with one place for the warps' shares: a warp that is early must not
// overwrite what a late one has yet to read.
template <bool kWaits>
void sum_twice(int* out) {
  auto* const shares = instructions::dynamic_shared<int>();
  const unsigned warp = threadIdx.x / 32;
  int sums[2] = {};
  for (int round = 0; round < 2; ++round) {
    if (kWaits) __syncthreads();
    if (threadIdx.x % 32 == 0) shares[warp] = round + 1;
    __syncthreads();
    for (unsigned w = 0; w < blockDim.x / 32; ++w) sums[round] += shares[w];
    __syncwarp();
  }
  out[blockIdx.x * blockDim.x + threadIdx.x] = 100 * sums[0] + sums[1];
}

TEST_F(SimulatedDevice, AWarpThatRunsAheadShows) {
  const std::vector<int> expected(16 * 128, 408);
  std::vector<int> out(expected.size());
  launch(16, 128, 64, sum_twice<true>, out.data());
  wait();
  EXPECT_EQ(out, expected);
  launch(16, 128, 64, sum_twice<false>, out.data());
  wait();
  EXPECT_NE(out, expected);
}

template <bool kWaits>
void copy_and_read(const int* from, int* out) {
  auto* const shared = instructions::dynamic_shared<int>();
  instructions::copy_async(instructions::shared_address(shared), from, true);
  instructions::commit_copies();
  if (kWaits) instructions::wait_copies<0>();
  out[0] = shared[0];
}

TEST_F(SimulatedDevice, ACopyThatNobodyWaitedForShows) {
  alignas(16) const int from[4] = {7, 0, 0, 0};
  int out = 0;
  launch(1, 1, 16, copy_and_read<true>, from, &out);
  wait();
  EXPECT_EQ(out, 7);
  launch(1, 1, 16, copy_and_read<false>, from, &out);
  wait();
  EXPECT_NE(out, 7);
}

TEST_F(SimulatedDevice, PinnedMemoryThatIsReusedTooEarlyShows) {
  void* device = nullptr;
  void* pinned = nullptr;
  ASSERT_EQ(cudaMalloc(&device, 4), cudaSuccess);
  ASSERT_EQ(cudaHostAlloc(&pinned, 4, cudaHostAllocPortable), cudaSuccess);
  auto& host = *static_cast<int*>(pinned);
  host = 1;
  cudaMemcpyAsync(device, pinned, 4, cudaMemcpyHostToDevice, stream_);
  host = 2;
  wait();
  EXPECT_EQ(*static_cast<int*>(device), 2);
  // Pageable memory is taken at once, and filled at once.
  int pageable = 3;
  cudaMemcpyAsync(device, &pageable, 4, cudaMemcpyHostToDevice, stream_);
  pageable = 4;
  cudaMemcpyAsync(&pageable, device, 4, cudaMemcpyDeviceToHost, stream_);
  EXPECT_EQ(pageable, 3);
  cudaMemcpyAsync(pinned, device, 4, cudaMemcpyDeviceToHost, stream_);
  EXPECT_EQ(host, 2);
  wait();
  EXPECT_EQ(host, 3);
  cudaFree(device);
  cudaFreeHost(pinned);
}

void half_a_barrier() {
  if (threadIdx.x < 32) __syncthreads();
}
void half_a_warp() {
  if (threadIdx.x < 16) __syncwarp();
}
void not_in_the_mask() {
  __syncwarp(0xFFFF);
}
void nothing() {}

TEST_F(SimulatedDevice, WhatWouldHangOrIsUndefinedEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto run = [&](void (*kernel)(), unsigned threads) {
    launch(1, threads, 0, kernel);
    wait();
  };
  EXPECT_DEATH(run(half_a_barrier, 64), "barrier");
  EXPECT_DEATH(run(half_a_warp, 32), "lanes of their warp that do not come");
  EXPECT_DEATH(run(not_in_the_mask, 32), "not in the mask");
  EXPECT_DEATH(run(nothing, 2000), "1024 threads");
}

void write_at(int* at) {
  *at = 1;
}

TEST_F(SimulatedDevice, MemoryEndsWhereItEnds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  void* data = nullptr;
  ASSERT_EQ(cudaMalloc(&data, 512), cudaSuccess);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % 256, 0u);
  launch(1, 1, 0, write_at, static_cast<int*>(data) + 127);
  wait();
  EXPECT_DEATH((launch(1, 1, 0, write_at, static_cast<int*>(data) + 128), wait()), "");
  EXPECT_DEATH(cudaMemsetAsync(data, 0, 513, stream_), "beyond");
  cudaFree(data);
}

TEST_F(SimulatedDevice, SharedMemoryMustHaveBeenAskedFor) {
  EXPECT_NE(launch(1, 1, 64 << 10, nothing), cudaSuccess);
  cudaFuncSetAttribute(nothing, cudaFuncAttributeMaxDynamicSharedMemorySize, 64 << 10);
  EXPECT_EQ(launch(1, 1, 64 << 10, nothing), cudaSuccess);
  wait();
  EXPECT_NE(cudaFuncSetAttribute(nothing, cudaFuncAttributeMaxDynamicSharedMemorySize, 1 << 20),
            cudaSuccess);
}

TEST_F(SimulatedDevice, MemoryEnds) {
  std::size_t free = 0, total = 0;
  cudaMemGetInfo(&free, &total);
  void* data = nullptr;
  EXPECT_EQ(cudaMalloc(&data, total + 1), cudaErrorMemoryAllocation);
  ASSERT_EQ(cudaMalloc(&data, 1000), cudaSuccess);
  std::size_t left = 0;
  cudaMemGetInfo(&left, &total);
  EXPECT_EQ(left, free - 1000);
  cudaFree(data);
}

}  // namespace
