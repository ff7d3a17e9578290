#include "ui/player/gl_video_widget.h"

#include <QCoreApplication>
#include <QEvent>
#include <QGuiApplication>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QTimer>

namespace longtake::ui {

namespace {

const QEvent::Type kRedraw = static_cast<QEvent::Type>(QEvent::registerEventType());

void* findFunction(void* /*context*/, const char* name) {
  QOpenGLContext* current = QOpenGLContext::currentContext();
  return current == nullptr ? nullptr : reinterpret_cast<void*>(current->getProcAddress(name));
}

}  // namespace

GlVideoWidget::GlVideoWidget(Mpv& mpv, Events events, QWidget* parent)
    : QOpenGLWidget(parent), mpv_(mpv), events_(std::move(events)) {
  setMouseTracking(true);
  connect(this, &QOpenGLWidget::frameSwapped, this, [this] {
    if (render_ != nullptr) mpv_render_context_report_swap(render_);
  });
}

GlVideoWidget::~GlVideoWidget() {
  // The base class destroys the context after this, and it must not come back here.
  if (context() != nullptr) disconnect(context(), nullptr, this, nullptr);
  if (render_ == nullptr) return;
  makeCurrent();
  mpv_render_context_free(render_);
  doneCurrent();
}

void GlVideoWidget::initializeGL() {
  // The old context, if there was one, is gone by now.
  mpv_opengl_init_params gl = {findFunction, nullptr};
  char api[] = MPV_RENDER_API_TYPE_OPENGL;
  mpv_render_param parameters[] = {{MPV_RENDER_PARAM_API_TYPE, api},
                                   {MPV_RENDER_PARAM_OPENGL_INIT_PARAMS, &gl},
                                   {MPV_RENDER_PARAM_INVALID, nullptr}};
  if (mpv_.handle() == nullptr ||
      mpv_render_context_create(&render_, mpv_.handle(), parameters) < 0) {
    render_ = nullptr;
    // Not from within a paint: the receiver replaces this widget.
    QTimer::singleShot(0, this, events_.failed);
    return;
  }
  mpv_render_context_set_update_callback(
      render_,
      [](void* self) {
        auto* widget = static_cast<GlVideoWidget*>(self);
        if (!widget->woken_.exchange(true)) {
          QCoreApplication::postEvent(widget, new QEvent(kRedraw));
        }
      },
      this);
  connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &GlVideoWidget::release,
          Qt::DirectConnection);
  QTimer::singleShot(0, this, [this] {
    if (render_ != nullptr) events_.ready();  // it may have been lost again by then
  });
}

void GlVideoWidget::release() {
  if (render_ == nullptr) return;
  makeCurrent();
  mpv_render_context_free(render_);
  doneCurrent();
  render_ = nullptr;
  if (events_.lost) events_.lost();
}

bool GlVideoWidget::event(QEvent* event) {
  if (event->type() == kRedraw) {
    woken_ = false;
    if (render_ != nullptr && (mpv_render_context_update(render_) & MPV_RENDER_UPDATE_FRAME) != 0) {
      update();
    }
    return true;
  }
  return QOpenGLWidget::event(event);
}

void GlVideoWidget::paintGL() {
  const double ratio = devicePixelRatioF();
  const int width = qRound(this->width() * ratio);
  const int height = qRound(this->height() * ratio);
  if (render_ == nullptr) {
    QOpenGLFunctions* functions = QOpenGLContext::currentContext()->functions();
    functions->glClearColor(0, 0, 0, 1);
    functions->glClear(GL_COLOR_BUFFER_BIT);
    return;
  }
  mpv_opengl_fbo target = {static_cast<int>(defaultFramebufferObject()), width, height, 0};
  int flip = 1;
  int wait = 0;  // the GUI thread never waits for a frame's time
  mpv_render_param parameters[] = {{MPV_RENDER_PARAM_OPENGL_FBO, &target},
                                   {MPV_RENDER_PARAM_FLIP_Y, &flip},
                                   {MPV_RENDER_PARAM_BLOCK_FOR_TARGET_TIME, &wait},
                                   {MPV_RENDER_PARAM_INVALID, nullptr}};
  mpv_render_context_render(render_, parameters);
}

}  // namespace longtake::ui
