#include "ui/timeline/answer_lanes.h"

#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/base/text.h"
#include "ui/base/verdict.h"

namespace longtake::ui {

namespace {

// The ground of a lane that holds marks, as far as the video goes.
void paintTrack(QPainter& painter, const QRect& box, const LaneScene& scene) {
  const double end = std::min<double>(box.width(), scene.scale.x(scene.scale.duration()));
  const QRectF track(box.left(), box.top(), end, box.height());
  painter.setPen(Qt::NoPen);
  painter.setBrush(scene.theme.colors().window);
  painter.drawRoundedRect(track, scene.theme.px(2), scene.theme.px(2));
}

// Of a lane with words in it.
Lane::Height textHeight(const Theme& theme) {
  const QFontMetricsF metrics(theme.font(Theme::Font::small));
  const int height = std::max(theme.px(15), static_cast<int>(std::ceil(metrics.height())));
  return {height, height + theme.px(2), height + theme.px(7)};
}

int columnsOf(const QRect& box, const LaneScene& scene) {
  return std::min(box.width(), static_cast<int>(std::ceil(scene.scale.x(scene.scale.duration()))));
}

}  // namespace

Lane::Height CoverageLane::height(const TimelineData& data, const Theme& theme) const {
  if (data.duration <= 0) return {};
  return {theme.px(11), theme.px(14), theme.px(14)};
}

void CoverageLane::paint(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  constexpr int kShades = 24;
  const Colors& c = scene.theme.colors();
  const int inset = std::max(0, (box.height() - scene.theme.px(8)) / 2);
  const QRect band = box.adjusted(0, inset, 0, -inset);
  paintTrack(painter, band, scene);
  const int end = columnsOf(box, scene);
  // Neighbours of one shade are filled at one go.
  const auto shadeOf = [&](int x) {
    const TimeRange time = scene.column(x);
    const int shade = static_cast<int>(std::ceil(scene.data.coverage.mean(time) * kShades));
    return 2 * shade + (shade > 0 && scene.data.skimmed.largest(time) > 0 ? 1 : 0);
  };
  for (int x = 0; x < end;) {
    const int shade = shadeOf(x);
    const int begin = x;
    while (++x < end && shadeOf(x) == shade) {
    }
    if (shade == 0) continue;
    const QRect run(band.left() + begin, band.top(), x - begin, band.height());
    const QColor color = faded(c.seen, static_cast<double>(shade / 2) / kShades);
    if (shade % 2 == 0) {
      painter.fillRect(run, color);
    } else {
      painter.fillRect(run, faded(color, 0.35));
      painter.fillRect(run, QBrush(color, Qt::BDiagPattern));
    }
  }
  if (scene.data.watching) {
    const double x = band.left() + scene.scale.x(*scene.data.watching);
    painter.fillRect(QRectF(x - 1, box.top(), 2, box.height()), c.accent);
  }
}

Lane::Height EvidenceLane::height(const TimelineData& data, const Theme& theme) const {
  if (data.evidence.isEmpty()) return {};
  return {theme.px(12), theme.px(18), theme.px(42)};
}

// Both height and depth of colour say how much, so that one can do without the other.
void EvidenceLane::paint(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  constexpr int kShades = 16;
  paintTrack(painter, box, scene);
  std::array<QList<QRectF>, kShades + 1> columns;
  const int end = columnsOf(box, scene);
  for (int x = 0; x < end; ++x) {
    const double weight = scene.data.evidence.largest(scene.column(x));
    if (weight < 0.01) continue;
    const double height = std::max(1.0, weight * (box.height() - 1));
    const auto shade =
        static_cast<std::size_t>(std::clamp(std::lround(weight * kShades), 1L, 0L + kShades));
    columns[shade] << QRectF(box.left() + x, box.bottom() + 1 - height, 1, height);
  }
  painter.setPen(Qt::NoPen);
  for (std::size_t shade = 1; shade < columns.size(); ++shade) {
    painter.setBrush(
        faded(scene.theme.colors().evidence, 0.3 + 0.7 * static_cast<double>(shade) / kShades));
    painter.drawRects(columns[shade]);
  }
}

Lane::Height CitationLane::height(const TimelineData& data, const Theme& theme) const {
  if (data.citations.isEmpty()) return {};
  return textHeight(theme);
}

void CitationLane::paint(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  paintTrack(painter, box, scene);
  const ItemTrack& track = scene.data.citations;
  const TimeRange visible = scene.scale.visible();
  std::optional<int> selected;
  if (track.count(visible) > box.width() / 5) {
    paintMany(painter, box, scene);
    const auto chosen =
        std::find_if(scene.data.citationList.begin(), scene.data.citationList.end(),
                     [&](const store::Citation& c) { return c.id == scene.citation; });
    if (scene.citation != 0 && chosen != scene.data.citationList.end()) {
      selected = static_cast<int>(chosen - scene.data.citationList.begin());
    }
  } else {
    const ItemTrack::Stretch stretch = track.around(visible);
    for (std::size_t i = stretch.first; i < stretch.last; ++i) {
      if (track[i].time.end < visible.begin) continue;
      const int index = track[i].index;
      if (scene.citation != 0 && scene.data.citationList[index].id == scene.citation) {
        selected = index;  // on top of its neighbours
      } else {
        paintOne(painter, box, scene, index);
      }
    }
  }
  if (selected) paintOne(painter, box, scene, *selected);
}

void CitationLane::paintOne(QPainter& painter, const QRect& box, const LaneScene& scene,
                            int index) const {
  const Theme& theme = scene.theme;
  const Colors& c = theme.colors();
  const store::Citation& citation = scene.data.citationList[index];
  const double from = scene.scale.x(citation.time.begin);
  const double to = scene.scale.x(citation.time.end);
  // Cut well outside the view: a painter has no use for a rectangle of a million pixels.
  const double left = std::max(from, -100.0);
  const double width = std::max(std::min(to, box.width() + 100.0) - left, 6.0);
  QRectF pill(box.left() + left, box.top(), width, box.height());
  const bool rejected = citation.user_verdict == store::Verdict::not_confirmed;
  const bool accepted = citation.user_verdict == store::Verdict::confirmed;
  const bool chosen = citation.id != 0 && citation.id == scene.citation;

  QColor color = c.citation;
  QColor ground = c.accentSoft;
  QColor words = c.citation;
  Qt::PenStyle edge = Qt::SolidLine;
  const store::Verdict shown = shownVerdict(citation, scene.data.found);
  if (shown == store::Verdict::confirmed) {
    color = c.good;
    ground = c.good;
    words = c.surface;
  } else if (shown == store::Verdict::not_confirmed) {
    color = c.warn;
    ground = c.warnSoft;
    words = c.warn;
    edge = Qt::DashLine;
  }
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  if (rejected && !chosen) painter.setOpacity(0.7);
  painter.setPen(QPen(color, 1, edge));
  painter.setBrush(ground);
  pill.adjust(0.5, 0.5, -0.5, -0.5);
  painter.drawRoundedRect(pill, theme.px(3), theme.px(3));

  // The number and the analyst's sign, as far as there is room.
  const QFont font = theme.font(Theme::Font::small);
  const QFontMetricsF metrics(font);
  const QString number = QString::number(index + 1);
  const QRectF seen = pill.intersected(QRectF(box));
  const double sign = accepted || rejected ? theme.px(13) : 0;
  double room = seen.width() - theme.px(6);
  if (room >= metrics.horizontalAdvance(number) + sign) {
    painter.setFont(font);
    painter.setPen(words);
    QRectF place(seen.left() + theme.px(3), seen.top(), room - sign, seen.height());
    painter.drawText(place, Qt::AlignCenter | Qt::TextDontClip, number);
    room -= metrics.horizontalAdvance(number);
  }
  if (sign > 0 && room >= sign) {
    const int size = theme.px(11);
    painter.drawPixmap(QPointF(seen.right() - theme.px(3) - size, seen.center().y() - size / 2.0),
                       theme.pixmap(accepted ? QStringLiteral("check") : QStringLiteral("cross"),
                                    words, size, scene.ratio));
  } else if (accepted) {
    painter.fillRect(
        QRectF(pill.left() + 1, pill.bottom() - theme.px(3), pill.width() - 2, theme.px(2)), words);
  } else if (rejected) {
    painter.fillRect(QRectF(pill.left() - 1, pill.center().y() - 0.75, pill.width() + 2, 1.5),
                     c.text);
  }
  if (chosen) {
    painter.setOpacity(1);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(c.text, 2));
    painter.drawRoundedRect(pill, theme.px(3), theme.px(3));
  }
  painter.restore();
}

