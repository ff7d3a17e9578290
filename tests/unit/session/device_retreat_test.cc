// What the engine does when its device has no room or is lost, on a device that fails to order:
// nothing is lost, no memory and no answer comes out differently, and the user is told.
#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>

#include "engine/session/catalogue.h"
#include "engine/session/device_worker.h"
#include "engine/store/memory_store.h"
#include "tests/support/faulty_backend.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake::session {
namespace {

namespace fs = std::filesystem;
using tests::Faults;

const char* const kQuestion = "What color is the star?";

// A library with the sample in it, and a worker on a device of the test's choice.
class Place {
 public:
  Place(const fs::path& folder, fs::path model, Device device)
      : library_(store::Library::open(folder, store::Library::Access::write)),
        video_(Catalogue(*library_).run(AddVideo{kSample.string()}).video.id) {
    RuntimeOptions options;
    options.model = std::move(model);
    options.calibrations = folder / "calibrations";
    options.device = device;
    options.make_device = [faults = faults_](const kernels::BackendOptions& backend) {
      return tests::make_faulty_backend(faults, backend);
    };
    worker_ = std::make_unique<DeviceWorker>(*library_, options,
                                             [this](Event event) { take(std::move(event)); });
  }

  Faults& faults() { return *faults_; }
  // Called with each event in the thread that it comes from: before the work goes on.
  std::function<void(const Event&)> on_event;

  Event watch(std::optional<Micros> until = {}) {
    worker_->watch(++request_, WatchVideo{.video = video_, .until = until});
    return end_of(request_);
  }
  Event ask() {
    worker_->ask(++request_, question(video_, kQuestion));
    return end_of(request_);
  }
  Event prepare() {
    worker_->prepare(++request_, PrepareQuestion{{{video_, {}}}});
    return end_of(request_);
  }
  void begin_watching() { worker_->watch(++request_, WatchVideo{.video = video_}); }
  void release() { worker_->release_video(video_); }
  void close() { worker_->close(); }
  bool has_open_memory() { return library_->is_video_open(video_); }
  std::string memory() {
    const auto memories = library_->list_memories(video_);
    EXPECT_EQ(memories.size(), 1u);
    return memory_hash(*library_->open_memory(memories.at(0).id));
  }
  store::MemoryState memory_state() { return library_->list_memories(video_).at(0).state; }
  std::vector<std::string> notices() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> messages;
    for (const Event& event : events_) {
      if (const auto* notice = std::get_if<EngineNotice>(&event.body)) {
        EXPECT_EQ(event.request, 0u);
        EXPECT_FALSE(notice->hint.empty());
        messages.push_back(notice->message);
      }
    }
    return messages;
  }
  // The text of the newest answer as a frontend has put it together, and how often it was begun.
  std::pair<std::string, int> text_told() {
    const std::lock_guard lock(mutex_);
    std::string text;
    int begun = 0;
    for (const Event& event : events_) {
      if (event.request != request_) continue;
      const auto* phase = std::get_if<AnswerPhase>(&event.body);
      if (phase != nullptr && phase->phase == Phase::loading_model) {
        text.clear();
        ++begun;
      }
      if (const auto* piece = std::get_if<AnswerText>(&event.body)) text += piece->piece;
    }
    return {text, begun};
  }
  std::vector<QuestionWithAnswers> questions() {
    std::vector<QuestionWithAnswers> all;
    store::Journal& journal = library_->journal();
    for (const store::Conversation& conversation : journal.list_conversations(0)) {
      for (const store::Question& one : journal.list_questions(conversation.id)) {
        all.push_back({one, journal.list_answers(one.id)});
      }
    }
    return all;
  }

 private:
  void take(Event event) {
    if (on_event) on_event(event);
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    arrived_.notify_all();
  }
  Event end_of(RequestId request) {
    std::unique_lock lock(mutex_);
    const auto end = [&] {
      return std::find_if(events_.begin(), events_.end(), [&](const Event& event) {
        return event.request == request && ends_request(event);
      });
    };
    EXPECT_TRUE(
        arrived_.wait_for(lock, std::chrono::minutes(2), [&] { return end() != events_.end(); }));
    EXPECT_EQ(std::count_if(events_.begin(), events_.end(),
                            [&](const Event& event) {
                              return event.request == request && ends_request(event);
                            }),
              1);
    return end() != events_.end() ? *end() : Event{};
  }

