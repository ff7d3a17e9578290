// The player: the frame it shows is the engine's at that time, on every kind of clock; steps,
// ranges, shuttle, tracks, the typed time, missing and damaged files, and the controls.
//
// The videos carry their frame number as a row of black and white bars, so that a picture says
// which one it is.
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

#include "engine/media/frame_reader.h"
#include "tests/gui/support.h"
#include "ui/base/text.h"
#include "ui/player/clip_dialog.h"
#include "ui/player/gl_video_widget.h"
#include "ui/player/jumps.h"
#include "ui/player/notice.h"
#include "ui/player/player_panel.h"
#include "ui/player/seek_bar.h"
#include "ui/player/software_video_widget.h"

namespace longtake::ui {

namespace {

constexpr int kBits = 10;
constexpr Micros kMs = 1000;

// Frames of 320x180 whose bars say their number.
QStringList bars(int rate, int seconds, const QString& more = {}) {
  return {"-f", "lavfi", "-i",
          QStringLiteral("nullsrc=s=320x180:r=%1:d=%2,format=gray,geq=lum='255*mod(floor(N/pow(2,"
                         "floor(X/32))),2)'%3")
              .arg(rate)
              .arg(seconds)
              .arg(more)};
}

QStringList x264(int gop = 30) {
  return {"-c:v",     "libx264", "-preset",  "ultrafast", "-bf", "2", "-g", QString::number(gop),
          "-pix_fmt", "yuv420p", "-threads", "2"};
}

int readBars(int width, int height, const std::function<int(int, int)>& grey) {
  int number = 0;
  const bool upright = height > width;  // a rotated one: the bars run along the longer side
  for (int bit = 0; bit < kBits; ++bit) {
    const int along = ((upright ? height : width) * (2 * bit + 1)) / (2 * kBits);
    const int across = (upright ? width : height) / 2;
    if ((upright ? grey(across, along) : grey(along, across)) > 128) number |= 1 << bit;
  }
  return number;
}

// A desk with a player in a window.
struct Bench {
  explicit Bench(const QSize& size = {720, 480}) : panel(desk.context(), nullptr) {
    panel.resize(size);
    // The window of the program adds the keys.
    for (const ActionInfo& info : actionTable()) {
      panel.addAction(desk.context().actions[info.id]);
    }
    panel.show();
    panel.activateWindow();
    if (!QTest::qWaitForWindowActive(&panel)) qFatal("no window");
    panel.setFocus();
  }

