// Declares Track: a sound or subtitle track of the open video, and how mpv's list of them is read.
//
// Thread rule: any thread. Lifetime rule: plain values.
#ifndef LONGTAKE_UI_PLAYER_TRACKS_H_
#define LONGTAKE_UI_PLAYER_TRACKS_H_

#include <QList>
#include <QString>
#include <QVariant>

namespace longtake::ui {

struct Track {
  enum class Kind { audio, subtitles };
  Kind kind = Kind::audio;
  int id = 0;  // mpv's, from 1, by kind
  QString title;
  QString language;  // as the file has it, e.g. "deu"
  bool selected = false;

  // "German (Director's comments)", "Track 2".
  QString name() const;
  bool operator==(const Track&) const = default;
};

QList<Track> readTracks(const QVariant& mpvTrackList);
QList<Track> tracksOf(const QList<Track>& tracks, Track::Kind kind);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_TRACKS_H_
