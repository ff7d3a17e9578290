#include "ui/timeline/timeline_view.h"

#include <QAccessible>
#include <QFocusEvent>
#include <QHelpEvent>
#include <QPaintEvent>
#include <QPainterPath>
#include <QStyle>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/base/text.h"
#include "ui/timeline/accessible_timeline.h"
#include "ui/timeline/answer_lanes.h"
#include "ui/timeline/description.h"
#include "ui/timeline/time_lanes.h"
#include "ui/timeline/timeline_mouse.h"

namespace longtake::ui {

namespace {

constexpr qint64 kPictureBytes = 48 << 20;
constexpr int kGlideMs = 140;
constexpr int kReleaseMs = 700;
// Exact pictures are worth their decoding while a tile is not longer than this.
constexpr Micros kExactTile = 20 * kMicrosPerSecond;
constexpr LaneId kIds[] = {LaneId::ruler,    LaneId::film,     LaneId::cuts,      LaneId::wave,
                           LaneId::coverage, LaneId::evidence, LaneId::citations, LaneId::markers};

// Pictures are fetched in few sizes, so that a panel that grows by a pixel does not fetch them
// anew.
int pictureHeight(double pixels) {
  int height = 48;
  while (height < pixels && height < 384) height = height * 3 / 2;
  return height;
}

}  // namespace

TimelineView::TimelineView(Context& context, TimelineSource& source, QWidget* parent)
    : QWidget(parent),
      context_(context),
      source_(source),
      pictures_(context.engine, kPictureBytes) {
  installAccessibleTimeline();
  kinds_.push_back(std::make_unique<RulerLane>());
  kinds_.push_back(std::make_unique<FilmLane>());
  kinds_.push_back(std::make_unique<CutsLane>());
  kinds_.push_back(std::make_unique<WaveLane>());
  kinds_.push_back(std::make_unique<CoverageLane>());
  kinds_.push_back(std::make_unique<EvidenceLane>());
  kinds_.push_back(std::make_unique<CitationLane>());
  kinds_.push_back(std::make_unique<MarkerLane>());
  mouse_ = std::make_unique<TimelineMouse>(*this);

  setObjectName(QStringLiteral("timeline"));
  setAccessibleName(tr("Timeline"));
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setAttribute(Qt::WA_AcceptTouchEvents);
  grabGesture(Qt::PinchGesture);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);

  connect(&source, &TimelineSource::changed, this, &TimelineView::dirty);
  connect(&source, &TimelineSource::videoChanged, this, [this] {
    pictures_.forget();
    pictures_.setVideo(data().hasPictures ? context_.workspace.video().id : 0);
    held_.reset();
    glide_.stop();
    scale_.setDuration(data().duration);
    scale_.fit();
    arrange();
    emit scaleChanged();
  });
  connect(&source, &TimelineSource::durationChanged, this, [this] {
    scale_.setDuration(data().duration);
    arrange();
    emit scaleChanged();
  });
  connect(&pictures_, &PictureCache::arrived, this, [this] { dirty(bit(LaneId::film)); });
  connect(&pictures_, &PictureCache::failed, &source, &TimelineSource::withoutPictures);
  connect(&context.theme, &Theme::changed, this, [this] {
    arrange();
    updateGeometry();
  });

  Workspace& workspace = context.workspace;
  connect(&workspace, &Workspace::positionChanged, this, &TimelineView::movePlayhead);
  for (const auto changed : {&Workspace::marksChanged, &Workspace::loopChanged})
    connect(&workspace, changed, this, qOverload<>(&QWidget::update));
  // Whoever sends the player somewhere wants to see where that is.
  const auto reveal = [this](Micros time) {
    const double x = scale_.x(time);
    if (mouse_->isBusy() || (x >= 0 && x <= scale_.width())) return;
    TimelineScale scale = scale_;
    scale.scrollTo(time, 0.5);
    setScale(scale);
  };
  connect(&workspace, &Workspace::seekRequested, this, reveal);
  connect(&workspace, &Workspace::playRangeRequested, this,
          [reveal](TimeRange range) { reveal(range.begin); });

