// PNG and JPEG: what is written reads back.
#include "engine/media/image_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "engine/media/frame_reader.h"
#include "kernels/error.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

Image gradient(int width, int height) {
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.rgb.push_back(static_cast<std::uint8_t>(x * 255 / width));
      image.rgb.push_back(static_cast<std::uint8_t>(y * 255 / height));
      image.rgb.push_back(static_cast<std::uint8_t>((x + y) * 3));
    }
  }
  return image;
}

std::filesystem::path scratch(const std::string& name) {
  std::filesystem::create_directories(LONGTAKE_FOOTAGE_DIR);
  return std::filesystem::path(LONGTAKE_FOOTAGE_DIR) / (std::to_string(::getpid()) + name);
}

TEST(ImageFile, PngIsExact) {
  for (const int width : {1, 3, 97, 128}) {
    const Image image = gradient(width, 41);
    const std::filesystem::path path = scratch("exact.png");
    write_png(path, image);
    const std::vector<SampledFrame> back = read_at(path.string(), {0});
    std::filesystem::remove(path);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].image.width, width);
    EXPECT_TRUE(back[0].image.rgb == image.rgb);
  }
}

TEST(ImageFile, JpegIsClose) {
  Image image = gradient(160, 90);
  for (std::size_t i = 2; i < image.rgb.size(); i += 3) image.rgb[i] = 90;
  const std::vector<std::byte> fine = encode_jpeg(image, 95);
  const std::vector<std::byte> coarse = encode_jpeg(image, 20);
  EXPECT_LT(coarse.size(), fine.size());
  const std::filesystem::path path = scratch("close.jpg");
  write_bytes(path, {reinterpret_cast<const char*>(fine.data()), fine.size()});
  const std::vector<SampledFrame> back = read_at(path.string(), {0});
  std::filesystem::remove(path);
  ASSERT_EQ(back.size(), 1U);
  double difference = 0;
  for (std::size_t i = 0; i < image.rgb.size(); ++i)
    difference += std::abs(back[0].image.rgb[i] - image.rgb[i]);
  EXPECT_LT(difference / static_cast<double>(image.rgb.size()), 3.0);
}

TEST(ImageFile, RefusesEmptyPicturesAndBadFolders) {
  EXPECT_THROW(encode_png({}), Error);
  EXPECT_THROW(encode_jpeg({4, 4, std::vector<std::uint8_t>(3)}), Error);
  EXPECT_THROW(write_png("/nonexistent/folder/x.png", gradient(4, 4)), Error);
}

}  // namespace
}  // namespace longtake::media
