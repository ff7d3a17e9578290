// The library as a person uses it: dropping files, watching, pausing, ordering, finding again,
// removing; with the real engine and the embedded model.
#include <unistd.h>

#include <QAbstractItemModelTester>
#include <QContextMenuEvent>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <algorithm>
#include <ctime>

#include "tests/gui/support.h"
#include "ui/base/text.h"
#include "ui/library/address_dialog.h"
#include "ui/library/library_panel.h"
#include "ui/library/state_words.h"
#include "ui/library/trouble_card.h"
#include "ui/library/video_delegate.h"
#include "ui/library/video_filter.h"
#include "ui/library/video_list_model.h"
#include "ui/library/video_list_view.h"

namespace longtake::ui {

namespace {

using Role = VideoListModel::Role;

// The panel on a desk of its own, as wide as it stands in the window.
struct Library {
  explicit Library(GuiDesk& ground) : desk(ground), panel(ground.context()) {
    panel.resize(desk.context().theme.px(300), 640);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
  }

  VideoListView& list() { return *panel.findChild<VideoListView*>(); }
  int rows() { return list().model()->rowCount(); }
  QModelIndex row(int at) { return list().model()->index(at, 0); }
  QString state(int at) { return row(at).data(Role::StateRole).toString(); }
  qint64 id(int at) { return row(at).data(Role::IdRole).toLongLong(); }
  QString trouble() {
    auto* card = panel.findChild<TroubleCard*>();
    return card->isVisible() ? card->text() : QString();
  }
  WatchQueue& queue() { return panel.queue(); }
  bool isIdle() { return queue().items().empty() && queue().running() == 0; }

  // As the window passes on what was dropped.
  void drop(const QList<QUrl>& urls) { panel.add(urls); }
  void drop(const QString& path) { drop({QUrl::fromLocalFile(path)}); }
  void press(ActionId id) {
    QTRY_VERIFY2(desk.context().actions[id]->isEnabled(),
                 qPrintable(desk.context().actions[id]->objectName()));
    desk.context().actions[id]->trigger();
  }
  template <typename T>
  T* dialog() {
    return panel.window()->findChild<T*>();
  }

  GuiDesk& desk;
  LibraryPanel panel;
};

// What this thread has worked, in milliseconds: other programs do not count.
double threadMs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// How long this thread works between two turns of the event loop.
class Turns {
 public:
  Turns() {
    timer_.callOnTimeout([this] {
      const double now = threadMs();
      if (last_ >= 0) longest_ = std::max(longest_, now - last_);
      last_ = now;
    });
    timer_.start(0);
  }
  double longest() const { return longest_; }

