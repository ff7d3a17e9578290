// Damaged files: reading goes on, says what is missing, and ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>

#include "engine/media/frame_sampler.h"
#include "engine/media/media_input.h"
#include "kernels/error.h"
#include "tests/unit/media/footage.h"

extern "C" {
#include <libavutil/mem.h>
}

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

const char* const kX264 = "-c:v libx264 -preset veryfast -bf 3 -g 25 -pix_fmt yuv420p";

fs::path whole(const char* extension = ".mp4") {
  return footage(
      numbered("25", 8),
      std::string(kX264) + (std::strcmp(extension, ".mp4") == 0 ? " -movflags +faststart" : ""),
      extension);
}

TEST(Damage, CutOffMp4PlaysAsFarAsItGoes) {
  const fs::path path = footage_by("cut mp4", ".mp4", [](const fs::path& out) {
    const std::string bytes = read_bytes(whole());
    write_bytes(out, bytes.substr(0, bytes.size() * 6 / 10));
  });
  EXPECT_EQ(probe(path.string()).duration, 8'000'000)
      << "the index in front still promises all of it";
  const Take take = take_all(path);
  ASSERT_GE(take.frames.size(), 3U);
  ASSERT_LE(take.frames.size(), 7U);
  for (const SampledFrame& frame : take.frames)
    EXPECT_EQ(frame_number(frame.image), frame.index * 25);
  EXPECT_TRUE(take.summary.truncated);
  ASSERT_FALSE(take.summary.damaged.empty());
  EXPECT_EQ(take.summary.damaged.back().end, 8'000'000);
  EXPECT_LT(take.summary.end, 7'500'000);
}

TEST(Damage, OtherContainersCutOff) {
  for (const char* extension : {".mkv", ".ts"}) {
    const fs::path path = footage_by("cut", extension, [&](const fs::path& out) {
      const std::string bytes = read_bytes(whole(extension));
      write_bytes(out, bytes.substr(0, bytes.size() * 6 / 10));
    });
    const Take take = take_all(path);
    ASSERT_GE(take.frames.size(), 3U) << extension;
    for (std::size_t i = 0; i + 1 < take.frames.size(); ++i) {
      EXPECT_EQ(frame_number(take.frames[i].image), static_cast<int>(i) * 25) << extension;
    }
  }
}

TEST(Damage, DestroyedStretchIsNamed) {
  // The pictures between 3 and 4 seconds are overwritten; their boundaries in the file stay.
  const fs::path path = footage_by("hole", ".mp4", [](const fs::path& out) {
    std::string bytes = read_bytes(whole());
    const std::size_t begin = bytes.size() * 42 / 100;
    const std::size_t end = bytes.size() * 50 / 100;
    std::minstd_rand random(5);
    for (std::size_t i = begin; i < end; ++i) bytes[i] = static_cast<char>(random());
    write_bytes(out, bytes);
  });
  SamplerOptions options;
  options.interval = 40'000;
  const Take take = take_all(path, options);
  EXPECT_TRUE(take.summary.reached_end);
  EXPECT_GT(take.summary.errors, 0);
  ASSERT_FALSE(take.summary.damaged.empty());
  EXPECT_GT(take.summary.damaged.front().begin, 2'000'000);
  EXPECT_LT(take.summary.damaged.back().end, 6'500'000);
  // The beginning and the end are as they were.
  ASSERT_GT(take.frames.size(), 190U);
  EXPECT_EQ(frame_number(take.frames[20].image), 20);
  EXPECT_EQ(frame_number(take.frames[190].image), 190);
}

TEST(Damage, PicturesThatCannotBeConvertedAreNamed) {
  SamplerOptions options;
  options.decode_ahead = 1;
  FrameSampler sampler(whole().string(), options);
  std::vector<SampledFrame> frames;
  while (std::optional<SampledFrame> frame = sampler.next()) {
    frames.push_back(std::move(*frame));
    // For a while, pictures are larger than any may be.
    if (frames.size() == 1) set_max_pixels_for_tests(1000);
    if (frames.size() == 4) set_max_pixels_for_tests(kMaxPixels);
  }
  set_max_pixels_for_tests(kMaxPixels);
  const FrameSampler::Summary summary = sampler.summary();
  EXPECT_TRUE(summary.reached_end);
  ASSERT_EQ(frames.size(), 8U);
  int stood_in = 0;
  for (const SampledFrame& frame : frames) {
    const bool named =
        std::any_of(summary.damaged.begin(), summary.damaged.end(), [&](const TimeRange& range) {
          return range.begin <= frame.instant && frame.instant < range.end;
        });
    const bool its_own = frame_number(frame.image) == frame.index * 25;
    EXPECT_EQ(named, !its_own) << frame.index;
    stood_in += its_own ? 0 : 1;
  }
  EXPECT_GE(stood_in, 2);
  EXPECT_EQ(summary.errors, stood_in);
}

TEST(Damage, AMachineWithoutMemoryIsNoDamage) {
  const fs::path path = footage("testsrc2=s=640x480:r=25:d=5", kX264, ".mp4");
  av_max_alloc(950'000);  // enough for a picture as it is decoded, not for its colours
  try {
    const Take take = take_all(path);
    ADD_FAILURE() << take.frames.size() << " pictures and no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_memory) << error.message();
  }
  av_max_alloc(std::numeric_limits<int>::max());
}

TEST(Damage, FlippedBitsNeverCrashOrHang) {
  for (const char* extension : {".mp4", ".mkv", ".ts", ".h264"}) {
    const std::string good = read_bytes(whole(extension));
    for (unsigned seed = 0; seed < 12; ++seed) {
      std::string bytes = good;
      std::minstd_rand random(seed * 77 + 1);
      const int flips = 1 << (seed % 10);
      for (int i = 0; i < flips; ++i)
        bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
      const fs::path path =
          fs::path(LONGTAKE_FOOTAGE_DIR) / ("flipped-" + std::to_string(::getpid()) + extension);
      write_bytes(path, bytes);
      SamplerOptions options;
      options.interval = 500'000;
      options.until = 60'000'000;
      options.mode = seed % 3 == 2 ? SamplingMode::keyframes : SamplingMode::exact;
      options.first_index = seed % 4;
      try {
        const Take take = take_all(path, options);
        Micros last = -1;
        for (const SampledFrame& frame : take.frames) {
          EXPECT_GT(frame.instant, last);
          last = frame.instant;
        }
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
      }
      fs::remove(path);
    }
  }
}

TEST(Damage, NearlyEmptyFiles) {
  const std::string good = read_bytes(whole());
  for (const std::size_t size : {1UL, 7UL, 8UL, 40UL, 500UL, 3000UL}) {
    const fs::path path =
        footage_by("head of " + std::to_string(size), ".mp4",
                   [&](const fs::path& out) { write_bytes(out, good.substr(0, size)); });
    EXPECT_THROW(probe(path.string()), Error) << size;
  }
}

}  // namespace
}  // namespace longtake::media
