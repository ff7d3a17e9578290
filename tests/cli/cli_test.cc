// longtake-cli as a script uses it: exit codes, what is on stdout, and arguments that are odd.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/base/file.h"
#include "engine/store/library.h"
#include "tests/support/program.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kSample = fs::path(LONGTAKE_SOURCE_DIR) / "resources/sample/sample.mp4";
constexpr const char* kQuestion = "What color is the bar?";

// A library with two videos of which ten seconds have been watched: the sample and a copy of it
// that is another video, because its last byte differs.
class Cli : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TempFolder;
    const std::string bytes = read_text_file(kSample, 1 << 30);
    write_file_atomically(place("other.mp4"), bytes + "x");
    const tests::Outcome watched =
        run({"watch", kSample.string(), place("other.mp4"), "--until", "10", "--quiet"});
    ASSERT_EQ(watched.code, 0) << watched.output;
  }
  static void TearDownTestSuite() { delete folder_; }

  static tests::Outcome run(std::vector<std::string> arguments,
                            const fs::path& library = "library") {
    arguments.insert(arguments.begin(), LONGTAKE_CLI);
    for (const char* more : {"--device", "cpu", "--library"}) arguments.emplace_back(more);
    arguments.push_back((*folder_ / library).string());
    return tests::run_program(arguments, *folder_ / "output");
  }
  // By the shell, where $lt is the program and $library the library.
  static tests::Outcome shell(const std::string& command) {
    return tests::run_program(
        {"/bin/sh", "-c",
         std::string("lt='") + LONGTAKE_CLI + "'; library='" + place("library") + "'; " + command},
        *folder_ / "output");
  }
  static std::string place(const std::string& name) { return (*folder_ / name).string(); }

  static TempFolder* folder_;
};
TempFolder* Cli::folder_ = nullptr;

TEST_F(Cli, FailuresAmongSeveralVideosAreOneList) {
  const tests::Outcome outcome = shell("\"$lt\" watch '" + kSample.string() +
                                       "' /nowhere.mp4 --until 10 --json --quiet "
                                       "--library \"$library\" --device cpu 2>/dev/null");
  EXPECT_EQ(outcome.code, 3);
  const Json json = Json::parse(outcome.output);
  ASSERT_EQ(json["videos"].size(), 2u);
  EXPECT_EQ(json["videos"][0]["video"], kSample.string());
  EXPECT_EQ(json["videos"][1]["error"]["code"], "not_found");
}

TEST_F(Cli, CheckSaysDamageOnce) {
  const tests::Outcome sound = run({"check", "--json"});
  EXPECT_EQ(sound.code, 0);
  EXPECT_EQ(Json::parse(sound.output)["ok"], true);
  fs::copy(place("library"), place("damaged"), fs::copy_options::recursive);
  for (const auto& entry : fs::recursive_directory_iterator(place("damaged"))) {
    if (entry.path().extension() == ".ltseg") fs::resize_file(entry.path(), 10);
  }
  const tests::Outcome damaged = run({"check", "--json"}, "damaged");
  EXPECT_EQ(damaged.code, 4) << damaged.output;
  EXPECT_EQ(Json::parse(damaged.output)["ok"], false) << "one object and nothing else";
  // And it is known from then on.
  EXPECT_NE(run({"list"}, "damaged").output.find("sample.mp4: a check on 20"), std::string::npos);
  const Json listed = Json::parse(run({"list", "--json", "--quiet"}, "damaged").output);
  EXPECT_EQ(listed["findings"], Json::parse(damaged.output)["findings"]);
  EXPECT_TRUE(Json::parse(run({"list", "--json", "--quiet"}).output)["findings"].empty());
}

TEST_F(Cli, OptionsThatRepeatLeaveTheRestAlone) {
  const tests::Outcome asked = run(
      {"ask", "sample.mp4", "--video", "other.mp4", kQuestion, "--json", "--no-verify", "--quiet"});
  ASSERT_EQ(asked.code, 0) << asked.output;
  const Json json = Json::parse(asked.output);
  EXPECT_EQ(json["question"], kQuestion);
  ASSERT_EQ(json["coverage"].size(), 2u);
  EXPECT_EQ(json["coverage"][0]["video"], kSample.string());
  EXPECT_EQ(json["coverage"][1]["video"], place("other.mp4"));
  const tests::Outcome exported = run({"export", "--conversation", "1", "--conversation", "1",
                                       "sample.mp4", "--format", "json", "-o", place("both.json")});
  EXPECT_EQ(exported.code, 0) << exported.output;
}