  release_.setSingleShot(true);
  release_.setInterval(kReleaseMs);
  connect(&release_, &QTimer::timeout, this, [this] {
    held_.reset();
    movePlayhead();
  });
  drop_.setSingleShot(true);
  drop_.setInterval(kReleaseMs);
  connect(&drop_, &QTimer::timeout, this, [this] { setDraggedMarker({}); });
  tell_.setSingleShot(true);
  tell_.setInterval(1000);
  connect(&tell_, &QTimer::timeout, this, &TimelineView::tellPosition);
  glide_.setStartValue(0.0);
  glide_.setEndValue(1.0);
  glide_.setEasingCurve(QEasingCurve::OutCubic);
  // Around a fixed time the left edge moves in proportion to the zoom.
  connect(&glide_, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
    const double share = value.toDouble();
    const double from = glideFrom_.microsPerPixel();
    const double to = glideTo_.microsPerPixel();
    const double now = from * std::pow(to / from, share);
    const double way = std::abs(to - from) > 1e-9 ? (now - from) / (to - from) : share;
    TimelineScale scale = scale_;
    scale.set(glideFrom_.begin() + way * (glideTo_.begin() - glideFrom_.begin()), now);
    if (share >= 1) scale = glideTo_;
    if (scale == scale_) return;
    scale_ = scale;
    dirty(kAllLanes);
    wantPictures();
    emit scaleChanged();
  });
  pictures_.setVideo(data().hasPictures ? workspace.video().id : 0);
  scale_.setDuration(data().duration);
  scale_.fit();
}

TimelineView::~TimelineView() {
  forgetAccessibleTimeline(*this);
}

int TimelineView::gutter() const {
  const QFontMetrics metrics(context_.theme.font(Theme::Font::small));
  int width = context_.theme.px(60);
  for (const LaneId lane : kIds) width = std::max(width, metrics.horizontalAdvance(laneName(lane)));
  return width + 2 * context_.theme.gap();
}

QSize TimelineView::sizeHint() const {
  return {context_.theme.px(600), context_.theme.px(132)};
}

QSize TimelineView::minimumSizeHint() const {
  return {gutter() + context_.theme.px(120), context_.theme.px(90)};
}

void TimelineView::arrange() {
  const Theme& theme = context_.theme;
  const int names = gutter();
  const int margin = theme.gap();
  lanes_ = rect().adjusted(names, 0, -margin, 0);
  if (layoutDirection() == Qt::RightToLeft) lanes_ = rect().adjusted(margin, 0, -names, 0);

  std::vector<Lane::Height> heights;
  for (const auto& lane : kinds_) heights.push_back(lane->height(data(), theme));
  const int gap = theme.px(2);
  const std::vector<int> divided = divideHeight(heights, lanes_.height(), gap);
  int top = lanes_.top();
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    boxes_[i] = QRect(lanes_.left(), top, lanes_.width(), divided[i]);
    if (divided[i] > 0) top += divided[i] + gap;
  }
  const double width = scale_.width();
  scale_.setWidth(lanes_.width());
  dirty_ = kAllLanes;
  dirtyNames_ = true;
  wantPictures();
  update();
  if (scale_.width() != width) emit scaleChanged();
}

void TimelineView::dirty(LaneSet lanes) {
  // Lanes come and go with what there is to show.
  for (const LaneId lane : kIds) {
    if ((lanes & bit(lane)) == 0) continue;
    const bool wanted =
        kinds_[static_cast<std::size_t>(lane)]->height(data(), context_.theme).least > 0;
    if (wanted != !laneBox(lane).isEmpty()) {
      arrange();
      break;
    }
  }
  dirty_ |= lanes;
  if (lanes & bit(LaneId::markers) && drop_.isActive()) setDraggedMarker({});
  if ((lanes & (bit(LaneId::citations) | bit(LaneId::markers))) != 0 && lanes != kAllLanes) {
    tellChildren(*this);
  }
  if (lanes == kAllLanes) {
    update();  // playhead and marks moved as well, and they cross the gaps between the lanes
    return;
  }
  for (const LaneId lane : kIds) {
    if ((lanes & bit(lane)) != 0) update(laneBox(lane));
  }
}

