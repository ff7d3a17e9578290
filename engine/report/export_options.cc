#include "engine/report/export_options.h"

#include <array>
#include <charconv>

#include "engine/report/timecode.h"

namespace longtake::report {

namespace {

// In the order of Format.
constexpr std::array<FormatFacts, kFormats> kFacts = {{
    {"md", "Markdown", ".md", false, true},
    {"html", "Web page", ".html", false, true},
    {"pdf", "PDF", ".pdf", false, true},
    {"json", "JSON", ".json", false, false, false},
    {"csv", "Table (CSV)", ".csv", true, false, false},
    {"srt", "Subtitles (SubRip)", ".srt", false, false},
    {"vtt", "Subtitles (WebVTT)", ".vtt", false, false},
    {"edl", "Edit decision list (CMX 3600)", ".edl", true, false},
    {"resolve", "DaVinci Resolve markers (EDL)", ".edl", true, false},
    {"otio", "OpenTimelineIO", ".otio", true, false},
    {"fcpxml", "Final Cut Pro (FCPXML)", ".fcpxml", true, false},
    {"eaf", "ELAN annotations", ".eaf", false, false},
    {"chapters", "Chapters (FFmpeg metadata)", ".ffmeta", false, false},
}};

// In the order of Language.
constexpr std::array<LanguageFacts, kLanguages> kLanguageFacts = {{
    {"en", "English"},
    {"de", "Deutsch"},
}};

struct NamedRate {
  std::string_view name;
  FrameRate rate;
};
constexpr std::array<NamedRate, 7> kNamedRates = {{
    {"23.976", {24000, 1001}},
    {"23.98", {24000, 1001}},
    {"29.97", {30000, 1001}},
    {"47.952", {48000, 1001}},
    {"47.95", {48000, 1001}},
    {"59.94", {60000, 1001}},
    {"119.88", {120000, 1001}},
}};

std::optional<std::int64_t> parse_positive(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value <= 0) return std::nullopt;
  return value;
}

}  // namespace

const FormatFacts& format_facts(Format format) {
  return kFacts.at(static_cast<std::size_t>(format));
}

std::optional<Format> format_named(std::string_view name) {
  for (std::size_t i = 0; i < kFacts.size(); ++i) {
    if (kFacts[i].name == name) return static_cast<Format>(i);
  }
  return std::nullopt;
}

const LanguageFacts& language_facts(Language language) {
  return kLanguageFacts.at(static_cast<std::size_t>(language));
}

std::optional<Language> language_named(std::string_view code) {
  for (std::size_t i = 0; i < kLanguageFacts.size(); ++i) {
    if (kLanguageFacts[i].code == code) return static_cast<Language>(i);
  }
  return std::nullopt;
}

std::optional<FrameRate> parse_frame_rate(std::string_view text) {
  for (const NamedRate& named : kNamedRates) {
    if (named.name == text) return named.rate;
  }
  const std::size_t slash = text.find('/');
  const auto numerator = parse_positive(text.substr(0, slash));
  const auto denominator = slash == std::string_view::npos ? std::optional<std::int64_t>(1)
                                                           : parse_positive(text.substr(slash + 1));
  if (!numerator || !denominator) return std::nullopt;
  const FrameRate rate = reduced({*numerator, *denominator});
  return is_usable(rate) ? std::optional(rate) : std::nullopt;
}

}  // namespace longtake::report