// Stacked columns, as high as the square root of their number: confirmed at the bottom, then
// unchecked, then not confirmed; a line under those in which the analyst accepted one.
void CitationLane::paintMany(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  constexpr int kColumn = 3;
  struct Column {
    int x = 0;
    std::array<int, 3> verdicts{};
    bool accepted = false;
  };
  std::vector<Column> columns;
  int most = 1;
  const int end = columnsOf(box, scene);
  for (int x = 0; x < end; x += kColumn) {
    Column column{x, {}, false};
    const TimeRange time = scene.column(x, kColumn);
    int sum = 0;
    for (int kind = 0; kind < kCitationKinds; ++kind) {
      const int count = scene.data.citations.count(time, kind);
      column.verdicts[static_cast<std::size_t>(kind / 3)] += count;
      if (kind % 3 == static_cast<int>(store::Verdict::confirmed) && count > 0)
        column.accepted = true;
      sum += count;
    }
    if (sum == 0) continue;
    most = std::max(most, sum);
    columns.push_back(column);
  }

  const Colors& c = scene.theme.colors();
  const std::array<std::pair<store::Verdict, QColor>, 3> stack{
      std::pair{store::Verdict::confirmed, c.good}, std::pair{store::Verdict::none, c.citation},
      std::pair{store::Verdict::not_confirmed, c.warn}};
  std::array<QList<QRectF>, 4> boxes;
  for (const Column& column : columns) {
    const int sum = column.verdicts[0] + column.verdicts[1] + column.verdicts[2];
    const double height =
        std::max(3.0, std::sqrt(static_cast<double>(sum) / most) * (box.height() - 3));
    double bottom = box.bottom() - 2;
    for (std::size_t i = 0; i < stack.size(); ++i) {
      const int count = column.verdicts[static_cast<std::size_t>(stack[i].first)];
      const double part = height * count / sum;
      boxes[i] << QRectF(box.left() + column.x, bottom - part, kColumn - 1, part);
      bottom -= part;
    }
    if (column.accepted) {
      boxes[3] << QRectF(box.left() + column.x, box.bottom() - 1, kColumn - 1, 2);
    }
  }
  painter.setPen(Qt::NoPen);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    painter.setBrush(i < stack.size() ? stack[i].second : c.text);
    painter.drawRects(boxes[i]);
  }
}

