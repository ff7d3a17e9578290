#include "tests/gui/support.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QDir>
#include <QFileInfo>
#include <QPixmap>
#include <QProcess>

namespace longtake::ui {

GuiDesk::GuiDesk(bool startEngine)
    : settings_(folder_.path() + "/longtake.ini"),
      actions_(settings_, theme_),
      context_{settings_, theme_, actions_, engine_, shelf_, workspace_} {
  settings_.setLibraryFolder(folder_.path() + "/library");
  if (startEngine) start(engineOptions());
}

GuiDesk::~GuiDesk() {
  engine_.stop();
}

EngineOptions GuiDesk::engineOptions() const {
  EngineOptions options;
  options.library = settings_.libraryFolder().toStdString();
  options.model = LONGTAKE_SOURCE_DIR "/resources/nano/model";
  options.device = Device::cpu;
  return options;
}

void GuiDesk::goToLibrary(const QString& folder) {
  workspace_.leaveLibrary();
  settings_.setLibraryFolder(folder);
  start(engineOptions());
}

void GuiDesk::start(const EngineOptions& options) {
  engine_.start(options);
  if (!QTest::qWaitFor([this] { return engine_.isRunning(); }, 60'000)) qFatal("no engine");
}

Event GuiDesk::call(Command command, int milliseconds) {
  std::optional<Event> last;
  engine_.send(std::move(command), &engine_, [&last](const Event& event) {
    if (ends_request(event)) last = event;
  });
  if (!QTest::qWaitFor([&] { return last.has_value(); }, milliseconds)) {
    qFatal("no answer from the engine in %d ms", milliseconds);
  }
  if (const auto* failure = std::get_if<RequestFailed>(&last->body)) {
    qFatal("%s (%s)", failure->message.c_str(), failure->hint.c_str());
  }
  return *last;
}

store::Video GuiDesk::watch(const QString& path) {
  const auto added = call<VideoAdded>(AddVideo{path.toStdString()});
  call<WatchEnded>(WatchVideo{added.video.id}, 170'000);
  workspace_.openVideo(added.video);
  return added.video;
}

QString sampleVideo() {
  return QStringLiteral(LONGTAKE_SOURCE_DIR "/resources/sample/sample.mp4");
}

QString makeVideo(const QString& path, const QStringList& ffmpegArguments) {
  QProcess ffmpeg;
  ffmpeg.start(QStringLiteral("ffmpeg"),
               QStringList{"-v", "error", "-y"} + ffmpegArguments + QStringList{path});
  if (!ffmpeg.waitForFinished(120'000) || ffmpeg.exitCode() != 0) {
    qFatal("ffmpeg: %s", ffmpeg.readAllStandardError().constData());
  }
  return path;
}

void shot(QWidget& widget, const QString& name) {
  const QString folder = qEnvironmentVariable("LONGTAKE_SHOTS");
  if (folder.isEmpty()) return;
  QDir().mkpath(folder);
  QTest::qWait(50);  // let the last paint events through
  widget.grab().save(folder + "/" + name + ".png");
}

QStringList namelessControls(QWidget& root) {
  QStringList result;
  for (QWidget* widget : root.findChildren<QWidget*>()) {
    if (!widget->isVisibleTo(&root) || (widget->focusPolicy() & Qt::TabFocus) == 0) continue;
    if (widget->objectName().startsWith(QLatin1String("qt_"))) continue;
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
    if (face == nullptr || !face->text(QAccessible::Name).isEmpty()) continue;
    result << QStringLiteral("%1 '%2'").arg(QLatin1String(widget->metaObject()->className()),
                                            widget->objectName());
  }
  return result;
}

}  // namespace longtake::ui
