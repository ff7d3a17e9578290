#include "ui/library/library_panel.h"

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QStackedLayout>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <memory>
#include <utility>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/library/address_dialog.h"
#include "ui/library/empty_library.h"
#include "ui/library/file_walk.h"
#include "ui/library/queue_strip.h"
#include "ui/library/removal_box.h"
#include "ui/library/sort_button.h"
#include "ui/library/state_words.h"
#include "ui/library/thumbnails.h"
#include "ui/library/trouble_card.h"
#include "ui/library/video_filter.h"
#include "ui/library/video_list_model.h"
#include "ui/library/video_list_view.h"

namespace longtake::ui {

namespace {

using State = WatchQueue::State;

}  // namespace

LibraryPanel::LibraryPanel(Context& context, QWidget* parent)
    : QWidget(parent),
      context_(context),
      shelf_(context.shelf),
      queue_(context, shelf_),
      adder_(context),
      relinker_(context, shelf_),
      thumbnails_(new Thumbnails(context, shelf_, this)),
      model_(new VideoListModel(context, shelf_, queue_, *thumbnails_, this)),
      filter_(new VideoFilter(context, shelf_, queue_, *model_, this)) {
  setAccessibleName(tr("Library"));
  build();
  connectActions();
  connect(&adder_, &FileAdder::added, this, &LibraryPanel::addVideo);
  connect(&adder_, &FileAdder::progress, this, &LibraryPanel::showState);
  connect(&adder_, &FileAdder::finished, this, &LibraryPanel::report);
  connect(&shelf_, &Shelf::changed, this, &LibraryPanel::showState);
  connect(&shelf_, &Shelf::loaded, this, &LibraryPanel::showState);
  connect(&queue_, &WatchQueue::changed, this, &LibraryPanel::showState);
  connect(&queue_, &WatchQueue::orderChanged, this, &LibraryPanel::showState);
  connect(&queue_, &WatchQueue::finished, this, &LibraryPanel::tellSeen);
  connect(&relinker_, &Relinker::refused, this, &LibraryPanel::tell);
  connect(&relinker_, &Relinker::found, this, &LibraryPanel::takeFound);
  connect(&context_.workspace, &Workspace::videoChanged, this, [this] {
    unselected_ = context_.workspace.video().id;
    selectOpened();
    showActions();
  });
  connect(&context_.settings, &Settings::changed, this, &LibraryPanel::showSpace);
  connect(&context_.theme, &Theme::changed, this, &LibraryPanel::restyle);
  restyle();
  showState();
}

LibraryPanel::~LibraryPanel() = default;

void LibraryPanel::tellSeen(qint64 video) {
  const ShelfVideo* known = shelf_.find(video);
  if (known == nullptr) return;  // it has just been removed
  const QString name = text(known->video.name);
  const QString damage = queue_.damage(video);
  emit context_.workspace.told(damage.isEmpty() ? tr("%1 has been seen to its end").arg(name)
                                                : tr("%1 has been seen, but %2").arg(name, damage));
}

// --- What it is made of --------------------------------------------------------------------------

void LibraryPanel::build() {
  // In the order in which Tab goes.
  QWidget* header = buildHeader();
  notice_ = new TroubleCard(context_.theme, this);
  auto* strip = new QueueStrip(context_.theme, queue_, adder_, this);
  list_ = new VideoListView(context_.theme, this);
  list_->setModel(filter_);
  list_->setObjectName(QStringLiteral("videos"));
  empty_ = new EmptyLibrary(context_.theme, context_.actions, this);
  footer_ = new QLabel(this);
  footer_->setProperty("soft", true);
  footer_->setWordWrap(true);

  shelfPage_ = new QWidget(this);
  auto* shelfColumn = new QVBoxLayout(shelfPage_);
  shelfColumn->setContentsMargins(0, 0, 0, 0);
  shelfColumn->addWidget(strip);
  shelfColumn->addWidget(list_, 1);
  auto* footerRow = new QHBoxLayout;
  footerRow->setObjectName(QStringLiteral("footerRow"));
  footerRow->addWidget(footer_);
  shelfColumn->addLayout(footerRow);

  auto* body = new QWidget(this);
  pages_ = new QStackedLayout(body);
  pages_->addWidget(shelfPage_);
  pages_->addWidget(empty_);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(header);
  auto* noticeRow = new QHBoxLayout;
  noticeRow->setObjectName(QStringLiteral("noticeRow"));
  noticeRow->addWidget(notice_);
  column->addLayout(noticeRow);
  column->addWidget(body, 1);

  connect(list_, &VideoListView::opened, this, &LibraryPanel::openVideo);
  connect(list_, &VideoListView::played, this, &LibraryPanel::playVideo);
  connect(filter_, &QAbstractItemModel::rowsInserted, this, &LibraryPanel::selectOpened);
  connect(list_, &VideoListView::buttonClicked, this, &LibraryPanel::clickButton);
  connect(list_, &QWidget::customContextMenuRequested, this, &LibraryPanel::showMenu);
  connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &LibraryPanel::showActions);
  connect(empty_, &EmptyLibrary::sampleWanted, this, &LibraryPanel::sampleWanted);
}

