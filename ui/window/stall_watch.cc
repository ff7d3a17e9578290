#include "ui/window/stall_watch.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <QDebug>
#include <QDir>
#include <QEvent>
#include <QFile>
#include <cstdio>

namespace longtake::ui {

namespace {

// The process of the X server: it stands in a file named after the display. Empty: there is none
// here.
QByteArray serversProcess() {
  if (QGuiApplication::platformName() != u"xcb") return {};
  const QString display = qEnvironmentVariable("DISPLAY").section(QLatin1Char('.'), 0, 0);
  if (!display.startsWith(QLatin1Char(':'))) return {};
  QFile lock(QStringLiteral("/tmp/.X%1-lock").arg(display.mid(1)));
  return lock.open(QIODevice::ReadOnly) ? lock.readAll().trimmed() : QByteArray();
}

// The scheduler's figures of the threads that must run for this one to go on: itself, the X server,
// whose word it waits for before it paints, and the thread of Qt that hears that word.
std::vector<int> openSchedulersFigures() {
  std::vector<QByteArray> folders = {"/proc/thread-self"};
  if (const QByteArray server = serversProcess(); !server.isEmpty()) {
    folders.push_back("/proc/" + server);
    for (const QString& thread : QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs)) {
      QFile name(QStringLiteral("/proc/self/task/%1/comm").arg(thread));
      if (name.open(QIODevice::ReadOnly) && name.readAll().startsWith("QXcbEventQueue")) {
        folders.push_back("/proc/self/task/" + thread.toLatin1());
      }
    }
  }
  std::vector<int> files;
  for (const QByteArray& folder : folders) {
    files.push_back(open((folder + "/schedstat").constData(), O_RDONLY | O_CLOEXEC));
  }
  return files;
}

// Milliseconds that a thread has been ready to run and had no core; 0 where nobody knows.
double waited(int file) {
  char text[96] = {};
  unsigned long long running = 0;
  unsigned long long waiting = 0;
  if (file >= 0 && pread(file, text, sizeof text - 1, 0) > 0) {
    std::sscanf(text, "%llu %llu", &running, &waiting);
  }
  return static_cast<double>(waiting) / 1e6;
}

// Time on the wall, less the time without a core: what a window waits for because other programs
// run is not its fault, but sleeping for a lock or a disk is.
double milliseconds() {
  static const std::vector<int> files = openSchedulersFigures();
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  double time = static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
  for (const int file : files) time -= waited(file);
  return time;
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
    stalls_.push_back({spent, QStringLiteral("%1, event %2").arg(name).arg(type)});
    qWarning("the GUI thread was busy for %.1f ms: %s", spent, qPrintable(stalls_.back().what));
  }
  return result;
}

}  // namespace longtake::ui
