#include "ui/conversation/transcript.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLayout>
#include <QScrollBar>
#include <QTimer>
#include <algorithm>

#include "ui/conversation/citation_chip.h"

namespace longtake::ui {

Transcript::Transcript(ConversationParts parts, ConversationModel& model, QWidget* parent)
    : QAbstractScrollArea(parent), parts_(parts), model_(model), edge_(new QWidget(this)) {
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Conversation"));
  viewport()->setAutoFillBackground(false);
  edge_->setAutoFillBackground(true);
  edge_->setAttribute(Qt::WA_TransparentForMouseEvents);
  connect(&model, &ConversationModel::reset, this, &Transcript::rebuild);
  connect(&model, &ConversationModel::turnAdded, this, &Transcript::addTurn);
  connect(&model, &ConversationModel::turnChanged, this, &Transcript::changeTurn);
  connect(&model, &ConversationModel::answerGrew, this, [this](int turn) {
    if (TurnView* shown = view(turn)) shown->growAnswer(model_.turns()[turn]);
  });
  connect(&model, &ConversationModel::answerEnded, this, [this](int turn) {
    TurnView* shown = view(turn);
    if (shown != nullptr && shown->newest() != nullptr) shown->newest()->announce();
  });
  connect(&parts.videos, &SeenVideos::changed, this, &Transcript::showVideos);
  connect(&parts.context.workspace, &Workspace::videoChanged, this, &Transcript::showVideos);
  connect(&parts.context.workspace, &Workspace::citationChanged, this, [this](qint64 citation) {
    for (const Slot& slot : slots_) {
      if (slot.view != nullptr) slot.view->setSelectedCitation(citation);
    }
  });
  connect(&parts.context.theme, &Theme::changed, this, &Transcript::applyTheme);
  rebuild();
}

void Transcript::applyTheme() {
  for (Slot& slot : slots_) slot.measured = false;
  later();
}

// --- Turns ---------------------------------------------------------------------------------------

void Transcript::rebuild() {
  for (int turn = 0; turn < static_cast<int>(slots_.size()); ++turn) drop(turn);
  slots_.assign(static_cast<std::size_t>(model_.turns().size()), {});
  for (int turn = 0; turn < static_cast<int>(slots_.size()); ++turn)
    slots_[turn].height = guess(turn);
  stick_ = true;
  arrange();
}

void Transcript::addTurn() {
  slots_.emplace_back();
  slots_.back().height = guess(static_cast<int>(slots_.size()) - 1);
  stick_ = true;
  later();
}

void Transcript::changeTurn(int turn) {
  if (turn < 0 || turn >= static_cast<int>(slots_.size())) return;
  Slot& slot = slots_[turn];
  slot.measured = false;
  if (slot.view != nullptr) {
    slot.view->setTurn(model_.turns()[turn]);
    slot.view->setFind(needle_, current_.turn == turn ? current_ : FindPlace{});
  }
  later();
}

void Transcript::showVideos() {
  for (const Slot& slot : slots_) {
    if (slot.view != nullptr) slot.view->showVideos();
  }
}

TurnView* Transcript::view(int turn) const {
  return turn >= 0 && turn < static_cast<int>(slots_.size()) ? slots_[turn].view : nullptr;
}

int Transcript::viewCount() const {
  return static_cast<int>(std::count_if(slots_.begin(), slots_.end(),
                                        [](const Slot& slot) { return slot.view != nullptr; }));
}

TurnView* Transcript::make(int turn) {
  auto* view = new TurnView(parts_, viewport());
  view->setTurn(model_.turns()[turn]);
  view->setFind(needle_, current_.turn == turn ? current_ : FindPlace{});
  if (slots_[turn].earlierShown) view->setEarlierShown(true);
  // The number of a turn never changes while its view lives: turns are only added at the end.
  connect(view, &TurnView::askAgainWanted, this, [this, turn] { emit askAgainWanted(turn); });
  connect(view, &TurnView::editWanted, this, [this, turn] { emit editWanted(turn); });
  connect(view, &TurnView::copyWanted, this,
          [this, turn](int answer) { emit copyWanted(turn, answer); });
  slots_[turn].view = view;
  return view;
}

void Transcript::drop(int turn) {
  Slot& slot = slots_[turn];
  if (slot.view == nullptr) return;
  slot.earlierShown = slot.view->isEarlierShown();
  slot.view->hide();
  slot.view->deleteLater();
  slot.view = nullptr;
}

// --- Geometry ------------------------------------------------------------------------------------

int Transcript::turnWidth() const {
  return std::max(viewport()->width() - 2 * parts_.context.theme.gap(), 40);
}

// Near enough for a scroll bar; the true height takes its place as soon as the turn is near.
int Transcript::guess(int turn) const {
  const Theme& theme = parts_.context.theme;
  const QFontMetrics metrics(theme.font(Theme::Font::body));
  const int letters = std::max(turnWidth() / std::max(metrics.averageCharWidth(), 1), 8);
  const Turn& shown = model_.turns()[turn];
  const store::Answer& answer = shown.answers.last().answer;
  const auto lines = static_cast<int>(2 + shown.question.size() / letters +
                                      static_cast<qsizetype>(answer.text.size()) / letters);
  const int columns = std::max(1, turnWidth() / theme.px(140));
  const int rows = (static_cast<int>(answer.citations.size()) + columns - 1) / columns;
  return theme.px(110) + lines * metrics.height() + rows * theme.px(150);
}

int Transcript::measure(int turn) {
  TurnView* view = slots_[turn].view;
  view->layout()->activate();
  const int width = turnWidth();
  return view->hasHeightForWidth() ? view->heightForWidth(width) : view->sizeHint().height();
}

int Transcript::topOf(int turn) const {
  const Theme& theme = parts_.context.theme;
  int y = theme.gapSmall();
  for (int i = 0; i < turn; ++i) y += slots_[i].height + theme.gapLarge();
  return y;
}

int Transcript::turnAt(int y) const {
  const Theme& theme = parts_.context.theme;
  int bottom = theme.gapSmall();
  for (int turn = 0; turn < static_cast<int>(slots_.size()); ++turn) {
    bottom += slots_[turn].height + theme.gapLarge();
    if (y < bottom) return turn;
  }
  return static_cast<int>(slots_.size()) - 1;
}

int Transcript::total() const {
  return topOf(static_cast<int>(slots_.size()));
}

int Transcript::endValue() const {
  const int last = static_cast<int>(slots_.size()) - 1;
  return std::min(verticalScrollBar()->maximum(),
                  topOf(std::max(last, 0)) - parts_.context.theme.gapSmall());
}

void Transcript::later() {
  if (scheduled_) return;
  scheduled_ = true;
  QTimer::singleShot(0, this, [this] {
    scheduled_ = false;
    arrange();
  });
}

void Transcript::arrange() {
  if (arranging_) return;
  arranging_ = true;
  const int high = viewport()->height();
  QScrollBar* bar = verticalScrollBar();
  const auto setValue = [&](int value) {
    const int length = total();
    bar->setRange(0, std::max(length - high, 0));
    bar->setPageStep(high);
    bar->setSingleStep(parts_.context.theme.px(32));
    bar->setValue(stick_ ? endValue() : value);
  };
  // What stands at the upper edge stays there, however the heights above it turn out.
  const int anchor = slots_.empty() ? 0 : turnAt(bar->value());
  const int offset = bar->value() - topOf(anchor);
  setValue(bar->value());

  bool made = false;
  for (bool moved = true; moved && !slots_.empty();) {
    moved = false;
    const int first = turnAt(std::max(bar->value() - high / 2, 0));
    const int last = turnAt(bar->value() + high + high / 2);
    for (int turn = first; turn <= last; ++turn) {
      Slot& slot = slots_[turn];
      if (slot.view == nullptr) {
        make(turn);
        slot.measured = false;
        made = true;
      }
      if (slot.measured) continue;
      const int measured = measure(turn);
      slot.measured = true;
      if (measured == slot.height) continue;
      slot.height = measured;
      moved = true;
    }
    if (moved) setValue(topOf(anchor) + offset);
  }

  const int width = turnWidth();
  const int gap = parts_.context.theme.gap();
  int y = topOf(0) - bar->value();
  const QWidget* focus = QApplication::focusWidget();
  for (int turn = 0; turn < static_cast<int>(slots_.size()); ++turn) {
    Slot& slot = slots_[turn];
    if (slot.view != nullptr) {
      const bool far = y + slot.height < -2 * high || y > 3 * high;
      if (far && (focus == nullptr || !slot.view->isAncestorOf(focus))) {
        drop(turn);
      } else {
        slot.view->setGeometry(gap, y, width, slot.height);
        slot.view->show();
      }
    }
    y += slot.height + parts_.context.theme.gapLarge();
  }
  if (made) chain();
  QPalette line;
  line.setColor(QPalette::Window, parts_.context.theme.colors().line);
  edge_->setPalette(line);
  edge_->setGeometry(0, 0, QWidget::width(), 1);
  edge_->setVisible(bar->value() > 0);
  edge_->raise();
  arranging_ = false;
}

void Transcript::chain() {
  QWidget* before = this;
  for (const Slot& slot : slots_) {
    if (slot.view == nullptr) continue;
    for (QWidget* widget : slot.view->findChildren<QWidget*>()) {
      if ((widget->focusPolicy() & Qt::TabFocus) == 0) continue;
      setTabOrder(before, widget);
      before = widget;
    }
  }
}

void Transcript::resizeEvent(QResizeEvent* event) {
  if (event->oldSize().width() != event->size().width()) {
    for (Slot& slot : slots_) slot.measured = false;
  }
  arrange();
}

void Transcript::scrollContentsBy(int /*dx*/, int /*dy*/) {
  if (arranging_) return;
  stick_ = verticalScrollBar()->value() == endValue();
  arrange();
}

bool Transcript::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::LayoutRequest) {  // a turn has grown or shrunk
    for (Slot& slot : slots_) {
      if (slot.view != nullptr) slot.measured = false;
    }
    arrange();
    return true;
  }
  return QAbstractScrollArea::viewportEvent(event);
}

