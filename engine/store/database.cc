#include "engine/store/database.h"

#include <sqlite3.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "engine/base/file_error.h"
#include "engine/base/hash.h"
#include "kernels/error.h"

namespace longtake::store {

namespace {

constexpr int kBusyTimeoutMs = 5000;
// That SQLite's log is cut to when it is begun anew; it rarely grows beyond.
constexpr int kLogBytes = 4 << 20;

// SQL function row_crc(a, b, ...): CRC-32C over the types and bytes of its arguments. Every table
// keeps it of its own columns, because SQLite finds damaged structure but not a damaged value.
void row_crc(sqlite3_context* context, int count, sqlite3_value** values) {
  std::uint32_t crc = 0;
  const auto add = [&crc](const void* data, std::size_t size) {
    crc = crc32c({static_cast<const std::byte*>(data), size}, crc);
  };
  for (int i = 0; i < count; ++i) {
    sqlite3_value* value = values[i];
    const std::int64_t type = sqlite3_value_type(value);
    add(&type, sizeof type);
    switch (type) {
      case SQLITE_INTEGER: {
        const std::int64_t number = sqlite3_value_int64(value);
        add(&number, sizeof number);
        break;
      }
      case SQLITE_FLOAT: {
        const double number = sqlite3_value_double(value);
        add(&number, sizeof number);
        break;
      }
      case SQLITE_TEXT:
      case SQLITE_BLOB: {
        const void* bytes = sqlite3_value_blob(value);
        const std::int64_t size = sqlite3_value_bytes(value);
        add(&size, sizeof size);
        add(bytes, static_cast<std::size_t>(size));
        break;
      }
      default:
        break;  // NULL
    }
  }
  sqlite3_result_int64(context, crc);
}

struct Meaning {
  ErrorCode code;
  std::string hint;
};

Meaning meaning_of(int extended) {
  if (extended == SQLITE_CONSTRAINT_FOREIGNKEY) {
    return {ErrorCode::not_found, "What it belongs to was removed. Look at the list again."};
  }
  switch (extended & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::disk_full, "Free some space on this drive, then try again."};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::no_permission,
              "Change the permissions of the library's folder, or choose another with --library."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:
    case SQLITE_FORMAT:
      return {ErrorCode::corrupt_data,
              "The library's database is damaged. Put back a backup of it, or move the library's "
              "folder away and start a new one."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::busy, "Another program is using the library. Close it, then try again."};
    case SQLITE_NOMEM:
      return {ErrorCode::out_of_memory, "Close other programs, then try again."};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::bad_argument, ""};
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return {ErrorCode::internal, "This is a fault of the program. Report it."};
    default:
      return {ErrorCode::io_error, "Check the drive and its connection, then try again."};
  }
}

}  // namespace

Statement::Statement(Database& database, std::string sql, sqlite3_stmt* handle)
    : database_(&database), sql_(std::move(sql)), handle_(handle) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      sql_(std::move(other.sql_)),
      handle_(std::exchange(other.handle_, nullptr)) {}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  database_->idle_[std::move(sql_)].push_back(handle_);
}

bool Statement::step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) database_->fail("carry out a command");
  return false;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}

std::string Statement::text(int column) const {
  const std::span<const std::byte> bytes = blob(column);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

void Statement::bind_integer(int index, std::int64_t value) {
  if (sqlite3_bind_int64(handle_, index, value) != SQLITE_OK) database_->fail("bind a value");
}
void Statement::bind_real(int index, double value) {
  if (sqlite3_bind_double(handle_, index, value) != SQLITE_OK) database_->fail("bind a value");
}
void Statement::bind_text(int index, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();  // a null pointer would bind NULL
  if (sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) !=
      SQLITE_OK) {
    database_->fail("bind a text");
  }
}
void Statement::bind_blob(int index, std::span<const std::byte> value) {
  if (sqlite3_bind_blob64(handle_, index, value.data(), value.size(), SQLITE_TRANSIENT) !=
      SQLITE_OK) {
    database_->fail("bind bytes");
  }
}

