// Declares what is made of a citation's check, in one way for cards and timeline.
//
// Thread rule: any thread. Lifetime rule: pure functions.
#ifndef LONGTAKE_UI_BASE_VERDICT_H_
#define LONGTAKE_UI_BASE_VERDICT_H_

#include "engine/engine.h"

namespace longtake::ui {

// Below this share of the evidence, the answer hardly rests on a citation.
constexpr double kPartOfTheEvidence = 0.2;

// The verdict as it is shown. The check asks for the answer in the cited range alone: that it holds
// there says little (none) where the answer hardly rests on that range; and there is nothing to
// confirm where nothing was found.
inline store::Verdict shownVerdict(const store::Citation& citation, bool found) {
  if (!found) return store::Verdict::not_confirmed;
  const bool little = citation.score < kPartOfTheEvidence;
  return citation.verdict == store::Verdict::confirmed && little ? store::Verdict::none
                                                                 : citation.verdict;
}

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_VERDICT_H_
