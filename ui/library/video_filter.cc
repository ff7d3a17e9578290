#include "ui/library/video_filter.h"

#include <QMimeData>
#include <QTimer>
#include <algorithm>

#include "ui/base/text.h"
#include "ui/library/file_walk.h"

namespace longtake::ui {

VideoFilter::VideoFilter(Context& context, Shelf& shelf, WatchQueue& queue, VideoListModel& source,
                         QObject* parent)
    : QSortFilterProxyModel(parent),
      context_(context),
      shelf_(shelf),
      queue_(queue),
      source_(source),
      collator_(nameOrder()) {
  setSourceModel(&source);
  setDynamicSortFilter(true);
  connect(&context_.settings, &Settings::changed, this, &VideoFilter::followSettings);
  followSettings();
  sort(0);
}

void VideoFilter::followSettings() {
  const Settings& settings = context_.settings;
  if (by_ == settings.sortBy() && reversed_ == settings.sortReversed()) return;
  by_ = settings.sortBy();
  reversed_ = settings.sortReversed();
  invalidate();
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
  const QString name = nameOf(*video);
  const QString folder = text(video->video.path.parent_path().filename().string());
  return std::all_of(words_.begin(), words_.end(), [&](const QString& word) {
    return name.contains(word, Qt::CaseInsensitive) || folder.contains(word, Qt::CaseInsensitive);
  });
}

bool VideoFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const int a = left.data(VideoListModel::PlaceRole).toInt();
  const int b = right.data(VideoListModel::PlaceRole).toInt();
  if (a != b) return a >= 0 && (b < 0 || a < b);
  const qint64 leftId = left.data(VideoListModel::IdRole).toLongLong();
  const qint64 rightId = right.data(VideoListModel::IdRole).toLongLong();
  const ShelfVideo* one = shelf_.find(leftId);
  const ShelfVideo* other = shelf_.find(rightId);
  if (one != nullptr && other != nullptr) {
    int order = 0;
    if (by_ == Settings::SortBy::name) {
      order = collator_.compare(nameOf(*one), nameOf(*other));
    } else if (by_ == Settings::SortBy::length && one->video.duration != other->video.duration) {
      order = one->video.duration > other->video.duration ? -1 : 1;
      // What goes on without an end known stands last either way.
      if (one->video.duration == 0 || other->video.duration == 0) return order < 0;
    }
    if (order != 0) return (order < 0) != reversed_;
  }
  return (leftId > rightId) != reversed_;  // ids grow with what is added
}

}  // namespace longtake::ui
