// Declares VideoListModel: the videos of the shelf as rows, with what the queue does with them.
//
// Thread rule: GUI thread. Lifetime rule: shelf, queue and thumbnails outlive it.
#ifndef LONGTAKE_UI_LIBRARY_VIDEO_LIST_MODEL_H_
#define LONGTAKE_UI_LIBRARY_VIDEO_LIST_MODEL_H_

#include <QAbstractListModel>
#include <QHash>
#include <QList>

#include "ui/base/shelf.h"
#include "ui/library/state_words.h"
#include "ui/library/thumbnails.h"
#include "ui/library/watch_queue.h"

namespace longtake::ui {

class VideoListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    IdRole = Qt::UserRole,
    StateRole,    // words
    ToneRole,     // int(Tone)
    ShareRole,    // watched, 0 to 1
    LengthRole,   // "12:34"; empty if unknown
    PlaceRole,    // in the queue; -1 = not in it
    OpenRole,     // is it the one in the player
    AddressRole,  // is it a stream
    MissingRole,  // no file, or no entry that can be read
    ActionRole,   // int(RowAction)
  };
  // The one thing that a button in the row does.
  enum class RowAction { none, pause, resume, retry, relink, remove };

  VideoListModel(Context& context, Shelf& shelf, WatchQueue& queue, Thumbnails& thumbnails,
                 QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QModelIndex indexOf(qint64 video) const;

  static constexpr const char* kMimeType = "application/x-longtake-videos";
  QStringList mimeTypes() const override;
  QMimeData* mimeData(const QModelIndexList& indexes) const override;
  Qt::DropActions supportedDropActions() const override { return Qt::MoveAction | Qt::CopyAction; }
  static QList<qint64> videosIn(const QMimeData* data);

 private:
  void follow(const QSet<qint64>& videos);
  void tell(const QSet<qint64>& videos);
  void tellQueue();
  StateWords wordsOf(const ShelfVideo& video) const;
  RowAction actionOf(const ShelfVideo& video) const;

  Context& context_;
  Shelf& shelf_;
  WatchQueue& queue_;
  Thumbnails& thumbnails_;
  QList<qint64> ids_;
  QHash<qint64, int> rows_;
  QSet<qint64> queued_;  // as last told
  qint64 open_ = 0;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_VIDEO_LIST_MODEL_H_
