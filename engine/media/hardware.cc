#include "engine/media/hardware.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/base/log.h"
#include "engine/base/time.h"

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace longtake::media {

namespace {

constexpr std::int64_t kRefusalBelieved = 60 * kMicrosPerSecond;

struct BufferDeleter {
  void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
};
using BufferPtr = std::unique_ptr<AVBufferRef, BufferDeleter>;

// What the device is trusted with. MPEG-2, MPEG-4 and MJPEG leave the rounding of their transform
// open. AV1 would need another decoder than software uses, and FFmpeg's way to NVDEC frees memory
// twice on crafted files (CVE-2026-64832). H.264's lossless profile has the pixel format of the
// others.
struct Kind {
  AVCodecID codec;
  int profile;
};
constexpr std::array<Kind, 8> kExactKinds = {{
    {AV_CODEC_ID_H264, FF_PROFILE_H264_BASELINE},
    {AV_CODEC_ID_H264, FF_PROFILE_H264_CONSTRAINED_BASELINE},
    {AV_CODEC_ID_H264, FF_PROFILE_H264_MAIN},
    {AV_CODEC_ID_H264, FF_PROFILE_H264_HIGH},
    {AV_CODEC_ID_HEVC, FF_PROFILE_HEVC_MAIN},
    {AV_CODEC_ID_HEVC, FF_PROFILE_HEVC_MAIN_10},
    {AV_CODEC_ID_VP9, FF_PROFILE_VP9_0},
    {AV_CODEC_ID_VP9, FF_PROFILE_VP9_2},
}};

bool is_exact(AVCodecID codec, int profile) {
  return std::any_of(kExactKinds.begin(), kExactKinds.end(), [&](const Kind& kind) {
    return kind.codec == codec && kind.profile == profile;
  });
}

// 4:2:0 with 8 or 10 bit. FFmpeg forgets the last row of chroma where the height is odd.
bool has_twin(int format, int width, int height) {
  const bool known = format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P ||
                     format == AV_PIX_FMT_YUV420P10LE;
  return known && width % 2 == 0 && height % 2 == 0;
}

bool suits(const AVCodecParameters& stream) {
  return is_exact(stream.codec_id, stream.profile) &&
         has_twin(stream.format, stream.width, stream.height);
}

bool decodes_on_cuda(AVCodecID codec) {
  const AVCodec* decoder = avcodec_find_decoder(codec);
  for (int i = 0; decoder != nullptr; ++i) {
    const AVCodecHWConfig* config = avcodec_get_hw_config(decoder, i);
    if (config == nullptr) break;
    if (config->device_type == AV_HWDEVICE_TYPE_CUDA && config->pix_fmt == AV_PIX_FMT_CUDA &&
        (config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0) {
      return true;
    }
  }
  return false;
}

// A CUDA context of its own, not the one that the model computes in: FFmpeg shares that only if it
// was made with FFmpeg's flags, and a fault of the decoder does not spread.
BufferPtr open_device() {
  static std::atomic<std::int64_t> refused_until{0};
  if (monotonic_us() < refused_until) return nullptr;
  AVBufferRef* device = nullptr;
  const int rc = av_hwdevice_ctx_create(&device, AV_HWDEVICE_TYPE_CUDA, nullptr, nullptr, 0);
  if (rc < 0) {
    refused_until = monotonic_us() + kRefusalBelieved;
    log("media").info("no graphics card decodes videos ({})", av_error_text(rc));
  }
  return BufferPtr(device);
}

[[noreturn]] void throw_copy_failed(const std::string& why) {
  throw Error(ErrorCode::device_lost,
              "A picture could not be copied from the graphics card (" + why + ").");
}

class Nvdec : public Hardware {
 public:
  explicit Nvdec(BufferPtr device) : device_(std::move(device)) {}

  void attach(AVCodecContext& context, const AVCodecParameters& parameters) override {
    context.hw_device_ctx = require_memory(av_buffer_ref(device_.get()));
    context.opaque = const_cast<AVCodecParameters*>(&parameters);
    context.get_format = choose_cuda;
    // Every thread would hold surfaces, and the device needs none.
    context.thread_count = 1;
    // The walker keeps a picture until it knows the next one's time.
    context.extra_hw_frames = 2;
  }

  std::shared_ptr<const AVFrame> on_host(std::shared_ptr<const AVFrame> frame) override {
    if (frame->format != AV_PIX_FMT_CUDA || frame->hw_frames_ctx == nullptr)
      throw_copy_failed("it is not there");
    const auto& surfaces = *reinterpret_cast<AVHWFramesContext*>(frame->hw_frames_ctx->data);
    if (surfaces.sw_format != AV_PIX_FMT_NV12 && surfaces.sw_format != AV_PIX_FMT_P010LE)
      throw_copy_failed("its format is unknown");
    FramePtr copy = make_frame();
    copy->format = surfaces.sw_format;
    copy->width = frame->width;
    copy->height = frame->height;
    if (av_frame_get_buffer(copy.get(), 0) < 0) require_memory<AVFrame>(nullptr);
    set_mark(*copy);
    const int rc = av_hwframe_transfer_data(copy.get(), frame.get(), 0);
    if (rc < 0) throw_copy_failed(av_error_text(rc));
    if (has_mark(*copy)) throw_copy_failed("nothing came");
    if (av_frame_copy_props(copy.get(), frame.get()) < 0) require_memory<AVFrame>(nullptr);
    return {cropped(std::move(copy)).release(), FrameDeleterConst{}};
  }

 private:
  const BufferPtr device_;
};

std::shared_ptr<Hardware>& test_hardware() {
  static std::shared_ptr<Hardware> hardware;
  return hardware;
}

template <typename Sample, int kShift>
void split_planes(const AVFrame& from, AVFrame& to) {
  const auto row_of = [](const AVFrame& frame, int plane, int y) {
    return reinterpret_cast<Sample*>(frame.data[plane] + std::ptrdiff_t{frame.linesize[plane]} * y);
  };
  for (int y = 0; y < from.height; ++y) {
    const Sample* luma = row_of(from, 0, y);
    Sample* out = row_of(to, 0, y);
    for (int x = 0; x < from.width; ++x) out[x] = static_cast<Sample>(luma[x] >> kShift);
  }
  for (int y = 0; y < from.height / 2; ++y) {
    const Sample* pairs = row_of(from, 1, y);
    Sample* cb = row_of(to, 1, y);
    Sample* cr = row_of(to, 2, y);
    for (int x = 0; x < from.width / 2; ++x) {
      cb[x] = static_cast<Sample>(pairs[2 * x] >> kShift);
      cr[x] = static_cast<Sample>(pairs[2 * x + 1] >> kShift);
    }
  }
}

// The last row of a plane of NV12 or P010, which a copy writes last.
struct Row {
  std::uint8_t* bytes;
  int size;
};
Row last_row(const AVFrame& frame, int plane) {
  const int rows = plane == 0 ? frame.height : frame.height / 2;
  return {frame.data[plane] + std::ptrdiff_t{frame.linesize[plane]} * (rows - 1),
          frame.width * (frame.format == AV_PIX_FMT_P010LE ? 2 : 1)};
}

// No picture looks like this; one that does is decoded in software.
std::uint8_t mark_byte(int position) {
  return static_cast<std::uint8_t>((static_cast<std::uint32_t>(position) + 1) * 2654435761U >> 24);
}

}  // namespace

std::shared_ptr<Hardware> find_hardware(const AVCodecParameters& parameters) {
  if (!suits(parameters)) return nullptr;
  if (test_hardware() != nullptr) return test_hardware();
  if (!decodes_on_cuda(parameters.codec_id)) return nullptr;
  BufferPtr device = open_device();
  return device == nullptr ? nullptr : std::make_shared<Nvdec>(std::move(device));
}

void set_hardware_for_tests(std::shared_ptr<Hardware> hardware) {
  test_hardware() = std::move(hardware);
}

AVPixelFormat choose_cuda(AVCodecContext* context, const AVPixelFormat* offered) {
  const auto& stream = *static_cast<const AVCodecParameters*>(context->opaque);
  // A size that changes in mid-stream may have references of the old one (VP9), which are lost when
  // the device's decoder is made anew.
  const bool unchanged = context->width == stream.width && context->height == stream.height;
  if (!unchanged || !is_exact(context->codec_id, context->profile) ||
      !has_twin(context->sw_pix_fmt, context->width, context->height)) {
    return AV_PIX_FMT_NONE;
  }
  for (; *offered != AV_PIX_FMT_NONE; ++offered) {
    if (*offered == AV_PIX_FMT_CUDA) return AV_PIX_FMT_CUDA;
  }
  // Refused by the device. Software is not chosen here: it deserves a decoder with threads.
  return AV_PIX_FMT_NONE;
}

FramePtr cropped(FramePtr frame) {
  // Of device frames, FFmpeg crops the right and the bottom only.
  if (frame->crop_left == 0 && frame->crop_top == 0) return frame;
  const bool deep = frame->format == AV_PIX_FMT_P010LE;
  FramePtr planes = make_frame();
  planes->format = deep ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P;
  planes->width = frame->width;
  planes->height = frame->height;
  if (av_frame_get_buffer(planes.get(), 0) < 0 ||
      av_frame_copy_props(planes.get(), frame.get()) < 0) {
    require_memory<AVFrame>(nullptr);
  }
  if (deep) {
    split_planes<std::uint16_t, 6>(*frame, *planes);
  } else {
    split_planes<std::uint8_t, 0>(*frame, *planes);
  }
  av_frame_apply_cropping(planes.get(), 0);
  return planes;
}

void set_mark(AVFrame& frame) {
  for (const int plane : {0, 1}) {
    const Row row = last_row(frame, plane);
    for (int i = 0; i < row.size; ++i) row.bytes[i] = mark_byte(i);
  }
}

bool has_mark(const AVFrame& frame) {
  for (const int plane : {0, 1}) {
    const Row row = last_row(frame, plane);
    int same = 0;
    while (same < row.size && row.bytes[same] == mark_byte(same)) ++same;
    if (same == row.size) return true;
  }
  return false;
}

}  // namespace longtake::media
