// PDF: the same report as the web page, on A4, with page numbers, bookmarks and links into the
// video.
#include <algorithm>
#include <array>

#include "engine/report/pdf_canvas.h"
#include "engine/report/strip.h"
#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/wording.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

constexpr Colour kText = {27, 31, 36};
constexpr Colour kSoft = {89, 98, 109};
constexpr Colour kFaint = {152, 161, 171};
constexpr Colour kLine = {220, 223, 228};
constexpr Colour kTrack = {231, 234, 238};
constexpr Colour kSeen = {185, 213, 198};
constexpr Colour kAccent = {61, 91, 217};
constexpr Colour kWhite = {255, 255, 255};
struct Tone {
  Colour ink;
  Colour ground;
};
constexpr Tone kGood = {{28, 125, 77}, {223, 243, 231}};
constexpr Tone kWarn = {{150, 96, 9}, {251, 238, 211}};
constexpr Tone kBad = {{192, 52, 44}, {251, 227, 225}};
constexpr Tone kPlain = {kSoft, kTrack};

constexpr TextStyle kTitle = {.size = 22, .weight = 700, .colour = kText, .leading = 1};
constexpr TextStyle kBrand = {.size = 8, .weight = 700, .colour = kAccent, .capitals = true};
constexpr TextStyle kHeading = {.size = 13.5, .weight = 700, .colour = kText, .leading = 1};
constexpr TextStyle kNumber = {.size = 13.5, .weight = 700, .colour = kAccent, .leading = 1};
constexpr TextStyle kSection = {.size = 12, .weight = 700, .colour = kSoft};
constexpr TextStyle kBody = {.size = 10.5, .weight = 400, .colour = kText, .leading = 1.22};
constexpr TextStyle kSmall = {.size = 8.5, .weight = 400, .colour = kSoft};
constexpr TextStyle kCaps = {.size = 7.5, .weight = 700, .colour = kSoft, .capitals = true};
constexpr TextStyle kTime = {.size = 9, .weight = 700, .colour = kAccent};
constexpr TextStyle kBadge = {.size = 7.5, .weight = 600};
constexpr TextStyle kCell = {.size = 9.5, .weight = 400, .colour = kText};
constexpr TextStyle kCellBold = {.size = 9.5, .weight = 600, .colour = kText};

constexpr double kLeft = PdfCanvas::kLeft;
constexpr double kBodyWidth = PdfCanvas::kBodyWidth;
constexpr int kColumns = 3;
constexpr double kGap = 10;
constexpr double kCardWidth = (kBodyWidth - (kColumns - 1) * kGap) / kColumns;
constexpr double kPictureHeight = kCardWidth * 9 / 16;
constexpr double kCardRadius = 5;
constexpr double kBadgePadding = 5;

class Writer {
 public:
  // `pages`: how many there will be, 0 while that is being counted.
  Writer(const Report& report, Language language, int pages)
      : report_(report),
        words_(language),
        pages_(pages),
        canvas_(one_line(report.videos[0].name), "Longtake " + report.version,
                utc_text(report.created_at),
                [this](PdfCanvas& /*canvas*/, int page) { add_page_foot(page); }) {}

  // Returns the document; pages() then says how many pages it has.
  std::string write() {
    add_head();
    add_strip();
    for (std::size_t q = 0; q < report_.questions.size(); ++q) add_question(q);
    add_markers();
    add_end();
    return canvas_.finish();
  }
  int pages() const { return canvas_.page(); }

 private:
  void add_page_foot(int page) {
    const double y = PdfCanvas::kBottom + 20;
    canvas_.fill({kLeft, y, kBodyWidth, 0.6}, kLine);
    const TextStyle style = {.size = 8, .colour = kSoft};
    const std::string number =
        words_.say(Word::page, {std::to_string(page), std::to_string(pages_)});
    const double taken = canvas_.line(number, style, kLeft, y + 7, kBodyWidth, true);
    canvas_.line(one_line(report_.videos[0].name), style, kLeft, y + 7, kBodyWidth - taken - 12);
  }

  void rule() {
    canvas_.fill({kLeft, canvas_.y(), kBodyWidth, 0.6}, kLine);
    canvas_.advance(0.6);
  }