Lane::Height MarkerLane::height(const TimelineData& data, const Theme& theme) const {
  if (data.markers.isEmpty()) return {};
  return textHeight(theme);
}

void MarkerLane::paint(QPainter& painter, const QRect& box, const LaneScene& scene) const {
  paintTrack(painter, box, scene);
  const Theme& theme = scene.theme;
  const Colors& c = theme.colors();
  const ItemTrack& track = scene.data.markers;
  const TimeRange visible = scene.scale.visible();
  const ItemTrack::Stretch stretch = track.around(visible);

  if (track.count(visible) > box.width() / 5) {
    // A stroke where there is any.
    painter.setPen(Qt::NoPen);
    constexpr int kColumn = 3;
    QList<QRectF> strokes;
    for (int x = 0; x < columnsOf(box, scene); x += kColumn) {
      if (track.count(scene.column(x, kColumn)) == 0) continue;
      strokes << QRectF(box.left() + x, box.top() + 2, kColumn - 1, box.height() - 4);
    }
    painter.setBrush(c.accent);
    painter.drawRects(strokes);
    return;
  }

  painter.setRenderHint(QPainter::Antialiasing);
  const QFont font = theme.font(Theme::Font::small);
  const QFontMetricsF metrics(font);
  painter.setFont(font);
  for (std::size_t i = stretch.first; i < stretch.last; ++i) {
    const store::Marker* marker = &scene.data.markerList[track[i].index];
    if (scene.dragged != nullptr && scene.dragged->id == marker->id) marker = scene.dragged;
    const double left = std::max(scene.scale.x(marker->time.begin), -100.0);
    const double right = std::min(scene.scale.x(marker->time.end), box.width() + 100.0);
    if (right < -20) continue;
    const QColor color = c.marker(text(marker->colour));
    const bool isRange = right - left >= 3;
    if (isRange) {
      const QRectF bar(box.left() + left, box.top() + 0.5, right - left, box.height() - 1);
      painter.setPen(Qt::NoPen);
      painter.setBrush(faded(color, 0.28));
      painter.drawRoundedRect(bar, theme.px(2), theme.px(2));
      painter.setBrush(color);
      painter.drawRect(QRectF(bar.left(), bar.top(), 2, bar.height()));
      painter.drawRect(QRectF(bar.right() - 2, bar.top(), 2, bar.height()));
    } else {
      // A flag on its pole.
      const double x = box.left() + left;
      const double wing = theme.px(7);
      QPainterPath flag(QPointF(x, box.top() + 1));
      flag.lineTo(x + wing, box.top() + 1 + wing / 2);
      flag.lineTo(x, box.top() + 1 + wing);
      painter.fillPath(flag, color);
      painter.fillRect(QRectF(x - 1, box.top(), 2, box.height()), color);
    }
    // The label may go on until the next marker begins.
    double until = box.width();
    if (i + 1 < track.size()) until = std::min(until, scene.scale.x(track[i + 1].time.begin));
    const double from = std::max(left, 0.0) + theme.px(isRange ? 5 : 10);
    const double room = until - from - theme.px(4);
    if (marker->label.empty() || room < theme.px(18)) continue;
    painter.setPen(c.text);
    painter.drawText(QRectF(box.left() + from, box.top(), room, box.height()),
                     Qt::AlignVCenter | Qt::AlignLeft,
                     metrics.elidedText(text(marker->label), Qt::ElideRight, room));
  }
}

}  // namespace longtake::ui
