#include "ui/conversation/title_button.h"

#include <QPainter>
#include <QStyle>
#include <algorithm>

namespace longtake::ui {

TitleButton::TitleButton(const Theme& theme, QWidget* parent) : QToolButton(parent), theme_(theme) {
  setPopupMode(QToolButton::InstantPopup);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  connect(&theme, &Theme::changed, this, [this] {
    updateGeometry();
    update();
  });
}

QSize TitleButton::sizeHint() const {
  const QFontMetrics metrics(theme_.font(Theme::Font::strong));
  return {
      metrics.horizontalAdvance(text()) + theme_.px(14) + theme_.gapTiny() + 2 * theme_.gapSmall(),
      std::max(metrics.height() + 2 * theme_.gapTiny(), theme_.px(28))};
}

QSize TitleButton::minimumSizeHint() const {
  return {theme_.px(72), sizeHint().height()};
}

void TitleButton::paintEvent(QPaintEvent* /*event*/) {
  const Colors& c = theme_.colors();
  QPainter painter(this);
  painter.setLayoutDirection(layoutDirection());
  painter.setRenderHint(QPainter::Antialiasing);
  const bool open = isDown();
  if (open || underMouse() || hasFocus()) {
    painter.setPen(hasFocus() ? QPen(c.accent, 1) : QPen(Qt::NoPen));
    painter.setBrush(open ? c.pressed : underMouse() ? c.hover : QColor(Qt::transparent));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme_.radius(),
                            theme_.radius());
  }
  painter.setFont(theme_.font(Theme::Font::strong));
  painter.setPen(c.text);
  const int pad = theme_.gapSmall();
  const int icon = theme_.px(14);
  const int room = width() - 2 * pad - icon - theme_.gapTiny();
  const QString words = painter.fontMetrics().elidedText(text(), Qt::ElideRight, room);
  const int wide = std::min(room, painter.fontMetrics().horizontalAdvance(words));
  const auto place = [&](const QRect& box) {
    return QStyle::visualRect(layoutDirection(), rect(), box);
  };
  painter.drawText(place({pad, 0, wide + 1, height()}), Qt::AlignLeading | Qt::AlignVCenter, words);
  painter.drawPixmap(
      place({pad + wide + theme_.gapTiny(), (height() - icon) / 2 + 1, icon, icon}),
      theme_.pixmap(QStringLiteral("chevron-down"), c.textSoft, icon, devicePixelRatioF()));
}

}  // namespace longtake::ui
