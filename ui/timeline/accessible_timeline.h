// Declares how screen readers see the timeline: as a value, the position, whose children are the
// citations and markers, each with a name, a place and an action that goes there.
//
// Thread rule: GUI thread. Lifetime rule: Qt makes the interfaces when it is asked for them.
#ifndef LONGTAKE_UI_TIMELINE_ACCESSIBLE_TIMELINE_H_
#define LONGTAKE_UI_TIMELINE_ACCESSIBLE_TIMELINE_H_

#include <QAccessibleWidget>
#include <QHash>

namespace longtake::ui {

class TimelineView;

class AccessibleTimeline : public QAccessibleWidget, public QAccessibleValueInterface {
 public:
  explicit AccessibleTimeline(TimelineView& view);
  ~AccessibleTimeline() override;

  void* interface_cast(QAccessible::InterfaceType type) override;
  QString text(QAccessible::Text type) const override;
  int childCount() const override;
  QAccessibleInterface* child(int index) const override;
  QAccessibleInterface* childAt(int x, int y) const override;
  int indexOfChild(const QAccessibleInterface* child) const override;

  // Seconds.
  QVariant currentValue() const override;
  void setCurrentValue(const QVariant& value) override;
  QVariant maximumValue() const override;
  QVariant minimumValue() const override { return 0.0; }
  QVariant minimumStepSize() const override { return 1.0; }

  // The children are others now.
  void forgetChildren();

 private:
  TimelineView& view_;
  mutable QHash<int, QAccessible::Id> children_;
};

// Tells Qt how to make them; once is enough, more do no harm.
void installAccessibleTimeline();
// The citations or markers have changed.
void tellChildren(TimelineView& view);
// Before the view is gone.
void forgetAccessibleTimeline(TimelineView& view);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_ACCESSIBLE_TIMELINE_H_
