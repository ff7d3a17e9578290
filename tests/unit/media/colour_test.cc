// Colours, orientation and shape of the pictures that come out.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "engine/media/frame_converter.h"
#include "engine/media/frame_reader.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

struct Rgb {
  int r, g, b;
};
// Six patches from left to right, at exact eight-bit values.
constexpr std::array<Rgb, 6> kPatches = {
    {{200, 30, 40}, {40, 180, 60}, {50, 70, 210}, {220, 210, 50}, {128, 128, 128}, {16, 235, 240}}};

// Planar RGB patches, as an lavfi source.
std::string patches(const std::string& size) {
  const auto channel = [](int Rgb::*value) {
    std::string text;
    for (std::size_t i = 0; i + 1 < kPatches.size(); ++i) {
      text +=
          "if(lt(X,W*" + std::to_string(i + 1) + "/6)," + std::to_string(kPatches[i].*value) + ",";
    }
    return text + std::to_string(kPatches.back().*value) + std::string(kPatches.size() - 1, ')');
  };
  return "color=black:s=" + size + ":r=5:d=0.4,format=gbrp,geq=r='" + channel(&Rgb::r) + "':g='" +
         channel(&Rgb::g) + "':b='" + channel(&Rgb::b) + "'";
}

void expect_patches(const Image& image, int tolerance) {
  for (std::size_t i = 0; i < kPatches.size(); ++i) {
    const std::uint8_t* pixel =
        image.pixel(static_cast<int>(i * 2 + 1) * image.width / 12, image.height / 2);
    EXPECT_NEAR(pixel[0], kPatches[i].r, tolerance) << "red of patch " << i;
    EXPECT_NEAR(pixel[1], kPatches[i].g, tolerance) << "green of patch " << i;
    EXPECT_NEAR(pixel[2], kPatches[i].b, tolerance) << "blue of patch " << i;
  }
}

Image first_picture(const fs::path& path) {
  const std::vector<SampledFrame> frames = read_at(path.string(), {0});
  EXPECT_EQ(frames.size(), 1U);
  return frames.empty() ? Image{} : frames.front().image;
}

struct ColourCase {
  const char* name;
  const char* matrix;  // of the conversion to YUV
  const char* range;   // tv or pc
  const char* format;
  const char* tag;  // colorspace option, "" for none
  const char* size;
};
void PrintTo(const ColourCase& value, std::ostream* out) {
  *out << value.name;
}

class Colours : public testing::TestWithParam<ColourCase> {};

TEST_P(Colours, ComeBackAsTheyWere) {
  const ColourCase& given = GetParam();
  std::string arguments =
      "-c:v libx264 -preset veryfast -qp 0 -pix_fmt " + std::string(given.format);
  if (*given.tag != 0) arguments += " -colorspace " + std::string(given.tag);
  if (std::string(given.range) == "pc") arguments += " -color_range pc";
  const fs::path path = footage(patches(given.size) + ",scale=out_color_matrix=" + given.matrix +
                                    ":out_range=" + given.range +
                                    ":flags=accurate_rnd+full_chroma_int,format=" + given.format,
                                arguments, ".mkv");
  const VideoInfo info = probe(path.string());
  EXPECT_EQ(info.colour_range, given.range);
  expect_patches(first_picture(path), 3);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Colours,
    testing::Values(ColourCase{"Bt601Limited", "bt601", "tv", "yuv420p", "smpte170m", "192x96"},
                    ColourCase{"Bt601Full", "bt601", "pc", "yuv420p", "smpte170m", "192x96"},
                    ColourCase{"Bt709Limited", "bt709", "tv", "yuv420p", "bt709", "192x96"},
                    ColourCase{"Bt709Full", "bt709", "pc", "yuv444p", "bt709", "192x96"},
                    ColourCase{"Bt2020TenBits", "bt2020", "tv", "yuv420p10le", "bt2020nc",
                               "192x96"},
                    ColourCase{"Bt709TenBits", "bt709", "tv", "yuv422p10le", "bt709", "192x96"},
                    ColourCase{"UntaggedSmallIs601", "bt601", "tv", "yuv420p", "", "192x96"},
                    ColourCase{"UntaggedLargeIs709", "bt709", "tv", "yuv420p", "", "1296x720"}),
    [](const testing::TestParamInfo<ColourCase>& param) { return std::string(param.param.name); });

TEST(Picture, RgbAndGrayAndTwelveBits) {
  expect_patches(first_picture(footage(patches("192x96") + ",format=rgb24", "-c:v png", ".mov")),
                 0);
  const fs::path gray = footage("color=gray:s=64x64:r=5:d=0.4,format=gray,geq=lum=77",
                                "-c:v ffv1 -color_range pc", ".mkv");
  const Image image = first_picture(gray);
  ASSERT_FALSE(image.empty());
  const fs::path twelve =
      footage(patches("192x96") + ",scale=out_color_matrix=bt709:out_range=tv,format=yuv444p12le",
              "-c:v ffv1 -colorspace bt709", ".mkv");
  EXPECT_EQ(probe(twelve.string()).bit_depth, 12);
  expect_patches(first_picture(twelve), 2);
}

