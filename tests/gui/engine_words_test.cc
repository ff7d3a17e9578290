// What the engine says, in the user's language: the table itself, and errors of the real engine,
// alone and through the desktop.
#include "ui/base/engine_words.h"

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QRegularExpression>
#include <QTest>
#include <QTranslator>
#include <memory>
#include <optional>

#include "tests/gui/support.h"
#include "ui/base/engine_patterns.h"
#include "ui/window/banner.h"
#include "ui/window/desktop.h"
#include "ui/window/main_window.h"
#include "ui/window/trouble_page.h"

static void loadTranslations() {
  Q_INIT_RESOURCE(translations);
}

namespace longtake::ui {

namespace {

const QString kNano = QStringLiteral(LONGTAKE_SOURCE_DIR "/resources/nano/model");

QString germanFile() {
  loadTranslations();
  return QStringLiteral(":/i18n/longtake_de.qm");
}

// Shows the desktop's texts in German while it lives.
class InGerman {
 public:
  InGerman() {
    if (!words_.load(germanFile())) qFatal("there is no German");
    QCoreApplication::installTranslator(&words_);
  }
  ~InGerman() { QCoreApplication::removeTranslator(&words_); }

 private:
  QTranslator words_;
};

QStringList placesOf(const QString& text) {
  static const QRegularExpression place(QStringLiteral("%[1-9]"));
  QStringList places;
  for (auto it = place.globalMatch(text); it.hasNext();) places << it.next().captured();
  return places;
}

QString filledIn(QString pattern, const QStringList& names) {
  for (int i = 0; i < names.size(); ++i) {
    pattern.replace(QStringLiteral("%%1").arg(i + 1), QStringLiteral("\x01%1\x02").arg(i));
  }
  for (int i = 0; i < names.size(); ++i) {
    pattern.replace(QStringLiteral("\x01%1\x02").arg(i), names[i]);
  }
  return pattern;
}

// The words of a sentence that only English has; places of files do not count.
QStringList englishIn(QString text, const QString& folder) {
  if (!folder.isEmpty()) text.remove(folder);
  text.remove(QStringLiteral(LONGTAKE_SOURCE_DIR));  // whatever its folders are called
  static const QRegularExpression name(QStringLiteral("/library\\b|library\\.db"));
  text.remove(name);
  static const QRegularExpression english(
      QStringLiteral(
          "\\b(the|is|are|has|not|no|cannot|there|this|that|file|folder|of|with|and|or|it|from|"
          "choose|check|such|damaged|again|library|memory)\\b"),
      QRegularExpression::CaseInsensitiveOption);
  QStringList found;
  for (auto it = english.globalMatch(text); it.hasNext();) found << it.next().captured();
  return found;
}

void write(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
    qFatal("%s", qPrintable(path));
}

}  // namespace

class EngineWordsTest : public QObject {
  Q_OBJECT

 private slots:
  void everyPatternHasAGermanTranslationWithTheSamePlaces() {
    QTranslator german;
    QVERIFY(german.load(germanFile()));
    for (const EnginePattern& pattern : enginePatterns()) {
      const QStringList places = placesOf(QString::fromUtf8(pattern.engine));
      for (int i = 0; i < places.size(); ++i) {
        QVERIFY2(places[i] == QStringLiteral("%%1").arg(i + 1), pattern.engine);
      }
      QVERIFY2(pattern.sentence >= 0 && pattern.sentence <= places.size(), pattern.engine);
      const char* const said = pattern.desktop != nullptr ? pattern.desktop : pattern.engine;
      const QString translation = german.translate("Engine", said);
      QVERIFY2(!translation.isEmpty(), said);
      for (const QString& text : {QString::fromUtf8(said), translation}) {
        QStringList there = placesOf(text);
        there.sort();
        QVERIFY2(there == places, qPrintable(text));
      }
      QVERIFY2(englishIn(translation, {}).isEmpty(), qPrintable(translation));
    }
  }

  void noPatternIsThereTwice() {
    QSet<QString> known;
    for (const EnginePattern& pattern : enginePatterns()) {
      const QString text = QString::fromUtf8(pattern.engine);
      QVERIFY2(!known.contains(text), pattern.engine);
      known << text;
    }
  }

