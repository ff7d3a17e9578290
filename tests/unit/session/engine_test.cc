// The engine as a frontend uses it: commands in, events out, with the real model, video files and
// disk.
#include "engine/engine.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "engine/base/file.h"
#include "engine/session/catalogue.h"
#include "engine/session/source_file.h"
#include "engine/store/database.h"
#include "engine/store/library.h"
#include "kernels/error.h"
#include "resources/nano/world/scene.h"
#include "resources/nano/world/video.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

class EngineTest : public EngineFixture {
 protected:
  // Of a library's first memory.
  std::string hash_of(const std::string& library) {
    const auto opened = store::Library::open(folder_ / library, store::Library::Access::write);
    const auto videos = opened->list_videos();
    return memory_hash(*opened->open_memory(opened->list_memories(videos.at(0).id).at(0).id));
  }
};

TEST_F(EngineTest, WatchesAndAnswersAndStillKnowsAfterARestart) {
  AnswerDone before;
  {
    const auto engine = open();
    const std::int64_t video = add(*engine);
    const auto ended = call<WatchEnded>(*engine, WatchVideo{.video = video});
    EXPECT_TRUE(ended.finished);
    EXPECT_GT(ended.memory.blocks, 100);
    before = call<AnswerDone>(*engine, question(video, "How many circles appear?"));
    EXPECT_FALSE(before.answer.text.empty());
    ASSERT_EQ(before.coverage.size(), 1u);
    EXPECT_EQ(before.coverage[0].time.begin, 0);
    for (const store::Citation& citation : before.answer.citations) {
      EXPECT_GE(citation.time.begin, 0);
      EXPECT_LE(citation.time.end, before.coverage[0].time.end);
      EXPECT_NE(citation.verdict, store::Verdict::none);
    }
  }
  const auto engine = open();
  const std::int64_t video = add(*engine);
  const auto ended = call<WatchEnded>(*engine, WatchVideo{.video = video});
  EXPECT_TRUE(ended.finished);
  EXPECT_EQ(ended.timing.vision_seconds, 0) << "a finished memory was watched again";
  const auto after = call<AnswerDone>(*engine, question(video, "How many circles appear?"));
  EXPECT_EQ(after.answer.text, before.answer.text);
  EXPECT_EQ(after.answer.support, before.answer.support);
  ASSERT_EQ(after.answer.citations.size(), before.answer.citations.size());
  for (std::size_t i = 0; i < after.answer.citations.size(); ++i) {
    EXPECT_EQ(after.answer.citations[i].time, before.answer.citations[i].time);
    EXPECT_EQ(after.answer.citations[i].score, before.answer.citations[i].score);
  }
}

TEST_F(EngineTest, AnInterruptedWatchEndsWithTheSameMemory) {
  {
    const auto engine = open("whole");
    call<WatchEnded>(*engine, WatchVideo{.video = add(*engine)});
  }
  {
    const auto engine = open("parts");
    WatchVideo some{.video = add(*engine)};
    some.until = 30 * kMicrosPerSecond;
    const auto ended = call<WatchEnded>(*engine, some);
    EXPECT_FALSE(ended.finished);
    EXPECT_LT(ended.memory.coverage.back().end, 80 * kMicrosPerSecond);
  }
  {
    const auto engine = open("parts");
    const auto ended = call<WatchEnded>(*engine, WatchVideo{.video = add(*engine)});
    EXPECT_TRUE(ended.finished);
    EXPECT_GE(ended.resumed_at, 30 * kMicrosPerSecond);
  }
  EXPECT_EQ(hash_of("parts"), hash_of("whole"));
}

