// Declares DeviceBlocks: payloads that a device keeps in memory of its own, within a byte budget.
// The second tier of BlockCache: what answers have used need not cross the bus again for the next
// one, nor for checking the citations of this one.
//
// What the current answer has found or brought stays until the next one begins: an answer that
// needs more than the budget keeps what came first, instead of driving out at its end what it will
// want at its beginning. Beyond that, least recently used goes first.
//
// An answer brings thousands of payloads: they stand on shelves, allocations that many of one size share,
// because a driver takes its time over each; and no copy waits for the one before it.
//
// Thread rule: the backend's thread. Lifetime rule: the backend outlives it; a source outlives its
// payloads: call forget() before destroying it.
#ifndef LONGTAKE_ENGINE_MEMORY_DEVICE_BLOCKS_H_
#define LONGTAKE_ENGINE_MEMORY_DEVICE_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/memory/payload_key.h"
#include "kernels/backend.h"

namespace longtake::memory {

class DeviceBlocks {
 public:
  // A budget of 0 keeps nothing: on a CPU, RAM is where payloads lie anyway.
  DeviceBlocks(std::size_t byte_budget, kernels::Backend& backend)
      : byte_budget_(byte_budget), backend_(backend) {}
  DeviceBlocks(const DeviceBlocks&) = delete;
  DeviceBlocks& operator=(const DeviceBlocks&) = delete;

  bool keeps_any() const { return byte_budget_ > 0; }
  // From here on, what older answers used may go.
  void begin_answer() { ++answer_; }
  // The payload u8 [bytes] on the device; absent if it is not here.
  kernels::Tensor find(const PayloadKey& key);
  bool has(const PayloadKey& key) const { return index_.contains(key); }  // not counted as a use
  struct Item {
    PayloadKey key;
    Payload payload;
  };
  // Copies payloads of the host to the device, in their order, until there is no room beside what the
  // current answer uses; false if some of them found none. A device that is out of memory gets everything
  // back, and nothing is kept any more.
  bool keep(std::span<const Item> items);
  void forget(const BlockSource& source);

  struct Statistics {
    std::int64_t hits = 0;     // payloads that find() found
    std::int64_t uploads = 0;  // payloads that keep() copied
    std::size_t bytes = 0;     // of payloads that are held now
  };
  const Statistics& statistics() const { return statistics_; }

 private:
  struct Shelf {
    kernels::Tensor memory;          // u8 [places, bytes of a place]
    std::vector<std::int64_t> free;  // places
  };
  using ShelfPlace = std::list<Shelf>::iterator;
  struct Entry {
    PayloadKey key;
    ShelfPlace shelf;
    std::int64_t place;  // on the shelf
    std::size_t bytes;
    std::int64_t answer;  // the last one that used it
    kernels::Tensor payload() const;
  };
  // A shelf with a free place for so many bytes; shelves_.end() if there is no room for one. `more`: payloads
  // that will want places, this one included.
  ShelfPlace shelf_for(std::size_t bytes, std::size_t more);
  ShelfPlace add_shelf(std::size_t place_bytes, std::size_t more);
  bool bring(const Item& item, std::size_t more);
  void drop(std::list<Entry>::iterator entry);

  std::size_t byte_budget_;
  kernels::Backend& backend_;
  std::int64_t answer_ = 0;
  std::list<Shelf> shelves_;       // those with free places first
  std::size_t shelves_bytes_ = 0;  // within the budget
  std::list<Entry> entries_;       // most recently used first
  std::unordered_map<PayloadKey, std::list<Entry>::iterator, PayloadKeyHash> index_;
  Statistics statistics_;
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_DEVICE_BLOCKS_H_
