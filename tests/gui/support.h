// Declares GuiDesk: a whole desktop's ground (settings, theme, actions, engine, workspace) in a
// temporary folder, for tests that act as a person does; and a few helpers to wait, to look and to
// make videos.
//
// Thread rule: GUI thread. Lifetime rule: deletes its folder.
#ifndef LONGTAKE_TESTS_GUI_SUPPORT_H_
#define LONGTAKE_TESTS_GUI_SUPPORT_H_

#include <QTemporaryDir>
#include <QTest>
#include <QWidget>
#include <functional>
#include <optional>

#include "ui/base/context.h"

namespace longtake::ui {

class GuiDesk {
 public:
  // startEngine: with nano, on the CPU, in a new library.
  explicit GuiDesk(bool startEngine = true);
  ~GuiDesk();

  QString folder() const { return folder_.path(); }
  Context& context() { return context_; }
  EngineOptions engineOptions() const;

  // Sends a command and waits for the event that ends it; fails the test on RequestFailed.
  Event call(Command command, int milliseconds = 60'000);
  template <typename T>
  T call(Command command, int milliseconds = 60'000) {
    return std::get<T>(call(std::move(command), milliseconds).body);
  }
  // Makes the engine anew and waits for it.
  void start(const EngineOptions& options);
  // As the preferences do it.
  void goToLibrary(const QString& folder);
  // Adds a file, watches it to its end with nano, and opens it in the workspace.
  store::Video watch(const QString& path);

 private:
  QTemporaryDir folder_;
  Settings settings_;
  Theme theme_;
  Actions actions_;
  EngineLink engine_;
  Shelf shelf_{engine_};
  Workspace workspace_;
  Context context_;
};

// The sample video of the repository (two minutes of the shape world, with questions that have
// known answers).
QString sampleVideo();
// Makes a video by running ffmpeg with these arguments and the file's path behind them. Fails the
// test if that fails.
QString makeVideo(const QString& path, const QStringList& ffmpegArguments);

// Saves what the widget looks like as LONGTAKE_SHOTS/<name>.png; nothing if that is not set.
void shot(QWidget& widget, const QString& name);

// Every control that a keyboard can reach has a name for a screen reader: the ones that have none.
QStringList namelessControls(QWidget& root);

}  // namespace longtake::ui

#endif  // LONGTAKE_TESTS_GUI_SUPPORT_H_