void TimelineView::renderLanes() {
  const double ratio = devicePixelRatioF();
  const QSize size = this->size() * ratio;
  if (picture_.size() != size || picture_.devicePixelRatio() != ratio) {
    picture_ = QPixmap(size);
    picture_.setDevicePixelRatio(ratio);
    dirty_ = kAllLanes;
    dirtyNames_ = true;
  }
  if (dirty_ == 0 && !dirtyNames_) return;
  QPainter painter(&picture_);
  const QColor ground = context_.theme.colors().surface;
  if (dirtyNames_) {
    painter.fillRect(rect(), ground);
    renderNames(painter);
    dirty_ = kAllLanes;
    dirtyNames_ = false;
  }
  const LaneScene scene{data(),
                        scale_,
                        context_.theme,
                        pictures_,
                        ratio,
                        context_.workspace.citation(),
                        dragged_ ? &*dragged_ : nullptr};
  for (const LaneId lane : kIds) {
    const QRect box = laneBox(lane);
    if ((dirty_ & bit(lane)) == 0 || box.isEmpty() || data().duration <= 0) continue;
    painter.save();
    painter.setClipRect(box);
    painter.fillRect(box, ground);
    kinds_[static_cast<std::size_t>(lane)]->paint(painter, box, scene);
    painter.restore();
  }
  dirty_ = 0;
}

void TimelineView::renderNames(QPainter& painter) {
  const Theme& theme = context_.theme;
  if (data().duration <= 0) {
    painter.setFont(theme.font(Theme::Font::body));
    painter.setPen(theme.colors().textSoft);
    const int gap = theme.gap();
    painter.drawText(rect().adjusted(gap, 0, -gap, 0), Qt::AlignCenter | Qt::TextWordWrap,
                     context_.workspace.hasVideo()
                         ? tr("How long this video is will be known when it plays")
                         : tr("Open a video to see its timeline here"));
    return;
  }
  painter.setFont(theme.font(Theme::Font::small));
  painter.setPen(theme.colors().textSoft);
  const bool mirrored = layoutDirection() == Qt::RightToLeft;
  for (const LaneId lane : kIds) {
    const QRect box = laneBox(lane);
    if (box.isEmpty()) continue;
    // Beside the lane, with their ends in line.
    const QRect place =
        mirrored ? QRect(lanes_.right() + 1 + theme.gap(), box.top(), width(), box.height())
                 : QRect(0, box.top(), lanes_.left() - theme.gap(), box.height());
    painter.drawText(
        place, (mirrored ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter | Qt::TextDontClip,
        laneName(lane));
  }
}

void TimelineView::paintEvent(QPaintEvent* event) {
  renderLanes();
  QPainter painter(this);
  for (const QRect& part : event->region()) {
    const double ratio = picture_.devicePixelRatio();
    painter.drawPixmap(QRectF(part), picture_,
                       QRectF(QPointF(part.topLeft()) * ratio, QSizeF(part.size()) * ratio));
  }
  if (data().duration > 0) {
    paintMarks(painter);
    if (hover_) {
      painter.fillRect(QRectF(*hover_ - 0.5, lanes_.top(), 1, lanes_.height()),
                       faded(context_.theme.colors().text, 0.35));
    }
    paintPlayhead(painter);
  }
  if (hasFocus() && keyboardFocus_) {
    const Theme& theme = context_.theme;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.colors().accent, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(3),
                            theme.px(3));
  }
}