  void add_head() {
    canvas_.paragraph(words_.say(Word::report_of_longtake), kBrand, kLeft, kBodyWidth);
    canvas_.advance(2);
    canvas_.paragraph(one_line(report_.videos[0].name), kTitle, kLeft, kBodyWidth);
    canvas_.advance(10);
    for (std::size_t v = 0; v < report_.videos.size(); ++v) {
      if (v > 0) {
        canvas_.need(40);
        canvas_.advance(8);
        canvas_.paragraph(one_line(report_.videos[v].name), kCellBold, kLeft, kBodyWidth);
        canvas_.advance(3);
      }
      const auto facts = words_.video_facts(report_.videos[v]);
      double label_width = 62;
      for (const auto& [label, value] : facts) {
        label_width = std::max(label_width, canvas_.width_of(label, kSmall) + 10);
      }
      for (const auto& [label, value] : facts) {
        canvas_.need(canvas_.height_of(value, kSmall, kBodyWidth - label_width));
        canvas_.line(label, kSmall, kLeft, canvas_.y(), label_width);
        TextStyle style = kSmall;
        style.colour = kText;
        canvas_.paragraph(value, style, kLeft + label_width, kBodyWidth - label_width);
        canvas_.advance(1.5);
      }
    }
  }

  void add_span(const StripSpan& span, double y, double height) {
    const double width = std::max(1.6, kBodyWidth * (span.end - span.begin));
    const double x = std::min(kLeft + kBodyWidth * span.begin, kLeft + kBodyWidth - width);
    canvas_.fill({x, y, width, height}, span.colour, 1.2);
  }

  void add_strip() {
    const Strip strip = make_strip(report_, words_);
    if (strip.empty()) return;
    constexpr double kLane = 7;
    canvas_.advance(18);
    const double top = canvas_.y();
    const double citations = top + 9;
    const double markers = citations + kLane * static_cast<double>(strip.citation_lanes);
    const double ticks = markers + (strip.markers.empty() ? 0 : kLane);
    canvas_.need(ticks - top + 40);
    canvas_.fill({kLeft, top, kBodyWidth, 5.5}, kTrack, 2);
    for (const StripSpan& seen : strip.seen) {
      canvas_.fill(
          {kLeft + kBodyWidth * seen.begin, top, kBodyWidth * (seen.end - seen.begin), 5.5}, kSeen,
          2);
    }
    for (const StripSpan& span : strip.citations) {
      add_span(span, citations + kLane * static_cast<double>(span.lane), kLane - 2);
    }
    for (const StripSpan& span : strip.markers) add_span(span, markers + 0.5, kLane - 4);
    const TextStyle style = {.size = 7, .colour = kSoft};
    for (const StripTick& tick : strip.ticks) {
      const double x = kLeft + kBodyWidth * tick.at;
      const double width = canvas_.width_of(tick.text, style);
      canvas_.fill({std::min(x, kLeft + kBodyWidth - 0.6), ticks + 1, 0.6, 3}, kFaint);
      canvas_.line(tick.text, style, std::clamp(x - width / 2, kLeft, kLeft + kBodyWidth - width),
                   ticks + 5.5, width + 1);
    }
    canvas_.set_y(ticks + 19);
    add_legend(strip);
  }

  void add_legend(const Strip& strip) {
    double x = kLeft;
    const TextStyle style = {.size = 7.5, .colour = kSoft};
    const auto key = [&](const Colour* colour, std::string_view words) {
      const double width = canvas_.width_of(words, style) + (colour == nullptr ? 0 : 9);
      if (x + width > PdfCanvas::kRight) {
        x = kLeft;
        canvas_.advance(11);
      }
      if (colour != nullptr) canvas_.fill({x, canvas_.y() + 2.2, 6, 6}, *colour, 1.2);
      canvas_.line(words, style, colour == nullptr ? x : x + 9, canvas_.y(), width + 1);
      x += width + 14;
    };
    if (!strip.seen.empty()) key(&kSeen, words_.say(Word::seen));
    for (const StripKey& one : strip.keys) key(&one.colour, one.words);
    if (!strip.markers.empty()) key(nullptr, words_.say(Word::marker_row));
    if (x > kLeft) canvas_.advance(11);
  }

