// Declares Settings: every choice that the desktop remembers, in one file of the user's
// configuration folder. What belongs to the videos (conversations, markers, memories) is not here:
// the library keeps it.
//
// Thread rule: GUI thread. Lifetime rule: written through at once; outlives the widgets.
#ifndef LONGTAKE_UI_BASE_SETTINGS_H_
#define LONGTAKE_UI_BASE_SETTINGS_H_

#include <QByteArray>
#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QLocale>
#include <QObject>
#include <QSettings>
#include <QStandardPaths>
#include <QString>

#include "ui/base/theme.h"

namespace longtake::ui {

class Settings : public QObject {
  Q_OBJECT

 public:
  // The user's file, or the named one (tests).
  explicit Settings(const QString& file = {}, QObject* parent = nullptr);
  QString file() const { return store_.fileName(); }

  // What counts for this run and is not remembered, as a command line says it; "" = what is stored.
  // Setting the same by its own function ends that.
  struct ThisRun {
    QString library;
    QString model;
    QString device;
  };
  void setThisRun(const ThisRun& choices) { thisRun_ = choices; }
  const ThisRun& thisRun() const { return thisRun_; }

  // Looks.
  Theme::Mode themeMode() const;
  void setThemeMode(Theme::Mode mode);
  double textScale() const;  // 1.0 to 2.0
  void setTextScale(double scale);
  QString language() const;  // "" = the system's
  void setLanguage(const QString& code);
  QLocale locale() const;  // what the language means; counts from the next start

  // The engine. Each takes effect when the engine is made again.
  QString libraryFolder() const;  // default: the user's data folder
  void setLibraryFolder(const QString& folder);
  QString modelFolder() const;  // of this library; "" = nano
  void setModelFolder(const QString& folder);
  QStringList knownModels() const;  // folders that were added by hand
  void setKnownModels(const QStringList& folders);
  QString device() const;  // "auto", "cpu", "cuda"
  void setDevice(const QString& device);
  QString codec() const;  // of new memories: "int4", "int8", "bf16"
  void setCodec(const QString& codec);
  QString weights() const;  // "auto", "f32", "bf16", "int8", "int4", "fp8"
  void setWeights(const QString& weights);

  // Watching.
  double framesPerSecond() const;  // 0 = the model's own
  void setFramesPerSecond(double fps);
  bool keyframesOnly() const;
  void setKeyframesOnly(bool on);
  qint64 diskQuota() const;  // bytes; 0 = none
  void setDiskQuota(qint64 bytes);
  QList<qint64> queue() const;  // of this library: ids of videos still to be watched, in order
  void setQueue(const QList<qint64>& videos);
  QList<qint64> paused() const;  // of the queue, those that wait for the user
  void setPaused(const QList<qint64>& videos);

  // The player.
  int volume() const;  // 0 to 130
  void setVolume(int volume);
  bool muted() const;
  void setMuted(bool on);
  qint64 position(qint64 video) const;  // microseconds; where the video was left
  void setPosition(qint64 video, qint64 position);

  // Shortcuts: only what differs from the defaults, by action name.
  QHash<QString, QList<QKeySequence>> shortcuts() const;
  void setShortcuts(const QHash<QString, QList<QKeySequence>>& differences);

  // The library's list.
  enum class SortBy { added, name, length };
  SortBy sortBy() const;
  void setSortBy(SortBy what);
  bool sortReversed() const;  // oldest, Z or shortest first
  void setSortReversed(bool on);

  // The window.
  QByteArray layout(const QString& part) const;  // geometry, splitters, headers
  void setLayout(const QString& part, const QByteArray& state);
  qint64 lastVideo() const;
  void setLastVideo(qint64 video);
  QString lastFolder() const;  // where something was opened from
  void setLastFolder(const QString& folder);
  // Where exports, clips and pictures were saved last; before that, the usual one. Always a folder
  // that exists.
  QString exportFolder(QStandardPaths::StandardLocation usual) const;
  void setExportFolder(const QString& folder);
  QString exportFormat() const;  // by its name on the command line; "" = nothing was exported yet
  void setExportFormat(const QString& name);
  bool welcomed() const;  // the first run is over
  void setWelcomed(bool on);

 signals:
  void changed();

 private:
  void set(const QString& key, const QVariant& value);
  QString libraryKey(const QString& name) const;

  QSettings store_;
  ThisRun thisRun_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_SETTINGS_H_
