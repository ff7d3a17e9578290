// Declares MarkerDelegate: how a marker looks in the list: its colour, its label with the time
// beside it (below it where there is little room), and its note.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_MARKERS_MARKER_DELEGATE_H_
#define LONGTAKE_UI_MARKERS_MARKER_DELEGATE_H_

#include <QStyledItemDelegate>

#include "ui/base/theme.h"

namespace longtake::ui {

class MarkerDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  MarkerDelegate(Theme& theme, QObject* parent) : QStyledItemDelegate(parent), theme_(theme) {}

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  bool isStacked(int width, const QModelIndex& index) const;

  Theme& theme_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_MARKERS_MARKER_DELEGATE_H_
