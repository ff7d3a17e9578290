// Declares PictureCache: small pictures of the open video, asked of the engine as they are wanted
// and kept while there is room. What is no longer wanted is no longer asked for.
//
// Thread rule: GUI thread; the engine decodes. Lifetime rule: the engine link outlives it; pictures
// are values.
#ifndef LONGTAKE_UI_TIMELINE_PICTURE_CACHE_H_
#define LONGTAKE_UI_TIMELINE_PICTURE_CACHE_H_

#include <QImage>
#include <QObject>
#include <QPixmap>
#include <QTimer>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "ui/base/engine_link.h"

namespace longtake::ui {

class PictureCache : public QObject {
  Q_OBJECT

 public:
  // bytes: how much it may keep.
  PictureCache(EngineLink& engine, qint64 bytes, QObject* parent = nullptr);

  // 0 = none. Forgets the pictures of another one.
  void setVideo(qint64 video);
  void forget();
  // In real pixels. Pictures that are smaller than needed are asked for again and serve until then.
  void setSize(QSize size);

  // All that is wanted from now on, the most important first. The nearest keyframe is fetched for
  // each; if `exact`, then also the exact picture for times that have no keyframe closer than
  // `near`.
  void want(const std::vector<Micros>& times, Micros near, bool exact);
  // The picture that was asked for at this time, scaled and cut to fill the size; null if it has
  // not come.
  QPixmap picture(Micros time, QSize size);
  // The nearest one there is, as it came; null if none is within the distance.
  QImage nearest(Micros time, Micros within) const;
  bool isWaiting() const { return request_ != nullptr || timer_.isActive(); }

 signals:
  void arrived(longtake::Micros time);
  // The file gives no pictures at all.
  void failed();

 private:
  struct Picture {
    QImage image;
    QPixmap fitted;
    QSize askedFor;
    Micros away = 0;  // what it shows, from the time that it stands for
    quint64 used = 0;
    qint64 bytes() const;
  };
  struct Request {
    RequestId id = 0;
    std::vector<Micros> times;
    bool exact = false;
  };

  enum class Need { nothing, keyframe, exact };
  Need need(Micros time) const;
  void askForNext();
  void take(const PictureReady& ready, const Request& request, QSize size);
  void finish(const Event& event, const std::shared_ptr<Request>& request);
  void stop();
  void makeRoom();

  EngineLink& engine_;
  const qint64 limit_;
  qint64 video_ = 0;
  QSize size_{160, 90};
  std::map<Micros, Picture> pictures_;
  qint64 bytes_ = 0;
  quint64 clock_ = 0;
  std::vector<Micros> wanted_;
  Micros near_ = 0;
  bool exact_ = false;
  std::set<Micros> without_;  // nothing can be had of these times
  std::shared_ptr<Request> request_;
  QTimer timer_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_PICTURE_CACHE_H_
