#include "ui/base/actions.h"

#include <QCoreApplication>

namespace longtake::ui {

namespace {

using enum ActionId;

constexpr ActionInfo kTable[] = {
    {openFiles, "open_files", QT_TRANSLATE_NOOP("Actions", "File"),
     QT_TRANSLATE_NOOP("Actions", "&Open Files…"), "Ctrl+O", "open"},
    {openFolder, "open_folder", QT_TRANSLATE_NOOP("Actions", "File"),
     QT_TRANSLATE_NOOP("Actions", "Open &Folder…"), "Ctrl+Shift+O", "folder"},
    {openAddress, "open_address", QT_TRANSLATE_NOOP("Actions", "File"),
     QT_TRANSLATE_NOOP("Actions", "Open &Address…"), "Ctrl+U", "link"},
    {exportReport, "export", QT_TRANSLATE_NOOP("Actions", "File"),
     QT_TRANSLATE_NOOP("Actions", "&Export…"), "Ctrl+E", "export"},
    {exportClip, "export_clip", QT_TRANSLATE_NOOP("Actions", "File"),
     QT_TRANSLATE_NOOP("Actions", "Export &Clip…"), "Ctrl+Shift+E", "scissors"},
    {saveFrame, "save_frame", QT_TRANSLATE_NOOP("Actions", "File"),
     QT_TRANSLATE_NOOP("Actions", "Sa&ve Picture…"), "S", "camera"},
    {preferences, "preferences", QT_TRANSLATE_NOOP("Actions", "File"),
     QT_TRANSLATE_NOOP("Actions", "&Preferences…"), "Ctrl+,", "settings"},
    {quit, "quit", QT_TRANSLATE_NOOP("Actions", "File"), QT_TRANSLATE_NOOP("Actions", "&Quit"),
     "Ctrl+Q", "close"},

    {undo, "undo", QT_TRANSLATE_NOOP("Actions", "Edit"), QT_TRANSLATE_NOOP("Actions", "&Undo"),
     "Ctrl+Z", "undo"},
    {redo, "redo", QT_TRANSLATE_NOOP("Actions", "Edit"), QT_TRANSLATE_NOOP("Actions", "&Redo"),
     "Ctrl+Shift+Z", "redo"},
    {copyTime, "copy_time", QT_TRANSLATE_NOOP("Actions", "Edit"),
     QT_TRANSLATE_NOOP("Actions", "&Copy Time"), "Ctrl+Shift+C", "copy"},
    {find, "find", QT_TRANSLATE_NOOP("Actions", "Edit"),
     QT_TRANSLATE_NOOP("Actions", "&Find in Conversation…"), "Ctrl+F", "search"},
    {findEverywhere, "find_everywhere", QT_TRANSLATE_NOOP("Actions", "Edit"),
     QT_TRANSLATE_NOOP("Actions", "Find &Everywhere…"), "Ctrl+Shift+F", "search"},

    {playPause, "play_pause", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "&Play or Pause"), "Space", "play"},
    {shuttleBack, "shuttle_back", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Shuttle &Back"), "J", "rewind"},
    {shuttlePause, "shuttle_pause", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Shuttle Pa&use"), "K", "pause"},
    {shuttleForward, "shuttle_forward", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Shuttle &Forward"), "L", "forward"},
    {frameBack, "frame_back", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "One Frame Back"), ",", "frame-back"},
    {frameForward, "frame_forward", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "One Frame Forward"), ".", "frame-forward"},
    {back5, "back_5", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Back 5 Seconds"), "Left"},
    {forward5, "forward_5", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Forward 5 Seconds"), "Right"},
    {back1, "back_1", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Back 1 Second"), "Shift+Left"},
    {forward1, "forward_1", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Forward 1 Second"), "Shift+Right"},
    {back60, "back_60", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Back 1 Minute"), "Ctrl+Left"},
    {forward60, "forward_60", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Forward 1 Minute"), "Ctrl+Right"},
    {goToStart, "go_to_start", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Go to &Start"), "Home", "skip-back"},
    {goToEnd, "go_to_end", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Go to &End"), "End", "skip-forward"},
    {goToTime, "go_to_time", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "&Go to Time…"), "G", "clock"},
    {slower, "slower", QT_TRANSLATE_NOOP("Actions", "Play"), QT_TRANSLATE_NOOP("Actions", "Slower"),
     "["},
    {faster, "faster", QT_TRANSLATE_NOOP("Actions", "Play"), QT_TRANSLATE_NOOP("Actions", "Faster"),
     "]"},
    {normalSpeed, "normal_speed", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Normal Speed"), "Backspace"},
    {loop, "loop", QT_TRANSLATE_NOOP("Actions", "Play"), QT_TRANSLATE_NOOP("Actions", "&Loop"),
     "\\", "loop", true},
    {playCitation, "play_citation", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Play the &Citation Once"), "/", "play-range"},
    {volumeUp, "volume_up", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Louder"), "Ctrl+Up"},
    {volumeDown, "volume_down", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Quieter"), "Ctrl+Down"},
    {mute, "mute", QT_TRANSLATE_NOOP("Actions", "Play"), QT_TRANSLATE_NOOP("Actions", "&Mute"),
     "Ctrl+M", "volume", true},
    {nextAudio, "next_audio", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Next &Audio Track"), "Ctrl+Shift+A"},
    {nextSubtitles, "next_subtitles", QT_TRANSLATE_NOOP("Actions", "Play"),
     QT_TRANSLATE_NOOP("Actions", "Next Sub&titles"), "Ctrl+Shift+S"},

    {markIn, "mark_in", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "Mark &In"), "I", "mark-in"},
    {markOut, "mark_out", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "Mark &Out"), "O", "mark-out"},
    {clearMarks, "clear_marks", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "&Clear In and Out"), "Alt+X"},
    {addMarker, "add_marker", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "Add &Marker"), "M", "marker"},
    {editMarker, "edit_marker", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "&Edit Marker…"), "Shift+M", "edit"},
    {previousMark, "previous_mark", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "&Previous Marker or Citation"), "PgUp"},
    {nextMark, "next_mark", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "&Next Marker or Citation"), "PgDown"},
    {previousCut, "previous_cut", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "Previous Cut"), "Alt+Left"},
    {nextCut, "next_cut", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "Next Cut"), "Alt+Right"},
    {acceptCitation, "accept_citation", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "&Accept the Citation"), "Y", "check"},
    {rejectCitation, "reject_citation", QT_TRANSLATE_NOOP("Actions", "Mark"),
     QT_TRANSLATE_NOOP("Actions", "&Reject the Citation"), "N", "cross"},

    {pauseWatching, "pause_watching", QT_TRANSLATE_NOOP("Actions", "Watch"),
     QT_TRANSLATE_NOOP("Actions", "&Pause Watching"), "Ctrl+P", "pause"},
    {resumeWatching, "resume_watching", QT_TRANSLATE_NOOP("Actions", "Watch"),
     QT_TRANSLATE_NOOP("Actions", "&Resume Watching"), "Ctrl+R", "play"},
    {retryWatching, "retry_watching", QT_TRANSLATE_NOOP("Actions", "Watch"),
     QT_TRANSLATE_NOOP("Actions", "Re&try"), "Ctrl+Shift+R", "retry"},
    {relink, "relink", QT_TRANSLATE_NOOP("Actions", "Watch"),
     QT_TRANSLATE_NOOP("Actions", "Re&link…"), "Ctrl+Shift+L", "link"},
    {showMemories, "memories", QT_TRANSLATE_NOOP("Actions", "Watch"),
     QT_TRANSLATE_NOOP("Actions", "&Memories…"), "Alt+Return", "disk"},
    {removeVideo, "remove_video", QT_TRANSLATE_NOOP("Actions", "Watch"),
     QT_TRANSLATE_NOOP("Actions", "Remo&ve from the Library…"), "Ctrl+Del", "trash"},

    {focusQuestion, "focus_question", QT_TRANSLATE_NOOP("Actions", "Ask"),
     QT_TRANSLATE_NOOP("Actions", "&Ask a Question"), "Ctrl+L", "ask"},
    {stopAnswer, "stop_answer", QT_TRANSLATE_NOOP("Actions", "Ask"),
     QT_TRANSLATE_NOOP("Actions", "&Stop the Answer"), "Esc", "stop"},
    {newConversation, "new_conversation", QT_TRANSLATE_NOOP("Actions", "Ask"),
     QT_TRANSLATE_NOOP("Actions", "&New Conversation"), "Ctrl+N", "plus"},

    {showLibrary, "show_library", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "&Library"), "Ctrl+1", "library", true},
    {showTimeline, "show_timeline", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "&Timeline"), "Ctrl+2", "timeline", true},
    {showConversation, "show_conversation", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "&Conversation"), "Ctrl+3", "ask", true},
    {showMarkers, "show_markers", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "&Markers"), "Ctrl+4", "marker", true},
    {showSearch, "show_search", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "S&earch"), "Ctrl+5", "search", true},
    {sortByDate, "sort_by_date", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "Sort Library by &Date Added"), "Alt+1", "", true},
    {sortByName, "sort_by_name", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "Sort Library by &Name"), "Alt+2", "", true},
    {sortByLength, "sort_by_length", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "Sort Library by Len&gth"), "Alt+3", "", true},
    {sortReversed, "sort_reversed", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "&Reverse the Library's Order"), "Alt+4", "", true},
    {zoomIn, "zoom_in", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "Zoom Timeline &In"), "+; =", "zoom-in"},
    {zoomOut, "zoom_out", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "Zoom Timeline &Out"), "-", "zoom-out"},
    {zoomFit, "zoom_fit", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "&Fit Timeline"), "0", "zoom-fit"},
    {fullScreen, "full_screen", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "F&ull Screen"), "F; F11", "full-screen", true},
    {biggerText, "bigger_text", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "&Bigger Text"), "Ctrl++; Ctrl+="},
    {smallerText, "smaller_text", QT_TRANSLATE_NOOP("Actions", "View"),
     QT_TRANSLATE_NOOP("Actions", "&Smaller Text"), "Ctrl+-"},

    {shortcutSheet, "shortcut_sheet", QT_TRANSLATE_NOOP("Actions", "Help"),
     QT_TRANSLATE_NOOP("Actions", "&Keyboard Shortcuts"), "F1; ?", "keyboard"},
    {models, "models", QT_TRANSLATE_NOOP("Actions", "Help"),
     QT_TRANSLATE_NOOP("Actions", "&Models…"), "Ctrl+Shift+M", "model"},
    {about, "about", QT_TRANSLATE_NOOP("Actions", "Help"),
     QT_TRANSLATE_NOOP("Actions", "&About Longtake"), "Ctrl+F1", "info"},
    {copyDiagnostics, "copy_diagnostics", QT_TRANSLATE_NOOP("Actions", "Help"),
     QT_TRANSLATE_NOOP("Actions", "Copy &Diagnostics"), "Ctrl+Shift+D", "copy"},
};

}  // namespace

