// Prints the ids that Longtake's tokenizer gives, for comparison with the reference:
//
//     tokenizer_dump TOKENIZER.json TEXTS.json special|plain
//
// TEXTS.json is a list of texts; standard output gets the list of their ids.
#include <cstdio>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/base/file.h"
#include "engine/model/tokenizer.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: tokenizer_dump TOKENIZER.json TEXTS.json special|plain\n", stderr);
    return 2;
  }
  try {
    constexpr std::int64_t kLimit = std::int64_t{1} << 30;
    const auto tokenizer =
        longtake::model::Tokenizer::parse(longtake::read_text_file(argv[1], kLimit));
    const auto texts = nlohmann::json::parse(longtake::read_text_file(argv[2], kLimit));
    nlohmann::json ids = nlohmann::json::array();
    for (const auto& text : texts) {
      ids.push_back(
          tokenizer.encode(text.get_ref<const std::string&>(), std::string(argv[3]) == "special"));
    }
    std::cout << ids.dump() << '\n';
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tokenizer_dump: %s\n", error.what());
    return 1;
  }
  return 0;
}
