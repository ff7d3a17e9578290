#include "ui/markers/marker_delegate.h"

#include <QAbstractItemView>
#include <QPainter>

#include "ui/markers/marker_model.h"

namespace longtake::ui {

// Whether the time would leave the label too little room beside it.
bool MarkerDelegate::isStacked(int width, const QModelIndex& index) const {
  const QFontMetrics small(theme_.font(Theme::Font::small));
  return small.horizontalAdvance(index.data(MarkerModel::kTime).toString()) > width * 2 / 5;
}

QSize MarkerDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QFontMetrics label(theme_.font(Theme::Font::body));
  const int more = QFontMetrics(theme_.font(Theme::Font::small)).height() + theme_.px(2);
  int height = label.height() + 2 * theme_.px(7);
  const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
  if (view != nullptr && isStacked(view->viewport()->width(), index)) height += more;
  if (!index.data(MarkerModel::kNote).toString().isEmpty()) height += more;
  return {theme_.px(120), height};
}

void MarkerDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
  const Colors& colors = theme_.colors();
  const auto directed = [&](const QRect& rect) {
    return QStyle::visualRect(option.direction, option.rect, rect);
  };
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QRectF card = QRectF(option.rect).adjusted(theme_.gapTiny(), 1, -theme_.gapTiny(), -1);
  const bool selected = (option.state & QStyle::State_Selected) != 0;
  if (selected || (option.state & QStyle::State_MouseOver) != 0) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(selected ? colors.accentSoft : colors.hover);
    painter->drawRoundedRect(card, theme_.radius(), theme_.radius());
  }
  if ((option.state & QStyle::State_HasFocus) != 0 &&
      (option.state & QStyle::State_KeyboardFocusChange) != 0) {
    painter->setPen(colors.accent);
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), theme_.radius(), theme_.radius());
  }

  const QFont labelFont = theme_.font(Theme::Font::body);
  const QFont smallFont = theme_.font(Theme::Font::small);
  const QFontMetrics labelMetrics(labelFont);
  const QFontMetrics smallMetrics(smallFont);
  const QRect all = option.rect.adjusted(theme_.gap(), theme_.px(7), -theme_.gap(), -theme_.px(7));
  const QRect line(all.left(), all.top(), all.width(), labelMetrics.height());

  const int dot = theme_.px(9);
  QRect spot(line.left(), 0, dot, dot);
  spot.moveCenter({spot.center().x(), line.center().y()});
  painter->setPen(Qt::NoPen);
  painter->setBrush(colors.marker(index.data(MarkerModel::kColor).toString()));
  painter->drawEllipse(directed(spot));

  const QString time = index.data(MarkerModel::kTime).toString();
  const QString label = index.data(MarkerModel::kLabel).toString();
  const QString note = index.data(MarkerModel::kNote).toString().simplified();
  const bool stacked = isStacked(option.rect.width(), index);
  const int indent = dot + theme_.gapSmall();
  const int timeWidth = smallMetrics.horizontalAdvance(time) + 2;
  const int leading = QStyle::visualAlignment(option.direction, Qt::AlignLeft) | Qt::AlignVCenter;
  const int trailing = QStyle::visualAlignment(option.direction, Qt::AlignRight) | Qt::AlignVCenter;
  QRect labelRect = line.adjusted(indent, 0, 0, 0);
  QRect below(labelRect.left(), line.bottom() + theme_.px(2), labelRect.width(),
              smallMetrics.height());
  painter->setFont(smallFont);
  painter->setPen(colors.textSoft);
  if (stacked) {
    painter->drawText(directed(below), leading | Qt::TextForceLeftToRight, time);
    below.translate(0, smallMetrics.height() + theme_.px(2));
  } else {
    const QRect timeRect(line.right() - timeWidth, line.top(), timeWidth, line.height());
    painter->drawText(directed(timeRect), trailing | Qt::TextForceLeftToRight, time);
    labelRect.setRight(timeRect.left() - theme_.gapSmall());
  }
  if (!note.isEmpty()) {
    painter->drawText(directed(below), leading,
                      smallMetrics.elidedText(note, Qt::ElideRight, below.width()));
  }
  painter->setFont(labelFont);
  painter->setPen(label.isEmpty() ? colors.textSoft : colors.text);
  const QString words = label.isEmpty() ? MarkerModel::tr("No label") : label.simplified();
  painter->drawText(directed(labelRect), leading,
                    labelMetrics.elidedText(words, Qt::ElideRight, labelRect.width()));
  painter->restore();
}

}  // namespace longtake::ui
