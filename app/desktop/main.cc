// longtake [FILE|FOLDER|ADDRESS ...]: the desktop.
#include <QCommandLineParser>
#include <QDir>
#include <QIcon>
#include <QUrl>
#include <cstdio>

#include "app/paths.h"
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

}  // namespace

int main(int argc, char** argv) {
  using namespace longtake::ui;
  StallWatch application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("longtake"));
  QApplication::setApplicationDisplayName(QStringLiteral("Longtake"));
  QApplication::setApplicationVersion(QString::fromStdString(longtake::version()));
  QApplication::setDesktopFileName(QStringLiteral("io.github.longtake.longtake"));
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/longtake.svg")));

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
  Desktop desktop(options);

  SingleInstance instance(desktop.libraryFolder());
  if (instance.handOver(absolute(parser.positionalArguments()))) {
    std::puts("Longtake is running already: it has been given the files.");
    return 0;
  }
  instance.listen();
  QObject::connect(&instance, &SingleInstance::opened, &desktop, &Desktop::open);

  desktop.open(parser.positionalArguments());
  desktop.start();
  return QApplication::exec();
}
