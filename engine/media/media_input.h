// Declares MediaInput, private to this room: an opened file or URL, its video stream's packets in
// decoding order, and the clock that every time of this room is read from.
//
// The clock: time 0 is the timestamp of the first frame that the decoder presents. How timestamps
// are trusted depends on the container:
//   trusted     (mp4, mkv, ...) timestamps are used as they are;
//   continuous  (MPEG-TS and PS, whose clocks may start again) a step back of more than a second, in
//               decoding order, is closed up: the packet is taken to follow its predecessor. So is
//               a step forward of more than ten seconds after such a step, or beyond the file's
//               stated end; others are gaps in the recording. Must be read from the beginning;
//   counted     (raw elementary streams) there are none: frame n is at n / nominal rate.
//
// Thread rule: one thread, except that the stop flags may be set by any.
// Lifetime rule: owns the demuxer; the flags must outlive it.
#ifndef LONGTAKE_ENGINE_MEDIA_MEDIA_INPUT_H_
#define LONGTAKE_ENGINE_MEDIA_MEDIA_INPUT_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "engine/media/av_handles.h"
#include "engine/media/clock_repair.h"
#include "engine/media/video_file.h"

namespace longtake::media {

// Sizes beyond these are refused before anything is allocated for them: no camera makes such
// pictures, damaged headers do.
constexpr int kMaxSide = 16384;
constexpr std::int64_t kMaxPixels = std::int64_t{1} << 27;
std::int64_t max_pixels();  // kMaxPixels, unless a test has lowered it
// Test hook: set it only while no video is open.
void set_max_pixels_for_tests(std::int64_t pixels);

// No video is longer; what a file says beyond is a damaged number. A duration is then unknown, and
// times are cut here, so that sums of them cannot overflow.
constexpr Micros kLongestVideo = 366LL * 24 * 3600 * kMicrosPerSecond;
constexpr Micros bounded_time(Micros time) {
  return std::clamp(time, -kLongestVideo, kLongestVideo);
}

enum class TimelineKind : std::uint8_t { trusted, continuous, counted };

class FrameDecoder;

class MediaInput {
 public:
  // Opens, finds the video stream and decodes its first picture; throws Error as probe() does.
  // Either flag, when set, ends opening and reading; both may be null.
  MediaInput(const std::string& path_or_url, const std::atomic<bool>* stop,
             const std::atomic<bool>* cancel = nullptr);
  MediaInput(const MediaInput&) = delete;
  MediaInput& operator=(const MediaInput&) = delete;

  const VideoInfo& info() const { return info_; }
  TimelineKind timeline() const { return timeline_; }
  const AVCodecParameters& parameters() const { return *stream_->codecpar; }
  AVRational time_base() const { return stream_->time_base; }
  // Shows a new decoder of this stream what it has to know before it may begin anywhere.
  void prime(FrameDecoder& decoder) const;
  AVRational sample_aspect(AVFrame* frame) const;
  // How long a frame stays when nothing says so: the period of the average or nominal rate.
  Micros frame_period() const { return frame_period_; }

  // Where the video stream itself is said to end, on our clock; 0 if only the whole file's length
  // or nothing is known.
  Micros stated_end() const { return stated_end_; }
  bool stopped() const { return is_set(stop_) || is_set(cancel_); }

  // The next packet of the video stream, its timestamps repaired; false at the end (or when
  // stopped). Broken spots are stepped over and counted; throws io_error for a lost connection
  // only.
  bool read(AVPacket& packet);
  std::int64_t read_errors() const { return read_errors_; }
  std::int64_t timestamps_repaired() const { return timestamps_repaired_; }

  // The clock for a timestamp in stream units.
  Micros time_of(std::int64_t timestamp) const;
  // A frame's or packet's duration in stream units, 0 if unknown.
  Micros duration_of(std::int64_t units) const;

  // True where seek() may be used: an index, trusted timestamps, a seekable source.
  bool can_seek() const { return info_.fast_seek; }
  // True if the index knows a keyframe at or before `time` that comes after the decoding timestamp
  // `dts`, so that a seek would jump over something.
  bool index_leads_past(std::int64_t dts, Micros time) const;
  // Goes to the last keyframe whose decoding timestamp is at or before `time`; false: position
  // unknown, rewind or reopen.
  bool seek(Micros time);
  bool rewind() { return seek_units(INT64_MIN); }

 private:
  void open(const std::string& path_or_url);
  void choose_stream();
  void find_first_picture();
  void describe(const AVFrame& first);
  bool seek_units(std::int64_t timestamp);
  int read_raw(AVPacket& packet);
  void repair(AVPacket& packet);
  static int interrupted(void* self);
  static bool is_set(const std::atomic<bool>* flag) {
    return flag != nullptr && flag->load(std::memory_order_relaxed);
  }

  const std::atomic<bool>* const stop_;
  const std::atomic<bool>* const cancel_;
  VideoInfo info_;
  bool is_url_ = false;
  std::int64_t deadline_us_ = 0;  // monotonic; 0: none. Before format_: closing may ask for it
  FormatContextPtr format_;
  AVStream* stream_ = nullptr;  // owned by format_
  TimelineKind timeline_ = TimelineKind::trusted;
  std::int64_t first_timestamp_ = 0;
  bool index_loaded_ = true;
  Micros frame_period_ = 0;
  Micros stated_end_ = 0;
  PacketPtr primer_;              // the first packet, where FrameDecoder::primer_needed()
  std::deque<PacketPtr> replay_;  // read while looking for the first picture, handed out again
  ClockRepair repair_;            // of continuous timelines
  int consecutive_errors_ = 0;
  std::int64_t read_errors_ = 0;
  std::int64_t timestamps_repaired_ = 0;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_MEDIA_INPUT_H_
