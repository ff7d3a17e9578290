// Declares enginePatterns(): every sentence that the engine can say to a user of the desktop, with
// places for what differs. engine_words.h translates by them; tests/unit/house checks that none is
// missing.
//
// Thread rule: any thread. Lifetime rule: constants.
#ifndef LONGTAKE_UI_BASE_ENGINE_PATTERNS_H_
#define LONGTAKE_UI_BASE_ENGINE_PATTERNS_H_

#include <span>

namespace longtake::ui {

struct EnginePattern {
  // As the engine says it, "%1 is not in the library": places count up from %1.
  const char* engine;
  // The place that is one of these sentences itself, as the reason in "%1: cannot open: %2"; 0 =
  // none. The others are names and numbers, and shown as they are whatever they look like.
  int sentence = 0;
  // What the desktop says in its place where the engine's words are about the command line, with
  // the same places; nullptr = the same.
  const char* desktop = nullptr;
};

std::span<const EnginePattern> enginePatterns();

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_ENGINE_PATTERNS_H_
