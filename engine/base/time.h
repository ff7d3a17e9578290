// Declares the one clock of the project: Micros, microseconds of stream time counted from the first
// presented frame of a video (the container's start_time already subtracted), and TimeRange.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_BASE_TIME_H_
#define LONGTAKE_ENGINE_BASE_TIME_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace longtake {

using Micros = std::int64_t;
constexpr Micros kMicrosPerSecond = 1'000'000;

constexpr double to_seconds(Micros us) {
  return static_cast<double>(us) / kMicrosPerSecond;
}
Micros from_seconds(double seconds);  // rounded to nearest

// [begin, end): the frame presented at `end` is not part of it.
struct TimeRange {
  Micros begin = 0;
  Micros end = 0;

  Micros length() const { return end - begin; }
  bool empty() const { return end <= begin; }
  bool contains(Micros t) const { return begin <= t && t < end; }
  bool overlaps(const TimeRange& other) const { return begin < other.end && other.begin < end; }
  bool operator==(const TimeRange&) const = default;
};
inline constexpr TimeRange kAlways = {0, std::numeric_limits<Micros>::max()};

// "0:07.4", "12:03.0", "1:02:03.4": hours only when there are any.
std::string format_time(Micros us);
// Accepts "90", "90.5", "1:30", "1:02:03.25"; nothing else.
std::optional<Micros> parse_time(std::string_view text);
// "A-B" of the above.
std::optional<TimeRange> parse_time_range(std::string_view text);

// Monotonic time of the machine, for measuring; never stored.
std::int64_t monotonic_us();
// Seconds since 1970-01-01 UTC, for what is stored.
std::int64_t utc_seconds();

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_BASE_TIME_H_
