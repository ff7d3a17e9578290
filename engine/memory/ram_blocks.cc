#include "engine/memory/ram_blocks.h"

#include <algorithm>
#include <cassert>

namespace longtake::memory {

RamBlocks::RamBlocks(const MemoryShape& shape)
    : shape_(shape), keys_(static_cast<std::size_t>(shape.layers)) {}

void RamBlocks::append(std::vector<KvBlock> blocks) {
  const std::int64_t per_layer = shape_.kv_heads * shape_.head_dim;
  for (KvBlock& block : blocks) {
    assert(block.info.id == count());
    for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
      const auto first = block.mean_keys.begin() + layer * per_layer;
      std::vector<std::uint16_t>& keys = keys_[static_cast<std::size_t>(layer)];
      keys.insert(keys.end(), first, first + per_layer);
    }
    blocks_.push_back(std::move(block));
  }
}

std::pair<BlockId, BlockId> RamBlocks::range(const TimeRange& time) const {
  const auto first = std::partition_point(blocks_.begin(), blocks_.end(), [&](const KvBlock& b) {
    return b.info.time.end <= time.begin;
  });
  const auto last = std::partition_point(first, blocks_.end(), [&](const KvBlock& b) {
    return b.info.time.begin < time.end;
  });
  return {first - blocks_.begin(), last - blocks_.begin()};
}

void RamBlocks::read_payload(BlockId id, std::int64_t layer, std::span<std::byte> out) const {
  const KvBlock& from = block(id);
  assert(out.size() == shape_.layout(from.info.tokens).bytes());
  std::copy_n(from.payload.data() + layer * static_cast<std::int64_t>(out.size()), out.size(),
              out.begin());
}

std::span<const std::uint16_t> RamBlocks::mean_keys(std::int64_t layer, BlockId first,
                                                    std::int64_t count) const {
  const std::int64_t per_block = shape_.kv_heads * shape_.head_dim;
  const std::vector<std::uint16_t>& keys = keys_[static_cast<std::size_t>(layer)];
  return {keys.data() + first * per_block, static_cast<std::size_t>(count * per_block)};
}

}  // namespace longtake::memory