  void englishIsShownAsTheEngineSaysIt() {
    const QStringList hostile = {"%1 is not a video",
                                 "%2%9%%",
                                 "a: cannot open: b",
                                 "",
                                 ": ",
                                 "\"",
                                 "Ü – 视频",
                                 "cars.mp4 has not been watched with nano yet",
                                 "100 % (a b)."};
    for (const EnginePattern& pattern : enginePatterns()) {
      if (pattern.desktop != nullptr) continue;
      for (qsizetype shift = 0; shift < hostile.size(); ++shift) {
        const QStringList names = hostile.mid(shift) + hostile.first(shift);
        const QString said = filledIn(QString::fromUtf8(pattern.engine), names);
        QCOMPARE(engineText(said.toStdString()), said);
      }
    }
    QCOMPARE(engineText(""), QString());
    QCOMPARE(engineText("Nobody has ever said this %1"), "Nobody has ever said this %1");
  }

  void wordsOfTheCommandLineAreThoseOfTheDesktop() {
    QCOMPARE(engineText("Watch it first: longtake-cli watch."),
             "Press Watch beside the video in the library first.");
    for (const EnginePattern& pattern : enginePatterns()) {
      const QString shown = engineText(pattern.engine);
      QVERIFY2(!shown.contains("longtake-cli") && !shown.contains(" --"), pattern.engine);
    }
  }

  void hostileNamesConfuseNothing() {
    const InGerman german;
    QCOMPARE(engineText("%1 is not a video.mp4 has not been watched with nano yet"),
             "%1 is not a video.mp4 wurde mit nano noch nicht angesehen");
    QCOMPARE(engineText("a has not been watched with b yet has not been watched with nano yet"),
             "a has not been watched with b yet wurde mit nano noch nicht angesehen");
    // A name that is a sentence of the engine is a name all the same.
    QCOMPARE(engineText("There is no such conversation is empty: it holds no bytes at all."),
             "There is no such conversation ist leer: Die Datei enthält kein einziges Byte.");
    QCOMPARE(engineText("/v/a: cannot read: b: cannot open: No such file or directory"),
             "/v/a: cannot read: b: lässt sich nicht öffnen: Datei oder Ordner nicht gefunden");
    const std::string name(1 << 16, '%');
    QVERIFY(engineText(name + " is not a file.").endsWith(" ist keine Datei."));
  }

