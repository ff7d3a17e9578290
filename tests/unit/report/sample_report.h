// Declares the reports that the exporters' tests write: one as an analyst would have it, one of
// hostile text, one of many entries.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_
#define LONGTAKE_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_

#include <string>
#include <vector>

#include "engine/report/report.h"

namespace longtake::report {

// gate.mp4: ten minutes at 29.97 drop-frame from 01:00:00;00. Three questions in two conversations:
// one found with four citations (one rejected, one accepted, two overlapping, one of them of a
// second video), one not found, one stopped. Markers: a point, two ranges that overlap, one in
// Hebrew.
Report sample_report();

// Every text is one of these, in turn: markup, control characters, broken UTF-8, "-->", formulas,
// other scripts, nothing, and 5000 characters; the path too. Ranges that end before they begin, lie
// outside the video, and overlap; scores that are no numbers; references to videos that are not
// there.
Report hostile_report();
std::vector<std::string> hostile_texts();

// An hour at 25 frames a second with `count` markers of a second each, one every two seconds.
Report long_report(int count);

// One video and nothing else.
Report empty_report();

const std::vector<Format>& all_formats();

// The first part, written with the default options for the format.
std::string write(const Report& report, Format format);

}  // namespace longtake::report

#endif  // LONGTAKE_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_
