// Declares what kernels/cuda uses of the CUDA runtime, for a simulated device: the language's
// words, device functions, memory, streams and events. Names and behaviour are CUDA's; what
// kernels/cuda does not use is not here.
//
// Where CUDA leaves a choice, this takes the one that mistakes do not survive: copies and kernels
// run when the stream is waited for, copies out of pageable memory at once; device memory is full
// of garbage when it is given out; there is as much of it as LONGTAKE_SIMULATED_MEMORY says (bytes,
// read at each request; 8 GiB otherwise). LONGTAKE_SIMULATED_LOSS=n: the device is lost at its n-th
// piece of work (a kernel, a product, a copy) since the value was last set; from then on every call
// fails, as long as it is set.
//
// Thread rule: CUDA's. Lifetime rule: CUDA's.
#ifndef LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_RUNTIME_H_
#define LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_RUNTIME_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <utility>

#include "simulated_device.h"

// --- The language's words ------------------------------------------------------------------------

#define __host__
#define __device__
#define __global__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(n) alignas(n)
// A block runs in one thread of the host, one block after the other.
#define __shared__ static thread_local

struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(4) uchar4 {
  unsigned char x, y, z, w;
};
inline float2 make_float2(float x, float y) {
  return {x, y};
}
inline float4 make_float4(float x, float y, float z, float w) {
  return {x, y, z, w};
}
inline uint2 make_uint2(unsigned x, unsigned y) {
  return {x, y};
}
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) {
  return {x, y, z, w};
}
inline uchar4 make_uchar4(unsigned char x, unsigned char y, unsigned char z, unsigned char w) {
  return {x, y, z, w};
}

// --- Device functions ----------------------------------------------------------------------------

using std::isfinite;
using std::max;
using std::min;
inline std::int64_t min(std::int64_t a, int b) {
  return std::min<std::int64_t>(a, b);
}

inline float __uint_as_float(unsigned bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
inline unsigned __float_as_uint(float x) {
  unsigned bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
inline float __fadd_rn(float a, float b) {
  return a + b;
}
inline float __fsub_rn(float a, float b) {
  return a - b;
}
inline float __fmul_rn(float a, float b) {
  return a * b;
}
inline float __fdiv_rn(float a, float b) {
  return a / b;
}
inline float __fdividef(float a, float b) {
  return a / b;
}
inline float __fmaf_rn(float a, float b, float c) {
  return std::fmaf(a, b, c);
}
inline int __float2int_rn(float x) {
  return static_cast<int>(std::rint(x));
}
inline long long __double2ll_rn(double x) {
  return static_cast<long long>(std::rint(x));
}
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  const std::uint64_t both = std::uint64_t{y} << 32 | x;
  unsigned bytes = 0;
  for (int i = 0; i < 4; ++i) {
    bytes |= static_cast<unsigned>(both >> (selector >> (4 * i) & 7) * 8 & 0xFF) << (8 * i);
  }
  return bytes;
}

inline void __syncthreads() {
  simulated::block_barrier();
}
inline void __syncwarp(unsigned mask = 0xFFFFFFFFU) {
  simulated::together(
      mask, [](void* const*) {}, nullptr);
}

namespace simulated {

// Every lane gets the value of lane source(lane), its own where there is none.
template <typename T>
struct Exchange {
  T value;
  int source;
  T result;
};
template <typename T>
T exchange(unsigned mask, T value, int source) {
  Exchange<T> part{value, source, value};
  together(
      mask,
      [](void* const* parts) {
        for (int lane = 0; lane < kWarp; ++lane) {
          auto* const own = static_cast<Exchange<T>*>(parts[lane]);
          if (own == nullptr || own->source < 0 || own->source >= kWarp) continue;
          const auto* const other = static_cast<const Exchange<T>*>(parts[own->source]);
          if (other != nullptr) own->result = other->value;
        }
      },
      &part);
  return part.result;
}
inline int lane() {
  const Thread& t = current();
  return static_cast<int>((t.thread.x + t.threads.x * (t.thread.y + t.threads.y * t.thread.z)) %
                          kWarp);
}

}  // namespace simulated

template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int distance) {
  return simulated::exchange(mask, value, simulated::lane() ^ distance);
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, int distance) {
  return simulated::exchange(mask, value, simulated::lane() - distance);
}
inline int __any_sync(unsigned mask, int predicate) {
  int part = predicate;
  simulated::together(
      mask,
      [](void* const* parts) {
        bool any = false;
        for (int i = 0; i < 32; ++i) any |= parts[i] != nullptr && *static_cast<int*>(parts[i]);
        for (int i = 0; i < 32; ++i) {
          if (parts[i] != nullptr) *static_cast<int*>(parts[i]) = any;
        }
      },
      &part);
  return part;
}
inline unsigned atomicMax(unsigned* at, unsigned x) {
  return std::exchange(*at, std::max(*at, x));
}
inline unsigned long long atomicMin(unsigned long long* at, unsigned long long x) {
  return std::exchange(*at, std::min(*at, x));
}