QWidget* LibraryPanel::buildHeader() {
  auto* header = new QWidget(this);
  title_ = new QLabel(tr("Library"), header);
  addButton_ = new QToolButton(header);
  addButton_->setObjectName(QStringLiteral("add"));
  addButton_->setAccessibleName(tr("Add videos"));
  addButton_->setToolTip(tr("Add videos"));
  addButton_->setIcon(context_.theme.icon(QStringLiteral("plus")));
  addButton_->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(addButton_);
  for (const ActionId id : {ActionId::openFiles, ActionId::openFolder, ActionId::openAddress}) {
    menu->addAction(context_.actions[id]);
  }
  addButton_->setMenu(menu);
  search_ = new QLineEdit(header);
  search_->setObjectName(QStringLiteral("search"));
  search_->setPlaceholderText(tr("Search"));
  search_->setAccessibleName(tr("Search the library"));
  search_->setClearButtonEnabled(true);
  search_->addAction(context_.theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& words) {
    filter_->search(words);
    list_->setEmptyText(words.trimmed().isEmpty() ? QString()
                                                  : tr("No video is called “%1”.").arg(words));
  });
  sortButton_ = new SortButton(context_, header);

  auto* row = new QHBoxLayout;
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(title_, 1);
  row->addWidget(addButton_);
  auto* column = new QVBoxLayout(header);
  column->addLayout(row);
  auto* look = new QHBoxLayout;
  look->setObjectName(QStringLiteral("look"));
  look->addWidget(search_, 1);
  look->addWidget(sortButton_);
  column->addLayout(look);
  header->setObjectName(QStringLiteral("header"));
  return header;
}

void LibraryPanel::connectActions() {
  const auto on = [this](ActionId id, auto&& what) {
    connect(context_.actions[id], &QAction::triggered, this, what);
  };
  on(ActionId::openFiles, [this] { chooseFiles(false); });
  on(ActionId::openFolder, [this] { chooseFiles(true); });
  on(ActionId::openAddress, [this] { chooseAddress(); });
  on(ActionId::pauseWatching, [this] { pause(); });
  on(ActionId::resumeWatching, [this] { resume(); });
  on(ActionId::retryWatching, [this] { retry(); });
  on(ActionId::relink, [this] {
    const QList<qint64> videos = targets();
    if (!videos.isEmpty()) relink(videos.first());
  });
  on(ActionId::showMemories, [this] {
    const QList<qint64> videos = targets();
    if (!videos.isEmpty()) emit memoriesWanted(videos.first());
  });
  on(ActionId::removeVideo, [this] { confirmRemoval(targets()); });
  // In the list, the plain key is enough.
  auto* remove = new QAction(list_);
  remove->setShortcut(QKeySequence::Delete);
  remove->setShortcutContext(Qt::WidgetShortcut);
  connect(remove, &QAction::triggered, this, [this] { confirmRemoval(list_->selectedVideos()); });
  list_->addAction(remove);
}