// --- Going places --------------------------------------------------------------------------------

void Transcript::scrollToTurn(int turn) {
  if (turn < 0 || turn >= static_cast<int>(slots_.size())) return;
  arrange();
  const int top = topOf(turn);
  const int bottom = top + slots_[turn].height;
  QScrollBar* bar = verticalScrollBar();
  if (top >= bar->value() && bottom <= bar->value() + viewport()->height()) return;
  bar->setValue(top - parts_.context.theme.gapSmall());
  // Heights were guesses until now.
  bar->setValue(topOf(turn) - parts_.context.theme.gapSmall());
}

void Transcript::scrollToAnswer(int turn, int answer) {
  scrollToTurn(turn);
  TurnView* shown = view(turn);
  if (shown == nullptr || answer >= model_.turns()[turn].answers.size() - 1) return;
  shown->setEarlierShown(true);
  arrange();
  ensureSeen(shown->part({turn, answer, 0}));
}

void Transcript::ensureSeen(QWidget* part) {
  const int top = part->mapTo(viewport(), QPoint(0, 0)).y();
  const int bottom = top + part->height();
  QScrollBar* bar = verticalScrollBar();
  const int gap = parts_.context.theme.gapSmall();
  if (top < gap) {
    bar->setValue(bar->value() + top - gap);
  } else if (bottom > viewport()->height() - gap) {
    bar->setValue(bar->value() + std::min(top - gap, bottom - viewport()->height() + gap));
  }
}

