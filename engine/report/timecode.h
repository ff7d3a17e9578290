// Declares the arithmetic between times, frames and timecodes, in integers throughout.
//
// Frame n of a video is on screen from n / rate seconds on. A time within 0.6 ms of a frame's begin
// is that begin: times are whole microseconds, and Matroska's whole milliseconds, so that the exact
// fraction is rarely met. Otherwise a range is widened to whole frames: its begin goes back to the
// frame on screen, its end forward to the next frame. That is decided here and nowhere else.
//
// Thread rule and lifetime rule: pure functions, plain values.
#ifndef LONGTAKE_ENGINE_REPORT_TIMECODE_H_
#define LONGTAKE_ENGINE_REPORT_TIMECODE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "engine/report/export_options.h"

namespace longtake::report {

// Between one frame an hour and a thousand a second, with numbers that cannot overflow below.
bool is_usable(const FrameRate& rate);
FrameRate reduced(FrameRate rate);  // by the common divisor; both numbers above zero

// The functions below take usable rates and times of less than a year.
std::int64_t frame_at(Micros time, const FrameRate& rate);  // the frame on screen
std::int64_t first_frame_from(Micros time,
                              const FrameRate& rate);  // the first that begins then or later
Micros time_of_frame(std::int64_t frame, const FrameRate& rate);  // to the nearest microsecond

// [begin, end) in frames.
struct FrameRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  std::int64_t length() const { return end - begin; }
  bool operator==(const FrameRange&) const = default;
};
FrameRange frames_of(const TimeRange& time, const FrameRate& rate);  // at least one frame

// How many frames a timecode counts before it begins the next second: 30 for 30000/1001.
std::int64_t timecode_base(const FrameRate& rate);
// Whether that many frames last a second, or one slowed down as NTSC slows it (1001/1000). 12.5 frames
// a second would count 13 and fall behind the clock by a second in 26.
bool counts_seconds(const FrameRate& rate);
// Drop-frame timecode leaves numbers out (never frames) so as to keep pace with the clock; it is
// defined for 30000/1001 and 60000/1001.
bool has_drop_frame(const FrameRate& rate);

// "HH:MM:SS:FF", with ";" before the frames in drop-frame. Hours go on beyond 24.
std::string format_timecode(std::int64_t frame, const FrameRate& rate, bool drop);

struct Timecode {
  std::int64_t frame = 0;
  bool drop = false;
};
// Empty for what no timecode of this rate is: a wrong form, a frame number that does not exist (as
// 00:01:00;00), ";" at a rate without drop-frame.
std::optional<Timecode> parse_timecode(std::string_view text, const FrameRate& rate);

// "29.97" or "25": at most three decimals, none that say nothing.
std::string format_rate(const FrameRate& rate);

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_TIMECODE_H_
