// Declares GlVideoWidget: mpv draws into it by OpenGL.
//
// Thread rule: GUI thread; mpv's threads only post an event. Lifetime rule: see VideoSurface.
#ifndef LONGTAKE_UI_PLAYER_GL_VIDEO_WIDGET_H_
#define LONGTAKE_UI_PLAYER_GL_VIDEO_WIDGET_H_

#include <mpv/render_gl.h>

#include <QOpenGLWidget>
#include <atomic>

#include "ui/player/video_surface.h"

namespace longtake::ui {

class GlVideoWidget : public QOpenGLWidget, public VideoSurface {
  Q_OBJECT

 public:
  GlVideoWidget(Mpv& mpv, Events events, QWidget* parent);
  ~GlVideoWidget() override;

  QWidget* widget() override { return this; }
  bool isSoftware() const override { return false; }
  void setPictureSize(QSize /*size*/) override {}  // mpv fits the picture in itself

 protected:
  void initializeGL() override;
  void paintGL() override;
  bool event(QEvent* event) override;

 private:
  void release();

  Mpv& mpv_;
  const Events events_;
  mpv_render_context* render_ = nullptr;
  std::atomic<bool> woken_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_GL_VIDEO_WIDGET_H_
