#include "ui/conversation/start_page.h"

#include <QPushButton>
#include <QVBoxLayout>

#include "ui/base/text.h"
#include "ui/conversation/suggestion_button.h"
#include "ui/conversation/unseen.h"

namespace longtake::ui {

StartPage::StartPage(Context& context, SeenVideos& videos, QWidget* parent)
    : QScrollArea(parent),
      context_(context),
      videos_(videos),
      page_(new QWidget),
      icon_(new IconMark(context.theme, 36, page_)),
      title_(new MatchLabel(context.theme, Theme::Font::title, page_)),
      words_(new MatchLabel(context.theme, Theme::Font::body, page_)),
      watch_(new QPushButton(tr("Watch This Video"), page_)),
      list_(new QWidget(page_)),
      buttons_(new QVBoxLayout(list_)) {
  setWidget(page_);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  viewport()->setAutoFillBackground(false);
  page_->setAutoFillBackground(false);
  auto* column = new QVBoxLayout(page_);
  column->addStretch(2);
  column->addWidget(icon_, 0, Qt::AlignHCenter);
  column->addWidget(title_);
  column->addWidget(words_);
  column->addWidget(watch_, 0, Qt::AlignHCenter);
  column->addWidget(list_);
  column->addStretch(3);
  for (MatchLabel* label : {title_, words_}) label->setAlignment(Qt::AlignHCenter);
  words_->setProperty("soft", true);
  buttons_->setContentsMargins(0, 0, 0, 0);
  watch_->setObjectName(QStringLiteral("watch"));
  watch_->setProperty("primary", true);
  connect(watch_, &QPushButton::clicked, this,
          [this] { emit watchWanted(context_.workspace.video().id); });
  connect(&context.workspace, &Workspace::videoChanged, this, &StartPage::refresh);
  connect(&context.settings, &Settings::changed, this, &StartPage::refresh);
  connect(&videos, &SeenVideos::changed, this, &StartPage::refresh);
  connect(&context.theme, &Theme::changed, this, &StartPage::applyTheme);
  setSuggestions({});
  applyTheme();
}

void StartPage::applyTheme() {
  const Theme& theme = context_.theme;
  page_->layout()->setContentsMargins(theme.gapLarge(), theme.gap(), theme.gapLarge(), theme.gap());
  static_cast<QVBoxLayout*>(page_->layout())->setSpacing(theme.gapSmall());
  buttons_->setSpacing(theme.gapSmall());
  buttons_->setContentsMargins(0, theme.gapSmall(), 0, 0);
  refresh();
}

void StartPage::setSuggestions(const QStringList& questions) {
  suggestions_ = questions.mid(0, 3);
  if (suggestions_.isEmpty()) {
    suggestions_ << tr("What happens in this video?") << tr("What can be seen at the beginning?")
                 << tr("What changes towards the end?");
  }
  qDeleteAll(list_->findChildren<SuggestionButton*>(QString(), Qt::FindDirectChildrenOnly));
  for (const QString& question : suggestions_) {
    auto* button = new SuggestionButton(context_.theme, question, list_);
    connect(button, &QAbstractButton::clicked, this,
            [this, question] { emit suggested(question); });
    buttons_->addWidget(button);
  }
}

void StartPage::setSuggesting(bool on) {
  suggesting_ = on;
  refresh();
}

void StartPage::setAnswering(bool answering) {
  answering_ = answering;
  refresh();
}

void StartPage::refresh() {
  const bool video = context_.workspace.hasVideo();
  const bool seen = video && videos_.hasSeen(context_.workspace.video().id);
  if (!video) {
    icon_->setIcon(QStringLiteral("film"), &Colors::textFaint);
    title_->setPlainText(tr("No video is open"));
    words_->setPlainText(
        tr("Open a video, or drop one into the window. You can ask about it as soon as its first "
           "seconds have been seen."));
  } else if (!seen) {
    explainUnseen();
  } else {
    icon_->setIcon(QStringLiteral("ask"), &Colors::accent);
    title_->setPlainText(tr("Ask about this video"));
    words_->setPlainText(
        tr("Every answer names the moments it rests on: click one to see for yourself."));
  }
  watch_->setVisible(video && !seen &&
                     unseenOf(context_, context_.workspace.video().id) != Unseen::awaited);
  list_->setVisible(seen && suggesting_);
  list_->setEnabled(!answering_);
}

void StartPage::explainUnseen() {
  icon_->setIcon(QStringLiteral("eye"), &Colors::textFaint);
  title_->setPlainText(tr("Nothing seen yet"));
  switch (unseenOf(context_, context_.workspace.video().id)) {
    case Unseen::awaited:
      words_->setPlainText(tr("Ask as soon as the first seconds have been seen."));
      break;
    case Unseen::unwatched:
      words_->setPlainText(
          tr("This video is not being watched. Watch it, and ask as soon as its first seconds have "
             "been seen."));
      break;
    case Unseen::byAnother:
      title_->setPlainText(tr("Not seen by this model yet"));
      words_->setPlainText(
          tr("What was seen of this video belongs to another model, or is kept in another quality. "
             "Let this model watch it, too, and ask as soon as the first seconds have been seen."));
      break;
  }
}

}  // namespace longtake::ui
