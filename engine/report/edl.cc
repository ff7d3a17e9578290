// Edit decision lists: CMX 3600 with an event for each range, and the dialect in which DaVinci
// Resolve reads timeline markers. Neither stores its frame rate, and both end at event 999.
#include <algorithm>
#include <array>

#include "engine/report/edit_clock.h"
#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

constexpr std::size_t kMaxEvents = 999;
constexpr std::size_t kCommentLength = 200;

// Avid's names for markers, which other programs read too. Here and below each name stands at the
// tone that the windows show for it, so that what looks orange or yellow there does not become red.
constexpr std::array<NamedColour, 8> kLocColours = {{{"RED", {201, 67, 59}},
                                                     {"GREEN", {44, 138, 87}},
                                                     {"BLUE", {47, 116, 201}},
                                                     {"CYAN", {5, 140, 170}},
                                                     {"MAGENTA", {180, 65, 160}},
                                                     {"YELLOW", {200, 130, 10}},
                                                     {"BLACK", {0, 0, 0}},
                                                     {"WHITE", {255, 255, 255}}}};

constexpr std::array<NamedColour, 16> kResolveColours = {{{"Blue", {47, 116, 201}},
                                                          {"Cyan", {5, 140, 170}},
                                                          {"Green", {44, 138, 87}},
                                                          {"Yellow", {200, 130, 10}},
                                                          {"Red", {201, 67, 59}},
                                                          {"Pink", {194, 73, 143}},
                                                          {"Purple", {132, 80, 196}},
                                                          {"Fuchsia", {192, 46, 111}},
                                                          {"Rose", {255, 161, 185}},
                                                          {"Lavender", {150, 145, 180}},
                                                          {"Sky", {146, 226, 253}},
                                                          {"Mint", {114, 219, 100}},
                                                          {"Lemon", {220, 233, 90}},
                                                          {"Sand", {196, 145, 94}},
                                                          {"Cocoa", {110, 81, 67}},
                                                          {"Cream", {245, 235, 225}}}};

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

std::string event_number(std::size_t number) {
  std::string text = std::to_string(number);
  return text.insert(0, 3 - std::min<std::size_t>(3, text.size()), '0');
}

std::string comment(std::string_view key, std::string_view text) {
  return "* " + std::string(key) + ": " + shorten(one_line(text), kCommentLength) + "\r\n";
}

std::string header(std::string_view title, std::size_t part, bool drop) {
  std::string upper = to_ascii(one_line(title));
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (part > 1) upper += " PART " + std::to_string(part);
  return "TITLE: " + upper + "\r\nFCM: " + (drop ? "DROP FRAME" : "NON-DROP FRAME") + "\r\n";
}

// Begins further parts when the one at hand is full.
class Parts {
 public:
  Parts(std::string title, bool drop) : title_(std::move(title)), drop_(drop) { begin(); }

  // The number of the event that comes next, 1 in a part of its own if the last has no room for it.
  std::size_t next_event(bool room = true) {
    if (events_ == kMaxEvents || !room) begin();
    return ++events_;
  }
  void add(const std::string& text) { parts_.back() += text; }
  Document finish(std::vector<std::string> notes) {
    if (parts_.size() > 1) {
      notes.push_back("An EDL ends at event 999: this one continues in " +
                      std::to_string(parts_.size() - 1) + " further files.");
    }
    return {std::move(parts_), std::move(notes)};
  }

 private:
  void begin() {
    parts_.push_back(header(title_, parts_.size() + 1, drop_));
    events_ = 0;
  }

  const std::string title_;
  const bool drop_;
  std::vector<std::string> parts_;
  std::size_t events_ = 0;
};

void note_rate(const EditClock& clock, std::vector<std::string>& notes) {
  notes.push_back("An EDL does not store its frame rate: import this one at " +
                  format_rate(clock.rate) + (clock.drop ? " drop-frame." : " non-drop-frame."));
}

void note_unreachable(std::size_t count, std::vector<std::string>& notes) {
  if (count == 0) return;
  notes.push_back(std::to_string(count) + (count == 1 ? " entry is" : " entries are") +
                  " left out: timecode ends at 99 hours, and many programs end at 24.");
}

struct Point {
  std::int64_t frame = 0;
  const TimelineItem* item = nullptr;
  bool placed = false;
};

std::string locator(const std::string& timecode, const TimelineItem& item) {
  return "* LOC: " + timecode + " " + padded(nearest_name(item.colour, kLocColours), 7) + " " +
         shorten(item.label, kCommentLength) + "\r\n";
}

}  // namespace

