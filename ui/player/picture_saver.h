// Declares PictureSaver: asks where the frame on screen is to be saved, and has the engine save it.
//
// Thread rule: GUI thread; nothing waits. Lifetime rule: as its parent.
#ifndef LONGTAKE_UI_PLAYER_PICTURE_SAVER_H_
#define LONGTAKE_UI_PLAYER_PICTURE_SAVER_H_

#include <QObject>
#include <QWidget>

#include "ui/base/context.h"

namespace longtake::ui {

class PictureSaver : public QObject {
  Q_OBJECT

 public:
  PictureSaver(Context& context, QWidget* parent);

  // The frame on screen at `time` of the open video.
  void save(Micros time);

 signals:
  void saved(const QString& path);

 private:
  void write(qint64 video, Micros time, const QString& path);

  Context& context_;
  QWidget* window_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_PICTURE_SAVER_H_
