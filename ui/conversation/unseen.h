// Declares Unseen: why a video cannot be asked about yet, which is what can be done about it.
//
// Thread rule: GUI thread. Lifetime rule: a pure function.
#ifndef LONGTAKE_UI_CONVERSATION_UNSEEN_H_
#define LONGTAKE_UI_CONVERSATION_UNSEEN_H_

#include "ui/base/context.h"

namespace longtake::ui {

enum class Unseen {
  awaited,    // it is being watched, or waits for its turn
  unwatched,  // nobody watches it, or it has been paused
  byAnother,  // as before, and what was seen is of another model or kept in another quality
};

// Of a video that has no memory that answers, or an empty one.
Unseen unseenOf(const Context& context, qint64 video);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_UNSEEN_H_
