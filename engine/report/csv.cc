// CSV after RFC 4180: a row for each citation and marker, and one for an answer without citations.
// Seconds have a decimal point whatever the locale; what a spreadsheet would run as a formula is
// quoted.
#include <array>
#include <string_view>

#include "engine/report/edit_clock.h"
#include "engine/report/text.h"
#include "engine/report/wording.h"
#include "engine/report/writers.h"
#include "kernels/error.h"

namespace longtake::report {

namespace {

class Table {
 public:
  explicit Table(char separator) : separator_(separator) {}

  void text(std::string_view cell) {
    const bool formula =
        !cell.empty() && std::string_view("=+-@\t").find(cell.front()) != std::string_view::npos;
    raw(formula ? "'" + std::string(cell) : std::string(cell));
  }
  void number(std::int64_t value) { raw(std::to_string(value)); }
  void raw(const std::string& cell) {
    if (!first_) out_ += separator_;
    first_ = false;
    if (cell.find_first_of(std::string("\"\r\n") + separator_) == std::string::npos) {
      out_ += cell;
    } else {
      out_ += '"' + replace_all(cell, "\"", "\"\"") + '"';
    }
  }
  void end_row() {
    out_ += "\r\n";
    first_ = true;
  }
  std::string take() { return std::move(out_); }

 private:
  const char separator_;
  std::string out_;
  bool first_ = true;
};

constexpr std::array<std::string_view, 19> kColumns = {
    "video",  "question",    "answer_id",   "citation_no", "start_s",     "end_s",      "start_tc",
    "end_tc", "start_frame", "end_frame",   "label",       "text",        "confidence", "verdict",
    "source", "model",       "created_utc", "found",       "user_verdict"};

// Timecodes and frame numbers of a video; none where its frames do not come at a constant rate. The
// timecodes are those of a cut list where the video's rate has none that keep pace with the clock;
// the numbers are those of its own frames.
class Clocks {
 public:
  Clocks(const Report& report, const ExportOptions& options, std::vector<std::string>& notes) {
    for (std::size_t v = 0; v < report.videos.size(); ++v) {
      const VideoFacts& video = report.videos[v];
      ExportOptions own = options;
      if (v > 0) own.start_timecode.reset();
      std::vector<std::string> ignored;
      std::optional<Clock>& clock = clocks_.emplace_back();
      if ((video.rate && !video.variable_rate) || options.frame_rate) {
        const bool as_cut_list =
            !counts_seconds(options.frame_rate ? *options.frame_rate : *video.rate);
        clock.emplace();
        clock->timecodes = edit_clock(video, own, as_cut_list, {}, v == 0 ? notes : ignored);
        own.start_timecode.reset();
        clock->numbers = edit_clock(video, own, false, {}, ignored);
      } else if (v == 0) {
        notes.emplace_back(
            "Timecodes and frame numbers are left empty: the video has no constant frame rate.");
      }
    }
  }

  void add(Table& table, std::size_t video, const TimeRange& time) const {
    table.raw(seconds_text(time.begin, 3));
    table.raw(seconds_text(time.end, 3));
    const std::optional<Clock>& clock = clocks_[video];
    if (!clock) {
      for (int i = 0; i < 4; ++i) table.raw({});
      return;
    }
    const FrameRange counted = frames_of(clock->timecodes, time);
    table.raw(clock->timecodes.timecode(counted.begin));
    table.raw(clock->timecodes.timecode(counted.end));
    const FrameRange numbers = frames_of(clock->numbers, time);
    table.number(numbers.begin);
    table.number(numbers.end);
  }

 private:
  struct Clock {
    EditClock timecodes;
    EditClock numbers;
  };

  static FrameRange frames_of(const EditClock& clock, const TimeRange& time) {
    FrameRange frames = clock.frames(time);
    if (time.empty()) frames.end = frames.begin;
    return frames;
  }

  std::vector<std::optional<Clock>> clocks_;
};

void add_answer(Table& table, const Report& report, const Clocks& clocks, const Question& question,
                const Answer& answer, std::size_t& number) {
  const auto add_row = [&](const Citation* citation) {
    table.text(report.videos[citation == nullptr ? 0 : citation->video].name);
    table.text(question.text);
    table.number(answer.id);
    if (citation != nullptr) {
      table.number(static_cast<std::int64_t>(++number));
      clocks.add(table, citation->video, citation->time);
    } else {
      for (int i = 0; i < 7; ++i) table.raw({});
    }
    table.raw({});
    table.text(answer.text);
    table.raw(citation == nullptr ? std::string() : decimal_text(citation->score, 4));
    table.raw(std::string(citation == nullptr ? "" : store::verdict_name(citation->verdict)));
    table.raw("engine");
    table.text(answer.model);
    table.raw(answer.started_at > 0 ? utc_text(answer.started_at) : std::string());
    table.raw(answer.found ? "true" : "false");
    table.raw(std::string(citation == nullptr ? "" : store::verdict_name(citation->user_verdict)));
    table.end_row();
  };
  for (const Citation& citation : answer.citations) add_row(&citation);
  if (answer.citations.empty()) add_row(nullptr);
}

}  // namespace

Document write_csv(const Report& report, const ExportOptions& options) {
  if (std::string_view(",;\t|").find(options.separator) == std::string_view::npos) {
    throw Error(ErrorCode::bad_argument, "This character cannot separate the columns of a table",
                "Use a comma, a semicolon, a tab or a vertical bar.");
  }
  Document document;
  const Clocks clocks(report, options, document.notes);
  Table table(options.separator);
  for (const std::string_view column : kColumns) table.raw(std::string(column));
  table.end_row();
  for (const Question& question : report.questions) {
    std::size_t number = 0;
    for (const Answer& answer : question.answers) {
      add_answer(table, report, clocks, question, answer, number);
    }
  }
  for (const Marker& marker : report.markers) {
    table.text(report.videos[0].name);
    for (int i = 0; i < 3; ++i) table.raw({});
    clocks.add(table, 0, marker.time);
    table.text(marker.label);
    table.text(marker.note);
    table.raw({});
    table.raw({});
    table.raw("user");
    for (int i = 0; i < 4; ++i) table.raw({});
    table.end_row();
  }
  document.parts.push_back((options.byte_order_mark ? "\uFEFF" : "") + table.take());
  return document;
}

}  // namespace longtake::report
