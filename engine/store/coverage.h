// Declares how a memory's progress is kept in its row: the coverage as merged time ranges, and the
// columns that only MemoryStore writes.
//
// Thread rule: free functions over their arguments. Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_STORE_COVERAGE_H_
#define LONGTAKE_ENGINE_STORE_COVERAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "engine/store/database.h"
#include "engine/store/records.h"

namespace longtake::store {

// As many ranges tell a memory's coverage: it is written with every append and with every answer.
constexpr std::size_t kMostRanges = 512;

// Adds a range that does not begin before the last one, joining the two if they touch. Where there
// would be too many (hours of key frames that are far apart), the two that are nearest to each other
// become one, gap and all; the rows of the blocks still tell what was seen exactly.
void extend(std::vector<TimeRange>& coverage, const TimeRange& time);

// [[begin_us,end_us],...]
std::string coverage_to_json(const std::vector<TimeRange>& coverage);
std::vector<TimeRange> coverage_from_json(std::string_view json);  // empty if it is none

// Writes what has been watched into the memory's row, within the caller's transaction. Throws
// Error{not_found} if the memory has been removed.
void save_progress(Database& database, const Memory& memory);

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_COVERAGE_H_
