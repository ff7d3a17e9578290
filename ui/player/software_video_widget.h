// Declares SoftwareVideoWidget: mpv draws into a picture in memory, which this paints. It costs 1
// ms a frame at 960x540 and 5 ms at 1920x1080, and is never drawn larger than that.
//
// Thread rule: GUI thread; mpv's threads only post an event. Lifetime rule: see VideoSurface.
#ifndef LONGTAKE_UI_PLAYER_SOFTWARE_VIDEO_WIDGET_H_
#define LONGTAKE_UI_PLAYER_SOFTWARE_VIDEO_WIDGET_H_

#include <mpv/render.h>

#include <QImage>
#include <QWidget>
#include <atomic>

#include "ui/player/video_surface.h"

namespace longtake::ui {

class SoftwareVideoWidget : public QWidget, public VideoSurface {
  Q_OBJECT

 public:
  SoftwareVideoWidget(Mpv& mpv, Events events, QWidget* parent);
  ~SoftwareVideoWidget() override;

  QWidget* widget() override { return this; }
  bool isSoftware() const override { return true; }
  void setPictureSize(QSize size) override;

  // What is on screen, in device pixels, without any border.
  const QImage& picture() const { return picture_; }

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QRect pictureRect() const;
  void draw();

  Mpv& mpv_;
  const Events events_;
  mpv_render_context* render_ = nullptr;
  QSize size_;
  QImage picture_;
  std::atomic<bool> woken_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_SOFTWARE_VIDEO_WIDGET_H_
