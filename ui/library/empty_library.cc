#include "ui/library/empty_library.h"

#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace longtake::ui {

EmptyLibrary::EmptyLibrary(const Theme& theme, const Actions& actions, QWidget* parent)
    : QWidget(parent), theme_(theme) {
  // Large text in a small window scrolls.
  content_ = new QWidget;
  auto* scroller = new QScrollArea(this);
  scroller->setWidget(content_);
  scroller->setWidgetResizable(true);
  scroller->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroller->setFocusPolicy(Qt::NoFocus);
  // The frame that is painted here shows through.
  content_->setAutoFillBackground(false);
  scroller->viewport()->setAutoFillBackground(false);
  auto* whole = new QVBoxLayout(this);
  whole->addWidget(scroller);

  icon_ = new QLabel(content_);
  icon_->setAlignment(Qt::AlignCenter);
  title_ = new QLabel(tr("Drop videos here"), content_);
  words_ = new QLabel(tr("Files or folders. They stay where they are, and nothing leaves this "
                         "computer."),
                      content_);
  words_->setProperty("soft", true);
  for (QLabel* label : {title_, words_}) {
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
  }
  auto* open = new QPushButton(tr("Open Files…"), content_);
  open->setProperty("primary", true);
  auto* folder = new QPushButton(tr("Open a Folder…"), content_);
  auto* sample = new QPushButton(tr("or try the sample"), content_);
  folder->setProperty("flat", true);
  sample->setProperty("flat", true);
  connect(open, &QPushButton::clicked, actions[ActionId::openFiles], &QAction::trigger);
  connect(folder, &QPushButton::clicked, actions[ActionId::openFolder], &QAction::trigger);
  connect(sample, &QPushButton::clicked, this, &EmptyLibrary::sampleWanted);

  auto* column = new QVBoxLayout(content_);
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
  icon_->setPixmap(theme_.pixmap(QStringLiteral("film"), theme_.colors().textFaint, theme_.px(36),
                                 devicePixelRatioF()));
  title_->setFont(theme_.font(Theme::Font::title));
  layout()->setContentsMargins(theme_.gapLarge(), theme_.gap(), theme_.gapLarge(),
                               theme_.gapLarge());
  content_->layout()->setContentsMargins(0, 0, 0, 0);
  content_->layout()->setSpacing(theme_.gapSmall());
  update();
}

void EmptyLibrary::paintEvent(QPaintEvent* /*event*/) {
  const Colors& c = theme_.colors();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QPen pen(c.pressed, 1.5, Qt::CustomDashLine);
  pen.setDashPattern({4, 4});
  painter.setPen(pen);
  const int gap = theme_.gap();
  painter.drawRoundedRect(QRectF(rect()).adjusted(gap, 1, -gap, -gap), theme_.radius() * 1.5,
                          theme_.radius() * 1.5);
}

}  // namespace longtake::ui
