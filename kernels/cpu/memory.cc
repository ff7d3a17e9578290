#include "kernels/cpu/memory.h"

#include <sys/mman.h>

#include <limits>
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

[[noreturn]] void throw_out_of_memory(const std::string& wanted) {
  throw Error(ErrorCode::out_of_memory, "Not enough memory for " + wanted,
              "Close other programs, or choose a smaller model or window.");
}

void* allocate_bytes(std::size_t bytes) {
  void* data = ::operator new(bytes, alignment_for(bytes), std::nothrow);
  if (data == nullptr) {
    throw_out_of_memory(std::to_string(bytes / (std::size_t{1} << 20)) + " MiB");
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
  // No element is larger than 8 bytes, so that the byte count cannot overflow after this.
  std::int64_t elements = shape.rank() == 0 ? 0 : 1;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    if (shape[i] < 0) throw Error(ErrorCode::bad_argument, "Negative size " + shape.to_string());
    if (shape[i] != 0 && elements > std::numeric_limits<std::int64_t>::max() / 8 / shape[i]) {
      throw_out_of_memory("a tensor " + shape.to_string());
    }
    elements *= shape[i];
  }
  const std::size_t bytes = dtype_bytes(dtype, static_cast<std::size_t>(elements));
  return {std::make_shared<HostBuffer>(bytes), dtype, shape};
}

void* Scratch::reserve(std::size_t bytes) {
  if (!buffer_ || buffer_->bytes() < bytes) {
    buffer_.reset();
    buffer_ = std::make_unique<HostBuffer>(bytes + bytes / 4);
  }
  return buffer_->data();
}

}  // namespace longtake::kernels::cpu
