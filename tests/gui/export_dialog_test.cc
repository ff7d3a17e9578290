// The export dialog and the search panel, on real answers about the sample video.
#include "ui/dialogs/export_dialog.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTextBrowser>

#include "tests/gui/support.h"
#include "ui/base/text.h"
#include "ui/dialogs/export_formats.h"
#include "ui/dialogs/export_preview.h"
#include "ui/dialogs/pdf_pages.h"
#include "ui/dialogs/search_model.h"
#include "ui/dialogs/search_panel.h"

namespace longtake::ui {

namespace {

using report::Format;

constexpr Format kAll[] = {Format::markdown, Format::html, Format::pdf,    Format::json,
                           Format::csv,      Format::srt,  Format::vtt,    Format::edl,
                           Format::resolve,  Format::otio, Format::fcpxml, Format::eaf,
                           Format::chapters};

}  // namespace

class ExportDialogTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    desk_ = std::make_unique<GuiDesk>();
    video_ = desk_->watch(sampleVideo());
    context().settings.setExportFolder(desk_->folder());
    star_ = ask(QStringLiteral("What color is the star?"), 0);
    ask(QStringLiteral("what shape is the yellow object"), star_.conversation);
    bar_ = ask(QStringLiteral("Is there a bar?"), 0);
    store::Marker marker;
    marker.video_id = video_.id;
    marker.time = {39'000'000, 42'000'000};
    marker.label = "Purple triangle";
    marker.note = "moves to the left, see also [the red bar]";
    marker.id = desk_->call<MarkerSaved>(SaveMarker{marker}).marker;
    marker_ = marker;
  }
  void cleanupTestCase() { desk_.reset(); }

  // --- Export ------------------------------------------------------------------------------------

  void everyFormatIsSeenBeforeAndWritten() {
    ExportDialog dialog(context());
    dialog.open();
    auto* formats = dialog.findChild<ExportFormats*>();
    auto* preview = dialog.findChild<ExportPreview*>();
    auto* path = dialog.findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly);
    auto* write = dialog.findChild<QPushButton*>(QStringLiteral("export"));
    for (const Format format : kAll) {
      formats->setFormat(format);
      QTRY_VERIFY2(!preview->plainText().contains(QStringLiteral("Being made")),
                   qPrintable(formatTitle(format)));
      QTRY_VERIFY_WITH_TIMEOUT(
          preview->plainText().contains(QStringLiteral("star"), Qt::CaseInsensitive), 15'000);
      const QString file = path->text();
      const auto suffix = report::format_facts(format).suffix;
      QVERIFY2(
          file.endsWith(QString::fromLatin1(suffix.data(), static_cast<qsizetype>(suffix.size()))),
          qPrintable(file));
      QVERIFY(file.startsWith(desk_->folder()));
      QFile::remove(file);  // EDL and Resolve share a suffix
      QTest::mouseClick(write, Qt::LeftButton);
      QTRY_VERIFY_WITH_TIMEOUT(write->isEnabled() && QFileInfo(file).size() > 40, 15'000);
      QVERIFY(!formatTitle(format).isEmpty());
      QVERIFY(!formatWords(format).isEmpty());
    }
    QFile json(desk_->folder() + QStringLiteral("/sample.json"));
    QVERIFY(json.open(QIODevice::ReadOnly));
    QVERIFY(QJsonDocument::fromJson(json.readAll()).isObject());
    QCOMPARE(namelessControls(dialog), QStringList());
  }

  void theFormatOfTheLastExportIsTheNextOnes() {
    context().settings.setExportFormat(QStringLiteral("no such format"));
    const QString file = desk_->folder() + QStringLiteral("/once/report.srt");
    QVERIFY(QDir().mkpath(QFileInfo(file).path()));
    {
      ExportDialog dialog(context());
      dialog.open();
      QCOMPARE(dialog.findChild<ExportFormats*>()->format(), Format::markdown);
      dialog.findChild<ExportFormats*>()->setFormat(Format::srt);
      auto* path = dialog.findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly);
      path->selectAll();
      QTest::keyClicks(path, file);
      QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("export")), Qt::LeftButton);
      QTRY_VERIFY(QFileInfo(file).size() > 0);
      QTRY_COMPARE(context().settings.exportFormat(), QStringLiteral("srt"));
      dialog.findChild<ExportFormats*>()->setFormat(Format::csv);  // only looked at
    }
    ExportDialog dialog(context());
    dialog.open();
    QCOMPARE(dialog.findChild<ExportFormats*>()->format(), Format::srt);
    const QString proposed =
        dialog.findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly)->text();
    QVERIFY2(proposed.endsWith(QStringLiteral("/once/sample.srt")), qPrintable(proposed));
    context().settings.setExportFormat({});
    context().settings.setExportFolder(desk_->folder());
  }

  // The pages themselves, as wide as there is room.
  void thePagesOfAPdfAreSeen() {
    ExportDialog dialog(context());
    dialog.resize(900, 640);
    dialog.open();
    dialog.findChild<ExportFormats*>()->setFormat(Format::pdf);
    auto* pages = dialog.findChild<PdfPages*>();
    QTRY_VERIFY_WITH_TIMEOUT(pages->isVisible(), 15'000);
    QVERIFY(pages->pageCount() > 0);
    QTRY_VERIFY(!pages->page(0).isNull());
    const auto ink = [&] {  // the share of the page that is not paper
      const QImage page = pages->page(0);
      int dark = 0;
      for (int y = 0; y < page.height(); ++y) {
        for (int x = 0; x < page.width(); ++x) dark += qGray(page.pixel(x, y)) < 128 ? 1 : 0;
      }
      return static_cast<double>(dark) / (page.width() * page.height());
    };
    QVERIFY2(ink() > 0.002 && ink() < 0.6, qPrintable(QString::number(ink())));
    shot(dialog, "export_pdf");
    const int before = pages->page(0).width();
    dialog.resize(1300, 760);
    QTRY_VERIFY(pages->page(0).width() > before + 100);
    QVERIFY(!pages->show(QByteArray("no PDF")));
    QCOMPARE(pages->pageCount(), 0);
  }

  void theOptionsAreThoseOfTheFormat() {
    ExportDialog dialog(context());
    dialog.open();
    auto* formats = dialog.findChild<ExportFormats*>();
    auto* preview = dialog.findChild<ExportPreview*>();
    const auto named = [&](const QString& name) -> QWidget* {
      for (QWidget* widget : dialog.findChildren<QWidget*>()) {
        if (widget->accessibleName() == name && qobject_cast<QLabel*>(widget) == nullptr)
          return widget;
      }
      return nullptr;
    };
    auto* rate = qobject_cast<QComboBox*>(named(QStringLiteral("Frames per second")));
    auto* start = qobject_cast<QLineEdit*>(named(QStringLiteral("Start timecode")));
    QVERIFY(rate != nullptr && start != nullptr);
    QVERIFY(!rate->isVisible());
    formats->setFormat(Format::edl);
    QVERIFY(rate->isVisible() && start->isVisible());
    QTest::keyClicks(start, QStringLiteral("10:00:00:00"));
    rate->setCurrentIndex(rate->findData(QStringLiteral("25")));
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("10:01:")));
    shot(dialog, QStringLiteral("export_edl"));
    start->clear();
    QTest::keyClicks(start, QStringLiteral("nonsense"));
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("nonsense")));  // says what is wrong
    start->clear();
    formats->setFormat(Format::csv);
    QVERIFY(start->isVisible());
    auto* separator = qobject_cast<QComboBox*>(named(QStringLiteral("Separator")));
    QVERIFY(separator->isVisible());
    separator->setCurrentIndex(1);
    QTRY_VERIFY(preview->plainText().contains(QLatin1Char(';')));

    // Only what was accepted: of nothing so far.
    formats->setFormat(Format::srt);
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("orange")));
    QCheckBox* accepted = nullptr;
    QCheckBox* markers = nullptr;
    for (auto* box : dialog.findChildren<QCheckBox*>()) {
      if (box->text().startsWith(QStringLiteral("Only"))) accepted = box;
      if (box->text() == QStringLiteral("Markers")) markers = box;
    }
    QTest::mouseClick(accepted, Qt::LeftButton, {}, QPoint(6, accepted->height() / 2));
    // In one: while the preview is being made it holds neither.
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("Purple triangle")) &&
                !preview->plainText().contains(QStringLiteral("orange")));
    desk_->call<Done>(SetUserVerdict{star_.answer.citations.front().id, store::Verdict::confirmed});
    QTest::mouseClick(markers, Qt::LeftButton, {}, QPoint(6, markers->height() / 2));
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("orange")));
    QVERIFY(!preview->plainText().contains(QStringLiteral("Purple triangle")));
    desk_->call<Done>(SetUserVerdict{star_.answer.citations.front().id, store::Verdict::none});
  }

  void theLanguageIsThatOfTheWindows() {
    const QLocale before;
    const auto languageOf = [](ExportDialog& dialog) -> QComboBox* {
      for (auto* box : dialog.findChildren<QComboBox*>()) {
        if (box->accessibleName() == QStringLiteral("Language")) return box;
      }
      return nullptr;
    };
    const std::pair<QLocale::Language, QString> expected[] = {
        {QLocale::English, QStringLiteral("English")},
        {QLocale::German, QStringLiteral("Deutsch")},
        {QLocale::French, QStringLiteral("English")}};  // as the windows, which know no French
    for (const auto& [language, name] : expected) {
      QLocale::setDefault(QLocale(language));
      ExportDialog dialog(context());
      QLocale::setDefault(before);
      dialog.open();
      QComboBox* box = languageOf(dialog);
      QVERIFY(box != nullptr && box->isVisible());
      QCOMPARE(box->currentText(), name);
      auto* preview = dialog.findChild<ExportPreview*>();
      const bool german = language == QLocale::German;
      QTRY_VERIFY(preview->plainText().contains(german ? QStringLiteral("Zweites Ansehen")
                                                       : QStringLiteral("Second look")));
      if (german) shot(dialog, QStringLiteral("export_german"));
      box->setCurrentIndex(german ? 0 : 1);  // the other is to be had, too
      QTRY_VERIFY(preview->plainText().contains(german ? QStringLiteral("Second look")
                                                       : QStringLiteral("Zweites Ansehen")));
      dialog.findChild<ExportFormats*>()->setFormat(Format::csv);
      QVERIFY(!box->isVisible());
    }
  }

  void oneConversationMayBeChosen() {
    ExportDialog dialog(context());
    dialog.setConversation(bar_.conversation);
    dialog.open();
    auto* preview = dialog.findChild<ExportPreview*>();
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("Is there a bar?")));
    QVERIFY(!preview->plainText().contains(QStringLiteral("What color is the star?")));
  }

  void aConversationThatIsNotInTheListIsNotChosen() {
    ExportDialog dialog(context());
    dialog.setConversation(4711);  // about other videos
    dialog.open();
    auto* preview = dialog.findChild<ExportPreview*>();
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("What color is the star?")));
    QVERIFY(preview->plainText().contains(QStringLiteral("Is there a bar?")));
  }

  void nothingIsWrittenOverWithoutAWord() {
    ExportDialog dialog(context());
    dialog.open();
    auto* path = dialog.findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly);
    auto* write = dialog.findChild<QPushButton*>(QStringLiteral("export"));
    const QString file = desk_->folder() + QStringLiteral("/mine.md");
    QFile mine(file);
    QVERIFY(mine.open(QIODevice::WriteOnly));
    mine.write("mine");
    mine.close();
    path->setText(file);
    QTest::mouseClick(write, Qt::LeftButton);
    QTest::qWait(100);
    QCOMPARE(QFileInfo(file).size(), 4);
    QCOMPARE(write->text(), QStringLiteral("Replace It"));
    QTest::mouseClick(write, Qt::LeftButton);
    QTRY_VERIFY(QFileInfo(file).size() > 100);
    QTRY_VERIFY(write->isEnabled());  // the dialog has heard of it
    // A folder that is not there, and the video itself: said, not done.
    path->setText(desk_->folder() + QStringLiteral("/nowhere/at/all.md"));
    QTest::mouseClick(write, Qt::LeftButton);
    const auto says = [&](const QString& words) {
      for (auto* label : dialog.findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains(words)) return true;
      }
      return false;
    };
    QTRY_VERIFY(says(QStringLiteral("/nowhere/at/all.md: cannot")));
    QVERIFY(write->isEnabled());
    // With another format it is another file.
    dialog.findChild<ExportFormats*>()->setFormat(Format::json);
    QVERIFY(!says(QStringLiteral("nowhere")));
    path->setText(sampleVideo());
    QTest::mouseClick(write, Qt::LeftButton);
    QTest::mouseClick(write, Qt::LeftButton);
    QTRY_VERIFY(says(QStringLiteral("is the video itself")));
  }

  void aNameIsNoHtml() {
    store::Video video = video_;
    video.id = 0;
    video.name = "<b>bold</b>.mp4";
    context().workspace.openVideo(video);
    {
      ExportDialog dialog(context());
      for (auto* label : dialog.findChildren<QLabel*>()) {
        if (label->text().contains(QStringLiteral("<b>"))) {
          QCOMPARE(label->textFormat(), Qt::PlainText);
        }
      }
    }
    context().workspace.openVideo(video_);
  }

  void itLooksRight() {
    ExportDialog dialog(context());
    dialog.open();
    auto* formats = dialog.findChild<ExportFormats*>();
    auto* preview = dialog.findChild<ExportPreview*>();
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("orange")));
    shot(dialog, QStringLiteral("export_light"));
    formats->setFormat(Format::html);
    QTRY_VERIFY(preview->findChild<QTextBrowser*>()->isVisible());
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("orange")));
    QVERIFY(preview->plainText().contains(QStringLiteral("Q1 What")));
    shot(dialog, QStringLiteral("export_html"));
    preview->findChild<QTextBrowser*>()->verticalScrollBar()->setValue(420);
    shot(dialog, QStringLiteral("export_html_pictures"));
    context().theme.setMode(Theme::Mode::dark);
    formats->setFormat(Format::fcpxml);
    QTRY_VERIFY(preview->plainText().contains(QStringLiteral("fcpxml")));
    auto* write = dialog.findChild<QPushButton*>(QStringLiteral("export"));
    QTest::mouseClick(write, Qt::LeftButton);
    QTest::mouseClick(write, Qt::LeftButton);
    QTRY_VERIFY(write->isEnabled());
    QTest::qWait(100);
    shot(dialog, QStringLiteral("export_dark"));
    context().theme.setTextScale(2.0);
    dialog.resize(1240, 660);
    QTest::qWait(100);
    shot(dialog, QStringLiteral("export_200"));
    context().theme.setTextScale(1.0);
    context().theme.setMode(Theme::Mode::light);
    dialog.setLayoutDirection(Qt::RightToLeft);
    QTest::qWait(100);
    shot(dialog, QStringLiteral("export_rtl"));
  }

  // --- Search ------------------------------------------------------------------------------------

  void everythingIsSearchedAsOneTypes() {
    SearchPanel panel(context());
    panel.resize(360, 560);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    auto* edit = panel.findChild<QLineEdit*>();
    auto* list = panel.findChild<QListView*>();
    const QAbstractItemModelTester tester(list->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(!list->isVisible());
    shot(panel, QStringLiteral("search_start"));
    edit->setFocus();
    QTest::keyClicks(edit, QStringLiteral("bar"));
    QTRY_VERIFY(list->isVisible());
    QCOMPARE(list->model()->rowCount(), 2);  // a question, and a note
    QTRY_VERIFY(list->model()
                    ->index(0, 0)
                    .data(SearchModel::placeRole)
                    .toString()
                    .contains(QStringLiteral("sample.mp4")));
    QTest::qWait(100);
    shot(panel, QStringLiteral("search_light"));
    QCOMPARE(namelessControls(panel), QStringList());

    QSignalSpy conversation(&panel, &SearchPanel::conversationRequested);
    QSignalSpy marker(&panel, &SearchPanel::markerRequested);
    QTest::keyClick(edit, Qt::Key_Return);
    QTest::keyClick(edit, Qt::Key_Down);
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(conversation.count(), 1);
    QCOMPARE(marker.count(), 1);
    QCOMPARE(conversation.first().at(0).value<store::SearchHit>().conversation_id,
             bar_.conversation);
    QCOMPARE(conversation.first().at(1).toString(), QStringLiteral("bar"));
    // When it was asked, to the minute.
    const auto asked = conversation.first().at(0).value<store::SearchHit>().asked_at;
    QCOMPARE(list->model()->index(0, 0).data(SearchModel::whenRole).toString(),
             QLocale().toString(QDateTime::fromSecsSinceEpoch(asked), QLocale::ShortFormat));
    QCOMPARE(marker.first().at(1).value<store::Marker>().time, marker_.time);

    edit->clear();
    QTest::keyClicks(edit, QStringLiteral("giraffe"));
    QTRY_VERIFY(!list->isVisible());
    shot(panel, QStringLiteral("search_nothing"));
    // A word that begins so is enough, and what is added is found at once.
    edit->clear();
    QTest::keyClicks(edit, QStringLiteral("pur"));
    QTRY_COMPARE(list->model()->rowCount(), 1);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QTRY_COMPARE(marker.count(), 2);
    ask(QStringLiteral("what number appears with the purple triangle"), 0);
    desk_->start(desk_->engineOptions());
    QTRY_COMPARE(list->model()->rowCount(), 2);
    context().theme.setMode(Theme::Mode::dark);
    context().theme.setTextScale(2.0);
    QTest::qWait(100);
    shot(panel, QStringLiteral("search_dark_200"));
    context().theme.setTextScale(1.0);
    context().theme.setMode(Theme::Mode::light);
  }

  void queriesAreWords() {
    SearchPanel panel(context());
    panel.show();
    auto* edit = panel.findChild<QLineEdit*>();
    auto* list = panel.findChild<QListView*>();
    for (const QString& words :
         {QStringLiteral("\"*("), QStringLiteral("star AND NOT ("), QStringLiteral("'; DROP TABLE"),
          QString(5000, QLatin1Char('x')), QStringLiteral("  ")}) {
      edit->setText(words);
      QTest::keyClick(edit, Qt::Key_Return);
      QTest::qWait(30);
      QVERIFY(list->model()->rowCount() == 0);
    }
    edit->setText(QStringLiteral("star color"));  // in any order
    QTRY_COMPARE(list->model()->rowCount(), 1);
  }

  void aSnippetsMarksAreRead() {
    const Snippet snippet = snippetFrom("What is the [red] bar\nbeside [the");
    QCOMPARE(snippetFrom("see [the [bar]]").text, QStringLiteral("see [the bar]"));
    QCOMPARE(snippetFrom("see [the [bar]]").matches, (QList<QPair<int, int>>{{9, 3}}));
    QCOMPARE(snippet.text, QStringLiteral("What is the red bar beside the"));
    QCOMPARE(snippet.matches, (QList<QPair<int, int>>{{12, 3}}));
  }

 private:
  Context& context() { return desk_->context(); }
  AnswerDone ask(const QString& question, qint64 conversation) {
    AskQuestion command;
    command.text = question.toStdString();
    command.scopes = {{video_.id, {}}};
    command.conversation = conversation;
    return desk_->call<AnswerDone>(command);
  }

  std::unique_ptr<GuiDesk> desk_;
  store::Video video_;
  AnswerDone star_;
  AnswerDone bar_;
  store::Marker marker_;
};

}  // namespace longtake::ui

QTEST_MAIN(longtake::ui::ExportDialogTest)
#include "export_dialog_test.moc"
