#include "engine/report/timecode.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

namespace longtake::report {

namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMaxRateNumber = 1'000'000'000;

// How near to a frame's begin a time is that begin: more than a rounding to milliseconds moves it,
// and never more than a quarter of a frame.
Micros snap(const FrameRate& rate) {
  return std::min<Micros>(600, kMicrosPerSecond * rate.denominator / rate.numerator / 4);
}

// The numbers that drop-frame leaves out at the beginning of every minute but each tenth.
std::int64_t dropped_per_minute(std::int64_t base) {
  return base / 15;
}

std::optional<std::int64_t> two_digits(std::string_view text) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
    return std::nullopt;
  }
  return (text[0] - '0') * 10 + (text[1] - '0');
}

}  // namespace

bool is_usable(const FrameRate& rate) {
  return rate.numerator > 0 && rate.denominator > 0 && rate.numerator <= kMaxRateNumber &&
         rate.denominator <= kMaxRateNumber && rate.numerator <= 1000 * rate.denominator &&
         rate.denominator <= 3600 * rate.numerator;
}

FrameRate reduced(FrameRate rate) {
  const std::int64_t divisor = std::gcd(rate.numerator, rate.denominator);
  return {rate.numerator / divisor, rate.denominator / divisor};
}

std::int64_t frame_at(Micros time, const FrameRate& rate) {
  const Wide scaled = Wide{std::max<Micros>(0, time) + snap(rate)} * rate.numerator;
  return static_cast<std::int64_t>(scaled / (Wide{kMicrosPerSecond} * rate.denominator));
}

std::int64_t first_frame_from(Micros time, const FrameRate& rate) {
  const Wide scaled = Wide{std::max<Micros>(0, time - snap(rate))} * rate.numerator;
  const Wide unit = Wide{kMicrosPerSecond} * rate.denominator;
  return static_cast<std::int64_t>((scaled + unit - 1) / unit);
}

Micros time_of_frame(std::int64_t frame, const FrameRate& rate) {
  const Wide scaled = Wide{frame} * rate.denominator * kMicrosPerSecond;
  return static_cast<Micros>((2 * scaled + rate.numerator) / (2 * Wide{rate.numerator}));
}

FrameRange frames_of(const TimeRange& time, const FrameRate& rate) {
  const std::int64_t begin = frame_at(time.begin, rate);
  return {begin, std::max(begin + 1, first_frame_from(time.end, rate))};
}

std::int64_t timecode_base(const FrameRate& rate) {
  return std::max<std::int64_t>(1,
                                (2 * rate.numerator + rate.denominator) / (2 * rate.denominator));
}

bool counts_seconds(const FrameRate& rate) {
  const std::int64_t base = timecode_base(rate);
  const FrameRate lowest = reduced(rate);
  return lowest == FrameRate{base, 1} || lowest == reduced({base * 1000, 1001});
}

bool has_drop_frame(const FrameRate& rate) {
  const FrameRate lowest = reduced(rate);
  return lowest == FrameRate{30000, 1001} || lowest == FrameRate{60000, 1001};
}

std::string format_timecode(std::int64_t frame, const FrameRate& rate, bool drop) {
  const std::int64_t base = timecode_base(rate);
  if (drop) {
    const std::int64_t dropped = dropped_per_minute(base);
    const std::int64_t per_ten_minutes = base * 600 - 9 * dropped;
    const std::int64_t within = frame % per_ten_minutes;
    const std::int64_t minutes =
        std::max<std::int64_t>(0, within - dropped) / (base * 60 - dropped);
    frame += dropped * (9 * (frame / per_ten_minutes) + minutes);
  }
  const std::int64_t seconds = frame / base;
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld%c%02lld",
                static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                static_cast<long long>(seconds % 60), drop ? ';' : ':',
                static_cast<long long>(frame % base));
  return text.data();
}

std::optional<Timecode> parse_timecode(std::string_view text, const FrameRate& rate) {
  if (text.size() != 11 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const bool drop = text[8] == ';';
  if ((!drop && text[8] != ':') || (drop && !has_drop_frame(rate))) return std::nullopt;
  const auto hours = two_digits(text.substr(0, 2));
  const auto minutes = two_digits(text.substr(3, 2));
  const auto seconds = two_digits(text.substr(6, 2));
  const auto frames = two_digits(text.substr(9, 2));
  const std::int64_t base = timecode_base(rate);
  if (!hours || !minutes || !seconds || !frames) return std::nullopt;
  if (*minutes > 59 || *seconds > 59 || *frames >= base) return std::nullopt;
  const std::int64_t all_minutes = *hours * 60 + *minutes;
  std::int64_t frame = (all_minutes * 60 + *seconds) * base + *frames;
  if (drop) {
    const std::int64_t dropped = dropped_per_minute(base);
    if (*seconds == 0 && *minutes % 10 != 0 && *frames < dropped) return std::nullopt;
    frame -= dropped * (all_minutes - all_minutes / 10);
  }
  return Timecode{frame, drop};
}

std::string format_rate(const FrameRate& rate) {
  const std::int64_t thousandths =
      (2000 * rate.numerator + rate.denominator) / (2 * rate.denominator);
  std::string text = std::to_string(thousandths / 1000);
  if (thousandths % 1000 != 0) {
    std::string decimals = std::to_string(1000 + thousandths % 1000).substr(1);
    while (decimals.back() == '0') decimals.pop_back();
    text += "." + decimals;
  }
  return text;
}

}  // namespace longtake::report
