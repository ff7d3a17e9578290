// FrameReader, read_at() and filmstrip(): pictures at given times.
#include "engine/media/frame_reader.h"

#include <gtest/gtest.h>

#include "engine/media/thumbnails.h"
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

TEST(Filmstrip, OnePictureASlot) {
  for (const char* extension : {".mp4", ".mkv", ".ts"}) {
    const std::vector<SampledFrame> strip =
        filmstrip(video(extension).string(), {.count = 10, .max_width = 64, .max_height = 64});
    ASSERT_EQ(strip.size(), 10U);
    for (std::size_t slot = 0; slot < strip.size(); ++slot) {
      EXPECT_EQ(strip[slot].index, static_cast<std::int64_t>(slot));
      EXPECT_EQ(strip[slot].image.width, 64);
      // Keyframes are at most 1.6 s apart, so the nearest is within 0.8 s of the middle.
      EXPECT_LE(std::abs(strip[slot].pts - strip[slot].instant), 800'000) << slot;
      EXPECT_EQ(frame_number(strip[slot].image), strip[slot].pts / 40'000);
    }
  }
}

TEST(Filmstrip, FewKeyframesAreRepeated) {
  const fs::path path =
      footage(numbered("25", 8),
              "-c:v libx264 -preset veryfast -g 1000 -sc_threshold 0 -pix_fmt yuv420p", ".mp4");
  const std::vector<SampledFrame> strip = filmstrip(path.string(), {.count = 5});
  ASSERT_EQ(strip.size(), 5U);
  for (const SampledFrame& frame : strip) EXPECT_EQ(frame_number(frame.image), 0);
}

}  // namespace
}  // namespace longtake::media
