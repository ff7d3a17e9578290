// Kills the desktop while it watches, and in the middle of an answer, again and again. The library
// must be sound each time; what was seen, asked, answered and marked must not be lost; the memory
// that the last start finishes must answer as an uninterrupted one does; and an answer that was cut
// off says so.
//
// LONGTAKE_DESKTOP_KILLS: how many kills (default 6).
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "engine/engine.h"
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

// --- In the middle of an answer ------------------------------------------------------------------

class AnswerCrash : public DesktopCrash {
 protected:
  using Lines = std::vector<std::string>;

  Lines told() const {
    std::ifstream file(folder_ / "desktop-output");
    Lines lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  static bool has(const Lines& lines, const std::string& word) {
    return std::find(lines.begin(), lines.end(), word) != lines.end();
  }
  bool wait_for(const std::string& word) const {
    for (int i = 0; i < 30'000; ++i) {
      if (has(told(), word)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ADD_FAILURE() << "the desktop never said " << word << ", but "
                  << testing::PrintToString(told());
    return false;
  }

  struct Everything {
    std::vector<QuestionWithAnswers> turns;
    std::vector<store::Marker> markers;
  };
  // As the next start finds it.
  Everything everything() {
    Everything all;
    EngineOptions options;
    options.library = folder_ / "library";
    options.model = LONGTAKE_SOURCE_DIR "/resources/nano/model";
    options.device = Device::cpu;
    Engine engine(options);
    const auto call = [&](Command command) {
      const RequestId request = engine.send(std::move(command));
      for (;;) {
        std::optional<Event> event = engine.wait_event(std::chrono::seconds(10));
        EXPECT_TRUE(event.has_value()) << "no answer of the engine";
        if (!event || (event->request == request && ends_request(*event))) return event.value();
      }
    };
    const Event conversations = call(ListConversations{});
    for (const auto& one : std::get<ConversationList>(conversations.body).conversations) {
      const Event opened = call(OpenConversation{one.id});
      const auto& turns = std::get<ConversationOpened>(opened.body).questions;
      all.turns.insert(all.turns.end(), turns.begin(), turns.end());
    }
    const Event videos = call(ListVideos{});
    for (const auto& one : std::get<VideoList>(videos.body).videos) {
      const Event listed = call(ListMarkers{one.video.id});
      const auto& markers = std::get<MarkerList>(listed.body).markers;
      all.markers.insert(all.markers.end(), markers.begin(), markers.end());
    }
    std::sort(all.turns.begin(), all.turns.end(),
              [](const auto& a, const auto& b) { return a.question.id < b.question.id; });
    return all;
  }
};

TEST_F(AnswerCrash, KilledWhileItAnswers) {
  const char* wanted = std::getenv("LONGTAKE_DESKTOP_KILLS");
  const int kills = wanted != nullptr ? std::atoi(wanted) : 6;
  fs::create_directories(folder_ / "library");
  run({"watch", kSample}, folder_ / "library");
  std::mt19937 random(2);
  Everything before;
  int in_the_middle = 0;
  // As often as wanted, and then until the newest answer is one that was cut off.
  bool cut_off = false;
  for (int i = 0; i < kills || (!cut_off && i < kills + 30); ++i) {
    cut_off = false;
    fs::remove(folder_ / "desktop-output");  // what the last one said
    const pid_t desktop =
        tests::start_program({LONGTAKE_ASKING_DESKTOP, folder_.string(), kSample,
                              std::string(kQuestion) + " (" + std::to_string(i) + ")"},
                             folder_ / "desktop-output");
    // Right after the question was sent, stored, taken up, or has words of an answer.
    const char* const instants[] = {"asked", "stored", "answering", "writing"};
    const bool came = wait_for(instants[i < kills ? i % 4 : 2]);
    if (i < kills) std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
    kill(desktop, SIGKILL);
    EXPECT_EQ(tests::finish_program(desktop, folder_ / "desktop-output").code, -1)
        << "it ended before it was killed";
    const Lines lines = told();
    ASSERT_TRUE(came);
    EXPECT_TRUE(run({"check"}, folder_ / "library").value("ok", false)) << "after kill " << i;

    const Everything after = everything();
    // What was there is there, to the letter.
    ASSERT_GE(after.turns.size(), before.turns.size());
    for (std::size_t n = 0; n < before.turns.size(); ++n) {
      const auto& was = before.turns[n];
      const auto& is = after.turns[n];
      EXPECT_EQ(is.question.text, was.question.text);
      ASSERT_EQ(is.answers.size(), was.answers.size());
      for (std::size_t a = 0; a < was.answers.size(); ++a) {
        EXPECT_EQ(is.answers[a].text, was.answers[a].text);
        EXPECT_EQ(is.answers[a].state, was.answers[a].state);
        EXPECT_EQ(is.answers[a].citations.size(), was.answers[a].citations.size());
      }
    }
    EXPECT_EQ(after.markers.size(), before.markers.size() + 1) << "the marker that was set before";
    // The question that was stored is there; its answer is not shown as more than it is.
    EXPECT_LE(after.turns.size(), before.turns.size() + 1);
    if (has(lines, "stored")) {
      ASSERT_EQ(after.turns.size(), before.turns.size() + 1);
    }
    if (after.turns.size() > before.turns.size()) {
      const auto& turn = after.turns.back();
      EXPECT_EQ(turn.question.text, std::string(kQuestion) + " (" + std::to_string(i) + ")");
      ASSERT_EQ(turn.answers.size(), 1U);
      const store::AnswerState state = turn.answers[0].state;
      EXPECT_NE(state, store::AnswerState::running);
      if (has(lines, "ended")) {
        EXPECT_EQ(state, store::AnswerState::done);
      }
      if (state == store::AnswerState::interrupted) {
        ++in_the_middle;
        cut_off = true;
        EXPECT_TRUE(turn.answers[0].citations.empty()) << "they come with the end";
      }
    }
    before = after;
  }
  EXPECT_GT(in_the_middle, 0) << "no kill came in the middle of an answer";

  // The next start says so, and it answers again.
  tests::run_program({LONGTAKE_ASKING_DESKTOP, folder_.string(), kSample},
                     folder_ / "desktop-output");
  const Lines shown = told();
  EXPECT_TRUE(has(shown, "shown Interrupted: Longtake was closed"))
      << testing::PrintToString(shown);
  const Json answer = run({"ask", kSample, kQuestion}, folder_ / "library");
  EXPECT_TRUE(answer.at("found").get<bool>());
}

}  // namespace
}  // namespace longtake
