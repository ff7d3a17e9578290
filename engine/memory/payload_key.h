// Declares PayloadKey: which payload, of all memories that are open. What both tiers of the cache
// look payloads up by; and Payload, as it lies in RAM.
//
// Thread rule: plain values. Lifetime rule: a key is worth something as long as its source lives.
#ifndef LONGTAKE_ENGINE_MEMORY_PAYLOAD_KEY_H_
#define LONGTAKE_ENGINE_MEMORY_PAYLOAD_KEY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "engine/memory/block_source.h"
#include "kernels/tensor.h"

namespace longtake::memory {

using Payload = std::shared_ptr<const kernels::Buffer>;

struct PayloadKey {
  const BlockSource* source = nullptr;
  BlockId id = 0;
  std::int64_t layer = 0;
  bool operator==(const PayloadKey&) const = default;
};

struct PayloadKeyHash {
  std::size_t operator()(const PayloadKey& key) const {
    std::size_t hash = std::hash<const void*>{}(key.source);
    hash = hash * 1'000'003 + std::hash<BlockId>{}(key.id);
    return hash * 1'000'003 + std::hash<std::int64_t>{}(key.layer);
  }
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_PAYLOAD_KEY_H_
