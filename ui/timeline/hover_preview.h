// Declares HoverPreview: the little card above the mouse: the picture at that time, the time, and
// what lies there.
//
// Thread rule: GUI thread. Lifetime rule: a window of its own, shown over its view and hidden
// before it.
#ifndef LONGTAKE_UI_TIMELINE_HOVER_PREVIEW_H_
#define LONGTAKE_UI_TIMELINE_HOVER_PREVIEW_H_

#include <QImage>
#include <QStringList>
#include <QTimer>
#include <QWidget>

#include "ui/timeline/timeline_view.h"

namespace longtake::ui {

class HoverPreview : public QWidget {
  Q_OBJECT

 public:
  explicit HoverPreview(TimelineView& view);

  // Soon, or at once if it is to be seen already. `at` in the view's pixels.
  void showAt(QPointF at);
  void dismiss();

  // What it says.
  Micros time() const { return time_; }
  const QStringList& lines() const { return lines_; }
  bool hasPicture() const { return !picture_.isNull(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void fill();
  void takePicture();
  QSize pictureSize() const;
  void place();

  TimelineView& view_;
  PictureCache pictures_;  // larger than the film's
  QTimer delay_;
  QPointF at_;
  Micros time_ = 0;
  Micros slot_ = 0;  // the time whose picture stands for it
  QStringList lines_;
  QImage picture_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_HOVER_PREVIEW_H_
