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

class Golden : public testing::TestWithParam<Format> {};

TEST_P(Golden, IsWhatIsWritten) {
  const FormatFacts& facts = format_facts(GetParam());
  const std::filesystem::path path =
      kGolden / (std::string(GetParam() == Format::resolve ? "resolve" : "report") +
                 std::string(facts.suffix));
  const std::string written = write(sample_report(), GetParam());
  if (std::getenv("LONGTAKE_UPDATE_GOLDEN") != nullptr) write_file_atomically(path, written);
  const std::string golden = read_text_file(path, 1 << 20);
  std::size_t line = 1;
  for (std::size_t i = 0; i < std::min(golden.size(), written.size()) && golden[i] == written[i];
       ++i) {
    if (golden[i] == '\n') ++line;
  }
  EXPECT_TRUE(written == golden) << path << " differs from line " << line << " on";
}

std::vector<Format> text_formats() {
  std::vector<Format> formats = all_formats();
  std::erase(formats, Format::pdf);  // depends on the fonts that are installed
  return formats;
}

INSTANTIATE_TEST_SUITE_P(Formats, Golden, testing::ValuesIn(text_formats()),
                         [](const auto& tested) {
                           return std::string(format_facts(tested.param).name);
                         });

}  // namespace
}  // namespace longtake::report
