// Declares TimelineSource: follows the workspace and the engine and keeps TimelineData up to date.
//
// Thread rule: GUI thread; large evidence is read in the background. Lifetime rule: the context
// outlives it.
#ifndef LONGTAKE_UI_TIMELINE_TIMELINE_SOURCE_H_
#define LONGTAKE_UI_TIMELINE_TIMELINE_SOURCE_H_

#include <QObject>
#include <QTimer>

#include "ui/base/context.h"
#include "ui/timeline/timeline_data.h"

namespace longtake::ui {

class TimelineSource : public QObject {
  Q_OBJECT

 public:
  explicit TimelineSource(Context& context, QObject* parent = nullptr);

  const TimelineData& data() const { return data_; }
  // The file turned out to give none.
  void withoutPictures();

 signals:
  void changed(longtake::ui::LaneSet lanes);
  void durationChanged();
  // Another video, or the file is there again: pictures of before are worth nothing.
  void videoChanged();

 private:
  void startOver();
  bool isFileThere() const;  // as far as the shelf knows
  void withPictures();
  void askForSound();
  void askForCuts();
  void takeMemories();
  void followWatching(const WatchProgress& progress);
  void makeCoverage();
  void takeAnswer();
  void takeEvidence();
  void takeMarkers();
  void setDuration();

  Context& context_;
  TimelineData data_;
  bool fileIsThere_ = false;  // as the shelf last said; one that is there may yet give no pictures
  RequestId sound_ = 0;
  RequestId cuts_ = 0;
  QTimer silence_;        // since the last word of watching
  Micros reported_ = 0;   // the duration that the watching engine reports
  quint64 evidence_ = 0;  // counts the answers, so that a late result is known for what it is
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_TIMELINE_SOURCE_H_
