// Declares Migration and migrate(): how a library's database gets from any older version to this
// one.
//
// Thread rule: migrate() while nobody else uses the database. Lifetime rule: the list is constant.
#ifndef LONGTAKE_ENGINE_STORE_MIGRATIONS_H_
#define LONGTAKE_ENGINE_STORE_MIGRATIONS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/store/database.h"

namespace longtake::store {

// The statements that lead from version - 1 to version.
struct Migration {
  std::int64_t version;
  std::string_view sql;
};

// resources/sql/v1.sql, v2.sql, ... in order, embedded by the build.
std::span<const Migration> library_migrations();

std::int64_t schema_version(Database& database);

// Applies what is missing in one transaction, so that a database is never between two versions. An
// existing database is copied first, to "<name>.v<old version>.backup" beside it. Throws Error
// {unsupported} if the database is of a newer version, or not ours; then nothing was touched.
void migrate(Database& database, std::span<const Migration> migrations);

// The judgement alone, for any connection.
void require_ours(Database& database, std::span<const Migration> migrations);

// The same for a reader, who may not migrate: throws Error{unsupported} unless the
// database has exactly the version of the last migration, Error{busy} while it has none yet.
void require_current(Database& database, std::span<const Migration> migrations);

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_MIGRATIONS_H_
