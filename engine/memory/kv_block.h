// Declares KvBlock: what a model remembers of one visual unit (a frame, or two for some families),
// and BlockInfo and MemoryShape, which describe it without its bytes.
//
// Thread rule and lifetime rule: plain values; blocks are moved, not copied, on the hot path.
#ifndef LONGTAKE_ENGINE_MEMORY_KV_BLOCK_H_
#define LONGTAKE_ENGINE_MEMORY_KV_BLOCK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "kernels/kv_codec.h"
#include "kernels/rope.h"

namespace longtake::memory {

// Blocks of one memory are numbered 0, 1, 2, ... in stream order, without gaps.
using BlockId = std::int64_t;

// What all blocks of one memory have in common.
struct MemoryShape {
  std::int64_t layers = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  kernels::KvCodec codec = kernels::KvCodec::i8;

  kernels::KvLayout layout(std::int64_t tokens) const {
    return {tokens, kv_heads, head_dim, codec};
  }
  // f16 values of one block's mean keys, all layers.
  std::int64_t mean_key_elements() const { return layers * kv_heads * head_dim; }
  bool operator==(const MemoryShape&) const = default;
};

struct BlockInfo {
  BlockId id = 0;
  TimeRange time;            // what the unit stands for: from its instant to the next unit's
  Micros shown_at = 0;       // PTS of the (first) frame that was looked at
  std::int32_t grid_t = 1;   // the unit's tokens as time x rows x columns
  std::int32_t grid_h = 0;
  std::int32_t grid_w = 0;
  std::int32_t tokens = 0;
  std::int32_t extent = 0;   // positions that the unit occupies: the next one starts after so many
};

// Bytes that never change once they are here; copies share them. The blocks of a chunk are slices
// of one piece of memory, into which the device has written.
class Bytes {
 public:
  Bytes() = default;
  Bytes(std::shared_ptr<const void> owner, std::span<const std::byte> view)
      : owner_(std::move(owner)), view_(view) {}
  explicit Bytes(std::vector<std::byte> bytes) {
    auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    view_ = *owner;
    owner_ = std::move(owner);
  }
  const std::byte* data() const { return view_.data(); }
  std::size_t size() const { return view_.size(); }
  std::span<const std::byte> span() const { return view_; }
  bool operator==(const Bytes& other) const { return std::ranges::equal(view_, other.view_); }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> view_;
};

struct KvBlock {
  BlockInfo info;
  std::vector<kernels::Position> positions;  // [tokens], relative to the block's first position
  // Per layer one payload of layout(tokens).bytes() bytes (kernels/kv_codec.h), one after the other.
  Bytes payload;
  // f16 bits [layers][kv_heads][head_dim]: mean over the tokens of K before RoPE (the exact K, not the
  // decoded one).
  std::vector<std::uint16_t> mean_keys;
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_KV_BLOCK_H_
