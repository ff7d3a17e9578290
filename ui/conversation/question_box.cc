#include "ui/conversation/question_box.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/conversation/match_label.h"

namespace longtake::ui {

namespace {

constexpr int kMostLines = 6;
constexpr int kHistory = 100;
// Longer than any question; keeps a pasted file from becoming one.
constexpr int kLongest = 4000;

}  // namespace

QuestionBox::QuestionBox(Context& context, SeenVideos& videos, QWidget* parent)
    : QFrame(parent),
      context_(context),
      edit_(new QPlainTextEdit(this)),
      scope_(new ScopePicker(context, videos, this)),
      hint_(new ElidedLabel(context.theme, Theme::Font::small, this)),
      button_(new QToolButton(this)) {
  auto* column = new QVBoxLayout(this);
  column->addWidget(edit_);
  auto* row = new QHBoxLayout;
  row->addWidget(scope_);
  row->addWidget(hint_, 1);
  row->addWidget(button_);
  column->addLayout(row);

  edit_->setObjectName(QStringLiteral("question"));
  edit_->setAccessibleName(tr("Question"));
  edit_->setFrameShape(QFrame::NoFrame);
  edit_->setTabChangesFocus(true);
  edit_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  edit_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  edit_->installEventFilter(this);
  edit_->setStyleSheet(
      QStringLiteral("QPlainTextEdit { border: none; background: transparent; padding: 0; }"));
  button_->setObjectName(QStringLiteral("send"));
  hint_->setColor(&Colors::textSoft);

  connect(edit_, &QPlainTextEdit::textChanged, this, [this] {
    grow();
    refresh();
    if (std::exchange(empty_, question().isEmpty()) && !empty_) emit begun();
  });
  connect(&context.actions, &Actions::keysChanged, this, &QuestionBox::refresh);
  connect(button_, &QToolButton::clicked, this, [this] {
    if (answering_) {
      emit stopWanted();
    } else {
      send();
    }
  });
  connect(scope_, &ScopePicker::changed, this, &QuestionBox::refresh);
  connect(&context.workspace, &Workspace::videoChanged, this, &QuestionBox::refresh);
  connect(&context.theme, &Theme::changed, this, &QuestionBox::applyTheme);
  applyTheme();
}

void QuestionBox::applyTheme() {
  const Theme& theme = context_.theme;
  auto* column = static_cast<QVBoxLayout*>(layout());
  column->setContentsMargins(theme.gapSmall(), theme.gapSmall(), theme.gapSmall(),
                             theme.gapSmall());
  column->setSpacing(theme.gapTiny());
  edit_->setFont(theme.font(Theme::Font::body));
  edit_->document()->setDocumentMargin(theme.gapTiny());
  button_->setIconSize({theme.px(16), theme.px(16)});
  button_->setFixedSize(theme.px(28), theme.px(28));
  const Colors& c = theme.colors();
  // The one round button, in the accent; a disabled one is quiet.
  button_->setStyleSheet(
      QStringLiteral(
          "QToolButton { background: %1; border: 1px solid %1; border-radius: %2px; padding: 0; }"
          "QToolButton:hover { border-color: %3; }"
          "QToolButton:focus { border: 2px solid %3; }"
          "QToolButton:disabled { background: %4; border-color: %4; }")
          .arg(c.accent.name())
          .arg(theme.px(28) / 2)
          .arg(c.text.name(), c.hover.name()));
  grow();
  refresh();
}

QString QuestionBox::question() const {
  return edit_->toPlainText().trimmed();
}

void QuestionBox::setQuestion(const QString& question) {
  // What was typed before can be brought back by Ctrl+Z.
  QTextCursor all(edit_->document());
  all.select(QTextCursor::Document);
  all.insertText(question);
  edit_->moveCursor(QTextCursor::End);
  recalled_ = -1;
}

void QuestionBox::focusQuestion() {
  edit_->setFocus(Qt::ShortcutFocusReason);
  edit_->selectAll();
}

void QuestionBox::setHistory(const QStringList& questions) {
  history_ = questions.mid(std::max<qsizetype>(questions.size() - kHistory, 0));
  recalled_ = -1;
}

void QuestionBox::setAnswering(bool answering) {
  answering_ = answering;
  refresh();
}

void QuestionBox::refresh() {
  const Theme& theme = context_.theme;
  const QString why = scope_->why();
  const bool possible = why.isEmpty();
  const bool these = scope_->kind() == ScopePicker::Kind::library ||
                     scope_->kind() == ScopePicker::Kind::someVideos;
  if (these) {
    edit_->setPlaceholderText(tr("Ask about these videos…"));
  } else {
    edit_->setPlaceholderText(context_.workspace.hasVideo() ? tr("Ask about this video…")
                                                            : tr("Open a video to ask about it"));
  }
  const bool tooLong = question().size() > kLongest;
  button_->setEnabled(answering_ || (possible && !question().isEmpty() && !tooLong));
  const QString name = answering_
                           ? context_.actions.withKey(tr("Stop the answer"), ActionId::stopAnswer)
                           : tr("Send  (Enter)");
  button_->setAccessibleName(name);
  button_->setToolTip(why.isEmpty() || answering_ ? name : why);
  const QColor color = button_->isEnabled() ? theme.colors().onAccent : theme.colors().textFaint;
  const QString icon = answering_ ? QStringLiteral("stop") : QStringLiteral("send");
  button_->setIcon(QIcon(theme.pixmap(icon, color, theme.px(16), devicePixelRatioF())));
  QString hint;
  if (tooLong) {
    hint = tr("Too long for a question");
  } else if (these || context_.workspace.hasVideo()) {
    hint = why;  // else the placeholder says it
  }
  hint_->setText(hint);
  update();
}

void QuestionBox::grow() {
  const QFontMetrics metrics(edit_->font());
  int lines = 0;
  for (QTextBlock block = edit_->document()->begin(); block.isValid(); block = block.next()) {
    lines += std::max(1, block.lineCount());
  }
  const int shown = std::clamp(lines, 1, kMostLines);
  const int margin = static_cast<int>(2 * edit_->document()->documentMargin());
  edit_->setFixedHeight(shown * metrics.lineSpacing() + margin + 2);
  edit_->setVerticalScrollBarPolicy(lines > kMostLines ? Qt::ScrollBarAsNeeded
                                                       : Qt::ScrollBarAlwaysOff);
}

void QuestionBox::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  grow();
}

