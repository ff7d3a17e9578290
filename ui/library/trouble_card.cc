#include "ui/library/trouble_card.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <algorithm>

namespace longtake::ui {

namespace {
constexpr int kShown = 4;
}

TroubleCard::TroubleCard(const Theme& theme, QWidget* parent) : QFrame(parent), theme_(theme) {
  setObjectName(QStringLiteral("troubleCard"));
  icon_ = new QLabel(this);
  title_ = new QLabel(this);
  scroller_ = new QScrollArea(this);
  scroller_->setFrameShape(QFrame::NoFrame);
  scroller_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroller_->setWidgetResizable(true);
  scroller_->setFocusPolicy(Qt::NoFocus);
  lines_ = new QLabel(this);
  for (QLabel* label : {title_, lines_}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A path without a place to break must not make the panel wider.
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    label->setAlignment(Qt::AlignLeading | Qt::AlignTop);
  }
  scroller_->setWidget(lines_);
  // The card's colour shows through.
  lines_->setAutoFillBackground(false);
  scroller_->viewport()->setAutoFillBackground(false);
  more_ = new QPushButton(this);
  more_->setProperty("flat", true);
  connect(more_, &QPushButton::clicked, this, [this] { showLines(true); });
  close_ = new QToolButton(this);
  close_->setIcon(theme.icon(QStringLiteral("close")));
  close_->setAccessibleName(tr("Close this message"));
  close_->setToolTip(close_->accessibleName());
  connect(close_, &QToolButton::clicked, this, &QWidget::hide);
  auto* grid = new QGridLayout(this);
  grid->addWidget(icon_, 0, 0, Qt::AlignTop);
  grid->addWidget(title_, 0, 1);
  grid->addWidget(close_, 0, 2, Qt::AlignTop);
  grid->addWidget(scroller_, 1, 1, 1, 2);
  grid->addWidget(more_, 2, 1, 1, 2, Qt::AlignLeft);
  grid->setColumnStretch(1, 1);
  connect(&theme_, &Theme::changed, this, &TroubleCard::restyle);
  restyle();
  hide();
}

void TroubleCard::say(const QString& title, const QStringList& lines) {
  title_->setText(title);
  all_ = lines;
  scroller_->setVisible(!lines.isEmpty());
  show();
  showLines(false);
}

void TroubleCard::showLines(bool all) {
  const int more = static_cast<int>(all_.size()) - kShown;
  lines_->setText((all ? all_ : all_.mid(0, kShown)).join(QLatin1Char('\n')));
  more_->setText(tr("Show %n More", nullptr, more));
  more_->setVisible(!all && more > 0);
  fit();
}

// As high as the lines, but never so high that the list below is gone.
void TroubleCard::fit() {
  layout()->activate();
  const int lines = lines_->heightForWidth(scroller_->viewport()->width());
  scroller_->setFixedHeight(std::clamp(parentWidget()->height() / 3, 1, std::max(1, lines)));
}

void TroubleCard::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  fit();
}

QString TroubleCard::text() const {
  return title_->text() + QLatin1Char('\n') + lines_->text();
}

void TroubleCard::restyle() {
  const Colors& c = theme_.colors();
  setStyleSheet(
      QStringLiteral("#troubleCard { background: %1; border: none; border-radius: %2px; }")
          .arg(c.warnSoft.name())
          .arg(theme_.radius()));
  icon_->setPixmap(
      theme_.pixmap(QStringLiteral("warning"), c.warn, theme_.px(16), devicePixelRatioF()));
  title_->setFont(theme_.font(Theme::Font::strong));
  lines_->setFont(theme_.font(Theme::Font::small));
  more_->setFont(theme_.font(Theme::Font::small));
  close_->setIconSize({theme_.px(14), theme_.px(14)});
  layout()->setContentsMargins(theme_.gapSmall(), theme_.gapSmall(), theme_.gapTiny(),
                               theme_.gapSmall());
  static_cast<QGridLayout*>(layout())->setSpacing(theme_.gapTiny());
}

}  // namespace longtake::ui
