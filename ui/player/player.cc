#include "ui/player/player.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cmath>

#include "ui/base/text.h"

namespace longtake::ui {

namespace {

// Tags of the questions to mpv.
enum Question : quint64 { kStartTime = 1, kConfigured, kAtEnd, kShown, kNow };

// After the last keyframe seek of a drag.
constexpr int kSettleMs = 200;
constexpr int kStepMs = 400;
constexpr int kShuttleTickMs = 20;
// A picture this long after the one that was sought is not its neighbour. Then the demuxer is sent
// back by the first preroll, then by the second: seconds that have to be decoded for nothing.
constexpr double kGrossMiss = 0.3;
constexpr double kFirstPreroll = 2;
constexpr double kMostPreroll = 12;
constexpr int kFastest = 8;
// From this speed on, going back shows keyframes only.
constexpr int kKeyframesFrom = 4;

QString seconds(double value) {
  return QString::number(value, 'f', 6);
}

bool isAddress(const std::string& path) {
  return path.find("://") != std::string::npos;
}

// The container's clock at the first presented frame, in seconds; empty where the engine did not
// store it.
std::optional<double> startOffset(const store::Video& video) {
  const QJsonObject info = QJsonDocument::fromJson(QByteArray::fromStdString(video.info)).object();
  const QJsonValue value = info.value(QStringLiteral("start_offset_us"));
  if (!value.isDouble()) return std::nullopt;
  return value.toDouble() / 1e6;
}

}  // namespace

Player::Player(QObject* parent) : QObject(parent), mpv_(this) {
  connect(&mpv_, &Mpv::changed, this, &Player::onChanged);
  connect(&mpv_, &Mpv::answered, this, &Player::onAnswered);
  connect(&mpv_, &Mpv::pictureReady, this, &Player::onPictureReady);
  connect(&mpv_, &Mpv::complained, this, [this](const QString& line) { complaint_ = line; });
  connect(&mpv_, &Mpv::commandFailed, this, [this](quint64 tag, const QString& /*reason*/) {
    if (tag == kShown && moving_ != Moving::no) land(position_);
  });
  connect(&mpv_, &Mpv::fileQueued, this, [this](qint64 file) { queued_ = file; });
  connect(&mpv_, &Mpv::fileStarted, this, [this](qint64 file) { started_ = file; });
  connect(&mpv_, &Mpv::fileFailed, this, [this](qint64 file, const QString& reason) {
    // Not if an earlier file ended, or this one for want of a surface.
    if (file != queued_ || loadWanted_) return;
    fail(complaint_.isEmpty() ? reason : complaint_);
  });
  // "seeking" first: it is told before the time that goes with it.
  for (const char* property :
       {"seeking", "time-pos", "duration", "eof-reached", "track-list", "video-out-params"}) {
    mpv_.observe(property);
  }
  for (QTimer* timer : {&stepEnds_, &settle_, &shuttleTick_}) timer->setSingleShot(true);
  connect(&stepEnds_, &QTimer::timeout, this, [this] {
    if (moving_ == Moving::stepForward) land(position_);
  });
  connect(&settle_, &QTimer::timeout, this, [this] { request({position_, Aim::onScreen}); });
  connect(&shuttleTick_, &QTimer::timeout, this, &Player::shuttleOn);
}

// --- Opening -------------------------------------------------------------------------------------

void Player::setSurfaceReady(bool ready) {
  surfaceReady_ = ready;
  if (ready) {
    if (loadWanted_) load();
  } else if (state_ == State::ready || state_ == State::opening) {
    // With the surface mpv loses the picture, and with that the file: it is opened anew where it
    // was, playing if it was.
    waiting_ = Seek{position_, Aim::onScreen};
    moving_ = Moving::no;
    loadWanted_ = true;
    setState(State::opening);
  }
}

void Player::open(const store::Video& video, Micros start) {
  close();
  video_ = video;
  clock_ = {0, constantRate(video)};
  duration_ = video.duration;
  position_ = std::max<Micros>(start, 0);
  if (start > 0) waiting_ = Seek{start, Aim::onScreen};
  loadWanted_ = true;
  if (!mpv_.isValid()) {
    fail(tr("libmpv could not be started"));
    return;
  }
  setState(State::opening);
  emit durationChanged(duration_);
  emit positionChanged(position_);
  if (surfaceReady_) load();
}

void Player::load() {
  loadWanted_ = false;
  complaint_.clear();
  problem_.clear();
  // A file may name other places, which must not be asked for; an address was typed by somebody.
  const std::string path = video_.path.string();
  mpv_.set("demuxer-lavf-o", QString(isAddress(path) ? "" : "protocol_whitelist=file"));
  mpv_.set("pause", true);
  queued_ = 0;
  preroll_ = 0;
  mpv_.set("hr-seek-demuxer-offset", preroll_);
  mpv_.command({QStringLiteral("loadfile"), QString::fromStdString(path)});
}

void Player::close() {
  playing_ = false;
  stopShuttle();
  for (QTimer* timer : {&stepEnds_, &settle_, &shuttleTick_}) timer->stop();
  moving_ = Moving::no;
  waiting_.reset();
  stepsWaiting_ = 0;
  loadWanted_ = false;
  atEnd_ = false;
  if (loop_ || once_) {
    loop_.reset();
    once_.reset();
    applyRange();
    emit loopChanged();
  }
  if (state_ != State::empty) mpv_.command({QStringLiteral("stop")});
  video_ = {};
  position_ = 0;
  duration_ = 0;
  tellPlaying();
  setState(State::empty);
}

void Player::setState(State state) {
  if (state == state_) return;
  state_ = state;
  emit stateChanged();
}

void Player::fail(const QString& problem) {
  close();
  problem_ = problem;
  setState(State::failed);
}

void Player::onPictureReady() {
  if (loadWanted_ || started_ != queued_) return;  // of the file before
  if (state_ == State::opening) {
    mpv_.ask("demuxer-start-time", kStartTime);
    mpv_.ask("vo-configured", kConfigured);
  } else if (moving_ == Moving::seek || moving_ == Moving::correction ||
             moving_ == Moving::stepBack) {
    if (waiting_) {
      begin(*std::exchange(waiting_, std::nullopt));
      return;
    }
    mpv_.ask("eof-reached", kAtEnd);
    mpv_.ask("time-pos", kShown);
  }
}

void Player::onAnswered(quint64 question, const QVariant& value) {
  switch (question) {
    case kStartTime:
      if (started_ != queued_) break;
      if (const auto offset = startOffset(video_);
          offset && value.isValid() && !isAddress(video_.path.string())) {
        clock_.offset = value.toDouble() - *offset;
      }
      break;
    case kConfigured:
      if (state_ != State::opening || loadWanted_ || started_ != queued_) break;
      if (!value.toBool()) {
        fail(complaint_.isEmpty() ? tr("No picture of it can be decoded") : complaint_);
        break;
      }
      if (loop_ || once_) applyRange();  // it was set before the clocks were known
      setState(State::ready);
      if (!waiting_) {
        moving_ = Moving::seek;
        seek_ = {0, Aim::atOrAfter};
        mpv_.ask("time-pos", kShown);
      } else {
        next();
      }
      break;
    case kAtEnd:
      atEnd_ = value.toBool();
      break;
    case kShown:
      if (moving_ != Moving::no)
        land(value.isValid() ? clock_.fromMpv(value.toDouble()) : seek_.time);
      break;
    case kNow:
      if (!seeking_) onTime(value);
      break;
    default:
      break;
  }
}

void Player::onTime(const QVariant& seconds) {
  if (!seconds.isValid() || state_ != State::ready) return;
  const Micros shown = clock_.fromMpv(seconds.toDouble());
  if (moving_ == Moving::stepForward) {
    if (shown != position_) land(shown);  // else it was asked before the step
  } else if (moving_ == Moving::no && !waiting_ && !settle_.isActive() && shuttle_ >= 0) {
    setPosition(shown);
  }
}

void Player::onChanged(const QString& property, const QVariant& value) {
  if (property == QLatin1String("seeking") || property == QLatin1String("time-pos")) {
    if (property == QLatin1String("seeking")) seeking_ = value.toBool();
    // While mpv seeks (it does so by itself, too, in a loop) the time is where it wants to, not
    // what it shows. This may be told when the seek is over and its picture there, so it is asked
    // again.
    if (!seeking_) mpv_.ask("time-pos", kNow);
  } else if (property == QLatin1String("eof-reached")) {
    atEnd_ = value.toBool();
    if (atEnd_ && moving_ == Moving::no && !waiting_) onEndReached();
  } else if (property == QLatin1String("duration")) {
    if (video_.duration > 0 || !value.isValid() || state_ == State::empty) return;
    duration_ = std::max<Micros>(0, clock_.fromMpv(value.toDouble()));
    emit durationChanged(duration_);
  } else if (property == QLatin1String("track-list")) {
    QList<Track> tracks = readTracks(value);
    if (tracks == tracks_) return;
    tracks_ = std::move(tracks);
    emit tracksChanged();
  } else if (property == QLatin1String("video-out-params")) {
    const QVariantMap map = value.toMap();
    QSize size(map.value(QStringLiteral("dw")).toInt(), map.value(QStringLiteral("dh")).toInt());
    if (map.value(QStringLiteral("rotate")).toInt() % 180 == 90) size.transpose();
    if (size.isEmpty() || size == pictureSize_) return;
    pictureSize_ = size;
    emit pictureSizeChanged(size);
  }
}

// --- Seeking and stepping ------------------------------------------------------------------------

void Player::seek(Micros time, bool exact) {
  if (state_ != State::opening && state_ != State::ready) return;
  stopShuttle();
  if ((once_ && !once_->contains(time)) || (loop_ && !loopStays_ && !loop_->contains(time)))
    setLoop({});
  request({time, exact ? Aim::onScreen : Aim::keyframe});
}

void Player::request(const Seek& seek) {
  settle_.stop();
  stepsWaiting_ = 0;
  playedFrom_ = -1;
  if (shuttle_ >= 0) setPosition(seek.time);
  if (state_ == State::ready && moving_ == Moving::no) {
    begin(seek);
  } else {
    waiting_ = seek;
  }
}

void Player::begin(const Seek& seek) {
  moving_ = Moving::seek;
  seek_ = seek;
  const double target = seek.aim == Aim::onScreen    ? clock_.targetAt(seek.time)
                        : seek.aim == Aim::atOrAfter ? clock_.targetFrom(seek.time)
                                                     : std::max(0.0, clock_.toMpv(seek.time));
  mpv_.command({QStringLiteral("seek"), seconds(target),
                seek.aim == Aim::keyframe ? QStringLiteral("absolute+keyframes")
                                          : QStringLiteral("absolute+exact")},
               kShown);
}

// The picture of what moved is there.
void Player::land(Micros shown) {
  const Moving was = std::exchange(moving_, Moving::no);
  stepEnds_.stop();
  const double missed = to_seconds(shown - seek_.time);
  if (was == Moving::seek && seek_.aim != Aim::keyframe && missed > kGrossMiss && !waiting_ &&
      preroll_ < kMostPreroll) {
    // The demuxer jumped too far, as it does in containers without an index: from now on it starts
    // earlier.
    preroll_ = preroll_ == 0 ? kFirstPreroll : kMostPreroll;
    mpv_.set("hr-seek-demuxer-offset", preroll_);
    begin(seek_);
    return;
  }
  if (was == Moving::seek && seek_.aim == Aim::onScreen && !playing_ && shown > 0 &&
      clock_.isAfter(shown, seek_.time) && !waiting_) {
    // The one before is on screen at that time.
    moving_ = Moving::correction;
    mpv_.command({QStringLiteral("frame-back-step")}, kShown);
    return;
  }
  const bool rough = was == Moving::seek && seek_.aim == Aim::keyframe && !playing_;
  if (rough && shuttle_ >= 0 && !waiting_) settle_.start(kSettleMs);
  if (!waiting_) setPosition(rough ? seek_.time : shown);
  emit landed(position_);
  next();
}

// What came in while something moved.
void Player::next() {
  if (moving_ != Moving::no || state_ != State::ready) return;
  if (waiting_) {
    begin(*std::exchange(waiting_, std::nullopt));
  } else if (shuttle_ < 0) {
    shuttleTick_.start(kShuttleTickMs);
  } else if (stepsWaiting_ != 0) {
    const bool back = stepsWaiting_ < 0;
    stepsWaiting_ += back ? 1 : -1;
    if (back ? position_ <= 0 : atEnd_) {
      stepsWaiting_ = 0;
      return;
    }
    moving_ = back ? Moving::stepBack : Moving::stepForward;
    mpv_.command({back ? QStringLiteral("frame-back-step") : QStringLiteral("frame-step")}, kShown);
    if (!back) stepEnds_.start(kStepMs);
  } else if (playing_ && atEnd_) {
    onEndReached();
  } else if (playing_) {
    mpv_.set("pause", false);
  }
}

void Player::step(int frames) {
  if (state_ != State::ready && state_ != State::opening) return;
  if (isPlaying()) play(false);
  if (settle_.isActive()) {  // from the exact picture, not from a keyframe
    settle_.stop();
    waiting_ = Seek{position_, Aim::onScreen};
  }
  stepsWaiting_ += frames;
  next();
}

void Player::setPosition(Micros position) {
  if (duration_ > 0) position = std::min(position, duration_);
  position = std::max<Micros>(position, 0);
  if (position == position_) return;
  position_ = position;
  emit positionChanged(position);
}

// --- Playing -------------------------------------------------------------------------------------

void Player::play(bool on) {
  if (state_ != State::ready && state_ != State::opening) return;
  stopShuttle();
  playing_ = on;
  playedFrom_ = on ? position_ : -1;
  stepsWaiting_ = 0;
  if (!on) {
    mpv_.set("pause", true);
  } else if (atEnd_ && moving_ == Moving::no && !waiting_) {
    request({loop_ ? loop_->begin : 0, Aim::atOrAfter});
  } else {
    next();
  }
  tellPlaying();
}

void Player::tellPlaying() {
  if (isPlaying() == toldPlaying_) return;
  toldPlaying_ = isPlaying();
  emit playingChanged(toldPlaying_);
}

void Player::onEndReached() {
  if (shuttle_ < 0) return;
  if (playing_ && !once_ && position_ > 0 && std::exchange(playedFrom_, -1) == position_) {
    // It stood on the last frame when it was told to play (mpv says so only now): from the
    // beginning, then.
    request({0, Aim::atOrAfter});
    return;
  }
  stopShuttle();
  playing_ = false;
  mpv_.set("pause", true);
  if (once_) {
    once_.reset();
    applyRange();
    // Out of mpv's end, so that it can go on from here.
    request({position_, Aim::onScreen});
  }
  tellPlaying();
}

void Player::setSpeed(double speed) {
  stopShuttle();
  speed_ = std::clamp(speed, 0.1, 16.0);
  mpv_.set("speed", speed_);
  emit speedChanged();
}

void Player::shuttle(int direction) {
  if (state_ != State::ready) return;
  const int was = shuttle_ != 0 ? shuttle_ : (playing_ ? 1 : 0);
  int now = 0;
  if (was == 0 || was == -direction) {
    now = direction;  // there is no standing still between -1 and 1: that is K
  } else if ((was > 0) == (direction > 0)) {
    now = std::clamp(was * 2, -kFastest, kFastest);
  } else {
    now = was / 2;
  }
  settle_.stop();
  shuttle_ = now;
  if (now > 0) {
    playing_ = true;
    mpv_.set("speed", static_cast<double>(now));
    shuttleTick_.stop();
    if (atEnd_ && moving_ == Moving::no) {
      request({0, Aim::atOrAfter});
    } else {
      next();
    }
  } else {
    playing_ = false;
    mpv_.set("pause", true);
    shuttleFrom_ = position_;
    shuttleClock_.start();
    shuttleOn();
  }
  emit speedChanged();
  tellPlaying();
}

// Going back: mpv cannot play that way, so it is shown as many pictures as it manages to find, at
// the right pace.
void Player::shuttleOn() {
  if (shuttle_ >= 0 || moving_ != Moving::no) return;
  const Micros first = loop_ && loop_->contains(shuttleFrom_) ? loop_->begin : 0;
  const Micros time = shuttleFrom_ + shuttleClock_.nsecsElapsed() / 1000 * shuttle_;
  if (time <= first) {
    stopShuttle();
    request({first, Aim::onScreen});
    tellPlaying();
    return;
  }
  begin({time, -shuttle_ >= kKeyframesFrom ? Aim::keyframe : Aim::atOrAfter});
}

void Player::stopShuttle() {
  if (shuttle_ == 0) return;
  if (shuttle_ > 0) mpv_.set("speed", speed_);
  if (-shuttle_ >= kKeyframesFrom) settle_.start(kSettleMs);
  shuttle_ = 0;
  shuttleTick_.stop();
  emit speedChanged();
  tellPlaying();
}

// --- Ranges --------------------------------------------------------------------------------------

void Player::playRange(TimeRange range, bool loop) {
  if (range.empty() || (state_ != State::ready && state_ != State::opening)) return;
  stopShuttle();
  loop_ = loop ? std::optional(range) : std::nullopt;
  loopStays_ = false;
  once_ = loop ? std::nullopt : std::optional(range);
  request({range.begin, Aim::atOrAfter});
  applyRange();
  emit loopChanged();
  play(true);
}

void Player::setLoop(std::optional<TimeRange> range) {
  if (range && range->empty()) range.reset();
  once_.reset();
  loop_ = range;
  loopStays_ = true;
  applyRange();
  emit loopChanged();
}

void Player::applyRange() {
  const bool whole = loop_ && loop_->begin <= 0 && duration_ > 0 && loop_->end >= duration_;
  mpv_.set("loop-file", QString(whole ? "inf" : "no"));
  // The frame presented at the range's end is not part of it.
  const auto end = [this](Micros time) {
    return seconds(std::max(0.0, clock_.toMpv(time) - FrameClock::kTolerance));
  };
  mpv_.set("ab-loop-a", loop_ && !whole ? seconds(clock_.targetFrom(loop_->begin)) : QString("no"));
  mpv_.set("ab-loop-b", loop_ && !whole ? end(loop_->end) : QString("no"));
  mpv_.set("end", once_ ? end(once_->end) : QString("none"));
}

// --- Sound and subtitles -------------------------------------------------------------------------

void Player::setVolume(int percent) {
  volume_ = std::clamp(percent, 0, 130);
  mpv_.set("volume", static_cast<double>(volume_));
  emit volumeChanged();
}

void Player::setMuted(bool on) {
  muted_ = on;
  mpv_.set("mute", on);
  emit volumeChanged();
}

void Player::selectTrack(Track::Kind kind, int id) {
  mpv_.set(kind == Track::Kind::audio ? "aid" : "sid",
           id > 0 ? QVariant(id) : QVariant(QStringLiteral("no")));
}

}  // namespace longtake::ui
