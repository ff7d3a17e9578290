// Declares the words in which a conversation says what an answer rests on, and the text that a copy
// of it is.
//
// Thread rule: GUI thread (translations). Lifetime rule: pure functions.
#ifndef LONGTAKE_UI_CONVERSATION_WORDING_H_
#define LONGTAKE_UI_CONVERSATION_WORDING_H_

#include <QString>

#include "ui/conversation/seen_videos.h"
#include "ui/conversation/turn.h"

namespace longtake::ui {

// "Recalling", "Checking the citations".
QString phaseWords(session::Phase phase);
// "0.3 s", "12 s", "2 min".
QString elapsedWords(qint64 milliseconds);

// How well what was seen supports an answer, judged by the two floors that the engine is calibrated
// with.
enum class Support {
  unknown,  // not judged: not complete
  none,     // below the floor: not found
  weak,     // found, but no cited moment alone was enough
  some,     // found; its citations were not checked
  strong,   // found, and at least one cited moment alone was enough
};
Support supportOf(const AnswerItem& item);
QString supportWords(Support support);           // "Strong support"; empty for unknown
QString supportDetails(const AnswerItem& item);  // the number and what it means, for a tooltip

// What a citation's share of the evidence is called: "main evidence", "part of the evidence".
QString evidenceWords(double share);
QString verdictWords(const store::Citation& citation, const AnswerItem& item);
QString userVerdictWords(store::Verdict verdict);  // "Accepted", "Rejected"; empty for none

// "Whole video", "Up to 0:42", "0:10.0 – 0:20.0", "3 videos"; of a question that was asked. One
// video that is not the open one is named: "beach.mp4", "beach.mp4 · Up to 0:42".
QString scopeWords(const std::vector<QuestionScope>& scopes, const SeenVideos& videos, qint64 open);
// "From 0:00 to 42:10 seen so far"; empty where all that was asked about had been seen.
QString coverageWords(const Turn& turn, const store::Answer& answer, const SeenVideos& videos);
// So much more has been seen since that asking again makes sense: a tenth of what was asked about,
// or a minute.
bool isOutdated(const Turn& turn, const store::Answer& answer, const SeenVideos& videos);

// "nano · 1.2 s", and all the measured times for a tooltip.
QString provenanceWords(const store::Answer& answer);
QString timingDetails(const store::Answer& answer);
// "Today, 21:04", "3 May 2026".
QString dayWords(qint64 secondsUtc);

// Question, answer and citations with their times, as Markdown.
QString answerAsMarkdown(const Turn& turn, const AnswerItem& item, const SeenVideos& videos);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_WORDING_H_
