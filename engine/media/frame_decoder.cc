#include "engine/media/frame_decoder.h"

#include <algorithm>
#include <array>
#include <thread>

extern "C" {
#include <libavutil/error.h>
}

#include "engine/media/hardware.h"
#include "engine/media/media_input.h"

namespace longtake::media {

std::string av_error_text(int error) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(error, text.data(), text.size());
  return text.data();
}

void require_readable(const AVFormatContext& format, const std::string& name) {
  const int error = format.pb == nullptr ? 0 : format.pb->error;
  constexpr int kMostErrno =
      4095;  // FFmpeg's own codes, the end and a damaged file, lie far beyond
  if (error >= 0 || error < -kMostErrno) return;
  throw Error(ErrorCode::io_error, name + ": cannot be read (" + av_error_text(error) + ").",
              "Check the drive that it lies on, then go on; what was seen so far is kept.");
}

bool is_unrecovered(const AVFrame& frame) {
  return (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
}

FrameDecoder::FrameDecoder(const AVCodecParameters& parameters, AVRational time_base, int threads,
                           const std::string& name, bool rough, Hardware* hardware) {
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    throw Error(ErrorCode::unsupported,
                name + ": there is no decoder for " + avcodec_get_name(parameters.codec_id) + ".",
                "Convert the file to H.264, for example with ffmpeg -i FILE -c:v libx264 OUT.mp4.");
  }
  context_.reset(require_memory(avcodec_alloc_context3(codec)));
  int rc = avcodec_parameters_to_context(context_.get(), &parameters);
  if (rc < 0) throw Error(ErrorCode::corrupt_data, name + ": " + av_error_text(rc) + ".");
  context_->pkt_timebase = time_base;
  context_->max_pixels = max_pixels();
  // More than 16 frames in flight cost memory (one picture each) and bring nothing.
  context_->thread_count =
      threads > 0 ? threads
                  : static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 16U));
  context_->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
  if (rough) context_->skip_loop_filter = AVDISCARD_ALL;
  // An H.264 stream may leave out how far its frames are reordered. FFmpeg then learns it by
  // dropping frames that come too late; strict compliance makes it assume the most that the level
  // allows, so that no frame is lost and the result does not depend on what was decoded before.
  if (parameters.codec_id == AV_CODEC_ID_H264) {
    context_->strict_std_compliance = FF_COMPLIANCE_STRICT;
    // Started at a recovery point and drained soon after, FFmpeg withholds frames that it does not
    // know to be exact; the callers know better, and look at the mark that such frames carry.
    context_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  }
  if (hardware != nullptr) hardware->attach(*context_, parameters);
  rc = avcodec_open2(context_.get(), codec, nullptr);
  if (rc < 0) {
    throw Error(
        rc == AVERROR(ENOMEM) ? ErrorCode::out_of_memory : ErrorCode::unsupported,
        name + ": the " + codec->name + " decoder does not accept it (" + av_error_text(rc) + ").",
        "The file may be damaged, or use a variant that this FFmpeg cannot decode.");
  }
}

// x264 before its build 151 coded the 8x8 blocks of 4:4:4 pictures in a way of its own.
bool FrameDecoder::primer_needed(const AVCodecParameters& parameters) {
  return parameters.codec_id == AV_CODEC_ID_H264 &&
         (parameters.profile & 0xFF) == FF_PROFILE_H264_HIGH_444_PREDICTIVE;
}

void FrameDecoder::prime(const AVPacket& first) {
  const Sink drop = [](const FramePtr&) {};
  decode(first, drop);
  drain(drop);
}

int FrameDecoder::receive(const Sink& sink, bool& at_end) {
  int errors = 0;
  at_end = false;
  // A decoder that reports one error after the other without consuming anything must not hold us
  // here.
  constexpr int kMaxErrors = 64;
  while (errors < kMaxErrors) {
    FramePtr frame = make_frame();
    const int rc = avcodec_receive_frame(context_.get(), frame.get());
    if (rc == AVERROR(EAGAIN)) return errors;
    if (rc == AVERROR_EOF) {
      at_end = true;
      return errors;
    }
    if (rc == AVERROR(ENOMEM)) require_memory<AVFrame>(nullptr);
    if (rc < 0) {
      ++errors;
      continue;
    }
    sink(std::move(frame));
  }
  at_end = true;
  return errors;
}

int FrameDecoder::decode(const AVPacket& packet, const Sink& sink) {
  int errors = 0;
  bool at_end = false;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const int rc = avcodec_send_packet(context_.get(), &packet);
    if (rc == AVERROR(ENOMEM)) require_memory<AVFrame>(nullptr);
    if (rc < 0 && rc != AVERROR(EAGAIN)) ++errors;
    errors += receive(sink, at_end);
    if (rc != AVERROR(EAGAIN)) break;
  }
  return errors;
}

int FrameDecoder::drain(const Sink& sink) {
  int errors = 0;
  bool at_end = false;
  avcodec_send_packet(context_.get(), nullptr);
  // Once is enough by the protocol; a decoder that answers "again" while draining is not waited
  // for.
  errors += receive(sink, at_end);
  avcodec_flush_buffers(context_.get());
  return errors;
}

}  // namespace longtake::media
