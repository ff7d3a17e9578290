#include "ui/player/jumps.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <algorithm>

#include "ui/base/text.h"

namespace longtake::ui {

namespace {

// Going to a time may show a frame that begins this much before it.
constexpr Micros kHere = 60'000;

}  // namespace

QList<Jump> markJumps(const Workspace& workspace) {
  QList<Jump> jumps;
  for (const store::Marker& marker : workspace.markers()) jumps << Jump{marker.time.begin, 0};
  for (const store::Citation& citation : workspace.answer().citations) {
    if (citation.video_id == workspace.video().id) {
      jumps << Jump{citation.time.begin, citation.id};
    }
  }
  std::stable_sort(jumps.begin(), jumps.end(),
                   [](const Jump& a, const Jump& b) { return a.time < b.time; });
  return jumps;
}

QList<Jump> cutJumps(const Workspace& workspace) {
  QList<Jump> jumps;
  for (const Micros cut : workspace.cuts()) jumps << Jump{cut, 0};
  return jumps;
}

std::optional<Jump> jumpFrom(const QList<Jump>& jumps, Micros position, bool forward) {
  std::optional<Jump> best;
  for (const Jump& jump : jumps) {
    if (forward && jump.time > position + kHere) return jump;
    if (!forward && jump.time < position - kHere) best = jump;
  }
  return best;
}

std::optional<store::Citation> selectedCitation(const Workspace& workspace) {
  for (const store::Citation& citation : workspace.answer().citations) {
    if (citation.id == workspace.citation() && citation.id != 0 &&
        citation.video_id == workspace.video().id) {
      return citation;
    }
  }
  return std::nullopt;
}

QString momentName(const store::Video& video, Micros time) {
  static const QRegularExpression unfit(QStringLiteral("[/\\\\:*?\"<>|\\x00-\\x1f]+"));
  QString base = QFileInfo(text(video.name)).completeBaseName().left(100);
  base.replace(unfit, QStringLiteral("_"));
  const Micros ms = time / 1000;
  const QString clock = QStringLiteral("%1-%2-%3.%4")
                            .arg(ms / 3'600'000, 2, 10, QLatin1Char('0'))
                            .arg(ms / 60'000 % 60, 2, 10, QLatin1Char('0'))
                            .arg(ms / 1000 % 60, 2, 10, QLatin1Char('0'))
                            .arg(ms % 1000, 3, 10, QLatin1Char('0'));
  return base + QLatin1Char(' ') + clock;
}

}  // namespace longtake::ui
