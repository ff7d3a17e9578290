// Every text format, byte for byte: tests/unit/report/golden. LONGTAKE_UPDATE_GOLDEN=1 writes the
// files anew; read the difference before it is committed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/base/file.h"
#include "tests/unit/report/sample_report.h"

namespace longtake::report {
namespace {

const std::filesystem::path kGolden =
    std::filesystem::path(LONGTAKE_SOURCE_DIR) / "tests/unit/report/golden";

struct Case {
  Format format;
  Language language;
};

class Golden : public testing::TestWithParam<Case> {};

// "report.md"; in another language than English "report.de.md".
std::filesystem::path golden_path(const Case& tested) {
  std::string name = tested.format == Format::resolve ? "resolve" : "report";
  if (tested.language != Language::english) {
    name += "." + std::string(language_facts(tested.language).code);
  }
  return kGolden / (name + std::string(format_facts(tested.format).suffix));
}

TEST_P(Golden, IsWhatIsWritten) {
  const std::filesystem::path path = golden_path(GetParam());
  const std::string written =
      write_report(sample_report(), {.format = GetParam().format, .language = GetParam().language})
          .parts.at(0);
  if (std::getenv("LONGTAKE_UPDATE_GOLDEN") != nullptr) write_file_atomically(path, written);
  const std::string golden = read_text_file(path, 1 << 20);
  std::size_t line = 1;
  for (std::size_t i = 0; i < std::min(golden.size(), written.size()) && golden[i] == written[i];
       ++i) {
    if (golden[i] == '\n') ++line;
  }
  EXPECT_TRUE(written == golden) << path << " differs from line " << line << " on";
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Format format : all_formats()) {
    if (format == Format::pdf) continue;  // depends on the fonts that are installed
    for (int l = 0; l < (format_facts(format).has_words ? kLanguages : 1); ++l) {
      all.push_back({format, static_cast<Language>(l)});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Formats, Golden, testing::ValuesIn(cases()), [](const auto& tested) {
  return std::string(format_facts(tested.param.format).name) + "_" +
         std::string(language_facts(tested.param.language).code);
});

}  // namespace
}  // namespace longtake::report
