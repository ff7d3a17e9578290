// Declares VideoInfo, what is known of a video without watching it, and probe().
//
// probe() decodes up to the first picture, so a VideoInfo describes a video that really plays. What
// cannot be one ends in an Error whose message says why: no such file, an empty file, not a media
// file, sound without picture, encrypted, a codec this build lacks, cut off before its index, no
// decodable picture.
//
// Thread rule: probe() may run in any thread. Lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_MEDIA_VIDEO_FILE_H_
#define LONGTAKE_ENGINE_MEDIA_VIDEO_FILE_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace longtake::media {

struct Rational {
  int num = 0;
  int den = 1;

  double value() const { return den == 0 ? 0.0 : static_cast<double>(num) / den; }
  bool known() const { return num > 0 && den > 0; }
  bool operator==(const Rational&) const = default;
};

struct VideoInfo {
  std::string path;          // as given
  std::string container;     // FFmpeg's name, e.g. "mov,mp4,m4a,3gp,3g2,mj2"
  std::string codec;         // e.g. "h264"
  std::string pixel_format;  // e.g. "yuv420p10le"
  int width = 0;             // as displayed: after rotation and sample aspect ratio
  int height = 0;
  int coded_width = 0;  // as stored (after the codec's own cropping)
  int coded_height = 0;
  int rotation_degrees = 0;  // 0, 90, 180 or 270: clockwise, to be applied to the stored picture
  bool mirrored = false;     // flipped left-right, before the rotation
  double sample_aspect = 1.0;
  Rational nominal_rate;  // the smallest frame distance that fits all timestamps, as a rate
  Rational average_rate;
  bool variable_frame_rate_suspected = false;
  int bit_depth = 8;
  std::string colour_matrix;        // what the conversion to RGB uses: "bt709", "smpte170m", ...
  std::string colour_range;         // "tv" or "pc"
  bool high_dynamic_range = false;  // PQ or HLG transfer: shown without tone mapping
  // From the first presented frame to the end; 0: unknown. The end of the sound where it lasts
  // longer and the container does not state the picture's own (Matroska, MPEG-TS).
  Micros duration = 0;
  bool duration_estimated = false;  // from the bit rate or not known: may be far off
  Micros start_offset = 0;          // the container's clock at the first presented frame
  // The container's own start time, which may be an audio packet's. Players subtract this one:
  // player time = time + start_offset - container_start.
  Micros container_start = 0;
  std::int64_t size_bytes = 0;  // 0 for what has no size, such as a live stream
  bool has_audio = false;
  bool fast_seek = false;  // an index leads to any keyframe; else a resume reads from the beginning
};

// `cancel`, when it becomes true, ends the wait for an address that does not answer:
// Error{cancelled}.
VideoInfo probe(const std::string& path_or_url, const std::atomic<bool>* cancel = nullptr);

// "http://...", "rtsp://...": anything that is not a file of this machine.
bool is_url(std::string_view path_or_url);

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_VIDEO_FILE_H_
