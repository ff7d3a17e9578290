#include "ui/dialogs/shortcuts_dialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/dialogs/shortcut_row.h"

namespace longtake::ui {

ShortcutsDialog::ShortcutsDialog(Context& context, QWidget* parent)
    : Sheet(context.theme, tr("Keyboard Shortcuts"), 560, 600, parent), context_(context) {
  search_ = new QLineEdit(this);
  search_->setPlaceholderText(tr("Search for an action or a key"));
  search_->setAccessibleName(search_->placeholderText());
  search_->setClearButtonEnabled(true);
  search_->addAction(context.theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  head()->addWidget(search_);

  QWidget* content = body()->parentWidget();
  QString section;
  for (const ActionInfo& info : actionTable()) {
    if (sections_.isEmpty() || section != QLatin1String(info.section)) {
      section = QLatin1String(info.section);
      auto* heading = new QLabel(Actions::sectionText(info), content);
      body()->addWidget(heading);
      sections_.append(Section{heading, {}});
    }
    auto* row = new ShortcutRow(context, info, content);
    body()->addWidget(row);
    sections_.last().rows << row;
    // When it has its new height.
    connect(
        row, &ShortcutRow::asked, this,
        [this, row] {
          body()->activate();
          scroller()->ensureWidgetVisible(row);
        },
        Qt::QueuedConnection);
    connect(row, &ShortcutRow::recording, this, [this, row] {
      for (const Section& other : sections_) {
        for (ShortcutRow* one : other.rows) {
          if (one != row) one->stopRecording();
        }
      }
    });
  }
  nothing_ = paragraph(tr("No action and no key is called that."), content);
  nothing_->hide();
  body()->addWidget(nothing_);
  body()->addStretch();

  resetAll_ = new QPushButton(tr("Reset All"), this);
  resetAll_->setObjectName(QStringLiteral("resetAll"));
  auto* close = new QPushButton(tr("Close"), this);
  resetAll_->setAutoDefault(false);
  close->setAutoDefault(false);  // Return is also a key that can be recorded
  connect(resetAll_, &QPushButton::clicked, &context_.actions, &Actions::resetKeys);
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  foot()->addWidget(resetAll_);
  foot()->addWidget(paragraph(tr("Click on a key to change it."), this), 1);
  foot()->addWidget(close);

  connect(search_, &QLineEdit::textChanged, this, &ShortcutsDialog::search);
  connect(&context_.actions, &Actions::keysChanged, this, &ShortcutsDialog::showReset);
  connect(&context_.theme, &Theme::changed, this, &ShortcutsDialog::restyle);
  restyle();
  showReset();
  search_->setFocus();
}

ShortcutRow* ShortcutsDialog::row(ActionId id) const {
  for (const Section& section : sections_) {
    for (ShortcutRow* row : section.rows) {
      if (row->info().id == id) return row;
    }
  }
  return nullptr;
}

void ShortcutsDialog::search(const QString& text) {
  const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  bool any = false;
  for (const Section& section : sections_) {
    bool shown = false;
    for (ShortcutRow* row : section.rows) {
      const bool matches = row->matches(words);
      row->setVisible(matches);
      shown |= matches;
    }
    section.heading->setVisible(shown);
    any |= shown;
  }
  nothing_->setVisible(!any);
}

void ShortcutsDialog::showReset() {
  resetAll_->setEnabled(!context_.settings.shortcuts().isEmpty());
}

void ShortcutsDialog::restyle() {
  body()->setSpacing(theme().px(2));
  for (const Section& section : sections_) {
    section.heading->setFont(theme().font(Theme::Font::title));
    const bool first = &section == &sections_.first();
    section.heading->setContentsMargins(0, first ? 0 : theme().gap(), 0, theme().gapTiny());
  }
}

}  // namespace longtake::ui
