#include "ui/library/watch_queue.h"

#include <algorithm>
#include <cmath>

#include "ui/base/engine_words.h"
#include "ui/library/state_words.h"

namespace longtake::ui {

namespace {

constexpr int kTellEveryMs = 200;
constexpr int kWriteAfterMs = 100;
// The speed shown follows the real one within about this time.
constexpr double kSmoothingSeconds = 12;
// The sizes of memories are asked for so often while one is growing towards the quota.
constexpr int kQuotaEverySeconds = 15;

using State = WatchQueue::State;

bool isWanted(const WatchQueue::Item& item) {
  return !item.isStopped();
}

}  // namespace

Micros WatchQueue::Item::left() const {
  if (duration <= 0 || speed <= 0) return -1;
  return static_cast<Micros>(static_cast<double>(std::max<Micros>(0, duration - seen)) / speed);
}

WatchQueue::WatchQueue(Context& context, Shelf& shelf, QObject* parent)
    : QObject(parent), context_(context), shelf_(shelf) {
  ticking_.setInterval(1000);
  connect(&ticking_, &QTimer::timeout, this, &WatchQueue::tick);
  telling_.setSingleShot(true);
  connect(&telling_, &QTimer::timeout, this, [this] {
    sinceTold_.start();
    emit changed(std::exchange(touched_, {}));
  });
  writing_.setSingleShot(true);
  writing_.setInterval(kWriteAfterMs);
  connect(&writing_, &QTimer::timeout, this, &WatchQueue::write);
  connect(&context_.engine, &EngineLink::restarted, this, [this] {
    if (writing_.isActive()) write();
    library_.clear();
    if (Item* cut = item(running_)) {
      if (!cut->isStopped()) cut->state = State::waiting;
      cut->silentFor = 0;
      touch(running_);
    }
    running_ = 0;  // its request ended with the engine
    request_ = 0;
    stopping_ = false;
    ticking_.stop();
  });
  connect(&context_.workspace, &Workspace::libraryLeft, this, [this] {
    damage_.clear();
    early_.clear();
  });
  connect(&shelf_, &Shelf::loaded, this, &WatchQueue::restore);
  connect(&shelf_, &Shelf::changed, this, &WatchQueue::follow);
  connect(&context_.settings, &Settings::changed, this, &WatchQueue::checkQuota);
  if (shelf_.isLoaded()) restore();
}

WatchQueue::~WatchQueue() {
  if (writing_.isActive()) write();
}

void WatchQueue::restore() {
  library_ = context_.settings.libraryFolder();
  const QList<qint64> paused = context_.settings.paused();
  std::vector<Item> items;
  QSet<qint64> taken;
  for (const qint64 video : context_.settings.queue()) {
    const ShelfVideo* known = shelf_.find(video);
    if (known == nullptr || known->damaged || taken.contains(video)) continue;
    taken.insert(video);
    Item item;
    item.video = video;
    item.state = paused.contains(video) ? State::paused : State::waiting;
    item.seen = shelf_.watchedUntil(*known);
    item.duration = known->video.duration;
    items.push_back(item);
  }
  setItems(std::move(items));
  for (const qint64 video : std::exchange(early_, {})) add(video);
  store();
  emit orderChanged();
  pump();
}

void WatchQueue::store() {
  if (!writing_.isActive()) writing_.start();
}

void WatchQueue::write() {
  writing_.stop();
  // Another library has been chosen: its own queue is not to be overwritten with this one.
  if (library_ != context_.settings.libraryFolder()) return;
  QList<qint64> paused;
  for (const Item& item : items_) {
    if (item.state == State::paused) paused << item.video;
  }
  context_.settings.setQueue(all());
  context_.settings.setPaused(paused);
}

QList<qint64> WatchQueue::all() const {
  QList<qint64> videos;
  for (const Item& item : items_) videos << item.video;
  return videos;
}

int WatchQueue::active() const {
  return static_cast<int>(std::count_if(items_.begin(), items_.end(), isWanted));
}

void WatchQueue::setItems(std::vector<Item> items) {
  items_ = std::move(items);
  places_.clear();
  for (const Item& item : items_) places_[item.video] = static_cast<int>(places_.size());
}

const WatchQueue::Item* WatchQueue::find(qint64 video) const {
  const int at = place(video);
  return at < 0 ? nullptr : &items_[static_cast<std::size_t>(at)];
}

WatchQueue::Item* WatchQueue::item(qint64 video) {
  return const_cast<Item*>(find(video));
}

int WatchQueue::place(qint64 video) const {
  return places_.value(video, -1);
}

void WatchQueue::add(qint64 video) {
  if (!shelf_.isLoaded()) {
    early_ << video;
    return;
  }
  const ShelfVideo* known = shelf_.find(video);
  if (find(video) != nullptr) return;
  // As long as the model is unknown, the engine finds out whether there is anything to do.
  if (known != nullptr && !shelf_.modelName().isEmpty() && shelf_.isWatched(*known)) return;
  Item item;
  item.video = video;
  if (known != nullptr) {
    item.seen = shelf_.watchedUntil(*known);
    item.duration = known->video.duration;
  }
  places_[video] = static_cast<int>(items_.size());
  items_.push_back(item);
  store();
  touch(video);
  pump();
}

void WatchQueue::pause(const QList<qint64>& videos) {
  for (const qint64 video : videos) {
    Item* found = item(video);
    if (found == nullptr || found->state == State::failed) continue;
    found->state = State::paused;
    found->silentFor = 0;
    if (video == running_) stopRunning();
    touch(video);
  }
  store();
  pump();
}

void WatchQueue::resume(const QList<qint64>& videos) {
  for (const qint64 video : videos) {
    Item* found = item(video);
    if (found == nullptr) {
      add(video);
    } else if (found->isStopped()) {
      found->state = State::waiting;
      found->what.clear();
      found->hint.clear();
      touch(video);
    }
  }
  store();
  pump();
}

bool WatchQueue::drop(qint64 video) {
  const int at = place(video);
  if (at < 0) return false;
  items_.erase(items_.begin() + at);
  setItems(std::move(items_));
  return true;
}

void WatchQueue::remove(qint64 video) {
  if (video == running_) stopRunning();
  if (!drop(video)) return;
  store();
  touch(video);
  emit orderChanged();
  pump();
}

void WatchQueue::move(const QList<qint64>& videos, qint64 before) {
  std::vector<Item> moved;
  std::vector<Item> rest;
  for (const Item& item : items_) (videos.contains(item.video) ? moved : rest).push_back(item);
  if (moved.empty() || videos.contains(before)) return;
  const auto at = std::find_if(rest.begin(), rest.end(),
                               [before](const Item& item) { return item.video == before; });
  rest.insert(at, moved.begin(), moved.end());
  setItems(std::move(rest));
  store();
  emit orderChanged();
  // What is first is watched: whatever is running gives way and waits in its new place.
  const auto first = std::find_if(items_.begin(), items_.end(), isWanted);
  if (running_ != 0 && first != items_.end() && first->video != running_) {
    if (Item* running = item(running_)) {
      running->state = State::waiting;
      touch(running_);
    }
    stopRunning();
  }
}

void WatchQueue::pump() {
  if (running_ != 0 || !context_.engine.isRunning() || !shelf_.isLoaded()) return;
  const bool full = overQuota();
  for (Item& item : items_) {
    if (item.isStopped()) continue;
    const State state = full ? State::full : State::waiting;
    if (item.state != state) touch(item.video);
    item.state = state;
  }
  if (full) return;
  const auto next = std::find_if(items_.begin(), items_.end(), isWanted);
  if (next != items_.end()) begin(*next);
}

void WatchQueue::begin(Item& item) {
  item.state = State::starting;
  item.speed = 0;
  item.silentFor = 0;
  const qint64 video = item.video;
  running_ = video;
  stopping_ = false;
  touch(video);
  ticking_.start();
  sinceProgress_.start();
  shelf_.checkFiles();

  WatchVideo command{video};
  const ShelfVideo* known = shelf_.find(video);
  // A memory that was begun goes on as it is; the settings are for new ones.
  if (known == nullptr || shelf_.memory(*known) == nullptr) {
    if (context_.settings.framesPerSecond() > 0) command.fps = context_.settings.framesPerSecond();
    if (context_.settings.keyframesOnly()) command.sampling = media::SamplingMode::keyframes;
  }
  request_ = context_.engine.send(command, this,
                                  [this, video](const Event& event) { hear(video, event); });
}

void WatchQueue::stopRunning() {
  if (running_ == 0 || stopping_) return;
  stopping_ = true;
  context_.engine.cancel(request_);
}

void WatchQueue::hear(qint64 video, const Event& event) {
  Item* found = item(video);
  if (const auto* step = std::get_if<WatchProgress>(&event.body)) {
    if (found != nullptr && !stopping_) progress(*found, *step);
    return;
  }
  if (!ends_request(event)) return;
  if (found != nullptr) {
    if (const auto* end = std::get_if<WatchEnded>(&event.body)) {
      if (!end->memory.coverage.empty()) found->seen = end->memory.coverage.back().end;
      // One that goes on says nothing of the part before.
      if (const QString damage = damageWords(end->sampler); !damage.isEmpty()) {
        damage_[video] = damage;
      }
      if (end->finished) {
        ended(video);
        shelf_.note(end->memory);
        return;
      }
      // Somebody else's cancel: as if it had been paused here.
      if (!stopping_) found->state = State::paused;
    } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      if (failure->code == ErrorCode::cancelled) {
        if (!stopping_) found->state = State::paused;
      } else {
        found->state = State::failed;
        found->what = engineText(failure->message);
        found->hint = engineText(failure->hint);
        shelf_.checkFiles();
      }
    }
    found->silentFor = 0;
  }
  running_ = 0;
  request_ = 0;
  stopping_ = false;
  ticking_.stop();
  touch(video);
  store();
  pump();
}

