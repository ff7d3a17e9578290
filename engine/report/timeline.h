// Declares TimelineItem and timeline_items(): what the formats for players and editors are made of,
// and the colours that their readers know.
//
// Thread rule: pure functions. Lifetime rule: items refer to the Report, which must outlive them.
#ifndef LONGTAKE_ENGINE_REPORT_TIMELINE_H_
#define LONGTAKE_ENGINE_REPORT_TIMELINE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/report/report.h"
#include "engine/report/wording.h"

namespace longtake::report {

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};
// "#rgb", "#rrggbb" or a common name; blue for anything else.
Colour parse_colour(std::string_view text);
std::string to_hex(const Colour& colour);  // "#30a46c"

struct NamedColour {
  std::string_view name;
  Colour colour;
};
// The name of the one that looks most like `colour`.
std::string_view nearest_name(const Colour& colour, std::span<const NamedColour> palette);

// A citation of the first video, or a marker.
struct TimelineItem {
  TimeRange time;
  std::string label;  // one line: "Q1.2 When is the red truck at the gate?", or the marker's
  std::string text;   // the answer, or the marker's note; may have several lines
  Colour colour;
  std::size_t question_number = 0;  // from 1; 0: a marker
  std::size_t citation_number = 0;  // from 1, in its question
  // Null in a marker; `marker` is null in a citation.
  const Question* question = nullptr;
  const Answer* answer = nullptr;
  const Citation* citation = nullptr;
  const Marker* marker = nullptr;

  bool is_point() const { return time.empty(); }
};

// In order of time, the longer first of what begins together. Left out, and counted in `notes`:
// what the analyst rejected, the nearest moments of an answer that found nothing unless the analyst
// accepted them, and citations of other videos.
std::vector<TimelineItem> timeline_items(const Report& report, const Wording& words,
                                         std::vector<std::string>& notes);

// The first line of text for a person about a citation: "When ...? – answer (82 %, confirmed)".
std::string describe(const TimelineItem& item, const Wording& words);

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_TIMELINE_H_
