// Declares VideoEncoder and AudioEncoder, private to this room: decoded frames to H.264 and AAC
// packets.
//
// Thread rule: one thread (x264's own are inside). Lifetime rule: own the encoders; packets are
// handed to the sink in units of time_base(), without a stream index.
#ifndef LONGTAKE_ENGINE_MEDIA_CLIP_ENCODER_H_
#define LONGTAKE_ENGINE_MEDIA_CLIP_ENCODER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "engine/media/av_handles.h"
#include "engine/media/frame_converter.h"

struct AVAudioFifo;
struct SwrContext;

namespace longtake::media {

using PacketSink = std::function<void(AVPacket& packet)>;

class VideoEncoder {
 public:
  // Like the source stream: its size (an odd last row or column is cut off, which H.264's usual
  // chroma cannot hold), pixel format where H.264 has it, colours and aspect. Throws
  // Error{unsupported} without libx264.
  VideoEncoder(const AVStream& source, AVRational frame_rate, bool global_header);

  const AVCodecContext& context() const { return *context_; }
  AVRational time_base() const { return context_->time_base; }
  // pts and duration in time_base(); pts must rise.
  void encode(FramePtr frame, std::int64_t pts, std::int64_t duration, const PacketSink& sink);
  void finish(const PacketSink& sink);

 private:
  FramePtr fitted(FramePtr frame);
  void drain(const PacketSink& sink);

  CodecContextPtr context_;
  SwsContextPtr scaler_;
  int scaled_width_ = 0, scaled_height_ = 0, scaled_format_ = -1;
  std::map<std::int64_t, std::int64_t> durations_;  // by pts, of what is inside the encoder
};

struct AudioFifoDeleter {
  void operator()(AVAudioFifo* fifo) const;
};
struct ResamplerDeleter {
  void operator()(SwrContext* resampler) const;
};

class AudioEncoder {
 public:
  // Sound for a clip of `length`, times counted from its begin. Throws Error{unsupported} without
  // an AAC encoder, or if the source's description makes no sense.
  AudioEncoder(const AVStream& source, Micros length, bool global_header, const std::string& name);
  ~AudioEncoder();

  const AVCodecContext& context() const { return *context_; }
  AVRational time_base() const { return {1, context_->sample_rate}; }
  // A decoded frame whose first sample sounds at `time`. What lies outside the clip is cut off to
  // the sample; a gap before it is filled with silence.
  void encode(const AVFrame& frame, Micros time, const PacketSink& sink);
  void finish(const PacketSink& sink);
  bool full() const { return written_ >= length_; }

 private:
  void prepare_resampler(const AVFrame& frame);
  void add_silence(std::int64_t samples, const PacketSink& sink);
  void send_whole_frames(const PacketSink& sink);
  void send_frame(int samples, const PacketSink& sink);
  void drain(const PacketSink& sink);

  const std::string name_;
  CodecContextPtr context_;
  std::int64_t length_ = 0;  // samples of the clip
  std::unique_ptr<SwrContext, ResamplerDeleter> resampler_;
  int resampled_rate_ = 0, resampled_format_ = -1, resampled_channels_ = 0;
  std::unique_ptr<AVAudioFifo, AudioFifoDeleter> fifo_;
  std::int64_t written_ = 0;  // samples that went into the fifo
  std::int64_t sent_ = 0;     // samples that went into the encoder
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_CLIP_ENCODER_H_
