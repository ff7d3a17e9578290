// Declares EditClock: how a video's frames are counted in formats of editing programs.
//
// Thread rule: plain value. Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_REPORT_EDIT_CLOCK_H_
#define LONGTAKE_ENGINE_REPORT_EDIT_CLOCK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/report/report.h"
#include "engine/report/timecode.h"

namespace longtake::report {

struct EditClock {
  FrameRate rate;
  bool drop = false;
  std::int64_t first = 0;        // the timecode of the video's first frame, in frames
  std::int64_t frame_count = 0;  // of the video; 0: unknown

  // Frame numbers here count from the video's first frame. At least one frame, within the video.
  FrameRange frames(const TimeRange& time) const;
  std::string timecode(std::int64_t frame) const {
    return format_timecode(first + frame, rate, drop);
  }
};

// The frame of the video from which on "HH:MM:SS:FF" has no room for the hours.
std::int64_t timecode_limit(const EditClock& clock);

// Rate: the option's; else the video's own; else, where it varies beyond any editing rate, the
// standard one nearest to its average. `two_digit_frames`: one that timecodes can count in any case,
// if possible one whose frames begin with the video's. Start: the option's, else the video's own, else
// `default_start`. What was decided and is not plain from the video goes to `notes`. Throws
// Error{bad_argument} for an option that cannot be.
EditClock edit_clock(const VideoFacts& video, const ExportOptions& options, bool two_digit_frames,
                     std::string_view default_start, std::vector<std::string>& notes);

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_EDIT_CLOCK_H_
