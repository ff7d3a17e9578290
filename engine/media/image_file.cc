#include "engine/media/image_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "engine/base/file.h"
#include "engine/media/av_handles.h"

namespace longtake::media {

namespace {

void check(int rc, const char* what) {
  if (rc < 0) throw Error(ErrorCode::internal, std::string(what) + ": " + av_error_text(rc) + ".");
}

FramePtr make_picture(const Image& image, AVPixelFormat format) {
  FramePtr frame = make_frame();
  frame->width = image.width;
  frame->height = image.height;
  frame->format = format;
  check(av_frame_get_buffer(frame.get(), 0), "A picture cannot be encoded");
  return frame;
}

std::vector<std::byte> encode(AVCodecID id, AVFrame& frame, int quantiser) {
  const AVCodec* codec = avcodec_find_encoder(id);
  if (codec == nullptr) {
    throw Error(ErrorCode::unsupported,
                std::string("This FFmpeg has no encoder for ") + avcodec_get_name(id) + ".");
  }
  const CodecContextPtr context(require_memory(avcodec_alloc_context3(codec)));
  context->width = frame.width;
  context->height = frame.height;
  context->pix_fmt = static_cast<AVPixelFormat>(frame.format);
  context->time_base = {1, 25};
  context->thread_count = 1;
  context->color_range = frame.color_range;
  if (quantiser > 0) {
    context->flags |= AV_CODEC_FLAG_QSCALE;
    context->global_quality = quantiser * FF_QP2LAMBDA;
    frame.quality = context->global_quality;
  }
  check(avcodec_open2(context.get(), codec, nullptr), "A picture cannot be encoded");
  check(avcodec_send_frame(context.get(), &frame), "A picture cannot be encoded");
  check(avcodec_send_frame(context.get(), nullptr), "A picture cannot be encoded");
  const PacketPtr packet = make_packet();
  check(avcodec_receive_packet(context.get(), packet.get()), "A picture cannot be encoded");
  const auto bytes = std::as_bytes(std::span(packet->data, static_cast<std::size_t>(packet->size)));
  return {bytes.begin(), bytes.end()};
}

void check_image(const Image& image) {
  const auto expected =
      static_cast<std::size_t>(std::max(0, image.width)) * std::max(0, image.height) * 3;
  if (image.width <= 0 || image.height <= 0 || image.rgb.size() != expected) {
    throw Error(ErrorCode::bad_argument, "An empty picture cannot be written.");
  }
}

}  // namespace

std::vector<std::byte> encode_png(const Image& image) {
  check_image(image);
  const FramePtr frame = make_picture(image, AV_PIX_FMT_RGB24);
  const std::size_t row = static_cast<std::size_t>(image.width) * 3;
  for (int y = 0; y < image.height; ++y) {
    std::memcpy(frame->data[0] + static_cast<std::ptrdiff_t>(frame->linesize[0]) * y,
                image.rgb.data() + row * y, row);
  }
  return encode(AV_CODEC_ID_PNG, *frame, 0);
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  check_image(image);
  const FramePtr frame = make_picture(image, AV_PIX_FMT_YUVJ420P);
  frame->color_range = AVCOL_RANGE_JPEG;
  const SwsContextPtr context(sws_getContext(
      image.width, image.height, AV_PIX_FMT_RGB24, image.width, image.height, AV_PIX_FMT_YUV420P,
      SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, nullptr, nullptr, nullptr));
  if (context == nullptr)
    throw Error(ErrorCode::internal, "A picture cannot be converted for JPEG.");
  // JFIF: BT.601, full range.
  sws_setColorspaceDetails(context.get(), sws_getCoefficients(SWS_CS_ITU601), 1,
                           sws_getCoefficients(SWS_CS_ITU601), 1, 0, 1 << 16, 1 << 16);
  const std::array<const std::uint8_t*, 4> in = {image.rgb.data(), nullptr, nullptr, nullptr};
  const std::array<int, 4> stride = {image.width * 3, 0, 0, 0};
  sws_scale(context.get(), in.data(), stride.data(), 0, image.height, frame->data, frame->linesize);
  // The encoder's scale runs from 2 (best) to 31.
  return encode(AV_CODEC_ID_MJPEG, *frame, 2 + (100 - std::clamp(quality, 1, 100)) * 29 / 99);
}

void write_png(const std::filesystem::path& path, const Image& image) {
  const std::vector<std::byte> bytes = encode_png(image);
  write_file_atomically(path, bytes);
}

}  // namespace longtake::media
