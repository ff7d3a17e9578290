// Declares PinnedRing: pinned memory through which ordinary memory of the host goes to the device. It is cut
// into segments that are filled one after the other; a segment is filled again when the device has read
// all that was enqueued from it, which its event tells.
//
// Thread rule: the Context's. Lifetime rule: keeps its memory; the stream and the pool outlive it.
#ifndef LONGTAKE_KERNELS_CUDA_PINNED_RING_H_
#define LONGTAKE_KERNELS_CUDA_PINNED_RING_H_

#include <cuda_runtime.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "kernels/tensor.h"

namespace longtake::kernels::cuda {

class MemoryPool;

class PinnedRing {
 public:
  // Memory is asked for as segments are first needed.
  PinnedRing(MemoryPool& pool, cudaStream_t stream, std::size_t segments,
             std::size_t segment_bytes);
  ~PinnedRing();
  PinnedRing(const PinnedRing&) = delete;
  PinnedRing& operator=(const PinnedRing&) = delete;

  struct Place {
    std::byte* memory;
    std::size_t segment, offset;  // where that is
  };
  // A copy of `bytes` of the host's, aligned to 256 bytes; throws Error{out_of_memory} if there are more than a
  // segment takes. Only what is enqueued on the stream before the next call may read it.
  Place put(const void* host, std::size_t bytes);

 private:
  struct Segment {
    std::shared_ptr<Buffer> memory;
    cudaEvent_t read = nullptr;
    bool was_filled = false;
  };
  void begin_segment(std::size_t number);

  MemoryPool& pool_;
  const cudaStream_t stream_;
  const std::size_t segment_bytes_;
  std::vector<Segment> segments_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;  // of the current one
};

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_PINNED_RING_H_
