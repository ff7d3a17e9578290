#include "ui/dialogs/search_delegate.h"

#include <QAbstractItemView>
#include <QPainter>
#include <QStyle>
#include <QTextLayout>
#include <algorithm>
#include <cmath>

#include "engine/engine.h"
#include "ui/dialogs/search_model.h"

namespace longtake::ui {

namespace {

constexpr int kMostLines = 3;

QString iconOf(store::SearchHit::Kind kind) {
  switch (kind) {
    case store::SearchHit::Kind::question:
      return QStringLiteral("question");
    case store::SearchHit::Kind::answer:
      return QStringLiteral("ask");
    case store::SearchHit::Kind::marker:
      return QStringLiteral("marker");
    case store::SearchHit::Kind::note:
      return QStringLiteral("edit");
  }
  return {};
}

}  // namespace

// The words in at most three lines; returns their height: the tooltip holds the rest.
qreal SearchDelegate::layOut(QTextLayout& layout, int width, Qt::LayoutDirection direction) const {
  QTextOption wrap(Qt::AlignLeading);
  wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  wrap.setTextDirection(direction);
  layout.setTextOption(wrap);
  qreal y = 0;
  layout.beginLayout();
  for (int line = 0; line < kMostLines; ++line) {
    QTextLine next = layout.createLine();
    if (!next.isValid()) break;
    next.setLineWidth(width);
    next.setPosition({0, y});
    y += next.height();
  }
  layout.endLayout();
  return y;
}

int SearchDelegate::wordsWidth(int width) const {
  return std::max(width - 2 * theme_.gapTiny() - theme_.px(16) - 3 * theme_.gapSmall(), 40);
}

QSize SearchDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
  const int width = view != nullptr ? view->viewport()->width() : option.rect.width();
  QTextLayout layout(index.data(SearchModel::snippetRole).toString(),
                     theme_.font(Theme::Font::body));
  const auto words =
      static_cast<int>(std::ceil(layOut(layout, wordsWidth(width), option.direction)));
  const int small = QFontMetrics(theme_.font(Theme::Font::small)).height();
  return {width, words + small + 2 * theme_.gapSmall() + 2};
}

void SearchDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
  const Colors& c = theme_.colors();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setLayoutDirection(option.direction);
  const QRect card = option.rect.adjusted(theme_.gapTiny(), 1, -theme_.gapTiny(), -1);
  const bool selected = (option.state & QStyle::State_Selected) != 0;
  const bool hover = (option.state & QStyle::State_MouseOver) != 0;
  const bool focus = selected && (option.state & QStyle::State_HasFocus) != 0;
  if (selected || hover) {
    painter->setPen(focus ? QPen(c.accent, 1) : QPen(Qt::NoPen));
    painter->setBrush(selected ? c.accentSoft : c.hover);
    painter->drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), theme_.radius(),
                             theme_.radius());
  }
  const int pad = theme_.gapSmall();
  const int icon = theme_.px(16);
  const auto place = [&](QRect rect) { return QStyle::visualRect(option.direction, card, rect); };
  const auto kind = static_cast<store::SearchHit::Kind>(index.data(SearchModel::kindRole).toInt());
  painter->drawPixmap(
      place({card.left() + pad, card.top() + pad, icon, icon}),
      theme_.pixmap(iconOf(kind), c.textSoft, icon, painter->device()->devicePixelRatioF()));

  const int begin = card.left() + pad + icon + pad;
  const int width = wordsWidth(option.rect.width());
  const QRect words = place({begin, card.top() + pad - 1, width, card.height()});
  QTextLayout layout(index.data(SearchModel::snippetRole).toString(),
                     theme_.font(Theme::Font::body));
  QList<QTextLayout::FormatRange> marks;
  for (const auto& [from, length] :
       index.data(SearchModel::matchesRole).value<QList<QPair<int, int>>>()) {
    QTextCharFormat format;
    format.setFontWeight(QFont::DemiBold);
    format.setForeground(c.accent);
    marks.push_back({from, length, format});
  }
  layout.setFormats(marks);
  layOut(layout, width, option.direction);
  painter->setPen(c.text);
  layout.draw(painter, words.topLeft());

  painter->setFont(theme_.font(Theme::Font::small));
  painter->setPen(c.textSoft);
  const QFontMetrics small = painter->fontMetrics();
  const QString when =
      small.elidedText(index.data(SearchModel::whenRole).toString(), Qt::ElideRight, width);
  const int room = width - small.horizontalAdvance(when) - theme_.gapSmall();
  const int top = card.bottom() - pad - small.height() + 2;
  painter->drawText(
      place({begin, top, room, small.height()}), Qt::AlignLeading | Qt::AlignVCenter,
      small.elidedText(index.data(SearchModel::placeRole).toString(), Qt::ElideRight, room));
  painter->drawText(place({begin, top, width, small.height()}),
                    Qt::AlignTrailing | Qt::AlignVCenter, when);
  painter->restore();
}

}  // namespace longtake::ui
