// Declares FrameDecoder, private to this room: FFmpeg's decoder of one stream, with its send and
// receive protocol reduced to "packet in, frames to a function".
//
// Thread rule: one thread (FFmpeg's own frame threads are inside). Lifetime rule: owns the decoder;
// a frame handed to the sink is moved to it. Parameters and hardware must outlive a decoder that is
// given hardware.
#ifndef LONGTAKE_ENGINE_MEDIA_FRAME_DECODER_H_
#define LONGTAKE_ENGINE_MEDIA_FRAME_DECODER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "engine/media/av_handles.h"

namespace longtake::media {

class Hardware;

// An H.264 picture before the first keyframe or recovery point, made of whatever references there
// were. Pictures presented after one that is not so marked are sound even if they are.
bool is_unrecovered(const AVFrame& frame);

class FrameDecoder {
 public:
  using Sink = std::function<void(FramePtr frame)>;

  // threads 0: one per core, at most 16. `name` is the file's, for messages. rough: without the
  // loop filter, which costs a third of the time; the blocks that it would smooth disappear when
  // the pictures are made small. hardware: decodes there, or reports errors; frames go through
  // Hardware::on_host().
  FrameDecoder(const AVCodecParameters& parameters, AVRational time_base, int threads,
               const std::string& name, bool rough = false, Hardware* hardware = nullptr);

  // Old encoders' bits mean something else, and a decoder learns the encoder's age from the first
  // packet of the stream, for good. Whoever begins elsewhere shows it that packet first, if
  // primer_needed() says so of the stream; its pictures are dropped.
  void prime(const AVPacket& first);
  static bool primer_needed(const AVCodecParameters& parameters);

  // Returns the number of errors (0 or more); broken packets do not throw.
  int decode(const AVPacket& packet, const Sink& sink);
  // Hands out what is still inside and forgets everything, ready for a packet that needs no others.
  int drain(const Sink& sink);

 private:
  int receive(const Sink& sink, bool& at_end);

  CodecContextPtr context_;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_FRAME_DECODER_H_
