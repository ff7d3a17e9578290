#include "ui/library/trouble_card.h"

#include <QGridLayout>
#include <QLabel>
#include <QToolButton>

namespace longtake::ui {

namespace {
constexpr int kShown = 4;
}

TroubleCard::TroubleCard(const Theme& theme, QWidget* parent) : QFrame(parent), theme_(theme) {
  setObjectName(QStringLiteral("troubleCard"));
  icon_ = new QLabel(this);
  title_ = new QLabel(this);
  lines_ = new QLabel(this);
  for (QLabel* label : {title_, lines_}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A path without a place to break must not make the panel wider.
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    label->setAlignment(Qt::AlignLeading | Qt::AlignTop);
  }
  close_ = new QToolButton(this);
  close_->setIcon(theme.icon(QStringLiteral("close")));
  close_->setAccessibleName(tr("Close this message"));
  close_->setToolTip(close_->accessibleName());
  connect(close_, &QToolButton::clicked, this, &QWidget::hide);
  auto* grid = new QGridLayout(this);
  grid->addWidget(icon_, 0, 0, Qt::AlignTop);
  grid->addWidget(title_, 0, 1);
  grid->addWidget(close_, 0, 2, Qt::AlignTop);
  grid->addWidget(lines_, 1, 1, 1, 2);
  grid->setColumnStretch(1, 1);
  connect(&theme_, &Theme::changed, this, &TroubleCard::restyle);
  restyle();
  hide();
}

void TroubleCard::say(const QString& title, const QStringList& lines) {
  title_->setText(title);
  QStringList shown = lines.mid(0, kShown);
  const int more = static_cast<int>(lines.size()) - kShown;
  if (more > 0) shown << tr("and %n more", nullptr, more);
  lines_->setText(shown.join(QLatin1Char('\n')));
  lines_->setToolTip(lines.mid(0, 40).join(QLatin1Char('\n')));
  lines_->setVisible(!lines.isEmpty());
  show();
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
  close_->setIconSize({theme_.px(14), theme_.px(14)});
  layout()->setContentsMargins(theme_.gapSmall(), theme_.gapSmall(), theme_.gapTiny(),
                               theme_.gapSmall());
  static_cast<QGridLayout*>(layout())->setSpacing(theme_.gapTiny());
}

}  // namespace longtake::ui
