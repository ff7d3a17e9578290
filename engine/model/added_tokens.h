// Declares AddedTokenFinder: cuts a text into added tokens ("<|im_end|>") and what lies between
// them.
//
// Thread rule: immutable once filled. Lifetime rule: the tokens that were added outlive it;
// segments refer to the text.
#ifndef LONGTAKE_ENGINE_MODEL_ADDED_TOKENS_H_
#define LONGTAKE_ENGINE_MODEL_ADDED_TOKENS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/model/word_merger.h"

namespace longtake::model {

struct AddedToken {
  std::string content;
  TokenId id = kNoToken;
  bool special = false;
  bool single_word = false;
  bool lstrip = false;
  bool rstrip = false;
  bool normalized = true;
};

struct Segment {
  std::string_view text;
  TokenId id = kNoToken;  // of an added token, or kNoToken for ordinary text
};

// Finds added tokens: at the leftmost place where one occurs the longest one counts.
class AddedTokenFinder {
 public:
  // The first of two equal patterns stays.
  void add(std::string_view pattern, const AddedToken& token);
  bool empty() const { return nodes_ == 1; }

  // Cuts the text into added tokens and what lies between them; nothing empty.
  void split(std::string_view utf8, std::vector<Segment>& out) const;

 private:
  static std::uint64_t key(std::uint32_t node, char c) {
    return static_cast<std::uint64_t>(node) << 8U | static_cast<unsigned char>(c);
  }
  std::pair<const AddedToken*, std::size_t> longest_match(std::string_view utf8,
                                                          std::size_t at) const;

  std::unordered_map<std::uint64_t, std::uint32_t> edges_;  // (node, byte) -> node
  std::vector<const AddedToken*> token_at_ = {nullptr};
  std::array<bool, 256> starts_{};
  std::uint32_t nodes_ = 1;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_ADDED_TOKENS_H_
