#include "ui/player/picture_painter.h"

#include <atomic>
#include <new>

namespace longtake::ui {

namespace {

// mpv converts fastest into rows that begin at multiples of this.
constexpr int kAlignment = 64;

// QImage's own memory is not aligned so.
QImage alignedImage(QSize size) {
  const int stride = (size.width() * 4 + kAlignment - 1) / kAlignment * kAlignment;
  auto* memory = static_cast<uchar*>(
      ::operator new(static_cast<std::size_t>(stride) * static_cast<std::size_t>(size.height()),
                     std::align_val_t(kAlignment)));
  return {memory,
          size.width(),
          size.height(),
          stride,
          QImage::Format_RGB32,
          [](void* pointer) { ::operator delete(pointer, std::align_val_t(kAlignment)); },
          memory};
}

// Waits until the frame's time has come. False: nothing was drawn.
bool render(mpv_render_context* context, QImage& canvas) {
  int size[2] = {canvas.width(), canvas.height()};
  char format[] = "bgr0";
  auto stride = static_cast<std::size_t>(canvas.bytesPerLine());
  mpv_render_param parameters[] = {{MPV_RENDER_PARAM_SW_SIZE, size},
                                   {MPV_RENDER_PARAM_SW_FORMAT, format},
                                   {MPV_RENDER_PARAM_SW_STRIDE, &stride},
                                   {MPV_RENDER_PARAM_SW_POINTER, canvas.bits()},
                                   {MPV_RENDER_PARAM_INVALID, nullptr}};
  return mpv_render_context_render(context, parameters) >= 0;
}

}  // namespace

PicturePainter::PicturePainter(Mpv& mpv) {
  char api[] = MPV_RENDER_API_TYPE_SW;
  mpv_render_param parameters[] = {{MPV_RENDER_PARAM_API_TYPE, api},
                                   {MPV_RENDER_PARAM_INVALID, nullptr}};
  if (mpv.handle() == nullptr ||
      mpv_render_context_create(&render_, mpv.handle(), parameters) < 0) {
    render_ = nullptr;
    return;
  }
  mpv_render_context_set_update_callback(
      render_, [](void* self) { static_cast<PicturePainter*>(self)->wake(); }, this);
  thread_ = std::thread(&PicturePainter::run, this);
}

PicturePainter::~PicturePainter() {
  if (render_ == nullptr) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  thread_.join();
  mpv_render_context_free(render_);
}

void PicturePainter::setSize(QSize size) {
  {
    const std::lock_guard lock(mutex_);
    if (size == size_) return;
    size_ = size;
  }
  wake();
}

QImage PicturePainter::picture() const {
  const std::lock_guard lock(mutex_);
  return picture_;
}

void PicturePainter::wake() {
  {
    const std::lock_guard lock(mutex_);
    due_ = true;
  }
  woken_.notify_one();
}

// mutex_ is never held while mpv is called: mpv calls wake() with locks of its own.
void PicturePainter::run() {
  QSize painted;
  std::unique_lock lock(mutex_);
  while (true) {
    woken_.wait(lock, [this] { return due_ || stopping_; });
    if (stopping_) return;
    due_ = false;
    const QSize size = size_;
    lock.unlock();
    if (hasNewFrame() || size != painted) {
      paint(size);
      painted = size;
    }
    lock.lock();
  }
}

void PicturePainter::paint(QSize size) {
  QImage& image = canvas(size);
  if (render(render_, image)) {
    {
      const std::lock_guard lock(mutex_);
      picture_ = image;
    }
    emit painted();
  }
  // Until this is said mpv waits before it goes on, and before it tells that the picture is ready.
  // A frame that has come meanwhile has not been drawn yet, and wakes this thread again.
  if (!hasNewFrame()) mpv_render_context_report_swap(render_);
}

bool PicturePainter::hasNewFrame() {
  return (mpv_render_context_update(render_) & MPV_RENDER_UPDATE_FRAME) != 0;
}

// One of this size that nobody looks at.
QImage& PicturePainter::canvas(QSize size) {
  for (QImage& image : canvases_) {
    if (image.size() != size) return image = alignedImage(size);
    if (!image.isDetached()) continue;
    // Whoever held it last has read what he read before it is drawn on.
    std::atomic_thread_fence(std::memory_order_acquire);
    return image;
  }
  return canvases_.front() = alignedImage(size);
}

}  // namespace longtake::ui
