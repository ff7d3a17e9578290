#include "ui/window/trouble_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/base/engine_words.h"

namespace longtake::ui {

namespace {

void setPrimary(QPushButton& button, bool on) {
  button.setProperty("primary", on);
  button.style()->unpolish(&button);
  button.style()->polish(&button);
}

}  // namespace

TroublePage::TroublePage(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
  title_ = new QLabel(this);
  what_ = new QLabel(this);
  hint_ = new QLabel(this);
  for (QLabel* label : {what_, hint_}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  }
  hint_->setProperty("soft", true);
  processor_ = new QPushButton(tr("Use the Processor"), this);
  processor_->setObjectName(QStringLiteral("useProcessor"));
  processor_->setProperty("primary", true);
  retry_ = new QPushButton(tr("Try Again"), this);
  retry_->setObjectName(QStringLiteral("retry"));
  choose_ = new QPushButton(tr("Choose Another Folder…"), this);
  choose_->setObjectName(QStringLiteral("chooseLibrary"));
  connect(processor_, &QPushButton::clicked, this, &TroublePage::processorWanted);
  connect(retry_, &QPushButton::clicked, this, &TroublePage::retry);
  connect(choose_, &QPushButton::clicked, this, &TroublePage::chooseLibrary);

  auto* buttons = new QHBoxLayout;
  buttons->addWidget(processor_);
  buttons->addWidget(retry_);
  buttons->addWidget(choose_);
  buttons->addStretch();
  auto* box = new QWidget(this);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(0, 0, 0, 0);
  column->addStretch(2);
  column->addWidget(title_);
  column->addWidget(what_);
  column->addWidget(hint_);
  column->addSpacing(theme.gap());
  column->addLayout(buttons);
  column->addStretch(3);
  auto* row = new QHBoxLayout(this);
  row->addStretch(1);
  row->addWidget(box, 100);  // as wide as it may be
  row->addStretch(1);
  connect(&theme_, &Theme::changed, this, &TroublePage::restyle);
  restyle();
}

void TroublePage::explainOpening() {
  title_->setText(tr("The library is being opened…"));
  what_->setText(
      tr("What is under way comes to its end first. If a model is just being loaded, "
         "that can take a minute."));
  hint_->clear();
  for (QPushButton* button : {processor_, retry_, choose_}) button->hide();
}

void TroublePage::explainLibrary(const QString& what, const QString& hint) {
  explain(tr("The library cannot be opened"), what, hint, false);
}

void TroublePage::explainBusy(const QString& what, const QString& hint) {
  explain(tr("The library is in use"), what,
          withHint(hint, tr("As soon as it is free, it opens here by itself.")), false);
}

void TroublePage::explainDevice(const QString& what) {
  explain(
      tr("The graphics card does not answer"), what,
      tr("The preferences say that the graphics card (CUDA) is to be used. The processor does the "
         "same work, more slowly. Your library, its answers and its markers are not touched."),
      true);
}

void TroublePage::explain(const QString& title, const QString& what, const QString& hint,
                          bool device) {
  title_->setText(title);
  what_->setText(what);
  hint_->setText(hint);
  processor_->setVisible(device);
  retry_->show();
  choose_->setVisible(!device);
  setPrimary(*retry_, !device);
}

void TroublePage::restyle() {
  title_->setFont(theme_.font(Theme::Font::title));
  title_->parentWidget()->setMaximumWidth(theme_.px(560));
}

}  // namespace longtake::ui
