#include "ui/library/video_delegate.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>
#include <QToolTip>

namespace longtake::ui {

namespace {

using RowAction = VideoListModel::RowAction;

RowAction actionOf(const QModelIndex& index) {
  return static_cast<RowAction>(index.data(VideoListModel::ActionRole).toInt());
}

QString iconOf(RowAction action) {
  switch (action) {
    case RowAction::pause:
      return QStringLiteral("pause");
    case RowAction::resume:
      return QStringLiteral("play");
    case RowAction::retry:
      return QStringLiteral("retry");
    case RowAction::relink:
      return QStringLiteral("link");
    case RowAction::remove:
      return QStringLiteral("trash");
    case RowAction::none:
      break;
  }
  return {};
}

QColor toneColor(const Colors& c, Tone tone) {
  switch (tone) {
    case Tone::active:
      return c.accent;
    case Tone::warning:
      return c.warn;
    case Tone::bad:
      return c.bad;
    case Tone::quiet:
      break;
  }
  return c.textSoft;
}

QFont fontOfName(const Theme& theme, const QModelIndex& index) {
  const bool open = index.data(VideoListModel::OpenRole).toBool();
  return theme.font(open ? Theme::Font::strong : Theme::Font::body);
}

// Calls line(begin, length) for each line of a text that is wrapped at words, or within one that is
// wider than a line.
template <typename Line>
void forLines(const QString& text, const QFont& font, Qt::LayoutDirection direction, int width,
              Line&& line) {
  QTextLayout layout(text, font);
  QTextOption wrapping;
  wrapping.setTextDirection(direction);
  wrapping.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  layout.setTextOption(wrapping);
  layout.beginLayout();
  for (QTextLine one = layout.createLine(); one.isValid(); one = layout.createLine()) {
    one.setLineWidth(width);
    if (!line(one.textStart(), one.textLength())) break;
  }
  layout.endLayout();
}

int linesOf(const QString& text, const QFont& font, int width) {
  int lines = 0;
  forLines(text, font, Qt::LayoutDirectionAuto, width, [&](int, int) { return ++lines < 8; });
  return lines;
}

// As many lines as the place is high; the last one is cut where it must be: the tooltip has it all.
void paintLines(QPainter* painter, const QRect& place, const QString& text,
                Qt::LayoutDirection direction, Qt::TextElideMode elide) {
  const QFontMetrics metrics(painter->font());
  const int lines = place.height() / metrics.height();
  const Qt::Alignment leading = QStyle::visualAlignment(direction, Qt::AlignLeft);
  const int flags = static_cast<int>(leading) | Qt::AlignVCenter | Qt::TextSingleLine;
  int i = 0;
  forLines(text, painter->font(), direction, place.width(), [&](int begin, int length) {
    const QRect line(place.left(), place.top() + i * metrics.height(), place.width(),
                     metrics.height());
    const bool last = ++i >= lines;
    painter->drawText(line, flags,
                      last ? metrics.elidedText(text.mid(begin), elide, place.width())
                           : text.mid(begin, length).trimmed());
    return !last;
  });
}

}  // namespace

VideoDelegate::VideoDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent), theme_(theme) {}

QSize VideoDelegate::pictureSize(int rowWidth) const {
  // Pictures do not grow with the text, and give way where the words need the room: at last
  // altogether.
  if (rowWidth < theme_.px(190)) return {};
  const int width = std::clamp(88 - (theme_.px(280) - rowWidth) / 2, 64, 88);
  return {width, width * 9 / 16};
}

// Words that would be cut off in two lines get a third where the row is narrow for its text.
int VideoDelegate::stateLines(int rowWidth) const {
  const QFontMetrics metrics(theme_.font(Theme::Font::small));
  const int width = rowWidth - pictureSize(rowWidth).width() - theme_.px(70);
  return width < 20 * metrics.averageCharWidth() ? 3 : 2;
}

QSize VideoDelegate::sizeHint(const QStyleOptionViewItem& option,
                              const QModelIndex& /*index*/) const {
  const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
  const int width = view != nullptr ? view->viewport()->width() : option.rect.width();
  const int name = QFontMetrics(theme_.font(Theme::Font::strong)).height();
  const int state = QFontMetrics(theme_.font(Theme::Font::small)).height();
  // A long name may take the place of the state's last line.
  const int words = std::max(name, state) + name + (stateLines(width) - 1) * state + theme_.px(2);
  return {theme_.px(160), std::max(words, pictureSize(width).height()) + 2 * theme_.gapSmall()};
}

