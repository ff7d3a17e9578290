#include "ui/window/trouble_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace longtake::ui {

TroublePage::TroublePage(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
  title_ = new QLabel(tr("The library cannot be opened"), this);
  what_ = new QLabel(this);
  hint_ = new QLabel(this);
  for (QLabel* label : {what_, hint_}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setMaximumWidth(theme.px(560));
  }
  hint_->setProperty("soft", true);
  auto* retryButton = new QPushButton(tr("Try Again"), this);
  retryButton->setProperty("primary", true);
  auto* choose = new QPushButton(tr("Choose Another Folder…"), this);
  connect(retryButton, &QPushButton::clicked, this, &TroublePage::retry);
  connect(choose, &QPushButton::clicked, this, &TroublePage::chooseLibrary);

  auto* buttons = new QHBoxLayout;
  buttons->addWidget(retryButton);
  buttons->addWidget(choose);
  buttons->addStretch();
  auto* column = new QVBoxLayout;
  column->addStretch(2);
  column->addWidget(title_);
  column->addWidget(what_);
  column->addWidget(hint_);
  column->addSpacing(theme.gap());
  column->addLayout(buttons);
  column->addStretch(3);
  auto* row = new QHBoxLayout(this);
  row->addStretch();
  row->addLayout(column);
  row->addStretch();
  connect(&theme_, &Theme::changed, this, &TroublePage::restyle);
  restyle();
}

void TroublePage::explain(const QString& what, const QString& hint) {
  what_->setText(what);
  hint_->setText(hint);
}

void TroublePage::restyle() {
  title_->setFont(theme_.font(Theme::Font::title));
}

}  // namespace longtake::ui
