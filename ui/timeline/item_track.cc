#include "ui/timeline/item_track.h"

#include <algorithm>
#include <limits>

namespace longtake::ui {

namespace {

// Even a point has some length, or it would touch nothing.
Micros endOf(const TimelineItem& item) {
  return std::max(item.time.end, item.time.begin + 1);
}

}  // namespace

ItemTrack::ItemTrack(std::vector<TimelineItem> items, int kinds)
    : items_(std::move(items)),
      begins_(static_cast<std::size_t>(kinds)),
      ends_(static_cast<std::size_t>(kinds)) {
  std::stable_sort(items_.begin(), items_.end(), [](const TimelineItem& a, const TimelineItem& b) {
    return a.time.begin < b.time.begin;
  });
  Micros latest = std::numeric_limits<Micros>::min();
  for (const TimelineItem& item : items_) {
    latest = std::max(latest, endOf(item));
    latestEnds_.push_back(latest);
    begins_[static_cast<std::size_t>(item.kind)].push_back(item.time.begin);
    ends_[static_cast<std::size_t>(item.kind)].push_back(endOf(item));
  }
  for (std::vector<Micros>& ends : ends_) std::sort(ends.begin(), ends.end());
}

// Those that have begun before its end, less those that were over at its begin.
int ItemTrack::count(TimeRange range, int kind) const {
  if (range.empty()) return 0;
  const std::vector<Micros>& begins = begins_[static_cast<std::size_t>(kind)];
  const std::vector<Micros>& ends = ends_[static_cast<std::size_t>(kind)];
  const auto begun = std::lower_bound(begins.begin(), begins.end(), range.end) - begins.begin();
  const auto over = std::upper_bound(ends.begin(), ends.end(), range.begin) - ends.begin();
  return static_cast<int>(begun - over);
}

int ItemTrack::count(TimeRange range) const {
  int sum = 0;
  for (std::size_t kind = 0; kind < begins_.size(); ++kind)
    sum += count(range, static_cast<int>(kind));
  return sum;
}

ItemTrack::Stretch ItemTrack::around(TimeRange range) const {
  const auto first = std::upper_bound(latestEnds_.begin(), latestEnds_.end(), range.begin);
  const auto last = std::lower_bound(
      items_.begin(), items_.end(), range.end,
      [](const TimelineItem& item, Micros time) { return item.time.begin < time; });
  Stretch result{static_cast<std::size_t>(first - latestEnds_.begin()),
                 static_cast<std::size_t>(last - items_.begin())};
  result.first = std::min(result.first, result.last);
  return result;
}

std::optional<std::size_t> ItemTrack::find(Micros time, Micros tolerance) const {
  const Stretch stretch = around({time - tolerance, time + tolerance + 1});
  std::optional<std::size_t> best;
  Micros bestDistance = 0;
  Micros bestLength = 0;
  for (std::size_t i = stretch.first; i < stretch.last; ++i) {
    const TimeRange range{items_[i].time.begin, endOf(items_[i])};
    const Micros distance =
        range.contains(time) ? 0 : std::max(range.begin - time, time - (range.end - 1));
    if (distance > tolerance) continue;
    const Micros length = range.length();
    if (best && (distance > bestDistance || (distance == bestDistance && length >= bestLength))) {
      continue;
    }
    best = i;
    bestDistance = distance;
    bestLength = length;
  }
  return best;
}

}  // namespace longtake::ui
