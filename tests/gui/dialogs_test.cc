// Models, preferences, shortcuts and About, used as a person uses them, beside the real engine and
// the embedded model.
#include <QButtonGroup>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTest>
#include <QToolButton>

#include "tests/gui/support.h"
#include "ui/base/text.h"
#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/memory_cost.h"
#include "ui/dialogs/model_card.h"
#include "ui/dialogs/models_dialog.h"
#include "ui/dialogs/preference_page.h"
#include "ui/dialogs/preferences_dialog.h"
#include "ui/dialogs/shortcut_row.h"
#include "ui/dialogs/shortcuts_dialog.h"

namespace longtake::ui {

namespace {

const QString kNano = QStringLiteral(LONGTAKE_SOURCE_DIR "/resources/nano/model");

// Light and dark, small and large text: what is seen of it, and that it fits the smallest screen.
void shots(QDialog& dialog, Theme& theme, const QString& name) {
  theme.setMode(Theme::Mode::light);
  shot(dialog, name + "_light");
  theme.setMode(Theme::Mode::dark);
  shot(dialog, name + "_dark");
  theme.setTextScale(2.0);
  dialog.resize(dialog.size().boundedTo({1240, 660}));
  QVERIFY2(dialog.width() <= 1240 && dialog.height() <= 660, qPrintable(name));
  shot(dialog, name + "_dark_200");
  theme.setTextScale(1.0);
  theme.setMode(Theme::Mode::system);
}

}  // namespace

class DialogsTest : public QObject {
  Q_OBJECT

 private slots:
  void modelsAreLookedAt() {
    GuiDesk desk;
    Context& context = desk.context();
    const QString damaged = desk.folder() + "/damaged";
    QVERIFY(QDir().mkpath(damaged));
    QVERIFY(QFile::copy(kNano + "/tokenizer.json", damaged + "/tokenizer.json"));
    QFile config(damaged + "/config.json");
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write("{\"model_type\": ");
    config.close();
    const QString copy = desk.folder() + "/copied-model";
    QVERIFY(QDir().mkpath(copy));
    for (const QString& file : QDir(kNano).entryList(QDir::Files)) {
      QVERIFY(QFile::copy(kNano + "/" + file, copy + "/" + file));
    }
    context.settings.setKnownModels({damaged});

    ModelsDialog dialog(context, kNano);
    dialog.open();
    auto cards = dialog.findChildren<ModelCard*>();
    QCOMPARE(cards.size(), 2);
    QTRY_VERIFY2(cards[0]->words().contains("free"), qPrintable(cards[0]->words()));
    QVERIFY2(cards[0]->words().contains("in use"), qPrintable(cards[0]->words()));
    QVERIFY(cards[0]->words().contains("parameters"));
    QVERIFY(cards[0]->words().contains("per hour of video"));
    QVERIFY(cards[0]->words().contains("demonstration"));
    QTRY_VERIFY2(cards[1]->words().contains("config.json"), qPrintable(cards[1]->words()));
    for (QPushButton* button : cards[1]->findChildren<QPushButton*>())
      QVERIFY(!button->isEnabled());
    QCOMPARE(namelessControls(dialog), QStringList());

    // A good folder, added by hand, and chosen.
    dialog.addFolder(copy + "/");
    cards = dialog.findChildren<ModelCard*>();
    QCOMPARE(cards.size(), 3);
    dialog.addFolder(copy);  // twice is once
    QCOMPARE(dialog.findChildren<ModelCard*>().size(), 3);
    QCOMPARE(context.settings.knownModels(), (QStringList{damaged, copy}));
    QTRY_VERIFY(cards[2]->words().contains("free"));
    shots(dialog, context.theme, "models");
    QSignalSpy chosen(&dialog, &ModelsDialog::modelChosen);
    for (QPushButton* button : cards[2]->findChildren<QPushButton*>()) {
      QVERIFY(button->isVisible());
      QTest::mouseClick(button, Qt::LeftButton);
    }
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.first().at(0).toString(), copy);
    // As the window does then.
    EngineOptions options = desk.engineOptions();
    options.model = copy.toStdString();
    desk.start(options);
    QTRY_VERIFY(cards[2]->words().contains("in use"));
    QVERIFY(!cards[0]->words().contains("in use"));