TEST_F(EngineTest, AQuestionOvertakesWatching) {
  const auto engine = open();
  const std::int64_t video = add(*engine);
  const RequestId watching = engine->send(WatchVideo{.video = video});
  while (true) {
    const auto event = engine->wait_event(milliseconds(60'000));
    ASSERT_TRUE(event);
    if (std::holds_alternative<WatchProgress>(event->body)) break;
    ASSERT_FALSE(std::holds_alternative<WatchEnded>(event->body));
  }
  bool watch_ended = false;
  const Event answered = finish(
      *engine, engine->send(question(video, "Is there a red circle?")), [&](const Event& event) {
        watch_ended = watch_ended || std::holds_alternative<WatchEnded>(event.body);
      });
  ASSERT_TRUE(std::holds_alternative<AnswerDone>(answered.body));
  EXPECT_FALSE(watch_ended);
  const auto& done = std::get<AnswerDone>(answered.body);
  ASSERT_EQ(done.coverage.size(), 1u);
  EXPECT_LT(done.coverage[0].time.end, 115 * kMicrosPerSecond)
      << "it claims to have seen everything";
  const Event ended = finish(*engine, watching);
  EXPECT_TRUE(std::get<WatchEnded>(ended.body).finished);
}

TEST_F(EngineTest, CancelledWatchesStopAndResume) {
  const auto engine = open();
  const std::int64_t video = add(*engine);
  const RequestId watching = engine->send(WatchVideo{.video = video});
  bool cancelled = false;
  const Event event = finish(*engine, watching, [&](const Event& between) {
    if (!cancelled && std::holds_alternative<WatchProgress>(between.body)) {
      engine->send(CancelRequest{watching});
      cancelled = true;
    }
  });
  EXPECT_FALSE(std::get<WatchEnded>(event.body).finished);
  const auto ended = call<WatchEnded>(*engine, WatchVideo{.video = video});
  EXPECT_TRUE(ended.finished);
  EXPECT_GT(ended.resumed_at, 0);
}

TEST_F(EngineTest, AsksAboutAPartAndAboutSeveralVideos) {
  fs::create_directories(folder_);
  const fs::path second = folder_ / "second.mp4";
  world::SceneOptions scene;
  scene.duration_us = 40 * world::kSecond;
  world::encode_mp4(world::make_scene(77, scene), second.string(),
                    {.width = 320, .height = 180, .fps_num = 10});
  const auto engine = open();
  const std::int64_t a = add(*engine);
  const std::int64_t b = add(*engine, second);
  call<WatchEnded>(*engine, WatchVideo{.video = a});
  call<WatchEnded>(*engine, WatchVideo{.video = b});

  AskQuestion ask = question(a, "What color is the circle?");
  ask.scopes[0].range = TimeRange{20 * kMicrosPerSecond, 50 * kMicrosPerSecond};
  const auto part = call<AnswerDone>(*engine, ask);
  for (const store::Citation& citation : part.answer.citations) {
    EXPECT_GE(citation.time.end, 20 * kMicrosPerSecond);
    EXPECT_LE(citation.time.begin, 50 * kMicrosPerSecond);
  }
  EXPECT_LE(part.blocks_in_scope, 32);

  ask.scopes = {{a, std::nullopt}, {b, std::nullopt}};
  const auto both = call<AnswerDone>(*engine, ask);
  EXPECT_EQ(both.coverage.size(), 2u);
  EXPECT_GT(both.blocks_in_scope, 150);
}

TEST_F(EngineTest, AVideoThatNobodyWatchedKeepsNoOtherFromAnswering) {
  fs::create_directories(folder_);
  const fs::path other = folder_ / "other.mp4";
  fs::copy_file(kSample, other);
  std::ofstream(other, std::ios::app) << "another content";
  const auto engine = open();
  const std::int64_t seen = add(*engine);
  const std::int64_t unseen = add(*engine, other);
  ASSERT_NE(seen, unseen);
  call<WatchEnded>(*engine, WatchVideo{seen});
  AskQuestion ask = question(unseen, "What color is the star?");
  EXPECT_EQ(fail(*engine, ask).code, ErrorCode::not_found);
  ask.scopes.push_back({seen, std::nullopt});
  std::string notice;
  const auto done = call<AnswerDone>(*engine, ask, [&](const Event& event) {
    if (const auto* told = std::get_if<EngineNotice>(&event.body)) notice = told->message;
  });
  EXPECT_EQ(done.answer.text, "orange");
  EXPECT_NE(notice.find("left out of the answer: other.mp4"), std::string::npos) << notice;
  for (const SeenRange& range : done.coverage) EXPECT_EQ(range.video, seen);
}

TEST_F(EngineTest, NothingIsFoundWhereNothingWasSeen) {
  // Unmeasured, a model has no floor below which an answer counts as not found.
  fs::create_directories(folder_);
  fs::copy(kResources / "nano/model", folder_ / "model");
  fs::remove(folder_ / "model/calibration.json");
  EngineOptions options;
  options.library = folder_ / "library";
  options.model = folder_ / "model";
  options.device = Device::cpu;
  Engine engine(options);
  const std::int64_t video = add(engine);
  WatchVideo watch{video};
  watch.until = 20 * kMicrosPerSecond;
  call<WatchEnded>(engine, watch);
  AskQuestion ask = question(video, "What color is the star?");
  ask.scopes = {{video, TimeRange{3600 * kMicrosPerSecond, 7200 * kMicrosPerSecond}}};
  const auto done = call<AnswerDone>(engine, ask);
  EXPECT_FALSE(done.answer.found);
  EXPECT_TRUE(done.answer.citations.empty());
}

TEST_F(EngineTest, SaysWhatIsWrong) {
  fs::create_directories(folder_);
  const fs::path text = folder_ / "notes.mp4";
  std::ofstream(text) << "these are not moving pictures\n";
  const auto engine = open();
  EXPECT_EQ(fail(*engine, AddVideo{"/nowhere/at/all.mp4"}).code, ErrorCode::not_found);
  EXPECT_EQ(fail(*engine, AddVideo{""}).code, ErrorCode::bad_argument);
  EXPECT_EQ(fail(*engine, FindVideo{""}).code, ErrorCode::bad_argument);
  EXPECT_EQ(fail(*engine, RelinkVideo{1, ""}).code, ErrorCode::bad_argument);
  const RequestFailed not_video = fail(*engine, AddVideo{text.string()});
  EXPECT_FALSE(not_video.message.empty());
  EXPECT_FALSE(not_video.hint.empty());
  const std::int64_t video = add(*engine);
  const RequestFailed unwatched = fail(*engine, question(video, "What is there?"));
  EXPECT_EQ(unwatched.code, ErrorCode::not_found);
  EXPECT_NE(unwatched.message.find("sample.mp4"), std::string::npos);
  EXPECT_EQ(fail(*engine, WatchVideo{.video = 4711}).code, ErrorCode::not_found);
  EXPECT_EQ(fail(*engine, OpenConversation{4711}).code, ErrorCode::not_found);
}

TEST_F(EngineTest, KeepsConversationsMarkersAndVerdicts) {
  std::int64_t video = 0;
  std::int64_t conversation = 0;
  {
    const auto engine = open();
    video = add(*engine);
    call<WatchEnded>(*engine, WatchVideo{.video = video});
    const auto first =
        call<AnswerDone>(*engine, question(video, "Which shapes are zebra striped?"));
    conversation = first.conversation;
    AskQuestion more = question(video, "How many circles appear?");
    more.conversation = conversation;
    const auto second = call<AnswerDone>(*engine, more);
    EXPECT_EQ(second.conversation, conversation);
    if (!second.answer.citations.empty()) {
      call<Done>(*engine,
                 SetUserVerdict{second.answer.citations[0].id, store::Verdict::not_confirmed});
    }
    store::Marker marker;
    marker.video_id = video;
    marker.time = {1'000'000, 2'000'000};
    marker.label = "turnstile";
    call<MarkerSaved>(*engine, SaveMarker{marker});
  }
  const auto engine = open();
  const auto opened = call<ConversationOpened>(*engine, OpenConversation{conversation});
  ASSERT_EQ(opened.questions.size(), 2u);
  EXPECT_EQ(opened.questions[0].question.text, "Which shapes are zebra striped?");
  ASSERT_EQ(opened.questions[1].answers.size(), 1u);
  if (!opened.questions[1].answers[0].citations.empty()) {
    EXPECT_EQ(opened.questions[1].answers[0].citations[0].user_verdict,
              store::Verdict::not_confirmed);
  }
  EXPECT_EQ(call<MarkerList>(*engine, ListMarkers{video}).markers.at(0).label, "turnstile");
  EXPECT_EQ(call<SearchResults>(*engine, SearchText{"zebra"}).hits.size(), 1u);
  EXPECT_EQ(call<SearchResults>(*engine, SearchText{"turnst"}).hits.size(), 1u);
  EXPECT_TRUE(call<LibraryChecked>(*engine, CheckLibrary{}).findings.empty());
}

TEST_F(EngineTest, RemovesAVideoThatIsBeingWatched) {
  const auto engine = open();
  const std::int64_t video = add(*engine);
  const RequestId watching = engine->send(WatchVideo{.video = video});
  std::optional<RequestId> removing;
  const Event ended = finish(*engine, watching, [&](const Event& event) {
    if (!removing && std::holds_alternative<WatchProgress>(event.body)) {
      removing = engine->send(RemoveVideo{video});
    }
  });
  EXPECT_TRUE(std::holds_alternative<WatchEnded>(ended.body));
  ASSERT_TRUE(removing);
  const Event removed = finish(*engine, *removing);
  ASSERT_TRUE(std::holds_alternative<VideoRemoved>(removed.body));
  EXPECT_GT(std::get<VideoRemoved>(removed.body).bytes_freed, 0);
  EXPECT_TRUE(call<VideoList>(*engine, ListVideos{}).videos.empty());
}

TEST_F(EngineTest, EvidenceIsKeptWithTheAnswer) {
  const auto engine = open();
  const std::int64_t video = add(*engine);
  call<WatchEnded>(*engine, WatchVideo{.video = video});
  const auto done = call<AnswerDone>(*engine, question(video, "What color is the circle?"));
  ASSERT_FALSE(done.answer.evidence.empty());
  EXPECT_LE(done.answer.evidence.size(), 256u);
  double most = 0;
  Micros last = -1;
  for (const store::Evidence& evidence : done.answer.evidence) {
    EXPECT_EQ(evidence.video_id, video);
    EXPECT_GT(evidence.time.begin, last);
    EXPECT_LT(evidence.time.begin, evidence.time.end);
    EXPECT_LE(evidence.time.end, done.coverage.at(0).time.end);
    EXPECT_GT(evidence.weight, 0);
    EXPECT_LE(evidence.weight, 1);
    most = std::max(most, evidence.weight);
    last = evidence.time.begin;
  }
  EXPECT_EQ(most, 1);
  // Citations are drawn from it: each begins and ends with a stretch of evidence.
  for (const store::Citation& citation : done.answer.citations) {
    const auto& all = done.answer.evidence;
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const store::Evidence& evidence) {
      return evidence.time.begin == citation.time.begin && evidence.weight >= 0.25;
    }));
  }
  const auto opened = call<ConversationOpened>(*engine, OpenConversation{done.conversation});
  const auto& stored = opened.questions.at(0).answers.at(0).evidence;
  ASSERT_EQ(stored.size(), done.answer.evidence.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    EXPECT_EQ(stored[i].time, done.answer.evidence[i].time);
    EXPECT_EQ(stored[i].weight, done.answer.evidence[i].weight);
  }
}

