#include "ui/conversation/citation_chip.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStyle>
#include <algorithm>
#include <cmath>

#include "ui/base/text.h"
#include "ui/base/verdict.h"
#include "ui/conversation/picture_preview.h"
#include "ui/conversation/wording.h"

namespace longtake::ui {

namespace {

// Long enough not to flash pictures while the pointer only passes.
constexpr int kHoverMs = 350;

}  // namespace

CitationChip::CitationChip(Context& context, Pictures& pictures, QWidget* parent)
    : QAbstractButton(parent), context_(context), pictures_(pictures) {
  setFocusPolicy(Qt::TabFocus);  // a click leaves the keys to the player
  setCursor(Qt::PointingHandCursor);
  setAttribute(Qt::WA_Hover);
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(this, &QAbstractButton::clicked, this, &CitationChip::playWanted);
  connect(&context.theme, &Theme::changed, this, [this] {
    updateGeometry();
    update();
  });
  connect(&pictures, &Pictures::arrived, this, [this](qint64 video, Micros time) {
    if (video != 0 && (video != citation_.video_id || time != middle())) return;
    update();
    if (auto* preview = findChild<PicturePreview*>(); preview != nullptr && preview->isVisible()) {
      preview->setPicture(pictures_.picture(citation_.video_id, middle()));
    }
  });
  connect(&context.actions, &Actions::keysChanged, this, &CitationChip::describe);
  hover_.setSingleShot(true);
  hover_.setInterval(kHoverMs);
  connect(&hover_, &QTimer::timeout, this, &CitationChip::showPreview);
}

void CitationChip::setCitation(const store::Citation& citation, const AnswerItem& item, int number,
                               const QString& videoName, Micros videoDuration) {
  citation_ = citation;
  number_ = number;
  range_ = rangeText(citation.time, videoDuration);
  verdict_ = verdictWords(citation, item);
  evidence_ = evidenceWords(citation.score);
  video_ = videoName;
  shown_ = shownVerdict(citation, !item.isNotFound());
  checking_ = citation.verdict == store::Verdict::none && item.isRunning();
  describe();
  updateGeometry();
  update();
}

void CitationChip::describe() {
  QStringList words = {range_, verdict_, evidence_};
  const QString user = userVerdictWords(citation_.user_verdict);
  if (!user.isEmpty()) words << user;
  if (!video_.isEmpty()) words << video_;
  setAccessibleName(tr("Citation %1: %2").arg(number_).arg(words.join(QStringLiteral(", "))));
  const QString accept = context_.actions.keyText(ActionId::acceptCitation);
  const QString reject = context_.actions.keyText(ActionId::rejectCitation);
  const bool keys = !accept.isEmpty() && !reject.isEmpty();
  setAccessibleDescription(
      keys ? tr("Enter plays it, %1 accepts it, %2 rejects it").arg(accept, reject)
           : tr("Enter plays it"));
  QString help = QStringLiteral("%1\n%2, %3").arg(range_, verdict_, evidence_);
  if (!video_.isEmpty()) help += QLatin1Char('\n') + video_;
  help += QLatin1Char('\n') + tr("Click: play · Ctrl+click: marker");
  if (keys) help += QStringLiteral(" · ") + tr("%1/%2: accept or reject").arg(accept, reject);
  setToolTip(help);
}

void CitationChip::setSelected(bool selected) {
  if (selected == selected_) return;
  selected_ = selected;
  update();
}

QSize CitationChip::sizeHint() const {
  const int width = context_.theme.px(140);
  return {width, heightForWidth(width)};
}

int CitationChip::heightForWidth(int width) const {
  const int line = QFontMetrics(context_.theme.font(Theme::Font::small)).height();
  const int lines = video_.isEmpty() ? 3 : 4;
  return width * 9 / 16 + lines * line + 3 * context_.theme.gapTiny() + 2;
}

// --- Looks ---------------------------------------------------------------------------------------

void CitationChip::paintEvent(QPaintEvent* /*event*/) {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  QPainter painter(this);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  painter.setLayoutDirection(layoutDirection());
  const QRectF frame = QRectF(rect()).adjusted(1, 1, -1, -1);
  QPainterPath card;
  card.addRoundedRect(frame, theme.radius(), theme.radius());
  const QColor ground = isDown()       ? c.pressed
                        : underMouse() ? c.hover
                        : selected_    ? c.accentSoft
                                       : c.surface;
  painter.fillPath(card, ground);

  const QRect picture(1, 1, width() - 2, width() * 9 / 16);
  painter.save();
  painter.setClipPath(card);
  paintPicture(painter, picture);
  paintBadges(painter, picture);
  painter.restore();
  const int pad = theme.gapSmall();
  paintWords(painter, {pad, picture.bottom() + 1 + theme.gapTiny(), width() - 2 * pad,
                       height() - picture.height() - 2 * theme.gapTiny()});

  if (hasFocus() || selected_) {
    painter.setPen(QPen(c.accent, hasFocus() ? 2 : 1.5));
  } else {
    painter.setPen(QPen(c.line, 1));
  }
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(card);
}

void CitationChip::paintPicture(QPainter& painter, const QRect& area) {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  painter.fillRect(area, c.video);
  const QPixmap picture = pictures_.picture(citation_.video_id, middle());
  const bool rejected = citation_.user_verdict == store::Verdict::not_confirmed;
  if (picture.isNull()) {
    const int size = theme.px(20);
    const QRect place(area.center().x() - size / 2, area.center().y() - size / 2, size, size);
    painter.setOpacity(0.6);
    painter.drawPixmap(place,
                       theme.pixmap(QStringLiteral("film"), Qt::gray, size, devicePixelRatioF()));
  } else {
    // A picture that is nearly of the area's shape fills it; others are shown whole.
    const double shape =
        static_cast<double>(picture.width()) * area.height() / (picture.height() * area.width());
    const bool fits = std::abs(shape - 1) < 0.05;
    const QSize full = picture.size().scaled(
        area.size(), fits ? Qt::KeepAspectRatioByExpanding : Qt::KeepAspectRatio);
    QRect place({0, 0}, full);
    place.moveCenter(area.center());
    painter.setOpacity(rejected ? 0.35 : 1.0);
    painter.drawPixmap(place, picture);
  }
  painter.setOpacity(1.0);
}

void CitationChip::paintBadges(QPainter& painter, const QRect& area) {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  const int gap = theme.gapTiny();
  painter.setFont(theme.font(Theme::Font::small));
  const QFontMetrics metrics = painter.fontMetrics();
  const int high = metrics.height() + 2;
  const auto pill = [&](int width, bool leading, const QColor& ground) {
    QRect place(area.left() + gap, area.top() + gap, width, high);
    if (!leading) place.moveRight(area.right() - gap);
    place = QStyle::visualRect(layoutDirection(), area, place);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(place, high / 2.0, high / 2.0);
    return place;
  };
  const QString number = locale().toString(number_);
  QColor shade(Qt::black);
  shade.setAlphaF(0.62F);
  const QRect place =
      pill(std::max(high, metrics.horizontalAdvance(number) + high / 2), true, shade);
  painter.setPen(Qt::white);
  painter.drawText(place, Qt::AlignCenter, number);

  const QString user = userVerdictWords(citation_.user_verdict);
  if (user.isEmpty()) return;
  const bool accepted = citation_.user_verdict == store::Verdict::confirmed;
  const int icon = metrics.height() - 2;
  // Where the word does not fit, the mark alone; the tooltip and the name say it.
  const int room = area.width() - place.width() - 3 * gap;
  int wide = icon + gap + metrics.horizontalAdvance(user) + high / 2 + gap;
  const bool word = wide <= room;
  if (!word) wide = icon + high / 2;
  const QRect where = pill(wide, false, accepted ? c.goodSoft : c.badSoft);
  const QColor color = accepted ? c.good : c.bad;
  QRect mark(where.left() + high / 4, where.top() + (high - icon) / 2, icon, icon);
  mark = QStyle::visualRect(layoutDirection(), where, mark);
  painter.drawPixmap(
      mark, theme.pixmap(accepted ? QStringLiteral("check") : QStringLiteral("cross"), color, icon,
                         devicePixelRatioF()));
  if (!word) return;
  painter.setPen(color);
  QRect rest(where.left() + high / 4 + icon + gap / 2, where.top(), where.width() - icon - high / 4,
             high);
  rest = QStyle::visualRect(layoutDirection(), where, rest);
  painter.drawText(rest, Qt::AlignLeading | Qt::AlignVCenter, user);
}

void CitationChip::paintWords(QPainter& painter, const QRect& area) {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  QFont strong = theme.font(Theme::Font::small);
  strong.setWeight(QFont::DemiBold);
  const int high = QFontMetrics(theme.font(Theme::Font::small)).height();
  QRect line(area.left(), area.top(), area.width(), high);
  const auto write = [&](const QString& words, const QFont& font, const QColor& color,
                         const QRect& place, Qt::TextElideMode cut = Qt::ElideRight) {
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(place, Qt::AlignLeading | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(words, cut, place.width()));
  };
  // A range reads from left to right in every language.
  write(QChar(0x2066) + range_ + QChar(0x2069), strong, c.text, line);
  line.translate(0, high + theme.gapTiny() / 2);

  const bool confirmed = shown_ == store::Verdict::confirmed;
  const QColor color = confirmed                                 ? c.good
                       : shown_ == store::Verdict::not_confirmed ? c.warn
                                                                 : c.textSoft;
  const QString icon = confirmed   ? QStringLiteral("check")
                       : checking_ ? QStringLiteral("clock")
                                   : QStringLiteral("question");
  const int size = high - 2;
  const QRect mark =
      QStyle::visualRect(layoutDirection(), line, {line.left(), line.top() + 1, size, size});
  painter.drawPixmap(mark, theme.pixmap(icon, color, size, devicePixelRatioF()));
  const QRect rest =
      QStyle::visualRect(layoutDirection(), line, line.adjusted(size + theme.gapTiny(), 0, 0, 0));
  write(verdict_, theme.font(Theme::Font::small), color, rest);
  line.translate(0, high);
  write(evidence_, theme.font(Theme::Font::small), c.textSoft, line);
  if (video_.isEmpty()) return;
  line.translate(0, high);
  // Names of a series differ at their ends.
  write(video_, theme.font(Theme::Font::small), c.textSoft, line, Qt::ElideMiddle);
}

// --- Acts ----------------------------------------------------------------------------------------

void CitationChip::enterEvent(QEnterEvent* event) {
  hover_.start();
  QAbstractButton::enterEvent(event);
}

void CitationChip::leaveEvent(QEvent* event) {
  dismissPreview();
  QAbstractButton::leaveEvent(event);
}

// It would cover the player, which shows the very thing from now on.
void CitationChip::mousePressEvent(QMouseEvent* event) {
  dismissPreview();
  QAbstractButton::mousePressEvent(event);
}

void CitationChip::dismissPreview() {
  hover_.stop();
  if (auto* preview = findChild<PicturePreview*>()) preview->deleteLater();
}

void CitationChip::showPreview() {
  const bool plays = selected_ && context_.workspace.isPlaying();
  if (!underMouse() || !isVisible() || plays) return;
  auto* preview = new PicturePreview(context_.theme, this);
  QStringList words = {verdict_, evidence_};
  if (!video_.isEmpty()) words << video_;
  preview->showBeside({mapToGlobal(QPoint(0, 0)), size()},
                      pictures_.picture(citation_.video_id, middle()), range_,
                      words.join(QStringLiteral(" · ")));
}

void CitationChip::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && (event->modifiers() & Qt::ControlModifier) != 0 &&
      rect().contains(event->position().toPoint())) {
    setDown(false);
    emit markerWanted();
    event->accept();
    return;
  }
  QAbstractButton::mouseReleaseEvent(event);
}

