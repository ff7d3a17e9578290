// Declares Desktop: everything that the running program consists of, made in the right order:
// settings, theme, actions, engine, workspace, window.
//
// Thread rule: GUI thread. Lifetime rule: made after QApplication, gone before it.
#ifndef LONGTAKE_UI_WINDOW_DESKTOP_H_
#define LONGTAKE_UI_WINDOW_DESKTOP_H_

#include <QTimer>
#include <QTranslator>
#include <QUrl>
#include <memory>

#include "ui/base/context.h"

namespace longtake::ui {

class MainWindow;

// What the command line says. Library, model and device count for this run and are not remembered.
struct DesktopOptions {
  QString resources;     // folder with nano/model and sample/
  QString settingsFile;  // "" = the user's
  QString library;       // "" = the settings'
  QString model;         // "" = the settings'
  QString device;        // "" = the settings'
};

class Desktop : public QObject {
  Q_OBJECT

 public:
  explicit Desktop(DesktopOptions options);
  ~Desktop() override;

  // Opens the library and shows the window; what goes wrong is explained in it.
  void start();
  // "a.mp4", a folder, an address: as on a command line.
  void open(const QStringList& addresses);

  // Whether it has closed in order to be started anew, with what was open.
  bool isRestartWanted() const { return restartWanted_; }
  QString libraryFolder() const { return settings_.libraryFolder(); }
  Context& context() { return context_; }
  MainWindow& window() { return *window_; }

 private:
  void translate();
  void startEngine();
  void explain(const Error& failure);
  void continueLastTime();
  EngineOptions engineOptions() const;

  const DesktopOptions options_;
  Settings settings_;
  QTranslator translator_;
  QTranslator qtTranslator_;
  Theme theme_;
  Actions actions_;
  EngineLink engine_;
  Shelf shelf_{engine_};
  Workspace workspace_;
  Context context_;
  std::unique_ptr<MainWindow> window_;
  QTimer again_;    // until the next look whether the library is free
  QTimer opening_;  // until the window says that the library is being opened
  bool restartWanted_ = false;
  QList<QUrl> waiting_;  // to be opened once the library is open
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_WINDOW_DESKTOP_H_
