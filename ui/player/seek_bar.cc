#include "ui/player/seek_bar.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <utility>

namespace longtake::ui {

SeekBar::SeekBar(Context& context, QWidget* parent) : QWidget(parent), context_(context) {
  setAccessibleName(tr("Position in the video"));
  setCursor(Qt::PointingHandCursor);
  const Workspace& workspace = context.workspace;
  connect(&workspace, &Workspace::answerChanged, this, qOverload<>(&QWidget::update));
  connect(&workspace, &Workspace::positionChanged, this, qOverload<>(&QWidget::update));
  connect(&workspace, &Workspace::durationChanged, this, qOverload<>(&QWidget::update));
  connect(&context.theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize SeekBar::sizeHint() const {
  return {context_.theme.px(200), context_.theme.px(18)};
}

QRectF SeekBar::track() const {
  const double high = context_.theme.px(4);
  const double edge = context_.theme.px(6);  // of the knob at either end
  return {edge, (height() - high) / 2, width() - 2 * edge, high};
}

double SeekBar::xOf(Micros time) const {
  const Micros whole = context_.workspace.duration();
  const double share = whole > 0 ? static_cast<double>(time) / static_cast<double>(whole) : 0;
  return track().left() + std::clamp(share, 0.0, 1.0) * track().width();
}

void SeekBar::seekTo(double x, bool exact) {
  const double share = std::clamp((x - track().left()) / track().width(), 0.0, 1.0);
  context_.workspace.seek(
      static_cast<Micros>(share * static_cast<double>(context_.workspace.duration())), exact);
}

void SeekBar::paintEvent(QPaintEvent* /*event*/) {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  const Workspace& workspace = context_.workspace;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  const QRectF whole = track();
  const double radius = whole.height() / 2;
  painter.setBrush(c.pressed);
  painter.drawRoundedRect(whole, radius, radius);
  QRectF played = whole;
  played.setRight(xOf(workspace.position()));
  painter.setBrush(c.textSoft);
  painter.drawRoundedRect(played, radius, radius);
  painter.setBrush(c.citation);
  for (const store::Citation& citation : workspace.answer().citations) {
    if (citation.video_id != workspace.video().id) continue;
    const double begin = xOf(citation.time.begin);
    const double wide = std::max<double>(theme.px(3), xOf(citation.time.end) - begin);
    painter.drawRoundedRect(QRectF(begin, theme.px(4), wide, height() - 2 * theme.px(4)),
                            theme.px(2), theme.px(2));
  }
  painter.setBrush(c.playhead);
  painter.drawEllipse(QPointF(xOf(workspace.position()), whole.center().y()), theme.px(6),
                      theme.px(6));
}

void SeekBar::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  dragged_ = true;
  seekTo(event->position().x(), false);
}

void SeekBar::mouseMoveEvent(QMouseEvent* event) {
  if (dragged_) seekTo(event->position().x(), false);
}

// While it is dragged, pictures near by are quicker; where it is let go, it is exact.
void SeekBar::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && std::exchange(dragged_, false)) {
    seekTo(event->position().x(), true);
  }
}

}  // namespace longtake::ui
