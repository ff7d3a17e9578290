#include "ui/markers/marker_panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>
#include <cstdlib>

#include "ui/base/text.h"
#include "ui/markers/marker_commands.h"
#include "ui/markers/marker_delegate.h"

namespace longtake::ui {

namespace {

// A marker that begins this near to the playhead is the one that is meant.
constexpr Micros kHere = 50'000;

}  // namespace

MarkerPanel::MarkerPanel(Context& context, QWidget* parent)
    : QWidget(parent), context_(context), book_(MarkerBook::of(context)) {
  setFocusPolicy(Qt::ClickFocus);
  build();
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& words) {
    shown_->setFilterFixedString(words.trimmed());
    showState();
  });
  connect(list_, &QListView::clicked, this, &MarkerPanel::goToCurrent);
  connect(list_, &QListView::doubleClicked, this, &MarkerPanel::editCurrent);
  connect(list_, &QWidget::customContextMenuRequested, this, &MarkerPanel::showMenu);
  connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &MarkerPanel::showState);
  connect(editor_, &MarkerEditor::closed, this, [this] {
    list_->setFocus();
    showState();
  });
  connect(edit_, &QToolButton::clicked, this, &MarkerPanel::editCurrent);
  connect(remove_, &QToolButton::clicked, this, &MarkerPanel::removeSelected);
  connect(context_.actions[ActionId::addMarker], &QAction::triggered, this, [this] { add(); });
  connect(context_.actions[ActionId::editMarker], &QAction::triggered, this,
          &MarkerPanel::addOrEdit);
  connect(&context_.workspace, &Workspace::markersChanged, this, &MarkerPanel::showState);
  connect(&context_.workspace, &Workspace::videoChanged, this, [this] {
    filter_->clear();
    showState();
  });
  connect(&context_.theme, &Theme::changed, this, &MarkerPanel::restyle);
  connectUndo();
  restyle();
  showState();
}

