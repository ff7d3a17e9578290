// Declares TimelineView: the lanes on the screen: which stretch is shown, where every lane is,
// painting and following the playhead. The lanes are kept as a picture, so that a moving playhead
// costs two thin strips.
//
// Thread rule: GUI thread. Lifetime rule: the context and the source outlive it.
#ifndef LONGTAKE_UI_TIMELINE_TIMELINE_VIEW_H_
#define LONGTAKE_UI_TIMELINE_TIMELINE_VIEW_H_

#include <QPixmap>
#include <QTimer>
#include <QVariantAnimation>
#include <QWidget>
#include <array>
#include <memory>
#include <optional>

#include "ui/timeline/lane.h"
#include "ui/timeline/timeline_source.h"

namespace longtake::ui {

class TimelineMouse;

class TimelineView : public QWidget {
  Q_OBJECT

 public:
  TimelineView(Context& context, TimelineSource& source, QWidget* parent = nullptr);
  ~TimelineView() override;

  Context& context() const { return context_; }
  const TimelineData& data() const { return source_.data(); }
  PictureCache& pictures() { return pictures_; }

  const TimelineScale& scale() const { return scale_; }
  void setScale(const TimelineScale& scale);  // at once
  void zoomBy(double factor);                 // gliding; around the playhead, or the middle
  void zoomToFit();

  // Where things are, in pixels of this widget. Time runs from left to right in every language.
  QRect lanes() const { return lanes_; }  // without the names beside them
  QRect laneBox(LaneId lane) const {
    return boxes_[static_cast<std::size_t>(lane)];
  }  // empty = not shown
  double xOf(Micros time) const { return lanes_.left() + scale_.x(time); }
  Micros timeAt(double x) const { return scale_.time(x - lanes_.left()); }

  // Where the playhead is drawn: where it is dragged to, until the player is there.
  Micros playhead() const { return held_.value_or(context_.workspace.position()); }
  void holdPlayhead(Micros time);
  void releasePlayhead();  // soon, or when the player has come close
  // A marker in the hand of the user, drawn instead of the stored one.
  void setDraggedMarker(const std::optional<store::Marker>& marker);
  void dropMarker();  // shows it on until the markers change, or for a moment
  void setHover(std::optional<double> x);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  // The width of the names beside the lanes; they stand where a line of text begins.
  int gutter() const;

 signals:
  void scaleChanged();
  // The user has moved a marker or one of its ends.
  void markerMoved(const longtake::store::Marker& before, const longtake::store::Marker& after);
  // The user wants a marker like this one (a citation's); its id is 0.
  void markerWanted(const longtake::store::Marker& marker);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void arrange();
  void dirty(LaneSet lanes);
  void renderLanes();
  void renderNames(QPainter& painter);
  void paintMarks(QPainter& painter);
  void paintPlayhead(QPainter& painter);
  void updateStrip(double x);
  void movePlayhead();
  void glideTo(const TimelineScale& scale);
  void wantPictures();
  void tellPosition();

  Context& context_;
  TimelineSource& source_;
  PictureCache pictures_;
  std::vector<std::unique_ptr<Lane>> kinds_;
  TimelineScale scale_;
  QRect lanes_;
  std::array<QRect, kLanes> boxes_;
  QPixmap picture_;  // of the lanes and their names
  LaneSet dirty_ = kAllLanes;
  bool dirtyNames_ = true;
  std::optional<Micros> held_;
  QTimer release_;
  std::optional<store::Marker> dragged_;
  QTimer drop_;
  std::optional<double> hover_;
  double playheadX_ = 0;  // where it was painted, from the lanes' left edge
  QVariantAnimation glide_;
  TimelineScale glideFrom_;
  TimelineScale glideTo_;
  QTimer tell_;  // the position to screen readers, now and then
  bool keyboardFocus_ = false;
  std::unique_ptr<TimelineMouse> mouse_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_TIMELINE_VIEW_H_
