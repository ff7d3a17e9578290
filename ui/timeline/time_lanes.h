// Declares the lanes of the video itself: its times, pictures, cuts and sound.
//
// Thread rule and lifetime rule: as Lane.
#ifndef LONGTAKE_UI_TIMELINE_TIME_LANES_H_
#define LONGTAKE_UI_TIMELINE_TIME_LANES_H_

#include "ui/timeline/lane.h"

namespace longtake::ui {

class RulerLane : public Lane {
 public:
  Height height(const TimelineData& data, const Theme& theme) const override;
  void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const override;
};

class FilmLane : public Lane {
 public:
  Height height(const TimelineData& data, const Theme& theme) const override;
  void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const override;
};

class CutsLane : public Lane {
 public:
  Height height(const TimelineData& data, const Theme& theme) const override;
  void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const override;
};

class WaveLane : public Lane {
 public:
  Height height(const TimelineData& data, const Theme& theme) const override;
  void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const override;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_TIME_LANES_H_
