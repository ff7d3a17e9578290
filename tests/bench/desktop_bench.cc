// desktop_bench LIBRARY VIDEO: milliseconds from the start of the process to the first painted
// window, from dropping VIDEO (not yet in the library) to its first picture and its first seen
// seconds, of exact seeks in it, and the share of a core that the window takes when nothing
// happens. Run it twice with the page cache dropped before the first for a cold start.
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QEventLoop>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

#include "ui/player/player.h"
#include "ui/player/player_panel.h"
#include "ui/window/desktop.h"
#include "ui/window/main_window.h"

namespace longtake::ui {
namespace {

// Since the kernel started this process: the 22nd field of its stat, in ticks since boot.
double milliseconds_of_process() {
  std::ifstream file("/proc/self/stat");
  std::stringstream text;
  text << file.rdbuf();
  std::istringstream fields(text.str().substr(text.str().rfind(')') + 2));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  const double started = std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9 - started) * 1e3;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// As an application waits; QTest::qWait() would look a hundred times a second.
void rest(int milliseconds) {
  QEventLoop loop;
  QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
  loop.exec();
}

class FirstPaint : public QObject {
 public:
  double at = 0;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (at == 0 && event->type() == QEvent::Paint) {
      // Painted means: after this event has been worked off.
      QMetaObject::invokeMethod(
          this, [this] { at = at == 0 ? milliseconds_of_process() : at; }, Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
  }
};

int run(int argc, char** argv) {
  QApplication application(argc, argv);
  setvbuf(stdout, nullptr, _IOLBF, 0);
  if (argc != 3) {
    std::fputs("desktop_bench LIBRARY VIDEO\n", stderr);
    return 2;
  }
  QTemporaryDir folder;
  DesktopOptions options;
  options.resources = QStringLiteral(LONGTAKE_SOURCE_DIR "/resources");
  options.settingsFile = folder.path() + "/settings.ini";
  options.library = QString::fromLocal8Bit(argv[1]);
  options.device = QStringLiteral("cpu");
  Desktop desktop(options);
  desktop.context().settings.setWelcomed(true);
  FirstPaint paint;
  desktop.window().installEventFilter(&paint);
  desktop.start();
  if (!QTest::qWaitFor([&] { return paint.at > 0; }, 20'000)) return 1;
  std::printf("first painted frame           %8.0f ms\n", paint.at);
  QTest::qWait(2000);

  Player& player = desktop.window().findChild<PlayerPanel*>()->player();
  QSignalSpy seen(&desktop.context().engine, &EngineLink::watchProgress);
  QElapsedTimer timer;
  timer.start();
  desktop.open({QString::fromLocal8Bit(argv[2])});
  double picture = 0;
  double watched = 0;
  const bool both = QTest::qWaitFor(
      [&] {
        if (picture == 0 && player.state() == Player::State::ready) {
          picture = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        }
        if (watched == 0 && seen.count() > 0)
          watched = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        return picture > 0 && watched > 0;
      },
      60'000);
  std::printf("dropped, to its first picture %8.0f ms\n", picture);
  std::printf("dropped, to first seen        %8.0f ms\n", watched);
  if (!both) std::puts("(the video was in the library already, or could not be opened)");

  QSignalSpy ended(&desktop.context().engine, &EngineLink::watchEnded);
  if (!QTest::qWaitFor([&] { return ended.count() > 0; }, 120'000)) return 1;
  std::vector<double> seeks;
  const Micros length = player.duration();
  for (int i = 0; i < 21; ++i) {
    QSignalSpy landed(&player, &Player::landed);
    timer.restart();
    desktop.context().workspace.seek((i * 7919LL % 97) * length / 100 + 123'456);
    if (!QTest::qWaitFor([&] { return landed.count() > 0; }, 10'000)) break;
    if (i > 0) seeks.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  std::sort(seeks.begin(), seeks.end());
  if (!seeks.empty()) {
    std::printf("exact seek, median            %8.0f ms\n", seeks[seeks.size() / 2]);
    std::printf("exact seek, 95 %%              %8.0f ms\n", seeks[seeks.size() * 95 / 100]);
  }

  const auto still = [](const char* what) {
    rest(3000);
    const double before = cpu_seconds();
    rest(30'000);
    std::printf("%-29s %8.2f %% of a core\n", what, (cpu_seconds() - before) / 30 * 100);
  };
  still("idle");
  desktop.window().showMinimized();
  still("idle, minimised");
  return 0;
}

}  // namespace
}  // namespace longtake::ui

int main(int argc, char** argv) {
  return longtake::ui::run(argc, argv);
}
