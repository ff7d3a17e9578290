// Declares ReplaceStep: a file that is there already is written over only by a second press of the
// button, which says so then.
//
// Thread rule: GUI thread. Lifetime rule: lives in the dialog that has the button.
#ifndef LONGTAKE_UI_BASE_REPLACE_STEP_H_
#define LONGTAKE_UI_BASE_REPLACE_STEP_H_

#include <QCoreApplication>
#include <QString>

class QPushButton;

namespace longtake::ui {

class ReplaceStep {
  Q_DECLARE_TR_FUNCTIONS(ReplaceStep)

 public:
  // The button that writes, with its usual words on it.
  void setButton(QPushButton* button);

  // What to tell instead of writing; empty if the file may be written.
  QString objection(const QString& file);
  // It may be replaced: a file dialog has asked, or it is our own.
  void allow(const QString& file) { allowed_ = file; }
  // Another file, another question.
  void forget();

 private:
  QPushButton* button_ = nullptr;
  QString usual_;    // the words of the button
  QString allowed_;  // the file that may be replaced
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_REPLACE_STEP_H_
