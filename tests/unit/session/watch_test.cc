// Watch with a device that works while the host does something else: the memory is the same, byte
// for byte, however the two overlap and wherever the watch pauses.
#include "engine/session/watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "engine/session/catalogue.h"
#include "engine/session/runtime.h"
#include "engine/store/library.h"
#include "resources/nano/world/scene.h"
#include "resources/nano/world/video.h"
#include "tests/unit/media/failing_hardware.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake::session {
namespace {

class WatchTest : public EngineFixture {
 protected:
  WatchTest()
      : runtime_({.model = kResources / "nano/model", .calibrations = folder_ / "calibrations"}),
        library_(store::Library::open(folder_ / "library", store::Library::Access::write)),
        video_(Catalogue(*library_).run(AddVideo{kSample.string()}).video) {}

  std::shared_ptr<store::MemoryStore> new_memory() {
    store::Memory memory;
    memory.video_id = video_.id;
    memory.model = "nano";
    memory.fingerprint = runtime_.memory_fingerprint();
    memory.shape = runtime_.shape();
    memory.interval = runtime_.default_interval();
    return library_->open_memory(library_->create_memory(memory));
  }
  // Watches on from where a memory ends: at most so many chunks, then a pause.
  media::FrameSampler::Summary watch(store::MemoryStore& memory, bool overlapped,
                                     int chunks = 1'000'000, std::optional<Micros> until = {},
                                     media::Decoding decoding = media::Decoding::software) {
    WatchOptions options = runtime_.watch_options();
    options.overlapped = overlapped;
    options.until = until;
    options.decoding = decoding;
    Watch watch(runtime_.model(), runtime_.sinks(), memory, kSample.string(), options);
    const std::int64_t before = memory.count();
    int done = 0;
    while (done < chunks && watch.step()) ++done;
    watch.commit();
    EXPECT_EQ(watch.frames(), memory.count() - before);  // nano: a frame, a block
    EXPECT_EQ(watch.seen_until(),
              memory.count() == 0 ? 0 : memory.info(memory.count() - 1).time.end);
    return watch.sampler_summary();
  }

  Runtime runtime_;
  std::unique_ptr<store::Library> library_;
  store::Video video_;
};

TEST_F(WatchTest, OverlappingChangesNothing) {
  const auto plain = new_memory();
  watch(*plain, false);
  EXPECT_TRUE(plain->record().finished);
  const std::string expected = memory_hash(*plain);

  const auto overlapped = new_memory();
  watch(*overlapped, true);
  EXPECT_TRUE(overlapped->record().finished);
  EXPECT_EQ(memory_hash(*overlapped), expected);

  const auto paused = new_memory();
  for (int i = 0; i < 1000 && !paused->record().finished; ++i) watch(*paused, i % 3 != 0, 2);
  EXPECT_EQ(memory_hash(*paused), expected);
}

TEST_F(WatchTest, UntilIsKeptToTheChunk) {
  const auto plain = new_memory();
  watch(*plain, false, 1'000'000, 20 * kMicrosPerSecond);
  const auto overlapped = new_memory();
  watch(*overlapped, true, 1'000'000, 20 * kMicrosPerSecond);
  EXPECT_GT(plain->count(), 0);
  EXPECT_FALSE(overlapped->record().finished);
  EXPECT_EQ(memory_hash(*overlapped), memory_hash(*plain));
}

TEST_F(WatchTest, WhatIsCancelledIsNotFinished) {
  const std::filesystem::path brief = folder_ / "brief.mp4";
  world::SceneOptions scene;
  scene.duration_us = 3 * world::kSecond;
  world::encode_mp4(world::make_scene(7, scene), brief.string(),
                    {.width = 160, .height = 90, .fps_num = 10});
  const auto memory = new_memory();
  std::atomic<bool> cancel = false;
  WatchOptions options = runtime_.watch_options();
  options.cancel = &cancel;
  Watch watch(runtime_.model(), runtime_.sinks(), *memory, brief.string(), options);
  // All its pictures wait, and its end is known.
  while (!watch.sampler_summary().reached_end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  cancel = true;
  EXPECT_FALSE(watch.step());
  EXPECT_FALSE(memory->record().finished);
}

// A citation of a block plays its time: the picture must be in it, also where a key frame before the instant
// stands for it.
TEST_F(WatchTest, WhatWasSeenLiesInTheTimeOfItsBlock) {
  const auto memory = new_memory();
  WatchOptions options = runtime_.watch_options();
  options.sampling = media::SamplingMode::keyframes;
  options.interval = 7 * kMicrosPerSecond;
  Watch watch(runtime_.model(), runtime_.sinks(), *memory, kSample.string(), options);
  while (watch.step()) {
  }
  watch.commit();
  int early = 0;
  for (memory::BlockId id = 0; id < memory->count(); ++id) {
    const memory::BlockInfo block = memory->info(id);
    EXPECT_LE(block.time.begin, block.shown_at) << id;
    EXPECT_LT(block.shown_at, block.time.end) << id;
    early += block.time.begin % options.interval != 0 ? 1 : 0;
  }
  EXPECT_GT(early, 0);
}

TEST_F(WatchTest, AProcessorDecodesItself) {
  EXPECT_EQ(runtime_.watch_options().decoding, media::Decoding::software);
}

TEST_F(WatchTest, ADecoderThatFailsChangesNothing) {
  const auto plain = new_memory();
  EXPECT_EQ(watch(*plain, true).frames_in_hardware, 0);

  using media::FailingHardware;
  media::set_hardware_for_tests(
      std::make_shared<FailingHardware>(FailingHardware::Fault::surfaces, 100));
  const auto failing = new_memory();
  const media::FrameSampler::Summary summary =
      watch(*failing, true, 1'000'000, {}, media::Decoding::hardware);
  media::set_hardware_for_tests(nullptr);
  EXPECT_GT(summary.frames_in_hardware, 0);
  EXPECT_LT(summary.frames_in_hardware, summary.frames_decoded);
  EXPECT_TRUE(failing->record().finished);
  EXPECT_EQ(memory_hash(*failing), memory_hash(*plain));
}

}  // namespace
}  // namespace longtake::session
