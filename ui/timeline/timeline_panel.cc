#include "ui/timeline/timeline_panel.h"

#include <QEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/timeline/overview_bar.h"
#include "ui/timeline/timeline_source.h"
#include "ui/timeline/timeline_view.h"

namespace longtake::ui {

namespace {

constexpr double kZoomStep = 1.6;  // of a key or button

}  // namespace

TimelinePanel::TimelinePanel(Context& context, QWidget* parent)
    : QWidget(parent),
      context_(context),
      source_(new TimelineSource(context, this)),
      view_(new TimelineView(context, *source_, this)),
      overview_(new OverviewBar(*view_, this)) {
  setObjectName(QStringLiteral("timelinePanel"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, context.theme.gapTiny(), 0, context.theme.gapTiny());
  layout->setSpacing(context.theme.px(2));
  layout->addWidget(view_, 1);
  layout->addWidget(overview_);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);

  connect(view_, &TimelineView::markerMoved, this, &TimelinePanel::markerMoved);
  connect(view_, &TimelineView::markerWanted, this, &TimelinePanel::markerWanted);
  connect(source_, &TimelineSource::changed, overview_, qOverload<>(&QWidget::update));
  connect(&context.workspace, &Workspace::positionChanged, overview_, &OverviewBar::movePlayhead);

  Actions& actions = context.actions;
  connect(actions[ActionId::zoomIn], &QAction::triggered, view_,
          [this] { view_->zoomBy(kZoomStep); });
  connect(actions[ActionId::zoomOut], &QAction::triggered, view_,
          [this] { view_->zoomBy(1 / kZoomStep); });
  connect(actions[ActionId::zoomFit], &QAction::triggered, view_, &TimelineView::zoomToFit);
  for (const ActionId id : {ActionId::zoomOut, ActionId::zoomFit, ActionId::zoomIn}) {
    auto* button = new QToolButton(this);
    button->setDefaultAction(actions[id]);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setAccessibleName(actions[id]->iconText());
    buttons_ << button;
  }
  connect(view_, &TimelineView::scaleChanged, this, &TimelinePanel::enableActions);
  connect(source_, &TimelineSource::videoChanged, this, &TimelinePanel::enableActions);
  connect(&context.theme, &Theme::changed, this, &TimelinePanel::arrange);
  enableActions();
  arrange();
}

// Qt would delete the children in the order in which they were made, but each looks at the one
// before it until its last event.
TimelinePanel::~TimelinePanel() {
  delete overview_;
  delete view_;
}

void TimelinePanel::enableActions() {
  const bool any = source_->data().duration > 0;
  const TimelineScale& scale = view_->scale();
  context_.actions[ActionId::zoomIn]->setEnabled(any &&
                                                 scale.microsPerPixel() > TimelineScale::kClosest);
  context_.actions[ActionId::zoomOut]->setEnabled(any && !scale.isFit());
  context_.actions[ActionId::zoomFit]->setEnabled(any && !scale.isFit());
  for (QToolButton* button : buttons_) button->setVisible(any);
}

// The buttons stand at the ruler's head, among the names of the lanes.
void TimelinePanel::arrange() {
  const Theme& theme = context_.theme;
  layout()->setContentsMargins(0, theme.gapTiny(), 0, theme.gapTiny());
  layout()->setSpacing(theme.px(2));
  const int size = theme.px(20);
  const int room = view_->gutter() - theme.gap() / 2;
  const bool mirrored = layoutDirection() == Qt::RightToLeft;
  for (qsizetype i = 0; i < buttons_.size(); ++i) {
    QToolButton* button = buttons_[i];
    button->setIconSize(QSize(theme.px(13), theme.px(13)));
    button->setStyleSheet(
        QStringLiteral("QToolButton { padding: 0; border-radius: %1px; }").arg(theme.px(4)));
    const int offset = room - static_cast<int>(buttons_.size() - i) * size;
    const int x = mirrored ? width() - room + static_cast<int>(i) * size : offset;
    button->setGeometry(x, theme.gapTiny(), size, size);
    button->raise();
  }
}

void TimelinePanel::paintEvent(QPaintEvent*) {
  QPainter(this).fillRect(rect(), context_.theme.colors().surface);
}

void TimelinePanel::resizeEvent(QResizeEvent*) {
  arrange();
}

void TimelinePanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::LayoutDirectionChange) arrange();
  if (event->type() == QEvent::LanguageChange) {
    for (QToolButton* button : buttons_)
      button->setAccessibleName(button->defaultAction()->iconText());
    arrange();
  }
  QWidget::changeEvent(event);
}

}  // namespace longtake::ui
