#include "engine/store/coverage.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kernels/error.h"

namespace longtake::store {

void extend(std::vector<TimeRange>& coverage, const TimeRange& time) {
  if (!coverage.empty() && time.begin <= coverage.back().end) {
    coverage.back().end = std::max(coverage.back().end, time.end);
  } else {
    coverage.push_back(time);
  }
  if (coverage.size() <= kMostRanges) return;
  std::size_t nearest = 1;  // to the one before it
  const auto gap = [&](std::size_t i) { return coverage[i].begin - coverage[i - 1].end; };
  for (std::size_t i = 2; i < coverage.size(); ++i) {
    if (gap(i) < gap(nearest)) nearest = i;
  }
  coverage[nearest - 1].end = coverage[nearest].end;
  coverage.erase(coverage.begin() + static_cast<std::ptrdiff_t>(nearest));
}

std::string coverage_to_json(const std::vector<TimeRange>& coverage) {
  nlohmann::json ranges = nlohmann::json::array();
  for (const TimeRange& range : coverage) ranges.push_back({range.begin, range.end});
  return ranges.dump();
}

std::vector<TimeRange> coverage_from_json(std::string_view json) {
  std::vector<TimeRange> coverage;
  const auto ranges = nlohmann::json::parse(json, nullptr, false);
  if (!ranges.is_array()) return coverage;
  for (const auto& range : ranges) {
    if (range.is_array() && range.size() == 2 && range[0].is_number() && range[1].is_number()) {
      coverage.push_back({range[0].get<Micros>(), range[1].get<Micros>()});
    }
  }
  return coverage;
}

void save_progress(Database& database, const Memory& memory) {
  const std::int64_t changes = database.run(
      "UPDATE memories SET finished = ?, next_index = ?, blocks = ?, frames = ?, tokens = ?, "
      "bytes = ?, coverage = ? WHERE id = ?",
      memory.finished, memory.next_index, memory.blocks, memory.frames, memory.tokens, memory.bytes,
      coverage_to_json(memory.coverage), memory.id);
  if (changes == 0) {
    throw Error(ErrorCode::not_found,
                "memory " + std::to_string(memory.id) + " is no longer in the library",
                "Its video was removed while it was being watched.");
  }
}

}  // namespace longtake::store
