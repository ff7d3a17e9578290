// Declares the words in which reports for people say what an answer rests on. Every format says it
// alike.
//
// Thread rule: pure functions. Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_REPORT_WORDING_H_
#define LONGTAKE_ENGINE_REPORT_WORDING_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/report/report.h"

namespace longtake::report {

// "confirmed", "not confirmed"; empty: nobody has looked.
std::string verdict_word(store::Verdict verdict);
// "accepted", "rejected"; empty: the analyst has not said.
std::string user_verdict_word(store::Verdict verdict);
// The two and the score, as one clause: "82 % of the evidence, confirmed, accepted".
std::string citation_words(const Citation& citation);

// What the heading over an answer's citations is: "Evidence" or "Nearest moments, not confirmed".
std::string citations_heading(const Answer& answer);
// Whether the text is an answer: not one that was finished and found nothing to rest on.
bool is_answered(const Answer& answer);
// The text; of one that found nothing, marked as what the model would say.
std::string answer_words(const Answer& answer);
// Empty for a found answer; else why it is to be read with care: "Not found in what was seen.",
// "Stopped before it was complete."
std::string answer_caution(const Answer& answer);
// "from all of the video", "from 0:00.0 – 42:10.0, 70 % of the video".
std::string coverage_words(const Report& report, const Answer& answer);
// "2 pictures a second", "one picture every 5 s"; empty: unknown.
std::string sampling_words(const Answer& answer);
// All of it: "nano, 20 November 2026, 15:00 UTC, from all of the video at 2 pictures a second".
std::string provenance_words(const Report& report, const Answer& answer);
// "about 1:00.0 – 2:00.0 only"; empty: about everything.
std::string scope_words(const Report& report, const Question& question);

// What identifies a video, as label and value: "File", "Fingerprint", "Length", "Picture", "Size".
std::vector<std::pair<std::string, std::string>> video_facts(const VideoFacts& video);
// What the columns of a report say: the share, the second look, the analyst's verdict.
std::string reading_help();
// "Written by Longtake 0.1.0 on 20 November 2026, 15:00 UTC."
std::string written_by(const Report& report);

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_WORDING_H_
