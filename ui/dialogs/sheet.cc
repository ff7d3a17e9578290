#include "ui/dialogs/sheet.h"

#include <QLabel>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

namespace longtake::ui {

Sheet::Sheet(const Theme& theme, const QString& title, int width, int height, QWidget* parent)
    : QDialog(parent), theme_(theme), wanted_(width, height) {
  setWindowTitle(title);
  title_ = new QLabel(title, this);
  title_->setWordWrap(true);
  head_ = new QVBoxLayout;
  auto* content = new QWidget;
  body_ = new QVBoxLayout(content);
  scroller_ = new QScrollArea(this);
  scroller_->setWidget(content);
  scroller_->setWidgetResizable(true);
  scroller_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroller_->setFocusPolicy(Qt::NoFocus);
  foot_ = new QHBoxLayout;
  column_ = new QVBoxLayout(this);
  column_->addWidget(title_);
  column_->addLayout(head_);
  column_->addWidget(scroller_, 1);
  column_->addLayout(foot_);
  connect(&theme_, &Theme::changed, this, &Sheet::restyle);
  restyle();
}

void Sheet::restyle() {
  title_->setFont(theme_.font(Theme::Font::display));
  const int gap = theme_.gapLarge();
  column_->setContentsMargins(gap, gap, theme_.gapSmall(), theme_.gap());
  column_->setSpacing(theme_.gap());
  head_->setContentsMargins(0, 0, theme_.gap(), 0);
  body_->setContentsMargins(0, 0, theme_.gap(), 0);
  body_->setSpacing(theme_.gapSmall());
  foot_->setContentsMargins(0, 0, theme_.gap(), 0);
  foot_->setSpacing(theme_.gapSmall());
  for (QPushButton* button : findChildren<QPushButton*>()) {
    button->setIconSize({theme_.px(16), theme_.px(16)});
  }
  QSize size(theme_.px(wanted_.width()), theme_.px(wanted_.height()));
  if (const QScreen* on = screen()) {
    size = size.boundedTo(on->availableSize() - QSize(40, 60));
  }
  setMinimumSize(size.boundedTo({theme_.px(320), theme_.px(220)}));
  resize(size);
}

QLabel* Sheet::paragraph(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  label->setProperty("soft", true);
  return label;
}

}  // namespace longtake::ui
