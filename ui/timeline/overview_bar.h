// Declares OverviewBar: the whole video as a thin bar under the zoomed lanes: what has been seen,
// where the citations and markers are, and a window on the stretch that is shown, to be dragged.
//
// Thread rule: GUI thread. Lifetime rule: the view outlives it.
#ifndef LONGTAKE_UI_TIMELINE_OVERVIEW_BAR_H_
#define LONGTAKE_UI_TIMELINE_OVERVIEW_BAR_H_

#include <QWidget>

#include "ui/timeline/timeline_view.h"

namespace longtake::ui {

class OverviewBar : public QWidget {
  Q_OBJECT

 public:
  explicit OverviewBar(TimelineView& view, QWidget* parent = nullptr);

  QSize sizeHint() const override;
  // Repaints if the playhead has gone on by a pixel.
  void movePlayhead();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  // The whole video on this bar.
  TimelineScale whole() const;
  QRect bar() const;
  QRectF window() const;

  TimelineView& view_;
  int playheadX_ = 0;
  double grip_ = 0;  // from the window's left edge to the mouse
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_OVERVIEW_BAR_H_
