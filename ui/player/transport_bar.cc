#include "ui/player/transport_bar.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QSignalBlocker>
#include <algorithm>

#include "ui/base/text.h"

namespace longtake::ui {

using enum ActionId;

namespace {

QString speedName(double speed) {
  return TransportBar::tr("%1×").arg(QLocale().toString(speed, 'g', 3));
}

}  // namespace

TransportBar::TransportBar(Context& context, Player& player, QWidget* parent)
    : QWidget(parent), context_(context), player_(player) {
  // Time runs from left to right in every language, and so do the controls of players.
  setLayoutDirection(Qt::LeftToRight);
  auto* row = new QHBoxLayout(this);
  row->setSizeConstraint(QLayout::SetNoConstraint);
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);

  seek_ = new SeekBar(context, this);
  seek_->hide();
  button(frameBack, 90);
  play_ = button(playPause, 100);
  button(frameForward, 90);
  time_ = new TimeButton(context_.theme, this);
  add(time_, 99, {context_.actions[copyTime]});
  connect(time_, &QAbstractButton::clicked, context_.actions[copyTime], &QAction::trigger);
  row->addStretch();

  button(markIn, 60);
  range_ = new QToolButton(this);
  range_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  connect(range_, &QToolButton::clicked, this, [this] {
    if (const auto range = context_.workspace.markedRange()) {
      context_.workspace.playRange(*range, false);
    } else if (const auto mark = context_.workspace.markIn() ? context_.workspace.markIn()
                                                             : context_.workspace.markOut()) {
      context_.workspace.seek(*mark);
    }
  });
  add(range_, 40);
  button(markOut, 60);
  // Not by setDefaultAction(): in menus it has no icon, and here it is nothing else.
  clear_ = new QToolButton(this);
  clear_->setIcon(context_.theme.icon(QStringLiteral("close")));
  clear_->setAccessibleName(context_.actions[clearMarks]->iconText());
  clear_->setToolTip(context_.actions[clearMarks]->toolTip());
  clear_->setFocusPolicy(Qt::TabFocus);
  connect(clear_, &QToolButton::clicked, context_.actions[clearMarks], &QAction::trigger);
  add(clear_, 40, {context_.actions[clearMarks]});
  button(ActionId::loop, 55);

  speed_ = menuButton({}, tr("Speed"), 50);
  speed_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  for (const double speed : Player::kSpeeds) {
    QAction* choice = speed_->menu()->addAction(speedName(speed));
    choice->setCheckable(true);
    choice->setData(speed);
    connect(choice, &QAction::triggered, this, [this, speed] { player_.setSpeed(speed); });
  }
  mute_ = button(mute, 45);
  volume_ = new QSlider(Qt::Horizontal, this);
  volume_->setRange(0, 130);
  volume_->setPageStep(10);
  connect(volume_, &QSlider::valueChanged, this, [this](int value) { player_.setVolume(value); });
  add(volume_, 20, {context_.actions[volumeUp], context_.actions[volumeDown]});
  audio_ = menuButton(QStringLiteral("audio-track"), tr("Audio track"), 34);
  subtitles_ = menuButton(QStringLiteral("subtitles"), tr("Subtitles"), 35);
  const std::pair<QToolButton*, Track::Kind> lists[] = {{audio_, Track::Kind::audio},
                                                        {subtitles_, Track::Kind::subtitles}};
  for (const auto& [list, kind] : lists) {
    connect(list->menu(), &QMenu::aboutToShow, this,
            [this, menu = list->menu(), kind] { fillTracks(*menu, kind); });
  }
  button(saveFrame, 30);
  button(fullScreen, 70);

  more_ = new QToolButton(this);
  more_->setIcon(context_.theme.icon(QStringLiteral("more")));
  more_->setAccessibleName(tr("More controls"));
  more_->setToolTip(more_->accessibleName());
  more_->setPopupMode(QToolButton::InstantPopup);
  more_->setMenu(new QMenu(more_));
  row->addWidget(more_);

  connect(&context_.theme, &Theme::changed, this, &TransportBar::restyle);
  connect(&player_, &Player::positionChanged, this, &TransportBar::showTime);
  connect(&player_, &Player::durationChanged, this, &TransportBar::showTime);
  connect(&player_, &Player::stateChanged, this, &TransportBar::showTime);
  connect(&player_, &Player::speedChanged, this, &TransportBar::showSpeed);
  connect(&player_, &Player::volumeChanged, this, &TransportBar::showVolume);
  connect(&player_, &Player::tracksChanged, this, &TransportBar::showTracks);
  connect(&context_.workspace, &Workspace::marksChanged, this, &TransportBar::showMarks);
  restyle();
  showTime();
  showMarks();
  showSpeed();
  showVolume();
  showTracks();
}

