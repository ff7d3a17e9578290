#include "ui/conversation/flow_layout.h"

#include <QStyle>
#include <QWidget>
#include <algorithm>
#include <memory>

namespace longtake::ui {

FlowLayout::~FlowLayout() {
  while (!items_.isEmpty()) std::unique_ptr<QLayoutItem>(items_.takeLast());
}

void FlowLayout::setItemWidths(int least, int most) {
  least_ = std::max(least, 1);
  most_ = std::max(most, least_);
  invalidate();
}

QLayoutItem* FlowLayout::takeAt(int index) {
  return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const {
  const QMargins margins = contentsMargins();
  const int width = count() == 0 ? 0 : std::min(least_, 80);
  return QSize(width, 0).grownBy(margins);
}

QSize FlowLayout::sizeHint() const {
  const int width = count() == 0 ? 0 : least_;
  return {width, heightForWidth(width)};
}

void FlowLayout::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  arrange(rect, true);
}

int FlowLayout::arrange(const QRect& rect, bool apply) const {
  const QMargins margins = contentsMargins();
  const QRect area = rect.marginsRemoved(margins);
  const int gap = std::max(spacing(), 0);
  QList<QLayoutItem*> shown;
  for (QLayoutItem* item : items_) {
    if (!item->isEmpty()) shown << item;
  }
  if (shown.isEmpty()) return margins.top() + margins.bottom();
  const int columns = std::max(1, (area.width() + gap) / (least_ + gap));
  const int width = std::clamp((area.width() - gap * (columns - 1)) / columns, 1, most_);
  const Qt::LayoutDirection direction =
      parentWidget() != nullptr ? parentWidget()->layoutDirection() : Qt::LeftToRight;
  int y = area.top();
  for (qsizetype first = 0; first < shown.size(); first += columns) {
    const qsizetype last = std::min<qsizetype>(first + columns, shown.size());
    int height = 0;
    for (qsizetype i = first; i < last; ++i) {
      height = std::max(height, shown[i]->hasHeightForWidth() ? shown[i]->heightForWidth(width)
                                                              : shown[i]->sizeHint().height());
    }
    for (qsizetype i = first; apply && i < last; ++i) {
      const int x = area.left() + static_cast<int>(i - first) * (width + gap);
      shown[i]->setGeometry(QStyle::visualRect(direction, area, {x, y, width, height}));
    }
    y += height + (last < shown.size() ? gap : 0);
  }
  return y - rect.top() + margins.bottom();
}

}  // namespace longtake::ui