TEST(Picture, TransparencyIsShownOnBlack) {
  // The right half is white at alpha 0 or 51.
  for (const int alpha : {0, 51}) {
    const fs::path path = footage(
        "color=white:s=64x32:r=5:d=0.2,format=rgba,geq=r=255:g=255:b=255:a='if(lt(X,32),255," +
            std::to_string(alpha) + ")'",
        "-c:v png", ".mov");
    const Image image = first_picture(path);
    EXPECT_EQ(image.pixel(8, 16)[0], 255);
    EXPECT_EQ(image.pixel(56, 16)[0], alpha);
    EXPECT_EQ(image.pixel(56, 16)[2], alpha);
  }
}

TEST(Picture, RotationIsUndone) {
  const fs::path plain = footage(patches("192x96"), "-c:v libx264 -qp 0 -pix_fmt yuv444p", ".mp4");
  const auto red_is_at = [](const Image& image, int x, int y) {
    const std::uint8_t* pixel = image.pixel(x, y);
    return pixel[0] > 150 && pixel[1] < 80 && pixel[2] < 90;
  };
  EXPECT_TRUE(red_is_at(first_picture(plain), 4, 48));
  const Image quarter =
      first_picture(turned(plain, 90));  // clockwise: the left edge comes to the top
  EXPECT_EQ(quarter.width, 96);
  EXPECT_EQ(quarter.height, 192);
  EXPECT_TRUE(red_is_at(quarter, 48, 4));
  EXPECT_TRUE(red_is_at(first_picture(turned(plain, 180)), 187, 48));
  EXPECT_TRUE(red_is_at(first_picture(turned(plain, 270)), 48, 187));
  EXPECT_TRUE(red_is_at(first_picture(with_matrix(plain, -1, 0, 0, 1)), 187, 48)) << "mirrored";
}

TEST(Picture, RotationAgreesWithTheFfmpegProgram) {
  const fs::path plain = footage(numbered("25", 1), "-c:v libx264 -qp 0 -pix_fmt yuv444p", ".mp4");
  for (const int degrees : {90, 180, 270}) {
    const fs::path path = turned(plain, degrees);
    // ffmpeg turns pictures upright by itself.
    const fs::path upright =
        footage_from("-i '" + path.string() + "' -frames:v 1 -pix_fmt rgb24", ".png");
    const Image ours = first_picture(path);
    const Image theirs = first_picture(upright);
    ASSERT_EQ(ours.width, theirs.width);
    ASSERT_EQ(ours.height, theirs.height);
    double difference = 0;
    for (std::size_t i = 0; i < ours.rgb.size(); ++i)
      difference += std::abs(ours.rgb[i] - theirs.rgb[i]);
    EXPECT_LT(difference / static_cast<double>(ours.rgb.size()), 2.0);
  }
}

TEST(Picture, OrientationOfAllEightMatrices) {
  constexpr std::int32_t kOne = 1 << 16;
  const auto of = [](std::int32_t a, std::int32_t b, std::int32_t c, std::int32_t d) {
    const std::array<std::int32_t, 9> matrix = {a, b, 0, c, d, 0, 0, 0, 1 << 30};
    return orientation_from_matrix(matrix.data());
  };
  EXPECT_EQ(of(kOne, 0, 0, kOne).rotation_degrees, 0);
  EXPECT_EQ(of(0, kOne, -kOne, 0).rotation_degrees, 90);
  EXPECT_EQ(of(-kOne, 0, 0, -kOne).rotation_degrees, 180);
  EXPECT_EQ(of(0, -kOne, kOne, 0).rotation_degrees, 270);
  const Orientation mirrored = of(-kOne, 0, 0, kOne);
  EXPECT_TRUE(mirrored.mirrored);
  EXPECT_EQ(mirrored.rotation_degrees, 0);
  const Orientation flipped = of(kOne, 0, 0, -kOne);  // upside down is mirrored and half turned
  EXPECT_TRUE(flipped.mirrored);
  EXPECT_EQ(flipped.rotation_degrees, 180);
  EXPECT_EQ(of(0, 0, 0, 0).rotation_degrees, 0);
}

TEST(Picture, SampleAspectIsApplied) {
  const fs::path path =
      footage(patches("192x96") + ",setsar=2/1", "-c:v libx264 -qp 0 -pix_fmt yuv444p", ".mp4");
  const Image image = first_picture(path);
  EXPECT_EQ(image.width, 384);
  EXPECT_EQ(image.height, 96);
  expect_patches(image, 3);
  const std::vector<SampledFrame> small = read_at(path.string(), {0}, {.max_width = 100});
  ASSERT_EQ(small.size(), 1U);
  EXPECT_EQ(small[0].image.width, 100);
  EXPECT_EQ(small[0].image.height, 25);
}

TEST(Picture, SizesNeverShrinkToNothing) {
  EXPECT_EQ(display_size(100, 50, {1000, 1}).width, 100) << "absurd aspects are ignored";
  EXPECT_EQ(display_size(100, 50, {0, 1}).height, 50);
  EXPECT_EQ(fit({4000, 2}, 10, 10).height, 1);
  EXPECT_EQ(fit({40, 20}, 100, 100).width, 40);
}

}  // namespace
}  // namespace longtake::media
