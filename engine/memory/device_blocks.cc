#include "engine/memory/device_blocks.h"

#include "kernels/error.h"

namespace longtake::memory {

using kernels::Tensor;

Tensor DeviceBlocks::find(const PayloadKey& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return {};
  entries_.splice(entries_.begin(), entries_, found->second);
  found->second->answer = answer_;
  ++statistics_.hits;
  return found->second->payload;
}

bool DeviceBlocks::keep(const PayloadKey& key, const kernels::Buffer& payload) {
  if (index_.contains(key)) return true;
  if (!make_room(payload.bytes())) return false;
  Tensor there;
  try {
    there = backend_.allocate(kernels::DType::u8, {static_cast<std::int64_t>(payload.bytes())});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::out_of_memory) throw;
    byte_budget_ = 0;
    while (!entries_.empty()) drop(entries_.begin());
    return false;
  }
  backend_.upload(payload.data(), there);
  entries_.push_front({key, std::move(there), answer_});
  index_[key] = entries_.begin();
  statistics_.bytes += payload.bytes();
  ++statistics_.uploads;
  return true;
}

void DeviceBlocks::forget(const BlockSource& source) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->key.source == &source) drop(entry);
    entry = next;
  }
}

bool DeviceBlocks::make_room(std::size_t bytes) {
  if (bytes > byte_budget_) return false;
  while (statistics_.bytes + bytes > byte_budget_) {
    if (entries_.back().answer == answer_) return false;
    drop(std::prev(entries_.end()));
  }
  return true;
}

void DeviceBlocks::drop(std::list<Entry>::iterator entry) {
  statistics_.bytes -= entry->payload.bytes();
  index_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace longtake::memory
