// Declares AnswerCard: one answer, from "waiting for its turn" to a text with its support,
// citations, coverage and what can be done with it. A click shows it on the timeline. An answer that
// was not found has a look of its own.
//
// Thread rule: GUI thread. Lifetime rule: everything it is made with outlives it.
#ifndef LONGTAKE_UI_CONVERSATION_ANSWER_CARD_H_
#define LONGTAKE_UI_CONVERSATION_ANSWER_CARD_H_

#include <QFrame>
#include <QTimer>

#include "ui/base/context.h"
#include "ui/conversation/citation_acts.h"
#include "ui/conversation/marks.h"
#include "ui/conversation/match_label.h"
#include "ui/conversation/pictures.h"
#include "ui/conversation/seen_videos.h"

class QPushButton;
class QToolButton;

namespace longtake::ui {

class CitationChip;
class FlowLayout;

// What the parts of a conversation are made with.
struct ConversationParts {
  Context& context;
  SeenVideos& videos;
  Pictures& pictures;
  CitationActs& acts;
  const ConversationModel& model;
};

class AnswerCard : public QFrame {
  Q_OBJECT

 public:
  AnswerCard(ConversationParts parts, QWidget* parent = nullptr);

  // newest: of the answers to its question; only that one is offered to be asked again.
  void setAnswer(const Turn& turn, const AnswerItem& item, bool newest);
  // Only the text has grown.
  void setAnswerText(const std::string& text);
  void setFind(const QString& needle, int current);
  void setSelectedCitation(qint64 citation);
  // Another one may be open, more be known of them or seen.
  void showVideos();

  const AnswerItem& item() const { return item_; }
  const QList<CitationChip*>& chips() const { return chips_; }
  // Tells a screen reader.
  void announce();

 signals:
  void askAgainWanted();
  void copyWanted();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build();
  QToolButton* makeButton(const QString& icon, const QString& name);
  void showHead();
  void showPhase();
  void showText();
  void showCitations();
  void showCoverage();
  void showFoot();
  void showAnswering(bool answering);
  void applyTheme();

  ConversationParts parts_;
  Turn turn_;  // without its answers
  AnswerItem item_;
  QList<CitationChip*> chips_;
  bool newest_ = true;
  QTimer clock_;  // of the phase

  QWidget* head_ = nullptr;
  Spinner* spinner_ = nullptr;
  IconMark* headIcon_ = nullptr;
  ElidedLabel* headText_ = nullptr;
  MatchLabel* text_ = nullptr;
  MatchLabel* notes_ = nullptr;
  QWidget* supportRow_ = nullptr;
  SupportMark* supportMark_ = nullptr;
  ElidedLabel* support_ = nullptr;
  ElidedLabel* chipsTitle_ = nullptr;
  QWidget* chipsArea_ = nullptr;
  FlowLayout* flow_ = nullptr;
  QWidget* coverageRow_ = nullptr;
  MatchLabel* coverage_ = nullptr;
  QPushButton* again_ = nullptr;
  QWidget* foot_ = nullptr;
  ElidedLabel* provenance_ = nullptr;
  QToolButton* againSmall_ = nullptr;
  QToolButton* copy_ = nullptr;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_ANSWER_CARD_H_