void CitationChip::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    if ((event->modifiers() & Qt::ControlModifier) != 0) {
      emit markerWanted();
    } else {
      click();
    }
    return;
  }
  // Arrows go among the citations: the transcript knows them all.
  const bool arrow = event->key() >= Qt::Key_Left && event->key() <= Qt::Key_Down;
  if (arrow) {
    event->ignore();
    return;
  }
  QAbstractButton::keyPressEvent(event);
}

void CitationChip::contextMenuEvent(QContextMenuEvent* event) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  Theme& theme = context_.theme;
  menu->addAction(theme.icon(QStringLiteral("loop")), tr("Play in a Loop"), this,
                  &CitationChip::playWanted);
  menu->addAction(theme.icon(QStringLiteral("marker")), tr("Make a Marker"), this,
                  &CitationChip::markerWanted);
  menu->addAction(theme.icon(QStringLiteral("copy")), tr("Copy the Range"), this,
                  [this] { QGuiApplication::clipboard()->setText(range_); });
  menu->addAction(theme.icon(QStringLiteral("scissors")), tr("Export as a Clip…"), this,
                  &CitationChip::clipWanted);
  if (citation_.id != 0) {
    menu->addSeparator();
    const auto verdict = [&](const QString& icon, const QString& words, store::Verdict value) {
      QAction* action = menu->addAction(theme.icon(icon), words, this, [this, value] {
        emit verdictWanted(citation_.user_verdict == value ? store::Verdict::none : value);
      });
      action->setCheckable(true);
      action->setChecked(citation_.user_verdict == value);
    };
    verdict(QStringLiteral("check"), tr("Accept"), store::Verdict::confirmed);
    verdict(QStringLiteral("cross"), tr("Reject"), store::Verdict::not_confirmed);
  }
  menu->popup(event->globalPos());
}

}  // namespace longtake::ui
