// Declares ClipInput, private to this room: all streams of a video file, packet by packet, on the
// one clock (MediaInput's, which has the pictures only), and the way to where a clip may begin.
//
// Thread rule: one thread. Lifetime rule: owns the demuxers; the flag must outlive it.
#ifndef LONGTAKE_ENGINE_MEDIA_CLIP_INPUT_H_
#define LONGTAKE_ENGINE_MEDIA_CLIP_INPUT_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "engine/media/av_handles.h"
#include "engine/media/media_input.h"

namespace longtake::media {

// A video packet at which a clip may begin.
struct ClipStart {
  Micros time = 0;
  std::int64_t pts = AV_NOPTS_VALUE;  // in units of the video stream
};

class ClipInput {
 public:
  // Opens and probes; throws as probe() does, and Error{unsupported} for an address.
  ClipInput(const std::string& path, const std::atomic<bool>* cancel);
  ClipInput(const ClipInput&) = delete;
  ClipInput& operator=(const ClipInput&) = delete;

  const VideoInfo& info() const { return info_; }
  const std::string& name() const { return name_; }
  // No packet has a time (raw elementary streams).
  bool counted() const { return timeline_ == TimelineKind::counted; }
  // The length in info() can be relied upon.
  bool length_known() const {
    return timeline_ == TimelineKind::trusted && info_.duration > 0 && !info_.duration_estimated;
  }
  Micros frame_period() const { return frame_period_; }

  // Those that are known when the file has been opened. Others that turn up on the way are not
  // read.
  unsigned streams() const { return streams_; }
  bool has_late_tracks() const { return has_late_tracks_; }  // sound, pictures or subtitles
  const AVStream& stream(unsigned index) const { return *format_->streams[index]; }
  unsigned video_index() const { return video_; }
  const AVStream& video() const { return stream(video_); }
  const AVDictionary* metadata() const { return format_->metadata; }
  // Of the first picture, as the file writes it: of the video stream, else of any, else of the
  // file.
  std::string start_timecode() const;

  Micros time_of(std::int64_t timestamp, unsigned index) const;

  // The last packet at or before `time` at which a player may begin (or, if `exact`, from which on
  // all pictures come out exactly); the first such after it if there is none.
  ClipStart find_start(Micros time, bool exact);
  // The next packet read is the video packet of `start`; before it come packets of other streams
  // that reach beyond its time.
  void go_to(const ClipStart& start);
  // The first packet of the pictures, for FrameDecoder::prime(); null if there is none. Afterwards
  // the position is anywhere: go_to() follows.
  PacketPtr first_picture_packet();
  // The next packet of any stream; false at the end of the file. Broken spots are stepped over.
  bool read(AVPacket& packet);

  void throw_if_cancelled() const;

 private:
  static int interrupted(void* self);
  void open();
  void rewind(Micros time);  // to a keyframe well before `time`, or to the beginning
  void align(AVPacket& packet);
  void note_late(unsigned index);

  const std::string path_;
  const std::string name_;
  const std::atomic<bool>* const cancel_;
  // What the file's pictures say; read in step with our own packets where a clock may jump, else
  // unused after opening.
  std::unique_ptr<MediaInput> guide_;
  VideoInfo info_;
  TimelineKind timeline_ = TimelineKind::trusted;
  Micros frame_period_ = 0;
  bool can_seek_ = false;
  FormatContextPtr format_;
  unsigned streams_ = 0;
  bool has_late_tracks_ = false;
  unsigned video_ = 0;
  bool at_begin_ = true;
  Micros shift_ = 0;  // of all streams, by the guide
  std::deque<PacketPtr> replay_;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_CLIP_INPUT_H_