  store::Video open(const QString& path) {
    const auto added = desk.call<VideoAdded>(AddVideo{path.toStdString()});
    QSignalSpy landed(&panel.player(), &Player::landed);
    desk.context().workspace.openVideo(added.video);
    if (!QTest::qWaitFor([&] { return landed.count() > 0; }, 10'000)) qFatal("not opened");
    return added.video;
  }

  int shown() {
    QImage picture;
    if (auto* software = dynamic_cast<SoftwareVideoWidget*>(panel.area().surface())) {
      picture = software->picture();
    } else {
      // Without the borders that mpv leaves around it.
      picture = dynamic_cast<GlVideoWidget*>(panel.area().surface())->grabFramebuffer();
      const QSize fitted = panel.player().pictureSize().scaled(picture.size(), Qt::KeepAspectRatio);
      picture = picture.copy(
          {QPoint((picture.width() - fitted.width()) / 2, (picture.height() - fitted.height()) / 2),
           fitted});
    }
    if (picture.isNull()) return -1;
    return readBars(picture.width(), picture.height(),
                    [&](int x, int y) { return qGray(picture.pixel(x, y)); });
  }

  void seek(Micros time) {
    QSignalSpy landed(&panel.player(), &Player::landed);
    workspace().seek(time);
    if (!QTest::qWaitFor([&] { return landed.count() > 0; }, 10'000)) qFatal("no landing");
  }

  Workspace& workspace() { return desk.context().workspace; }
  QAction* action(ActionId id) { return desk.context().actions[id]; }
  void key(int code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QTest::keyClick(&panel, static_cast<Qt::Key>(code), modifiers);
  }

  GuiDesk desk;
  PlayerPanel panel;
};

int numberOf(const media::SampledFrame& frame) {
  return readBars(frame.image.width, frame.image.height,
                  [&](int x, int y) { return int{*frame.image.pixel(x, y)}; });
}

}  // namespace

class PlayerTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  QString steady_;  // 25 frames a second, 6 s, three keyframes

  QString make(const QString& name, const QStringList& arguments) {
    const QString path = folder_.path() + "/" + name;
    return QFile::exists(path) ? path : makeVideo(path, arguments);
  }

 private slots:
  void initTestCase() { steady_ = make("steady.mp4", bars(25, 6) + x264(50)); }

  void everyClockShowsTheEnginesFrame_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("arguments");
    const QStringList tone = {"-f", "lavfi", "-i", "sine=440:d=6"};
    QTest::newRow("constant, B-frames") << "steady.mp4" << bars(25, 6) + x264(50);
    QTest::newRow("29.97") << "ntsc.mp4"
                           << bars(30, 5, ",setpts=N/(30000/1001)/TB") + x264() +
                                  QStringList{"-r", "30000/1001"};
    QTest::newRow("variable") << "variable.mp4"
                              << bars(30, 6, ",select='gt(mod(n*7\\,11)\\,3)'") + x264() +
                                     QStringList{"-vsync", "vfr"};
    QTest::newRow("variable, Matroska")
        << "variable.mkv"
        << bars(30, 6, ",select='gt(mod(n*5\\,13)\\,4)'") + x264() + QStringList{"-vsync", "vfr"};
    QTest::newRow("transport stream, late start")
        << "late.ts"
        << bars(25, 6) + tone + x264() + QStringList{"-c:a", "mp2", "-output_ts_offset", "11.4"};
    QTest::newRow("transport stream, sound first")
        << "sound.ts"
        << QStringList{"-itsoffset", "0.52"} + bars(25, 5) + tone + x264() +
               QStringList{"-c:a", "mp2"};
    QTest::newRow("sound first, MP4") << "sound.mp4"
                                      << QStringList{"-itsoffset", "0.52"} + bars(25, 5) + tone +
                                             x264() + QStringList{"-c:a", "aac"};
    QTest::newRow("rotated") << "rotated.mp4"
                             << bars(25, 4) + x264() + QStringList{"-metadata:s:v", "rotate=90"};
    QTest::newRow("no B-frames, AVI")
        << "plain.avi" << bars(24, 5) + QStringList{"-c:v", "mpeg4", "-q:v", "3"};
  }

  void everyClockShowsTheEnginesFrame() {
    QFETCH(QString, name);
    QFETCH(QStringList, arguments);
    const QString path = make(name, arguments);
    Bench bench;
    const store::Video video = bench.open(path);
    const std::vector<Micros> times = {0,         1,           500 * kMs,   1'000 * kMs,
                                       1'234'567, 2'000 * kMs, 3'003 * kMs, 1'960 * kMs,
                                       40 * kMs,  3'333'333};
    const auto frames = media::read_at(path.toStdString(), times);
    QCOMPARE(frames.size(), times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
      bench.seek(times[i]);
      const int expected = numberOf(frames[i]);
      QTRY_COMPARE(bench.shown(), expected);
      QTest::qWait(20);
      QCOMPARE(bench.shown(), expected);
      // The time that is shown is the frame's, and never before it.
      const Micros apart = bench.panel.player().position() - frames[i].pts;
      QVERIFY2(apart >= 0 && apart <= 1,
               qPrintable(QString("%1 us at %2").arg(apart).arg(times[i])));
      QCOMPARE(bench.workspace().position(), bench.panel.player().position());
    }
  }

  void theEndIsTheLastFrame() {
    Bench bench;
    bench.open(steady_);
    bench.key(Qt::Key_End);
    QTRY_COMPARE(bench.shown(), 149);
    QTRY_COMPARE(bench.workspace().position(), Micros{5'960'000});
    // Playing from there begins anew.
    bench.key(Qt::Key_Space);
    QTRY_VERIFY(bench.workspace().position() < 3'000'000);
    QVERIFY(bench.workspace().isPlaying());
  }

  void itStepsByFramesBothWays() {
    Bench bench;
    bench.open(steady_);
    bench.seek(2'000'000);
    QTRY_COMPARE(bench.shown(), 50);
    bench.key(Qt::Key_Period);
    QTRY_COMPARE(bench.shown(), 51);
    QTRY_COMPARE(bench.workspace().position(), Micros{2'040'000});
    // Over the keyframe, and all presses count.
    for (int i = 0; i < 4; ++i) bench.key(Qt::Key_Comma);
    QTRY_COMPARE(bench.shown(), 47);
    QTRY_COMPARE(bench.workspace().position(), Micros{1'880'000});
    for (int i = 0; i < 3; ++i) bench.key(Qt::Key_Period);
    QTRY_COMPARE(bench.shown(), 50);
    QVERIFY(!bench.workspace().isPlaying());
    // At the beginning there is nothing before.
    bench.seek(0);
    bench.key(Qt::Key_Comma);
    bench.key(Qt::Key_Period);
    QTRY_COMPARE(bench.shown(), 1);
  }

  void draggingEndsExact() {
    Bench bench;
    bench.open(steady_);
    for (Micros time = 0; time <= 3'300'000; time += 60'000) {
      bench.workspace().seek(time, false);
      QCOMPARE(bench.workspace().position(), time);  // at once: it must not lag behind the mouse
      QTest::qWait(2);
    }
    QTRY_COMPARE(bench.shown(), 82);  // nothing more came, so it settles on the frame
    QTRY_COMPARE(bench.workspace().position(), Micros{3'280'000});
  }

  void aSeekBeforeTheFileIsOpenIsKept() {
    Bench bench;
    const auto added = bench.desk.call<VideoAdded>(AddVideo{steady_.toStdString()});
    bench.workspace().openVideo(added.video);
    bench.workspace().seek(4'000'000);
    QTRY_COMPARE(bench.shown(), 100);
    QTRY_COMPARE(bench.workspace().position(), Micros{4'000'000});
  }

  void itPlaysAndStops() {
    Bench bench;
    bench.open(steady_);
    QSignalSpy playing(&bench.workspace(), &Workspace::playingChanged);
    bench.key(Qt::Key_Space);
    QVERIFY(bench.workspace().isPlaying());
    QTRY_VERIFY(bench.workspace().position() > 300'000);
    bench.key(Qt::Key_Space);
    QVERIFY(!bench.workspace().isPlaying());
    QCOMPARE(playing.count(), 2);
    QTest::qWait(150);
    const Micros stopped = bench.workspace().position();
    QTRY_COMPARE(bench.shown(), static_cast<int>(stopped / 40'000));
    QTest::qWait(150);
    QCOMPARE(bench.workspace().position(), stopped);
    // A click on the picture is the same.
    QTest::mouseClick(&bench.panel.area(), Qt::LeftButton);
    QVERIFY(bench.workspace().isPlaying());
    bench.workspace().play(false);
    QVERIFY(!bench.workspace().isPlaying());
  }

  void aRangeIsPlayedOnceAndNoFrameMore() {
    Bench bench;
    bench.open(steady_);
    Micros lowest = 1 << 30;
    Micros highest = 0;
    connect(&bench.workspace(), &Workspace::positionChanged, &bench.panel, [&](Micros position) {
      lowest = std::min(lowest, position);
      highest = std::max(highest, position);
    });
    bench.workspace().playRange({1'000'000, 1'400'000}, false);
    QTRY_VERIFY(bench.workspace().isPlaying());
    QTRY_VERIFY(!bench.workspace().isPlaying());
    QTRY_COMPARE(bench.shown(), 34);  // 1.36 s: the frame at 1.4 s is not part of it
    QTRY_COMPARE(bench.workspace().position(), Micros{1'360'000});
    QCOMPARE(lowest, Micros{1'000'000});
    QCOMPARE(highest, Micros{1'360'000});
    // And the video goes on from there.
    bench.key(Qt::Key_Space);
    QTRY_VERIFY(bench.workspace().position() > 1'700'000);
  }

  void aLoopStaysInsideItsRange() {
    Bench bench;
    bench.open(steady_);
    bench.seek(2'000'000);
    bench.key(Qt::Key_I);
    bench.seek(2'400'000);
    bench.key(Qt::Key_O);
    QVERIFY(bench.workspace().markedRange());
    QCOMPARE(bench.workspace().markedRange()->begin, Micros{2'000'000});
    QCOMPARE(bench.workspace().markedRange()->end, Micros{2'400'000});
    bench.key(Qt::Key_Backslash);
    QVERIFY(bench.action(ActionId::loop)->isChecked());
    QTRY_COMPARE(bench.shown(), 50);  // the playhead was at its end
    // What it shows and what it tells, at every step.
    Micros lowest = 1 << 30;
    Micros highest = 0;
    QSet<int> shown;
    int turns = 0;
    Micros last = 0;
    connect(&bench.workspace(), &Workspace::positionChanged, &bench.panel, [&](Micros position) {
      lowest = std::min(lowest, position);
      highest = std::max(highest, position);
      if (position < last) ++turns;
      last = position;
      shown << bench.shown();
    });
    bench.key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(turns >= 3, 10'000);
    QVERIFY(bench.workspace().isPlaying());
    QVERIFY2(lowest >= 2'000'000 && highest == 2'360'000,
             qPrintable(QString("%1 to %2").arg(lowest).arg(highest)));
    QVERIFY(*std::min_element(shown.begin(), shown.end()) >= 50);
    QVERIFY(*std::max_element(shown.begin(), shown.end()) <= 59);
    bench.key(Qt::Key_Backslash);
    QTRY_VERIFY(bench.workspace().position() > 2'800'000);
  }

  void aSeekLeadsOutOfTheLoopOfARange() {
    Bench bench;
    bench.open(steady_);
    Player& player = bench.panel.player();
    bench.workspace().playRange({2'000'000, 2'400'000}, true);
    QVERIFY(bench.action(ActionId::loop)->isChecked());
    QCOMPARE(bench.workspace().loop(), std::optional(TimeRange{2'000'000, 2'400'000}));
    bench.workspace().seek(2'200'000);
    QVERIFY(player.loop());  // it is still inside
    bench.workspace().seek(1'000'000);
    QVERIFY(!player.loop());
    QVERIFY(!bench.workspace().loop());
    QVERIFY(!bench.action(ActionId::loop)->isChecked());
    bench.workspace().play(true);
    QTRY_VERIFY_WITH_TIMEOUT(bench.workspace().position() > 2'800'000, 10'000);
    // One that was wished for stays.
    bench.workspace().setMarks(2'000'000, 2'400'000);
    bench.action(ActionId::loop)->trigger();
    bench.workspace().seek(1'000'000);
    QVERIFY(player.loop());
  }

  void jklShuttles() {
    Bench bench;
    bench.open(steady_);
    Player& player = bench.panel.player();
    bench.key(Qt::Key_L);
    QCOMPARE(player.shuttleSpeed(), 1);
    bench.key(Qt::Key_L);
    bench.key(Qt::Key_L);
    QCOMPARE(player.shuttleSpeed(), 4);
    QTRY_VERIFY(bench.workspace().position() > 2'000'000);
    bench.key(Qt::Key_J);
    QCOMPARE(player.shuttleSpeed(), 2);
    bench.key(Qt::Key_K);
    QCOMPARE(player.shuttleSpeed(), 0);
    QCOMPARE(player.speed(), 1.0);
    QVERIFY(!bench.workspace().isPlaying());
    bench.seek(4'000'000);
    QElapsedTimer clock;
    clock.start();
    QSet<int> seen;
    connect(&player, &Player::landed, &bench.panel, [&] { seen << bench.shown(); });
    bench.key(Qt::Key_J);
    QVERIFY(bench.workspace().isPlaying());
    bench.key(Qt::Key_J);
    QCOMPARE(player.shuttleSpeed(), -2);
    QTRY_VERIFY(bench.workspace().position() < 3'000'000);
    // At its pace, and not by one leap.
    QVERIFY2(clock.elapsed() > 350, qPrintable(QString::number(clock.elapsed())));
    QVERIFY2(seen.size() >= 3, qPrintable(QString::number(seen.size())));
    bench.key(Qt::Key_K);
    QTest::qWait(100);
    const Micros stopped = bench.workspace().position();
    QTRY_COMPARE(bench.shown(), static_cast<int>(stopped / 40'000));
    // Back to the start, where it stops by itself.
    bench.seek(600'000);
    for (int i = 0; i < 4; ++i) bench.key(Qt::Key_J);
    QTRY_VERIFY(!bench.workspace().isPlaying());
    QTRY_COMPARE(bench.shown(), 0);
  }

  void speedSteps() {
    Bench bench;
    bench.open(steady_);
    bench.key(Qt::Key_BracketRight);
    QCOMPARE(bench.panel.player().speed(), 1.25);
    bench.key(Qt::Key_BracketLeft);
    bench.key(Qt::Key_BracketLeft);
    QCOMPARE(bench.panel.player().speed(), 0.75);
    bench.key(Qt::Key_Backspace);
    QCOMPARE(bench.panel.player().speed(), 1.0);
  }

  void aTypedTimeIsReadOrExplained() {
    Bench bench;
    bench.open(steady_);
    bench.key(Qt::Key_G);
    auto* field = bench.panel.findChild<GoToTime*>();
    auto* edit = field->findChild<QLineEdit*>();
    auto* hint = field->findChild<QLabel*>();
    QTRY_VERIFY(field->isVisible());
    QVERIFY(edit->hasFocus());
    QTest::keyClicks(edit, "xyz");
    QVERIFY(hint->text().contains("no time"));
    QTest::keyClick(edit, Qt::Key_Return);
    QVERIFY(field->isVisible());
    edit->clear();
    QTest::keyClicks(edit, "0:09");
    QVERIFY(hint->text().contains("ends at 0:06.000"));
    shot(bench.panel, "player_go_to_fault");
    edit->clear();
    QTest::keyClicks(edit, "00:00:01:25");
    QVERIFY(hint->text().contains("25 frame"));
    edit->clear();
    QTest::keyClicks(edit, "00:00:03:10");  // the letters and digits are text here, not keys
    QTest::keyClick(edit, Qt::Key_Return);
    QVERIFY(!field->isVisible());
    QTRY_COMPARE(bench.shown(), 85);
    bench.key(Qt::Key_G);
    edit->clear();
    QTest::keyClicks(edit, "f20");
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_COMPARE(bench.shown(), 20);
    bench.key(Qt::Key_G);
    QTest::keyClick(edit, Qt::Key_Escape);
    QVERIFY(!field->isVisible());
  }

  void theTimeIsCopied() {
    Bench bench;
    bench.open(steady_);
    bench.seek(1'040'000);
    QTRY_COMPARE(bench.workspace().position(), Micros{1'040'000});
    QTest::mouseClick(bench.panel.findChild<TimeButton*>(), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), "0:01.040");
  }

  void tracksCanBeChosen() {
    const QString subtitles = folder_.path() + "/words.srt";
    QFile file(subtitles);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("1\n00:00:00,000 --> 00:00:05,000\nWORDS\n\n");
    file.close();
    const QString path = make("tracks.mkv", bars(25, 5) +
                                                QStringList{"-f",
                                                            "lavfi",
                                                            "-i",
                                                            "sine=440:d=5",
                                                            "-f",
                                                            "lavfi",
                                                            "-i",
                                                            "sine=880:d=5",
                                                            "-i",
                                                            subtitles,
                                                            "-map",
                                                            "0:v",
                                                            "-map",
                                                            "1:a",
                                                            "-map",
                                                            "2:a",
                                                            "-map",
                                                            "3:s",
                                                            "-metadata:s:a:0",
                                                            "language=eng",
                                                            "-metadata:s:a:1",
                                                            "language=deu",
                                                            "-metadata:s:a:1",
                                                            "title=Comments",
                                                            "-disposition:s:0",
                                                            "0"} +
                                                x264());
    Bench bench;
    bench.open(path);
    Player& player = bench.panel.player();
    const auto selected = [&](Track::Kind kind) {
      for (const Track& track : player.tracks()) {
        if (track.kind == kind && track.selected) return track.id;
      }
      return 0;
    };
    QTRY_COMPARE(player.tracks().size(), 3);
    QCOMPARE(tracksOf(player.tracks(), Track::Kind::audio).at(1).name(), "German (Comments)");
    QTRY_COMPARE(selected(Track::Kind::audio), 1);
    bench.key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(selected(Track::Kind::audio), 2);
    bench.key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(selected(Track::Kind::audio), 1);
    const int before = selected(Track::Kind::subtitles);
    bench.key(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(selected(Track::Kind::subtitles) != before);
    // The menus of the row are there and hold what there is.
    bench.panel.resize(1100, 480);
    for (const char* name : {"Audio track", "Subtitles"}) {
      QToolButton* found = nullptr;
      for (QToolButton* button : bench.panel.bar().findChildren<QToolButton*>()) {
        if (button->accessibleName() == QLatin1String(name)) found = button;
      }
      QVERIFY(found != nullptr);
      QVERIFY(found->isVisible());
      emit found->menu()->aboutToShow();
      QCOMPARE(found->menu()->actions().size(), 2);
    }
    shot(bench.panel, "player_tracks");
  }

  void aVideoWithoutSeveralTracksHasNoTrackMenus() {
    Bench bench;
    bench.panel.resize(1100, 480);
    bench.open(steady_);
    for (QToolButton* button : bench.panel.bar().findChildren<QToolButton*>()) {
      if (button->accessibleName() == QLatin1String("Audio track") ||
          button->accessibleName() == QLatin1String("Subtitles")) {
        QVERIFY(!button->isVisible());
      }
    }
  }

  void aMissingFileIsExplainedAndComesBack() {
    const QString path = folder_.path() + "/moving.mp4";
    QVERIFY(QFile::copy(steady_, path));
    Bench bench;
    const auto added = bench.desk.call<VideoAdded>(AddVideo{path.toStdString()});
    QVERIFY(QFile::rename(path, path + ".away"));
    bench.workspace().openVideo(added.video);
    QTRY_VERIFY(bench.panel.notice().isVisible());
    QTRY_VERIFY2(bench.panel.notice().title().contains("not where it was"),
                 qPrintable(bench.panel.notice().title()));
    QVERIFY(bench.panel.notice().text().contains(path));
    QVERIFY(!bench.action(ActionId::playPause)->isEnabled());
    shot(bench.panel, "player_missing");
    QSignalSpy relink(&bench.panel, &PlayerPanel::relinkWanted);
    const auto buttons = bench.panel.notice().findChildren<QPushButton*>();
    QCOMPARE(buttons.size(), 2);
    QTest::mouseClick(buttons.first(), Qt::LeftButton);
    QCOMPARE(relink.count(), 1);
    QCOMPARE(relink.first().first().toLongLong(), added.video.id);
    // The user shows the new place.
    QVERIFY(QFile::rename(path + ".away", path + ".moved.mp4"));
    bench.desk.call(RelinkVideo{added.video.id, (path + ".moved.mp4").toStdString()});
    QTRY_COMPARE(bench.panel.player().state(), Player::State::ready);
    QVERIFY(!bench.panel.notice().isVisible());
    // Gone while nobody looks, and back: "Try Again".
    QVERIFY(QFile::rename(path + ".moved.mp4", path));
    bench.workspace().closeVideo();
    QTRY_VERIFY(bench.panel.notice().isVisible());
    auto video = added.video;
    video.path = (path + ".moved.mp4").toStdString();
    bench.workspace().openVideo(video);
    QTRY_VERIFY(bench.panel.notice().title().contains("not where it was"));
    QVERIFY(QFile::rename(path, path + ".moved.mp4"));
    QTest::mouseClick(bench.panel.notice().findChildren<QPushButton*>().last(), Qt::LeftButton);
    QTRY_COMPARE(bench.panel.player().state(), Player::State::ready);
  }

  void aDamagedFileIsExplained() {
    const QString path = folder_.path() + "/damaged.mp4";
    QVERIFY(QFile::copy(steady_, path));
    Bench bench;
    const auto added = bench.desk.call<VideoAdded>(AddVideo{path.toStdString()});
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(20'000, 'x'));
    file.close();
    bench.workspace().openVideo(added.video);
    QTRY_VERIFY(bench.panel.notice().isVisible());
    QTRY_VERIFY2(bench.panel.notice().title().contains("cannot be played"),
                 qPrintable(bench.panel.notice().title()));
    shot(bench.panel, "player_damaged");
    // And the next video plays.
    bench.open(sampleVideo());
    QVERIFY(!bench.panel.notice().isVisible());
  }

  void aFileNeverMakesItOpenAnAddress() {
    const QString path = folder_.path() + "/list.m3u8";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n");
    file.close();
    Bench bench;
    store::Video video;
    video.id = 7;
    video.path = path.toStdString();
    video.name = "list.m3u8";
    QStringList log;
    connect(&bench.panel.player().mpv(), &Mpv::complained, &bench.panel,
            [&](const QString& line) { log << line; });
    bench.workspace().openVideo(video);
    QTRY_COMPARE(bench.panel.player().state(), Player::State::failed);
    QVERIFY2(!log.join(' ').contains("refused", Qt::CaseInsensitive), qPrintable(log.join('\n')));
  }

  void thePlaceIsRemembered() {
    Bench bench;
    const store::Video video = bench.open(steady_);
    bench.seek(3'000'000);
    QTRY_COMPARE(bench.shown(), 75);
    bench.workspace().closeVideo();
    QCOMPARE(bench.desk.context().settings.position(video.id), qint64{3'000'000});
    bench.workspace().openVideo(video);
    QTRY_COMPARE(bench.shown(), 75);
    QTRY_COMPARE(bench.workspace().position(), Micros{3'000'000});
  }

  void jumpsGoThroughMarkersCitationsAndCuts() {
    Bench bench;
    const store::Video video = bench.open(steady_);
    store::Marker marker;
    marker.id = 1;
    marker.video_id = video.id;
    marker.time = {2'000'000, 2'000'000};
    bench.workspace().reportMarkers({marker});
    store::Answer answer;
    answer.id = 1;
    store::Citation citation;
    citation.id = 9;
    citation.video_id = video.id;
    citation.time = {4'000'000, 4'480'000};
    answer.citations = {citation};
    bench.workspace().showAnswer(answer);
    bench.workspace().reportCuts({1'000'000, 5'000'000});
    bench.key(Qt::Key_PageDown);
    QTRY_COMPARE(bench.shown(), 50);
    bench.key(Qt::Key_PageDown);
    QTRY_COMPARE(bench.shown(), 100);
    QCOMPARE(bench.workspace().citation(), qint64{9});
    QSignalSpy told(&bench.workspace(), &Workspace::told);
    bench.key(Qt::Key_PageDown);
    QCOMPARE(told.count(), 1);
    bench.key(Qt::Key_PageUp);
    QTRY_COMPARE(bench.shown(), 50);
    bench.key(Qt::Key_Right, Qt::AltModifier);
    QTRY_COMPARE(bench.shown(), 125);
    bench.key(Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(bench.shown(), 25);
    // "/" plays the selected citation once.
    bench.key(Qt::Key_Slash);
    QTRY_VERIFY(bench.workspace().isPlaying());
    QTRY_VERIFY(!bench.workspace().isPlaying());
    QTRY_COMPARE(bench.shown(), 111);
  }

  void theFrameOnScreenIsSaved() {
    Bench bench;
    bench.open(steady_);
    bench.seek(2'520'000);
    QTRY_COMPARE(bench.shown(), 63);
    bench.key(Qt::Key_S);
    auto* dialog = bench.panel.findChild<QFileDialog*>("save_picture");
    QVERIFY(dialog != nullptr);
    QVERIFY2(dialog->selectedFiles().first().endsWith("steady 00-00-02.520.png"),
             qPrintable(dialog->selectedFiles().first()));
    const QString path = folder_.path() + "/frame.png";
    QSignalSpy saved(bench.panel.findChild<PictureSaver*>(), &PictureSaver::saved);
    dialog->setDirectory(folder_.path());
    dialog->findChild<QLineEdit*>()->setText(path);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_COMPARE(saved.count(), 1);
    const QImage picture(path);
    QCOMPARE(picture.size(), QSize(320, 180));
    QCOMPARE(readBars(320, 180, [&](int x, int y) { return qGray(picture.pixel(x, y)); }), 63);
  }

  void whereThereIsLittleRoomANoticeKeepsItsButtons() {
    GuiDesk desk(false);
    Notice notice(desk.context().theme, nullptr);
    notice.say(QStringLiteral("film"), QStringLiteral("Drop a video here"),
               QStringLiteral("or a folder of videos. Longtake watches it once, and then you can "
                              "ask about it."),
               {{QStringLiteral("Open Files…"), [] {}}});
    notice.resize(420, 320);
    notice.show();
    QVERIFY(QTest::qWaitForWindowExposed(&notice));
    auto* button = notice.findChild<QPushButton*>();
    const auto shown = [&] {
      int labels = 0;
      for (const QLabel* label : notice.findChildren<QLabel*>())
        labels += label->isVisible() ? 1 : 0;
      return labels;
    };
    const auto isWhole = [&] {
      return notice.rect().contains(QRect(button->mapTo(&notice, QPoint()), button->size()));
    };
    QTRY_VERIFY(isWhole());
    QCOMPARE(shown(), 3);
    notice.resize(420, 100);
    QTRY_VERIFY(isWhole());
    QVERIFY(shown() < 3);
    notice.resize(420, 320);
    QTRY_COMPARE(shown(), 3);
  }

  void noWordOfTheClipsDialogIsCutAtLargeText() {
    Bench bench;
    bench.open(steady_);
    bench.desk.context().theme.setTextScale(2.0);
    bench.action(ActionId::exportClip)->trigger();
    auto* dialog = bench.panel.findChild<ClipDialog*>();
    QVERIFY(QTest::qWaitForWindowExposed(dialog));
    for (const QLabel* label : dialog->findChildren<QLabel*>()) {
      if (!label->isVisible()) continue;
      QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
    shot(*dialog, "player_clip_200");
    bench.desk.context().theme.setTextScale(1.0);
  }

  void aClipIsExported() {
    Bench bench;
    bench.open(steady_);
    bench.action(ActionId::exportClip)->trigger();
    auto* dialog = bench.panel.findChild<ClipDialog*>();
    QVERIFY(dialog != nullptr);
    QPushButton* button = nullptr;
    const auto find = [&] {
      for (QPushButton* candidate : dialog->findChildren<QPushButton*>()) {
        if (candidate->text() == "Export") button = candidate;
      }
    };
    find();
    QVERIFY(!button->isEnabled());  // nothing is marked
    shot(*dialog, "player_clip_nothing_marked");
    dialog->close();
    QTRY_VERIFY(bench.panel.findChild<ClipDialog*>() == nullptr);
    bench.workspace().setMarks(1'000'000, 2'000'000);
    bench.action(ActionId::exportClip)->trigger();
    dialog = bench.panel.findChild<ClipDialog*>();
    find();
    QVERIFY(button->isEnabled());
    QCOMPARE(namelessControls(*dialog), QStringList());
    shot(*dialog, "player_clip");
    const QString path = folder_.path() + "/clip.mp4";
    QVERIFY(!QFile::exists(path));
    for (QRadioButton* choice : dialog->findChildren<QRadioButton*>()) {
      if (choice->text().startsWith("Exact")) QTest::mouseClick(choice, Qt::LeftButton, {}, {8, 8});
    }
    auto* edit = dialog->findChild<QLineEdit*>();
    edit->clear();
    QTest::keyClicks(edit, path);
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), 20'000);
    QTRY_VERIFY(button->isEnabled());
    shot(*dialog, "player_clip_done");
    const media::VideoInfo info = media::probe(path.toStdString());
    QVERIFY2(std::abs(info.duration - 1'000'000) <= 40'000,
             qPrintable(QString::number(info.duration)));
    QCOMPARE(numberOf(media::read_at(path.toStdString(), {0}).at(0)), 25);
    dialog->close();
  }

  void noClipIsWrittenOverWithoutAWord() {
    Bench bench;
    bench.desk.context().settings.setExportFolder(bench.desk.folder());
    const store::Video video = bench.open(steady_);
    bench.workspace().setMarks(1'000'000, 2'000'000);
    const QString taken = bench.desk.folder() + "/steady 00-00-01.000.mp4";
    QFile file(taken);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("mine");
    file.close();
    ClipDialog dialog(bench.desk.context(), nullptr);
    dialog.show();
    auto* edit = dialog.findChild<QLineEdit*>();
    const auto named = [&](const QString& words) -> QPushButton* {
      for (QPushButton* button : dialog.findChildren<QPushButton*>()) {
        if (button->text() == words) return button;
      }
      return nullptr;
    };
    // The proposed name is a new one.
    QCOMPARE(QFileInfo(edit->text()).fileName(), "steady 00-00-01.000 (2).mp4");
    edit->clear();
    QTest::keyClicks(edit, taken);
    QTest::mouseClick(named("Export"), Qt::LeftButton);
    QTest::qWait(300);
    QCOMPARE(QFileInfo(taken).size(), 4);
    QPushButton* replace = named("Replace It");
    QVERIFY(replace != nullptr);
    // Another name is another question.
    QTest::keyClicks(edit, "x");
    QCOMPARE(replace->text(), "Export");
    QTest::keyClick(edit, Qt::Key_Backspace);
    QTest::mouseClick(replace, Qt::LeftButton);
    QCOMPARE(QFileInfo(taken).size(), 4);
    QCOMPARE(replace->text(), "Replace It");
    QTest::mouseClick(replace, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(taken).size() > 100, 20'000);
    QTRY_VERIFY(replace->isEnabled());
    // All of what it says can be read.
    for (QLabel* label : dialog.findChildren<QLabel*>()) {
      if (label->isVisible() && label->wordWrap()) {
        QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                 qPrintable(label->text()));
      }
    }
    shot(dialog, "player_clip_replaced");
    // Files are opened from where they were opened before, not from where clips go.
    QVERIFY(bench.desk.context().settings.lastFolder().isEmpty());
  }

  void aNameWithPlaceholdersStaysOneName() {
    store::Video video;
    video.name = "%2 a%2Cb %5.mp4";
    QCOMPARE(momentName(video, 3'723'456'000), "%2 a%2Cb %5 01-02-03.456");
  }

  void fullScreenOverlaysItsControls() {
    Bench bench({1280, 720});
    bench.open(steady_);
    connect(bench.action(ActionId::fullScreen), &QAction::triggered, &bench.panel,
            [&](bool on) { bench.panel.setChromeVisible(!on); });
    QWidget* surface = bench.panel.area().surface()->widget();
    QTest::mouseDClick(&bench.panel.area(), Qt::LeftButton);
    QVERIFY(bench.action(ActionId::fullScreen)->isChecked());
    QCOMPARE(bench.panel.area().size(), bench.panel.size());
    QCOMPARE(bench.panel.area().surface()->widget(), surface);  // the same, in the same parent
    QTRY_VERIFY(!bench.panel.bar().isVisible());
    QTest::mouseMove(&bench.panel.area(), {300, 300});
    QTest::mouseMove(&bench.panel.area(), {320, 310});
    QTRY_VERIFY(bench.panel.bar().isVisible());
    // There is no timeline here: a slim one takes its place.
    auto* seek = bench.panel.findChild<SeekBar*>();
    QVERIFY(seek->isVisible());
    store::Answer answer;
    answer.id = 1;
    store::Citation citation;
    citation.id = 9;
    citation.video_id = bench.workspace().video().id;
    citation.time = {4'000'000, 4'480'000};
    answer.citations = {citation};
    bench.workspace().showAnswer(answer);
    shot(bench.panel, "player_full_screen");
    QTest::mouseClick(seek, Qt::LeftButton, {}, seek->rect().center());
    const Micros middle = bench.workspace().duration() / 2;
    QTRY_VERIFY(std::abs(bench.workspace().position() - middle) < 100'000);
    const QImage picture = seek->grab().toImage();
    const int tick = static_cast<int>(picture.width() * 4.24e6 /
                                      static_cast<double>(bench.workspace().duration()));
    QCOMPARE(picture.pixelColor(tick, 6 * static_cast<int>(picture.devicePixelRatio())),
             bench.desk.context().theme.colors().citation);
    QTRY_VERIFY_WITH_TIMEOUT(!bench.panel.bar().isVisible(), 6000);
    QCOMPARE(bench.panel.area().cursor().shape(), Qt::BlankCursor);
    bench.key(Qt::Key_Escape);
    QVERIFY(!bench.action(ActionId::fullScreen)->isChecked());
    QVERIFY(bench.panel.bar().isVisible());
    QVERIFY(!seek->isVisible());
  }

  void anOpenGlOfTheProcessorIsKnown_data() {
    QTest::addColumn<QByteArray>("renderer");
    QTest::addColumn<bool>("processor");
    for (const char* name :
         {"llvmpipe (LLVM 15.0.6, 256 bits)", "softpipe", "Google SwiftShader", "swrast",
          "Software Rasterizer", "zink Vulkan 1.3(llvmpipe (LLVM 17.0.6, 256 bits))"}) {
      QTest::newRow(name) << QByteArray(name) << true;
    }
    for (const char* name : {"Mesa Intel(R) UHD Graphics 620 (KBL GT2)", "NVIDIA GeForce RTX 4090",
                             "AMD Radeon Graphics (radeonsi, renoir, LLVM 15.0.6, DRM 3.49)",
                             "SVGA3D; build: RELEASE;  LLVM;", "virgl", "V3D 7.1", ""}) {
      QTest::newRow(*name == 0 ? "no name" : name) << QByteArray(name) << false;
    }
  }
  void anOpenGlOfTheProcessorIsKnown() {
    QFETCH(QByteArray, renderer);
    QFETCH(bool, processor);
    QCOMPARE(isProcessor(renderer), processor);
  }

  void openGlIsForGraphicsCards() {
    if (qEnvironmentVariableIsSet("LONGTAKE_SOFTWARE_VIDEO")) QSKIP("it was asked for");
    QByteArray renderer;
    QOpenGLContext context;
    QOffscreenSurface surface;
    surface.create();
    if (context.create() && context.makeCurrent(&surface)) {
      renderer = reinterpret_cast<const char*>(context.functions()->glGetString(GL_RENDERER));
    }
    if (!isProcessor(renderer)) QSKIP("no OpenGL here, or a graphics card does it");
    Bench bench;
    QVERIFY2(bench.panel.area().surface()->isSoftware(), renderer.constData());
  }

  // Not a moment later: who is told that a seek has landed sees its picture.
  void thePictureIsThereWhenTheSeekHasLanded() {
    Bench bench;
    bench.open(steady_);
    if (!bench.panel.area().surface()->isSoftware()) QSKIP("OpenGL draws when it paints");
    bench.panel.resize(1600, 1000);  // large pictures take their time
    QTest::qWait(100);
    int shown = -1;
    connect(&bench.panel.player(), &Player::landed, &bench.panel, [&] { shown = bench.shown(); });
    for (int i = 1; i <= 40; ++i) {
      const int frame = i * 37 % 150;
      bench.seek(frame * 40 * kMs);
      QCOMPARE(shown, frame);
    }
  }

  // mpv tells where it was going, too, and sometimes late.
  void theTimeStaysWhereTheSeekHasLanded() {
    Bench bench;
    bench.open(make("sound.mp4", QStringList{"-itsoffset", "0.52"} + bars(25, 5) +
                                     QStringList{"-f", "lavfi", "-i", "sine=440:d=6"} + x264() +
                                     QStringList{"-c:a", "aac"}));
    for (int i = 1; i <= 60; ++i) {
      bench.seek(i * 37 % 120 * 40 * kMs + 12 * kMs);
      QSignalSpy moved(&bench.workspace(), &Workspace::positionChanged);
      QTest::qWait(20);
      QVERIFY2(moved.isEmpty(), qPrintable(QString::number(bench.workspace().position())));
    }
  }

  void thePictureFollowsItsWindow() {
    Bench bench;
    bench.open(steady_);
    auto* widget = dynamic_cast<SoftwareVideoWidget*>(bench.panel.area().surface());
    if (widget == nullptr) QSKIP("OpenGL draws into the window itself");
    bench.seek(3'000'000);
    const auto fits = [&] {
      const QSize wanted =
          bench.panel.player().pictureSize().scaled(widget->size(), Qt::KeepAspectRatio);
      return widget->picture().size() == wanted * widget->devicePixelRatioF();
    };
    // It rests on one frame, and nothing but the window asks for a picture.
    for (const QSize& size : {QSize(900, 700), QSize(500, 600), QSize(1400, 500)}) {
      bench.panel.resize(size);
      QTRY_VERIFY(fits());
      QCOMPARE(bench.shown(), 75);
    }
    bench.panel.hide();
    bench.panel.resize(800, 600);
    bench.workspace().seek(1'000'000);
    QTRY_COMPARE(bench.shown(), 25);
    bench.panel.show();
    QTRY_VERIFY(fits());
    QCOMPARE(bench.shown(), 25);
    // A widget's own picture is what is on the screen.
    const QImage seen = widget->grab().toImage();
    const QRect picture(QPoint((seen.width() - widget->picture().width()) / 2,
                               (seen.height() - widget->picture().height()) / 2),
                        widget->picture().size());
    QCOMPARE(seen.copy(picture).convertToFormat(QImage::Format_RGB32), widget->picture());
    // One of another shape.
    bench.open(
        make("rotated.mp4", bars(25, 4) + x264() + QStringList{"-metadata:s:v", "rotate=90"}));
    bench.seek(2'000'000);
    QTRY_COMPARE(bench.shown(), 50);
    QTRY_VERIFY(fits());
  }

  void aPictureThatIsHeldStaysAsItIs() {
    Bench bench;
    bench.open(steady_);
    auto* widget = dynamic_cast<SoftwareVideoWidget*>(bench.panel.area().surface());
    if (widget == nullptr) QSKIP("OpenGL hands out no pictures");
    std::vector<QImage> held;
    for (int frame = 0; frame < 8; ++frame) {
      bench.seek(frame * 40 * kMs);
      QTRY_COMPARE(bench.shown(), frame);
      held.push_back(widget->picture());
    }
    for (int frame = 0; frame < 8; ++frame) {
      const QImage& picture = held[static_cast<std::size_t>(frame)];
      QCOMPARE(readBars(picture.width(), picture.height(),
                        [&](int x, int y) { return qGray(picture.pixel(x, y)); }),
               frame);
    }
  }

  // Whatever the painter is doing just then.
  void theWindowCanBeClosedAtAnyTime() {
    for (int i = 0; i < 12; ++i) {
      Bench bench;
      bench.open(steady_);
      bench.workspace().play(true);
      for (int turn = 0; turn < i; ++turn) {
        bench.panel.resize(600 + 40 * turn, 400 + 30 * turn);
        QTest::qWait(3);
      }
      if (i % 3 == 0) bench.workspace().seek(4'000'000);
    }
  }

  // With OpenGL a new window means a new context.
  void thePictureSurvivesANewWindow() {
    Bench bench;
    bench.open(steady_);
    bench.seek(3'000'000);
    QTRY_COMPARE(bench.shown(), 75);
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    column->addWidget(&bench.panel);
    window.resize(800, 500);
    window.show();
    QTRY_COMPARE(bench.shown(), 75);
    bench.workspace().seek(1'000'000);
    QTRY_COMPARE(bench.shown(), 25);
    bench.panel.setParent(nullptr);
    bench.panel.show();
    QTRY_COMPARE(bench.shown(), 25);
    bench.workspace().play(true);
    QTRY_VERIFY(bench.workspace().position() > 1'500'000);
  }

  void theWheelChangesTheVolume() {
    Bench bench;
    bench.open(steady_);
    QWheelEvent up(QPointF(50, 50), bench.panel.area().mapToGlobal(QPointF(50, 50)), {}, {0, 120},
                   Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&bench.panel.area(), &up);
    QCOMPARE(bench.panel.player().volume(), 105);
    bench.key(Qt::Key_M, Qt::ControlModifier);
    QVERIFY(bench.panel.player().isMuted());
    QTRY_COMPARE(bench.desk.context().settings.volume(), 105);
    QVERIFY(bench.desk.context().settings.muted());
  }

  void everyControlHasANameAndAKeyboardReachesIt() {
    Bench bench({1100, 560});
    bench.open(steady_);
    bench.workspace().setMarks(1'000'000, 2'000'000);
    QCOMPARE(namelessControls(bench.panel), QStringList());
    QSet<QWidget*> reached;
    for (int i = 0; i < 60; ++i) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      reached << QApplication::focusWidget();
    }
    for (QToolButton* button : bench.panel.bar().findChildren<QToolButton*>()) {
      if (button->isVisible() && button->isEnabled()) {
        QVERIFY2(reached.contains(button), qPrintable(button->accessibleName() + button->text()));
      }
    }
  }

  void looks_data() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<double>("scale");
    QTest::newRow("light") << false << 1.0;
    QTest::newRow("dark") << true << 1.0;
    QTest::newRow("light_200") << false << 2.0;
    QTest::newRow("dark_150") << true << 1.5;
  }
  void looks() {
    QFETCH(bool, dark);
    QFETCH(double, scale);
    const QString tag = QString::fromLatin1(QTest::currentDataTag());
    Bench bench({640, 420});
    Theme& theme = bench.desk.context().theme;
    theme.setMode(dark ? Theme::Mode::dark : Theme::Mode::light);
    theme.setTextScale(scale);
    QVERIFY(bench.panel.notice().isVisible());
    shot(bench.panel, "player_empty_" + tag);
    bench.open(sampleVideo());
    bench.seek(12'345'000);
    QTest::qWait(50);
    shot(bench.panel, "player_" + tag);
    bench.workspace().setMarks(10'000'000, 13'500'000);
    // However wide it is, the time is never cut off.
    auto* time = bench.panel.findChild<TimeButton*>();
    for (int width = 1200; width >= 460; width -= 20) {
      bench.panel.resize(width, 400);
      QVERIFY2(time->width() >= time->sizeHint().width(), qPrintable(QString::number(width)));
    }
    bench.panel.resize(1000, 600);
    shot(bench.panel, "player_wide_" + tag);
    bench.panel.resize(440, 360);
    shot(bench.panel, "player_narrow_" + tag);
    bench.panel.resize(640, 420);
    bench.panel.setLayoutDirection(Qt::RightToLeft);
    shot(bench.panel, "player_rtl_" + tag);
    // Nothing sticks out, however little room there is.
    for (QWidget* child : bench.panel.bar().findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
      if (!child->isVisible() || child->isWindow()) continue;
      QVERIFY2(bench.panel.bar().rect().contains(child->geometry()),
               qPrintable(child->accessibleName()));
    }
    theme.setTextScale(1);  // the next desk takes the application's font for the system's
  }
};

}  // namespace longtake::ui

QTEST_MAIN(longtake::ui::PlayerTest)
#include "player_test.moc"
