#include "ui/conversation/conversation_switcher.h"

#include <QHBoxLayout>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QToolButton>

#include "ui/base/text.h"
#include "ui/conversation/title_button.h"
#include "ui/conversation/wording.h"

namespace longtake::ui {

namespace {

// More would not fit on a screen; the search finds the others.
constexpr int kListed = 20;

}  // namespace

ConversationSwitcher::ConversationSwitcher(Context& context, ConversationModel& model,
                                           QWidget* parent)
    : QWidget(parent),
      context_(context),
      model_(model),
      title_(new TitleButton(context.theme, this)),
      new_(new QToolButton(this)),
      more_(new QToolButton(this)),
      list_(new QMenu(this)),
      menu_(new QMenu(this)) {
  auto* row = new QHBoxLayout(this);
  row->addWidget(title_, 1);
  row->addWidget(new_);
  row->addWidget(more_);
  title_->setObjectName(QStringLiteral("conversations"));
  title_->setMenu(list_);
  new_->setDefaultAction(context.actions[ActionId::newConversation]);
  new_->setAccessibleName(tr("New conversation"));
  more_->setIcon(context.theme.icon(QStringLiteral("more")));
  more_->setToolTip(tr("More"));
  more_->setAccessibleName(tr("More about this conversation"));
  more_->setPopupMode(QToolButton::InstantPopup);
  more_->setMenu(menu_);
  connect(list_, &QMenu::aboutToShow, this, &ConversationSwitcher::fillList);
  connect(menu_, &QMenu::aboutToShow, this, &ConversationSwitcher::fillMore);
  connect(&context.engine, &EngineLink::conversationsChanged, this, &ConversationSwitcher::refresh);
  connect(&context.engine, &EngineLink::restarted, this, &ConversationSwitcher::refresh);
  connect(&context.engine, &EngineLink::videoRemoved, this, &ConversationSwitcher::refresh);
  connect(&model, &ConversationModel::opened, this, &ConversationSwitcher::showTitle);
  connect(&model, &ConversationModel::turnAdded, this, &ConversationSwitcher::showTitle);
  connect(&model, &ConversationModel::renamed, this, [this] {
    showTitle();
    refresh();
  });
  connect(&context.theme, &Theme::changed, this, &ConversationSwitcher::applyTheme);
  applyTheme();
  showTitle();
}

void ConversationSwitcher::applyTheme() {
  const Theme& theme = context_.theme;
  auto* row = static_cast<QHBoxLayout*>(layout());
  row->setContentsMargins(theme.gapTiny(), theme.gapTiny(), theme.gapSmall(), theme.gapTiny());
  row->setSpacing(theme.gapTiny());
  for (QToolButton* button : {new_, more_}) button->setIconSize({theme.px(18), theme.px(18)});
}

void ConversationSwitcher::refresh() {
  const quint64 newest = ++newest_;
  const qint64 video = context_.workspace.video().id;
  context_.engine.send(ListConversations{video}, this, [this, newest](const Event& event) {
    const auto* list = std::get_if<ConversationList>(&event.body);
    if (list == nullptr || newest != newest_) return;
    conversations_ = list->conversations;
    showTitle();
    emit listed();
  });
}

void ConversationSwitcher::showTitle() {
  QString title = text(model_.conversation().title).simplified();
  if (model_.id() == 0)
    title = model_.turns().isEmpty() ? tr("New conversation")
                                     : model_.turns().first().question.simplified();
  title_->setText(title);
  title_->setToolTip(plainTip(title));
  title_->setAccessibleName(tr("Conversation: %1").arg(title));
  title_->updateGeometry();
}

void ConversationSwitcher::fillList() {
  list_->clear();
  const QFontMetrics metrics(list_->font());
  const int room = context_.theme.px(300);
  int listed = 0;
  for (auto one = conversations_.rbegin(); one != conversations_.rend() && listed < kListed;
       ++one, ++listed) {
    const QString title = text(one->title).simplified();
    QString line = metrics.elidedText(title, Qt::ElideRight, room);
    line.replace(QLatin1Char('&'), QStringLiteral("&&"));
    QAction* action =
        list_->addAction(QStringLiteral("%1\t%2").arg(line, dayWords(one->created_at)));
    action->setToolTip(plainTip(title));
    action->setCheckable(true);
    action->setChecked(one->id == model_.id());
    connect(action, &QAction::triggered, this, [this, id = one->id] { emit openWanted(id); });
  }
  if (conversations_.empty()) list_->addAction(tr("No conversations yet"))->setEnabled(false);
  list_->addSeparator();
  if (static_cast<int>(conversations_.size()) > listed) {
    list_->addAction(
        tr("Find %n Older One(s)…", nullptr, static_cast<int>(conversations_.size()) - listed),
        context_.actions[ActionId::findEverywhere], &QAction::trigger);
  }
  list_->addAction(context_.actions[ActionId::newConversation]);
  list_->setToolTipsVisible(true);
}

void ConversationSwitcher::fillMore() {
  menu_->clear();
  Theme& theme = context_.theme;
  const bool any = !model_.turns().isEmpty();
  menu_->addAction(context_.actions[ActionId::find]);
  QAction* copy = menu_->addAction(theme.icon(QStringLiteral("copy")), tr("Copy the Conversation"),
                                   this, &ConversationSwitcher::copyWanted);
  copy->setEnabled(any);
  menu_->addAction(context_.actions[ActionId::exportReport]);
  menu_->addSeparator();
  QAction* rename =
      menu_->addAction(theme.icon(QStringLiteral("edit")), tr("Rename the Conversation…"), this,
                       &ConversationSwitcher::askToRename);
  rename->setEnabled(model_.id() != 0);
  QAction* remove =
      menu_->addAction(theme.icon(QStringLiteral("trash")), tr("Remove the Conversation…"), this,
                       &ConversationSwitcher::askToRemove);
  remove->setEnabled(model_.id() != 0 && model_.liveTurn() < 0);
}

void ConversationSwitcher::askToRename() {
  auto* dialog = new QInputDialog(window());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setObjectName(QStringLiteral("renameConversation"));
  dialog->setWindowTitle(tr("Rename the Conversation"));
  dialog->setLabelText(tr("Name"));
  dialog->setTextValue(text(model_.conversation().title));
  connect(dialog, &QInputDialog::textValueSelected, this,
          [this, id = model_.id()](const QString& title) {
            if (!title.trimmed().isEmpty()) model_.rename(id, title.trimmed());
          });
  dialog->open();
}

void ConversationSwitcher::askToRemove() {
  auto* box = new QMessageBox(window());
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setObjectName(QStringLiteral("removeConversation"));
  box->setIcon(QMessageBox::NoIcon);
  box->setWindowTitle(tr("Remove the Conversation"));
  box->setTextFormat(Qt::PlainText);
  box->setText(tr("Remove “%1”?").arg(text(model_.conversation().title).simplified()));
  box->setInformativeText(
      tr("Its %n question(s), with their answers and your verdicts, cannot be brought back. "
         "Videos, memories and markers stay.",
         nullptr, static_cast<int>(model_.turns().size())));
  QPushButton* remove = box->addButton(tr("Remove"), QMessageBox::AcceptRole);
  markDangerous(remove);
  box->setDefaultButton(box->addButton(QMessageBox::Cancel));
  connect(remove, &QPushButton::clicked, this, [this, id = model_.id()] {
    context_.engine.send(RemoveConversation{id});
    if (model_.id() == id) model_.startNew();
  });
  box->open();
}

}  // namespace longtake::ui
