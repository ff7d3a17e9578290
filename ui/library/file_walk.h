// Declares nameOrder(): how names of files are sorted; and walkFiles(): the videos among what was
// dropped: files as they are, folders by the suffixes of what lies in them.
//
// Thread rule: any thread; reads the disk. Lifetime rule: plain values.
#ifndef LONGTAKE_UI_LIBRARY_FILE_WALK_H_
#define LONGTAKE_UI_LIBRARY_FILE_WALK_H_

#include <QCollator>
#include <QStringList>
#include <atomic>
#include <memory>

namespace longtake::ui {

// As people sort them: "part 2" before "part 10", large and small letters alike.
QCollator nameOrder();

struct FileWalk {
  QStringList files;         // in nameOrder() within each folder
  QStringList emptyFolders;  // no video lies in them
  int others = 0;            // files of folders that are no videos by their names
  bool cut = false;          // there are more files, or folders too deep, than one walk takes
};

// `cancelled` ends it early. Links to folders are not followed, so that it always ends.
FileWalk walkFiles(const QStringList& paths, const std::shared_ptr<std::atomic<bool>>& cancelled);

// For file dialogs: "*.mp4 *.mkv ...".
QString videoPatterns();

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_FILE_WALK_H_