void WatchQueue::ended(qint64 video) {
  running_ = 0;
  request_ = 0;
  stopping_ = false;
  ticking_.stop();
  drop(video);
  store();
  touch(video);
  emit orderChanged();
  emit finished(video);
  pump();
}

void WatchQueue::progress(Item& item, const WatchProgress& progress) {
  const double wall = static_cast<double>(sinceProgress_.nsecsElapsed()) / 1e9;
  sinceProgress_.start();
  const double stream = static_cast<double>(progress.seen_until - item.seen) / 1e6;
  if (item.state == State::starting) {
    // The first chunk waited for the model to load: its own speed says nothing about the next ones.
    recentStream_ = 0;
    recentWall_ = 0;
    item.speed = 0;
  } else if (wall > 0 && stream >= 0) {
    const double keep = std::exp(-wall / kSmoothingSeconds);
    recentStream_ = recentStream_ * keep + stream;
    recentWall_ = recentWall_ * keep + wall;
    item.speed = recentStream_ / recentWall_;
  }
  item.state = State::watching;
  item.silentFor = 0;
  item.seen = progress.seen_until;
  item.duration = progress.duration;
  touch(item.video);
}

void WatchQueue::tick() {
  Item* found = item(running_);
  if (found == nullptr) return;
  const qint64 silent = sinceProgress_.elapsed();
  if (found->state == State::watching && silent >= stallAfterMs_) {
    found->silentFor = std::max<qint64>(1, silent / 1000);
    touch(running_);
  }
  // The memory grows: whether it still fits is known only from its size on disk.
  if (context_.settings.diskQuota() > 0 && ++ticks_ % kQuotaEverySeconds == 0) shelf_.refresh();
}

void WatchQueue::follow() {
  for (Item& item : items_) {
    const ShelfVideo* known = shelf_.find(item.video);
    if (known == nullptr || item.video == running_) continue;
    // What was added was not on the shelf yet.
    if (item.duration == 0) item.duration = known->video.duration;
    if (item.seen == 0) item.seen = shelf_.watchedUntil(*known);
  }
  checkQuota();
}

bool WatchQueue::overQuota() const {
  const qint64 quota = context_.settings.diskQuota();
  return quota > 0 && shelf_.memoryBytes() >= quota;
}

void WatchQueue::checkQuota() {
  if (running_ == 0) {
    pump();
    return;
  }
  if (!overQuota() || stopping_) return;
  if (Item* found = item(running_)) {
    found->state = State::full;
    touch(running_);
  }
  stopRunning();
}

void WatchQueue::touch(qint64 video) {
  touched_.insert(video);
  if (telling_.isActive()) return;
  // At once, unless something has just been told.
  const qint64 since = sinceTold_.isValid() ? sinceTold_.elapsed() : kTellEveryMs;
  telling_.start(static_cast<int>(std::max<qint64>(0, kTellEveryMs - since)));
}

}  // namespace longtake::ui
