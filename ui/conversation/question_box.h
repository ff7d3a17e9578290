// Declares QuestionBox: where a question is typed. It grows with the text, has the scope beside the
// button that sends, which stops while an answer comes, and brings earlier questions back with the
// Up key.
//
// Thread rule: GUI thread. Lifetime rule: context and videos outlive it.
#ifndef LONGTAKE_UI_CONVERSATION_QUESTION_BOX_H_
#define LONGTAKE_UI_CONVERSATION_QUESTION_BOX_H_

#include <QFrame>
#include <QStringList>

#include "ui/base/context.h"
#include "ui/conversation/scope_picker.h"

class QPlainTextEdit;
class QToolButton;

namespace longtake::ui {

class ElidedLabel;

class QuestionBox : public QFrame {
  Q_OBJECT

 public:
  QuestionBox(Context& context, SeenVideos& videos, QWidget* parent = nullptr);

  QString question() const;
  void setQuestion(const QString& question);
  void setAnswering(bool answering);
  void focusQuestion();
  // What the Up key brings back, oldest first.
  void setHistory(const QStringList& questions);
  ScopePicker& scope() { return *scope_; }

 signals:
  void begun();  // the first letter is there
  void sent(const QString& question);
  void stopWanted();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void send();
  void grow();
  void refresh();
  void recall(int by);
  void applyTheme();

  Context& context_;
  QPlainTextEdit* edit_;
  ScopePicker* scope_;
  ElidedLabel* hint_;
  QToolButton* button_;
  bool answering_ = false;
  bool empty_ = true;
  QStringList history_;  // oldest first
  int recalled_ = -1;    // index into history_; -1: what is in the box was typed
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_QUESTION_BOX_H_
