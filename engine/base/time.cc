#include "engine/base/time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace longtake {

namespace {

// Digits only, at most nine of them, so that the arithmetic below cannot overflow.
std::optional<std::int64_t> parse_digits(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::int64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

Micros from_seconds(double seconds) { return std::llround(seconds * kMicrosPerSecond); }

std::string format_time(Micros us) {
  const bool negative = us < 0;
  const std::int64_t tenths = (std::abs(us) + 50'000) / 100'000;
  const std::int64_t hours = tenths / 36'000;
  const std::int64_t minutes = tenths / 600 % 60;
  const std::int64_t seconds = tenths / 10 % 60;
  std::array<char, 48> text{};
  if (hours > 0) {
    std::snprintf(text.data(), text.size(), "%s%lld:%02lld:%02lld.%lld", negative ? "-" : "",
                  static_cast<long long>(hours), static_cast<long long>(minutes),
                  static_cast<long long>(seconds), static_cast<long long>(tenths % 10));
  } else {
    std::snprintf(text.data(), text.size(), "%s%lld:%02lld.%lld", negative ? "-" : "",
                  static_cast<long long>(minutes), static_cast<long long>(seconds),
                  static_cast<long long>(tenths % 10));
  }
  return text.data();
}

std::optional<Micros> parse_time(std::string_view text) {
  std::int64_t whole = 0;
  int fields = 0;
  while (true) {
    const std::size_t colon = text.find(':');
    const std::size_t stop = colon == std::string_view::npos ? text.find('.') : colon;
    const auto field = parse_digits(text.substr(0, stop));
    if (!field || ++fields > 3 || (fields > 1 && *field >= 60)) return std::nullopt;
    whole = whole * 60 + *field;
    if (colon == std::string_view::npos) {
      text = stop == std::string_view::npos ? std::string_view{} : text.substr(stop);
      break;
    }
    text.remove_prefix(colon + 1);
  }
  std::int64_t fraction = 0;
  if (!text.empty()) {
    text.remove_prefix(1);  // the point
    if (text.size() > 6) return std::nullopt;
    const auto digits = parse_digits(text);
    if (!digits) return std::nullopt;
    fraction = *digits;
    for (std::size_t i = text.size(); i < 6; ++i) fraction *= 10;
  }
  return whole * kMicrosPerSecond + fraction;
}

std::optional<TimeRange> parse_time_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto begin = parse_time(text.substr(0, dash));
  const auto end = parse_time(text.substr(dash + 1));
  if (!begin || !end || *end <= *begin) return std::nullopt;
  return TimeRange{*begin, *end};
}

std::int64_t monotonic_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::int64_t utc_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace longtake
