#include "ui/conversation/seen_videos.h"

#include <algorithm>

#include "ui/base/text.h"

namespace longtake::ui {

namespace {

SeenVideo seenVideo(const Shelf& shelf, const ShelfVideo& video) {
  SeenVideo seen{video.video, {}, false};
  if (const store::Memory* memory = shelf.memory(video)) {
    seen.seen = memory->coverage;
    seen.finished = memory->finished;
  }
  return seen;
}

}  // namespace

Micros SeenVideo::seenOf(const std::optional<TimeRange>& range) const {
  Micros sum = 0;
  for (const TimeRange& part : seen) {
    const Micros begin = range ? std::max(part.begin, range->begin) : part.begin;
    const Micros end = range ? std::min(part.end, range->end) : part.end;
    sum += std::max<Micros>(end - begin, 0);
  }
  return sum;
}

SeenVideos::SeenVideos(const Shelf& shelf, QObject* parent) : QObject(parent), shelf_(shelf) {
  connect(&shelf, &Shelf::loaded, this, &SeenVideos::read);
  connect(&shelf, &Shelf::changed, this, &SeenVideos::follow);
  connect(&shelf, &Shelf::grew, this, [this](qint64 video) { follow({video}); });
  if (shelf.isLoaded()) read();
}

const SeenVideo* SeenVideos::find(qint64 video) const {
  const auto place = places_.constFind(video);
  return place == places_.constEnd() ? nullptr : &videos_[*place];
}

QString SeenVideos::name(qint64 video) const {
  const SeenVideo* seen = find(video);
  return seen != nullptr ? text(seen->video.name) : QString();
}

Micros SeenVideos::duration(qint64 video) const {
  const SeenVideo* seen = find(video);
  return seen != nullptr ? seen->duration() : 0;
}

bool SeenVideos::hasSeen(qint64 video) const {
  const SeenVideo* seen = find(video);
  return seen != nullptr && !seen->seen.empty();
}

void SeenVideos::follow(const QSet<qint64>& videos) {
  for (const qint64 video : videos) {
    const ShelfVideo* known = shelf_.find(video);
    const auto place = places_.constFind(video);
    if (known == nullptr || place == places_.constEnd()) {  // one came or went
      read();
      return;
    }
    videos_[*place] = seenVideo(shelf_, *known);
  }
  emit changed();
}

void SeenVideos::read() {
  videos_.clear();
  places_.clear();
  for (const ShelfVideo& video : shelf_.videos()) {
    places_[video.video.id] = videos_.size();
    videos_.push_back(seenVideo(shelf_, video));
  }
  known_ = known_ || shelf_.isLoaded();
  emit changed();
}

}  // namespace longtake::ui