TEST_F(EngineTest, ALibraryOfVersion1AnswersAsBefore) {
  AnswerDone before;
  std::int64_t video = 0;
  {
    const auto engine = open();
    video = add(*engine);
    call<WatchEnded>(*engine, WatchVideo{.video = video});
    before = call<AnswerDone>(*engine, question(video, "How many circles appear?"));
  }
  const fs::path path = folder_ / "library/library.db";
  {
    // Versions 2, 4 and 5 have added tables to it, version 5 has taken one away.
    store::Database db(path, store::Database::Mode::write);
    db.run_script(
        "DROP TABLE evidence; DROP TABLE failures; DROP TABLE findings; DROP TRIGGER memories_removed; "
        "DROP TABLE removals; CREATE TABLE settings (key); PRAGMA user_version = 1");
  }
  const auto engine = open();
  EXPECT_TRUE(fs::exists(path.string() + ".v1.backup"));
  const auto opened = call<ConversationOpened>(*engine, OpenConversation{before.conversation});
  EXPECT_EQ(opened.questions.at(0).answers.at(0).text, before.answer.text);
  EXPECT_EQ(opened.questions.at(0).answers.at(0).citations.size(), before.answer.citations.size());
  EXPECT_TRUE(opened.questions.at(0).answers.at(0).evidence.empty());
  const auto after = call<AnswerDone>(*engine, question(video, "How many circles appear?"));
  EXPECT_EQ(after.answer.text, before.answer.text);
  EXPECT_EQ(after.answer.support, before.answer.support);
  ASSERT_EQ(after.answer.citations.size(), before.answer.citations.size());
  for (std::size_t i = 0; i < after.answer.citations.size(); ++i) {
    EXPECT_EQ(after.answer.citations[i].time, before.answer.citations[i].time);
  }
  EXPECT_EQ(after.answer.evidence.size(), before.answer.evidence.size());
  EXPECT_TRUE(call<LibraryChecked>(*engine, CheckLibrary{}).findings.empty());
}

