// Declares MemoriesDialog: the memories of one video: which model made each, how densely it looked,
// how far it came and what it takes on disk; and the way to delete one.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it; show it with open().
#ifndef LONGTAKE_UI_DIALOGS_MEMORIES_DIALOG_H_
#define LONGTAKE_UI_DIALOGS_MEMORIES_DIALOG_H_

#include <QPointer>

#include "ui/base/context.h"
#include "ui/dialogs/sheet.h"

class QLabel;

namespace longtake::ui {

class MemoriesDialog : public Sheet {
  Q_OBJECT

 public:
  MemoriesDialog(Context& context, qint64 video, QWidget* parent = nullptr);

 private:
  void ask();
  void show(const VideoWithMemories& entry);
  QWidget* card(const store::Memory& memory, Micros duration);
  void confirm(const store::Memory& memory);
  void remove(qint64 memory);
  void restyleCards();

  Context& context_;
  const qint64 video_;
  bool asking_ = false;
  QLabel* name_;
  QLabel* empty_;
  QLabel* fault_;
  QWidget* cards_;
  QPointer<QWidget> box_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_MEMORIES_DIALOG_H_
