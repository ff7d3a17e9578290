// Declares VideoArea: the picture, and what the mouse does on it. Click plays or pauses, a double
// click fills the screen, the wheel changes the volume.
//
// Thread rule: GUI thread. Lifetime rule: deleted before the Player whose pictures it shows.
#ifndef LONGTAKE_UI_PLAYER_VIDEO_AREA_H_
#define LONGTAKE_UI_PLAYER_VIDEO_AREA_H_

#include <QWidget>

#include "ui/base/context.h"
#include "ui/player/player.h"
#include "ui/player/video_surface.h"

namespace longtake::ui {

class VideoArea : public QWidget {
  Q_OBJECT

 public:
  VideoArea(Context& context, Player& player, QWidget* parent);

  VideoSurface* surface() const { return surface_; }

 signals:
  void mouseMoved();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  VideoSurface::Events surfaceEvents();
  void place();

  Context& context_;
  Player& player_;
  VideoSurface* surface_ = nullptr;
  bool pressed_ = false;
  int wheel_ = 0;  // eighths of a degree that have not made a step yet
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_VIDEO_AREA_H_
