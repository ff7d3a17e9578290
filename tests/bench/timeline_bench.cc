// timeline_bench: what the timeline costs the GUI thread in the case that must stay smooth: a real
// ten-hour file with its pictures and its sound, 10 000 citations, 50 000 stretches of evidence, 2
// 000 markers, 9 000 cuts, four hours of it watched and growing. Milliseconds by the clock and of
// this thread's processor time, which leaves out what others do on the machine. A frame at 60 per
// second lasts 16.7 ms; the target is 8.
#include <QApplication>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <vector>

#include "tests/gui/support.h"
#include "tests/gui/timeline_cases.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"

namespace longtake::ui {
namespace {

constexpr int kRounds = 200;

double milliseconds(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

// `step` is what happens; painting what it has changed belongs to it.
void measure(const char* name, const std::function<void(int)>& step) {
  std::vector<double> wall;
  std::vector<double> cpu;
  for (int i = 0; i < kRounds; ++i) {
    const double wallBegin = milliseconds(CLOCK_MONOTONIC);
    const double cpuBegin = milliseconds(CLOCK_THREAD_CPUTIME_ID);
    step(i);
    QCoreApplication::sendPostedEvents();
    QApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
    cpu.push_back(milliseconds(CLOCK_THREAD_CPUTIME_ID) - cpuBegin);
    wall.push_back(milliseconds(CLOCK_MONOTONIC) - wallBegin);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  constexpr int kMost = kRounds * 95 / 100;
  std::printf("%-40s %7.2f %7.2f %7.2f   %7.2f %7.2f\n", name, wall[kRounds / 2], wall[kMost],
              wall.back(), cpu[kRounds / 2], cpu[kMost]);
}

bool openTenHours(GuiDesk& desk) {
  const QString minute =
      makeVideo(desk.folder() + "/minute.mkv",
                {"-f", "lavfi", "-i", "smptebars=s=320x180:r=5:d=60", "-f", "lavfi", "-i",
                 "sine=f=300:b=4:d=60:r=8000", "-c:v", "libx264", "-preset", "ultrafast", "-g",
                 "25", "-c:a", "aac", "-b:a", "16k"});
  const QString film = makeVideo(desk.folder() + "/ten_hours.mkv",
                                 {"-stream_loop", "599", "-i", minute, "-c", "copy"});
  desk.context().workspace.openVideo(
      desk.call<VideoAdded>(AddVideo{film.toStdString()}, 300'000).video);
  return desk.context().workspace.duration() > 9 * kHour;
}

int run() {
  GuiDesk desk;
  Workspace& workspace = desk.context().workspace;
  TimelinePanel panel(desk.context());
  TimelineView& view = panel.view();
  panel.resize(1280, 180);
  panel.show();
  if (!QTest::qWaitForWindowExposed(&panel) || !openTenHours(desk)) return 1;
  std::fprintf(stderr, "waiting for sound, cuts and pictures of ten hours...\n");
  bool cuts = false;
  QObject::connect(&workspace, &Workspace::cutsChanged, &panel, [&] { cuts = true; });
  const bool ready = QTest::qWaitFor(
      [&] { return view.data().peaks.size() > 0 && cuts && !view.pictures().isWaiting(); },
      900'000);
  if (!ready) {
    std::fprintf(stderr, "sound: %zu peaks, cuts: %d, pictures: %s\n", view.data().peaks.size(),
                 cuts, view.pictures().isWaiting() ? "not yet" : "there");
    return 1;
  }
  const auto watched = [&](Micros until) {
    emit desk.context().engine.watchProgress(
        {workspace.video().id, 1, until, workspace.duration(), 1});
  };
  watched(4 * kHour);
  loadHardCase(workspace);
  if (!QTest::qWaitFor([&] { return !view.data().evidence.isEmpty(); }, 10'000)) return 1;
  QTest::qWait(500);

  std::printf("%.1f hours, %zu citations, %zu markers, %zu cuts, %zu peaks; %d x %d at %.1f\n",
              to_seconds(view.data().duration) / 3600, view.data().citations.size(),
              view.data().markers.size(), view.data().cuts.size(), view.data().peaks.size(),
              panel.width(), panel.height(), panel.devicePixelRatioF());
  std::printf("%-40s %7s %7s %7s   %7s %7s\n", "", "clock", "95 %", "slowest", "cpu", "95 %");
  measure("nothing (the event loop by itself)", [](int) {});
  TimelineScale fit = view.scale();
  fit.fit();
  // A hair of zoom, so that every round paints all lanes anew.
  measure("all lanes, ten hours in view", [&](int i) {
    TimelineScale scale = fit;
    scale.zoom(1 + 1e-4 * (1 + i % 2), 600);
    view.setScale(scale);
  });
  measure("all lanes, zooming in and out", [&](int i) {
    TimelineScale scale = fit;
    scale.zoom(std::pow(1.08, i < kRounds / 2 ? i : kRounds - i), 600);
    view.setScale(scale);
  });
  TimelineScale hour = fit;
  hour.zoom(10, 600);
  measure("all lanes, panning with an hour in view", [&](int i) {
    hour.pan(i < kRounds / 2 ? 7 : -7);
    view.setScale(hour);
  });
  measure("the playhead moves, an hour in view", [&](int i) {
    workspace.reportPosition(static_cast<Micros>(hour.begin()) + i * 2 * kSecond);
  });
  view.setScale(fit);
  measure("the playhead moves, ten hours in view",
          [&](int i) { workspace.reportPosition(i * 30 * kSecond); });
  measure("what is watched grows", [&](int i) { watched(4 * kHour + i * 20 * kSecond); });
  const store::Answer answer = workspace.answer();
  measure("such an answer is shown", [&](int) { workspace.showAnswer(answer); });
  return 0;
}

}  // namespace
}  // namespace longtake::ui

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  return longtake::ui::run();
}
