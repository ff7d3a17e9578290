// Declares how questions and answers are put into the journal's columns: citations as rows, the rest as JSON
// that reports (report_gathering.h) and whoever shows an answer read again.
//
// Thread rule: pure functions. Lifetime rule: values.
#ifndef LONGTAKE_ENGINE_SESSION_ANSWER_RECORDS_H_
#define LONGTAKE_ENGINE_SESSION_ANSWER_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/session/answer.h"
#include "engine/session/commands.h"
#include "engine/session/events.h"
#include "engine/store/records.h"

namespace longtake::session {

std::string timing_json(const AnswerTiming& timing);
std::string coverage_json(const std::vector<SeenRange>& coverage);
std::string scope_json(const std::vector<QuestionScope>& scopes);
// videos: of the answer's sources, in their order.
std::vector<store::Citation> to_citations(const std::vector<CitedRange>& ranges,
                                          const std::vector<std::int64_t>& videos);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_ANSWER_RECORDS_H_
