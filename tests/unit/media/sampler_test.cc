// FrameSampler: the picture on screen at each instant, in many containers and codecs.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "engine/media/frame_sampler.h"
#include "kernels/error.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

const char* const kX264 = "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p";

SamplerOptions every(Micros interval) {
  SamplerOptions options;
  options.interval = interval;
  return options;
}

void expect_all_intervals(const fs::path& path, const std::vector<Micros>& times, Micros end) {
  for (const Micros interval : {40'000, 130'000, 1'000'000, 2'700'000}) {
    SCOPED_TRACE("interval " + std::to_string(interval) + " of " + path.string());
    expect_exact(take_all(path, every(interval)), every(interval), times, end);
  }
}

TEST(FrameSampler, ConstantRateWithReorderedFrames) {
  expect_all_intervals(footage(numbered("25", 8), kX264, ".mp4"), constant_rate(200, 25),
                       8'000'000);
}

TEST(FrameSampler, MatroskaHasMillisecondTimes) {
  expect_all_intervals(footage(numbered("25", 8), kX264, ".mkv"), constant_rate(200, 25),
                       8'000'000);
}

TEST(FrameSampler, NtscRateDriftsFromTheSeconds) {
  const fs::path path = footage(numbered("30000/1001", 11), kX264, ".mp4");
  const std::vector<Micros> times = constant_rate(330, 30000, 1001);
  const Micros end = 330LL * 1001 * 1'000'000 / 30000;
  expect_all_intervals(path, times, end);
}

