#include "ui/dialogs/search_panel.h"

#include <QAction>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/dialogs/search_delegate.h"
#include "ui/dialogs/search_model.h"

namespace longtake::ui {

namespace {

// Long enough to take a word typed quickly as one, short enough to seem immediate.
constexpr int kTypingMs = 120;

}  // namespace

SearchPanel::SearchPanel(Context& context, QWidget* parent)
    : QWidget(parent),
      context_(context),
      model_(new SearchModel(context.engine, this)),
      edit_(new QLineEdit(this)),
      pages_(new QStackedWidget(this)),
      list_(new QListView(pages_)),
      empty_(new QWidget(pages_)),
      title_(new QLabel(empty_)),
      words_(new QLabel(empty_)) {
  auto* column = new QVBoxLayout(this);
  column->addWidget(edit_);
  column->addWidget(pages_, 1);
  edit_->setPlaceholderText(tr("Search questions, answers and markers"));
  edit_->setAccessibleName(tr("Search everything"));
  edit_->setClearButtonEnabled(true);
  edit_->installEventFilter(this);

  list_->setModel(model_);
  list_->setItemDelegate(new SearchDelegate(context.theme, list_));
  list_->setAccessibleName(tr("Found"));
  list_->setMouseTracking(true);
  list_->setResizeMode(QListView::Adjust);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  connect(list_, &QListView::clicked, this, &SearchPanel::choose);
  list_->installEventFilter(this);

  auto* page = new QVBoxLayout(empty_);
  page->addStretch(2);
  page->addWidget(title_);
  page->addWidget(words_);
  page->addStretch(3);
  for (QLabel* label : {title_, words_}) {
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignHCenter);
  }
  title_->setProperty("title", true);
  words_->setProperty("soft", true);
  pages_->addWidget(empty_);
  pages_->addWidget(list_);

  typing_.setSingleShot(true);
  typing_.setInterval(kTypingMs);
  connect(&typing_, &QTimer::timeout, this, [this] { model_->search(edit_->text()); });
  connect(edit_, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
  connect(model_, &SearchModel::searched, this, &SearchPanel::showState);
  connect(context.actions[ActionId::findEverywhere], &QAction::triggered, this,
          &SearchPanel::focusSearch);
  connect(&context.theme, &Theme::changed, this, &SearchPanel::applyTheme);
  applyTheme();
  showState();
}

void SearchPanel::applyTheme() {
  const Theme& theme = context_.theme;
  layout()->setContentsMargins(theme.gapSmall(), theme.gapSmall(), theme.gapSmall(), 0);
  layout()->setSpacing(theme.gapSmall());
  empty_->layout()->setContentsMargins(theme.gapLarge(), 0, theme.gapLarge(), 0);
  list_->doItemsLayout();
  update();
}

void SearchPanel::paintEvent(QPaintEvent* /*event*/) {
  QPainter(this).fillRect(rect(), context_.theme.colors().surface);
}

void SearchPanel::focusSearch() {
  edit_->setFocus(Qt::ShortcutFocusReason);
  edit_->selectAll();
}

void SearchPanel::showState() {
  const bool any = model_->rowCount() > 0;
  pages_->setCurrentWidget(any ? static_cast<QWidget*>(list_) : empty_);
  if (any) {
    list_->setCurrentIndex(model_->index(0));
    list_->scrollToTop();
    return;
  }
  if (!model_->failure().isEmpty()) {
    title_->setText(tr("The search failed"));
    words_->setText(model_->failure());
  } else if (model_->words().trimmed().isEmpty()) {
    title_->setText(tr("Find what was said before"));
    words_->setText(
        tr("Every question, answer, marker and note of all videos is searched as you type."));
  } else {
    title_->setText(tr("Nothing found"));
    words_->setText(
        tr("Nothing that was asked, answered or marked has all of these words. Try fewer."));
  }
}

void SearchPanel::choose(const QModelIndex& index) {
  if (!index.isValid()) return;
  const store::SearchHit& hit = model_->hit(index.row());
  if (hit.conversation_id != 0) {
    const Snippet snippet = snippetFrom(hit.snippet);
    const QString word =
        snippet.matches.isEmpty()
            ? QString()
            : snippet.text.mid(snippet.matches.first().first, snippet.matches.first().second);
    emit conversationRequested(hit, word);
  } else if (const auto marker = model_->marker(index.row())) {
    emit markerRequested(hit.video_id, *marker);
  } else {
    openMarker(hit.video_id, hit.id);
  }
}

// Chosen before its marker had been read.
void SearchPanel::openMarker(qint64 video, qint64 id) {
  context_.engine.send(ListMarkers{video}, this, [this, video, id](const Event& event) {
    const auto* list = std::get_if<MarkerList>(&event.body);
    if (list == nullptr) return;
    for (const store::Marker& marker : list->markers) {
      if (marker.id == id) emit markerRequested(video, marker);
    }
  });
}

// From the field, the arrows walk through what was found and Enter opens it.
bool SearchPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  const int rows = model_->rowCount();
  const int row = list_->currentIndex().row();
  switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (typing_.isActive()) {  // what is shown is for fewer letters
        typing_.stop();
        model_->search(edit_->text());
      } else {
        choose(list_->currentIndex());
      }
      return true;
    case Qt::Key_Down:
    case Qt::Key_Up:
      if (watched != edit_ || rows == 0) break;
      list_->setCurrentIndex(
          model_->index(qBound(0, row + (key->key() == Qt::Key_Down ? 1 : -1), rows - 1)));
      return true;
    default:
      break;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace longtake::ui
