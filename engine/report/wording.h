// Declares Wording: the words in which reports for people say what an answer rests on, in one of the
// languages. Every format says it alike.
//
// Thread rule: const use from any thread. Lifetime rule: plain value.
#ifndef LONGTAKE_ENGINE_REPORT_WORDING_H_
#define LONGTAKE_ENGINE_REPORT_WORDING_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/report/report.h"
#include "engine/report/words.h"

namespace longtake::report {

// Whether the text is an answer: not one that was finished and found nothing to rest on.
bool is_answered(const Answer& answer);

class Wording {
 public:
  explicit Wording(Language language) : language_(language) {}

  Language language() const { return language_; }
  // The word, with what stands for "%1", "%2" ... in it.
  std::string say(Word word, std::initializer_list<std::string_view> parts = {}) const;
  std::string number(std::string_view decimal) const;  // "2.5" as prose has it: "2,5" in German
  std::string day(std::int64_t seconds) const;         // UTC: "20 November 2026, 15:00 UTC"
  std::string bytes(std::int64_t bytes) const;         // "3.2 MB"
  std::string question_number(std::size_t question) const;                        // from 1: "Q1"
  std::string citation_number(std::size_t question, std::size_t citation) const;  // "Q1.2"

  // "confirmed", "not confirmed"; empty: nobody has looked.
  std::string verdict(store::Verdict verdict) const;
  // "accepted", "rejected"; empty: the analyst has not said.
  std::string user_verdict(store::Verdict verdict) const;
  // The two as labels of their own: "Confirmed", or "Not checked"; "Accepted", or empty.
  std::string verdict_badge(store::Verdict verdict) const;
  std::string user_verdict_badge(store::Verdict verdict) const;
  // The two and the score, as one clause: "82 % of the evidence, confirmed, accepted".
  std::string citation(const Citation& citation) const;

  // What the heading over an answer's citations is: "Evidence" or "Nearest moments, not confirmed".
  std::string citations_heading(const Answer& answer) const;
  // The text; of one that found nothing, marked as what the model would say.
  std::string answer(const Answer& answer) const;
  // Empty for a found answer; else why it is to be read with care: "Not found in what was seen.",
  // "Stopped before it was complete."
  std::string caution(const Answer& answer) const;
  // "from all of the video", "from 0:00.0 – 42:10.0 (70 % of the video)".
  std::string coverage(const Report& report, const Answer& answer) const;
  // "2 pictures a second", "one picture every 5 s"; empty: unknown.
  std::string sampling(const Answer& answer) const;
  // All of it: "nano, 20 November 2026, 15:00 UTC, from all of the video, at 2 pictures a second".
  std::string provenance(const Report& report, const Answer& answer) const;
  // "Asked about 1:00.0 – 2:00.0 only."; empty: about everything.
  std::string scope(const Report& report, const Question& question) const;

  // What identifies a video, as label and value: "File", "Fingerprint", "Length", "Picture", "Size".
  std::vector<std::pair<std::string, std::string>> video_facts(const VideoFacts& video) const;
  // "Written by Longtake 0.1.0 on 20 November 2026, 15:00 UTC."
  std::string written_by(const Report& report) const;

 private:
  std::string part_words(const VideoFacts& video, const std::vector<TimeRange>& ranges) const;
  std::string part_words(const Report& report, const std::vector<VideoPart>& parts) const;

  Language language_;
};

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_WORDING_H_
