// Markers: added, edited and removed by keys and mouse, undone and redone, kept over a restart of
// the engine.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "tests/gui/support.h"
#include "ui/base/text.h"
#include "ui/markers/marker_commands.h"
#include "ui/markers/marker_panel.h"

namespace longtake::ui {

namespace {

// A desk with a video and the panel in a window.
struct Bench {
  Bench() {
    video = desk.call<VideoAdded>(AddVideo{sampleVideo().toStdString()}).video;
    panel = std::make_unique<MarkerPanel>(desk.context(), nullptr);
    tester = std::make_unique<QAbstractItemModelTester>(
        &panel->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    for (const ActionInfo& info : actionTable()) {
      panel->addAction(desk.context().actions[info.id]);
    }
    workspace().openVideo(video);
    panel->resize(340, 560);
    panel->show();
    panel->activateWindow();
    if (!QTest::qWaitForWindowActive(panel.get())) qFatal("no window");
    panel->setFocus();
    list = panel->findChild<QListView*>();
    editor = panel->findChild<MarkerEditor*>();
  }

  Workspace& workspace() { return desk.context().workspace; }
  QAction* action(ActionId id) { return desk.context().actions[id]; }
  void at(Micros time) { workspace().reportPosition(time); }  // what the player does
  void key(int code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QTest::keyClick(
        QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : panel.get(),
        static_cast<Qt::Key>(code), modifiers);
  }
  // What the library holds, asked anew.
  std::vector<store::Marker> stored() {
    return desk.call<MarkerList>(ListMarkers{video.id}).markers;
  }
  QStringList labels() {
    QStringList result;
    for (const store::Marker& marker : workspace().markers()) result << text(marker.label);
    return result;
  }
  bool allSaved() {
    const auto& markers = workspace().markers();
    return std::all_of(markers.begin(), markers.end(), [](const auto& m) { return m.id > 0; });
  }
  QLineEdit* field(const char* name) {
    for (QLineEdit* candidate : editor->findChildren<QLineEdit*>()) {
      if (candidate->accessibleName() == QLatin1String(name)) return candidate;
    }
    return nullptr;
  }
  void add(Micros begin, Micros end, const char* label, const char* colour, const char* note = "") {
    store::Marker marker;
    marker.time = {begin, end};
    marker.label = label;
    marker.colour = colour;
    marker.note = note;
    addMarker(desk.context(), marker);
  }

  GuiDesk desk;
  store::Video video;
  std::unique_ptr<MarkerPanel> panel;
  std::unique_ptr<QAbstractItemModelTester> tester;
  QListView* list = nullptr;
  MarkerEditor* editor = nullptr;
};

}  // namespace

class MarkersTest : public QObject {
  Q_OBJECT

 private slots:
  void mAddsAtThePlayheadAtOnce() {
    Bench bench;
    bench.at(12'345'678);
    bench.key(Qt::Key_M);
    QCOMPARE(bench.workspace().markers().size(), 1);  // before the engine has answered
    QCOMPARE(bench.workspace().markers().first().time, (TimeRange{12'345'678, 12'345'678}));
    QVERIFY(!bench.editor->isVisible());
    QTRY_VERIFY(bench.allSaved());
    QCOMPARE(bench.stored().size(), 1u);
    QCOMPARE(bench.stored().front().time.begin, Micros{12'345'678});
    // Over the marked range when there is one.
    bench.workspace().setMarks(20'000'000, 24'000'000);
    bench.key(Qt::Key_M);
    QCOMPARE(bench.workspace().markers().last().time, (TimeRange{20'000'000, 24'000'000}));
    QTRY_COMPARE(bench.stored().size(), 2u);
  }

  void shiftMAddsAndTakesTheLabelRightAway() {
    Bench bench;
    bench.at(5'000'000);
    bench.key(Qt::Key_M, Qt::ShiftModifier);
    QTRY_VERIFY(bench.editor->isVisible());
    QTRY_VERIFY(bench.field("Label of the marker")->hasFocus());
    QTest::keyClicks(QApplication::focusWidget(),
                     "moments in motion");  // m, i and o are letters here
    QCOMPARE(bench.workspace().markers().size(), 1);
    bench.key(Qt::Key_Return);
    QVERIFY(!bench.editor->isVisible());
    QCOMPARE(bench.labels(), QStringList{"moments in motion"});
    QTRY_VERIFY(bench.allSaved());
    QTRY_COMPARE(bench.stored().front().label, "moments in motion");
    // On the marker again: the same one is edited.
    bench.at(5'030'000);
    bench.panel->setFocus();
    QTest::keyClick(bench.panel.get(), Qt::Key_M, Qt::ShiftModifier);
    QTRY_VERIFY(bench.editor->isVisible());
    QCOMPARE(bench.workspace().markers().size(), 1);
    QCOMPARE(bench.field("Label of the marker")->text(), "moments in motion");
    QTRY_VERIFY(bench.field("Label of the marker")->hasFocus());
    bench.key(Qt::Key_Escape);
    QVERIFY(!bench.editor->isVisible());
  }