  std::unique_ptr<store::Library> library_;
  const std::int64_t video_;
  const std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Event> events_;
  RequestId request_ = 0;
  std::unique_ptr<DeviceWorker> worker_;
};

class RetreatTest : public EngineFixture {
 protected:
  std::unique_ptr<Place> place(Device device, const fs::path& model = kResources / "nano/model") {
    const std::string name = device == Device::cpu ? "undisturbed" : "disturbed";
    return std::make_unique<Place>(folder_ / name, model, device);
  }
  // nano as a model that leaves the length of its passes to the engine.
  fs::path nano_of_any_chunk() {
    const fs::path model = folder_ / "model";
    fs::create_directories(folder_);
    fs::copy(kResources / "nano/model", model, fs::copy_options::recursive);
    std::ofstream(model / "longtake.json")
        << R"({"name":"nano","demonstration":true,"sampling_fps":1,"window_tokens":1008})";
    return model;
  }
  // Does something, once, when the n-th event of a kind comes.
  template <typename Kind>
  static std::function<void(const Event&)> at(int n, std::function<void()> act) {
    return [n, act = std::move(act), seen = 0](const Event& event) mutable {
      if (std::holds_alternative<Kind>(event.body) && ++seen == n) act();
    };
  }
  static void expect_watched(const Event& event) {
    const auto* ended = std::get_if<WatchEnded>(&event.body);
    ASSERT_NE(ended, nullptr) << std::get<RequestFailed>(event.body).message;
    EXPECT_TRUE(ended->finished);
  }
  static RequestFailed failed(const Event& event) {
    const auto* failure = std::get_if<RequestFailed>(&event.body);
    EXPECT_NE(failure, nullptr);
    return failure != nullptr ? *failure : RequestFailed{};
  }
  // The answer of a CPU that nothing happens to.
  std::string undisturbed_answer() {
    const auto undisturbed = place(Device::cpu);
    expect_watched(undisturbed->watch());
    return std::get<AnswerDone>(undisturbed->ask().body).answer.text;
  }
  static void expect_one_answer(Place& place, const Event& event, const std::string& text) {
    const auto* done = std::get_if<AnswerDone>(&event.body);
    ASSERT_NE(done, nullptr) << std::get<RequestFailed>(event.body).message;
    EXPECT_EQ(done->answer.text, text);
    EXPECT_EQ(place.text_told(), std::pair(text, 2)) << "it was begun anew, once";
    const auto questions = place.questions();
    ASSERT_EQ(questions.size(), 1u);
    ASSERT_EQ(questions[0].answers.size(), 1u);
    EXPECT_EQ(questions[0].answers[0].text, text);
    EXPECT_EQ(questions[0].answers[0].state, store::AnswerState::done);
    EXPECT_FALSE(questions[0].answers[0].citations.empty());
  }

  const std::string kShorter =
      "The graphics card is short of memory: fewer frames are watched at a time";
  const std::string kSmaller =
      "The graphics card is short of memory: less is kept ready for the next question";
  const std::string kNoRoom =
      "The graphics card has too little memory for this model: the processor goes on";
  const std::string kLost = "The graphics card stopped working: the processor goes on";
};

TEST_F(RetreatTest, WithoutRoomPassesOfWatchingBecomeShorter) {
  const fs::path model = nano_of_any_chunk();
  const auto undisturbed = place(Device::cpu, model);
  expect_watched(undisturbed->watch());

  const auto disturbed = place(Device::automatic, model);
  disturbed->faults().largest = 2'000'000;  // a pass of 21 frames, which is the CPU's, has room
  expect_watched(disturbed->watch());
  // 112 frames, the whole window; 87; 43.
  EXPECT_EQ(disturbed->notices(), std::vector<std::string>(3, kShorter));
  EXPECT_EQ(disturbed->faults().thrown, 3);
  EXPECT_EQ(disturbed->memory(), undisturbed->memory());
}

TEST_F(RetreatTest, WithoutAnyRoomTheCacheShrinksAndThenTheProcessorWatches) {
  const auto undisturbed = place(Device::cpu);
  expect_watched(undisturbed->watch());

  const auto disturbed = place(Device::automatic);
  EXPECT_TRUE(std::holds_alternative<WatchEnded>(disturbed->watch(30 * kMicrosPerSecond).body));
  // nano's passes are as long as nano says; a pass that runs asks for nothing more, the next watch
  // does.
  disturbed->faults().full_in = 1;
  disturbed->faults().largest = 100'000;
  expect_watched(disturbed->watch());
  EXPECT_EQ(disturbed->notices(), (std::vector<std::string>{kSmaller, kSmaller, kNoRoom}));
  EXPECT_EQ(disturbed->faults().made, 3);
  EXPECT_EQ(disturbed->memory(), undisturbed->memory());
}