void LibraryPanel::restyle() {
  const Theme& theme = context_.theme;
  title_->setFont(theme.font(Theme::Font::title));
  footer_->setFont(theme.font(Theme::Font::small));
  const int gap = theme.gap();
  const int small = theme.gapSmall();
  const QSize icon(theme.px(16), theme.px(16));
  for (QToolButton* button : {static_cast<QToolButton*>(sortButton_), addButton_}) {
    button->setIconSize(icon);
  }
  findChild<QWidget*>(QStringLiteral("header"))
      ->layout()
      ->setContentsMargins(gap, small, small, small);
  findChild<QLayout*>(QStringLiteral("look"))->setSpacing(theme.gapTiny());
  findChild<QLayout*>(QStringLiteral("noticeRow"))->setContentsMargins(small, 0, small, 0);
  findChild<QLayout*>(QStringLiteral("footerRow"))
      ->setContentsMargins(gap, theme.gapTiny(), gap, theme.gapTiny());
  update();
}

void LibraryPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  // While somebody was elsewhere, files may have moved.
  if (event->type() == QEvent::ActivationChange && isActiveWindow()) shelf_.checkFiles();
}

// --- What it says --------------------------------------------------------------------------------

QString LibraryPanel::watchingWords() const {
  const ShelfVideo* video = shelf_.find(queue_.running());
  if (video == nullptr) return {};
  return stateWords(shelf_, *video, queue_.find(video->video.id), 0, context_.settings.diskQuota(),
                    {})
      .words;
}

void LibraryPanel::showState() {
  const auto& videos = shelf_.videos();
  pages_->setCurrentWidget(videos.empty() && !adder_.isBusy() ? static_cast<QWidget*>(empty_)
                                                              : shelfPage_);
  search_->setVisible(!videos.empty());
  sortButton_->setVisible(!videos.empty());

  showSpace();
  showActions();
  emit watchingChanged();
}

void LibraryPanel::showSpace() {
  const qint64 quota = context_.settings.diskQuota();
  const QString size = sizeText(shelf_.memoryBytes());
  footer_->setText(
      tr("%n video(s)", nullptr, static_cast<int>(shelf_.videos().size())) + QStringLiteral(" · ") +
      (quota > 0 ? tr("%1 of %2 memory").arg(size, sizeText(quota)) : tr("%1 memory").arg(size)));
}

void LibraryPanel::showActions() {
  const QList<qint64> videos = targets();
  const QList<qint64> queue = queue_.all();
  const auto anyTarget = [&](auto&& test) {
    return std::any_of(videos.begin(), videos.end(), [&](qint64 id) {
      const ShelfVideo* video = shelf_.find(id);
      return video != nullptr && test(*video);
    });
  };
  context_.actions[ActionId::pauseWatching]->setEnabled(!pausable(queue).isEmpty());
  context_.actions[ActionId::resumeWatching]->setEnabled(!resumable(queue + videos).isEmpty());
  context_.actions[ActionId::retryWatching]->setEnabled(!failed(queue).isEmpty());
  context_.actions[ActionId::relink]->setEnabled(
      anyTarget([](const ShelfVideo& v) { return !v.isAddress() && !v.isNameless(); }));
  context_.actions[ActionId::showMemories]->setEnabled(
      anyTarget([](const ShelfVideo& video) { return !video.memories.empty(); }));
  context_.actions[ActionId::removeVideo]->setEnabled(!videos.isEmpty());
}

void LibraryPanel::tell(const QString& title, const QString& line) {
  notice_->say(title, line.isEmpty() ? QStringList() : QStringList{line});
}

// --- Adding and opening --------------------------------------------------------------------------

void LibraryPanel::add(const QList<QUrl>& addresses) {
  if (addresses.isEmpty()) return;
  notice_->hide();
  adder_.add(addresses);
}

void LibraryPanel::addVideo(const store::Video& video, bool known) {
  if (!known) search_->clear();  // or it would not be seen to arrive
  queue_.add(video.id);
  // One file was meant to be seen now; many are stock, and nobody is taken away from their work for
  // it.
  if (!context_.workspace.hasVideo() || adder_.total() == 1) context_.workspace.openVideo(video);
}

void LibraryPanel::takeFound(const store::Video& video) {
  notice_->hide();
  emit context_.workspace.told(tr("%1 has been found again").arg(text(video.name)));
  if (context_.workspace.video().id == video.id) {
    context_.workspace.closeVideo();  // the player opens the file anew
    context_.workspace.openVideo(video);
  }
  const WatchQueue::Item* item = queue_.find(video.id);
  if (item != nullptr && item->state == State::failed) queue_.resume({video.id});
}