std::span<const ActionInfo> actionTable() {
  return kTable;
}

QString Actions::plainText(const ActionInfo& info) {
  return QCoreApplication::translate("Actions", info.text).remove(QLatin1Char('&'));
}

QString Actions::sectionText(const ActionInfo& info) {
  return QCoreApplication::translate("Actions", info.section);
}

QList<QKeySequence> Actions::defaultKeys(const ActionInfo& info) {
  return QKeySequence::listFromString(QString::fromLatin1(info.keys), QKeySequence::PortableText);
}

Actions::Actions(Settings& settings, Theme& theme, QObject* parent)
    : QObject(parent), settings_(settings) {
  for (const ActionInfo& info : kTable) {
    auto* action = new QAction(this);
    action->setObjectName(QLatin1String(info.name));
    action->setCheckable(info.checkable);
    if (*info.icon != '\0') action->setIcon(theme.icon(QLatin1String(info.icon)));
    actions_[static_cast<int>(info.id)] = action;
  }
  retranslate();
  applyKeys();
}

void Actions::retranslate() {
  for (const ActionInfo& info : kTable) {
    QAction* action = (*this)[info.id];
    action->setText(QCoreApplication::translate("Actions", info.text));
    action->setIconText(plainText(info));
  }
}

void Actions::applyKeys() {
  for (const ActionInfo& info : kTable) {
    QAction* action = (*this)[info.id];
    action->setShortcuts(keys(info.id));
    action->setToolTip(withKey(plainText(info), info.id));
  }
  emit keysChanged();
}