  void add_question(std::size_t q) {
    const Question& question = report_.questions[q];
    canvas_.advance(20);
    canvas_.need(120);
    const std::string title = one_line(question.conversation_title);
    if ((q == 0 || report_.questions[q - 1].conversation != question.conversation) &&
        !title.empty() && title != one_line(question.text)) {
      canvas_.paragraph(title, kSection, kLeft, kBodyWidth);
      canvas_.advance(8);
    }
    if (canvas_.y() > PdfCanvas::kTop) rule();
    canvas_.advance(14);
    const std::string number = words_.question_number(q + 1);
    canvas_.bookmark(number + "  " + one_line(question.text));
    const double indent = canvas_.line(number, kNumber, kLeft, canvas_.y(), 60) + 8;
    canvas_.paragraph(one_line(question.text), kHeading, kLeft + indent, kBodyWidth - indent);
    const std::string scope = words_.scope(report_, question);
    canvas_.advance(3);
    if (!scope.empty()) canvas_.paragraph(scope, kSmall, kLeft, kBodyWidth);
    std::size_t cited = 0;
    for (const Answer& answer : question.answers) add_answer(q, answer, cited);
  }

  void add_answer(std::size_t q, const Answer& answer, std::size_t& cited) {
    canvas_.advance(7);
    const std::string caution = words_.caution(answer);
    if (!caution.empty()) {
      canvas_.need(20);
      badge(caution, kWarn, kLeft, canvas_.y(), {.size = 9, .weight = 600}, 8);
      canvas_.advance(22);
    }
    if (!answer.text.empty()) {
      TextStyle style = kBody;
      if (!is_answered(answer)) style.colour = kSoft;
      canvas_.paragraph(words_.answer(answer), style, kLeft, kBodyWidth);
    }
    const std::string provenance = words_.provenance(report_, answer);
    canvas_.advance(4);
    if (!provenance.empty()) canvas_.paragraph(provenance, kSmall, kLeft, kBodyWidth);
    if (answer.citations.empty()) return;
    canvas_.advance(10);
    canvas_.need(20 + card_height(answer.citations, 0));
    canvas_.paragraph(words_.citations_heading(answer), kCaps, kLeft, kBodyWidth);
    canvas_.advance(5);
    for (std::size_t first = 0; first < answer.citations.size(); first += kColumns) {
      const double height = card_height(answer.citations, first);
      canvas_.need(height);
      for (std::size_t i = first; i < std::min(first + kColumns, answer.citations.size()); ++i) {
        const double x = kLeft + static_cast<double>(i - first) * (kCardWidth + kGap);
        add_card(answer.citations[i], words_.citation_number(q + 1, ++cited),
                 {x, canvas_.y(), kCardWidth, height});
      }
      canvas_.advance(height + kGap);
    }
    canvas_.advance(-kGap);
  }

  // Of a row of cards: all as high as the highest.
  static double card_height(const std::vector<Citation>& citations, std::size_t first) {
    double height = 0;
    for (std::size_t i = first; i < std::min(first + kColumns, citations.size()); ++i) {
      height = std::max(height, (citations[i].picture ? kPictureHeight : 0) +
                                    (citations[i].video != 0 ? 11 : 0) + 54);
    }
    return height;
  }

  void add_card(const Citation& citation, const std::string& number, const Box& box) {
    const VideoFacts& video = report_.videos[citation.video];
    const bool rejected = citation.user_verdict == store::Verdict::not_confirmed;
    const std::string url = url_of(video.path, citation.time);
    canvas_.fill(box, kWhite, kCardRadius);
    double y = box.y;
    if (citation.picture) {
      canvas_.link(url, [&] {
        canvas_.picture(*citation.picture, {box.x, y, box.width, kPictureHeight}, kCardRadius,
                        rejected ? 0.45 : 1);
      });
      y += kPictureHeight;
    }
    canvas_.outline(box, kLine, kCardRadius);
    const double x = box.x + 8;
    const double width = box.width - 16;
    y += 7;
    canvas_.line(number, {.size = 8, .colour = kFaint}, x, y + 0.5, width, true);
    TextStyle time = kTime;
    time.strike = rejected;
    canvas_.link(url, [&] {
      canvas_.line(clock_text(citation.time, video.duration), time, x, y, width - 32);
    });
    y += 13;
    if (citation.video != 0) {
      canvas_.line(one_line(video.name), {.size = 8, .colour = kSoft}, x, y, width);
      y += 11;
    }
    canvas_.fill({x, y + 4, width - 32, 2.6}, kTrack, 1.3);
    if (citation.score > 0) {
      canvas_.fill({x, y + 4, std::max(2.6, (width - 32) * citation.score), 2.6}, kAccent, 1.3);
    }
    canvas_.line(percent_text(citation.score), {.size = 7.5, .colour = kSoft}, x, y, width, true);
    y += 13;
    const std::string verdict = words_.verdict_badge(citation.verdict);
    const std::string own = words_.user_verdict_badge(citation.user_verdict);
    // Long words are given less ground rather than less room to be read.
    const double ink = canvas_.width_of(verdict, kBadge) + canvas_.width_of(own, kBadge);
    const double padding =
        own.empty() ? kBadgePadding : std::clamp((width - ink - 4) / 4, 2.0, kBadgePadding);
    const double taken = badge(verdict, tone_of(citation.verdict, kWarn), x, y, kBadge, padding);
    if (!own.empty()) {
      badge(own, tone_of(citation.user_verdict, kBad), x + taken + 4, y, kBadge, padding);
    }
  }