void Transcript::scrollToCitation(qint64 citation) {
  const auto place = model_.placeOfCitation(citation);
  if (place.turn < 0) return;
  if (view(place.turn) == nullptr) scrollToTurn(place.turn);
  TurnView* shown = view(place.turn);
  if (shown == nullptr) return;
  if (place.answer < model_.turns()[place.turn].answers.size() - 1) {
    shown->setEarlierShown(true);
    arrange();
  }
  for (CitationChip* chip : shown->chips()) {
    if (chip->citation().id == citation) ensureSeen(chip);
  }
}

void Transcript::setFind(const QString& needle, const FindPlace& current) {
  needle_ = needle;
  current_ = current;
  for (int turn = 0; turn < static_cast<int>(slots_.size()); ++turn) {
    if (TurnView* shown = view(turn))
      shown->setFind(needle, current.turn == turn ? current : FindPlace{});
  }
  if (current.turn < 0) return;
  if (view(current.turn) == nullptr) scrollToTurn(current.turn);
  arrange();
  if (TurnView* shown = view(current.turn)) ensureSeen(shown->part(current));
}

CitationChip* Transcript::focusedChip() const {
  auto* chip = qobject_cast<CitationChip*>(QApplication::focusWidget());
  return chip != nullptr && isAncestorOf(chip) ? chip : nullptr;
}

