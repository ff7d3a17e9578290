#include "ui/markers/marker_book.h"

#include <algorithm>

#include "ui/base/engine_words.h"

namespace longtake::ui {

namespace {

constexpr int kAgainMs = 20;

bool sameContent(const store::Marker& a, const store::Marker& b) {
  return a.video_id == b.video_id && a.time == b.time && a.label == b.label &&
         a.colour == b.colour && a.note == b.note;
}

}  // namespace

MarkerBook& MarkerBook::of(Context& context) {
  if (auto* book =
          context.workspace.findChild<MarkerBook*>(QString(), Qt::FindDirectChildrenOnly)) {
    return *book;
  }
  return *new MarkerBook(context, &context.workspace);
}

MarkerBook::MarkerBook(Context& context, QObject* parent) : QObject(parent), context_(context) {
  loading_.setSingleShot(true);
  connect(&loading_, &QTimer::timeout, this, &MarkerBook::load);
  connect(&context_.workspace, &Workspace::videoChanged, this, &MarkerBook::openVideo);
  connect(&context_.workspace, &Workspace::libraryLeft, this, [this] { others_.clear(); });
  connect(&context_.engine, &EngineLink::markersChanged, this, [this](qint64 video) {
    if (video == 0 || video == video_) loading_.start(0);
  });
  connect(&context_.engine, &EngineLink::restarted, this, [this] {
    // Answers that were under way will not come: what is stored decides.
    for (const EntryPointer& entry : entries_) entry->busy = false;
    for (const auto& entries : others_) {
      for (const EntryPointer& entry : entries) entry->busy = false;
    }
    loading_.start(0);
  });
  openVideo();
}

void MarkerBook::openVideo() {
  // The steps that can be taken back know the markers by their keys: they stay the same ones.
  others_[video_] = entries_;
  video_ = context_.workspace.video().id;
  entries_ = others_.take(video_);
  if (video_ != 0) load();
}

void MarkerBook::load() {
  if (video_ == 0) return;
  if (isBusy()) {
    loading_.start(kAgainMs);  // the list may or may not hold what is being saved
    return;
  }
  context_.engine.send(ListMarkers{video_}, this,
                       [this, video = video_, changes = changes_](const Event& event) {
                         const auto* list = std::get_if<MarkerList>(&event.body);
                         if (list == nullptr || video != video_) return;
                         if (changes == changes_) {
                           merge(list->markers);
                         } else {
                           loading_.start(kAgainMs);  // overtaken by a change
                         }
                       });
}

// Brings the book in line with the library, where others may have been writing too.
void MarkerBook::merge(const std::vector<store::Marker>& markers) {
  QMap<Key, EntryPointer> left = entries_;
  for (const store::Marker& marker : markers) {
    auto known = std::find_if(left.begin(), left.end(), [&](const EntryPointer& entry) {
      return entry->stored && entry->stored->id == marker.id;
    });
    if (known == left.end()) {
      // Saved, but the answer was lost with the engine that would have given it.
      known = std::find_if(left.begin(), left.end(), [&](const EntryPointer& entry) {
        return !entry->stored && entry->wanted && sameContent(*entry->wanted, marker);
      });
    }
    if (known == left.end()) {
      auto entry = std::make_shared<Entry>();
      entry->key = newKey();
      entry->stored = entry->wanted = marker;
      entries_.insert(entry->key, entry);
      continue;
    }
    const EntryPointer entry = *known;
    left.erase(known);
    const bool unchanged =
        entry->wanted && entry->stored && sameContent(*entry->wanted, *entry->stored);
    entry->stored = marker;
    if (unchanged) entry->wanted = marker;
  }
  for (const EntryPointer& entry : left) {
    if (entry->stored && entry->wanted && sameContent(*entry->wanted, *entry->stored)) {
      entry->wanted.reset();  // removed by somebody else
    }
    entry->stored.reset();
  }
  for (const EntryPointer& entry : std::as_const(entries_)) bring(entry);
  report();
}

std::optional<MarkerBook::Key> MarkerBook::keyOf(qint64 id) const {
  if (id < 0) return entries_.contains(id) ? std::optional(id) : std::nullopt;
  for (const EntryPointer& entry : entries_) {
    if (entry->stored && entry->stored->id == id) return entry->key;
  }
  return std::nullopt;
}

std::optional<store::Marker> MarkerBook::find(Key key) const {
  const EntryPointer entry = entries_.value(key);
  if (entry == nullptr || !entry->wanted) return std::nullopt;
  store::Marker marker = *entry->wanted;
  marker.id = entry->stored ? entry->stored->id : entry->key;
  return marker;
}

qint64 MarkerBook::idOf(Key key) const {
  const auto marker = find(key);
  return marker ? marker->id : 0;
}

void MarkerBook::set(Key key, const std::optional<store::Marker>& wanted) {
  EntryPointer& entry = entries_[key];
  if (entry == nullptr) {
    entry = std::make_shared<Entry>();
    entry->key = key;
  }
  entry->wanted = wanted;
  bring(entry);
  report();
}

// Sends what it takes to make the library hold what is wanted; one command at a time.
void MarkerBook::bring(const EntryPointer& entry) {
  if (entry->busy) return;
  if (entry->wanted) {
    if (entry->stored && sameContent(*entry->wanted, *entry->stored)) return;
    SaveMarker command{*entry->wanted};
    command.marker.id = entry->stored ? entry->stored->id : 0;
    entry->busy = true;
    ++changes_;
    context_.engine.send(command, this, [this, entry, sent = command.marker](const Event& event) {
      if (const auto* saved = std::get_if<MarkerSaved>(&event.body)) {
        entry->stored = sent;
        entry->stored->id = saved->marker;
      }
      settle(entry, event);
    });
  } else if (entry->stored) {
    entry->busy = true;
    ++changes_;
    context_.engine.send(RemoveMarker{entry->stored->id}, this, [this, entry](const Event& event) {
      if (std::holds_alternative<Done>(event.body)) entry->stored.reset();
      settle(entry, event);
    });
  }
}

void MarkerBook::settle(const EntryPointer& entry, const Event& event) {
  entry->busy = false;
  if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
    entry->wanted = entry->stored;
    if (failure->code == ErrorCode::not_found) {  // removed by somebody else
      entry->wanted.reset();
      entry->stored.reset();
    }
    emit failed(engineText(failure->message));
    emit context_.engine.failed(engineText(failure->message), engineText(failure->hint));
  } else {
    bring(entry);  // it may have been changed again
  }
  if (entries_.value(entry->key) == entry) report();
}

bool MarkerBook::isBusy() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const EntryPointer& entry) { return entry->busy; });
}

void MarkerBook::report() {
  QList<store::Marker> markers;
  for (const EntryPointer& entry : entries_) {
    if (const auto marker = find(entry->key)) markers << *marker;
  }
  context_.workspace.reportMarkers(markers);
}

}  // namespace longtake::ui
