#include "engine/memory/block_cache.h"

#include <algorithm>

#include "kernels/error.h"

namespace longtake::memory {

namespace {

constexpr int kReaders = 6;

}  // namespace

BlockCache::BlockCache(std::size_t byte_budget, kernels::Backend& backend,
                       std::size_t device_budget)
    : byte_budget_(byte_budget), backend_(backend), device_(device_budget, backend) {
  for (int i = 0; i < kReaders; ++i) readers_.emplace_back([this] { read_on(); });
}

BlockCache::~BlockCache() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& reader : readers_) reader.join();
}

Payload BlockCache::read(const PayloadKey& key) {
  const auto layout = key.source->shape().layout(key.source->info(key.id).tokens);
  std::shared_ptr<kernels::Buffer> payload = backend_.allocate_host(layout.bytes());
  key.source->read_payload(key.id, key.layer,
                           {static_cast<std::byte*>(payload->data()), layout.bytes()});
  return payload;
}

Payload BlockCache::find(const PayloadKey& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->payload;
}

void BlockCache::insert(const PayloadKey& key, Payload payload) {
  if (index_.contains(key) || payload->bytes() > byte_budget_) return;
  statistics_.bytes += payload->bytes();
  entries_.push_front({key, std::move(payload)});
  index_[key] = entries_.begin();
  while (statistics_.bytes > byte_budget_) {
    const Entry& oldest = entries_.back();
    statistics_.bytes -= oldest.payload->bytes();
    index_.erase(oldest.key);
    entries_.pop_back();
  }
}

std::vector<Payload> BlockCache::get(std::span<const Place> places, std::int64_t layer) {
  Request request;
  request.payloads.resize(places.size());
  bool for_several = false;
  {
    MutexLock lock(mutex_);
    for (std::size_t i = 0; i < places.size(); ++i) {
      const PayloadKey key{places[i].source, places[i].id, layer};
      if (Payload payload = find(key)) {
        ++statistics_.hits;
        request.payloads[i] = std::move(payload);
        continue;
      }
      ++statistics_.reads;
      ++request.missing;
      const auto [pending, added] = pending_.try_emplace(key);
      pending->second.push_back({&request, i});
      if (added) urgent_.push_back(key);
    }
    for_several = request.missing > 1;
  }
  if (for_several) changed_.notify_all();
  // The caller reads too. When nothing is left to begin with, the rest is in other hands.
  while (read_next(false)) {
  }
  MutexLock lock(mutex_);
  while (request.missing > 0) changed_.wait(mutex_);
  if (request.error) std::rethrow_exception(request.error);
  return std::move(request.payloads);
}

Payload BlockCache::get(const BlockSource& source, BlockId id, std::int64_t layer) {
  const Place place{&source, id};
  return get({&place, 1}, layer).front();
}

Payload BlockCache::peek(const PayloadKey& key) const {
  MutexLock lock(mutex_);
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : found->second->payload;
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
  backend_.forget_keys();
  device_.forget(source);
  MutexLock lock(mutex_);
  std::erase_if(wanted_, [&](const PayloadKey& key) { return key.source == &source; });
  const auto in_use = [&]() LT_REQUIRES(mutex_) {
    return std::any_of(pending_.begin(), pending_.end(),
                       [&](const auto& pending) { return pending.first.source == &source; });
  };
  while (in_use()) changed_.wait(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->key.source == &source) {
      statistics_.bytes -= entry->payload->bytes();
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

void BlockCache::read_on() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!closing_ && urgent_.empty() && wanted_.empty()) changed_.wait(mutex_);
      if (closing_) return;
    }
    read_next(true);
  }
}

bool BlockCache::read_next(bool ahead) {
  PayloadKey key{};
  {
    MutexLock lock(mutex_);
    if (!urgent_.empty()) {
      key = urgent_.front();
      urgent_.pop_front();
    } else {
      if (!ahead || wanted_.empty()) return false;
      key = wanted_.front();
      wanted_.pop_front();
      // Here already, or about to be.
      if (index_.contains(key) || !pending_.try_emplace(key).second) return true;
    }
  }
  Payload payload;
  std::exception_ptr error;
  try {
    payload = read(key);
  } catch (...) {
    error = std::current_exception();
  }
  {
    MutexLock lock(mutex_);
    const auto pending = pending_.find(key);
    if (pending->second.empty() && payload != nullptr) ++statistics_.prefetched;
    for (const Waiter& waiter : pending->second) {
      waiter.request->payloads[waiter.index] = payload;
      if (error) waiter.request->error = error;
      --waiter.request->missing;
    }
    pending_.erase(pending);
    // Of what was only read ahead, errors are met again by whoever needs the block.
    if (payload != nullptr) insert(key, std::move(payload));
  }
  changed_.notify_all();
  return true;
}

}  // namespace longtake::memory
