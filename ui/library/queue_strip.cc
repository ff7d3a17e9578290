#include "ui/library/queue_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

#include "ui/base/text.h"

namespace longtake::ui {

QueueStrip::QueueStrip(const Theme& theme, WatchQueue& queue, FileAdder& adder, QWidget* parent)
    : QWidget(parent), theme_(theme), queue_(queue), adder_(adder) {
  words_ = new QLabel(this);
  words_->setWordWrap(true);
  words_->setProperty("soft", true);
  words_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  button_ = new QToolButton(this);
  button_->setObjectName(QStringLiteral("pauseAll"));
  auto* row = new QHBoxLayout(this);
  row->addWidget(words_, 1);
  row->addWidget(button_);
  connect(button_, &QToolButton::clicked, this, &QueueStrip::click);
  connect(&queue_, &WatchQueue::changed, this, &QueueStrip::follow);
  connect(&queue_, &WatchQueue::orderChanged, this, &QueueStrip::follow);
  connect(&adder_, &FileAdder::progress, this, &QueueStrip::follow);
  connect(&theme_, &Theme::changed, this, &QueueStrip::restyle);
  restyle();
  follow();
}

bool QueueStrip::isAdding() const {
  return adder_.isBusy() && adder_.total() > 1;
}

void QueueStrip::click() {
  if (isAdding()) {
    adder_.cancel();
  } else if (queue_.active() > 0) {
    queue_.pause(queue_.all());
  } else {
    queue_.resume(queue_.all());
  }
}

QString QueueStrip::wordsOfQueue() const {
  const auto& items = queue_.items();
  const int active = queue_.active();
  if (active == 0) {
    if (items.empty()) return {};
    const bool failed = std::any_of(items.begin(), items.end(), [](const auto& item) {
      return item.state == WatchQueue::State::failed;
    });
    return failed ? tr("watching stopped") : tr("watching is paused");
  }
  const QString words = tr("%n to watch", nullptr, active);
  const WatchQueue::Item* running = queue_.find(queue_.running());
  if (active == 1 || running == nullptr || running->speed <= 0) return words;
  Micros whole = 0;
  for (const WatchQueue::Item& item : items) {
    if (item.isStopped()) continue;
    if (item.duration <= 0) return words;  // nobody knows how long it will be
    whole += item.duration - item.seen;
  }
  // The next ones are taken to go as fast as this one does.
  const auto left = static_cast<Micros>(static_cast<double>(whole) / running->speed);
  return tr("%1, about %2").arg(words, durationWords(left));
}

void QueueStrip::follow() {
  const bool adding = isAdding();
  const QString words =
      adding ? tr("adding %1 of %2").arg(adder_.done() + 1).arg(adder_.total()) : wordsOfQueue();
  const bool active = queue_.active() > 0;
  setVisible(!words.isEmpty());
  words_->setText(words);
  const QString name = adding ? tr("Stop adding") : (active ? tr("Pause all") : tr("Resume all"));
  button_->setIcon(theme_.icon(adding
                                   ? QStringLiteral("stop")
                                   : (active ? QStringLiteral("pause") : QStringLiteral("play"))));
  button_->setAccessibleName(name);
  button_->setToolTip(name);
}

void QueueStrip::restyle() {
  words_->setFont(theme_.font(Theme::Font::small));
  button_->setIconSize({theme_.px(16), theme_.px(16)});
  layout()->setContentsMargins(theme_.gap(), 0, theme_.gapSmall(), theme_.gapTiny());
}

}  // namespace longtake::ui
