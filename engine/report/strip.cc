#include "engine/report/strip.h"

#include <algorithm>
#include <array>

#include "engine/report/text.h"

namespace longtake::report {

namespace {

constexpr std::size_t kMaxLanes = 4;
constexpr Micros kMaxTicks = 8;
constexpr double kGap = 0.002;  // between two spans of a lane, so that they can be told apart

// Round steps that people read clocks in, in seconds.
constexpr std::array<Micros, 22> kSteps = {
    1,    2,    5,    10,    15,    30,    60,    120,    300,    600,    900,
    1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000, 4320000};

std::string tick_text(Micros time, Micros duration) {
  std::string text = clock_text(time, duration);
  return text.substr(0, text.size() - 2);  // whole seconds
}

std::size_t take_lane(std::vector<double>& lane_ends, const StripSpan& span) {
  for (std::size_t lane = 0; lane < lane_ends.size(); ++lane) {
    if (lane_ends[lane] + kGap <= span.begin) {
      lane_ends[lane] = span.end;
      return lane;
    }
  }
  if (lane_ends.size() == kMaxLanes) {
    lane_ends.back() = std::max(lane_ends.back(), span.end);
    return kMaxLanes - 1;
  }
  lane_ends.push_back(span.end);
  return lane_ends.size() - 1;
}

}  // namespace

Strip make_strip(const Report& report, const Wording& words) {
  Strip strip;
  const VideoFacts& video = report.videos[0];
  if (video.duration <= 0) return strip;
  const auto share = [&](Micros time) {
    return static_cast<double>(time) / static_cast<double>(video.duration);
  };
  for (const TimeRange& seen : video.seen) {
    strip.seen.push_back({share(seen.begin), share(seen.end), {}, 0, {}, {}});
  }
  std::vector<std::string> ignored;
  std::vector<double> lane_ends;
  for (const TimelineItem& item : timeline_items(report, words, ignored)) {
    StripSpan span{share(item.time.begin),
                   share(item.time.end),
                   item.colour,
                   0,
                   clock_text(item.time, video.duration) + "  " + item.label,
                   {}};
    if (item.marker != nullptr) {
      strip.markers.push_back(std::move(span));
      continue;
    }
    span.anchor =
        "q" + std::to_string(item.question_number) + "-" + std::to_string(item.citation_number);
    span.lane = take_lane(lane_ends, span);
    strip.citations.push_back(std::move(span));
  }
  strip.citation_lanes = lane_ends.size();
  const auto add_key = [&](const char* colour, Word word) {
    const std::string hex = to_hex(parse_colour(colour));
    const bool used =
        std::any_of(strip.citations.begin(), strip.citations.end(),
                    [&](const StripSpan& span) { return to_hex(span.colour) == hex; });
    if (used) strip.keys.push_back({parse_colour(colour), words.say(word)});
  };
  add_key("green", Word::evidence_confirmed);
  add_key("orange", Word::evidence_not_confirmed);
  add_key("blue", Word::evidence_not_checked);
  const Micros seconds = std::max<Micros>(1, video.duration / kMicrosPerSecond);
  const Micros step = *std::find_if(kSteps.begin(), std::prev(kSteps.end()), [&](Micros candidate) {
    return seconds / candidate <= kMaxTicks;
  });
  for (Micros at = 0; at <= video.duration; at += step * kMicrosPerSecond) {
    strip.ticks.push_back({share(at), tick_text(at, video.duration)});
  }
  return strip;
}

}  // namespace longtake::report
