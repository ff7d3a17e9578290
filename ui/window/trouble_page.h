// Declares TroublePage: what stands in the window while there is no engine, because the library is
// still being opened, or cannot be, or the chosen device does not answer: what happened, what to do,
// and buttons that do it.
//
// Thread rule: GUI thread. Lifetime rule: kept by its window.
#ifndef LONGTAKE_UI_WINDOW_TROUBLE_PAGE_H_
#define LONGTAKE_UI_WINDOW_TROUBLE_PAGE_H_

#include <QWidget>

#include "ui/base/theme.h"

class QLabel;
class QPushButton;

namespace longtake::ui {

class TroublePage : public QWidget {
  Q_OBJECT

 public:
  explicit TroublePage(const Theme& theme, QWidget* parent = nullptr);
  void explainOpening();
  void explainLibrary(const QString& what, const QString& hint);
  // It is another process's now; it is opened as soon as that lets go of it.
  void explainBusy(const QString& what, const QString& hint);
  void explainDevice(const QString& what);

 signals:
  void retry();
  void chooseLibrary();
  void processorWanted();

 private:
  void explain(const QString& title, const QString& what, const QString& hint, bool device);
  void restyle();

  const Theme& theme_;
  QLabel* title_;
  QLabel* what_;
  QLabel* hint_;
  QPushButton* processor_;
  QPushButton* retry_;
  QPushButton* choose_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_WINDOW_TROUBLE_PAGE_H_
