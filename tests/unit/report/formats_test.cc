// What each format promises its readers, checked on reports of every kind: as an analyst has them,
// hostile, empty and long.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "engine/base/file.h"
#include "engine/report/text.h"
#include "engine/report/timecode.h"
#include "engine/report/words.h"
#include "kernels/error.h"
#include "tests/unit/report/sample_report.h"

namespace longtake::report {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

const std::map<std::string, Report>& reports() {
  static const std::map<std::string, Report> all = {{"sample", sample_report()},
                                                    {"hostile", hostile_report()},
                                                    {"empty", empty_report()},
                                                    {"long", long_report(1200)}};
  return all;
}

Document document(const Report& report, ExportOptions options) {
  return write_report(report, options);
}

bool mentions(const std::vector<std::string>& notes, const std::string& words) {
  return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
    return note.find(words) != std::string::npos;
  });
}

// --- All formats ---------------------------------------------------------------------------------

TEST(Formats, EveryReportCanBeWritten) {
  for (const auto& [name, report] : reports()) {
    for (const Format format : all_formats()) {
      SCOPED_TRACE(name + " as " + std::string(format_facts(format).name));
      for (const std::string& part : document(report, {.format = format}).parts) {
        EXPECT_FALSE(part.empty() && format != Format::srt) << "only SubRip has no head";
        if (format == Format::pdf) continue;
        // clean() leaves valid text as it is, but for carriage returns.
        const std::string unix_lines = replace_all(part, "\r\n", "\n");
        EXPECT_TRUE(clean(unix_lines) == unix_lines) << "not valid text";
      }
    }
  }
}

TEST(Formats, NeedAVideo) {
  for (const Format format : all_formats()) EXPECT_THROW(document({}, {.format = format}), Error);
}

TEST(Formats, WriteTheSameTwice) {
  for (const Format format : all_formats()) {
    if (format == Format::pdf) continue;
    EXPECT_EQ(write(sample_report(), format), write(sample_report(), format));
  }
}

TEST(Formats, TakeWhatIsAskedFor) {
  for (const Format format : all_formats()) {
    if (format == Format::pdf) continue;  // readers_test.cc looks into it
    SCOPED_TRACE(format_facts(format).name);
    const std::string all = write(sample_report(), format);
    const std::string citations =
        document(sample_report(), {.format = format, .markers = false}).parts[0];
    const std::string markers =
        document(sample_report(), {.format = format, .citations = false}).parts[0];
    const auto has = [](const std::string& text, const char* what) {
      return text.find(what) != std::string::npos;
    };
    EXPECT_TRUE(has(all, "red truck"));
    EXPECT_TRUE(has(all, "Delivery"));
    EXPECT_TRUE(has(citations, "red truck"));
    EXPECT_FALSE(has(citations, "Delivery"));
    EXPECT_FALSE(has(markers, "red truck"));
    EXPECT_TRUE(has(markers, "Delivery"));
  }
}

TEST(Formats, PicturesCanBeLeftOut) {
  for (const Format format : {Format::markdown, Format::html}) {
    EXPECT_NE(write(sample_report(), format).find("data:image/png;base64,iVBOR"),
              std::string::npos);
    EXPECT_EQ(
        document(sample_report(), {.format = format, .pictures = false}).parts[0].find("data:"),
        std::string::npos);
  }
}

TEST(Formats, TimelinesLeaveOutWhatIsNoEvidence) {
  for (const Format format : {Format::srt, Format::vtt, Format::edl, Format::resolve, Format::otio,
                              Format::fcpxml, Format::eaf, Format::chapters}) {
    SCOPED_TRACE(format_facts(format).name);
    const Document written = document(sample_report(), {.format = format});
    EXPECT_TRUE(mentions(written.notes, "rejected"));
    EXPECT_TRUE(mentions(written.notes, "found nothing"));
    EXPECT_TRUE(mentions(written.notes, "of another video"));
    EXPECT_EQ(written.parts[0].find("There is no dog."), std::string::npos);
  }
}

TEST(Formats, HaveALanguageWherePeopleReadThem) {
  // PDF: compressed, and shown in readers_test.cc.
  for (const Format format : all_formats()) {
    if (format == Format::pdf) continue;
    SCOPED_TRACE(format_facts(format).name);
    Report report = sample_report();
    report.markers[0].label.clear();  // named by us
    const Document german = document(report, {.format = format, .language = Language::german});
    const Document english = document(report, {.format = format});
    EXPECT_EQ(german.parts != english.parts, format_facts(format).has_words);
    EXPECT_EQ(german.notes, english.notes) << "messages of the engine";
  }
}