  // In a menu "&" marks a letter; in a label it is one.
  void aLabelKeepsItsAmpersandInTheUndoMenu() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "smith & sons", "red");
    QCOMPARE(bench.action(ActionId::undo)->text(), "&Undo: Add “smith && sons”");
    bench.workspace().undoStack().undo();
    QCOMPARE(bench.action(ActionId::redo)->text(), "&Redo: Add “smith && sons”");
  }

  void everythingOfAMarkerCanBeEdited() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "one", "red");
    QTRY_VERIFY(bench.allSaved());
    bench.list->setCurrentIndex(bench.list->model()->index(0, 0));
    bench.list->setFocus();
    bench.key(Qt::Key_F2);
    QTRY_VERIFY(bench.field("Label of the marker")->hasFocus());
    bench.field("Start of the marker")->clear();
    QTest::keyClicks(bench.field("Start of the marker"), "0:02.5");
    QTest::keyClicks(bench.field("End of the marker"), "0:01");
    QTest::keyClick(bench.field("End of the marker"), Qt::Key_Return);
    QVERIFY(bench.editor->isVisible());  // the wrong way round: explained, nothing changed
    QCOMPARE(bench.workspace().markers().first().time.begin, Micros{1'000'000});
    shot(*bench.panel, "markers_fault");
    bench.field("End of the marker")->clear();
    QTest::keyClicks(bench.field("End of the marker"), "0:04");
    for (QToolButton* swatch : bench.editor->findChildren<QToolButton*>()) {
      if (swatch->accessibleName() == "Colour: Green") QTest::mouseClick(swatch, Qt::LeftButton);
    }
    auto* note = bench.editor->findChild<QPlainTextEdit*>();
    QTest::keyClicks(note, "seen twice");
    QTest::keyClick(note, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(!bench.editor->isVisible());
    QTRY_COMPARE(bench.stored().front().note, "seen twice");
    const store::Marker marker = bench.stored().front();
    QCOMPARE(marker.time, (TimeRange{2'500'000, 4'000'000}));
    QCOMPARE(marker.colour, "green");
    QCOMPARE(marker.label, "one");
    QCOMPARE(bench.stored().size(), 1u);
    // One step.
    bench.key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(bench.stored().front().time, (TimeRange{1'000'000, 1'000'000}));
    QCOMPARE(bench.stored().front().colour, "red");
  }

  void aTimeThatNobodyTouchedKeepsItsMicroseconds() {
    Bench bench;
    bench.add(1'234'567, 2'345'678, "fine", "red");
    QTRY_VERIFY(bench.allSaved());
    bench.list->setCurrentIndex(bench.list->model()->index(0, 0));
    bench.list->setFocus();
    bench.key(Qt::Key_F2);
    QTRY_VERIFY(bench.field("Label of the marker")->hasFocus());
    QTest::keyClicks(bench.field("Label of the marker"), "finer");
    bench.key(Qt::Key_Return);
    QTRY_COMPARE(bench.stored().front().label, "finer");
    QCOMPARE(bench.stored().front().time, (TimeRange{1'234'567, 2'345'678}));
  }

  void removedAndBroughtBackItIsTheSameMarker() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "one", "red");
    bench.add(2'000'000, 3'000'000, "two", "blue", "note");
    QTRY_VERIFY(bench.allSaved());
    const qint64 id = bench.workspace().markers().last().id;
    store::Marker changed = bench.workspace().markers().last();
    changed.label = "two, better";
    changeMarker(bench.desk.context(), bench.workspace().markers().last(), changed);
    QTRY_COMPARE(bench.stored().back().label, "two, better");

    bench.list->setCurrentIndex(bench.list->model()->index(1, 0));
    bench.list->setFocus();
    bench.key(Qt::Key_Delete);
    QCOMPARE(bench.labels(), QStringList{"one"});
    QTRY_COMPARE(bench.stored().size(), 1u);
    QCOMPARE(bench.action(ActionId::undo)->text(), "&Undo: Remove “two, better”");
    bench.key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(bench.stored().size(), 2u);
    QTRY_VERIFY(bench.allSaved());
    QCOMPARE(bench.stored().back().note, "note");
    // It has another id now, and the older steps still find it.
    bench.key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(bench.stored().back().label, "two");
    QCOMPARE(bench.stored().size(), 2u);
    bench.key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(bench.stored().size(), 1u);
    bench.key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(bench.stored().size(), 0u);
    QVERIFY(!bench.action(ActionId::undo)->isEnabled());
    // And all the way back.
    for (int i = 0; i < 4; ++i) bench.key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!bench.action(ActionId::redo)->isEnabled());
    QTRY_COMPARE(bench.stored().size(), 1u);
    QTRY_COMPARE(bench.labels(), QStringList{"one"});
    Q_UNUSED(id);
  }

  void whatIsBeingEditedIsNotLost() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "one", "red");
    bench.add(7'000'000, 9'000'000, "two", "blue");
    QTRY_VERIFY(bench.allSaved());
    const auto edit = [&](int row, const char* label) {
      bench.list->setFocus();
      bench.list->setCurrentIndex(bench.list->model()->index(row, 0));
      bench.key(Qt::Key_F2);
      QTRY_VERIFY(bench.field("Label of the marker")->hasFocus());
      QTest::keyClicks(QApplication::focusWidget(), label);
    };
    // Another marker is not opened over a time that cannot be saved.
    edit(0, "first");
    bench.field("Start of the marker")->setText("soon");
    bench.list->setCurrentIndex(bench.list->model()->index(1, 0));
    QTest::keyClick(bench.list, Qt::Key_F2);
    QCOMPARE(bench.field("Label of the marker")->text(), "first");
    QVERIFY(bench.field("Start of the marker")->hasFocus());
    // Nor does another video take away what was typed; only that time.
    const store::Video open = bench.workspace().video();
    bench.workspace().closeVideo();
    QVERIFY(!bench.editor->isVisible());
    QTRY_COMPARE(bench.stored().front().label, "first");
    QCOMPARE(bench.stored().front().time.begin, Micros{1'000'000});
    bench.workspace().openVideo(open);
    QTRY_COMPARE(bench.labels(), (QStringList{"first", "two"}));
    QCOMPARE(bench.action(ActionId::undo)->text(), "&Undo: Change “first”");
  }

  void fasterThanTheEngine() {
    Bench bench;
    // All of it before a single answer has come: what is wanted last is what is kept.
    bench.add(1'000'000, 1'000'000, "kept", "red");
    bench.add(2'000'000, 2'000'000, "undone", "red");
    bench.workspace().undoStack().undo();
    bench.workspace().undoStack().redo();
    bench.workspace().undoStack().undo();
    store::Marker changed = bench.workspace().markers().first();
    QVERIFY(changed.id < 0);
    changed.label = "kept and changed";
    changeMarker(bench.desk.context(), bench.workspace().markers().first(), changed);
    removeMarkers(bench.desk.context(), {bench.workspace().markers().first().id});
    bench.workspace().undoStack().undo();
    QTRY_VERIFY(bench.allSaved());
    QTRY_COMPARE(bench.stored().size(), 1u);
    QCOMPARE(bench.stored().front().label, "kept and changed");
    QTRY_COMPARE(bench.labels(), QStringList{"kept and changed"});
  }

  void severalAreRemovedInOneStep() {
    Bench bench;
    for (int i = 0; i < 5; ++i) bench.add(i * 1'000'000, i * 1'000'000, "x", "grey");
    QTRY_VERIFY(bench.allSaved());
    bench.list->selectAll();
    for (QToolButton* button : bench.panel->findChildren<QToolButton*>()) {
      if (button->accessibleName().startsWith("Remove")) QTest::mouseClick(button, Qt::LeftButton);
    }
    QTRY_COMPARE(bench.stored().size(), 0u);
    QCOMPARE(bench.action(ActionId::undo)->text(), "&Undo: Remove 5 Marker(s)");
    bench.action(ActionId::undo)->trigger();
    QTRY_COMPARE(bench.stored().size(), 5u);
  }

  void clicksGoThereAndDoubleClicksEdit() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "one", "red");
    bench.add(7'000'000, 9'000'000, "two", "blue");
    QTRY_VERIFY(bench.allSaved());
    QSignalSpy sought(&bench.workspace(), &Workspace::seekRequested);
    const QPoint second = bench.list->visualRect(bench.list->model()->index(1, 0)).center();
    QTest::mouseClick(bench.list->viewport(), Qt::LeftButton, {}, second);
    QCOMPARE(sought.count(), 1);
    QCOMPARE(sought.first().at(0).value<Micros>(), Micros{7'000'000});
    QTest::mouseDClick(bench.list->viewport(), Qt::LeftButton, {}, second);
    QTRY_VERIFY(bench.editor->isVisible());
    bench.editor->close();
    bench.list->setFocus();
    bench.key(Qt::Key_Up);
    QCOMPARE(sought.last().at(0).value<Micros>(), Micros{1'000'000});
  }

  void theFilterLooksAtLabelNoteAndTime() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "Red car", "red");
    bench.add(62'000'000, 62'000'000, "blue van", "blue", "with a red roof");
    bench.add(90'000'000, 90'000'000, "dog", "grey");
    auto* filter = bench.panel->findChild<QLineEdit*>();
    QTest::keyClicks(filter, "red");
    QCOMPARE(bench.list->model()->rowCount(), 2);
    filter->clear();
    QTest::keyClicks(filter, "1:30");
    QCOMPARE(bench.list->model()->rowCount(), 1);
    filter->clear();
    QTest::keyClicks(filter, "nothing like it");
    QCOMPARE(bench.list->model()->rowCount(), 0);
    QVERIFY(!bench.list->isVisible());
    shot(*bench.panel, "markers_no_match");
    // A new marker is shown all the same.
    bench.at(3'000'000);
    bench.action(ActionId::addMarker)->trigger();
    QCOMPARE(bench.list->model()->rowCount(), 4);
  }

  void theyOutliveTheEngineAndTheVideoThatIsOpen() {
    Bench bench;
    bench.add(1'000'000, 2'000'000, "kept", "purple", "as it was");
    QTRY_VERIFY(bench.allSaved());
    bench.workspace().closeVideo();
    QVERIFY(bench.workspace().markers().isEmpty());
    QVERIFY(!bench.action(ActionId::addMarker)->isEnabled());
    bench.desk.context().engine.stop();
    bench.desk.start(bench.desk.engineOptions());
    bench.workspace().openVideo(bench.video);
    QTRY_COMPARE(bench.labels(), QStringList{"kept"});
    QCOMPARE(bench.workspace().markers().first().note, "as it was");
    QCOMPARE(bench.workspace().markers().first().colour, "purple");
    bench.action(ActionId::undo)->trigger();
    QTRY_COMPARE(bench.stored().size(), 0u);
  }

  void anEngineThatIsMadeAnewLosesNothing() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "before", "red");
    QTRY_VERIFY(bench.allSaved());
    // The answer to this one never comes.
    bench.add(2'000'000, 2'000'000, "during", "red");
    bench.desk.start(bench.desk.engineOptions());
    QTRY_VERIFY(bench.allSaved());
    QTRY_COMPARE(bench.stored().size(), 2u);
    QCOMPARE(bench.labels(), (QStringList{"before", "during"}));
    bench.action(ActionId::undo)->trigger();
    QTRY_COMPARE(bench.stored().size(), 1u);
  }

  void whatOthersChangeIsFollowed() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "mine", "red");
    QTRY_VERIFY(bench.allSaved());
    store::Marker foreign;
    foreign.video_id = bench.video.id;
    foreign.time = {4'000'000, 4'000'000};
    foreign.label = "theirs";
    foreign.colour = "blue";
    bench.desk.call(SaveMarker{foreign});
    QTRY_COMPARE(bench.labels(), (QStringList{"mine", "theirs"}));
    bench.desk.call(RemoveMarker{bench.workspace().markers().first().id});
    QTRY_COMPARE(bench.labels(), QStringList{"theirs"});
  }

  void aFailureIsToldAndTheTruthIsShown() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "mine", "red");
    QTRY_VERIFY(bench.allSaved());
    QSignalSpy failed(&bench.desk.context().engine, &EngineLink::failed);
    bench.desk.context().engine.stop();  // the library cannot be reached
    bench.add(2'000'000, 2'000'000, "lost", "red");
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(bench.labels(), QStringList{"mine"});
  }

  void everyControlHasAName() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "one", "red");
    bench.list->setCurrentIndex(bench.list->model()->index(0, 0));
    bench.list->setFocus();
    bench.key(Qt::Key_F2);
    QTRY_VERIFY(bench.field("Label of the marker")->hasFocus());
    QCOMPARE(namelessControls(*bench.panel), QStringList());
    QCOMPARE(bench.list->model()->index(0, 0).data(Qt::AccessibleTextRole).toString(),
             "one, 0:01.0");
    // The keyboard reaches everything of the editor.
    QSet<QWidget*> reached;
    for (int i = 0; i < 40; ++i) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      reached << QApplication::focusWidget();
    }
    for (QPushButton* button : bench.editor->findChildren<QPushButton*>()) {
      QVERIFY2(reached.contains(button), qPrintable(button->text()));
    }
    QVERIFY(reached.contains(bench.list));
  }

  void stepsOfAVideoWaitWhileAnotherIsOpen() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "one", "red");
    bench.add(2'000'000, 2'000'000, "two", "red");
    QTRY_VERIFY(bench.allSaved());
    const store::Video other =
        bench.desk
            .call<VideoAdded>(
                AddVideo{makeVideo(bench.desk.folder() + "/other.mp4",
                                   {"-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=4",
                                    "-pix_fmt", "yuv420p"})
                             .toStdString()})
            .video;
    bench.workspace().openVideo(other);
    QVERIFY(!bench.action(ActionId::undo)->isEnabled());  // nothing was done here
    bench.workspace().openVideo(bench.video);
    QTRY_COMPARE(bench.labels(), (QStringList{"one", "two"}));
    QVERIFY(bench.action(ActionId::undo)->isEnabled());
    bench.panel->setFocus();
    bench.key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(bench.stored().size(), 1u);
    QCOMPARE(bench.labels(), QStringList{"one"});
    bench.key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(bench.stored().size(), 2u);
    // Another library has other videos, with the same numbers.
    bench.workspace().leaveLibrary();
    bench.workspace().openVideo(bench.video);
    QVERIFY(!bench.action(ActionId::undo)->isEnabled());
  }

  void aLabelIsNoHtml() {
    Bench bench;
    bench.add(1'000'000, 1'000'000, "<b>bold</b><img src=x>", "red");
    const QString tip = bench.list->model()->index(0, 0).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains("&lt;b&gt;bold"), qPrintable(tip));
  }

  void looks_data() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<double>("scale");
    QTest::newRow("light") << false << 1.0;
    QTest::newRow("dark") << true << 1.0;
    QTest::newRow("light_200") << false << 2.0;
  }
  void looks() {
    QFETCH(bool, dark);
    QFETCH(double, scale);
    const QString tag = QString::fromLatin1(QTest::currentDataTag());
    Bench bench;
    Theme& theme = bench.desk.context().theme;
    theme.setMode(dark ? Theme::Mode::dark : Theme::Mode::light);
    theme.setTextScale(scale);
    shot(*bench.panel, "markers_empty_" + tag);
    bench.add(4'200'000, 4'200'000, "Red circle enters from the left", "red");
    bench.add(12'000'000, 15'500'000, "Gate opens", "green", "Second time today, compare 0:48");
    bench.add(31'000'000, 31'000'000, "", "yellow");
    bench.add(64'000'000, 71'000'000,
              "A label that is far too long to fit into the panel however wide it is made", "blue");
    bench.add(95'000'000, 95'000'000, "Check", "purple", "unclear");
    QTRY_VERIFY(bench.allSaved());
    bench.list->setCurrentIndex(bench.list->model()->index(1, 0));
    shot(*bench.panel, "markers_" + tag);
    bench.list->setFocus();
    bench.key(Qt::Key_F2);
    QTRY_VERIFY(bench.field("Label of the marker")->hasFocus());
    shot(*bench.panel, "markers_edit_" + tag);
    bench.editor->close();
    bench.panel->setLayoutDirection(Qt::RightToLeft);
    shot(*bench.panel, "markers_rtl_" + tag);
    theme.setTextScale(1);  // the next desk takes the application's font for the system's
  }
};

}  // namespace longtake::ui

QTEST_MAIN(longtake::ui::MarkersTest)
#include "markers_test.moc"
