// Declares MemoryPool: memory of the device, or pinned memory of the host, that is asked of the
// driver once and then goes round. Asking costs the driver up to milliseconds and stops the device;
// a steady state asks nothing.
//
// Thread rule: any thread. Lifetime rule: buffers keep their pool alive.
#ifndef LONGTAKE_KERNELS_CUDA_MEMORY_POOL_H_
#define LONGTAKE_KERNELS_CUDA_MEMORY_POOL_H_

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels/tensor.h"

namespace longtake::kernels::cuda {

class MemoryPool : public std::enable_shared_from_this<MemoryPool> {
 public:
  enum class Kind : std::uint8_t { device, pinned };
  explicit MemoryPool(Kind kind) : kind_(kind) {}
  ~MemoryPool();
  MemoryPool(const MemoryPool&) = delete;
  MemoryPool& operator=(const MemoryPool&) = delete;

  // How much more than was asked for a block may have. `of_a_class`: up to an eighth, so that what comes and goes in
  // slightly different sizes goes round. `exact`: to the next 256 bytes, for what comes once and stays.
  enum class Room : std::uint8_t { of_a_class, exact };
  // Contents undefined, aligned to 256 bytes. Throws Error{out_of_memory}.
  std::shared_ptr<Buffer> take(std::size_t bytes, Room room = Room::of_a_class);
  // Gives what nobody uses back to the driver, which waits for the device; how many bytes that were. Of the device.
  std::size_t trim();
  // Bytes that pools of this process have of devices, whether in use or not. Any thread.
  static std::size_t held_on_devices();
  // Whether an address lies in memory of this pool.
  bool contains(const void* address) const;

 private:
  class Block;
  std::byte* find(std::size_t size);  // of a size class, or exact
  std::size_t give_free_blocks_back();
  // Of the driver; nullptr if it has none, not even after device blocks that nobody uses went back
  // to it.
  std::byte* ask(std::size_t size);
  void give_back(std::byte* data, std::size_t size);
  void give_to_driver(std::byte* data, std::size_t size);

  const Kind kind_;
  mutable std::mutex mutex_;
  std::map<std::size_t, std::vector<std::byte*>> free_;  // by size
  std::map<const std::byte*, std::size_t> asked_;  // what came from the driver: begin -> bytes
  std::byte* slab_ = nullptr;                      // pinned: small blocks are cut from slabs
  std::size_t slab_left_ = 0;
};

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_MEMORY_POOL_H_
