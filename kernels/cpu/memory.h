// Declares aligned host memory: HostBuffer behind the CPU backend's tensors, and Scratch, the
// working memory that operations keep from call to call so that they need not allocate.
//
// Thread rule: allocation from any thread; a Scratch belongs to one thread at a time.
// Lifetime rule: memory lives as long as its object.
#ifndef LONGTAKE_KERNELS_CPU_MEMORY_H_
#define LONGTAKE_KERNELS_CPU_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernels/tensor.h"

namespace longtake::kernels::cpu {

// A cache line, and the widest vector.
inline constexpr std::size_t kAlignment = 64;

class HostBuffer final : public Buffer {
 public:
  // Contents are undefined. Throws Error{out_of_memory}.
  explicit HostBuffer(std::size_t bytes);
  ~HostBuffer() override;
};

// Dense tensors in fresh memory. Throws Error{out_of_memory}, also if the size overflows.
Tensor allocate_host(DType dtype, const Shape& shape);

// One growing block of memory.
class Scratch {
 public:
  // At least `count` elements with undefined contents, valid until the next get() of this object.
  template <typename T>
  T* get(std::int64_t count) {
    return static_cast<T*>(reserve(static_cast<std::size_t>(count) * sizeof(T)));
  }

 private:
  void* reserve(std::size_t bytes);

  std::unique_ptr<HostBuffer> buffer_;
};

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_MEMORY_H_
