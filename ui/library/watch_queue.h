// Declares WatchQueue: what is watched now and what comes next. It sends the engine one WatchVideo
// at a time: the first of the queue that is neither paused nor failed. Order and pauses are kept in
// the settings, and every chunk is committed by the engine, so that work goes on after a restart
// where it ended.
//
// Thread rule: GUI thread. Lifetime rule: shelf and context outlive it.
#ifndef LONGTAKE_UI_LIBRARY_WATCH_QUEUE_H_
#define LONGTAKE_UI_LIBRARY_WATCH_QUEUE_H_

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <vector>

#include "ui/base/context.h"

namespace longtake::ui {

class WatchQueue : public QObject {
  Q_OBJECT

 public:
  enum class State {
    waiting,
    starting,
    watching,
    paused,
    failed,
    full
  };  // full: the disk quota is reached

  struct Item {
    qint64 video = 0;
    State state = State::waiting;
    Micros seen = 0;
    Micros duration = 0;   // 0 = unknown
    double speed = 0;      // times real time, smoothed; 0 = not known yet
    qint64 silentFor = 0;  // seconds without progress, once that is suspicious; else 0
    QString what;          // of a failure
    QString hint;

    // Time until the end at this speed, in microseconds of the wall clock; -1 = unknown.
    Micros left() const;
    // It waits for the user.
    bool isStopped() const { return state == State::paused || state == State::failed; }
  };

  WatchQueue(Context& context, Shelf& shelf, QObject* parent = nullptr);
  ~WatchQueue() override;

  const std::vector<Item>& items() const { return items_; }  // in the order of watching
  const Item* find(qint64 video) const;
  int place(qint64 video) const;               // -1 = not in the queue
  qint64 running() const { return running_; }  // the video being watched; 0 = none

  // What of a video could not be read when it was watched last, in words; empty: nothing that is
  // known of.
  QString damage(qint64 video) const { return damage_.value(video); }

  // Puts a video at the end. One that is in the queue, or watched to its end, stays as it is.
  void add(qint64 video);
  // Stops after the chunk in flight and keeps the place.
  void pause(const QList<qint64>& videos);
  void resume(const QList<qint64>& videos);  // also what failed; adds what is not in the queue
  void remove(qint64 video);
  // Puts these, in the order that they have, before `before` (0 = at the end). What is first is
  // watched.
  void move(const QList<qint64>& videos, qint64 before);
  QList<qint64> all() const;
  int active() const;  // how many are watched or wait for their turn

  // Without progress for so long, watching counts as stalled.
  void setStallAfter(int milliseconds) { stallAfterMs_ = milliseconds; }

 signals:
  void changed(const QSet<qint64>& videos);  // at most five times a second
  void orderChanged();  // of those that were there; changed() tells what comes to the end
  void finished(qint64 video);

 private:
  void restore();
  void store();  // soon: many changes at once are written once
  void write();
  void pump();
  void begin(Item& item);
  void stopRunning();
  void hear(qint64 video, const Event& event);
  void progress(Item& item, const WatchProgress& progress);
  void ended(qint64 video);
  void follow();
  bool overQuota() const;
  void checkQuota();
  void tick();
  void touch(qint64 video);
  Item* item(qint64 video);
  void setItems(std::vector<Item> items);
  bool drop(qint64 video);  // false: it is not in the queue

  Context& context_;
  Shelf& shelf_;
  std::vector<Item> items_;
  QHash<qint64, int> places_;  // of the videos in items_
  QList<qint64> early_;        // to be added as soon as it is known what the queue was
  qint64 running_ = 0;
  RequestId request_ = 0;
  bool stopping_ = false;
  QElapsedTimer sinceProgress_;
  double recentStream_ = 0;  // seconds of video and of the clock, older ones counting less and less
  double recentWall_ = 0;
  QTimer ticking_;  // once a second while watching
  int ticks_ = 0;
  QTimer telling_;
  QElapsedTimer sinceTold_;
  QTimer writing_;
  QString library_;  // the folder that the queue belongs to
  QSet<qint64> touched_;
  QHash<qint64, QString> damage_;  // of this run: the library does not keep it
  int stallAfterMs_ = 20'000;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_WATCH_QUEUE_H_