TEST_F(EngineTest, RemovesOneMemoryAndKeepsWhatItSaid) {
  const auto engine = open();
  const std::int64_t video = add(*engine);
  const auto ended = call<WatchEnded>(*engine, WatchVideo{.video = video});
  const auto done = call<AnswerDone>(*engine, question(video, "Is there a red circle?"));
  const fs::path files = folder_ / "library/memories" / std::to_string(ended.memory.id);
  EXPECT_TRUE(fs::exists(files));
  call<Done>(*engine, RemoveMemory{ended.memory.id});
  EXPECT_FALSE(fs::exists(files));
  const auto list = call<VideoList>(*engine, ListVideos{});
  ASSERT_EQ(list.videos.size(), 1u);
  EXPECT_TRUE(list.videos[0].memories.empty());
  EXPECT_EQ(fail(*engine, question(video, "Is there a red circle?")).code, ErrorCode::not_found);
  const auto opened = call<ConversationOpened>(*engine, OpenConversation{done.conversation});
  EXPECT_EQ(opened.questions.at(0).answers.at(0).text, done.answer.text);
  EXPECT_EQ(fail(*engine, RemoveMemory{ended.memory.id}).code, ErrorCode::not_found);
  const auto again = call<WatchEnded>(*engine, WatchVideo{.video = video});
  EXPECT_TRUE(again.finished);
  EXPECT_GT(again.memory.id, ended.memory.id);
  EXPECT_EQ(call<AnswerDone>(*engine, question(video, "Is there a red circle?")).answer.text,
            done.answer.text);
}

