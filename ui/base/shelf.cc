#include "ui/base/shelf.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "ui/base/aside.h"
#include "ui/base/text.h"

namespace longtake::ui {

namespace {

// Of many files that are added or removed: often enough to see them come and go, seldom enough to
// cost nothing.
constexpr int kSoonMs = 60;

bool sameMemories(const std::vector<store::Memory>& a, const std::vector<store::Memory>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& two) {
    return one.id == two.id && one.bytes == two.bytes && one.finished == two.finished &&
           one.state == two.state && one.blocks == two.blocks;
  });
}

bool sameVideo(const store::Video& a, const store::Video& b) {
  return a.id == b.id && a.path == b.path && a.name == b.name && a.duration == b.duration;
}

}  // namespace

std::int64_t ShelfVideo::bytes() const {
  std::int64_t sum = 0;
  for (const store::Memory& memory : memories) sum += memory.bytes;
  return sum;
}

bool ShelfVideo::isAddress() const {
  return video.path.string().find("://") != std::string::npos;
}

Shelf::Shelf(EngineLink& engine, QObject* parent) : QObject(parent), engine_(engine) {
  for (QTimer* timer : {&soon_, &telling_}) {
    timer->setSingleShot(true);
    timer->setInterval(kSoonMs);
  }
  connect(&soon_, &QTimer::timeout, this, &Shelf::ask);
  connect(&telling_, &QTimer::timeout, this, [this] { emit changed(std::exchange(touched_, {})); });
  connect(&engine_, &EngineLink::restarted, this, &Shelf::restart);
  connect(&engine_, &EngineLink::videoAdded, this, &Shelf::put);
  connect(&engine_, &EngineLink::watchProgress, this, &Shelf::grow);
  connect(&engine_, &EngineLink::videoRemoved, this, &Shelf::refresh);
  connect(&engine_, &EngineLink::watchEnded, this, &Shelf::refresh);
  connect(&engine_, &EngineLink::memoryRemoved, this, &Shelf::refresh);
  connect(&engine_, &EngineLink::modelChecked, this, [this] {
    QSet<qint64> all;
    for (const ShelfVideo& video : videos_) all.insert(video.video.id);
    emit changed(all);
  });
  if (engine_.isRunning()) restart();
}

void Shelf::restart() {
  loaded_ = false;
  asking_ = false;
  ask();
}

void Shelf::refresh() {
  if (!soon_.isActive()) soon_.start();
}

void Shelf::ask() {
  if (!engine_.isRunning()) return;
  if (asking_) {
    refresh();
    return;
  }
  asking_ = true;
  unlisted_.clear();
  engine_.send(ListVideos{}, this, [this](const Event& event) {
    asking_ = false;
    if (const auto* list = std::get_if<VideoList>(&event.body)) adopt(*list);
  });
}

void Shelf::adopt(const VideoList& list) {
  QSet<qint64> touched;
  std::vector<ShelfVideo> videos;
  videos.reserve(list.videos.size());
  QHash<qint64, std::size_t> places;
  for (const VideoWithMemories& entry : list.videos) {
    const ShelfVideo* old = find(entry.video.id);
    if (old == nullptr || !sameVideo(old->video, entry.video) ||
        !sameMemories(old->memories, entry.memories)) {
      touched.insert(entry.video.id);
    }
    const bool moved = old == nullptr || old->video.path != entry.video.path;
    places[entry.video.id] = videos.size();
    videos.push_back({entry.video, entry.memories, !moved && old->missing});
  }
  for (const qint64 damaged : list.damaged) {
    if (!places.contains(damaged)) {
      places[damaged] = videos.size();
      videos.emplace_back().video.id = damaged;
    }
    videos[places[damaged]].damaged = true;
    const ShelfVideo* old = find(damaged);
    if (old == nullptr || !old->damaged) touched.insert(damaged);
  }
  for (const ShelfVideo& old : videos_) {
    if (places.contains(old.video.id)) continue;
    if (unlisted_.contains(old.video.id)) {
      places[old.video.id] = videos.size();
      videos.push_back(old);
    } else {
      touched.insert(old.video.id);
    }
  }
  std::sort(videos.begin(), videos.end(),
            [](const auto& one, const auto& other) { return one.video.id < other.video.id; });
  for (std::size_t i = 0; i < videos.size(); ++i) places[videos[i].video.id] = i;
  videos_ = std::move(videos);
  places_ = std::move(places);
  count();
  const bool first = !loaded_;
  loaded_ = true;
  if (!touched.isEmpty()) emit changed(touched);
  if (first) emit loaded();
  if (first || !touched.isEmpty()) checkFiles();
}

