#include "ui/conversation/seen_videos.h"

#include <algorithm>

#include "ui/base/text.h"

namespace longtake::ui {

Micros SeenVideo::seenOf(const std::optional<TimeRange>& range) const {
  Micros sum = 0;
  for (const TimeRange& part : seen) {
    const Micros begin = range ? std::max(part.begin, range->begin) : part.begin;
    const Micros end = range ? std::min(part.end, range->end) : part.end;
    sum += std::max<Micros>(end - begin, 0);
  }
  return sum;
}

SeenVideos::SeenVideos(EngineLink& engine, QObject* parent) : QObject(parent), engine_(engine) {
  connect(&engine, &EngineLink::restarted, this, &SeenVideos::refresh);
  connect(&engine, &EngineLink::modelKnown, this, &SeenVideos::refresh);
  connect(&engine, &EngineLink::videoAdded, this, &SeenVideos::refresh);
  connect(&engine, &EngineLink::videoRemoved, this, &SeenVideos::refresh);
  connect(&engine, &EngineLink::watchEnded, this, &SeenVideos::refresh);
  connect(&engine, &EngineLink::memoryRemoved, this, &SeenVideos::refresh);
  connect(&engine, &EngineLink::watchProgress, this, &SeenVideos::follow);
  if (engine.isRunning()) refresh();
}

const SeenVideo* SeenVideos::find(qint64 video) const {
  const auto found = std::find_if(videos_.begin(), videos_.end(),
                                  [&](const SeenVideo& seen) { return seen.video.id == video; });
  return found == videos_.end() ? nullptr : &*found;
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

void SeenVideos::refresh() {
  engine_.send(ListVideos{}, this, [this](const Event& event) {
    const auto* list = std::get_if<VideoList>(&event.body);
    if (list == nullptr) return;
    videos_.clear();
    for (const VideoWithMemories& one : list->videos) {
      SeenVideo seen{one.video, {}, false};
      if (const store::Memory* memory = engine_.answering(one.memories)) {
        seen.seen = memory->coverage;
        seen.finished = memory->finished;
      }
      videos_.push_back(std::move(seen));
    }
    known_ = true;
    emit changed();
  });
}

void SeenVideos::follow(const WatchProgress& progress) {
  for (SeenVideo& video : videos_) {
    if (video.video.id != progress.video || progress.seen_until <= 0) continue;
    if (video.seen.empty()) video.seen.push_back({0, 0});
    video.seen.back().end = std::max(video.seen.back().end, progress.seen_until);
    // A stream's length is known only as it goes.
    video.video.duration = std::max(video.video.duration, progress.duration);
    emit changed();
    return;
  }
}

}  // namespace longtake::ui
