// Declares Workspace: what the panels share: which video is open, where the playhead stands, what
// is marked, which answer and citation are looked at. Panels never know each other; they change the
// workspace and follow its signals.
//
// Thread rule: GUI thread. Lifetime rule: outlives every panel.
#ifndef LONGTAKE_UI_BASE_WORKSPACE_H_
#define LONGTAKE_UI_BASE_WORKSPACE_H_

#include <QHash>
#include <QList>
#include <QObject>
#include <QUndoGroup>
#include <QUndoStack>
#include <optional>

#include "engine/engine.h"

namespace longtake::ui {

class Workspace : public QObject {
  Q_OBJECT

 public:
  explicit Workspace(QObject* parent = nullptr);

  // The open video; id 0 = none.
  const store::Video& video() const { return video_; }
  bool hasVideo() const { return video_.id != 0; }
  // answer, citation: looked at there; if none is given, what was looked at is left behind.
  void openVideo(const store::Video& video, const store::Answer& answer = {}, qint64 citation = 0);
  void closeVideo();
  // Another library comes: its videos have the same numbers and are others.
  void leaveLibrary();

  // The player reports these; everyone else only reads them. Microseconds on the engine's clock.
  Micros position() const { return position_; }
  Micros duration() const { return duration_; }  // 0 = unknown
  bool isPlaying() const { return playing_; }
  void reportPosition(Micros position);
  void reportDuration(Micros duration);
  void reportPlaying(bool playing);
  // What is played over and over.
  std::optional<TimeRange> loop() const { return loop_; }
  void reportLoop(std::optional<TimeRange> loop);

  // Asks the player.
  void seek(Micros time, bool exact = true);
  void play(bool on);
  // Plays a range: over and over, or once.
  void playRange(TimeRange range, bool loop);

  // The marked range; either end may be missing.
  std::optional<Micros> markIn() const { return in_; }
  std::optional<Micros> markOut() const { return out_; }
  std::optional<TimeRange> markedRange() const;  // when both are there
  void setMarks(std::optional<Micros> in, std::optional<Micros> out);

  // The answer that is looked at: its evidence and citations show on the timeline.
  const store::Answer& answer() const { return answer_; }
  void showAnswer(const store::Answer& answer);
  // One of its citations; id 0 = none.
  qint64 citation() const { return citation_; }
  void selectCitation(qint64 citation);

  const QList<store::Marker>& markers() const { return markers_; }  // of the open video, by time
  void reportMarkers(const QList<store::Marker>& markers);
  const QList<Micros>& cuts() const { return cuts_; }
  void reportCuts(const QList<Micros>& cuts);

  // What can be taken back in the open video; that of the others waits for them to be opened again.
  QUndoStack& undoStack() { return *undo_.activeStack(); }
  QUndoGroup& undoGroup() { return undo_; }

 signals:
  void videoLeaving();  // the open one, before another one is open, or none
  void videoChanged();
  void libraryLeft();
  void positionChanged(longtake::Micros position);
  void durationChanged(longtake::Micros duration);
  void playingChanged(bool playing);
  void loopChanged();
  void marksChanged();
  void answerChanged();
  void citationChanged(qint64 citation);
  void markersChanged();
  void cutsChanged();
  // For the player.
  void seekRequested(longtake::Micros time, bool exact);
  void playRequested(bool on);
  void playRangeRequested(longtake::TimeRange range, bool loop);
  // For the main window: a line in the status bar.
  void told(const QString& text);

 private:
  void showUndoStack();

  store::Video video_;
  Micros position_ = 0;
  Micros duration_ = 0;
  bool playing_ = false;
  std::optional<TimeRange> loop_;
  std::optional<Micros> in_;
  std::optional<Micros> out_;
  store::Answer answer_;
  qint64 citation_ = 0;
  QList<store::Marker> markers_;
  QList<Micros> cuts_;
  QUndoGroup undo_;
  QHash<qint64, QUndoStack*> undoStacks_;  // by video
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_WORKSPACE_H_
