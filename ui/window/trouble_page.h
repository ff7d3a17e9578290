// Declares TroublePage: what stands in the window while the library cannot be opened: what
// happened, what to do, and buttons that do it.
//
// Thread rule: GUI thread. Lifetime rule: kept by its window.
#ifndef LONGTAKE_UI_WINDOW_TROUBLE_PAGE_H_
#define LONGTAKE_UI_WINDOW_TROUBLE_PAGE_H_

#include <QWidget>

#include "ui/base/theme.h"

class QLabel;

namespace longtake::ui {

class TroublePage : public QWidget {
  Q_OBJECT

 public:
  explicit TroublePage(const Theme& theme, QWidget* parent = nullptr);
  void explain(const QString& what, const QString& hint);

 signals:
  void retry();
  void chooseLibrary();

 private:
  void restyle();

  const Theme& theme_;
  QLabel* title_;
  QLabel* what_;
  QLabel* hint_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_WINDOW_TROUBLE_PAGE_H_
