#include "ui/player/player_panel.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QKeyEvent>
#include <QThreadPool>

#include "ui/base/text.h"
#include "ui/player/player_actions.h"

namespace longtake::ui {

using enum ActionId;

namespace {

constexpr int kSavePositionMs = 5000;
constexpr int kSaveVolumeMs = 600;
constexpr int kOpeningMs = 600;
constexpr int kHideMs = 2000;
// A video that was left this near to its end begins anew.
constexpr Micros kAlmostOver = 1'500'000;

}  // namespace

PlayerPanel::PlayerPanel(Context& context, QWidget* parent)
    : QWidget(parent), context_(context), player_(std::make_unique<Player>()) {
  setFocusPolicy(Qt::ClickFocus);
  setMouseTracking(true);
  new PlayerActions(context_, *player_, this);
  area_ = new VideoArea(context_, *player_, this);
  notice_ = new Notice(context_.theme, this);
  bar_ = new TransportBar(context_, *player_, this);
  goTo_ = new GoToTime(context_, this);
  saver_ = new PictureSaver(context_, this);
  const std::pair<QTimer*, int> timers[] = {{&saving_, kSavePositionMs},
                                            {&settingsWait_, kSaveVolumeMs},
                                            {&opening_, kOpeningMs},
                                            {&hiding_, kHideMs}};
  for (const auto& [timer, ms] : timers) {
    timer->setSingleShot(true);
    timer->setInterval(ms);
  }
  connect(&saving_, &QTimer::timeout, this, &PlayerPanel::savePosition);
  connect(&opening_, &QTimer::timeout, this, [this] {
    slow_ = true;
    showState();
  });
  connect(&hiding_, &QTimer::timeout, this, &PlayerPanel::hideControls);
  connect(&settingsWait_, &QTimer::timeout, this, [this] {
    context_.settings.setVolume(player_->volume());
    context_.settings.setMuted(player_->isMuted());
  });
  connect(player_.get(), &Player::volumeChanged, &settingsWait_, qOverload<>(&QTimer::start));
  connect(player_.get(), &Player::stateChanged, this, &PlayerPanel::showState);
  connect(area_, &VideoArea::mouseMoved, this, &PlayerPanel::showControls);
  connect(&context_.theme, &Theme::changed, this, &PlayerPanel::place);
  player_->setVolume(context_.settings.volume());
  player_->setMuted(context_.settings.muted());
  connectWorkspace();
  connectActions();
  openVideo();
}

PlayerPanel::~PlayerPanel() {
  if (settingsWait_.isActive()) {
    context_.settings.setVolume(player_->volume());
    context_.settings.setMuted(player_->isMuted());
  }
  savePosition();
  // What draws goes first, and what shows the player's state.
  disconnect(player_.get(), nullptr, nullptr, nullptr);
  qDeleteAll(findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
}

QString PlayerPanel::playerVersion() {
  const unsigned long version = mpv_client_api_version();
  return QStringLiteral("libmpv %1.%2").arg(version >> 16).arg(version & 0xffff);
}

// --- With the others -----------------------------------------------------------------------------

void PlayerPanel::connectWorkspace() {
  Workspace& workspace = context_.workspace;
  connect(player_.get(), &Player::positionChanged, this, [this](Micros position) {
    context_.workspace.reportPosition(position);
    if (!saving_.isActive()) saving_.start();
  });
  connect(player_.get(), &Player::durationChanged, &workspace, &Workspace::reportDuration);
  connect(player_.get(), &Player::playingChanged, this, [this](bool playing) {
    context_.workspace.reportPlaying(playing);
    if (!playing) savePosition();
  });
  connect(player_.get(), &Player::loopChanged, this,
          [this] { context_.workspace.reportLoop(player_->loop()); });
  connect(&workspace, &Workspace::videoChanged, this, &PlayerPanel::openVideo);
  connect(&workspace, &Workspace::seekRequested, player_.get(), &Player::seek);
  connect(&workspace, &Workspace::playRequested, player_.get(), &Player::play);
  connect(&workspace, &Workspace::playRangeRequested, player_.get(), &Player::playRange);
  // Linked to its new place, or the file is back.
  connect(&context_.engine, &EngineLink::videoAdded, this, [this](const store::Video& video) {
    if (video.id != open_.id || open_.id == 0) return;
    if (video.path != open_.path || player_->state() == Player::State::failed) reopen(video);
  });
}

void PlayerPanel::connectActions() {
  Actions& actions = context_.actions;
  connect(actions[goToTime], &QAction::triggered, this, [this] {
    showControls();
    goTo_->popUp(bar_->y());
  });
  connect(actions[saveFrame], &QAction::triggered, this, [this] {
    player_->play(false);
    saver_->save(player_->position());
  });
  connect(actions[ActionId::exportClip], &QAction::triggered, this, [this] { exportClip({}); });
  connect(actions[stopAnswer], &QAction::triggered, this, [this] {
    if (!chrome_) context_.actions[fullScreen]->trigger();
  });
}

void PlayerPanel::exportClip(const std::optional<TimeRange>& cited) {
  if (!context_.workspace.hasVideo()) return;
  if (clip_ == nullptr) {
    clip_ = new ClipDialog(context_, this, cited);
    clip_->setAttribute(Qt::WA_DeleteOnClose);
  }
  clip_->open();
}

void PlayerPanel::openVideo() {
  savePosition();
  open_ = context_.workspace.video();
  context_.actions[ActionId::exportClip]->setEnabled(open_.id != 0);
  if (open_.id == 0) {
    player_->close();
    showState();
    return;
  }
  Micros start = context_.settings.position(open_.id);
  if (open_.duration > 0 && start > open_.duration - kAlmostOver) start = 0;
  player_->open(open_, start);
  showState();
}

void PlayerPanel::reopen(const store::Video& video) {
  const Micros start = context_.workspace.position();
  open_ = video;
  player_->open(open_, start);
}

void PlayerPanel::savePosition() {
  saving_.stop();
  if (open_.id == 0 || player_->state() != Player::State::ready) return;
  context_.settings.setPosition(open_.id, player_->position());
}

// --- What stands in the picture's place ----------------------------------------------------------

void PlayerPanel::showState() {
  const Player::State state = player_->state();
  if (state != Player::State::opening) {
    opening_.stop();
    slow_ = false;
  } else if (!slow_ && !opening_.isActive()) {
    opening_.start();
  }
  if (open_.id == 0) {
    notice_->say(
        QStringLiteral("film"), tr("Drop a video here"),
        tr("or a folder of videos. Longtake watches it once, and then you can ask about it."),
        {{tr("Open Files…"), [this] { context_.actions[openFiles]->trigger(); }}});
  } else if (state == Player::State::failed) {
    // Whether the file is there is asked elsewhere: a network drive may take its time.
    const QString path = text(open_.path.string());
    if (path.contains(QLatin1String("://"))) {
      explainFailure(true);
    } else {
      QThreadPool::globalInstance()->start([path, panel = QPointer<PlayerPanel>(this)] {
        const bool there = QFileInfo::exists(path);
        QMetaObject::invokeMethod(QCoreApplication::instance(), [panel, there] {
          if (panel != nullptr && panel->player_->state() == Player::State::failed) {
            panel->explainFailure(there);
          }
        });
      });
    }
  } else if (state == Player::State::opening) {
    notice_->say({}, tr("Opening %1…").arg(text(open_.name)), {});
  }
  // Opening mostly takes an instant, and nothing should flicker.
  notice_->setVisible(open_.id == 0 || state == Player::State::failed ||
                      (state == Player::State::opening && slow_));
  if (!notice_->isHidden()) goTo_->hide();
}

void PlayerPanel::explainFailure(bool fileIsThere) {
  const QString name = text(open_.name);
  const QString path = text(open_.path.string());
  const Notice::Help retry{tr("Try Again"), [this] { reopen(open_); }};
  const Notice::Help link{tr("Find the File…"), [this] { emit relinkWanted(open_.id); }};
  if (path.contains(QLatin1String("://"))) {
    notice_->say(QStringLiteral("warning"), tr("%1 does not answer").arg(name), player_->problem(),
                 {retry});
  } else if (!fileIsThere) {
    notice_->say(QStringLiteral("link"), tr("%1 is not where it was").arg(name),
                 tr("There is no file %1. What was seen of it is kept: show where it is now, and "
                    "everything goes on.")
                     .arg(path),
                 {link, retry});
  } else {
    notice_->say(
        QStringLiteral("warning"), tr("%1 cannot be played").arg(name),
        tr("The file is damaged or not complete. The player says: %1").arg(player_->problem()),
        {retry, link});
  }
  notice_->show();
  notice_->setToolTip(plainTip(path));
}

// --- Place ---------------------------------------------------------------------------------------

void PlayerPanel::setChromeVisible(bool on) {
  chrome_ = on;
  bar_->setOverlay(!on);
  if (on) {
    hiding_.stop();
    bar_->show();
    area_->unsetCursor();
  } else {
    hideControls();
  }
  place();
}

void PlayerPanel::place() {
  const Theme& theme = context_.theme;
  const int bar = bar_->sizeHint().height();
  if (chrome_) {
    area_->setGeometry(0, 0, width(), height() - bar);
    bar_->setGeometry(0, height() - bar, width(), bar);
  } else {
    area_->setGeometry(rect());
    const int wide = std::min(width() - 2 * theme.gapLarge(), theme.px(900));
    bar_->setGeometry((width() - wide) / 2, height() - bar - theme.gapLarge(), wide, bar);
  }
  notice_->setGeometry(area_->geometry());
  bar_->raise();
  goTo_->raise();
}

void PlayerPanel::showControls() {
  if (chrome_) return;
  bar_->show();
  area_->unsetCursor();
  hiding_.start();
}

void PlayerPanel::hideControls() {
  if (chrome_) return;
  if (bar_->isBusy() || bar_->underMouse() || goTo_->isVisible()) {
    hiding_.start();
    return;
  }
  bar_->hide();
  area_->setCursor(Qt::BlankCursor);
}

QSize PlayerPanel::sizeHint() const {
  return {context_.theme.px(640), context_.theme.px(420)};
}

QSize PlayerPanel::minimumSizeHint() const {
  return {bar_->minimumSizeHint().width(), context_.theme.px(160)};
}

void PlayerPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  place();
}

void PlayerPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && !chrome_) {
    context_.actions[fullScreen]->trigger();
    return;
  }
  QWidget::keyPressEvent(event);
}

}  // namespace longtake::ui
