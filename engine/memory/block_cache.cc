#include "engine/memory/block_cache.h"

#include <functional>

#include "kernels/error.h"

namespace longtake::memory {

BlockCache::BlockCache(std::size_t byte_budget)
    : byte_budget_(byte_budget), reader_([this] { read_ahead(); }) {}

BlockCache::~BlockCache() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  reader_.join();
}

std::size_t BlockCache::KeyHash::operator()(const Key& key) const {
  std::size_t hash = std::hash<const void*>{}(key.source);
  hash = hash * 1'000'003 + std::hash<BlockId>{}(key.id);
  return hash * 1'000'003 + std::hash<std::int64_t>{}(key.layer);
}

Payload BlockCache::read(const Key& key) {
  const auto layout = key.source->shape().layout(key.source->info(key.id).tokens);
  auto payload = std::make_shared<std::vector<std::byte>>(layout.bytes());
  key.source->read_payload(key.id, key.layer, *payload);
  return payload;
}

Payload BlockCache::find(const Key& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->payload;
}

void BlockCache::insert(const Key& key, Payload payload) {
  if (index_.contains(key) || payload->size() > byte_budget_) return;
  statistics_.bytes += payload->size();
  entries_.push_front({key, std::move(payload)});
  index_[key] = entries_.begin();
  while (statistics_.bytes > byte_budget_) {
    const Entry& oldest = entries_.back();
    statistics_.bytes -= oldest.payload->size();
    index_.erase(oldest.key);
    entries_.pop_back();
  }
}

Payload BlockCache::get(const BlockSource& source, BlockId id, std::int64_t layer) {
  const Key key{&source, id, layer};
  {
    MutexLock lock(mutex_);
    if (Payload payload = find(key)) {
      ++statistics_.hits;
      return payload;
    }
    ++statistics_.reads;
  }
  Payload payload = read(key);
  MutexLock lock(mutex_);
  insert(key, payload);
  return payload;
}

void BlockCache::prefetch(const BlockSource& source, std::vector<BlockId> ids, std::int64_t layer) {
  {
    MutexLock lock(mutex_);
    wanted_.clear();
    for (const BlockId id : ids) wanted_.push_back({&source, id, layer});
  }
  changed_.notify_all();
}

void BlockCache::forget(const BlockSource& source) {
  MutexLock lock(mutex_);
  std::erase_if(wanted_, [&](const Key& key) { return key.source == &source; });
  while (reading_ == &source) changed_.wait(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->key.source == &source) {
      statistics_.bytes -= entry->payload->size();
      index_.erase(entry->key);
      entry = entries_.erase(entry);
    } else {
      ++entry;
    }
  }
}

BlockCache::Statistics BlockCache::statistics() const {
  MutexLock lock(mutex_);
  return statistics_;
}

void BlockCache::read_ahead() {
  while (true) {
    Key key{};
    {
      MutexLock lock(mutex_);
      while (!closing_ && wanted_.empty()) changed_.wait(mutex_);
      if (closing_) return;
      key = wanted_.front();
      wanted_.pop_front();
      if (index_.contains(key)) continue;
      reading_ = key.source;
    }
    Payload payload;
    try {
      payload = read(key);
    } catch (const std::exception&) {
      // Whoever needs the block meets the same error at get(), where it can be reported.
    }
    {
      MutexLock lock(mutex_);
      reading_ = nullptr;
      if (payload != nullptr) {
        ++statistics_.prefetched;
        insert(key, std::move(payload));
      }
    }
    changed_.notify_all();
  }
}

}  // namespace longtake::memory
