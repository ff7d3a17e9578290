// Exports from a real library: what is gathered, what is written, and what is left alone.
#include "engine/session/exporting.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/base/file.h"
#include "engine/media/frame_reader.h"
#include "engine/media/image_file.h"
#include "engine/session/catalogue.h"
#include "kernels/error.h"
#include "tests/support/journal_rows.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake::session {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using report::Format;

const fs::path kSample = fs::path(LONGTAKE_SOURCE_DIR) / "resources/sample/sample.mp4";
constexpr Micros kSecond = kMicrosPerSecond;

class ExportingTest : public testing::Test {
 protected:
  ExportingTest()
      : library_(store::Library::open(folder_ / "library", store::Library::Access::write)),
        catalogue_(*library_),
        exporter_(*library_) {
    fs::copy_file(kSample, file_);
    video_ = catalogue_.run(AddVideo{file_.string()}).video;
    store::Memory memory;
    memory.video_id = video_.id;
    memory.model = "nano";
    memory.fingerprint = std::string(32, 'a');
    memory.shape = {.layers = 1, .kv_heads = 1, .head_dim = 32};
    memory.interval = kSecond / 2;
    memory.mode = "keyframes";
    memory_ = library_->create_memory(memory);
    first_ = ask("What color is the star?", "orange", true, {{80 * kSecond, 87 * kSecond}});
    second_ = ask("What color is the diamond?", "not seen", false, {{11 * kSecond, 16 * kSecond}});
    library_->journal().add_marker(
        {0, video_.id, {5 * kSecond, 9 * kSecond}, "Blue bar", "blue", "wide"});
  }

  // A conversation of its own, answered.
  std::int64_t ask(const std::string& question, const std::string& text, bool found,
                   const std::vector<TimeRange>& cited) {
    store::Journal& journal = library_->journal();
    const std::vector<std::int64_t> videos = {video_.id};
    store::Question row;
    row.text = question;
    row.memory_ids = {memory_};
    row.scope = R"([{"video":)" + std::to_string(video_.id) + R"(,"start_s":0,"end_s":90}])";
    store::Answer answer;
    const store::Asked asked = tests::ask(journal, row, videos);
    answer.id = asked.answer;
    answer.text = text;
    answer.state = store::AnswerState::done;
    answer.found = found;
    answer.support = 1.5;
    answer.model = "nano";
    answer.coverage = R"([{"video":)" + std::to_string(video_.id) + R"(,"start_s":0,"end_s":60}])";
    for (const TimeRange& time : cited) {
      store::Citation& citation = answer.citations.emplace_back();
      citation.video_id = video_.id;
      citation.time = time;
      citation.score = 0.75;
      citation.verdict = store::Verdict::confirmed;
    }
    journal.finish_answer(answer);
    return asked.conversation;
  }

  Exported write(Format format, const fs::path& path,
                 std::vector<std::int64_t> conversations = {}) {
    Export command;
    command.video = video_.id;
    command.conversations = std::move(conversations);
    command.options.format = format;
    command.path = path.string();
    return exporter_.run(command, nullptr);
  }
  template <typename Command>
  void expect_error(const Command& command, ErrorCode code, const std::string& words,
                    const std::atomic<bool>* cancel = nullptr) {
    try {
      exporter_.run(command, cancel);
      ADD_FAILURE() << "no error, but " << words;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.message();
      EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
    }
  }
  static bool mentions(const Exported& exported, const std::string& words) {
    for (const std::string& note : exported.notes) {
      if (note.find(words) != std::string::npos) return true;
    }
    return false;
  }

  TempFolder folder_;
  const fs::path file_ = folder_ / "sample.mp4";
  std::unique_ptr<store::Library> library_;
  Catalogue catalogue_;
  Exporter exporter_;
  store::Video video_;
  std::int64_t memory_ = 0;
  std::int64_t first_ = 0;
  std::int64_t second_ = 0;
};

TEST_F(ExportingTest, EveryFormatIsWrittenToItsFile) {
  for (int i = 0; i < report::kFormats; ++i) {
    const auto format = static_cast<Format>(i);
    const report::FormatFacts& facts = report::format_facts(format);
    SCOPED_TRACE(facts.name);
    const fs::path path = folder_ / ("out-" + std::string(facts.name) + std::string(facts.suffix));
    const Exported exported = write(format, path);
    EXPECT_EQ(exported.path, path.string());
    EXPECT_EQ(exported.size, static_cast<std::int64_t>(fs::file_size(path)));
    EXPECT_TRUE(exported.bytes.empty());
    const Exported preview = write(format, {});
    EXPECT_EQ(preview.size, static_cast<std::int64_t>(preview.bytes.size()));
    EXPECT_GT(preview.size, 100);
  }
}

