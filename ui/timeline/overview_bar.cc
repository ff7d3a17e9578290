#include "ui/timeline/overview_bar.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace longtake::ui {

OverviewBar::OverviewBar(TimelineView& view, QWidget* parent) : QWidget(parent), view_(view) {
  setObjectName(QStringLiteral("overview"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setToolTip(tr("The whole video. Drag to move the part that is shown"));
  connect(&view, &TimelineView::scaleChanged, this, [this] {
    setCursor(view_.scale().isFit() ? Qt::ArrowCursor : Qt::OpenHandCursor);
    update();
  });
  connect(&view.context().theme, &Theme::changed, this, &QWidget::updateGeometry);
}

QSize OverviewBar::sizeHint() const {
  return {view_.context().theme.px(100), view_.context().theme.px(9)};
}

void OverviewBar::movePlayhead() {
  const int x = static_cast<int>(whole().x(view_.playhead()));
  if (x == playheadX_ || view_.scale().isFit()) return;
  playheadX_ = x;
  update();
}

QRect OverviewBar::bar() const {
  return {view_.lanes().left(), 0, view_.lanes().width(), height()};
}

TimelineScale OverviewBar::whole() const {
  TimelineScale scale;
  scale.setWidth(bar().width());
  scale.setDuration(view_.data().duration);
  scale.fit();
  return scale;
}

QRectF OverviewBar::window() const {
  const TimelineScale scale = whole();
  const double left = view_.scale().begin() / scale.microsPerPixel();
  // However far the zoom, there is something to take hold of.
  const double width = std::max(view_.scale().span() / scale.microsPerPixel(), 10.0);
  return {bar().left() + std::min(left, bar().width() - width), 0.0, width, height() * 1.0};
}

void OverviewBar::paintEvent(QPaintEvent*) {
  if (view_.data().duration <= 0 || view_.scale().isFit()) return;
  const Theme& theme = view_.context().theme;
  const Colors& c = theme.colors();
  const QRect box = bar();
  const TimelineScale scale = whole();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(c.window);
  painter.drawRoundedRect(box, theme.px(3), theme.px(3));
  painter.setBrush(c.pressed);
  painter.drawRoundedRect(window(), theme.px(3), theme.px(3));
  painter.setRenderHint(QPainter::Antialiasing, false);

  const TimelineData& known = view_.data();
  QList<QRectF> seen;
  QList<QRectF> cited;
  QList<QRectF> marked;
  const double middle = height() / 2.0;
  for (int x = 0; x < box.width(); ++x) {
    const TimeRange time{scale.time(x), std::max(scale.time(x + 1), scale.time(x) + 1)};
    if (known.coverage.mean(time) > 0.2F) seen << QRectF(box.left() + x, middle - 0.5, 1, 1);
    if (known.citations.count(time) > 0) cited << QRectF(box.left() + x - 0.5, 2, 2, middle - 2);
    if (known.markers.size() > 0 && known.markers.count(time) > 0) {
      marked << QRectF(box.left() + x - 0.5, middle, 2, middle - 2);
    }
  }
  painter.setBrush(c.seen);
  painter.drawRects(seen);
  painter.setBrush(c.citation);
  painter.drawRects(cited);
  painter.setBrush(c.warn);
  painter.drawRects(marked);
  painter.setBrush(c.playhead);
  painter.drawRect(QRectF(box.left() + scale.x(view_.playhead()) - 0.5, 0, 1, height()));
}

void OverviewBar::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || view_.scale().isFit()) return;
  const QRectF shown = window();
  const double x = event->position().x();
  grip_ = x >= shown.left() && x <= shown.right() ? x - shown.left() : shown.width() / 2;
  setCursor(Qt::ClosedHandCursor);
  mouseMoveEvent(event);
}

void OverviewBar::mouseMoveEvent(QMouseEvent* event) {
  if ((event->buttons() & Qt::LeftButton) == 0 || view_.scale().isFit()) return;
  TimelineScale scale = view_.scale();
  scale.set((event->position().x() - grip_ - bar().left()) * whole().microsPerPixel(),
            scale.microsPerPixel());
  view_.setScale(scale);
}

// As over the lanes.
void OverviewBar::wheelEvent(QWheelEvent* event) {
  QCoreApplication::sendEvent(&view_, event);
}

}  // namespace longtake::ui
