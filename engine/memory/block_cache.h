// Declares BlockCache: payloads of blocks in RAM, least recently used first out, within a byte
// budget, and a few threads that read: what is asked for first, then ahead what the next layer will
// probably want. Several, because a disk serves several reads faster than one after the other, and
// each payload's checksum is worked out on the way. Behind it stands a second tier, DeviceBlocks.
//
// Thread rule: every method but forget() and device() may be called from any thread. Lifetime rule:
// the backend outlives it; a source outlives its entries: call forget() before destroying it. A
// payload stays alive while somebody holds it, cached or not.
#ifndef LONGTAKE_ENGINE_MEMORY_BLOCK_CACHE_H_
#define LONGTAKE_ENGINE_MEMORY_BLOCK_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <list>
#include <memory>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/base/thread_annotations.h"
#include "engine/memory/block_source.h"
#include "engine/memory/device_blocks.h"
#include "engine/memory/payload_key.h"
#include "kernels/backend.h"

namespace longtake::memory {

class BlockCache {
 public:
  // Payloads lie in host memory of the backend, so that its device reads them at full speed.
  // device_budget: bytes of the device's own memory.
  BlockCache(std::size_t byte_budget, kernels::Backend& backend, std::size_t device_budget = 0);
  ~BlockCache();
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;

  struct Place {
    const BlockSource* source = nullptr;
    BlockId id = 0;
  };
  // The payloads of blocks at one layer, from RAM or disk, in the order of the places. Throws as
  // BlockSource::read_payload().
  std::vector<Payload> get(std::span<const Place> places, std::int64_t layer) LT_EXCLUDES(mutex_);
  Payload get(const BlockSource& source, BlockId id, std::int64_t layer) LT_EXCLUDES(mutex_);
  // What is in RAM now; absent if it is not. Not counted as a use.
  Payload peek(const PayloadKey& key) const LT_EXCLUDES(mutex_);
  // Asks for payloads to be read in the background. Errors surface at get(). A new call replaces
  // what an older one still has waiting: it was a guess for a layer that is now past.
  void prefetch(const BlockSource& source, std::vector<BlockId> ids, std::int64_t layer)
      LT_EXCLUDES(mutex_);
  // Drops everything of a source, and returns only when nothing reads from it any more. On the
  // backend's thread.
  void forget(const BlockSource& source) LT_EXCLUDES(mutex_);
  // What the device keeps itself. On the backend's thread.
  DeviceBlocks& device() { return device_; }

  struct Statistics {
    std::int64_t hits = 0;
    std::int64_t reads = 0;       // payloads that get() had to wait for
    std::int64_t prefetched = 0;  // payloads that were read ahead
    std::size_t bytes = 0;        // held now
  };
  Statistics statistics() const LT_EXCLUDES(mutex_);

 private:
  struct Entry {
    PayloadKey key;
    Payload payload;
  };
  Payload read(const PayloadKey& key);
  Payload find(const PayloadKey& key) LT_REQUIRES(mutex_);
  void insert(const PayloadKey& key, Payload payload) LT_REQUIRES(mutex_);
  // What waits for a payload: one get(), which lives on its caller's stack.
  struct Request {
    std::vector<Payload> payloads;
    std::size_t missing = 0;
    std::exception_ptr error;
  };
  struct Waiter {
    Request* request;
    std::size_t index;
  };
  void read_on();
  // Reads the next payload that somebody waits for, or else (if `ahead`) one to keep; false if
  // there is none.
  bool read_next(bool ahead) LT_EXCLUDES(mutex_);

  const std::size_t byte_budget_;
  kernels::Backend& backend_;
  DeviceBlocks device_;

  mutable Mutex mutex_;
  CondVar changed_;
  std::list<Entry> entries_ LT_GUARDED_BY(mutex_);  // most recently used first
  std::unordered_map<PayloadKey, std::list<Entry>::iterator, PayloadKeyHash> index_
      LT_GUARDED_BY(mutex_);
  std::deque<PayloadKey> urgent_ LT_GUARDED_BY(mutex_);  // somebody waits for them
  std::deque<PayloadKey> wanted_ LT_GUARDED_BY(mutex_);  // to be read ahead
  // Being read now, or urgent, with who waits for them.
  std::unordered_map<PayloadKey, std::vector<Waiter>, PayloadKeyHash> pending_
      LT_GUARDED_BY(mutex_);
  bool closing_ LT_GUARDED_BY(mutex_) = false;
  Statistics statistics_ LT_GUARDED_BY(mutex_);

  std::vector<std::thread> readers_;
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_BLOCK_CACHE_H_
