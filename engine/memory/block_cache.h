// Declares BlockCache: payloads of blocks in RAM, least recently used first out, within a byte
// budget, and a thread that reads ahead what the next layer will probably want.
//
// Thread rule: every method may be called from any thread. Lifetime rule: a source outlives its entries:
// call forget() before destroying it. A payload stays alive while somebody holds it, cached or not.
#ifndef LONGTAKE_ENGINE_MEMORY_BLOCK_CACHE_H_
#define LONGTAKE_ENGINE_MEMORY_BLOCK_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/base/thread_annotations.h"
#include "engine/memory/block_source.h"

namespace longtake::memory {

using Payload = std::shared_ptr<const std::vector<std::byte>>;

class BlockCache {
 public:
  explicit BlockCache(std::size_t byte_budget);
  ~BlockCache();
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;

  // The payload of one block at one layer, from RAM or disk. Throws as BlockSource::read_payload().
  Payload get(const BlockSource& source, BlockId id, std::int64_t layer) LT_EXCLUDES(mutex_);
  // Asks for payloads to be read in the background. Errors surface at get(). A new call replaces what an
  // older one still has waiting: it was a guess for a layer that is now past.
  void prefetch(const BlockSource& source, std::vector<BlockId> ids, std::int64_t layer)
      LT_EXCLUDES(mutex_);
  // Drops everything of a source, and returns only when nothing reads from it any more.
  void forget(const BlockSource& source) LT_EXCLUDES(mutex_);

  struct Statistics {
    std::int64_t hits = 0;
    std::int64_t reads = 0;       // payloads that get() had to read itself
    std::int64_t prefetched = 0;  // payloads that the read-ahead thread read
    std::size_t bytes = 0;        // held now
  };
  Statistics statistics() const LT_EXCLUDES(mutex_);

 private:
  struct Key {
    const BlockSource* source;
    BlockId id;
    std::int64_t layer;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Entry {
    Key key;
    Payload payload;
  };
  static Payload read(const Key& key);
  Payload find(const Key& key) LT_REQUIRES(mutex_);
  void insert(const Key& key, Payload payload) LT_REQUIRES(mutex_);
  void read_ahead();

  const std::size_t byte_budget_;

  mutable Mutex mutex_;
  CondVar changed_;
  std::list<Entry> entries_ LT_GUARDED_BY(mutex_);  // most recently used first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> index_ LT_GUARDED_BY(mutex_);
  std::deque<Key> wanted_ LT_GUARDED_BY(mutex_);
  const BlockSource* reading_ LT_GUARDED_BY(mutex_) = nullptr;  // by the read-ahead thread
  bool closing_ LT_GUARDED_BY(mutex_) = false;
  Statistics statistics_ LT_GUARDED_BY(mutex_);

  std::thread reader_;
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_BLOCK_CACHE_H_
