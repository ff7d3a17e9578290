#include "engine/model/added_tokens.h"

#include <algorithm>

#include "engine/model/pre_tokenizer.h"

namespace longtake::model {

namespace {

std::size_t previous_start(std::string_view utf8, std::size_t at) {
  do {
    --at;
  } while ((static_cast<unsigned char>(utf8[at]) & 0xC0U) == 0x80U);
  return at;
}

bool word_before(std::string_view utf8, std::size_t at) {
  if (at == 0) return false;
  std::size_t before = previous_start(utf8, at);
  return is_word(next_code_point(utf8, before));
}

bool word_after(std::string_view utf8, std::size_t at) {
  return at < utf8.size() && is_word(next_code_point(utf8, at));
}

// Where the blanks before `at` begin, but not before `limit`.
std::size_t blank_begin(std::string_view utf8, std::size_t at, std::size_t limit) {
  at = std::max(at, limit);
  while (at > limit) {
    const std::size_t start = previous_start(utf8, at);
    std::size_t next = start;
    if (!is_whitespace(next_code_point(utf8, next))) break;
    at = start;
  }
  return at;
}

std::size_t blank_end(std::string_view utf8, std::size_t at) {
  while (at < utf8.size()) {
    std::size_t next = at;
    if (!is_whitespace(next_code_point(utf8, next))) break;
    at = next;
  }
  return at;
}

}  // namespace

void AddedTokenFinder::add(std::string_view pattern, const AddedToken& token) {
  if (pattern.empty()) return;
  std::uint32_t node = 0;
  for (const char c : pattern) {
    const auto [edge, inserted] = edges_.try_emplace(key(node, c), nodes_);
    if (inserted) {
      ++nodes_;
      token_at_.push_back(nullptr);
    }
    node = edge->second;
  }
  starts_[static_cast<unsigned char>(pattern[0])] = true;
  if (token_at_[node] == nullptr) token_at_[node] = &token;
}

void AddedTokenFinder::split(std::string_view utf8, std::vector<Segment>& out) const {
  std::size_t done = 0;  // everything before it is in `out`
  std::size_t at = 0;
  while (at < utf8.size()) {
    const auto [token, length] = longest_match(utf8, at);
    if (token == nullptr) {
      ++at;
      continue;
    }
    std::size_t begin = at;
    std::size_t end = at + length;
    at = end;
    if (token->single_word && (word_before(utf8, begin) || word_after(utf8, end))) continue;
    // A match may begin inside blanks that the token before it took (done > begin): its own text
    // is then empty, and its blanks end where those do.
    if (token->lstrip) begin = std::min(blank_begin(utf8, begin, done), end);
    if (token->rstrip) end = end < done ? done : blank_end(utf8, end);
    if (done < begin) out.push_back({utf8.substr(done, begin - done), kNoToken});
    out.push_back({utf8.substr(begin, end - begin), token->id});
    done = end;
  }
  if (done < utf8.size()) out.push_back({utf8.substr(done), kNoToken});
}

std::pair<const AddedToken*, std::size_t> AddedTokenFinder::longest_match(std::string_view utf8,
                                                                          std::size_t at) const {
  std::pair<const AddedToken*, std::size_t> best{nullptr, 0};
  if (!starts_[static_cast<unsigned char>(utf8[at])]) return best;
  std::uint32_t node = 0;
  for (std::size_t i = at; i < utf8.size(); ++i) {
    const auto edge = edges_.find(key(node, utf8[i]));
    if (edge == edges_.end()) break;
    node = edge->second;
    if (token_at_[node] != nullptr) best = {token_at_[node], i + 1 - at};
  }
  return best;
}

}  // namespace longtake::model
