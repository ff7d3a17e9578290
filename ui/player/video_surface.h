// Declares VideoSurface, the widget that shows mpv's pictures, and makeVideoSurface(), which picks
// one: OpenGL where a graphics card does it, else (no OpenGL, one that the processor imitates, a
// remote or an offscreen screen) drawn by the processor without. LONGTAKE_SOFTWARE_VIDEO=1 asks for
// the latter, 0 for any OpenGL that there is.
//
// Thread rule: GUI thread. Lifetime rule: deleted before its Mpv. The widgets are never given
// another parent: that would throw away the OpenGL context, and the picture with it.
#ifndef LONGTAKE_UI_PLAYER_VIDEO_SURFACE_H_
#define LONGTAKE_UI_PLAYER_VIDEO_SURFACE_H_

#include <QSize>
#include <QWidget>
#include <functional>

#include "ui/player/mpv.h"

namespace longtake::ui {

class VideoSurface {
 public:
  struct Events {
    std::function<void()> ready;   // mpv may now open files; also after `lost`
    std::function<void()> lost;    // the OpenGL context is gone, and mpv's picture with it
    std::function<void()> failed;  // mpv cannot draw here: use the software surface instead
  };

  virtual ~VideoSurface() = default;
  virtual QWidget* widget() = 0;
  virtual bool isSoftware() const = 0;
  // Width and height of the video as shown; empty: unknown.
  virtual void setPictureSize(QSize size) = 0;
};

// Whether an OpenGL that calls itself so (GL_RENDERER) is the processor's work. It draws in the GUI
// thread, and slower than the software surface does in its own.
bool isProcessor(const QByteArray& renderer);

// The widget belongs to `parent`.
VideoSurface* makeVideoSurface(Mpv& mpv, VideoSurface::Events events, QWidget* parent);
VideoSurface* makeSoftwareSurface(Mpv& mpv, VideoSurface::Events events, QWidget* parent);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_VIDEO_SURFACE_H_