TEST(Formats, LeaveNoWordInAnotherLanguage) {
  for (const Format format : {Format::markdown, Format::html}) {
    std::string german =
        document(sample_report(), {.format = format, .language = Language::german}).parts[0];
    if (const std::size_t style = german.find("<style>"); style != std::string::npos) {
      german.erase(style, german.find("</style>") - style);
    }
    german = std::regex_replace(german, std::regex(" class=\"[^\"]*\""), "");
    for (int w = 0; w < static_cast<int>(Word::count); ++w) {
      const std::string_view english = word_in(Language::english, static_cast<Word>(w));
      const bool shared = english == word_in(Language::german, static_cast<Word>(w));
      // Shorter ones are parts of other words.
      if (shared || english.size() < 6 || english.find('%') != std::string_view::npos) continue;
      EXPECT_EQ(german.find(english), std::string::npos) << english;
    }
  }
}

TEST(Formats, SayToProgramsTheSameInEveryLanguage) {
  const std::string edl =
      document(sample_report(), {.format = Format::edl, .language = Language::german}).parts[0];
  EXPECT_NE(edl.find("(21 % of the evidence, not confirmed)"), std::string::npos);
  EXPECT_NE(edl.find("F1.2 When"), std::string::npos) << "the name is for people";
  const Json otio = Json::parse(
      document(sample_report(), {.format = Format::otio, .language = Language::german}).parts[0]);
  const Json& marker = otio["tracks"]["children"][0]["children"][0]["markers"][0];
  EXPECT_EQ(marker["metadata"]["longtake"]["verdict"], "confirmed");
  EXPECT_NE(marker["comment"].get<std::string>().find("bestätigt"), std::string::npos);
  EXPECT_TRUE(otio["metadata"]["longtake"]["generator"].get<std::string>().starts_with("Written"));
  const std::string vtt =
      document(sample_report(), {.format = Format::vtt, .language = Language::german}).parts[0];
  EXPECT_NE(vtt.find("\nQ1.1\n00:00:12.500 --> "), std::string::npos);
  EXPECT_NE(vtt.find("\nmarker 1\n"), std::string::npos);
}

TEST(Formats, AcceptedOnly) {
  const ExportOptions options = {.format = Format::json, .accepted_only = true};
  const Json json = Json::parse(document(sample_report(), options).parts[0]);
  ASSERT_EQ(json["answers"].size(), 3u) << "answers stay, with what is left of their citations";
  EXPECT_EQ(json["answers"][0]["citations"].size(), 1u);
  EXPECT_EQ(json["answers"][0]["citations"][0]["id"], 31);
  EXPECT_EQ(json["answers"][1]["citations"].size(), 0u);
}

// --- JSON ----------------------------------------------------------------------------------------

// As much of JSON Schema as the schema file uses; anything else in it is an error.
class Schema {
 public:
  explicit Schema(Json root) : root_(std::move(root)) {}

  void check(const Json& value) { check(root_, value, "$"); }
  std::vector<std::string> errors;

 private:
  static bool is_type(const std::string& type, const Json& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "null") return value.is_null();
    return false;
  }

  void check(const Json& schema, const Json& value, const std::string& where) {
    const auto fail = [&](const std::string& what) { errors.push_back(where + ": " + what); };
    for (const auto& [key, rule] : schema.items()) {
      if (key == "$ref") {
        check(root_.at(Json::json_pointer(rule.get<std::string>().substr(1))), value, where);
      } else if (key == "type") {
        const Json types = rule.is_array() ? rule : Json::array({rule});
        if (std::none_of(types.begin(), types.end(),
                         [&](const Json& type) { return is_type(type, value); })) {
          fail("is no " + rule.dump());
        }
      } else if (key == "required") {
        for (const Json& name : rule) {
          if (value.is_object() && !value.contains(name)) fail("lacks " + name.dump());
        }
      } else if (key == "properties") {
        if (!value.is_object()) continue;
        for (const auto& [name, member] : value.items()) {
          if (rule.contains(name))
            check(rule[name], member, where + "." + name);
          else
            fail("has " + name + ", which the schema does not mention");
        }
      } else if (key == "items") {
        if (!value.is_array()) continue;
        for (std::size_t i = 0; i < value.size(); ++i) {
          check(rule, value[i], where + "[" + std::to_string(i) + "]");
        }
      } else if (key == "enum") {
        if (std::find(rule.begin(), rule.end(), value) == rule.end()) fail("is " + value.dump());
      } else if (key == "const") {
        if (value != rule) fail("is " + value.dump());
      } else if (key == "minimum") {
        if (value.is_number() && value < rule) fail("is below " + rule.dump());
      } else if (key == "maximum") {
        if (value.is_number() && value > rule) fail("is above " + rule.dump());
      } else if (key == "minItems") {
        if (value.size() < rule.get<std::size_t>()) fail("has too few");
      } else if (key == "pattern") {
        if (value.is_string() &&
            !std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>()))) {
          fail("is " + value.dump());
        }
      } else if (key != "$schema" && key != "$id" && key != "$defs" && key != "title" &&
                 key != "description") {
        fail("the schema uses " + key + ", which this test does not know");
      }
    }
  }

  Json root_;
};

