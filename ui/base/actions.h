// Declares ActionId, the table of everything that the user can do by menu, key or button, and
// Actions, which makes a QAction of each row. The menus, the shortcut sheet, the shortcut editor
// and the tests all read this one table; whoever does the work connects to the action's
// triggered().
//
// Thread rule: GUI thread. Lifetime rule: outlives every widget that shows an action.
#ifndef LONGTAKE_UI_BASE_ACTIONS_H_
#define LONGTAKE_UI_BASE_ACTIONS_H_

#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <span>

#include "ui/base/settings.h"
#include "ui/base/theme.h"

namespace longtake::ui {

enum class ActionId {
  // File
  openFiles,
  openFolder,
  openAddress,
  exportReport,
  exportClip,
  saveFrame,
  preferences,
  quit,
  // Edit
  undo,
  redo,
  copyTime,
  find,
  findEverywhere,
  // Play
  playPause,
  shuttleBack,
  shuttlePause,
  shuttleForward,
  frameBack,
  frameForward,
  back5,
  forward5,
  back1,
  forward1,
  back60,
  forward60,
  goToStart,
  goToEnd,
  goToTime,
  slower,
  faster,
  normalSpeed,
  loop,
  playCitation,
  volumeUp,
  volumeDown,
  mute,
  nextAudio,
  nextSubtitles,
  // Mark
  markIn,
  markOut,
  clearMarks,
  addMarker,
  editMarker,
  previousMark,
  nextMark,
  previousCut,
  nextCut,
  acceptCitation,
  rejectCitation,
  // Watch
  pauseWatching,
  resumeWatching,
  retryWatching,
  relink,
  showMemories,
  removeVideo,
  // Ask
  focusQuestion,
  stopAnswer,
  newConversation,
  // View
  showLibrary,
  showTimeline,
  showConversation,
  showMarkers,
  showSearch,
  sortByDate,
  sortByName,
  sortByLength,
  sortReversed,
  zoomIn,
  zoomOut,
  zoomFit,
  fullScreen,
  biggerText,
  smallerText,
  // Help
  shortcutSheet,
  models,
  about,
  copyDiagnostics,
};

struct ActionInfo {
  ActionId id;
  const char* name;     // stable, in the settings file
  const char* section;  // heading in menus and sheet, for tr() in context "Actions"
  const char* text;     // for tr() in context "Actions"; "&" marks the mnemonic
  // Defaults, portable text, several by "; ". They act in the whole window, except while typing.
  const char* keys;
  const char* icon = "";  // of resources/icons
  bool checkable = false;
};

std::span<const ActionInfo> actionTable();

class Actions : public QObject {
  Q_OBJECT

 public:
  Actions(Settings& settings, Theme& theme, QObject* parent = nullptr);

  QAction* operator[](ActionId id) const { return actions_.value(static_cast<int>(id)); }
  // Translated, without "&".
  static QString plainText(const ActionInfo& info);
  static QString sectionText(const ActionInfo& info);
  static QList<QKeySequence> defaultKeys(const ActionInfo& info);

  QList<QKeySequence> keys(ActionId id) const;
  // Stores only what differs from the default.
  void setKeys(ActionId id, const QList<QKeySequence>& keys);
  void resetKeys();
  // The first key as people write it, "Ctrl+E"; empty if the action has none. Texts that name a key
  // ask for it here: every key can be changed.
  QString keyText(ActionId id) const;
  // "Save the picture  (S)", without the bracket if there is no key.
  QString withKey(const QString& words, ActionId id) const;
  // What to do where a range is needed and there is none.
  QString markRangeFirst() const;
  // Another action that has this key; nullptr if none.
  const ActionInfo* owner(const QKeySequence& key, ActionId except) const;

  void retranslate();

 signals:
  void keysChanged();

 private:
  void applyKeys();

  Settings& settings_;
  QHash<int, QAction*> actions_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_ACTIONS_H_