TEST_F(EngineTest, RemovesAMemoryThatIsBeingWatched) {
  const auto engine = open();
  const std::int64_t video = add(*engine);
  const RequestId watching = engine->send(WatchVideo{.video = video});
  RequestId removing = 0;
  const Event ended = finish(*engine, watching, [&](const Event& event) {
    const auto* progress = std::get_if<WatchProgress>(&event.body);
    if (removing == 0 && progress != nullptr)
      removing = engine->send(RemoveMemory{progress->memory});
  });
  ASSERT_NE(removing, 0u);
  ASSERT_TRUE(std::holds_alternative<WatchEnded>(ended.body));
  EXPECT_FALSE(std::get<WatchEnded>(ended.body).finished);
  EXPECT_TRUE(std::holds_alternative<Done>(finish(*engine, removing).body));
  const auto list = call<VideoList>(*engine, ListVideos{});
  ASSERT_EQ(list.videos.size(), 1u);
  EXPECT_TRUE(list.videos[0].memories.empty());
  EXPECT_TRUE(fs::is_empty(folder_ / "library/memories"));
}

TEST_F(EngineTest, RenamesAndRemovesConversations) {
  const auto engine = open();
  const std::int64_t video = add(*engine);
  WatchVideo some{.video = video};
  some.until = 20 * kMicrosPerSecond;
  call<WatchEnded>(*engine, some);
  const auto first = call<AnswerDone>(*engine, question(video, "Is there a zebra?"));
  const auto second = call<AnswerDone>(*engine, question(video, "Is there a circle?"));
  call<Done>(*engine, RenameConversation{first.conversation, "Animals"});
  EXPECT_EQ(
      call<ConversationOpened>(*engine, OpenConversation{first.conversation}).conversation.title,
      "Animals");
  EXPECT_EQ(call<ConversationList>(*engine, ListConversations{video}).conversations.size(), 2u);
  call<Done>(*engine, RemoveConversation{first.conversation});
  EXPECT_EQ(fail(*engine, OpenConversation{first.conversation}).code, ErrorCode::not_found);
  EXPECT_EQ(fail(*engine, RenameConversation{first.conversation, "x"}).code, ErrorCode::not_found);
  EXPECT_TRUE(call<SearchResults>(*engine, SearchText{"zebra"}).hits.empty());
  const auto left = call<ConversationList>(*engine, ListConversations{0}).conversations;
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].id, second.conversation);
}

