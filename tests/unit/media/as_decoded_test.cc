// Pictures that are handed on as their decoder left them: a Backend makes the very bytes of them that the
// FrameConverter makes (with swscale).
#include <gtest/gtest.h>

#include <random>

#include "engine/media/frame_converter.h"
#include "tests/unit/media/converted.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;

void expect_same(const Image& got, const Image& want, const std::string& what) {
  EXPECT_EQ(got.width, want.width) << what;
  EXPECT_EQ(got.height, want.height) << what;
  EXPECT_TRUE(got.rgb == want.rgb) << what;
}

// Noise in which the extremes are common.
FramePtr noise(AVPixelFormat format, int width, int height) {
  FramePtr frame(av_frame_alloc());
  frame->format = format;
  frame->width = width;
  frame->height = height;
  EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
  std::mt19937 random(static_cast<unsigned>(width));
  const bool deep = format == AV_PIX_FMT_YUV420P10LE || format == AV_PIX_FMT_P010LE;
  const bool pairs = format == AV_PIX_FMT_NV12 || format == AV_PIX_FMT_P010LE;
  for (int plane = 0; plane < (pairs ? 2 : 3); ++plane) {
    for (int y = 0; y < (plane == 0 ? height : (height + 1) / 2); ++y) {
      std::uint8_t* row = frame->data[plane] + std::ptrdiff_t{frame->linesize[plane]} * y;
      for (int x = 0; x < (plane == 0 || pairs ? width + width % 2 : (width + 1) / 2); ++x) {
        const auto kind = random() % 8;
        const int most = deep ? 1023 : 255;
        const int value = kind == 0 ? 0 : kind == 1 ? most : static_cast<int>(random()) & most;
        if (deep) {
          reinterpret_cast<std::uint16_t*>(row)[x] =
              static_cast<std::uint16_t>(format == AV_PIX_FMT_P010LE ? value << 6 : value);
        } else {
          row[x] = static_cast<std::uint8_t>(value);
        }
      }
    }
  }
  return frame;
}

TEST(AsDecoded, GivesTheConvertersBytes) {
  const AVColorSpace spaces[] = {AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M,
                                 AVCOL_SPC_BT2020_NCL,  AVCOL_SPC_FCC,   AVCOL_SPC_SMPTE240M};
  const std::pair<int, int> sizes[] = {{8, 8}, {46, 34}, {130, 100}, {320, 720}};
  int turn = 0;
  for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P,
                                     AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_NV12, AV_PIX_FMT_P010LE}) {
    for (const AVColorSpace space : spaces) {
      for (const AVColorRange range : {AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG}) {
        for (const auto& [width, height] : sizes) {
          FramePtr made = noise(format, width, height);
          made->colorspace = space;
          made->color_range = range;
          const std::shared_ptr<const AVFrame> frame(made.release(), FrameDeleterConst{});
          const Orientation orientation{turn % 4 * 90, turn / 4 % 2 == 1};
          ++turn;
          FrameConverter converter(orientation, 0, 0);
          const auto decoded = converter.as_decoded(frame, {1, 1});
          ASSERT_NE(decoded, nullptr);
          expect_same(converted(*decoded), converter.convert(*frame, {1, 1}),
                      std::to_string(format) + ", space " + std::to_string(space) + ", range " +
                          std::to_string(range) + ", " + std::to_string(width) + "x" +
                          std::to_string(height));
        }
      }
    }
  }
}

TEST(AsDecoded, LeavesTheRestToTheConverter) {
  const auto taken = [](AVPixelFormat format, int width, int height, AVRational aspect = {1, 1},
                        int max_width = 0) {
    const std::shared_ptr<const AVFrame> frame(noise(format, width, height).release(),
                                               FrameDeleterConst{});
    return FrameConverter({}, max_width, 0).as_decoded(frame, aspect) != nullptr;
  };
  EXPECT_TRUE(taken(AV_PIX_FMT_YUV420P, 64, 48));
  EXPECT_TRUE(taken(AV_PIX_FMT_YUV420P, 64, 48, {0, 1}, 64));
  EXPECT_FALSE(taken(AV_PIX_FMT_YUV420P, 63, 48));
  EXPECT_FALSE(taken(AV_PIX_FMT_YUV420P, 64, 47));
  EXPECT_FALSE(taken(AV_PIX_FMT_YUV420P, 6, 48));
  EXPECT_FALSE(taken(AV_PIX_FMT_YUV420P, 64, 48, {4, 3}));
  EXPECT_FALSE(taken(AV_PIX_FMT_YUV420P, 64, 48, {1, 1}, 32));
  EXPECT_FALSE(taken(AV_PIX_FMT_YUV422P, 64, 48));
  EXPECT_FALSE(taken(AV_PIX_FMT_YUV420P12LE, 64, 48));
  // Upside down, as some decoders hand their pictures out.
  FramePtr flipped = noise(AV_PIX_FMT_YUV420P, 64, 48);
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? 48 : 24;
    flipped->data[plane] += std::ptrdiff_t{flipped->linesize[plane]} * (rows - 1);
    flipped->linesize[plane] = -flipped->linesize[plane];
  }
  const std::shared_ptr<const AVFrame> frame(flipped.release(), FrameDeleterConst{});
  EXPECT_EQ(FrameConverter({}, 0, 0).as_decoded(frame, {1, 1}), nullptr);
}

// Of real streams: the same frames at the same instants, and the same bytes.
TEST(AsDecoded, SamplesAreThoseOfImages) {
  struct Stream {
    fs::path path;
    bool decoded;
  };
  const std::string h264 = "-c:v libx264 -preset veryfast -g 12 -bf 2 -pix_fmt ";
  const fs::path plain = footage(numbered("25", 2), h264 + "yuv420p", ".mp4");
  const Stream streams[] = {
      {plain, true},
      {turned(plain, 90), true},
      {turned(plain, 270), true},
      {footage(numbered("25", 2), h264 + "yuv420p10le", ".mkv"), true},
      {footage(numbered("25", 2, ",setsar=2"), h264 + "yuv420p", ".mkv"), false},
      {footage(numbered("25", 2), h264 + "yuv444p", ".mkv"), false},
  };
  for (const Stream& stream : streams) {
    for (const SamplingMode mode : {SamplingMode::exact, SamplingMode::keyframes}) {
      SCOPED_TRACE(stream.path.string());
      SamplerOptions options;
      options.interval = 20'000;  // some frames twice
      options.mode = mode;
      const Take images = take_all(stream.path, options);
      options.as_decoded = true;
      const Take pictures = take_all(stream.path, options);
      ASSERT_EQ(pictures.frames.size(), images.frames.size());
      ASSERT_FALSE(images.frames.empty());
      // All of them are still held.
      for (std::size_t i = 0; i < images.frames.size(); ++i) {
        const SampledFrame& got = pictures.frames[i];
        const SampledFrame& want = images.frames[i];
        EXPECT_EQ(got.index, want.index);
        EXPECT_EQ(got.pts, want.pts);
        EXPECT_EQ(want.decoded, nullptr);
        ASSERT_EQ(got.decoded != nullptr, stream.decoded);
        EXPECT_EQ(got.image.empty(), stream.decoded);
        expect_same(stream.decoded ? converted(*got.decoded) : got.image, want.image,
                    "picture " + std::to_string(i));
      }
    }
  }
}

}  // namespace
}  // namespace longtake::media
