#include "ui/markers/marker_model.h"

#include "ui/base/text.h"

namespace longtake::ui {

namespace {

QString whenText(const store::Marker& marker, Micros whole) {
  return marker.time.empty() ? timeText(marker.time.begin, 1, whole)
                             : rangeText(marker.time, whole);
}

bool same(const store::Marker& a, const store::Marker& b) {
  return a.id == b.id && a.time == b.time && a.label == b.label && a.colour == b.colour &&
         a.note == b.note;
}

}  // namespace

MarkerModel::MarkerModel(Context& context, QObject* parent)
    : QAbstractListModel(parent), context_(context), markers_(context.workspace.markers()) {
  connect(&context_.workspace, &Workspace::markersChanged, this, &MarkerModel::follow);
}

int MarkerModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(markers_.size());
}

QVariant MarkerModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const store::Marker& marker = markers_[index.row()];
  const Micros whole = context_.workspace.duration();
  switch (role) {
    case Qt::DisplayRole:
      return marker.label.empty() ? whenText(marker, whole) : text(marker.label);
    case Qt::ToolTipRole: {
      QStringList lines;
      if (!marker.label.empty()) lines << text(marker.label);
      lines << whenText(marker, whole);
      if (!marker.note.empty()) lines << text(marker.note);
      return plainTip(lines.join(QLatin1Char('\n')));
    }
    case Qt::AccessibleTextRole: {
      const QString label =
          marker.label.empty() ? tr("Marker without a label") : text(marker.label);
      return marker.note.empty()
                 ? tr("%1, %2").arg(label, whenText(marker, whole))
                 : tr("%1, %2, %3").arg(label, whenText(marker, whole), text(marker.note));
    }
    case kId:
      return qint64{marker.id};
    case kLabel:
      return text(marker.label);
    case kTime:
      return whenText(marker, whole);
    case kNote:
      return text(marker.note);
    case kColor:
      return text(marker.colour);
    case kFilterText:
      return text(marker.label) + QLatin1Char('\n') + text(marker.note) + QLatin1Char('\n') +
             whenText(marker, whole);
    default:
      return {};
  }
}

int MarkerModel::rowOf(qint64 id) const {
  for (int row = 0; row < markers_.size(); ++row) {
    if (markers_[row].id == id) return row;
  }
  return -1;
}

// Takes the new list over in steps as small as they are, so that a view keeps its selection and its
// place.
void MarkerModel::follow() {
  const QList<store::Marker>& now = context_.workspace.markers();
  int front = 0;
  while (front < markers_.size() && front < now.size() && same(markers_[front], now[front]))
    ++front;
  int back = 0;
  while (back < markers_.size() - front && back < now.size() - front &&
         same(markers_[markers_.size() - 1 - back], now[now.size() - 1 - back])) {
    ++back;
  }
  const int removed = static_cast<int>(markers_.size()) - front - back;
  const int added = static_cast<int>(now.size()) - front - back;
  if (removed == added) {
    for (int i = 0; i < added; ++i) markers_[front + i] = now[front + i];
    if (added > 0) emit dataChanged(index(front), index(front + added - 1));
    return;
  }
  if (removed > 0) {
    beginRemoveRows({}, front, front + removed - 1);
    markers_.remove(front, removed);
    endRemoveRows();
  }
  if (added > 0) {
    beginInsertRows({}, front, front + added - 1);
    for (int i = 0; i < added; ++i) markers_.insert(front + i, now[front + i]);
    endInsertRows();
  }
}

}  // namespace longtake::ui
