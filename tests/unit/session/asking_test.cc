// A question is never lost: it is on disk before anything is done about it, and stays whatever
// becomes of its answer.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "engine/store/library.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake {
namespace {

class AskingTest : public EngineFixture {
 protected:
  // An engine that has seen the beginning of the sample.
  std::unique_ptr<Engine> open_watched() {
    auto engine = open();
    video_ = add(*engine);
    WatchVideo some{.video = video_};
    some.until = 20 * kMicrosPerSecond;
    call<WatchEnded>(*engine, some);
    return engine;
  }
  // Sends a question and waits until it is stored; what came meanwhile goes to `on_event`.
  static store::Asked ask(Engine& engine, AskQuestion command, RequestId* request = nullptr) {
    const RequestId id = engine.send(std::move(command));
    if (request != nullptr) *request = id;
    while (true) {
      const std::optional<Event> event = engine.wait_event(std::chrono::seconds(20));
      if (!event) break;
      if (event->request != id) continue;
      if (const auto* stored = std::get_if<QuestionStored>(&event->body)) return stored->rows;
      if (ends_request(*event)) break;
    }
    ADD_FAILURE() << "the question was not stored";
    return {};
  }
  struct Row {
    std::string question;
    std::vector<store::Answer> answers;
    std::vector<std::int64_t> memories;
  };
  // As the next start finds it.
  std::vector<Row> rows_on_disk() {
    const auto library = store::Library::open(folder_ / "library", store::Library::Access::write);
    std::vector<Row> rows;
    store::Journal& journal = library->journal();
    for (const store::Conversation& conversation : journal.list_conversations(0)) {
      for (const store::Question& one : journal.list_questions(conversation.id)) {
        rows.push_back({one.text, journal.list_answers(one.id), one.memory_ids});
      }
    }
    return rows;
  }
  static void expect_one(const std::vector<Row>& rows, const std::string& question,
                         store::AnswerState state) {
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].question, question);
    ASSERT_EQ(rows[0].answers.size(), 1u);
    EXPECT_EQ(rows[0].answers[0].state, state);
  }

  std::int64_t video_ = 0;
};

TEST_F(AskingTest, IsOnDiskWhileTheDeviceIsBusy) {
  {
    const auto engine = open_watched();
    const RequestId busy = engine->send(CalibrateModel{});  // takes far longer than all of this
    const store::Asked rows = ask(*engine, question(video_, "Is there a bar?"));
    const auto opened = call<ConversationOpened>(
        *engine, OpenConversation{rows.conversation}, [&](const Event& event) {
          EXPECT_FALSE(event.request == busy && ends_request(event)) << "nothing had to wait";
        });
    EXPECT_EQ(opened.conversation.title, "Is there a bar?");
    EXPECT_EQ(opened.conversation.video_ids, std::vector<std::int64_t>{video_});
    ASSERT_EQ(opened.questions.size(), 1u);
    EXPECT_EQ(opened.questions[0].question.id, rows.question);
    EXPECT_TRUE(opened.questions[0].question.memory_ids.empty());
    ASSERT_EQ(opened.questions[0].answers.size(), 1u);
    EXPECT_EQ(opened.questions[0].answers[0].id, rows.answer);
    EXPECT_EQ(opened.questions[0].answers[0].state, store::AnswerState::running);
    EXPECT_EQ(opened.questions[0].answers[0].model, "");
  }
  expect_one(rows_on_disk(), "Is there a bar?", store::AnswerState::interrupted);
}

TEST_F(AskingTest, TheEndOfTheEngineWaitsForTheStoring) {
  {
    const auto engine = open_watched();
    engine->send(CalibrateModel{});
    engine->send(question(video_, "Is there a bar?"));
  }
  expect_one(rows_on_disk(), "Is there a bar?", store::AnswerState::interrupted);
}

TEST_F(AskingTest, KnowsItsModelAndItsMemoriesInTheEnd) {
  std::int64_t memory = 0;
  {
    const auto engine = open_watched();
    memory = call<VideoList>(*engine, ListVideos{}).videos.at(0).memories.at(0).id;
    bool stored = false;
    const auto done =
        call<AnswerDone>(*engine, question(video_, "Is there a bar?"), [&](const Event& event) {
          if (const auto* phase = std::get_if<AnswerPhase>(&event.body)) {
            EXPECT_EQ(stored, phase->phase != session::Phase::waiting);
          }
          stored = stored || std::holds_alternative<QuestionStored>(event.body);
        });
    EXPECT_TRUE(stored);
    EXPECT_EQ(done.answer.model, "nano");
  }
  const auto rows = rows_on_disk();
  expect_one(rows, "Is there a bar?", store::AnswerState::done);
  EXPECT_EQ(rows[0].answers[0].model, "nano");
  EXPECT_EQ(rows[0].memories, std::vector<std::int64_t>{memory});
}

