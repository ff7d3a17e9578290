// Tests of Tokenizer, TokenStream and the pre-tokeniser. Parity with the reference on whole
// tokenizers is in tests/parity/tokenizer_parity_test.cc.
#include "engine/model/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/pre_tokenizer.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake::model {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// One character of the byte-level alphabet, as UTF-8.
std::string letter_of(int byte) {
  const bool printable =
      (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
  int c = byte;
  if (!printable) {
    c = 0x100;
    for (int b = 0; b < byte; ++b) {
      if (!((b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE)) ++c;
    }
  }
  if (c < 0x80) return std::string(1, static_cast<char>(c));
  return {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
}

// A tokenizer whose ids 0..255 are the bytes, followed by the results of the merges and the added
// tokens "<s>" (special) and "<t>".
json document(const std::vector<std::pair<std::string, std::string>>& merges = {}) {
  json vocab = json::object();
  for (int byte = 0; byte < 256; ++byte) vocab[letter_of(byte)] = byte;
  json list = json::array();
  for (const auto& [left, right] : merges) {
    vocab.emplace(left + right, vocab.size());
    list.push_back({left, right});
  }
  const auto next = static_cast<int>(vocab.size());
  return {
      {"version", "1.0"},
      {"truncation", nullptr},
      {"padding", nullptr},
      {"added_tokens",
       {{{"id", next}, {"content", "<s>"}, {"special", true}, {"normalized", false}},
        {{"id", next + 1}, {"content", "<t>"}, {"special", false}, {"normalized", false}}}},
      {"normalizer", nullptr},
      {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}},
      {"post_processor", nullptr},
      {"decoder", {{"type", "ByteLevel"}}},
      {"model", {{"type", "BPE"}, {"unk_token", nullptr}, {"vocab", vocab}, {"merges", list}}}};
}
Tokenizer make(const json& description) {
  return Tokenizer::parse(description.dump());
}

std::vector<std::string> pieces(SplitPattern pattern, std::string_view text) {
  std::vector<std::string_view> views;
  split(pattern, text, views);
  return {views.begin(), views.end()};
}

void expect_error(const json& description, ErrorCode code, const std::string& what) {
  try {
    make(description);
    ADD_FAILURE() << "no error about " << what;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.message();
    EXPECT_THAT(error.message(), HasSubstr(what));
    EXPECT_THAT(error.message(), HasSubstr("tokenizer.json"));
  }
}

// --- Splitting -------------------------------------------------------------------------------
TEST(PreTokenizer, SplitsLikeGpt2) {
  const auto split_text = [](std::string_view text) { return pieces(SplitPattern::gpt2, text); };
  EXPECT_THAT(split_text("Hello world's 12 cats!!"),
              ElementsAre("Hello", " world", "'s", " 12", " cats", "!!"));
  EXPECT_THAT(split_text("a  b"), ElementsAre("a", " ", " b"));
  EXPECT_THAT(split_text("a \n b \n"), ElementsAre("a", " \n", " b", " \n"));
  EXPECT_THAT(split_text("\n\nx"), ElementsAre("\n", "\n", "x"));
  EXPECT_THAT(split_text("I'LL'll"), ElementsAre("I", "'", "LL", "'ll"));
  EXPECT_THAT(split_text("½x٣"), ElementsAre("½", "x", "٣"));
  EXPECT_THAT(split_text("\u00A0a\u3000"), ElementsAre("\u00A0", "a", "\u3000"));
  EXPECT_THAT(split_text(""), IsEmpty());
}

TEST(PreTokenizer, SplitsLikeQwen2) {
  const auto split_text = [](std::string_view text) { return pieces(SplitPattern::qwen2, text); };
  EXPECT_THAT(split_text("Hello world's 12 cats!!\n\nx"),
              ElementsAre("Hello", " world", "'s", " ", "1", "2", " cats", "!!\n\n", "x"));
  EXPECT_THAT(split_text("I'LL they'Re 'x"), ElementsAre("I", "'LL", " they", "'Re", " '", "x"));
  EXPECT_THAT(split_text("'\u017Fa"), ElementsAre("'\u017F", "a"));  // the long s is an s
  EXPECT_THAT(split_text("(a) \tb"), ElementsAre("(a", ")", " ", "\tb"));
  EXPECT_THAT(split_text("a \r\n \n  b"), ElementsAre("a", " \r\n \n", " ", " b"));
  EXPECT_THAT(split_text("  \n"), ElementsAre("  \n"));
  EXPECT_THAT(split_text("   "), ElementsAre("   "));
  EXPECT_THAT(split_text("\nword"), ElementsAre("\n", "word"));
}

TEST(PreTokenizer, KnowsExactlyTwoPatterns) {
  EXPECT_EQ(find_split_pattern(kQwen2), SplitPattern::qwen2);
  EXPECT_EQ(find_split_pattern(
                R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"),
            SplitPattern::gpt2);
  EXPECT_FALSE(find_split_pattern(R"(\s+)"));
  EXPECT_FALSE(find_split_pattern(""));
}

TEST(PreTokenizer, Normalizes) {
  EXPECT_EQ(to_nfc("plain"), "plain");
  EXPECT_EQ(to_nfc("e\u0301"), "\u00E9");
  EXPECT_EQ(to_nfc("\u212B \u2126 \uF900"), "\u00C5 \u03A9 \u8C48");
  EXPECT_EQ(to_nfc("q\u0307\u0323"), "q\u0323\u0307");
  EXPECT_EQ(to_nfc("e\u0323\u0301"), "\u1EB9\u0301");
  EXPECT_EQ(to_nfc("\u1112\u1161\u11AB"), "\uD55C");
  EXPECT_EQ(to_nfc("\uAC00\u11A7"), "\uAC00\u11A7");  // U+11A7 is no trailing consonant
  EXPECT_EQ(to_nfc("\u0958"), "\u0915\u093C");        // excluded from composition
  EXPECT_EQ(to_nfc("\u0301\u0301"), "\u0301\u0301");
  EXPECT_EQ(to_nfc(""), "");
}

TEST(PreTokenizer, RepairsUtf8) {
  const std::string mark = "\uFFFD";
  EXPECT_EQ(repair_utf8("a\u00E9\u20AC\U0001F600"), "a\u00E9\u20AC\U0001F600");
  EXPECT_EQ(repair_utf8("a\x80z"), "a" + mark + "z");
  EXPECT_EQ(repair_utf8("\xC3("), mark + "(");
  EXPECT_EQ(repair_utf8("\xE2\x82"), mark);  // one mark per broken prefix
  EXPECT_EQ(repair_utf8("\xF0\x9F\x98z"), mark + "z");
  EXPECT_EQ(repair_utf8("\xC0\xAF"), mark + mark);             // overlong
  EXPECT_EQ(repair_utf8("\xED\xA0\x80"), mark + mark + mark);  // a surrogate
  EXPECT_EQ(repair_utf8("\xF4\x90\x80\x80"), mark + mark + mark + mark);
  EXPECT_EQ(repair_utf8("\xFF\xFE"), mark + mark);
}

// --- Encoding --------------------------------------------------------------------------------
TEST(Tokenizer, MergesByRank) {
  const Tokenizer tokenizer = make(document({{"b", "c"}, {"a", "b"}, {"a", "bc"}, {"a", "a"}}));
  const auto ids = [&](const char* text) { return tokenizer.encode(text, false); };
  EXPECT_THAT(ids("abc"), ElementsAre(258));  // bc goes first, then a with bc
  EXPECT_THAT(ids("ab"), ElementsAre(257));
  EXPECT_THAT(ids("aaa"), ElementsAre(259, 'a'));  // of equal ranks the leftmost goes first
  EXPECT_THAT(ids(""), IsEmpty());
  EXPECT_THAT(ids("a c"), ElementsAre('a', ' ', 'c'));
  EXPECT_EQ(tokenizer.id_of("bc"), 256);
  EXPECT_EQ(tokenizer.id_of("<s>"), 260);
  EXPECT_FALSE(tokenizer.id_of("nothing"));
  EXPECT_EQ(tokenizer.size(), 262);
}

TEST(Tokenizer, ReadsMergesInBothForms) {
  json description = document({{"b", "c"}, {"a", "bc"}});
  description["model"]["merges"] = {"#version: 0.2", "b c", "a bc"};
  EXPECT_THAT(make(description).encode("abc", false), ElementsAre(257));
}

TEST(Tokenizer, ParsesAddedTokensOnlyWhereAllowed) {
  const Tokenizer tokenizer = make(document());
  EXPECT_THAT(tokenizer.encode("a<s><t>", true), ElementsAre('a', 256, 257));
  EXPECT_THAT(tokenizer.encode("a<s>", false), ElementsAre('a', '<', 's', '>'));
  EXPECT_EQ(tokenizer.decode(tokenizer.encode("a<s><t>", true)), "a<t>");
  EXPECT_EQ(tokenizer.decode(tokenizer.encode("a<s><t>", true), true), "a<s><t>");
  EXPECT_EQ(tokenizer.decode(std::vector<TokenId>{'x', -1, 99999, 258, 'y'}), "xy");
}

TEST(Tokenizer, AddsAPrefixSpace) {
  json description = document();
  description["pre_tokenizer"]["add_prefix_space"] = true;
  const Tokenizer tokenizer = make(description);
  EXPECT_THAT(tokenizer.encode("a", false), ElementsAre(' ', 'a'));
  EXPECT_THAT(tokenizer.encode(" a", false), ElementsAre(' ', 'a'));
  EXPECT_THAT(tokenizer.encode("<s>a", true), ElementsAre(256, ' ', 'a'));
  EXPECT_THAT(tokenizer.encode("", false), IsEmpty());
}

TEST(Tokenizer, TakesWholeWordsFirstWhereAsked) {
  json description = document({{"b", "c"}});
  description["model"]["vocab"]["abc"] = 300;
  EXPECT_THAT(make(description).encode("abc", false), ElementsAre('a', 256));
  description["model"]["ignore_merges"] = true;
  EXPECT_THAT(make(description).encode("abc", false), ElementsAre(300));
  EXPECT_THAT(make(description).encode("abcd", false), ElementsAre('a', 256, 'd'));
}

TEST(Tokenizer, SkipsOrMarksBytesThatTheVocabularyLacks) {
  json description = document();
  description["model"]["vocab"].erase("x");
  description["model"]["vocab"].erase("y");
  EXPECT_THAT(make(description).encode("axyb", false), ElementsAre('a', 'b'));
  description["model"]["unk_token"] = "?";
  EXPECT_THAT(make(description).encode("axyb", false), ElementsAre('a', '?', '?', 'b'));
  description["model"]["fuse_unk"] = true;
  EXPECT_THAT(make(description).encode("axybx", false), ElementsAre('a', '?', 'b', '?'));
}

TEST(Tokenizer, ReplacesInvalidUtf8) {
  const Tokenizer tokenizer = make(document());
  EXPECT_THAT(tokenizer.encode("a\xFFz", false), ElementsAre('a', 0xEF, 0xBF, 0xBD, 'z'));
}

TEST(Tokenizer, DecodesWhatItEncoded) {
  const Tokenizer tokenizer = make(document({{"t", "h"}, {"th", "e"}, {"Ġ", "the"}}));
  std::string all;
  for (int c = 1; c < 0x3000; c += 7) {
    if (c < 0x80) {
      all += static_cast<char>(c);
    } else if (c < 0x800) {
      all += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      all += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    }
    if (c % 5 == 0) all += " the";
  }
  EXPECT_EQ(tokenizer.decode(tokenizer.encode(all, true)), all);
  EXPECT_THAT(tokenizer.encode("a the", false), ElementsAre('a', 258));
  EXPECT_EQ(tokenizer.id_of(" the"), 258);  // by its text, not by how the file spells it
  EXPECT_FALSE(tokenizer.id_of("Ġthe"));
}

TEST(Tokenizer, StaysFastOnHostileText) {
  json description = document({{"a", "a"}, {"aa", "aa"}, {"aaaa", "aaaa"}});
  description["normalizer"] = {{"type", "NFC"}};
  const Tokenizer tokenizer = make(description);
  constexpr std::size_t kBytes = std::size_t{1} << 20;
  std::string marks;
  while (marks.size() < kBytes) marks += "\u0301\u0316";  // the order of all of them is wrong
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(tokenizer.encode(std::string(kBytes, 'a'), false).size(), kBytes / 8);
  EXPECT_EQ(tokenizer.encode(std::string(kBytes, ' '), true).size(), kBytes);
  EXPECT_EQ(tokenizer.encode(std::string(kBytes, '<'), true).size(), kBytes);
  EXPECT_EQ(tokenizer.encode(marks, false).size(), marks.size());
  std::string lines;
  while (lines.size() < kBytes) lines += "  \n";
  EXPECT_EQ(tokenizer.encode(lines, false).size(), lines.size());
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(taken.count(), 30.0);  // quadratic work would take hours; sanitizers take seconds
}

// --- Reading tokenizer.json ------------------------------------------------------------------
TEST(Tokenizer, ReadsTheQwen2Pipeline) {
  json description = document({{"1", "2"}});
  description["normalizer"] = {{"type", "Sequence"}, {"normalizers", {{{"type", "NFC"}}}}};
  description["pre_tokenizer"] = {
      {"type", "Sequence"},
      {"pretokenizers",
       {{{"type", "Split"},
         {"pattern", {{"Regex", kQwen2}}},
         {"behavior", "Isolated"},
         {"invert", false}},
        {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}};
  const Tokenizer tokenizer = make(description);
  EXPECT_THAT(tokenizer.encode("12", false), ElementsAre('1', '2'));  // digits stand alone
  EXPECT_THAT(tokenizer.encode("e\u0301", false), ElementsAre(0xC3, 0xA9));
}

TEST(Tokenizer, SaysWhatItDoesNotSupport) {
  const auto with = [](const char* pointer, const json& value) {
    json description = document();
    description[json::json_pointer(pointer)] = value;
    return description;
  };
  const auto no = ErrorCode::unsupported;
  expect_error(with("/normalizer", {{"type", "Lowercase"}}), no, "Lowercase");
  expect_error(with("/normalizer", {{"type", "Sequence"}, {"normalizers", {{{"type", "NFD"}}}}}),
               no, "NFD");
  expect_error(with("/pre_tokenizer", nullptr), no, "pre_tokenizer");
  expect_error(with("/pre_tokenizer", {{"type", "Metaspace"}}), no, "Metaspace");
  const json byte_level = {{"type", "ByteLevel"}, {"use_regex", false}};
  const auto split_with = [&](const json& pattern, const char* behavior) {
    const json step = {{"type", "Split"}, {"pattern", pattern}, {"behavior", behavior}};
    return with("/pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {step, byte_level}}});
  };
  expect_error(split_with({{"Regex", "\\p{Han}+|x"}}, "Isolated"), no, "Han");
  expect_error(split_with({{"String", "-"}}, "Isolated"), no, "String");
  expect_error(split_with({{"Regex", kQwen2}}, "Removed"), no, "Removed");
  expect_error(with("/pre_tokenizer",
                    {{"type", "Sequence"}, {"pretokenizers", {{{"type", "Digits"}}, byte_level}}}),
               no, "Digits");
  expect_error(with("/decoder", {{"type", "WordPiece"}}), no, "WordPiece");
  expect_error(with("/model/type", "Unigram"), no, "Unigram");
  expect_error(with("/model/byte_fallback", true), no, "byte_fallback");
  expect_error(with("/model/dropout", 0.1), no, "dropout");
  expect_error(with("/model/end_of_word_suffix", "</w>"), no, "end_of_word_suffix");
  EXPECT_NO_THROW(make(with("/model/dropout", 0.0)));
  EXPECT_NO_THROW(make(with("/decoder", nullptr)));
}

TEST(Tokenizer, RefusesNonsense) {
  const auto with = [](const char* pointer, const json& value) {
    json description = document();
    description[json::json_pointer(pointer)] = value;
    return description;
  };
  const auto corrupt = ErrorCode::corrupt_data;
  expect_error(json::array(), corrupt, "object");
  expect_error(with("/model", nullptr), corrupt, "model");
  expect_error(with("/model/vocab", json::array()), corrupt, "vocab");
  expect_error(with("/model/vocab/a", -1), corrupt, "\"a\"");
  expect_error(with("/model/vocab/a", 1e3), corrupt, "\"a\"");
  expect_error(with("/model/vocab/a", 4294967296), corrupt, "\"a\"");
  expect_error(with("/model/merges", nullptr), corrupt, "merges");
  expect_error(with("/model/merges", {"ab"}), corrupt, "\"ab\"");
  expect_error(with("/model/merges", {"a b c"}), corrupt, "\"a b c\"");
  expect_error(with("/model/merges", {"a b"}), corrupt, "\"ab\"");  // has no id
  expect_error(with("/model/merges", json::array({json::array({"a", "zz"})})), corrupt, "\"zz\"");
  expect_error(with("/model/merges", json::array({json::array({"a"})})), corrupt, "number 0");
  expect_error(with("/added_tokens", 7), corrupt, "added_tokens");
  expect_error(with("/added_tokens/0/id", nullptr), corrupt, "<s>");
  expect_error(with("/added_tokens/0/id", 1 << 30), corrupt, "<s>");
  expect_error(with("/added_tokens/0/content", 5), corrupt, "content");
  expect_error(with("/added_tokens/0/special", "yes"), corrupt, "special");
  for (const char* text : {"", "{", "nul", "{\"a\":1,\"a\":2}", "\xFF"}) {
    EXPECT_THROW(Tokenizer::parse(text), Error) << text;
  }
  EXPECT_THROW(Tokenizer::parse(std::string(1000000, '[')), Error);
}

TEST(Tokenizer, LoadsFromAFolder) {
  TempFolder folder;
  try {
    Tokenizer::load(folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
  std::ofstream(folder / "tokenizer.json") << document().dump();
  EXPECT_EQ(Tokenizer::load(folder.path()).size(), 258);
  std::ofstream(folder / "tokenizer.json") << "{}";
  try {
    Tokenizer::load(folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr(folder.path().string()));
  }
}

// --- Streams ---------------------------------------------------------------------------------
TEST(TokenStream, NeverCutsACharacter) {
  const Tokenizer tokenizer = make(document());
  const std::string text = "a\u00E9\u20AC\U0001F600z";
  TokenStream stream(tokenizer);
  std::vector<std::string> steps;
  for (const char c : text) steps.push_back(stream.push(static_cast<unsigned char>(c)));
  EXPECT_THAT(steps,
              ElementsAre("a", "", "\u00E9", "", "", "\u20AC", "", "", "", "\U0001F600", "z"));
  EXPECT_EQ(stream.finish(), "");
}

TEST(TokenStream, ReplacesWhatCannotBecomeACharacter) {
  const Tokenizer tokenizer = make(document());
  TokenStream stream(tokenizer);
  EXPECT_EQ(stream.push(0xF0), "");
  EXPECT_EQ(stream.push(256), "");  // a special token has no text and breaks nothing
  EXPECT_EQ(stream.push(0x9F), "");
  EXPECT_EQ(stream.push('x'), "\uFFFDx");
  EXPECT_EQ(stream.push(0x80), "\uFFFD");
  EXPECT_EQ(stream.push(0xE2), "");
  EXPECT_EQ(stream.push(0x82), "");
  EXPECT_EQ(stream.finish(), "\uFFFD");
  EXPECT_EQ(stream.finish(), "");
}

}  // namespace
}  // namespace longtake::model
