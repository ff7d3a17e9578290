// find_cuts(): the same cuts as a look at every frame, whatever the encoder made of them, from far
// fewer decoded frames.
#include "engine/media/cut_finder.h"

#include <gtest/gtest.h>

#include "engine/media/frame_sampler.h"
#include "kernels/error.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

// Every frame through the detector.
std::vector<Micros> by_looking_at_everything(const fs::path& path) {
  SamplerOptions options;
  options.rate = {25, 1};
  options.max_width = 160;
  options.max_height = 90;
  options.decode_everything = true;
  FrameSampler sampler(path.string(), options);
  SceneCutDetector detector;
  std::vector<Micros> cuts;
  Micros last = -1;
  while (const std::optional<SampledFrame> frame = sampler.next()) {
    if (frame->pts == last) continue;
    last = frame->pts;
    if (detector.add(frame->image, frame->pts)) cuts.push_back(frame->pts);
  }
  return cuts;
}

// Cuts at 4 s, 7.24 s and 8.8 s.
const char* const kScenes =
    "mandelbrot=s=192x108:r=25,trim=duration=4,setpts=PTS-STARTPTS[a];"
    "testsrc2=s=192x108:r=25:d=3.24[b];"
    "smptebars=s=192x108:r=25:d=1.56,noise=alls=30:allf=t[c];"
    "mandelbrot=s=192x108:r=25:start_scale=0.5,trim=duration=3,setpts=PTS-STARTPTS[d];"
    "[a][b][c][d]concat=n=4:v=1:a=0";
const std::vector<Micros> kCuts = {4'000'000, 7'240'000, 8'800'000};

struct Coding {
  const char* name;
  const char* encoder;
  const char* arguments;
  const char* extension;
};

TEST(CutFinder, WhateverTheEncoderMakesOfThem) {
  const Coding codings[] = {
      {"keyframes at the cuts", "libx264", "-preset veryfast -pix_fmt yuv420p", ".mp4"},
      {"one group", "libx264", "-preset veryfast -pix_fmt yuv420p -g 1000 -sc_threshold 0", ".mp4"},
      {"fixed groups", "libx264", "-preset veryfast -bf 3 -pix_fmt yuv420p -g 33 -sc_threshold 0",
       ".mkv"},
      {"open groups", "libx264",
       "-preset veryfast -bf 3 -pix_fmt yuv420p -x264-params open-gop=1:keyint=33:scenecut=0",
       ".ts"},
      {"leading pictures", "mpeg2video", "-q:v 4 -g 15 -bf 2", ".ts"},
      {"no presentation times", "mpeg4", "-q:v 4 -g 50 -bf 2", ".avi"},
      {"every picture alone", "mjpeg", "-q:v 4", ".mkv"},
      {"all of them keyframes", "libx264", "-preset veryfast -pix_fmt yuv420p -g 1", ".mp4"},
      {"no times at all", "libx264", "-preset veryfast -pix_fmt yuv420p -g 40 -bf 0", ".h264"},
      {"hevc", "libx265", "-preset ultrafast -x265-params log-level=error:keyint=40:scenecut=0",
       ".mp4"},
      {"vp9", "libvpx-vp9", "-deadline realtime -cpu-used 8 -g 60 -b:v 500k", ".webm"},
      {"intra refresh", "libx264",
       "-preset veryfast -pix_fmt yuv420p -bf 0 -x264-params intra-refresh=1:keyint=50:scenecut=0",
       ".ts"},
  };
  for (const Coding& coding : codings) {
    SCOPED_TRACE(coding.name);
    if (!ffmpeg_has_encoder(coding.encoder)) continue;
    const fs::path path = footage(
        kScenes, std::string("-c:v ") + coding.encoder + " " + coding.arguments, coding.extension);
    EXPECT_EQ(find_cuts(path.string()).cuts, kCuts);
    EXPECT_EQ(by_looking_at_everything(path), kCuts);
    CutFinderOptions threads;
    threads.threads = 3;
    EXPECT_EQ(find_cuts(path.string(), threads).cuts, kCuts);
  }
}

TEST(CutFinder, ASceneThatComesAndGoesWithinAGroup) {
  const fs::path path = footage(
      "testsrc2=s=192x108:r=25:d=3[a];mandelbrot=s=192x108:r=25,trim=duration=1,setpts=PTS-"
      "STARTPTS[b];"
      "testsrc2=s=192x108:r=25:d=12[c];[a][b][c]concat=n=3:v=1:a=0",
      "-c:v libx264 -preset veryfast -pix_fmt yuv420p -g 200 -sc_threshold 0", ".mp4");
  EXPECT_EQ(find_cuts(path.string()).cuts, (std::vector<Micros>{3'000'000, 4'000'000}));
}