void QuestionBox::send() {
  const QString words = question();
  if (answering_ || words.isEmpty() || words.size() > kLongest || !scope_->why().isEmpty()) return;
  history_.removeAll(words);
  history_ << words;
  if (history_.size() > kHistory) history_.removeFirst();
  recalled_ = -1;
  edit_->clear();
  emit sent(words);
}

void QuestionBox::recall(int by) {
  if (history_.isEmpty()) return;
  const auto last = static_cast<int>(history_.size()) - 1;
  int next = recalled_ < 0 ? (by < 0 ? last : last + 1) : recalled_ + by;
  next = std::max(next, 0);
  if (next > last) {
    setQuestion({});
    return;
  }
  setQuestion(history_[next]);
  recalled_ = next;
}

bool QuestionBox::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
  if (watched != edit_ || event->type() != QEvent::KeyPress)
    return QFrame::eventFilter(watched, event);
  auto* key = static_cast<QKeyEvent*>(event);
  const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
  if (enter && (key->modifiers() & Qt::ShiftModifier) == 0) {
    send();
    return true;
  }
  const bool untouched =
      question().isEmpty() || (recalled_ >= 0 && history_.value(recalled_) == question());
  const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == 0;
  if (plain && untouched &&
      (key->key() == Qt::Key_Up || (key->key() == Qt::Key_Down && recalled_ >= 0))) {
    recall(key->key() == Qt::Key_Up ? -1 : 1);
    return true;
  }
  return QFrame::eventFilter(watched, event);
}

void QuestionBox::paintEvent(QPaintEvent* /*event*/) {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(edit_->hasFocus() ? c.accent : c.line, edit_->hasFocus() ? 1.5 : 1));
  painter.setBrush(c.raised);
  const QRectF frame = QRectF(rect()).adjusted(1, 1, -1, -1);
  painter.drawRoundedRect(frame, theme.radius() + 4, theme.radius() + 4);
}

}  // namespace longtake::ui
