#include "ui/player/tracks.h"

#include <QCoreApplication>
#include <QLocale>

namespace longtake::ui {

namespace {

// "German" for "deu" or "de"; the code itself where Qt does not know it.
QString languageName(const QString& code) {
  const QLocale locale(code);
  if (locale.language() == QLocale::C) return code;
  return QLocale::languageToString(locale.language());
}

}  // namespace

QString Track::name() const {
  const QString spoken =
      language.isEmpty() || language == QLatin1String("und") ? QString() : languageName(language);
  if (!spoken.isEmpty() && !title.isEmpty()) return QStringLiteral("%1 (%2)").arg(spoken, title);
  if (!spoken.isEmpty()) return spoken;
  if (!title.isEmpty()) return title;
  return QCoreApplication::translate("Track", "Track %1").arg(id);
}

QList<Track> readTracks(const QVariant& mpvTrackList) {
  QList<Track> tracks;
  for (const QVariant& item : mpvTrackList.toList()) {
    const QVariantMap map = item.toMap();
    const QString type = map.value(QStringLiteral("type")).toString();
    if (type != QLatin1String("audio") && type != QLatin1String("sub")) continue;
    Track track;
    track.kind = type == QLatin1String("audio") ? Track::Kind::audio : Track::Kind::subtitles;
    track.id = map.value(QStringLiteral("id")).toInt();
    track.title = map.value(QStringLiteral("title")).toString().left(100);
    track.language = map.value(QStringLiteral("lang")).toString().left(20);
    track.selected = map.value(QStringLiteral("selected")).toBool();
    tracks << track;
  }
  return tracks;
}

QList<Track> tracksOf(const QList<Track>& tracks, Track::Kind kind) {
  QList<Track> result;
  for (const Track& track : tracks) {
    if (track.kind == kind) result << track;
  }
  return result;
}

}  // namespace longtake::ui