Document write_edl(const Report& report, const ExportOptions& options) {
  const VideoFacts& video = report.videos[0];
  std::vector<std::string> notes;
  const EditClock clock = edit_clock(video, options, true, {}, notes);
  note_rate(clock, notes);
  const std::vector<TimelineItem> items = timeline_items(report, Wording(options.language), notes);
  // Programs look for the verdicts in the comments: they stay as they are.
  const Wording comments(Language::english);
  const std::int64_t limit = timecode_limit(clock);
  // The assembly begins at hour one, as editors have it.
  const std::int64_t hour = parse_timecode(clock.drop ? "01:00:00;00" : "01:00:00:00", clock.rate)
                                .value_or(Timecode{})
                                .frame;
  EditClock record = clock;
  record.first = hour;

  Parts parts("Longtake " + video.name, clock.drop);
  std::int64_t at = 0;  // in the assembly
  std::size_t unreachable = 0;
  std::vector<Point> points;  // in order of time, as the items
  for (const TimelineItem& item : items) {
    if (item.is_point()) points.push_back({clock.frames(item.time).begin, &item});
  }
  for (const TimelineItem& item : items) {
    if (item.is_point()) continue;
    const FrameRange source = clock.frames(item.time);
    if (source.end > limit) {
      ++unreachable;
      continue;
    }
    const std::size_t number =
        parts.next_event(at == 0 || at + source.length() <= timecode_limit(record));
    if (number == 1) at = 0;
    parts.add("\r\n" + event_number(number) + "  AX       V     C        " +
              clock.timecode(source.begin) + " " + clock.timecode(source.end) + " " +
              record.timecode(at) + " " + record.timecode(at + source.length()) + "\r\n");
    // Exact, however long: programs find the file by these.
    parts.add("* FROM CLIP NAME:  " + unbroken(video.name) + "\r\n");
    parts.add("* SOURCE FILE: " + unbroken(clean(video.path)) + "\r\n");
    if (number == 1) parts.add(comment("FRAME RATE", format_rate(clock.rate)));
    if (const std::string text = describe(item, comments); !text.empty())
      parts.add(comment("COMMENT", text));
    parts.add(locator(record.timecode(at), item));
    // Points have no length to cut: they go along with the event that shows them.
    for (auto point =
             std::lower_bound(points.begin(), points.end(), source.begin,
                              [](const Point&a, std::int64_t frame) { return a.frame < frame; });
         point != points.end() && point->frame < source.end; ++point) {
      parts.add(locator(record.timecode(at + point->frame - source.begin), *point->item));
      point->placed = true;
    }
    at += source.length();
  }
  const auto lonely =
      std::count_if(points.begin(), points.end(), [](const Point& point) { return !point.placed; });
  if (lonely > 0) {
    notes.push_back(std::to_string(lonely) + (lonely == 1 ? " marker is" : " markers are") +
                    " left out: a cut list has no place for points outside its clips; the Resolve "
                    "markers have.");
  }
  note_unreachable(unreachable, notes);
  return parts.finish(std::move(notes));
}

Document write_resolve(const Report& report, const ExportOptions& options) {
  const VideoFacts& video = report.videos[0];
  std::vector<std::string> notes;
  const EditClock clock = edit_clock(video, options, true, "01:00:00:00", notes);
  note_rate(clock, notes);
  if (!options.start_timecode) {
    notes.emplace_back("Positions count from 01:00:00:00, where Resolve's timelines begin.");
  }
  const std::int64_t limit = timecode_limit(clock);
  const Wording words(options.language);
  Parts parts("Longtake " + video.name, clock.drop);
  std::int64_t free = 0;  // Resolve keeps one marker for each frame
  std::size_t moved = 0;
  std::size_t unreachable = 0;
  for (const TimelineItem& item : timeline_items(report, words, notes)) {
    const FrameRange range = clock.frames(item.time);
    const std::int64_t frame = std::max(range.begin, free);
    if (frame + 1 > limit) {
      ++unreachable;
      continue;
    }
    if (frame != range.begin) ++moved;
    free = frame + 1;
    const std::size_t number = parts.next_event();
    const std::string span = clock.timecode(frame) + " " + clock.timecode(frame + 1);
    const auto field = [](std::string_view text) {
      return shorten(one_line(replace_all(text, "|", "/")), kCommentLength);
    };
    const std::string note = field(describe(item, words));
    parts.add("\r\n" + event_number(number) + "  001      V     C        " + span + " " + span +
              "  \r\n " + note + (note.empty() ? "" : " ") + "|C:ResolveColor" +
              std::string(nearest_name(item.colour, kResolveColours)) + " |M:" + field(item.label) +
              " |D:" + std::to_string(range.length()) + "\r\n");
  }
  if (moved > 0) {
    notes.push_back("Resolve keeps one marker for each frame: " + std::to_string(moved) +
                    (moved == 1 ? " stands" : " stand") + " later than it begins.");
  }
  note_unreachable(unreachable, notes);
  return parts.finish(std::move(notes));
}

}  // namespace longtake::report
