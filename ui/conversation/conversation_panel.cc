#include "ui/conversation/conversation_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/base/text.h"
#include "ui/conversation/citation_chip.h"
#include "ui/conversation/conversation_switcher.h"
#include "ui/conversation/find_bar.h"
#include "ui/conversation/question_box.h"
#include "ui/conversation/start_page.h"
#include "ui/conversation/transcript.h"
#include "ui/conversation/wording.h"

namespace longtake::ui {

namespace {

// Of a picture as it is fetched, in pixels: enough for the preview, and scaled down for the chips.
constexpr int kPictureWidth = 480;
constexpr int kPictureHeight = 270;

}  // namespace

ConversationPanel::ConversationPanel(Context& context, QWidget* parent)
    : QWidget(parent),
      context_(context),
      videos_(context.shelf),
      pictures_(context.engine, kPictureWidth, kPictureHeight),
      model_(context.engine),
      acts_(context, model_) {
  build();
  connectModel();
  connectActions();
  connect(&context.workspace, &Workspace::videoChanged, this, &ConversationPanel::followVideo);
  connect(&context.workspace, &Workspace::libraryLeft, this, [this] {
    setBranch(false);
    model_.startNew();
  });
  connect(&context.theme, &Theme::changed, this, &ConversationPanel::applyTheme);
  applyTheme();
  showPage();
  followVideo();
}

void ConversationPanel::build() {
  const ConversationParts parts{context_, videos_, pictures_, acts_, model_};
  auto* column = new QVBoxLayout(this);
  column->setSpacing(0);
  column->setContentsMargins(0, 0, 0, 0);
  switcher_ = new ConversationSwitcher(context_, model_, this);
  find_ = new FindBar(context_.theme, model_, this);
  pages_ = new QStackedWidget(this);
  start_ = new StartPage(context_, videos_, pages_);
  transcript_ = new Transcript(parts, model_, pages_);
  pages_->addWidget(start_);
  pages_->addWidget(transcript_);

  depth_ = new QWidget(this);
  auto* depth = new QHBoxLayout(depth_);
  auto* warning = new IconMark(context_.theme, 14, depth_);
  warning->setIcon(QStringLiteral("warning"), &Colors::warn);
  depthWords_ = new QLabel(depth_);
  depthWords_->setObjectName(QStringLiteral("outOfItsDepth"));
  depthWords_->setProperty("soft", true);
  depthWords_->setWordWrap(true);
  depthWords_->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
  depth->addWidget(warning, 0, Qt::AlignTop);
  depth->addWidget(depthWords_, 1);
  connect(depthWords_, &QLabel::linkActivated, context_.actions[ActionId::models],
          &QAction::trigger);
  depth_->hide();

  branch_ = new QWidget(this);
  auto* branch = new QHBoxLayout(branch_);
  auto* icon = new IconMark(context_.theme, 14, branch_);
  icon->setIcon(QStringLiteral("branch"), &Colors::accent);
  branchWords_ = new ElidedLabel(context_.theme, Theme::Font::small, branch_);
  branchOff_ = new QToolButton(branch_);
  branchOff_->setIcon(context_.theme.icon(QStringLiteral("close")));
  branchOff_->setToolTip(tr("Ask in this conversation instead"));
  branchOff_->setAccessibleName(branchOff_->toolTip());
  branch->addWidget(icon);
  branch->addWidget(branchWords_, 1);
  branch->addWidget(branchOff_);
  connect(branchOff_, &QToolButton::clicked, this, [this] { setBranch(false); });
  branch_->hide();

  box_ = new QuestionBox(context_, videos_, this);
  auto* bottom = new QVBoxLayout;
  bottom->setObjectName(QStringLiteral("bottom"));
  bottom->addWidget(depth_);
  bottom->addWidget(branch_);
  bottom->addWidget(box_);
  column->addWidget(switcher_);
  column->addWidget(find_);
  column->addWidget(pages_, 1);
  column->addLayout(bottom);

  connect(start_, &StartPage::suggested, this, &ConversationPanel::ask);
  connect(start_, &StartPage::watchWanted, this, &ConversationPanel::watchWanted);
  connect(box_, &QuestionBox::begun, this, [this] {
    if (box_->scope().why().isEmpty()) model_.prepare(box_->scope().scopes());
  });
  connect(box_, &QuestionBox::sent, this, &ConversationPanel::ask);
  connect(box_, &QuestionBox::stopWanted, &model_, &ConversationModel::stop);
  connect(switcher_, &ConversationSwitcher::openWanted, this,
          [this](qint64 conversation) { openConversation(conversation); });
  connect(switcher_, &ConversationSwitcher::copyWanted, this, &ConversationPanel::copyAll);
  connect(switcher_, &ConversationSwitcher::listed, this, [this] {
    if (!std::exchange(openNewest_, false)) return;
    const auto& conversations = switcher_->conversations();
    if (context_.workspace.hasVideo() && !conversations.empty()) {
      model_.open(conversations.back().id);
    } else if (model_.id() != 0) {
      model_.startNew();
    }
  });
  connect(find_, &FindBar::found, this,
          [this] { transcript_->setFind(find_->needle(), find_->current()); });
  connect(find_, &FindBar::shutDown, transcript_, [this] { transcript_->setFocus(); });
  connect(transcript_, &Transcript::askAgainWanted, &model_, &ConversationModel::askAgain);
  connect(transcript_, &Transcript::editWanted, this, &ConversationPanel::edit);
  connect(transcript_, &Transcript::copyWanted, this, &ConversationPanel::copy);
  connect(&acts_, &CitationActs::openVideoRequested, this, &ConversationPanel::openVideoRequested);
  connect(&acts_, &CitationActs::markerWanted, this, &ConversationPanel::markerWanted);
  connect(&acts_, &CitationActs::clipWanted, this, &ConversationPanel::clipWanted);
}

void ConversationPanel::connectModel() {
  QAction* stop = context_.actions[ActionId::stopAnswer];
  stop->setEnabled(false);
  connect(&model_, &ConversationModel::answeringChanged, this, [this, stop](bool answering) {
    stop->setEnabled(answering);
    box_->setAnswering(answering);
    start_->setAnswering(answering);
  });
  connect(&model_, &ConversationModel::reset, this, [this] {
    showPage();
    showFound();
    showNewestAnswer();
    QStringList asked;
    for (const Turn& turn : model_.turns()) asked << turn.question;
    if (!asked.isEmpty()) box_->setHistory(asked);
  });
  connect(&model_, &ConversationModel::turnAdded, this, &ConversationPanel::showPage);
  // An answer asked again may be far above.
  connect(&model_, &ConversationModel::answeringChanged, transcript_, [this](bool answering) {
    if (answering)
      QMetaObject::invokeMethod(
          transcript_, [this] { transcript_->scrollToTurn(model_.liveTurn()); },
          Qt::QueuedConnection);
  });
  connect(&model_, &ConversationModel::answerEnded, this, [this](int turn) {
    const store::Answer& answer = model_.turns()[turn].answers.last().answer;
    if (answer.id != 0) context_.workspace.showAnswer(answer);
  });
  connect(&model_, &ConversationModel::failed, this,
          [this](const QString& message, const QString& hint) {
            emit context_.workspace.told(
                hint.isEmpty() ? message : QStringLiteral("%1. %2").arg(message, hint));
          });
  connect(&context_.workspace, &Workspace::citationChanged, transcript_,
          &Transcript::scrollToCitation);
}

void ConversationPanel::connectActions() {
  Actions& actions = context_.actions;
  const auto on = [&](ActionId id, auto slot) {
    connect(actions[id], &QAction::triggered, this, slot);
  };
  on(ActionId::focusQuestion, [this] { box_->focusQuestion(); });
  on(ActionId::stopAnswer, [this] { model_.stop(); });
  on(ActionId::newConversation, [this] {
    setBranch(false);
    openNewest_ = false;
    model_.startNew();
    box_->focusQuestion();
  });
  on(ActionId::find, [this] {
    if (!model_.turns().isEmpty()) find_->open();
  });
  on(ActionId::acceptCitation, [this] { judge(store::Verdict::confirmed); });
  on(ActionId::rejectCitation, [this] { judge(store::Verdict::not_confirmed); });
}

void ConversationPanel::setSuggestions(const QStringList& questions) {
  start_->setSuggestions(questions);
}

void ConversationPanel::setOutOfItsDepth(const QString& model) {
  depthWords_->setText(tr("%1 knows only coloured shapes: what it says about this video means "
                          "little. <a href=\"models\">Models…</a>")
                           .arg(model.toHtmlEscaped()));
  depth_->setVisible(!model.isEmpty());
  start_->setSuggesting(model.isEmpty());
}

void ConversationPanel::applyTheme() {
  const Theme& theme = context_.theme;
  auto* bottom = findChild<QVBoxLayout*>(QStringLiteral("bottom"));
  bottom->setContentsMargins(theme.gapSmall(), theme.gapTiny(), theme.gapSmall(), theme.gapSmall());
  bottom->setSpacing(theme.gapTiny());
  for (QWidget* row : {depth_, branch_}) {
    row->layout()->setContentsMargins(theme.gapSmall(), 0, 0, 0);
    row->layout()->setSpacing(theme.gapSmall());
  }
  depthWords_->setFont(theme.font(Theme::Font::small));
  branchOff_->setIconSize({theme.px(12), theme.px(12)});
  setMinimumWidth(theme.px(205));
  update();
}

void ConversationPanel::paintEvent(QPaintEvent* /*event*/) {
  QPainter(this).fillRect(rect(), context_.theme.colors().surface);
}

void ConversationPanel::followVideo() {
  setBranch(false);
  // A citation leads to another video within its conversation.
  openNewest_ = model_.findAnswer(context_.workspace.answer().id).turn < 0;
  switcher_->refresh();
}

void ConversationPanel::showPage() {
  if (model_.turns().isEmpty()) {
    find_->shut();
    pages_->setCurrentWidget(start_);
  } else {
    pages_->setCurrentWidget(transcript_);
  }
}

// What the timeline shows belongs to the conversation: an answer of it that is looked at already, else
// its newest one that cites the open video.
void ConversationPanel::showNewestAnswer() {
  Workspace& workspace = context_.workspace;
  if (model_.findAnswer(workspace.answer().id).turn >= 0) return;
  store::Answer newest;
  for (const Turn& turn : model_.turns()) {
    for (const AnswerItem& item : turn.answers) {
      const auto& citations = item.answer.citations;
      const bool here =
          std::any_of(citations.begin(), citations.end(), [&](const store::Citation& citation) {
            return citation.video_id == workspace.video().id;
          });
      if (item.isFound() && here && item.answer.id > newest.id) newest = item.answer;
    }
  }
  if (newest.id != workspace.answer().id) workspace.showAnswer(newest);
}

void ConversationPanel::openConversation(qint64 conversation) {
  setBranch(false);
  found_.reset();
  openNewest_ = false;
  model_.open(conversation);
}

void ConversationPanel::openFound(const store::SearchHit& hit, const QString& word) {
  openConversation(hit.conversation_id);
  found_ = hit;
  foundWord_ = word;
}

void ConversationPanel::showFound() {
  const auto hit = std::exchange(found_, std::nullopt);
  if (!hit || hit->conversation_id != model_.id()) return;
  const bool question = hit->kind == store::SearchHit::Kind::question;
  const ConversationModel::Place place =
      question ? model_.findQuestion(hit->id) : model_.findAnswer(hit->id);
  if (place.turn < 0) return;
  const Turn& turn = model_.turns()[place.turn];
  const store::Answer& answer = turn.answers[place.answer].answer;
  acts_.show(answer);
  transcript_->scrollToAnswer(place.turn, place.answer);
  if (!foundWord_.isEmpty()) find_->open(foundWord_, {place.turn, question ? -1 : place.answer, 0});
  const qint64 open = context_.workspace.video().id;
  const bool here = std::any_of(turn.scopes.begin(), turn.scopes.end(),
                                [&](const QuestionScope& scope) { return scope.video == open; });
  if (here || turn.scopes.empty()) return;
  if (answer.citations.empty()) {
    emit openVideoRequested(turn.scopes.front().video, {});
  } else {
    const store::Citation& first = answer.citations.front();
    emit openVideoRequested(first.video_id, {first.time.begin, first.time.begin});
  }
}

void ConversationPanel::ask(const QString& question) {
  const std::vector<QuestionScope> scopes = box_->scope().scopes();
  if (scopes.empty() || model_.isAnswering()) return;
  openNewest_ = false;
  if (branching_) {
    model_.startNew();
    model_.setNextTitle(tr("%1 (from “%2”)").arg(question.simplified(), branchFrom_));
    setBranch(false);
  }
  model_.ask(question, scopes);
}

// --- What can be done with a turn ----------------------------------------------------------------

void ConversationPanel::setBranch(bool on, const QString& from) {
  branching_ = on;
  branchFrom_ = from;
  branchWords_->setText(tr("New conversation, branched from “%1”").arg(from));
  branch_->setVisible(on);
}

void ConversationPanel::edit(int turn) {
  const Turn& known = model_.turns()[turn];
  box_->setQuestion(known.question);
  // What it was about is asked about again, as far as it can be chosen here.
  ScopePicker& scope = box_->scope();
  const qint64 open = context_.workspace.video().id;
  if (known.scopes.size() > 1 || known.scopes.front().video != open) {
    QSet<qint64> videos;
    for (const QuestionScope& one : known.scopes) videos.insert(one.video);
    scope.setChosen(videos);
  } else if (const auto& range = known.scopes.front().range) {
    context_.workspace.setMarks(range->begin, range->end);
    scope.setKind(ScopePicker::Kind::markedRange);
  } else {
    scope.setKind(ScopePicker::Kind::wholeVideo);
  }
  const QString title = text(model_.conversation().title).simplified();
  setBranch(true, title.isEmpty() ? known.question : title);
  box_->focusQuestion();
}

void ConversationPanel::copy(int turn, int answer) {
  const Turn& known = model_.turns()[turn];
  QApplication::clipboard()->setText(answerAsMarkdown(known, known.answers[answer], videos_));
  emit context_.workspace.told(tr("The answer was copied"));
}

void ConversationPanel::copyAll() {
  QStringList parts;
  for (const Turn& turn : model_.turns())
    parts << answerAsMarkdown(turn, turn.answers.last(), videos_);
  QApplication::clipboard()->setText(parts.join(QLatin1Char('\n')));
  emit context_.workspace.told(tr("The conversation was copied"));
}

void ConversationPanel::judge(store::Verdict verdict) {
  const CitationChip* chip = transcript_->focusedChip();
  const qint64 citation = chip != nullptr ? chip->citation().id : context_.workspace.citation();
  if (citation == 0) {
    emit context_.workspace.told(tr("Choose a citation first"));
    return;
  }
  acts_.toggleVerdict(citation, verdict);
}

// The window's single keys (arrows, Space, Home) must not take what a button or the transcript uses
// itself.
bool ConversationPanel::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == 0;
    const bool button = qobject_cast<QAbstractButton*>(QApplication::focusWidget()) != nullptr;
    const bool chip = transcript_->focusedChip() != nullptr;
    switch (plain ? key->key() : 0) {
      case Qt::Key_Space:
        if (button) event->accept();
        break;
      case Qt::Key_Left:
      case Qt::Key_Right:
        if (chip) event->accept();
        break;
      case Qt::Key_Up:
      case Qt::Key_Down:
      case Qt::Key_PageUp:
      case Qt::Key_PageDown:
      case Qt::Key_Home:
      case Qt::Key_End:
        if (transcript_->claimsKeys()) event->accept();
        break;
      default:
        break;
    }
    if (event->isAccepted()) return true;
  }
  return QWidget::event(event);
}

}  // namespace longtake::ui
