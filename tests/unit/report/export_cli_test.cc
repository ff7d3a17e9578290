// longtake-cli export and clip, as a script uses them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/base/file.h"
#include "engine/report/export_options.h"
#include "tests/support/program.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kSample = fs::path(LONGTAKE_SOURCE_DIR) / "resources/sample/sample.mp4";

// A library in which ten seconds of the sample have been watched and asked about, made once.
class ExportCli : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TempFolder;
    ASSERT_EQ(run({"watch", kSample.string(), "--until", "10", "--quiet"}).code, 0);
    ASSERT_EQ(run({"ask", "sample.mp4", "What color is the bar?", "--quiet"}).code, 0);
  }
  static void TearDownTestSuite() { delete folder_; }

  static tests::Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), LONGTAKE_CLI);
    for (const char* more : {"--device", "cpu", "--library"}) arguments.emplace_back(more);
    arguments.push_back((*folder_ / "library").string());
    return tests::run_program(arguments, *folder_ / "output");
  }
  static std::string place(const std::string& name) { return (*folder_ / name).string(); }

  static TempFolder* folder_;
};
TempFolder* ExportCli::folder_ = nullptr;

TEST_F(ExportCli, EveryFormat) {
  for (int i = 0; i < report::kFormats; ++i) {
    const report::FormatFacts& facts = report::format_facts(static_cast<report::Format>(i));
    SCOPED_TRACE(facts.name);
    const std::string path = place("out" + std::to_string(i) + std::string(facts.suffix));
    const tests::Outcome outcome =
        run({"export", "sample.mp4", "--format", std::string(facts.name), "-o", path, "--json"});
    ASSERT_EQ(outcome.code, 0) << outcome.output;
    const Json json = Json::parse(outcome.output);
    EXPECT_EQ(json["path"], path);
    EXPECT_EQ(json["size"], fs::file_size(path));
    EXPECT_TRUE(json["notes"].is_array());
  }
}

TEST_F(ExportCli, ToStandardOutputAndByTheName) {
  const tests::Outcome outcome =
      run({"export", "sample.mp4", "--format", "json", "-o", "-", "--quiet"});
  ASSERT_EQ(outcome.code, 0) << outcome.output;
  EXPECT_EQ(Json::parse(outcome.output)["answers"][0]["question"], "What color is the bar?");
  ASSERT_EQ(run({"export", "sample.mp4", "-o", place("named.csv")}).code, 0);
  EXPECT_TRUE(read_text_file(place("named.csv"), 1 << 20).starts_with("video,question,"));
}

TEST_F(ExportCli, OptionsReachTheExport) {
  ASSERT_EQ(run({"export", "sample.mp4", "-o", place("cut.edl"), "--rate", "30000/1001",
                 "--start-timecode", "10:00:00;00", "--what", "citations"})
                .code,
            0);
  EXPECT_NE(read_text_file(place("cut.edl"), 1 << 20).find("FCM: DROP FRAME"), std::string::npos);
  ASSERT_EQ(run({"export", "sample.mp4", "-o", place("plain.html"), "--no-pictures"}).code, 0);
  EXPECT_EQ(read_text_file(place("plain.html"), 1 << 20).find("data:image"), std::string::npos);
  ASSERT_EQ(
      run({"export", "sample.mp4", "-o", place("none.json"), "--what", "markers", "--accepted"})
          .code,
      0);
  EXPECT_TRUE(Json::parse(read_text_file(place("none.json"), 1 << 20))["answers"].empty());
}

TEST_F(ExportCli, Languages) {
  ASSERT_EQ(run({"export", "sample.mp4", "-o", place("de.md"), "--language", "de"}).code, 0);
  const std::string german = read_text_file(place("de.md"), 1 << 20);
  EXPECT_NE(german.find("### F1 What color is the bar?"), std::string::npos);
  EXPECT_NE(german.find("| Datei | "), std::string::npos);
  ASSERT_EQ(run({"export", "sample.mp4", "-o", place("en.md")}).code, 0);
  EXPECT_NE(read_text_file(place("en.md"), 1 << 20).find("| File | "), std::string::npos);
}

TEST_F(ExportCli, Clips) {
  for (const bool exact : {false, true}) {
    std::vector<std::string> arguments = {"clip", "sample.mp4",      "--range", "2-4.5",
                                          "-o",   place("clip.mp4"), "--json"};
    if (exact) arguments.emplace_back("--exact");
    const tests::Outcome outcome = run(arguments);
    ASSERT_EQ(outcome.code, 0) << outcome.output;
    EXPECT_EQ(Json::parse(outcome.output)["size"], fs::file_size(place("clip.mp4")));
  }
}

TEST_F(ExportCli, MistakesAreSaid) {
  const auto expect = [](const std::vector<std::string>& arguments, int code,
                         const std::string& words) {
    const tests::Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, code) << outcome.output;
    EXPECT_NE(outcome.output.find(words), std::string::npos) << outcome.output;
  };
  expect({"export", "sample.mp4", "--format", "docx", "-o", place("a.docx")}, 2,
         "no export format");
  expect({"export", "sample.mp4", "-o", place("a.docx")}, 2, "which format");
  expect({"export", "nothing.mp4", "--format", "md", "-o", place("a.md")}, 3, "not in the library");
  expect({"export", "sample.mp4", "--format", "md"}, 2, "--output");
  expect({"export", "sample.mp4", "-o", place("a.md"), "--language", "fr"}, 2, "de");
  expect({"export", "sample.mp4", "--format", "edl", "-o", place("a.edl"), "--rate", "fast"}, 2,
         "no frame rate");
  expect(
      {"export", "sample.mp4", "--format", "edl", "-o", place("a.edl"), "--start-timecode", "1:00"},
      2, "no timecode");
  expect({"export", "sample.mp4", "--format", "md", "-o", place("no/folder/a.md")}, 3, "a.md");
  expect({"export", "sample.mp4", "--format", "md", "-o", kSample.string()}, 2, "the video itself");
  expect({"export", "sample.mp4", "--format", "md", "-o", "-", "--json"}, 2, "\"error\"");
  expect({"export", "sample.mp4", "--format", "md", "-o", place("a.md"), "--conversation", "77"}, 3,
         "no conversation 77");
  expect({"clip", "sample.mp4", "--range", "4-2", "-o", place("a.mp4")}, 2, "time range");
  expect({"clip", "sample.mp4", "--range", "200-300", "-o", place("a.mp4")}, 2, "nothing from");
  EXPECT_FALSE(fs::exists(place("a.md")));
  EXPECT_FALSE(fs::exists(place("a.mp4")));
}

}  // namespace
}  // namespace longtake