bool Transcript::claimsKeys() const {
  const QWidget* focus = QApplication::focusWidget();
  return focus == this ? !clicked_ : focus != nullptr && isAncestorOf(focus);
}

void Transcript::focusInEvent(QFocusEvent* event) {
  // A window or a menu that comes back changes nothing.
  if (event->reason() != Qt::ActiveWindowFocusReason && event->reason() != Qt::PopupFocusReason)
    clicked_ = event->reason() == Qt::MouseFocusReason;
  QAbstractScrollArea::focusInEvent(event);
}

void Transcript::moveAmongChips(int by) {
  QList<CitationChip*> chips;
  for (const Slot& slot : slots_) {
    if (slot.view != nullptr) chips << slot.view->chips();
  }
  if (chips.isEmpty()) return;
  CitationChip* focused = focusedChip();
  const auto at = chips.indexOf(focused);
  const auto next = focused == nullptr ? (by > 0 ? 0 : chips.size() - 1) : at + by;
  if (next < 0 || next >= chips.size()) return;
  chips[next]->setFocus(Qt::TabFocusReason);
  ensureSeen(chips[next]);
}

void Transcript::keyPressEvent(QKeyEvent* event) {
  QScrollBar* bar = verticalScrollBar();
  const bool chip = focusedChip() != nullptr;
  const int forward = layoutDirection() == Qt::RightToLeft ? -1 : 1;
  switch (event->key()) {
    case Qt::Key_Left:
      chip ? moveAmongChips(-forward) : event->ignore();
      return;
    case Qt::Key_Right:
      chip ? moveAmongChips(forward) : event->ignore();
      return;
    case Qt::Key_Up:
      chip ? moveAmongChips(-1) : bar->triggerAction(QAbstractSlider::SliderSingleStepSub);
      return;
    case Qt::Key_Down:
      chip ? moveAmongChips(1) : bar->triggerAction(QAbstractSlider::SliderSingleStepAdd);
      return;
    case Qt::Key_PageUp:
      bar->triggerAction(QAbstractSlider::SliderPageStepSub);
      return;
    case Qt::Key_PageDown:
      bar->triggerAction(QAbstractSlider::SliderPageStepAdd);
      return;
    case Qt::Key_Home:
      bar->setValue(0);
      return;
    case Qt::Key_End:
      bar->setValue(bar->maximum());
      return;
    default:
      QAbstractScrollArea::keyPressEvent(event);
  }
}

bool Transcript::focusNextPrevChild(bool next) {
  const bool moved = QAbstractScrollArea::focusNextPrevChild(next);
  QWidget* focus = QApplication::focusWidget();
  if (moved && focus != nullptr && focus != this && isAncestorOf(focus)) ensureSeen(focus);
  return moved;
}

}  // namespace longtake::ui
