// SceneCutDetector: cuts are found where they are, and motion, noise and fades make none.
#include "engine/media/scene_cuts.h"

#include <gtest/gtest.h>

#include "engine/media/frame_sampler.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

std::vector<Micros> cuts_of(const std::filesystem::path& path) {
  SamplerOptions options;
  options.interval = 200'000;
  FrameSampler sampler(path.string(), options);
  SceneCutDetector detector;
  std::vector<Micros> cuts;
  while (const std::optional<SampledFrame> frame = sampler.next()) {
    if (detector.add(frame->image, frame->pts)) cuts.push_back(frame->pts);
  }
  return cuts;
}

const char* const kX264 = "-c:v libx264 -preset veryfast -pix_fmt yuv420p";

TEST(SceneCuts, FindsThemWhereTheyAre) {
  const auto path = footage(
      "mandelbrot=s=160x90:r=25,trim=duration=4,setpts=PTS-STARTPTS[a];testsrc2=s=160x90:r=25:d=3["
      "b];"
      "smptebars=s=160x90:r=25:d=3,noise=alls=30:allf=t[c];[a][b][c]concat=n=3:v=1:a=0",
      kX264, ".mp4");
  EXPECT_EQ(cuts_of(path), (std::vector<Micros>{4'000'000, 7'000'000}));
}

TEST(SceneCuts, MotionNoiseAndFadesAreNone) {
  EXPECT_TRUE(cuts_of(footage("testsrc2=s=160x90:r=25:d=8", kX264, ".mp4")).empty());
  EXPECT_TRUE(
      cuts_of(footage("color=gray:s=160x90:r=25:d=6,noise=alls=60:allf=t", kX264, ".mp4")).empty());
  EXPECT_TRUE(
      cuts_of(footage("smptebars=s=160x90:r=25:d=8,fade=out:st=2:d=5", kX264, ".mp4")).empty());
}

TEST(SceneCuts, AFlashIsNotTwoCuts) {
  const auto path =
      footage("testsrc2=s=160x90:r=25:d=6,eq=brightness='if(between(t,3,3.25),0.9,0)':eval=frame",
              kX264, ".mp4");
  EXPECT_LE(cuts_of(path).size(), 1U);
}

TEST(SceneCuts, TinyAndEmptyPictures) {
  SceneCutDetector detector;
  EXPECT_FALSE(detector.add({}, 0));
  EXPECT_FALSE(detector.add({1, 1, {0, 0, 0}}, 0));
  EXPECT_TRUE(detector.add({2, 1, {255, 255, 255, 255, 255, 255}}, 1'000'000));
}

}  // namespace
}  // namespace longtake::media
