// Declares Shelf: what the library holds, as the GUI thread last heard it: the videos, their
// memories, whether their files are still there, and which model is in use. It follows what the
// engine tells, and asks for the whole list only where that does not say it.
//
// Thread rule: GUI thread; files are looked at in another one. Lifetime rule: the engine link
// outlives it.
#ifndef LONGTAKE_UI_BASE_SHELF_H_
#define LONGTAKE_UI_BASE_SHELF_H_

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <vector>

#include "ui/base/engine_link.h"

namespace longtake::ui {

struct ShelfVideo {
  store::Video video;
  std::vector<store::Memory> memories;
  bool missing = false;  // no file lies at its path
  // Its entry in the library, or that of a memory of it, cannot be read: nothing is left to do with
  // it but to remove it.
  bool damaged = false;

  std::int64_t bytes() const;                             // of all its memories
  bool isAddress() const;                                 // a stream, not a file
  bool isNameless() const { return video.path.empty(); }  // its own entry is the damaged one
};

class Shelf : public QObject {
  Q_OBJECT

 public:
  explicit Shelf(EngineLink& engine, QObject* parent = nullptr);

  // Asks the engine for everything, soon; several calls become one.
  void refresh();
  // What has just been heard of a memory, before the next answer says it too.
  void note(const store::Memory& memory);
  // Looks where the files are.
  void checkFiles();
  bool isLoaded() const { return loaded_; }  // since the engine was made

  const std::vector<ShelfVideo>& videos() const { return videos_; }  // oldest first
  const ShelfVideo* find(qint64 video) const;
  qint64 memoryBytes() const { return memoryBytes_; }

  // The name of the engine's model; empty until it is known.
  const QString& modelName() const { return engine_.modelName(); }
  // The memory that questions are answered from; nullptr if none.
  const store::Memory* memory(const ShelfVideo& video) const;
  // How far that memory goes; 0 if there is none.
  Micros watchedUntil(const ShelfVideo& video) const;
  bool isWatched(const ShelfVideo& video) const;

 signals:
  // Videos came, went or are different: these ones. find() knows one that was added before this
  // tells, which it does for all of a moment at once.
  void changed(const QSet<qint64>& videos);
  void grew(qint64 video);  // more of it has been seen; changed() does not tell that
  void loaded();            // the first answer after the engine was made

 private:
  void restart();
  void ask();
  void adopt(const VideoList& list);
  void put(const store::Video& video);
  void grow(const WatchProgress& progress);
  void tell(qint64 video);
  void count();

  EngineLink& engine_;
  std::vector<ShelfVideo> videos_;
  QHash<qint64, std::size_t> places_;
  qint64 memoryBytes_ = 0;
  bool loaded_ = false;
  bool asking_ = false;
  bool checking_ = false;
  bool checkAgain_ = false;
  QTimer soon_;
  QSet<qint64> unlisted_;  // came while the list was under way: it may be older
  QSet<qint64> touched_;   // to be told
  QTimer telling_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_SHELF_H_
