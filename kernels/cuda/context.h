// Declares Context, what every CUDA operation of the backend needs: the device's properties, the
// one stream that all work is ordered on, scratch memory, small host arrays on their way to the
// device, and the pools behind tensors. Also check(), which turns CUDA's error codes into Error.
//
// Thread rule: one thread at a time, but for allocate_host() and is_pinned(), which any thread may
// call. Lifetime rule: outlives every buffer that it gave away.
#ifndef LONGTAKE_KERNELS_CUDA_CONTEXT_H_
#define LONGTAKE_KERNELS_CUDA_CONTEXT_H_

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/cuda/trials.h"
#include "kernels/tensor.h"

namespace longtake::kernels::cuda {

// Throws Error{out_of_memory} or Error{device_lost}; `what` names the operation.
void check(cudaError_t status, const char* what);

class MemoryPool;
class Recording;

class Context {
 public:
  explicit Context(int device);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  cudaStream_t stream() const { return stream_; }
  int multiprocessors() const { return properties_.multiProcessorCount; }
  // 80, 89, 90, ...
  int architecture() const { return properties_.major * 10 + properties_.minor; }
  const cudaDeviceProp& properties() const { return properties_; }
  Trials& trials() { return trials_; }
  // While a pass is recorded instead of done: what its operations have to know; null otherwise.
  // Whatever is allocated or staged meanwhile stays as long as what is recorded.
  Recording* recording() const { return recording_; }
  void set_recording(Recording* recording);

  // Dense tensors in pooled device memory: after a warm-up nothing is asked of the driver. Memory
  // that is given back may be reused at once, because all work is in one stream.
  Tensor allocate(DType dtype, const Shape& shape);
  std::shared_ptr<Buffer> allocate_bytes(std::size_t bytes);
  // The same for what stays as long as the model: not a byte more than it needs, and so of no use to others after it.
  Tensor allocate_lasting(DType dtype, const Shape& shape);
  // Pinned host memory from a pool.
  std::shared_ptr<Buffer> allocate_host(std::size_t bytes);
  // Whether allocate_host() gave this address: kernels can read it over the bus.
  bool is_pinned(const void* host) const;

  // What start() asks of the driver, which may need memory of its own for it: code is loaded when it first runs. Where
  // there is none left, once more after memory that nobody uses went back.
  template <typename F>
  cudaError_t with_room(F&& start) const {
    const cudaError_t status = start();
    return status == cudaErrorMemoryAllocation && make_room() ? start() : status;
  }
  // Gives unused memory of the pool back to the driver; whether there was any.
  bool make_room() const;

  // Scratch memory for one operation: valid for work that is enqueued before the next scratch()
  // call of any operation. 256-byte aligned, contents undefined.
  std::byte* scratch(std::size_t bytes);
  template <typename T>
  T* scratch(std::int64_t count) {
    return reinterpret_cast<T*>(scratch(static_cast<std::size_t>(count) * sizeof(T)));
  }

  // Copies a host array to the device, in stream order; the host's may go at once. Valid for work
  // that is enqueued before kStageBytes / 2 more have been staged: use it for the operation at
  // hand. Larger arrays than kStageBytes / 2 throw Error{out_of_memory}.
  static constexpr std::size_t kStageBytes = 32u << 20;
  template <typename T>
  const T* stage(std::span<const T> values) {
    return static_cast<const T*>(stage_bytes(values.data(), values.size_bytes()));
  }
  const void* stage_bytes(const void* host, std::size_t bytes);

  // Copies host memory of any size to the device, in stream order; the host's may go at once.
  void upload(const void* host, void* device, std::size_t bytes);
  // The same, but host must stay as it is until synchronize(): from pinned memory nobody waits.
  void send(const void* host, void* device, std::size_t bytes);
  void synchronize();

 private:
  struct Staging;

  cudaDeviceProp properties_{};
  cudaStream_t stream_ = nullptr;
  std::shared_ptr<MemoryPool> device_pool_;
  std::shared_ptr<MemoryPool> host_pool_;
  std::shared_ptr<Buffer> scratch_;
  std::unique_ptr<Staging> staging_;
  Recording* recording_ = nullptr;
  Trials trials_;
};

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_CONTEXT_H_