QToolButton* TransportBar::button(ActionId id, int rank) {
  auto* made = new QToolButton(this);
  made->setDefaultAction(context_.actions[id]);
  made->setToolButtonStyle(Qt::ToolButtonIconOnly);
  made->setFocusPolicy(Qt::TabFocus);
  add(made, rank, {context_.actions[id]});
  return made;
}

QToolButton* TransportBar::menuButton(const QString& icon, const QString& name, int rank) {
  auto* made = new QToolButton(this);
  made->setIcon(icon.isEmpty() ? QIcon() : context_.theme.icon(icon));
  made->setAccessibleName(name);
  made->setToolTip(name);
  made->setPopupMode(QToolButton::InstantPopup);
  made->setFocusPolicy(Qt::TabFocus);
  made->setMenu(new QMenu(name, made));
  add(made, rank, {}, made->menu());
  return made;
}

void TransportBar::add(QWidget* widget, int rank, const QList<QAction*>& actions, QMenu* menu) {
  layout()->addWidget(widget);
  items_ << Item{widget, rank, true, actions, menu};
}

void TransportBar::want(QWidget* widget, bool wanted) {
  for (Item& item : items_) {
    if (item.widget == widget) item.wanted = wanted;
  }
}

// Leaves out, from the lowest rank up, what there is no room for.
void TransportBar::arrange() {
  const QMargins margins = layout()->contentsMargins();
  const int spacing = layout()->spacing();
  const int room = width() - margins.left() - margins.right();
  QList<Item*> shown;
  for (Item& item : items_) {
    if (item.wanted) shown << &item;
  }
  int level = 2;
  const auto needed = [&] {
    int sum = 0;
    for (const Item* item : shown) {
      const QSize size = item->widget->sizeHint()
                             .expandedTo(item->widget->minimumSize())
                             .boundedTo(item->widget->maximumSize());
      sum += (item->widget == time_ ? time_->widthFor(level) : size.width()) + spacing;
    }
    return sum;
  };
  const int more = more_->sizeHint().width() + spacing;
  bool dropped = false;
  while (needed() + (dropped ? more : 0) > room && shown.size() > 1) {
    if (level == 2) {
      level = 1;
      continue;
    }
    const auto least = std::min_element(
        shown.begin(), shown.end(), [](const Item* a, const Item* b) { return a->rank < b->rank; });
    if (level == 1 && (*least)->rank >= 50) {
      level = 0;
      continue;
    }
    dropped = true;
    // With its companions: a mark-out without a mark-in would be strange.
    const int rank = (*least)->rank;
    shown.removeIf([rank](const Item* item) { return item->rank == rank; });
  }
  time_->setDetail(level);
  more_->menu()->clear();
  for (Item& item : items_) {
    const bool visible = shown.contains(&item);
    item.widget->setVisible(visible);
    if (visible || !item.wanted) continue;
    if (item.menu != nullptr) {
      item.menu->setTitle(item.widget->accessibleName());
      more_->menu()->addMenu(item.menu);
    }
    more_->menu()->addActions(item.actions);
  }
  more_->setVisible(!more_->menu()->isEmpty());
  layout()->activate();  // now, not after the next painting
}

void TransportBar::restyle() {
  const Theme& theme = context_.theme;
  const int above = overlay_ ? seek_->sizeHint().height() : 0;
  layout()->setContentsMargins(theme.gapSmall(), theme.gapTiny() + above, theme.gapSmall(),
                               theme.gapTiny());
  placeSeekBar();
  layout()->setSpacing(theme.px(2));
  const int size = theme.px(18);
  for (QToolButton* made : findChildren<QToolButton*>()) made->setIconSize({size, size});
  play_->setIconSize({theme.px(24), theme.px(24)});
  clear_->setIconSize({theme.px(12), theme.px(12)});
  for (QToolButton* made : {range_, speed_}) made->setFont(theme.font(Theme::Font::small));
  volume_->setFixedWidth(theme.px(76));
  updateGeometry();
  arrange();
  update();
}

