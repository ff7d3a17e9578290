// Declares Strip: the picture of a video's timeline in reports for people, as fractions of its
// length. HTML and PDF draw the same one.
//
// Thread rule: plain values. Lifetime rule: owns everything.
#ifndef LONGTAKE_ENGINE_REPORT_STRIP_H_
#define LONGTAKE_ENGINE_REPORT_STRIP_H_

#include <string>
#include <vector>

#include "engine/report/report.h"
#include "engine/report/timeline.h"
#include "engine/report/wording.h"

namespace longtake::report {

struct StripSpan {
  double begin = 0;  // 0 to 1
  double end = 0;
  Colour colour;
  std::size_t lane = 0;
  std::string title;   // for a tooltip
  std::string anchor;  // of the citation in the report: "q1-2"; empty for a marker
};

struct StripTick {
  double at = 0;
  std::string text;
};

// What a colour in the strip means; of those that are in it.
struct StripKey {
  Colour colour;
  std::string words;
};

struct Strip {
  std::vector<StripSpan> seen;
  std::vector<StripSpan> citations;  // each on the lowest lane where it overlaps none
  std::size_t citation_lanes = 0;    // at most 4; what is more crowded overlaps in the last
  std::vector<StripSpan> markers;
  std::vector<StripKey> keys;    // of the citations
  std::vector<StripTick> ticks;  // evenly spaced, from 0:00 on

  bool empty() const { return ticks.empty(); }
};

// Empty if the video's length is not known.
Strip make_strip(const Report& report, const Wording& words);

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_STRIP_H_
