// Skipping, seeking and resuming: whatever is left out, the pictures are those of decoding
// everything.
#include <gtest/gtest.h>

#include <set>

#include "engine/media/frame_sampler.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

struct Stream {
  const char* name;
  const char* arguments;
  const char* extension;
  bool skips;  // whether leaving packets out is expected at one frame a second
};

void PrintTo(const Stream& stream, std::ostream* out) {
  *out << stream.name;
}

const char* const kOpen =
    "-c:v libx264 -preset medium -x264-params "
    "open-gop=1:keyint=40:min-keyint=10:bframes=4:b-pyramid=normal:ref=4 "
    "-pix_fmt yuv420p";

class Skipping : public testing::TestWithParam<Stream> {
 protected:
  static fs::path path() {
    return footage(numbered("25", 20), GetParam().arguments, GetParam().extension);
  }
};

void expect_same(const std::vector<SampledFrame>& got, const std::vector<SampledFrame>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].index, wanted[i].index);
    EXPECT_EQ(got[i].instant, wanted[i].instant);
    EXPECT_EQ(got[i].pts, wanted[i].pts) << "at index " << wanted[i].index;
    EXPECT_TRUE(got[i].image.rgb == wanted[i].image.rgb)
        << "at index " << wanted[i].index << ": frame " << frame_number(got[i].image) << " for "
        << frame_number(wanted[i].image);
  }
}

