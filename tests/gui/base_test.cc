// Settings, shortcuts, times as text, the workspace and the link to the engine.
#include <QApplication>
#include <QDBusVariant>
#include <QDialogButtonBox>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QStyle>
#include <QTest>
#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

#include "tests/gui/support.h"
#include "ui/base/text.h"

namespace longtake::ui {

class BaseTest : public QObject {
  Q_OBJECT

 private slots:
  void timesAreWrittenAndRead() {
    QCOMPARE(timeText(0), "0:00");
    QCOMPARE(timeText(3'723'456'789, 3), "1:02:03.456");
    QCOMPARE(timeText(59'999'999, 1), "0:59.9");  // never shown before it is reached
    QCOMPARE(timeText(1'000'000, 0, 7'200'000'000), "0:00:01");
    QCOMPARE(parseTime("90", {}), std::optional<Micros>(90'000'000));
    QCOMPARE(parseTime("1:30", {}), std::optional<Micros>(90'000'000));
    QCOMPARE(parseTime("00:01:30.250", {}), std::optional<Micros>(90'250'000));
    QCOMPARE(parseTime("0:01,5", {}), std::optional<Micros>(1'500'000));
    QCOMPARE(parseTime("00:01:30:12", 25.0), std::optional<Micros>(90'500'000));
    QCOMPARE(parseTime("f2700", 30.0), std::optional<Micros>(90'016'667));
    for (const char* bad : {"", "x", "1:2:3:4:5", "-5", "1e9", "f", "99999999999"}) {
      QVERIFY2(!parseTime(QLatin1String(bad), 25.0), bad);
    }
    QVERIFY(!parseTime("00:01:30:30", 25.0));
    QVERIFY(!parseTime("f2700", {}));
  }

  void aTooltipShowsTheLettersThatThereAre() {
    QCOMPARE(plainTip("a & b < c"), "a & b < c");  // Qt takes it as it is
    const QString tip = plainTip("<b>bold</b>\n<img src=x>");
    QVERIFY2(!tip.contains("<b>") && !tip.contains("<img"), qPrintable(tip));
    QVERIFY2(tip.contains("&lt;b&gt;bold") && tip.contains("<br"), qPrintable(tip));
  }

  void exportsAreProposedOnlyWhereThereIsAFolder() {
    GuiDesk desk(false);
    Settings& settings = desk.context().settings;
    settings.setLastFolder("/somewhere/else");
    settings.setExportFolder(desk.folder());
    QCOMPARE(settings.exportFolder(QStandardPaths::DocumentsLocation), desk.folder());
    settings.setExportFolder(desk.folder() + "/gone");
    const QString folder = settings.exportFolder(QStandardPaths::DocumentsLocation);
    QVERIFY2(QFileInfo(folder).isDir(), qPrintable(folder));
    QCOMPARE(settings.lastFolder(), "/somewhere/else");
  }

  void stockIconsGrowWithTheText() {
    GuiDesk desk(false);
    const auto size = [] { return QApplication::style()->pixelMetric(QStyle::PM_SmallIconSize); };
    const int before = size();
    desk.context().theme.setTextScale(2.0);
    QCOMPARE(size(), 2 * before);
    desk.context().theme.setTextScale(1.0);
    QCOMPARE(size(), before);
  }

  // As in the dialogs that lay out their own.
  void stockButtonsAreWordsAndWhatGoesOnIsLast() {
    GuiDesk desk(false);
    QDialogButtonBox box(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    box.show();
    const QPushButton* ok = box.button(QDialogButtonBox::Ok);
    const QPushButton* cancel = box.button(QDialogButtonBox::Cancel);
    QVERIFY(ok->icon().isNull() && cancel->icon().isNull());
    QTRY_VERIFY(ok->x() > cancel->x());
  }

  // Which takes as long as what the one before is at.
  void anEngineIsMadeAnewWhileTheWindowGoesOn() {
    GuiDesk desk(false);
    const auto loading = std::make_shared<std::atomic<bool>>(false);
    EngineOptions slow = desk.engineOptions();
    slow.device = Device::automatic;
    slow.make_device = [loading](const kernels::BackendOptions& backend) {
      *loading = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2000));
      return kernels::make_cpu_backend(backend);
    };
    desk.start(slow);
    EngineLink& engine = desk.context().engine;
    const auto added = desk.call<VideoAdded>(AddVideo{sampleVideo().toStdString()});
    engine.send(WatchVideo{added.video.id}, this, [](const Event&) {});
    QTRY_VERIFY(loading->load());

    QSignalSpy restarted(&engine, &EngineLink::restarted);
    QElapsedTimer clock;
    clock.start();
    engine.start(slow);
    engine.start(desk.engineOptions());  // and another preference at once
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(engine.isStarting() && !engine.isRunning());
    QString told;
    engine.send(ListVideos{}, this, [&](const Event& event) {
      if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
        told = text(failure->message);
      }
    });
    QTRY_COMPARE(told, QString("The library is being opened"));
    QTRY_VERIFY_WITH_TIMEOUT(engine.isRunning(), 30'000);
    QCOMPARE(restarted.count(), 1);
    QVERIFY(engine.options().device == Device::cpu);
    QCOMPARE(desk.call<VideoList>(ListVideos{}).videos.size(), std::size_t{1});

    // What cannot be opened is told, and the one that was is gone.
    QFile inTheWay(desk.folder() + "/file");
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    EngineOptions impossible = desk.engineOptions();
    impossible.library = (desk.folder() + "/file/library").toStdString();
    connect(&engine, &EngineLink::notOpened, this,
            [&](const Error& failure) { told = text(failure.message()); });
    engine.start(impossible);
    QTRY_VERIFY2(told.contains("/file"), qPrintable(told));
    QVERIFY(!engine.isStarting() && !engine.isRunning());
  }

  void theThemeFollowsTheSystemWhileItRuns() {
    GuiDesk desk(false);
    Theme& theme = desk.context().theme;
    QSignalSpy changed(&theme, &Theme::changed);
    const auto say = [&](const char* group, uint scheme) {
      QMetaObject::invokeMethod(&theme, "onPortalSetting", Q_ARG(QString, QLatin1String(group)),
                                Q_ARG(QString, QStringLiteral("color-scheme")),
                                Q_ARG(QDBusVariant, QDBusVariant(QVariant(scheme))));
    };
    const bool before = theme.isDark();
    say("org.freedesktop.appearance", before ? 2 : 1);
    QCOMPARE(theme.isDark(), !before);
    QCOMPARE(changed.count(), 1);
    say("org.example.other", before ? 1 : 2);
    QCOMPARE(theme.isDark(), !before);
    // A choice of one's own counts more.
    theme.setMode(before ? Theme::Mode::light : Theme::Mode::dark);
    say("org.freedesktop.appearance", before ? 1 : 2);
    QCOMPARE(theme.isDark(), !before);
    theme.setMode(Theme::Mode::system);
    QCOMPARE(theme.isDark(), before);
  }

  void wordsStandOutFromTheirGround() {
    GuiDesk desk(false);
    const auto luminance = [](const QColor& color) {
      const auto linear = [](double part) {
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
      };
      return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
             0.0722 * linear(color.blueF());
    };
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      desk.context().theme.setMode(mode);
      const QPalette palette = QApplication::palette();
      for (const auto role : {QPalette::Text, QPalette::PlaceholderText}) {
        for (const QColor& ground :
             {palette.color(QPalette::Base), palette.color(QPalette::Window)}) {
          const double a = luminance(palette.color(role)) + 0.05;
          const double b = luminance(ground) + 0.05;
          QVERIFY2(std::max(a, b) / std::min(a, b) >= 4.5, qPrintable(QString::number(a / b)));
        }
      }
    }
    desk.context().theme.setMode(Theme::Mode::system);
  }

  void onlyChangedShortcutsAreStored() {
    GuiDesk desk(false);
    Context& context = desk.context();
    QVERIFY(context.settings.shortcuts().isEmpty());
    context.actions.setKeys(ActionId::markIn, {QKeySequence("Ctrl+I")});
    QCOMPARE(context.settings.shortcuts().size(), 1);
    QCOMPARE(context.actions[ActionId::markIn]->shortcut(), QKeySequence("Ctrl+I"));
    QCOMPARE(context.actions.owner(QKeySequence("Ctrl+I"), ActionId::quit)->id, ActionId::markIn);
    context.actions.setKeys(ActionId::markIn, {QKeySequence("I")});
    QVERIFY(context.settings.shortcuts().isEmpty());
  }

  void noKeyIsGivenTwice() {
    QHash<QString, QString> owners;
    for (const ActionInfo& info : actionTable()) {
      for (const QKeySequence& key : Actions::defaultKeys(info)) {
        QVERIFY2(!key.isEmpty(), info.name);
        QVERIFY2(!owners.contains(key.toString()), info.name);
        owners[key.toString()] = info.name;
      }
    }
  }

  void everyIconIsThere() {
    GuiDesk desk(false);
    for (const ActionInfo& info : actionTable()) {
      if (*info.icon == '\0') continue;
      QVERIFY2(QFile::exists(QStringLiteral(":/icons/%1.svg").arg(info.icon)), info.icon);
    }
  }

  void settingsSurviveAndResistNonsense() {
    QTemporaryDir folder;
    const QString file = folder.path() + "/s.ini";
    {
      Settings settings(file);
      settings.setThemeMode(Theme::Mode::dark);
      settings.setTextScale(1.5);
      settings.setQueue({3, 1, 2});
    }
    {
      Settings settings(file);
      QCOMPARE(settings.themeMode(), Theme::Mode::dark);
      QCOMPARE(settings.textScale(), 1.5);
      QCOMPARE(settings.queue(), (QList<qint64>{3, 1, 2}));
    }
    QFile broken(file);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("[General]\ntheme=\"\x01\x02\"\ntext_scale=9e99\nqueue=a,-4,7\n[[[");
    broken.close();
    Settings settings(file);
    QCOMPARE(settings.themeMode(), Theme::Mode::system);
    QCOMPARE(settings.textScale(), 2.0);
    QCOMPARE(settings.queue(), QList<qint64>{7});
  }

  void marksAreNeverTheWrongWayRound() {
    Workspace workspace;
    store::Video video;
    video.id = 1;
    video.duration = 10'000'000;
    workspace.openVideo(video);
    workspace.setMarks(2'000'000, 5'000'000);
    QVERIFY(workspace.markedRange());
    workspace.setMarks(6'000'000, 5'000'000);  // a new in behind the out: the out goes
    QCOMPARE(workspace.markIn(), std::optional<Micros>(6'000'000));
    QVERIFY(!workspace.markOut());
  }

  void aHandlerHearsOnlyItsOwnRequest() {
    GuiDesk desk;
    EngineLink& engine = desk.context().engine;
    QSignalSpy added(&engine, &EngineLink::videoAdded);
    int first = 0;
    int second = 0;
    engine.send(AddVideo{sampleVideo().toStdString()}, &engine, [&](const Event&) { ++first; });
    engine.send(ListVideos{}, &engine, [&](const Event& event) {
      ++second;
      QVERIFY(std::holds_alternative<VideoList>(event.body));
    });
    QTRY_COMPARE(second, 1);
    QTRY_COMPARE(first, 1);
    QCOMPARE(added.count(), 1);
  }

  void aFailureThatNobodyHandlesIsTold() {
    GuiDesk desk;
    QSignalSpy failed(&desk.context().engine, &EngineLink::failed);
    desk.context().engine.send(AddVideo{"/nowhere/at/all.mp4"});
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(!failed.first().at(0).toString().isEmpty());
  }

  void aReceiverThatIsGoneHearsNothing() {
    GuiDesk desk;
    EngineLink& engine = desk.context().engine;
    bool heard = false;
    auto* receiver = new QObject;
    engine.send(ListVideos{}, receiver, [&](const Event&) { heard = true; });
    delete receiver;
    desk.call<VideoList>(ListVideos{});
    QVERIFY(!heard);
  }
};

}  // namespace longtake::ui

QTEST_MAIN(longtake::ui::BaseTest)
#include "base_test.moc"
