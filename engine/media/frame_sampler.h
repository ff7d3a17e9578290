// Declares FrameSampler: pictures of a video at regular instants, decoded ahead on its own thread.
//
// A sampled frame is the one on screen at its instant: the last frame whose presented time is not
// after it. Times count from the first presented frame, so instant 0 always has a frame. Packets
// that cannot lead to a wanted frame are not decoded: non-reference frames, the rest of a group of
// pictures after its last wanted frame, whole groups. This is done only where the bitstream proves
// that the same pictures result; otherwise everything is decoded.
//
// Thread rule: next(), info() and summary() belong to one thread; stop() may be called from any.
// Lifetime rule: the destructor stops the thread and waits for it; frames outlive the sampler.
#ifndef LONGTAKE_ENGINE_MEDIA_FRAME_SAMPLER_H_
#define LONGTAKE_ENGINE_MEDIA_FRAME_SAMPLER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/media/frame.h"
#include "engine/media/video_file.h"

namespace longtake::media {

enum class SamplingMode : std::uint8_t {
  exact,      // the frame on screen at each instant
  keyframes,  // the nearest keyframe within half an interval; instants without one are left out
};

enum class Decoding : std::uint8_t {
  software,
  // A wish: NVIDIA's decoder where there is one that makes the very same bytes (8 and 10 bit 4:2:0
  // of H.264, HEVC and VP9), software for everything else and from the moment that anything goes
  // wrong. No frame is lost or doubled by that. Damage within a picture may stay unseen by the
  // device.
  hardware,
};

struct SamplerOptions {
  Micros interval = kMicrosPerSecond;
  // Instant k is k / rate, rounded once, where a rate is given: 3 fps has no whole microsecond
  // interval.
  Rational rate = {0, 1};
  SamplingMode mode = SamplingMode::exact;
  // Resume: the first instant to deliver. The frames are those of an uninterrupted run, byte for
  // byte, if the stream is undamaged.
  std::int64_t first_index = 0;
  std::optional<Micros> until;  // instants before this time only
  // Scaled down to fit, keeping the aspect, when given; never scaled up.
  int max_width = 0;
  int max_height = 0;
  // Pictures as their decoder left them where a Backend can make the very bytes of the image from that, in
  // a third of the time or on a device: 4:2:0 of 8 and 10 bits. All others are images as ever.
  bool as_decoded = false;
  // Pictures waiting in the queue. Four hide the decoder's hiccups; each costs at most width *
  // height * 3 bytes.
  int decode_ahead = 4;
  int threads = 0;  // of the decoder; 0: one per core, at most 16
  Decoding decoding = Decoding::software;
  // When it becomes true, opening throws Error{cancelled} and next() returns nullopt soon, even
  // where an address does not answer; must outlive the sampler.
  const std::atomic<bool>* cancel = nullptr;
  // Decode every packet. Slow; what tests compare with.
  bool decode_everything = false;
};

class FrameSampler {
 public:
  // Opens and probes; throws as probe() does.
  explicit FrameSampler(const std::string& path_or_url, SamplerOptions options = {});
  ~FrameSampler();
  FrameSampler(const FrameSampler&) = delete;
  FrameSampler& operator=(const FrameSampler&) = delete;

  const VideoInfo& info() const;

  // Waits for the next frame, whose size may change where the stream's does; nullopt at the end and
  // when it was told to stop. Throws Error if reading fails for good (a lost connection). Damage within the
  // file does not throw, see Summary; pictures after it may carry its traces up to the next
  // keyframe.
  std::optional<SampledFrame> next();
  // As `cancel`, without one.
  void stop();

  struct Summary {
    std::int64_t packets_read = 0;
    std::int64_t frames_decoded = 0;
    std::int64_t frames_in_hardware = 0;  // of them
    std::int64_t packets_skipped = 0;     // read, but proven unnecessary
    std::int64_t seeks = 0;
    std::int64_t errors = 0;  // packets that the demuxer or decoder refused
    std::int64_t timestamps_repaired = 0;
    std::int64_t instants_missing = 0;  // keyframes mode: instants that had no keyframe near
    std::vector<TimeRange> damaged;     // pictures in these ranges are missing or concealed
    Micros end = 0;            // when the last frame leaves the screen; 0 if not read so far
    bool reached_end = false;  // the file was read to its end (or to `until`)
    bool truncated = false;    // the file ends well before its own duration says
  };
  // Complete once next() has returned nullopt; before that, what is known so far.
  Summary summary() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_FRAME_SAMPLER_H_
