// Declares ask(), which puts into a journal what asking leaves there, without an engine.
//
// Thread rule: as Journal. Lifetime rule: values.
#ifndef LONGTAKE_TESTS_SUPPORT_JOURNAL_ROWS_H_
#define LONGTAKE_TESTS_SUPPORT_JOURNAL_ROWS_H_

#include <cstdint>
#include <span>

#include "engine/store/journal.h"

namespace longtake::tests {

// As Journal::ask(); and nano has begun to write the answer, from the question's memories.
inline store::Asked ask(store::Journal& journal, const store::Question& question,
                        std::span<const std::int64_t> videos) {
  const store::Asked asked = journal.ask(question, videos);
  journal.start_answer(asked.answer, "nano", question.memory_ids);
  return asked;
}

}  // namespace longtake::tests

#endif  // LONGTAKE_TESTS_SUPPORT_JOURNAL_ROWS_H_
