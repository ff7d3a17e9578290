#include "ui/timeline/accessible_timeline.h"

#include <QAccessible>
#include <algorithm>

#include "ui/base/text.h"
#include "ui/timeline/description.h"
#include "ui/timeline/timeline_view.h"

namespace longtake::ui {

namespace {

// The citations in order of time, then the markers.
struct Moment {
  bool isCitation;
  int index;  // in its list
  TimeRange time;
};

Moment momentAt(const TimelineData& data, int child) {
  const auto at = static_cast<std::size_t>(child);
  const bool isCitation = at < data.citations.size();
  const TimelineItem& item =
      isCitation ? data.citations[at] : data.markers[at - data.citations.size()];
  return {isCitation, item.index, item.time};
}

class AccessibleMoment : public QAccessibleInterface, public QAccessibleActionInterface {
 public:
  AccessibleMoment(TimelineView& view, int child) : view_(&view), child_(child) {}

  int child() const { return child_; }
  bool isValid() const override {
    return view_ != nullptr &&
           child_ < static_cast<int>(view_->data().citations.size() + view_->data().markers.size());
  }
  QObject* object() const override { return nullptr; }
  QAccessibleInterface* parent() const override {
    return QAccessible::queryAccessibleInterface(view_);
  }
  QAccessibleInterface* child(int) const override { return nullptr; }
  QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  int childCount() const override { return 0; }
  int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  QAccessible::Role role() const override { return QAccessible::ListItem; }

  QString text(QAccessible::Text type) const override {
    if (!isValid()) return {};
    const TimelineData& data = view_->data();
    const Moment moment = momentAt(data, child_);
    if (type == QAccessible::Name) {
      return moment.isCitation ? citationText(data, moment.index) : markerText(data, moment.index);
    }
    if (type == QAccessible::Description && !moment.isCitation) {
      return ui::text(data.markerList[moment.index].note);
    }
    return {};
  }
  void setText(QAccessible::Text, const QString&) override {}

  QRect rect() const override {
    if (!isValid()) return {};
    const Moment moment = momentAt(view_->data(), child_);
    const QRect lane = view_->laneBox(moment.isCitation ? LaneId::citations : LaneId::markers);
    const double left = std::max<double>(view_->xOf(moment.time.begin), lane.left());
    const double right = std::min<double>(view_->xOf(moment.time.end), lane.right() + 1);
    if (lane.isEmpty() || left > lane.right() || right < lane.left()) return {};
    const QRect box(static_cast<int>(left), lane.top(), std::max(6, static_cast<int>(right - left)),
                    lane.height());
    return {view_->mapToGlobal(box.topLeft()), box.size()};
  }

  QAccessible::State state() const override {
    QAccessible::State state;
    if (!isValid()) {
      state.invalid = true;
      return state;
    }
    state.selectable = true;
    const Moment moment = momentAt(view_->data(), child_);
    const qint64 chosen = view_->context().workspace.citation();
    state.selected =
        moment.isCitation && chosen != 0 && view_->data().citationList[moment.index].id == chosen;
    state.offscreen = rect().isEmpty();
    return state;
  }

  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::ActionInterface) return static_cast<QAccessibleActionInterface*>(this);
    return nullptr;
  }
  QStringList actionNames() const override { return {pressAction()}; }
  void doAction(const QString& name) override {
    if (name != pressAction() || !isValid()) return;
    Workspace& workspace = view_->context().workspace;
    const Moment moment = momentAt(view_->data(), child_);
    if (moment.isCitation) workspace.selectCitation(view_->data().citationList[moment.index].id);
    workspace.seek(moment.time.begin);
  }
  QStringList keyBindingsForAction(const QString&) const override { return {}; }

 private:
  QPointer<TimelineView> view_;
  const int child_;
};

QAccessibleInterface* make(const QString& className, QObject* object) {
  if (className != QLatin1String(TimelineView::staticMetaObject.className())) return nullptr;
  auto* view = qobject_cast<TimelineView*>(object);
  return view != nullptr ? new AccessibleTimeline(*view) : nullptr;
}

AccessibleTimeline* faceOf(TimelineView& view) {
  if (!QAccessible::isActive()) return nullptr;
  return dynamic_cast<AccessibleTimeline*>(QAccessible::queryAccessibleInterface(&view));
}

}  // namespace

AccessibleTimeline::AccessibleTimeline(TimelineView& view)
    : QAccessibleWidget(&view, QAccessible::Slider), view_(view) {}

AccessibleTimeline::~AccessibleTimeline() {
  forgetChildren();
}

void AccessibleTimeline::forgetChildren() {
  for (const QAccessible::Id id : std::exchange(children_, {})) {
    QAccessible::deleteAccessibleInterface(id);
  }
}

void* AccessibleTimeline::interface_cast(QAccessible::InterfaceType type) {
  if (type == QAccessible::ValueInterface) return static_cast<QAccessibleValueInterface*>(this);
  return QAccessibleWidget::interface_cast(type);
}

QString AccessibleTimeline::text(QAccessible::Text type) const {
  if (type == QAccessible::Value) return timeText(view_.playhead(), 0, view_.data().duration);
  return QAccessibleWidget::text(type);
}

int AccessibleTimeline::childCount() const {
  return static_cast<int>(view_.data().citations.size() + view_.data().markers.size());
}

QAccessibleInterface* AccessibleTimeline::child(int index) const {
  if (index < 0 || index >= childCount()) return nullptr;
  if (const auto found = children_.constFind(index); found != children_.constEnd()) {
    return QAccessible::accessibleInterface(*found);
  }
  auto* face = new AccessibleMoment(view_, index);
  children_.insert(index, QAccessible::registerAccessibleInterface(face));
  return face;
}

QAccessibleInterface* AccessibleTimeline::childAt(int x, int y) const {
  const QPoint at = view_.mapFromGlobal(QPoint(x, y));
  const TimelineData& data = view_.data();
  const Micros near = view_.scale().length(view_.context().theme.px(5));
  if (view_.laneBox(LaneId::citations).contains(at)) {
    if (const auto found = data.citations.find(view_.timeAt(at.x()), near)) {
      return child(static_cast<int>(*found));
    }
  }
  if (view_.laneBox(LaneId::markers).contains(at)) {
    if (const auto found = data.markers.find(view_.timeAt(at.x()), near)) {
      return child(static_cast<int>(data.citations.size() + *found));
    }
  }
  return nullptr;
}

int AccessibleTimeline::indexOfChild(const QAccessibleInterface* child) const {
  const auto* moment = dynamic_cast<const AccessibleMoment*>(child);
  return moment != nullptr ? moment->child() : -1;
}

QVariant AccessibleTimeline::currentValue() const {
  return to_seconds(view_.playhead());
}

void AccessibleTimeline::setCurrentValue(const QVariant& value) {
  view_.context().workspace.seek(static_cast<Micros>(value.toDouble() * kMicrosPerSecond));
}

QVariant AccessibleTimeline::maximumValue() const {
  return to_seconds(view_.data().duration);
}

void installAccessibleTimeline() {
  QAccessible::removeFactory(make);
  QAccessible::installFactory(make);
}

void tellChildren(TimelineView& view) {
  AccessibleTimeline* face = faceOf(view);
  if (face == nullptr) return;
  face->forgetChildren();
  QAccessibleEvent event(&view, QAccessible::ObjectReorder);
  QAccessible::updateAccessibility(&event);
}

void forgetAccessibleTimeline(TimelineView& view) {
  if (AccessibleTimeline* face = faceOf(view)) face->forgetChildren();
}

}  // namespace longtake::ui
