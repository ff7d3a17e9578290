#include "ui/window/main_window.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDialog>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/conversation/conversation_panel.h"
#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/export_dialog.h"
#include "ui/dialogs/memories_dialog.h"
#include "ui/dialogs/models_dialog.h"
#include "ui/dialogs/preferences_dialog.h"
#include "ui/dialogs/search_panel.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/library/library_panel.h"
#include "ui/markers/marker_commands.h"
#include "ui/markers/marker_panel.h"
#include "ui/player/player_panel.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/window/banner.h"
#include "ui/window/menus.h"
#include "ui/window/trouble_page.h"

namespace longtake::ui {

using Id = ActionId;

namespace {

// The player's column gets so much before the other two get more than their least.
constexpr int kPlayerWidth = 360;

QStringList linesOf(const QString& path) {
  QFile file(path);
  QStringList result;
  if (!file.open(QIODevice::ReadOnly | QIODevice::Text)) return result;
  for (const QString& line : QString::fromUtf8(file.read(16 * 1024)).split(QLatin1Char('\n'))) {
    if (!line.trimmed().isEmpty()) result << line.trimmed();
  }
  return result;
}

}  // namespace

MainWindow::MainWindow(Context& context, const QString& resources)
    : context_(context),
      nanoFolder_(resources + "/nano/model"),
      sampleFolder_(resources + "/sample") {
  setWindowTitle(QStringLiteral("Longtake"));
  setAcceptDrops(true);
  build();
  connectPanels();
  connectActions();
  restoreLayout();
  qApp->installEventFilter(this);
  // Otherwise it would be the first button, which Space would press instead of playing.
  player_->setFocus(Qt::OtherFocusReason);
}

MainWindow::~MainWindow() = default;

void MainWindow::build() {
  Theme& theme = context_.theme;
  fillMenus(*menuBar(), context_.actions);
  // The keys must work where the menu bar is hidden, too.
  for (const ActionInfo& info : actionTable()) addAction(context_.actions[info.id]);

  library_ = new LibraryPanel(context_, this);
  player_ = new PlayerPanel(context_, this);
  timeline_ = new TimelinePanel(context_, this);
  conversation_ = new ConversationPanel(context_, this);
  markers_ = new MarkerPanel(context_, this);
  search_ = new SearchPanel(context_, this);

  side_ = new QTabWidget(this);
  side_->setDocumentMode(true);
  side_->addTab(conversation_, tr("Ask"));
  side_->addTab(markers_, tr("Markers"));
  side_->addTab(search_, tr("Search"));
  side_->setAccessibleName(tr("Side panel"));
  side_->tabBar()->setAccessibleName(tr("Side panel"));

  middle_ = new QSplitter(Qt::Vertical, this);
  middle_->addWidget(player_);
  middle_->addWidget(timeline_);
  middle_->setStretchFactor(0, 1);
  middle_->setStretchFactor(1, 0);
  middle_->setChildrenCollapsible(false);

  columns_ = new QSplitter(Qt::Horizontal, this);
  columns_->addWidget(library_);
  columns_->addWidget(middle_);
  columns_->addWidget(side_);
  columns_->setStretchFactor(0, 0);
  columns_->setStretchFactor(1, 1);
  columns_->setStretchFactor(2, 0);
  columns_->setChildrenCollapsible(false);
  for (QSplitter* splitter : {columns_, middle_}) splitter->setHandleWidth(6);

  // As narrow as these are still of use, and no word of theirs is cut: with text of 200 % all must
  // fit a laptop's 1280 pixels.
  const auto limitWidths = [this] {
    library_->setMinimumWidth(
        std::max(context_.theme.px(160), library_->minimumSizeHint().width()));
    side_->setMinimumWidth(std::max(context_.theme.px(236), side_->tabBar()->sizeHint().width()));
    fitColumns();
  };
  connect(columns_, &QSplitter::splitterMoved, this, [this] {
    const QList<int> sizes = columns_->sizes();
    for (int i = 0; i < sizes.size(); ++i) {
      if (!columns_->widget(i)->isHidden()) wished_[i] = sizes[i];
    }
  });
  connect(&theme, &Theme::changed, this, limitWidths);
  limitWidths();

  trouble_ = new TroublePage(theme, this);
  pages_ = new QStackedWidget(this);
  pages_->addWidget(columns_);
  pages_->addWidget(trouble_);

  banner_ = new Banner(theme, this);
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(banner_);
  column->addWidget(pages_, 1);
  setCentralWidget(centre);
  veil_ = new QLabel(tr("Drop to add"), centre);
  veil_->setAlignment(Qt::AlignCenter);
  veil_->setObjectName(QStringLiteral("veil"));
  veil_->hide();

  modelButton_ = new QToolButton(this);
  modelButton_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  modelButton_->setText(tr("No model"));
  modelButton_->setAccessibleName(tr("Model"));
  modelButton_->setToolTip(tr("The model that watches and answers"));
  connect(modelButton_, &QToolButton::clicked, context_.actions[Id::models], &QAction::trigger);
  watching_ = new QLabel(this);
  watching_->setProperty("soft", true);
  statusBar()->addPermanentWidget(watching_);
  statusBar()->addPermanentWidget(modelButton_);
  // The bar would keep the height that it had with smaller text.
  const auto limitHeight = [this] {
    modelButton_->setMinimumHeight(QFontMetrics(context_.theme.font(Theme::Font::body)).height() +
                                   context_.theme.px(10));
  };
  connect(&context_.theme, &Theme::changed, this, limitHeight);
  limitHeight();
  statusBar()->setSizeGripEnabled(false);
}

void MainWindow::connectPanels() {
  Workspace& workspace = context_.workspace;
  connect(&workspace, &Workspace::told, this, &MainWindow::tell);
  connect(&context_.engine, &EngineLink::failed, this,
          [this](const QString& message, const QString& hint) {
            say(Trouble::request, withHint(message, hint));
          });
  connect(&context_.engine, &EngineLink::noticed, this,
          [this](const QString& message, const QString& hint) {
            say(Trouble::request, withHint(message, hint));
          });
  connect(&context_.engine, &EngineLink::restarted, this, [this] {
    modelButton_->setText(tr("Model: …"));
    withdraw(Trouble::device);
  });
  connect(&context_.engine, &EngineLink::modelChecked, this, &MainWindow::showModel);
  connect(&context_.engine, &EngineLink::modelUnusable, this,
          [this](const QString& message, const QString& hint) {
            modelButton_->setText(tr("No usable model"));
            demonstration_.clear();
            sayWhetherInItsDepth();
            say(Trouble::model, withHint(message, hint), tr("Models…"),
                [this] { context_.actions[Id::models]->trigger(); });
          });
  connect(&context_.engine, &EngineLink::deviceLost, this, [this](const QString& message) {
    say(Trouble::device,
        withHint(message, tr("What was seen is kept. The processor can go on, more slowly.")),
        tr("Use the Processor"), [this] { useProcessor(); });
  });
  connect(&workspace, &Workspace::videoChanged, this, [this] {
    const store::Video& video = context_.workspace.video();
    if (video.id != 0) context_.settings.setLastVideo(video.id);
    setWindowTitle(video.id == 0 ? QStringLiteral("Longtake")
                                 : tr("%1 – Longtake").arg(ui::text(video.name)));
    setWindowFilePath(ui::text(video.path.string()));
    // What the sample can be asked is known; of other videos the panel has general suggestions.
    conversation_->setSuggestions(isSampleOpen() ? linesOf(sampleFolder_ + "/questions.txt")
                                                 : QStringList());
    sayWhetherInItsDepth();
    if (video.id != 0 && !isSampleOpen()) withdraw(Trouble::sample);
  });

  connect(conversation_, &ConversationPanel::markerWanted, this,
          [this](const store::Marker& marker) {
            whenOpen(marker.video_id, [this, marker] { addMarker(context_, marker); });
          });
  connect(timeline_, &TimelinePanel::markerWanted, this,
          [this](const store::Marker& marker) { addMarker(context_, marker); });
  connect(timeline_, &TimelinePanel::markerMoved, this,
          [this](const store::Marker& before, const store::Marker& after) {
            changeMarker(context_, before, after);
          });
  // Another one may be selected in the library.
  connect(player_, &PlayerPanel::relinkWanted, library_, &LibraryPanel::relink);
  connect(library_, &LibraryPanel::sampleWanted, this, &MainWindow::openSample);
  connect(library_, &LibraryPanel::memoriesWanted, this,
          [this](qint64 video) { showDialog<MemoriesDialog>(context_, video); });
  connect(library_, &LibraryPanel::watchingChanged, this,
          [this] { watching_->setText(library_->watchingWords()); });
  connect(conversation_, &ConversationPanel::watchWanted, library_, &LibraryPanel::watch);
  connect(conversation_, &ConversationPanel::clipWanted, this,
          [this](qint64 video, TimeRange range) {
            whenOpen(video, [this, range] { player_->exportClip(range); });
          });
  connect(conversation_, &ConversationPanel::openVideoRequested, this,
          [this](qint64 video, TimeRange range) { openAt(video, range); });
  connect(search_, &SearchPanel::conversationRequested, this,
          [this](const store::SearchHit& hit, const QString& word) {
            showSide(conversation_);
            conversation_->openFound(hit, word);
          });
  connect(search_, &SearchPanel::markerRequested, this,
          [this](qint64 video, const store::Marker& marker) {
            openAt(video, {marker.time.begin, marker.time.begin}, Looked::away);
          });

  connect(trouble_, &TroublePage::retry, this, &MainWindow::engineWanted);
  connect(trouble_, &TroublePage::processorWanted, this, &MainWindow::useProcessor);
  connect(trouble_, &TroublePage::chooseLibrary, this, [this] {
    auto* chooser = new QFileDialog(this, tr("Folder of the library"));
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setFileMode(QFileDialog::Directory);
    connect(chooser, &QFileDialog::fileSelected, this, &MainWindow::libraryChosen);
    chooser->open();
  });
}

template <typename Dialog, typename... Args>
Dialog* MainWindow::showDialog(Args&&... args) {
  if (dialog_ != nullptr) dialog_->close();
  auto* dialog = new Dialog(std::forward<Args>(args)..., this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog_ = dialog;
  dialog->open();
  return dialog;
}

void MainWindow::tell(const QString& text) {
  constexpr int kShownForMs = 8000;
  int room = statusBar()->width() - modelButton_->width() - context_.theme.px(32);
  // What it needs now: it is laid out anew only when this has been said.
  if (watching_->isVisible()) room -= watching_->sizeHint().width();
  // A long name stands at the beginning, and what became of it at the end.
  const QFontMetrics metrics(statusBar()->font());
  statusBar()->showMessage(metrics.elidedText(text, Qt::ElideMiddle, room), kShownForMs);
}

void MainWindow::connectActions() {
  Actions& actions = context_.actions;
  const auto on = [&](ActionId id, auto&& act) {
    connect(actions[id], &QAction::triggered, this, std::forward<decltype(act)>(act));
  };
  on(Id::quit, [this] { close(); });
  on(Id::exportReport, [this] {
    if (!context_.workspace.hasVideo()) {
      tell(tr("Open a video first: what is exported belongs to one"));
      return;
    }
    showDialog<ExportDialog>(context_)->setConversation(conversation_->model().id());
  });
  on(Id::preferences, [this] {
    auto* dialog = showDialog<PreferencesDialog>(context_);
    connect(dialog, &PreferencesDialog::engineOptionsChanged, this, &MainWindow::engineWanted);
    connect(dialog, &PreferencesDialog::restartWanted, this, &MainWindow::restartWanted);
  });
  on(Id::models, [this] {
    auto* dialog = showDialog<ModelsDialog>(context_, nanoFolder_);
    connect(dialog, &ModelsDialog::modelChosen, this, [this](const QString& folder) {
      context_.settings.setModelFolder(folder == nanoFolder_ ? QString() : folder);
      emit engineWanted();
    });
  });
  on(Id::shortcutSheet, [this] { showDialog<ShortcutsDialog>(context_); });
  on(Id::about, [this] { showDialog<AboutDialog>(context_, PlayerPanel::playerVersion()); });
  on(Id::copyDiagnostics, [this] {
    AboutDialog::diagnostics(context_, PlayerPanel::playerVersion(), this,
                             [this](const QString& text) {
                               QApplication::clipboard()->setText(text);
                               tell(tr("Diagnostics are on the clipboard"));
                             });
  });

  const auto showing = [&](ActionId id, QWidget* panel) {
    actions[id]->setChecked(true);
    connect(actions[id], &QAction::toggled, this,
            [this, panel](bool shown) { setShown(*panel, shown); });
  };
  showing(Id::showLibrary, library_);
  showing(Id::showTimeline, timeline_);
  connect(actions[Id::showLibrary], &QAction::toggled, this, &MainWindow::fitColumns);
  on(Id::showLibrary, [this] { libraryAside_ = false; });
  // The three that share the side: shown and brought forward, or hidden if it is in front already.
  const auto siding = [&](ActionId id, QWidget* panel) {
    connect(actions[id], &QAction::triggered, this, [this, panel] {
      const bool front = side_->isVisible() && side_->currentWidget() == panel;
      if (front) {
        setShown(*side_, false);
        fitColumns();
      } else {
        showSide(panel);
      }
    });
  };
  siding(Id::showConversation, conversation_);
  siding(Id::showMarkers, markers_);
  siding(Id::showSearch, search_);
  on(Id::showSearch, [this] {
    if (search_->isVisible()) search_->focusSearch();
  });
  on(Id::showMarkers, [this] {
    if (markers_->isVisible()) markers_->focusList();
  });
  connect(side_, &QTabWidget::currentChanged, this, &MainWindow::checkSides);
  for (const ActionId id : {Id::showConversation, Id::showMarkers, Id::showSearch}) {
    connect(actions[id], &QAction::triggered, this, &MainWindow::checkSides);
  }
  checkSides();

  // What acts in a panel that may be behind another one.
  for (const ActionId id : {Id::focusQuestion, Id::newConversation, Id::find}) {
    on(id, [this] { showSide(conversation_); });
  }
  on(Id::findEverywhere, [this] {
    showSide(search_);
    search_->focusSearch();
  });
  on(Id::editMarker, [this] { showSide(markers_); });

  on(Id::fullScreen, [this](bool checked) { setFullScreen(checked); });
  on(Id::biggerText, [this] { scaleText(0.1); });
  on(Id::smallerText, [this] { scaleText(-0.1); });
}

void MainWindow::open(const QList<QUrl>& addresses) {
  if (!addresses.isEmpty()) library_->add(addresses);
}

void MainWindow::welcome() {
  context_.settings.setWelcomed(true);
  if (!QFile::exists(sampleFolder_ + "/sample.mp4")) return;
  said_ = Trouble::sample;
  banner_->say(
      Banner::Kind::note,
      tr("This is the demonstration model at work on a sample: it knows coloured shapes and "
         "nothing else. For real footage, add a full model."),
      tr("Models…"), [this] { context_.actions[Id::models]->trigger(); });
  openSample();
}

void MainWindow::openSample() {
  open({QUrl::fromLocalFile(sampleFolder_ + "/sample.mp4")});
}

void MainWindow::showPanels() {
  const bool again = pages_->currentWidget() != columns_;
  pages_->setCurrentWidget(columns_);
  if (again) player_->setFocus(Qt::OtherFocusReason);
}

// Nothing plays on behind it that could not be stopped.
void MainWindow::showTroublePage() {
  context_.workspace.play(false);
  pages_->setCurrentWidget(trouble_);
}

void MainWindow::showOpening() {
  trouble_->explainOpening();
  showTroublePage();
}

void MainWindow::showTrouble(const QString& what, const QString& hint) {
  trouble_->explainLibrary(what, hint);
  showTroublePage();
}

void MainWindow::showBusy(const QString& what, const QString& hint) {
  trouble_->explainBusy(what, hint);
  showTroublePage();
}

void MainWindow::showNoDevice(const QString& what) {
  if (dialog_ != nullptr) dialog_->close();  // the preferences, where it has been chosen
  trouble_->explainDevice(what);
  showTroublePage();
}

void MainWindow::useProcessor() {
  context_.settings.setDevice(QStringLiteral("cpu"));
  emit engineWanted();
}

void MainWindow::say(Trouble trouble, const QString& text, const QString& button,
                     std::function<void()> onButton) {
  banner_->say(Banner::Kind::warning, text.trimmed(), button, std::move(onButton));
  said_ = trouble;
}

// What is no longer true is not to stay on the screen.
void MainWindow::withdraw(Trouble trouble) {
  if (said_ != trouble) return;
  banner_->hide();
  bannerShown_ = false;
  said_ = Trouble::none;
}

void MainWindow::showModel(const session::ModelCheck& check) {
  withdraw(Trouble::model);
  const QString name = ui::text(check.info.name);
  demonstration_ = check.info.demonstration ? name : QString();
  modelButton_->setText(check.info.demonstration ? tr("Demonstration model: %1").arg(name)
                                                 : tr("Model: %1").arg(name));
  sayWhetherInItsDepth();
}

bool MainWindow::isSampleOpen() const {
  return ui::text(context_.workspace.video().path.string()) == sampleFolder_ + "/sample.mp4";
}

void MainWindow::sayWhetherInItsDepth() {
  conversation_->setOutOfItsDepth(context_.workspace.hasVideo() && !isSampleOpen() ? demonstration_
                                                                                   : QString());
}

void MainWindow::openAt(qint64 video, TimeRange range, Looked looked) {
  const auto show = [this, range] {
    if (range.end > range.begin) {
      context_.workspace.playRange(range, true);
    } else {
      context_.workspace.seek(range.begin);
    }
  };
  whenOpen(video, show, looked);
}

void MainWindow::whenOpen(qint64 video, const std::function<void()>& act, Looked looked) {
  if (context_.workspace.video().id == video) {
    act();
    return;
  }
  const bool kept = looked == Looked::at;
  const store::Answer answer = kept ? context_.workspace.answer() : store::Answer();
  const qint64 citation = kept ? context_.workspace.citation() : 0;
  context_.engine.send(
      FindVideo{std::to_string(video)}, this, [this, act, answer, citation](const Event& event) {
        if (const auto* found = std::get_if<VideoAdded>(&event.body)) {
          context_.workspace.openVideo(found->video, answer, citation);
          act();
        } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
          tell(failure->code == ErrorCode::not_found ? tr("This video is no longer in the library")
                                                     : engineText(failure->message));
        }
      });
}

void MainWindow::showSide(QWidget* panel) {
  side_->show();
  side_->setCurrentWidget(panel);
  fitColumns();
}

void MainWindow::checkSides() {
  const std::pair<ActionId, QWidget*> sides[] = {{Id::showConversation, conversation_},
                                                 {Id::showMarkers, markers_},
                                                 {Id::showSearch, search_}};
  for (const auto& [id, panel] : sides) {
    context_.actions[id]->setChecked(!side_->isHidden() && side_->currentWidget() == panel);
  }
}

void MainWindow::setShown(QWidget& panel, bool shown) {
  const bool had = !shown && panel.isAncestorOf(focusWidget());
  if (had) player_->setFocus(Qt::OtherFocusReason);
  panel.setVisible(shown);
}

void MainWindow::setFullScreen(bool on) {
  context_.actions[Id::fullScreen]->setChecked(on);
  // There is the picture alone: what is shown beside it is chosen before or afterwards.
  for (const ActionId id :
       {Id::showLibrary, Id::showTimeline, Id::showConversation, Id::showMarkers, Id::showSearch}) {
    context_.actions[id]->setEnabled(!on);
  }
  if (on) {
    saveLayout();  // of the window as it comes back
    libraryShown_ = !library_->isHidden();
    timelineShown_ = !timeline_->isHidden();
    sideShown_ = !side_->isHidden();
    bannerShown_ = !banner_->isHidden();
  } else {
    bannerShown_ |= !banner_->isHidden();  // something may have gone wrong meanwhile
    sideShown_ |= !side_->isHidden();      // a question was to be typed, or something to be found
  }
  banner_->setVisible(!on && bannerShown_);
  setShown(*library_, !on && libraryShown_);
  setShown(*timeline_, !on && timelineShown_);
  setShown(*side_, !on && sideShown_);
  menuBar()->setVisible(!on);
  statusBar()->setVisible(!on);
  player_->setChromeVisible(!on);
  checkSides();
  setWindowState(on ? windowState() | Qt::WindowFullScreen : windowState() & ~Qt::WindowFullScreen);
}

void MainWindow::scaleText(double by) {
  context_.settings.setTextScale(context_.settings.textScale() + by);
  context_.theme.setTextScale(context_.settings.textScale());
}

void MainWindow::restoreLayout() {
  const Theme& theme = context_.theme;
  // On a small screen, the frame and the system's bars need room as well.
  const QSize room = screen()->availableGeometry().size() - QSize(16, 56);
  resize(QSize(1280, 720).boundedTo(room));
  columns_->setSizes({theme.px(250), theme.px(640), theme.px(390)});
  middle_->setSizes({theme.px(500), theme.px(180)});
  restoreGeometry(context_.settings.layout(QStringLiteral("window")));
  columns_->restoreState(context_.settings.layout(QStringLiteral("columns")));
  middle_->restoreState(context_.settings.layout(QStringLiteral("middle")));
  for (QSplitter* splitter : {columns_, middle_}) splitter->setChildrenCollapsible(false);
}

// A narrow window takes from the library and the side panel what the player needs; when they are at
// their least, the library goes aside, and comes back by itself.
void MainWindow::fitColumns() {
  if (wished_.isEmpty() || isFullScreen()) return;
  const int room = columns_->width() - 2 * columns_->handleWidth();
  const int player = std::max(kPlayerWidth, middle_->minimumSizeHint().width());
  const int least = player + (side_->isHidden() ? 0 : side_->minimumWidth());
  const bool narrow = room < library_->minimumWidth() + least;
  if (narrow != std::exchange(narrow_, narrow)) {
    QAction* shown = context_.actions[Id::showLibrary];
    if (narrow ? shown->isChecked() : libraryAside_) {
      libraryAside_ = narrow;
      shown->setChecked(!narrow);  // comes here again
      return;
    }
  }
  const auto wished = [this](int column) {
    const QWidget* widget = columns_->widget(column);
    return widget->isHidden() ? 0 : std::max(wished_[column], widget->minimumWidth());
  };
  const auto spare = [&](int column) {
    return std::max(0, wished(column) - columns_->widget(column)->minimumWidth());
  };
  const int spares = spare(0) + spare(2);
  const int lack = std::clamp(wished(0) + player + wished(2) - room, 0, spares);
  const auto width = [&](int column) {
    return wished(column) - (spares > 0 ? lack * spare(column) / spares : 0);
  };
  columns_->setSizes({width(0), room - width(0) - width(2), width(2)});
}

void MainWindow::saveLayout() {
  context_.settings.setLayout(QStringLiteral("window"), saveGeometry());
  context_.settings.setLayout(QStringLiteral("columns"), columns_->saveState());
  context_.settings.setLayout(QStringLiteral("middle"), middle_->saveState());
}

void MainWindow::showEvent(QShowEvent* event) {
  QMainWindow::showEvent(event);
  if (wished_.isEmpty()) {
    wished_ = columns_->sizes();
    fitColumns();
  }
}

void MainWindow::closeEvent(QCloseEvent* event) {
  // That of full screen is none: the one before has been saved.
  if (!context_.actions[Id::fullScreen]->isChecked()) saveLayout();
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (!event->mimeData()->hasUrls()) return;
  event->acceptProposedAction();
  const Colors& c = context_.theme.colors();
  QColor ground = c.surface;
  ground.setAlphaF(0.88F);
  veil_->setStyleSheet(QStringLiteral("background: %1; color: %2; border: 2px dashed %2;")
                           .arg(ground.name(QColor::HexArgb), c.accent.name()));
  veil_->setFont(context_.theme.font(Theme::Font::display));  // a sheet resets it
  veil_->setGeometry(centralWidget()->rect());
  veil_->raise();
  veil_->show();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent* event) {
  veil_->hide();
  QMainWindow::dragLeaveEvent(event);
}

void MainWindow::dropEvent(QDropEvent* event) {
  veil_->hide();
  open(event->mimeData()->urls());
  event->acceptProposedAction();
}

// The player's keys are the whole window's, but a button that has the focus is pressed by Space, a
// list is walked by Home and Page Up, and tabs by Left and Right.
bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
  if (watched == columns_ && event->type() == QEvent::Resize) fitColumns();
  // Files are the window's wherever they are dragged: a text field would take their names for text.
  if (event->type() == QEvent::DragEnter && watched != this &&
      static_cast<QDragEnterEvent*>(event)->mimeData()->hasUrls()) {
    const auto* widget = qobject_cast<QWidget*>(watched);
    if (widget != nullptr && widget->window() == this) {
      event->ignore();
      return true;
    }
  }
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    const bool press = key->key() == Qt::Key_Space;
    const bool walk = key->key() == Qt::Key_Home || key->key() == Qt::Key_End ||
                      key->key() == Qt::Key_PageUp || key->key() == Qt::Key_PageDown;
    const bool aside = key->key() == Qt::Key_Left || key->key() == Qt::Key_Right;
    const bool list = qobject_cast<QAbstractItemView*>(watched) != nullptr;
    const bool slider = qobject_cast<QAbstractSlider*>(watched) != nullptr;
    const bool tabs = qobject_cast<QTabBar*>(watched) != nullptr;
    if (plain && ((press && qobject_cast<QAbstractButton*>(watched) != nullptr) ||
                  (walk && (list || slider)) || (aside && (slider || tabs)))) {
      event->accept();
      return true;
    }
  }
  return QMainWindow::eventFilter(watched, event);
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && isFullScreen()) {
    setFullScreen(false);
    return;
  }
  QMainWindow::keyPressEvent(event);
}

// It has ways of its own to end full screen.
void MainWindow::followWindowManager() {
  if (!isFullScreen() && context_.actions[Id::fullScreen]->isChecked()) setFullScreen(false);
}

void MainWindow::changeEvent(QEvent* event) {
  if (event->type() == QEvent::LanguageChange) {
    context_.actions.retranslate();
    fillMenus(*menuBar(), context_.actions);
  } else if (event->type() == QEvent::WindowStateChange) {
    // A window manager tells late: this may be of the time before the last change.
    constexpr int kSettledAfterMs = 150;
    QTimer::singleShot(kSettledAfterMs, this, &MainWindow::followWindowManager);
  }
  QMainWindow::changeEvent(event);
}

}  // namespace longtake::ui
