#include "ui/conversation/suggestion_button.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyle>

namespace longtake::ui {

SuggestionButton::SuggestionButton(const Theme& theme, const QString& question, QWidget* parent)
    : QAbstractButton(parent), theme_(theme) {
  setText(question);
  setAccessibleName(question);
  setAccessibleDescription(tr("Asks this question"));
  setCursor(Qt::PointingHandCursor);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_Hover);
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(&theme, &Theme::changed, this, [this] {
    updateGeometry();
    update();
  });
}

// Left of it is its padding, right of it the mark that says it is sent.
QRect SuggestionButton::words(int width) const {
  const int pad = theme_.gap();
  return {pad, theme_.gapSmall(), width - 2 * pad - theme_.px(16) - theme_.gapSmall(), 0};
}

QSize SuggestionButton::sizeHint() const {
  const int width = theme_.px(280);
  return {width, heightForWidth(width)};
}

int SuggestionButton::heightForWidth(int width) const {
  QRect box = words(width);
  box.setHeight(10'000);
  const QFontMetrics metrics(theme_.font(Theme::Font::body));
  return metrics.boundingRect(box, Qt::TextWordWrap, text()).height() + 2 * theme_.gapSmall();
}

void SuggestionButton::paintEvent(QPaintEvent* /*event*/) {
  const Colors& c = theme_.colors();
  QPainter painter(this);
  painter.setLayoutDirection(layoutDirection());
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(hasFocus() ? c.accent : c.line, hasFocus() ? 1.5 : 1));
  const bool hovered = isEnabled() && underMouse();
  painter.setBrush(isDown() ? c.pressed : hovered ? c.hover : c.raised);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), theme_.radius(), theme_.radius());
  QRect box = words(width());
  box.setHeight(height() - 2 * theme_.gapSmall());
  painter.setFont(theme_.font(Theme::Font::body));
  painter.setPen(isEnabled() ? c.text : c.textFaint);
  painter.drawText(QStyle::visualRect(layoutDirection(), rect(), box),
                   Qt::AlignLeading | Qt::AlignVCenter | Qt::TextWordWrap, text());
  const int size = theme_.px(16);
  const QRect mark(width() - theme_.gap() - size, (height() - size) / 2, size, size);
  painter.drawPixmap(QStyle::visualRect(layoutDirection(), rect(), mark),
                     theme_.pixmap(QStringLiteral("send"), c.textSoft, size, devicePixelRatioF()));
}

void SuggestionButton::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    click();
    return;
  }
  QAbstractButton::keyPressEvent(event);
}

}  // namespace longtake::ui