 private:
  QTimer timer_;
  double last_ = -1;
  double longest_ = 0;
};

QString clip(const QString& path, int seconds, const QString& extra = {}) {
  return makeVideo(
      path, {"-f", "lavfi", "-i",
             QStringLiteral("testsrc2=size=160x90:rate=10:duration=%1%2").arg(seconds).arg(extra),
             "-pix_fmt", "yuv420p"});
}

// The same picture with another comment each: as many contents.
void manyVideos(const QString& folder, int count) {
  if (!QDir().mkpath(folder)) qFatal("no folder");
  QFile base(clip(folder + ".mkv", 1));
  if (!base.open(QIODevice::ReadOnly)) qFatal("no video");
  const QByteArray bytes = base.readAll();
  for (int i = 0; i < count; ++i) {
    QFile copy(folder + QStringLiteral("/video %1.mkv").arg(i));
    if (!copy.open(QIODevice::WriteOnly)) qFatal("no file");
    copy.write(bytes);
    copy.write("\xec", 1);  // an EBML void element, of four bytes that differ
    copy.write("\x84", 1);
    copy.write(QByteArray::number(i).rightJustified(4, '0'));
  }
}

// A video that ends before its index says so.
QString brokenVideo(const QString& folder) {
  QFile whole(makeVideo(folder + "/whole.mp4",
                        {"-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=8", "-c:v",
                         "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"}));
  QFile broken(folder + "/<b>broken.mp4");
  if (!whole.open(QIODevice::ReadOnly) || !broken.open(QIODevice::WriteOnly)) qFatal("no file");
  const QByteArray bytes = whole.readAll();
  broken.write(bytes.left(bytes.size() * 6 / 10));
  return broken.fileName();
}

}  // namespace

class LibraryTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    long_ = clip(clips_.path() + "/long.mp4", 600);
    other_ =
        clip(clips_.path() + "/a very long name of a video that no panel is wide enough for.mp4",
             300, ",hue=s=0");
    QVERIFY(QDir().mkpath(clips_.path() + "/folder/deeper"));
    for (int i = 1; i <= 3; ++i) {
      clip(clips_.path() +
               QStringLiteral("/folder/%1part%2.mp4").arg(i == 3 ? "deeper/" : "").arg(i),
           4, QStringLiteral(",hue=h=%1").arg(60 * i));
    }
    write("folder/notes.txt", "no video");
    write("folder/deeper/picture.jpg", "no video either");
    write("text.mp4", "this only calls itself a video");
    QFile whole(long_);
    QVERIFY(whole.open(QIODevice::ReadOnly));
    write("cut.mp4", whole.read(whole.size() / 3));  // its index stood at the end
  }

  void anEmptyLibraryInvites() {
    GuiDesk desk;
    Library library(desk);
    QSignalSpy sample(&library.panel, &LibraryPanel::sampleWanted);
    auto buttons = library.panel.findChildren<QPushButton*>();
    QPushButton* wanted = nullptr;
    for (QPushButton* button : buttons) {
      if (button->isVisible() && button->text().contains("sample")) wanted = button;
    }
    QVERIFY(wanted != nullptr);
    QTest::mouseClick(wanted, Qt::LeftButton);
    QCOMPARE(sample.count(), 1);
    QCOMPARE(namelessControls(library.panel), QStringList());
    shot(library.panel, "library_empty");
    desk.context().theme.setMode(Theme::Mode::dark);
    desk.context().theme.setTextScale(2.0);
    library.panel.resize(380, 640);
    shot(library.panel, "library_empty_dark_200");
    desk.context().theme.setTextScale(1.0);
    desk.context().theme.setMode(Theme::Mode::system);
  }

  void aDroppedFileIsOpenedAndWatched() {
    GuiDesk desk;
    Library library(desk);
    QAbstractItemModelTester model(library.list().model());
    QSignalSpy told(&desk.context().workspace, &Workspace::told);
    library.drop(sampleVideo());
    QTRY_COMPARE(library.rows(), 1);
    QTRY_COMPARE(text(desk.context().workspace.video().name), QString("sample.mp4"));
    // "watching 37.4 % at 3.1×, 12 min left"
    const QRegularExpression words(
        "^watching [0-9]+\\.[0-9]\u00a0% at [0-9.,]+×, ([0-9]+ h )?[0-9]+ (s|min|h) left$");
    QTRY_VERIFY2_WITH_TIMEOUT(words.match(library.state(0)).hasMatch(),
                              qPrintable(library.state(0)), 30'000);
    QVERIFY(library.panel.watchingWords() == library.state(0));
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 60'000);
    QTRY_VERIFY2(library.state(0).startsWith("all seen, "), qPrintable(library.state(0)));
    const auto list = desk.call<VideoList>(ListVideos{});
    QVERIFY(list.videos.at(0).memories.at(0).finished);
    QVERIFY(told.last().at(0).toString().contains("sample.mp4"));
    QTRY_VERIFY(desk.context().settings.queue().isEmpty());
  }

  void oneDroppedFileIsShownAndManyLeaveOneAtWork() {
    GuiDesk desk;
    Library library(desk);
    const auto open = [&] { return text(desk.context().workspace.video().name); };
    library.drop(sampleVideo());
    QTRY_COMPARE(open(), QString("sample.mp4"));
    library.drop(clips_.path() + "/folder/part1.mp4");
    QTRY_COMPARE(open(), QString("part1.mp4"));
    library.drop({QUrl::fromLocalFile(clips_.path() + "/folder/part2.mp4"),
                  QUrl::fromLocalFile(clips_.path() + "/folder/deeper/part3.mp4")});
    QTRY_COMPARE(library.rows(), 4);
    QCOMPARE(open(), QString("part1.mp4"));
  }

  void theSameFileTwiceIsOneVideo() {
    GuiDesk desk;
    Library library(desk);
    const QString copy = desk.folder() + "/copy of part1.mp4";
    QVERIFY(QFile::copy(clips_.path() + "/folder/part1.mp4", copy));
    const QUrl url = QUrl::fromLocalFile(clips_.path() + "/folder/part1.mp4");
    library.drop({url, url});
    QTRY_COMPARE(library.rows(), 1);
    library.drop({url});
    library.drop(copy);
    QTRY_VERIFY(library.isIdle());
    desk.call<VideoList>(ListVideos{});
    QTest::qWait(200);
    QCOMPARE(library.rows(), 1);
    QVERIFY(library.trouble().isEmpty());
  }

  void aFolderGivesItsVideosAndNothingElse() {
    GuiDesk desk;
    Library library(desk);
    QSignalSpy told(&desk.context().workspace, &Workspace::told);
    library.drop(clips_.path() + "/folder");
    QTRY_COMPARE(library.rows(), 3);
    QVERIFY(library.trouble().isEmpty());
    QVERIFY2(told.first().at(0).toString().startsWith("3 video"),
             qPrintable(told.first().at(0).toString()));
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
    // The newest stand above, in the order in which they were found.
    QCOMPARE(library.row(2).data().toString(), "part1.mp4");
    QCOMPARE(library.row(0).data().toString(), "part3.mp4");
    QVERIFY(QDir(desk.folder()).mkdir("nothing"));
    library.drop(desk.folder() + "/nothing");
    QTRY_VERIFY2(library.trouble().contains("no video in nothing"), qPrintable(library.trouble()));
  }

  void aNewEngineLosesNoFileThatIsBeingAdded() {
    GuiDesk desk;
    Library library(desk);
    QSignalSpy told(&desk.context().workspace, &Workspace::told);
    // With the first of them there, the second is in hand: a preference is changed.
    connect(
        &desk.context().engine, &EngineLink::videoAdded, &library.panel,
        [&] { desk.context().engine.start(desk.engineOptions()); }, Qt::SingleShotConnection);
    library.drop(clips_.path() + "/folder");
    QTRY_COMPARE(library.rows(), 3);
    QTRY_VERIFY(!told.isEmpty());
    QVERIFY2(told[0][0].toString().contains("video(s) added") ||
                 told[0][0].toString().startsWith("3 video"),
             qPrintable(told[0][0].toString()));
    QVERIFY(library.trouble().isEmpty());
  }

  void filesForOneLibraryDoNotComeIntoAnother() {
    GuiDesk desk;
    Library library(desk);
    connect(
        &desk.context().engine, &EngineLink::videoAdded, &library.panel,
        [&] { desk.goToLibrary(desk.folder() + "/another"); }, Qt::SingleShotConnection);
    library.drop(clips_.path() + "/folder");
    QTRY_VERIFY2(library.trouble().contains("2 file(s) were not added"),
                 qPrintable(library.trouble()));
    QTRY_VERIFY(library.panel.shelf().isLoaded());
    QTest::qWait(300);
    QCOMPARE(library.rows(), 0);
  }

  void whatIsNoVideoIsSaidInWords() {
    GuiDesk desk;
    Library library(desk);
    library.drop({QUrl::fromLocalFile(clips_.path() + "/text.mp4"),
                  QUrl::fromLocalFile(clips_.path() + "/folder/notes.txt"),
                  QUrl::fromLocalFile(clips_.path() + "/cut.mp4"),
                  QUrl::fromLocalFile(clips_.path() + "/is not there.mp4"),
                  QUrl::fromLocalFile(clips_.path() + "/folder/part1.mp4")});
    QTRY_VERIFY(!library.trouble().isEmpty());
    for (const char* name : {"text.mp4", "notes.txt", "cut.mp4", "is not there.mp4"}) {
      QVERIFY2(library.trouble().contains(QLatin1String(name)), qPrintable(library.trouble()));
    }
    QTRY_COMPARE(library.rows(), 1);
    shot(library.panel, "library_refused");
    QTest::mouseClick(library.panel.findChild<TroubleCard*>()->findChild<QToolButton*>(),
                      Qt::LeftButton);
    QVERIFY(library.trouble().isEmpty());
  }

  void manyTroublesAreAllToldAndLeaveTheListItsPlace() {
    GuiDesk desk;
    Library library(desk);
    QList<QUrl> urls{QUrl::fromLocalFile(clips_.path() + "/folder/part1.mp4")};
    for (int i = 1; i <= 30; ++i) {
      urls << QUrl::fromLocalFile(clips_.path() + QStringLiteral("/is not there %1.mp4").arg(i));
    }
    library.drop(urls);
    QTRY_VERIFY(!library.trouble().isEmpty());
    QVERIFY(!library.trouble().contains("not there 30.mp4"));
    auto* card = library.panel.findChild<TroubleCard*>();
    auto* more = card->findChild<QPushButton*>();
    QVERIFY2(more->text().contains("27"), qPrintable(more->text()));  // with the hint
    shot(library.panel, "library_troubles");
    QTest::mouseClick(more, Qt::LeftButton);
    QVERIFY(library.trouble().contains("not there 30.mp4"));
    QVERIFY(!more->isVisible());
    QTest::qWait(50);
    QVERIFY(card->height() < library.panel.height() / 2);
    QVERIFY(library.list().height() > library.panel.height() / 3);
    shot(library.panel, "library_all_troubles");
  }

  void aNameThatIsNoUtf8IsSaidToBeSo() {
    GuiDesk desk;
    Library library(desk);
    const QByteArray name = desk.folder().toUtf8() + "/b\xe4r.mp4";
    QVERIFY(::link((clips_.path() + "/folder/part1.mp4").toUtf8().constData(), name.constData()) ==
            0);
    library.drop(QFile::decodeName(name));  // as a command line hands it over
    QTRY_VERIFY2(library.trouble().contains("not valid UTF-8"), qPrintable(library.trouble()));
    QVERIFY2(library.trouble().contains("Rename"), qPrintable(library.trouble()));
  }

  void damageIsTold() {
    GuiDesk desk;
    Library library(desk);
    QSignalSpy told(&desk.context().workspace, &Workspace::told);
    library.drop(brokenVideo(desk.folder()));
    QTRY_COMPARE(library.rows(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 60'000);
    QTRY_COMPARE(library.state(0), QString("seen, but damaged"));
    // Beside "1 video added", in either order.
    QVERIFY(std::any_of(told.begin(), told.end(), [](const QList<QVariant>& words) {
      return words.at(0).toString().contains("could not be read between 0:0");
    }));
    // The tooltip says it as well, and takes no name for HTML.
    const QString tip = library.row(0).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains("could not be read between 0:0"), qPrintable(tip));
    QVERIFY2(tip.contains("&lt;b&gt;broken"), qPrintable(tip));
    shot(library.panel, "library_damaged");
  }

  // Its first video has the same number.
  void anotherLibraryKnowsNothingOfTheDamageInThisOne() {
    GuiDesk desk;
    Library library(desk);
    library.drop(brokenVideo(desk.folder()));
    QTRY_VERIFY_WITH_TIMEOUT(library.rows() == 1 && library.isIdle(), 60'000);
    QTRY_COMPARE(library.state(0), QString("seen, but damaged"));
    desk.start(desk.engineOptions());
    QTRY_VERIFY(library.panel.shelf().isLoaded());
    QCOMPARE(library.state(0), QString("seen, but damaged"));

    desk.goToLibrary(desk.folder() + "/another");
    QTRY_COMPARE(library.rows(), 0);
    library.drop(clips_.path() + "/folder/part1.mp4");
    QTRY_VERIFY_WITH_TIMEOUT(library.rows() == 1 && library.isIdle(), 60'000);
    QTRY_VERIFY2(library.state(0).startsWith("all seen"), qPrintable(library.state(0)));
    QVERIFY(!library.row(0).data(Qt::ToolTipRole).toString().contains("could not be read"));
  }

  void pausingResumingAndANewEngineGoOnWhereItEnded() {
    GuiDesk desk;
    Library library(desk);
    library.drop(long_);
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).contains("left"), 30'000);
    const qint64 video = library.id(0);
    library.press(ActionId::pauseWatching);
    QTRY_VERIFY(library.state(0).startsWith("paused at "));
    QTRY_COMPARE(library.queue().running(), 0);
    QTRY_COMPARE(desk.context().settings.paused(), QList<qint64>{video});
    auto list = desk.call<VideoList>(ListVideos{});
    const Micros paused = list.videos.at(0).memories.at(0).coverage.back().end;
    QVERIFY(paused > 0);
    shot(library.panel, "library_paused");

    // The row's own button goes on.
    QStyleOptionViewItem option;
    option.initFrom(library.list().viewport());
    option.rect = library.list().visualRect(library.row(0));
    const auto* delegate = static_cast<VideoDelegate*>(library.list().itemDelegate());
    const QRect button = delegate->buttonRect(option, library.row(0));
    QVERIFY(!button.isEmpty());
    QTest::mouseClick(library.list().viewport(), Qt::LeftButton, {}, button.center());
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).contains("left"), 30'000);
    QVERIFY(library.queue().find(video)->seen >= paused);
    QTRY_VERIFY(desk.context().settings.paused().isEmpty());

    // As at the next start: the queue is read from the settings.
    desk.start(desk.engineOptions());
    QTRY_COMPARE(library.queue().running(), video);
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).contains("left"), 30'000);
    list = desk.call<VideoList>(ListVideos{});
    QCOMPARE(list.videos.at(0).memories.size(), std::size_t{1});
    QVERIFY(list.videos.at(0).memories.at(0).coverage.front().begin == 0);

    // And a paused one stays paused.
    library.press(ActionId::pauseWatching);
    QTRY_COMPARE(library.queue().running(), 0);
    desk.start(desk.engineOptions());
    QTRY_VERIFY(library.panel.shelf().isLoaded());
    QTest::qWait(300);
    QVERIFY2(library.state(0).startsWith("paused at "), qPrintable(library.state(0)));
  }

  void whatWasSeenInAnotherQualityCanBeWatchedAgain() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clip(desk.folder() + "/short.mp4", 5));
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).startsWith("all seen"), 60'000);
    QCOMPARE(library.row(0).data(Role::ActionRole).toInt(),
             static_cast<int>(VideoListModel::RowAction::none));
    EngineOptions options = desk.engineOptions();
    options.codec = kernels::KvCodec::i4;
    desk.start(options);
    QTRY_COMPARE(library.state(0), QString("seen in another quality"));
    QCOMPARE(library.row(0).data(Role::ActionRole).toInt(),
             static_cast<int>(VideoListModel::RowAction::resume));
    library.list().setCurrentIndex(library.row(0));
    library.press(ActionId::resumeWatching);
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).startsWith("all seen"), 60'000);
    QCOMPARE(desk.call<VideoList>(ListVideos{}).videos.at(0).memories.size(), std::size_t{2});
  }

  void anotherFileUnderTheNameIsNotTheVideo() {
    GuiDesk desk;
    Library library(desk);
    const QString path = clip(desk.folder() + "/camera.mp4", 5);
    library.drop(path);
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).startsWith("all seen"), 60'000);
    const qint64 camera = library.id(0);
    QVERIFY(QFile::remove(path));
    QVERIFY(QFile::copy(long_, path));
    // The library looks for its files when something has changed.
    library.drop(clip(desk.folder() + "/another.mp4", 3));
    const auto state = [&] {
      for (int row = 0; row < library.rows(); ++row) {
        if (library.id(row) == camera) return library.state(row);
      }
      return QString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(state(), QString("file not found"), 30'000);
  }

  void theListIsSortedAsOneLikesAndStaysSo() {
    GuiDesk desk;
    Library library(desk);
    QAbstractItemModelTester model(library.list().model());
    const auto names = [&] {
      QStringList all;
      for (int i = 0; i < library.rows(); ++i) all << library.row(i).data().toString();
      return all.join(QLatin1Char(' '));
    };
    // Added in this order.
    library.drop({QUrl::fromLocalFile(clip(desk.folder() + "/b10.mp4", 3)),
                  QUrl::fromLocalFile(clip(desk.folder() + "/A.mp4", 6)),
                  QUrl::fromLocalFile(clip(desk.folder() + "/b9.mp4", 2, ",hue=s=0"))});
    QTRY_COMPARE(library.rows(), 3);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 60'000);
    QTRY_COMPARE(names(), QString("b9.mp4 A.mp4 b10.mp4"));

    auto* button = library.panel.findChild<QToolButton*>("sort");
    const auto choose = [&](ActionId id) {
      QAction* action = desk.context().actions[id];
      QTimer::singleShot(0, button, [button, action] {
        QMenu* menu = button->menu();
        QTRY_VERIFY(menu->isVisible());
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
      });
      QTest::mouseClick(button, Qt::LeftButton);
      QTRY_VERIFY(!button->menu()->isVisible());
    };
    choose(ActionId::sortByName);
    QCOMPARE(names(), QString("A.mp4 b9.mp4 b10.mp4"));
    QVERIFY(button->toolTip().contains("A to Z"));
    choose(ActionId::sortReversed);
    QCOMPARE(names(), QString("b10.mp4 b9.mp4 A.mp4"));
    choose(ActionId::sortByLength);
    QCOMPARE(names(), QString("b9.mp4 b10.mp4 A.mp4"));
    choose(ActionId::sortReversed);
    QCOMPARE(names(), QString("A.mp4 b10.mp4 b9.mp4"));
    shot(library.panel, "library_sorted");

    // What is being watched is not looked for: it stands above.
    library.drop(long_);
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).contains("left"), 30'000);
    library.press(ActionId::sortByName);
    QCOMPARE(names(), QString("long.mp4 A.mp4 b9.mp4 b10.mp4"));
    library.press(ActionId::pauseWatching);

    // As at the next start, which comes after what there is to do has been written down.
    QTRY_COMPARE(desk.context().settings.paused().size(), 1);
    LibraryPanel again(desk.context());
    auto* list = again.findChild<VideoListView*>();
    QTRY_COMPARE(list->model()->rowCount(), 4);
    QCOMPARE(list->model()->index(1, 0).data().toString(), QString("A.mp4"));
    QVERIFY(desk.context().actions[ActionId::sortByName]->isChecked());
  }

  void aClickOpensADoubleClickPlaysAndCtrlSelects() {
    GuiDesk desk;
    Library library(desk);
    Workspace& workspace = desk.context().workspace;
    QSignalSpy plays(&workspace, &Workspace::playRequested);
    library.drop(clips_.path() + "/folder");
    QTRY_COMPARE(library.rows(), 3);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
    VideoListView& list = library.list();
    const auto at = [&](int row) { return list.visualRect(library.row(row)).center(); };
    // What was opened when it was added is what the keys act on.
    QTRY_COMPARE(list.selectedVideos(), QList<qint64>{workspace.video().id});

    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, at(1));
    QCOMPARE(workspace.video().id, library.id(1));
    QVERIFY(library.row(1).data(Role::OpenRole).toBool());
    QVERIFY(library.row(1).data(Qt::AccessibleTextRole).toString().contains("open in the player"));
    QTest::mouseClick(list.viewport(), Qt::LeftButton, Qt::ControlModifier, at(2));
    QCOMPARE(list.selectedVideos(), (QList<qint64>{library.id(1), library.id(2)}));
    QTest::mouseClick(list.viewport(), Qt::LeftButton, Qt::ControlModifier, at(1));
    QCOMPARE(list.selectedVideos(), QList<qint64>{library.id(2)});
    QCOMPARE(workspace.video().id, library.id(1));
    list.setFocus();
    shot(library.panel, "library_open_and_selected");
    QCOMPARE(plays.count(), 0);

    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, at(0));
    QTest::mouseDClick(list.viewport(), Qt::LeftButton, {}, at(0));
    QCOMPARE(workspace.video().id, library.id(0));
    QCOMPARE(plays.count(), 1);
    QTest::keyClick(&list, Qt::Key_Down);
    QCOMPARE(workspace.video().id, library.id(0));
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(workspace.video().id, library.id(1));
    QCOMPARE(plays.count(), 2);

    // Opened from elsewhere, by a citation or a hit: the list follows.
    workspace.openVideo(library.panel.shelf().find(library.id(2))->video);
    QCOMPARE(list.selectedVideos(), QList<qint64>{library.id(2)});
  }

  void whatIsDamagedSaysSoAndCanBeRemoved() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clips_.path() + "/folder");
    QTRY_COMPARE(library.rows(), 3);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
    const auto list = desk.call<VideoList>(ListVideos{});
    const qint64 nameless = list.videos.at(0).video.id;
    const std::string print = list.videos.at(0).memories.at(0).fingerprint;
    desk.context().engine.stop();
    // One letter of the one's own entry, and one of another's memory's.
    QFile file(desk.folder() + "/library/library.db");
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray bytes = file.readAll();
    QVERIFY(bytes.contains("part1.mp4"));
    bytes.replace("part1.mp4", "pXrt1.mp4");
    const qsizetype memory = bytes.indexOf("nano" + QByteArray::fromStdString(print));
    QVERIFY(memory > 0);
    bytes[memory] = 'N';
    QVERIFY(file.seek(0));
    QCOMPARE(file.write(bytes), bytes.size());
    file.close();
    desk.start(desk.engineOptions());
    const auto found = desk.call<VideoList>(ListVideos{});
    QCOMPARE(found.damaged.size(), std::size_t{2});

    const auto rowOf = [&](qint64 video) {
      return static_cast<VideoFilter*>(library.list().model())->indexOf(video);
    };
    const auto said = [&](qint64 video) { return rowOf(video).data(Role::StateRole).toString(); };
    QTRY_COMPARE(said(nameless), QString("its entry in the library is damaged"));
    QCOMPARE(rowOf(nameless).data().toString(), QString("Video %1").arg(nameless));
    const qint64 other = found.damaged[0] == nameless ? found.damaged[1] : found.damaged[0];
    QCOMPARE(said(other), QString("what was seen of it is damaged"));
    QCOMPARE(library.rows(), 3);
    shot(library.panel, "library_damaged_entries");

    const auto click = [&](qint64 video, bool button) {
      QStyleOptionViewItem option;
      option.initFrom(library.list().viewport());
      option.rect = library.list().visualRect(rowOf(video));
      const auto* delegate = static_cast<VideoDelegate*>(library.list().itemDelegate());
      QTest::mouseClick(library.list().viewport(), Qt::LeftButton, {},
                        button ? delegate->buttonRect(option, rowOf(video)).center()
                               : option.rect.topLeft() + QPoint(20, 20));
    };
    click(nameless, false);
    QVERIFY2(library.trouble().contains("cannot be opened"), qPrintable(library.trouble()));
    for (const qint64 video : {nameless, other}) {
      click(video, true);
      QTRY_VERIFY(library.dialog<QMessageBox>() != nullptr);
      auto* box = library.dialog<QMessageBox>();
      QVERIFY2(box->informativeText().contains("questions and answers and the markers"),
               qPrintable(box->informativeText()));
      QVERIFY2(!box->informativeText().contains("kB"), "what is on disk is not known");
      shot(*box, "library_remove_damaged");
      for (QAbstractButton* button : box->buttons()) {
        if (button->text() == "Remove") QTest::mouseClick(button, Qt::LeftButton);
      }
      QTRY_VERIFY(!rowOf(video).isValid());
      QTRY_VERIFY(library.dialog<QMessageBox>() == nullptr);
    }
    QVERIFY(desk.call<VideoList>(ListVideos{}).damaged.empty());
    QCOMPARE(library.rows(), 1);
    QVERIFY(library.state(0).startsWith("all seen"));
  }

  void theQueueIsOrderedByDragging() {
    GuiDesk desk;
    Library library(desk);
    QAbstractItemModelTester model(library.list().model());
    library.drop({QUrl::fromLocalFile(long_), QUrl::fromLocalFile(other_),
                  QUrl::fromLocalFile(sampleVideo())});
    QTRY_COMPARE(library.rows(), 3);
    QTRY_COMPARE(library.queue().items().size(), std::size_t{3});
    QTRY_COMPARE(library.queue().running(), library.id(0));
    QCOMPARE(library.row(0).data().toString(), "long.mp4");
    QTRY_VERIFY(library.state(1).startsWith("waiting"));
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).contains("left"), 30'000);
    shot(library.panel, "library_queue");

    // The last row onto the first: it is watched now, the other waits and keeps what it has seen.
    const qint64 last = library.id(2);
    const qint64 first = library.id(0);
    const Micros seen = library.queue().find(first)->seen;
    std::unique_ptr<QMimeData> data(library.list().model()->mimeData({library.row(2)}));
    const QRect target = library.list().visualRect(library.row(0));
    const QPointF at(target.center().x(), target.top() + 1);
    QDragEnterEvent enter(at.toPoint(), Qt::MoveAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(library.list().viewport(), &enter);
    QDragMoveEvent move(at.toPoint(), Qt::MoveAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(library.list().viewport(), &move);
    QVERIFY(move.isAccepted());
    QDropEvent drop(at, Qt::MoveAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(library.list().viewport(), &drop);
    QTRY_COMPARE(library.id(0), last);
    QTRY_COMPARE(library.queue().running(), last);
    QTRY_COMPARE(desk.context().settings.queue().first(), last);
    QTRY_VERIFY2(library.state(1).startsWith("waiting"), qPrintable(library.state(1)));
    QVERIFY(library.queue().find(first)->seen >= seen);
    QCOMPARE(library.rows(), 3);

    // The one button stops all of it.
    QTest::mouseClick(library.panel.findChild<QToolButton*>("pauseAll"), Qt::LeftButton);
    QTRY_COMPARE(library.queue().running(), 0);
    QTRY_COMPARE(desk.context().settings.paused().size(), 3);
  }

  void removingNamesTheBytesAndAsks() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clips_.path() + "/folder/part1.mp4");
    QTRY_VERIFY2_WITH_TIMEOUT(library.rows() == 1 && library.state(0).startsWith("all seen"),
                              "never watched", 30'000);
    QTRY_VERIFY(library.panel.shelf().memoryBytes() > 0);
    const qint64 bytes = library.panel.shelf().memoryBytes();
    QTest::mouseClick(library.list().viewport(), Qt::LeftButton, {},
                      library.list().visualRect(library.row(0)).center());
    QTest::keyClick(&library.list(), Qt::Key_Delete);
    QTRY_VERIFY(library.dialog<QMessageBox>() != nullptr);
    auto* box = library.dialog<QMessageBox>();
    QVERIFY(box->informativeText().contains(sizeText(bytes)));
    shot(*box, "library_remove");
    QTest::keyClick(box, Qt::Key_Return);  // the harmless button is the default one
    QTRY_VERIFY(library.dialog<QMessageBox>() == nullptr);
    QCOMPARE(library.rows(), 1);

    library.press(ActionId::removeVideo);
    QTRY_VERIFY(library.dialog<QMessageBox>() != nullptr);
    for (QAbstractButton* button : library.dialog<QMessageBox>()->buttons()) {
      if (button->text().contains(sizeText(bytes))) {
        QTest::mouseClick(button, Qt::LeftButton);
        break;
      }
    }
    QTRY_COMPARE(library.rows(), 0);
    QVERIFY(!desk.context().workspace.hasVideo());
    QVERIFY(desk.call<VideoList>(ListVideos{}).videos.empty());
    QVERIFY(QFile::exists(clips_.path() + "/folder/part1.mp4"));
  }

  void whatSeveralFreedIsSaidOnce() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clips_.path() + "/folder");
    QTRY_COMPARE(library.rows(), 3);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
    QSignalSpy told(&desk.context().workspace, &Workspace::told);
    // Two, and then one more of their kind.
    const auto removed = [&](int last) -> double {
      told.clear();
      library.list().setCurrentIndex(library.row(0));
      for (int row = 1; row <= last; ++row) {
        library.list().selectionModel()->select(library.row(row), QItemSelectionModel::Select);
      }
      const int left = library.rows() - last - 1;
      desk.context().actions[ActionId::removeVideo]->trigger();
      for (QAbstractButton* button : library.dialog<QMessageBox>()->buttons()) {
        if (!button->text().startsWith("Remove")) continue;
        QTest::mouseClick(button, Qt::LeftButton);
        break;
      }
      if (!QTest::qWaitFor([&] { return library.rows() == left && told.count() > 0; })) return 0;
      QTest::qWait(50);
      return told.count() == 1
                 ? told.first().first().toString().section(QChar(0xa0), 0, 0).toDouble()
                 : 0;
    };
    const double two = removed(1);
    QTRY_VERIFY(library.dialog<QMessageBox>() == nullptr);
    const double one = removed(0);
    QVERIFY2(one > 0 && two > 1.5 * one, qPrintable(QString("%1, %2").arg(two).arg(one)));
  }

  void removingWhatIsBeingWatchedStopsIt() {
    GuiDesk desk;
    Library library(desk);
    library.drop(long_);
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).contains("left"), 30'000);
    library.press(ActionId::removeVideo);
    QTRY_VERIFY(library.dialog<QMessageBox>() != nullptr);
    for (QAbstractButton* button : library.dialog<QMessageBox>()->buttons()) {
      if (button->text().startsWith("Remove")) {
        QTest::mouseClick(button, Qt::LeftButton);
        break;
      }
    }
    QTRY_COMPARE(library.rows(), 0);
    QTRY_VERIFY(library.isIdle());
  }

  void aMovedFileIsFoundAgainAndItsNeighboursToo() {
    GuiDesk desk;
    Library library(desk);
    QVERIFY(QDir(desk.folder()).mkdir("old"));
    QVERIFY(QDir(desk.folder()).mkdir("new"));
    QList<QUrl> urls;
    for (const QString name : {"part1.mp4", "part2.mp4"}) {
      const QString path = desk.folder() + "/old/" + name;
      QVERIFY(QFile::copy(clips_.path() + "/folder/" + name, path));
      urls << QUrl::fromLocalFile(path);
    }
    library.drop(urls);
    QTRY_COMPARE(library.rows(), 2);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
    for (const QUrl& url : urls) {
      const QString path = url.toLocalFile();
      QVERIFY(QFile::rename(path, QString(path).replace("/old/", "/new/")));
    }
    const qint64 video = library.id(0);
    library.panel.openVideo(video);
    QTRY_COMPARE(library.state(0), QString("file not found"));
    QTRY_COMPARE(library.state(1), QString("file not found"));
    shot(library.panel, "library_missing");

    const auto choose = [&](const QString& file) {
      library.press(ActionId::relink);
      QTRY_VERIFY(library.dialog<QFileDialog>() != nullptr);
      auto* dialog = library.dialog<QFileDialog>();
      dialog->setDirectory(QFileInfo(file).absolutePath());
      dialog->selectFile(file);
      auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
      QVERIFY(name != nullptr);
      name->setText(file);
      QTest::keyClick(name, Qt::Key_Return);
      QTRY_VERIFY(library.dialog<QFileDialog>() == nullptr);
    };
    choose(sampleVideo());  // another video
    QTRY_VERIFY(!library.trouble().isEmpty());
    QCOMPARE(library.state(0), QString("file not found"));
    choose(desk.folder() + "/new/" + library.row(0).data().toString());
    QTRY_VERIFY2(library.state(0).startsWith("all seen"), qPrintable(library.state(0)));
    QTRY_VERIFY2(library.state(1).startsWith("all seen"), qPrintable(library.state(1)));
    QVERIFY(library.trouble().isEmpty());
    QCOMPARE(desk.context().workspace.video().id, video);
    QVERIFY(desk.context().workspace.video().path.string().find("/new/") != std::string::npos);
  }

  void aFileThatIsGoneStopsWithWordsAndIsRetried() {
    GuiDesk desk;
    Library library(desk);
    const QString path = desk.folder() + "/here.mp4";
    QVERIFY(QFile::copy(long_, path));
    library.drop(path);
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).contains("left"), 30'000);
    library.press(ActionId::pauseWatching);
    QTRY_COMPARE(library.queue().running(), 0);
    const qint64 video = library.id(0);
    QVERIFY(QFile::rename(path, path + ".away"));
    library.press(ActionId::resumeWatching);
    QVERIFY(library.queue().find(video) != nullptr);
    QTRY_VERIFY2(library.queue().find(video)->state == WatchQueue::State::failed,
                 qPrintable(QString::number(int(library.queue().find(video)->state))));
    QVERIFY(!library.queue().find(video)->what.isEmpty());
    QTRY_COMPARE(library.state(0), QString("file not found"));
    QVERIFY(QFile::rename(path + ".away", path));
    library.press(ActionId::retryWatching);
    QTRY_VERIFY2_WITH_TIMEOUT(library.state(0).contains("left"), qPrintable(library.state(0)),
                              30'000);
  }

  void aFullDiskQuotaWaitsAndSaysSo() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clips_.path() + "/folder/part1.mp4");
    QTRY_VERIFY_WITH_TIMEOUT(library.rows() == 1 && library.state(0).startsWith("all seen"),
                             30'000);
    QTRY_VERIFY(library.panel.shelf().memoryBytes() > 0);
    desk.context().settings.setDiskQuota(1);
    library.drop(clips_.path() + "/folder/part2.mp4");
    QTRY_COMPARE(library.rows(), 2);
    QTRY_VERIFY2(library.state(0).startsWith("waiting: the memories fill the limit"),
                 qPrintable(library.state(0)));
    QCOMPARE(library.queue().running(), 0);
    desk.context().settings.setDiskQuota(0);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
    QTRY_VERIFY(library.state(0).startsWith("all seen"));
  }

  void searchFindsByNameAndSaysWhenNothingDoes() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clips_.path() + "/folder");
    QTRY_COMPARE(library.rows(), 3);
    auto* field = library.panel.findChild<QLineEdit*>("search");
    QTest::keyClicks(field, "PART2");
    QCOMPARE(library.rows(), 1);
    QTest::keyClicks(field, "x");
    QCOMPARE(library.rows(), 0);
    shot(library.panel, "library_nothing_found");
    field->clear();
    QCOMPARE(library.rows(), 3);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
  }

  void theKeyboardReachesAll() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clips_.path() + "/folder");
    QTRY_COMPARE(library.rows(), 3);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
    // Tab goes down the panel: into its header first.
    QWidget* next = library.panel.nextInFocusChain();
    while (next != &library.list() && next->objectName() != "search") {
      next = next->nextInFocusChain();
    }
    QVERIFY2(next != &library.list(), "the list comes before what stands above it");
    library.list().setFocus();
    library.list().setCurrentIndex(library.row(0));
    QTest::keyClick(&library.list(), Qt::Key_Down);
    QTest::keyClick(&library.list(), Qt::Key_Return);
    QCOMPARE(desk.context().workspace.video().id, library.id(1));
    QTest::mouseClick(library.list().viewport(), Qt::LeftButton, {},
                      library.list().visualRect(library.row(2)).center());
    QCOMPARE(desk.context().workspace.video().id, library.id(2));
    QCOMPARE(namelessControls(library.panel), QStringList());
    QVERIFY(library.row(0).data(Qt::AccessibleTextRole).toString().contains("all seen"));
    QContextMenuEvent ask(QContextMenuEvent::Keyboard,
                          library.list().visualRect(library.row(2)).center(), QPoint());
    QCoreApplication::sendEvent(library.list().viewport(), &ask);
    QTRY_VERIFY(library.dialog<QMenu>() != nullptr);
    for (QMenu* menu : library.panel.findChildren<QMenu*>()) {
      if (!menu->isVisible()) continue;
      QVERIFY(menu->actions().contains(desk.context().actions[ActionId::removeVideo]));
      menu->close();
    }
  }

  void theMenuIsAboutTheVideoThatItIsOf() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clips_.path() + "/folder/part1.mp4");
    QTRY_COMPARE(library.rows(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 30'000);
    const qint64 seen = library.id(0);
    library.drop(long_);
    QTRY_COMPARE(library.rows(), 2);
    QTRY_VERIFY_WITH_TIMEOUT(library.queue().running() != 0, 30'000);
    QAction* pause = desk.context().actions[ActionId::pauseWatching];
    QVERIFY(pause->isEnabled());
    const auto offersPause = [&](int row) {
      library.list().setCurrentIndex(library.row(row));
      QContextMenuEvent ask(QContextMenuEvent::Keyboard,
                            library.list().visualRect(library.row(row)).center(), QPoint());
      QCoreApplication::sendEvent(library.list().viewport(), &ask);
      bool offered = false;
      for (QMenu* menu : library.panel.findChildren<QMenu*>()) {
        if (!menu->isVisible()) continue;
        offered = menu->actions().contains(pause);
        menu->close();
      }
      return offered;
    };
    const int row = library.id(0) == seen ? 0 : 1;
    QVERIFY(!offersPause(row));
    QVERIFY(offersPause(1 - row));
  }

  void addressesAreReadBeforeTheyAreOpened() {
    QVERIFY(!AddressDialog::addressIn("rtsp://camera.local/stream").isEmpty());
    QVERIFY(!AddressDialog::addressIn(" https://example.org/a.m3u8 ").isEmpty());
    for (const char* bad : {"", "a.mp4", "file:///etc/passwd", "javascript:alert(1)", "https://",
                            "https://a b", "http:/x"}) {
      QVERIFY2(AddressDialog::addressIn(QLatin1String(bad)).isEmpty(), bad);
    }
    GuiDesk desk;
    Library library(desk);
    library.press(ActionId::openAddress);
    QTRY_VERIFY(library.dialog<AddressDialog>() != nullptr);
    auto* dialog = library.dialog<AddressDialog>();
    QCOMPARE(namelessControls(*dialog), QStringList());
    dialog->findChild<QLineEdit*>()->setText("http://127.0.0.1:9/nothing.mp4");
    shot(*dialog, "library_address");
    QTest::keyClick(dialog->findChild<QLineEdit*>(), Qt::Key_Return);
    QTRY_VERIFY2_WITH_TIMEOUT(library.trouble().contains("127.0.0.1"),
                              qPrintable(library.trouble()), 20'000);
    QCOMPARE(library.rows(), 0);
  }

  // A server that sends half of a stream and then keeps silent.
  void aStreamThatStandsStillIsCalledStalled() {
    GuiDesk desk;
    const QString path =
        makeVideo(desk.folder() + "/stream.ts",
                  {"-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=120", "-g", "10",
                   "-pix_fmt", "yuv420p", "-c:v", "libx264", "-f", "mpegts"});
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray half = file.readAll().left(file.size() / 2);
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    connect(&server, &QTcpServer::newConnection, this, [&] {
      QTcpSocket* socket = server.nextPendingConnection();
      connect(socket, &QTcpSocket::readyRead, socket, [socket, half] {
        if (!socket->readAll().startsWith("GET")) return;
        socket->write("HTTP/1.0 200 OK\r\nContent-Type: video/mp2t\r\n\r\n");
        socket->write(half);
      });
    });
    Library library(desk);
    library.queue().setStallAfter(1500);
    library.panel.add(
        {QUrl(QStringLiteral("http://127.0.0.1:%1/live.ts").arg(server.serverPort()))});
    QTRY_VERIFY_WITH_TIMEOUT(library.rows() == 1 && library.state(0).contains("no progress for"),
                             60'000);
    shot(library.panel, "library_stalled");
    library.press(ActionId::pauseWatching);
    QTRY_COMPARE(library.queue().running(), 0);
  }

  void fiveHundredVideosStaySmooth() {
    GuiDesk desk;
    manyVideos(desk.folder() + "/many", 500);
    Library library(desk);
    library.queue().pause({});
    library.drop(desk.folder() + "/many");
    QTRY_VERIFY_WITH_TIMEOUT(library.queue().running() != 0, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(library.rows(), 500, 60'000);
    library.queue().pause(library.queue().all());
    QTRY_COMPARE(library.queue().running(), 0);

    desk.start(desk.engineOptions());
    QTRY_VERIFY(library.panel.shelf().isLoaded());
    const auto list = desk.call<VideoList>(ListVideos{});
    QCOMPARE(list.videos.size(), std::size_t{500});

    // A file that is known already: the whole list comes anew, and no turn of the event loop may
    // take long.
    Turns turns;
    for (int i = 0; i < 5; ++i) {
      library.drop(desk.folder() + QStringLiteral("/many/video %1.mkv").arg(i));
      QTest::qWait(200);
    }
    const double longest = turns.longest();

    // What one painting, one search and one change of order cost.
    const auto cost = [](auto&& act) {
      const double begin = threadMs();
      act();
      return threadMs() - begin;
    };
    library.list().viewport()->repaint();
    constexpr int kTimes = 20;
    const double paint = cost([&] {
                           for (int i = 0; i < kTimes; ++i) library.list().viewport()->repaint();
                         }) /
                         kTimes;
    auto* field = library.panel.findChild<QLineEdit*>("search");
    const double search = cost([&] { field->setText("video 4"); });
    QCOMPARE(library.rows(), 176);  // of 0 to 499, those with a 4
    field->clear();
    const double move = cost([&] {
      library.queue().move({library.queue().items().back().video},
                           library.queue().items().front().video);
    });
    const double scroll = cost([&] {
      library.list().scrollToBottom();
      library.list().viewport()->repaint();
    });
    qInfo("500 videos: a turn %.2f ms, paint %.2f ms, search %.2f ms, move %.2f ms, scroll %.2f ms",
          longest, paint, search, move, scroll);
    QVERIFY(longest < 32);
    QVERIFY(paint < 16);
    QVERIFY(search < 16);
    QVERIFY(move < 16);
    QVERIFY(scroll < 16);
  }

  // What comes to the end of the queue leaves the others where they are: they are not told of it.
  void filesThatComeOrderNothingAnew() {
    GuiDesk desk;
    Library library(desk);
    library.drop(clips_.path() + "/folder/part1.mp4");
    QTRY_VERIFY_WITH_TIMEOUT(library.rows() == 1 && library.state(0).startsWith("all seen"),
                             30'000);
    QTRY_VERIFY(library.panel.shelf().memoryBytes() > 0);
    desk.context().settings.setDiskQuota(1);  // so that none is watched
    QSignalSpy ordered(&library.queue(), &WatchQueue::orderChanged);
    library.drop(clips_.path() + "/folder");
    QTRY_COMPARE(library.queue().items().size(), std::size_t{2});
    QTRY_COMPARE(library.rows(), 3);
    QTRY_COMPARE(library.row(0).data().toString(), QString("part2.mp4"));
    QCOMPARE(library.row(1).data().toString(), QString("part3.mp4"));
    QCOMPARE(library.queue().place(library.id(1)), 1);
    QCOMPARE(library.queue().place(library.id(2)), -1);
    QCOMPARE(ordered.count(), 0);
  }

  void looksInBothThemesAndBigText() {
    GuiDesk desk;
    Library library(desk);
    library.drop(
        {QUrl::fromLocalFile(sampleVideo()), QUrl::fromLocalFile(clips_.path() + "/folder")});
    QTRY_COMPARE(library.rows(), 4);
    QTRY_VERIFY_WITH_TIMEOUT(library.isIdle(), 60'000);
    library.drop({QUrl::fromLocalFile(long_), QUrl::fromLocalFile(other_)});
    QTRY_COMPARE(library.rows(), 6);
    QTRY_VERIFY_WITH_TIMEOUT(library.state(0).contains("left"), 30'000);
    library.panel.openVideo(library.id(3));
    QTest::qWait(300);
    Theme& theme = desk.context().theme;
    theme.setMode(Theme::Mode::light);
    shot(library.panel, "library_light");
    theme.setMode(Theme::Mode::dark);
    shot(library.panel, "library_dark");
    theme.setTextScale(2.0);
    library.panel.resize(400, 660);
    shot(library.panel, "library_dark_200");
    theme.setMode(Theme::Mode::light);
    library.panel.setLayoutDirection(Qt::RightToLeft);
    theme.setTextScale(1.0);
    library.panel.resize(300, 640);
    shot(library.panel, "library_rtl");
    theme.setMode(Theme::Mode::system);
  }

 private:
  void write(const QString& name, const QByteArray& bytes) {
    QFile file(clips_.path() + "/" + name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
  }

  QTemporaryDir clips_;
  QString long_;
  QString other_;
};

}  // namespace longtake::ui

QTEST_MAIN(longtake::ui::LibraryTest)
#include "library_test.moc"
