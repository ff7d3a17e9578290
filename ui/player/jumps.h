// Declares where the keys "previous" and "next" go: markers, citations of the answer that is looked
// at, and cuts.
//
// Thread rule: GUI thread. Lifetime rule: plain values.
#ifndef LONGTAKE_UI_PLAYER_JUMPS_H_
#define LONGTAKE_UI_PLAYER_JUMPS_H_

#include <QList>
#include <QString>
#include <optional>

#include "ui/base/workspace.h"

namespace longtake::ui {

struct Jump {
  Micros time = 0;
  qint64 citation = 0;  // 0: it is something else
};

// Ascending. Of the citations, those in the open video.
QList<Jump> markJumps(const Workspace& workspace);
QList<Jump> cutJumps(const Workspace& workspace);
// The nearest behind or before the position; one that the playhead stands on already does not
// count.
std::optional<Jump> jumpFrom(const QList<Jump>& jumps, Micros position, bool forward);

// The citation that is selected, if it is in the open video.
std::optional<store::Citation> selectedCitation(const Workspace& workspace);

// "gate 00-01-02.345": a name for a file about a moment of the open video.
QString momentName(const store::Video& video, Micros time);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_JUMPS_H_
