// Declares what happens to text before byte-pair merging: UTF-8 repair, NFC, and the splitting
// patterns of the supported tokenizers, as hand-written scanners over Unicode categories. Each
// scanner gives exactly the pieces that the regular expression in its comment gives in the
// reference implementation (the `tokenizers` library); tests/parity compares them on random text.
//
// Where the two libraries know different versions of Unicode, the reference's knowledge is
// followed: the ids must be those that the model was trained with.
//
// Thread rule: pure functions. Lifetime rule: pieces are views of the text given.
#ifndef LONGTAKE_ENGINE_MODEL_PRE_TOKENIZER_H_
#define LONGTAKE_ENGINE_MODEL_PRE_TOKENIZER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longtake::model {

// --- UTF-8 -----------------------------------------------------------------------------------
// What stands at a position: a character, or the longest prefix of one (at least one byte), which
// is one U+FFFD after repair.
struct Utf8Step {
  std::size_t bytes = 0;
  bool valid = false;
  bool cut_off = false;  // not valid, but more bytes at the end of the text could make it so
};
Utf8Step utf8_step(std::string_view text, std::size_t at);
// The same text with every invalid part replaced by U+FFFD.
std::string repair_utf8(std::string_view text);
// The character at `at` of valid UTF-8; moves `at` behind it.
char32_t next_code_point(std::string_view utf8, std::size_t& at);

// --- Characters ------------------------------------------------------------------------------
bool is_letter(char32_t c);      // \p{L}
bool is_number(char32_t c);      // \p{N}
bool is_whitespace(char32_t c);  // \s: the property White_Space
bool is_word(char32_t c);        // \w: letters, marks, digits, connectors, joiners

// Normalisation form C of valid UTF-8, in time n log n whatever the text.
std::string to_nfc(std::string_view utf8);

// --- Splitting -------------------------------------------------------------------------------
enum class SplitPattern : std::uint8_t {
  // 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  gpt2,
  // (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|
  // \s*[\r\n]+|\s+(?!\S)|\s+
  qwen2,
};
// The scanner for a pattern as written in tokenizer.json; empty if there is none.
std::optional<SplitPattern> find_split_pattern(std::string_view regex);
// Appends the pieces of valid UTF-8 in order; together they are the whole text.
void split(SplitPattern pattern, std::string_view utf8, std::vector<std::string_view>& pieces);

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_PRE_TOKENIZER_H_