Database::Database(const std::filesystem::path& path, Mode mode) : path_(path) {
  try {
    if (mode == Mode::write) {
      open(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, false);
      keep_log_files();
      run_script("PRAGMA journal_mode = WAL");
    } else {
      std::error_code unknown;
      const bool exists = std::filesystem::exists(path, unknown);
      if (unknown) fail_file(path, "examine", unknown.value());
      if (!exists) {
        throw Error(ErrorCode::not_found, path.string() + ": there is no library here",
                    "Watch a video first, or name another library with --library.");
      }
      open(SQLITE_OPEN_READONLY, false);
      try {
        run("SELECT count(*) FROM sqlite_schema");
      } catch (const Error& error) {
        // A WAL database where the index of its log can be neither found nor made: readable as long
        // as nobody writes, unless the log holds something.
        const bool in_the_way =
            error.code() == ErrorCode::no_permission || error.code() == ErrorCode::disk_full;
        std::error_code no_log;
        const auto log_bytes = std::filesystem::file_size(path.string() + "-wal", no_log);
        if (!in_the_way || (!no_log && log_bytes > 0)) throw;
        close();
        open(SQLITE_OPEN_READONLY, true);
      }
    }
    run_script("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() {
  close();
}

void Database::open(int flags, bool immutable) {
  std::string uri = "file://";  // of no host: a path that begins with two slashes names none
  for (const char c : std::filesystem::absolute(path_).string()) {
    if (c == '?' || c == '#' || c == '%') {
      constexpr std::string_view kDigits = "0123456789abcdef";
      uri += {'%', kDigits[static_cast<unsigned char>(c) >> 4], kDigits[c & 0xf]};
    } else {
      uri += c;
    }
  }
  if (immutable) uri += "?immutable=1";
  // No mutex inside SQLite: one thread at a time is this class's rule.
  flags |= SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (sqlite3_open_v2(uri.c_str(), &handle_, flags, nullptr) != SQLITE_OK) fail("open");
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  sqlite3_create_function_v2(handle_, "row_crc", -1,
                             SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                             row_crc, nullptr, nullptr, nullptr);
}

// The log (emptied) and its index stay when the database is closed, because neither a full disk nor
// one that may not be written has room for new ones, and without them nothing can be read.
void Database::keep_log_files() {
  int keep = 1;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  run_script("PRAGMA journal_size_limit = " + std::to_string(kLogBytes));
}

void Database::close() {
  for (auto& [sql, handles] : idle_) {
    for (sqlite3_stmt* handle : handles) sqlite3_finalize(handle);
  }
  idle_.clear();
  sqlite3_close_v2(handle_);
  handle_ = nullptr;
}

Statement Database::prepare(std::string_view sql) {
  std::string text(sql);
  const auto found = idle_.find(text);
  if (found != idle_.end() && !found->second.empty()) {
    sqlite3_stmt* handle = found->second.back();
    found->second.pop_back();
    return {*this, std::move(text), handle};
  }
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()),
                         SQLITE_PREPARE_PERSISTENT, &handle, nullptr) != SQLITE_OK) {
    fail("prepare a command");
  }
  return {*this, std::move(text), handle};
}

void Database::run_script(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail("carry out a script");
  }
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(handle_);
}
std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

std::vector<std::string> Database::damages() {
  std::vector<std::string> found;
  Statement integrity = query("PRAGMA integrity_check");
  while (integrity.step()) {
    if (std::string line = integrity.text(0); line != "ok") found.push_back(std::move(line));
  }
  Statement keys = query("PRAGMA foreign_key_check");
  while (keys.step()) {
    found.push_back("row " + std::to_string(keys.integer(1)) + " of " + keys.text(0) +
                    " belongs to a row of " + keys.text(2) + " that does not exist");
  }
  return found;
}

void Database::fail(std::string_view action) const {
  const int extended = handle_ != nullptr ? sqlite3_extended_errcode(handle_) : SQLITE_NOMEM;
  Meaning meaning = meaning_of(extended);
  // SQLite reports some full disks as a failed write.
  const int os_error = handle_ != nullptr ? sqlite3_system_errno(handle_) : 0;
  if (meaning.code == ErrorCode::io_error && (os_error == ENOSPC || os_error == EDQUOT)) {
    meaning = meaning_of(SQLITE_FULL);
  }
  const std::string reason = handle_ != nullptr ? sqlite3_errmsg(handle_) : "out of memory";
  throw Error(meaning.code, path_.string() + ": cannot " + std::string(action) + ": " + reason,
              meaning.hint);
}

Transaction::Transaction(Database& database, Sync sync) : database_(database), sync_(sync) {
  // A script, because this pragma acts when it is prepared and would do nothing from the cache.
  if (sync_ == Sync::relaxed) database_.run_script("PRAGMA synchronous = NORMAL");
  try {
    database_.run("BEGIN IMMEDIATE");
  } catch (const Error&) {
    restore_sync();  // there will be no destructor, and the connection has other users after this
    throw;
  }
}

Transaction::~Transaction() {
  try {
    if (open_) database_.run("ROLLBACK");
  } catch (const Error&) {
    // SQLite has rolled back by itself.
  }
  restore_sync();
}

void Transaction::restore_sync() {
  try {
    if (sync_ == Sync::relaxed) database_.run_script("PRAGMA synchronous = FULL");
  } catch (const Error&) {
    // Not possible outside a transaction.
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace longtake::store