void LibraryPanel::report(const AddReport& report) {
  shelf_.checkFiles();
  const QString summary = report.summary();
  const QStringList troubles = report.troubles();
  if (!summary.isEmpty()) emit context_.workspace.told(summary);
  if (!troubles.isEmpty()) notice_->say(summary, troubles);
  showState();
}

void LibraryPanel::openVideo(qint64 video) {
  const ShelfVideo* known = shelf_.find(video);
  if (known == nullptr) return;
  if (known->isNameless()) {
    tell(tr("%1 cannot be opened: its entry in the library is damaged").arg(nameOf(*known)),
         tr("Remove it, or put back a backup of the library."));
    return;
  }
  shelf_.checkFiles();
  context_.workspace.openVideo(known->video);
}

void LibraryPanel::watch(qint64 video) {
  queue_.resume({video});
}

void LibraryPanel::relink(qint64 video) {
  relinker_.ask(video, window());
}

void LibraryPanel::playVideo(qint64 video) {
  openVideo(video);
  if (context_.workspace.video().id == video) context_.workspace.play(true);
}

// Whoever opened it: what the keys and menus act on is what is looked at, until somebody selects
// something else.
void LibraryPanel::selectOpened() {
  const QModelIndex index = filter_->indexOf(unselected_);
  if (!index.isValid()) return;  // not on the shelf yet, or not found by the search
  unselected_ = 0;
  if (!list_->selectionModel()->isSelected(index)) list_->setCurrentIndex(index);
}

void LibraryPanel::chooseFiles(bool folder) {
  if (dialog_ != nullptr) return;
  auto* dialog = new QFileDialog(window());
  dialog_ = dialog;
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(folder ? tr("Open Folder") : tr("Open Files"));
  dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFiles);
  if (folder) {
    dialog->setOption(QFileDialog::ShowDirsOnly);
  } else {
    dialog->setNameFilters({tr("Videos (%1)").arg(videoPatterns()), tr("All files (*)")});
  }
  if (!context_.settings.lastFolder().isEmpty()) {
    dialog->setDirectory(context_.settings.lastFolder());
  }
  connect(dialog, &QFileDialog::urlsSelected, this, [this, dialog](const QList<QUrl>& addresses) {
    context_.settings.setLastFolder(dialog->directory().absolutePath());
    add(addresses);
  });
  dialog->open();
}

void LibraryPanel::chooseAddress() {
  if (dialog_ != nullptr) return;
  auto* dialog = new AddressDialog(context_.theme, window());
  dialog_ = dialog;
  connect(dialog, &AddressDialog::chosen, this, [this](const QUrl& address) { add({address}); });
  dialog->open();
}

// --- Acting on videos ----------------------------------------------------------------------------

QList<qint64> LibraryPanel::targets() const {
  QList<qint64> videos = list_->selectedVideos();
  const qint64 open = context_.workspace.video().id;
  if (videos.isEmpty() && open != 0 && shelf_.find(open) != nullptr) videos << open;
  return videos;
}

QList<qint64> LibraryPanel::queued(const QList<qint64>& videos) const {
  QList<qint64> result;
  for (const qint64 video : videos) {
    if (queue_.find(video) != nullptr) result << video;
  }
  return result;
}

QList<qint64> LibraryPanel::pausable(const QList<qint64>& videos) const {
  QList<qint64> result;
  for (const qint64 video : queued(videos)) {
    if (!queue_.find(video)->isStopped()) result << video;
  }
  return result;
}

QList<qint64> LibraryPanel::resumable(const QList<qint64>& videos) const {
  QList<qint64> result;
  for (const qint64 video : videos) {
    const WatchQueue::Item* item = queue_.find(video);
    const ShelfVideo* known = shelf_.find(video);
    if (item != nullptr ? item->state == State::paused
                        : known != nullptr && !shelf_.isWatched(*known) && !known->damaged) {
      result << video;
    }
  }
  return result;
}

QList<qint64> LibraryPanel::failed(const QList<qint64>& videos) const {
  QList<qint64> result;
  for (const qint64 video : queued(videos)) {
    if (queue_.find(video)->state == State::failed) result << video;
  }
  return result;
}

// Each is about those of the selection that it applies to; if there is none, about all of the queue.
void LibraryPanel::pause() {
  const QList<qint64> videos = pausable(targets());
  queue_.pause(videos.isEmpty() ? queue_.all() : videos);
}

