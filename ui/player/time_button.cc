#include "ui/player/time_button.h"

#include <QPainter>

#include "ui/base/text.h"

namespace longtake::ui {

TimeButton::TimeButton(Theme& theme, QWidget* parent) : QAbstractButton(parent), theme_(theme) {
  setFocusPolicy(Qt::TabFocus);
  setCursor(Qt::PointingHandCursor);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  setAttribute(Qt::WA_Hover);
  connect(&theme_, &Theme::changed, this, [this] {
    updateGeometry();
    update();
  });
  show(0, 0, {});
}

void TimeButton::show(Micros position, Micros duration, std::optional<qint64> frame) {
  const bool otherSize = duration != duration_ || frame.has_value() != frame_.has_value();
  position_ = position;
  duration_ = duration;
  frame_ = frame;
  QString name =
      duration > 0
          ? tr("%1 of %2").arg(timeText(position, 3, duration), timeText(duration, 0, duration))
          : timeText(position, 3);
  if (frame) name += tr(", frame %1").arg(*frame);
  setAccessibleName(name);
  setToolTip(tr("%1\nClick to copy the time").arg(name));
  if (otherSize) updateGeometry();
  update();
}

void TimeButton::setDetail(int level) {
  if (level == level_) return;
  level_ = level;
  updateGeometry();
  update();
}

QList<TimeButton::Part> TimeButton::parts(int level) const {
  const auto widest = [](QString text) {
    for (QChar& c : text) {
      if (c.isDigit()) c = QLatin1Char('0');
    }
    return text;
  };
  QList<Part> parts;
  const QString now = timeText(position_, 3, duration_);
  parts << Part{now, widest(timeText(std::max(position_, duration_), 3, duration_)), true};
  if (level >= 1 && duration_ > 0) {
    const QString length = QStringLiteral(" / ") + timeText(duration_, 0, duration_);
    parts << Part{length, widest(length)};
  }
  if (level >= 2 && frame_) {
    const QString number = QStringLiteral("   ") + tr("frame %1").arg(*frame_);
    const qint64 last =
        position_ > 0 ? *frame_ * std::max(position_, duration_) / position_ : *frame_;
    parts << Part{number,
                  widest(QStringLiteral("   ") + tr("frame %1").arg(std::max(last, *frame_)))};
  }
  return parts;
}

int TimeButton::widthFor(int level) const {
  int width = 2 * theme_.gapSmall();
  for (const Part& part : parts(level)) {
    const QFontMetrics metrics(theme_.font(part.strong ? Theme::Font::strong : Theme::Font::body));
    width += std::max(metrics.horizontalAdvance(part.widest), metrics.horizontalAdvance(part.text));
  }
  return width + 2;
}

QSize TimeButton::sizeHint() const {
  return {widthFor(level_),
          QFontMetrics(theme_.font(Theme::Font::strong)).height() + theme_.px(10)};
}

void TimeButton::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Colors& colors = theme_.colors();
  const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  if (underMouse() || hasFocus()) {
    painter.setBrush(underMouse() ? (isDown() ? colors.pressed : colors.hover) : Qt::transparent);
    painter.setPen(hasFocus() ? QPen(colors.accent) : QPen(Qt::NoPen));
    painter.drawRoundedRect(frame, theme_.radius(), theme_.radius());
  }
  int x = theme_.gapSmall();
  for (const Part& part : parts(level_)) {
    const QFont font = theme_.font(part.strong ? Theme::Font::strong : Theme::Font::body);
    const QFontMetrics metrics(font);
    painter.setFont(font);
    painter.setPen(part.strong ? colors.text : colors.textSoft);
    painter.drawText(QRect(x, 0, width() - x, height()),
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextForceLeftToRight, part.text);
    x += std::max(metrics.horizontalAdvance(part.widest), metrics.horizontalAdvance(part.text));
  }
}

void TimeButton::enterEvent(QEnterEvent* event) {
  update();
  QAbstractButton::enterEvent(event);
}

void TimeButton::leaveEvent(QEvent* event) {
  update();
  QAbstractButton::leaveEvent(event);
}

}  // namespace longtake::ui
