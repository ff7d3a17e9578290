// Declares FindBar: finding words in the open conversation, and FindPlace: where one was found.
//
// Thread rule: GUI thread. Lifetime rule: theme and model outlive it.
#ifndef LONGTAKE_UI_CONVERSATION_FIND_BAR_H_
#define LONGTAKE_UI_CONVERSATION_FIND_BAR_H_

#include <QWidget>

#include "ui/base/theme.h"
#include "ui/conversation/conversation_model.h"

class QLineEdit;
class QToolButton;

namespace longtake::ui {

class MatchLabel;

struct FindPlace {
  int turn = -1;
  int answer = -1;  // -1: in the question
  int match = -1;   // number within that text; -1: nothing is found
};

class FindBar : public QWidget {
  Q_OBJECT

 public:
  FindBar(const Theme& theme, const ConversationModel& model, QWidget* parent = nullptr);

  // words: looked for at once, from there on; empty: what was looked for last.
  void open(const QString& words = {}, const FindPlace& from = {});
  void shut();
  QString needle() const;
  FindPlace current() const { return places_.value(current_); }
  int count() const { return static_cast<int>(places_.size()); }
  void next() { step(1); }
  void previous() { step(-1); }

 signals:
  void found();  // needle or current place are others
  void shutDown();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void search();
  void step(int by);
  void tell();
  void applyTheme();

  const Theme& theme_;
  const ConversationModel& model_;
  QLineEdit* edit_;
  MatchLabel* count_;
  QToolButton* previous_;
  QToolButton* next_;
  QToolButton* shut_;
  QList<FindPlace> places_;
  int current_ = -1;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_FIND_BAR_H_
