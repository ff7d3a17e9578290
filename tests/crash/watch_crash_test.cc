// Kills longtake-cli while it watches and answers, at random instants, again and again. The library
// must always open and be sound, watching must go on where it was, and the finished memory must
// give the same answers as one that was never interrupted.
//
// LONGTAKE_CRASH_KILLS: how many kills (default 12). LONGTAKE_CRASH_SEED: another series of
// instants.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/program.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;

const std::string kSample = LONGTAKE_SOURCE_DIR "/resources/sample/sample.mp4";
const char* const kQuestion = "What color is the star?";

std::int64_t environment(const char* name, std::int64_t otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::atoll(value) : otherwise;
}

class WatchCrash : public testing::Test {
 protected:
  WatchCrash()
      : folder_(fs::temp_directory_path() / ("longtake-crash-" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~WatchCrash() override { fs::remove_all(folder_); }

  // Starts longtake-cli with its output in a file.
  pid_t start(std::vector<std::string> arguments, const std::string& library) {
    arguments.insert(arguments.end(),
                     {"--library", (folder_ / library).string(), "--json", "--quiet"});
    arguments.insert(arguments.begin(), LONGTAKE_CLI);
    return tests::start_program(arguments, folder_ / "output");
  }
  nlohmann::json run(const std::vector<std::string>& arguments, const std::string& library) {
    const tests::Outcome outcome =
        tests::finish_program(start(arguments, library), folder_ / "output");
    EXPECT_EQ(outcome.code, 0) << arguments[0] << ": " << outcome.output;
    auto json = nlohmann::json::parse(outcome.output, nullptr, false);
    EXPECT_FALSE(json.is_discarded()) << outcome.output;
    return json;
  }

  const fs::path folder_;
};

TEST_F(WatchCrash, KilledWatchesEndWithTheSameAnswers) {
  const std::int64_t kills = environment("LONGTAKE_CRASH_KILLS", 12);
  std::mt19937 random(static_cast<std::uint32_t>(environment("LONGTAKE_CRASH_SEED", 1)));

  const auto started = std::chrono::steady_clock::now();
  const nlohmann::json whole = run({"watch", kSample}, "whole");
  const auto watch_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::steady_clock::now() - started)
                            .count();
  const nlohmann::json expected = run({"ask", kSample, kQuestion}, "whole");

  std::int64_t seen_blocks = 0;
  std::int64_t finished = 0;
  for (std::int64_t kill_number = 0; kill_number < kills; ++kill_number) {
    // Questions are killed too, once there is something to ask about.
    const bool asking = seen_blocks > 0 && random() % 3 == 0;
    const pid_t child =
        asking ? start({"ask", kSample, kQuestion}, "killed") : start({"watch", kSample}, "killed");
    const auto wait_ms =
        static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(watch_ms + 1));
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);

    const nlohmann::json check = run({"check"}, "killed");
    EXPECT_TRUE(check.value("ok", false)) << "after kill " << kill_number << ": " << check.dump();
    const nlohmann::json videos = run({"list"}, "killed").at("videos");
    if (videos.empty() || videos[0].at("memories").empty()) continue;
    const nlohmann::json& memory = videos[0].at("memories")[0];
    EXPECT_GE(memory.at("blocks").get<std::int64_t>(), seen_blocks) << "committed blocks are lost";
    seen_blocks = memory.at("blocks");
    if (memory.at("finished").get<bool>()) {
      // Watched to its end between two kills: begin anew.
      ++finished;
      run({"remove", kSample}, "killed");
      seen_blocks = 0;
    }
  }

  const nlohmann::json resumed = run({"watch", kSample}, "killed");
  EXPECT_TRUE(resumed.at("finished").get<bool>());
  EXPECT_EQ(resumed.at("blocks"), whole.at("blocks"));
  const nlohmann::json answered = run({"ask", kSample, kQuestion}, "killed");
  for (const char* key : {"answer", "found", "support", "citations", "coverage"}) {
    EXPECT_EQ(answered.at(key), expected.at(key)) << key;
  }
  RecordProperty("finished_between_kills", static_cast<int>(finished));
}

}  // namespace
}  // namespace longtake
