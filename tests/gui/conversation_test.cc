// The conversation panel, with nano's real answers about the sample video.
#include <sqlite3.h>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>
#include <atomic>
#include <filesystem>

#include "engine/store/library.h"
#include "tests/gui/support.h"
#include "tests/support/faulty_backend.h"
#include "tests/support/journal_rows.h"
#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/conversation/answer_card.h"
#include "ui/conversation/citation_chip.h"
#include "ui/conversation/conversation_panel.h"
#include "ui/conversation/find_bar.h"
#include "ui/conversation/match_label.h"
#include "ui/conversation/picture_preview.h"
#include "ui/conversation/pictures.h"
#include "ui/conversation/question_box.h"
#include "ui/conversation/suggestion_button.h"
#include "ui/conversation/transcript.h"
#include "ui/conversation/video_chooser.h"
#include "ui/conversation/wording.h"

namespace longtake::ui {

namespace {

constexpr int kAnswerMs = 30'000;

// A window with the panel in it, as wide as a dock, and the keys of the whole window.
struct Scene {
  explicit Scene(Context& where, int width = 420)
      : context(where), panel(new ConversationPanel(where)) {
    auto* column = new QVBoxLayout(&window);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(panel);
    for (const ActionInfo& info : actionTable()) {
      window.addAction(where.actions[info.id]);
    }
    window.resize(width, 720);
    window.show();
    window.activateWindow();
    if (!QTest::qWaitForWindowActive(&window)) qFatal("the window does not become active");
  }

  QPlainTextEdit* edit() const {
    return panel->findChild<QPlainTextEdit*>(QStringLiteral("question"));
  }
  QToolButton* send() const { return panel->findChild<QToolButton*>(QStringLiteral("send")); }
  const QList<Turn>& turns() const { return panel->model().turns(); }
  const AnswerItem& last() const { return turns().last().answers.last(); }
  TurnView* lastView() const {
    return panel->transcript().view(static_cast<int>(turns().size()) - 1);
  }
  AnswerCard* card() const { return lastView()->newest(); }

  void type(const QString& question) {
    QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier);
    QTest::keyClicks(edit(), question);
    QTest::keyClick(edit(), Qt::Key_Return);
  }
  void ask(const QString& question) {
    QTRY_VERIFY(panel->box().scope().why().isEmpty());
    type(question);
    QVERIFY(panel->model().isAnswering());
    QTRY_VERIFY_WITH_TIMEOUT(!panel->model().isAnswering(), kAnswerMs);
  }

  Context& context;
  QWidget window;
  ConversationPanel* panel;
};

// Something else than the engine that has the library's database open.
void runSql(const GuiDesk& desk, const char* sql) {
  sqlite3* database = nullptr;
  const auto file = std::filesystem::path(desk.engineOptions().library) / "library.db";
  if (sqlite3_open(file.c_str(), &database) != SQLITE_OK ||
      sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    qFatal("%s: %s", sql, sqlite3_errmsg(database));
  }
  sqlite3_close(database);
}

}  // namespace

class ConversationTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    desk_ = std::make_unique<GuiDesk>();
    QElapsedTimer timer;
    timer.start();
    video_ = desk_->watch(sampleVideo());
    qInfo("watched in %lld ms", timer.elapsed());
  }
  void cleanupTestCase() { desk_.reset(); }
  void cleanup() {
    context().theme.setMode(Theme::Mode::light);
    context().theme.setTextScale(1.0);
    context().workspace.setMarks({}, {});
    desk_->context().workspace.closeVideo();
    for (const store::Conversation& one :
         desk_->call<ConversationList>(ListConversations{}).conversations) {
      desk_->call<Done>(RemoveConversation{one.id});
    }
    context().workspace.openVideo(video_);
  }

  // --- Asking ------------------------------------------------------------------------------------

  void aSuggestionAsksItself() {
    Scene scene(context());
    scene.panel->setSuggestions(
        {QStringLiteral("What color is the star?"), QStringLiteral("Is there a bar?")});
    QTRY_COMPARE(scene.panel->findChildren<SuggestionButton*>().size(), 2);
    auto* first = scene.panel->findChild<SuggestionButton*>();
    QTRY_VERIFY(first->isVisible());
    shot(scene.window, QStringLiteral("conversation_start_light"));
    QTest::mouseClick(first, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(scene.turns().size() == 1 && !scene.panel->model().isAnswering(),
                             kAnswerMs);
    QCOMPARE(text(scene.last().answer.text), QStringLiteral("orange"));
    QCOMPARE(namelessControls(scene.window), QStringList());
  }

  void anAnswerComesWithWhatItRestsOn() {
    Scene scene(context());
    QSignalSpy changed(&scene.panel->model(), &ConversationModel::turnChanged);
    QSignalSpy grew(&scene.panel->model(), &ConversationModel::answerGrew);
    scene.ask(QStringLiteral("What color is the star?"));
    QVERIFY(changed.count() >= 3);  // phases and citations came one by one
    QVERIFY(grew.count() >= 1);
    QVERIFY(scene.edit()->toPlainText().isEmpty());
    QVERIFY(scene.last().isFound());
    QCOMPARE(supportOf(scene.last()), Support::strong);
    // The star is there from 1:19.3 to 1:26.8.
    const store::Citation best = scene.last().answer.citations.front();
    QVERIFY(best.time.overlaps({79'304'819, 86'764'334}));
    QCOMPARE(best.verdict, store::Verdict::confirmed);
    QTRY_VERIFY(scene.lastView() != nullptr && !scene.lastView()->chips().isEmpty());
    const CitationChip* chip = scene.lastView()->chips().first();
    QVERIFY(chip->accessibleName().contains(QStringLiteral("Confirmed")));
    QVERIFY(chip->accessibleName().contains(rangeText(best.time)));
    QVERIFY(scene.card()->accessibleName().contains(QStringLiteral("orange")));
    const SeenVideos seen(context().shelf);
    QTRY_VERIFY(seen.isKnown());
    QVERIFY(coverageWords(scene.turns().last(), scene.last().answer, seen).isEmpty());
    // It is what the timeline shows now.
    QCOMPARE(context().workspace.answer().id, scene.last().answer.id);
    QCOMPARE(namelessControls(scene.window), QStringList());
  }

  void theModelIsLoadedWhileTheQuestionIsTyped() {
    const auto made = std::make_shared<std::atomic<int>>(0);
    EngineOptions options = desk_->engineOptions();
    options.device = Device::automatic;
    options.make_device = [made](const kernels::BackendOptions& backend) {
      ++*made;
      return kernels::make_cpu_backend(backend);
    };
    desk_->start(options);
    {
      Scene scene(context());
      QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
      QCOMPARE(made->load(), 0);
      QTest::keyClicks(scene.edit(), QStringLiteral("What color "));
      QTRY_COMPARE(made->load(), 1);
      QTest::keyClicks(scene.edit(), QStringLiteral("is the star?"));
      QTest::keyClick(scene.edit(), Qt::Key_Return);
      QTRY_VERIFY_WITH_TIMEOUT(!scene.panel->model().isAnswering(), kAnswerMs);
      QCOMPARE(text(scene.last().answer.text), QStringLiteral("orange"));
      QCOMPARE(made->load(), 1);
    }
    desk_->start(desk_->engineOptions());
  }

  // Not "orangeorange": what a device had said before it failed is taken back.
  void anAnswerBeginsAnewWhenTheGraphicsCardFails() {
    const auto faults = std::make_shared<tests::Faults>();
    EngineOptions options = desk_->engineOptions();
    options.device = Device::automatic;
    options.make_device = [faults](const kernels::BackendOptions& backend) {
      return tests::make_faulty_backend(faults, backend);
    };
    desk_->start(options);
    QSignalSpy noticed(&context().engine, &EngineLink::noticed);
    {
      Scene scene(context());
      bool takenBack = false;
      connect(&scene.panel->model(), &ConversationModel::answerGrew, &scene.window,
              [&] { faults->lost_in = 1; });
      connect(&scene.panel->model(), &ConversationModel::turnChanged, &scene.window, [&] {
        const AnswerItem& item = scene.last();
        if (noticed.isEmpty() || item.phase != session::Phase::loading_model) return;
        takenBack = item.answer.text.empty() && item.answer.citations.empty();
      });
      // The device checks the answer while its text is on its way here, and might be done by then.
      for (int i = 0; i < 20 && noticed.isEmpty(); ++i) {
        scene.ask(QStringLiteral("What color is the star?"));
      }
      QCOMPARE(noticed.size(), 1);
      QVERIFY(takenBack);
      QCOMPARE(text(scene.last().answer.text), QStringLiteral("orange"));
      QVERIFY(scene.last().isFound());
      QTRY_VERIFY(scene.card()->accessibleName().contains(QStringLiteral("orange")));
      QVERIFY(!scene.card()->accessibleName().contains(QStringLiteral("orangeorange")));
    }
    desk_->start(desk_->engineOptions());
  }

  void whatWasNotSeenIsSaidPlainly() {
    Scene scene(context());
    scene.ask(QStringLiteral("what shape is the yellow object"));
    QVERIFY(scene.last().isNotFound());
    QTRY_VERIFY(scene.lastView() != nullptr);
    QVERIFY(scene.card()->accessibleName().contains(QStringLiteral("Not found in what was seen")));
    QTRY_VERIFY(!scene.lastView()->chips().isEmpty());  // the nearest moments
    for (const CitationChip* chip : scene.lastView()->chips()) {
      QVERIFY(chip->accessibleName().contains(QStringLiteral("Not confirmed")));
    }
    QVERIFY(!scene.card()->findChild<QLabel*>(QStringLiteral("answerText"))->isVisible());
    QVERIFY(text(scene.last().answer.text).size() < 100);
    QTest::qWait(300);
    shot(scene.window, QStringLiteral("conversation_not_found"));
  }

  void escStops() {
    Scene scene(context());
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    QAction* stop = context().actions[ActionId::stopAnswer];
    QVERIFY(!stop->isEnabled());
    // The device is busy for minutes: the question has to wait.
    bool ended = false;
    const RequestId busy =
        context().engine.send(CalibrateModel{}, this, [&](const Event&) { ended = true; });
    scene.type(QStringLiteral("Is there a bar?"));
    QVERIFY(stop->isEnabled());
    QCOMPARE(scene.send()->accessibleName(), QStringLiteral("Stop the answer  (Esc)"));
    QTRY_VERIFY(scene.lastView() != nullptr);
    QVERIFY(scene.last().isRunning());
    QTest::qWait(350);
    shot(scene.window, QStringLiteral("conversation_waiting"));
    QTest::keyClick(&scene.window, Qt::Key_Escape);
    QTRY_VERIFY(!scene.panel->model().isAnswering());
    QCOMPARE(scene.last().answer.state, store::AnswerState::stopped);
    QVERIFY(!stop->isEnabled());
    context().engine.cancel(busy);
    QTRY_VERIFY_WITH_TIMEOUT(ended, kAnswerMs);
    // Asked again by the button that the stopped answer has.
    auto* again = scene.card()->findChild<QPushButton*>(QStringLiteral("askAgain"));
    QTRY_VERIFY(again->isVisible());
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
    QCOMPARE(scene.turns().size(), 1);
    QCOMPARE(scene.turns().last().answers.size(), 2);
  }

  void aQuestionOutrunsAConversationThatIsBeingOpened() {
    Scene scene(context());
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    scene.type(QStringLiteral("Is there a bar?"));
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
    ConversationModel& model = scene.panel->model();
    model.open(model.id());
    QVERIFY(model.isLoading());
    scene.panel->ask(QStringLiteral("What color is the star?"));
    QTest::qWait(200);
    QVERIFY(!scene.turns().isEmpty());
    QCOMPARE(scene.turns().last().question, QStringLiteral("What color is the star?"));
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
  }

  void aDayIsWrittenAsTheLanguageWritesIt() {
    const QLocale before;
    const QDate day(2025, 3, 5);
    const qint64 noon = QDateTime(day, QTime(12, 0)).toSecsSinceEpoch();
    for (const QLocale& language : {QLocale(QLocale::German, QLocale::Germany),
                                    QLocale(QLocale::English, QLocale::UnitedStates)}) {
      QLocale::setDefault(language);
      QCOMPARE(dayWords(noon), language.toString(day, QLocale::ShortFormat));
    }
    QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
    QVERIFY2(dayWords(noon).startsWith("05.03."), qPrintable(dayWords(noon)));
    QLocale::setDefault(before);
  }

  void nothingElseIsOfferedWhileAnAnswerComes() {
    Scene scene(context());
    scene.ask(QStringLiteral("What color is the star?"));
    const qint64 first = scene.panel->model().id();
    bool ended = false;
    const RequestId busy =
        context().engine.send(CalibrateModel{}, this, [&](const Event&) { ended = true; });
    context().actions[ActionId::newConversation]->trigger();
    auto* suggestion = scene.panel->findChild<SuggestionButton*>();
    QTRY_VERIFY(suggestion->isVisible() && suggestion->isEnabled());
    scene.type(QStringLiteral("Is there a bar?"));
    scene.panel->openConversation(first);
    QTRY_COMPARE(scene.panel->model().id(), first);
    QTRY_VERIFY(scene.lastView() != nullptr);
    auto* again = scene.card()->findChild<QToolButton*>(QStringLiteral("askAgainSmall"));
    QVERIFY(again->isVisibleTo(scene.card()) && !again->isEnabled());
    context().actions[ActionId::newConversation]->trigger();
    QTRY_VERIFY(suggestion->isVisible());
    QVERIFY(!suggestion->isEnabled());
    QTest::keyClick(&scene.window, Qt::Key_Escape);
    QTRY_VERIFY(!scene.panel->model().isAnswering());
    QVERIFY(suggestion->isEnabled());
    context().engine.cancel(busy);
    QTRY_VERIFY_WITH_TIMEOUT(ended, kAnswerMs);
  }

  void theSendButtonStopsToo() {
    Scene scene(context());
    bool ended = false;
    const RequestId busy =
        context().engine.send(CalibrateModel{}, this, [&](const Event&) { ended = true; });
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    scene.type(QStringLiteral("Is there a bar?"));
    QTest::mouseClick(scene.send(), Qt::LeftButton);
    QTRY_COMPARE(scene.last().answer.state, store::AnswerState::stopped);
    context().engine.cancel(busy);
    QTRY_VERIFY_WITH_TIMEOUT(ended, kAnswerMs);
  }

  void theBoxKnowsItsKeys() {
    Scene scene(context());
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    const int one = scene.edit()->height();
    QTest::keyClick(&scene.window, Qt::Key_L, Qt::ControlModifier);
    QVERIFY(scene.edit()->hasFocus());
    QVERIFY(!scene.send()->isEnabled());
    QTest::keyClicks(scene.edit(), QStringLiteral("Is there"));
    QTest::keyClick(scene.edit(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(scene.edit(), QStringLiteral("a bar?"));
    QVERIFY(scene.send()->isEnabled());
    QVERIFY(scene.edit()->height() > one);
    QCOMPARE(scene.turns().size(), 0);
    QTest::mouseClick(scene.send(), Qt::LeftButton);
    QCOMPARE(scene.turns().size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.panel->model().isAnswering(), kAnswerMs);
    QCOMPARE(scene.edit()->height(), one);
    scene.ask(QStringLiteral("What color is the star?"));
    // The pencil takes the place of what was half typed, which is not lost.
    QTest::keyClicks(scene.edit(), QStringLiteral("half a"));
    QTRY_VERIFY(scene.lastView() != nullptr);
    QTest::mouseClick(scene.lastView()->findChild<QToolButton*>(QStringLiteral("editQuestion")),
                      Qt::LeftButton);
    QCOMPARE(scene.edit()->toPlainText(), QStringLiteral("What color is the star?"));
    QTest::keyClick(scene.edit(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(scene.edit()->toPlainText(), QStringLiteral("half a"));
    scene.edit()->selectAll();
    QTest::keyClick(scene.edit(), Qt::Key_Delete);
    QTest::keyClick(scene.edit(), Qt::Key_Up);
    QCOMPARE(scene.edit()->toPlainText(), QStringLiteral("What color is the star?"));
    QTest::keyClick(scene.edit(), Qt::Key_Up);
    QCOMPARE(scene.edit()->toPlainText(), QStringLiteral("Is there\na bar?"));
    QTest::keyClick(scene.edit(), Qt::Key_Down);
    QTest::keyClick(scene.edit(), Qt::Key_Down);
    QVERIFY(scene.edit()->toPlainText().isEmpty());
  }

  // --- Scopes ------------------------------------------------------------------------------------

  void aQuestionIsAboutWhatIsChosen() {
    Scene scene(context());
    ScopePicker& scope = scene.panel->box().scope();
    QTRY_VERIFY(scope.why().isEmpty());
    const auto choose = [&](const QString& begin) {
      emit scope.menu()->aboutToShow();
      for (QAction* action : scope.menu()->actions()) {
        if (!action->text().startsWith(begin)) continue;
        if (!action->isEnabled()) return false;
        action->trigger();
        return true;
      }
      return false;
    };
    QVERIFY(!choose(QStringLiteral("Marked Range")));
    QVERIFY(!choose(QStringLiteral("Up to Here")));  // nothing lies before the beginning
    context().workspace.setMarks(70'000'000, 100'000'000);
    context().workspace.reportPosition(30'000'000);
    QVERIFY(choose(QStringLiteral("Marked Range")));
    scene.ask(QStringLiteral("What color is the star?"));
    QVERIFY(scene.last().isFound());
    for (const store::Citation& one : scene.last().answer.citations) {
      QVERIFY(one.time.begin >= 69'000'000 && one.time.end <= 101'000'000);
    }
    QVERIFY(choose(QStringLiteral("Up to Here")));
    QCOMPARE(scope.scopes().front().range, std::optional(TimeRange{0, 30'000'000}));
    context().workspace.reportPosition(31'000'000);  // the video plays on
    QCOMPARE(scope.scopes().front().range, std::optional(TimeRange{0, 31'000'000}));
    scene.ask(QStringLiteral("What color is the star?"));
    QVERIFY(scene.last().isNotFound());  // it comes later
    QCOMPARE(scene.turns().size(), 2);
    context().workspace.setMarks({}, {});
    context().workspace.reportPosition(0);
  }

  void aQuestionMayBeAboutSeveralVideos() {
    // Only the part with the star, as a video of its own.
    const QString path = makeVideo(
        desk_->folder() + QStringLiteral("/star & co.mp4"),
        {"-ss", "76", "-i", sampleVideo(), "-t", "14", "-an", "-c:v", "libx264", "-g", "30"});
    const store::Video second = desk_->watch(path);
    context().workspace.openVideo(video_);
    {
      Scene scene(context());
      ScopePicker& scope = scene.panel->box().scope();
      QTRY_VERIFY(scope.why().isEmpty());
      emit scope.menu()->aboutToShow();
      for (QAction* action : scope.menu()->actions()) {
        if (action->text().startsWith(QStringLiteral("Selected"))) action->trigger();
      }
      auto* chooser = scene.window.findChild<VideoChooser*>();
      QVERIFY(chooser != nullptr);
      shot(*chooser, QStringLiteral("conversation_chooser"));
      QVERIFY(namelessControls(*chooser).isEmpty());
      chooser->reject();
      scope.setKind(ScopePicker::Kind::library);
      QTRY_COMPARE(scope.scopes().size(), std::size_t{2});
      scene.ask(QStringLiteral("What color is the star?"));
      QVERIFY(scene.last().isFound());
      QTRY_VERIFY(scene.lastView() != nullptr && !scene.lastView()->chips().isEmpty());
      QTest::qWait(300);
      shot(scene.window, QStringLiteral("conversation_library"));
      // A citation of a video that is not open asks for that video.
      QSignalSpy wanted(scene.panel, &ConversationPanel::openVideoRequested);
      QSignalSpy played(&context().workspace, &Workspace::playRangeRequested);
      int others = 0;
      for (CitationChip* chip : scene.lastView()->chips()) {
        if (chip->citation().video_id == second.id) ++others;
        QTest::mouseClick(chip, Qt::LeftButton);
      }
      QCOMPARE(wanted.count(), others);
      QCOMPARE(played.count(), scene.lastView()->chips().size() - others);
      QVERIFY(others > 0);
    }
    desk_->call<VideoRemoved>(RemoveVideo{second.id});
  }

  void aConversationGoesWithItsVideo() {
    const store::Video second = desk_->watch(makeVideo(
        desk_->folder() + QStringLiteral("/star.mp4"),
        {"-ss", "76", "-i", sampleVideo(), "-t", "14", "-an", "-c:v", "libx264", "-g", "30"}));
    context().workspace.openVideo(video_);
    Scene scene(context());
    ScopePicker& scope = scene.panel->box().scope();
    scope.setChosen({second.id});
    QTRY_COMPARE(scope.scopes().size(), std::size_t{1});
    scene.ask(QStringLiteral("What color is the star?"));
    QVERIFY(scene.last().isFound() && scene.panel->model().id() != 0);
    // It is not the open one: it is named, until it is.
    QVERIFY(scope.accessibleName().contains(QStringLiteral("star.mp4")));
    QTRY_VERIFY(scene.lastView() != nullptr && !scene.lastView()->chips().isEmpty());
    const auto about = [&] { return scene.lastView()->findChild<ElidedLabel*>()->text(); };
    const CitationChip* chip = scene.lastView()->chips().first();
    QVERIFY2(about().startsWith(QStringLiteral("star.mp4 · ")), qPrintable(about()));
    QVERIFY(chip->accessibleName().contains(QStringLiteral("star.mp4")));
    context().workspace.openVideo(second, context().workspace.answer());
    QTRY_VERIFY2(about().startsWith(QStringLiteral("Whole video")), qPrintable(about()));
    QVERIFY(!chip->accessibleName().contains(QStringLiteral("star.mp4")));
    context().workspace.openVideo(video_, context().workspace.answer());
    QSignalSpy failed(&scene.panel->model(), &ConversationModel::failed);
    scope.setChosen({video_.id, second.id});
    QVERIFY(scope.accessibleName().contains(QStringLiteral("2 ")));
    desk_->call<VideoRemoved>(RemoveVideo{second.id});
    QTRY_VERIFY(scope.accessibleName().contains(QStringLiteral("sample")));  // the one that is left
    QTRY_COMPARE(scene.turns().size(), 0);
    QCOMPARE(scene.panel->model().id(), 0);
    QCOMPARE(failed.count(), 0);
    scope.setKind(ScopePicker::Kind::wholeVideo);
    scene.ask(QStringLiteral("What color is the star?"));
    QVERIFY(scene.last().isFound());
  }

  // --- Citations ---------------------------------------------------------------------------------

  void aClickPlaysTheRange() {
    Scene scene(context());
    scene.ask(QStringLiteral("What color is the star?"));
    QTRY_VERIFY(scene.lastView() != nullptr && !scene.lastView()->chips().isEmpty());
    CitationChip* chip = scene.lastView()->chips().first();
    QSignalSpy played(&context().workspace, &Workspace::playRangeRequested);
    QTest::mouseClick(chip, Qt::LeftButton);
    QCOMPARE(played.count(), 1);
    QCOMPARE(played.first().at(0).value<TimeRange>(), chip->citation().time);
    QVERIFY(played.first().at(1).toBool());
    QCOMPARE(context().workspace.citation(), chip->citation().id);
    QCOMPARE(context().workspace.answer().id, scene.last().answer.id);

    QSignalSpy marker(scene.panel, &ConversationPanel::markerWanted);
    QTest::mouseClick(chip, Qt::LeftButton, Qt::ControlModifier);
    QCOMPARE(marker.count(), 1);
    QCOMPARE(played.count(), 1);
    const auto made = marker.first().at(0).value<store::Marker>();
    QCOMPARE(made.time, chip->citation().time);
    QCOMPARE(text(made.label), QStringLiteral("orange"));
  }

  void hoveringShowsABiggerPicture() {
    Scene scene(context());
    scene.ask(QStringLiteral("What color is the star?"));
    QTRY_VERIFY(scene.lastView() != nullptr && !scene.lastView()->chips().isEmpty());
    CitationChip* chip = scene.lastView()->chips().first();
    QTest::mouseMove(chip, chip->rect().center());
    QTRY_VERIFY(scene.window.findChild<PicturePreview*>() != nullptr);
    QTest::qWait(300);
    shot(*scene.window.findChild<PicturePreview*>(), QStringLiteral("conversation_preview"));
    QTest::mouseMove(scene.edit(), QPoint(4, 4));
    QTRY_VERIFY(scene.window.findChild<PicturePreview*>() == nullptr);
    // It does not stand in front of what it plays.
    QTest::mouseMove(chip, chip->rect().center());
    QTRY_VERIFY(scene.window.findChild<PicturePreview*>() != nullptr);
    QTest::mouseClick(chip, Qt::LeftButton);
    QTRY_VERIFY(scene.window.findChild<PicturePreview*>() == nullptr);
    context().workspace.reportPlaying(true);
    QTest::mouseMove(scene.edit(), QPoint(4, 4));
    QTest::mouseMove(chip, chip->rect().center());
    QTest::qWait(600);
    QVERIFY(scene.window.findChild<PicturePreview*>() == nullptr);
    context().workspace.reportPlaying(false);
  }

  void verdictsAreStoredAndOutliveTheEngine() {
    Scene scene(context());
    scene.ask(QStringLiteral("Is there a bar?"));
    QTRY_VERIFY(scene.lastView() != nullptr && scene.lastView()->chips().size() >= 2);
    // By keyboard: into the transcript, to the second citation.
    QList<CitationChip*> chips = scene.lastView()->chips();
    chips.first()->setFocus(Qt::TabFocusReason);
    QTest::keyClick(chips.first(), Qt::Key_Right);
    QTRY_VERIFY(chips[1]->hasFocus());
    const qint64 first = chips[0]->citation().id;
    const qint64 second = chips[1]->citation().id;
    QTest::keyClick(chips[1], Qt::Key_Y);
    QCOMPARE(scene.panel->model().findCitation(second)->user_verdict, store::Verdict::confirmed);
    QVERIFY(chips[1]->accessibleName().contains(QStringLiteral("Accepted")));
    QTest::keyClick(chips[1], Qt::Key_Left);
    QTest::keyClick(chips[0], Qt::Key_N);
    QTest::qWait(200);
    shot(scene.window, QStringLiteral("conversation_verdicts"));
    // Letters typed elsewhere judge nothing.
    QTest::keyClick(&scene.window, Qt::Key_L, Qt::ControlModifier);
    QTest::keyClicks(scene.edit(), QStringLiteral("yyy"));
    QCOMPARE(scene.panel->model().findCitation(first)->user_verdict, store::Verdict::not_confirmed);

    desk_->call<ConversationList>(ListConversations{});  // the verdicts before it are through
    QSignalSpy reset(&scene.panel->model(), &ConversationModel::reset);
    desk_->start(desk_->engineOptions());
    QTRY_VERIFY(reset.count() > 0);
    QTRY_VERIFY(scene.panel->model().findCitation(first) != nullptr);
    QCOMPARE(scene.panel->model().findCitation(first)->user_verdict, store::Verdict::not_confirmed);
    QCOMPARE(scene.panel->model().findCitation(second)->user_verdict, store::Verdict::confirmed);
    // Said twice, it is taken back.
    QTRY_VERIFY(scene.lastView() != nullptr && !scene.lastView()->chips().isEmpty());
    scene.lastView()->chips().first()->setFocus();
    QTest::keyClick(scene.lastView()->chips().first(), Qt::Key_N);
    QCOMPARE(scene.panel->model().findCitation(first)->user_verdict, store::Verdict::none);
  }

  // Shown is what is stored: on the chip and on the timeline, which reads the workspace.
  void aVerdictThatCannotBeStoredIsTakenBackEverywhere() {
    Scene scene(context());
    scene.ask(QStringLiteral("Is there a bar?"));
    QTRY_VERIFY(scene.lastView() != nullptr && !scene.lastView()->chips().isEmpty());
    CitationChip* chip = scene.lastView()->chips().first();
    const qint64 citation = chip->citation().id;
    const auto onTimeline = [&] {
      for (const store::Citation& one : context().workspace.answer().citations) {
        if (one.id == citation) return one.user_verdict;
      }
      qFatal("the timeline shows another answer");
    };
    const auto onChip = [&] { return scene.panel->model().findCitation(citation)->user_verdict; };
    chip->setFocus();
    QTest::keyClick(chip, Qt::Key_Y);
    QCOMPARE(onTimeline(), store::Verdict::confirmed);  // at once
    desk_->call<ConversationList>(ListConversations{});
    context().workspace.selectCitation(citation);

    runSql(*desk_,
           "CREATE TRIGGER full BEFORE UPDATE OF user_verdict ON citations "
           "BEGIN SELECT RAISE(ABORT, 'no room'); END");
    QSignalSpy failed(&scene.panel->model(), &ConversationModel::failed);
    QTest::keyClick(chip, Qt::Key_N);
    QCOMPARE(onTimeline(), store::Verdict::not_confirmed);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(onChip(), store::Verdict::confirmed);
    QCOMPARE(onTimeline(), store::Verdict::confirmed);
    QCOMPARE(context().workspace.citation(), citation);  // which was looked at

    // Nor does one stay that went down with the engine.
    QTest::keyClick(chip, Qt::Key_N);
    QCOMPARE(onTimeline(), store::Verdict::not_confirmed);
    QSignalSpy reset(&scene.panel->model(), &ConversationModel::reset);
    desk_->start(desk_->engineOptions());
    QTRY_VERIFY(reset.count() > 0);
    runSql(*desk_, "DROP TRIGGER full");
    QCOMPARE(onChip(), store::Verdict::confirmed);
    QCOMPARE(onTimeline(), store::Verdict::confirmed);
  }

  void manyVideosThatComeAtOnceAreReadTogether() {
    GuiDesk desk;
    const SeenVideos seen(desk.context().shelf);
    QTRY_VERIFY(seen.isKnown());
    QFile base(makeVideo(desk.folder() + "/base.mkv",
                         {"-f", "lavfi", "-i", "color=red:size=64x64:duration=1"}));
    QVERIFY(base.open(QIODevice::ReadOnly));
    const QByteArray bytes = base.readAll();
    constexpr int kVideos = 200;
    QSignalSpy changed(&seen, &SeenVideos::changed);
    for (int i = 0; i < kVideos; ++i) {
      QFile copy(desk.folder() + QStringLiteral("/%1.mkv").arg(i));
      QVERIFY(copy.open(QIODevice::WriteOnly));
      copy.write(bytes + "\xec\x84" + QByteArray::number(i).rightJustified(4, '0'));
      copy.close();
      desk.context().engine.send(AddVideo{copy.fileName().toStdString()});
    }
    QTRY_COMPARE_WITH_TIMEOUT(seen.all().size(), kVideos, 60'000);
    QTest::qWait(200);
    QVERIFY2(changed.count() < kVideos * 3 / 4, qPrintable(QString::number(changed.count())));
  }

  // --- What goes wrong ---------------------------------------------------------------------------

  void aFailureSaysWhatToDo() {
    Scene scene(context());
    EngineOptions broken = desk_->engineOptions();
    broken.model = (desk_->folder() + QStringLiteral("/no model here")).toStdString();
    desk_->start(broken);
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    scene.ask(QStringLiteral("What color is the star?"));
    QCOMPARE(scene.last().answer.state, store::AnswerState::failed);
    QVERIFY(scene.last().answer.failure.has_value());
    QVERIFY(!scene.last().answer.failure->message.empty());
    QVERIFY(!scene.last().answer.failure->hint.empty());
    QTRY_VERIFY(scene.lastView() != nullptr);
    const auto notes = [&] {
      return scene.card()->findChild<MatchLabel*>(QStringLiteral("notes"))->plainText();
    };
    const QString why = notes();
    QVERIFY(why.contains(engineText(scene.last().answer.failure->message)));
    // Read again from the library, as after a restart, it says the same.
    QSignalSpy reset(&scene.panel->model(), &ConversationModel::reset);
    context().engine.start(broken);
    QTRY_VERIFY(reset.count() > 0);
    QTRY_VERIFY(scene.turns().size() == 1 && scene.lastView() != nullptr);
    QCOMPARE(scene.last().answer.state, store::AnswerState::failed);
    QTRY_COMPARE(notes(), why);
    auto* again = scene.card()->findChild<QPushButton*>(QStringLiteral("askAgain"));
    QTRY_VERIFY(again->isVisible());
    shot(scene.window, QStringLiteral("conversation_failed"));
    desk_->start(desk_->engineOptions());
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
  }

  void ofAnOldFailureTheReasonIsNotKnown() {
    desk_->context().engine.stop();
    {
      const auto library =
          store::Library::open(desk_->engineOptions().library, store::Library::Access::write);
      store::Question question;
      question.text = "Is there a bar?";
      question.scope = "[{\"video\":" + std::to_string(video_.id) + "}]";
      const std::int64_t videos[] = {video_.id};
      library->journal().end_answer(library->journal().ask(question, videos).answer,
                                    store::AnswerState::failed);
    }
    context().engine.start(desk_->engineOptions());
    Scene scene(context());
    QTRY_COMPARE(scene.turns().size(), 1);
    QTRY_VERIFY(scene.lastView() != nullptr);
    QTRY_COMPARE(scene.card()->findChild<MatchLabel*>(QStringLiteral("notes"))->plainText(),
                 QStringLiteral("Something kept it from being answered."));
  }

  void anAnswerThatWasCutOffSaysSo() {
    GuiDesk desk;
    const store::Video video = desk.watch(sampleVideo());
    desk.context().engine.stop();
    {
      // What a killed process leaves behind: an answer that nobody finished.
      const auto library =
          store::Library::open(desk.engineOptions().library, store::Library::Access::write);
      const std::int64_t videos[] = {video.id};
      store::Question question;
      question.text = "Is there a bar?";
      question.scope = "[{\"video\":" + std::to_string(video.id) + "}]";
      const std::int64_t answer = tests::ask(library->journal(), question, videos).answer;
      library->journal().append_answer(answer, "Yes, there is a bl");
    }
    desk.start(desk.engineOptions());
    Scene scene(desk.context());
    QTRY_COMPARE(scene.turns().size(), 1);
    QCOMPARE(scene.last().answer.state, store::AnswerState::interrupted);
    QTRY_VERIFY(scene.lastView() != nullptr);
    shot(scene.window, QStringLiteral("conversation_interrupted"));
    auto* again = scene.card()->findChild<QPushButton*>(QStringLiteral("askAgain"));
    QTRY_VERIFY(again->isVisible());
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
    QCOMPARE(scene.turns().size(), 1);
  }

  void aQuestionThatWaitsIsInItsConversation() {
    Scene scene(context());
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    ConversationModel& model = scene.panel->model();
    const RequestId busy = context().engine.send(CalibrateModel{}, this, [](const Event&) {});
    scene.type(QStringLiteral("Is there a bar?"));
    QTRY_VERIFY(model.id() != 0);
    QVERIFY(model.isAnswering());
    QVERIFY(scene.last().answer.id != 0);
    // Read again, it is shown once: as what it is doing.
    QSignalSpy reset(&model, &ConversationModel::reset);
    scene.panel->openConversation(model.id());
    QTRY_COMPARE(reset.count(), 1);
    QCOMPARE(scene.turns().size(), 1);
    QCOMPARE(scene.turns().first().answers.size(), 1);
    QCOMPARE(model.liveTurn(), 0);
    // Stopped, it stays, and is asked again there.
    const qint64 conversation = model.id();
    model.stop();
    QTRY_VERIFY(!model.isAnswering());
    QCOMPARE(scene.last().answer.state, store::AnswerState::stopped);
    const auto stored = desk_->call<ConversationOpened>(OpenConversation{conversation});
    QCOMPARE(stored.questions.size(), std::size_t{1});
    QCOMPARE(stored.questions[0].answers.at(0).state, store::AnswerState::stopped);
    context().engine.cancel(busy);
    model.askAgain(0);
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
    QCOMPARE(model.id(), conversation);
    QCOMPARE(scene.turns().size(), 1);
    QCOMPARE(scene.turns().first().answers.size(), 2);
    QCOMPARE(desk_->call<ConversationList>(ListConversations{}).conversations.size(),
             std::size_t{1});
  }

  void anAnswerThatFailedLastTimeCanBeAskedAgain() {
    GuiDesk desk;
    const store::Video video = desk.watch(sampleVideo());
    EngineOptions options = desk.engineOptions();
    options.model = "/no/model/at/all";
    desk.start(options);
    desk.context().workspace.openVideo(video);
    const auto failure = [&] {
      AskQuestion command;
      command.text = "Is there a bar?";
      command.scopes = {{video.id, std::nullopt}};
      bool ended = false;
      desk.context().engine.send(command, this,
                                 [&](const Event& event) { ended = ended || ends_request(event); });
      return QTest::qWaitFor([&] { return ended; });
    };
    QVERIFY(failure());
    desk.start(desk.engineOptions());
    Scene scene(desk.context());
    QTRY_COMPARE(scene.turns().size(), 1);
    QCOMPARE(scene.last().answer.state, store::AnswerState::failed);
    QTRY_VERIFY(scene.lastView() != nullptr);
    QTest::qWait(100);
    shot(scene.window, QStringLiteral("conversation_failed"));
    auto* again = scene.card()->findChild<QPushButton*>(QStringLiteral("askAgain"));
    QTRY_VERIFY(again->isVisible());
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
    QCOMPARE(scene.turns().size(), 1);
  }

  void anEngineThatGoesAwayLeavesNothingRunning() {
    Scene scene(context());
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    context().engine.send(CalibrateModel{}, this, [](const Event&) {});
    scene.type(QStringLiteral("Is there a bar?"));
    QVERIFY(scene.panel->model().isAnswering());
    desk_->start(desk_->engineOptions());
    QTRY_VERIFY(!scene.panel->model().isAnswering());
    QCOMPARE(scene.last().answer.state, store::AnswerState::interrupted);
    scene.panel->model().askAgain(0);
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
  }

  // --- Another library, whose videos and conversations have the same numbers ---------------------

  void aPictureOfAnotherLibraryIsNotShown() {
    GuiDesk desk;
    Pictures pictures(desk.context().engine, 64, 64);
    const auto add = [&](const QString& colour) {
      const QString path =
          makeVideo(desk.folder() + "/" + colour + ".mp4",
                    {"-f", "lavfi", "-i", "color=" + colour + ":size=64x64:duration=2", "-pix_fmt",
                     "yuv420p"});
      return desk.call<VideoAdded>(AddVideo{path.toStdString()}).video.id;
    };
    const auto shown = [&](qint64 video) {
      const QImage picture = pictures.picture(video, 1'000'000).toImage();
      return picture.isNull() ? QColor() : picture.pixelColor(32, 32);
    };
    const qint64 red = add("red");
    QTRY_VERIFY(shown(red).red() > 200);
    desk.goToLibrary(desk.folder() + "/another");
    const qint64 blue = add("blue");
    QCOMPARE(blue, red);
    QVERIFY(!shown(blue).isValid());
    QTRY_VERIFY(shown(blue).isValid());
    QVERIFY(shown(blue).blue() > 200 && shown(blue).red() < 50);
  }

  void whatWasAskedOfOneLibraryIsNotAskedOfTheNext() {
    GuiDesk desk;
    const store::Video video = desk.watch(sampleVideo());
    Scene scene(desk.context());
    ScopePicker& scope = scene.panel->box().scope();
    scope.setChosen({video.id});
    scene.ask(QStringLiteral("Is there a bar?"));
    const qint64 conversation = scene.panel->model().id();
    QVERIFY(conversation != 0);
    // About several videos, and none is open.
    desk.context().workspace.closeVideo();
    QTRY_VERIFY(scene.turns().isEmpty());
    scene.panel->openConversation(conversation);
    QTRY_COMPARE(scene.turns().size(), 1);

    desk.context().engine.stop();
    const QString another = desk.folder() + "/another";
    std::filesystem::copy(desk.engineOptions().library, another.toStdString(),
                          std::filesystem::copy_options::recursive);
    desk.goToLibrary(another);
    desk.call<ConversationList>(ListConversations{});
    QTest::qWait(200);
    QVERIFY(scene.turns().isEmpty());
    QCOMPARE(scene.panel->model().id(), 0);
    QCOMPARE(scope.kind(), ScopePicker::Kind::wholeVideo);
    QVERIFY(scope.scopes().empty());
  }

  // --- While watching ----------------------------------------------------------------------------

  void anAnswerSaysWhatHadBeenSeen() {
    GuiDesk desk;
    Context& there = desk.context();
    const store::Video video = desk.call<VideoAdded>(AddVideo{sampleVideo().toStdString()}).video;
    there.workspace.openVideo(video);
    Scene scene(there);
    QTRY_COMPARE(scene.panel->box().scope().why(), QStringLiteral("Not being watched"));
    QTest::qWait(50);
    shot(scene.window, QStringLiteral("conversation_nothing_seen"));
    WatchVideo part{video.id};
    part.until = 30'000'000;
    desk.call<WatchEnded>(part);
    scene.ask(QStringLiteral("What color is the star?"));
    QVERIFY(scene.last().isNotFound());  // it comes later
    QTRY_VERIFY(scene.lastView() != nullptr);
    auto* again = scene.card()->findChild<QPushButton*>(QStringLiteral("askAgain"));
    QVERIFY(!again->isVisible());
    const SeenVideos seen(there.shelf);
    QTRY_VERIFY(seen.isKnown());
    const QString words = coverageWords(scene.turns().last(), scene.last().answer, seen);
    QVERIFY2(words.startsWith(QStringLiteral("From 0:00 to 0:3")), qPrintable(words));
    desk.call<WatchEnded>(WatchVideo{video.id});
    QTRY_VERIFY(again->isVisible());
    QTest::qWait(200);
    shot(scene.window, QStringLiteral("conversation_more_seen"));
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(scene.last().isFound(), kAnswerMs);
    QCOMPARE(scene.turns().size(), 1);
    QCOMPARE(scene.turns().last().answers.size(), 2);
    QTRY_VERIFY(!again->isVisible());
    auto* earlier = scene.lastView()->findChild<QToolButton*>(QStringLiteral("earlierAnswers"));
    QTRY_VERIFY(earlier->isVisible());
    QTest::mouseClick(earlier, Qt::LeftButton);
    QTest::qWait(200);
    shot(scene.window, QStringLiteral("conversation_asked_again"));
    QTRY_COMPARE(scene.lastView()->chips().size(),
                 static_cast<qsizetype>(scene.turns()[0].answers[0].answer.citations.size() +
                                        scene.turns()[0].answers[1].answer.citations.size()));
  }

  // --- Conversations -----------------------------------------------------------------------------

  void aConversationIsThereAgain() {
    {
      Scene scene(context());
      scene.ask(QStringLiteral("What color is the star?"));
      scene.ask(QStringLiteral("Is there a bar?"));
      QTest::keyClick(&scene.window, Qt::Key_N, Qt::ControlModifier);
      QCOMPARE(scene.turns().size(), 0);
      scene.ask(QStringLiteral("what shape is the red object"));
      QCOMPARE(scene.turns().size(), 1);
    }
    Scene scene(context());  // the newest is open
    QTRY_COMPARE(scene.turns().size(), 1);
    auto* title = scene.panel->findChild<QToolButton*>(QStringLiteral("conversations"));
    QTRY_COMPARE(title->text(), QStringLiteral("what shape is the red object"));
    emit title->menu()->aboutToShow();
    QAction* older = title->menu()->actions().at(1);
    QVERIFY(older->text().startsWith(QStringLiteral("What color is the star?")));
    older->trigger();
    QTRY_COMPARE(scene.turns().size(), 2);
    QCOMPARE(text(scene.turns()[0].answers[0].answer.text), QStringLiteral("orange"));
    QTRY_COMPARE(title->text(), QStringLiteral("What color is the star?"));
  }

  void anOpenedConversationIsOnTheTimeline() {
    Workspace& workspace = context().workspace;
    qint64 star = 0;
    qint64 bar = 0;
    {
      Scene scene(context());
      scene.ask(QStringLiteral("What color is the star?"));
      star = scene.last().answer.id;
      scene.ask(QStringLiteral("Is there a bar?"));
      bar = scene.last().answer.id;
      scene.ask(QStringLiteral("what shape is the yellow object"));
      QVERIFY(scene.last().isNotFound());
    }
    workspace.closeVideo();
    workspace.openVideo(video_);
    QCOMPARE(workspace.answer().id, 0);
    Scene scene(context());
    QTRY_COMPARE(workspace.answer().id, bar);
    QVERIFY(!workspace.answer().evidence.empty());
    // A click on another answer, beside its words or on them, shows that one.
    Transcript& transcript = scene.panel->transcript();
    transcript.verticalScrollBar()->setValue(0);
    QTRY_VERIFY(transcript.view(0) != nullptr);
    AnswerCard* card = transcript.view(0)->newest();
    QTest::mouseClick(card, Qt::LeftButton, {}, QPoint(4, 4));
    QCOMPARE(workspace.answer().id, star);
    QTest::mouseClick(
        transcript.view(1)->newest()->findChild<QLabel*>(QStringLiteral("answerText")),
        Qt::LeftButton);
    QCOMPARE(workspace.answer().id, bar);
    QCOMPARE(workspace.citation(), 0);
    // A new conversation says nothing yet.
    QTest::keyClick(&scene.window, Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(workspace.answer().id, 0);
  }

  void editingBranches() {
    Scene scene(context());
    scene.ask(QStringLiteral("What color is the star?"));
    const qint64 trunk = scene.panel->model().id();
    QTRY_VERIFY(scene.lastView() != nullptr);
    QTest::mouseClick(scene.lastView()->findChild<QToolButton*>(QStringLiteral("editQuestion")),
                      Qt::LeftButton);
    QCOMPARE(scene.edit()->toPlainText(), QStringLiteral("What color is the star?"));
    QTest::qWait(100);
    shot(scene.window, QStringLiteral("conversation_branch"));
    QTest::keyClick(scene.edit(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(scene.edit(), QStringLiteral("What color is the diamond?"));
    QTest::keyClick(scene.edit(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(scene.turns().size() == 1 && !scene.panel->model().isAnswering(),
                             kAnswerMs);
    QVERIFY(scene.panel->model().id() != trunk);
    QTRY_COMPARE(text(scene.panel->model().conversation().title),
                 QStringLiteral("What color is the diamond? (from “What color is the star?”)"));
    const auto list = desk_->call<ConversationList>(ListConversations{video_.id}).conversations;
    QCOMPARE(list.size(), std::size_t{2});
    QCOMPARE(text(list.back().title), text(scene.panel->model().conversation().title));
    const auto old = desk_->call<ConversationOpened>(OpenConversation{trunk});
    QCOMPARE(old.questions.size(), std::size_t{1});  // nothing was overwritten
  }

  void aConversationIsRenamedAndRemoved() {
    Scene scene(context());
    scene.ask(QStringLiteral("What color is the star?"));
    const qint64 id = scene.panel->model().id();
    scene.panel->model().rename(id, QStringLiteral("Stars & bars"));
    auto* title = scene.panel->findChild<QToolButton*>(QStringLiteral("conversations"));
    QTRY_COMPARE(title->text(), QStringLiteral("Stars & bars"));
    QCOMPARE(text(desk_->call<ConversationOpened>(OpenConversation{id}).conversation.title),
             QStringLiteral("Stars & bars"));
    QMenu* more = nullptr;
    for (auto* button : scene.panel->findChildren<QToolButton*>()) {
      if (button->accessibleName() == QStringLiteral("More about this conversation"))
        more = button->menu();
    }
    QVERIFY(more != nullptr);
    emit more->aboutToShow();
    more->actions().last()->trigger();
    auto* box = scene.window.findChild<QMessageBox*>();
    QVERIFY(box != nullptr);
    QCOMPARE(box->textFormat(), Qt::PlainText);
    for (QAbstractButton* button : box->buttons()) {
      if (box->buttonRole(button) != QMessageBox::AcceptRole) continue;
      QCOMPARE(button->palette().color(QPalette::ButtonText), context().theme.colors().bad);
      QTest::mouseClick(button, Qt::LeftButton);
    }
    QTRY_VERIFY(scene.turns().isEmpty());
    QVERIFY(desk_->call<ConversationList>(ListConversations{}).conversations.empty());
  }

  void aCopyIsPlainText() {
    Scene scene(context());
    scene.ask(QStringLiteral("What color is the star?"));
    QTRY_VERIFY(scene.lastView() != nullptr);
    QTest::mouseClick(scene.card()->findChild<QToolButton*>(QStringLiteral("copyAnswer")),
                      Qt::LeftButton);
    const QString copied = QApplication::clipboard()->text();
    QVERIFY2(copied.startsWith(QStringLiteral("**What color is the star?**\n\norange\n")),
             qPrintable(copied));
    QVERIFY(copied.contains(rangeText(scene.last().answer.citations.front().time)));
    QVERIFY(copied.contains(QStringLiteral("sample.mp4")));
    QVERIFY(copied.contains(QStringLiteral("confirmed")));
  }

  void wordsAreFound() {
    Scene scene(context());
    scene.ask(QStringLiteral("What color is the star?"));
    scene.ask(QStringLiteral("Is there a bar?"));
    scene.ask(QStringLiteral("Which shape does the green object have?"));  // a bar
    QTest::keyClick(&scene.window, Qt::Key_F, Qt::ControlModifier);
    auto* bar = scene.panel->findChild<FindBar*>();
    QVERIFY(bar->isVisible());
    QTest::keyClicks(bar->findChild<QLineEdit*>(), QStringLiteral("BAR"));
    QCOMPARE(bar->count(), 2);  // in a question, and in an answer
    QCOMPARE(bar->current().turn, 1);
    QTest::keyClick(bar->findChild<QLineEdit*>(), Qt::Key_Return);
    QCOMPARE(bar->current().turn, 2);
    QCOMPARE(bar->current().answer, 0);
    QTest::qWait(100);
    shot(scene.window, QStringLiteral("conversation_find"));
    QTest::keyClick(bar->findChild<QLineEdit*>(), Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(bar->current().turn, 1);
    QCOMPARE(namelessControls(scene.window), QStringList());
    QTest::keyClick(bar->findChild<QLineEdit*>(), Qt::Key_Escape);
    QVERIFY(!bar->isVisible());
  }

  void aLongConversationStaysQuick() {
    constexpr int kTurns = 200;
    context().engine.stop();
    std::int64_t conversation = 0;
    {
      const auto library =
          store::Library::open(desk_->engineOptions().library, store::Library::Access::write);
      store::Journal& journal = library->journal();
      const std::int64_t videos[] = {video_.id};
      for (int i = 0; i < kTurns; ++i) {
        store::Question question;
        question.conversation_id = conversation;
        question.text = "Question number " + std::to_string(i) + ", what is to be seen then?";
        question.scope = "[{\"video\":" + std::to_string(video_.id) + "}]";
        store::Answer answer;
        const store::Asked asked = tests::ask(journal, question, videos);
        conversation = asked.conversation;
        answer.id = asked.answer;
        answer.state = store::AnswerState::done;
        answer.found = i % 7 != 0;
        answer.support = 8;
        for (int word = 0; word < 5 + i % 40; ++word)
          answer.text += "word" + std::to_string(i) + " ";
        for (int c = 0; c < 1 + i % 5; ++c) {
          const Micros begin = (i + c * 17) % 100 * kMicrosPerSecond;
          answer.citations.push_back({0,
                                      video_.id,
                                      {begin, begin + 3 * kMicrosPerSecond},
                                      0.3,
                                      store::Verdict::confirmed,
                                      store::Verdict::none});
        }
        journal.finish_answer(answer);
      }
    }
    desk_->start(desk_->engineOptions());
    Scene scene(context());
    QTRY_COMPARE(scene.turns().size(), kTurns);
    QVERIFY(scene.panel->transcript().viewCount() < 20);

    // What the GUI thread does for it, apart from the engine's reading.
    QElapsedTimer timer;
    const auto loaded = desk_->call<ConversationOpened>(OpenConversation{conversation});
    QSignalSpy reset(&scene.panel->model(), &ConversationModel::reset);
    qint64 longest = 0;
    scene.panel->openConversation(conversation);
    while (reset.isEmpty()) {
      timer.start();
      QCoreApplication::processEvents(QEventLoop::AllEvents);
      longest = std::max(longest, timer.elapsed());
    }
    qInfo("open: %lld ms at most in one go", longest);
    QScrollBar* bar = scene.panel->transcript().verticalScrollBar();
    QTRY_VERIFY(scene.lastView() != nullptr && scene.lastView()->isVisible());
    QVERIFY(scene.lastView()->y() >= 0);  // the last question can be read

    QList<qint64> steps;
    for (int step = 0; step < 150; ++step) {
      timer.start();
      bar->setValue(bar->value() - 300);
      scene.window.grab();
      steps << timer.nsecsElapsed() / 1000;
    }
    std::sort(steps.begin(), steps.end());
    qInfo("a scroll step with its painting: %.1f ms median, %.1f ms at most", steps[75] / 1000.0,
          steps.last() / 1000.0);
    QVERIFY(scene.panel->transcript().viewCount() < 30);
    timer.start();
    bar->setValue(0);
    QTRY_VERIFY(scene.panel->transcript().view(0) != nullptr);
    QVERIFY(scene.panel->transcript().view(0)->y() >= 0);
    QVERIFY2(longest < 250, "opening a conversation holds the window up");
    QVERIFY2(steps[75] < 50'000, "scrolling stutters");
  }

  void whatIsReadStaysWhereItIs() {
    Scene scene(context());
    for (const char* question :
         {"What color is the star?", "Is there a bar?", "what shape is the red object",
          "How many green objects do you see?"}) {
      scene.ask(QString::fromLatin1(question));
    }
    scene.panel->model().askAgain(0);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.panel->model().isAnswering(), kAnswerMs);
    Transcript& transcript = scene.panel->transcript();
    QScrollBar* bar = transcript.verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 600);
    QTRY_VERIFY(transcript.view(0) != nullptr && transcript.view(1) != nullptr);
    bar->setValue(bar->value() + transcript.view(1)->y() + 30);
    QCOMPARE(transcript.view(1)->y(), -30);
    // The turn above grows by a whole card: what is being read does not move.
    const int before = transcript.view(0)->height();
    transcript.view(0)->setEarlierShown(true);
    QTRY_VERIFY(transcript.view(0)->height() > before + 50);
    QCOMPARE(transcript.view(1)->y(), -30);
    // At the end it follows what is added there.
    bar->setValue(bar->maximum());
    scene.ask(QStringLiteral("Did a black ring appear?"));
    QTRY_VERIFY(scene.lastView() != nullptr && scene.lastView()->isVisible());
    QTRY_VERIFY(bar->value() == bar->maximum() ||
                scene.lastView()->y() == context().theme.gapSmall());
  }

  void anAnswerIsReadFromItsQuestionOn() {
    Scene scene(context());
    scene.window.resize(420, 360);
    scene.ask(QStringLiteral("What color is the star?"));
    scene.ask(QStringLiteral("Is there a bar?"));
    const Transcript& transcript = scene.panel->transcript();
    const QScrollBar* bar = transcript.verticalScrollBar();
    const auto startsAtTheTop = [&] {
      return scene.lastView() != nullptr &&
             scene.lastView()->height() > transcript.viewport()->height() &&
             scene.lastView()->y() == context().theme.gapSmall();
    };
    QTRY_VERIFY(startsAtTheTop());
    shot(scene.window, QStringLiteral("conversation_tall_answer"));
    // Scrolled by hand, it stays.
    scene.panel->transcript().verticalScrollBar()->setValue(bar->maximum());
    QTest::qWait(100);
    QCOMPARE(bar->value(), bar->maximum());
    scene.panel->transcript().verticalScrollBar()->setValue(bar->maximum() - 5);
    QTest::qWait(100);
    QCOMPARE(bar->value(), bar->maximum() - 5);
    // The same when it is opened again.
    QSignalSpy reset(&scene.panel->model(), &ConversationModel::reset);
    scene.panel->openConversation(scene.panel->model().id());
    QTRY_COMPARE(reset.count(), 1);
    QTRY_VERIFY(startsAtTheTop());
    // What fits is shown whole.
    scene.window.resize(420, 1000);
    QTRY_VERIFY(scene.lastView()->height() < transcript.viewport()->height());
    QTRY_COMPARE(bar->value(), bar->maximum());
  }

  // --- Looks -------------------------------------------------------------------------------------

  void itLooksRight() {
    Scene scene(context());
    for (const char* question : {"What shape was the first black object?",
                                 "what shape is the yellow object", "Is there a bar?"}) {
      scene.ask(QString::fromLatin1(question));
    }
    QTest::qWait(400);
    const auto all = [&](const QString& name) {
      QTest::qWait(150);
      shot(scene.window, name);
    };
    all(QStringLiteral("conversation_light"));
    scene.window.resize(360, 720);
    all(QStringLiteral("conversation_360"));
    scene.window.resize(520, 720);
    all(QStringLiteral("conversation_520"));
    context().theme.setMode(Theme::Mode::dark);
    all(QStringLiteral("conversation_dark"));
    context().theme.setTextScale(2.0);
    all(QStringLiteral("conversation_200"));
    scene.window.resize(360, 720);
    all(QStringLiteral("conversation_200_360"));
    context().theme.setTextScale(1.0);
    context().theme.setMode(Theme::Mode::light);
    scene.window.resize(420, 720);
    scene.window.setLayoutDirection(Qt::RightToLeft);
    all(QStringLiteral("conversation_rtl"));
    QCOMPARE(namelessControls(scene.window), QStringList());
    scene.window.setLayoutDirection(Qt::LeftToRight);
    context().workspace.closeVideo();
    all(QStringLiteral("conversation_no_video"));
  }

  void aStreamingAnswerLooksAlive() {
    Scene scene(context());
    QTRY_VERIFY(scene.panel->box().scope().why().isEmpty());
    SeenVideos videos(context().shelf);
    Pictures pictures(context().engine, 480, 270);
    CitationActs acts(context(), scene.panel->model());
    QWidget page;
    auto* column = new QVBoxLayout(&page);
    Turn turn{QStringLiteral("When does the delivery van stop, and what happens then?"),
              {{video_.id, {}}},
              1,
              {}};
    AnswerItem item;
    item.phase = session::Phase::answering;
    item.since.start();
    item.answer.text =
        "The van stops at the gate. Two people get out; one of them carries a box to the door "
        "while the "
        "other waits beside the";
    turn.answers = {item};
    auto* streaming =
        new TurnView({context(), videos, pictures, acts, scene.panel->model()}, &page);
    streaming->setTurn(turn);
    column->addWidget(streaming);
    item.phase = session::Phase::verifying;
    item.answer.text += " van.";
    item.answer.citations = {
        {0, video_.id, {12'400'000, 15'000'000}, 0.7, store::Verdict::confirmed, {}},
        {0, video_.id, {41'000'000, 44'000'000}, 0.25, store::Verdict::none, {}}};
    turn.answers = {item};
    auto* verifying =
        new TurnView({context(), videos, pictures, acts, scene.panel->model()}, &page);
    verifying->setTurn(turn);
    column->addWidget(verifying);
    column->addStretch();
    page.resize(420, 720);
    page.show();
    QTest::qWait(500);
    QVERIFY(verifying->chips()[1]->isChecking());
    QVERIFY(!verifying->chips()[0]->isChecking());
    shot(page, QStringLiteral("conversation_streaming"));
  }

 private:
  Context& context() { return desk_->context(); }

  std::unique_ptr<GuiDesk> desk_;
  store::Video video_;
};

}  // namespace longtake::ui

QTEST_MAIN(longtake::ui::ConversationTest)
#include "conversation_test.moc"
