#include "kernels/cuda/memory_pool.h"

#include <cuda_runtime.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <string>

#include "kernels/error.h"

namespace longtake::kernels::cuda {

namespace {

constexpr std::size_t kAlignment = 256;
// Pinning has a price per call and per page: small blocks share a call.
constexpr std::size_t kSlab = std::size_t{64} << 20;
constexpr std::size_t kLargestOfSlab = std::size_t{4} << 20;

// Sizes that differ by less than an eighth share a class, so that contexts of slightly different
// length reuse each other's memory.
std::size_t size_class(std::size_t bytes) {
  if (bytes <= kAlignment) return kAlignment;
  const std::size_t step = std::max(kAlignment, std::bit_floor(bytes - 1) / 8);
  return (bytes + step - 1) / step * step;
}

std::size_t whole_alignments(std::size_t bytes) {
  return (std::max<std::size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
}

std::atomic<std::size_t> held_on_devices_now = 0;

}  // namespace

std::size_t MemoryPool::held_on_devices() {
  return held_on_devices_now;
}

class MemoryPool::Block final : public Buffer {
 public:
  Block(std::byte* data, std::size_t bytes, std::size_t size, std::shared_ptr<MemoryPool> pool)
      : Buffer(data, bytes), size_(size), pool_(std::move(pool)) {}
  ~Block() override { pool_->give_back(static_cast<std::byte*>(data_), size_); }

 private:
  const std::size_t size_;  // of its class, or exact
  const std::shared_ptr<MemoryPool> pool_;
};

MemoryPool::~MemoryPool() {
  for (const auto& [begin, bytes] : asked_) give_to_driver(const_cast<std::byte*>(begin), bytes);
}

void MemoryPool::give_to_driver(std::byte* data, std::size_t size) {
  if (kind_ == Kind::device) {
    cudaFree(data);
    held_on_devices_now -= size;
  } else {
    cudaFreeHost(data);
  }
}

std::shared_ptr<Buffer> MemoryPool::take(std::size_t bytes, Room room) {
  // No driver hands out so much, and the class of such a size could overflow.
  const bool absurd = bytes > std::size_t{1} << 46;
  const std::size_t size = absurd                ? 0
                           : room == Room::exact ? whole_alignments(bytes)
                                                 : size_class(bytes);
  std::byte* data = nullptr;
  if (!absurd) {
    const std::lock_guard lock(mutex_);
    data = find(size);
  }
  if (data == nullptr) {
    throw Error(ErrorCode::out_of_memory,
                std::string(kind_ == Kind::device ? "The graphics card" : "The computer") +
                    " has no memory left for " + std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB",
                "Close other programs, choose a smaller model, or use --device cpu.");
  }
  return std::make_shared<Block>(data, bytes, size, shared_from_this());
}

std::byte* MemoryPool::find(std::size_t size) {
  std::vector<std::byte*>& free = free_[size];
  if (!free.empty()) {
    std::byte* data = free.back();
    free.pop_back();
    return data;
  }
  if (kind_ == Kind::device || size > kLargestOfSlab) return ask(size);
  if (slab_left_ < size) {
    std::byte* slab = ask(kSlab);
    if (slab == nullptr) return nullptr;
    slab_ = slab;
    slab_left_ = kSlab;
  }
  std::byte* data = slab_;
  slab_ += size;
  slab_left_ -= size;
  return data;
}

std::byte* MemoryPool::ask(std::size_t size) {
  const auto try_once = [&] {
    void* data = nullptr;
    const cudaError_t status = kind_ == Kind::device
                                   ? cudaMalloc(&data, size)
                                   : cudaHostAlloc(&data, size, cudaHostAllocPortable);
    if (status != cudaSuccess)
      cudaGetLastError();  // an error that is dealt with must not be met again
    return status == cudaSuccess ? static_cast<std::byte*>(data) : nullptr;
  };
  std::byte* data = try_once();
  if (data == nullptr && kind_ == Kind::device) {
    give_free_blocks_back();
    data = try_once();
  }
  if (data == nullptr) return nullptr;
  asked_[data] = size;
  if (kind_ == Kind::device) held_on_devices_now += size;
  return data;
}

std::size_t MemoryPool::give_free_blocks_back() {
  std::size_t given = 0;
  for (auto& [size, blocks] : free_) {
    for (std::byte* block : blocks) {
      give_to_driver(block, size);
      asked_.erase(block);
      given += size;
    }
    blocks.clear();
  }
  return given;
}

std::size_t MemoryPool::trim() {
  assert(kind_ == Kind::device);  // blocks of the host may be parts of a slab
  const std::lock_guard lock(mutex_);
  return give_free_blocks_back();
}

void MemoryPool::give_back(std::byte* data, std::size_t size) {
  const std::lock_guard lock(mutex_);
  free_[size].push_back(data);
}

bool MemoryPool::contains(const void* address) const {
  const auto* byte = static_cast<const std::byte*>(address);
  const std::lock_guard lock(mutex_);
  auto after = asked_.upper_bound(byte);
  if (after == asked_.begin()) return false;
  --after;
  return byte < after->first + after->second;
}

}  // namespace longtake::kernels::cuda
