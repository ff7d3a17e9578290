// Declares what changes markers: each of these can be undone. Everyone who makes, moves or removes
// a marker goes through here.
//
// Markers are named by their id in Workspace::markers(). Thread rule: GUI thread. Lifetime rule:
// functions.
#ifndef LONGTAKE_UI_MARKERS_MARKER_COMMANDS_H_
#define LONGTAKE_UI_MARKERS_MARKER_COMMANDS_H_

#include <QList>

#include "ui/base/context.h"

namespace longtake::ui {

// In the open video, which is the marker's own if it names one; its id is not looked at. Without a
// colour it gets the one used last. Returns its id in Workspace::markers() for now, which is below 0 until it is
// saved; 0: no video is open.
qint64 addMarker(Context& context, store::Marker marker);
// `before` says which marker, and what undo brings back; one that does not exist any more is left
// alone.
void changeMarker(Context& context, const store::Marker& before, const store::Marker& after);
// As one step.
void removeMarkers(Context& context, const QList<qint64>& ids);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_MARKERS_MARKER_COMMANDS_H_
