// Declares check_library(): everything about a library that can be verified.
//
// Thread rule: may run beside everything else; while it examines the search index, writers wait.
// Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_STORE_CHECK_H_
#define LONGTAKE_ENGINE_STORE_CHECK_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/store/library.h"
#include "engine/store/records.h"

namespace longtake::store {

struct CheckOptions {
  // Called now and then with the blocks checked and to check; false ends the check with what was
  // found.
  std::function<bool(std::int64_t done, std::int64_t total)> progress;
};

// Structure of the database (PRAGMA integrity_check, foreign keys, the checksum of every row, the
// search index against the texts), every memory (headers, sizes, checksums of records, payloads and
// index), and files that nothing mentions. Repairs nothing, except what opening a memory for
// writing repairs. An empty list: all is well. In a writable library the search index is examined to
// its depth, and what a whole check found is kept: Library::list_findings().
std::vector<Finding> check_library(Library& library, const CheckOptions& options = {});

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_CHECK_H_