TEST(JsonFormat, FollowsItsSchema) {
  const Json schema = Json::parse(read_text_file(
      std::filesystem::path(LONGTAKE_SOURCE_DIR) / "resources/schema/longtake-answers.schema.json",
      1 << 20));
  for (const auto& [name, report] : reports()) {
    SCOPED_TRACE(name);
    const Json json = Json::parse(write(report, Format::json));
    Schema checked(schema);
    checked.check(json);
    for (const std::string& error : checked.errors) ADD_FAILURE() << error;
    EXPECT_EQ(json["answers"].size(), report.questions.size());
    EXPECT_EQ(json["markers"].size(), report.markers.size());
    for (const Json& answer : json["answers"]) {
      for (const Json& citation : answer["citations"]) {
        EXPECT_LT(citation["video"], json["videos"].size());
        EXPECT_LE(citation["start_s"], citation["end_s"]);
      }
    }
  }
  // The check itself: what is wrong is found.
  Json broken = Json::parse(write(sample_report(), Format::json));
  broken["answers"][0].erase("found");
  broken["answers"][0]["citations"][0]["score"] = 2;
  broken["created_utc"] = "today";
  broken["more"] = 1;
  Schema checked(schema);
  checked.check(broken);
  EXPECT_EQ(checked.errors.size(), 4u);
}

TEST(Formats, WhyAnAnswerFailedIsSaid) {
  Report report = sample_report();
  Answer& answer = report.questions[0].answers[0];
  answer.state = store::AnswerState::failed;
  EXPECT_NE(write(report, Format::markdown).find("failed before it was complete."),
            std::string::npos);
  EXPECT_FALSE(Json::parse(write(report, Format::json))["answers"][0].contains("error"));
  answer.failure = {ErrorCode::corrupt_data, "block 7 is damaged\xff", "Watch it again."};
  EXPECT_NE(
      write(report, Format::markdown).find("failed before it was complete: block 7 is damaged"),
      std::string::npos);
  const Json json = Json::parse(write(report, Format::json));
  const Json& error = json["answers"][0]["error"];
  EXPECT_EQ(error["code"], "corrupt_data");
  EXPECT_TRUE(error["message"].get<std::string>().starts_with("block 7 is damaged"));
  EXPECT_EQ(error["hint"], "Watch it again.");
  Schema checked(Json::parse(read_text_file(
      std::filesystem::path(LONGTAKE_SOURCE_DIR) / "resources/schema/longtake-answers.schema.json",
      1 << 20)));
  checked.check(json);
  EXPECT_TRUE(checked.errors.empty());
}

// --- CSV -----------------------------------------------------------------------------------------

std::vector<std::vector<std::string>> parse_csv(const std::string& text, char separator) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& cell = rows.back().back();
    if (quoted) {
      if (text[i] != '"')
        cell += text[i];
      else if (i + 1 < text.size() && text[i + 1] == '"')
        cell += text[++i];
      else
        quoted = false;
    } else if (text[i] == '"') {
      EXPECT_TRUE(cell.empty()) << "a quote within a bare cell";
      quoted = true;
    } else if (text[i] == separator) {
      rows.back().emplace_back();
    } else if (text[i] == '\r') {
      EXPECT_EQ(text[++i], '\n');
      rows.emplace_back(1);
    } else {
      EXPECT_NE(text[i], '\n') << "rows end with CR LF";
      cell += text[i];
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_EQ(rows.back(), std::vector<std::string>(1)) << "the last row ends too";
  rows.pop_back();
  return rows;
}

TEST(Csv, IsRectangularAndRunsNothing) {
  for (const auto& [name, report] : reports()) {
    for (const char separator : {',', ';', '\t'}) {
      SCOPED_TRACE(name + " with " + separator);
      const auto rows = parse_csv(
          document(report, {.format = Format::csv, .separator = separator}).parts[0], separator);
      ASSERT_FALSE(rows.empty());
      for (const auto& row : rows) {
        ASSERT_EQ(row.size(), 19u);
        for (const std::string& cell : row) {
          const bool runs =
              !cell.empty() && std::string("=+-@\t\r").find(cell[0]) != std::string::npos;
          EXPECT_FALSE(runs) << cell;
        }
      }
    }
  }
}

