#include "ui/player/notice.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

namespace longtake::ui {

Notice::Notice(Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
  icon_ = new QLabel(this);
  title_ = new QLabel(this);
  text_ = new QLabel(this);
  text_->setProperty("soft", true);
  buttons_ = new QWidget(this);
  for (QLabel* label : {icon_, title_, text_}) label->setAlignment(Qt::AlignCenter);
  for (QLabel* label : {title_, text_}) {
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
  }
  auto* row = new QHBoxLayout(buttons_);
  row->setContentsMargins(0, 0, 0, 0);
  auto* column = new QVBoxLayout(this);
  column->addStretch();
  column->addWidget(icon_);
  column->addWidget(title_);
  column->addWidget(text_);
  column->addWidget(buttons_, 0, Qt::AlignHCenter);
  column->addStretch();
  connect(&theme_, &Theme::changed, this, &Notice::restyle);
  restyle();
}

void Notice::say(const QString& icon, const QString& title, const QString& text,
                 const QList<Help>& helps) {
  iconName_ = icon;
  title_->setText(title);
  text_->setText(text);
  text_->setVisible(!text.isEmpty());
  qDeleteAll(buttons_->findChildren<QPushButton*>());
  for (const Help& help : helps) {
    auto* button = new QPushButton(help.text, buttons_);
    if (buttons_->layout()->isEmpty()) button->setProperty("primary", true);
    connect(button, &QPushButton::clicked, this, help.act);
    buttons_->layout()->addWidget(button);
  }
  buttons_->setVisible(!helps.isEmpty());
  setAccessibleName(title);
  setAccessibleDescription(text);
  restyle();
}

void Notice::restyle() {
  // Lines longer than this are hard to read.
  const int side = std::max(theme_.gapLarge(), (width() - theme_.px(460)) / 2);
  layout()->setContentsMargins(side, theme_.gap(), side, theme_.gap());
  layout()->setSpacing(theme_.gap());
  buttons_->layout()->setSpacing(theme_.gapSmall());
  title_->setFont(theme_.font(Theme::Font::title));
  const int size = theme_.px(36);
  if (!iconName_.isEmpty()) {
    icon_->setPixmap(
        theme_.pixmap(iconName_, theme_.colors().textFaint, size, devicePixelRatioF()));
  }
  // Where all of it has no room, what is said first and the buttons have.
  icon_->setVisible(!iconName_.isEmpty());
  text_->setVisible(!text_->text().isEmpty());
  for (QLabel* label : {icon_, text_}) {
    layout()->invalidate();
    if (layout()->totalHeightForWidth(width()) > height()) label->hide();
  }
  update();
}

void Notice::resizeEvent(QResizeEvent* event) {
  restyle();
  QWidget::resizeEvent(event);
}

void Notice::paintEvent(QPaintEvent* /*event*/) {
  QPainter(this).fillRect(rect(), theme_.colors().window);
}

}  // namespace longtake::ui
