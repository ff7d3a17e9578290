// Declares Tokenizer: byte-level BPE as described by a Hugging Face tokenizer.json (GPT-2's and
// Qwen2's pre-tokenisers, NFC normalisation, added and special tokens), and TokenStream, which
// turns generated ids into text without ever cutting a UTF-8 character.
//
// Thread rule: Tokenizer is immutable after load(); a TokenStream belongs to one thread. Lifetime
// rule: a TokenStream must not outlive its Tokenizer.
#ifndef LONGTAKE_ENGINE_MODEL_TOKENIZER_H_
#define LONGTAKE_ENGINE_MODEL_TOKENIZER_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longtake::model {

using TokenId = std::int32_t;

class Tokenizer {
 public:
  // Reads folder/tokenizer.json. Error{corrupt_data, unsupported} with what is wrong in it.
  static Tokenizer load(const std::filesystem::path& folder);
  static Tokenizer parse(std::string_view json);  // of the same content
  ~Tokenizer();
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;

  // Ids of any text; invalid UTF-8 is replaced by U+FFFD first. Added tokens that occur in the text
  // become their ids when `parse_special` is set (prompt templates), and are plain text otherwise
  // (what a user typed must not be able to close his turn).
  std::vector<TokenId> encode(std::string_view text, bool parse_special) const;
  // The bytes of the tokens; special tokens are left out unless asked for. Unknown ids give
  // nothing.
  std::string decode(std::span<const TokenId> ids, bool keep_special = false) const;
  std::optional<TokenId> id_of(
      std::string_view token) const;  // added or ordinary token by its text
  std::int64_t size() const;          // largest id + 1

 private:
  friend class TokenStream;
  struct Impl;
  explicit Tokenizer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class TokenStream {
 public:
  explicit TokenStream(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
  // The text that this token completes; bytes of an unfinished character are kept for the next
  // call.
  std::string push(TokenId id);
  // What is left at the end; an unfinished character becomes U+FFFD.
  std::string finish();

 private:
  const Tokenizer& tokenizer_;
  std::string pending_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_TOKENIZER_H_