TEST_F(ExportingTest, GathersEverythingFromTheLibrary) {
  const Json json = Json::parse(write(Format::json, {}).bytes);
  const Json& video = json["videos"][0];
  EXPECT_EQ(video["name"], "sample.mp4");
  EXPECT_EQ(video["path"], file_.string());
  EXPECT_EQ(video["content_id"], video_.content_id);
  EXPECT_EQ(video["duration_s"], 120.0);
  EXPECT_EQ(video["frame_rate"]["numerator"], 25);
  ASSERT_EQ(json["answers"].size(), 2u);
  const Json& answer = json["answers"][0];
  EXPECT_EQ(answer["question"], "What color is the star?");
  EXPECT_EQ(answer["answer"], "orange");
  EXPECT_EQ(answer["model"], "nano");
  EXPECT_EQ(answer["found"], true);
  EXPECT_EQ(answer["sampling"]["interval_s"], 0.5);
  EXPECT_EQ(answer["sampling"]["keyframes_only"], true);
  EXPECT_EQ(answer["coverage"][0]["end_s"], 60.0);
  EXPECT_EQ(answer["scope"][0]["end_s"], 90.0);
  EXPECT_EQ(answer["citations"][0]["start_s"], 80.0);
  EXPECT_EQ(answer["citations"][0]["verdict"], "confirmed");
  EXPECT_EQ(json["markers"][0]["label"], "Blue bar");
}

TEST_F(ExportingTest, ChosenConversationsOnly) {
  const Json json = Json::parse(write(Format::json, {}, {second_}).bytes);
  ASSERT_EQ(json["answers"].size(), 1u);
  EXPECT_EQ(json["answers"][0]["question"], "What color is the diamond?");
  Export command;
  command.video = video_.id;
  command.conversations = {first_, 999};
  expect_error(command, ErrorCode::not_found, "no conversation 999");
  store::Video other;
  other.content_id = std::string(32, 'b');
  other.path = "/nowhere/other.mp4";
  other.name = "other.mp4";
  const std::vector<std::int64_t> others = {library_->add_video(other)};
  store::Question question;
  question.text = "And there?";
  command.conversations = {library_->journal().ask(question, others).conversation};
  expect_error(command, ErrorCode::bad_argument, "is not about sample.mp4");
}

TEST_F(ExportingTest, PicturesComeFromTheMiddleOfEachRange) {
  Export command;
  command.video = video_.id;
  command.options.format = Format::html;
  const std::string html = exporter_.run(command, nullptr).bytes;
  EXPECT_NE(html.find("width=\"640\" height=\"360\""), std::string::npos);
  const std::size_t begin = html.find("data:image/jpeg;base64,");
  ASSERT_NE(begin, std::string::npos);
  // What is embedded is the picture of 83.5 s, as a JPEG file of its own.
  media::ReadOptions options;
  options.max_width = options.max_height = 640;
  const auto frame = media::read_at(file_.string(), {83'500'000}, options).at(0);
  const std::vector<std::byte> jpeg = media::encode_jpeg(frame.image, 82);
  const std::size_t length =
      html.find('"', begin) - begin - std::string("data:image/jpeg;base64,").size();
  EXPECT_EQ(length, (jpeg.size() + 2) / 3 * 4);
  command.options.pictures = false;
  EXPECT_EQ(exporter_.run(command, nullptr).bytes.find("data:image"), std::string::npos);
  command.options.pictures = true;
  command.options.accepted_only = true;
  EXPECT_EQ(exporter_.run(command, nullptr).bytes.find("data:image"), std::string::npos)
      << "none is accepted";
}

TEST_F(ExportingTest, WithoutTheFileTheRestIsWritten) {
  fs::remove(file_);
  const Exported exported = write(Format::html, {});
  EXPECT_NE(exported.bytes.find("What color is the star?"), std::string::npos);
  EXPECT_EQ(exported.bytes.find("data:image"), std::string::npos);
  EXPECT_TRUE(mentions(exported, "is not there"));
  EXPECT_NE(write(Format::edl, {}).bytes.find("00:01:20:00 00:01:27:00"), std::string::npos)
      << "the rate is known from the library";
  expect_error(SaveFrame{video_.id, 0, (folder_ / "a.png").string()}, ErrorCode::not_found,
               "is not there");
  expect_error(ExportClip{video_.id, {0, kSecond}, (folder_ / "a.mp4").string(), false},
               ErrorCode::not_found, "is not there");
}

TEST_F(ExportingTest, DamagedRowsAreAsIfAbsent) {
  store::Journal& journal = library_->journal();
  const std::vector<std::int64_t> videos = {video_.id};
  store::Question row;
  row.text = "odd?";
  row.scope = "{broken";
  store::Answer answer;
  answer.id = journal.ask(row, videos).answer;
  answer.text = "text \xFF";
  answer.state = store::AnswerState::done;
  answer.coverage = R"([1,{"video":"x"},{"video":77,"start_s":0,"end_s":1},{"video":)" +
                    std::to_string(video_.id) + R"(,"start_s":-5,"end_s":1e300}])";
  journal.finish_answer(answer);
  const Json json = Json::parse(write(Format::json, {}).bytes);
  EXPECT_EQ(json["answers"][2]["answer"], "text \uFFFD");
  EXPECT_EQ(json["answers"][2]["coverage"].size(), 0u);
}

