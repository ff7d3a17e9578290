// Declares MarkerModel: the markers of the workspace as a list, by time.
//
// Thread rule: GUI thread. Lifetime rule: the workspace and the theme outlive it.
#ifndef LONGTAKE_UI_MARKERS_MARKER_MODEL_H_
#define LONGTAKE_UI_MARKERS_MARKER_MODEL_H_

#include <QAbstractListModel>

#include "ui/base/context.h"

namespace longtake::ui {

class MarkerModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { kId = Qt::UserRole, kLabel, kTime, kNote, kColor, kFilterText };

  explicit MarkerModel(Context& context, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override;
  // Qt::DisplayRole: the label or, without one, the time; Qt::AccessibleTextRole: all of it in
  // words.
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

  const store::Marker& marker(int row) const { return markers_[row]; }
  int rowOf(qint64 id) const;  // -1: none

 private:
  void follow();

  Context& context_;
  QList<store::Marker> markers_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_MARKERS_MARKER_MODEL_H_