TEST_F(AskingTest, StaysWithTheReasonWhenTheModelCannotBeLoaded) {
  RequestFailed failed;
  {
    EngineOptions options;
    options.library = folder_ / "library";
    options.model = folder_ / "no model at all";
    options.device = Device::cpu;
    Engine engine(options);
    video_ = add(engine);
    failed = fail(engine, question(video_, "Is there a bar?"));
    EXPECT_FALSE(failed.message.empty());
  }
  const auto rows = rows_on_disk();
  expect_one(rows, "Is there a bar?", store::AnswerState::failed);
  ASSERT_TRUE(rows[0].answers[0].failure);
  EXPECT_EQ(rows[0].answers[0].failure->code, failed.code);
  EXPECT_EQ(rows[0].answers[0].failure->message, failed.message);
  EXPECT_EQ(rows[0].answers[0].failure->hint, failed.hint);
}

TEST_F(AskingTest, StaysWhenTheVideoHasNotBeenWatched) {
  {
    const auto engine = open();
    EXPECT_EQ(fail(*engine, question(add(*engine), "Is there a bar?")).code, ErrorCode::not_found);
  }
  expect_one(rows_on_disk(), "Is there a bar?", store::AnswerState::failed);
}

TEST_F(AskingTest, AboutNothingLeavesNothing) {
  {
    const auto engine = open_watched();
    EXPECT_EQ(fail(*engine, question(4711, "Is there a bar?")).code, ErrorCode::not_found);
    AskQuestion both = question(video_, "Is there a bar?");
    both.scopes.push_back({4711, std::nullopt});
    EXPECT_EQ(fail(*engine, both).code, ErrorCode::not_found);
    AskQuestion nowhere = question(video_, "Is there a bar?");
    nowhere.conversation = 4711;
    EXPECT_EQ(fail(*engine, nowhere).code, ErrorCode::not_found);
    AskQuestion about_nothing = question(video_, "Is there a bar?");
    about_nothing.scopes.clear();
    EXPECT_EQ(fail(*engine, about_nothing).code, ErrorCode::bad_argument);
    for (const char* blank : {"", " \t\n"}) {
      EXPECT_EQ(fail(*engine, question(video_, blank)).code, ErrorCode::bad_argument);
    }
    EXPECT_TRUE(call<ConversationList>(*engine, ListConversations{}).conversations.empty());
  }
  EXPECT_TRUE(rows_on_disk().empty());
}

void expect_same(const AnswerDone& answer, const AnswerDone& expected) {
  EXPECT_EQ(answer.answer.text, expected.answer.text);
  EXPECT_EQ(answer.answer.found, expected.answer.found);
  EXPECT_EQ(answer.answer.support, expected.answer.support);
  EXPECT_EQ(answer.answer.model, expected.answer.model);
  EXPECT_EQ(answer.answer.coverage, expected.answer.coverage);
  ASSERT_EQ(answer.answer.citations.size(), expected.answer.citations.size());
  for (std::size_t i = 0; i < expected.answer.citations.size(); ++i) {
    EXPECT_EQ(answer.answer.citations[i].time, expected.answer.citations[i].time);
    EXPECT_EQ(answer.answer.citations[i].verdict, expected.answer.citations[i].verdict);
  }
}

TEST_F(AskingTest, AReaderIsAnsweredFromWhatTheWriterHasCommitted) {
  const auto writer = open_watched();
  const auto reader = open("library", true);
  std::vector<std::int64_t> stored;
  for (const Micros until : {20 * kMicrosPerSecond, 40 * kMicrosPerSecond}) {
    WatchVideo more{.video = video_};
    more.until = until;
    call<WatchEnded>(*writer, more);
    const auto read = call<AnswerDone>(
        *reader, question(video_, "What color is the bar?"), [](const Event& event) {
          EXPECT_FALSE(std::holds_alternative<QuestionStored>(event.body));
        });
    EXPECT_EQ(read.answer.id, 0);
    EXPECT_EQ(read.conversation, 0);
    ASSERT_FALSE(read.coverage.empty());
    EXPECT_GE(read.coverage.back().time.end, until);
    const auto written = call<AnswerDone>(*writer, question(video_, "What color is the bar?"));
    expect_same(read, written);
    stored.push_back(written.conversation);
  }
  // What would have to be stored is refused.
  AskQuestion more = question(video_, "Is there a circle?");
  more.conversation = stored[0];
  for (const Command& command :
       std::vector<Command>{more, WatchVideo{.video = video_}, CalibrateModel{}}) {
    EXPECT_EQ(fail(*reader, command).code, ErrorCode::busy);
  }
  EXPECT_EQ(fail(*reader, question(video_, " ")).code, ErrorCode::bad_argument);
  std::vector<std::int64_t> known;
  for (const auto& one : call<ConversationList>(*writer, ListConversations{}).conversations) {
    known.push_back(one.id);
  }
  EXPECT_EQ(known, stored);
  call<VideoRemoved>(*writer, RemoveVideo{video_});
  EXPECT_EQ(fail(*reader, question(video_, "What color is the bar?")).message,
            "There is no such video in the library");
}

