// Another language: the program ends and comes back by itself, with what was open.
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "tests/gui/support.h"

namespace longtake::ui {

class RestartTest : public QObject {
  Q_OBJECT

 private slots:
  void anotherLanguageRestartsTheProgram() {
    QTemporaryDir folder;
    const QString library = folder.path() + "/library";
    const QString log = folder.path() + "/log";
    QVERIFY(QDir(folder.path()).mkpath("config"));
    QProcess desktop;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_CONFIG_HOME", folder.path() + "/config");
    environment.insert("RESTART_LOG", log);
    environment.insert("LANG", "C.UTF-8");
    environment.insert("LANGUAGE", "en");
    desktop.setProcessEnvironment(environment);
    desktop.setProcessChannelMode(QProcess::ForwardedChannels);
    desktop.start(QStringLiteral(RESTARTING_DESKTOP),
                  {"--library", library, "--device", "cpu", "--software-video", sampleVideo()});
    QVERIFY(desktop.waitForFinished(60'000));
    QCOMPARE(desktop.exitCode(), 0);

    QList<QStringList> starts;
    const auto hasComeBack = [&] {
      starts.clear();
      QFile file(log);
      if (!file.open(QIODevice::ReadOnly)) return false;
      for (const QByteArray& line : file.readAll().split('\n')) {
        if (!line.isEmpty()) starts << QString::fromUtf8(line).split('\t');
      }
      return starts.size() == 2;
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasComeBack(), 60'000);
    const QStringList& before = starts[0];
    const QStringList& after = starts[1];
    QVERIFY(before[0] != after[0]);
    QCOMPARE(before[1], "File");
    QCOMPARE(after[1], "Datei");
    QCOMPARE(after[2], before[2]);
    // What counts for this run goes on counting; the file has been added and is not handed over
    // again.
    QCOMPARE(after[3], "--library " + library + " --device cpu --software-video");
    // It has been told to end.
    QTRY_VERIFY_WITH_TIMEOUT(kill(after[0].toInt(), 0) != 0, 30'000);
  }
};

}  // namespace longtake::ui

QTEST_GUILESS_MAIN(longtake::ui::RestartTest)
#include "restart_test.moc"