TEST_F(Cli, EmptyArgumentsAreSaid) {
  const auto expect = [](const std::vector<std::string>& arguments, const std::string& words) {
    const tests::Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.output;
    EXPECT_NE(outcome.output.find(words), std::string::npos) << outcome.output;
  };
  expect({"ask", "sample.mp4", ""}, "The question is empty");
  expect({"ask", "sample.mp4", " \n"}, "The question is empty");
  expect({"show", ""}, "No video is named");
  expect({"watch", ""}, "No video is named");
  expect({"export", "sample.mp4", "--format", "md", "-o", ""}, "no name for the file");
  expect({"clip", "sample.mp4", "--range", "1-2", "-o", ""}, "no name for the file");
}

TEST_F(Cli, ShowsWhatBecameOfAnswers) {
  {
    const auto library = store::Library::open(place("library"), store::Library::Access::write);
    const auto ask = [&](const std::string& text, store::AnswerState state) {
      const std::vector<std::int64_t> videos = {2};
      store::Question question;
      question.text = text;
      library->journal().end_answer(library->journal().ask(question, videos).answer, state);
    };
    ask("Why not?", store::AnswerState::failed);
    ask("Enough?", store::AnswerState::stopped);
    const std::vector<std::int64_t> videos = {2};
    store::Question question;
    question.text = "And why?";
    library->journal().fail_answer(library->journal().ask(question, videos).answer,
                                   {ErrorCode::out_of_memory, "No room", "Make some."});
  }
  const tests::Outcome text = run({"show", "other.mp4"});
  EXPECT_NE(text.output.find("Why not? -> (failed)\n"), std::string::npos) << text.output;
  EXPECT_NE(text.output.find("Enough? -> (stopped)\n"), std::string::npos) << text.output;
  const Json json = Json::parse(run({"show", "other.mp4", "--json"}).output);
  EXPECT_NE(text.output.find("And why? -> (failed: No room)\n"), std::string::npos) << text.output;
  std::map<std::string, std::string> states;
  for (const Json& one : json["questions"]) {
    states[one["question"]] = one["state"];
    EXPECT_EQ(one.contains("error"), one["question"] == "And why?");
    if (one.contains("error")) {
      EXPECT_EQ(one["error"],
                Json({{"code", "out_of_memory"}, {"message", "No room"}, {"hint", "Make some."}}));
    }
  }
  EXPECT_EQ(states["Why not?"], "failed");
  EXPECT_EQ(states["Enough?"], "stopped");
}

TEST_F(Cli, StdoutTakesNoExportOfSeveralFiles) {
  {
    const auto library = store::Library::open(place("library"), store::Library::Access::write);
    for (int i = 0; i < 1000; ++i) {
      const Micros begin = i * kMicrosPerSecond / 10;
      library->journal().add_marker({0, 2, {begin, begin + kMicrosPerSecond / 20}, "m", "", ""});
    }
  }
  const std::vector<std::string> arguments = {"export", "other.mp4", "--format", "edl", "-o", "-"};
  const tests::Outcome outcome = run(arguments);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.output.find("The export has 2 files"), std::string::npos) << outcome.output;
}

// 1/30 s is no whole number of microseconds: at steps of 33,333 every frame from the second on would come late.
TEST_F(Cli, FramesAtTheFilesOwnRateAreItsFrames) {
  ASSERT_EQ(shell("ffmpeg -v error -f lavfi -i testsrc=rate=30:duration=2:size=64x48 '" +
                  place("thirty.mp4") + "'")
                .code,
            0);
  const auto frames = [&](const std::string& rate) {
    return run({"frames", place("thirty.mp4"), "--fps", rate, "-o", place("frames"), "--json"});
  };
  for (const char* rate : {"30", "30.0", "60/2"}) {
    const Json list = Json::parse(frames(rate).output)["frames"];
    ASSERT_EQ(list.size(), 60u) << rate;
    for (std::size_t i = 0; i < list.size(); ++i) {
      EXPECT_NEAR(list[i]["pts_s"].get<double>(), static_cast<double>(i) / 30, 1e-5) << rate;
    }
  }
  for (const char* rate : {"0", "-1", "nan", "1001", "thirty", "1/0", "2147483649/2147483647"}) {
    EXPECT_EQ(frames(rate).code, 2) << rate;
  }
}

TEST_F(Cli, ListsTheEmbeddedModelAndTheNamedOne) {
  const fs::path nano = fs::path(LONGTAKE_SOURCE_DIR) / "resources/nano/model";
  fs::copy(nano, place("model"), fs::copy_options::recursive);
  EXPECT_EQ(Json::parse(run({"models", "list", "--json"}).output)["models"].size(), 1u);
  const tests::Outcome both = run({"models", "list", "--json", "--model", place("model")});
  EXPECT_EQ(Json::parse(both.output)["models"].size(), 2u) << both.output;
}