TEST_F(AskingTest, AVideoThatTheWriterRemovesBeforeTheAnswerBeginsIsGone) {
  const auto writer = open_watched();
  EngineOptions options;
  options.library = folder_ / "library";
  options.model = kResources / "nano/model";
  options.read_only = true;
  // When the model is loaded, the question has been accepted.
  options.make_device = [&](const kernels::BackendOptions&) -> std::unique_ptr<kernels::Backend> {
    call<VideoRemoved>(*writer, RemoveVideo{video_});
    throw Error(ErrorCode::unsupported, "no card");
  };
  Engine reader(options);
  EXPECT_EQ(fail(reader, question(video_, "What color is the bar?")).message,
            "What the question is about was removed from the library meanwhile");
}

TEST_F(AskingTest, WhatIsOnlyJustBeingWatchedIsSaidToBe) {
  std::int64_t memory = 0;
  {
    const auto engine = open_watched();
    memory = call<VideoList>(*engine, ListVideos{}).videos.at(0).memories.at(0).id;
  }
  // As the other process leaves it until its first chunk.
  const auto writer = store::Library::open(folder_ / "library", store::Library::Access::write);
  store::Memory empty = writer->find_memory(memory).value();
  writer->remove_memory(memory);
  writer->set_memory_state(writer->create_memory(empty), store::MemoryState::watching);
  const RequestFailed failed =
      fail(*open("library", true), question(video_, "What color is the bar?"));
  EXPECT_EQ(failed.message,
            "sample.mp4 is only just being watched: nothing of it has been seen yet");
  EXPECT_EQ(failed.hint, "Ask again in a moment.");
}

TEST_F(AskingTest, TwoInARowKeepTheirOrder) {
  const auto engine = open_watched();
  const RequestId busy = engine->send(CalibrateModel{});
  RequestId first = 0;
  const store::Asked before = ask(*engine, question(video_, "Is there a bar?"), &first);
  AskQuestion more = question(video_, "Is there a circle?");
  more.conversation = before.conversation;
  RequestId second = 0;
  const store::Asked after = ask(*engine, more, &second);
  EXPECT_EQ(after.conversation, before.conversation);
  EXPECT_LT(before.question, after.question);
  engine->send(CancelRequest{busy});
  std::vector<RequestId> ended;
  finish(*engine, second, [&](const Event& event) {
    if (std::holds_alternative<AnswerDone>(event.body)) ended.push_back(event.request);
  });
  EXPECT_EQ(ended, std::vector<RequestId>{first});
}

TEST_F(AskingTest, CancelledWhileItWaitsItEndsAtOnceAndStays) {
  {
    const auto engine = open_watched();
    const RequestId busy = engine->send(CalibrateModel{});
    RequestId request = 0;
    ask(*engine, question(video_, "Is there a bar?"), &request);
    engine->send(CancelRequest{request});
    const Event ended = finish(*engine, request, [&](const Event& event) {
      EXPECT_FALSE(event.request == busy && ends_request(event)) << "nothing had to wait";
    });
    ASSERT_TRUE(std::holds_alternative<RequestFailed>(ended.body));
    EXPECT_EQ(std::get<RequestFailed>(ended.body).code, ErrorCode::cancelled);
    EXPECT_EQ(fail(*engine, OpenConversation{4711}).code, ErrorCode::not_found);
  }
  expect_one(rows_on_disk(), "Is there a bar?", store::AnswerState::stopped);
}

// Whenever the cancel comes (before it is stored, while it waits, while it is answered), it ends
// once.
TEST_F(AskingTest, CancelledAtAnyMomentItEndsOnce) {
  constexpr int kTries = 40;
  {
    const auto engine = open_watched();
    call<AnswerDone>(*engine, question(video_, "Is there a bar?"));  // the model is there
    for (int i = 0; i < kTries; ++i) {
      const RequestId request = engine->send(question(video_, "Is there a circle?"));
      std::this_thread::sleep_for(std::chrono::microseconds(i * 250));
      const RequestId cancel = engine->send(CancelRequest{request});
      int ends = 0;
      const auto count = [&](const Event& event) {
        if (event.request == request && ends_request(event)) ++ends;
      };
      const Event ended = finish(*engine, request, count);
      ++ends;
      if (const auto* failed = std::get_if<RequestFailed>(&ended.body)) {
        EXPECT_EQ(failed->code, ErrorCode::cancelled) << failed->message;
      } else {
        EXPECT_TRUE(std::holds_alternative<AnswerDone>(ended.body));
      }
      call<VideoList>(*engine, ListVideos{}, count);
      EXPECT_EQ(ends, 1) << "request " << request << ", cancelled by " << cancel;
    }
  }
  const auto rows = rows_on_disk();
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kTries) + 1);
  for (const Row& row : rows) {
    ASSERT_EQ(row.answers.size(), 1u);
    const store::AnswerState state = row.answers[0].state;
    EXPECT_TRUE(state == store::AnswerState::stopped || state == store::AnswerState::done)
        << static_cast<int>(state);
  }
}

}  // namespace
}  // namespace longtake
