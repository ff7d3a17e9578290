// Declares TimelineData: everything that the lanes show, ready to be painted; and the names of the
// lanes.
//
// Thread rule: GUI thread. Lifetime rule: plain values; TimelineSource keeps them up to date.
#ifndef LONGTAKE_UI_TIMELINE_TIMELINE_DATA_H_
#define LONGTAKE_UI_TIMELINE_TIMELINE_DATA_H_

#include <QList>
#include <optional>
#include <vector>

#include "engine/engine.h"
#include "ui/timeline/item_track.h"
#include "ui/timeline/max_tree.h"
#include "ui/timeline/step_function.h"

namespace longtake::ui {

// From top to bottom.
enum class LaneId { ruler, film, cuts, wave, coverage, evidence, citations, markers };
constexpr int kLanes = 8;

// Several lanes, one bit each.
using LaneSet = unsigned;
constexpr LaneSet bit(LaneId lane) {
  return 1U << static_cast<int>(lane);
}
constexpr LaneSet kAllLanes = (1U << kLanes) - 1;

// A citation's kind in the track: the verdict that is shown, and what the analyst says of it.
constexpr int kCitationKinds = 9;
constexpr int citationKind(store::Verdict verdict, store::Verdict user) {
  return 3 * static_cast<int>(verdict) + static_cast<int>(user);
}

// What one memory has seen.
struct Seen {
  qint64 memory = 0;
  std::vector<TimeRange> ranges;  // ascending
  double framesPerSecond = 0;     // looked at; 0 = not known yet
  bool keyframes = false;         // only these were looked at
};

struct TimelineData {
  Micros duration = 0;          // 0 = nothing to show
  double aspect = 16.0 / 9.0;   // of the pictures
  bool hasPictures = false;     // there is a file to take them from
  std::vector<Micros> cuts;     // ascending
  MaxTree<std::uint8_t> peaks;  // of the sound, each for peakInterval
  Micros peakInterval = 0;
  std::vector<Seen> seen;
  StepFunction coverage;           // how densely it was looked at, 0 to 1 by coverageShade()
  StepFunction skimmed;            // 1 where only keyframes were looked at
  std::optional<Micros> watching;  // until here, and going on
  StepFunction evidence;           // of the answer that is looked at; 1 = its strongest
  ItemTrack citations;             // kinds by citationKind(); index into citationList
  QList<store::Citation> citationList;
  bool found = true;  // the answer that they are cited by was found
  ItemTrack markers;  // one kind; index into markerList
  QList<store::Marker> markerList;
};

// How dark a stretch is shown: grows with the frames looked at per second, full at two.
float coverageShade(double framesPerSecond);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_TIMELINE_DATA_H_
