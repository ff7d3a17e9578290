// Fuzzes Tokenizer. An input with a zero byte is a tokenizer.json, the zero, and a text for it. Any
// other input is a text for the two tokenizers of the parity tests, whose ids must spell it again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/pre_tokenizer.h"
#include "engine/model/tokenizer.h"
#include "kernels/error.h"

namespace {

using longtake::model::TokenId;
using longtake::model::Tokenizer;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string streamed(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  longtake::model::TokenStream stream(tokenizer);
  std::string text;
  for (const TokenId id : ids) text += stream.push(id);
  return text + stream.finish();
}

// Any ids may come out of any tokenizer.json, but they must be its own, and decode to something.
void run_any(const Tokenizer& tokenizer, std::string_view text) {
  for (const bool special : {false, true}) {
    const auto ids = tokenizer.encode(text, special);
    for (const TokenId id : ids) require(id >= 0 && id < tokenizer.size());
    require(streamed(tokenizer, ids) == longtake::model::repair_utf8(tokenizer.decode(ids)));
    tokenizer.decode(ids, true);
  }
}

void run_good(const Tokenizer& tokenizer, const std::string& expected, std::string_view text) {
  const auto ids = tokenizer.encode(text, false);
  require(tokenizer.decode(ids, true) == expected);
  require(streamed(tokenizer, ids) == expected);
  // With special tokens too, except that a mark behind one does not join its last character.
  const std::string spelled = tokenizer.decode(tokenizer.encode(text, true), true);
  require(spelled == expected || longtake::model::to_nfc(spelled) == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Tokenizer gpt2 = Tokenizer::load(LONGTAKE_SOURCE_DIR "/tests/parity/tokenizer/gpt2");
  static const Tokenizer qwen2 =
      Tokenizer::load(LONGTAKE_SOURCE_DIR "/tests/parity/tokenizer/qwen2");
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = input.find('\0');
  try {
    if (zero != std::string_view::npos) {
      run_any(Tokenizer::parse(input.substr(0, zero)), input.substr(zero + 1));
      return 0;
    }
  } catch (const longtake::Error&) {  // the one way to refuse a document
    return 0;
  }
  // Text is never refused.
  const std::string repaired = longtake::model::repair_utf8(input);
  const std::string composed = longtake::model::to_nfc(repaired);
  require(longtake::model::to_nfc(composed) == composed);
  run_good(gpt2, repaired, input);
  run_good(qwen2, composed, input);
  return 0;
}