TEST_F(Cli, AModelNeedsAName) {
  // As from a variable that is not set.
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"models", "info", ""},
                                             {"models", "tokenize", ""},
                                             {"models", "verify", ""},
                                             {"models", "list", "--model", ""}}) {
    SCOPED_TRACE(arguments[1]);
    const tests::Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.output;
    EXPECT_NE(outcome.output.find("There is no name for the model"), std::string::npos)
        << outcome.output;
  }
  EXPECT_EQ(Json::parse(run({"models", "info", "nano", "--json"}).output)["name"], "nano");
}

TEST_F(Cli, ManyRangesAreCounted) {
  const tests::Outcome watched =
      run({"watch", kSample.string(), "--fps", "20", "--sampling", "keyframes", "--quiet"}, "keys");
  ASSERT_EQ(watched.code, 0) << watched.output;
  const Json json = Json::parse(run({"show", "sample.mp4", "--json"}, "keys").output);
  const std::size_t ranges = json["memories"][0]["coverage"].size();
  ASSERT_GT(ranges, 4u);
  const std::string parts = "(" + std::to_string(ranges) + " parts of it)";
  EXPECT_NE(run({"show", "sample.mp4"}, "keys").output.find(parts), std::string::npos);
  const tests::Outcome asked = run({"ask", "sample.mp4", kQuestion, "--no-verify"}, "keys");
  EXPECT_NE(asked.output.find(parts + " seen so far"), std::string::npos) << asked.output;
}

TEST_F(Cli, LookingMakesNoLibrary) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"list"}, {"show", "sample.mp4"}, {"search", "bar"}, {"check"}, {"ask", "1", kQuestion}}) {
    const tests::Outcome outcome = run(command, "mistyped");
    EXPECT_EQ(outcome.code, 3) << command[0] << outcome.output;
    EXPECT_NE(outcome.output.find("there is no library here"), std::string::npos) << outcome.output;
    EXPECT_FALSE(fs::exists(place("mistyped"))) << command[0];
  }
  // An argument that is bad is found before anything is added.
  EXPECT_EQ(run({"watch", kSample.string(), "--until", "soon"}, "mistyped").code, 2);
  EXPECT_FALSE(fs::exists(place("mistyped")));
}

// Root may look everywhere, so it becomes nobody, who may reach no more than the test's own folder.
TEST_F(Cli, AnotherUsersLibraryIsNoFault) {
  const std::string as = geteuid() == 0 ? "setpriv --reuid 65534 --clear-groups " : "";
  fs::permissions(folder_->path(), fs::perms::all);
  fs::permissions(place("library"), fs::perms::none);
  fs::copy_file(LONGTAKE_CLI, place("program"));
  const tests::Outcome outcome =
      shell(as + "'" + place("program") + "' list --library \"$library\" 2>&1");
  fs::permissions(place("library"), fs::perms::all);
  EXPECT_EQ(outcome.code, 1) << outcome.output;
  EXPECT_NE(outcome.output.find("Permission denied"), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("library.db"), std::string::npos) << outcome.output;
  EXPECT_EQ(outcome.output.find("report it"), std::string::npos) << outcome.output;
}

TEST_F(Cli, AnAnswerSaysWhetherItIsComplete) {
  const tests::Outcome asked = run({"ask", "sample.mp4", kQuestion, "--json", "--quiet", "--no-verify"});
  EXPECT_EQ(Json::parse(asked.output)["state"], "done") << asked.output;
}

TEST_F(Cli, AFullDiskIsNoSuccess) {
  for (const char* json : {"", " --json"}) {
    for (const char* command : {"list", "show sample.mp4", "export sample.mp4 --format md -o -"}) {
      if (*json != '\0' && std::string_view(command).starts_with("export")) continue;
      const tests::Outcome outcome = shell("\"$lt\" " + std::string(command) + json +
                                           " --library \"$library\" 2>&1 >/dev/full");
      EXPECT_EQ(outcome.code, 1) << command << json;
      EXPECT_NE(outcome.output.find("could not be written to stdout: No space left"),
                std::string::npos)
          << outcome.output;
    }
  }
  EXPECT_EQ(shell("\"$lt\" --help >/dev/full").code, 1);
}

TEST_F(Cli, WhoeverStopsReadingIsNotTold) {
  // With the signal, and where whoever started it ignores that.
  for (const char* ignored : {"", "trap '' PIPE; "}) {
    const tests::Outcome outcome =
        shell(std::string(ignored) + "{ sleep 0.5; \"$lt\" list --library \"$library\"; } | true");
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.output, "");
  }
}

