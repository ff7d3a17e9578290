// Declares GoToTime: the small field in which a time is typed to go to. It says in words what is
// wrong with what was typed.
//
// Thread rule: GUI thread. Lifetime rule: as its parent.
#ifndef LONGTAKE_UI_PLAYER_GO_TO_TIME_H_
#define LONGTAKE_UI_PLAYER_GO_TO_TIME_H_

#include <QFrame>
#include <QLabel>
#include <QLineEdit>

#include "ui/base/context.h"

namespace longtake::ui {

class GoToTime : public QFrame {
  Q_OBJECT

 public:
  GoToTime(Context& context, QWidget* parent);

  // Shows it in the middle above `bottom` (in the parent), with the present time to type over.
  void popUp(int bottom);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void place();
  void go();
  // What is wrong with what was typed, for people; empty if nothing is.
  QString fault(const QString& typed, std::optional<Micros>& time) const;
  void restyle();

  Context& context_;
  int bottom_ = 0;
  QLineEdit* edit_;
  QLabel* hint_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_GO_TO_TIME_H_