TEST_F(RetreatTest, AModelThatHasNoRoomAtAllIsLoadedOnTheProcessor) {
  const auto disturbed = place(Device::automatic);
  disturbed->faults().full_in = 1;
  expect_watched(disturbed->watch());
  EXPECT_EQ(disturbed->notices(), std::vector<std::string>{kNoRoom});
}

TEST_F(RetreatTest, ALostDeviceIsFollowedByTheProcessorWhileWatching) {
  const auto undisturbed = place(Device::cpu);
  expect_watched(undisturbed->watch());

  const auto disturbed = place(Device::automatic);
  disturbed->on_event = at<WatchProgress>(3, [&] { disturbed->faults().lost_in = 100; });
  expect_watched(disturbed->watch());
  EXPECT_GE(disturbed->faults().thrown, 1);
  EXPECT_EQ(disturbed->notices(), std::vector<std::string>{kLost});
  EXPECT_EQ(disturbed->memory(), undisturbed->memory());
}

TEST_F(RetreatTest, WithoutRoomAnAnswerBeginsAnew) {
  const std::string text = undisturbed_answer();
  const auto disturbed = place(Device::automatic);
  expect_watched(disturbed->watch());
  disturbed->on_event = at<AnswerText>(1, [&] { disturbed->faults().full_in = 1; });
  expect_one_answer(*disturbed, disturbed->ask(), text);
  EXPECT_EQ(disturbed->notices(), std::vector<std::string>{kSmaller});
}

TEST_F(RetreatTest, WhatIsPreparedIsThereForTheQuestion) {
  const auto prepared = place(Device::automatic);
  EXPECT_TRUE(std::holds_alternative<Done>(prepared->prepare().body));  // nothing is watched yet
  EXPECT_EQ(prepared->faults().made, 1);
  expect_watched(prepared->watch());
  EXPECT_TRUE(std::holds_alternative<Done>(prepared->prepare().body));
  EXPECT_TRUE(std::holds_alternative<AnswerDone>(prepared->ask().body));
  EXPECT_EQ(prepared->text_told(), std::pair(undisturbed_answer(), 1));
  EXPECT_EQ(prepared->faults().made, 1);
}

TEST_F(RetreatTest, ALostDeviceIsFollowedByTheProcessorWhilePreparing) {
  const std::string text = undisturbed_answer();
  const auto disturbed = place(Device::automatic);
  expect_watched(disturbed->watch());
  disturbed->faults().lost_in = 2;
  EXPECT_TRUE(std::holds_alternative<Done>(disturbed->prepare().body));
  EXPECT_EQ(disturbed->notices(), std::vector<std::string>{kLost});
  EXPECT_TRUE(std::holds_alternative<AnswerDone>(disturbed->ask().body));
  EXPECT_EQ(disturbed->text_told(), std::pair(text, 1));
}

TEST_F(RetreatTest, ALostDeviceIsFollowedByTheProcessorWhileAnswering) {
  const std::string text = undisturbed_answer();
  const auto disturbed = place(Device::automatic);
  expect_watched(disturbed->watch());
  disturbed->on_event = at<AnswerText>(1, [&] { disturbed->faults().lost_in = 1; });
  expect_one_answer(*disturbed, disturbed->ask(), text);
  EXPECT_EQ(disturbed->notices(), std::vector<std::string>{kLost});
}

// Until there is nothing left to try; each time the first words have come already.
TEST_F(RetreatTest, AnAnswerGoesTheWholeWay) {
  const std::string text = undisturbed_answer();
  const auto disturbed = place(Device::automatic);
  expect_watched(disturbed->watch());
  disturbed->on_event = [&](const Event& event) {
    if (std::holds_alternative<AnswerText>(event.body)) disturbed->faults().full_in = 1;
  };
  const Event event = disturbed->ask();
  ASSERT_TRUE(std::holds_alternative<AnswerDone>(event.body));
  EXPECT_EQ(disturbed->notices(), (std::vector<std::string>{kSmaller, kSmaller, kNoRoom}));
  EXPECT_EQ(disturbed->text_told(), std::pair(text, 4));
  ASSERT_EQ(disturbed->questions().size(), 1u);
  ASSERT_EQ(disturbed->questions()[0].answers.size(), 1u);
  EXPECT_EQ(disturbed->questions()[0].answers[0].text, text);
}

