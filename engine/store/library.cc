#include "engine/store/library.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>

#include "engine/base/hash.h"
#include "engine/base/log.h"
#include "engine/store/coverage.h"
#include "engine/store/memory_store.h"
#include "engine/store/migrations.h"
#include "engine/store/row.h"

namespace longtake::store {

namespace {

constexpr std::string_view kVideo =
    "id, content_id, path, name, size, duration_us, width, height, info, added_at, state";
constexpr std::string_view kMemory =
    "id, video_id, model, fingerprint, layers, kv_heads, head_dim, codec, interval_us, mode, "
    "created_at, state, finished, next_index, blocks, frames, tokens, bytes, coverage";
constexpr std::size_t kFingerprintDigits = 32;

Video read_video(const Statement& statement) {
  Row row(statement, 11, "videos");
  Video video;
  video.id = row.integer();
  video.content_id = row.text();
  video.path = row.text();
  video.name = row.text();
  video.size = row.integer();
  video.duration = row.integer();
  video.width = row.integer();
  video.height = row.integer();
  video.info = row.text();
  video.added_at = row.integer();
  row.integer();  // state
  return video;
}

// Bounds far above any model, so that sizes computed from a shape cannot overflow.
bool sensible(const memory::MemoryShape& shape) {
  const auto within = [](std::int64_t value, std::int64_t most) {
    return 0 < value && value <= most;
  };
  return within(shape.layers, 4096) && within(shape.kv_heads, 1024) &&
         within(shape.head_dim, 4096) && shape.codec <= kernels::KvCodec::i4;
}

Memory read_memory(const Statement& statement) {
  Row row(statement, 19, "memories");
  Memory memory;
  memory.id = row.integer();
  memory.video_id = row.integer();
  memory.model = row.text();
  memory.fingerprint = row.text();
  memory.shape.layers = row.integer();
  memory.shape.kv_heads = row.integer();
  memory.shape.head_dim = row.integer();
  memory.shape.codec = row.enumeration<kernels::KvCodec>();
  memory.interval = row.integer();
  memory.mode = row.text();
  memory.created_at = row.integer();
  memory.state = row.enumeration<MemoryState>();
  memory.finished = row.integer() != 0;
  memory.next_index = row.integer();
  memory.blocks = row.integer();
  memory.frames = row.integer();
  memory.tokens = row.integer();
  memory.bytes = row.integer();
  memory.coverage = coverage_from_json(row.text());
  if (!sensible(memory.shape) || memory.blocks < 0 ||
      memory.fingerprint.size() != kFingerprintDigits) {
    throw Error(ErrorCode::corrupt_data,
                "library.db: memory " + std::to_string(memory.id) + " makes no sense",
                "Remove the video from the library and watch it again.");
  }
  return memory;
}

[[noreturn]] void throw_absent(std::string_view kind, std::int64_t id) {
  throw Error(ErrorCode::not_found,
              "there is no " + std::string(kind) + " " + std::to_string(id) + " in the library",
              "It may have been removed. Look at the list again.");
}

std::optional<std::int64_t> parse_id(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id <= 0) return std::nullopt;
  return id;
}

// What a folder occupies on disk, as far as it can be read; sparse files count only what they hold.
std::int64_t disk_usage(const std::filesystem::path& folder) {
  std::int64_t bytes = 0;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder, error);
  while (entry != std::filesystem::recursive_directory_iterator()) {
    struct stat info {};
    if (lstat(entry->path().c_str(), &info) == 0) bytes += std::int64_t{info.st_blocks} * 512;
    entry.increment(error);
  }
  return bytes;
}

// Removes a folder that no row mentions any more; what resists is tried again at the next opening.
std::int64_t remove_folder(const std::filesystem::path& folder) {
  const std::int64_t bytes = disk_usage(folder);
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) {
    log("store").warn("{}: cannot remove: {}", folder.string(), error.message());
    return bytes - disk_usage(folder);
  }
  return bytes;
}

// "longtake-cli (process 1234)"
std::string this_process() {
  std::string name = "longtake";
  try {
    name = read_text_file("/proc/self/comm", 4096);
    while (!name.empty() && name.back() == '\n') name.pop_back();
  } catch (const Error&) {
    // Without /proc the number says enough.
  }
  return name + " (process " + std::to_string(getpid()) + ")";
}