QList<QKeySequence> Actions::keys(ActionId id) const {
  const auto differences = settings_.shortcuts();
  for (const ActionInfo& info : kTable) {
    if (info.id == id) return differences.value(QLatin1String(info.name), defaultKeys(info));
  }
  return {};
}

QString Actions::keyText(ActionId id) const {
  return (*this)[id]->shortcut().toString(QKeySequence::NativeText);
}

QString Actions::withKey(const QString& words, ActionId id) const {
  const QString key = keyText(id);
  return key.isEmpty() ? words : QStringLiteral("%1  (%2)").arg(words, key);
}

QString Actions::markRangeFirst() const {
  const QString in = keyText(markIn);
  const QString out = keyText(markOut);
  return in.isEmpty() || out.isEmpty()
             ? tr("Select a citation, or mark a range in the menu Mark")
             : tr("Select a citation, or mark a range with %1 and %2").arg(in, out);
}

void Actions::setKeys(ActionId id, const QList<QKeySequence>& keys) {
  auto differences = settings_.shortcuts();
  for (const ActionInfo& info : kTable) {
    if (info.id != id) continue;
    if (keys == defaultKeys(info)) {
      differences.remove(QLatin1String(info.name));
    } else {
      differences[QLatin1String(info.name)] = keys;
    }
  }
  settings_.setShortcuts(differences);
  applyKeys();
}

void Actions::resetKeys() {
  settings_.setShortcuts({});
  applyKeys();
}

const ActionInfo* Actions::owner(const QKeySequence& key, ActionId except) const {
  for (const ActionInfo& info : kTable) {
    if (info.id != except && keys(info.id).contains(key)) return &info;
  }
  return nullptr;
}

}  // namespace longtake::ui
