// Declares how the desktop shows what the engine says: in the user's language. The engine is free
// of Qt and speaks English; here its sentences are recognised and said again. Whatever of the
// engine's messages, hints and notes is shown goes through engineText().
//
// Thread rule: any thread. Lifetime rule: pure functions.
#ifndef LONGTAKE_UI_BASE_ENGINE_WORDS_H_
#define LONGTAKE_UI_BASE_ENGINE_WORDS_H_

#include <QString>
#include <string>

namespace longtake::ui {

// A sentence that is not known comes back as it is.
QString engineText(const std::string& english);

// A message and its hint (or "") as one paragraph: messages end with a full stop or without.
QString withHint(const QString& message, const QString& hint);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_ENGINE_WORDS_H_
