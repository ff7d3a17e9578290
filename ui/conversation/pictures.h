// Declares Pictures: small pictures of videos by time, fetched from the engine as they are first
// looked at and kept while there is room.
//
// Thread rule: GUI thread. Lifetime rule: the engine link outlives it.
#ifndef LONGTAKE_UI_CONVERSATION_PICTURES_H_
#define LONGTAKE_UI_CONVERSATION_PICTURES_H_

#include <QCache>
#include <QHash>
#include <QObject>
#include <QPixmap>
#include <QSet>

#include "ui/base/engine_link.h"

namespace longtake::ui {

class Pictures : public QObject {
  Q_OBJECT

 public:
  // Pictures fit into width x height pixels.
  Pictures(EngineLink& engine, int width, int height, QObject* parent = nullptr);

  // The frame on screen at `time`; null if it is not there yet: arrived() tells when it is.
  QPixmap picture(qint64 video, Micros time);

 signals:
  void arrived(qint64 video, longtake::Micros time);

 private:
  using Key = QPair<qint64, Micros>;
  void request();
  void take(const Event& event, qint64 video, const std::vector<Micros>& times);

  EngineLink& engine_;
  const int width_;
  const int height_;
  QCache<Key, QPixmap> cache_;
  QHash<qint64, QSet<Micros>> wanted_;  // asked for since the last request
  QSet<Key> known_;                     // on its way, or not to be had: not asked for again
  bool scheduled_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_PICTURES_H_
