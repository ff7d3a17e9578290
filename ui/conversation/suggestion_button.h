// Declares SuggestionButton: a question to begin with, wrapped over as many lines as it needs.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_CONVERSATION_SUGGESTION_BUTTON_H_
#define LONGTAKE_UI_CONVERSATION_SUGGESTION_BUTTON_H_

#include <QAbstractButton>

#include "ui/base/theme.h"

namespace longtake::ui {

class SuggestionButton : public QAbstractButton {
  Q_OBJECT

 public:
  SuggestionButton(const Theme& theme, const QString& question, QWidget* parent = nullptr);

  QSize sizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRect words(int width) const;

  const Theme& theme_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_SUGGESTION_BUTTON_H_