void MarkerPanel::build() {
  model_ = new MarkerModel(context_, this);
  shown_ = new QSortFilterProxyModel(this);
  shown_->setSourceModel(model_);
  shown_->setFilterRole(MarkerModel::kFilterText);
  shown_->setFilterCaseSensitivity(Qt::CaseInsensitive);

  filter_ = new QLineEdit(this);
  filter_->setPlaceholderText(tr("Filter markers"));
  filter_->setAccessibleName(tr("Filter markers"));
  filter_->setClearButtonEnabled(true);
  filter_->addAction(context_.theme.icon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
  add_ = new QToolButton(this);
  add_->setDefaultAction(context_.actions[ActionId::addMarker]);
  const auto button = [this](const QString& icon, const QString& name) {
    auto* made = new QToolButton(this);
    made->setIcon(context_.theme.icon(icon));
    made->setAccessibleName(name);
    made->setToolTip(name);
    return made;
  };
  edit_ = button(QStringLiteral("edit"), tr("Edit the marker  (F2)"));
  remove_ = button(QStringLiteral("trash"), tr("Remove the marker  (Del)"));
  for (QToolButton* tool : {add_, edit_, remove_}) tool->setFocusPolicy(Qt::TabFocus);

  list_ = new QListView(this);
  list_->setAccessibleName(tr("Markers"));
  list_->setModel(shown_);
  list_->setItemDelegate(new MarkerDelegate(context_.theme, list_));
  list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setContextMenuPolicy(Qt::CustomContextMenu);
  list_->setMouseTracking(true);
  list_->setResizeMode(QListView::Adjust);  // a row's height depends on its width
  list_->installEventFilter(this);
  empty_ = new QLabel(this);
  empty_->setProperty("soft", true);
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  editor_ = new MarkerEditor(context_, this);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* row = new QHBoxLayout;
  row->setObjectName(QStringLiteral("top"));
  row->addWidget(filter_, 1);
  for (QToolButton* tool : {add_, edit_, remove_}) row->addWidget(tool);
  column->addLayout(row);
  column->addWidget(list_, 1);
  column->addWidget(empty_, 1);
  column->addWidget(editor_);
}

void MarkerPanel::connectUndo() {
  QUndoGroup& group = context_.workspace.undoGroup();
  connect(context_.actions[ActionId::undo], &QAction::triggered, &group, &QUndoGroup::undo);
  connect(context_.actions[ActionId::redo], &QAction::triggered, &group, &QUndoGroup::redo);
  connect(&group, &QUndoGroup::indexChanged, this, &MarkerPanel::showUndo);
  connect(&group, &QUndoGroup::cleanChanged, this, &MarkerPanel::showUndo);
  connect(&group, &QUndoGroup::activeStackChanged, this, &MarkerPanel::showUndo);
  showUndo();
}

void MarkerPanel::showUndo() {
  const QUndoStack& stack = context_.workspace.undoStack();
  QAction* undo = context_.actions[ActionId::undo];
  QAction* redo = context_.actions[ActionId::redo];
  undo->setEnabled(stack.canUndo());
  redo->setEnabled(stack.canRedo());
  // What a label has may not become a mnemonic.
  const auto plain = [](QString words) {
    return words.replace(QLatin1Char('&'), QStringLiteral("&&"));
  };
  undo->setText(stack.canUndo() ? tr("&Undo: %1").arg(plain(stack.undoText())) : tr("&Undo"));
  redo->setText(stack.canRedo() ? tr("&Redo: %1").arg(plain(stack.redoText())) : tr("&Redo"));
}

// --- What can be done ----------------------------------------------------------------------------

qint64 MarkerPanel::add() {
  const Workspace& workspace = context_.workspace;
  if (!workspace.hasVideo()) return 0;
  store::Marker marker;
  marker.time =
      workspace.markedRange().value_or(TimeRange{workspace.position(), workspace.position()});
  const qint64 id = ui::addMarker(context_, marker);
  select(id);
  emit context_.workspace.told(
      tr("Marker added at %1").arg(timeText(marker.time.begin, 1, workspace.duration())));
  return id;
}

void MarkerPanel::addOrEdit() {
  const Workspace& workspace = context_.workspace;
  if (!workspace.hasVideo()) return;
  // The one that the keyboard is on, the one that the playhead stands on, or a new one.
  qint64 id = 0;
  if (list_->hasFocus() && current()) {
    id = current()->id;
  } else {
    Micros nearest = kHere + 1;
    for (const store::Marker& marker : workspace.markers()) {
      const Micros away = std::abs(marker.time.begin - workspace.position());
      if (away < nearest) {
        nearest = away;
        id = marker.id;
      }
    }
  }
  if (id == 0) id = add();
  select(id);
  editCurrent();
}

void MarkerPanel::editCurrent() {
  const auto marker = current();
  if (!marker) return;
  if (const auto key = book_.keyOf(marker->id)) editor_->edit(*key);
}

void MarkerPanel::removeSelected() {
  QList<qint64> ids;
  int first = shown_->rowCount();
  for (const QModelIndex& index : list_->selectionModel()->selectedIndexes()) {
    ids << index.data(MarkerModel::kId).toLongLong();
    first = std::min(first, index.row());
  }
  removeMarkers(context_, ids);
  // The next one takes the place, so that several can be removed one after the other.
  const QModelIndex next = shown_->index(std::min(first, shown_->rowCount() - 1), 0);
  if (next.isValid()) list_->setCurrentIndex(next);
}

void MarkerPanel::focusList() {
  QWidget* target = list_->isHidden() ? static_cast<QWidget*>(this) : list_;
  target->setFocus(Qt::ShortcutFocusReason);
}

void MarkerPanel::goToCurrent() {
  if (const auto marker = current()) context_.workspace.seek(marker->time.begin);
}

void MarkerPanel::select(qint64 id) {
  const int row = model_->rowOf(id);
  if (row < 0) return;
  QModelIndex index = shown_->mapFromSource(model_->index(row));
  if (!index.isValid()) {  // hidden by the filter, and wanted now
    filter_->clear();
    index = shown_->mapFromSource(model_->index(row));
  }
  list_->setCurrentIndex(index);
  list_->scrollTo(index);
}

std::optional<store::Marker> MarkerPanel::current() const {
  const QModelIndex index = shown_->mapToSource(list_->currentIndex());
  if (!index.isValid()) return std::nullopt;
  return model_->marker(index.row());
}

void MarkerPanel::showMenu(const QPoint& at) {
  const auto marker = current();
  if (!marker || !list_->indexAt(at).isValid()) return;
  auto* menu = new QMenu(list_);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(tr("Go There"), this, &MarkerPanel::goToCurrent);
  if (!marker->time.empty()) {
    menu->addAction(tr("Play Once"), this,
                    [this, time = marker->time] { context_.workspace.playRange(time, false); });
    menu->addAction(tr("Use as In and Out"), this, [this, time = marker->time] {
      context_.workspace.setMarks(time.begin, time.end);
    });
  }
  menu->addAction(context_.theme.icon(QStringLiteral("edit")), tr("Edit"), this,
                  &MarkerPanel::editCurrent);
  menu->addAction(context_.theme.icon(QStringLiteral("trash")), tr("Remove"), this,
                  &MarkerPanel::removeSelected);
  menu->popup(list_->viewport()->mapToGlobal(at));
}

bool MarkerPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress) {
    switch (static_cast<QKeyEvent*>(event)->key()) {
      case Qt::Key_F2:
        editCurrent();
        return true;
      case Qt::Key_Delete:
        removeSelected();
        return true;
      case Qt::Key_Return:
      case Qt::Key_Enter:
        goToCurrent();
        return true;
      default:
        break;
    }
  } else if (event->type() == QEvent::KeyRelease) {
    // Moving through the list moves through the video.
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Up || key == Qt::Key_Down) goToCurrent();
  }
  return QWidget::eventFilter(watched, event);
}

