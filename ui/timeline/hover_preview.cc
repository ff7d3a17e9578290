#include "ui/timeline/hover_preview.h"

#include <QPainter>
#include <QPainterPath>
#include <QScreen>
#include <algorithm>
#include <cmath>

#include "ui/base/text.h"
#include "ui/timeline/description.h"

namespace longtake::ui {

namespace {

constexpr qint64 kPictureBytes = 24 << 20;
constexpr int kDelayMs = 150;
constexpr int kPictureWidth = 192;
// Where a few pixels are less than this the exact picture is shown, not the nearest keyframe's.
constexpr Micros kExactWithin = kMicrosPerSecond;

}  // namespace

HoverPreview::HoverPreview(TimelineView& view)
    : QWidget(&view, Qt::ToolTip | Qt::FramelessWindowHint | Qt::NoDropShadowWindowHint),
      view_(view),
      pictures_(view.context().engine, kPictureBytes) {
  setObjectName(QStringLiteral("hoverPreview"));
  setAttribute(Qt::WA_ShowWithoutActivating);
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setAttribute(Qt::WA_TranslucentBackground);
  setFocusPolicy(Qt::NoFocus);
  delay_.setSingleShot(true);
  delay_.setInterval(kDelayMs);
  connect(&delay_, &QTimer::timeout, this, [this] {
    fill();
    place();
    show();
  });
  connect(&pictures_, &PictureCache::arrived, this, [this] {
    takePicture();
    update();
  });
}

void HoverPreview::showAt(QPointF at) {
  at_ = at;
  if (isVisible()) {
    fill();
    place();
    update();
  } else if (!delay_.isActive()) {
    delay_.start();
  }
}

void HoverPreview::dismiss() {
  delay_.stop();
  hide();
}

void HoverPreview::fill() {
  const TimelineData& known = view_.data();
  const TimelineScale& scale = view_.scale();
  const Micros near = scale.length(view_.context().theme.px(4));
  time_ = view_.timeAt(at_.x());
  lines_.clear();
  if (const auto found = known.citations.find(time_, near)) {
    lines_ << citationText(known, known.citations[*found].index);
  }
  if (const auto found = known.markers.find(time_, near)) {
    lines_ << markerText(known, known.markers[*found].index);
  }
  if (const float weight = known.evidence.largest({time_ - near / 2, time_ + near / 2 + 1});
      weight >= 0.01F) {
    lines_ << tr("Evidence: %1 % of the strongest").arg(std::lround(100 * weight));
  }
  lines_ << seenText(known, time_);

  pictures_.setVideo(known.hasPictures ? view_.context().workspace.video().id : 0);
  if (!known.hasPictures) {
    picture_ = {};
    return;
  }
  Micros grid = kMicrosPerSecond / 16;
  while (2 * grid <= 2 * near) grid *= 2;
  slot_ = std::min((time_ + grid / 2) / grid * grid, std::max<Micros>(known.duration - 1, 0));
  pictures_.setSize(pictureSize() * view_.devicePixelRatioF());
  pictures_.want({slot_}, near, near <= kExactWithin);
  takePicture();
}

// The film's until its own has come.
void HoverPreview::takePicture() {
  picture_ = pictures_.nearest(slot_, 0);
  if (!picture_.isNull()) return;
  const QRect film = view_.laneBox(LaneId::film);
  const Micros tile = filmTileLength(film.height(), view_.scale(), view_.data().aspect);
  picture_ = view_.pictures().nearest(slot_, std::max<Micros>(tile, 1));
}

QSize HoverPreview::pictureSize() const {
  const int width = view_.context().theme.px(kPictureWidth);
  const double aspect = std::max(view_.data().aspect, 1.0);
  return {static_cast<int>(width * std::min(view_.data().aspect, 1.0)),
          static_cast<int>(width / aspect)};
}

void HoverPreview::place() {
  const Theme& theme = view_.context().theme;
  const QFontMetrics strong(theme.font(Theme::Font::strong));
  const QFontMetrics small(theme.font(Theme::Font::small));
  const int inside = theme.px(kPictureWidth);
  int height = strong.height() + theme.gapTiny();
  if (view_.data().hasPictures) height += pictureSize().height() + theme.gapTiny();
  for (const QString& line : lines_) {
    height += small.boundingRect(QRect(0, 0, inside, 10'000), Qt::TextWordWrap, line).height();
  }
  resize(inside + 2 * theme.gapSmall(), height + 2 * theme.gapSmall());

  const QPoint anchor = view_.mapToGlobal(QPoint(static_cast<int>(at_.x()), 0));
  QPoint corner(anchor.x() - width() / 2, anchor.y() - this->height() - theme.gapTiny());
  if (const QScreen* screen = view_.screen()) {
    const QRect free = screen->availableGeometry();
    corner.setX(std::clamp(corner.x(), free.left(), std::max(free.left(), free.right() - width())));
    // No room above: below.
    if (corner.y() < free.top())
      corner.setY(view_.mapToGlobal(QPoint(0, view_.height())).y() + theme.gapTiny());
  }
  move(corner);
}

void HoverPreview::paintEvent(QPaintEvent*) {
  const Theme& theme = view_.context().theme;
  const Colors& c = theme.colors();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  painter.setPen(c.line);
  painter.setBrush(c.raised);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.radius(),
                          theme.radius());

  QRect rest = rect().marginsRemoved(
      QMargins(theme.gapSmall(), theme.gapSmall(), theme.gapSmall(), theme.gapSmall()));
  if (view_.data().hasPictures) {
    const QSize size = pictureSize();
    const QRect frame(
        QPoint(rest.center().x() - size.width() / 2 + 1 - size.width() % 2, rest.top()), size);
    QPainterPath clip;
    clip.addRoundedRect(frame, theme.px(3), theme.px(3));
    painter.fillPath(clip, c.hover);
    if (!picture_.isNull()) {
      painter.save();
      painter.setClipPath(clip);
      painter.drawImage(frame, picture_);
      painter.restore();
    }
    rest.setTop(frame.bottom() + 1 + theme.gapTiny());
  }
  painter.setFont(theme.font(Theme::Font::strong));
  painter.setPen(c.text);
  const int decimals = view_.scale().microsPerPixel() < kMicrosPerSecond / 10.0 ? 2 : 1;
  QRect used;
  painter.drawText(rest, Qt::AlignHCenter | Qt::AlignTop,
                   timeText(time_, decimals, view_.data().duration), &used);
  rest.setTop(used.bottom() + 1 + theme.gapTiny());
  painter.setFont(theme.font(Theme::Font::small));
  painter.setPen(c.textSoft);
  for (const QString& line : lines_) {
    painter.drawText(rest, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, line, &used);
    rest.setTop(used.bottom() + 1);
  }
}

}  // namespace longtake::ui
