// Declares the lanes of what is known about the video: what was seen, the answer's evidence and
// citations, markers.
//
// Thread rule and lifetime rule: as Lane.
#ifndef LONGTAKE_UI_TIMELINE_ANSWER_LANES_H_
#define LONGTAKE_UI_TIMELINE_ANSWER_LANES_H_

#include "ui/timeline/lane.h"

namespace longtake::ui {

class CoverageLane : public Lane {
 public:
  Height height(const TimelineData& data, const Theme& theme) const override;
  void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const override;
};

class EvidenceLane : public Lane {
 public:
  Height height(const TimelineData& data, const Theme& theme) const override;
  void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const override;
};

// Each citation by itself while there is room, then how many there are of each verdict.
class CitationLane : public Lane {
 public:
  Height height(const TimelineData& data, const Theme& theme) const override;
  void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const override;

 private:
  void paintOne(QPainter& painter, const QRect& box, const LaneScene& scene, int index) const;
  void paintMany(QPainter& painter, const QRect& box, const LaneScene& scene) const;
};

class MarkerLane : public Lane {
 public:
  Height height(const TimelineData& data, const Theme& theme) const override;
  void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const override;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_ANSWER_LANES_H_