TEST_F(Cli, ALibraryMayBeNamedWithTwoSlashes) {
  const tests::Outcome outcome = shell("\"$lt\" list --json --library \"/$library\"");
  EXPECT_EQ(outcome.code, 0) << outcome.output;
  EXPECT_GE(Json::parse(outcome.output)["videos"].size(), 2u);
}

bool is_running(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

TEST_F(Cli, AnswersWhileAnotherProcessWatches) {
  const std::vector<std::string> ask = {"ask", "sample.mp4", kQuestion, "--json", "--quiet"};
  const pid_t watch =
      tests::start_program({LONGTAKE_CLI, "watch", kSample.string(), "--fps", "10", "--device",
                            "cpu", "--library", place("busy"), "--quiet"},
                           place("watch"));
  double seen = 0;
  int unstored = 0;
  int stored = 0;
  while (is_running(watch)) {
    const tests::Outcome outcome = run(ask, "busy");
    if (seen == 0 && outcome.code == 3) continue;  // nothing has been seen yet
    ASSERT_EQ(outcome.code, 0) << outcome.output;
    const Json json = Json::parse(outcome.output);
    EXPECT_FALSE(json.at("answer").get<std::string>().empty());
    ASSERT_EQ(json.at("coverage").size(), 1u);
    const double end = json.at("coverage")[0].at("end_s");
    EXPECT_GE(end, seen);
    if (json.at("stored").get<bool>()) {
      ++stored;  // the watch has just ended
    } else {
      ++unstored;
    }
    seen = end;
    for (const Json& citation : json.at("citations")) EXPECT_LE(citation.at("end_s"), end);
  }
  EXPECT_EQ(tests::finish_program(watch, place("watch")).code, 0);
  EXPECT_GE(unstored, 1);

  // The last one, of all that there is: as an ordinary one.
  Json read;
  std::string text;
  {
    const auto holder = store::Library::open(place("busy"), store::Library::Access::write);
    read = Json::parse(run(ask, "busy").output);
    text = run({"ask", "sample.mp4", kQuestion}, "busy").output;
  }
  const Json ordinary = Json::parse(run(ask, "busy").output);
  EXPECT_EQ(read.at("stored"), false);
  EXPECT_EQ(ordinary.at("stored"), true);
  for (const char* key :
       {"question", "answer", "found", "support", "citations", "coverage", "model"}) {
    EXPECT_EQ(read.at(key), ordinary.at(key)) << key;
  }
  const std::string line = "  not stored: " + place("busy") + ": the library is in use by ";
  EXPECT_NE(text.find(line), std::string::npos) << text;
  const Json shown = Json::parse(run({"show", "sample.mp4", "--json"}, "busy").output);
  EXPECT_EQ(shown.at("questions").size(), static_cast<std::size_t>(stored) + 1);
  EXPECT_EQ(run({"check"}, "busy").code, 0);
}

// Whenever it goes: an answer, or that it is not there; never damage.
TEST_F(Cli, AVideoMayBeRemovedWhileItIsAskedAbout) {
  constexpr int kRounds = 8;
  constexpr int kAsking = 3;
  for (int round = 0; round < kRounds; ++round) {
    fs::remove_all(place("removing"));
    fs::copy(place("library"), place("removing"), fs::copy_options::recursive);
    auto holder = store::Library::open(place("removing"), store::Library::Access::write);
    std::vector<pid_t> asking;
    const auto output = [](int i) { return place("asking" + std::to_string(i)); };
    for (int i = 0; i < kAsking; ++i) {
      asking.push_back(
          tests::start_program({LONGTAKE_CLI, "ask", "sample.mp4", kQuestion, "--json", "--quiet",
                                "--device", "cpu", "--library", place("removing")},
                               output(i)));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    // They wait a second for the library, then read.
    std::this_thread::sleep_for(std::chrono::milliseconds(950 + 75 * round));
    holder->remove_video(1);
    for (int i = 0; i < kAsking; ++i) {
      const tests::Outcome outcome =
          tests::finish_program(asking[static_cast<std::size_t>(i)], output(i));
      const Json json = Json::parse(outcome.output, nullptr, false);
      ASSERT_FALSE(json.is_discarded()) << outcome.code << ": " << outcome.output;
      if (outcome.code == 0) {
        EXPECT_EQ(json.at("stored"), false);
      } else {
        EXPECT_EQ(json.at("error").at("code"), "not_found") << outcome.output;
      }
    }
  }
}

}  // namespace
}  // namespace longtake
