// Kills the desktop while it watches, at random instants, again and again. The library must be
// sound each time, what was seen must not be lost, and the memory that the last start finishes must
// answer as an uninterrupted one does.
//
// LONGTAKE_DESKTOP_KILLS: how many kills (default 6).
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tests/support/program.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kSample = LONGTAKE_SOURCE_DIR "/resources/sample/sample.mp4";
const char* const kQuestion = "What color is the star?";

class DesktopCrash : public testing::Test {
 protected:
  DesktopCrash()
      : folder_(fs::temp_directory_path() / ("longtake-desktop-" + std::to_string(getpid()))) {
    fs::create_directories(folder_ / "run");
    fs::permissions(folder_ / "run", fs::perms::owner_all);
    setenv("QT_QPA_PLATFORM", "offscreen", 1);
    setenv("XDG_CONFIG_HOME", (folder_ / "config").c_str(), 1);
    setenv("XDG_RUNTIME_DIR", (folder_ / "run").c_str(), 1);
  }
  ~DesktopCrash() override { fs::remove_all(folder_); }

  pid_t start_desktop() {
    return tests::start_program(
        {LONGTAKE_DESKTOP, "--library", (folder_ / "library").string(), "--device", "cpu", kSample},
        folder_ / "desktop-output");
  }
  Json run(std::vector<std::string> arguments, const fs::path& library) {
    arguments.insert(arguments.begin(), LONGTAKE_CLI);
    arguments.insert(arguments.end(), {"--library", library.string(), "--json", "--quiet"});
    const tests::Outcome outcome = tests::run_program(arguments, folder_ / "output");
    EXPECT_EQ(outcome.code, 0) << outcome.output;
    return Json::parse(outcome.output, nullptr, false);
  }
  // Blocks of the sample's memory; 0 if there is none.
  std::int64_t blocks() {
    const Json videos = run({"list"}, folder_ / "library").at("videos");
    if (videos.empty() || videos[0].at("memories").empty()) return 0;
    return videos[0].at("memories")[0].at("blocks");
  }

  const fs::path folder_;
};

TEST_F(DesktopCrash, KilledWhileItWatches) {
  const char* wanted = std::getenv("LONGTAKE_DESKTOP_KILLS");
  const int kills = wanted != nullptr ? std::atoi(wanted) : 6;
  std::mt19937 random(1);
  std::int64_t seen = 0;
  for (int i = 0; i < kills; ++i) {
    const pid_t desktop = start_desktop();
    std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 1500));
    kill(desktop, SIGKILL);
    EXPECT_EQ(tests::finish_program(desktop, folder_ / "desktop-output").code, -1)
        << "it ended before it was killed";
    EXPECT_TRUE(run({"check"}, folder_ / "library").value("ok", false)) << "after kill " << i;
    const std::int64_t now = blocks();
    EXPECT_GE(now, seen) << "committed blocks are lost";
    seen = now;
  }

  const Json finished = run({"watch", kSample}, folder_ / "library");
  EXPECT_TRUE(finished.at("finished").get<bool>());
  const Json whole = run({"watch", kSample}, folder_ / "whole");
  EXPECT_EQ(finished.at("blocks"), whole.at("blocks"));
  const Json answer = run({"ask", kSample, kQuestion}, folder_ / "library");
  const Json expected = run({"ask", kSample, kQuestion}, folder_ / "whole");
  for (const char* key : {"answer", "found", "support", "citations", "coverage"}) {
    EXPECT_EQ(answer.at(key), expected.at(key)) << key;
  }
}

}  // namespace
}  // namespace longtake
