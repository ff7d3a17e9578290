#include "ui/player/video_area.h"

#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

namespace longtake::ui {

VideoArea::VideoArea(Context& context, Player& player, QWidget* parent)
    : QWidget(parent), context_(context), player_(player) {
  setAccessibleName(tr("Video"));
  setFocusPolicy(Qt::ClickFocus);  // leaves the text field, so that the letters are keys again
  setMouseTracking(true);
  surface_ = makeVideoSurface(player_.mpv(), surfaceEvents(), this);
  connect(&player_, &Player::pictureSizeChanged, this,
          [this](QSize size) { surface_->setPictureSize(size); });
}

VideoSurface::Events VideoArea::surfaceEvents() {
  VideoSurface::Events events;
  events.ready = [this] { player_.setSurfaceReady(true); };
  events.lost = [this] { player_.setSurfaceReady(false); };
  events.failed = [this] {
    if (surface_->isSoftware()) return;  // there is nothing else left to try
    delete surface_->widget();
    surface_ = makeSoftwareSurface(player_.mpv(), surfaceEvents(), this);
    surface_->setPictureSize(player_.pictureSize());
    place();
    surface_->widget()->show();
  };
  return events;
}

void VideoArea::place() {
  surface_->widget()->setGeometry(rect());
}

void VideoArea::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  place();
}

void VideoArea::paintEvent(QPaintEvent* /*event*/) {
  QPainter(this).fillRect(rect(), Qt::black);
}

void VideoArea::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->button() == Qt::LeftButton;
}

void VideoArea::mouseReleaseEvent(QMouseEvent* event) {
  if (!std::exchange(pressed_, false) || !rect().contains(event->pos())) return;
  context_.actions[ActionId::playPause]->trigger();
}

void VideoArea::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  pressed_ = false;
  context_.actions[ActionId::playPause]->trigger();  // takes the first click back
  context_.actions[ActionId::fullScreen]->trigger();
}

void VideoArea::mouseMoveEvent(QMouseEvent* /*event*/) {
  emit mouseMoved();
}

void VideoArea::wheelEvent(QWheelEvent* event) {
  wheel_ += event->angleDelta().y();
  while (std::abs(wheel_) >= QWheelEvent::DefaultDeltasPerStep) {
    const bool up = wheel_ > 0;
    wheel_ += up ? -QWheelEvent::DefaultDeltasPerStep : QWheelEvent::DefaultDeltasPerStep;
    context_.actions[up ? ActionId::volumeUp : ActionId::volumeDown]->trigger();
  }
  event->accept();
}

}  // namespace longtake::ui
