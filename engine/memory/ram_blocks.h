// Declares RamBlocks: a BlockSource that keeps its blocks in RAM. The self-test of a model and unit
// tests use it; videos live in store::MemoryStore.
//
// Thread rule: append() while nobody reads. Lifetime rule: spans live until the next append().
#ifndef LONGTAKE_ENGINE_MEMORY_RAM_BLOCKS_H_
#define LONGTAKE_ENGINE_MEMORY_RAM_BLOCKS_H_

#include <vector>

#include "engine/memory/block_source.h"

namespace longtake::memory {

class RamBlocks : public BlockSource {
 public:
  explicit RamBlocks(const MemoryShape& shape);
  void append(std::vector<KvBlock> blocks);

  const MemoryShape& shape() const override { return shape_; }
  std::int64_t count() const override { return static_cast<std::int64_t>(blocks_.size()); }
  BlockInfo info(BlockId id) const override { return block(id).info; }
  std::pair<BlockId, BlockId> range(const TimeRange& time) const override;
  std::vector<kernels::Position> positions(BlockId id) const override { return block(id).positions; }
  void read_payload(BlockId id, std::int64_t layer, std::span<std::byte> out) const override;
  std::span<const std::uint16_t> mean_keys(std::int64_t layer, BlockId first,
                                           std::int64_t count) const override;

 private:
  const KvBlock& block(BlockId id) const { return blocks_.at(static_cast<std::size_t>(id)); }

  const MemoryShape shape_;
  std::vector<KvBlock> blocks_;
  std::vector<std::vector<std::uint16_t>> keys_;  // per layer [blocks][kv_heads][head_dim]
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_RAM_BLOCKS_H_
