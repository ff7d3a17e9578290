#include "ui/library/shelf.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "ui/base/text.h"
#include "ui/library/aside.h"

namespace longtake::ui {

namespace {

// Adding many files asks for the list after each: often enough to see them come, seldom enough to
// cost nothing.
constexpr int kSoonMs = 60;

bool sameMemories(const std::vector<store::Memory>& a, const std::vector<store::Memory>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& two) {
    return one.id == two.id && one.bytes == two.bytes && one.finished == two.finished &&
           one.state == two.state && one.blocks == two.blocks;
  });
}

bool sameVideo(const store::Video& a, const store::Video& b) {
  return a.id == b.id && a.path == b.path && a.name == b.name && a.duration == b.duration &&
         a.state == b.state;
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

Shelf::Shelf(Context& context, QObject* parent) : QObject(parent), context_(context) {
  soon_.setSingleShot(true);
  soon_.setInterval(kSoonMs);
  connect(&soon_, &QTimer::timeout, this, &Shelf::ask);
  connect(&context_.engine, &EngineLink::restarted, this, &Shelf::restart);
  connect(&context_.engine, &EngineLink::videoAdded, this, &Shelf::refresh);
  connect(&context_.engine, &EngineLink::videoRemoved, this, &Shelf::refresh);
  connect(&context_.engine, &EngineLink::watchEnded, this, &Shelf::refresh);
  connect(&context_.engine, &EngineLink::memoryRemoved, this, &Shelf::refresh);
  connect(&context_.engine, &EngineLink::modelKnown, this, [this] {
    QSet<qint64> all;
    for (const ShelfVideo& video : videos_) all.insert(video.video.id);
    emit changed(all);
  });
  if (context_.engine.isRunning()) restart();
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
  if (!context_.engine.isRunning()) return;
  if (asking_) {
    refresh();
    return;
  }
  asking_ = true;
  context_.engine.send(ListVideos{}, this, [this](const Event& event) {
    asking_ = false;
    if (const auto* list = std::get_if<VideoList>(&event.body)) take(*list);
  });
}

void Shelf::take(const VideoList& list) {
  QSet<qint64> touched;
  std::vector<ShelfVideo> videos;
  videos.reserve(list.videos.size());
  for (const VideoWithMemories& entry : list.videos) {
    const ShelfVideo* old = find(entry.video.id);
    if (old == nullptr || !sameVideo(old->video, entry.video) ||
        !sameMemories(old->memories, entry.memories)) {
      touched.insert(entry.video.id);
    }
    const bool moved = old == nullptr || old->video.path != entry.video.path;
    videos.push_back({entry.video, entry.memories, !moved && old->missing});
  }
  for (const qint64 damaged : list.damaged) {
    const auto known = std::find_if(videos.begin(), videos.end(), [damaged](const auto& video) {
      return video.video.id == damaged;
    });
    ShelfVideo& video = known != videos.end() ? *known : videos.emplace_back();
    video.video.id = damaged;
    video.damaged = true;
    const ShelfVideo* old = find(damaged);
    if (old == nullptr || !old->damaged) touched.insert(damaged);
  }
  std::sort(videos.begin(), videos.end(),
            [](const auto& one, const auto& other) { return one.video.id < other.video.id; });
  QHash<qint64, std::size_t> places;
  for (std::size_t i = 0; i < videos.size(); ++i) places[videos[i].video.id] = i;
  for (const ShelfVideo& old : videos_) {
    if (!places.contains(old.video.id)) touched.insert(old.video.id);
  }
  videos_ = std::move(videos);
  places_ = std::move(places);
  count();
  const bool first = !loaded_;
  loaded_ = true;
  if (!touched.isEmpty()) emit changed(touched);
  if (first) emit loaded();
  if (first || !touched.isEmpty()) checkFiles();
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
  return context_.engine.answering(video.memories);
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
