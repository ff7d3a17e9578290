// Declares Library: the catalogue of videos and their memories, in one folder:
//
//   library.db          SQLite: everything but the memories' bulk   (FORMAT.md)
//   library.lock        locked by the one process that writes
//   memories/<id>/      segment files and index of memory <id>      (MemoryStore)
//   derived/            waveforms and cuts, which can be made anew  (DerivedFiles)
//   calibrations/       of models, made and read by session::Runtime alone
//
// Every function throws Error. Thread rule: safe from every thread. Lifetime rule: the Library
// outlives its Journal and the MemoryStores that it opened.
#ifndef LONGTAKE_ENGINE_STORE_LIBRARY_H_
#define LONGTAKE_ENGINE_STORE_LIBRARY_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/file.h"
#include "engine/base/thread_annotations.h"
#include "engine/store/connection_pool.h"
#include "engine/store/derived_files.h"
#include "engine/store/journal.h"
#include "engine/store/records.h"

namespace longtake::store {

class MemoryStore;

class Library {
 public:
  enum class Access : std::uint8_t {
    // Beside a writer, in a folder that may not be written, or on a full disk; not_found if there
    // is none, busy while another process makes it.
    read,
    write,  // made if absent; busy if another process holds it, naming that process
  };
  // Writing also brings the database up to date, marks answers that were running as interrupted,
  // and removes the remains of removed memories.
  static std::unique_ptr<Library> open(const std::filesystem::path& folder, Access access);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  bool writable() const { return pool_.writable(); }
  Journal& journal() { return journal_; }  // conversations, answers, markers, search
  const DerivedFiles& derived() const { return derived_; }

  // --- Videos ---------------------------------------------------------------------------------
  // Returns the new id. A video of the same content must not be there yet: look with
  // find_by_content.
  std::int64_t add_video(const Video& video);
  std::optional<Video> find_video(std::int64_t id);
  std::optional<Video> find_by_content(std::string_view content_id);
  std::optional<Video> find_by_path(const std::filesystem::path& path);
  // An id if the text is a number, else a name without regard to case; bad_argument if several
  // videos have it.
  std::optional<Video> find_by_name_or_id(std::string_view text);
  // Oldest first. Those whose rows are damaged go to `damaged`, if it is given, by their ids; else
  // the first of them is an Error.
  std::vector<Video> list_videos(std::vector<std::int64_t>* damaged = nullptr);
  // The file has moved. bad_argument if what lies at `path` is another video.
  void relink_video(std::int64_t id, const std::filesystem::path& path);
  void set_video_duration(std::int64_t id, Micros duration);
  // Removes the video with its memories, markers, conversations and derived files; not the video
  // file. Returns the bytes that the memories occupied on disk; those of a MemoryStore that is
  // still open, which stays readable and refuses to append, become free only when it is closed.
  std::int64_t remove_video(std::int64_t id);

  // --- Memories -------------------------------------------------------------------------------
  // Uses the fields above "what has been watched"; returns the new id.
  std::int64_t create_memory(const Memory& memory);
  std::optional<Memory> find_memory(std::int64_t id);
  // The one of this video and model that questions are answered from: see preferred_memory().
  std::optional<Memory> find_memory(std::int64_t video_id, std::string_view fingerprint);
  std::vector<Memory> list_memories(std::int64_t video_id);
  void set_memory_state(std::int64_t id, MemoryState state);
  std::int64_t remove_memory(std::int64_t id);  // returns the bytes freed
  // The one MemoryStore of this memory: whoever else has it open gets the same.
  std::shared_ptr<MemoryStore> open_memory(std::int64_t id);
  // Whether anybody has this one, or any of this video, open.
  bool is_memory_open(std::int64_t id);
  bool is_video_open(std::int64_t video_id);
  std::filesystem::path memory_folder(std::int64_t id) const;

  // --- Damage -----------------------------------------------------------------------------------
  // What the last whole check found; without what has been removed with its memory since.
  std::vector<Finding> list_findings();
  void keep_findings(const std::vector<Finding>& findings);  // in the place of those before

  ConnectionPool& connections() { return pool_; }  // for this room

 private:
  Library(const std::filesystem::path& folder, Access access);
  void bring_up_to_date();
  void clean_up();
  std::int64_t next_memory_id(Database& db) const;
  // Of memories whose rows are gone. Bytes freed; what resists is tried again at the next opening.
  std::int64_t remove_folders(const std::vector<std::int64_t>& memories);
  std::int64_t remove_rows(std::string_view sql, std::string_view kind, std::int64_t id,
                           const std::vector<std::int64_t>& memories);

  // Constant after construction; pool_ and journal_ provide their own synchronisation.
  const std::filesystem::path folder_;
  File lock_;
  ConnectionPool pool_;
  Journal journal_;
  const DerivedFiles derived_;

  Mutex mutex_;
  std::map<std::int64_t, std::weak_ptr<MemoryStore>> open_memories_ LT_GUARDED_BY(mutex_);
};

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_LIBRARY_H_
