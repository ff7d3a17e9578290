// Declares TitleButton: a title with a chevron that opens a menu; a long title is cut, its tooltip
// holds the whole.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_CONVERSATION_TITLE_BUTTON_H_
#define LONGTAKE_UI_CONVERSATION_TITLE_BUTTON_H_

#include <QToolButton>

#include "ui/base/theme.h"

namespace longtake::ui {

class TitleButton : public QToolButton {
  Q_OBJECT

 public:
  explicit TitleButton(const Theme& theme, QWidget* parent = nullptr);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const Theme& theme_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_TITLE_BUTTON_H_
