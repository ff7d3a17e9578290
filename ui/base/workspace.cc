#include "ui/base/workspace.h"

#include <algorithm>

namespace longtake::ui {

Workspace::Workspace(QObject* parent) : QObject(parent), undo_(this) {
  showUndoStack();
}

void Workspace::showUndoStack() {
  QUndoStack*& stack = undoStacks_[video_.id];
  if (stack == nullptr) stack = new QUndoStack(&undo_);
  undo_.setActiveStack(stack);
}

void Workspace::openVideo(const store::Video& video, const store::Answer& answer, qint64 citation) {
  if (video.id == video_.id) {
    video_ = video;  // its path may have changed
    return;
  }
  emit videoLeaving();
  video_ = video;
  position_ = 0;
  duration_ = video.duration;
  in_.reset();
  out_.reset();
  answer_ = answer;
  citation_ = citation;
  markers_.clear();
  cuts_.clear();
  showUndoStack();
  emit videoChanged();
  emit durationChanged(duration_);
  emit marksChanged();
  emit answerChanged();
  emit citationChanged(citation_);
  emit markersChanged();
  emit cutsChanged();
}

void Workspace::closeVideo() {
  openVideo({});
}

void Workspace::leaveLibrary() {
  closeVideo();
  for (const qint64 video : undoStacks_.keys()) {
    if (video != 0) delete undoStacks_.take(video);
  }
  emit libraryLeft();
}

void Workspace::reportPosition(Micros position) {
  if (position == position_) return;
  position_ = position;
  emit positionChanged(position);
}

void Workspace::reportDuration(Micros duration) {
  if (duration == duration_) return;
  duration_ = duration;
  emit durationChanged(duration);
}

void Workspace::reportPlaying(bool playing) {
  if (playing == playing_) return;
  playing_ = playing;
  emit playingChanged(playing);
}

void Workspace::reportLoop(std::optional<TimeRange> loop) {
  if (loop == loop_) return;
  loop_ = loop;
  emit loopChanged();
}

void Workspace::seek(Micros time, bool exact) {
  if (!hasVideo()) return;
  time = std::max<Micros>(time, 0);
  if (duration_ > 0) time = std::min(time, duration_);
  emit seekRequested(time, exact);
}

void Workspace::play(bool on) {
  if (hasVideo()) emit playRequested(on);
}

void Workspace::playRange(TimeRange range, bool loop) {
  if (hasVideo() && range.end > range.begin) emit playRangeRequested(range, loop);
}

std::optional<TimeRange> Workspace::markedRange() const {
  if (!in_ || !out_ || *out_ <= *in_) return std::nullopt;
  return TimeRange{*in_, *out_};
}

void Workspace::setMarks(std::optional<Micros> in, std::optional<Micros> out) {
  // The mark that was set last wins over one on its wrong side.
  if (in && out && *out <= *in) {
    if (in != in_) {
      out.reset();
    } else {
      in.reset();
    }
  }
  if (in == in_ && out == out_) return;
  in_ = in;
  out_ = out;
  emit marksChanged();
}

void Workspace::showAnswer(const store::Answer& answer) {
  answer_ = answer;
  citation_ = 0;
  emit answerChanged();
  emit citationChanged(0);
}

void Workspace::selectCitation(qint64 citation) {
  if (citation == citation_) return;
  citation_ = citation;
  emit citationChanged(citation);
}

void Workspace::reportMarkers(const QList<store::Marker>& markers) {
  markers_ = markers;
  std::stable_sort(markers_.begin(), markers_.end(),
                   [](const auto& a, const auto& b) { return a.time.begin < b.time.begin; });
  emit markersChanged();
}

void Workspace::reportCuts(const QList<Micros>& cuts) {
  cuts_ = cuts;
  emit cutsChanged();
}

}  // namespace longtake::ui