File take_lock(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "library.lock";
  File lock = File::open(path, File::Mode::create);
  if (!lock.try_lock()) {
    std::string holder = read_text_file(path, 4096);
    if (holder.empty()) holder = "another process";
    throw Error(
        ErrorCode::busy, folder.string() + ": the library is in use by " + holder,
        "Wait until it is done, or end it: a watch goes on later from where it was. `ask`, `list`, "
        "`show`, `search` and `export` work meanwhile.");
  }
  const std::string owner = this_process();
  try {
    lock.truncate(0);
    lock.write_at(0, std::as_bytes(std::span(owner)));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::disk_full) throw;
    // The lock holds without a name in it.
  }
  return lock;
}

}  // namespace

// --- Opening -------------------------------------------------------------------------------------

std::unique_ptr<Library> Library::open(const std::filesystem::path& folder, Access access) {
  return std::unique_ptr<Library>(new Library(folder, access));
}

Library::Library(const std::filesystem::path& folder, Access access)
    : folder_(folder),
      pool_(folder / "library.db",
            access == Access::write ? Database::Mode::write : Database::Mode::read),
      journal_(pool_),
      derived_(folder / "derived") {
  if (access == Access::read) {
    auto db = pool_.reader();
    require_current(*db, library_migrations());
    return;
  }
  if (std::error_code ignored; std::filesystem::exists(folder_ / "library.db", ignored)) {
    // Opening for writing changes a file: somebody else's, or a newer library, is left as it is.
    Database as_it_is(folder_ / "library.db", Database::Mode::read);
    require_ours(as_it_is, library_migrations());
  }
  make_directories(folder_ / "memories");
  lock_ = take_lock(folder_);
  bring_up_to_date();
  clean_up();
}

Library::~Library() = default;

void Library::bring_up_to_date() {
  const auto attempt = [this] {
    auto db = pool_.writer();
    migrate(*db, library_migrations());
  };
  try {
    attempt();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::disk_full) throw;
    // The copy that is made first found no room. Derived files can be made again.
    derived_.keep_only({});
    attempt();
  }
}

// What a process that was killed has left behind.
void Library::clean_up() {
  try {
    journal_.mark_interrupted();
    auto db = pool_.writer();
    db->run("UPDATE memories SET state = ? WHERE state = ?", MemoryState::stopped,
            MemoryState::watching);
  } catch (const Error& error) {
    // A library on a full disk must open, because removing a video is the way out; the next opening
    // comes back to this.
    if (error.code() != ErrorCode::disk_full) throw;
    log("store").info("{}", error.message());
  }
  std::vector<std::int64_t> removed;
  std::set<std::string> contents;
  {
    auto db = pool_.reader();
    Statement ids = db->query("SELECT memory_id FROM removals");
    while (ids.step()) removed.push_back(ids.integer(0));
    Statement videos = db->query("SELECT content_id FROM videos");
    while (videos.step()) contents.insert(videos.text(0));
  }
  derived_.keep_only(contents);
  remove_folders(removed);
}

std::int64_t Library::remove_folders(const std::vector<std::int64_t>& memories) {
  std::int64_t freed = 0;
  for (const std::int64_t memory : memories) {
    freed += remove_folder(memory_folder(memory));
    std::error_code error;
    if (std::filesystem::exists(memory_folder(memory), error) || error) continue;
    try {
      pool_.writer()->run("DELETE FROM removals WHERE memory_id = ?", memory);
    } catch (const Error& full) {
      if (full.code() != ErrorCode::disk_full) throw;  // the next opening comes back to it
    }
  }
  return freed;
}

// Folders that no row mentions may be those of another library.db, and keep their numbers.
std::int64_t Library::next_memory_id(Database& db) const {
  Statement last = db.query("SELECT seq FROM sqlite_sequence WHERE name = 'memories'");
  std::int64_t highest = last.step() ? last.integer(0) : 0;
  for (const std::filesystem::path& path : list_directory(folder_ / "memories")) {
    if (const auto id = parse_id(path.filename().string())) highest = std::max(highest, *id);
  }
  return highest + 1;
}

// --- Videos --------------------------------------------------------------------------------------

std::int64_t Library::add_video(const Video& video) {
  auto db = pool_.writer();
  Transaction transaction(*db);
  db->run(
      "INSERT INTO videos (content_id, path, name, size, duration_us, width, height, info, "
      "added_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
      video.content_id, video.path.string(), video.name, video.size, video.duration, video.width,
      video.height, video.info, video.added_at != 0 ? video.added_at : utc_seconds());
  const std::int64_t id = db->last_id();
  transaction.commit();
  return id;
}

std::optional<Video> Library::find_video(std::int64_t id) {
  auto db = pool_.reader();
  Statement statement = db->query(select("videos", kVideo, "WHERE id = ?"), id);
  if (!statement.step()) return std::nullopt;
  return read_video(statement);
}