TEST(Csv, HoldsWhatTheReportHolds) {
  const auto rows = parse_csv(write(sample_report(), Format::csv), ',');
  std::map<std::string, std::size_t> column;
  for (std::size_t i = 0; i < rows[0].size(); ++i) column[rows[0][i]] = i;
  ASSERT_EQ(rows.size(), 1u + 5 + 1 + 1 + 4);
  const auto& first = rows[1];
  EXPECT_EQ(first[column["video"]], "gate.mp4");
  EXPECT_EQ(first[column["question"]], "When is the red truck at the gate?");
  EXPECT_EQ(first[column["start_s"]], "12.500");
  EXPECT_EQ(first[column["start_tc"]], "01:00:12;14");
  EXPECT_EQ(first[column["start_frame"]], "374");
  EXPECT_EQ(first[column["end_frame"]], "600");
  EXPECT_EQ(first[column["confidence"]], "0.6200");
  EXPECT_EQ(first[column["verdict"]], "confirmed");
  EXPECT_EQ(first[column["user_verdict"]], "confirmed");
  EXPECT_EQ(first[column["created_utc"]], "2026-11-20T12:00:00Z");
  EXPECT_EQ(first[column["source"]], "engine");
  EXPECT_EQ(first[column["text"]], sample_report().questions[0].answers[0].text);
  EXPECT_EQ(rows[5][column["video"]], "yard.mkv");
  EXPECT_EQ(rows[5][column["start_frame"]], "") << "frames of a variable rate are no positions";
  EXPECT_EQ(rows[6][column["found"]], "false");
  EXPECT_EQ(rows[7][column["start_s"]], "") << "an answer without citations has a row too";
  // Markers, in order of time.
  EXPECT_EQ(rows[8][column["label"]], "Horn");
  EXPECT_EQ(rows[8][column["source"]], "user");
  EXPECT_EQ(rows[11][column["text"]], "'=SUM(A1)");
}

TEST(Csv, TimecodesKeepPaceWithTheClockAtAnyRate) {
  Report report = empty_report();
  report.videos[0].duration = 60 * kMicrosPerSecond;
  report.videos[0].variable_rate = false;
  report.videos[0].start_timecode = "10:00:00:20";  // no frame of 12.5 has this number
  report.markers = {{1, {29 * kMicrosPerSecond, 30 * kMicrosPerSecond}, "Horn", "", ""}};
  const auto row_at = [&](const FrameRate& rate) {
    report.videos[0].rate = rate;
    const Document written = document(report, {.format = Format::csv});
    const auto rows = parse_csv(written.parts[0], ',');
    EXPECT_EQ(mentions(written.notes, "timecodes count"), !counts_seconds(rate));
    EXPECT_FALSE(mentions(written.notes, "does not exist"));
    // start_tc, end_tc, start_frame, end_frame
    return std::vector<std::string>(rows.at(1).begin() + 6, rows.at(1).begin() + 10);
  };
  using Cells = std::vector<std::string>;
  EXPECT_EQ(row_at({25, 2}), (Cells{"10:00:29:20", "10:00:30:20", "362", "375"}));
  EXPECT_EQ(row_at({25, 1}), (Cells{"10:00:29:20", "10:00:30:20", "725", "750"}));
  // The same of a rate that is asked.
  const auto asked = parse_csv(
      document(report, {.format = Format::csv, .frame_rate = FrameRate{25, 2}}).parts[0], ',');
  EXPECT_EQ(Cells(asked.at(1).begin() + 6, asked.at(1).begin() + 10),
            (Cells{"10:00:29:20", "10:00:30:20", "362", "375"}));
  report.videos[0].rate = FrameRate{25, 2};
  EXPECT_NE(write(report, Format::edl).find("10:00:29:20 10:00:30:20"), std::string::npos)
      << "the cut list says the same";
}

TEST(Csv, OptionsOfOldPrograms) {
  const Document written =
      document(sample_report(), {.format = Format::csv, .byte_order_mark = true});
  EXPECT_TRUE(written.parts[0].starts_with("\uFEFFvideo,"));
  EXPECT_THROW(document(sample_report(), {.format = Format::csv, .separator = '"'}), Error);
  EXPECT_THROW(document(sample_report(), {.format = Format::csv, .separator = '\n'}), Error);
}

// --- Edit decision lists -------------------------------------------------------------------------

struct Event {
  int number = 0;
  std::int64_t source_in = 0, source_out = 0, record_in = 0, record_out = 0;
};

