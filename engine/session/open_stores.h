// Declares OpenStores: the memories that stay open between questions, so that their indexes stay mapped and
// their blocks cached.
//
// Thread rule: the device's thread. Lifetime rule: the library and, until clear(), the cache outlive it: a
// store is forgotten there before it closes.
#ifndef LONGTAKE_ENGINE_SESSION_OPEN_STORES_H_
#define LONGTAKE_ENGINE_SESSION_OPEN_STORES_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "engine/memory/block_cache.h"
#include "engine/store/library.h"
#include "engine/store/memory_store.h"

namespace longtake::session {

class OpenStores {
 public:
  // That stay open after a question over more.
  static constexpr std::size_t kMost = 16;

  explicit OpenStores(store::Library& library) : library_(library) {}
  OpenStores(const OpenStores&) = delete;
  OpenStores& operator=(const OpenStores&) = delete;

  // As `memory` says that it is, or with what has been committed since. Throws as
  // Library::open_memory().
  std::shared_ptr<store::MemoryStore> open(const store::Memory& memory, memory::BlockCache& cache);
  void close_video(std::int64_t video);
  void close_memory(std::int64_t memory);
  void close_oldest();
  // When the cache has gone, with all that it held.
  void clear() { stores_.clear(); }

 private:
  struct Open {
    std::int64_t video = 0;
    std::int64_t memory = 0;
    std::shared_ptr<store::MemoryStore> store;
    memory::BlockCache* cache = nullptr;  // that has blocks of it
  };
  template <typename Condition>
  void close_if(Condition condition) {
    std::erase_if(stores_, [&](const Open& open) {
      if (!condition(open)) return false;
      open.cache->forget(*open.store);
      return true;
    });
  }

  store::Library& library_;
  std::list<Open> stores_;  // most recently asked first
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_OPEN_STORES_H_