TEST(CutFinder, DecodesLittleWhereNothingHappens) {
  const fs::path path =
      footage("smptebars=s=192x108:r=25:d=60,noise=alls=10:allf=t",
              "-c:v libx264 -preset veryfast -pix_fmt yuv420p -g 25 -sc_threshold 0", ".mp4");
  const FoundCuts found = find_cuts(path.string());
  EXPECT_TRUE(found.cuts.empty());
  EXPECT_EQ(found.packets_read, 1500);
  EXPECT_LE(found.frames_decoded, 60 + 26);  // the keyframes and the last group
}

TEST(CutFinder, MotionAndFadesAreNoCuts) {
  for (const char* source : {"mandelbrot=s=192x108:r=25,trim=duration=8",
                             "smptebars=s=192x108:r=25:d=8,fade=out:st=2:d=5"}) {
    const fs::path path =
        footage(source, "-c:v libx264 -preset veryfast -pix_fmt yuv420p -g 30", ".mp4");
    EXPECT_EQ(find_cuts(path.string()).cuts, by_looking_at_everything(path)) << source;
    EXPECT_TRUE(find_cuts(path.string()).cuts.empty()) << source;
  }
}

// Three hundred thousand years: a number to which nothing can be added.
TEST(CutFinder, AnAbsurdLengthHidesNone) {
  const fs::path path = footage_by("absurd length", ".mkv", [](const fs::path& to) {
    std::string bytes =
        read_bytes(footage(kScenes, "-c:v libx264 -preset veryfast -pix_fmt yuv420p", ".mkv"));
    const std::size_t duration = bytes.find("\x44\x89\x88");  // a number of 8 bytes follows
    ASSERT_NE(duration, std::string::npos);
    bytes.replace(duration + 3, 8, "\x43\x40\x62\x4d\xd2\xf1\xa9\xd6", 8);  // of milliseconds
    write_bytes(to, bytes);
  });
  const VideoInfo info = probe(path.string());
  EXPECT_EQ(info.duration, 0);
  EXPECT_TRUE(info.duration_estimated);
  EXPECT_EQ(find_cuts(path.string()).cuts, kCuts);
}

TEST(CutFinder, DamageEndsAndInventsLittle) {
  const fs::path whole = footage(kScenes, "-c:v mpeg2video -q:v 4 -g 15 -bf 2", ".ts");
  std::string bytes = read_bytes(whole);
  for (std::size_t i = bytes.size() / 5; i < bytes.size() / 4; ++i) bytes[i] = '\0';
  const fs::path broken = footage_by("hole in " + whole.filename().string(), ".ts",
                                     [&](const fs::path& to) { write_bytes(to, bytes); });
  const std::vector<Micros> found = find_cuts(broken.string()).cuts;
  EXPECT_LE(found.size(), kCuts.size() + 2);
  EXPECT_GE(found.size(), 2U);

  // The second half alone: it begins within a group.
  const fs::path half =
      footage_by("half of " + whole.filename().string(), ".ts", [&](const fs::path& to) {
        const std::size_t packets = bytes.size() / 188;
        write_bytes(to, read_bytes(whole).substr(packets / 2 * 188));
      });
  EXPECT_EQ(find_cuts(half.string()).cuts, by_looking_at_everything(half));
}

TEST(CutFinder, SaysWhatIsWrong) {
  const auto code_of = [](const std::string& where, const std::atomic<bool>* cancel = nullptr) {
    CutFinderOptions options;
    options.cancel = cancel;
    try {
      find_cuts(where, options);
    } catch (const Error& error) {
      EXPECT_FALSE(error.message().empty());
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code_of("/nowhere/at/all.mp4"), ErrorCode::not_found);
  EXPECT_EQ(code_of("http://localhost:1/live"), ErrorCode::unsupported);
  const std::atomic<bool> cancelled = true;
  EXPECT_EQ(
      code_of(footage("testsrc2=s=64x48:r=25:d=1", "-c:v mpeg4", ".avi").string(), &cancelled),
      ErrorCode::cancelled);
}

}  // namespace
}  // namespace longtake::media