std::vector<Event> parse_edl(const std::string& text, const FrameRate& rate) {
  std::vector<Event> events;
  const std::vector<std::string> lines = lines_of(text);
  EXPECT_TRUE(lines.at(0).starts_with("TITLE: "));
  const bool drop = lines.at(1) == "FCM: DROP FRAME";
  EXPECT_TRUE(drop || lines.at(1) == "FCM: NON-DROP FRAME");
  for (std::size_t i = 2; i < lines.size(); ++i) {
    if (lines[i].empty() || lines[i][0] < '0' || lines[i][0] > '9') continue;
    std::istringstream fields(lines[i]);
    std::vector<std::string> words;
    for (std::string word; fields >> word;) words.push_back(word);
    EXPECT_EQ(words.size(), 8u) << lines[i];
    if (words.size() != 8) continue;
    Event event;
    event.number = std::stoi(words[0]);
    std::int64_t* const places[] = {&event.source_in, &event.source_out, &event.record_in,
                                    &event.record_out};
    for (int place = 0; place < 4; ++place) {
      const auto timecode = parse_timecode(words[4 + place], rate);
      EXPECT_TRUE(timecode && timecode->drop == drop) << lines[i];
      if (timecode) *places[place] = timecode->frame;
    }
    EXPECT_LT(event.source_in, event.source_out) << lines[i];
    EXPECT_EQ(event.source_out - event.source_in, event.record_out - event.record_in) << lines[i];
    events.push_back(event);
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].number, static_cast<int>(i) + 1);
    EXPECT_LE(events[i == 0 ? 0 : i - 1].source_in, events[i].source_in);
  }
  return events;
}

TEST(Edl, EventsAddUp) {
  for (const auto& [name, report] : reports()) {
    SCOPED_TRACE(name);
    const FrameRate rate = *report.videos[0].rate;
    for (const std::string& part : document(report, {.format = Format::edl}).parts) {
      const std::vector<Event> events = parse_edl(part, rate);
      for (std::size_t i = 1; i < events.size(); ++i) {
        EXPECT_EQ(events[i].record_in, events[i - 1].record_out) << "one after the other";
      }
    }
  }
}

