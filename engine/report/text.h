// Declares what every exporter does with text: making any bytes valid, escaping, and numbers and
// dates that are the same everywhere (Wording has those of the languages).
//
// Thread rule: pure functions. Lifetime rule: results own their text.
#ifndef LONGTAKE_ENGINE_REPORT_TEXT_H_
#define LONGTAKE_ENGINE_REPORT_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace longtake::report {

// Valid UTF-8 that XML and JSON may carry: bytes that are none become U+FFFD, control characters
// other than tab and line feed go, line ends become line feeds.
std::string clean(std::string_view text);
// The functions below take clean text.
std::string one_line(std::string_view text);  // runs of white space become one blank; trimmed
std::string unbroken(std::string_view text);  // each line end or tab becomes a blank: for names
std::string without_blank_lines(std::string_view text);
std::string shorten(std::string_view text, std::size_t characters);  // "…" if anything was cut
std::string replace_all(std::string_view text, std::string_view what, std::string_view with);
std::string to_ascii(std::string_view text);  // one "_" for each character beyond ASCII

std::string escape_xml(std::string_view text);  // for XML and HTML, in attributes too
std::string base64(std::string_view bytes);

// "file:///a/b%20c.mp4"; an address that already has a scheme stays as it is but for forbidden
// characters.
std::string url_of(std::string_view path);
// The same with a media fragment: "...#t=12.5,20".
std::string url_of(std::string_view path, const TimeRange& time);
std::string percent_encode(std::string_view text);  // everything but unreserved characters and "/"
std::string file_name(std::string_view path);       // after the last "/"
bool is_address(std::string_view path);             // "http://..."

// Seconds with exactly `digits` decimals (at most 6), rounded to nearest: "12.500".
std::string seconds_text(Micros time, int digits);
// The same without decimals that say nothing: "12.5", "20".
std::string short_seconds(Micros time);
// "0:12.5", with hours wherever `of` (the video's length) has them: "0:00:12.5".
std::string clock_text(Micros time, Micros of);
std::string clock_text(const TimeRange& time,
                       Micros of);  // "0:12.5 – 0:20.0"; one time for a point
// hours, minutes, seconds and milliseconds: "00:00:12" + decimal + "500".
std::string subtitle_time(Micros time, char decimal);
std::string percent_text(double share);              // "82 %"; nothing for what is no share
std::string decimal_text(double value, int digits);  // "0.82"; empty if not finite
std::string utc_text(std::int64_t seconds);          // "2026-11-20T15:00:00Z"

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_TEXT_H_
