// Tests of what happens to pictures before the vision tower sees them.
#include <cstdint>
#include <string>
#include <vector>

#include "tests/unit/kernels/backend_fixture.h"

namespace longtake::kernels {
namespace {

class PicturesTest : public BackendTest {};
LONGTAKE_ON_BOTH_DEVICES(PicturesTest);

struct GoldenPicture {
  int width, height, new_width, new_height;
  std::vector<std::uint8_t> pixels;
};
const GoldenPicture kGoldenPictures[] = {
#include "pillow_bicubic.inc"
};

// Noise on the left, a gradient and stripes on the right.
std::vector<std::uint8_t> test_picture(int width, int height) {
  std::vector<std::uint8_t> picture;
  std::uint32_t state = 12345;
  for (int i = 0; i < width * height * 3; ++i) {
    state = state * 1664525U + 1013904223U;
    const int x = i / 3 % width;
    const int right = i % 3 != 1 ? x * 255 / width : i / 3 / width % 7 < 3 ? 255 : 0;
    picture.push_back(
        static_cast<std::uint8_t>(x < width / 2 ? state >> 24 : static_cast<std::uint32_t>(right)));
  }
  return picture;
}

// The planes of samples in a layout, rows of all planes further apart than they are long.
struct Planes {
  std::vector<std::byte> bytes;
  YuvPicture picture;

