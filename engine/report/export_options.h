// Declares ExportOptions: what to export and how, as the frontends choose it, and the names of the
// formats and of the languages that reports can have.
//
// What people read is in the language of the options: Markdown, HTML and PDF; and in the formats for
// players and editors the names, captions and notes. What programs read is the same in every
// language: JSON, CSV, the comments of CMX 3600, metadata, identifiers, timecodes and decimal points.
// Document::notes are messages of the engine and in English, as all of them.
//
// Thread rule and lifetime rule: plain values, pure functions.
#ifndef LONGTAKE_ENGINE_REPORT_EXPORT_OPTIONS_H_
#define LONGTAKE_ENGINE_REPORT_EXPORT_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace longtake::report {

enum class Format : std::uint8_t {
  markdown,
  html,
  pdf,
  json,
  csv,
  srt,
  vtt,
  edl,
  resolve,
  otio,
  fcpxml,
  eaf,
  chapters,
};
constexpr int kFormats = 13;

struct FormatFacts {
  std::string_view name;       // as --format takes it: "md", "html", ...
  std::string_view title;      // for a person: "CMX 3600 edit decision list"
  std::string_view suffix;     // of files: ".edl"
  bool counts_frames = false;  // frame_rate and start_timecode matter
  bool has_pictures = false;
  bool has_words = true;  // language matters
};
const FormatFacts& format_facts(Format format);
std::optional<Format> format_named(std::string_view name);

enum class Language : std::uint8_t { english, german };
constexpr int kLanguages = 2;

struct LanguageFacts {
  std::string_view code;  // as --language takes it and HTML names it: "en"
  std::string_view name;  // in itself: "Deutsch"
};
const LanguageFacts& language_facts(Language language);
std::optional<Language> language_named(std::string_view code);

struct FrameRate {
  std::int64_t numerator = 25;
  std::int64_t denominator = 1;

  bool operator==(const FrameRate&) const = default;
};
// "25", "30000/1001", "29.97" and the other names of the NTSC rates; nothing else, and nothing
// beyond one frame an hour and a thousand a second.
std::optional<FrameRate> parse_frame_rate(std::string_view text);

struct ExportOptions {
  Format format = Format::markdown;
  Language language = Language::english;
  bool citations = true;
  bool markers = true;
  bool accepted_only = false;  // of citations: those that the analyst accepted
  bool pictures = true;        // in Markdown (as data), HTML and PDF
  // Editing formats count frames. Default: the file's own rate, or its nominal one, which the notes
  // say.
  std::optional<FrameRate> frame_rate = {};
  // Timecode of the first frame, "01:00:00:00" (";" before the frames: drop-frame). Default: the
  // file's own; for Resolve's markers 01:00:00:00, where its timelines begin.
  std::optional<std::string> start_timecode = {};
  char separator = ',';          // of CSV
  bool byte_order_mark = false;  // of CSV and SRT, for old Windows programs
};

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_EXPORT_OPTIONS_H_
