// longtake [FILE|FOLDER|ADDRESS ...]: the desktop.
#include <QCommandLineParser>
#include <QDir>
#include <QIcon>
#include <QProcess>
#include <QUrl>
#include <cstdio>

#include "app/paths.h"
#include "app/process.h"
#include "engine/base/log.h"
#include "engine/engine.h"
#include "ui/window/desktop.h"
#include "ui/window/main_window.h"
#include "ui/window/single_instance.h"
#include "ui/window/stall_watch.h"

namespace {

// The other process has another working folder.
QStringList absolute(const QStringList& addresses) {
  QStringList result;
  for (const QString& address : addresses) {
    result << QUrl::fromUserInput(address, QDir::currentPath(), QUrl::AssumeLocalFile).toString();
  }
  return result;
}

// What still counts for this run only, as arguments. The files have been added to the library.
QStringList thisRun(const longtake::ui::Settings& settings) {
  QStringList arguments;
  const auto& choices = settings.thisRun();
  if (!choices.library.isEmpty()) arguments << QStringLiteral("--library") << choices.library;
  if (!choices.model.isEmpty()) arguments << QStringLiteral("--model") << choices.model;
  if (!choices.device.isEmpty()) arguments << QStringLiteral("--device") << choices.device;
  return arguments;
}

// Whether there is anything to draw on; Qt would abort the process if there is not.
bool has_display() {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    if (!qEnvironmentVariableIsEmpty(name)) return true;
  }
  return false;
}

// Started from a menu, nobody sees what it writes to stderr.
void keep_log() {
  try {
    longtake::log_to_file(longtake::log_file());
  } catch (const longtake::Error&) {
    // It works without one: a log says nothing that a user must know.
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace longtake::ui;
  longtake::allow_many_files();
  QCoreApplication::setApplicationName(QStringLiteral("longtake"));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Longtake"));
  QCoreApplication::setApplicationVersion(QString::fromStdString(longtake::version()));

  QCommandLineParser parser;
  parser.setApplicationDescription(
      QCoreApplication::translate("main", "Ask questions about video of any length."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument(QStringLiteral("files"),
                               QCoreApplication::translate("main", "Videos, folders or addresses"),
                               QStringLiteral("[FILE|FOLDER|ADDRESS ...]"));
  const QCommandLineOption library(QStringLiteral("library"),
                                   QCoreApplication::translate("main", "Folder of the library"),
                                   QStringLiteral("DIR"));
  const QCommandLineOption model(QStringLiteral("model"),
                                 QCoreApplication::translate("main", "Folder of a model, or nano"),
                                 QStringLiteral("DIR"));
  const QCommandLineOption device(QStringLiteral("device"),
                                  QCoreApplication::translate("main", "auto, cpu or cuda"),
                                  QStringLiteral("DEVICE"));
  const QCommandLineOption software(
      QStringLiteral("software-video"),
      QCoreApplication::translate("main", "Draw pictures without the graphics card"));
  parser.addOptions({library, model, device, software});
  if (!has_display()) {
    // --help and --version need no display.
    const QCoreApplication application(argc, argv);
    parser.process(application);
    std::fputs(
        "Longtake cannot open a window: there is no display.\n"
        "Start it from a desktop, or use longtake-cli, which needs none.\n",
        stderr);
    return 1;
  }
  StallWatch application(argc, argv);
  QApplication::setDesktopFileName(QStringLiteral("io.github.longtake.longtake"));
  parser.process(application);
  if (parser.isSet(software)) qputenv("LONGTAKE_SOFTWARE_VIDEO", "1");
  if (const QByteArray limit = qgetenv("LONGTAKE_WATCHDOG_MS"); !limit.isEmpty()) {
    application.watch(limit.toDouble());
  }
#ifndef NDEBUG
  else {
    application.watch(16);
  }
#endif

  DesktopOptions options;
  options.resources = QString::fromStdString(longtake::resources_folder().string());
  options.library = parser.isSet(library) ? QDir(parser.value(library)).absolutePath() : QString();
  options.model = parser.value(model);
  options.device = parser.value(device);
  QStringList again;  // the arguments of the next start
  {
    Desktop desktop(options);
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/longtake.svg")));

    SingleInstance instance(desktop.libraryFolder());
    if (instance.handOver(absolute(parser.positionalArguments()))) {
      std::puts("Longtake is running already: it has been given the files.");
      return 0;
    }
    instance.listen();
    keep_log();
    QObject::connect(&instance, &SingleInstance::opened, &desktop, &Desktop::open);

    desktop.open(parser.positionalArguments());
    desktop.start();
    const int code = QApplication::exec();
    if (!desktop.isRestartWanted()) return code;
    again = thisRun(desktop.context().settings);
    if (parser.isSet(software)) again << QStringLiteral("--software-video");
  }
  // Only now, when this one has let go of the library and of its socket: the new one is not to hand
  // over to it.
  if (QProcess::startDetached(QCoreApplication::applicationFilePath(), again)) return 0;
  std::fputs("Longtake could not be started again.\n", stderr);
  return 1;
}