std::optional<Video> Library::find_by_content(std::string_view content_id) {
  auto db = pool_.reader();
  Statement statement = db->query(select("videos", kVideo, "WHERE content_id = ?"), content_id);
  if (!statement.step()) return std::nullopt;
  return read_video(statement);
}

std::optional<Video> Library::find_by_path(const std::filesystem::path& path) {
  auto db = pool_.reader();
  // The newest, should a file have been replaced by another under its old path.
  Statement statement =
      db->query(select("videos", kVideo, "WHERE path = ? ORDER BY id DESC"), path.string());
  if (!statement.step()) return std::nullopt;
  return read_video(statement);
}

std::optional<Video> Library::find_by_name_or_id(std::string_view text) {
  if (const auto id = parse_id(text)) {
    if (auto video = find_video(*id)) return video;
  }
  auto db = pool_.reader();
  Statement statement =
      db->query(select("videos", kVideo, "WHERE name = ? COLLATE NOCASE ORDER BY id"), text);
  std::vector<Video> found;
  while (statement.step()) found.push_back(read_video(statement));
  if (found.size() > 1) {
    std::string ids;
    for (const Video& video : found) ids += (ids.empty() ? "" : ", ") + std::to_string(video.id);
    throw Error(ErrorCode::bad_argument,
                "the name \"" + std::string(text) + "\" belongs to several videos",
                "Name one of them by its number: " + ids + ".");
  }
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Video> Library::list_videos(std::vector<std::int64_t>* damaged) {
  auto db = pool_.reader();
  Statement statement = db->query(select("videos", kVideo, "ORDER BY id"));
  std::vector<Video> videos;
  while (statement.step()) {
    try {
      videos.push_back(read_video(statement));
    } catch (const Error& error) {
      if (damaged == nullptr || error.code() != ErrorCode::corrupt_data) throw;
      damaged->push_back(statement.integer(0));
    }
  }
  return videos;
}

void Library::relink_video(std::int64_t id, const std::filesystem::path& path) {
  const auto video = find_video(id);
  if (!video) throw_absent("video", id);
  if (content_id(path).to_hex() != video->content_id) {
    throw Error(ErrorCode::bad_argument, path.string() + ": this is not the video " + video->name,
                "Its content differs from what was watched. Add it as a new video instead.");
  }
  auto db = pool_.writer();
  db->run("UPDATE videos SET path = ? WHERE id = ?", path.string(), id);
}

void Library::set_video_duration(std::int64_t id, Micros duration) {
  auto db = pool_.writer();
  if (db->run("UPDATE videos SET duration_us = ? WHERE id = ?", duration, id) == 0) {
    throw_absent("video", id);
  }
}

std::int64_t Library::remove_video(std::int64_t id) {
  std::vector<std::int64_t> memories;
  std::string content;
  {
    // Not list_memories(): a damaged row must not keep a video from being removed.
    auto db = pool_.reader();
    Statement ids = db->query("SELECT id FROM memories WHERE video_id = ?", id);
    while (ids.step()) memories.push_back(ids.integer(0));
    Statement video = db->query("SELECT content_id FROM videos WHERE id = ?", id);
    if (video.step()) content = video.text(0);
  }
  const std::int64_t freed = remove_rows("DELETE FROM videos WHERE id = ?", "video", id, memories);
  derived_.remove(content);
  return freed;
}

// Rows first, then the folders that they owned: what a crash leaves between the two is removed at
// the next opening. On a full disk there may be no room for the transaction until the folders are
// gone.
std::int64_t Library::remove_rows(std::string_view sql, std::string_view kind, std::int64_t id,
                                  const std::vector<std::int64_t>& memories) {
  const auto transact = [&](bool reindex) {
    auto db = pool_.writer();
    Transaction transaction(*db);
    if (reindex) db->run_script("REINDEX");
    if (db->run(sql, id) == 0) throw_absent(kind, id);
    transaction.commit();
  };
  try {
    transact(false);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::disk_full) {
      const std::int64_t freed = remove_folders(memories);
      transact(false);
      remove_folders(memories);  // now the rows name them
      return freed;
    }
    if (error.code() != ErrorCode::corrupt_data) throw;
    transact(true);  // an index that says something else than a damaged row keeps it from going
  }
  return remove_folders(memories);
}

// --- Memories ------------------------------------------------------------------------------------