  Planes(const reference::YuvSamples& samples, YuvLayout layout, int gap) {
    picture.width = samples.width;
    picture.height = samples.height;
    picture.layout = layout;
    std::array<std::size_t, 3> begins{};
    for (int plane = 0; plane < picture.plane_count(); ++plane) {
      const auto at = static_cast<std::size_t>(plane);
      picture.strides[at] = picture.row_bytes(plane) + gap;
      begins[at] = bytes.size();
      // Nothing lies behind the last row.
      bytes.resize(bytes.size() +
                   static_cast<std::size_t>(picture.strides[at] * picture.rows(plane) - gap));
      if (plane + 1 < picture.plane_count()) bytes.resize((bytes.size() + 1) / 2 * 2);
    }
    const auto put = [&](int plane, int row, int column, int value) {
      const auto at = static_cast<std::size_t>(plane);
      std::byte* line = bytes.data() + begins[at] + picture.strides[at] * row;
      const auto wide =
          static_cast<std::uint16_t>(layout == YuvLayout::pairs_10 ? value << 6 : value);
      if (is_deep(layout)) {
        std::memcpy(line + 2 * column, &wide, 2);
      } else {
        line[column] = static_cast<std::byte>(value);
      }
    };
    for (int i = 0; i < samples.width * samples.height; ++i)
      put(0, i / samples.width, i % samples.width, samples.y[static_cast<std::size_t>(i)]);
    const int columns = samples.width / 2;
    for (int i = 0; i < columns * samples.height / 2; ++i) {
      const int u = samples.u[static_cast<std::size_t>(i)],
                v = samples.v[static_cast<std::size_t>(i)];
      if (has_pairs(layout)) {
        put(1, i / columns, i % columns * 2, u);
        put(1, i / columns, i % columns * 2 + 1, v);
      } else {
        put(1, i / columns, i % columns, u);
        put(2, i / columns, i % columns, v);
      }
    }
    for (std::size_t plane = 0; plane < 3; ++plane)
      picture.planes[plane] = bytes.data() + begins[plane];
  }
};

reference::YuvSamples noise(int width, int height, int bits) {
  reference::YuvSamples samples{width, height, bits, {}, {}, {}};
  std::mt19937 random(static_cast<unsigned>(width * height));
  const int most = (1 << bits) - 1;
  const auto fill = [&](std::vector<int>& plane, int count) {
    for (int i = 0; i < count; ++i) {
      const auto kind = random() % 8;  // the extremes often
      plane.push_back(kind == 0 ? 0 : kind == 1 ? most : static_cast<int>(random()) & most);
    }
  };
  fill(samples.y, width * height);
  fill(samples.u, width * height / 4);
  fill(samples.v, width * height / 4);
  return samples;
}

TEST_P(PicturesTest, YuvToRgb) {
  const std::array<int, 4> bt709{117489, 138438, 13975, 34925},
      bt2020{110013, 140363, 12277, 42626};
  const std::pair<int, int> sizes[] = {{8, 8}, {34, 10}, {130, 36}};
  for (const auto layout :
       {YuvLayout::planar, YuvLayout::planar_10, YuvLayout::pairs, YuvLayout::pairs_10}) {
    for (const auto& [width, height] : sizes) {
      const reference::YuvSamples samples = noise(width, height, is_deep(layout) ? 10 : 8);
      for (int turn = 0; turn < 8; ++turn) {
        Planes planes(samples, layout, turn % 3 * 4);
        YuvPicture& picture = planes.picture;
        picture.colours = yuv_colours(turn % 2 == 0 ? bt709 : bt2020, turn % 3 == 1);
        picture.quarter_turns = turn % 4;
        picture.mirrored = turn >= 4;
        const Tensor rgb =
            backend_->allocate(DType::u8, {picture.upright_height(), picture.upright_width(), 3});
        backend_->yuv_to_rgb(picture, rgb);
        std::vector<std::uint8_t> got(rgb.bytes());
        backend_->download(rgb, got.data());
        EXPECT_EQ(got, reference::yuv_to_rgb(samples, picture.colours, picture.mirrored,
                                             picture.quarter_turns))
            << static_cast<int>(layout) << ", " << width << "x" << height << ", turn " << turn;
      }
    }
  }
}

TEST_P(PicturesTest, BicubicIsPillows) {
  for (const GoldenPicture& golden : kGoldenPictures) {
    const auto source = test_picture(golden.width, golden.height);
    const Tensor image = backend_->allocate(DType::u8, {golden.height, golden.width, 3});
    backend_->upload(source.data(), image);
    const Tensor resized = backend_->allocate(DType::u8, {golden.new_height, golden.new_width, 3});
    backend_->resize_bicubic(image, resized);
    std::vector<std::uint8_t> got(resized.bytes());
    backend_->download(resized, got.data());
    EXPECT_EQ(got, golden.pixels) << golden.width << "x" << golden.height << " to "
                                  << golden.new_width << "x" << golden.new_height;
  }
}

TEST_P(PicturesTest, BicubicToTheSameSizeIsACopy) {
  const auto source = test_picture(20, 10);
  const Tensor image = backend_->allocate(DType::u8, {10, 20, 3});
  backend_->upload(source.data(), image);
  const Tensor same = backend_->allocate(DType::u8, {10, 20, 3});
  backend_->resize_bicubic(image, same);
  std::vector<std::uint8_t> got(same.bytes());
  backend_->download(same, got.data());
  EXPECT_EQ(got, source);
}

TEST_P(PicturesTest, Patchify) {
  PatchSpec spec;
  spec.patch = 7;
  spec.mean[1] = 0.4F;
  spec.std[2] = 0.25F;
  const auto images = test_picture(28, 2 * 14);
  const Tensor from = backend_->allocate(DType::u8, {2, 14, 28, 3});
  backend_->upload(images.data(), from);
  const Tensor patches = output({2 * 2 * 4, 3 * 49});
  backend_->patchify(from, spec, patches);
  const Values want = reference::patchify(images, 2, 14, 28, spec);
  expect_within(download(patches), want, relative(want), "patches");
}

TEST_P(PicturesTest, ResizeBilinear) {
  const std::int64_t sizes[][4] = {{27, 27, 14, 14}, {5, 7, 10, 3}, {4, 4, 4, 4}, {1, 1, 3, 2}};
  for (const auto& [h, w, h2, w2] : sizes) {
    const Values x = random(2 * h * w * 19);
    const Tensor y = output({2, h2, w2, 19});
    backend_->resize_bilinear(upload(x, {2, h, w, 19}), y);
    const Values want = reference::resize_bilinear(x, 2, h, w, 19, h2, w2);
    // Positions are f32: an error of their last digit moves the weights.
    expect_within(
        download(y), want, [&](std::size_t) { return kSlack * 4 * eps_ * 8; }, "bilinear");
  }
}

}  // namespace
}  // namespace longtake::kernels
