// Declares how the timeline says in words what it shows: for the preview under the mouse and for
// screen readers.
//
// Thread rule: GUI thread. Lifetime rule: pure functions.
#ifndef LONGTAKE_UI_TIMELINE_DESCRIPTION_H_
#define LONGTAKE_UI_TIMELINE_DESCRIPTION_H_

#include <QString>

#include "ui/timeline/timeline_data.h"

namespace longtake::ui {

// "Citation 3, 0:12.4 – 0:15.0, confirmed, accepted by you"
QString citationText(const TimelineData& data, int index);
// "Marker “gate”, 0:12.4 – 0:15.0"
QString markerText(const TimelineData& data, int index);
// "Seen at 1 fps", "Not seen yet"
QString seenText(const TimelineData& data, Micros time);
QString laneName(LaneId lane);  // empty for the ruler
QString laneHelp(LaneId lane);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_DESCRIPTION_H_
