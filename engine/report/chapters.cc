// FFmpeg metadata with chapters. Chapters cannot overlap, so the innermost item names each moment;
// and MP4 cannot keep gaps between them, so what nothing names is filled.
#include <algorithm>
#include <set>

#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

constexpr std::string_view kFiller = "–";
constexpr std::size_t kTitleLength =
    60;  // MP4 has room for 255 bytes, which are 60 characters of any script

std::int64_t milliseconds(Micros time) {
  return (time + 500) / 1000;
}

struct Chapter {
  std::int64_t begin = 0;  // milliseconds
  std::int64_t end = 0;
  std::string title;
};

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    if (c == '=' || c == ';' || c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// The items as spans; what has the same span becomes one, and a point lasts until something else
// begins.
std::vector<Chapter> spans_of(const std::vector<TimelineItem>& items, std::int64_t end) {
  std::vector<Chapter> spans;
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::int64_t begin = milliseconds(items[i].time.begin);
    if (end > 0) begin = std::min(begin, std::max<std::int64_t>(0, end - 1));
    std::int64_t until = milliseconds(items[i].time.end);
    if (items[i].is_point()) {
      until = end > begin ? end : begin + 1000;
      for (std::size_t next = i + 1; next < items.size(); ++next) {
        if (milliseconds(items[next].time.begin) == begin) continue;
        until = milliseconds(items[next].time.begin);
        break;
      }
    }
    until = std::max(until, begin + 1);
    if (!spans.empty() && spans.back().begin == begin && spans.back().end == until) {
      spans.back().title += " · " + items[i].label;
    } else {
      spans.push_back({begin, until, items[i].label});
    }
  }
  return spans;
}

// The spans cut into stretches that follow each other without gaps from 0 to `end` at least.
std::vector<Chapter> chapters_of(const std::vector<Chapter>& spans, std::int64_t end) {
  std::set<std::int64_t> edges = {0};
  std::vector<std::pair<std::int64_t, std::size_t>> ends;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    edges.insert(spans[i].begin);
    edges.insert(spans[i].end);
    ends.emplace_back(spans[i].end, i);
  }
  edges.insert(std::max(end, *edges.rbegin()));
  std::sort(ends.begin(), ends.end());

  std::vector<Chapter> chapters;
  std::set<std::size_t> active;     // spans are in order of their begin: the last is the innermost
  std::size_t last = spans.size();  // the span that names the chapter before; none: filler
  std::size_t next_begin = 0;
  std::size_t next_end = 0;
  for (auto edge = edges.begin(); std::next(edge) != edges.end(); ++edge) {
    while (next_end < ends.size() && ends[next_end].first <= *edge)
      active.erase(ends[next_end++].second);
    while (next_begin < spans.size() && spans[next_begin].begin <= *edge)
      active.insert(next_begin++);
    const std::size_t top = active.empty() ? spans.size() : *active.rbegin();
    if (!chapters.empty() && top == last) {
      chapters.back().end = *std::next(edge);
    } else {
      chapters.push_back(
          {*edge, *std::next(edge), top == spans.size() ? std::string(kFiller) : spans[top].title});
    }
    last = top;
  }
  return chapters;
}

}  // namespace

Document write_chapters(const Report& report, const ExportOptions& options) {
  Document document;
  const std::vector<TimelineItem> items =
      timeline_items(report, Wording(options.language), document.notes);
  std::string text = ";FFMETADATA1\ntitle=" + escape(report.videos[0].name) + "\n";
  const std::int64_t end = milliseconds(report.videos[0].duration);
  if (!items.empty()) {
    for (const Chapter& chapter : chapters_of(spans_of(items, end), end)) {
      text += "[CHAPTER]\nTIMEBASE=1/1000\nSTART=" + std::to_string(chapter.begin) +
              "\nEND=" + std::to_string(chapter.end) +
              "\ntitle=" + escape(shorten(chapter.title, kTitleLength)) + "\n";
    }
    document.notes.emplace_back(
        "ffmpeg -i VIDEO -i THIS_FILE -map_chapters 1 -codec copy OUT puts the chapters into a "
        "copy of "
        "the video.");
  }
  document.parts.push_back(std::move(text));
  return document;
}

}  // namespace longtake::report
