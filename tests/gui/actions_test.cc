// Everything that the table of actions offers, tried by its key in the whole window: each action
// has words, a place in a menu and an icon where only an icon is shown, and answers to each of its
// keys; and those that cannot be used just now are those that should not.
#include <QDialog>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>
#include <QToolButton>
#include <QTranslator>
#include <memory>

#include "tests/gui/support.h"
#include "ui/window/desktop.h"
#include "ui/window/main_window.h"
#include "ui/window/stall_watch.h"

namespace longtake::ui {

class ActionsTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void init();
  void everyActionHasWordsAndAPlace();
  void everyButtonWithoutWordsHasAnIconAndAName();
  void noLetterOfAMenuIsGivenTwice();
  void textsThatNameKeysFollowThem();
  void everyActionAnswersToItsKeys_data();
  void everyActionAnswersToItsKeys();
  void cleanupTestCase() { desktop_.reset(); }

 private:
  QAction* action(ActionId id) { return desktop_->context().actions[id]; }
  QWidget* chip() {
    for (QWidget* widget : desktop_->window().findChildren<QWidget*>()) {
      if (widget->inherits("longtake::ui::CitationChip") && widget->isVisible()) return widget;
    }
    return nullptr;
  }
  void closeDialogs() {
    for (QWidget* widget : QApplication::topLevelWidgets()) {
      if (auto* dialog = qobject_cast<QDialog*>(widget)) dialog->close();
      if (auto* menu = qobject_cast<QMenu*>(widget)) menu->close();
    }
    // Those that are deleted when they close are gone before the next key.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  }

  QTemporaryDir folder_;
  std::unique_ptr<Desktop> desktop_;
};

void ActionsTest::initTestCase() {
  DesktopOptions options;
  options.resources = QStringLiteral(LONGTAKE_SOURCE_DIR "/resources");
  options.settingsFile = folder_.path() + "/settings.ini";
  options.library = folder_.path() + "/library";
  options.device = QStringLiteral("cpu");
  desktop_ = std::make_unique<Desktop>(options);
  EngineLink& engine = desktop_->context().engine;
  QSignalSpy watched(&engine, &EngineLink::watchEnded);
  desktop_->start();
  desktop_->window().activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(&desktop_->window()));
  QTRY_VERIFY_WITH_TIMEOUT(watched.count() > 0, 60'000);
  auto* box = desktop_->window().findChild<QPlainTextEdit*>(QStringLiteral("question"));
  QVERIFY(box != nullptr);
  box->setFocus();
  QTest::keyClicks(box, QStringLiteral("What color is the star?"));
  QSignalSpy answered(&engine, &EngineLink::conversationsChanged);
  QTest::keyClick(box, Qt::Key_Return);
  QTRY_VERIFY_WITH_TIMEOUT(answered.count() > 0, 30'000);
  QTRY_VERIFY(chip() != nullptr);
  // Something to undo, and something to redo.
  QTRY_VERIFY(action(ActionId::addMarker)->isEnabled());
  action(ActionId::addMarker)->trigger();
  action(ActionId::addMarker)->trigger();
  action(ActionId::undo)->trigger();
  QTRY_VERIFY(action(ActionId::undo)->isEnabled() && action(ActionId::redo)->isEnabled());
}

// Each key is pressed in the window itself, with nothing open over it.
void ActionsTest::init() {
  closeDialogs();
  MainWindow& window = desktop_->window();
  if (!window.isVisible()) {
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
  }
  window.activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(&window));
  window.setFocus();
}

void ActionsTest::everyActionAnswersToItsKeys_data() {
  QTest::addColumn<int>("row");
  for (std::size_t i = 0; i < actionTable().size(); ++i) {
    QTest::newRow(actionTable()[i].name) << static_cast<int>(i);
  }
}

void ActionsTest::everyActionAnswersToItsKeys() {
  QFETCH(int, row);
  const ActionInfo& info = actionTable()[static_cast<std::size_t>(row)];
  QAction* tried = action(info.id);
  // The sample has been seen to its end, has no sound and no subtitles, nothing went wrong, and no
  // answer is under way.
  const QList<ActionId> idle = {ActionId::nextAudio,     ActionId::nextSubtitles,
                                ActionId::pauseWatching, ActionId::resumeWatching,
                                ActionId::retryWatching, ActionId::stopAnswer};
  // The timeline glides: what its buttons can do is known when it has come to rest.
  QTRY_VERIFY2(tried->isEnabled() != idle.contains(info.id),
               "enabled when it should not be, or not");
  const bool enabled = tried->isEnabled();
  const QList<QKeySequence> keys = tried->shortcuts();
  QVERIFY2(!keys.isEmpty(), "no key leads there");
  QWidget* where = &desktop_->window();
  for (const QKeySequence& key : keys) {
    QSignalSpy triggered(tried, &QAction::triggered);
    if (!enabled) {
      QTest::keySequence(where, key);
      QCOMPARE(triggered.count(), 0);
      tried->setEnabled(true);  // its key leads to it all the same
    }
    QTest::keySequence(where, key);
    QTRY_VERIFY2(triggered.count() == 1, qPrintable(key.toString()));
    tried->setEnabled(enabled);
    init();
    if (info.checkable || info.id == ActionId::fullScreen) {
      tried->trigger();  // back to what it was
      init();
    }
  }
}

void ActionsTest::everyActionHasWordsAndAPlace() {
  QMultiHash<QAction*, QMenu*> places;
  for (QMenu* menu : desktop_->window().menuBar()->findChildren<QMenu*>()) {
    for (QAction* entry : menu->actions()) places.insert(entry, menu);
  }
  QSet<QString> names;
  for (const ActionInfo& info : actionTable()) {
    QAction* one = action(info.id);
    QVERIFY2(!names.contains(one->objectName()) && !one->objectName().isEmpty(), info.name);
    names << one->objectName();
    QVERIFY2(!one->text().isEmpty(), info.name);
    QVERIFY2(!one->iconText().isEmpty(), info.name);
    QVERIFY2(one->toolTip().contains(Actions::plainText(info)), info.name);
    QVERIFY2(*info.icon == '\0' || !one->icon().isNull(), info.name);
    QCOMPARE(places.count(one), 1);
  }
}

void ActionsTest::everyButtonWithoutWordsHasAnIconAndAName() {
  int seen = 0;
  for (QToolButton* button : desktop_->window().findChildren<QToolButton*>()) {
    if (!button->isVisible() || button->objectName().startsWith(QLatin1String("qt_"))) continue;
    if (!button->text().isEmpty() && button->toolButtonStyle() != Qt::ToolButtonIconOnly) continue;
    // These draw their words themselves.
    if (button->inherits("longtake::ui::TitleButton") ||
        button->inherits("longtake::ui::ScopePicker")) {
      continue;
    }
    // Qt's own: inside of lines to type in, and beside tabs that have no room.
    if (qobject_cast<QLineEdit*>(button->parentWidget()) != nullptr ||
        qobject_cast<QTabBar*>(button->parentWidget()) != nullptr) {
      continue;
    }
    ++seen;
    const QString what = QStringLiteral("'%1' in %2")
                             .arg(button->toolTip(),
                                  QLatin1String(button->parentWidget()->metaObject()->className()));
    QVERIFY2(!button->icon().isNull(), qPrintable(what));
    QVERIFY2(!button->toolTip().isEmpty(), qPrintable(what));
  }
  QVERIFY2(seen > 5, "these are the buttons of the player, the library and the question");
}

void ActionsTest::noLetterOfAMenuIsGivenTwice() {
  for (const QString language : {"en", "de"}) {
    QTranslator words;
    QVERIFY(words.load(QStringLiteral(":/i18n/longtake_%1.qm").arg(language)));
    QHash<QString, QString> owners;
    for (const ActionInfo& info : actionTable()) {
      QString text = words.translate("Actions", info.text);
      if (text.isEmpty()) text = QString::fromUtf8(info.text);
      const QString letter = QKeySequence::mnemonic(text).toString();
      if (letter.isEmpty()) continue;
      const QString place = QLatin1String(info.section) + QLatin1Char(' ') + letter;
      QVERIFY2(
          !owners.contains(place),
          qPrintable(
              QStringLiteral("%1: %2 and %3 have %4").arg(language, owners[place], text, place)));
      owners[place] = text;
    }
  }
}

void ActionsTest::textsThatNameKeysFollowThem() {
  Actions& actions = desktop_->context().actions;
  QVERIFY(chip() != nullptr);
  QVERIFY(chip()->toolTip().contains("Y/N"));
  QVERIFY(chip()->accessibleDescription().contains("Y accepts"));
  QVERIFY(actions.markRangeFirst().contains("with I and O"));
  actions.setKeys(ActionId::acceptCitation, {QKeySequence("Ctrl+Y")});
  actions.setKeys(ActionId::markIn, {QKeySequence("Ctrl+I")});
  QVERIFY2(chip()->toolTip().contains("Ctrl+Y/N"), qPrintable(chip()->toolTip()));
  QVERIFY(chip()->accessibleDescription().contains("Ctrl+Y accepts"));
  QVERIFY(actions.markRangeFirst().contains("with Ctrl+I and O"));
  actions.setKeys(ActionId::rejectCitation, {});
  actions.setKeys(ActionId::markIn, {});
  QVERIFY2(!chip()->toolTip().contains("accept or"), qPrintable(chip()->toolTip()));
  QVERIFY(!actions.markRangeFirst().contains(" and "));
  actions.resetKeys();
  QVERIFY(chip()->toolTip().contains("Y/N"));
}

}  // namespace longtake::ui

int main(int argc, char** argv) {
  longtake::ui::StallWatch application(argc, argv);
  longtake::ui::ActionsTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "actions_test.moc"