std::int64_t Library::create_memory(const Memory& memory) {
  if (!sensible(memory.shape) || memory.fingerprint.size() != kFingerprintDigits) {
    throw Error(ErrorCode::internal, "cannot store a memory of this shape or fingerprint",
                "This is a fault of the program. Report it.");
  }
  auto db = pool_.writer();
  Transaction transaction(*db);
  db->run(
      "INSERT INTO memories (id, video_id, model, fingerprint, layers, kv_heads, head_dim, codec, "
      "interval_us, mode, created_at, state, finished, next_index, blocks, frames, tokens, bytes, "
      "coverage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, '[]')",
      next_memory_id(*db), memory.video_id, memory.model, memory.fingerprint, memory.shape.layers, memory.shape.kv_heads,
      memory.shape.head_dim, memory.shape.codec, memory.interval, memory.mode,
      memory.created_at != 0 ? memory.created_at : utc_seconds(), memory.state);
  const std::int64_t id = db->last_id();
  transaction.commit();
  return id;
}

std::optional<Memory> Library::find_memory(std::int64_t id) {
  auto db = pool_.reader();
  Statement statement = db->query(select("memories", kMemory, "WHERE id = ?"), id);
  if (!statement.step()) return std::nullopt;
  return read_memory(statement);
}

std::optional<Memory> Library::find_memory(std::int64_t video_id, std::string_view fingerprint) {
  const std::vector<Memory> memories = list_memories(video_id);
  const Memory* preferred = preferred_memory(memories, fingerprint);
  return preferred == nullptr ? std::nullopt : std::optional(*preferred);
}

std::vector<Memory> Library::list_memories(std::int64_t video_id) {
  auto db = pool_.reader();
  Statement statement =
      db->query(select("memories", kMemory, "WHERE video_id = ? ORDER BY id"), video_id);
  std::vector<Memory> memories;
  while (statement.step()) memories.push_back(read_memory(statement));
  return memories;
}

void Library::set_memory_state(std::int64_t id, MemoryState state) {
  auto db = pool_.writer();
  if (db->run("UPDATE memories SET state = ? WHERE id = ?", state, id) == 0) {
    throw_absent("memory", id);
  }
}

std::int64_t Library::remove_memory(std::int64_t id) {
  return remove_rows("DELETE FROM memories WHERE id = ?", "memory", id, {id});
}

std::shared_ptr<MemoryStore> Library::open_memory(std::int64_t id) {
  MutexLock lock(mutex_);
  if (const auto found = open_memories_.find(id); found != open_memories_.end()) {
    if (auto open = found->second.lock()) return open;
  }
  auto memory = find_memory(id);
  if (!memory) throw_absent("memory", id);
  auto opened = std::make_shared<MemoryStore>(pool_, memory_folder(id), *std::move(memory));
  open_memories_[id] = opened;
  return opened;
}

bool Library::is_memory_open(std::int64_t id) {
  MutexLock lock(mutex_);
  const auto found = open_memories_.find(id);
  return found != open_memories_.end() && !found->second.expired();
}

bool Library::is_video_open(std::int64_t video_id) {
  MutexLock lock(mutex_);
  return std::any_of(open_memories_.begin(), open_memories_.end(), [&](const auto& entry) {
    const auto open = entry.second.lock();
    return open != nullptr && open->record().video_id == video_id;
  });
}

std::filesystem::path Library::memory_folder(std::int64_t id) const {
  return folder_ / "memories" / std::to_string(id);
}

// --- Damage --------------------------------------------------------------------------------------

std::vector<Finding> Library::list_findings() {
  auto db = pool_.reader();
  Statement statement = db->query(
      select("findings", "id, memory_id, place, what, hint, found_at", "ORDER BY id"));
  std::vector<Finding> findings;
  while (statement.step()) {
    Row row(statement, 6, "findings");
    row.integer();  // id
    Finding& finding = findings.emplace_back();
    finding.memory_id = row.integer();  // NULL reads as 0
    finding.where = row.text();
    finding.what = row.text();
    finding.hint = row.text();
    finding.found_at = row.integer();
  }
  return findings;
}

void Library::keep_findings(const std::vector<Finding>& findings) {
  auto db = pool_.writer();
  Transaction transaction(*db);
  db->run("DELETE FROM findings");
  for (const Finding& finding : findings) {
    if (!finding.lasting) continue;
    const auto memory =
        finding.memory_id != 0 ? std::optional(finding.memory_id) : std::nullopt;
    // Not of a memory that has been removed since.
    db->run(
        "INSERT INTO findings (memory_id, place, what, hint, found_at) SELECT ?1, ?2, ?3, ?4, ?5 "
        "WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM memories WHERE id = ?1)",
        memory, finding.where, finding.what, finding.hint,
        finding.found_at != 0 ? finding.found_at : utc_seconds());
  }
  transaction.commit();
}

}  // namespace longtake::store
