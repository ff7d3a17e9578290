// Declares stateWords() and its kin: the state of a video in words, from what was measured and
// nothing else.
//
// Thread rule: GUI thread. Lifetime rule: pure functions.
#ifndef LONGTAKE_UI_LIBRARY_STATE_WORDS_H_
#define LONGTAKE_UI_LIBRARY_STATE_WORDS_H_

#include <QString>

#include "ui/base/shelf.h"
#include "ui/library/watch_queue.h"

namespace longtake::ui {

// What a colour may underline.
enum class Tone { quiet, active, warning, bad };

struct StateWords {
  QString words;  // "watching 37.4 %, 3.1x real time, 12 min left"
  Tone tone = Tone::quiet;
};

// Its name, or "Video 3" where the library cannot tell it any more.
QString nameOf(const ShelfVideo& video);

// What of a file could not be read while it was watched: "could not be read between 0:12.0 and
// 0:15.0"; empty if all could.
QString damageWords(const media::FrameSampler::Summary& read);

// damage: as above, of the last watch. item: its place in the queue; nullptr = not in it. ahead: how many are to be watched before it.
StateWords stateWords(const Shelf& shelf, const ShelfVideo& video, const WatchQueue::Item* item,
                      int ahead, qint64 quota, const QString& damage);

// "37.4 %", or the time itself where the whole is not known.
QString seenText(Micros seen, Micros duration);

// How much of it has been watched, 0 to 1; 0 if that is not known.
double seenShare(const Shelf& shelf, const ShelfVideo& video, const WatchQueue::Item* item);

// Everything about a video, for its tooltip: one line each, plain text.
QString videoFacts(const ShelfVideo& video, const StateWords& state, const WatchQueue::Item* item,
                   const QString& damage);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_STATE_WORDS_H_
