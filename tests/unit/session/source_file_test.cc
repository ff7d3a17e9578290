// Whose pictures a memory and a report are made of: files that trade places or are replaced, and
// files that state another length than they have.
#include "engine/session/source_file.h"

#include <gtest/gtest.h>

#include "engine/media/video_file.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;

const char* const kX264 = "-c:v libx264 -preset veryfast -g 25 -pix_fmt yuv420p";

class SourceFileTest : public EngineFixture {
 protected:
  SourceFileTest() { fs::create_directories(folder_); }

  fs::path place(const char* name, double seconds, const std::string& more = {}) {
    const fs::path path = folder_ / name;
    fs::copy_file(media::footage(media::numbered("25", seconds, more), kX264, ".mp4"), path,
                  fs::copy_options::overwrite_existing);
    return path;
  }
  static store::Memory watch(Engine& engine, std::int64_t video, std::optional<Micros> until = {}) {
    WatchVideo command;
    command.video = video;
    command.until = until;
    command.fps = 1;
    return call<WatchEnded>(engine, command).memory;
  }
  static store::Video find(Engine& engine, const fs::path& path) {
    return call<VideoAdded>(engine, FindVideo{path.string()}).video;
  }
};

TEST_F(SourceFileTest, FilesThatTradePlacesKeepTheirMemories) {
  const fs::path a = place("a.mp4", 40);
  const fs::path b = place("b.mp4", 20);
  const auto engine = open();
  const std::int64_t longer = add(*engine, a);
  const std::int64_t shorter = add(*engine, b);
  watch(*engine, longer, 8 * kMicrosPerSecond);
  watch(*engine, shorter, 4 * kMicrosPerSecond);
  fs::rename(a, folder_ / "c.mp4");
  fs::rename(b, a);
  fs::rename(folder_ / "c.mp4", b);

  // The desktop goes on with the videos that it knows: not with the wrong file.
  EXPECT_NE(fail(*engine, WatchVideo{longer}).message.find("another file is there now"),
            std::string::npos);
  // The command line names files: each is followed to where its content lies.
  EXPECT_EQ(find(*engine, a).id, shorter);
  EXPECT_EQ(add(*engine, a), shorter);
  EXPECT_EQ(add(*engine, b), longer);
  EXPECT_EQ(find(*engine, a).path, a);
  EXPECT_EQ(find(*engine, b).path, b);
  EXPECT_EQ(watch(*engine, longer).coverage.back().end, 40 * kMicrosPerSecond);
  EXPECT_EQ(watch(*engine, shorter).coverage.back().end, 20 * kMicrosPerSecond);
}

TEST_F(SourceFileTest, AReplacedFileIsNotTakenForTheVideo) {
  const fs::path path = place("camera.mp4", 20);
  const auto engine = open();
  const std::int64_t video = add(*engine, path);
  watch(*engine, video);
  const auto picture = [&](std::int64_t of) {
    std::vector<std::uint8_t> rgb;
    call<Done>(*engine, GetPictures{of, {10 * kMicrosPerSecond}, 128, 96, true},
               [&](const Event& event) {
                 if (const auto* ready = std::get_if<PictureReady>(&event.body)) {
                   rgb = ready->picture.image.rgb;
                 }
               });
    return rgb;
  };
  const auto before = picture(video);
  place("camera.mp4", 40, ",negate");

  const RequestFailed gone = fail(*engine, FindVideo{path.string()});
  EXPECT_EQ(gone.code, ErrorCode::not_found);
  EXPECT_NE(gone.message.find("another file is there now, not camera.mp4"), std::string::npos);
  EXPECT_EQ(call<VideoAdded>(*engine, FindVideo{std::to_string(video)}).video.id, video);
  const std::string clip = (folder_ / "clip.mp4").string();
  for (const Command& command : {Command(ExportClip{video, {0, kMicrosPerSecond}, clip, false}),
                                 Command(SaveFrame{video, 0, (folder_ / "frame.png").string()}),
                                 Command(GetPictures{video, {0}, 64, 64, true}),
                                 Command(GetWaveform{video}), Command(GetCuts{video})}) {
    EXPECT_NE(fail(*engine, command).message.find("another file is there now"), std::string::npos)
        << command.index();
  }
  // As a video of its own, it leaves the other one's memory alone.
  const auto added = call<VideoAdded>(*engine, AddVideo{path.string()});
  EXPECT_FALSE(added.known);
  EXPECT_NE(added.video.id, video);
  EXPECT_EQ(find(*engine, path).id, added.video.id);
  // Its pictures are its own, though the other one's file was open under this name.
  EXPECT_FALSE(picture(added.video.id) == before);
}

TEST_F(SourceFileTest, AStatedLengthThatIsTooShortIsCorrected) {
  const fs::path path = folder_ / "joined.ts";
  media::write_bytes(
      path, media::read_bytes(media::footage(media::numbered("25", 30), kX264, ".ts")) +
                media::read_bytes(media::footage(media::numbered("25", 10), kX264, ".ts")));
  const auto engine = open();
  const auto added = call<VideoAdded>(*engine, AddVideo{path.string()});
  ASSERT_LT(added.video.duration, 31 * kMicrosPerSecond) << "what the container states";
  Micros stated = 0;
  WatchVideo command;
  command.video = added.video.id;
  command.fps = 1;
  const auto ended = call<WatchEnded>(*engine, command, [&](const Event& event) {
    if (const auto* progress = std::get_if<WatchProgress>(&event.body)) {
      EXPECT_GE(progress->duration, progress->seen_until);
      stated = progress->duration;
    }
  });
  EXPECT_GE(stated, 35 * kMicrosPerSecond);
  EXPECT_EQ(ended.memory.blocks, 40);
  // One stretch, but for what the stated end may have cut off its block.
  EXPECT_LE(ended.memory.coverage.size(), 2U);
  EXPECT_NEAR(static_cast<double>(ended.memory.coverage.back().end), 40e6, 1e6);
  EXPECT_NEAR(static_cast<double>(find(*engine, path).duration), 40e6, 0.2e6);
}

}  // namespace
}  // namespace longtake
