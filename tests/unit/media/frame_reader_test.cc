// FrameReader and read_at(): pictures at given times.
#include "engine/media/frame_reader.h"

#include <gtest/gtest.h>

#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

fs::path video(const char* extension) {
  return footage(numbered("25", 30), "-c:v libx264 -preset veryfast -bf 3 -g 40 -pix_fmt yuv420p",
                 extension);
}

TEST(FrameReader, AnyOrderAndRepetitions) {
  for (const char* extension : {".mp4", ".mkv", ".ts"}) {
    SCOPED_TRACE(extension);
    const std::vector<SampledFrame> frames =
        read_at(video(extension).string(),
                {29'990'000, 1'000'000, 0, 1'039'999, 1'040'000, 1'000'000, 17'770'000});
    ASSERT_EQ(frames.size(), 7U);
    EXPECT_EQ(numbers(frames), (std::vector<int>{749, 25, 0, 25, 26, 25, 444}));
    EXPECT_EQ(frames[6].pts, 17'760'000);
    for (std::size_t i = 0; i < frames.size(); ++i)
      EXPECT_EQ(frames[i].index, static_cast<std::int64_t>(i));
  }
}

TEST(FrameReader, TimesOutsideHaveNoPicture) {
  const std::vector<SampledFrame> frames =
      read_at(video(".mp4").string(), {-1, 30'000'000, 29'999'999, 99'000'000});
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].index, 2);
  EXPECT_EQ(frame_number(frames[0].image), 749);
  EXPECT_TRUE(read_at(video(".mp4").string(), {}).empty());
}

TEST(FrameReader, ReadsAgainAndAgain) {
  for (const char* extension : {".mp4", ".mkv", ".ts"}) {
    FrameReader reader(video(extension).string());
    for (const int second : {20, 3, 28, 0, 11, 11}) {
      int seen = -1;
      reader.read({second * kMicrosPerSecond}, [&](SampledFrame frame) {
        seen = frame_number(frame.image);
        return true;
      });
      EXPECT_EQ(seen, second * 25) << extension;
    }
  }
}

TEST(FrameReader, SinkMayStop) {
  int calls = 0;
  FrameReader reader(video(".mp4").string());
  reader.read({0, 1'000'000, 2'000'000}, [&](SampledFrame) {
    ++calls;
    return false;
  });
  EXPECT_EQ(calls, 1);
}

TEST(FrameReader, NearestKeyframes) {
  std::vector<Micros> times;
  for (int i = 0; i < 10; ++i) times.push_back(1'500'000 + i * 3 * kMicrosPerSecond);
  for (const char* extension : {".mp4", ".mkv", ".ts"}) {
    const std::vector<SampledFrame> frames =
        read_at(video(extension).string(), times,
                {.max_width = 64, .max_height = 64, .nearest_keyframe = true});
    ASSERT_EQ(frames.size(), 10U);
    for (const SampledFrame& frame : frames) {
      EXPECT_EQ(frame.image.width, 64);
      // Keyframes are at most 1.6 s apart, so the nearest is within 0.8 s.
      EXPECT_LE(std::abs(frame.pts - times.at(static_cast<std::size_t>(frame.index))), 800'000);
      EXPECT_EQ(frame_number(frame.image), frame.pts / 40'000);
    }
  }
}

TEST(FrameReader, AKeyframeIsDeliveredOnce) {
  const fs::path path =
      footage(numbered("25", 8),
              "-c:v libx264 -preset veryfast -g 1000 -sc_threshold 0 -pix_fmt yuv420p", ".mp4");
  const std::vector<SampledFrame> frames = read_at(
      path.string(), {800'000, 2'400'000, 4'000'000, 5'600'000}, {.nearest_keyframe = true});
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].index, 0);
  EXPECT_EQ(frame_number(frames[0].image), 0);
}

}  // namespace
}  // namespace longtake::media