TEST_F(EngineTest, SaysWhatItIs) {
  const auto engine = open();
  const auto described = call<EngineDescribed>(*engine, DescribeEngine{});
  EXPECT_EQ(described.version, version());
  EXPECT_FALSE(described.version.empty());
  EXPECT_EQ(described.library_folder, (folder_ / "library").string());
}

TEST_F(EngineTest, FollowsAFileThatMoved) {
  fs::create_directories(folder_);
  const fs::path here = folder_ / "here.mp4";
  const fs::path there = folder_ / "there.mp4";
  fs::copy_file(kSample, here);
  const auto engine = open();
  const std::int64_t video = add(*engine, here);
  fs::rename(here, there);
  const auto again = call<VideoAdded>(*engine, AddVideo{there.string()});
  EXPECT_TRUE(again.known);
  EXPECT_EQ(again.video.id, video);
  EXPECT_EQ(again.video.path, there);
}

TEST_F(EngineTest, ALibraryHasOneWriter) {
  const auto engine = open();
  try {
    open();
    FAIL() << "a second engine opened the same library";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::busy);
  }
}

// An address where connections are taken, but nothing is ever said.
class SilentAddress {
 public:
  SilentAddress() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(socket_, 16), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentAddress() {
    close(socket_);
    for (const int caller : callers_) close(caller);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/video.mp4"; }
  // Until somebody waits for its answer; takes one caller after the other.
  void wait_for_a_caller() {
    pollfd caller{socket_, POLLIN, 0};
    ASSERT_EQ(poll(&caller, 1, 60'000), 1);
    callers_.push_back(accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  const int socket_;
  int port_ = 0;
  std::vector<int> callers_;
};

TEST_F(EngineTest, AnAddressThatSaysNothingHoldsNothingUp) {
  const SilentAddress silent;
  const auto begin = std::chrono::steady_clock::now();
  {
    const auto engine = open();
    const RequestId adding = engine->send(AddVideo{silent.url()});
    const RequestId waiting = engine->send(CheckLibrary{});
    EXPECT_TRUE(call<VideoList>(*engine, ListVideos{}).videos.empty());
    std::this_thread::sleep_for(milliseconds(200));  // until it waits for the answer
    for (const RequestId request : {waiting, adding}) {
      engine->send(CancelRequest{request});
      const Event end = finish(*engine, request);
      ASSERT_TRUE(std::holds_alternative<RequestFailed>(end.body));
      EXPECT_EQ(std::get<RequestFailed>(end.body).code, ErrorCode::cancelled);
    }
    engine->send(AddVideo{silent.url()});
    std::this_thread::sleep_for(milliseconds(200));
  }  // and the end of the engine does not wait for it either
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST_F(EngineTest, WatchingAnAddressThatSaysNothingCanBeCancelled) {
  SilentAddress silent;
  std::int64_t video = 0;
  {
    const auto library = store::Library::open(folder_ / "library", store::Library::Access::write);
    store::Video known;  // that answered when it was added
    known.content_id = session::identity_of(silent.url());
    known.path = silent.url();
    known.name = silent.url();
    video = library->add_video(known);
  }
  const auto begin = std::chrono::steady_clock::now();
  {
    const auto engine = open();
    const RequestId watching = engine->send(WatchVideo{.video = video});
    silent.wait_for_a_caller();
    engine->send(CancelRequest{watching});
    const Event end = finish(*engine, watching);
    ASSERT_TRUE(std::holds_alternative<WatchEnded>(end.body));
    const auto& ended = std::get<WatchEnded>(end.body);
    EXPECT_FALSE(ended.finished);
    EXPECT_EQ(ended.memory.state, store::MemoryState::stopped);
    engine->send(WatchVideo{.video = video});
    silent.wait_for_a_caller();
    call<VideoRemoved>(*engine, RemoveVideo{video});
    EXPECT_TRUE(call<VideoList>(*engine, ListVideos{}).videos.empty());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
}

TEST_F(EngineTest, ACheckCanBeCancelled) {
  {
    const auto engine = open();
    WatchVideo some{.video = add(*engine)};
    some.until = 10 * kMicrosPerSecond;
    call<WatchEnded>(*engine, some);
  }
  const auto library = store::Library::open(folder_ / "library", store::Library::Access::write);
  session::Catalogue catalogue(*library);
  std::atomic<bool> cancel = false;
  EXPECT_TRUE(catalogue.run(CheckLibrary{}, &cancel).findings.empty());
  cancel = true;
  try {
    catalogue.run(CheckLibrary{}, &cancel);
    ADD_FAILURE() << "it went on to its end";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled);
  }
}

TEST_F(EngineTest, DamagedVideosAreToldAndTheOthersListed) {
  std::vector<std::int64_t> ids;
  {
    const auto library = store::Library::open(folder_ / "library", store::Library::Access::write);
    for (const std::string name : {"sound", "torn", "worn"}) {
      store::Video video;
      video.content_id = name;
      video.info = "all about " + name;
      ids.push_back(library->add_video(video));
      store::Memory memory;
      memory.video_id = ids.back();
      memory.model = "model of " + name;
      memory.fingerprint = std::string(32, 'f');
      memory.shape = {1, 1, 8, kernels::KvCodec::i8};
      library->create_memory(memory);
    }
  }
  const fs::path path = folder_ / "library/library.db";
  std::string bytes = read_text_file(path, 1 << 24);
  bytes[bytes.find("all about torn")] ^= 1;
  bytes[bytes.find("model of worn")] ^= 1;
  write_file_atomically(path, bytes);

  const auto engine = open();
  std::vector<std::string> notices;
  for (int i = 0; i < 2; ++i) {
    const auto list = call<VideoList>(*engine, ListVideos{}, [&](const Event& event) {
      if (const auto* notice = std::get_if<EngineNotice>(&event.body)) {
        notices.push_back(notice->message);
      }
    });
    ASSERT_EQ(list.videos.size(), 2u);
    EXPECT_EQ(list.videos[0].memories.size(), 1u);
    EXPECT_EQ(list.videos[1].video.id, ids[2]);
    EXPECT_TRUE(list.videos[1].memories.empty());
    EXPECT_EQ(list.damaged, (std::vector<std::int64_t>{ids[1], ids[2]}));
  }
  EXPECT_EQ(notices.size(), 2u) << "each is told once";
  for (const std::int64_t id : {ids[1], ids[2]}) call<VideoRemoved>(*engine, RemoveVideo{id});
  EXPECT_TRUE(call<VideoList>(*engine, ListVideos{}).damaged.empty());
  EXPECT_TRUE(call<LibraryChecked>(*engine, CheckLibrary{}).findings.empty());
}

TEST_F(EngineTest, WakesTheFrontend) {
  const auto engine = open();
  std::atomic<int> woken = 0;
  engine->set_wakeup_callback([&] { ++woken; });
  engine->send(ListVideos{});
  for (int i = 0; i < 500 && woken == 0; ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_GE(woken, 1);
  EXPECT_TRUE(engine->next_event());
  EXPECT_FALSE(engine->next_event());
}

}  // namespace
}  // namespace longtake
