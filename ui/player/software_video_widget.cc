#include "ui/player/software_video_widget.h"

#include <QPainter>
#include <QTimer>

namespace longtake::ui {

SoftwareVideoWidget::SoftwareVideoWidget(Mpv& mpv, const Events& events, QWidget* parent)
    : QWidget(parent), painter_(mpv) {
  setMouseTracking(true);
  setAttribute(Qt::WA_OpaquePaintEvent);
  connect(&painter_, &PicturePainter::painted, this, qOverload<>(&QWidget::update));
  QTimer::singleShot(0, this, painter_.isValid() ? events.ready : events.failed);
}

void SoftwareVideoWidget::setPictureSize(QSize size) {
  size_ = size;
  update();
}

QRect SoftwareVideoWidget::pictureRect() const {
  const QSize fitted = size_.isEmpty() ? size() : size_.scaled(size(), Qt::KeepAspectRatio);
  return {QPoint((width() - fitted.width()) / 2, (height() - fitted.height()) / 2), fitted};
}

void SoftwareVideoWidget::paintEvent(QPaintEvent* /*event*/) {
  const QRect place = pictureRect();
  // Whatever changes the place or its pixels (a window, a screen, a video) ends in a paint event.
  // Until the new picture is there the old one is stretched.
  painter_.setSize((place.size() * devicePixelRatioF()).expandedTo({1, 1}));
  QPainter painter(this);
  const QImage picture = painter_.picture();
  const QRegion border = QRegion(rect()) - (picture.isNull() ? QRect() : place);
  for (const QRect& part : border) painter.fillRect(part, Qt::black);
  painter.drawImage(place, picture);
}

}  // namespace longtake::ui
