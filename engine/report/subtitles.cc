// SubRip and WebVTT: the timeline as subtitles, so that any player shows it with the picture.
#include <algorithm>

#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/wording.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

constexpr Micros kPointLength = 2 * kMicrosPerSecond;  // long enough to read a marker's name
constexpr std::size_t kTextLength = 240;

// A cue must last; a marker that is a point is shown for a moment.
TimeRange cue_time(const TimelineItem& item) {
  if (item.is_point()) return {item.time.begin, item.time.begin + kPointLength};
  return {item.time.begin, std::max(item.time.end, item.time.begin + 1000)};
}

// Label, then what is said about it; one line each.
std::string cue_text(const TimelineItem& item, const Wording& words) {
  const std::string more = shorten(describe(item, words), kTextLength);
  return more.empty() ? item.label : item.label + "\n" + more;
}

// Readers take "-->" for a timing line wherever it stands.
std::string without_arrows(std::string_view text) {
  return replace_all(text, "-->", "→");
}

// SubRip has no escapes: what looks like markup is kept apart from its bracket by an invisible
// joiner.
std::string without_markup(std::string_view text) {
  return replace_all(replace_all(text, "<", "<\u2060"), "{\\", "{\u2060\\");
}

}  // namespace

Document write_srt(const Report& report, const ExportOptions& options) {
  Document document;
  const Wording words(options.language);
  std::string text = options.byte_order_mark ? "\uFEFF" : "";
  std::size_t number = 0;
  for (const TimelineItem& item : timeline_items(report, words, document.notes)) {
    const TimeRange time = cue_time(item);
    text += std::to_string(++number) + "\r\n" + subtitle_time(time.begin, ',') + " --> " +
            subtitle_time(time.end, ',') + "\r\n" +
            replace_all(without_markup(without_arrows(without_blank_lines(cue_text(item, words)))),
                        "\n", "\r\n") +
            "\r\n\r\n";
  }
  document.parts.push_back(std::move(text));
  return document;
}

Document write_vtt(const Report& report, const ExportOptions& options) {
  Document document;
  const Wording words(options.language);
  const std::vector<TimelineItem> items = timeline_items(report, words, document.notes);
  std::string text = "WEBVTT\n\nNOTE " + one_line(without_arrows(report.videos[0].name)) + "\n" +
                     words.written_by(report) + "\n";
  for (std::size_t q = 0; q < report.questions.size(); ++q) {
    const Question& question = report.questions[q];
    text += words.question_number(q + 1) + " " + one_line(without_arrows(question.text)) + "\n";
    for (const Answer& answer : question.answers) {
      const std::string provenance = words.provenance(report, answer);
      if (!provenance.empty()) text += "  " + without_arrows(provenance) + "\n";
    }
  }
  std::size_t markers = 0;
  for (const TimelineItem& item : items) {
    const TimeRange time = cue_time(item);
    // For styles and scripts: the same in every language.
    const std::string id = item.marker != nullptr ? "marker " + std::to_string(++markers)
                                                  : "Q" + std::to_string(item.question_number) +
                                                        "." + std::to_string(item.citation_number);
    std::string cue = without_blank_lines(without_arrows(cue_text(item, words)));
    cue = replace_all(replace_all(replace_all(cue, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
    text += "\n" + id + "\n" + subtitle_time(time.begin, '.') + " --> " +
            subtitle_time(time.end, '.') + "\n" + cue + "\n";
  }
  document.parts.push_back(std::move(text));
  return document;
}

}  // namespace longtake::report
