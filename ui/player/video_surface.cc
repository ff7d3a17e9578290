#include "ui/player/video_surface.h"

#include <QGuiApplication>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>

#include "ui/player/gl_video_widget.h"
#include "ui/player/software_video_widget.h"

namespace longtake::ui {

namespace {

// Whether an OpenGL that mpv should draw with is to be had. Costs some milliseconds, once.
bool openGlWorks() {
  bool asked = false;
  if (qEnvironmentVariableIntValue("LONGTAKE_SOFTWARE_VIDEO", &asked) != 0) return false;
  // QOpenGLWidget says "not supported" on these, whatever the driver can do.
  const QString platform = QGuiApplication::platformName();
  for (const char* without : {"offscreen", "minimal", "linuxfb", "vnc"}) {
    if (platform == QLatin1String(without)) return false;
  }
  QOpenGLContext context;
  if (!context.create()) return false;
  QOffscreenSurface surface;
  surface.setFormat(context.format());
  surface.create();
  if (!surface.isValid() || !context.makeCurrent(&surface)) return false;
  const std::pair<int, int> version = context.format().version();
  const QByteArray renderer =
      reinterpret_cast<const char*>(context.functions()->glGetString(GL_RENDERER));
  context.doneCurrent();
  if (!asked && isProcessor(renderer)) return false;
  return version >= std::pair(2, 1) || (context.isOpenGLES() && version >= std::pair(2, 0));
}

}  // namespace

bool isProcessor(const QByteArray& renderer) {
  const QByteArray name = renderer.toLower();
  for (const char* processor :
       {"llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader"}) {
    if (name.contains(processor)) return true;
  }
  return false;
}

VideoSurface* makeVideoSurface(Mpv& mpv, VideoSurface::Events events, QWidget* parent) {
  static const bool works = openGlWorks();
  if (works) return new GlVideoWidget(mpv, std::move(events), parent);
  return makeSoftwareSurface(mpv, std::move(events), parent);
}

VideoSurface* makeSoftwareSurface(Mpv& mpv, VideoSurface::Events events, QWidget* parent) {
  return new SoftwareVideoWidget(mpv, std::move(events), parent);
}

}  // namespace longtake::ui
