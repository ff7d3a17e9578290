// Declares TimelineMouse: what mouse, wheel and fingers do on the timeline.
//
// A click or drag on the ruler or on empty space seeks; the wheel zooms around the mouse; Shift and
// wheel, a sideways wheel or the middle button pan; a citation is played in a loop by a click, as its
// card does, and a marker gone to by one and played by two; marker edges, markers and the marked
// range's ends are dragged; Ctrl and click on a citation asks for a marker.
//
// Thread rule: GUI thread. Lifetime rule: a part of its view.
#ifndef LONGTAKE_UI_TIMELINE_TIMELINE_MOUSE_H_
#define LONGTAKE_UI_TIMELINE_TIMELINE_MOUSE_H_

#include <QContextMenuEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QObject>
#include <QTimer>
#include <QWheelEvent>
#include <memory>
#include <optional>

#include "ui/timeline/timeline_view.h"

namespace longtake::ui {

class HoverPreview;

class TimelineMouse : public QObject {
  Q_OBJECT

 public:
  explicit TimelineMouse(TimelineView& view);
  ~TimelineMouse() override;

  // Whether the event was for it.
  bool handle(QEvent* event);
  // Something is being dragged: the view must not run away under it.
  bool isBusy() const { return drag_ != Part::nothing; }

 private:
  // What can be taken hold of.
  enum class Part {
    nothing,
    time,
    markIn,
    markOut,
    markerBegin,
    markerEnd,
    marker,
    citation,
    view
  };
  struct Hit {
    Part part = Part::time;
    int index = -1;  // of the marker or citation in its list
  };

  Hit hit(QPointF at) const;
  Qt::CursorShape cursor(Part part) const;
  bool press(QMouseEvent* event);
  void move(QMouseEvent* event);
  void release(QMouseEvent* event);
  bool doubleClick(QMouseEvent* event);
  bool wheel(QWheelEvent* event);
  bool pinch(QNativeGestureEvent* event);
  bool pinch(QEvent* gestures);
  bool menu(QContextMenuEvent* event);
  void dragTo(QPointF at);
  void dragMarker(Micros time);
  void cancel();
  void seekSoon(Micros time);
  void hover(QPointF at);
  void leave();
  void zoom(double factor, double x);
  void wantMarker(int citation);

  TimelineView& view_;
  Workspace& workspace_;
  Part drag_ = Part::nothing;
  QPointF pressedAt_;
  QPointF lastAt_;
  bool moved_ = false;  // beyond a trembling hand
  Micros grip_ = 0;     // from the begin of the dragged marker to the mouse
  std::optional<store::Marker> before_;
  store::Marker after_;
  std::optional<Micros> in_;  // as they were, to go back to
  std::optional<Micros> out_;
  std::optional<Micros> next_;  // to be sought when the player has had time for the last one
  QTimer seek_;
  QTimer edge_;  // pans while something is held beyond the edge
  std::unique_ptr<HoverPreview> preview_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_TIMELINE_MOUSE_H_
