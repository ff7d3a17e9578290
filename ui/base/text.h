// Declares how times, sizes and the like are written for people, and how a typed time is read.
//
// Thread rule: any thread. Lifetime rule: pure functions.
#ifndef LONGTAKE_UI_BASE_TEXT_H_
#define LONGTAKE_UI_BASE_TEXT_H_

#include <QString>
#include <optional>

#include "engine/engine.h"

namespace longtake::ui {

// "1:02:03" or, from `decimals` 1 to 3, "1:02:03.4"; hours appear when the time or `whole` (the
// video's length) has them.
QString timeText(Micros time, int decimals = 0, Micros whole = 0);
QString rangeText(TimeRange range, Micros whole = 0);  // "0:12.4 – 0:15.0"
QString durationWords(Micros duration);                // "45 s", "12 min", "3 h 20 min"
QString sizeText(qint64 bytes);                        // "1.2 GB", in the user's number format
QString speedText(double timesRealTime);               // "3.1×"

// Frames per second of a video with a constant rate, from its info; empty where it varies or is
// unknown.
std::optional<double> constantRate(const store::Video& video);

// Reads what people type: "90", "1:30", "00:01:30.250", "00:01:30:12" and "f2700" (the last two
// need the rate).
std::optional<Micros> parseTime(const QString& text, std::optional<double> framesPerSecond);

// For a tooltip with words of a file or of a person, which Qt would otherwise take for HTML as soon
// as there is a tag in them.
QString plainTip(const QString& words);

inline QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_TEXT_H_
