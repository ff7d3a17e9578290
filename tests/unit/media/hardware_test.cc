// Decoding in hardware: the pictures and their times are software's, whatever fails and whenever.
// Without a GPU a device that fails on purpose stands in its place, and the parts of NVDEC that
// need no device are looked at one by one.
#include "engine/media/hardware.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "engine/base/time.h"
#include "engine/media/frame_decoder.h"
#include "engine/media/frame_sampler.h"
#include "engine/media/media_input.h"
#include "tests/unit/media/failing_hardware.h"
#include "tests/unit/media/footage.h"

extern "C" {
#include <libavutil/imgutils.h>
}

namespace longtake::media {
namespace {

namespace fs = std::filesystem;
using Fault = FailingHardware::Fault;

struct Stream {
  const char* name;
  const char* arguments;
  const char* extension;
};

void PrintTo(const Stream& stream, std::ostream* out) {
  *out << stream.name;
}

const Stream kStreams[] = {
    {"H264", "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p", ".mp4"},
    {"H264Open",
     "-c:v libx264 -preset medium -x264-params "
     "open-gop=1:keyint=40:min-keyint=10:bframes=4:b-pyramid=normal:ref=4 -pix_fmt yuv420p",
     ".mkv"},
    {"H264OpenTs",
     "-c:v libx264 -preset medium -x264-params "
     "open-gop=1:keyint=40:min-keyint=10:bframes=4:b-pyramid=normal:ref=4 -pix_fmt yuv420p",
     ".ts"},
    {"H264Interlaced",
     "-c:v libx264 -preset fast -flags +ildct+ilme -x264-params tff=1:bframes=2:keyint=30 "
     "-pix_fmt yuv420p",
     ".ts"},
    {"H264OneKeyframe",
     "-c:v libx264 -preset veryfast -bf 3 -g 10000 -sc_threshold 0 -pix_fmt yuv420p", ".mp4"},
    {"H264IntraRefresh",
     "-c:v libx264 -preset fast -x264-params intra-refresh=1:keyint=25 -pix_fmt yuv420p", ".ts"},
    {"H264FullRange", "-c:v libx264 -preset veryfast -bf 2 -g 30 -pix_fmt yuvj420p", ".mp4"},
    {"H264Grey", "-c:v libx264 -preset veryfast -bf 2 -g 30 -pix_fmt gray", ".mp4"},
    {"H264Raw", "-c:v libx264 -preset veryfast -bf 2 -g 25 -pix_fmt yuv420p", ".h264"},
    {"H264DtsAsPts",
     "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p -bsf:v setts=pts=DTS", ".mkv"},
    {"Hevc10Open",
     "-c:v libx265 -preset fast -x265-params "
     "log-level=none:open-gop=1:keyint=40:min-keyint=10:bframes=4:pools=1 -pix_fmt yuv420p10le",
     ".mp4"},
    {"HevcTs",
     "-c:v libx265 -preset fast -x265-params "
     "log-level=none:open-gop=1:keyint=40:min-keyint=10:bframes=4:pools=1 -pix_fmt yuv420p",
     ".ts"},
    {"Vp9",
     "-c:v libvpx-vp9 -b:v 1M -g 30 -auto-alt-ref 1 -lag-in-frames 16 -deadline realtime "
     "-cpu-used 8 -pix_fmt yuv420p",
     ".webm"},
};
// What must never be tried.
const Stream kOthers[] = {
    {"Mpeg2", "-c:v mpeg2video -bf 2 -g 18 -q:v 2", ".ts"},
    {"Av1", "-c:v libaom-av1 -b:v 500k -g 30 -usage realtime -cpu-used 8 -pix_fmt yuv420p", ".mkv"},
    {"Mjpeg", "-c:v mjpeg -q:v 3 -pix_fmt yuvj420p", ".mkv"},
    {"H264Deep", "-c:v libx264 -preset veryfast -pix_fmt yuv420p10le", ".mp4"},
    {"H264Lossless", "-c:v libx264 -preset veryfast -qp 0 -pix_fmt yuv420p", ".mp4"},
    {"H264FullChroma", "-c:v libx264 -preset veryfast -pix_fmt yuv444p", ".mp4"},
    {"OddSize", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -vf crop=127:95 -pix_fmt yuv420p",
     ".webm"},
};

// With a variable rate: the longer the video runs, the longer a frame stays.
fs::path footage_of(const Stream& stream) {
  return footage(numbered("25", 6, ",settb=1/1000,setpts='N*40+floor(N*N/40)'"),
                 std::string(stream.arguments) + " -vsync passthrough -enc_time_base 1/1000",
                 stream.extension);
}

SamplerOptions every(Micros interval, Decoding decoding) {
  SamplerOptions options;
  options.interval = interval;
  options.decoding = decoding;
  return options;
}

void expect_same(const Take& got, const Take& wanted) {
  ASSERT_EQ(got.frames.size(), wanted.frames.size());
  for (std::size_t i = 0; i < got.frames.size(); ++i) {
    ASSERT_EQ(got.frames[i].index, wanted.frames[i].index);
    ASSERT_EQ(got.frames[i].instant, wanted.frames[i].instant);
    ASSERT_EQ(got.frames[i].pts, wanted.frames[i].pts) << "at index " << wanted.frames[i].index;
    ASSERT_TRUE(got.frames[i].image.rgb == wanted.frames[i].image.rgb)
        << "at index " << wanted.frames[i].index;
  }
  EXPECT_EQ(got.summary.errors, wanted.summary.errors);
  EXPECT_EQ(got.summary.end, wanted.summary.end);
  EXPECT_EQ(got.summary.reached_end, wanted.summary.reached_end);
  EXPECT_EQ(got.summary.truncated, wanted.summary.truncated);
  EXPECT_EQ(got.summary.instants_missing, wanted.summary.instants_missing);
  ASSERT_EQ(got.summary.damaged.size(), wanted.summary.damaged.size());
  for (std::size_t i = 0; i < got.summary.damaged.size(); ++i) {
    EXPECT_EQ(got.summary.damaged[i].begin, wanted.summary.damaged[i].begin);
    EXPECT_EQ(got.summary.damaged[i].end, wanted.summary.damaged[i].end);
  }
}

// Stands in the device's place while it lives.
class Standing {
 public:
  explicit Standing(std::shared_ptr<Hardware> hardware) {
    set_hardware_for_tests(std::move(hardware));
  }
  ~Standing() { set_hardware_for_tests(nullptr); }
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;
};

Take take_with(const std::shared_ptr<Hardware>& hardware, const fs::path& path,
               SamplerOptions options) {
  const Standing standing(hardware);
  options.decoding = Decoding::hardware;
  return take_all(path, options);
}

bool has_gpu() {
  AVCodecParameters stream{};
  stream.codec_id = AV_CODEC_ID_H264;
  stream.profile = FF_PROFILE_H264_HIGH;
  stream.format = AV_PIX_FMT_YUV420P;
  stream.width = 128;
  stream.height = 96;
  return find_hardware(stream) != nullptr;
}

class HardwareTest : public testing::TestWithParam<Stream> {
 protected:
  static fs::path path() { return footage_of(GetParam()); }
};

TEST_P(HardwareTest, GivesThePicturesOfSoftware) {
  const bool gpu = has_gpu();
  for (const Micros interval : {40'000, 330'000, 1'730'000}) {
    SCOPED_TRACE("interval " + std::to_string(interval));
    const Take software = take_all(path(), every(interval, Decoding::software));
    const Take wished = take_all(path(), every(interval, Decoding::hardware));
    expect_same(wished, software);
    EXPECT_EQ(software.summary.frames_in_hardware, 0);
    EXPECT_EQ(wished.summary.frames_in_hardware, gpu ? wished.summary.frames_decoded : 0);
  }
  if (!gpu) GTEST_SKIP() << "no GPU: software has been compared with itself";
}

// The device that never fails: what the others are measured by.
TEST_P(HardwareTest, CountsWhatTheDeviceDecoded) {
  const auto hardware = std::make_shared<FailingHardware>(Fault::none);
  const Take take = take_with(hardware, path(), every(330'000, Decoding::hardware));
  expect_same(take, take_all(path(), every(330'000, Decoding::software)));
  EXPECT_GT(take.summary.frames_in_hardware, 0);
  EXPECT_EQ(take.summary.frames_in_hardware, take.summary.frames_decoded);
  // Only what is wanted is fetched.
  EXPECT_GT(hardware->copies(), 0);
  EXPECT_LE(hardware->copies(), static_cast<int>(take.frames.size()));
}

TEST_P(HardwareTest, GoesOnInSoftwareFromAnyFrame) {
  for (const Micros interval : {40'000, 730'000}) {
    const Take software = take_all(path(), every(interval, Decoding::software));
    for (const Fault fault : {Fault::surface, Fault::surfaces, Fault::copying}) {
      for (const int after : {0, 1, 2, 3, 6, 11, 24, 25, 26, 38, 39, 40, 41, 57, 90, 149}) {
        SCOPED_TRACE("interval " + std::to_string(interval) + ", fault " +
                     std::to_string(static_cast<int>(fault)) + " after " + std::to_string(after));
        const auto hardware = std::make_shared<FailingHardware>(fault, after);
        const Take take = take_with(hardware, path(), every(interval, Decoding::hardware));
        expect_same(take, software);
        if (HasFatalFailure()) return;
        const int reached = fault == Fault::copying ? hardware->copies() : hardware->surfaces();
        if (reached > after) {
          EXPECT_LT(take.summary.frames_in_hardware, take.summary.frames_decoded);
          EXPECT_LE(take.summary.frames_in_hardware, after + 20);
        }
      }
    }
  }
}

TEST_P(HardwareTest, GoesOnInSoftwareAtOnce) {
  const Take software = take_all(path(), every(330'000, Decoding::software));
  for (const Fault fault : {Fault::attaching, Fault::opening}) {
    const Take take = take_with(std::make_shared<FailingHardware>(fault), path(),
                                every(330'000, Decoding::hardware));
    expect_same(take, software);
    EXPECT_EQ(take.summary.frames_in_hardware, 0);
  }
}

TEST_P(HardwareTest, KeyframesAndResumesFallBackToo) {
  SamplerOptions keyframes = every(500'000, Decoding::software);
  keyframes.mode = SamplingMode::keyframes;
  SamplerOptions later = every(200'000, Decoding::software);
  later.first_index = 9;
  later.until = 4'000'000;
  for (const SamplerOptions& options : {keyframes, later}) {
    const Take software = take_all(path(), options);
    for (const Fault fault : {Fault::surface, Fault::surfaces, Fault::copying}) {
      for (const int after : {0, 1, 2, 5, 30}) {
        SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)) + " after " +
                     std::to_string(after));
        expect_same(take_with(std::make_shared<FailingHardware>(fault, after), path(), options),
                    software);
      }
    }
  }
}

// What choose_cuda() answers while a stream is decoded in software, which it is whatever it
// answers.
class Asking : public Hardware {
 public:
  void attach(AVCodecContext& context, const AVCodecParameters& parameters) override {
    stream = &parameters;
    context.opaque = this;
    context.thread_count = 1;
    context.get_format = ask;
  }
  std::shared_ptr<const AVFrame> on_host(std::shared_ptr<const AVFrame> frame) override {
    return frame;
  }
  const AVCodecParameters* stream = nullptr;
  std::vector<AVPixelFormat> answers;

 private:
  static AVPixelFormat ask(AVCodecContext* context, const AVPixelFormat* offered) {
    auto& self = *static_cast<Asking*>(context->opaque);
    context->opaque = const_cast<AVCodecParameters*>(self.stream);
    self.answers.push_back(choose_cuda(context, offered));
    context->opaque = &self;
    while (offered[1] != AV_PIX_FMT_NONE) ++offered;
    return *offered;
  }
};

std::vector<AVPixelFormat> answers_for(const fs::path& path) {
  Asking asking;
  MediaInput input(path.string(), nullptr);
  FrameDecoder decoder(input.parameters(), input.time_base(), 1, "asking", false, &asking);
  const auto ignore = [](const FramePtr&) {};
  const PacketPtr packet = make_packet();
  while (input.read(*packet)) decoder.decode(*packet, ignore);
  decoder.drain(ignore);
  return std::move(asking.answers);
}

TEST_P(HardwareTest, IsOfferedTheStream) {
  const std::vector<AVPixelFormat> answers = answers_for(path());
  ASSERT_FALSE(answers.empty());
  for (const AVPixelFormat answer : answers) EXPECT_EQ(answer, AV_PIX_FMT_CUDA);
  const auto hardware = std::make_shared<FailingHardware>(Fault::none);
  const Standing standing(hardware);
  const MediaInput input(path().string(), nullptr);
  EXPECT_EQ(find_hardware(input.parameters()), hardware);
}

INSTANTIATE_TEST_SUITE_P(Streams, HardwareTest, testing::ValuesIn(kStreams),
                         [](const testing::TestParamInfo<Stream>& param) {
                           return std::string(param.param.name);
                         });

TEST(Hardware, OtherStreamsAreNotTried) {
  const auto hardware = std::make_shared<FailingHardware>(Fault::none);
  const Standing standing(hardware);
  for (const Stream& stream : kOthers) {
    SCOPED_TRACE(stream.name);
    const fs::path path = footage(numbered("25", 1), stream.arguments, stream.extension);
    const MediaInput input(path.string(), nullptr);
    EXPECT_EQ(find_hardware(input.parameters()), nullptr);
    for (const AVPixelFormat answer : answers_for(path)) EXPECT_EQ(answer, AV_PIX_FMT_NONE);
  }
  EXPECT_EQ(hardware->surfaces(), 0);
}

// The real get_format, and FFmpeg's real refusal of CUDA for want of a device.
class Deviceless : public Hardware {
 public:
  void attach(AVCodecContext& context, const AVCodecParameters& parameters) override {
    context.opaque = const_cast<AVCodecParameters*>(&parameters);
    context.get_format = choose_cuda;
  }
  std::shared_ptr<const AVFrame> on_host(std::shared_ptr<const AVFrame> frame) override {
    return frame;
  }
};

TEST(Hardware, FfmpegsRefusalLeadsToSoftware) {
  for (const Stream& stream : kStreams) {
    SCOPED_TRACE(stream.name);
    const Take take = take_with(std::make_shared<Deviceless>(), footage_of(stream),
                                every(330'000, Decoding::hardware));
    expect_same(take, take_all(footage_of(stream), every(330'000, Decoding::software)));
    EXPECT_EQ(take.summary.frames_in_hardware, 0);
  }
}

TEST(Hardware, AnotherSizeInMidStreamIsRefused) {
  const fs::path path =
      footage_by("two sizes, one after the other", ".ts", [](const fs::path& out) {
        const std::string arguments = "-c:v libx264 -preset veryfast -bf 2 -g 25 -pix_fmt yuv420p";
        const std::string small = read_bytes(footage(numbered("25", 2), arguments, ".ts"));
        const std::string large = read_bytes(footage(numbered("25", 2, ",scale=256:192"),
                                                     arguments + " -output_ts_offset 2", ".ts"));
        write_bytes(out, small + large);
      });
  const std::vector<AVPixelFormat> answers = answers_for(path);
  ASSERT_GE(answers.size(), 2U);
  EXPECT_EQ(answers.front(), AV_PIX_FMT_CUDA);
  EXPECT_EQ(answers.back(), AV_PIX_FMT_NONE);
}

TEST(Hardware, CroppedPicturesAreOffered) {
  // 16 does not divide the size: the decoder crops what is stored.
  const fs::path path = footage(numbered("25", 1, ",crop=118:90"),
                                "-c:v libx264 -preset veryfast -pix_fmt yuv420p", ".mp4");
  for (const AVPixelFormat answer : answers_for(path)) EXPECT_EQ(answer, AV_PIX_FMT_CUDA);
}

TEST(Hardware, DamageIsLeftToSoftware) {
  const fs::path path = footage_by("hole for hardware", ".mp4", [](const fs::path& out) {
    const fs::path whole = footage(
        numbered("25", 8),
        "-c:v libx264 -preset veryfast -bf 3 -g 25 -pix_fmt yuv420p -movflags +faststart", ".mp4");
    std::string bytes = read_bytes(whole);
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() * 42 / 100),
              bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() * 50 / 100), '\x5a');
    write_bytes(out, bytes);
  });
  SamplerOptions options = every(40'000, Decoding::software);
  const Take software = take_all(path, options);
  ASSERT_FALSE(software.summary.damaged.empty());
  const Take take = take_with(std::make_shared<FailingHardware>(Fault::none), path, options);
  expect_same(take, software);
  EXPECT_GT(take.summary.frames_in_hardware, 50);
  EXPECT_LT(take.summary.frames_in_hardware, 120);
}

TEST(Hardware, AskingWithoutADeviceCostsNothing) {
  if (has_gpu()) GTEST_SKIP() << "this machine has a device";
  const fs::path path = footage_of(kStreams[0]);
  const MediaInput input(path.string(), nullptr);
  const std::int64_t begin = monotonic_us();
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(find_hardware(input.parameters()), nullptr);
  EXPECT_LT(monotonic_us() - begin, 200'000) << "a thousand times";
}

TEST(Hardware, AddressesAreReadOnceAndStayInSoftware) {
  const auto hardware = std::make_shared<FailingHardware>(Fault::none);
  const Standing standing(hardware);
  EXPECT_THROW(FrameSampler("http://127.0.0.1:1/no.mp4", every(1'000'000, Decoding::hardware)),
               Error);
  EXPECT_EQ(hardware->surfaces(), 0);
}

// --- The pictures that a device gives -----------------------------------------------------------

FramePtr picture(AVPixelFormat format, int width, int height) {
  FramePtr frame = make_frame();
  frame->format = format;
  frame->width = width;
  frame->height = height;
  require_memory(av_frame_get_buffer(frame.get(), 0) < 0 ? nullptr : frame.get());
  return frame;
}

// Noise in the planes of software, and the same packed by swscale as devices do.
struct Packed {
  FramePtr planes;
  FramePtr packed;
};
Packed noise(AVPixelFormat planar, AVPixelFormat packing, int width, int height) {
  Packed pictures{picture(planar, width, height), picture(packing, width, height)};
  const int bytes = planar == AV_PIX_FMT_YUV420P ? 1 : 2;
  std::uint32_t state = 1;
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    for (int y = 0; y < height >> shift; ++y) {
      std::uint8_t* row = pictures.planes->data[plane] + pictures.planes->linesize[plane] * y;
      for (int x = 0; x < (width >> shift) * bytes; ++x) {
        state = state * 1664525 + 1013904223;
        row[x] = static_cast<std::uint8_t>(bytes == 2 && x % 2 == 1 ? state >> 30 : state >> 24);
      }
    }
  }
  const SwsContextPtr scaler(require_memory(sws_getContext(
      width, height, planar, width, height, packing, SWS_POINT, nullptr, nullptr, nullptr)));
  sws_scale(scaler.get(), pictures.planes->data, pictures.planes->linesize, 0, height,
            pictures.packed->data, pictures.packed->linesize);
  return pictures;
}

std::vector<std::uint8_t> bytes_of(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  std::vector<std::uint8_t> bytes(
      static_cast<std::size_t>(av_image_get_buffer_size(format, frame.width, frame.height, 1)));
  av_image_copy_to_buffer(bytes.data(), static_cast<int>(bytes.size()), frame.data, frame.linesize,
                          format, frame.width, frame.height, 1);
  return bytes;
}

TEST(DevicePictures, AreCroppedAsSoftwareCrops) {
  for (const auto& [planar, packing] : {std::pair{AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12},
                                        std::pair{AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_P010LE}}) {
    for (const std::size_t left : {0, 2, 32, 64, 66}) {
      Packed pictures = noise(planar, packing, 256, 96);
      pictures.packed->pts = 17;
      pictures.packed->color_range = AVCOL_RANGE_JPEG;
      for (AVFrame* frame : {pictures.planes.get(), pictures.packed.get()}) {
        frame->crop_left = left;
        frame->crop_top = 4;
      }
      const FramePtr expected(require_memory(av_frame_clone(pictures.planes.get())));
      ASSERT_EQ(av_frame_apply_cropping(expected.get(), 0), 0);
      const FramePtr planes = cropped(std::move(pictures.packed));
      EXPECT_EQ(planes->format, planar);
      EXPECT_EQ(planes->pts, 17);
      EXPECT_EQ(planes->color_range, AVCOL_RANGE_JPEG);
      EXPECT_EQ(planes->width, expected->width);
      EXPECT_EQ(planes->height, expected->height);
      EXPECT_TRUE(bytes_of(*planes) == bytes_of(*expected)) << left;
    }
  }
}

TEST(DevicePictures, StayAsTheyAreWithoutCropping) {
  Packed pictures = noise(AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, 118, 90);
  const AVFrame* before = pictures.packed.get();
  EXPECT_EQ(cropped(std::move(pictures.packed)).get(), before);
}

TEST(DevicePictures, BearTheMarkUntilBothPlanesHaveCome) {
  for (const auto& [planar, packing] : {std::pair{AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12},
                                        std::pair{AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_P010LE}}) {
    const Packed pictures = noise(planar, packing, 118, 90);
    const AVFrame& from = *pictures.packed;
    EXPECT_FALSE(has_mark(from));
    const FramePtr to = picture(packing, 118, 90);
    set_mark(*to);
    EXPECT_TRUE(has_mark(*to));
    const int row = 118 * (packing == AV_PIX_FMT_NV12 ? 1 : 2);
    av_image_copy_plane(to->data[0], to->linesize[0], from.data[0], from.linesize[0], row, 90);
    EXPECT_TRUE(has_mark(*to)) << "no chroma yet";
    av_image_copy_plane(to->data[1], to->linesize[1], from.data[1], from.linesize[1], row, 44);
    EXPECT_TRUE(has_mark(*to)) << "the last row of chroma is missing";
    av_image_copy_plane(to->data[1], to->linesize[1], from.data[1], from.linesize[1], row, 45);
    EXPECT_FALSE(has_mark(*to));
    EXPECT_TRUE(bytes_of(*to) == bytes_of(from)) << "a copy leaves nothing of the mark";
  }
}

}  // namespace
}  // namespace longtake::media
