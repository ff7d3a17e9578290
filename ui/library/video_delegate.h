// Declares VideoDelegate: paints a row of the library: picture with length and progress, name,
// state in words, and the one button that the state calls for.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_LIBRARY_VIDEO_DELEGATE_H_
#define LONGTAKE_UI_LIBRARY_VIDEO_DELEGATE_H_

#include <QStyledItemDelegate>

#include "ui/base/theme.h"
#include "ui/library/video_list_model.h"

namespace longtake::ui {

class VideoDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  explicit VideoDelegate(const Theme& theme, QObject* parent = nullptr);

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  // The button of a row, in the view's coordinates; empty where there is none.
  QRect buttonRect(const QStyleOptionViewItem& option, const QModelIndex& index) const;

 signals:
  void buttonClicked(const QModelIndex& index);

 protected:
  bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;
  bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                 const QModelIndex& index) override;

 private:
  struct Places {
    QRect row, picture, name, state, button;
  };
  Places places(const QStyleOptionViewItem& option, const QModelIndex& index) const;
  QSize pictureSize(int rowWidth) const;
  int stateLines(int rowWidth) const;
  void paintPicture(QPainter* painter, const QRect& rect, const QModelIndex& index) const;

  const Theme& theme_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_VIDEO_DELEGATE_H_
