#include "video.h"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

#include "render.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

namespace longtake::world {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    if constexpr (requires { Free(&p); }) Free(&p);
    else Free(p);
  }
};
using CodecPtr = std::unique_ptr<AVCodecContext, Freer<avcodec_free_context>>;
using FramePtr = std::unique_ptr<AVFrame, Freer<av_frame_free>>;
using PacketPtr = std::unique_ptr<AVPacket, Freer<av_packet_free>>;
using ScalerPtr = std::unique_ptr<SwsContext, Freer<sws_freeContext>>;

struct CloseFormat {
  void operator()(AVFormatContext* f) const {
    if (f->pb) avio_closep(&f->pb);
    avformat_free_context(f);
  }
};
using FormatPtr = std::unique_ptr<AVFormatContext, CloseFormat>;

int check(int code, const char* what) {
  if (code >= 0) return code;
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  throw std::runtime_error(std::string(what) + ": " + text);
}

void encode(const Scene& scene, const std::string& path, const VideoOptions& o) {
  AVFormatContext* raw = nullptr;
  check(avformat_alloc_output_context2(&raw, nullptr, "mp4", path.c_str()), "cannot make an MP4");
  FormatPtr format(raw);
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (!codec) throw std::runtime_error("this FFmpeg has no libx264");
  CodecPtr encoder(avcodec_alloc_context3(codec));
  encoder->width = o.width;
  encoder->height = o.height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {o.fps_den, o.fps_num};
  encoder->framerate = {o.fps_num, o.fps_den};
  encoder->gop_size = o.keyframe_s * o.fps_num / o.fps_den;
  encoder->max_b_frames = o.b_frames ? 2 : 0;
  encoder->thread_count = 1;  // the same file on every machine
  encoder->color_range = AVCOL_RANGE_MPEG;
  encoder->colorspace = AVCOL_SPC_SMPTE170M;  // what the scaler below makes
  encoder->color_primaries = AVCOL_PRI_SMPTE170M;
  encoder->color_trc = AVCOL_TRC_SMPTE170M;
  if (format->oformat->flags & AVFMT_GLOBALHEADER) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av_opt_set(encoder->priv_data, "preset", "medium", 0);
  av_opt_set_int(encoder->priv_data, "crf", o.crf, 0);
  check(avcodec_open2(encoder.get(), codec, nullptr), "cannot open libx264");

  AVStream* stream = avformat_new_stream(format.get(), nullptr);
  if (!stream) throw std::runtime_error("out of memory");
  check(avcodec_parameters_from_context(stream->codecpar, encoder.get()), "codec parameters");
  stream->time_base = encoder->time_base;
  stream->avg_frame_rate = encoder->framerate;
  check(avio_open(&format->pb, path.c_str(), AVIO_FLAG_WRITE), "cannot open the file for writing");
  check(avformat_write_header(format.get(), nullptr), "cannot write the header");

  FramePtr frame(av_frame_alloc());
  frame->format = encoder->pix_fmt;
  frame->width = o.width;
  frame->height = o.height;
  check(av_frame_get_buffer(frame.get(), 0), "out of memory");
  ScalerPtr scaler(sws_getContext(o.width, o.height, AV_PIX_FMT_RGB24, o.width, o.height, encoder->pix_fmt, SWS_BILINEAR, nullptr,
                                  nullptr, nullptr));
  if (!scaler) throw std::runtime_error("cannot convert colours");
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(o.width) * static_cast<std::size_t>(o.height) * 3);
  PacketPtr packet(av_packet_alloc());
  const auto drain = [&](const AVFrame* next) {
    check(avcodec_send_frame(encoder.get(), next), "cannot encode");
    for (;;) {
      const int code = avcodec_receive_packet(encoder.get(), packet.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
      check(code, "cannot encode");
      packet->duration = 1;
      av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
      packet->stream_index = stream->index;
      check(av_interleaved_write_frame(format.get(), packet.get()), "cannot write");
    }
  };
  const std::int64_t frames = scene.duration_us * o.fps_num / (o.fps_den * kSecond);
  for (std::int64_t i = 0; i < frames; ++i) {
    render(scene, i * kSecond * o.fps_den / o.fps_num, o.width, o.height, rgb.data());
    check(av_frame_make_writable(frame.get()), "out of memory");
    const std::uint8_t* planes[] = {rgb.data()};
    const int strides[] = {3 * o.width};
    sws_scale(scaler.get(), planes, strides, 0, o.height, frame->data, frame->linesize);
    frame->pts = i;
    drain(frame.get());
  }
  drain(nullptr);
  check(av_write_trailer(format.get()), "cannot write the trailer");
}

}  // namespace

void encode_mp4(const Scene& scene, const std::string& path, const VideoOptions& options) {
  try {
    encode(scene, path, options);
  } catch (...) {
    std::remove(path.c_str());
    throw;
  }
}

}  // namespace longtake::world
