// Declares ItemTrack: the things with a place in time that a lane shows one by one (citations,
// markers), sorted so that what lies in a stretch is counted and found without looking at all of
// them.
//
// Thread rule and lifetime rule: a plain value.
#ifndef LONGTAKE_UI_TIMELINE_ITEM_TRACK_H_
#define LONGTAKE_UI_TIMELINE_ITEM_TRACK_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/engine.h"

namespace longtake::ui {

struct TimelineItem {
  TimeRange time;  // a point is a range without length
  int kind = 0;    // 0 to the track's kinds - 1
  int index = 0;   // in the list that the track was made of
};

class ItemTrack {
 public:
  ItemTrack() = default;
  ItemTrack(std::vector<TimelineItem> items, int kinds);

  bool isEmpty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  const TimelineItem& operator[](std::size_t i) const { return items_[i]; }  // by begin

  // How many touch the range, of one kind or of all.
  int count(TimeRange range, int kind) const;
  int count(TimeRange range) const;

  // All that touch the range lie in [first, last); some of these may not.
  struct Stretch {
    std::size_t first = 0;
    std::size_t last = 0;
  };
  Stretch around(TimeRange range) const;
  // The item at a time: the shortest of those that hold it, else the nearest within the tolerance.
  std::optional<std::size_t> find(Micros time, Micros tolerance) const;

 private:
  std::vector<TimelineItem> items_;
  std::vector<Micros> latestEnds_;  // of the items up to here: ascending, where the ends are not
  // Per kind, each sorted by itself.
  std::vector<std::vector<Micros>> begins_;
  std::vector<std::vector<Micros>> ends_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_ITEM_TRACK_H_
