#include "ui/window/stall_watch.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <QDebug>
#include <QEvent>
#include <cstdio>

namespace longtake::ui {

namespace {

// Time on the wall, less the time that this thread was ready to run and had no core: what a window
// waits for because other programs run is not its fault, but sleeping for a lock or a disk is.
double milliseconds() {
  static const int file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  char text[96] = {};
  unsigned long long running = 0;
  unsigned long long waiting = 0;
  if (file >= 0 && pread(file, text, sizeof text - 1, 0) > 0) {
    std::sscanf(text, "%llu %llu", &running, &waiting);
  }
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6 -
         static_cast<double>(waiting) / 1e6;
}

}  // namespace

void StallWatch::watch(double limitMilliseconds) {
  limit_ = limitMilliseconds;
  stalls_.clear();
  events_ = 0;
}

bool StallWatch::notify(QObject* receiver, QEvent* event) {
  if (limit_ <= 0 || depth_ > 0) return QApplication::notify(receiver, event);
  const QString name = QLatin1String(receiver->metaObject()->className());
  const int type = event->type();
  ++depth_;
  const double begin = milliseconds();
  const bool result = QApplication::notify(receiver, event);
  const double spent = milliseconds() - begin;
  --depth_;
  ++events_;
  if (spent > limit_) {
    stalls_.push_back({spent, type, QStringLiteral("%1, event %2").arg(name).arg(type)});
    qWarning("the GUI thread was busy for %.1f ms: %s", spent, qPrintable(stalls_.back().what));
  }
  return result;
}

}  // namespace longtake::ui
