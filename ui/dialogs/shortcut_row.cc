#include "ui/dialogs/shortcut_row.h"

#include <QFocusEvent>
#include <QHBoxLayout>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace longtake::ui {

namespace {

QString keysText(const QList<QKeySequence>& keys) {
  QStringList parts;
  for (const QKeySequence& key : keys) parts << key.toString(QKeySequence::NativeText);
  return parts.join(QStringLiteral("   "));
}

}  // namespace

ShortcutRow::ShortcutRow(Context& context, const ActionInfo& info, QWidget* parent)
    : QWidget(parent), context_(context), info_(info) {
  name_ = new QLabel(Actions::plainText(info), this);
  name_->setWordWrap(true);
  keys_ = new QPushButton(this);
  keys_->setAutoDefault(false);
  keys_->setObjectName(QStringLiteral("keys"));
  edit_ = new QKeySequenceEdit(this);
  edit_->setAccessibleName(tr("New keys for %1").arg(name_->text()));
  edit_->hide();
  edit_->installEventFilter(this);
  clear_ = new QToolButton(this);
  clear_->setObjectName(QStringLiteral("clear"));
  clear_->setIcon(context.theme.icon(QStringLiteral("close")));
  clear_->setToolTip(tr("No key"));
  clear_->setAccessibleName(tr("No key for %1").arg(name_->text()));
  reset_ = new QToolButton(this);
  reset_->setObjectName(QStringLiteral("reset"));
  reset_->setIcon(context.theme.icon(QStringLiteral("undo")));
  reset_->setAccessibleName(tr("The usual keys for %1").arg(name_->text()));
  const QString usual = keysText(Actions::defaultKeys(info));
  reset_->setToolTip(tr("Back to %1").arg(usual.isEmpty() ? tr("no key") : usual));
  for (QToolButton* button : {clear_, reset_}) {
    QSizePolicy policy = button->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    button->setSizePolicy(policy);
  }

  conflict_ = new QWidget(this);
  conflictWords_ = new QLabel(conflict_);
  conflictWords_->setWordWrap(true);
  take_ = new QPushButton(tr("Take It"), conflict_);
  take_->setObjectName(QStringLiteral("take"));
  leave_ = new QPushButton(tr("Leave It"), conflict_);
  take_->setAutoDefault(false);
  leave_->setAutoDefault(false);
  auto* question = new QHBoxLayout(conflict_);
  question->setContentsMargins(0, 0, 0, 0);
  question->addWidget(conflictWords_, 1);
  question->addWidget(take_);
  question->addWidget(leave_);
  conflict_->hide();

  auto* row = new QHBoxLayout;
  row->addWidget(name_, 1);
  row->addWidget(keys_);
  row->addWidget(edit_);
  row->addWidget(clear_);
  row->addWidget(reset_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(row);
  column->addWidget(conflict_);

  connect(keys_, &QPushButton::clicked, this, &ShortcutRow::record);
  connect(clear_, &QToolButton::clicked, this, [this] { context_.actions.setKeys(info_.id, {}); });
  connect(reset_, &QToolButton::clicked, this,
          [this] { context_.actions.setKeys(info_.id, Actions::defaultKeys(info_)); });
  connect(take_, &QPushButton::clicked, this, &ShortcutRow::take);
  connect(leave_, &QPushButton::clicked, this, [this] {
    conflict_->hide();
    keys_->setFocus();
  });
  connect(&context_.actions, &Actions::keysChanged, this, &ShortcutRow::showKeys);
  connect(&context_.theme, &Theme::changed, this, &ShortcutRow::restyle);
  restyle();
  showKeys();
}

bool ShortcutRow::matches(const QStringList& words) const {
  const QString all = name_->text() + QLatin1Char(' ') + Actions::sectionText(info_) +
                      QLatin1Char(' ') + keys_->text();
  return std::all_of(words.begin(), words.end(),
                     [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

void ShortcutRow::showKeys() {
  const QList<QKeySequence> keys = context_.actions.keys(info_.id);
  keys_->setText(keys.isEmpty() ? tr("none") : keysText(keys));
  keys_->setToolTip(tr("Click, then press the new keys"));
  keys_->setAccessibleName(tr("Keys for %1: %2").arg(name_->text(), keys_->text()));
  keys_->setProperty("unset", keys.isEmpty());
  clear_->setVisible(!keys.isEmpty());
  reset_->setVisible(keys != Actions::defaultKeys(info_));
}

void ShortcutRow::record() {
  emit recording();
  conflict_->hide();
  edit_->setMinimumWidth(keys_->width());
  keys_->hide();
  edit_->show();
  edit_->setFocus();
}

void ShortcutRow::stopRecording() {
  if (edit_->isHidden()) return;
  const bool focused = edit_->hasFocus();
  edit_->hide();
  edit_->clear();
  keys_->show();
  if (focused) keys_->setFocus();
}

bool ShortcutRow::eventFilter(QObject* watched, QEvent* event) {
  // One key is enough; the edit itself would wait for up to four.
  if (event->type() == QEvent::KeyRelease && watched == edit_ && !edit_->keySequence().isEmpty()) {
    const QKeySequence key(edit_->keySequence()[0]);
    QMetaObject::invokeMethod(
        this, [this, key] { heard(key); }, Qt::QueuedConnection);
    return true;
  }
  // Going elsewhere means: no. (Not when only the window loses the focus.)
  if (event->type() == QEvent::FocusOut &&
      static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason) {
    QMetaObject::invokeMethod(
        this,
        [this] {
          if (!edit_->hasFocus()) stopRecording();
        },
        Qt::QueuedConnection);
  }
  return QWidget::eventFilter(watched, event);
}

void ShortcutRow::heard(const QKeySequence& key) {
  stopRecording();
  keys_->setFocus();
  if (const ActionInfo* owner = context_.actions.owner(key, info_.id)) {
    wanted_ = key;
    conflictWords_->setText(
        tr("%1 belongs to “%2”.")
            .arg(key.toString(QKeySequence::NativeText), Actions::plainText(*owner)));
    conflict_->show();
    take_->setFocus();
    emit asked();
    return;
  }
  context_.actions.setKeys(info_.id, {key});
}

void ShortcutRow::take() {
  conflict_->hide();
  while (const ActionInfo* owner = context_.actions.owner(wanted_, info_.id)) {
    QList<QKeySequence> left = context_.actions.keys(owner->id);
    left.removeAll(wanted_);
    context_.actions.setKeys(owner->id, left);
  }
  context_.actions.setKeys(info_.id, {wanted_});
  keys_->setFocus();
}

void ShortcutRow::restyle() {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  keys_->setStyleSheet(
      QStringLiteral("QPushButton { padding: %1px %2px; border-radius: %3px; min-width: %4px; "
                     "min-height: 0; background: %5; border: 1px solid %6; }"
                     "QPushButton:hover { background: %7; }"
                     "QPushButton:focus { border-color: %8; }"
                     "QPushButton[unset=\"true\"] { color: %9; }")
          .arg(theme.px(2))
          .arg(theme.px(8))
          .arg(theme.px(5))
          .arg(theme.px(28))
          .arg(c.raised.name(), c.line.name(), c.hover.name(), c.accent.name(), c.textSoft.name()));
  edit_->setFixedWidth(theme.px(150));
  const QSize icon(theme.px(13), theme.px(13));
  clear_->setIconSize(icon);
  reset_->setIconSize(icon);
  conflictWords_->setStyleSheet(QStringLiteral("color: %1").arg(c.warn.name()));
  layout()->itemAt(0)->layout()->setSpacing(theme.gapTiny());
  conflict_->layout()->setSpacing(theme.gapSmall());
  conflict_->layout()->setContentsMargins(0, theme.gapTiny(), 0, theme.gapTiny());
}

}  // namespace longtake::ui
