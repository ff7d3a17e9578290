#include "ui/conversation/marks.h"

#include <QPainter>
#include <QTimerEvent>
#include <algorithm>

namespace longtake::ui {

namespace {

constexpr int kFrameMs = 40;
constexpr int kStepDegrees = 14;

}  // namespace

Spinner::Spinner(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&theme, &Theme::changed, this, [this] { updateGeometry(); });
}

void Spinner::showEvent(QShowEvent* /*event*/) {
  timer_.start(kFrameMs, this);
}

void Spinner::hideEvent(QHideEvent* /*event*/) {
  timer_.stop();
}

void Spinner::timerEvent(QTimerEvent* event) {
  if (event->timerId() != timer_.timerId()) return;
  degrees_ = (degrees_ + kStepDegrees) % 360;
  update();
}

void Spinner::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const double thick = std::max(1.5, theme_.px(2) * 0.9);
  const QRectF circle = QRectF(rect()).adjusted(thick, thick, -thick, -thick);
  painter.setPen(QPen(theme_.colors().pressed, thick));
  painter.drawEllipse(circle);
  painter.setPen(QPen(theme_.colors().accent, thick, Qt::SolidLine, Qt::RoundCap));
  painter.drawArc(circle, -degrees_ * 16, 100 * 16);
}

SupportMark::SupportMark(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&theme, &Theme::changed, this, [this] { updateGeometry(); });
}

void SupportMark::setSupport(Support support) {
  support_ = support;
  update();
}

void SupportMark::paintEvent(QPaintEvent* /*event*/) {
  const Colors& c = theme_.colors();
  const int full = support_ == Support::strong ? 3
                   : support_ == Support::some ? 2
                   : support_ == Support::weak ? 1
                                               : 0;
  const QColor color = full == 3 ? c.good : full == 2 ? c.accent : c.warn;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  const double gap = width() / 10.0;
  const double wide = (width() - 2 * gap) / 3.0;
  for (int bar = 0; bar < 3; ++bar) {
    const double high = height() * (0.42 + 0.29 * bar);
    const int place = layoutDirection() == Qt::RightToLeft ? 2 - bar : bar;
    painter.setBrush(bar < full ? color : c.pressed);
    painter.drawRoundedRect(QRectF(place * (wide + gap), height() - high, wide, high), wide / 3,
                            wide / 3);
  }
}

IconMark::IconMark(const Theme& theme, int size, QWidget* parent)
    : QWidget(parent), theme_(theme), size_(size) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&theme, &Theme::changed, this, [this] { updateGeometry(); });
}

void IconMark::setIcon(const QString& name, QColor Colors::*color) {
  name_ = name;
  color_ = color;
  update();
}

void IconMark::paintEvent(QPaintEvent* /*event*/) {
  if (name_.isEmpty()) return;
  QPainter painter(this);
  const int size = theme_.px(size_);
  const QRect place((width() - size) / 2, (height() - size) / 2, size, size);
  painter.drawPixmap(place,
                     theme_.pixmap(name_, theme_.colors().*color_, size, devicePixelRatioF()));
}

}  // namespace longtake::ui
