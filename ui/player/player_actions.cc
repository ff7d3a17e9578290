#include "ui/player/player_actions.h"

#include <QClipboard>
#include <QGuiApplication>
#include <algorithm>

#include "ui/base/text.h"

namespace longtake::ui {

using enum ActionId;

namespace {

constexpr int kVolumeStep = 5;

}  // namespace

PlayerActions::PlayerActions(Context& context, Player& player, QObject* parent)
    : QObject(parent), context_(context), player_(player) {
  connectPlaying();
  connectMoving();
  connectSound();
  connectMarking();
  connect(&player_, &Player::stateChanged, this, &PlayerActions::showState);
  connect(&player_, &Player::playingChanged, this, &PlayerActions::showState);
  connect(&player_, &Player::loopChanged, this, &PlayerActions::showState);
  connect(&player_, &Player::tracksChanged, this, &PlayerActions::showState);
  showState();
}

template <typename Act>
void PlayerActions::on(ActionId id, Act act) {
  connect(context_.actions[id], &QAction::triggered, this, act);
}

void PlayerActions::connectPlaying() {
  on(playPause, [this] { player_.play(!player_.isPlaying()); });
  on(shuttleBack, [this] { player_.shuttle(-1); });
  on(shuttlePause, [this] { player_.play(false); });
  on(shuttleForward, [this] { player_.shuttle(1); });
  on(slower, [this] { changeSpeed(-1); });
  on(faster, [this] { changeSpeed(1); });
  on(normalSpeed, [this] { player_.setSpeed(1); });
  on(ActionId::loop, [this](bool checked) { setLoop(checked); });
  on(ActionId::playCitation, [this] { playCitation(); });
}

void PlayerActions::connectMoving() {
  on(frameBack, [this] { player_.step(-1); });
  on(frameForward, [this] { player_.step(1); });
  const std::pair<ActionId, Micros> ways[] = {{back1, -1},   {forward1, 1}, {back5, -5},
                                              {forward5, 5}, {back60, -60}, {forward60, 60}};
  for (const auto& [id, seconds] : ways) {
    on(id, [this, by = seconds * kMicrosPerSecond] {
      context_.workspace.seek(player_.position() + by);
    });
  }
  on(goToStart, [this] { context_.workspace.seek(0); });
  on(goToEnd, [this] { context_.workspace.seek(player_.duration()); });
  on(copyTime, [this] {
    const QString time = timeText(player_.position(), 3, player_.duration());
    QGuiApplication::clipboard()->setText(time);
    tell(tr("Copied %1").arg(time));
  });
}

void PlayerActions::connectSound() {
  on(volumeUp, [this] { player_.setVolume(player_.volume() + kVolumeStep); });
  on(volumeDown, [this] { player_.setVolume(player_.volume() - kVolumeStep); });
  on(mute, [this](bool checked) { player_.setMuted(checked); });
  on(nextAudio, [this] { nextTrack(Track::Kind::audio); });
  on(nextSubtitles, [this] { nextTrack(Track::Kind::subtitles); });
}

void PlayerActions::connectMarking() {
  Workspace& workspace = context_.workspace;
  on(markIn, [this, &workspace] { workspace.setMarks(player_.position(), workspace.markOut()); });
  on(markOut, [this, &workspace] { workspace.setMarks(workspace.markIn(), player_.position()); });
  on(clearMarks, [&workspace] { workspace.setMarks({}, {}); });
  on(previousMark, [this] {
    jump(markJumps(context_.workspace), false, tr("No marker or citation before this"));
  });
  on(nextMark,
     [this] { jump(markJumps(context_.workspace), true, tr("No marker or citation after this")); });
  on(previousCut, [this] { jump(cutJumps(context_.workspace), false, tr("No cut before this")); });
  on(nextCut, [this] { jump(cutJumps(context_.workspace), true, tr("No cut after this")); });
  connect(&workspace, &Workspace::marksChanged, this, [this] {
    if (!loopsMarks_ || !player_.loop()) return;
    const auto range = context_.workspace.markedRange();
    loopsMarks_ = range.has_value();
    player_.setLoop(range);
  });
}

void PlayerActions::jump(const QList<Jump>& jumps, bool forward, const QString& none) {
  const auto to = jumpFrom(jumps, player_.position(), forward);
  if (!to) {
    tell(none);
    return;
  }
  if (to->citation != 0) context_.workspace.selectCitation(to->citation);
  context_.workspace.seek(to->time);
}

void PlayerActions::changeSpeed(int steps) {
  const auto* const at =
      std::lower_bound(std::begin(Player::kSpeeds), std::end(Player::kSpeeds), player_.speed());
  const auto index = std::clamp<std::ptrdiff_t>(at - std::begin(Player::kSpeeds) + steps, 0,
                                                std::ssize(Player::kSpeeds) - 1);
  player_.setSpeed(Player::kSpeeds[index]);
}

void PlayerActions::nextTrack(Track::Kind kind) {
  const QList<Track> tracks = tracksOf(player_.tracks(), kind);
  if (tracks.isEmpty()) return;
  const auto selected =
      std::find_if(tracks.begin(), tracks.end(), [](const Track& track) { return track.selected; });
  // Behind the last subtitles come none; a sound is always on.
  const auto next = selected == tracks.end() ? tracks.begin() : selected + 1;
  if (next != tracks.end()) {
    player_.selectTrack(kind, next->id);
    tell(kind == Track::Kind::audio ? tr("Audio: %1").arg(next->name())
                                    : tr("Subtitles: %1").arg(next->name()));
  } else if (kind == Track::Kind::audio) {
    player_.selectTrack(kind, tracks.first().id);
    tell(tr("Audio: %1").arg(tracks.first().name()));
  } else {
    player_.selectTrack(kind, 0);
    tell(tr("No subtitles"));
  }
}

// Of the marked range, else the selected citation, else all of the video.
void PlayerActions::setLoop(bool on) {
  const auto marked = context_.workspace.markedRange();
  loopsMarks_ = on && marked;
  if (!on) {
    player_.setLoop({});
    return;
  }
  const auto citation = selectedCitation(context_.workspace);
  const TimeRange whole{0, player_.duration()};
  const TimeRange range = marked ? *marked : (citation ? citation->time : whole);
  player_.setLoop(range);
  if (!player_.loop()) {
    showState();  // a length that nobody knows
    return;
  }
  if (!range.contains(player_.position())) context_.workspace.seek(range.begin);
  tell(marked ? tr("Looping the marked range")
              : (citation ? tr("Looping the citation") : tr("Looping the whole video")));
}

void PlayerActions::playCitation() {
  if (const auto citation = selectedCitation(context_.workspace)) {
    player_.playRange(citation->time, false);
  } else if (const auto marked = context_.workspace.markedRange()) {
    player_.playRange(*marked, false);
  } else {
    tell(context_.actions.markRangeFirst());
  }
}

// Which actions can be used, and what the play button shows.
void PlayerActions::showState() {
  const bool open = player_.state() == Player::State::ready;
  for (const ActionInfo& info : actionTable()) {
    const QLatin1String section(info.section);
    const bool ours = section == QLatin1String("Play") || info.id == copyTime ||
                      info.id == saveFrame || info.id == markIn || info.id == markOut ||
                      info.id == clearMarks || info.id == previousCut || info.id == nextCut ||
                      info.id == previousMark || info.id == nextMark;
    if (ours) context_.actions[info.id]->setEnabled(open);
  }
  for (const ActionId always : {volumeUp, volumeDown, mute}) {
    context_.actions[always]->setEnabled(true);
  }
  context_.actions[nextAudio]->setEnabled(
      open && tracksOf(player_.tracks(), Track::Kind::audio).size() > 1);
  context_.actions[nextSubtitles]->setEnabled(
      open && !tracksOf(player_.tracks(), Track::Kind::subtitles).isEmpty());
  context_.actions[playPause]->setIcon(
      context_.theme.icon(player_.isPlaying() ? QStringLiteral("pause") : QStringLiteral("play")));
  context_.actions[ActionId::loop]->setChecked(player_.loop().has_value());
}

}  // namespace longtake::ui
