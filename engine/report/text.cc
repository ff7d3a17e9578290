#include "engine/report/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace longtake::report {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The length of the well-formed UTF-8 sequence at `at`, 0 if there is none; its code point in
// `code`.
std::size_t sequence_at(std::string_view text, std::size_t at, char32_t& code) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    code = lead;
    return 1;
  }
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() - at < length) return 0;
  code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  // Overlong forms, surrogates, and what lies beyond Unicode.
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  return overlong || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF ? 0 : length;
}

bool is_space(std::string_view character) {
  return character == " " || character == "\n" || character == "\t" ||
         character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";  // U+2028, U+2029
}

// Marks that belong to the character before them: a cut must not come between.
bool continues_character(char32_t code) {
  return (code >= 0x300 && code < 0x370) || (code >= 0x1AB0 && code < 0x1B00) || code == 0x200D ||
         (code >= 0x20D0 && code < 0x2100) || (code >= 0xFE00 && code < 0xFE10) ||
         (code >= 0x1F3FB && code < 0x1F400);
}

template <typename Visit>  // (character, code point)
void for_each_character(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    char32_t code = 0xFFFD;
    const std::size_t length = std::max<std::size_t>(1, sequence_at(text, at, code));
    visit(text.substr(at, length), code);
    at += length;
  }
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~' || c == '/';
}

void append_percent(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 15U];
}

std::chrono::sys_seconds sys_time(std::int64_t seconds) {
  // Within the years that four digits can write.
  return std::chrono::sys_seconds(
      std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 253'402'300'799)));
}

}  // namespace

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    char32_t code = 0;
    const std::size_t length = sequence_at(text, at, code);
    if (length == 0) {
      out += kReplacement;
      ++at;
      continue;
    }
    if (code == '\r') {
      // Both halves of CR LF make one line end.
      if (at + 1 >= text.size() || text[at + 1] != '\n') out += '\n';
    } else if ((code & 0xFFFEU) == 0xFFFEU) {
      out += kReplacement;
    } else if (code == '\n' || code == '\t' ||
               (code >= 0x20 && code != 0x7F && (code < 0x80 || code >= 0xA0))) {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  bool pending = false;
  for_each_character(text, [&](std::string_view character, char32_t /*code*/) {
    if (is_space(character)) {
      pending = !out.empty();
      return;
    }
    if (pending) out += ' ';
    pending = false;
    out += character;
  });
  return out;
}

std::string unbroken(std::string_view text) {
  std::string out;
  for_each_character(text, [&](std::string_view character, char32_t /*code*/) {
    out += is_space(character) ? " " : character;
  });
  return out;
}

std::string without_blank_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = one_line(text.substr(0, end));
    if (!line.empty()) out += (out.empty() ? "" : "\n") + line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string shorten(std::string_view text, std::size_t characters) {
  std::string out;
  std::size_t count = 0;
  std::size_t last_begin = 0;  // of the last whole character in out
  bool cut = false;
  for_each_character(text, [&](std::string_view character, char32_t code) {
    if (cut) return;
    if (!continues_character(code)) {
      if (count == characters) {
        cut = true;
        return;
      }
      last_begin = out.size();
      ++count;
    }
    out += character;
  });
  if (!cut) return out;
  out.resize(last_begin);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out + "…";
}

std::string replace_all(std::string_view text, std::string_view what, std::string_view with) {
  std::string out;
  while (true) {
    const std::size_t found = text.find(what);
    out += text.substr(0, found);
    if (found == std::string_view::npos) return out;
    out += with;
    text.remove_prefix(found + what.size());
  }
}

std::string to_ascii(std::string_view text) {
  std::string out;
  for_each_character(text, [&](std::string_view character, char32_t code) {
    if (continues_character(code)) return;
    if (character.size() == 1)
      out += character;
    else
      out += '_';
  });
  return out;
}

std::string escape_xml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\n':
        out += "&#10;";
        break;  // readers turn bare ones in attributes into blanks
      default:
        out += c;
    }
  }
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= count ? kDigits[group >> (18 - 6 * i) & 63U] : '=';
    }
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c))
      out += c;
    else
      append_percent(out, c);
  }
  return out;
}

bool is_address(std::string_view path) {
  const std::size_t colon = path.find("://");
  if (colon == std::string_view::npos || colon < 2) return false;
  return std::all_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
    return is_unreserved(c) && c != '/' && c != '_' && c != '~' ? true : c == '+';
  });
}

std::string url_of(std::string_view path) {
  if (!is_address(path)) return "file://" + percent_encode(path);
  std::string out;
  for (const char c : path.substr(0, path.find('#'))) {
    const auto byte = static_cast<unsigned char>(c);
    const bool forbidden = byte <= 0x20 || byte >= 0x7F ||
                           std::string_view("<>\"\\^`{|}'").find(c) != std::string_view::npos;
    if (forbidden)
      append_percent(out, c);
    else
      out += c;
  }
  return out;
}

std::string url_of(std::string_view path, const TimeRange& time) {
  std::string url = url_of(path) + "#t=" + short_seconds(time.begin);
  if (!time.empty()) url += "," + short_seconds(time.end);
  return url;
}

std::string file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string seconds_text(Micros time, int digits) {
  std::int64_t unit = kMicrosPerSecond;
  for (int i = 0; i < digits; ++i) unit /= 10;
  const bool negative = time < 0;
  const std::int64_t count = (std::abs(time) + unit / 2) / unit;
  const std::int64_t per_second = kMicrosPerSecond / unit;
  std::string text = (negative && count != 0 ? "-" : "") + std::to_string(count / per_second);
  if (digits > 0) text += "." + std::to_string(per_second + count % per_second).substr(1);
  return text;
}

std::string short_seconds(Micros time) {
  std::string text = seconds_text(time, 3);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string clock_text(Micros time, Micros of) {
  const std::int64_t tenths = (std::max<Micros>(0, time) + 50'000) / 100'000;
  const std::int64_t seconds = tenths / 10;
  std::array<char, 64> text{};
  if (std::max(time, of) >= 3600 * kMicrosPerSecond) {
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld.%lld",
                  static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                  static_cast<long long>(seconds % 60), static_cast<long long>(tenths % 10));
  } else {
    std::snprintf(text.data(), text.size(), "%lld:%02lld.%lld",
                  static_cast<long long>(seconds / 60), static_cast<long long>(seconds % 60),
                  static_cast<long long>(tenths % 10));
  }
  return text.data();
}

std::string clock_text(const TimeRange& time, Micros of) {
  const std::string begin = clock_text(time.begin, of);
  return time.empty() ? begin : begin + " – " + clock_text(time.end, of);
}

std::string subtitle_time(Micros time, char decimal) {
  const std::int64_t ms = (std::max<Micros>(0, time) + 500) / 1000;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld%c%03lld",
                static_cast<long long>(ms / 3'600'000), static_cast<long long>(ms / 60'000 % 60),
                static_cast<long long>(ms / 1000 % 60), decimal, static_cast<long long>(ms % 1000));
  return text.data();
}

std::string percent_text(double share) {
  if (!std::isfinite(share)) return {};
  return std::to_string(std::llround(100 * std::clamp(share, 0.0, 1.0))) + " %";
}

std::string decimal_text(double value, int digits) {
  if (!std::isfinite(value)) return {};
  std::array<char, 400> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value,
                                    std::chars_format::fixed, digits);
  return std::string(text.data(), result.ptr);
}

std::string utc_text(std::int64_t seconds) {
  const auto time = sys_time(seconds);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace longtake::report
