// Declares PacketInspector, private to this room: what a packet's own bits say about whether other
// pictures need it. Skipping relies on this, not on the container's flags, which
// encoders get wrong.
//
// Thread rule: one thread. Lifetime rule: copies what it needs of the parameters.
#ifndef LONGTAKE_ENGINE_MEDIA_PACKET_FACTS_H_
#define LONGTAKE_ENGINE_MEDIA_PACKET_FACTS_H_

#include <cstdint>
#include <span>

#include "engine/media/av_handles.h"

namespace longtake::media {

struct PacketFacts {
  // A decoder may start here: this picture and all that are presented after it come out exactly.
  bool entry = false;
  // No other picture refers to this one.
  bool disposable = false;
  // Carries headers that later packets may rely on.
  bool carries_headers = false;
};

class PacketInspector {
 public:
  explicit PacketInspector(const AVCodecParameters& parameters);

  // False: nothing is known about this codec's packets, everything must be decoded in order.
  bool understands() const { return kind_ != Kind::unknown; }
  // Every picture stands alone.
  bool intra_only() const { return kind_ == Kind::intra_only; }
  PacketFacts inspect(const AVPacket& packet);

 private:
  enum class Kind : std::uint8_t { unknown, intra_only, keyed, h264, hevc, mpeg2, mpeg4 };
  using Bytes = std::span<const std::uint8_t>;

  template <typename Visit>
  bool for_each_nal(Bytes data, Visit visit) const;  // false: the framing is broken
  void note_hevc_headers(Bytes extradata);
  void note_hevc_sps(Bytes nal);
  PacketFacts inspect_h264(Bytes data, bool key) const;
  PacketFacts inspect_hevc(Bytes data);
  static PacketFacts inspect_mpeg2(Bytes data, bool key);
  static PacketFacts inspect_mpeg4(Bytes data, bool key);

  Kind kind_ = Kind::unknown;
  bool interlaced_ = false;
  int length_size_ = 0;      // bytes before each NAL unit; 0: start codes
  int hevc_top_layer_ = -1;  // highest temporal id in use; -1: not known
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_PACKET_FACTS_H_