// The marked range lies as a veil over all lanes; its ends have handles in the ruler. What is played
// in a loop is underlined there.
void TimelineView::paintMarks(QPainter& painter) {
  const Workspace& workspace = context_.workspace;
  const Theme& theme = context_.theme;
  const QColor color = theme.colors().accent;
  painter.save();
  painter.setClipRect(lanes_.adjusted(-theme.px(8), 0, theme.px(8), 0));
  if (const auto range = workspace.markedRange()) {
    const double from = std::max<double>(xOf(range->begin), lanes_.left());
    const double to = std::min<double>(xOf(range->end), lanes_.right() + 1);
    if (to > from)
      painter.fillRect(QRectF(from, lanes_.top(), to - from, lanes_.height()), faded(color, 0.1));
  }
  const QRect ruler = laneBox(LaneId::ruler);
  if (const auto loop = workspace.loop()) {
    const double from = std::max<double>(xOf(loop->begin), lanes_.left());
    const double to = std::min<double>(xOf(loop->end), lanes_.right() + 1);
    if (to > from)
      painter.fillRect(QRectF(from, ruler.bottom() - theme.px(2), to - from, theme.px(3)), color);
  }
  const double wing = theme.px(6);
  const auto handle = [&](Micros time, double direction) {
    const double x = xOf(time);
    if (x < lanes_.left() - wing || x > lanes_.right() + wing) return;
    painter.fillRect(QRectF(x - 0.75, lanes_.top(), 1.5, lanes_.height()), color);
    QPainterPath path(QPointF(x, ruler.top()));
    path.lineTo(x + direction * wing, ruler.top());
    path.lineTo(x + direction * wing, ruler.bottom() - wing);
    path.lineTo(x, ruler.bottom());
    path.closeSubpath();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(path, color);
    painter.setRenderHint(QPainter::Antialiasing, false);
  };
  if (workspace.markIn()) handle(*workspace.markIn(), 1);
  if (workspace.markOut()) handle(*workspace.markOut(), -1);
  painter.restore();
}

void TimelineView::paintPlayhead(QPainter& painter) {
  playheadX_ = scale_.x(playhead());
  if (playheadX_ < -0.5 || playheadX_ > scale_.width() + 0.5) return;
  const Theme& theme = context_.theme;
  const QColor color = theme.colors().playhead;
  const double x = lanes_.left() + playheadX_;
  const double half = theme.px(5);
  const double bottom = laneBox(LaneId::ruler).bottom() + 1;
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(QRectF(x - 0.75, bottom - half, 1.5, lanes_.bottom() + 1 - bottom + half),
                   color);
  QPainterPath head(QPointF(x, bottom + 1));
  head.lineTo(x - half, bottom - half);
  head.lineTo(x - half, bottom - 2 * half);
  head.lineTo(x + half, bottom - 2 * half);
  head.lineTo(x + half, bottom - half);
  head.closeSubpath();
  painter.fillPath(head, color);
  painter.setRenderHint(QPainter::Antialiasing, false);
}

void TimelineView::updateStrip(double x) {
  const int half = context_.theme.px(5) + 2;
  update(QRect(static_cast<int>(std::floor(lanes_.left() + x)) - half, 0, 2 * half + 1, height()));
}

void TimelineView::movePlayhead() {
  const Micros position = context_.workspace.position();
  if (held_ && release_.isActive() &&
      std::abs(position - *held_) < std::max(scale_.length(2), kMicrosPerSecond / 10)) {
    held_.reset();
    release_.stop();
  }
  if (data().duration <= 0) return;
  const double before = playheadX_;
  const double now = scale_.x(playhead());
  // Page by page behind a playing video, unless the user has gone to look elsewhere.
  const bool was = before >= 0 && before <= scale_.width();
  const bool is = now >= 0 && now <= scale_.width();
  if (context_.workspace.isPlaying() && was && !is && !mouse_->isBusy() &&
      glide_.state() != QAbstractAnimation::Running) {
    TimelineScale scale = scale_;
    scale.scrollTo(playhead(), now < 0 ? 0.95 : 0.05);
    setScale(scale);
  }
  if (std::abs(now - before) >= 0.25) {
    updateStrip(before);
    updateStrip(now);
    playheadX_ = scale_.x(playhead());
  }
  if (!tell_.isActive()) tell_.start();
}

void TimelineView::tellPosition() {
  QAccessibleValueChangeEvent event(this, timeText(playhead(), 0, data().duration));
  QAccessible::updateAccessibility(&event);
}

