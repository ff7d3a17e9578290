#include "ui/library/empty_library.h"

#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace longtake::ui {

EmptyLibrary::EmptyLibrary(const Theme& theme, const Actions& actions, QWidget* parent)
    : QWidget(parent), theme_(theme) {
  icon_ = new QLabel(this);
  icon_->setAlignment(Qt::AlignCenter);
  title_ = new QLabel(tr("Drop videos here"), this);
  words_ = new QLabel(tr("Files or folders. They stay where they are, and nothing leaves this "
                         "computer."),
                      this);
  words_->setProperty("soft", true);
  for (QLabel* label : {title_, words_}) {
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
  }
  auto* open = new QPushButton(tr("Open Files…"), this);
  open->setProperty("primary", true);
  auto* folder = new QPushButton(tr("Open a Folder…"), this);
  auto* sample = new QPushButton(tr("or try the sample"), this);
  folder->setProperty("flat", true);
  sample->setProperty("flat", true);
  connect(open, &QPushButton::clicked, actions[ActionId::openFiles], &QAction::trigger);
  connect(folder, &QPushButton::clicked, actions[ActionId::openFolder], &QAction::trigger);
  connect(sample, &QPushButton::clicked, this, &EmptyLibrary::sampleWanted);

  auto* column = new QVBoxLayout(this);
  column->addStretch(2);
  column->addWidget(icon_);
  column->addWidget(title_);
  column->addWidget(words_);
  column->addSpacing(theme.gap());
  column->addWidget(open, 0, Qt::AlignHCenter);
  column->addWidget(folder, 0, Qt::AlignHCenter);
  column->addWidget(sample, 0, Qt::AlignHCenter);
  column->addStretch(3);
  connect(&theme_, &Theme::changed, this, &EmptyLibrary::restyle);
  restyle();
}

void EmptyLibrary::restyle() {
  icon_->setPixmap(theme_.pixmap(QStringLiteral("film"),
                                 inviting_ ? theme_.colors().accent : theme_.colors().textFaint,
                                 theme_.px(36), devicePixelRatioF()));
  title_->setFont(theme_.font(Theme::Font::title));
  layout()->setContentsMargins(theme_.gapLarge(), theme_.gapLarge(), theme_.gapLarge(),
                               theme_.gapLarge());
  layout()->setSpacing(theme_.gapSmall());
  fit();
  update();
}

// Where large text meets a small window, what is said gives way to what can be done.
void EmptyLibrary::fit() {
  icon_->show();
  words_->show();
  for (QWidget* part : {static_cast<QWidget*>(icon_), static_cast<QWidget*>(words_)}) {
    layout()->invalidate();
    if (layout()->totalHeightForWidth(width()) > height()) part->hide();
  }
}

void EmptyLibrary::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fit();
}

void EmptyLibrary::setInviting(bool on) {
  inviting_ = on;
  restyle();
}

void EmptyLibrary::paintEvent(QPaintEvent* /*event*/) {
  const Colors& c = theme_.colors();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QPen pen(inviting_ ? c.accent : c.pressed, 1.5, Qt::CustomDashLine);
  pen.setDashPattern({4, 4});
  painter.setPen(pen);
  painter.setBrush(inviting_ ? c.accentSoft : Qt::transparent);
  const int gap = theme_.gap();
  painter.drawRoundedRect(QRectF(rect()).adjusted(gap, 1, -gap, -gap), theme_.radius() * 1.5,
                          theme_.radius() * 1.5);
}

}  // namespace longtake::ui
