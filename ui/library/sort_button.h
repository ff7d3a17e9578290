// Declares SortButton: the button above the list whose menu says how it is sorted. It carries out
// the actions that do so, too: by key and from the menu bar.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_LIBRARY_SORT_BUTTON_H_
#define LONGTAKE_UI_LIBRARY_SORT_BUTTON_H_

#include <QToolButton>

#include "ui/base/context.h"

namespace longtake::ui {

class SortButton : public QToolButton {
  Q_OBJECT

 public:
  explicit SortButton(Context& context, QWidget* parent = nullptr);

 private:
  void followSettings();

  Context& context_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_SORT_BUTTON_H_
