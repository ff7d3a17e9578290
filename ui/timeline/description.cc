#include "ui/timeline/description.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include "ui/base/text.h"
#include "ui/base/verdict.h"

namespace longtake::ui {

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Timeline)
};

QString timesText(TimeRange time, Micros whole) {
  return time.empty() ? timeText(time.begin, 1, whole) : rangeText(time, whole);
}

}  // namespace

QString citationText(const TimelineData& data, int index) {
  const store::Citation& citation = data.citationList[index];
  QStringList parts{Words::tr("Citation %1").arg(index + 1),
                    timesText(citation.time, data.duration)};
  switch (shownVerdict(citation, data.found)) {
    case store::Verdict::confirmed:
      parts << Words::tr("confirmed");
      break;
    case store::Verdict::not_confirmed:
      parts << Words::tr("not confirmed");
      break;
    case store::Verdict::none:
      parts << (citation.verdict == store::Verdict::confirmed ? Words::tr("weakly confirmed")
                                                              : Words::tr("not checked"));
      break;
  }
  if (citation.user_verdict == store::Verdict::confirmed) parts << Words::tr("accepted by you");
  if (citation.user_verdict == store::Verdict::not_confirmed) parts << Words::tr("rejected by you");
  return parts.join(QStringLiteral(", "));
}

QString markerText(const TimelineData& data, int index) {
  const store::Marker& marker = data.markerList[index];
  const QString times = timesText(marker.time, data.duration);
  if (marker.label.empty()) return Words::tr("Marker, %1").arg(times);
  return Words::tr("Marker “%1”, %2").arg(text(marker.label), times);
}

QString seenText(const TimelineData& data, Micros time) {
  const Seen* densest = nullptr;
  for (const Seen& seen : data.seen) {
    for (const TimeRange& range : seen.ranges) {
      if (!range.contains(time)) continue;
      if (densest == nullptr || seen.framesPerSecond > densest->framesPerSecond) densest = &seen;
    }
  }
  if (densest == nullptr) return Words::tr("Not seen yet");
  if (densest->framesPerSecond <= 0) return Words::tr("Seen");
  const QString rate =
      densest->framesPerSecond >= 0.95
          ? Words::tr("Seen at %1 fps").arg(QLocale().toString(densest->framesPerSecond, 'g', 3))
          : Words::tr("Seen, a frame every %1 s")
                .arg(QLocale().toString(1 / densest->framesPerSecond, 'g', 3));
  return densest->keyframes ? Words::tr("%1, keyframes only").arg(rate) : rate;
}

QString laneName(LaneId lane) {
  switch (lane) {
    case LaneId::ruler:
    case LaneId::cuts:
      return {};
    case LaneId::film:
      return Words::tr("Pictures");
    case LaneId::wave:
      return Words::tr("Sound");
    case LaneId::coverage:
      return Words::tr("Seen");
    case LaneId::evidence:
      return Words::tr("Evidence");
    case LaneId::citations:
      return Words::tr("Citations");
    case LaneId::markers:
      return Words::tr("Markers");
  }
  return {};
}

QString laneHelp(LaneId lane) {
  switch (lane) {
    case LaneId::ruler:
      return Words::tr("Times. Drag to move through the video");
    case LaneId::film:
      return Words::tr("Pictures of the video");
    case LaneId::cuts:
      return Words::tr("Where the scene changes");
    case LaneId::wave:
      return Words::tr("How loud the video is");
    case LaneId::coverage:
      return Words::tr(
          "What has been seen, darker where more frames were looked at; striped where only "
          "keyframes were");
    case LaneId::evidence:
      return Words::tr("Where the answer comes from: the higher, the more attention it paid");
    case LaneId::citations:
      return Words::tr(
          "The moments that the answer cites. Filled: confirmed by a second look; soft: weakly "
          "confirmed or not checked; dashed: not confirmed. A tick or a cross is your own verdict. "
          "Click to play it in a loop, Ctrl+click to make a marker");
    case LaneId::markers:
      return Words::tr(
          "Your markers. Drag to move them or their ends, double-click to play one in a loop");
  }
  return {};
}

}  // namespace longtake::ui
