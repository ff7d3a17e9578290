#include "engine/session/open_stores.h"

#include <algorithm>

namespace longtake::session {

std::shared_ptr<store::MemoryStore> OpenStores::open(const store::Memory& memory,
                                                     memory::BlockCache& cache) {
  // What is only read stays as it was opened while the process that writes goes on.
  close_if([&](const Open& open) {
    return open.memory == memory.id && open.store->count() < memory.blocks;
  });
  const auto known = std::find_if(stores_.begin(), stores_.end(),
                                  [&](const Open& open) { return open.memory == memory.id; });
  if (known != stores_.end()) {
    stores_.splice(stores_.begin(), stores_, known);
  } else {
    stores_.push_front({memory.video_id, memory.id, library_.open_memory(memory.id), &cache});
  }
  return stores_.front().store;
}

void OpenStores::close_video(std::int64_t video) {
  close_if([&](const Open& open) { return open.video == video; });
}

void OpenStores::close_memory(std::int64_t memory) {
  close_if([&](const Open& open) { return open.memory == memory; });
}

void OpenStores::close_oldest() {
  while (stores_.size() > kMost) {
    stores_.back().cache->forget(*stores_.back().store);
    stores_.pop_back();
  }
}

}  // namespace longtake::session
