#include "ui/markers/marker_commands.h"

#include <QCoreApplication>
#include <QUndoCommand>
#include <algorithm>
#include <cassert>

#include "ui/base/text.h"
#include "ui/markers/marker_book.h"

namespace longtake::ui {

namespace {

constexpr char kDefaultColor[] = "blue";

QString tr(const char* text) {
  return QCoreApplication::translate("MarkerCommands", text);
}

// From one state of a marker to another; no state: it is not there.
class MarkerStep : public QUndoCommand {
 public:
  MarkerStep(MarkerBook& book, MarkerBook::Key key, std::optional<store::Marker> before,
             std::optional<store::Marker> after, const QString& text,
             QUndoCommand* parent = nullptr)
      : QUndoCommand(text, parent),
        book_(book),
        key_(key),
        before_(std::move(before)),
        after_(std::move(after)) {}

  void undo() override { book_.set(key_, before_); }
  void redo() override { book_.set(key_, after_); }

 private:
  MarkerBook& book_;
  const MarkerBook::Key key_;
  const std::optional<store::Marker> before_;
  const std::optional<store::Marker> after_;
};

// "Remove “red car”", or without a label only "Remove marker".
QString named(const char* withLabel, const char* without, const store::Marker& marker) {
  if (marker.label.empty()) return tr(without);
  QString label = text(marker.label).simplified();
  if (label.size() > 30) label = label.left(29) + QChar(0x2026);
  return tr(withLabel).arg(label);
}

QString lastColor(const Workspace& workspace) {
  // Ids grow, and those below 0 are newer still.
  const store::Marker* newest = nullptr;
  const auto age = [](const store::Marker& marker) {
    return marker.id < 0 ? INT64_MAX / 2 - marker.id : marker.id;
  };
  for (const store::Marker& marker : workspace.markers()) {
    if (newest == nullptr || age(marker) > age(*newest)) newest = &marker;
  }
  return newest == nullptr ? QLatin1String(kDefaultColor) : text(newest->colour);
}

}  // namespace

qint64 addMarker(Context& context, store::Marker marker) {
  Workspace& workspace = context.workspace;
  if (!workspace.hasVideo()) return 0;
  assert(marker.video_id == 0 || marker.video_id == workspace.video().id);
  MarkerBook& book = MarkerBook::of(context);
  marker.id = 0;
  marker.video_id = workspace.video().id;
  marker.time.begin = std::max<Micros>(0, marker.time.begin);
  marker.time.end = std::max(marker.time.begin, marker.time.end);
  if (marker.colour.empty()) marker.colour = lastColor(workspace).toStdString();
  const MarkerBook::Key key = book.newKey();
  workspace.undoStack().push(
      new MarkerStep(book, key, std::nullopt, marker,
                     named(QT_TRANSLATE_NOOP("MarkerCommands", "Add “%1”"),
                           QT_TRANSLATE_NOOP("MarkerCommands", "Add Marker"), marker)));
  return book.idOf(key);
}

void changeMarker(Context& context, const store::Marker& before, const store::Marker& after) {
  MarkerBook& book = MarkerBook::of(context);
  const auto key = book.keyOf(before.id);
  if (!key || !book.find(*key)) return;
  store::Marker changed = after;
  changed.video_id = before.video_id;
  changed.time.begin = std::max<Micros>(0, changed.time.begin);
  changed.time.end = std::max(changed.time.begin, changed.time.end);
  if (changed.time == before.time && changed.label == before.label &&
      changed.colour == before.colour && changed.note == before.note) {
    return;
  }
  context.workspace.undoStack().push(
      new MarkerStep(book, *key, before, changed,
                     named(QT_TRANSLATE_NOOP("MarkerCommands", "Change “%1”"),
                           QT_TRANSLATE_NOOP("MarkerCommands", "Change Marker"), changed)));
}

void removeMarkers(Context& context, const QList<qint64>& ids) {
  MarkerBook& book = MarkerBook::of(context);
  auto group = std::make_unique<QUndoCommand>();
  int count = 0;
  for (const qint64 id : ids) {
    const auto key = book.keyOf(id);
    const auto marker = key ? book.find(*key) : std::nullopt;
    if (!marker) continue;
    ++count;
    group->setText(named(QT_TRANSLATE_NOOP("MarkerCommands", "Remove “%1”"),
                         QT_TRANSLATE_NOOP("MarkerCommands", "Remove Marker"), *marker));
    // The group owns it.
    static_cast<void>(new MarkerStep(book, *key, marker, std::nullopt, {}, group.get()));
  }
  if (count == 0) return;
  if (count > 1) {
    group->setText(
        QCoreApplication::translate("MarkerCommands", "Remove %n Marker(s)", nullptr, count));
  }
  context.workspace.undoStack().push(group.release());
}

}  // namespace longtake::ui
