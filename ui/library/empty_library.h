// Declares EmptyLibrary: what stands in the library as long as nothing does: an inviting place to
// drop videos on, and the other ways in.
//
// Thread rule: GUI thread. Lifetime rule: theme and actions outlive it.
#ifndef LONGTAKE_UI_LIBRARY_EMPTY_LIBRARY_H_
#define LONGTAKE_UI_LIBRARY_EMPTY_LIBRARY_H_

#include <QWidget>

#include "ui/base/actions.h"
#include "ui/base/theme.h"

class QLabel;

namespace longtake::ui {

class EmptyLibrary : public QWidget {
  Q_OBJECT

 public:
  EmptyLibrary(const Theme& theme, const Actions& actions, QWidget* parent = nullptr);

 signals:
  void sampleWanted();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void restyle();

  const Theme& theme_;
  QWidget* content_;
  QLabel* icon_;
  QLabel* title_;
  QLabel* words_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_EMPTY_LIBRARY_H_
