// Declares VideoListView: the view of the library's rows. Rows are dragged to another place of the
// queue; files that are dropped on it go to the panel.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_LIBRARY_VIDEO_LIST_VIEW_H_
#define LONGTAKE_UI_LIBRARY_VIDEO_LIST_VIEW_H_

#include <QListView>
#include <QUrl>

#include "ui/base/theme.h"

namespace longtake::ui {

class VideoDelegate;

class VideoListView : public QListView {
  Q_OBJECT

 public:
  explicit VideoListView(const Theme& theme, QWidget* parent = nullptr);

  // In the order of the rows.
  QList<qint64> selectedVideos() const;
  // Shown in the middle while there is no row.
  void setEmptyText(const QString& text);

 signals:
  void opened(qint64 video);  // by a click; one with Ctrl or Shift only selects
  void played(qint64 video);  // by a double click or Enter
  void buttonClicked(qint64 video);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  const Theme& theme_;
  VideoDelegate* delegate_;
  QString emptyText_;
  bool buttonPressed_ = false;  // the click belongs to the row's button and opens nothing
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_VIDEO_LIST_VIEW_H_
