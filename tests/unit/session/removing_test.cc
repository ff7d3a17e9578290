// Removing waits for whatever still uses what is removed, and nothing else waits for removing; and
// quitting waits for neither, but does what was sent.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/store/library.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;

class RemovingTest : public EngineFixture {
 protected:
  // Another video, by its content.
  std::int64_t add_copy(Engine& engine, const std::string& name) {
    const fs::path path = folder_ / (name + ".mp4");
    fs::copy_file(kSample, path);
    std::ofstream(path, std::ios::app) << name;
    return add(engine, path);
  }
  // The sample, its beginning watched and asked about: its memory is open.
  std::int64_t add_asked(Engine& engine) {
    const std::int64_t video = add(engine);
    WatchVideo some{.video = video};
    some.until = 20 * kMicrosPerSecond;
    memory_ = call<WatchEnded>(engine, some).memory.id;
    call<AnswerDone>(engine, question(video, "Is there a bar?"));
    return video;
  }
  // To be given to call() and finish(): the request must not end before.
  static std::function<void(const Event&)> still_running(RequestId request) {
    return [request](const Event& event) {
      EXPECT_FALSE(event.request == request && ends_request(event)) << "it waited for the device";
    };
  }
  // The measuring takes minutes; its result is written when it comes to its end.
  bool was_calibrated() const {
    const fs::path calibrations = folder_ / "library/calibrations";
    return fs::exists(calibrations) && !fs::is_empty(calibrations);
  }
  std::vector<store::Video> videos_on_disk() {
    return store::Library::open(folder_ / "library", store::Library::Access::write)->list_videos();
  }

  std::int64_t memory_ = 0;
};

TEST_F(RemovingTest, NothingWaitsForAVideoThatTheDeviceStillHolds) {
  const auto engine = open();
  const std::int64_t video = add_asked(*engine);
  const RequestId busy = engine->send(CalibrateModel{});
  const RequestId removing = engine->send(RemoveVideo{video});
  call<ConversationList>(*engine, ListConversations{}, still_running(busy));
  EXPECT_EQ(call<VideoList>(*engine, ListVideos{}, still_running(busy)).videos.size(), 1u);
  engine->send(CancelRequest{busy});
  EXPECT_TRUE(std::holds_alternative<VideoRemoved>(finish(*engine, removing).body));
  EXPECT_TRUE(call<VideoList>(*engine, ListVideos{}).videos.empty());
}

TEST_F(RemovingTest, WhatTheDeviceDoesNotHoldIsRemovedAtOnce) {
  std::int64_t watched = 0;
  {
    const auto engine = open();
    watched = add_asked(*engine);
  }
  const auto engine = open();  // which has opened no memory
  const std::int64_t unwatched = add_copy(*engine, "unwatched");
  const RequestId busy = engine->send(CalibrateModel{});
  call<VideoRemoved>(*engine, RemoveVideo{unwatched}, still_running(busy));
  call<Done>(*engine, RemoveMemory{memory_}, still_running(busy));
  call<VideoRemoved>(*engine, RemoveVideo{watched}, still_running(busy));
  EXPECT_TRUE(call<VideoList>(*engine, ListVideos{}, still_running(busy)).videos.empty());
}

TEST_F(RemovingTest, AWatchThatHasNotBegunEndsAtOnce) {
  const auto engine = open();
  const std::int64_t first = add(*engine);
  const RequestId watching = engine->send(WatchVideo{.video = first});
  const std::int64_t second = add_copy(*engine, "second");
  const std::int64_t third = add_copy(*engine, "third");
  const RequestId cancelled = engine->send(WatchVideo{.video = second});
  const RequestId removed = engine->send(WatchVideo{.video = third});
  engine->send(CancelRequest{cancelled});
  const Event end = finish(*engine, cancelled, still_running(watching));
  ASSERT_TRUE(std::holds_alternative<WatchEnded>(end.body));
  EXPECT_FALSE(std::get<WatchEnded>(end.body).finished);
  EXPECT_EQ(std::get<WatchEnded>(end.body).memory.id, 0);
  int ended = 0;
  call<VideoRemoved>(*engine, RemoveVideo{third}, [&](const Event& event) {
    still_running(watching)(event);
    if (event.request == removed) ended += std::holds_alternative<WatchEnded>(event.body) ? 1 : 0;
  });
  EXPECT_EQ(ended, 1) << "before its video went";
  EXPECT_TRUE(std::get<WatchEnded>(finish(*engine, watching).body).finished);
}

TEST_F(RemovingTest, QuittingEndsWhatRemovingWaitsForAndRemoves) {
  {
    const auto engine = open();
    const std::int64_t video = add_asked(*engine);
    add_copy(*engine, "other");
    engine->send(CalibrateModel{});
    engine->send(RemoveVideo{video});
    call<VideoList>(*engine, ListVideos{});
  }
  EXPECT_FALSE(was_calibrated()) << "quitting waited for it";
  const auto left = videos_on_disk();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].name, "other.mp4");
}

TEST_F(RemovingTest, QuittingDoesWhatWasSent) {
  constexpr int kMarkers = 100;
  std::int64_t video = 0;
  {
    const auto engine = open();
    video = add(*engine);
    for (int i = 0; i < kMarkers; ++i) {
      store::Marker marker;
      marker.video_id = video;
      marker.time = {i * kMicrosPerSecond, i * kMicrosPerSecond};
      engine->send(SaveMarker{marker});
    }
  }
  const auto library = store::Library::open(folder_ / "library", store::Library::Access::write);
  EXPECT_EQ(library->journal().list_markers(video).size(), static_cast<std::size_t>(kMarkers));
}

// The removing waits as request 0 of the device.
TEST_F(RemovingTest, CancellingNothingCancelsNothing) {
  const auto engine = open();
  const std::int64_t video = add_asked(*engine);
  const RequestId busy = engine->send(CalibrateModel{});
  const RequestId removing = engine->send(RemoveVideo{video});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // until it waits for the device
  call<Done>(*engine, CancelRequest{0});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_TRUE(fs::exists(folder_ / "library/memories" / std::to_string(memory_)))
      << "removed while the device still held it";
  engine->send(CancelRequest{busy});
  EXPECT_TRUE(std::holds_alternative<VideoRemoved>(finish(*engine, removing).body));
}

}  // namespace
}  // namespace longtake
