// Declares MergeTable and WordMerger: byte-pair encoding of one word (Sennrich, Haddow and Birch
// 2016), in n log n.
//
// Thread rule: a table is immutable once filled; a merger belongs to one thread. Lifetime rule:
// plain values.
#ifndef LONGTAKE_ENGINE_MODEL_WORD_MERGER_H_
#define LONGTAKE_ENGINE_MODEL_WORD_MERGER_H_

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "engine/model/tokenizer.h"

namespace longtake::model {

inline constexpr TokenId kNoToken = -1;

struct Merge {
  std::uint32_t rank = 0;  // lower ones go first
  TokenId result = kNoToken;
};

// Pair of ids -> Merge. Open addressing: it is asked for every neighbouring pair of every word.
class MergeTable {
 public:
  explicit MergeTable(std::size_t merges) {
    std::size_t slots = 16;
    while (slots < merges * 2) slots *= 2;
    slots_.resize(slots);
  }
  // A pair that occurs again takes the later rank, as in the reference.
  void set(TokenId left, TokenId right, Merge merge) {
    Slot& slot = slots_[position(key_of(left, right))];
    slot = {key_of(left, right), merge};
  }
  const Merge* find(TokenId left, TokenId right) const {
    const Slot& slot = slots_[position(key_of(left, right))];
    return slot.key == kFree ? nullptr : &slot.merge;
  }

 private:
  static constexpr std::uint64_t kFree = std::numeric_limits<std::uint64_t>::max();
  struct Slot {
    std::uint64_t key = kFree;
    Merge merge;
  };
  static std::uint64_t key_of(TokenId left, TokenId right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U |
           static_cast<std::uint32_t>(right);
  }
  // The slot that holds the key, or the free one where it belongs; the table is at most half full.
  std::size_t position(std::uint64_t key) const {
    std::uint64_t hash = key * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32U;
    std::size_t at = static_cast<std::size_t>(hash) & (slots_.size() - 1);
    while (slots_[at].key != kFree && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  std::vector<Slot> slots_;
};

// Applies merges to one word: a doubly linked list of symbols and a heap of possible merges, so
// that a word of n bytes costs n log n.
class WordMerger {
 public:
  // Appends the word's final tokens to `out`.
  void run(const MergeTable& merges, std::span<const TokenId> initial, std::vector<TokenId>& out);

 private:
  struct Symbol {
    TokenId id;
    std::int64_t previous;
    std::int64_t next;
  };
  struct Candidate {
    std::uint32_t rank;
    std::size_t at;
    TokenId result;
  };
  static bool later(const Candidate& a, const Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.at > b.at;
  }
  void propose(const MergeTable& merges, std::size_t at);

  std::vector<Symbol> symbols_;
  std::vector<Candidate> heap_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_WORD_MERGER_H_
