// Declares BlockSource: committed blocks of one memory, readable by number. The store implements it
// over segment files; tests implement it over vectors.
//
// Thread rule: every method may be called from several threads at once, also while blocks are being
// appended; a block that count() has counted never changes. Lifetime rule: outlives its readers.
#ifndef LONGTAKE_ENGINE_MEMORY_BLOCK_SOURCE_H_
#define LONGTAKE_ENGINE_MEMORY_BLOCK_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/memory/kv_block.h"

namespace longtake::memory {

class BlockSource {
 public:
  virtual ~BlockSource() = default;
  virtual const MemoryShape& shape() const = 0;
  virtual std::int64_t count() const = 0;  // committed blocks: ids 0 .. count()-1
  virtual BlockInfo info(BlockId id) const = 0;
  // Blocks whose time overlaps the range: [first, last), possibly empty. Blocks are in time order.
  virtual std::pair<BlockId, BlockId> range(const TimeRange& time) const = 0;
  virtual std::vector<kernels::Position> positions(BlockId id) const = 0;
  // Reads one layer's payload, shape().layout(info(id).tokens).bytes() bytes, and checks it.
  // Throws Error{corrupt_data} if the bytes do not match their checksum, io_error.
  virtual void read_payload(BlockId id, std::int64_t layer, std::span<std::byte> out) const = 0;
  // Mean keys of consecutive blocks at one layer: f16 bits [blocks][kv_heads][head_dim], pointing into
  // the index. Returns at most `count` blocks, fewer at the end of an index page: call again from there.
  // The span stays valid for the life of the source.
  virtual std::span<const std::uint16_t> mean_keys(std::int64_t layer, BlockId first,
                                                   std::int64_t count) const = 0;
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_BLOCK_SOURCE_H_
