// Declares SeekBar: the whole video as a slim line, with the playhead and the citations of the
// answer that is looked at. A press or a drag goes there. It stands in for the timeline in full
// screen; elsewhere the timeline does all that and more.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_PLAYER_SEEK_BAR_H_
#define LONGTAKE_UI_PLAYER_SEEK_BAR_H_

#include <QWidget>

#include "ui/base/context.h"

namespace longtake::ui {

class SeekBar : public QWidget {
  Q_OBJECT

 public:
  explicit SeekBar(Context& context, QWidget* parent = nullptr);

  bool isDragged() const { return dragged_; }
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;

 private:
  QRectF track() const;
  double xOf(Micros time) const;
  void seekTo(double x, bool exact);

  Context& context_;
  bool dragged_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_SEEK_BAR_H_
