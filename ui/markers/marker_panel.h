// Declares MarkerPanel: the list of the open video's markers. A click goes there, F2 or a double
// click edits, Delete removes; all of it can be undone.
//
// Thread rule: GUI thread. Lifetime rule: as its parent.
#ifndef LONGTAKE_UI_MARKERS_MARKER_PANEL_H_
#define LONGTAKE_UI_MARKERS_MARKER_PANEL_H_

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSortFilterProxyModel>
#include <QToolButton>
#include <QWidget>

#include "ui/base/context.h"
#include "ui/markers/marker_editor.h"
#include "ui/markers/marker_model.h"

namespace longtake::ui {

class MarkerPanel : public QWidget {
  Q_OBJECT

 public:
  MarkerPanel(Context& context, QWidget* parent);

  MarkerModel& model() { return *model_; }
  // The single keys of the window act there, as they do not in the filter.
  void focusList();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void build();
  void connectUndo();
  void showUndo();
  qint64 add();      // at the playhead, or the marked range; its id
  void addOrEdit();  // Shift+M
  void editCurrent();
  void removeSelected();
  void goToCurrent();
  void select(qint64 id);
  std::optional<store::Marker> current() const;
  void showMenu(const QPoint& at);
  void showState();
  void restyle();

  Context& context_;
  MarkerBook& book_;
  MarkerModel* model_;
  QSortFilterProxyModel* shown_;
  QLineEdit* filter_;
  QToolButton* add_;
  QToolButton* edit_;
  QToolButton* remove_;
  QListView* list_;
  QLabel* empty_;
  MarkerEditor* editor_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_MARKERS_MARKER_PANEL_H_
