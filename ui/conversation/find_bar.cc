#include "ui/conversation/find_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>

#include "ui/base/text.h"
#include "ui/conversation/match_label.h"

namespace longtake::ui {

FindBar::FindBar(const Theme& theme, const ConversationModel& model, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      model_(model),
      edit_(new QLineEdit(this)),
      count_(new MatchLabel(theme, Theme::Font::small, this)),
      previous_(new QToolButton(this)),
      next_(new QToolButton(this)),
      shut_(new QToolButton(this)) {
  auto* row = new QHBoxLayout(this);
  edit_->setPlaceholderText(tr("Find in this conversation"));
  edit_->setAccessibleName(tr("Find in this conversation"));
  edit_->installEventFilter(this);
  count_->setProperty("soft", true);
  count_->setWordWrap(false);
  const auto button = [this](QToolButton* tool, const QString& icon, const QString& name) {
    tool->setIcon(theme_.icon(icon));
    tool->setToolTip(name);
    tool->setAccessibleName(name);
  };
  button(previous_, QStringLiteral("chevron-up"), tr("Previous match"));
  button(next_, QStringLiteral("chevron-down"), tr("Next match"));
  button(shut_, QStringLiteral("close"), tr("Close the search"));
  row->addWidget(edit_, 1);
  row->addWidget(count_);
  for (QToolButton* tool : {previous_, next_, shut_}) row->addWidget(tool);
  connect(edit_, &QLineEdit::textChanged, this, &FindBar::search);
  connect(edit_, &QLineEdit::returnPressed, this, &FindBar::next);
  connect(previous_, &QToolButton::clicked, this, &FindBar::previous);
  connect(next_, &QToolButton::clicked, this, &FindBar::next);
  connect(shut_, &QToolButton::clicked, this, &FindBar::shut);
  for (const auto signal : {&ConversationModel::turnAdded, &ConversationModel::turnChanged}) {
    connect(&model, signal, this, [this] {
      if (isVisible()) search();
    });
  }
  connect(&model, &ConversationModel::reset, this, [this] {
    if (isVisible()) search();
  });
  connect(&theme, &Theme::changed, this, &FindBar::applyTheme);
  applyTheme();
  hide();
}

void FindBar::applyTheme() {
  layout()->setContentsMargins(theme_.gap(), theme_.gapTiny(), theme_.gapSmall(), theme_.gapTiny());
  static_cast<QHBoxLayout*>(layout())->setSpacing(theme_.gapTiny());
}

void FindBar::open(const QString& words, const FindPlace& from) {
  show();
  if (!words.isEmpty()) edit_->setText(words);
  edit_->setFocus(Qt::ShortcutFocusReason);
  edit_->selectAll();
  search();
  for (int i = 0; i < places_.size(); ++i) {
    if (places_[i].turn != from.turn || places_[i].answer != from.answer) continue;
    step(i - current_);
    return;
  }
}

void FindBar::shut() {
  if (isHidden()) return;
  hide();
  places_.clear();
  current_ = -1;
  emit found();
  emit shutDown();
}

QString FindBar::needle() const {
  return isHidden() ? QString() : edit_->text();
}

void FindBar::search() {
  const FindPlace before = current();
  places_.clear();
  const QString words = edit_->text();
  const QList<Turn>& turns = model_.turns();
  for (int turn = 0; turn < turns.size(); ++turn) {
    const auto add = [&](const QString& where, int answer) {
      const auto matches = static_cast<int>(matchesOf(where, words).size());
      for (int match = 0; match < matches; ++match) places_.push_back({turn, answer, match});
    };
    add(turns[turn].question, -1);
    const QList<AnswerItem>& answers = turns[turn].answers;
    for (int i = static_cast<int>(answers.size()) - 1; i >= 0;
         --i) {  // as they are shown: newest first
      if (!answers[i].isNotFound()) add(text(answers[i].answer.text).trimmed(), i);
    }
  }
  // Typing on stays where it is, as long as it is still found there.
  current_ = places_.isEmpty() ? -1 : 0;
  for (int i = 0; i < places_.size(); ++i) {
    const FindPlace& place = places_[i];
    if (place.turn == before.turn && place.answer == before.answer && place.match <= before.match)
      current_ = i;
  }
  tell();
}

void FindBar::step(int by) {
  if (places_.isEmpty()) return;
  current_ = (current_ + by + count()) % count();
  tell();
}

void FindBar::tell() {
  if (edit_->text().isEmpty()) {
    count_->setPlainText({});
  } else if (places_.isEmpty()) {
    count_->setPlainText(tr("Not found"));
  } else {
    count_->setPlainText(tr("%1 of %2").arg(current_ + 1).arg(count()));
  }
  previous_->setEnabled(!places_.isEmpty());
  next_->setEnabled(!places_.isEmpty());
  emit found();
}

bool FindBar::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
    auto* key = static_cast<QKeyEvent*>(event);
    const bool back = (key->modifiers() & Qt::ShiftModifier) != 0 &&
                      (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter);
    if (key->key() == Qt::Key_Escape || back) {
      event->accept();  // this Esc is for the bar, whatever else listens to it
      if (event->type() == QEvent::KeyPress && back) previous();
      if (event->type() == QEvent::KeyPress && !back) shut();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace longtake::ui
