// Declares SeenVideos: the library's videos and how much of each has been watched by now, by the
// memory that answers. Scopes, coverage lines and the offer to ask again are made of it.
//
// Thread rule: GUI thread. Lifetime rule: the shelf outlives it.
#ifndef LONGTAKE_UI_CONVERSATION_SEEN_VIDEOS_H_
#define LONGTAKE_UI_CONVERSATION_SEEN_VIDEOS_H_

#include <QHash>
#include <QList>
#include <QObject>

#include "ui/base/shelf.h"

namespace longtake::ui {

struct SeenVideo {
  store::Video video;
  std::vector<TimeRange> seen;  // ascending; of the memory that answers
  bool finished = false;

  Micros duration() const { return video.duration; }
  // How much of `range` (all of the video if there is none) has been seen, in microseconds.
  Micros seenOf(const std::optional<TimeRange>& range) const;
};

class SeenVideos : public QObject {
  Q_OBJECT

 public:
  explicit SeenVideos(const Shelf& shelf, QObject* parent = nullptr);

  const QList<SeenVideo>& all() const { return videos_; }
  const SeenVideo* find(qint64 video) const;  // nullptr: not in the library, or not known yet
  QString name(qint64 video) const;
  Micros duration(qint64 video) const;  // 0 = unknown
  bool hasSeen(qint64 video) const;
  bool isKnown() const { return known_; }  // the library has been read at least once

 signals:
  void changed();

 private:
  void follow(const QSet<qint64>& videos);
  void read();

  const Shelf& shelf_;
  QList<SeenVideo> videos_;
  QHash<qint64, qsizetype> places_;
  bool known_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_SEEN_VIDEOS_H_
