#include "ui/library/video_filter.h"

#include <QMimeData>
#include <QTimer>
#include <algorithm>

#include "ui/base/text.h"

namespace longtake::ui {

VideoFilter::VideoFilter(Shelf& shelf, WatchQueue& queue, VideoListModel& source, QObject* parent)
    : QSortFilterProxyModel(parent), shelf_(shelf), queue_(queue), source_(source) {
  setSourceModel(&source);
  setDynamicSortFilter(true);
  sort(0);
}

void VideoFilter::search(const QString& words) {
  words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  invalidateFilter();
}

QModelIndex VideoFilter::indexOf(qint64 video) const {
  return mapFromSource(source_.indexOf(video));
}

bool VideoFilter::canDropMimeData(const QMimeData* data, Qt::DropAction /*action*/, int /*row*/,
                                  int /*column*/, const QModelIndex& /*parent*/) const {
  const QList<qint64> videos = VideoListModel::videosIn(data);
  return std::any_of(videos.begin(), videos.end(),
                     [this](qint64 video) { return queue_.place(video) >= 0; });
}

bool VideoFilter::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                               const QModelIndex& parent) {
  if (!canDropMimeData(data, action, row, column, parent)) return false;
  // On a row: before it. Below the last: at the end.
  const int target = parent.isValid() ? parent.row() : row;
  const QModelIndex before = target < 0 ? QModelIndex() : index(target, 0);
  const qint64 video = before.isValid() ? before.data(VideoListModel::IdRole).toLongLong() : 0;
  // The view is still busy with its drag: rows move when it is done.
  QTimer::singleShot(0, this, [this, videos = VideoListModel::videosIn(data), video] {
    queue_.move(videos, video);
  });
  return true;
}

bool VideoFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  if (words_.isEmpty()) return true;
  const QModelIndex index = source_.index(row, 0, parent);
  const ShelfVideo* video = shelf_.find(index.data(VideoListModel::IdRole).toLongLong());
  if (video == nullptr) return false;
  const QString name = text(video->video.name);
  const QString folder = text(video->video.path.parent_path().filename().string());
  return std::all_of(words_.begin(), words_.end(), [&](const QString& word) {
    return name.contains(word, Qt::CaseInsensitive) || folder.contains(word, Qt::CaseInsensitive);
  });
}

bool VideoFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const int a = left.data(VideoListModel::PlaceRole).toInt();
  const int b = right.data(VideoListModel::PlaceRole).toInt();
  if (a != b) return a >= 0 && (b < 0 || a < b);
  return left.data(VideoListModel::IdRole).toLongLong() >
         right.data(VideoListModel::IdRole).toLongLong();
}

}  // namespace longtake::ui