void TimelineView::holdPlayhead(Micros time) {
  release_.stop();
  held_ = time;
  movePlayhead();
}

void TimelineView::releasePlayhead() {
  if (held_) release_.start();
}

void TimelineView::setDraggedMarker(const std::optional<store::Marker>& marker) {
  drop_.stop();
  dragged_ = marker;
  dirty_ |= bit(LaneId::markers);
  update(laneBox(LaneId::markers));
}

void TimelineView::dropMarker() {
  drop_.start();
}

void TimelineView::setHover(std::optional<double> x) {
  if (x == hover_) return;
  if (hover_) updateStrip(*hover_ - lanes_.left());
  hover_ = x;
  if (hover_) updateStrip(*hover_ - lanes_.left());
}

void TimelineView::setScale(const TimelineScale& scale) {
  glide_.stop();
  if (scale == scale_) return;
  scale_ = scale;
  playheadX_ = scale_.x(playhead());
  dirty_ = kAllLanes;
  update();
  wantPictures();
  emit scaleChanged();
}

void TimelineView::glideTo(const TimelineScale& scale) {
  const int milliseconds =
      style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0 ? kGlideMs : 0;
  glide_.stop();
  if (milliseconds == 0 || !isVisible()) {
    setScale(scale);
    return;
  }
  glideFrom_ = scale_;
  glideTo_ = scale;
  glide_.setDuration(milliseconds);
  glide_.start();
}

void TimelineView::zoomBy(double factor) {
  TimelineScale scale = glide_.state() == QAbstractAnimation::Running ? glideTo_ : scale_;
  const double x = scale_.x(playhead());
  scale.zoom(factor, x >= 0 && x <= scale_.width() ? scale.x(playhead()) : scale.width() / 2);
  glideTo(scale);
}

void TimelineView::zoomToFit() {
  TimelineScale scale = scale_;
  scale.fit();
  glideTo(scale);
}

// Those in the middle first: there people look.
void TimelineView::wantPictures() {
  const QRect box = laneBox(LaneId::film);
  if (box.isEmpty() || !data().hasPictures || !isVisible()) return;
  const int height = pictureHeight(box.height() * devicePixelRatioF());
  pictures_.setSize(QSize(static_cast<int>(std::ceil(height * data().aspect)), height));
  std::vector<FilmTile> tiles = filmTiles(box, scale_, data().aspect);
  std::stable_sort(tiles.begin(), tiles.end(), [&](const FilmTile& a, const FilmTile& b) {
    return std::abs(a.box.center().x() - box.center().x()) <
           std::abs(b.box.center().x() - box.center().x());
  });
  std::vector<Micros> times;
  for (const FilmTile& tile : tiles) times.push_back(tile.time);
  const Micros length = filmTileLength(box.height(), scale_, data().aspect);
  pictures_.want(times, length / 2, length <= kExactTile);
}

bool TimelineView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const QPoint at = static_cast<QHelpEvent*>(event)->pos();
    for (const LaneId lane : kIds) {
      const QRect box = laneBox(lane);
      if (box.isEmpty() || at.y() < box.top() || at.y() > box.bottom() || lanes_.contains(at))
        continue;
      QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), laneHelp(lane), this);
      return true;
    }
    QToolTip::hideText();
    return true;
  }
  if (data().duration > 0 && mouse_->handle(event)) return true;
  return QWidget::event(event);
}

// The frame is for those who go by keyboard; a click needs none.
void TimelineView::focusInEvent(QFocusEvent* event) {
  const Qt::FocusReason reason = event->reason();
  keyboardFocus_ = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason ||
                   reason == Qt::ShortcutFocusReason;
  QWidget::focusInEvent(event);
}

void TimelineView::resizeEvent(QResizeEvent*) {
  arrange();
}

void TimelineView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::LayoutDirectionChange || event->type() == QEvent::LanguageChange) {
    setAccessibleName(tr("Timeline"));
    arrange();
  }
  QWidget::changeEvent(event);
}

}  // namespace longtake::ui
