// Declares TurnView: a question with its answers, the newest first and the earlier ones folded
// away.
//
// Thread rule: GUI thread. Lifetime rule: everything it is made with outlives it.
#ifndef LONGTAKE_UI_CONVERSATION_TURN_VIEW_H_
#define LONGTAKE_UI_CONVERSATION_TURN_VIEW_H_

#include <QWidget>
#include <vector>

#include "ui/conversation/answer_card.h"
#include "ui/conversation/find_bar.h"

class QToolButton;
class QVBoxLayout;

namespace longtake::ui {

class TurnView : public QWidget {
  Q_OBJECT

 public:
  TurnView(ConversationParts parts, QWidget* parent = nullptr);

  void setTurn(const Turn& turn);
  void growAnswer(const Turn& turn);  // only the newest answer's text has changed
  void setFind(const QString& needle, const FindPlace& current);
  void setSelectedCitation(qint64 citation);
  // Another one is open, or more is known of them, or more of them has been seen.
  void showVideos();
  void setEarlierShown(bool shown);
  bool isEarlierShown() const;

  QList<CitationChip*> chips() const;  // in the order of reading
  AnswerCard* newest() const { return cards_.isEmpty() ? nullptr : cards_.first(); }
  // What the current match is in, to be scrolled to.
  QWidget* part(const FindPlace& place) const;

 signals:
  void askAgainWanted();
  void editWanted();
  void copyWanted(int answer);

 private:
  void applyTheme();
  void showAbout();

  ConversationParts parts_;
  std::vector<QuestionScope> scopes_;
  qint64 askedAt_ = 0;
  int answers_ = 0;
  MatchLabel* question_;
  QToolButton* edit_;
  ElidedLabel* about_;
  QVBoxLayout* column_;
  QToolButton* earlier_;
  QList<AnswerCard*> cards_;  // newest first
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_TURN_VIEW_H_
