// Declares Database, Statement and Transaction: SQLite with RAII, Error instead of result codes,
// and nothing else of SQLite visible.
//
// Every function throws Error naming the database file: disk_full, no_permission, corrupt_data,
// busy, io_error; not_found when a foreign key points nowhere; bad_argument when a value must be
// unique. Thread rule: a Database and its Statements and Transactions belong to one thread at a
// time (ConnectionPool hands them out). Lifetime rule: the Database outlives what it made.
#ifndef LONGTAKE_ENGINE_STORE_DATABASE_H_
#define LONGTAKE_ENGINE_STORE_DATABASE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace longtake::store {

class Database;

// One prepared SQL statement with its values bound. Texts and blobs are copied when bound.
class Statement {
 public:
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  bool step();  // false when there are no more rows
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::span<const std::byte> blob(int column) const;  // valid until the next step()

 private:
  friend class Database;
  Statement(Database& database, std::string sql, sqlite3_stmt* handle);

  template <typename T>
  void bind(int index, const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<T>) {
      bind_real(index, value);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      bind_text(index, value);
    } else if constexpr (std::is_convertible_v<const T&, std::span<const std::byte>>) {
      bind_blob(index, value);
    } else {
      if (value) bind(index, *value);  // an empty std::optional is NULL
    }
  }
  void bind_integer(int index, std::int64_t value);
  void bind_real(int index, double value);
  void bind_text(int index, std::string_view value);
  void bind_blob(int index, std::span<const std::byte> value);

  Database* database_;
  std::string sql_;
  sqlite3_stmt* handle_;
};

class Database {
 public:
  enum class Mode : std::uint8_t {
    read,   // must exist; also opens what lies in a directory that may not be written, or is full
    write,  // made if absent; journal in WAL mode
  };
  Database(const std::filesystem::path& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // A statement with its `?` filled in order. Prepared once, then taken from a cache by its text.
  template <typename... Values>
  Statement query(std::string_view sql, const Values&... values) {
    Statement statement = prepare(sql);
    int index = 0;
    (statement.bind(++index, values), ...);
    return statement;
  }
  // The same, run to its end; returns the number of rows changed.
  template <typename... Values>
  std::int64_t run(std::string_view sql, const Values&... values) {
    Statement statement = query(sql, values...);
    while (statement.step()) {
    }
    return changes();
  }
  void run_script(std::string_view sql);  // several statements, no values
  std::int64_t last_id() const;           // of the last INSERT

  // What `PRAGMA integrity_check` and `PRAGMA foreign_key_check` complain of; empty when all is
  // well.
  std::vector<std::string> damages();

 private:
  friend class Statement;
  friend class Transaction;
  Statement prepare(std::string_view sql);
  void open(int flags, bool immutable);
  void keep_log_files();
  std::int64_t changes() const;
  [[noreturn]] void fail(std::string_view action) const;
  void close();

  std::filesystem::path path_;
  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, std::vector<sqlite3_stmt*>> idle_;  // by SQL text
};

// BEGIN IMMEDIATE ... COMMIT; rolls back unless committed.
class Transaction {
 public:
  // WAL mode keeps the database whole in any case, and no commit is lost when a process dies.
  // `full` also waits until the disk has the commit, so that it survives a power cut; `relaxed`
  // does not, and suits what is written many times a second and made final by a later full commit.
  enum class Sync : std::uint8_t { full, relaxed };
  explicit Transaction(Database& database, Sync sync = Sync::full);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  void restore_sync();

  Database& database_;
  const Sync sync_;
  bool open_ = true;
};

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_DATABASE_H_
