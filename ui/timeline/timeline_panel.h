// Declares TimelinePanel: the timeline of the open video, whole: lanes, the buttons that zoom them,
// and the overview.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_TIMELINE_TIMELINE_PANEL_H_
#define LONGTAKE_UI_TIMELINE_TIMELINE_PANEL_H_

#include <QList>
#include <QToolButton>
#include <QWidget>

#include "ui/base/context.h"

namespace longtake::ui {

class OverviewBar;
class TimelineSource;
class TimelineView;

class TimelinePanel : public QWidget {
  Q_OBJECT

 public:
  explicit TimelinePanel(Context& context, QWidget* parent = nullptr);
  ~TimelinePanel() override;

  TimelineView& view() { return *view_; }

 signals:
  // The user has dragged a marker or one of its ends.
  void markerMoved(const longtake::store::Marker& before, const longtake::store::Marker& after);
  // The user wants a citation as a marker; its id is 0.
  void markerWanted(const longtake::store::Marker& marker);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void arrange();
  void enableActions();

  Context& context_;
  TimelineSource* source_ = nullptr;
  TimelineView* view_ = nullptr;
  OverviewBar* overview_ = nullptr;
  QList<QToolButton*> buttons_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_TIMELINE_PANEL_H_
