// Declares what the timeline's test and bench show: single records, and the case that must stay
// quick.
//
// Thread rule: GUI thread. Lifetime rule: plain values.
#ifndef LONGTAKE_TESTS_GUI_TIMELINE_CASES_H_
#define LONGTAKE_TESTS_GUI_TIMELINE_CASES_H_

#include <QRandomGenerator>
#include <algorithm>
#include <cmath>
#include <string>

#include "ui/base/workspace.h"

namespace longtake::ui {

constexpr Micros kSecond = kMicrosPerSecond;
constexpr Micros kHour = 3600 * kSecond;

// Video 7, which no library has: nothing is asked of its file.
inline store::Video videoOf(Micros duration) {
  store::Video video;
  video.id = 7;
  video.name = "film.mp4";
  video.duration = duration;
  video.width = 1920;
  video.height = 1080;
  return video;
}

inline store::Citation citationOf(qint64 id, TimeRange time,
                                  store::Verdict verdict = store::Verdict::none,
                                  store::Verdict user = store::Verdict::none) {
  store::Citation citation;
  citation.id = id;
  citation.video_id = 7;
  citation.time = time;
  citation.verdict = verdict;
  citation.user_verdict = user;
  citation.score = 0.3;
  return citation;
}

inline store::Marker markerOf(qint64 id, TimeRange time, const char* label, const char* colour) {
  store::Marker marker;
  marker.id = id;
  marker.video_id = 7;
  marker.time = time;
  marker.label = label;
  marker.colour = colour;
  return marker;
}

// Ten hours, 10 000 citations, 50 000 stretches of evidence, 2 000 markers, 9 000 cuts.
inline store::Answer hardAnswer(qint64 video) {
  QRandomGenerator random(7);
  store::Answer answer;
  answer.id = 2;
  for (int i = 0; i < 10'000; ++i) {
    const Micros begin = random.bounded(36'000'000) * 1000LL;
    answer.citations.push_back(citationOf(i + 1,
                                          {begin, begin + random.bounded(200, 30'000) * 1000LL},
                                          static_cast<store::Verdict>(random.bounded(3)),
                                          static_cast<store::Verdict>(random.bounded(3))));
    answer.citations.back().video_id = video;
  }
  const Micros block = 10 * kHour / 50'000;
  for (int i = 0; i < 50'000; ++i) {
    answer.evidence.push_back(
        {video, {i * block, (i + 1) * block}, std::pow(random.generateDouble(), 6)});
  }
  return answer;
}

// For the video that is open.
inline void loadHardCase(Workspace& workspace) {
  QRandomGenerator random(8);
  QList<store::Marker> markers;
  for (int i = 0; i < 2000; ++i) {
    const Micros begin = random.bounded(36'000'000) * 1000LL;
    markers << markerOf(i + 1, {begin, begin + random.bounded(60'000) * 1000LL}, "a marker",
                        "blue");
  }
  workspace.reportMarkers(markers);
  QList<Micros> cuts;
  for (int i = 0; i < 9000; ++i) cuts << random.bounded(36'000'000) * 1000LL;
  std::sort(cuts.begin(), cuts.end());
  workspace.reportCuts(cuts);
  workspace.showAnswer(hardAnswer(workspace.video().id));
}

}  // namespace longtake::ui

#endif  // LONGTAKE_TESTS_GUI_TIMELINE_CASES_H_
