#include "engine/session/bench_fixtures.h"

#include <cmath>
#include <cstdio>

#include "kernels/error.h"

namespace longtake::session {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value >= 100 || value == std::floor(value) ? "%.0f" : "%.3g",
                value);
  return text;
}

std::string megabytes(double bytes) {
  return number(bytes / 1e6) + " MB";
}

double seconds_since(std::int64_t start_us) {
  return to_seconds(std::max<std::int64_t>(1, monotonic_us() - start_us));
}

void fill_keys(std::vector<std::uint16_t>& keys, std::uint32_t& state) {
  for (std::uint16_t& key : keys) {
    state = state * 1'664'525U + 1'013'904'223U;
    const std::uint32_t bits = state >> 8;
    key = static_cast<std::uint16_t>((bits & 0x83FFU) | ((12U + ((bits >> 16) & 3U)) << 10));
  }
}

WorkFolder::WorkFolder(const std::filesystem::path& library)
    : path_(library / "bench"),
      made_library_(!std::filesystem::exists(library)),
      library_(library) {
  make_directories(path_);
  lock_ = File::open(path_ / "lock", File::Mode::create);
  if (!lock_.try_lock()) {
    throw Error(ErrorCode::busy, path_.string() + ": another bench is running there",
                "Wait for it, or name another folder with --library.");
  }
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    if (entry.path().filename() != "lock") std::filesystem::remove_all(entry.path());
  }
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  if (made_library_) std::filesystem::remove(library_, ignored);  // only if nothing came into it
}

}  // namespace longtake::session
