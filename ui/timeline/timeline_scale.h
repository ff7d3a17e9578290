// Declares TimelineScale: which stretch of the video the timeline shows, and which time is under
// which pixel.
//
// Thread rule and lifetime rule: a plain value.
#ifndef LONGTAKE_UI_TIMELINE_TIMELINE_SCALE_H_
#define LONGTAKE_UI_TIMELINE_TIMELINE_SCALE_H_

#include "engine/engine.h"

namespace longtake::ui {

// Pixels are counted from the left edge of the lanes; time runs from left to right, whatever the
// language.
class TimelineScale {
 public:
  // Microseconds per pixel when zoomed in as far as it goes: a frame at 25 per second is 40 pixels
  // wide.
  static constexpr double kClosest = 1000;

  // Either keeps the left edge and the zoom where the limits allow, or the fit.
  void setWidth(double pixels);
  void setDuration(Micros duration);  // 0 = nothing to show
  double width() const { return width_; }
  Micros duration() const { return duration_; }

  double microsPerPixel() const { return perPixel_; }
  double begin() const { return begin_; }  // microseconds, with their fraction, at the left edge
  double span() const { return width_ * perPixel_; }
  TimeRange visible() const;  // rounded outwards, within the video
  bool isFit() const { return perPixel_ >= farthest(); }

  double x(Micros time) const { return (static_cast<double>(time) - begin_) / perPixel_; }
  Micros time(double x) const;        // within the video
  Micros timeBeyond(double x) const;  // also before its begin and after its end
  Micros length(double pixels) const;

  void fit();
  // Brings closer by `factor` (below 1: away) while the time at `x` stays there, unless an edge is
  // in the way.
  void zoom(double factor, double x);
  void pan(double pixels);  // positive: towards later times
  void set(double begin, double microsPerPixel);
  // Scrolls, without zooming, until the time is `share` of the width from the left edge.
  void scrollTo(Micros time, double share);

  // Where the ruler's marks are: a labelled one every `major`, between which lie `parts` - 1 small
  // ones.
  struct Ticks {
    Micros major = 0;
    int parts = 1;
  };
  // Labelled marks at least this far apart, at times that people count in.
  Ticks ticks(double pixels) const;

  bool operator==(const TimelineScale&) const = default;

 private:
  double farthest() const;
  void clamp();

  double width_ = 1;
  Micros duration_ = 0;
  double begin_ = 0;
  double perPixel_ = kClosest;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_TIMELINE_SCALE_H_
