// The whole desktop, used as a person uses it: dropped on, watched, asked, clicked, marked, closed
// and opened again.
#include <QDropEvent>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "tests/gui/support.h"
#include "ui/base/text.h"
#include "ui/window/banner.h"
#include "ui/window/desktop.h"
#include "ui/window/main_window.h"
#include "ui/window/single_instance.h"
#include "ui/window/stall_watch.h"
#include "ui/window/trouble_page.h"

namespace longtake::ui {

class WindowTest : public QObject {
  Q_OBJECT

 private slots:
  void firstRunAnswersAndEverythingIsThereTheNextDay();
  void panelsComeAndGoByKey();
  void spacePressesTheButtonThatHasTheFocus();
  void everyControlHasAName();
  void aDamagedLibraryIsExplainedAndAnotherCanBeChosen();
  void filesCanBeDroppedAnywhere();
  void aSecondStartHandsItsFilesOver();
  void theWindowNeverStalls();
  void looksRight();

 private:
  DesktopOptions options(const QTemporaryDir& folder) const {
    DesktopOptions options;
    options.resources = QStringLiteral(LONGTAKE_SOURCE_DIR "/resources");
    options.settingsFile = folder.path() + "/settings.ini";
    options.library = folder.path() + "/library";
    options.device = QStringLiteral("cpu");
    return options;
  }
  // Starts the desktop for the first time and waits until nano has watched the sample.
  std::unique_ptr<Desktop> firstRun(const QTemporaryDir& folder) {
    auto desktop = std::make_unique<Desktop>(options(folder));
    QSignalSpy watched(&desktop->context().engine, &EngineLink::watchEnded);
    desktop->start();
    if (!QTest::qWaitForWindowExposed(&desktop->window())) return nullptr;
    if (!QTest::qWaitFor([&] { return watched.count() > 0; }, 60'000)) return nullptr;
    return desktop;
  }
  static void ask(Desktop& desktop, const QString& question) {
    auto* box = desktop.window().findChild<QPlainTextEdit*>(QStringLiteral("question"));
    QVERIFY(box != nullptr);
    QTest::keyClick(&desktop.window(), Qt::Key_L, Qt::ControlModifier);
    QTRY_VERIFY(box->hasFocus() || box->isVisible());
    box->setFocus();
    QTest::keyClicks(box, question);
    QSignalSpy answered(&desktop.context().engine, &EngineLink::conversationsChanged);
    QTest::keyClick(box, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(answered.count() > 0, 30'000);
  }
  static QString expectedAnswer(const QString& question) {
    QFile file(QStringLiteral(LONGTAKE_SOURCE_DIR "/resources/sample/sample.json"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    for (const QJsonValue& entry :
         QJsonDocument::fromJson(file.readAll()).object()["questions"].toArray()) {
      if (entry["question"].toString() == question) {
        return entry["answer"].toString();
      }
    }
    return {};
  }
};

void WindowTest::firstRunAnswersAndEverythingIsThereTheNextDay() {
  QTemporaryDir folder;
  const QString question = QStringLiteral("what number appears with the white circle");
  const QString expected = expectedAnswer(question);
  QVERIFY(!expected.isEmpty());
  store::Conversation conversation;
  {
    const auto desktop = firstRun(folder);
    QVERIFY(desktop != nullptr);
    Context& context = desktop->context();
    QTRY_VERIFY(context.workspace.hasVideo());
    QVERIFY(desktop->window().windowTitle().contains("sample"));
    QVERIFY(desktop->window().banner().text().contains("demonstration"));
    shot(desktop->window(), "window-first-run");

    ask(*desktop, question);
    auto* text = desktop->window().findChild<QLabel*>(QStringLiteral("answerText"));
    QVERIFY(text != nullptr);
    QTRY_VERIFY2(text->text().contains(expected), qPrintable(text->text()));
    shot(desktop->window(), "window-answer");

    // A citation plays what it cites.
    QWidget* chip = nullptr;
    QTRY_VERIFY((chip = [&]() -> QWidget* {
                  for (QWidget* widget : desktop->window().findChildren<QWidget*>()) {
                    if (widget->inherits("longtake::ui::CitationChip") && widget->isVisible()) {
                      return widget;
                    }
                  }
                  return nullptr;
                }()) != nullptr);
    QSignalSpy played(&context.workspace, &Workspace::playRangeRequested);
    QTest::mouseClick(chip, Qt::LeftButton);
    QTRY_COMPARE(played.count(), 1);
    const auto range = played.first().at(0).value<TimeRange>();
    QTRY_VERIFY_WITH_TIMEOUT(context.workspace.position() >= range.begin - 200'000 &&
                                 context.workspace.position() <= range.end + 200'000,
                             10'000);
    context.workspace.play(false);

    // Accepted by a key.
    chip->setFocus();
    QSignalSpy judged(&context.engine, &EngineLink::conversationsChanged);
    QTest::keyClick(chip, Qt::Key_Y);
    QTRY_VERIFY(judged.count() > 0);

    // A marker, taken back, and made again.
    desktop->window().setFocus();
    context.actions[ActionId::addMarker]->trigger();
    QTRY_COMPARE(context.workspace.markers().size(), 1);
    context.actions[ActionId::undo]->trigger();
    QTRY_COMPARE(context.workspace.markers().size(), 0);
    context.actions[ActionId::redo]->trigger();
    QTRY_COMPARE(context.workspace.markers().size(), 1);
    desktop->window().close();
  }

  const auto desktop = std::make_unique<Desktop>(options(folder));
  desktop->start();
  Context& context = desktop->context();
  QTRY_VERIFY_WITH_TIMEOUT(context.workspace.hasVideo(), 10'000);
  QTRY_COMPARE(context.workspace.markers().size(), 1);
  QLabel* text = nullptr;
  QTRY_VERIFY((text = desktop->window().findChild<QLabel*>(QStringLiteral("answerText"))) !=
              nullptr);
  QTRY_VERIFY2(text->text().contains(expected), qPrintable(text->text()));
  bool accepted = false;
  context.engine.send(ListConversations{context.workspace.video().id}, &context.engine,
                      [&](const Event& event) {
                        const auto& list = std::get<ConversationList>(event.body);
                        if (!list.conversations.empty()) conversation = list.conversations.front();
                      });
  QTRY_VERIFY(conversation.id != 0);
  context.engine.send(OpenConversation{conversation.id}, &context.engine, [&](const Event& event) {
    for (const auto& turn : std::get<ConversationOpened>(event.body).questions) {
      for (const auto& answer : turn.answers) {
        for (const auto& citation : answer.citations) {
          accepted = accepted || citation.user_verdict == store::Verdict::confirmed;
        }
      }
    }
  });
  QTRY_VERIFY(accepted);
}

void WindowTest::panelsComeAndGoByKey() {
  QTemporaryDir folder;
  Desktop desktop(options(folder));
  desktop.context().settings.setWelcomed(true);
  desktop.start();
  QVERIFY(QTest::qWaitForWindowExposed(&desktop.window()));
  Actions& actions = desktop.context().actions;
  for (const auto id : {ActionId::showLibrary, ActionId::showTimeline, ActionId::showMarkers,
                        ActionId::showSearch, ActionId::showConversation}) {
    const bool before = actions[id]->isChecked();
    const QKeySequence key = actions[id]->shortcut();
    QTest::keySequence(&desktop.window(), key);
    QTRY_VERIFY2(actions[id]->isChecked() != before, qPrintable(actions[id]->text()));
    QTest::keySequence(&desktop.window(), key);
    QTRY_VERIFY2(actions[id]->isChecked() == before || id == ActionId::showMarkers ||
                     id == ActionId::showSearch,
                 qPrintable(actions[id]->text()));
  }
  QTest::keyClick(&desktop.window(), Qt::Key_F11);
  QTRY_VERIFY(desktop.window().isFullScreen());
  QTest::keyClick(&desktop.window(), Qt::Key_Escape);
  QTRY_VERIFY(!desktop.window().isFullScreen());
}

void WindowTest::spacePressesTheButtonThatHasTheFocus() {
  QTemporaryDir folder;
  const auto desktop = firstRun(folder);
  QVERIFY(desktop != nullptr);
  Workspace& workspace = desktop->context().workspace;
  QTRY_VERIFY(workspace.hasVideo());
  QPushButton button(QStringLiteral("a button"), &desktop->window());
  button.show();
  button.setFocus();
  QSignalSpy pressed(&button, &QPushButton::clicked);
  QTest::keyClick(&button, Qt::Key_Space);
  QCOMPARE(pressed.count(), 1);
  QVERIFY2(!workspace.isPlaying(), "Space on a button played the video");
  desktop->window().setFocus();
  QTest::keyClick(&desktop->window(), Qt::Key_Space);
  QTRY_VERIFY(workspace.isPlaying());
}

void WindowTest::everyControlHasAName() {
  QTemporaryDir folder;
  const auto desktop = firstRun(folder);
  QVERIFY(desktop != nullptr);
  const QStringList nameless = namelessControls(desktop->window());
  QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(", ")));
}

void WindowTest::aDamagedLibraryIsExplainedAndAnotherCanBeChosen() {
  QTemporaryDir folder;
  QVERIFY(QDir(folder.path()).mkpath("library"));
  QFile database(folder.path() + "/library/library.db");
  QVERIFY(database.open(QIODevice::WriteOnly));
  database.write(QByteArray(8192, 'x'));
  database.close();
  DesktopOptions choice = options(folder);
  choice.library.clear();
  {
    Settings settings(choice.settingsFile);
    settings.setLibraryFolder(folder.path() + "/library");
    settings.setWelcomed(true);
  }
  Desktop desktop(choice);
  desktop.start();
  auto* page = desktop.window().findChild<TroublePage*>();
  QTRY_VERIFY(page->isVisible());
  shot(desktop.window(), "window-trouble");
  emit desktop.window().libraryChosen(folder.path() + "/another");
  QTRY_VERIFY(!page->isVisible());
  QVERIFY(desktop.context().engine.isRunning());
  QVERIFY2(QFile(folder.path() + "/library/library.db").size() == 8192,
           "what was there is untouched");
}

void WindowTest::filesCanBeDroppedAnywhere() {
  QTemporaryDir folder;
  Desktop desktop(options(folder));
  desktop.context().settings.setWelcomed(true);
  desktop.start();
  QVERIFY(QTest::qWaitForWindowExposed(&desktop.window()));
  QMimeData mime;
  mime.setUrls({QUrl::fromLocalFile(sampleVideo())});
  QDragEnterEvent enter(QPoint(600, 300), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(&desktop.window(), &enter);
  QVERIFY(enter.isAccepted());
  QDropEvent drop(QPointF(600, 300), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(&desktop.window(), &drop);
  QTRY_VERIFY_WITH_TIMEOUT(desktop.context().workspace.hasVideo(), 10'000);
}

void WindowTest::aSecondStartHandsItsFilesOver() {
  QTemporaryDir folder;
  SingleInstance first(folder.path());
  QVERIFY(!first.handOver({"a.mp4"}));
  QVERIFY(first.listen());
  QSignalSpy opened(&first, &SingleInstance::opened);
  bool taken = false;
  std::unique_ptr<QThread> other(QThread::create([&] {
    SingleInstance second(folder.path());
    taken = second.handOver({"file:///tmp/with space.mp4"});
  }));
  other->start();
  QTRY_COMPARE(opened.count(), 1);
  other->wait();
  QVERIFY(taken);
  QCOMPARE(opened.first().at(0).toStringList(), QStringList{"file:///tmp/with space.mp4"});
}

void WindowTest::theWindowNeverStalls() {
  QTemporaryDir folder;
  auto& application = static_cast<StallWatch&>(*qApp);
  Desktop desktop(options(folder));
  QSignalSpy watched(&desktop.context().engine, &EngineLink::watchEnded);
  desktop.start();
  QVERIFY(QTest::qWaitForWindowExposed(&desktop.window()));
  QTRY_VERIFY_WITH_TIMEOUT(desktop.context().workspace.hasVideo(), 10'000);
  QTest::qWait(500);  // the first layout and the first picture are behind us
  application.watch(16);
  desktop.context().workspace.play(true);
  QTRY_VERIFY_WITH_TIMEOUT(watched.count() > 0, 60'000);
  // Goes on playing until enough has happened that could have stalled.
  QTRY_VERIFY_WITH_TIMEOUT(application.events() > 200, 30'000);
  const auto stalls = application.stalls();
  const auto events = application.events();
  application.watch(0);
  qInfo("%lld events, %zu of them over 16 ms", static_cast<long long>(events), stalls.size());
  double worst = 0;
  for (const auto& stall : stalls) worst = std::max(worst, stall.milliseconds);
  // Here none does; a slower machine may be late now and then, but never so that a person sees it.
  QVERIFY2(worst < 100, qPrintable(stalls.empty() ? QString() : stalls.front().what));
  QVERIFY2(stalls.size() <= 5, qPrintable(stalls.empty() ? QString() : stalls.front().what));
}

void WindowTest::looksRight() {
  QTemporaryDir folder;
  const auto desktop = firstRun(folder);
  QVERIFY(desktop != nullptr);
  MainWindow& window = desktop->window();
  Context& context = desktop->context();
  ask(*desktop, QStringLiteral("What color is the diamond?"));
  QTest::qWait(1500);
  window.resize(1280, 720);
  context.theme.setMode(Theme::Mode::light);
  shot(window, "window-light-1280");
  context.theme.setMode(Theme::Mode::dark);
  shot(window, "window-dark-1280");
  window.resize(2560, 1440);
  shot(window, "window-dark-2560");
  window.resize(1280, 720);
  context.theme.setTextScale(2.0);
  shot(window, "window-dark-1280-text200");
  QVERIFY2(window.width() <= 1280, "large text does not fit a laptop");
  context.theme.setTextScale(1.0);
  context.theme.setMode(Theme::Mode::light);
  QApplication::setLayoutDirection(Qt::RightToLeft);
  shot(window, "window-light-rtl");
  QApplication::setLayoutDirection(Qt::LeftToRight);
  QVERIFY2(window.minimumSizeHint().width() <= 1280, "the window does not fit a laptop");
  QVERIFY2(window.minimumSizeHint().height() <= 720, "the window does not fit a laptop");
}

}  // namespace longtake::ui

int main(int argc, char** argv) {
  longtake::ui::StallWatch application(argc, argv);
  longtake::ui::WindowTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "window_test.moc"