void TransportBar::placeSeekBar() {
  const Theme& theme = context_.theme;
  seek_->setGeometry(theme.gapSmall(), theme.gapTiny(), width() - 2 * theme.gapSmall(),
                     seek_->sizeHint().height());
}

void TransportBar::showTime() {
  const bool some = player_.state() == Player::State::ready;
  const auto frame = some ? player_.clock().frameNumber(player_.position()) : std::nullopt;
  const int before = time_->widthFor(2);
  time_->show(player_.position(), player_.duration(), frame);
  if (time_->widthFor(2) != before) arrange();
}

void TransportBar::showMarks() {
  const Workspace& workspace = context_.workspace;
  const auto in = workspace.markIn();
  const auto out = workspace.markOut();
  const Micros whole = workspace.duration();
  if (const auto range = workspace.markedRange()) {
    range_->setText(rangeText(*range, whole));
    range_->setToolTip(tr("Marked: %1, %2. Click to play it once.")
                           .arg(rangeText(*range, whole), durationWords(range->length())));
  } else if (in) {
    range_->setText(timeText(*in, 1, whole) + QStringLiteral(" –"));
    range_->setToolTip(tr("Start of the marked range; its end is not set yet"));
  } else if (out) {
    range_->setText(QStringLiteral("– ") + timeText(*out, 1, whole));
    range_->setToolTip(tr("End of the marked range; its start is not set yet"));
  }
  range_->setAccessibleName(range_->toolTip());
  want(range_, in || out);
  want(clear_, in || out);
  arrange();
}

void TransportBar::showSpeed() {
  const double speed = player_.shuttleSpeed() != 0 ? player_.shuttleSpeed() : player_.speed();
  speed_->setText(speedName(speed));
  speed_->setAccessibleName(tr("Speed %1").arg(speedName(speed)));
  for (QAction* choice : speed_->menu()->actions()) {
    choice->setChecked(choice->data().toDouble() == speed);
  }
  arrange();
}

void TransportBar::showVolume() {
  const QSignalBlocker blocker(volume_);
  volume_->setValue(player_.volume());
  const QString name = tr("Volume %1 %").arg(player_.volume());
  volume_->setAccessibleName(name);
  volume_->setToolTip(name);
  const bool silent = player_.isMuted() || player_.volume() == 0;
  QAction* action = context_.actions[mute];
  action->setChecked(player_.isMuted());
  action->setIcon(
      context_.theme.icon(silent ? QStringLiteral("volume-off") : QStringLiteral("volume")));
}

void TransportBar::showTracks() {
  want(audio_, tracksOf(player_.tracks(), Track::Kind::audio).size() > 1);
  want(subtitles_, !tracksOf(player_.tracks(), Track::Kind::subtitles).isEmpty());
  arrange();
}

void TransportBar::fillTracks(QMenu& menu, Track::Kind kind) {
  menu.clear();
  QList<Track> tracks = tracksOf(player_.tracks(), kind);
  if (kind == Track::Kind::subtitles) {
    const bool none = std::none_of(tracks.begin(), tracks.end(),
                                   [](const Track& track) { return track.selected; });
    tracks.prepend(Track{kind, 0, tr("No Subtitles"), {}, none});
  }
  for (const Track& track : tracks) {
    QAction* choice = menu.addAction(track.name());
    choice->setCheckable(true);
    choice->setChecked(track.selected);
    connect(choice, &QAction::triggered, this,
            [this, track] { player_.selectTrack(track.kind, track.id); });
  }
}

void TransportBar::setOverlay(bool on) {
  overlay_ = on;
  seek_->setVisible(on);
  restyle();
}

bool TransportBar::isBusy() const {
  const auto menus = findChildren<QMenu*>();
  return volume_->isSliderDown() || seek_->isDragged() ||
         std::any_of(menus.begin(), menus.end(),
                     [](const QMenu* menu) { return menu->isVisible(); });
}

QSize TransportBar::sizeHint() const {
  return {context_.theme.px(640), layout()->sizeHint().height()};
}

QSize TransportBar::minimumSizeHint() const {
  return {context_.theme.px(220), layout()->sizeHint().height()};
}

void TransportBar::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  placeSeekBar();
  arrange();
}

void TransportBar::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(context_.theme.colors().surface);
  const double radius = overlay_ ? context_.theme.radius() * 1.5 : 0;
  painter.drawRoundedRect(rect(), radius, radius);
}

}  // namespace longtake::ui
