// Declares VideoFilter: the rows as the list shows them: what is to be watched first, in its order,
// then the rest, sorted as the settings say; only those that have every word of the search in their own name
// or their folder's.
//
// Thread rule: GUI thread. Lifetime rule: queue and source outlive it.
#ifndef LONGTAKE_UI_LIBRARY_VIDEO_FILTER_H_
#define LONGTAKE_UI_LIBRARY_VIDEO_FILTER_H_

#include <QCollator>
#include <QSortFilterProxyModel>
#include <QStringList>

#include "ui/library/video_list_model.h"

namespace longtake::ui {

class VideoFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  VideoFilter(Context& context, Shelf& shelf, WatchQueue& queue, VideoListModel& source,
              QObject* parent = nullptr);

  void search(const QString& words);
  QModelIndex indexOf(qint64 video) const;

  // Dropping rows changes the order of the queue; it reaches only among its rows.
  bool canDropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                       const QModelIndex& parent) const override;
  bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                    const QModelIndex& parent) override;

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  void followSettings();

  Context& context_;
  Shelf& shelf_;
  WatchQueue& queue_;
  VideoListModel& source_;
  QStringList words_;
  const QCollator collator_;
  Settings::SortBy by_ = Settings::SortBy::added;
  bool reversed_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_VIDEO_FILTER_H_
