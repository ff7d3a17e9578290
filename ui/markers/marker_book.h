// Declares MarkerBook: the markers of the open video as the user wants them, and their way into the
// library. A change shows at once and is saved as it happens; what is wanted last is what is kept.
//
// A marker has a key that stays the same for as long as the program runs: its id in the library
// changes when a removed one comes back. Workspace::markers() carries library ids, or the key,
// which is negative, while there is no id yet: keyOf() takes either.
//
// Thread rule: GUI thread. Lifetime rule: one per Workspace, made by of(), which owns it.
#ifndef LONGTAKE_UI_MARKERS_MARKER_BOOK_H_
#define LONGTAKE_UI_MARKERS_MARKER_BOOK_H_

#include <QHash>
#include <QMap>
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

#include "ui/base/context.h"

namespace longtake::ui {

class MarkerBook : public QObject {
  Q_OBJECT

 public:
  using Key = qint64;  // below 0

  static MarkerBook& of(Context& context);

  Key newKey() { return --lastKey_; }
  // Of a marker's id as the workspace has it; empty: there is none such.
  std::optional<Key> keyOf(qint64 id) const;
  std::optional<store::Marker> find(Key key) const;  // id as in the workspace
  // Makes the marker so, or removes it.
  void set(Key key, const std::optional<store::Marker>& wanted);
  // Its id in the workspace; 0 if it has been removed.
  qint64 idOf(Key key) const;

 signals:
  // A change could not be saved; the book shows what is stored.
  void failed(const QString& message);

 private:
  struct Entry {
    Key key = 0;
    std::optional<store::Marker> wanted;
    std::optional<store::Marker> stored;  // as the library has it; its id
    bool busy = false;                    // a command about it is under way
  };
  using EntryPointer = std::shared_ptr<Entry>;

  MarkerBook(Context& context, QObject* parent);
  void openVideo();
  void load();
  void merge(const std::vector<store::Marker>& markers);
  void bring(const EntryPointer& entry);
  void settle(const EntryPointer& entry, const Event& event);
  bool isBusy() const;
  void report();

  Context& context_;
  qint64 video_ = 0;
  Key lastKey_ = 0;
  QMap<Key, EntryPointer> entries_;
  QHash<qint64, QMap<Key, EntryPointer>> others_;  // of videos that were open before
  quint64 changes_ =
      0;  // that have been sent: a list that was asked for before one of them is of no use
  QTimer loading_;  // gathers the changes of a moment
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_MARKERS_MARKER_BOOK_H_
