// Declares ShortcutRow: one action of the sheet, its keys, and what changes them: a click on the
// keys records new ones.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_DIALOGS_SHORTCUT_ROW_H_
#define LONGTAKE_UI_DIALOGS_SHORTCUT_ROW_H_

#include <QWidget>

#include "ui/base/context.h"

class QKeySequenceEdit;
class QLabel;
class QPushButton;
class QToolButton;

namespace longtake::ui {

class ShortcutRow : public QWidget {
  Q_OBJECT

 public:
  ShortcutRow(Context& context, const ActionInfo& info, QWidget* parent = nullptr);

  const ActionInfo& info() const { return info_; }
  // Every word of the search is in the action's name, section or keys.
  bool matches(const QStringList& words) const;

  void record();
  void stopRecording();

 signals:
  void recording();  // the other rows stop
  void asked();      // whether to take a key from another action

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void showKeys();
  void heard(const QKeySequence& key);
  void take();
  void restyle();

  Context& context_;
  const ActionInfo& info_;
  QLabel* name_;
  QPushButton* keys_;
  QKeySequenceEdit* edit_;
  QToolButton* clear_;
  QToolButton* reset_;
  QWidget* conflict_;
  QLabel* conflictWords_;
  QPushButton* take_;
  QPushButton* leave_;
  QKeySequence wanted_;  // of the conflict
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_SHORTCUT_ROW_H_
