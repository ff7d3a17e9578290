#include "kernels/cpu/memory.h"

#include <sys/mman.h>

#include <new>
#include <string>

#include "kernels/error.h"

namespace longtake::kernels::cpu {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Large blocks start on a huge page, so that streaming through weights does not wait for page
// walks.
std::align_val_t alignment_for(std::size_t bytes) {
  return std::align_val_t{bytes >= 2 * kHugePage ? kHugePage : kAlignment};
}

void* allocate_bytes(std::size_t bytes) {
  void* data = ::operator new(bytes, alignment_for(bytes), std::nothrow);
  if (data == nullptr) {
    throw Error(ErrorCode::out_of_memory,
                "Not enough memory for " + std::to_string(bytes / (std::size_t{1} << 20)) + " MiB",
                "Close other programs, or choose a smaller model or window.");
  }
  // Only a hint: refusal costs speed.
  if (bytes >= 2 * kHugePage) madvise(data, bytes, MADV_HUGEPAGE);
  return data;
}

}  // namespace

HostBuffer::HostBuffer(std::size_t bytes) : Buffer(allocate_bytes(bytes), bytes) {}

HostBuffer::~HostBuffer() {
  ::operator delete(data_, alignment_for(bytes_));
}

Tensor allocate_host(DType dtype, const Shape& shape) {
  return {std::make_shared<HostBuffer>(checked_bytes(dtype, shape)), dtype, shape};
}

void* Scratch::reserve(std::size_t bytes) {
  if (!buffer_ || buffer_->bytes() < bytes) {
    buffer_.reset();
    buffer_ = std::make_unique<HostBuffer>(bytes + bytes / 4);
  }
  return buffer_->data();
}

}  // namespace longtake::kernels::cpu
