#include "kernels/cuda/pinned_ring.h"

#include <cstring>
#include <string>

#include "kernels/cuda/context.h"
#include "kernels/cuda/memory_pool.h"
#include "kernels/error.h"

namespace longtake::kernels::cuda {

namespace {

constexpr std::size_t kAlignment = 256;

}  // namespace

PinnedRing::PinnedRing(MemoryPool& pool, cudaStream_t stream, std::size_t segments,
                       std::size_t segment_bytes)
    : pool_(pool), stream_(stream), segment_bytes_(segment_bytes), segments_(segments) {}

PinnedRing::~PinnedRing() {
  for (const Segment& segment : segments_) {
    if (segment.read != nullptr) cudaEventDestroy(segment.read);
  }
}

void PinnedRing::begin_segment(std::size_t number) {
  Segment& segment = segments_[number];
  if (segment.memory == nullptr) segment.memory = pool_.take(segment_bytes_);
  if (segment.read == nullptr) {
    check(cudaEventCreateWithFlags(&segment.read, cudaEventDisableTiming), "making an event");
  }
  if (segment.was_filled) check(cudaEventSynchronize(segment.read), "staging");
  current_ = number;
  used_ = 0;
}

PinnedRing::Place PinnedRing::put(const void* host, std::size_t bytes) {
  // Arrays grow with what a user asks for.
  if (bytes > segment_bytes_) {
    const std::string what = "staging " + std::to_string(bytes >> 20) + " MiB at once";
    throw Error(ErrorCode::out_of_memory, "The graphics card has no memory left (" + what + ")",
                "Close other programs, choose a smaller model, or use --device cpu.");
  }
  if (segments_[current_].memory == nullptr) begin_segment(current_);
  if (used_ + bytes > segment_bytes_) {
    Segment& full = segments_[current_];
    check(cudaEventRecord(full.read, stream_), "staging");
    full.was_filled = true;
    begin_segment((current_ + 1) % segments_.size());
  }
  const Place place{static_cast<std::byte*>(segments_[current_].memory->data()) + used_, current_,
                    used_};
  used_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (bytes > 0) std::memcpy(place.memory, host, bytes);
  return place;
}

}  // namespace longtake::kernels::cuda