TEST_P(Skipping, GivesThePicturesOfDecodingEverything) {
  for (const Micros interval :
       {40'000, 70'000, 333'333, 1'000'000, 1'730'000, 4'900'000, 9'000'000}) {
    SCOPED_TRACE("interval " + std::to_string(interval));
    SamplerOptions options;
    options.interval = interval;
    const Take skipping = take_all(path(), options);
    options.decode_everything = true;
    const Take everything = take_all(path(), options);
    expect_same(skipping.frames, everything.frames);
    EXPECT_EQ(everything.summary.packets_skipped, 0);
    EXPECT_EQ(skipping.summary.errors, 0);
    EXPECT_TRUE(skipping.summary.damaged.empty());
    EXPECT_EQ(skipping.summary.end, everything.summary.end);
    if (interval >= 1'000'000 && GetParam().skips) {
      EXPECT_LT(skipping.summary.frames_decoded, everything.summary.frames_decoded);
    }
  }
}

TEST_P(Skipping, ResumesWithTheSameFrames) {
  for (const Micros interval : {200'000, 1'000'000, 2'300'000}) {
    SamplerOptions options;
    options.interval = interval;
    const Take whole = take_all(path(), options);
    for (const std::int64_t first : {1, 2, 3, 5, 7, 8}) {
      if (first >= static_cast<std::int64_t>(whole.frames.size())) continue;
      SCOPED_TRACE("interval " + std::to_string(interval) + " from " + std::to_string(first));
      options.first_index = first;
      const Take rest = take_all(path(), options);
      expect_same(rest.frames, {whole.frames.begin() + first, whole.frames.end()});
      EXPECT_EQ(rest.summary.errors, 0);
    }
  }
}

TEST_P(Skipping, DoesNotDependOnThreads) {
  SamplerOptions options;
  options.interval = 700'000;
  options.threads = 1;
  const Take one = take_all(path(), options);
  options.threads = 5;
  expect_same(take_all(path(), options).frames, one.frames);
}

TEST(Seeking, LongWaysAreJumped) {
  // Four minutes with a keyframe every two seconds, of which a resume needs the last.
  const std::string arguments = "-c:v libx264 -preset ultrafast -bf 2 -g 20 -pix_fmt yuv420p";
  for (const char* extension : {".mp4", ".mkv"}) {
    const fs::path path = footage(numbered("10", 240), arguments, extension);
    SamplerOptions options;
    options.first_index = 230;
    const Take end = take_all(path, options);
    ASSERT_EQ(end.frames.size(), 10U) << extension;
    EXPECT_EQ(frame_number(end.frames.front().image), 2300);
    EXPECT_GE(end.summary.seeks, 1);
    EXPECT_LT(end.summary.packets_read, 300) << extension;
    options.first_index = 0;
    options.interval = 40'000'000;
    const Take sparse = take_all(path, options);
    EXPECT_EQ(numbers(sparse.frames), (std::vector<int>{0, 400, 800, 1200, 1600, 2000}));
    EXPECT_LT(sparse.summary.packets_read, 800) << extension;
    options.mode = SamplingMode::keyframes;
    const Take keyframes = take_all(path, options);
    EXPECT_EQ(numbers(keyframes.frames), numbers(sparse.frames));
    EXPECT_LT(keyframes.summary.packets_read, 800) << extension;
  }
}

// x264 once coded 4:4:4 in a way that a decoder knows by the version in the first packet alone.
TEST(SkippingStart, AnOldEncoderIsKnownWhereverReadingBegins) {
  const fs::path today =
      footage(numbered("25", 20),
              "-c:v libx264 -preset medium -profile:v high444 -g 25 -pix_fmt yuv444p", ".mp4");
  const fs::path old = footage_by("old 4:4:4", ".mp4", [&](const fs::path& out) {
    std::string bytes = read_bytes(today);
    const std::size_t version = bytes.find("x264 - core ");
    ASSERT_NE(version, std::string::npos);
    bytes.replace(version, 15, "x264 - core 142");
    write_bytes(out, bytes);
  });
  // Where today's bits read by the older rule give another picture, that rule was followed.
  const auto mistaken = [&](SamplerOptions options) {
    const Take right = take_all(today, options);
    const Take wrong = take_all(old, options);
    std::set<std::int64_t> instants;
    for (std::size_t i = 0; i < std::min(right.frames.size(), wrong.frames.size()); ++i) {
      if (wrong.frames[i].image.rgb != right.frames[i].image.rgb) {
        instants.insert(right.frames[i].index);
      }
    }
    return instants;
  };
  SamplerOptions options;
  options.decode_everything = true;
  const std::set<std::int64_t> everything = mistaken(options);
  options.decode_everything = false;
  EXPECT_EQ(mistaken(options), everything);
  options.first_index = 10;
  const std::set<std::int64_t> later(everything.lower_bound(10), everything.end());
  ASSERT_FALSE(later.empty());
  EXPECT_EQ(mistaken(options), later);
  options.mode = SamplingMode::keyframes;
  EXPECT_EQ(mistaken(options), later);
}

INSTANTIATE_TEST_SUITE_P(
    Streams, Skipping,
    testing::Values(
        Stream{"ClosedMp4", "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p", ".mp4",
               true},
        Stream{"ClosedMkv", "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p", ".mkv",
               true},
        Stream{"ClosedTs", "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p", ".ts",
               true},
        Stream{"OpenMp4", kOpen, ".mp4", true}, Stream{"OpenMkv", kOpen, ".mkv", true},
        Stream{"OpenTs", kOpen, ".ts", true},
        Stream{"NoReordering", "-c:v libx264 -preset veryfast -bf 0 -g 30 -pix_fmt yuv420p", ".mp4",
               true},
        Stream{"OneKeyframe",
               "-c:v libx264 -preset veryfast -bf 3 -g 10000 -sc_threshold 0 -pix_fmt yuv420p",
               ".mp4", true},
        Stream{"IntraRefresh",
               "-c:v libx264 -preset fast -x264-params intra-refresh=1:keyint=25 -pix_fmt yuv420p",
               ".ts", false},
        Stream{"Fragmented",
               "-c:v libx264 -preset veryfast -bf 2 -g 30 -pix_fmt yuv420p -movflags "
               "frag_keyframe+empty_moov",
               ".mp4", true},
        Stream{"Interlaced",
               "-c:v libx264 -preset fast -flags +ildct+ilme -x264-params "
               "tff=1:bframes=2:keyint=30 -pix_fmt yuv420p",
               ".ts", true},
        Stream{
            "Hevc",
            "-c:v libx265 -preset fast -x265-params "
            "log-level=none:open-gop=1:keyint=40:min-keyint=10:bframes=4:pools=1 -pix_fmt yuv420p",
            ".mp4", true},
        Stream{
            "HevcTs",
            "-c:v libx265 -preset fast -x265-params "
            "log-level=none:open-gop=1:keyint=40:min-keyint=10:bframes=4:pools=1 -pix_fmt yuv420p",
            ".ts", true},
        Stream{"HevcLayers",
               "-c:v libx265 -preset fast -x265-params "
               "log-level=none:keyint=40:bframes=4:temporal-layers=2:pools=1 -pix_fmt yuv420p",
               ".mkv", true},
        Stream{"Mpeg2", "-c:v mpeg2video -bf 2 -g 18 -q:v 2", ".ts", true},
        Stream{"Mpeg4Mp4", "-c:v mpeg4 -bf 2 -g 25 -q:v 3", ".mp4", true},
        Stream{"Mpeg4Mkv", "-c:v mpeg4 -bf 1 -g 40 -q:v 5", ".mkv", true},
        Stream{"Mpeg4Avi", "-c:v mpeg4 -bf 2 -g 25 -q:v 3", ".avi", false},
        Stream{"H264Avi", "-c:v libx264 -preset veryfast -bf 2 -g 25 -pix_fmt yuv420p", ".avi",
               false},
        Stream{"Vp9",
               "-c:v libvpx-vp9 -b:v 1M -g 30 -auto-alt-ref 1 -lag-in-frames 16 -deadline realtime "
               "-cpu-used 8 -pix_fmt yuv420p",
               ".webm", true},
        Stream{"Av1",
               "-c:v libaom-av1 -b:v 500k -g 30 -usage realtime -cpu-used 8 -pix_fmt yuv420p",
               ".mkv", true},
        Stream{"Mjpeg", "-c:v mjpeg -q:v 3 -pix_fmt yuvj420p", ".mkv", true},
        Stream{"RawH264", "-c:v libx264 -preset veryfast -bf 2 -g 25 -pix_fmt yuv420p", ".h264",
               false},
        // Presentation times lost: decoding times stand in their place.
        Stream{"DtsAsPts",
               "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p -bsf:v setts=pts=DTS",
               ".mkv", false}),
    [](const testing::TestParamInfo<Stream>& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace longtake::media