  void aReasonIsTranslatedToo() {
    const InGerman german;
    QCOMPARE(engineText("A sound track is left out: a.mp4: the aac decoder does not accept it "
                        "(Invalid argument)."),
             "Eine Tonspur fehlt: a.mp4: Der Decoder aac nimmt es nicht an (ungültige Angabe).");
    QCOMPARE(engineText("/m: tokenizer.json: normalizer \"NFKC\""),
             "/m: tokenizer.json: Normalizer „NFKC“");
    QCOMPARE(engineText("/m/config.json: \"hidden_act\" is of type x"),
             "/m/config.json: „hidden_act“ ist vom Typ x");
    std::string deep = "x";
    for (int i = 0; i < 10'000; ++i) deep.insert(0, "A sound track is left out: ");
    QVERIFY(engineText(deep).startsWith("Eine Tonspur fehlt: Eine Tonspur fehlt: "));
  }

  void aHintFollowsItsMessage() {
    QCOMPARE(withHint("a", "b"), "a. b");
    QCOMPARE(withHint("a.", "b"), "a. b");
    QCOMPARE(withHint("a", ""), "a");
    QCOMPARE(withHint("", "b"), "b");
  }

  void errorsOfTheEngineAreInGerman() {
    GuiDesk desk;
    const InGerman german;
    const QString folder = desk.folder();
    write(folder + "/empty.mp4", {});
    write(folder + "/words.mp4", "These are words, and no video.\n");
    const QString sound = makeVideo(folder + "/sound.mp4", {"-f", "lavfi", "-i", "sine=d=1"});
    const QString other = makeVideo(folder + "/other.mp4", {"-f", "lavfi", "-i", "testsrc=d=1"});
    QFile whole(sampleVideo());
    QVERIFY(whole.open(QIODevice::ReadOnly));
    write(folder + "/torn.mp4", whole.read(100'000));  // its index is at the end, or torn
    const auto path = [&](const char* name) {
      return (folder + QLatin1Char('/') + QLatin1String(name)).toStdString();
    };
    QDir(folder).mkpath("model");
    write(folder + "/model/config.json", "{\"model_type\": \"parrot\"}");
    for (const char* name : {"torn_model", "bad_config"}) {
      QDir(folder).mkpath(QLatin1String(name));
      for (const QString& file : QDir(kNano).entryList(QDir::Files)) {
        QVERIFY(QFile::copy(kNano + "/" + file, folder + "/" + QLatin1String(name) + "/" + file));
      }
    }
    QVERIFY(QFile::remove(folder + "/torn_model/model.safetensors"));
    QVERIFY(QFile::remove(folder + "/bad_config/config.json"));
    write(folder + "/bad_config/config.json",
          "{\"model_type\": \"llava_onevision\", \"text_config\": "
          "{\"num_hidden_layers\": \"many\"}}");

    QVERIFY(sayTo(desk, AddVideo{path("missing.mp4")}));
    QVERIFY(sayTo(desk, AddVideo{folder.toStdString()}));
    QVERIFY(sayTo(desk, AddVideo{path("empty.mp4")}));
    QVERIFY(sayTo(desk, AddVideo{path("words.mp4")}));
    QVERIFY(sayTo(desk, AddVideo{sound.toStdString()}));
    QVERIFY(sayTo(desk, AddVideo{path("torn.mp4")}));
    const qint64 video = desk.call<VideoAdded>(AddVideo{sampleVideo().toStdString()}).video.id;
    AskQuestion question;
    question.text = "what";
    question.scopes = {{video, {}}};
    QVERIFY(sayTo(desk, question));
    QVERIFY(sayTo(desk, FindVideo{"nichts"}));
    QVERIFY(sayTo(desk, RelinkVideo{video, other.toStdString()}));
    QVERIFY(sayTo(desk, WatchVideo{99}));
    QVERIFY(sayTo(desk, RemoveVideo{99}));
    QVERIFY(sayTo(desk, RemoveMemory{99}));
    QVERIFY(sayTo(desk, OpenConversation{99}));
    QVERIFY(sayTo(desk, RenameConversation{99, "x"}));
    QVERIFY(sayTo(desk, SetUserVerdict{99, store::Verdict::confirmed}));
    QVERIFY(sayTo(desk, RemoveMarker{99}));
    QVERIFY(sayTo(desk, reportOf(video, "/sys/report.html")));  // not even root may write there
    QVERIFY(sayTo(desk, reportOf(video, path("nowhere/report.html"))));
    QVERIFY(sayTo(desk, reportOf(video, {}, {99})));
    QVERIFY(sayTo(desk, reportOf(video, sampleVideo().toStdString())));
    QVERIFY(sayTo(desk, SaveFrame{video, 3'600'000'000, path("frame.png")}));
    QVERIFY(sayTo(desk, ExportClip{video, {0, 1'000'000}, path("nowhere/clip.mp4")}));
    QVERIFY(sayTo(desk, ExportClip{video, {0, 1'000'000}, path("clip.xyz")}));
    QVERIFY(sayTo(desk, ExportClip{video, {3'600'000'000, 3'700'000'000}, path("clip.mp4")}));
    QVERIFY(sayTo(desk, CheckModel{path("nowhere")}));
    QVERIFY(sayTo(desk, CheckModel{path("model")}));
    QVERIFY(sayTo(desk, CheckModel{path("torn_model")}));
    QVERIFY(sayTo(desk, CheckModel{path("bad_config")}));
    if (geteuid() != 0) {
      QVERIFY(QFile::setPermissions(folder + "/words.mp4", {}));
      QVERIFY(sayTo(desk, AddVideo{path("words.mp4")}));
    }

    // One letter of a row that is stored.
    desk.context().engine.stop();
    const QString database = folder + "/library/library.db";
    QFile file(database);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray bytes = file.readAll();
    QVERIFY(bytes.contains("sample.mp4"));
    write(database, bytes.replace("sample.mp4", "sXmple.mp4"));
    desk.start(desk.engineOptions());
    QCOMPARE(desk.call<VideoList>(ListVideos{}).damaged.size(), 1u);
    QVERIFY(sayTo(desk, WatchVideo{video}));
  }

  void notesOnAnExportAreInGerman() {
    GuiDesk desk;
    const qint64 video = desk.call<VideoAdded>(AddVideo{sampleVideo().toStdString()}).video.id;
    const InGerman german;
    int seen = 0;
    for (const report::Format format :
         {report::Format::edl, report::Format::resolve, report::Format::chapters}) {
      Export command = reportOf(video, {});
      command.options.format = format;
      for (const std::string& note : desk.call<Exported>(command).notes) {
        QVERIFY2(isGerman(note, desk.folder()), note.c_str());
        ++seen;
      }
    }
    QVERIFY(seen > 2);
  }

  void theDesktopExplainsADamagedLibraryInGerman() {
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath("library"));
    write(folder.path() + "/library/library.db", QByteArray(8192, 'x'));
    const std::unique_ptr<Desktop> desktop = inGerman(folder, {});
    auto* page = desktop->window().findChild<TroublePage*>();
    QTRY_VERIFY(page->isVisible());
    int said = 0;
    for (const QLabel* label : page->findChildren<QLabel*>()) {
      QVERIFY2(englishIn(label->text(), folder.path()).isEmpty(), qPrintable(label->text()));
      if (!label->text().isEmpty()) ++said;
    }
    QCOMPARE(said, 3);
    shot(desktop->window(), "window-trouble-german");
  }

  void theDesktopExplainsAnUnreadableModelInGerman() {
    QTemporaryDir folder;
    const std::unique_ptr<Desktop> desktop = inGerman(folder, folder.path() + "/nowhere");
    Banner& banner = desktop->window().banner();
    QTRY_VERIFY(banner.isVisible());
    QVERIFY2(banner.text().contains("Diesen Modellordner gibt es nicht"),
             qPrintable(banner.text()));
    QVERIFY2(englishIn(banner.text(), folder.path()).isEmpty(), qPrintable(banner.text()));
  }

  void theDesktopExplainsAFileThatIsNoVideoInGerman() {
    QTemporaryDir folder;
    write(folder.path() + "/words.mp4", "These are words.\n");
    const std::unique_ptr<Desktop> desktop = inGerman(folder, {});
    desktop->open({folder.path() + "/words.mp4"});
    const auto isShown = [&] {
      for (const QLabel* label : desktop->window().findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains("words.mp4 ist keine lesbare Videodatei"))
          return true;
      }
      return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isShown(), 10'000);
    shot(desktop->window(), "window-no-video-german");
  }

 private:
  static bool isGerman(const std::string& english, const QString& folder) {
    const QString shown = engineText(english);
    if (shown != QString::fromStdString(english) && englishIn(shown, folder).isEmpty()) return true;
    qWarning("shown is: %s", qPrintable(shown));
    return false;
  }

  // Whether the command fails, with a message and a hint in German.
  static bool sayTo(GuiDesk& desk, Command command) {
    std::optional<RequestFailed> failure;
    bool ended = false;
    desk.context().engine.send(std::move(command), &desk.context().engine, [&](const Event& event) {
      if (!ends_request(event)) return;
      ended = true;
      if (const auto* failed = std::get_if<RequestFailed>(&event.body)) failure = *failed;
    });
    if (!QTest::qWaitFor([&] { return ended; }, 60'000) || !failure) return false;
    return isGerman(failure->message, desk.folder()) &&
           (failure->hint.empty() || isGerman(failure->hint, desk.folder()));
  }

  static Export reportOf(qint64 video, const std::string& path,
                         const std::vector<std::int64_t>& conversations = {}) {
    Export command;
    command.video = video;
    command.conversations = conversations;
    command.path = path;
    return command;
  }

  static std::unique_ptr<Desktop> inGerman(const QTemporaryDir& folder, const QString& model) {
    DesktopOptions options;
    options.resources = QStringLiteral(LONGTAKE_SOURCE_DIR "/resources");
    options.settingsFile = folder.path() + "/settings.ini";
    options.library = folder.path() + "/library";
    options.model = model;
    options.device = QStringLiteral("cpu");
    {
      Settings settings(options.settingsFile);
      settings.setLanguage(QStringLiteral("de"));
      settings.setWelcomed(true);
    }
    auto desktop = std::make_unique<Desktop>(options);
    desktop->start();
    return desktop;
  }
};

}  // namespace longtake::ui

QTEST_MAIN(longtake::ui::EngineWordsTest)
#include "engine_words_test.moc"
