// Declares SearchDelegate: how a search result looks: an icon for what it is, the words with the
// matches marked, and where they belong.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_DIALOGS_SEARCH_DELEGATE_H_
#define LONGTAKE_UI_DIALOGS_SEARCH_DELEGATE_H_

#include <QStyledItemDelegate>

#include "ui/base/theme.h"

class QTextLayout;

namespace longtake::ui {

class SearchDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  explicit SearchDelegate(const Theme& theme, QObject* parent = nullptr)
      : QStyledItemDelegate(parent), theme_(theme) {}

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  qreal layOut(QTextLayout& layout, int width, Qt::LayoutDirection direction) const;
  int wordsWidth(int width) const;

  const Theme& theme_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_SEARCH_DELEGATE_H_
