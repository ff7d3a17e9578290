#include "ui/conversation/turn_view.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/conversation/citation_chip.h"
#include "ui/conversation/wording.h"

namespace longtake::ui {

TurnView::TurnView(ConversationParts parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      question_(new MatchLabel(parts.context.theme, Theme::Font::strong, this)),
      edit_(new QToolButton(this)),
      about_(new ElidedLabel(parts.context.theme, Theme::Font::small, this)),
      column_(new QVBoxLayout(this)),
      earlier_(new QToolButton(this)) {
  auto* top = new QHBoxLayout;
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  words->addWidget(question_);
  words->addWidget(about_);
  top->addLayout(words, 1);
  edit_->setToolTip(tr("Edit the question in a new conversation"));
  edit_->setAccessibleName(edit_->toolTip());
  edit_->setObjectName(QStringLiteral("editQuestion"));
  edit_->setIcon(parts.context.theme.icon(QStringLiteral("edit")));
  connect(edit_, &QToolButton::clicked, this, &TurnView::editWanted);
  top->addWidget(edit_, 0, Qt::AlignTop);
  column_->setContentsMargins(0, 0, 0, 0);
  column_->addLayout(top);

  earlier_->setCheckable(true);
  earlier_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  earlier_->setObjectName(QStringLiteral("earlierAnswers"));
  connect(earlier_, &QToolButton::toggled, this, &TurnView::setEarlierShown);
  column_->addWidget(earlier_, 0, Qt::AlignLeading);

  connect(&parts.context.theme, &Theme::changed, this, &TurnView::applyTheme);
  applyTheme();
}

void TurnView::applyTheme() {
  const Theme& theme = parts_.context.theme;
  column_->setSpacing(theme.gapSmall());
  edit_->setIconSize({theme.px(14), theme.px(14)});
  earlier_->setIconSize({theme.px(12), theme.px(12)});
}

void TurnView::setTurn(const Turn& turn) {
  question_->setPlainText(turn.question);
  scopes_ = turn.scopes;
  askedAt_ = turn.askedAt;
  showAbout();
  answers_ = static_cast<int>(turn.answers.size());
  while (cards_.size() > answers_) delete cards_.takeLast();
  while (cards_.size() < answers_) {
    auto* card = new AnswerCard(parts_, this);
    connect(card, &AnswerCard::askAgainWanted, this, &TurnView::askAgainWanted);
    connect(card, &AnswerCard::copyWanted, this, [this, card] {
      emit copyWanted(answers_ - 1 - static_cast<int>(cards_.indexOf(card)));
    });
    // Behind question, line and the cards that are newer; the button for the earlier ones comes
    // after the newest.
    column_->addWidget(card);
    if (cards_.isEmpty()) {
      column_->removeWidget(earlier_);
      column_->addWidget(earlier_, 0, Qt::AlignLeading);
    }
    cards_ << card;
  }
  for (int i = 0; i < cards_.size(); ++i)
    cards_[i]->setAnswer(turn, turn.answers[answers_ - 1 - i], i == 0);
  setEarlierShown(earlier_->isChecked());
}

void TurnView::showAbout() {
  const qint64 open = parts_.context.workspace.video().id;
  about_->setText(
      QStringLiteral("%1 · %2").arg(scopeWords(scopes_, parts_.videos, open), dayWords(askedAt_)));
}

void TurnView::growAnswer(const Turn& turn) {
  if (newest() != nullptr && answers_ == turn.answers.size()) {
    newest()->setAnswerText(turn.answers.last().answer.text);
  }
}

bool TurnView::isEarlierShown() const {
  return earlier_->isChecked();
}

void TurnView::setEarlierShown(bool shown) {
  const int earlier = static_cast<int>(cards_.size()) - 1;
  earlier_->setVisible(earlier > 0);
  earlier_->setText(tr("%n earlier answer(s)", nullptr, earlier));
  earlier_->setIcon(parts_.context.theme.icon(shown ? QStringLiteral("chevron-up")
                                                    : QStringLiteral("chevron-down")));
  if (earlier_->isChecked() != shown) earlier_->setChecked(shown);
  for (int i = 1; i < cards_.size(); ++i) cards_[i]->setVisible(shown);
}

void TurnView::setFind(const QString& needle, const FindPlace& current) {
  question_->setFind(needle, current.answer < 0 ? current.match : -1);
  for (int i = 0; i < cards_.size(); ++i) {
    const bool here = current.answer == answers_ - 1 - i;
    cards_[i]->setFind(needle, here ? current.match : -1);
    if (here && current.match >= 0 && i > 0) setEarlierShown(true);
  }
}

QWidget* TurnView::part(const FindPlace& place) const {
  const int card = answers_ - 1 - place.answer;
  if (place.answer < 0 || card < 0 || card >= cards_.size()) return question_;
  return cards_[card];
}

void TurnView::setSelectedCitation(qint64 citation) {
  for (AnswerCard* card : cards_) card->setSelectedCitation(citation);
}

void TurnView::showVideos() {
  showAbout();
  for (AnswerCard* card : cards_) card->showVideos();
}

QList<CitationChip*> TurnView::chips() const {
  QList<CitationChip*> chips;
  for (AnswerCard* card : cards_) {
    if (card->isVisibleTo(this)) chips << card->chips();
  }
  return chips;
}

}  // namespace longtake::ui
