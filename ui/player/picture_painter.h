// Declares PicturePainter: draws mpv's pictures into memory, in a thread of its own, each when its
// time has come, and keeps the newest. A picture takes 2 to 5 ms at 1920x1080 and 30 ms at
// 3840x2160, which the GUI thread must not spend.
//
// mpv tells that a picture is ready (Mpv::pictureReady) only after picture() has it.
//
// Thread rule: the GUI thread's, but painted() is emitted in the painter's own. Lifetime rule:
// deleted before its Mpv; waits for a picture that is being drawn.
#ifndef LONGTAKE_UI_PLAYER_PICTURE_PAINTER_H_
#define LONGTAKE_UI_PLAYER_PICTURE_PAINTER_H_

#include <mpv/render.h>

#include <QImage>
#include <QObject>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "ui/player/mpv.h"

namespace longtake::ui {

class PicturePainter : public QObject {
  Q_OBJECT

 public:
  explicit PicturePainter(Mpv& mpv);
  ~PicturePainter() override;

  // False: mpv cannot draw this way, and there will be no pictures.
  bool isValid() const { return render_ != nullptr; }
  // Width and height of the pictures. The present one is drawn again if they change.
  void setSize(QSize size);
  // The newest finished picture, shared and not copied; it stays as it is while somebody holds it.
  QImage picture() const;

 signals:
  void painted();  // there is a new picture

 private:
  void wake();
  void run();
  void paint(QSize size);
  bool hasNewFrame();
  QImage& canvas(QSize size);

  mpv_render_context* render_ = nullptr;

  mutable std::mutex mutex_;
  std::condition_variable woken_;
  // --- Under mutex_
  bool due_ = false;  // mpv has a new frame, or the size is another
  bool stopping_ = false;
  QSize size_ = {1, 1};  // nobody has asked for more yet
  QImage picture_;

  // --- The painter's own
  // One is shown, one may still be held by who shows it, and one is drawn on.
  std::array<QImage, 3> canvases_;
  std::thread thread_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_PICTURE_PAINTER_H_
