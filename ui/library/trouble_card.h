// Declares TroubleCard: a card in a panel that says what did not go as one would expect, until it
// is closed.
//
// Thread rule: GUI thread. Lifetime rule: hidden until say(); the theme outlives it.
#ifndef LONGTAKE_UI_LIBRARY_TROUBLE_CARD_H_
#define LONGTAKE_UI_LIBRARY_TROUBLE_CARD_H_

#include <QFrame>
#include <QStringList>

#include "ui/base/theme.h"

class QLabel;
class QToolButton;

namespace longtake::ui {

class TroubleCard : public QFrame {
  Q_OBJECT

 public:
  explicit TroubleCard(const Theme& theme, QWidget* parent = nullptr);

  // Plain text. Of many lines the first few are shown, and all in the tooltip.
  void say(const QString& title, const QStringList& lines);
  QString text() const;

 private:
  void restyle();

  const Theme& theme_;
  QLabel* icon_;
  QLabel* title_;
  QLabel* lines_;
  QToolButton* close_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_TROUBLE_CARD_H_
