#include "engine/store/migrations.h"

#include <string>

#include "engine/base/file.h"
#include "engine/base/log.h"
#include "kernels/error.h"

namespace longtake::store {

namespace {

constexpr std::int64_t kApplicationId = 0x4c544b31;  // "LTK1", also in v1.sql

std::int64_t number(Database& database, std::string_view sql) {
  Statement statement = database.query(sql);
  return statement.step() ? statement.integer(0) : 0;
}

void require_known(Database& database, std::int64_t newest) {
  const std::int64_t version = schema_version(database);
  // The tables first: another process may be making the library between the two.
  if (number(database, "SELECT count(*) FROM sqlite_schema") != 0 &&
      number(database, "PRAGMA application_id") != kApplicationId) {
    throw Error(ErrorCode::unsupported,
                database.path().string() + ": this database is not a library of Longtake",
                "Choose another folder with --library.");
  }
  if (version > newest) {
    throw Error(ErrorCode::unsupported,
                database.path().string() +
                    ": this library was written by a newer Longtake (library "
                    "version " +
                    std::to_string(version) + ", this program knows up to " +
                    std::to_string(newest) + ")",
                "Install the newer Longtake, or choose another library with --library. Nothing was "
                "changed.");
  }
}

void back_up(Database& database, std::int64_t version) {
  std::filesystem::path backup = database.path();
  backup += ".v" + std::to_string(version) + ".backup";
  std::filesystem::path unfinished = backup;
  unfinished += ".tmp";
  remove_file(unfinished);
  try {
    database.run("VACUUM INTO ?", unfinished.string());
    File::open(unfinished, File::Mode::read_write).sync_data();
  } catch (const Error& error) {
    remove_file(unfinished);
    if (error.code() != ErrorCode::disk_full) throw;
    throw Error(ErrorCode::disk_full,
                database.path().string() +
                    ": there is no room for the copy that is made before a library of version " +
                    std::to_string(version) + " is brought up to date",
                "Make room on the drive by removing something else from it. Nothing was changed.");
  }
  std::filesystem::rename(unfinished, backup);
  sync_directory(backup.parent_path());
  log("store").info("library of version {} copied to {} before its migration", version,
                    backup.string());
}

}  // namespace

std::int64_t schema_version(Database& database) {
  return number(database, "PRAGMA user_version");
}

void migrate(Database& database, std::span<const Migration> migrations) {
  const std::int64_t newest = migrations.back().version;
  require_known(database, newest);
  const std::int64_t version = schema_version(database);
  if (version == newest) return;
  if (version > 0) back_up(database, version);
  Transaction transaction(database);
  for (const Migration& migration : migrations) {
    if (migration.version > version) database.run_script(migration.sql);
  }
  database.run_script("PRAGMA user_version = " + std::to_string(newest));
  transaction.commit();
}

void require_ours(Database& database, std::span<const Migration> migrations) {
  require_known(database, migrations.back().version);
}

void require_current(Database& database, std::span<const Migration> migrations) {
  const std::int64_t newest = migrations.back().version;
  require_known(database, newest);
  const std::int64_t version = schema_version(database);
  if (version == 0) {
    throw Error(ErrorCode::busy, database.path().string() + ": this library is just being made",
                "Try again in a moment.");
  }
  if (version < newest) {
    throw Error(ErrorCode::unsupported,
                database.path().string() +
                    ": this library is of an older version and must be brought "
                    "up to date first",
                "Open it once with Longtake where it may be written.");
  }
}

}  // namespace longtake::store