  static Tone tone_of(store::Verdict verdict, const Tone& refused) {
    return verdict == store::Verdict::confirmed       ? kGood
           : verdict == store::Verdict::not_confirmed ? refused
                                                      : kPlain;
  }

  // Words on a tinted pill; returns the pill's width.
  double badge(std::string_view text, const Tone& tone, double x, double y, TextStyle style,
               double padding) {
    style.colour = tone.ink;
    style.leading = 1;
    const double width = canvas_.width_of(text, style) + 2 * padding;
    const double height = canvas_.height_of(text, style, width) + padding * 0.7;
    canvas_.fill({x, y, width, height}, tone.ground, height / 2);
    canvas_.line(text, style, x + padding, y + padding * 0.35, width);
    return width;
  }

  void add_markers() {
    if (report_.markers.empty()) return;
    canvas_.advance(24);
    canvas_.need(80);
    const std::string heading = words_.say(Word::markers);
    canvas_.bookmark(heading);
    canvas_.paragraph(heading, kHeading, kLeft, kBodyWidth);
    canvas_.advance(6);
    rule();
    const VideoFacts& video = report_.videos[0];
    constexpr double kTimeWidth = 118;
    constexpr double kLabelX = kLeft + kTimeWidth;
    constexpr double kLabelWidth = 150;
    constexpr double kNoteX = kLabelX + kLabelWidth + 14;
    constexpr double kNoteWidth = kLeft + kBodyWidth - kNoteX;
    for (const Marker& marker : report_.markers) {
      const std::string label = one_line(marker.label);
      const double label_height = canvas_.height_of(label, kCellBold, kLabelWidth - 12);
      const double note_height = canvas_.height_of(marker.note, kCell, kNoteWidth);
      canvas_.advance(5);
      // A note longer than a page flows on; its row begins where there is room for its label.
      canvas_.need(std::min(std::max(label_height, note_height),
                            std::max(label_height, PdfCanvas::kBottom - PdfCanvas::kTop - 20)) +
                   5);
      const double top = canvas_.y();
      const int page = canvas_.page();
      canvas_.link(url_of(video.path, marker.time), [&] {
        canvas_.line(clock_text(marker.time, video.duration), kTime, kLeft, top, kTimeWidth - 10);
      });
      canvas_.fill({kLabelX, top + 3.4, 6, 6}, parse_colour(marker.colour), 3);
      canvas_.paragraph(label, kCellBold, kLabelX + 12, kLabelWidth - 12);
      double bottom = canvas_.y();
      if (canvas_.page() == page) {
        canvas_.set_y(top);
      } else {
        bottom = 0;
      }
      if (!marker.note.empty()) canvas_.paragraph(marker.note, kCell, kNoteX, kNoteWidth);
      if (canvas_.page() == page) canvas_.set_y(std::max(canvas_.y(), bottom));
      canvas_.advance(5);
      rule();
    }
  }

  void add_end() {
    const std::string help =
        report_.questions.empty() ? std::string() : words_.say(Word::reading_help);
    canvas_.advance(26);
    canvas_.need(canvas_.height_of(help, kSmall, kBodyWidth) + 30);
    if (!help.empty()) {
      canvas_.paragraph(help, kSmall, kLeft, kBodyWidth);
      canvas_.advance(5);
    }
    canvas_.paragraph(words_.written_by(report_), kSmall, kLeft, kBodyWidth);
  }

  const Report& report_;
  const Wording words_;
  const int pages_;
  PdfCanvas canvas_;
};

}  // namespace

Document write_pdf(const Report& report, const ExportOptions& options) {
  // Every page says how many there are, which only writing them tells.
  Writer counting(report, options.language, 0);
  counting.write();
  return {{Writer(report, options.language, counting.pages()).write()}, {}};
}

}  // namespace longtake::report
