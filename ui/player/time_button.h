// Declares TimeButton: the time at the playhead, the video's length and, where the rate is
// constant, the frame's number. A click copies the time.
//
// Thread rule: GUI thread. Lifetime rule: as its parent.
#ifndef LONGTAKE_UI_PLAYER_TIME_BUTTON_H_
#define LONGTAKE_UI_PLAYER_TIME_BUTTON_H_

#include <QAbstractButton>
#include <optional>

#include "engine/engine.h"
#include "ui/base/theme.h"

namespace longtake::ui {

class TimeButton : public QAbstractButton {
  Q_OBJECT

 public:
  TimeButton(Theme& theme, QWidget* parent);

  void show(Micros position, Micros duration, std::optional<qint64> frame);
  // Where there is little room, only the time at the playhead.
  void setDetail(int level);  // 0: time, 1: and length, 2: and frame number
  int widthFor(int level) const;

  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  struct Part {
    QString text;
    QString widest;  // of its kind: the row must not tremble while it plays
    bool strong = false;
  };
  QList<Part> parts(int level) const;

  Theme& theme_;
  Micros position_ = 0;
  Micros duration_ = 0;
  std::optional<qint64> frame_;
  int level_ = 2;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_TIME_BUTTON_H_
