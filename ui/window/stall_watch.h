// Declares StallWatch: an application that measures how long each event keeps the GUI thread. Time
// in which it, or on X11 the display, has no core to run on does not count.
//
// Thread rule: GUI thread. Lifetime rule: as QApplication.
#ifndef LONGTAKE_UI_WINDOW_STALL_WATCH_H_
#define LONGTAKE_UI_WINDOW_STALL_WATCH_H_

#include <QApplication>
#include <QString>
#include <cstdint>
#include <vector>

namespace longtake::ui {

class StallWatch : public QApplication {
 public:
  using QApplication::QApplication;

  struct Stall {
    double milliseconds = 0;
    QString what;  // the receiver's class and the event's number
  };

  // Begins to measure; every event that takes longer than `limit` is kept, and logged.
  void watch(double limitMilliseconds);
  const std::vector<Stall>& stalls() const { return stalls_; }
  std::int64_t events() const { return events_; }

  bool notify(QObject* receiver, QEvent* event) override;

 private:
  double limit_ = 0;  // 0 = not watching
  int depth_ = 0;     // events nest; only the outermost counts
  std::int64_t events_ = 0;
  std::vector<Stall> stalls_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_WINDOW_STALL_WATCH_H_
