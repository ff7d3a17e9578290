#include "kernels/cuda/context.h"

#include <cassert>
#include <cstring>
#include <string>

#include "kernels/cuda/memory_pool.h"
#include "kernels/error.h"

namespace longtake::kernels::cuda {

namespace {

constexpr std::size_t kAlignment = 256;

constexpr std::size_t aligned_up(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();
  const std::string said = std::string(what) + ": " + cudaGetErrorString(status);
  if (status == cudaErrorMemoryAllocation) {
    throw Error(ErrorCode::out_of_memory, "The graphics card has no memory left (" + said + ")",
                "Close other programs, choose a smaller model, or use --device cpu.");
  }
  throw Error(ErrorCode::device_lost, "The graphics card stopped working (" + said + ")",
              "Start Longtake again; nothing that was stored is lost. If it happens again, use "
              "--device cpu.");
}

// A ring in two halves. While one half fills, the device may still be reading from the other one;
// the event of a half says when it has finished.
struct Context::Staging {
  std::shared_ptr<Buffer> host;
  std::shared_ptr<Buffer> device;
  std::size_t used = 0;  // of the current half
  int half = 0;
  cudaEvent_t done[2] = {};
};

Context::Context(int device)
    : device_(device),
      device_pool_(std::make_shared<MemoryPool>(MemoryPool::Kind::device)),
      host_pool_(std::make_shared<MemoryPool>(MemoryPool::Kind::pinned)),
      staging_(std::make_unique<Staging>()) {
  check(cudaSetDevice(device), "choosing the device");
  check(cudaGetDeviceProperties(&properties_, device), "asking for the device's properties");
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
  staging_->host = host_pool_->take(kStageBytes);
  staging_->device = device_pool_->take(kStageBytes);
  for (cudaEvent_t& event : staging_->done) {
    check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "making an event");
  }
}

Context::~Context() {
  cudaStreamSynchronize(stream_);
  for (const cudaEvent_t event : staging_->done) {
    if (event != nullptr) cudaEventDestroy(event);
  }
  cudaStreamDestroy(stream_);
}

Tensor Context::allocate(DType dtype, const Shape& shape) {
  return {allocate_bytes(checked_bytes(dtype, shape)), dtype, shape};
}

std::shared_ptr<Buffer> Context::allocate_bytes(std::size_t bytes) {
  return device_pool_->take(bytes);
}

std::shared_ptr<Buffer> Context::allocate_host(std::size_t bytes) {
  return host_pool_->take(bytes);
}

bool Context::is_pinned(const void* host) const {
  return host_pool_->contains(host);
}

std::byte* Context::scratch(std::size_t bytes) {
  if (!scratch_ || scratch_->bytes() < bytes) {
    scratch_
        .reset();  // the pool hands memory out in stream order: work that still uses it comes first
    scratch_ = allocate_bytes(bytes + bytes / 4);
  }
  return static_cast<std::byte*>(scratch_->data());
}

const void* Context::stage_bytes(const void* host, std::size_t bytes) {
  constexpr std::size_t kHalf = kStageBytes / 2;
  assert(bytes <= kHalf);
  Staging& ring = *staging_;
  if (ring.used + bytes > kHalf) {
    check(cudaEventRecord(ring.done[ring.half], stream_), "staging");
    ring.half = 1 - ring.half;
    ring.used = 0;
    check(cudaEventSynchronize(ring.done[ring.half]), "staging");
  }
  const std::size_t offset = static_cast<std::size_t>(ring.half) * kHalf + ring.used;
  ring.used += aligned_up(bytes);
  auto* from = static_cast<std::byte*>(ring.host->data()) + offset;
  auto* to = static_cast<std::byte*>(ring.device->data()) + offset;
  if (bytes == 0) return to;
  std::memcpy(from, host, bytes);
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "staging");
  return to;
}

void Context::upload(const void* host, void* device, std::size_t bytes) {
  const auto* from = static_cast<const std::byte*>(host);
  auto* to = static_cast<std::byte*>(device);
  if (is_pinned(host)) {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "uploading");
    return synchronize();
  }
  // Through the ring: a quarter of it at a time, so that copying into it and out of it overlap.
  constexpr std::size_t kPiece = kStageBytes / 4;
  for (std::size_t done = 0; done < bytes; done += kPiece) {
    const std::size_t count = std::min(kPiece, bytes - done);
    const void* staged = stage_bytes(from + done, count);
    check(cudaMemcpyAsync(to + done, staged, count, cudaMemcpyDeviceToDevice, stream_),
          "uploading");
  }
}

void Context::synchronize() {
  check(cudaStreamSynchronize(stream_), "waiting for the device");
}

}  // namespace longtake::kernels::cuda
