#include "ui/conversation/scope_picker.h"

#include <QActionGroup>
#include <QMenu>
#include <QPainter>
#include <QStyle>
#include <algorithm>

#include "ui/base/text.h"
#include "ui/conversation/unseen.h"
#include "ui/conversation/video_chooser.h"

namespace longtake::ui {

namespace {

constexpr ScopePicker::Kind kKinds[] = {ScopePicker::Kind::wholeVideo, ScopePicker::Kind::upToHere,
                                        ScopePicker::Kind::markedRange,
                                        ScopePicker::Kind::someVideos, ScopePicker::Kind::library};

QString iconOf(ScopePicker::Kind kind) {
  switch (kind) {
    case ScopePicker::Kind::wholeVideo:
      return QStringLiteral("film");
    case ScopePicker::Kind::upToHere:
      return QStringLiteral("clock");
    case ScopePicker::Kind::markedRange:
      return QStringLiteral("play-range");
    case ScopePicker::Kind::someVideos:
      return QStringLiteral("filter");
    case ScopePicker::Kind::library:
      return QStringLiteral("library");
  }
  return {};
}

}  // namespace

ScopePicker::ScopePicker(Context& context, SeenVideos& videos, QWidget* parent)
    : QToolButton(parent), context_(context), videos_(videos), menu_(new QMenu(this)) {
  setPopupMode(QToolButton::InstantPopup);
  setMenu(menu_);
  setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
  connect(menu_, &QMenu::aboutToShow, this, &ScopePicker::fill);
  const Workspace& workspace = context.workspace;
  connect(&workspace, &Workspace::videoChanged, this, [this] {
    // A range of one video is no range of the next.
    if (kind_ == Kind::markedRange || kind_ == Kind::upToHere) kind_ = Kind::wholeVideo;
    refresh();
  });
  connect(&workspace, &Workspace::libraryLeft, this, [this] {
    chosen_.clear();
    setKind(Kind::wholeVideo);
  });
  connect(&workspace, &Workspace::marksChanged, this, &ScopePicker::refresh);
  connect(&workspace, &Workspace::positionChanged, this, [this] {
    if (kind_ == Kind::upToHere) refresh();
  });
  connect(&videos, &SeenVideos::changed, this, [this] {
    prune();
    refresh();
  });
  connect(&context.settings, &Settings::changed, this, [this] {
    if (scopes().empty()) refresh();  // what is being watched is kept there
  });
  connect(&context.theme, &Theme::changed, this, [this] {
    updateGeometry();
    update();
  });
  refresh();
}

QString ScopePicker::words(Kind kind) const {
  const Workspace& workspace = context_.workspace;
  switch (kind) {
    case Kind::wholeVideo:
      return tr("Whole Video");
    case Kind::upToHere:
      return tr("Up to %1").arg(timeText(workspace.position(), 0, workspace.duration()));
    case Kind::markedRange: {
      const auto range = workspace.markedRange();
      return range ? rangeText(*range, workspace.duration()) : tr("Marked Range");
    }
    case Kind::someVideos: {
      const QString name = chosen_.size() == 1 ? videos_.name(*chosen_.begin()) : QString();
      return name.isEmpty() ? tr("%n video(s)", nullptr, static_cast<int>(chosen_.size())) : name;
    }
    case Kind::library:
      return tr("Whole Library");
  }
  return {};
}

bool ScopePicker::isPossible(Kind kind) const {
  const Workspace& workspace = context_.workspace;
  switch (kind) {
    case Kind::wholeVideo:
      return workspace.hasVideo();
    case Kind::upToHere:
      return workspace.hasVideo() && workspace.position() > 0;
    case Kind::markedRange:
      return workspace.hasVideo() && workspace.markedRange().has_value();
    case Kind::someVideos:
    case Kind::library:
      return !videos_.all().isEmpty();
  }
  return false;
}

void ScopePicker::setKind(Kind kind) {
  kind_ = kind;
  refresh();
}

void ScopePicker::setChosen(const QSet<qint64>& videos) {
  chosen_ = videos;
  if (!videos.isEmpty()) kind_ = Kind::someVideos;
  refresh();
}

// Videos that are gone are not asked about.
void ScopePicker::prune() {
  if (!context_.shelf.isLoaded() || chosen_.isEmpty()) return;
  chosen_.removeIf([this](qint64 video) { return videos_.find(video) == nullptr; });
  if (chosen_.isEmpty() && kind_ == Kind::someVideos) kind_ = Kind::wholeVideo;
}

void ScopePicker::refresh() {
  if (kind_ == Kind::markedRange && !isPossible(kind_)) kind_ = Kind::wholeVideo;
  text_ = words(kind_);
  const QString name = tr("What the question is about: %1").arg(text_);
  setToolTip(plainTip(name));
  setAccessibleName(name);
  updateGeometry();
  update();
  emit changed();
}

std::vector<QuestionScope> ScopePicker::scopes() const {
  const Workspace& workspace = context_.workspace;
  std::vector<QuestionScope> scopes;
  const qint64 open = workspace.video().id;
  switch (kind_) {
    case Kind::wholeVideo:
      if (videos_.hasSeen(open)) scopes.push_back({open, {}});
      break;
    case Kind::upToHere:
      if (videos_.hasSeen(open))
        scopes.push_back({open, TimeRange{0, std::max<Micros>(workspace.position(), 1)}});
      break;
    case Kind::markedRange:
      if (videos_.hasSeen(open)) scopes.push_back({open, workspace.markedRange()});
      break;
    case Kind::someVideos:
    case Kind::library:
      for (const SeenVideo& video : videos_.all()) {
        const bool wanted = kind_ == Kind::library || chosen_.contains(video.video.id);
        if (wanted && !video.seen.empty()) scopes.push_back({video.video.id, {}});
      }
      break;
  }
  return scopes;
}

QString ScopePicker::why() const {
  if (!scopes().empty()) return {};
  const bool one =
      kind_ == Kind::wholeVideo || kind_ == Kind::upToHere || kind_ == Kind::markedRange;
  if (one && !context_.workspace.hasVideo()) return tr("Open a video first");
  if (!one) return tr("None of these has been seen yet");
  switch (unseenOf(context_, context_.workspace.video().id)) {
    case Unseen::awaited:
      break;
    case Unseen::unwatched:
      return tr("Not being watched");
    case Unseen::byAnother:
      return tr("Not seen by this model yet");
  }
  return tr("Nothing seen yet");
}

void ScopePicker::fill() {
  menu_->clear();
  auto* group = new QActionGroup(menu_);
  for (const Kind kind : kKinds) {
    QString line = words(kind);
    if (kind == Kind::upToHere)
      line = tr("Up to Here (%1)")
                 .arg(timeText(context_.workspace.position(), 0, context_.workspace.duration()));
    if (kind == Kind::markedRange && isPossible(kind)) line = tr("Marked Range (%1)").arg(line);
    if (kind == Kind::someVideos) line = tr("Selected Videos…");
    if (kind == Kind::someVideos) menu_->addSeparator();
    QAction* action = menu_->addAction(line);
    action->setCheckable(true);
    action->setChecked(kind == kind_);
    action->setEnabled(isPossible(kind));
    group->addAction(action);
    connect(action, &QAction::triggered, this, [this, kind] {
      if (kind == Kind::someVideos) {
        chooseVideos();
      } else {
        setKind(kind);
      }
    });
  }
}

void ScopePicker::chooseVideos() {
  QSet<qint64> checked = chosen_;
  if (checked.isEmpty() && context_.workspace.hasVideo())
    checked.insert(context_.workspace.video().id);
  auto* chooser = new VideoChooser(context_.theme, videos_, checked, window());
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  connect(chooser, &VideoChooser::chosen, this, &ScopePicker::setChosen);
  chooser->open();
}

// --- Looks: icon, words and a chevron, cut where there is no room --------------------------------

QSize ScopePicker::sizeHint() const {
  const Theme& theme = context_.theme;
  const QFontMetrics metrics(theme.font(Theme::Font::small));
  return {
      metrics.horizontalAdvance(text_) + theme.px(14 + 12) + 4 * theme.gapTiny() + theme.gapSmall(),
      std::max(metrics.height() + 2 * theme.gapTiny(), theme.px(26))};
}

QSize ScopePicker::minimumSizeHint() const {
  return {context_.theme.px(64), sizeHint().height()};
}

void ScopePicker::paintEvent(QPaintEvent* /*event*/) {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  QPainter painter(this);
  painter.setLayoutDirection(layoutDirection());
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(hasFocus() ? QPen(c.accent, 1) : QPen(Qt::NoPen));
  painter.setBrush(isDown() ? c.pressed : underMouse() ? c.hover : c.surface);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.radius(),
                          theme.radius());
  const int pad = theme.gapSmall();
  const int icon = theme.px(14);
  const int chevron = theme.px(12);
  const auto place = [&](int x, int size) {
    return QStyle::visualRect(layoutDirection(), rect(), {x, (height() - size) / 2, size, size});
  };
  painter.drawPixmap(place(pad, icon),
                     theme.pixmap(iconOf(kind_), c.textSoft, icon, devicePixelRatioF()));
  painter.drawPixmap(
      place(width() - pad / 2 - chevron, chevron),
      theme.pixmap(QStringLiteral("chevron-down"), c.textSoft, chevron, devicePixelRatioF()));
  const int begin = pad + icon + theme.gapTiny();
  const QRect line = QStyle::visualRect(layoutDirection(), rect(),
                                        {begin, 0, width() - begin - chevron - pad, height()});
  painter.setFont(theme.font(Theme::Font::small));
  painter.setPen(c.text);
  painter.drawText(line, Qt::AlignLeading | Qt::AlignVCenter,
                   painter.fontMetrics().elidedText(text_, Qt::ElideRight, line.width()));
}

}  // namespace longtake::ui
