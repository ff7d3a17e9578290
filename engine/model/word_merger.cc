#include "engine/model/word_merger.h"

#include <algorithm>

namespace longtake::model {

void WordMerger::run(const MergeTable& merges, std::span<const TokenId> initial,
                     std::vector<TokenId>& out) {
  const std::size_t n = initial.size();
  symbols_.resize(n);
  heap_.clear();
  for (std::size_t i = 0; i < n; ++i) {
    symbols_[i] = {initial[i], static_cast<std::int64_t>(i) - 1,
                   i + 1 < n ? static_cast<std::int64_t>(i) + 1 : -1};
  }
  for (std::size_t i = 0; i + 1 < n; ++i) propose(merges, i);
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Candidate best = heap_.back();
    heap_.pop_back();
    Symbol& left = symbols_[best.at];
    if (left.id == kNoToken || left.next < 0) continue;  // swallowed by its neighbour meanwhile
    Symbol& right = symbols_[static_cast<std::size_t>(left.next)];
    const Merge* merge = merges.find(left.id, right.id);
    if (merge == nullptr || merge->result != best.result) continue;  // no longer the same pair
    left.id = best.result;
    left.next = right.next;
    right.id = kNoToken;
    if (left.next >= 0) {
      symbols_[static_cast<std::size_t>(left.next)].previous = static_cast<std::int64_t>(best.at);
      propose(merges, best.at);
    }
    if (left.previous >= 0) propose(merges, static_cast<std::size_t>(left.previous));
  }
  for (std::int64_t i = n > 0 ? 0 : -1; i >= 0; i = symbols_[static_cast<std::size_t>(i)].next) {
    out.push_back(symbols_[static_cast<std::size_t>(i)].id);
  }
}

void WordMerger::propose(const MergeTable& merges, std::size_t at) {
  const auto next = static_cast<std::size_t>(symbols_[at].next);
  if (const Merge* merge = merges.find(symbols_[at].id, symbols_[next].id)) {
    heap_.push_back({merge->rank, at, merge->result});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
}

}  // namespace longtake::model