VideoDelegate::Places VideoDelegate::places(const QStyleOptionViewItem& option,
                                            const QModelIndex& index) const {
  Places p;
  p.row = option.rect.adjusted(theme_.gapTiny(), 1, -theme_.gapTiny(), -1);
  const QSize picture = pictureSize(option.rect.width());
  const int gap = theme_.gapSmall();
  QRect inner = p.row.adjusted(gap, gap - 1, -gap, 1 - gap);
  p.picture = QRect(inner.left(), inner.center().y() - picture.height() / 2, picture.width(),
                    picture.height());
  // The button stands beside the state, so that the name has the whole width.
  const bool hasButton = actionOf(index) != RowAction::none;
  const int buttonSize = theme_.px(26);
  const int begin = picture.isEmpty() ? inner.left() : p.picture.right() + 1 + theme_.gap();
  const int nameWidth = inner.right() - begin;
  const int stateWidth = nameWidth - (hasButton ? buttonSize : 0);

  const QFont nameFont = fontOfName(theme_, index);
  const QFont stateFont = theme_.font(Theme::Font::small);
  const int nameLine = QFontMetrics(nameFont).height();
  const int stateLine = QFontMetrics(stateFont).height();
  const QString state = index.data(VideoListModel::StateRole).toString();
  const int stateHeight =
      std::min(stateLines(option.rect.width()), linesOf(state, stateFont, stateWidth)) * stateLine;
  // A long name takes a second line where the state leaves it.
  const bool room = 2 * nameLine + theme_.px(2) + stateHeight <= inner.height();
  const int nameLines =
      room ? std::min(2, linesOf(index.data().toString(), nameFont, nameWidth)) : 1;
  const int nameHeight = nameLines * nameLine;
  const int top = inner.center().y() - (nameHeight + theme_.px(2) + stateHeight) / 2;
  p.name = QRect(begin, top, nameWidth, nameHeight);
  p.state = QRect(begin, top + nameHeight + theme_.px(2), stateWidth, stateHeight);
  if (hasButton) {
    p.button = QRect(begin + stateWidth + theme_.gapTiny(), p.state.center().y() - buttonSize / 2,
                     buttonSize, buttonSize);
    p.button.moveTop(std::clamp(p.button.top(), p.row.top(), p.row.bottom() + 1 - buttonSize));
  }
  if (option.direction == Qt::RightToLeft) {
    for (QRect* rect : {&p.picture, &p.name, &p.state, &p.button}) {
      if (!rect->isNull()) *rect = QStyle::visualRect(option.direction, option.rect, *rect);
    }
  }
  return p;
}

QRect VideoDelegate::buttonRect(const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
  return places(option, index).button;
}

void VideoDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
  const Colors& c = theme_.colors();
  const Places p = places(option, index);
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
  const bool open = index.data(VideoListModel::OpenRole).toBool();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);

  // The end of the queue.
  const QModelIndex above = index.siblingAtRow(index.row() - 1);
  if (index.data(VideoListModel::PlaceRole).toInt() < 0 && above.isValid() &&
      above.data(VideoListModel::PlaceRole).toInt() >= 0) {
    painter->fillRect(QRect(p.row.left() + theme_.gapSmall(), option.rect.top(),
                            p.row.width() - 2 * theme_.gapSmall(), 1),
                      c.line);
  }
  if (selected || hovered) {
    painter->setPen(Qt::NoPen);
    // What the keys act on is tinted only while they go there.
    const bool focused = option.state.testFlag(QStyle::State_HasFocus) ||
                         (option.widget != nullptr && option.widget->hasFocus());
    painter->setBrush(selected && focused ? c.accentSoft : c.hover);
    painter->drawRoundedRect(p.row, theme_.radius(), theme_.radius());
  }
  if (open && p.picture.isEmpty()) {
    const int width = theme_.px(3);
    const QRect beside = p.name.united(p.state);
    QRect bar(p.row.left(), beside.top(), width, beside.height());
    bar = QStyle::visualRect(option.direction, option.rect, bar);
    painter->setPen(Qt::NoPen);
    painter->setBrush(c.accent);
    painter->drawRoundedRect(bar, width / 2.0, width / 2.0);
  }
  if (option.state.testFlag(QStyle::State_HasFocus) &&
      option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
    painter->setPen(QPen(c.accent, 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(p.row).adjusted(0.5, 0.5, -0.5, -0.5), theme_.radius(),
                             theme_.radius());
  }
  if (!p.picture.isEmpty()) paintPicture(painter, p.picture, index);

  painter->setFont(fontOfName(theme_, index));
  painter->setPen(open ? c.accent : c.text);
  // The end of a name tells files apart, and its ending what they are.
  paintLines(painter, p.name, index.data().toString(), option.direction, Qt::ElideMiddle);
  painter->setFont(theme_.font(Theme::Font::small));
  painter->setPen(toneColor(c, static_cast<Tone>(index.data(VideoListModel::ToneRole).toInt())));
  paintLines(painter, p.state, index.data(VideoListModel::StateRole).toString(), option.direction,
             Qt::ElideRight);

  if (!p.button.isNull()) {
    const int size = theme_.px(16);
    QRect icon(0, 0, size, size);
    icon.moveCenter(p.button.center());
    const QColor color = hovered || selected ? c.text : c.textFaint;
    painter->drawPixmap(icon.topLeft(), theme_.pixmap(iconOf(actionOf(index)), color, size,
                                                      painter->device()->devicePixelRatioF()));
  }
  painter->restore();
}

