#include "ui/library/state_words.h"

#include <QCoreApplication>
#include <QDir>
#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "ui/base/text.h"

namespace longtake::ui {

namespace {

// Where free functions get their translations from.
struct Words {
  Q_DECLARE_TR_FUNCTIONS(Library)
};

StateWords watchingWords(const WatchQueue::Item& item) {
  QString words = Words::tr("watching %1").arg(seenText(item.seen, item.duration));
  if (item.silentFor > 0) {
    return {
        Words::tr("%1, no progress for %2").arg(words, durationWords(item.silentFor * 1'000'000)),
        Tone::warning};
  }
  if (item.speed > 0) words = Words::tr("%1 at %2").arg(words, speedText(item.speed));
  if (item.left() >= 0) words = Words::tr("%1, %2 left").arg(words, durationWords(item.left()));
  return {words, Tone::active};
}

StateWords queuedWords(const WatchQueue::Item& item, int ahead, qint64 quota) {
  const QString seen = item.seen > 0 ? seenText(item.seen, item.duration) : QString();
  switch (item.state) {
    case WatchQueue::State::watching:
      return watchingWords(item);
    case WatchQueue::State::starting:
      return {seen.isEmpty() ? Words::tr("getting ready")
                             : Words::tr("getting ready to go on at %1").arg(seen),
              Tone::active};
    case WatchQueue::State::paused:
      return {seen.isEmpty() ? Words::tr("paused") : Words::tr("paused at %1").arg(seen),
              Tone::quiet};
    case WatchQueue::State::failed:
      return {Words::tr("stopped: %1").arg(item.what), Tone::bad};
    case WatchQueue::State::full:
      return {Words::tr("waiting: the memories fill the limit of %1").arg(sizeText(quota)),
              Tone::warning};
    case WatchQueue::State::waiting:
      break;
  }
  const QString words =
      ahead == 0 ? Words::tr("waiting, next") : Words::tr("waiting, %1 before it").arg(ahead);
  return {seen.isEmpty() ? words : Words::tr("%1, %2 seen").arg(words, seen), Tone::quiet};
}

}  // namespace

QString seenText(Micros seen, Micros duration) {
  if (duration <= 0) return timeText(seen);
  const double share =
      std::clamp(static_cast<double>(seen) / static_cast<double>(duration), 0.0, 1.0);
  // Cut off, not rounded: 100.0 % is said when it is reached.
  return Words::tr("%1\u00a0%").arg(QLocale().toString(std::floor(share * 1000) / 10, 'f', 1));
}

QString nameOf(const ShelfVideo& video) {
  return video.isNameless() ? Words::tr("Video %1").arg(video.video.id) : text(video.video.name);
}

QString damageWords(const media::FrameSampler::Summary& read) {
  QStringList parts;
  if (!read.damaged.empty()) {
    const TimeRange& first = read.damaged.front();
    parts << Words::tr("could not be read between %1 and %2")
                 .arg(timeText(first.begin, 1), timeText(first.end, 1));
    if (const int more = static_cast<int>(read.damaged.size()) - 1; more > 0) {
      parts << Words::tr("nor at %n other place(s)", nullptr, more);
    }
  }
  if (read.truncated) parts << Words::tr("ends before its own length says");
  return parts.join(QStringLiteral(", "));
}

StateWords stateWords(const Shelf& shelf, const ShelfVideo& video, const WatchQueue::Item* item,
                      int ahead, qint64 quota, const QString& damage) {
  if (video.isNameless()) return {Words::tr("its entry in the library is damaged"), Tone::bad};
  if (video.damaged) return {Words::tr("what was seen of it is damaged"), Tone::bad};
  if (video.missing) return {Words::tr("file not found"), Tone::bad};
  if (item != nullptr) return queuedWords(*item, ahead, quota);
  if (shelf.isWatched(video) && !damage.isEmpty())
    return {Words::tr("seen, but damaged"), Tone::warning};
  if (shelf.isWatched(video))
    return {Words::tr("all seen, %1").arg(sizeText(video.bytes())), Tone::quiet};
  const Micros seen = shelf.watchedUntil(video);
  if (seen > 0)
    return {Words::tr("seen up to %1").arg(seenText(seen, video.video.duration)), Tone::quiet};
  if (!video.memories.empty() && shelf.memory(video) == nullptr) {
    if (text(video.memories.back().model) == shelf.modelName()) {
      return {Words::tr("seen in another quality"), Tone::quiet};
    }
    return {Words::tr("seen with %1, not with %2")
                .arg(text(video.memories.back().model), shelf.modelName()),
            Tone::quiet};
  }
  return {Words::tr("not seen yet"), Tone::quiet};
}

double seenShare(const Shelf& shelf, const ShelfVideo& video, const WatchQueue::Item* item) {
  if (item == nullptr && shelf.isWatched(video)) return 1;
  const Micros duration =
      item != nullptr && item->duration > 0 ? item->duration : video.video.duration;
  const Micros seen = item != nullptr ? item->seen : shelf.watchedUntil(video);
  if (duration <= 0) return 0;
  return std::clamp(static_cast<double>(seen) / static_cast<double>(duration), 0.0, 1.0);
}

QString videoFacts(const ShelfVideo& video, const StateWords& state, const WatchQueue::Item* item,
                   const QString& damage) {
  QStringList lines{nameOf(video), state.words};
  if (video.damaged) lines << Words::tr("It can only be removed, or a backup put back.");
  if (video.isNameless()) return lines.join(QLatin1Char('\n'));
  if (!damage.isEmpty()) lines << damage;
  if (item != nullptr && !item->hint.isEmpty()) lines << item->hint;
  if (video.missing) lines << Words::tr("Relink it to where it lies now: its memory is kept.");
  QStringList facts;
  if (video.video.duration > 0) facts << timeText(video.video.duration);
  if (video.video.width > 0) {
    facts << QStringLiteral("%1×%2").arg(video.video.width).arg(video.video.height);
  }
  if (video.video.size > 0) facts << sizeText(video.video.size);
  if (!facts.isEmpty()) lines << facts.join(QStringLiteral(" · "));
  for (const store::Memory& memory : video.memories) {
    lines << Words::tr("memory of %1: %2, %3")
                 .arg(text(memory.model),
                      memory.coverage.empty()
                          ? Words::tr("nothing yet")
                          : seenText(memory.coverage.back().end, video.video.duration),
                      sizeText(memory.bytes));
  }
  const QString path = text(video.video.path.string());
  lines << (video.isAddress() ? path : QDir::toNativeSeparators(path));
  lines << Words::tr("A click opens it, a double click plays it.");
  return lines.join(QLatin1Char('\n'));
}

}  // namespace longtake::ui
