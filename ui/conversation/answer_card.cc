#include "ui/conversation/answer_card.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/conversation/citation_chip.h"
#include "ui/conversation/flow_layout.h"
#include "ui/conversation/wording.h"

namespace longtake::ui {

namespace {

constexpr int kClockMs = 100;
constexpr qsizetype kShortAnswer = 48;  // letters

void setSoft(QLabel* label) {
  label->setProperty("soft", true);
}

}  // namespace

AnswerCard::AnswerCard(ConversationParts parts, QWidget* parent) : QFrame(parent), parts_(parts) {
  build();
  clock_.setInterval(kClockMs);
  connect(&clock_, &QTimer::timeout, this, &AnswerCard::showPhase);
  connect(&parts.model, &ConversationModel::answeringChanged, this, &AnswerCard::showAnswering);
  connect(&parts.context.theme, &Theme::changed, this, &AnswerCard::applyTheme);
  applyTheme();
  showAnswering(parts.model.isAnswering());
}

// There is one answer at a time, in whichever conversation.
void AnswerCard::showAnswering(bool answering) {
  again_->setEnabled(!answering);
  againSmall_->setEnabled(!answering);
}

void AnswerCard::build() {
  const Theme& theme = parts_.context.theme;
  auto* column = new QVBoxLayout(this);
  const auto row = [&](QWidget*& widget) {
    widget = new QWidget(this);
    auto* layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    column->addWidget(widget);
    return layout;
  };

  auto* head = row(head_);
  spinner_ = new Spinner(theme, head_);
  headIcon_ = new IconMark(theme, 16, head_);
  headText_ = new ElidedLabel(theme, Theme::Font::strong, head_);
  head->addWidget(spinner_);
  head->addWidget(headIcon_);
  head->addWidget(headText_, 1);

  text_ = new MatchLabel(theme, Theme::Font::body, this);
  text_->setObjectName(QStringLiteral("answerText"));
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  text_->installEventFilter(this);
  column->addWidget(text_);
  notes_ = new MatchLabel(theme, Theme::Font::small, this);
  notes_->setObjectName(QStringLiteral("notes"));
  setSoft(notes_);
  column->addWidget(notes_);

  auto* support = row(supportRow_);
  supportMark_ = new SupportMark(theme, supportRow_);
  support_ = new ElidedLabel(theme, Theme::Font::small, supportRow_);
  support->addWidget(supportMark_);
  support->addWidget(support_, 1);

  chipsTitle_ = new ElidedLabel(theme, Theme::Font::small, this);
  column->addWidget(chipsTitle_);
  chipsArea_ = new QWidget(this);
  flow_ = new FlowLayout(chipsArea_);
  flow_->setContentsMargins(0, 0, 0, 0);
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  chipsArea_->setSizePolicy(policy);
  column->addWidget(chipsArea_);

  auto* coverage = row(coverageRow_);
  auto* eye = new IconMark(theme, 14, coverageRow_);
  eye->setIcon(QStringLiteral("eye"), &Colors::textSoft);
  coverage_ = new MatchLabel(theme, Theme::Font::small, coverageRow_);
  setSoft(coverage_);
  coverage->addWidget(eye);
  coverage->addWidget(coverage_, 1);

  again_ = new QPushButton(tr("Ask again"), this);
  again_->setObjectName(QStringLiteral("askAgain"));
  connect(again_, &QPushButton::clicked, this, &AnswerCard::askAgainWanted);
  column->addWidget(again_, 0, Qt::AlignLeading);

  auto* foot = row(foot_);
  provenance_ = new ElidedLabel(theme, Theme::Font::small, foot_);
  provenance_->setColor(&Colors::textSoft);
  foot->addWidget(provenance_, 1);
  againSmall_ = makeButton(QStringLiteral("retry"), tr("Ask again"));
  againSmall_->setObjectName(QStringLiteral("askAgainSmall"));
  connect(againSmall_, &QToolButton::clicked, this, &AnswerCard::askAgainWanted);
  foot->addWidget(againSmall_);
  copy_ = makeButton(QStringLiteral("copy"), tr("Copy the answer with its citations"));
  copy_->setObjectName(QStringLiteral("copyAnswer"));
  connect(copy_, &QToolButton::clicked, this, &AnswerCard::copyWanted);
  foot->addWidget(copy_);
}

QToolButton* AnswerCard::makeButton(const QString& icon, const QString& name) {
  auto* button = new QToolButton(foot_);
  button->setIcon(parts_.context.theme.icon(icon));
  button->setToolTip(name);
  button->setAccessibleName(name);
  return button;
}

void AnswerCard::applyTheme() {
  const Theme& theme = parts_.context.theme;
  auto* column = static_cast<QVBoxLayout*>(layout());
  column->setSpacing(theme.gapSmall());
  for (QWidget* row : {head_, supportRow_, coverageRow_, foot_}) {
    row->layout()->setSpacing(theme.gapSmall());
  }
  foot_->layout()->setSpacing(0);
  flow_->setSpacing(theme.gapSmall());
  flow_->setItemWidths(theme.px(128), theme.px(208));
  const QSize icon(theme.px(16), theme.px(16));
  for (QToolButton* button : {againSmall_, copy_}) button->setIconSize(icon);
  showFoot();
  update();
}

// --- What is shown -------------------------------------------------------------------------------

void AnswerCard::setAnswer(const Turn& turn, const AnswerItem& item, bool newest) {
  newest_ = newest;
  turn_.question = turn.question;
  turn_.scopes = turn.scopes;
  turn_.askedAt = turn.askedAt;
  item_ = item;
  if (item.isRunning()) {
    clock_.start();
  } else {
    clock_.stop();
  }
  showHead();
  showText();
  showCitations();
  showCoverage();
  showFoot();
  update();
}

void AnswerCard::setAnswerText(const std::string& text) {
  item_.answer.text = text;
  showText();
}

void AnswerCard::showHead() {
  const auto head = [this](const QString& icon, QColor Colors::*color, const QString& words) {
    headIcon_->setIcon(icon, color);
    headText_->setText(words);
    headText_->setColor(&Colors::text);
  };
  head_->setVisible(!item_.isFound());
  spinner_->setVisible(item_.isRunning());
  headIcon_->setVisible(!item_.isRunning());
  if (item_.isNotFound()) {
    head(QStringLiteral("search"), &Colors::textSoft, tr("Not found in what was seen"));
  } else if (item_.answer.state == store::AnswerState::stopped) {
    head(QStringLiteral("stop"), &Colors::textSoft, tr("Stopped before it was complete"));
  } else if (item_.answer.state == store::AnswerState::interrupted) {
    head(QStringLiteral("warning"), &Colors::warn, tr("Interrupted: Longtake was closed"));
  } else if (item_.answer.state == store::AnswerState::failed) {
    head(QStringLiteral("warning"), &Colors::bad, tr("Not answered"));
  }
  showPhase();
}

void AnswerCard::showPhase() {
  if (!item_.isRunning()) return;
  const qint64 elapsed = item_.since.isValid() ? item_.since.elapsed() : 0;
  headText_->setColor(&Colors::textSoft);
  headText_->setText(QStringLiteral("%1 · %2").arg(phaseWords(item_.phase), elapsedWords(elapsed)));
}

void AnswerCard::showText() {
  const QString words = text(item_.answer.text).trimmed();
  QString notes;
  if (item_.isNotFound()) {
    notes = words.isEmpty()
                ? tr("Nothing that was seen supports an answer.")
                : tr("Nothing that was seen supports an answer. The model said “%1”.").arg(words);
  } else if (item_.answer.state == store::AnswerState::failed) {
    const auto& failure = item_.answer.failure;
    notes = failure ? engineText(failure->message) : tr("Something kept it from being answered.");
    if (failure && !failure->hint.empty()) notes += QLatin1Char('\n') + engineText(failure->hint);
  }
  // An answer in a word or two is what is looked for: it must not drown among its citations.
  text_->setThemeFont(words.size() <= kShortAnswer ? Theme::Font::title : Theme::Font::body);
  text_->setPlainText(item_.isNotFound() ? QString() : words);
  text_->setVisible(!text_->plainText().isEmpty());
  notes_->setPlainText(notes);
  notes_->setVisible(!notes.isEmpty());
}

void AnswerCard::showCitations() {
  const Support support = supportOf(item_);
  supportRow_->setVisible(support != Support::unknown && support != Support::none);
  supportMark_->setSupport(support);
  support_->setText(supportWords(support));
  support_->setDetails(supportDetails(item_));

  const auto& citations = item_.answer.citations;
  chipsTitle_->setVisible(item_.isNotFound() && !citations.empty());
  chipsTitle_->setText(tr("Nearest moments"));
  while (chips_.size() > static_cast<qsizetype>(citations.size())) delete chips_.takeLast();
  for (std::size_t i = 0; i < citations.size(); ++i) {
    if (i >= static_cast<std::size_t>(chips_.size())) {
      auto* chip = new CitationChip(parts_.context, parts_.pictures, chipsArea_);
      connect(chip, &CitationChip::playWanted, this,
              [this, chip] { parts_.acts.play(item_.answer, chip->citation()); });
      connect(chip, &CitationChip::markerWanted, this, [this, chip] {
        parts_.acts.makeMarker(turn_.question, item_.answer, chip->citation());
      });
      connect(chip, &CitationChip::clipWanted, this,
              [this, chip] { parts_.acts.makeClip(item_.answer, chip->citation()); });
      connect(chip, &CitationChip::verdictWanted, this, [this, chip](store::Verdict verdict) {
        parts_.acts.setVerdict(chip->citation().id, verdict);
      });
      flow_->addWidget(chip);
      chips_ << chip;
    }
    const store::Citation& citation = citations[i];
    // Which video it is of goes without saying only if there is but the open one.
    const bool named =
        turn_.scopes.size() > 1 || citation.video_id != parts_.context.workspace.video().id;
    chips_[static_cast<qsizetype>(i)]->setCitation(
        citation, item_, static_cast<int>(i) + 1,
        named ? parts_.videos.name(citation.video_id) : QString(),
        parts_.videos.duration(citation.video_id));
  }
  chipsArea_->setVisible(!citations.empty());
  setSelectedCitation(parts_.context.workspace.citation());
}

void AnswerCard::showVideos() {
  showCitations();
  showCoverage();
}

void AnswerCard::showCoverage() {
  const bool done = item_.answer.state == store::AnswerState::done;
  const QString words = done ? coverageWords(turn_, item_.answer, parts_.videos) : QString();
  coverage_->setPlainText(words);
  coverageRow_->setVisible(!words.isEmpty());
  const bool outdated = newest_ && done && isOutdated(turn_, item_.answer, parts_.videos);
  const bool retry = newest_ && !done && !item_.isRunning();
  again_->setText(outdated ? tr("More has been seen since: ask again") : tr("Ask again"));
  again_->setVisible(outdated || retry);
  againSmall_->setVisible(newest_ && !outdated && !retry);
}

void AnswerCard::showFoot() {
  const QString provenance = provenanceWords(item_.answer);
  const bool any = !item_.answer.text.empty();
  copy_->setVisible(any);
  const bool shown = !item_.isRunning() && (any || !provenance.isEmpty());
  foot_->setVisible(shown);
  const Theme& theme = parts_.context.theme;
  layout()->setContentsMargins(theme.gap(), theme.gap(), theme.gap(),
                               shown ? theme.gapTiny() : theme.gap());
  provenance_->setText(provenance);
  provenance_->setDetails(timingDetails(item_.answer));
}

void AnswerCard::setFind(const QString& needle, int current) {
  text_->setFind(needle, current);
}

void AnswerCard::setSelectedCitation(qint64 citation) {
  for (CitationChip* chip : chips_)
    chip->setSelected(citation != 0 && chip->citation().id == citation);
}

void AnswerCard::announce() {
  QStringList words;
  if (head_->isVisibleTo(this)) words << headText_->text();
  if (text_->isVisibleTo(this)) words << text_->plainText();
  if (notes_->isVisibleTo(this)) words << notes_->plainText();
  if (supportRow_->isVisibleTo(this)) words << support_->text();
  setAccessibleName(tr("Answer: %1").arg(words.join(QStringLiteral(". "))));
  QAccessibleEvent event(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

void AnswerCard::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && item_.answer.id != 0) parts_.acts.show(item_.answer);
}

// The text, which can be selected, keeps its clicks to itself.
bool AnswerCard::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::MouseButtonPress) mousePressEvent(static_cast<QMouseEvent*>(event));
  return QFrame::eventFilter(watched, event);
}

void AnswerCard::paintEvent(QPaintEvent* /*event*/) {
  const Theme& theme = parts_.context.theme;
  const Colors& c = theme.colors();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  const bool outlined = item_.isNotFound();
  painter.setPen(outlined ? QPen(c.textFaint, 1, Qt::DashLine) : QPen(c.line, 1));
  painter.setBrush(outlined ? QBrush(Qt::NoBrush) : QBrush(c.raised));
  painter.drawRoundedRect(frame, theme.radius() + 2, theme.radius() + 2);
}

}  // namespace longtake::ui