void VideoDelegate::paintPicture(QPainter* painter, const QRect& rect,
                                 const QModelIndex& index) const {
  const Colors& c = theme_.colors();
  const double ratio = painter->device()->devicePixelRatioF();
  const auto picture = index.data(Qt::DecorationRole).value<QPixmap>();
  const bool missing = index.data(VideoListModel::MissingRole).toBool();
  QPainterPath frame;
  frame.addRoundedRect(rect, theme_.px(4), theme_.px(4));
  painter->save();
  painter->setClipPath(frame);
  painter->fillRect(rect, picture.isNull() ? c.pressed : c.video);
  if (!picture.isNull()) {
    QSize size = picture.size().scaled(rect.size(), Qt::KeepAspectRatio);
    QRect where(QPoint(), size);
    where.moveCenter(rect.center());
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    painter->setOpacity(missing ? 0.35 : 1);
    painter->drawPixmap(where, picture);
    painter->setOpacity(1);
  }
  if (picture.isNull() || missing) {
    const QString icon =
        missing ? QStringLiteral("warning")
                : (index.data(VideoListModel::AddressRole).toBool() ? QStringLiteral("link")
                                                                    : QStringLiteral("film"));
    const int size = theme_.px(20);
    const QPoint at = rect.center() - QPoint(size / 2, size / 2);
    painter->drawPixmap(at, theme_.pixmap(icon, missing ? c.bad : c.textSoft, size, ratio));
  }
  // The one in the player; selected, or under the mouse, is another matter.
  if (index.data(VideoListModel::OpenRole).toBool()) {
    constexpr int size = 14;  // like the picture, it does not grow with the text
    const QRectF disc(rect.left() + 3, rect.top() + 3, 22, 22);
    painter->setPen(Qt::NoPen);
    painter->setBrush(c.accent);
    painter->drawEllipse(disc);
    painter->drawPixmap(disc.center() - QPointF(size / 2.0, size / 2.0),
                        theme_.pixmap(QStringLiteral("play"), c.onAccent, size, ratio));
  }
  const double share = index.data(VideoListModel::ShareRole).toDouble();
  const int bar = theme_.px(3);
  const bool queued = index.data(VideoListModel::PlaceRole).toInt() >= 0;
  if (queued || (share > 0 && share < 1)) {
    painter->fillRect(QRect(rect.left(), rect.bottom() + 1 - bar, rect.width(), bar),
                      QColor(0, 0, 0, 110));
    const int width = static_cast<int>(rect.width() * share);
    const bool fromRight = painter->layoutDirection() == Qt::RightToLeft;
    painter->fillRect(QRect(fromRight ? rect.right() + 1 - width : rect.left(),
                            rect.bottom() + 1 - bar, width, bar),
                      queued ? c.accent : c.seen);
  }
  const QString length = index.data(VideoListModel::LengthRole).toString();
  if (!length.isEmpty()) {
    QFont font = theme_.font(Theme::Font::small);
    font.setPointSizeF(font.pointSizeF() * (theme_.textScale() > 1.4 ? 0.72 : 0.9));
    painter->setFont(font);
    const QFontMetrics metrics(font);
    QRect badge(0, 0, metrics.horizontalAdvance(length) + theme_.px(6), metrics.height());
    if (badge.width() > rect.width() * 3 / 4) {
      painter->restore();
      return;
    }
    badge.moveBottomRight(rect.bottomRight() - QPoint(theme_.px(3), bar + theme_.px(2)));
    painter->setPen(Qt::NoPen);
    painter->setBrush(QColor(0, 0, 0, 170));
    painter->drawRoundedRect(badge, theme_.px(3), theme_.px(3));
    painter->setPen(Qt::white);
    painter->drawText(badge, Qt::AlignCenter, length);
  }
  painter->restore();
}

bool VideoDelegate::editorEvent(QEvent* event, QAbstractItemModel* model,
                                const QStyleOptionViewItem& option, const QModelIndex& index) {
  const bool press =
      event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick;
  if (press || event->type() == QEvent::MouseButtonRelease) {
    const auto* mouse = static_cast<QMouseEvent*>(event);
    if (mouse->button() == Qt::LeftButton && buttonRect(option, index).contains(mouse->pos())) {
      if (!press) emit buttonClicked(index);
      return true;
    }
  }
  return QStyledItemDelegate::editorEvent(event, model, option, index);
}

bool VideoDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view,
                              const QStyleOptionViewItem& option, const QModelIndex& index) {
  if (event->type() == QEvent::ToolTip && index.isValid() &&
      buttonRect(option, index).contains(event->pos())) {
    QString words;
    switch (actionOf(index)) {
      case RowAction::pause:
        words = tr("Pause watching");
        break;
      case RowAction::resume:
        words = tr("Watch");
        break;
      case RowAction::retry:
        words = tr("Try again");
        break;
      case RowAction::relink:
        words = tr("Say where the file lies now…");
        break;
      case RowAction::remove:
        words = tr("Remove from the library…");
        break;
      case RowAction::none:
        break;
    }
    QToolTip::showText(event->globalPos(), words, view);
    return true;
  }
  return QStyledItemDelegate::helpEvent(event, view, option, index);
}

}  // namespace longtake::ui
