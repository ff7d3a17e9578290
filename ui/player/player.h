// Declares Player: plays one video on the engine's clock. Every time that goes in or comes out
// counts microseconds from the first presented frame; seeks end on the very frame that the engine
// means; ranges begin and end on their frames.
//
// Requests may come at any time, before the file is open and while a seek is under way: the newest
// seek wins, steps add up. Thread rule: GUI thread; nothing waits. Lifetime rule: the VideoSurface
// that shows its pictures is deleted first.
#ifndef LONGTAKE_UI_PLAYER_PLAYER_H_
#define LONGTAKE_UI_PLAYER_PLAYER_H_

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QSize>
#include <QTimer>
#include <optional>

#include "ui/player/frame_clock.h"
#include "ui/player/mpv.h"
#include "ui/player/tracks.h"

namespace longtake::ui {

class Player : public QObject {
  Q_OBJECT

 public:
  enum class State { empty, opening, ready, failed };
  // Those that are offered.
  static constexpr double kSpeeds[] = {0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4, 8};

  explicit Player(QObject* parent = nullptr);

  Mpv& mpv() { return mpv_; }
  // The surface has come or gone; files are opened only while there is one.
  void setSurfaceReady(bool ready);

  // Opens the video, paused at `start`.
  void open(const store::Video& video, Micros start);
  void close();
  State state() const { return state_; }
  QString problem() const { return problem_; }  // of State::failed, mpv's own words

  const FrameClock& clock() const { return clock_; }
  Micros position() const { return position_; }  // when the picture that is shown came on screen
  Micros duration() const { return duration_; }  // 0 = unknown
  bool isPlaying() const { return playing_ || shuttle_ < 0; }
  QSize pictureSize() const { return pictureSize_; }

  // Exact: the frame on screen at `time`; else the keyframe nearest before it, for dragging, and
  // the exact one when nothing more comes.
  void seek(Micros time, bool exact = true);
  void play(bool on);
  void step(int frames);  // pauses; negative: back
  // One notch of J (-1) or L (+1): 1, 2, 4, 8 times, either way. setSpeed() and play() end it.
  void shuttle(int direction);
  int shuttleSpeed() const { return shuttle_; }  // 0: none
  void setSpeed(double speed);
  double speed() const { return speed_; }

  // Plays inside the range, over and over or once, until a seek leads out of it.
  void playRange(TimeRange range, bool loop);
  // Without playing, and until it is set otherwise; the whole video if it is as long.
  void setLoop(std::optional<TimeRange> range);
  std::optional<TimeRange> loop() const { return loop_; }

  void setVolume(int percent);  // 0 to 130
  int volume() const { return volume_; }
  void setMuted(bool on);
  bool isMuted() const { return muted_; }
  const QList<Track>& tracks() const { return tracks_; }
  void selectTrack(Track::Kind kind, int id);  // 0 = none

 signals:
  void stateChanged();
  void positionChanged(longtake::Micros position);
  void durationChanged(longtake::Micros duration);
  void playingChanged(bool playing);
  void speedChanged();
  void loopChanged();
  void volumeChanged();
  void tracksChanged();
  void pictureSizeChanged(QSize size);
  void landed(longtake::Micros position);  // a seek or a step is over, and its picture shows

 private:
  enum class Aim { onScreen, atOrAfter, keyframe };
  struct Seek {
    Micros time = 0;
    Aim aim = Aim::onScreen;
  };
  // What moves the picture: one thing at a time.
  enum class Moving { no, seek, correction, stepBack, stepForward };

  void load();
  void onChanged(const QString& property, const QVariant& value);
  void fail(const QString& problem);
  void onPictureReady();
  void onAnswered(quint64 question, const QVariant& value);
  void onTime(const QVariant& seconds);
  void onEndReached();
  void request(const Seek& seek);
  void begin(const Seek& seek);
  void land(Micros shown);
  void next();
  void shuttleOn();
  void stopShuttle();
  void applyRange();
  void setState(State state);
  void setPosition(Micros position);
  void tellPlaying();

  Mpv mpv_;
  bool surfaceReady_ = false;
  State state_ = State::empty;
  QString problem_;
  QString complaint_;  // mpv's last, of this file
  store::Video video_;
  bool loadWanted_ = false;
  qint64 queued_ = 0;    // the file that was asked for last; 0: mpv has not named it yet
  qint64 started_ = -1;  // the one that mpv is at

  FrameClock clock_;
  Micros position_ = 0;
  Micros duration_ = 0;
  QSize pictureSize_;
  bool playing_ = false;  // what is wanted; mpv follows
  bool toldPlaying_ = false;
  Micros playedFrom_ = -1;  // where play() found it; below 0: it has been elsewhere since
  bool atEnd_ = false;
  bool seeking_ = false;
  double preroll_ = 0;  // seconds: how much earlier the demuxer starts
  double speed_ = 1;

  Moving moving_ = Moving::no;
  Seek seek_;  // of Moving::seek and ::correction
  std::optional<Seek> waiting_;
  int stepsWaiting_ = 0;
  QTimer stepEnds_;  // a step forward at the end shows nothing new
  QTimer settle_;    // after dragging: to the exact picture

  int shuttle_ = 0;
  Micros shuttleFrom_ = 0;
  QElapsedTimer shuttleClock_;
  QTimer shuttleTick_;

  std::optional<TimeRange> loop_;
  bool loopStays_ = false;  // wherever a seek leads
  std::optional<TimeRange> once_;
  int volume_ = 100;
  bool muted_ = false;
  QList<Track> tracks_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_PLAYER_H_
