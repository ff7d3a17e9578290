// Compares Tokenizer with ids that the reference (the `tokenizers` library) gave for the same
// tokenizer.json and the same texts. make_tokenizer_fixtures.py writes the fixtures, and compares
// any number of random texts where the reference is installed.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/base/file.h"
#include "engine/model/tokenizer.h"

namespace longtake::model {
namespace {

class TokenizerParity : public testing::TestWithParam<const char*> {};

TEST_P(TokenizerParity, GivesTheReferencesIds) {
  const auto folder =
      std::filesystem::path(LONGTAKE_SOURCE_DIR) / "tests/parity/tokenizer" / GetParam();
  const Tokenizer tokenizer = Tokenizer::load(folder);
  const auto cases = nlohmann::json::parse(read_text_file(folder / "cases.json", 1 << 20));
  ASSERT_GE(cases.size(), 250U);
  for (const auto& one : cases) {
    const auto text = one.at("text").get<std::string>();
    EXPECT_EQ(tokenizer.encode(text, true), one.at("ids").get<std::vector<TokenId>>())
        << one.at("text").dump();
    EXPECT_EQ(tokenizer.encode(text, false), one.at("plain").get<std::vector<TokenId>>())
        << one.at("text").dump();
  }
}

INSTANTIATE_TEST_SUITE_P(Fixtures, TokenizerParity, testing::Values("gpt2", "qwen2", "flags"));

}  // namespace
}  // namespace longtake::model