TEST(Edl, NamesTheFileExactly) {
  Report report = long_report(1);
  report.videos[0].name = "two  blanks " + std::string(230, 'n') + ".mp4";
  report.videos[0].path = "/long/" + std::string(230, 'd') + "/a\nb  " + report.videos[0].name;
  const std::vector<std::string> lines = lines_of(write(report, Format::edl));
  const auto has = [&](const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  EXPECT_TRUE(has("* FROM CLIP NAME:  " + report.videos[0].name));
  EXPECT_TRUE(
      has("* SOURCE FILE: /long/" + std::string(230, 'd') + "/a b  " + report.videos[0].name));
}

TEST(Edl, CountsFromTheStartTimecode) {
  const std::vector<Event> events = parse_edl(write(sample_report(), Format::edl), {30000, 1001});
  ASSERT_EQ(events.size(),
            5u);  // two citations accepted or not judged, one overlapping, two ranges
  EXPECT_EQ(events[0].source_in, 107892 + 374);
  EXPECT_EQ(events[0].record_in, 107892) << "the assembly begins at hour one";
  ExportOptions options = {
      .format = Format::edl, .frame_rate = FrameRate{25, 1}, .start_timecode = "10:00:00:00"};
  const Document written = document(sample_report(), options);
  EXPECT_EQ(parse_edl(written.parts[0], {25, 1})[0].source_in, 10 * 3600 * 25 + 312);
  EXPECT_TRUE(mentions(written.notes, "as asked"));
}

TEST(Edl, PointsGoWithTheClipThatShowsThem) {
  const Document written = document(sample_report(), {.format = Format::edl});
  // "Horn" at 62 s lies in the citation of 61 to 65 s, "Shift change" at 90 s in nothing.
  const std::string& text = written.parts[0];
  EXPECT_NE(text.find("RED     Horn"), std::string::npos) << text;
  EXPECT_EQ(text.find("Shift change"), std::string::npos);
  EXPECT_TRUE(mentions(written.notes, "1 marker is left out"));
}

TEST(Edl, EndsAtEvent999) {
  for (const Format format : {Format::edl, Format::resolve}) {
    const Document written = document(long_report(1200), {.format = format});
    ASSERT_EQ(written.parts.size(), 2u);
    EXPECT_EQ(parse_edl(written.parts[0], {25, 1}).size(), 999u);
    EXPECT_EQ(parse_edl(written.parts[1], {25, 1}).size(), 201u);
    EXPECT_TRUE(mentions(written.notes, "999"));
    EXPECT_EQ(document(long_report(999), {.format = format}).parts.size(), 1u);
  }
}

TEST(Edl, VideosOfHundredHours) {
  Report report = empty_report();
  report.videos[0].duration = 150 * 3600 * kMicrosPerSecond;
  const Micros hour = 3600 * kMicrosPerSecond;
  for (const Micros at : {1, 50, 98, 99, 100, 140}) {
    report.markers.push_back({at, {at * hour, at * hour + hour / 2}, std::to_string(at), "", ""});
  }
  for (const Format format : {Format::edl, Format::resolve}) {
    const Document written = document(report, {.format = format, .start_timecode = "00:00:00:00"});
    std::size_t events = 0;
    for (const std::string& part : written.parts) events += parse_edl(part, {25, 1}).size();
    EXPECT_EQ(events, 4u);
    EXPECT_TRUE(mentions(written.notes, "timecode ends at 99 hours"));
  }
}

TEST(Resolve, KeepsOneMarkerForEachFrame) {
  for (const auto& [name, report] : reports()) {
    SCOPED_TRACE(name);
    const Document written =
        document(report, {.format = Format::resolve, .start_timecode = "00:00:00:00"});
    std::set<std::int64_t> frames;
    for (const std::string& part : written.parts) {
      for (const Event& event : parse_edl(part, *report.videos[0].rate)) {
        EXPECT_EQ(event.source_out, event.source_in + 1);
        EXPECT_TRUE(frames.insert(event.source_in).second) << "frame " << event.source_in;
      }
      for (const std::string& line : lines_of(part)) {
        if (!line.starts_with(" ")) continue;
        EXPECT_TRUE(std::regex_match(
            line, std::regex(R"( [^|]*\|C:ResolveColor[A-Z][a-z]+ \|M:[^|]+ \|D:[0-9]+)")))
            << line;
      }
    }
  }
  EXPECT_NE(write(sample_report(), Format::resolve).find("01:00:12:14"), std::string::npos)
      << "from 01:00:00:00, non-drop, whatever the file's own timecode";
}

// --- OpenTimelineIO ------------------------------------------------------------------------------

std::int64_t frames(const Json& time) {
  EXPECT_EQ(time["OTIO_SCHEMA"], "RationalTime.1");
  const double value = time["value"];
  EXPECT_EQ(value, std::floor(value));
  return static_cast<std::int64_t>(value);
}

TEST(Otio, TracksAreInPlace) {
  for (const auto& [name, report] : reports()) {
    SCOPED_TRACE(name);
    const Json timeline = Json::parse(write(report, Format::otio));
    EXPECT_EQ(timeline["OTIO_SCHEMA"], "Timeline.1");
    const std::int64_t first = frames(timeline["global_start_time"]);
    const Json& tracks = timeline["tracks"]["children"];
    ASSERT_GE(tracks.size(), 1u);
    const Json& whole = tracks[0]["children"][0];
    const std::int64_t length = frames(whole["source_range"]["duration"]);
    for (const Json& track : tracks) {
      std::int64_t at = 0;
      for (const Json& child : track["children"]) {
        const std::int64_t duration = frames(child["source_range"]["duration"]);
        EXPECT_GT(duration, 0);
        if (child["OTIO_SCHEMA"] == "Clip.2") {
          EXPECT_EQ(frames(child["source_range"]["start_time"]), first + at)
              << "where the video has it";
        }
        at += duration;
      }
      EXPECT_LE(at, length);
    }
    for (const Json& marker : whole["markers"]) {
      EXPECT_EQ(marker["OTIO_SCHEMA"], "Marker.2");
      EXPECT_EQ(marker["marked_range"], marker["range"]);
      EXPECT_GE(frames(marker["range"]["start_time"]), first);
      EXPECT_GT(frames(marker["range"]["duration"]), 0);
    }
  }
}

TEST(Otio, OverlapsGoToFurtherTracks) {
  const Json timeline = Json::parse(write(sample_report(), Format::otio));
  const Json& tracks = timeline["tracks"]["children"];
  ASSERT_EQ(tracks.size(), 4u);
  EXPECT_EQ(tracks[0]["children"][0]["markers"].size(), 7u);
  EXPECT_EQ(tracks[1]["name"], "Ranges");
  EXPECT_EQ(tracks[2]["name"], "Ranges 2");
  EXPECT_EQ(tracks[3]["kind"], "Audio");
  EXPECT_EQ(tracks[1]["children"][1]["metadata"]["longtake"]["verdict"], "confirmed");
  EXPECT_EQ(tracks[1]["children"][1]["media_references"]["DEFAULT_MEDIA"]["target_url"],
            "file:///data/east%20gate/gate.mp4");
}

// --- XML -----------------------------------------------------------------------------------------

TEST(Fcpxml, TimesAreWholeFrames) {
  for (const auto& [name, report] : reports()) {
    SCOPED_TRACE(name);
    const std::string text = write(report, Format::fcpxml);
    std::smatch match;
    ASSERT_TRUE(std::regex_search(text, match, std::regex(R"re(frameDuration="(\d+)/(\d+)s")re")));
    const std::int64_t numerator = std::stoll(match[1]);
    const std::string denominator = match[2];
    const std::regex time(R"re((start|duration|offset|tcStart)="([^"]*)")re");
    std::size_t count = 0;
    for (std::sregex_iterator it(text.begin(), text.end(), time), end; it != end; ++it) {
      ++count;
      const std::string value = (*it)[2];
      std::smatch parts;
      if (value == "0s") continue;
      ASSERT_TRUE(std::regex_match(value, parts, std::regex(R"((\d+)/(\d+)s)"))) << value;
      EXPECT_EQ(parts[2], denominator);
      EXPECT_EQ(std::stoll(parts[1]) % numerator, 0) << value;
    }
    EXPECT_GT(count, 5u);
  }
}

TEST(Fcpxml, KnowsDropFrameAndTheFilesTimecode) {
  const std::string text = write(sample_report(), Format::fcpxml);
  EXPECT_NE(text.find("tcFormat=\"DF\""), std::string::npos);
  // Frame 107892 of 1001/30000 s.
  EXPECT_NE(text.find("tcStart=\"107999892/30000s\""), std::string::npos);
  EXPECT_NE(text.find("name=\"FFVideoFormat720p2997\""), std::string::npos);
  EXPECT_EQ(count_of(text, "<project "), 2u);
  EXPECT_EQ(count_of(write(empty_report(), Format::fcpxml), "<project "), 1u);
}

TEST(Eaf, AnnotationsOfATierDoNotOverlap) {
  for (const auto& [name, report] : reports()) {
    SCOPED_TRACE(name);
    const std::string text = write(report, Format::eaf);
    std::map<std::string, std::int64_t> slots;
    const std::regex slot(R"re(<TIME_SLOT TIME_SLOT_ID="(ts\d+)" TIME_VALUE="(\d+)"/>)re");
    std::int64_t before = 0;
    for (std::sregex_iterator it(text.begin(), text.end(), slot), end; it != end; ++it) {
      const std::int64_t time = std::stoll((*it)[2]);
      EXPECT_GE(time, before) << "slots are in order of time";
      before = time;
      EXPECT_TRUE(slots.emplace((*it)[1], time).second);
    }
    std::set<std::string> tiers;
    std::int64_t end_before = 0;
    std::size_t annotations = 0;
    const std::regex tier(R"re(TIER_ID="([^"]*)")re");
    const std::regex annotation(R"re(TIME_SLOT_REF1="(ts\d+)" TIME_SLOT_REF2="(ts\d+)")re");
    for (const std::string& line : lines_of(text)) {
      std::smatch match;
      if (std::regex_search(line, match, tier)) {
        EXPECT_TRUE(tiers.insert(match[1]).second) << match[1];
        end_before = 0;
      } else if (std::regex_search(line, match, annotation)) {
        ++annotations;
        ASSERT_TRUE(slots.contains(match[1]) && slots.contains(match[2]));
        EXPECT_LT(slots[match[1]], slots[match[2]]);
        EXPECT_GE(slots[match[1]], end_before) << line;
        end_before = slots[match[2]];
      }
    }
    EXPECT_EQ(slots.size(), 2 * annotations);
    EXPECT_NE(text.find("lastUsedAnnotationId\">" + std::to_string(annotations) + "<"),
              std::string::npos);
  }
  const std::string text = write(sample_report(), Format::eaf);
  EXPECT_NE(text.find("TIER_ID=\"Q1 When is the red truck at the gate? (2)\""), std::string::npos);
  EXPECT_NE(text.find("TIER_ID=\"Markers (2)\""), std::string::npos);
  EXPECT_NE(text.find("MEDIA_URL=\"file:///data/east%20gate/gate.mp4\""), std::string::npos);
}

// --- Subtitles and chapters ----------------------------------------------------------------------

TEST(Subtitles, HaveOneTimingLineForEachCue) {
  for (const auto& [name, report] : reports()) {
    for (const Format format : {Format::srt, Format::vtt}) {
      SCOPED_TRACE(name + " as " + std::string(format_facts(format).name));
      const std::string text = write(report, format);
      const std::regex timing(
          R"((\d{2,}):(\d\d):(\d\d)[.,](\d{3}) --> (\d{2,}):(\d\d):(\d\d)[.,](\d{3}))");
      std::int64_t before = 0;
      bool after_timing = false;
      for (const std::string& line : lines_of(text)) {
        EXPECT_FALSE(after_timing && line.empty()) << "a cue without text";
        after_timing = false;
        if (line.find("-->") == std::string::npos) continue;
        std::smatch match;
        ASSERT_TRUE(std::regex_match(line, match, timing)) << line;
        const auto ms = [&](int at) {
          return ((std::stoll(match[at]) * 60 + std::stoll(match[at + 1])) * 60 +
                  std::stoll(match[at + 2])) *
                     1000 +
                 std::stoll(match[at + 3]);
        };
        EXPECT_LT(ms(1), ms(5)) << line;
        EXPECT_GE(ms(1), before) << line;
        before = ms(1);
        after_timing = true;
      }
    }
  }
  EXPECT_TRUE(document(sample_report(), {.format = Format::srt, .byte_order_mark = true})
                  .parts[0]
                  .starts_with("\uFEFF1\r\n"));
  EXPECT_EQ(write(empty_report(), Format::srt), "");
}

TEST(Chapters, FollowEachOtherWithoutGaps) {
  for (const auto& [name, report] : reports()) {
    SCOPED_TRACE(name);
    const std::vector<std::string> lines = lines_of(write(report, Format::chapters));
    EXPECT_EQ(lines.at(0), ";FFMETADATA1");
    std::int64_t at = 0;
    std::int64_t begin = 0;
    std::size_t count = 0;
    for (const std::string& line : lines) {
      if (line.starts_with("START=")) {
        begin = std::stoll(line.substr(6));
        EXPECT_EQ(begin, at);
        ++count;
      } else if (line.starts_with("END=")) {
        at = std::stoll(line.substr(4));
        EXPECT_GT(at, begin);
      }
    }
    if (report.markers.empty()) {
      EXPECT_EQ(count, 0u);
    } else {
      EXPECT_EQ(at, report.videos[0].duration / 1000);
    }
  }
}

TEST(Chapters, TheInnermostNamesTheMoment) {
  Report report = empty_report();
  const Micros second = kMicrosPerSecond;
  report.markers = {{1, {10 * second, 100 * second}, "outer", "", ""},
                    {2, {20 * second, 30 * second}, "inner", "", ""},
                    {3, {20 * second, 30 * second}, "twin", "", ""},
                    {4, {200 * second, 200 * second}, "point", "", ""}};
  std::vector<std::string> titles;
  for (const std::string& line : lines_of(write(report, Format::chapters))) {
    if (line.starts_with("title=")) titles.push_back(line.substr(6));
  }
  EXPECT_EQ(titles, (std::vector<std::string>{"gate.mp4", "–", "outer", "inner · twin", "outer",
                                              "–", "point"}));
}

// --- For people ----------------------------------------------------------------------------------

TEST(Html, NothingInItRuns) {
  const std::string text = write(hostile_report(), Format::html);
  for (const char* what : {"<script", "javascript:", "onerror", "<iframe", "<b>one"}) {
    EXPECT_EQ(text.find(what), std::string::npos) << what;
  }
  EXPECT_EQ(text.find("http-equiv"), std::string::npos);
  // Everything that an address may come from is inside an attribute that cannot be left.
  const std::regex link("href=\"([^\"]*)\"");
  for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) {
    const std::string url = (*it)[1];
    EXPECT_TRUE(url.starts_with("file:///") || url.starts_with("https://") || url.starts_with("#"))
        << url;
  }
}

TEST(Html, SaysWhatAnAnalystMustDefend) {
  const std::string text = write(sample_report(), Format::html);
  for (const char* what :
       {"gate.mp4", "3f2a9c1e7b6d5084aa10fe23c4d5e6f7", "nano", "20 November 2026, 12:00 UTC",
        "2 pictures a second", "67 % of the video", "Longtake 0.1.0", "Not found in what was seen.",
        "Not confirmed", "Rejected", "file:///data/east%20gate/gate.mp4#t=12.5,20"}) {
    EXPECT_NE(text.find(what), std::string::npos) << what;
  }
  EXPECT_EQ(count_of(text, "class=\"card"), 2 + 5u + 1) << "cards and their lists";
}

TEST(Markdown, TextStaysText) {
  const Report report = hostile_report();
  const std::string text = write(report, Format::markdown);
  std::size_t headings = 0;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("### Q")) ++headings;
    EXPECT_FALSE(line.starts_with("# not")) << line;
    EXPECT_FALSE(line.starts_with("- ")) << line;
    EXPECT_FALSE(std::regex_search(line, std::regex(R"((^|[^\\])<script)"))) << line;
    // Every row of a table has as many cells as its head.
    if (!line.starts_with("| ")) continue;
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\')
        ++i;
      else if (line[i] == '|')
        ++bars;
    }
    EXPECT_TRUE(bars == 3 || bars == 4 || bars == 6) << line;
  }
  EXPECT_EQ(headings, report.questions.size());
}

}  // namespace
}  // namespace longtake::report
