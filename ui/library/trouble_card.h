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
class QPushButton;
class QScrollArea;
class QToolButton;

namespace longtake::ui {

class TroubleCard : public QFrame {
  Q_OBJECT

 public:
  explicit TroubleCard(const Theme& theme, QWidget* parent = nullptr);

  // Plain text. Of many lines the first few are shown, and all on demand; they scroll once they
  // would take half of the panel.
  void say(const QString& title, const QStringList& lines);
  QString text() const;

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void showLines(bool all);
  void fit();
  void restyle();

  const Theme& theme_;
  QStringList all_;
  QLabel* icon_;
  QLabel* title_;
  QScrollArea* scroller_;
  QLabel* lines_;
  QPushButton* more_;
  QToolButton* close_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_TROUBLE_CARD_H_
