#include "ui/library/video_list_model.h"

#include <QByteArrayList>
#include <QMimeData>
#include <algorithm>

#include "ui/base/text.h"

namespace longtake::ui {

VideoListModel::VideoListModel(Context& context, Shelf& shelf, WatchQueue& queue,
                               Thumbnails& thumbnails, QObject* parent)
    : QAbstractListModel(parent),
      context_(context),
      shelf_(shelf),
      queue_(queue),
      thumbnails_(thumbnails) {
  connect(&shelf_, &Shelf::changed, this, &VideoListModel::follow);
  connect(&queue_, &WatchQueue::changed, this, &VideoListModel::tell);
  connect(&queue_, &WatchQueue::orderChanged, this, &VideoListModel::tellQueue);
  connect(&thumbnails_, &Thumbnails::ready, this, [this](qint64 video) {
    const QModelIndex index = indexOf(video);
    if (index.isValid()) emit dataChanged(index, index, {Qt::DecorationRole});
  });
  connect(&context_.workspace, &Workspace::videoChanged, this, [this] {
    const qint64 before = std::exchange(open_, context_.workspace.video().id);
    tell({before, open_});
  });
  open_ = context_.workspace.video().id;
  QSet<qint64> all;
  for (const ShelfVideo& video : shelf_.videos()) all.insert(video.video.id);
  follow(all);
  tellQueue();
}

int VideoListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(ids_.size());
}

QModelIndex VideoListModel::indexOf(qint64 video) const {
  const auto found = rows_.constFind(video);
  return found == rows_.constEnd() ? QModelIndex() : index(*found);
}

void VideoListModel::follow(const QSet<qint64>& videos) {
  QList<qint64> fresh;
  for (const qint64 video : videos) {
    const bool shown = rows_.contains(video);
    if (shown == (shelf_.find(video) != nullptr)) continue;
    if (!shown) {
      fresh << video;
      continue;
    }
    const int row = rows_[video];
    beginRemoveRows({}, row, row);
    rows_.remove(video);
    ids_.removeAt(row);
    for (int after = row; after < ids_.size(); ++after) rows_[ids_[after]] = after;
    endRemoveRows();
  }
  std::sort(fresh.begin(), fresh.end());
  if (!fresh.isEmpty()) {
    const int first = static_cast<int>(ids_.size());
    beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
    for (const qint64 video : fresh) {
      rows_[video] = static_cast<int>(ids_.size());
      ids_ << video;
    }
    endInsertRows();
  }
  tell(videos);
}

void VideoListModel::tell(const QSet<qint64>& videos) {
  QList<int> rows;
  for (const qint64 video : videos) {
    if (const auto found = rows_.constFind(video); found != rows_.constEnd()) rows << *found;
  }
  std::sort(rows.begin(), rows.end());
  // One signal for each run of neighbours.
  for (qsizetype i = 0; i < rows.size();) {
    qsizetype end = i + 1;
    while (end < rows.size() && rows[end] == rows[end - 1] + 1) ++end;
    emit dataChanged(index(rows[i]), index(rows[end - 1]));
    i = end;
  }
}

void VideoListModel::tellQueue() {
  QSet<qint64> touched = std::exchange(queued_, {});
  for (const WatchQueue::Item& item : queue_.items()) queued_.insert(item.video);
  touched += queued_;
  tell(touched);
}

StateWords VideoListModel::wordsOf(const ShelfVideo& video) const {
  const WatchQueue::Item* item = queue_.find(video.video.id);
  int ahead = 0;
  for (const WatchQueue::Item& other : queue_.items()) {
    if (&other == item) break;
    if (other.state != WatchQueue::State::paused && other.state != WatchQueue::State::failed)
      ++ahead;
  }
  return stateWords(shelf_, video, item, ahead, context_.settings.diskQuota(),
                    queue_.damage(video.video.id));
}

VideoListModel::RowAction VideoListModel::actionOf(const ShelfVideo& video) const {
  if (video.damaged) return RowAction::remove;
  if (video.missing) return RowAction::relink;
  const WatchQueue::Item* item = queue_.find(video.video.id);
  if (item == nullptr) return shelf_.isWatched(video) ? RowAction::none : RowAction::resume;
  switch (item->state) {
    case WatchQueue::State::paused:
      return RowAction::resume;
    case WatchQueue::State::failed:
      return RowAction::retry;
    default:
      return RowAction::pause;
  }
}

QVariant VideoListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const qint64 id = ids_[index.row()];
  if (role == IdRole) return id;
  if (role == PlaceRole) return queue_.place(id);
  const ShelfVideo* video = shelf_.find(id);
  if (video == nullptr) return {};
  switch (role) {
    case Qt::DisplayRole:
      return nameOf(*video);
    case Qt::ToolTipRole:
      return plainTip(videoFacts(*video, wordsOf(*video), queue_.find(id), queue_.damage(id)));
    case Qt::AccessibleTextRole: {
      QStringList parts{nameOf(*video)};
      if (id == open_) parts << tr("open in the player");
      if (video->video.duration > 0) parts << durationWords(video->video.duration);
      parts << wordsOf(*video).words;
      return parts.join(QStringLiteral(", "));
    }
    case Qt::DecorationRole:
      return thumbnails_.of(id);
    case StateRole:
      return wordsOf(*video).words;
    case ToneRole:
      return static_cast<int>(wordsOf(*video).tone);
    case ShareRole:
      return seenShare(shelf_, *video, queue_.find(id));
    case LengthRole:
      return video->video.duration > 0 ? timeText(video->video.duration) : QString();
    case OpenRole:
      return id == open_;
    case AddressRole:
      return video->isAddress();
    case MissingRole:
      return video->missing || video->isNameless();
    case ActionRole:
      return static_cast<int>(actionOf(*video));
    default:
      return {};
  }
}

Qt::ItemFlags VideoListModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::ItemIsDropEnabled;
  return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled |
         Qt::ItemNeverHasChildren;
}

QStringList VideoListModel::mimeTypes() const {
  return {QString::fromLatin1(kMimeType)};
}

QMimeData* VideoListModel::mimeData(const QModelIndexList& indexes) const {
  QByteArrayList videos;
  for (const QModelIndex& index : indexes) {
    videos << QByteArray::number(index.data(IdRole).toLongLong());
  }
  auto* data = new QMimeData;
  data->setData(QString::fromLatin1(kMimeType), videos.join(' '));
  return data;
}

QList<qint64> VideoListModel::videosIn(const QMimeData* data) {
  QList<qint64> videos;
  for (const QByteArray& number : data->data(QString::fromLatin1(kMimeType)).split(' ')) {
    if (const qint64 video = number.toLongLong(); video > 0) videos << video;
  }
  return videos;
}

}  // namespace longtake::ui
