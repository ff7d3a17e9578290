#include "kernels/cuda/context.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "kernels/cuda/memory_pool.h"
#include "kernels/cuda/pinned_ring.h"
#include "kernels/cuda/recording.h"
#include "kernels/error.h"

namespace longtake::kernels::cuda {

namespace {

constexpr std::size_t kStageSegments = 2;
constexpr std::size_t kStageSegment = Context::kStageBytes / kStageSegments;
// What goes to the device by itself is not read until the device gets there: a chunk of pictures in 1080p (50
// MB) must not wait for the passes before it.
constexpr std::size_t kUploadSegments = 8;
constexpr std::size_t kUploadSegment = 16u << 20;
// Of an upload at a time, so that copying into the ring and out of it overlap.
constexpr std::size_t kUploadPiece = 8u << 20;

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

struct Context::Staging {
  Staging(MemoryPool& pool, cudaStream_t stream)
      : arrays(pool, stream, kStageSegments, kStageSegment),
        uploads(pool, stream, kUploadSegments, kUploadSegment) {}
  PinnedRing arrays;
  std::shared_ptr<Buffer> arrays_there;  // a place on the device for each in the ring
  PinnedRing uploads;
};

Context::Context(int device)
    : device_pool_(std::make_shared<MemoryPool>(MemoryPool::Kind::device)),
      host_pool_(std::make_shared<MemoryPool>(MemoryPool::Kind::pinned)) {
  check(cudaSetDevice(device), "choosing the device");
  check(cudaGetDeviceProperties(&properties_, device), "asking for the device's properties");
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
  staging_ = std::make_unique<Staging>(*host_pool_, stream_);
  staging_->arrays_there = device_pool_->take(kStageBytes);
}

Context::~Context() {
  cudaStreamSynchronize(stream_);
  staging_.reset();
  cudaStreamDestroy(stream_);
}

Tensor Context::allocate(DType dtype, const Shape& shape) {
  return {allocate_bytes(checked_bytes(dtype, shape)), dtype, shape};
}

Tensor Context::allocate_lasting(DType dtype, const Shape& shape) {
  assert(recording_ == nullptr);
  return {device_pool_->take(checked_bytes(dtype, shape), MemoryPool::Room::exact), dtype, shape};
}

std::shared_ptr<Buffer> Context::allocate_bytes(std::size_t bytes) {
  std::shared_ptr<Buffer> buffer = device_pool_->take(bytes);
  if (recording_ != nullptr) recording_->hold(buffer);
  return buffer;
}

std::shared_ptr<Buffer> Context::allocate_host(std::size_t bytes) {
  return host_pool_->take(bytes);
}

bool Context::is_pinned(const void* host) const {
  return host_pool_->contains(host);
}

bool Context::make_room() const {
  cudaGetLastError();  // an error that is dealt with must not be met again
  return device_pool_->trim() > 0;
}

std::byte* Context::scratch(std::size_t bytes) {
  if (!scratch_ || scratch_->bytes() < bytes) {
    scratch_
        .reset();  // the pool hands memory out in stream order: work that still uses it comes first
    scratch_ = allocate_bytes(bytes + bytes / 4);
  }
  return static_cast<std::byte*>(scratch_->data());
}

void Context::set_recording(Recording* recording) {
  recording_ = recording;
  if (recording != nullptr && scratch_) recording->hold(scratch_);
}

const void* Context::stage_bytes(const void* host, std::size_t bytes) {
  if (recording_ != nullptr) {
    void* const there = allocate_bytes(bytes)->data();
    recording_->copy_now(host, there, bytes);
    return there;
  }
  const PinnedRing::Place place = staging_->arrays.put(host, bytes);
  std::byte* to = static_cast<std::byte*>(staging_->arrays_there->data()) +
                  place.segment * kStageSegment + place.offset;
  if (bytes > 0) {
    check(cudaMemcpyAsync(to, place.memory, bytes, cudaMemcpyHostToDevice, stream_), "staging");
  }
  return to;
}

void Context::upload(const void* host, void* device, std::size_t bytes) {
  assert(recording_ == nullptr);
  if (is_pinned(host)) {
    send(host, device, bytes);
    return synchronize();
  }
  const auto* from = static_cast<const std::byte*>(host);
  auto* to = static_cast<std::byte*>(device);
  for (std::size_t done = 0; done < bytes; done += kUploadPiece) {
    const std::size_t count = std::min(kUploadPiece, bytes - done);
    const PinnedRing::Place place = staging_->uploads.put(from + done, count);
    check(cudaMemcpyAsync(to + done, place.memory, count, cudaMemcpyHostToDevice, stream_),
          "uploading");
  }
}

void Context::send(const void* host, void* device, std::size_t bytes) {
  assert(recording_ == nullptr);
  if (!is_pinned(host)) return upload(host, device, bytes);
  check(cudaMemcpyAsync(device, host, bytes, cudaMemcpyHostToDevice, stream_), "uploading");
}

void Context::synchronize() {
  check(cudaStreamSynchronize(stream_), "waiting for the device");
}

}  // namespace longtake::kernels::cuda
