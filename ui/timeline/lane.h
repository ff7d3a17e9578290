// Declares Lane, one row of the timeline, and what it is given to paint itself.
//
// Thread rule: GUI thread. Lifetime rule: lanes keep nothing between two paintings; a LaneScene
// lasts for one.
#ifndef LONGTAKE_UI_TIMELINE_LANE_H_
#define LONGTAKE_UI_TIMELINE_LANE_H_

#include <QFontMetricsF>
#include <QPainter>
#include <QRect>
#include <memory>
#include <optional>
#include <vector>

#include "ui/base/theme.h"
#include "ui/timeline/picture_cache.h"
#include "ui/timeline/timeline_data.h"
#include "ui/timeline/timeline_scale.h"

namespace longtake::ui {

struct LaneScene {
  const TimelineData& data;
  const TimelineScale& scale;
  const Theme& theme;
  PictureCache& pictures;
  double ratio;                  // real pixels per pixel
  qint64 citation;               // the selected one, by id; 0 = none
  const store::Marker* dragged;  // shown instead of the one with its id; may be null

  // What the pixel column `x` of a lane stands for.
  TimeRange column(int x, int width = 1) const {
    const TimeRange range{scale.time(x), scale.time(x + width)};
    return {range.begin, std::max(range.end, range.begin + 1)};
  }
};

class Lane {
 public:
  virtual ~Lane() = default;

  struct Height {
    int least = 0;  // 0: there is nothing to show, and no lane
    int natural = 0;
    int most = 0;
  };
  virtual Height height(const TimelineData& data, const Theme& theme) const = 0;
  // `box` in real coordinates of the painter; its left edge is the scale's 0.
  virtual void paint(QPainter& painter, const QRect& box, const LaneScene& scene) const = 0;
};

// A colour with some share of its opacity.
QColor faded(QColor color, double share);

// Divides `height` among the lanes: each at least its least, then towards natural, then most. If it
// is not enough for all, those that say the least go first: cuts, sound, pictures, evidence. 0 =
// not shown.
std::vector<int> divideHeight(const std::vector<Lane::Height>& lanes, int height, int gap);

// The pictures that the film needs for a box: where, and of which time. The times lie on a grid
// that depends on the zoom in powers of two, so that near zooms share pictures.
struct FilmTile {
  QRect box;
  Micros time = 0;
};
std::vector<FilmTile> filmTiles(const QRect& box, const TimelineScale& scale, double aspect);
// The time between two tiles.
Micros filmTileLength(int height, const TimelineScale& scale, double aspect);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_LANE_H_
