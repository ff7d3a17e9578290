#include "ui/timeline/lane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace longtake::ui {

QColor faded(QColor color, double share) {
  color.setAlphaF(static_cast<float>(color.alphaF() * std::clamp(share, 0.0, 1.0)));
  return color;
}

std::vector<int> divideHeight(const std::vector<Lane::Height>& lanes, int height, int gap) {
  std::vector<bool> shown;
  for (const Lane::Height& lane : lanes) shown.push_back(lane.least > 0);
  const auto sum = [&](int Lane::Height::*what) {
    int total = -gap;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      if (shown[i]) total += lanes[i].*what + gap;
    }
    return std::max(total, 0);
  };
  for (const LaneId spare : {LaneId::cuts, LaneId::wave, LaneId::film, LaneId::evidence,
                             LaneId::coverage, LaneId::markers, LaneId::citations}) {
    if (sum(&Lane::Height::least) <= height) break;
    shown[static_cast<std::size_t>(spare)] = false;
  }

  std::vector<int> result(lanes.size(), 0);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (shown[i]) result[i] = lanes[i].least;
  }
  // What is left goes to all in proportion to what they still lack.
  int left = height - sum(&Lane::Height::least);
  for (int Lane::Height::*goal : {&Lane::Height::natural, &Lane::Height::most}) {
    int lacking = 0;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      if (shown[i]) lacking += std::max(lanes[i].*goal - result[i], 0);
    }
    const int given = std::clamp(left, 0, lacking);
    int rest = given;
    for (std::size_t i = 0; i < lanes.size() && lacking > 0; ++i) {
      if (!shown[i]) continue;
      const int lack = std::max(lanes[i].*goal - result[i], 0);
      const int share =
          std::min(rest, static_cast<int>(static_cast<qint64>(given) * lack / lacking));
      result[i] += share;
      rest -= share;
    }
    left -= given - rest;
  }
  return result;
}

Micros filmTileLength(int height, const TimelineScale& scale, double aspect) {
  return std::max<Micros>(scale.length(std::max(height * aspect, 8.0)), 1);
}

std::vector<FilmTile> filmTiles(const QRect& box, const TimelineScale& scale, double aspect) {
  std::vector<FilmTile> tiles;
  if (scale.duration() <= 0 || box.isEmpty()) return tiles;
  const int width = std::max(static_cast<int>(std::lround(box.height() * aspect)), 8);
  const Micros length = std::max<Micros>(scale.length(width), 1);
  Micros grid = kMicrosPerSecond / 16;
  while (4 * grid <= length) grid *= 2;

  // Counted from the begin of the video, so that the tiles move with the times when the view is
  // moved.
  const double offset = scale.begin() / scale.microsPerPixel();
  const auto first = static_cast<Micros>(std::floor(offset / width));
  const int end = std::min(box.width(), static_cast<int>(std::ceil(scale.x(scale.duration()))));
  for (Micros tile = first;; ++tile) {
    const int x = static_cast<int>(std::floor(static_cast<double>(tile) * width - offset));
    if (x >= end) break;
    const Micros middle = scale.time(x + width / 2.0);
    Micros time = (middle + grid / 2) / grid * grid;
    while (time > 0 && time >= scale.duration()) time -= grid;
    const QRect place(box.left() + x, box.top(), width, box.height());
    tiles.push_back({place, std::max<Micros>(time, 0)});
  }
  return tiles;
}

}  // namespace longtake::ui