// Added, found again or looked up: the engine says all about it that is new.
void Shelf::put(const store::Video& video) {
  if (asking_) {
    unlisted_.insert(video.id);
    refresh();  // nor does it say where a file is that has been found again
  }
  const auto place = places_.constFind(video.id);
  if (place == places_.constEnd()) {
    places_[video.id] = videos_.size();
    videos_.push_back({video, {}});
  } else {
    ShelfVideo& known = videos_[*place];
    if (sameVideo(known.video, video)) return;
    known.missing = known.missing && known.video.path == video.path;
    known.video = video;
  }
  tell(video.id);
}

void Shelf::grow(const WatchProgress& progress) {
  const auto place = places_.constFind(progress.video);
  if (place == places_.constEnd()) return;
  ShelfVideo& video = videos_[*place];
  // A stream's length is known only as it goes.
  video.video.duration = std::max(video.video.duration, progress.duration);
  const auto memory =
      std::find_if(video.memories.begin(), video.memories.end(),
                   [&](const store::Memory& known) { return known.id == progress.memory; });
  if (memory == video.memories.end()) {
    refresh();  // it has just been begun
    return;
  }
  if (progress.seen_until > 0) {
    if (memory->coverage.empty()) memory->coverage.push_back({0, 0});
    Micros& end = memory->coverage.back().end;
    end = std::max(end, progress.seen_until);
  }
  emit grew(progress.video);
}

void Shelf::tell(qint64 video) {
  touched_.insert(video);
  if (!telling_.isActive()) telling_.start();
}

void Shelf::count() {
  memoryBytes_ = 0;
  for (const ShelfVideo& video : videos_) memoryBytes_ += video.bytes();
}

void Shelf::note(const store::Memory& memory) {
  const auto place = places_.constFind(memory.video_id);
  if (place == places_.constEnd()) return;
  auto& memories = videos_[*place].memories;
  const auto known = std::find_if(memories.begin(), memories.end(),
                                  [&](const auto& other) { return other.id == memory.id; });
  if (known == memories.end()) {
    memories.push_back(memory);
  } else {
    *known = memory;
  }
  count();
  emit changed({memory.video_id});
}

void Shelf::checkFiles() {
  if (videos_.empty()) return;
  if (checking_) {
    checkAgain_ = true;
    return;
  }
  checking_ = true;
  struct Place {
    qint64 video;
    std::filesystem::path path;
    std::int64_t size;
  };
  std::vector<Place> files;
  for (const ShelfVideo& video : videos_) {
    if (!video.isAddress() && !video.isNameless())
      files.push_back({video.video.id, video.video.path, video.video.size});
  }
  const auto look = [files = std::move(files)] {
    QHash<qint64, std::filesystem::path> gone;
    for (const Place& file : files) {
      std::error_code error;
      // Another size is another file under the same name; the engine compares the content, too.
      if (!std::filesystem::is_regular_file(file.path, error) ||
          static_cast<std::int64_t>(std::filesystem::file_size(file.path, error)) != file.size) {
        gone.insert(file.video, file.path);
      }
    }
    return gone;
  };
  runAside(this, look, [this](const QHash<qint64, std::filesystem::path>& gone) {
    checking_ = false;
    QSet<qint64> touched;
    for (ShelfVideo& video : videos_) {
      const auto found = gone.constFind(video.video.id);
      // Relinked meanwhile: what was looked at is not where it lies now.
      const bool missing = found != gone.constEnd() && *found == video.video.path;
      if (video.missing != missing) touched.insert(video.video.id);
      video.missing = missing;
    }
    if (!touched.isEmpty()) emit changed(touched);
    if (std::exchange(checkAgain_, false)) checkFiles();
  });
}

const ShelfVideo* Shelf::find(qint64 video) const {
  const auto found = places_.constFind(video);
  return found == places_.constEnd() ? nullptr : &videos_[*found];
}

const store::Memory* Shelf::memory(const ShelfVideo& video) const {
  return engine_.answering(video.memories);
}

Micros Shelf::watchedUntil(const ShelfVideo& video) const {
  const store::Memory* found = memory(video);
  return found == nullptr || found->coverage.empty() ? 0 : found->coverage.back().end;
}

bool Shelf::isWatched(const ShelfVideo& video) const {
  const store::Memory* found = memory(video);
  return found != nullptr && found->finished;
}

}  // namespace longtake::ui
