#include "engine/store/records.h"

#include <tuple>

namespace longtake::store {

namespace {

bool answers_before(const Memory& memory, const Memory& other) {
  const auto rank = [](const Memory& of) {
    Micros seen = 0;
    for (const TimeRange& range : of.coverage) seen += range.length();
    return std::tuple(of.blocks > 0, of.finished, of.finished ? 0 : seen, of.id);
  };
  return rank(memory) > rank(other);
}

}  // namespace

const Memory* preferred_memory(std::span<const Memory> memories, std::string_view fingerprint) {
  const Memory* preferred = nullptr;
  for (const Memory& memory : memories) {
    if (!fingerprint.empty() && memory.fingerprint != fingerprint) continue;
    if (preferred == nullptr || answers_before(memory, *preferred)) preferred = &memory;
  }
  return preferred;
}

}  // namespace longtake::store