// --- The runtime ---------------------------------------------------------------------------------

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorMemoryAllocation = 2,
  cudaErrorLaunchFailure = 719,
  cudaErrorNotSupported = 801,
  cudaErrorStreamCaptureUnsupported = 900,
  cudaErrorUnknown = 999
};
const char* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();

struct cudaDeviceProp {
  char name[256];
  int major, minor;
  int multiProcessorCount;
  std::size_t sharedMemPerMultiprocessor;
  std::size_t sharedMemPerBlockOptin;
  int l2CacheSize;
};
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaSetDevice(int device);

cudaError_t cudaMalloc(void** data, std::size_t bytes);
cudaError_t cudaFree(void* data);
inline constexpr unsigned cudaHostAllocPortable = 1;
cudaError_t cudaHostAlloc(void** data, std::size_t bytes, unsigned flags);
cudaError_t cudaFreeHost(void* data);
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total);

using cudaStream_t = struct SimulatedStream*;
using cudaEvent_t = struct SimulatedEvent*;
inline constexpr unsigned cudaStreamNonBlocking = 1;
inline constexpr unsigned cudaEventDisableTiming = 2;
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaEventCreate(cudaEvent_t* event);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end);

enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from,
                              std::size_t from_pitch, std::size_t width, std::size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream);

// Graphs: what a stream is given while it is captured is kept instead of enqueued. The stream cannot
// be waited for meanwhile, and copies are from and to memory that stays. With LONGTAKE_SIMULATED_GRAPHS=0
// (read at each request) none can be launched.
enum cudaStreamCaptureMode { cudaStreamCaptureModeRelaxed };
using cudaGraph_t = struct SimulatedGraph*;
using cudaGraphExec_t = struct SimulatedGraphExec*;
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* launchable, cudaGraph_t graph,
                                 unsigned long long flags);
cudaError_t cudaGraphLaunch(cudaGraphExec_t launchable, cudaStream_t stream);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t launchable);

// --- Launches ------------------------------------------------------------------------------------

enum cudaLaunchAttributeID { cudaLaunchAttributeProgrammaticStreamSerialization };
struct cudaLaunchAttribute {
  cudaLaunchAttributeID id;
  struct {
    int programmaticStreamSerializationAllowed;
  } val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim;
  dim3 blockDim;
  std::size_t dynamicSmemBytes;
  cudaStream_t stream;
  cudaLaunchAttribute* attrs;
  unsigned numAttrs;
};
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize };
struct cudaFuncAttributes {
  int ptxVersion;
};
inline cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  attributes->ptxVersion = 80;
  return cudaSuccess;
}
template <typename Kernel>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, Kernel*) {
  return cudaFuncGetAttributes(attributes, static_cast<const void*>(nullptr));
}

namespace simulated {

// More than 48 KB of shared memory must have been asked for, as on the device.
cudaError_t allow_shared(const void* kernel, std::size_t bytes);
bool shared_allowed(const void* kernel, std::size_t bytes);
// With LONGTAKE_SIMULATED_CODE=n (read at each launch) the first launch of a kernel takes n bytes of the device's
// memory for good, as code does that is loaded when it first runs. False if there are none.
bool load_code(const void* kernel);
// Runs when the stream is waited for.
void enqueue(cudaStream_t stream, std::function<void()> work);
// What every call returns that does not fail for a reason of its own.
cudaError_t state();

}  // namespace simulated

template <typename... Parameters>
cudaError_t cudaFuncSetAttribute(void (*kernel)(Parameters...), cudaFuncAttribute, int bytes) {
  return simulated::allow_shared(reinterpret_cast<const void*>(kernel),
                                 static_cast<std::size_t>(bytes));
}

template <typename... Parameters, typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  if (simulated::state() != cudaSuccess) return simulated::state();
  if (!simulated::shared_allowed(reinterpret_cast<const void*>(kernel), config->dynamicSmemBytes)) {
    return cudaErrorUnknown;
  }
  if (!simulated::load_code(reinterpret_cast<const void*>(kernel))) {
    return cudaErrorMemoryAllocation;
  }
  simulated::enqueue(config->stream, [config = *config, kernel, arguments...] {
    simulated::run_grid(config.gridDim, config.blockDim, config.dynamicSmemBytes,
                        [&] { kernel(arguments...); });
  });
  return cudaSuccess;
}

#endif  // LONGTAKE_TESTS_SIMULATED_CUDA_CUDA_RUNTIME_H_