void LibraryPanel::resume() {
  const QList<qint64> videos = resumable(targets());
  queue_.resume(videos.isEmpty() ? resumable(queue_.all()) : videos);
}

void LibraryPanel::retry() {
  const QList<qint64> videos = failed(targets());
  queue_.resume(videos.isEmpty() ? failed(queue_.all()) : videos);
}

void LibraryPanel::clickButton(qint64 video) {
  const QModelIndex index = model_->indexOf(video);
  switch (static_cast<VideoListModel::RowAction>(index.data(VideoListModel::ActionRole).toInt())) {
    case VideoListModel::RowAction::pause:
      queue_.pause({video});
      break;
    case VideoListModel::RowAction::resume:
    case VideoListModel::RowAction::retry:
      queue_.resume({video});
      break;
    case VideoListModel::RowAction::relink:
      relink(video);
      break;
    case VideoListModel::RowAction::remove:
      confirmRemoval({video});
      break;
    case VideoListModel::RowAction::none:
      break;
  }
}

void LibraryPanel::showMenu(const QPoint& at) {
  const QList<qint64> videos = list_->selectedVideos();
  if (videos.isEmpty()) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const Theme& theme = context_.theme;
  const qint64 first = videos.first();
  if (!shelf_.find(first)->isNameless()) {
    QAction* open = menu->addAction(tr("Open"));
    connect(open, &QAction::triggered, this, [this, first] { openVideo(first); });
    const QString enter = QKeySequence(Qt::Key_Return).toString(QKeySequence::NativeText);
    QAction* play =
        menu->addAction(theme.icon(QStringLiteral("play")), tr("Play") + QLatin1Char('\t') + enter);
    connect(play, &QAction::triggered, this, [this, first] { playVideo(first); });
  }
  const QList<qint64> inQueue = queued(videos);
  if (!inQueue.isEmpty() && queue_.items().size() > 1) {
    QAction* up = menu->addAction(theme.icon(QStringLiteral("skip-forward")), tr("Watch First"));
    connect(up, &QAction::triggered, this, [this, inQueue] {
      const auto& items = queue_.items();
      const auto before = std::find_if(items.begin(), items.end(), [&](const auto& item) {
        return !inQueue.contains(item.video);
      });
      if (before != items.end()) queue_.move(inQueue, before->video);
    });
  }
  menu->addSeparator();
  // In the menu of these videos, nothing is about others.
  const auto offer = [&](ActionId id, bool here) {
    if (here && context_.actions[id]->isEnabled()) menu->addAction(context_.actions[id]);
  };
  offer(ActionId::pauseWatching, !pausable(videos).isEmpty());
  offer(ActionId::resumeWatching, !resumable(videos).isEmpty());
  offer(ActionId::retryWatching, !failed(videos).isEmpty());
  for (const ActionId id : {ActionId::relink, ActionId::showMemories, ActionId::removeVideo}) {
    offer(id, true);
  }
  menu->popup(list_->viewport()->mapToGlobal(at));
}

// --- Removing ------------------------------------------------------------------------------------

void LibraryPanel::confirmRemoval(const QList<qint64>& videos) {
  if (videos.isEmpty() || dialog_ != nullptr) return;
  auto* box = new RemovalBox(shelf_, videos, window());
  dialog_ = box;
  connect(box, &RemovalBox::confirmed, this, [this, videos] { remove(videos); });
  box->open();
}

void LibraryPanel::remove(const QList<qint64>& videos) {
  struct Removal {
    qsizetype left = 0;
    qint64 freed = 0;
    bool any = false;
  };
  const auto removal = std::make_shared<Removal>(Removal{videos.size()});
  for (const qint64 video : videos) {
    queue_.remove(video);
    if (context_.workspace.video().id == video) context_.workspace.closeVideo();
    context_.engine.send(RemoveVideo{video}, this, [this, removal](const Event& event) {
      if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
        tell(engineText(failure->message), engineText(failure->hint));
      } else if (const auto* removed = std::get_if<VideoRemoved>(&event.body)) {
        removal->freed += removed->bytes_freed;
        removal->any = true;
      }
      if (ends_request(event) && --removal->left == 0 && removal->any) {
        emit context_.workspace.told(tr("%1 freed").arg(sizeText(removal->freed)));
      }
    });
  }
}

}  // namespace longtake::ui
