// Declares SoftwareVideoWidget: shows the pictures that a PicturePainter draws with the processor,
// pixel by pixel as they are.
//
// Thread rule: GUI thread. Lifetime rule: see VideoSurface.
#ifndef LONGTAKE_UI_PLAYER_SOFTWARE_VIDEO_WIDGET_H_
#define LONGTAKE_UI_PLAYER_SOFTWARE_VIDEO_WIDGET_H_

#include <QImage>
#include <QWidget>

#include "ui/player/picture_painter.h"
#include "ui/player/video_surface.h"

namespace longtake::ui {

class SoftwareVideoWidget : public QWidget, public VideoSurface {
  Q_OBJECT

 public:
  SoftwareVideoWidget(Mpv& mpv, const Events& events, QWidget* parent);

  QWidget* widget() override { return this; }
  bool isSoftware() const override { return true; }
  void setPictureSize(QSize size) override;

  // What is on screen, in device pixels, without any border.
  QImage picture() const { return painter_.picture(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QRect pictureRect() const;

  PicturePainter painter_;
  QSize size_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_SOFTWARE_VIDEO_WIDGET_H_
