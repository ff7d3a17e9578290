#include "ui/library/video_list_view.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <algorithm>

#include "ui/library/video_delegate.h"
#include "ui/library/video_list_model.h"

namespace longtake::ui {

namespace {

qint64 idOf(const QModelIndex& index) {
  return index.data(VideoListModel::IdRole).toLongLong();
}

bool isRows(const QDropEvent* event) {
  return event->mimeData()->hasFormat(QString::fromLatin1(VideoListModel::kMimeType));
}

}  // namespace

VideoListView::VideoListView(const Theme& theme, QWidget* parent)
    : QListView(parent), theme_(theme), delegate_(new VideoDelegate(theme, this)) {
  setItemDelegate(delegate_);
  setUniformItemSizes(true);
  setMouseTracking(true);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setDragEnabled(true);
  setAcceptDrops(true);
  setDragDropMode(QAbstractItemView::DragDrop);
  setDefaultDropAction(Qt::MoveAction);
  setDropIndicatorShown(true);
  setContextMenuPolicy(Qt::CustomContextMenu);
  setFrameShape(QFrame::NoFrame);
  setAccessibleName(tr("Videos"));
  connect(delegate_, &VideoDelegate::buttonClicked, this, [this](const QModelIndex& index) {
    buttonPressed_ = true;
    emit buttonClicked(idOf(index));
  });
  connect(this, &QListView::clicked, this, [this](const QModelIndex& index) {
    const bool selecting =
        (QApplication::keyboardModifiers() & (Qt::ControlModifier | Qt::ShiftModifier)) != 0;
    if (!std::exchange(buttonPressed_, false) && !selecting) emit opened(idOf(index));
  });
  connect(&theme_, &Theme::changed, this, [this] {
    scheduleDelayedItemsLayout();
    viewport()->update();
  });
}

QList<qint64> VideoListView::selectedVideos() const {
  QModelIndexList rows = selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end());
  QList<qint64> videos;
  for (const QModelIndex& row : rows) videos << idOf(row);
  return videos;
}

void VideoListView::setEmptyText(const QString& text) {
  emptyText_ = text;
  viewport()->update();
}

void VideoListView::keyPressEvent(QKeyEvent* event) {
  if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
      currentIndex().isValid()) {
    emit played(idOf(currentIndex()));
    return;
  }
  QListView::keyPressEvent(event);
}

void VideoListView::mouseReleaseEvent(QMouseEvent* event) {
  buttonPressed_ = false;
  QListView::mouseReleaseEvent(event);
}

void VideoListView::mouseDoubleClickEvent(QMouseEvent* event) {
  QListView::mouseDoubleClickEvent(event);
  const QModelIndex index = indexAt(event->pos());
  if (!index.isValid() || event->button() != Qt::LeftButton) return;
  QStyleOptionViewItem option;
  initViewItemOption(&option);
  option.rect = visualRect(index);
  if (!delegate_->buttonRect(option, index).contains(event->pos())) emit played(idOf(index));
}

void VideoListView::dragEnterEvent(QDragEnterEvent* event) {
  // Files are the panel's: ignored here, the event goes up to it.
  if (!isRows(event)) {
    event->ignore();
    return;
  }
  QListView::dragEnterEvent(event);
}

void VideoListView::dragMoveEvent(QDragMoveEvent* event) {
  if (!isRows(event)) {
    event->ignore();
    return;
  }
  QListView::dragMoveEvent(event);
}

void VideoListView::dropEvent(QDropEvent* event) {
  if (!isRows(event)) {
    event->ignore();
    return;
  }
  QListView::dropEvent(event);
}

void VideoListView::resizeEvent(QResizeEvent* event) {
  QListView::resizeEvent(event);
  if (event->size().width() != event->oldSize().width()) scheduleDelayedItemsLayout();
}

void VideoListView::paintEvent(QPaintEvent* event) {
  QListView::paintEvent(event);
  if (model() == nullptr || model()->rowCount() > 0 || emptyText_.isEmpty()) return;
  QPainter painter(viewport());
  painter.setFont(theme_.font(Theme::Font::body));
  painter.setPen(theme_.colors().textSoft);
  const int gap = theme_.gapLarge();
  painter.drawText(viewport()->rect().adjusted(gap, gap, -gap, -gap),
                   Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, emptyText_);
}

}  // namespace longtake::ui