    QTest::mouseClick(cards[1]->findChild<QToolButton*>(), Qt::LeftButton);
    QCOMPARE(context.settings.knownModels(), QStringList{copy});
    QVERIFY(QFile::exists(damaged + "/config.json"));
    QTRY_COMPARE(dialog.findChildren<ModelCard*>().size(), 2);
  }

  void eachLibraryHasItsOwnModelAndQueue() {
    GuiDesk desk(false);
    Settings& settings = desk.context().settings;
    settings.setModelFolder("/models/big");
    settings.setQueue({1, 2});
    settings.setPaused({2});
    const QString here = settings.libraryFolder();
    settings.setLibraryFolder(desk.folder() + "/another");
    QCOMPARE(settings.modelFolder(), QString());
    QVERIFY(settings.queue().isEmpty());
    QVERIFY(settings.paused().isEmpty());
    settings.setLibraryFolder(here);
    QCOMPARE(settings.modelFolder(), QString("/models/big"));
    QCOMPARE(settings.queue(), (QList<qint64>{1, 2}));
  }

  void preferencesCountAtOnce() {
    GuiDesk desk;
    Context& context = desk.context();
    context.theme.setMode(Theme::Mode::dark);  // the sheet of the whole program is in force
    context.theme.setMode(Theme::Mode::light);
    PreferencesDialog dialog(context);
    QSignalSpy engine(&dialog, &PreferencesDialog::engineOptionsChanged);
    dialog.open();
    auto* pages = dialog.findChild<QListWidget*>("pages");
    auto* stack = dialog.findChild<QStackedWidget*>();
    QCOMPARE(pages->count(), stack->count());
    // The names have the room that their highlight takes, from the first look on.
    for (int row = 1; row < pages->count(); ++row) {
      const QRect above = pages->visualItemRect(pages->item(row - 1));
      QVERIFY(pages->visualItemRect(pages->item(row)).top() > above.bottom());
    }
    const auto words = [&](int page) {
      QStringList all;
      for (QLabel* label : stack->widget(page)->findChildren<QLabel*>()) all << label->text();
      return all.join('\n');
    };
    QTRY_VERIFY2(words(0).contains("takes about"), qPrintable(words(0)));

    auto* rate = dialog.findChild<QComboBox*>("rate");
    const QString before = words(0);
    rate->setFocus();
    QTest::keyClick(rate, Qt::Key_End);
    QCOMPARE(context.settings.framesPerSecond(), 4.0);
    QVERIFY(words(0) != before);
    auto* keyframes = dialog.findChild<QCheckBox*>("keyframes");
    QTest::mouseClick(keyframes, Qt::LeftButton, {}, {10, keyframes->height() / 2});
    QVERIFY(context.settings.keyframesOnly());
    QCOMPARE(engine.count(), 0);

    QTest::keyClick(pages, Qt::Key_Down);
    QCOMPARE(stack->currentIndex(), 1);
    auto* int4 = dialog.findChild<QRadioButton*>("int4");
    QTest::mouseClick(int4, Qt::LeftButton, {}, {10, int4->height() / 2});
    QCOMPARE(context.settings.codec(), QString("int4"));
    QCOMPARE(engine.count(), 1);
    auto* limited = dialog.findChild<QCheckBox*>("limited");
    auto* limit = dialog.findChild<QSpinBox*>("limit");
    QVERIFY(!limit->isEnabled());
    QTest::mouseClick(limited, Qt::LeftButton, {}, {10, limited->height() / 2});
    limit->setValue(12);
    QCOMPARE(context.settings.diskQuota(), qint64{12'000'000'000});
    limit->setFocus();
    limit->selectAll();
    QTest::keyClicks(limit, "12");
    QTest::keyClicks(limit, "0");
    QCOMPARE(context.settings.diskQuota(), qint64{12'000'000'000});  // it may not be all yet
    QTest::keyClick(limit, Qt::Key_Tab);
    QCOMPARE(context.settings.diskQuota(), qint64{120'000'000'000});
    QTest::mouseClick(limited, Qt::LeftButton, {}, {10, limited->height() / 2});
    QCOMPARE(context.settings.diskQuota(), 0);

    dialog.showPage(2);
    auto* theme = dialog.findChild<QComboBox*>("theme");
    theme->setFocus();
    QTest::keyClick(theme, Qt::Key_End);
    QVERIFY(context.theme.isDark());
    QCOMPARE(context.settings.themeMode(), Theme::Mode::dark);
    auto* size = dialog.findChild<QSlider*>("textSize");
    size->setValue(15);
    QCOMPARE(context.theme.textScale(), 1.5);
    QCOMPARE(context.settings.textScale(), 1.5);
    size->setValue(10);

    dialog.showPage(4);
    auto* device = dialog.findChild<QComboBox*>("device");
    device->setCurrentIndex(device->findData("cpu"));
    QCOMPARE(context.settings.device(), QString("cpu"));
    QCOMPARE(engine.count(), 2);
    QVERIFY(words(4).contains(context.settings.libraryFolder()));

    // The next program finds all of it.
    Settings again(context.settings.file());
    QCOMPARE(again.framesPerSecond(), 4.0);
    QCOMPARE(again.codec(), QString("int4"));
    QCOMPARE(again.device(), QString("cpu"));
    QCOMPARE(namelessControls(dialog), QStringList());

    const char* const names[] = {"watching", "memory", "look", "language", "library"};
    for (int page = 0; page < stack->count(); ++page) {
      dialog.showPage(page);
      shots(dialog, context.theme,
            QStringLiteral("preferences_%1").arg(QLatin1String(names[page])));
    }
    context.settings.setTextScale(1.0);
  }

  void anotherLanguageOffersARestart() {
    GuiDesk desk;
    const QLocale before;
    QLocale::setDefault(QLocale(QLocale::English));
    desk.context().settings.setLanguage("en");
    PreferencesDialog dialog(desk.context());
    dialog.open();
    dialog.showPage(3);
    auto* language = dialog.findChild<QComboBox*>("language");
    auto* restart = dialog.findChild<QPushButton*>("restart");
    QVERIFY(!restart->isVisible());
    if (language->findData("de") < 0) language->addItem("Deutsch", "de");  // not in this program
    language->setCurrentIndex(language->findData("de"));
    QVERIFY(restart->isVisible());
    shots(dialog, desk.context().theme, "preferences_restart");
    language->setCurrentIndex(language->findData("en"));
    QVERIFY2(!restart->isVisible(), "it is as it was");
    language->setCurrentIndex(language->findData("de"));
    QSignalSpy wanted(&dialog, &PreferencesDialog::restartWanted);
    QTest::mouseClick(restart, Qt::LeftButton);
    QCOMPARE(wanted.count(), 1);
    QVERIFY(!dialog.isVisible());
    QLocale::setDefault(before);
  }

  void aWheelOverAPageChangesNothing() {
    GuiDesk desk;
    PreferencesDialog dialog(desk.context());
    dialog.open();
    auto* rate = dialog.findChild<QComboBox*>("rate");
    dialog.findChild<QListWidget*>("pages")->setFocus();
    QWheelEvent wheel({5, 5}, rate->mapToGlobal(QPointF(5, 5)), {}, {0, -120}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(rate, &wheel);
    QCOMPARE(rate->currentIndex(), 0);
    QCOMPARE(desk.context().settings.framesPerSecond(), 0.0);
  }

  void gigabytesPerHourAreThoseOfTheFiles() {
    GuiDesk desk;
    const store::Video video = desk.watch(sampleVideo());
    const auto list = desk.call<VideoList>(ListVideos{});
    const store::Memory& memory = list.videos.at(0).memories.at(0);
    const double measured =
        static_cast<double>(memory.bytes) * 3600e6 / static_cast<double>(video.duration);
    const auto checked = desk.call<ModelChecked>(CheckModel{kNano.toStdString()});
    const MemoryCost cost{checked.check};
    const double told = cost.bytesPerHour(kernels::KvCodec::i8, 0);
    QVERIFY2(std::abs(told / measured - 1) < 0.1,
             qPrintable(QString("%1 %2").arg(told).arg(measured)));
    QVERIFY(std::abs(cost.bytesPerHour(kernels::KvCodec::i8, 2 * cost.modelRate()) / told - 2) <
            1e-6);
  }

  // The other qualities are worked out, not measured: here they are.
  void gigabytesOfOtherQualitiesAreTrueToo() {
    GuiDesk desk;
    const auto checked = desk.call<ModelChecked>(CheckModel{kNano.toStdString()});
    const MemoryCost cost{checked.check};
    for (const kernels::KvCodec codec : {kernels::KvCodec::i4, kernels::KvCodec::bf16}) {
      EngineOptions options = desk.engineOptions();
      options.codec = codec;
      desk.start(options);
      const store::Video video = desk.watch(sampleVideo());
      double bytes = 0;
      for (const VideoWithMemories& entry : desk.call<VideoList>(ListVideos{}).videos) {
        for (const store::Memory& memory : entry.memories) {
          if (memory.shape.codec == codec) bytes = static_cast<double>(memory.bytes);
        }
      }
      const double measured = bytes * 3600e6 / static_cast<double>(video.duration);
      const double told = cost.bytesPerHour(codec, 0);
      QVERIFY2(std::abs(told / measured - 1) < 0.15,
               qPrintable(QString("%1 %2").arg(told).arg(measured)));
    }
  }

  void shortcutsAreRecordedAndConflictsSaid() {
    GuiDesk desk(false);
    Context& context = desk.context();
    QWidget window;  // with the actions in it, as the main window has them
    window.resize(900, 700);
    for (const ActionInfo& info : actionTable()) window.addAction(context.actions[info.id]);
    window.show();
    ShortcutsDialog dialog(context, &window);
    dialog.open();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QCOMPARE(namelessControls(dialog), QStringList());
    QCOMPARE(dialog.findChildren<ShortcutRow*>().size(),
             static_cast<qsizetype>(actionTable().size()));

    const auto press = [&](ActionId id, Qt::Key key, Qt::KeyboardModifiers with = {}) {
      ShortcutRow* row = dialog.row(id);
      QTest::mouseClick(row->findChild<QPushButton*>("keys"), Qt::LeftButton);
      auto* edit = row->findChild<QKeySequenceEdit*>();
      QVERIFY(edit->isVisible());
      QTest::keyClick(edit, key, with);
      QTRY_VERIFY(!edit->isVisible());
    };
    // A key that is free.
    press(ActionId::markIn, Qt::Key_F5, Qt::ControlModifier);
    QCOMPARE(context.actions.keys(ActionId::markIn), QList<QKeySequence>{QKeySequence("Ctrl+F5")});
    QCOMPARE(context.settings.shortcuts().size(), 1);

    // A key that another action has: nothing happens before one says so.
    QSignalSpy opened(context.actions[ActionId::openFiles], &QAction::triggered);
    press(ActionId::markOut, Qt::Key_O, Qt::ControlModifier);
    QCOMPARE(opened.count(), 0);
    ShortcutRow* row = dialog.row(ActionId::markOut);
    auto* take = row->findChild<QPushButton*>("take");
    QVERIFY(take->isVisible());
    bool said = false;
    for (QLabel* label : row->findChildren<QLabel*>()) said |= label->text().contains("Open Files");
    QVERIFY(said);
    QCOMPARE(context.actions.keys(ActionId::markOut), QList<QKeySequence>{QKeySequence("O")});
    dialog.findChild<QScrollArea*>()->ensureWidgetVisible(row);
    shot(dialog, "shortcuts_conflict");
    QTest::mouseClick(take, Qt::LeftButton);
    QCOMPARE(context.actions.keys(ActionId::markOut), QList<QKeySequence>{QKeySequence("Ctrl+O")});
    QVERIFY(context.actions.keys(ActionId::openFiles).isEmpty());
    QCOMPARE(context.settings.shortcuts().size(), 3);

    // Another place, and it is over without a change.
    QTest::mouseClick(dialog.row(ActionId::loop)->findChild<QPushButton*>("keys"), Qt::LeftButton);
    dialog.findChild<QLineEdit*>()->setFocus();
    QTRY_VERIFY(!dialog.row(ActionId::loop)->findChild<QKeySequenceEdit*>()->isVisible());
    QCOMPARE(context.settings.shortcuts().size(), 3);

    // Back, one and all.
    QTest::mouseClick(dialog.row(ActionId::markIn)->findChild<QToolButton*>("reset"),
                      Qt::LeftButton);
    QCOMPARE(context.actions.keys(ActionId::markIn), QList<QKeySequence>{QKeySequence("I")});
    QCOMPARE(context.settings.shortcuts().size(), 2);
    QTest::mouseClick(dialog.findChild<QPushButton*>("resetAll"), Qt::LeftButton);
    QVERIFY(context.settings.shortcuts().isEmpty());
    QCOMPARE(context.actions.keys(ActionId::openFiles),
             QList<QKeySequence>{QKeySequence("Ctrl+O")});

    // Search finds actions and keys.
    auto* search = dialog.findChild<QLineEdit*>();
    const auto shown = [&] {
      int count = 0;
      for (ShortcutRow* one : dialog.findChildren<ShortcutRow*>())
        count += one->isVisible() ? 1 : 0;
      return count;
    };
    search->setText("frame back");
    QCOMPARE(shown(), 1);
    search->setText("ctrl+shift+m");
    QCOMPARE(shown(), 1);
    search->setText("no such thing");
    QCOMPARE(shown(), 0);
    search->clear();
    shots(dialog, context.theme, "shortcuts");
  }

  void aboutSaysWhatThereIsAndCopiesIt() {
    GuiDesk desk;
    Context& context = desk.context();
    desk.watch(makeVideo(
        desk.folder() + "/secret name.mp4",
        {"-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=5", "-pix_fmt", "yuv420p"}));
    AboutDialog dialog(context, "libmpv 2.1");
    dialog.open();
    const auto words = [&] {
      QStringList all;
      for (QLabel* label : dialog.findChildren<QLabel*>()) all << label->text();
      return all.join('\n');
    };
    QTRY_VERIFY2(!words().contains("asking"), qPrintable(words()));
    QVERIFY(words().contains(text(version())));
    QVERIFY(words().contains("libmpv 2.1"));
    QVERIFY(words().contains("Apache"));
    QCOMPARE(namelessControls(dialog), QStringList());
    QTest::mouseClick(dialog.findChild<QPushButton*>("copy"), Qt::LeftButton);
    QTRY_VERIFY(QGuiApplication::clipboard()->text().contains("Device: "));
    const QString copied = QGuiApplication::clipboard()->text();
    QVERIFY(copied.startsWith("Longtake " + text(version())));
    QVERIFY(copied.contains("Videos: 1; memories: 1, of these finished: 1"));
    QVERIFY(!copied.contains("secret"));
    shots(dialog, context.theme, "about");
  }

  void diagnosticsWorkWithoutAnEngine() {
    GuiDesk desk(false);
    QString copied;
    AboutDialog::diagnostics(desk.context(), "libmpv 2.1", &desk.context().workspace,
                             [&](const QString& words) { copied = words; });
    QTRY_VERIFY(copied.contains("Engine failed"));
  }
};

}  // namespace longtake::ui

QTEST_MAIN(longtake::ui::DialogsTest)
#include "dialogs_test.moc"