TEST_F(ExportingTest, LongListsContinueInFurtherFiles) {
  for (int i = 0; i < 1050; ++i) {
    library_->journal().add_marker(
        {0, video_.id, {i * kSecond / 10, i * kSecond / 10 + kSecond / 20}, "m", "", ""});
  }
  Export command;
  command.video = video_.id;
  command.options.format = Format::edl;
  command.path = (folder_ / "cut.edl").string();
  const Exported exported = exporter_.run(command, nullptr);
  EXPECT_TRUE(mentions(exported, "It continues in cut (2).edl."));
  EXPECT_EQ(exported.size, static_cast<std::int64_t>(fs::file_size(folder_ / "cut.edl") +
                                                     fs::file_size(folder_ / "cut (2).edl")));
  EXPECT_EQ(exported.parts, 2u);

  // Once more it replaces its own, but nothing else that has the name of a further part.
  exporter_.run(command, nullptr);
  command.path = (folder_ / "mine.edl").string();
  const fs::path taken = folder_ / "mine (2).edl";
  write_file_atomically(taken, "TITLE: MINE\r\n");
  expect_error(command, ErrorCode::bad_argument, "mine (2).edl is there already");
  EXPECT_EQ(read_text_file(taken, 100), "TITLE: MINE\r\n");
  EXPECT_FALSE(fs::exists(command.path)) << "nothing is written by halves";
  command.path.clear();
  EXPECT_EQ(exporter_.run(command, nullptr).parts, 2u);
}

TEST_F(ExportingTest, SavesTheFrameOnScreen) {
  const fs::path path = folder_ / "frame.png";
  const Exported exported = exporter_.run(SaveFrame{video_.id, 83'510'000, path.string()}, nullptr);
  const auto frame = media::read_at(file_.string(), {83'510'000}).at(0);
  const std::vector<std::byte> png = media::encode_png(frame.image);
  EXPECT_EQ(read_text_file(path, 100 << 20),
            std::string(reinterpret_cast<const char*>(png.data()), png.size()));
  EXPECT_EQ(exported.size, static_cast<std::int64_t>(png.size()));
  EXPECT_TRUE(mentions(exported, "1:23.5"));
  expect_error(SaveFrame{video_.id, 500 * kSecond, path.string()}, ErrorCode::bad_argument,
               "no picture at");
  expect_error(SaveFrame{video_.id, 0, ""}, ErrorCode::bad_argument, "no name");
  expect_error(SaveFrame{99, 0, path.string()}, ErrorCode::not_found, "no such video");
}

TEST_F(ExportingTest, WritesClips) {
  for (const bool reencode : {false, true}) {
    const fs::path path = folder_ / "clip.mp4";
    const Exported exported = exporter_.run(
        ExportClip{video_.id, {80 * kSecond, 82 * kSecond}, path.string(), reencode}, nullptr);
    EXPECT_EQ(exported.size, static_cast<std::int64_t>(fs::file_size(path)));
    EXPECT_GE(media::probe(path.string()).duration, 2 * kSecond - 1000);
  }
}

TEST_F(ExportingTest, TheVideoItselfIsSafe) {
  const auto before = fs::last_write_time(file_);
  const std::string mine = file_.string();
  Export command;
  command.video = video_.id;
  command.path = mine;
  expect_error(command, ErrorCode::bad_argument, "the video itself");
  expect_error(SaveFrame{video_.id, 0, mine}, ErrorCode::bad_argument, "the video itself");
  expect_error(ExportClip{video_.id, {0, kSecond}, mine, false}, ErrorCode::bad_argument,
               "the video itself");
  EXPECT_EQ(fs::last_write_time(file_), before);
}

TEST_F(ExportingTest, CancelledWritesNothing) {
  const std::atomic<bool> cancel = true;
  Export command;
  command.video = video_.id;
  command.options.format = Format::pdf;
  command.path = (folder_ / "out.pdf").string();
  expect_error(command, ErrorCode::cancelled, "stopped", &cancel);
  expect_error(SaveFrame{video_.id, 0, (folder_ / "a.png").string()}, ErrorCode::cancelled,
               "stopped", &cancel);
  expect_error(ExportClip{video_.id, {0, kSecond}, (folder_ / "a.mp4").string(), true},
               ErrorCode::cancelled, "stopped", &cancel);
  EXPECT_FALSE(fs::exists(folder_ / "out.pdf"));
  EXPECT_FALSE(fs::exists(folder_ / "a.png"));
  EXPECT_FALSE(fs::exists(folder_ / "a.mp4"));
}

TEST_F(ExportingTest, RunsWhicheverCommandItIs) {
  const Exported exported =
      run_export(*library_, SaveFrame{video_.id, 0, (folder_ / "a.png").string()}, nullptr);
  EXPECT_GT(exported.size, 0);
  EXPECT_THROW(run_export(*library_, ListVideos{}, nullptr), Error);
}

}  // namespace
}  // namespace longtake::session