TEST(FrameSampler, TransportStreamStartsAboveZero) {
  const fs::path plain = footage(numbered("25", 8), kX264, ".ts");
  EXPECT_GT(probe(plain.string()).start_offset, 1'000'000);
  expect_all_intervals(plain, constant_rate(200, 25), 8'000'000);
  const fs::path late =
      footage(numbered("25", 8), std::string(kX264) + " -output_ts_offset 3600", ".ts");
  EXPECT_GT(probe(late.string()).start_offset, 3'600'000'000);
  expect_all_intervals(late, constant_rate(200, 25), 8'000'000);
}

TEST(FrameSampler, VariableRate) {
  // Two seconds at 25 a second, then four at 5, then one at 50.
  const std::string source = numbered(
      "25", 6,
      ",settb=1/1000,setpts='if(lt(N,50),N*40,if(lt(N,70),2000+(N-50)*200,6000+(N-70)*20))'");
  std::vector<Micros> times;
  for (int n = 0; n < 150; ++n) {
    times.push_back(1000LL * (n < 50   ? n * 40
                              : n < 70 ? 2000 + (n - 50) * 200
                                       : 6000 + (n - 70) * 20));
  }
  const std::string arguments = std::string(kX264) + " -vsync passthrough -enc_time_base 1/1000";
  for (const char* extension : {".mp4", ".mkv"}) {
    const fs::path path = footage(source, arguments, extension);
    const Take take = take_all(path, every(130'000));
    ASSERT_FALSE(take.frames.empty());
    // The last frame's duration is the muxer's guess; everything else is exact.
    expect_exact(take, every(130'000), times, take.summary.end);
    EXPECT_GT(take.summary.end, times.back());
    EXPECT_LT(take.summary.end, times.back() + 300'000);
  }
}

TEST(FrameSampler, LongPausesRepeatThePicture) {
  const std::string source = numbered("25", 0.4, ",settb=1/1000,setpts='N*10000'");
  const fs::path path =
      footage(source, std::string(kX264) + " -vsync passthrough -enc_time_base 1/1000", ".mkv");
  const Take take = take_all(path);
  ASSERT_GE(take.frames.size(), 90U);
  for (int k = 0; k < 90; ++k) {
    EXPECT_EQ(frame_number(take.frames[static_cast<std::size_t>(k)].image), k / 10);
    EXPECT_EQ(take.frames[static_cast<std::size_t>(k)].pts, k / 10 * 10'000'000LL);
  }
}

TEST(FrameSampler, OpenGroupsOfPictures) {
  const std::string arguments =
      "-c:v libx264 -preset medium -x264-params "
      "open-gop=1:keyint=20:min-keyint=20:scenecut=0:bframes=3:b-pyramid=normal "
      "-pix_fmt yuv420p";
  for (const char* extension : {".mp4", ".mkv", ".ts"}) {
    expect_all_intervals(footage(numbered("25", 8), arguments, extension), constant_rate(200, 25),
                         8'000'000);
  }
}

TEST(FrameSampler, IntraRefreshHasNoCleanEntries) {
  const std::string arguments =
      "-c:v libx264 -preset fast -x264-params intra-refresh=1:keyint=20:bframes=2 -pix_fmt yuv420p";
  for (const char* extension : {".mp4", ".ts"}) {
    expect_all_intervals(footage(numbered("25", 8), arguments, extension), constant_rate(200, 25),
                         8'000'000);
  }
}

TEST(FrameSampler, Hevc10BitWithOpenGroups) {
  if (!ffmpeg_has_encoder("libx265")) GTEST_SKIP() << "this ffmpeg has no libx265";
  const std::string arguments =
      "-c:v libx265 -preset fast -x265-params "
      "log-level=none:open-gop=1:keyint=20:min-keyint=20:scenecut=0:bframes=4:"
      "b-pyramid=1:pools=1 -pix_fmt yuv420p10le";
  for (const char* extension : {".mp4", ".mkv", ".ts"}) {
    const fs::path path = footage(numbered("25", 8), arguments, extension);
    EXPECT_EQ(probe(path.string()).bit_depth, 10);
    expect_all_intervals(path, constant_rate(200, 25), 8'000'000);
  }
}

TEST(FrameSampler, OtherCodecs) {
  struct Case {
    const char* arguments;
    const char* extension;
  };
  for (const Case& given :
       {Case{"-c:v mpeg2video -bf 2 -g 15 -q:v 2", ".ts"},
        Case{"-c:v mpeg2video -bf 2 -g 15 -q:v 2", ".mpg"},
        Case{"-c:v mpeg4 -bf 2 -g 25 -q:v 2", ".mp4"},
        Case{"-c:v mpeg4 -bf 0 -g 25 -q:v 2", ".avi"},
        Case{"-c:v mjpeg -q:v 2 -pix_fmt yuvj420p", ".avi"}, Case{"-c:v ffv1 -g 10", ".mkv"},
        Case{"-c:v libvpx-vp9 -b:v 1M -g 30 -deadline realtime -cpu-used 8 -pix_fmt yuv420p",
             ".webm"},
        Case{"-c:v libvpx -b:v 1M -g 30 -auto-alt-ref 1 -lag-in-frames 10 -deadline good -cpu-used "
             "5 -pix_fmt yuv420p",
             ".webm"},
        Case{"-c:v prores_ks -profile:v 0 -pix_fmt yuv422p10le", ".mov"},
        Case{"-c:v libx264 -preset fast -flags +ildct+ilme -x264-params tff=1:bframes=2 -pix_fmt "
             "yuv420p",
             ".ts"},
        Case{"-c:v libx264 -preset fast -flags +ildct+ilme -x264-params tff=1:bframes=2 -pix_fmt "
             "yuv420p",
             ".mp4"}}) {
    SCOPED_TRACE(given.arguments);
    expect_all_intervals(footage(numbered("25", 6), given.arguments, given.extension),
                         constant_rate(150, 25), 6'000'000);
  }
}

TEST(FrameSampler, RawStreamsAreCounted) {
  const fs::path path = footage(numbered("25", 8), kX264, ".h264");
  expect_all_intervals(path, constant_rate(200, 25), 8'000'000);
}

TEST(FrameSampler, GifDelays) {
  // Frame n stays for 100 ms, the eleventh for a second and a half.
  const std::string source = numbered("10", 2, ",settb=1/100,setpts='if(lte(N,10),N*10,N*10+140)'");
  const fs::path path = footage(source, "-vsync passthrough", ".gif");
  const Take take = take_all(path, every(100'000));
  ASSERT_GE(take.frames.size(), 33U);
  for (int k = 0; k < 33; ++k) {
    const int expected = k <= 10 ? k : k < 25 ? 10 : k - 14;
    EXPECT_EQ(frame_number(take.frames[static_cast<std::size_t>(k)].image), expected) << k;
  }
}

TEST(FrameSampler, EditListHidesTheBeginning) {
  const fs::path whole = footage(numbered("25", 8), kX264, ".mp4");
  const fs::path cut = footage_from("-ss 3.3 -i '" + whole.string() + "' -c copy", ".mp4");
  const Take take = take_all(cut, every(200'000));
  ASSERT_FALSE(take.frames.empty());
  // The cut starts within a group; what comes before is decoded and not shown.
  const int first = frame_number(take.frames.front().image);
  EXPECT_GE(first, 80);
  EXPECT_LE(first, 84);
  for (const SampledFrame& frame : take.frames) {
    EXPECT_EQ(frame_number(frame.image), first + frame.index * 5);
    EXPECT_EQ(frame.pts, frame.instant);
  }
  SamplerOptions options = every(200'000);
  options.first_index = 20;
  const Take rest = take_all(cut, options);
  EXPECT_EQ(numbers(rest.frames).size(), take.frames.size() - 20);
  ASSERT_FALSE(rest.frames.empty());
  EXPECT_TRUE(rest.frames.front().image.rgb == take.frames[20].image.rgb);
}

TEST(FrameSampler, RateInsteadOfInterval) {
  const fs::path path = footage(numbered("30", 8), kX264, ".mp4");
  SamplerOptions options;
  options.rate = {3, 1};
  const Take take = take_all(path, options);
  ASSERT_EQ(take.frames.size(), 24U);
  for (const SampledFrame& frame : take.frames) {
    // A third of a second is no whole number of microseconds, and still no frame is missed by one.
    EXPECT_EQ(frame_number(frame.image), frame.index * 10);
    EXPECT_EQ(frame.pts, frame.instant);
  }
}

TEST(FrameSampler, UntilEndsTheSeries) {
  const fs::path path = footage(numbered("25", 8), kX264, ".mp4");
  SamplerOptions options;
  options.until = 3'000'000;
  const Take take = take_all(path, options);
  EXPECT_EQ(numbers(take.frames), (std::vector<int>{0, 25, 50}));
  EXPECT_TRUE(take.summary.reached_end);
  options.first_index = 1'000'000;
  EXPECT_TRUE(take_all(path, options).frames.empty());
}

TEST(FrameSampler, ScalesDownToFit) {
  const fs::path path = footage(numbered("25", 8), kX264, ".mp4");
  SamplerOptions options;
  options.max_width = 64;
  options.max_height = 64;
  const Take take = take_all(path, options);
  ASSERT_EQ(take.frames.size(), 8U);
  EXPECT_EQ(take.frames[3].image.width, 64);
  EXPECT_EQ(take.frames[3].image.height, 48);
  EXPECT_EQ(frame_number(take.frames[3].image), 75);
}

TEST(FrameSampler, KeyframesTakesTheNearestWithinHalfAnInterval) {
  // Keyframes at 0, 0.8, 1.6, ... 7.2 s.
  const std::string arguments =
      "-c:v libx264 -preset veryfast -x264-params keyint=20:min-keyint=20:scenecut=0:bframes=2 "
      "-pix_fmt yuv420p";
  for (const char* extension : {".mp4", ".mkv", ".ts"}) {
    SCOPED_TRACE(extension);
    const fs::path path = footage(numbered("25", 8), arguments, extension);
    SamplerOptions options;
    options.mode = SamplingMode::keyframes;
    const Take take = take_all(path, options);
    // 0->0, 1->0.8, 2->1.6 (2.4 is as far), 3->3.2, 4->4.0, 5->4.8, 6->5.6 (6.4 as far), 7->7.2
    EXPECT_EQ(numbers(take.frames), (std::vector<int>{0, 20, 40, 80, 100, 120, 140, 180}));
    EXPECT_EQ(take.summary.instants_missing, 0);
    EXPECT_LE(take.summary.frames_decoded, 10);
    for (const SampledFrame& frame : take.frames)
      EXPECT_EQ(frame.pts, frame_number(frame.image) * 40'000);

    options.interval = 200'000;
    const Take dense = take_all(path, options);
    EXPECT_EQ(dense.frames.size(), 10U);
    EXPECT_EQ(dense.summary.instants_missing, 30);
    for (const SampledFrame& frame : dense.frames) EXPECT_EQ(frame.pts, frame.instant);

    options.interval = 1'000'000;
    options.first_index = 5;
    const Take resumed = take_all(path, options);
    EXPECT_EQ(numbers(resumed.frames), (std::vector<int>{120, 140, 180}));
  }
}

TEST(FrameSampler, StopEndsABlockedReader) {
  // A pipe that nobody writes to blocks the decoder's thread in read(); FFmpeg polls only for URLs,
  // so the sampler is stopped while its queue is full instead, and while a reader waits.
  const fs::path path = footage(numbered("25", 8), kX264, ".mp4");
  SamplerOptions options;
  options.interval = 40'000;
  FrameSampler full(path.string(), options);
  ASSERT_TRUE(full.next().has_value());
  full.stop();
  EXPECT_FALSE(full.next().has_value());
  EXPECT_FALSE(full.next().has_value());
  { const FrameSampler never_read(path.string(), options); }
  FrameSampler waiting(path.string(), options);
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    waiting.stop();
  });
  int seen = 0;
  while (waiting.next()) ++seen;
  stopper.join();
  EXPECT_LE(seen, 200);
}

TEST(FrameSampler, RefusesSenselessOptions) {
  const fs::path path = footage(numbered("25", 8), kX264, ".mp4");
  EXPECT_THROW(FrameSampler(path.string(), every(0)), Error);
  SamplerOptions options;
  options.first_index = -1;
  EXPECT_THROW(FrameSampler(path.string(), options), Error);
}

}  // namespace
}  // namespace longtake::media
