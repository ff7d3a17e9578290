// Declares Banner: a strip above the panels that says one thing in a calm way and offers what
// helps.
//
// Thread rule: GUI thread. Lifetime rule: hidden until say(); kept by its window.
#ifndef LONGTAKE_UI_WINDOW_BANNER_H_
#define LONGTAKE_UI_WINDOW_BANNER_H_

#include <QFrame>
#include <functional>

#include "ui/base/theme.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace longtake::ui {

class Banner : public QFrame {
  Q_OBJECT

 public:
  enum class Kind { note, warning };

  explicit Banner(const Theme& theme, QWidget* parent = nullptr);

  // Replaces what was said before. Without a button text there is no button.
  void say(Kind kind, const QString& text, const QString& button = {},
           std::function<void()> onButton = {});
  QString text() const;

 signals:
  void closed();

 private:
  void restyle();

  const Theme& theme_;
  Kind kind_ = Kind::note;
  QLabel* icon_;
  QLabel* label_;
  QPushButton* button_;
  QToolButton* close_;
  std::function<void()> onButton_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_WINDOW_BANNER_H_
