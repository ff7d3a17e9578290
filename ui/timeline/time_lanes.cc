// The lanes of the video itself: ruler, film, cuts, sound.
#include "ui/timeline/time_lanes.h"

#include <algorithm>
#include <cmath>

#include "ui/base/text.h"

namespace longtake::ui {

Lane::Height RulerLane::height(const TimelineData&, const Theme& theme) const {
  const int height = theme.px(20);
  return {height, height, height};
}

void RulerLane::paint(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  const TimelineScale& scale = scene.scale;
  if (scale.duration() <= 0) return;
  const Colors& c = scene.theme.colors();
  const QFont font = scene.theme.font(Theme::Font::small);
  const QFontMetricsF metrics(font);
  painter.setFont(font);

  const auto labelWidth = [&](int decimals) {
    return metrics.horizontalAdvance(timeText(scale.duration(), decimals, scale.duration()));
  };
  TimelineScale::Ticks ticks = scale.ticks(labelWidth(0) + scene.theme.px(30));
  int decimals = 0;
  if (ticks.major < kMicrosPerSecond) {
    decimals = ticks.major % (kMicrosPerSecond / 10) == 0 ? 1 : 2;
    ticks = scale.ticks(labelWidth(decimals) + scene.theme.px(30));
  }
  const double partWidth = static_cast<double>(ticks.major) / ticks.parts / scale.microsPerPixel();
  const int parts = partWidth < scene.theme.px(5) ? 1 : ticks.parts;
  const Micros part = ticks.major / parts;

  QList<QLineF> small;
  QList<QLineF> large;
  const double bottom = box.bottom() + 1;
  const TimeRange visible = scale.visible();
  painter.setPen(c.textSoft);
  // From the label on whose text may still reach into the view.
  for (Micros time = visible.begin / ticks.major * ticks.major; time <= visible.end; time += part) {
    const double x = box.left() + std::floor(scale.x(time)) + 0.5;
    if (time % ticks.major != 0) {
      small << QLineF(x, bottom - scene.theme.px(4), x, bottom);
      continue;
    }
    large << QLineF(x, bottom - scene.theme.px(9), x, bottom);
    const QString label = timeText(time, decimals, scale.duration());
    const QRectF place(x + scene.theme.px(4), box.top(), metrics.horizontalAdvance(label) + 1,
                       box.height() - scene.theme.px(2));
    if (place.right() <= box.right() + 1) {
      painter.drawText(place, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip, label);
    }
  }
  painter.setPen(c.line);
  painter.drawLines(small);
  painter.setPen(c.textFaint);
  painter.drawLines(large);
}

Lane::Height FilmLane::height(const TimelineData& data, const Theme& theme) const {
  if (!data.hasPictures) return {};
  return {theme.px(24), theme.px(40), theme.px(96)};
}

void FilmLane::paint(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  const Colors& c = scene.theme.colors();
  const std::vector<FilmTile> tiles = filmTiles(box, scene.scale, scene.data.aspect);
  const Micros length = filmTileLength(box.height(), scene.scale, scene.data.aspect);
  const int end = static_cast<int>(std::ceil(scene.scale.x(scene.scale.duration())));
  painter.setClipRect(box.adjusted(0, 0, std::min(end - box.width(), 0), 0), Qt::IntersectClip);
  for (const FilmTile& tile : tiles) {
    const QRect place = tile.box.adjusted(0, 0, -1, 0);
    QPixmap picture = scene.pictures.picture(tile.time, place.size() * scene.ratio);
    if (!picture.isNull()) {
      picture.setDevicePixelRatio(scene.ratio);
      painter.drawPixmap(place.topLeft(), picture);
      continue;
    }
    painter.fillRect(place, c.hover);
    // Until it comes, its neighbour is better than nothing.
    const QImage near = scene.pictures.nearest(tile.time, 3 * length / 2);
    if (near.isNull()) continue;
    const QSize part = place.size().scaled(near.size(), Qt::KeepAspectRatio);
    const QRect middle(
        QPoint((near.width() - part.width()) / 2, (near.height() - part.height()) / 2), part);
    painter.drawImage(place, near, middle);
  }
}

Lane::Height CutsLane::height(const TimelineData& data, const Theme& theme) const {
  if (data.cuts.empty()) return {};
  return {theme.px(5), theme.px(6), theme.px(6)};
}

// One stroke for every cut, or, where they lie closer than strokes can, a stroke that is darker for
// more.
void CutsLane::paint(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  constexpr int kStroke = 2;
  const std::vector<Micros>& cuts = scene.data.cuts;
  const TimeRange visible = scene.scale.visible();
  const QColor color = scene.theme.colors().textFaint;
  auto cut = std::lower_bound(cuts.begin(), cuts.end(), visible.begin);
  while (cut != cuts.end() && *cut < visible.end) {
    const int x = static_cast<int>(std::floor(scene.scale.x(*cut)));
    const auto next = std::lower_bound(cut + 1, cuts.end(), scene.scale.time(x + kStroke + 1.0));
    painter.fillRect(QRectF(box.left() + x, box.top(), kStroke, box.height()),
                     faded(color, 0.6 + 0.1 * static_cast<double>(next - cut)));
    cut = next;
  }
}

Lane::Height WaveLane::height(const TimelineData& data, const Theme& theme) const {
  if (data.peaks.size() == 0) return {};
  return {theme.px(12), theme.px(20), theme.px(44)};
}

void WaveLane::paint(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  const TimelineData& data = scene.data;
  const double middle = box.center().y() + 0.5;
  const double most = box.height() / 2.0;
  const int end = std::min(box.width(), static_cast<int>(std::ceil(scene.scale.x(data.duration))));
  QList<QRectF> columns;
  for (int x = 0; x < end; ++x) {
    const TimeRange time = scene.column(x);
    const auto first = static_cast<std::size_t>(time.begin / data.peakInterval);
    const auto last = static_cast<std::size_t>((time.end - 1) / data.peakInterval) + 1;
    const double peak = data.peaks.largest(first, last) / 255.0;
    // Quiet speech is far below full scale and must be seen.
    const double half = std::max(std::pow(peak, 0.6) * most, 0.5);
    columns << QRectF(box.left() + x, middle - half, 1, 2 * half);
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(scene.theme.colors().wave);
  painter.drawRects(columns);
}

}  // namespace longtake::ui
