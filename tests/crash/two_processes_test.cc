// What longtake-cli does while another process has the library, or makes it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/program.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kSample = LONGTAKE_SOURCE_DIR "/resources/sample/sample.mp4";

class TwoProcesses : public testing::Test {
 protected:
  TwoProcesses()
      : folder_(fs::temp_directory_path() / ("longtake-two-" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~TwoProcesses() override { fs::remove_all(folder_); }

  fs::path library() const { return folder_ / "library"; }
  std::vector<std::string> command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), LONGTAKE_CLI);
    arguments.insert(arguments.end(), {"--library", library().string(), "--json", "--quiet"});
    return arguments;
  }
  tests::Outcome run(const std::vector<std::string>& arguments) {
    return tests::run_program(command(arguments), folder_ / "output");
  }
  // As the process that writes does; closing it lets the library go.
  int lock_library() const {
    const int file = open((library() / "library.lock").c_str(), O_RDWR | O_CLOEXEC);
    EXPECT_EQ(flock(file, LOCK_EX | LOCK_NB), 0);
    return file;
  }

  const fs::path folder_;
};

TEST_F(TwoProcesses, ReadersNeitherWaitForTheWriterNorKeepItOut) {
  ASSERT_EQ(run({"watch", kSample, "--until", "10"}).code, 0);
  const int lock = lock_library();
  for (const std::vector<std::string>& reading : std::vector<std::vector<std::string>>{
           {"list"},
           {"show", "1"},
           {"search", "star"},
           {"check"},
           {"export", "1", "-o", (folder_ / "out.json").string()}}) {
    const tests::Outcome outcome = run(reading);
    EXPECT_EQ(outcome.code, 0) << reading[0] << ": " << outcome.output;
  }
  const std::vector<std::string> ask = {"ask", "1", "What color is the bar?"};
  const tests::Outcome asked = run(ask);
  ASSERT_EQ(asked.code, 0) << asked.output;
  const Json answer = Json::parse(asked.output);
  EXPECT_EQ(answer.at("stored"), false);
  close(lock);
  const Json ordinary = Json::parse(run(ask).output);
  EXPECT_EQ(ordinary.at("stored"), true);
  for (const char* key : {"answer", "found", "support", "citations", "coverage", "model"}) {
    EXPECT_EQ(answer.at(key), ordinary.at(key)) << key;
  }

  // A folder that may be written, and yet a reader leaves the lock alone.
  fs::remove(library() / "library.lock");
  EXPECT_EQ(run({"list"}).code, 0);
  EXPECT_FALSE(fs::exists(library() / "library.lock"));
}

TEST_F(TwoProcesses, AWriterWaitsForOneThatIsSoonDone) {
  ASSERT_EQ(run({"watch", kSample, "--until", "10"}).code, 0);
  const int lock = lock_library();
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    close(lock);
  });
  const tests::Outcome outcome = run({"remove", "1"});
  other.join();
  EXPECT_EQ(outcome.code, 0) << outcome.output;
}

TEST_F(TwoProcesses, SeveralMayComeToANewLibraryAtOnce) {
  for (int round = 0; round < 3; ++round) {
    fs::remove_all(library());
    std::vector<pid_t> children;
    const auto output = [&](std::size_t i) { return folder_ / ("output" + std::to_string(i)); };
    for (int i = 0; i < 3; ++i) {
      children.push_back(
          tests::start_program(command({"watch", "/nowhere.mp4"}), output(children.size())));
    }
    for (std::size_t i = 0; i < children.size(); ++i) {
      const tests::Outcome outcome = tests::finish_program(children[i], output(i));
      EXPECT_EQ(outcome.code, 3) << outcome.output;  // what is wrong is the file
      EXPECT_NE(outcome.output.find("nowhere.mp4"), std::string::npos) << outcome.output;
    }
    EXPECT_TRUE(fs::exists(library() / "library.db"));
  }
}

}  // namespace
}  // namespace longtake
