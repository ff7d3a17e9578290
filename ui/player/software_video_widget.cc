#include "ui/player/software_video_widget.h"

#include <QCoreApplication>
#include <QEvent>
#include <QPainter>
#include <QTimer>
#include <cmath>

namespace longtake::ui {

namespace {

const QEvent::Type kRedraw = static_cast<QEvent::Type>(QEvent::registerEventType());

// mpv converts fastest into rows that begin at multiples of this.
constexpr int kAlignment = 64;
// A larger picture would take the GUI thread longer than a frame may.
constexpr double kMostPixels = 1920.0 * 1080.0;

}  // namespace

SoftwareVideoWidget::SoftwareVideoWidget(Mpv& mpv, Events events, QWidget* parent)
    : QWidget(parent), mpv_(mpv), events_(std::move(events)) {
  setMouseTracking(true);
  setAttribute(Qt::WA_OpaquePaintEvent);
  char api[] = MPV_RENDER_API_TYPE_SW;
  mpv_render_param parameters[] = {{MPV_RENDER_PARAM_API_TYPE, api},
                                   {MPV_RENDER_PARAM_INVALID, nullptr}};
  if (mpv_.handle() == nullptr ||
      mpv_render_context_create(&render_, mpv_.handle(), parameters) < 0) {
    render_ = nullptr;
    QTimer::singleShot(0, this, events_.failed);
    return;
  }
  mpv_render_context_set_update_callback(
      render_,
      [](void* self) {
        auto* widget = static_cast<SoftwareVideoWidget*>(self);
        if (!widget->woken_.exchange(true)) {
          QCoreApplication::postEvent(widget, new QEvent(kRedraw));
        }
      },
      this);
  QTimer::singleShot(0, this, events_.ready);
}

SoftwareVideoWidget::~SoftwareVideoWidget() {
  if (render_ != nullptr) mpv_render_context_free(render_);
}

void SoftwareVideoWidget::setPictureSize(QSize size) {
  if (size == size_) return;
  size_ = size;
  draw();
  update();
}

QRect SoftwareVideoWidget::pictureRect() const {
  const QSize fitted = size_.isEmpty() ? size() : size_.scaled(size(), Qt::KeepAspectRatio);
  return {QPoint((width() - fitted.width()) / 2, (height() - fitted.height()) / 2), fitted};
}

bool SoftwareVideoWidget::event(QEvent* event) {
  if (event->type() == kRedraw) {
    woken_ = false;
    if (render_ != nullptr && (mpv_render_context_update(render_) & MPV_RENDER_UPDATE_FRAME) != 0) {
      draw();
      update();
    }
    return true;
  }
  return QWidget::event(event);
}

void SoftwareVideoWidget::draw() {
  if (render_ == nullptr) return;
  QSizeF wanted = QSizeF(pictureRect().size()) * devicePixelRatioF();
  const double pixels = wanted.width() * wanted.height();
  if (pixels > kMostPixels) wanted *= std::sqrt(kMostPixels / pixels);
  const QSize pixelsWanted = wanted.toSize().expandedTo({1, 1});
  if (picture_.size() != pixelsWanted) {
    // The allocation of an image is not aligned as mpv would like; a wider one's rows are.
    const int stride = (pixelsWanted.width() * 4 + kAlignment - 1) / kAlignment * kAlignment;
    auto* memory = static_cast<uchar*>(::operator new(
        static_cast<std::size_t>(stride) * static_cast<std::size_t>(pixelsWanted.height()),
        std::align_val_t(kAlignment)));
    picture_ = QImage(
        memory, pixelsWanted.width(), pixelsWanted.height(), stride, QImage::Format_RGB32,
        [](void* pointer) { ::operator delete(pointer, std::align_val_t(kAlignment)); }, memory);
    picture_.fill(Qt::black);
  }
  uchar* pixelsOut = picture_.bits();  // first: it may copy the image, and give it another stride
  int size[2] = {picture_.width(), picture_.height()};
  char format[] = "bgr0";
  auto stride = static_cast<std::size_t>(picture_.bytesPerLine());
  int wait = 0;
  mpv_render_param parameters[] = {{MPV_RENDER_PARAM_SW_SIZE, size},
                                   {MPV_RENDER_PARAM_SW_FORMAT, format},
                                   {MPV_RENDER_PARAM_SW_STRIDE, &stride},
                                   {MPV_RENDER_PARAM_SW_POINTER, pixelsOut},
                                   {MPV_RENDER_PARAM_BLOCK_FOR_TARGET_TIME, &wait},
                                   {MPV_RENDER_PARAM_INVALID, nullptr}};
  mpv_render_context_render(render_, parameters);
}

void SoftwareVideoWidget::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), Qt::black);
  if (picture_.isNull()) return;
  painter.setRenderHint(QPainter::SmoothPixmapTransform,
                        picture_.size() != pictureRect().size() * devicePixelRatioF());
  painter.drawImage(pictureRect(), picture_);
}

void SoftwareVideoWidget::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  draw();
}

}  // namespace longtake::ui
