// Settings, shortcuts, times as text, the workspace and the link to the engine.
#include <QSignalSpy>
#include <QTest>

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
