// Declares the little pictures that an answer is headed by: Spinner (something is being done) and
// SupportMark (how well an answer is supported, as three bars).
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives them.
#ifndef LONGTAKE_UI_CONVERSATION_MARKS_H_
#define LONGTAKE_UI_CONVERSATION_MARKS_H_

#include <QBasicTimer>
#include <QWidget>

#include "ui/base/theme.h"
#include "ui/conversation/wording.h"

namespace longtake::ui {

class Spinner : public QWidget {
 public:
  explicit Spinner(const Theme& theme, QWidget* parent = nullptr);
  QSize sizeHint() const override { return {theme_.px(16), theme_.px(16)}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void timerEvent(QTimerEvent* event) override;

 private:
  const Theme& theme_;
  QBasicTimer timer_;  // runs only while it can be seen
  int degrees_ = 0;
};

class SupportMark : public QWidget {
 public:
  explicit SupportMark(const Theme& theme, QWidget* parent = nullptr);
  void setSupport(Support support);
  QSize sizeHint() const override { return {theme_.px(16), theme_.px(14)}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const Theme& theme_;
  Support support_ = Support::unknown;
};

// An icon in one colour of the theme.
class IconMark : public QWidget {
 public:
  IconMark(const Theme& theme, int size, QWidget* parent = nullptr);
  void setIcon(const QString& name, QColor Colors::*color);
  QSize sizeHint() const override { return {theme_.px(size_), theme_.px(size_)}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const Theme& theme_;
  const int size_;
  QString name_;
  QColor Colors::*color_ = &Colors::textSoft;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_MARKS_H_
