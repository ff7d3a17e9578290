#include "ui/timeline/timeline_mouse.h"

#include <QApplication>
#include <QGestureEvent>
#include <QMenu>
#include <QPinchGesture>
#include <QStyleHints>
#include <algorithm>
#include <cmath>

#include "ui/base/text.h"
#include "ui/timeline/hover_preview.h"

namespace longtake::ui {

namespace {

constexpr int kSeekMs = 40;  // between two seeks while dragging
constexpr int kEdgeMs = 30;
constexpr double kWheelStep = 1.25;                   // zoom of one notch
constexpr Micros kShortest = kMicrosPerSecond / 100;  // of a dragged range

}  // namespace

TimelineMouse::TimelineMouse(TimelineView& view)
    : view_(view),
      workspace_(view.context().workspace),
      preview_(std::make_unique<HoverPreview>(view)) {
  seek_.setSingleShot(true);
  seek_.setInterval(kSeekMs);
  connect(&seek_, &QTimer::timeout, this, [this] {
    if (next_) seekSoon(*std::exchange(next_, std::nullopt));
  });
  edge_.setInterval(kEdgeMs);
  connect(&edge_, &QTimer::timeout, this, [this] {
    const QRect lanes = view_.lanes();
    const double beyond = lastAt_.x() < lanes.left()    ? lastAt_.x() - lanes.left()
                          : lastAt_.x() > lanes.right() ? lastAt_.x() - lanes.right()
                                                        : 0;
    if (beyond == 0 || drag_ == Part::view) return;
    TimelineScale scale = view_.scale();
    scale.pan(std::clamp(beyond * 0.4, -60.0, 60.0));
    view_.setScale(scale);
    dragTo(lastAt_);
  });
}

TimelineMouse::~TimelineMouse() = default;

bool TimelineMouse::handle(QEvent* event) {
  switch (event->type()) {
    case QEvent::MouseButtonPress:
      return press(static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonDblClick:
      return doubleClick(static_cast<QMouseEvent*>(event));
    case QEvent::MouseMove:
      move(static_cast<QMouseEvent*>(event));
      return true;
    case QEvent::MouseButtonRelease:
      release(static_cast<QMouseEvent*>(event));
      return true;
    case QEvent::Leave:
      leave();
      return false;
    case QEvent::Hide:
      cancel();
      leave();
      return false;
    case QEvent::Wheel:
      return wheel(static_cast<QWheelEvent*>(event));
    case QEvent::NativeGesture:
      return pinch(static_cast<QNativeGestureEvent*>(event));
    case QEvent::Gesture:
      return pinch(event);
    case QEvent::ContextMenu:
      return menu(static_cast<QContextMenuEvent*>(event));
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress:
      if (!isBusy() || static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape) return false;
      event->accept();
      if (event->type() == QEvent::KeyPress) cancel();
      return true;
    default:
      return false;
  }
}

TimelineMouse::Hit TimelineMouse::hit(QPointF at) const {
  const Theme& theme = view_.context().theme;
  const TimelineData& data = view_.data();
  const TimelineScale& scale = view_.scale();
  const Micros time = view_.timeAt(at.x());
  const auto in = [&](LaneId lane) {
    const QRect box = view_.laneBox(lane);
    return !box.isEmpty() && at.y() >= box.top() && at.y() < box.bottom() + 1;
  };
  if (in(LaneId::ruler)) {
    // The handles lie inside the range.
    const double wing = theme.px(8);
    const auto inside = [&](std::optional<Micros> mark, double direction) {
      if (!mark) return false;
      const double way = (at.x() - view_.xOf(*mark)) * direction;
      return way >= -theme.px(3) && way <= wing;
    };
    if (inside(workspace_.markIn(), 1)) return {Part::markIn};
    if (inside(workspace_.markOut(), -1)) return {Part::markOut};
  }
  if (in(LaneId::citations)) {
    if (const auto found = data.citations.find(time, scale.length(theme.px(5)))) {
      return {Part::citation, data.citations[*found].index};
    }
  }
  if (in(LaneId::markers)) {
    if (const auto found = data.markers.find(time, scale.length(theme.px(7)))) {
      const int index = data.markers[*found].index;
      const TimeRange range = data.markerList[index].time;
      const double left = view_.xOf(range.begin);
      const double right = view_.xOf(range.end);
      if (right - left >= theme.px(14)) {
        if (std::abs(at.x() - left) <= theme.px(4)) return {Part::markerBegin, index};
        if (std::abs(at.x() - right) <= theme.px(4)) return {Part::markerEnd, index};
      }
      return {Part::marker, index};
    }
  }
  return {Part::time};
}

Qt::CursorShape TimelineMouse::cursor(Part part) const {
  switch (part) {
    case Part::markIn:
    case Part::markOut:
    case Part::markerBegin:
    case Part::markerEnd:
      return Qt::SizeHorCursor;
    case Part::marker:
    case Part::citation:
      return Qt::PointingHandCursor;
    case Part::view:
      return Qt::ClosedHandCursor;
    case Part::time:
    case Part::nothing:
      break;
  }
  return Qt::ArrowCursor;
}

bool TimelineMouse::press(QMouseEvent* event) {
  preview_->dismiss();
  const QPointF at = event->position();
  pressedAt_ = at;
  lastAt_ = at;
  moved_ = false;
  if (event->button() == Qt::MiddleButton) {
    drag_ = Part::view;
    view_.setCursor(cursor(drag_));
    return true;
  }
  if (event->button() != Qt::LeftButton) return false;
  // Beside the lanes there is nothing to take hold of; a little beyond their edges is meant for the
  // edge.
  const int slack = view_.context().theme.gap();
  if (!view_.lanes().adjusted(-slack, 0, slack, 0).contains(at.toPoint())) return false;

  const Hit found = hit(at);
  if (found.part == Part::citation) {
    const store::Citation& citation = view_.data().citationList[found.index];
    if ((event->modifiers() & Qt::ControlModifier) != 0) {
      wantMarker(found.index);
    } else {
      const TimeRange time = citation.time;  // choosing it may change the list
      workspace_.selectCitation(citation.id);
      workspace_.playRange(time, true);
    }
    return true;
  }
  drag_ = found.part;
  in_ = workspace_.markIn();
  out_ = workspace_.markOut();
  if (found.index >= 0) {
    before_ = view_.data().markerList[found.index];
    after_ = *before_;
    grip_ = view_.scale().timeBeyond(at.x() - view_.lanes().left()) - before_->time.begin;
  }
  edge_.start();
  if (drag_ == Part::time) dragTo(at);
  return true;
}

void TimelineMouse::move(QMouseEvent* event) {
  const QPointF at = event->position();
  if (drag_ == Part::nothing) {
    hover(at);
    return;
  }
  const QPointF last = std::exchange(lastAt_, at);
  if (drag_ == Part::view) {
    TimelineScale scale = view_.scale();
    scale.pan(last.x() - at.x());
    view_.setScale(scale);
    return;
  }
  if ((at - pressedAt_).manhattanLength() >= QGuiApplication::styleHints()->startDragDistance())
    moved_ = true;
  if (drag_ == Part::time || moved_) dragTo(at);
}

void TimelineMouse::dragTo(QPointF at) {
  const Micros time = view_.timeAt(at.x());
  const double x = at.x() - view_.lanes().left();
  switch (drag_) {
    case Part::time:
      view_.holdPlayhead(time);
      seekSoon(time);
      break;
    case Part::markIn:
      workspace_.setMarks(out_ ? std::min(time, *out_ - kShortest) : time, out_);
      break;
    case Part::markOut:
      workspace_.setMarks(in_, in_ ? std::max(time, *in_ + kShortest) : time);
      break;
    case Part::marker:
    case Part::markerBegin:
    case Part::markerEnd:
      dragMarker(view_.scale().timeBeyond(x));
      break;
    case Part::citation:
    case Part::view:
    case Part::nothing:
      break;
  }
}

void TimelineMouse::dragMarker(Micros time) {
  const TimeRange old = before_->time;
  if (drag_ == Part::markerBegin) {
    after_.time.begin = std::clamp<Micros>(time, 0, std::max<Micros>(old.end - kShortest, 0));
  } else if (drag_ == Part::markerEnd) {
    after_.time.end =
        std::clamp(time, old.begin + kShortest, std::max(view_.data().duration, old.end));
  } else {
    const Micros latest = std::max<Micros>(view_.data().duration - old.length(), 0);
    after_.time.begin = std::clamp<Micros>(time - grip_, 0, std::max(latest, old.begin));
    after_.time.end = after_.time.begin + old.length();
  }
  view_.setDraggedMarker(after_);
}

void TimelineMouse::release(QMouseEvent* event) {
  const Part part = drag_;
  if (part == Part::nothing || (event->button() != Qt::LeftButton && part != Part::view)) return;
  drag_ = Part::nothing;
  edge_.stop();
  if (part == Part::time) {
    seek_.stop();
    next_.reset();
    const Micros time = view_.timeAt(event->position().x());
    view_.holdPlayhead(time);
    workspace_.seek(time, true);
    view_.releasePlayhead();
  } else if (before_) {
    const store::Marker before = *std::exchange(before_, std::nullopt);
    if (moved_ && before.time != after_.time) {
      view_.dropMarker();
      emit view_.markerMoved(before, after_);
    } else {
      view_.setDraggedMarker({});
      workspace_.seek(before.time.begin);
    }
  }
  hover(event->position());
}

void TimelineMouse::cancel() {
  const Part part = std::exchange(drag_, Part::nothing);
  edge_.stop();
  seek_.stop();
  next_.reset();
  before_.reset();
  view_.setDraggedMarker({});
  if (part == Part::markIn || part == Part::markOut) workspace_.setMarks(in_, out_);
  if (part == Part::time) view_.releasePlayhead();
  view_.unsetCursor();
}

bool TimelineMouse::doubleClick(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return false;
  const Hit found = hit(event->position());
  if (found.part == Part::citation) return true;  // the first click plays it
  if (found.part == Part::marker) {
    workspace_.playRange(view_.data().markerList[found.index].time, true);
    return true;
  }
  return press(event);
}

// The player is given time to show a picture before it is sent on.
void TimelineMouse::seekSoon(Micros time) {
  if (seek_.isActive()) {
    next_ = time;
    return;
  }
  workspace_.seek(time, false);
  seek_.start();
}

void TimelineMouse::zoom(double factor, double x) {
  TimelineScale scale = view_.scale();
  scale.zoom(factor, std::clamp(x - view_.lanes().left(), 0.0, scale.width()));
  view_.setScale(scale);
}

bool TimelineMouse::wheel(QWheelEvent* event) {
  preview_->dismiss();
  const QPoint angle = event->angleDelta();
  const QPoint pixels = event->pixelDelta();
  const bool sideways = std::abs(angle.x()) > std::abs(angle.y());
  if (sideways || (event->modifiers() & Qt::ShiftModifier) != 0) {
    double way = sideways ? angle.x() : angle.y();
    if (!pixels.isNull()) {
      way = sideways ? pixels.x() : pixels.y();
    } else {
      way = way / 120 * view_.scale().width() / 10;
    }
    TimelineScale scale = view_.scale();
    scale.pan(-way);
    view_.setScale(scale);
  } else if (angle.y() != 0) {
    zoom(std::pow(kWheelStep, angle.y() / 120.0), event->position().x());
  }
  event->accept();
  return true;
}

bool TimelineMouse::pinch(QNativeGestureEvent* event) {
  if (event->gestureType() == Qt::ZoomNativeGesture) {
    zoom(std::clamp(1 + event->value(), 0.2, 5.0), event->position().x());
    return true;
  }
  if (event->gestureType() == Qt::SmartZoomNativeGesture) {
    view_.zoomToFit();
    return true;
  }
  return false;
}

bool TimelineMouse::pinch(QEvent* gestures) {
  auto* event = static_cast<QGestureEvent*>(gestures);
  auto* gesture = static_cast<QPinchGesture*>(event->gesture(Qt::PinchGesture));
  if (gesture == nullptr) return false;
  event->accept(gesture);
  if ((gesture->changeFlags() & QPinchGesture::ScaleFactorChanged) != 0) {
    zoom(gesture->scaleFactor(), view_.mapFromGlobal(gesture->centerPoint()).x());
  }
  if ((gesture->changeFlags() & QPinchGesture::CenterPointChanged) != 0) {
    TimelineScale scale = view_.scale();
    scale.pan(gesture->lastCenterPoint().x() - gesture->centerPoint().x());
    view_.setScale(scale);
  }
  return true;
}

void TimelineMouse::wantMarker(int index) {
  const store::Citation& citation = view_.data().citationList[index];
  store::Marker marker;
  marker.video_id = citation.video_id;
  marker.time = citation.time;
  marker.label = tr("Citation %1").arg(index + 1).toStdString();
  marker.colour = "blue";
  emit view_.markerWanted(marker);
}

bool TimelineMouse::menu(QContextMenuEvent* event) {
  preview_->dismiss();
  auto* menu = new QMenu(&view_);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const Hit found = event->reason() == QContextMenuEvent::Mouse ? hit(event->pos()) : Hit{};
  if (found.part == Part::citation) {
    const store::Citation citation = view_.data().citationList[found.index];
    menu->addAction(view_.context().theme.icon(QStringLiteral("loop")), tr("Play in a Loop"),
                    &view_, [this, citation] {
                      workspace_.selectCitation(citation.id);
                      workspace_.playRange(citation.time, true);
                    });
    menu->addAction(view_.context().theme.icon(QStringLiteral("marker")), tr("Make a Marker"),
                    &view_, [this, index = found.index, answer = workspace_.answer().id] {
                      if (answer == workspace_.answer().id) wantMarker(index);
                    });
    menu->addSeparator();
  }
  const Actions& actions = view_.context().actions;
  for (const ActionId id : {ActionId::markIn, ActionId::markOut, ActionId::addMarker})
    menu->addAction(actions[id]);
  menu->addSeparator();
  for (const ActionId id : {ActionId::zoomIn, ActionId::zoomOut, ActionId::zoomFit})
    menu->addAction(actions[id]);
  menu->popup(event->globalPos());
  return true;
}

void TimelineMouse::hover(QPointF at) {
  const QRect lanes = view_.lanes();
  if (!lanes.contains(at.toPoint())) {
    leave();
    return;
  }
  const Hit found = hit(at);
  view_.setCursor(cursor(found.part));
  view_.setHover(std::floor(at.x()) + 0.5);
  preview_->showAt(at);
}

void TimelineMouse::leave() {
  if (isBusy()) return;
  view_.unsetCursor();
  view_.setHover({});
  preview_->dismiss();
}

}  // namespace longtake::ui
