// Declares ShortcutsDialog: the sheet of all keys and their editor in one, made from the table of
// actions.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it; show it with open().
#ifndef LONGTAKE_UI_DIALOGS_SHORTCUTS_DIALOG_H_
#define LONGTAKE_UI_DIALOGS_SHORTCUTS_DIALOG_H_

#include <QList>

#include "ui/base/context.h"
#include "ui/dialogs/sheet.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace longtake::ui {

class ShortcutRow;

class ShortcutsDialog : public Sheet {
  Q_OBJECT

 public:
  explicit ShortcutsDialog(Context& context, QWidget* parent = nullptr);

  // nullptr if there is no such action.
  ShortcutRow* row(ActionId id) const;

 private:
  void search(const QString& text);
  void showReset();
  void restyle();

  struct Section {
    QLabel* heading;
    QList<ShortcutRow*> rows;
  };
  Context& context_;
  QList<Section> sections_;
  QLineEdit* search_;
  QLabel* nothing_;
  QPushButton* resetAll_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_SHORTCUTS_DIALOG_H_
