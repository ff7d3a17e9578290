#include "engine/report/edit_clock.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/report/text.h"
#include "kernels/error.h"

namespace longtake::report {

namespace {

constexpr std::array<FrameRate, 9> kStandardRates = {{{24000, 1001},
                                                      {24, 1},
                                                      {25, 1},
                                                      {30000, 1001},
                                                      {30, 1},
                                                      {48, 1},
                                                      {50, 1},
                                                      {60000, 1001},
                                                      {60, 1}}};

double per_second(const FrameRate& rate) {
  return static_cast<double>(rate.numerator) / static_cast<double>(rate.denominator);
}

FrameRate nearest_standard(const FrameRate& rate) {
  return *std::min_element(kStandardRates.begin(), kStandardRates.end(),
                           [&](const FrameRate& a, const FrameRate& b) {
                             return std::abs(per_second(a) - per_second(rate)) <
                                    std::abs(per_second(b) - per_second(rate));
                           });
}

bool is_multiple(const FrameRate& of, const FrameRate& rate) {
  return reduced({of.numerator * rate.denominator, of.denominator * rate.numerator}).denominator ==
         1;
}

// The rate at which an editing program would show the video: such that frames begin together, if
// there is one.
FrameRate standard_for(const FrameRate& rate) {
  const auto* same = std::find(kStandardRates.begin(), kStandardRates.end(), rate);
  if (same != kStandardRates.end()) return *same;
  for (const FrameRate& standard : kStandardRates) {
    if (is_multiple(standard, rate))
      return standard;  // every frame is one, two, ... of the standard's
  }
  for (auto standard = kStandardRates.rbegin(); standard != kStandardRates.rend(); ++standard) {
    if (is_multiple(rate, *standard)) return *standard;
  }
  return nearest_standard(rate);
}

FrameRate choose_rate(const VideoFacts& video, const ExportOptions& options, bool two_digit_frames,
                      std::vector<std::string>& notes) {
  if (options.frame_rate) {
    if (!is_usable(*options.frame_rate)) {
      throw Error(ErrorCode::bad_argument, "This frame rate cannot be",
                  "Between one frame an hour and a thousand a second, as 25 or 30000/1001.");
    }
    const FrameRate rate = reduced(*options.frame_rate);
    if (two_digit_frames && !counts_seconds(rate)) {
      const FrameRate standard = standard_for(rate);
      notes.push_back("Timecodes cannot count " + format_rate(rate) +
                      " frames a second, as asked; they count " + format_rate(standard) + ".");
      return standard;
    }
    if (two_digit_frames && timecode_base(rate) > 100) {
      throw Error(ErrorCode::bad_argument,
                  "A timecode cannot count " + format_rate(rate) + " frames a second",
                  "Choose a rate of at most 100.");
    }
    if (video.rate && !(rate == reduced(*video.rate))) {
      notes.push_back("Frames are counted at " + format_rate(rate) +
                      " a second, as asked; the video has " + format_rate(*video.rate) + ".");
    }
    return rate;
  }
  if (!video.rate) {
    notes.push_back("The video's frame rate is not known; frames are counted at 25 a second.");
    return {25, 1};
  }
  FrameRate rate = reduced(*video.rate);
  if (video.variable_rate) {
    // The finest distance between two frames may be a millisecond: nothing that an editor counts
    // in.
    if (per_second(rate) > 60.5) rate = nearest_standard(video.average_rate.value_or(rate));
    if (two_digit_frames) rate = standard_for(rate);
    notes.push_back(
        "The video has a variable frame rate; frames are counted at " + format_rate(rate) +
        " a second, so that frame numbers are positions in time, not counts of pictures.");
    return rate;
  }
  if (two_digit_frames) {
    const FrameRate standard = standard_for(rate);
    if (!(standard == rate)) {
      notes.push_back("The video has " + format_rate(rate) +
                      " frames a second, which editing programs "
                      "do not count in; timecodes count " +
                      format_rate(standard) + ".");
    }
    return standard;
  }
  return rate;
}

// What a start timecode is counted at: the frames of some rates have no timecode that keeps pace with
// the clock.
FrameRate timecode_rate(const FrameRate& rate) {
  return counts_seconds(rate) ? rate : standard_for(rate);
}

}  // namespace

FrameRange EditClock::frames(const TimeRange& time) const {
  FrameRange range = frames_of(time, rate);
  if (frame_count > 0) {
    range.begin = std::min(range.begin, frame_count - 1);
    range.end = std::clamp(range.end, range.begin + 1, frame_count);
  }
  return range;
}

std::int64_t timecode_limit(const EditClock& clock) {
  // Of every hour's 60 minutes, 54 leave numbers out in drop-frame.
  const std::int64_t base = timecode_base(clock.rate);
  const std::int64_t per_hour = clock.drop ? base * 3600 - 54 * (base / 15) : base * 3600;
  return 100 * per_hour - clock.first;
}

EditClock edit_clock(const VideoFacts& video, const ExportOptions& options, bool two_digit_frames,
                     std::string_view default_start, std::vector<std::string>& notes) {
  EditClock clock;
  clock.rate = choose_rate(video, options, two_digit_frames, notes);
  if (video.duration > 0)
    clock.frame_count = std::max<std::int64_t>(1, first_frame_from(video.duration, clock.rate));
  const FrameRate counted = timecode_rate(clock.rate);
  const auto start_at = [&](const Timecode& start) {
    clock.first = counted == clock.rate ? start.frame
                                        : frame_at(time_of_frame(start.frame, counted), clock.rate);
    clock.drop = start.drop;
  };
  if (options.start_timecode) {
    const auto start = parse_timecode(*options.start_timecode, counted);
    if (!start) {
      throw Error(
          ErrorCode::bad_argument,
          "\"" + clean(*options.start_timecode) + "\" is no timecode at " + format_rate(counted) +
              " frames a second",
          "Write HH:MM:SS:FF; a \";\" before the frames makes it drop-frame, which 29.97 and "
          "59.94 know.");
    }
    start_at(*start);
    return clock;
  }
  if (!default_start.empty()) {
    clock.first = parse_timecode(default_start, clock.rate).value_or(Timecode{}).frame;
    return clock;
  }
  if (!video.start_timecode.empty()) {
    if (const auto start = parse_timecode(video.start_timecode, counted)) {
      start_at(*start);
    } else {
      notes.push_back("The file's start timecode " + video.start_timecode + " does not exist at " +
                      format_rate(counted) + " frames a second; 00:00:00:00 is used instead.");
    }
  }
  return clock;
}

}  // namespace longtake::report