TEST_F(RetreatTest, ADeviceThatWasInsistedOnIsTriedAgainByTheNextRequest) {
  const auto undisturbed = place(Device::cpu);
  expect_watched(undisturbed->watch());
  const std::string text = std::get<AnswerDone>(undisturbed->ask().body).answer.text;

  const auto disturbed = place(Device::cuda);
  disturbed->on_event = at<WatchProgress>(3, [&] { disturbed->faults().lost_in = 100; });
  const RequestFailed watching = failed(disturbed->watch());
  EXPECT_EQ(watching.code, ErrorCode::device_lost);
  EXPECT_FALSE(watching.message.empty());
  EXPECT_FALSE(watching.hint.empty());
  EXPECT_EQ(disturbed->memory_state(), store::MemoryState::failed);
  expect_watched(disturbed->watch());
  EXPECT_EQ(disturbed->memory(), undisturbed->memory());

  disturbed->on_event = at<AnswerText>(1, [&] { disturbed->faults().lost_in = 1; });
  EXPECT_EQ(failed(disturbed->ask()).code, ErrorCode::device_lost);
  ASSERT_EQ(disturbed->questions().size(), 1u);
  EXPECT_EQ(disturbed->questions()[0].answers.at(0).state, store::AnswerState::failed);
  const Event again = disturbed->ask();
  ASSERT_TRUE(std::holds_alternative<AnswerDone>(again.body));
  EXPECT_EQ(std::get<AnswerDone>(again.body).answer.text, text);
  EXPECT_EQ(disturbed->faults().made, 3);
  EXPECT_TRUE(disturbed->notices().empty()) << "nothing was done on its own account";
}

TEST_F(RetreatTest, ADeviceThatWasInsistedOnAndHasNoRoomIsAnError) {
  const auto disturbed = place(Device::cuda);
  disturbed->faults().largest = 100'000;
  EXPECT_EQ(failed(disturbed->watch()).code, ErrorCode::out_of_memory);
  EXPECT_EQ(disturbed->notices(), (std::vector<std::string>{kSmaller, kSmaller}));
}

// Removing waits for the device to let go; a lost one must not keep it waiting.
TEST_F(RetreatTest, ALostDeviceLetsGo) {
  for (const Device device : {Device::automatic, Device::cuda}) {
    const auto disturbed =
        std::make_unique<Place>(folder_ / (device == Device::cuda ? "insisted" : "automatic"),
                                kResources / "nano/model", device);
    expect_watched(disturbed->watch());
    ASSERT_TRUE(std::holds_alternative<AnswerDone>(disturbed->ask().body));
    disturbed->faults().lost_in = 1;
    disturbed->release();
    EXPECT_GE(disturbed->faults().thrown, 1);
  }
}

// The cache, which reads from the memories, goes with the device: before them.
TEST_F(RetreatTest, QuittingClosesMemoriesAfterTheDevice) {
  auto quitting = place(Device::automatic);
  bool open = false;
  quitting->faults().on_gone = [&, place = quitting.get()] { open = place->has_open_memory(); };
  EXPECT_TRUE(std::holds_alternative<WatchEnded>(quitting->watch(10 * kMicrosPerSecond).body));
  EXPECT_TRUE(std::holds_alternative<AnswerDone>(quitting->ask().body));
  quitting.reset();
  EXPECT_TRUE(open);
}

// A watch stands on the device, and goes before it.
TEST_F(RetreatTest, QuittingClosesWatchesBeforeTheDevice) {
  auto quitting = place(Device::automatic);
  bool open = true;
  quitting->faults().on_gone = [&, place = quitting.get()] { open = place->has_open_memory(); };
  std::promise<void> closed;
  quitting->on_event = at<WatchProgress>(2, [&] {
    EXPECT_TRUE(quitting->has_open_memory());
    quitting->close();
    closed.set_value();
  });
  quitting->begin_watching();
  closed.get_future().wait();
  quitting.reset();
  EXPECT_FALSE(open);
}

}  // namespace
}  // namespace longtake::session
