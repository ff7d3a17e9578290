// Timestamps that jump, go backwards or change what they describe.
#include <gtest/gtest.h>

#include "engine/media/frame_sampler.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

const char* const kX264 = "-c:v libx264 -preset veryfast -bf 3 -g 25 -pix_fmt yuv420p";

std::string joined(const std::vector<fs::path>& parts) {
  std::string bytes;
  for (const fs::path& part : parts) bytes += read_bytes(part);
  return bytes;
}

TEST(Timeline, ClockThatStartsAgainIsClosedUp) {
  // Two recordings one after the other in one transport stream: the clock jumps back, then far
  // ahead.
  const fs::path path = footage_by("three clocks", ".ts", [](const fs::path& out) {
    write_bytes(out, joined({footage(numbered("25", 4), kX264, ".ts"),
                             footage(numbered("25", 4), kX264, ".ts"),
                             footage(numbered("25", 4),
                                     std::string(kX264) + " -output_ts_offset 5000", ".ts")}));
  });
  for (const Micros interval : {200'000, 1'000'000}) {
    SamplerOptions options;
    options.interval = interval;
    const Take take = take_all(path, options);
    ASSERT_NEAR(static_cast<double>(take.summary.end), 12e6, 200e3);
    EXPECT_EQ(take.summary.timestamps_repaired, 2);
    for (const SampledFrame& frame : take.frames) {
      // Within a frame or two of where it would be in one uninterrupted recording.
      const auto expected = static_cast<double>(frame.instant % 4'000'000) / 40'000;
      const int number = frame_number(frame.image);
      const double apart = std::min(std::abs(number - expected), std::abs(number - expected - 100));
      EXPECT_LE(std::min(apart, std::abs(number - expected + 100)), 3.0) << frame.instant;
      EXPECT_LE(frame.pts, frame.instant);
    }
    // A resume reads from the beginning and so arrives at the same clock.
    options.first_index = 7;
    const Take rest = take_all(path, options);
    ASSERT_EQ(rest.frames.size() + 7, take.frames.size());
    for (std::size_t i = 0; i < rest.frames.size(); ++i) {
      EXPECT_EQ(rest.frames[i].pts, take.frames[i + 7].pts);
      EXPECT_TRUE(rest.frames[i].image.rgb == take.frames[i + 7].image.rgb);
    }
  }
}

TEST(Timeline, MatroskaThatBeginsLateLastsAsLongAsItsPictures) {
  const fs::path path =
      footage(numbered("25", 4), std::string(kX264) + " -output_ts_offset 501", ".mkv");
  const VideoInfo info = probe(path.string());
  EXPECT_NEAR(static_cast<double>(info.start_offset), 501e6, 0.2e6);
  EXPECT_NEAR(static_cast<double>(info.duration), 4e6, 0.2e6);
}

TEST(Timeline, GapInTheRecordingStaysAGap) {
  const fs::path first = footage(numbered("25", 4), kX264, ".ts");
  const fs::path second =
      footage(numbered("25", 4), std::string(kX264) + " -output_ts_offset 34", ".ts");
  const fs::path path = footage_by("gap of half a minute", ".ts", [&](const fs::path& out) {
    write_bytes(out, joined({first, second}));
  });
  const Micros resumes = probe(second.string()).start_offset - probe(first.string()).start_offset;
  const Take take = take_all(path);
  EXPECT_EQ(take.summary.timestamps_repaired, 0);
  ASSERT_EQ(take.frames.size(), 38U);
  for (const SampledFrame& frame : take.frames) {
    const Micros into_second = frame.instant - resumes;
    const std::int64_t expected = frame.index < 4   ? frame.index * 25
                                  : into_second < 0 ? 99
                                                    : into_second / 40'000;
    EXPECT_EQ(frame_number(frame.image), expected) << frame.index;
  }
}

TEST(Timeline, RecordingThatBeginsWithinAGroup) {
  // The first 40 % of a transport stream are missing, so that it begins between keyframes.
  const fs::path path = footage_by("begins anywhere", ".ts", [](const fs::path& out) {
    const std::string bytes = read_bytes(footage(numbered("25", 8), kX264, ".ts"));
    const std::size_t packets = bytes.size() / 188;
    // The tables at the beginning are kept, as a tuner would send them again.
    write_bytes(out, bytes.substr(0, 188 * 3) + bytes.substr(packets * 4 / 10 * 188));
  });
  const Take take = take_all(path);
  ASSERT_GE(take.frames.size(), 3U);
  const int first = frame_number(take.frames[0].image);
  EXPECT_EQ(first % 25, 0) << "the first presented frame is a keyframe";
  for (const SampledFrame& frame : take.frames) {
    EXPECT_EQ(frame_number(frame.image), first + frame.index * 25);
    EXPECT_EQ(frame.pts, frame.instant);
  }
}

TEST(Timeline, ResolutionChangesOnTheWay) {
  const fs::path path = footage_by("two sizes", ".ts", [](const fs::path& out) {
    const fs::path small = footage(numbered("25", 4), kX264, ".ts");
    const fs::path large =
        footage(numbered("25", 4, ",scale=256:192:flags=neighbor"), kX264, ".ts");
    write_bytes(out, joined({small, large}));
  });
  SamplerOptions options;
  options.interval = 500'000;
  const Take take = take_all(path, options);
  ASSERT_GE(take.frames.size(), 15U);
  EXPECT_EQ(take.frames.front().image.width, 128);
  EXPECT_EQ(take.frames.back().image.width, 256);
  for (const SampledFrame& frame : take.frames)
    EXPECT_GE(frame_number(frame.image), 0) << frame.instant;
}

TEST(Timeline, DuplicateAndBackwardTimes) {
  // Every tenth frame carries the time of its predecessor, or an earlier one.
  for (const char* expression :
       {"N*40-40*not(mod(N\\,10))*gt(N\\,0)", "N*40-90*not(mod(N\\,10))*gt(N\\,0)"}) {
    const std::string arguments =
        "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p -vsync passthrough -bsf:v setts=ts='" +
        std::string(expression) + "':time_base=1/1000";
    fs::path path;
    try {
      path = footage(numbered("25", 4), arguments, ".mkv");
    } catch (const std::exception&) {
      GTEST_SKIP() << "this ffmpeg cannot write such a file";
    }
    SamplerOptions options;
    options.interval = 40'000;
    const Take take = take_all(path, options);
    ASSERT_GE(take.frames.size(), 95U);
    Micros last = 0;
    for (const SampledFrame& frame : take.frames) {
      EXPECT_GE(frame.pts, last);
      EXPECT_LE(frame.pts, frame.instant);
      last = frame.pts;
    }
  }
}

}  // namespace
}  // namespace longtake::media