// --- What it looks like --------------------------------------------------------------------------

void MarkerPanel::showState() {
  const bool video = context_.workspace.hasVideo();
  context_.actions[ActionId::addMarker]->setEnabled(video);
  context_.actions[ActionId::editMarker]->setEnabled(video);
  const bool some = list_->selectionModel()->hasSelection();
  edit_->setEnabled(some);
  remove_->setEnabled(some);
  filter_->setEnabled(model_->rowCount() > 0 || !filter_->text().isEmpty());
  const QString key =
      context_.actions[ActionId::addMarker]->shortcut().toString(QKeySequence::NativeText);
  if (!video) {
    empty_->setText(tr("Markers belong to a video. Open one first."));
  } else if (model_->rowCount() == 0) {
    empty_->setText(tr("No markers yet.\n\nPress %1 to set one at the playhead, or over the range "
                       "between in and out.")
                        .arg(key));
  } else {
    empty_->setText(tr("No marker has these words."));
  }
  empty_->setVisible(shown_->rowCount() == 0);
  list_->setVisible(shown_->rowCount() > 0);
}

void MarkerPanel::restyle() {
  const Theme& theme = context_.theme;
  auto* row = findChild<QHBoxLayout*>(QStringLiteral("top"));
  row->setContentsMargins(theme.gap(), theme.gapSmall(), theme.gapSmall(), theme.gapSmall());
  row->setSpacing(theme.px(2));
  const int size = theme.px(18);
  for (QToolButton* tool : {add_, edit_, remove_}) tool->setIconSize({size, size});
  const int margin = theme.gapLarge();
  empty_->setContentsMargins(margin, margin, margin, margin);
  list_->doItemsLayout();  // the delegate's sizes have changed
  update();
}

void MarkerPanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::LanguageChange) {
    showState();
    showUndo();
  }
  QWidget::changeEvent(event);
}

void MarkerPanel::paintEvent(QPaintEvent* /*event*/) {
  QPainter(this).fillRect(rect(), context_.theme.colors().surface);
}

}  // namespace longtake::ui
