// A web page that needs nothing beside it: style and pictures are inside, there is no script, and
// it follows the reader's light or dark setting. Text that anybody wrote gets dir="auto", so that
// Hebrew and Arabic read from the right.
#include <algorithm>

#include "engine/report/strip.h"
#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/wording.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark;
  --ground: #f8f9fa; --raised: #fff; --line: #dcdfe4; --text: #1b1f24; --soft: #59626d; --faint: #98a1ab;
  --accent: #3d5bd9; --accent-soft: #e4e9fc; --good: #1c7d4d; --good-soft: #dff3e7; --warn: #966009;
  --warn-soft: #fbeed3; --bad: #c0342c; --bad-soft: #fbe3e1; --track: #e7eaee; --seen: #b9d5c6; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #101215; --raised: #181b1f; --line: #2b3037; --text: #e6e9ed; --soft: #9ea8b3; --faint: #656e79;
  --accent: #8ba2ff; --accent-soft: #262f52; --good: #5fca8f; --good-soft: #1a3527; --warn: #e5b04f;
  --warn-soft: #3a2f17; --bad: #ff7c72; --bad-soft: #42211f; --track: #22262b; --seen: #2f5a48; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 3.5rem 1.5rem 3rem; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
h1, h2, h3, p, dl, figure, ol { margin: 0; }
h1 { font-size: 2.1rem; line-height: 1.2; letter-spacing: -.015em; font-weight: 680; overflow-wrap: anywhere; }
.brand { color: var(--accent); font-size: .78rem; font-weight: 650; letter-spacing: .09em;
  text-transform: uppercase; margin-bottom: .5rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin-top: 1.25rem;
  font-size: .9rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.facts + h2 { margin-top: 2rem; }
.other { margin-top: 1.75rem; font-size: 1.05rem; font-weight: 640; }
.strip { margin-top: 2.25rem; }
.strip svg { display: block; width: 100%; height: auto; overflow: visible; }
.strip text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
.strip .track { fill: var(--track); } .strip .seen { fill: var(--seen); } .strip .tick { stroke: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: .4rem; color: var(--soft);
  font-size: .8rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: .2em; margin-right: .45em;
  vertical-align: -.05em; }
.conversation { margin-top: 3.25rem; font-size: 1.15rem; font-weight: 640; color: var(--soft); }
.question { margin-top: 2.5rem; padding-top: 2rem; border-top: 1px solid var(--line); }
.conversation + .question { margin-top: 1rem; }
.question h3 { display: flex; gap: .75rem; font-size: 1.3rem; line-height: 1.35; font-weight: 640;
  letter-spacing: -.008em; overflow-wrap: anywhere; }
.question h3 .number { flex: none; color: var(--accent); font-variant-numeric: tabular-nums; }
.scope { color: var(--soft); font-size: .9rem; margin-top: .25rem; }
.answer { margin-top: 1rem; }
.answer + .answer { margin-top: 2rem; }
.text { font-size: 1.08rem; white-space: pre-line; overflow-wrap: anywhere; max-width: 44rem; }
.doubtful { color: var(--soft); font-size: 1rem; }
.caution { margin-bottom: .6rem; padding: .5rem .8rem; border-radius: .5rem; background: var(--warn-soft);
  color: var(--warn); font-size: .92rem; font-weight: 560; width: fit-content; }
.from { margin-top: .6rem; color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
.answer h4 { margin: 1.4rem 0 .7rem; font-size: .78rem; font-weight: 650; letter-spacing: .07em;
  text-transform: uppercase; color: var(--soft); }
.cards { list-style: none; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); }
.card { background: var(--raised); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden;
  break-inside: avoid; scroll-margin-top: 1rem; }
.card:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.card img { display: block; width: 100%; height: auto; aspect-ratio: 16 / 9; object-fit: contain; background: #111317; }
.card .body { padding: .75rem .9rem .85rem; }
.card .time { display: flex; justify-content: space-between; align-items: baseline; gap: .75rem;
  font-weight: 620; font-variant-numeric: tabular-nums; }
.card .time span { color: var(--faint); font-weight: 500; font-size: .85rem; }
.card .where { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
.share { display: flex; align-items: center; gap: .6rem; margin-top: .5rem; color: var(--soft);
  font-size: .82rem; font-variant-numeric: tabular-nums; }
.share b { flex: 1; height: .35rem; border-radius: 1rem; background: var(--track); overflow: hidden; }
.share b i { display: block; height: 100%; background: var(--accent); border-radius: 1rem; }
.badges { display: flex; flex-wrap: wrap; gap: .35rem; margin-top: .6rem; }
.badge { font-size: .76rem; font-weight: 600; padding: .1rem .5rem; border-radius: 1rem;
  background: var(--track); color: var(--soft); }
.badge.good { background: var(--good-soft); color: var(--good); }
.badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.bad { background: var(--bad-soft); color: var(--bad); }
.card.rejected img { opacity: .45; } .card.rejected .time a { text-decoration: line-through; }
table { width: 100%; border-collapse: collapse; margin-top: 1rem; font-size: .95rem; }
th { text-align: start; color: var(--soft); font-size: .78rem; font-weight: 650; letter-spacing: .07em;
  text-transform: uppercase; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
td { padding: .55rem .75rem .55rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; white-space: pre-line; }
td.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.when { width: 12rem; } td.label { width: 36%; font-weight: 560; } td.label i { display: inline-block; width: .7em; height: .7em;
  border-radius: 50%; margin-inline-end: .55em; }
.markers { margin-top: 3rem; } .markers h2 { font-size: 1.3rem; font-weight: 640; }
footer { margin-top: 3.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: .84rem; }
footer p + p { margin-top: .5rem; }
@page { size: A4; margin: 18mm 16mm; }
@media print { :root { --ground: #fff; } body { font-size: 10.5pt; background: #fff; }
  main { max-width: none; padding: 0; } .cards { grid-template-columns: repeat(3, 1fr); }
  .question h3, .answer h4 { break-after: avoid; } tr { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
)css";

std::string element(std::string_view tag, std::string_view attributes, std::string_view text) {
  std::string out = "<" + std::string(tag);
  if (!attributes.empty()) out += " " + std::string(attributes);
  return out + ">" + escape_xml(text) + "</" + std::string(tag) + ">";
}

std::string link(const VideoFacts& video, const TimeRange& time) {
  return element("a", "href=\"" + escape_xml(url_of(video.path, time)) + "\"",
                 clock_text(time, video.duration));
}

std::string badge(std::string_view kind, std::string_view text) {
  return element("span", "class=\"badge " + std::string(kind) + "\"", text);
}

std::string verdict_badges(const Citation& citation, const Wording& words) {
  const auto kind = [](store::Verdict verdict, const char* refused) {
    return verdict == store::Verdict::confirmed       ? "good"
           : verdict == store::Verdict::not_confirmed ? refused
                                                      : "";
  };
  std::string out = badge(kind(citation.verdict, "warn"), words.verdict_badge(citation.verdict));
  if (const std::string own = words.user_verdict_badge(citation.user_verdict); !own.empty()) {
    const bool accepted = citation.user_verdict == store::Verdict::confirmed;
    out += badge(kind(citation.user_verdict, "bad"), (accepted ? "✓ " : "✕ ") + own);
  }
  return out;
}

// Coordinates of the strip's drawing, which is 1000 units wide.
std::string units(double value) {
  return decimal_text(value, 2);
}

class Writer {
 public:
  Writer(const Report& report, Language language) : report_(report), words_(language) {}

  std::string write() {
    const VideoFacts& video = report_.videos[0];
    out_ =
        "<!DOCTYPE html>\n<html lang=\"" + std::string(language_facts(words_.language()).code) +
        "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"generator\" content=\"Longtake " +
        escape_xml(report_.version) + "\">\n" +
        element("title", "", one_line(video.name) + " – " + words_.say(Word::report_of_longtake)) +
        "\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n<main>\n<header>\n" +
        element("p", "class=\"brand\"", words_.say(Word::report_of_longtake)) + "\n" +
        element("h1", "dir=\"auto\"", one_line(video.name)) + "\n";
    for (std::size_t v = 0; v < report_.videos.size(); ++v) add_facts(v);
    out_ += "</header>\n";
    add_strip();
    for (std::size_t q = 0; q < report_.questions.size(); ++q) add_question(q);
    add_markers();
    add_footer();
    return std::move(out_) + "</main>\n</body>\n</html>\n";
  }

 private:
  void add_facts(std::size_t v) {
    if (v > 0)
      out_ +=
          element("h2", "class=\"other\" dir=\"auto\"", one_line(report_.videos[v].name)) + "\n";
    out_ += "<dl class=\"facts\">\n";
    for (const auto& [label, value] : words_.video_facts(report_.videos[v])) {
      out_ += element("dt", "", label) + element("dd", "", value) + "\n";
    }
    out_ += "</dl>\n";
  }

  void add_span(const StripSpan& span, double top, double height) {
    const double begin = 1000 * span.begin;
    const double width = std::max(3.0, 1000 * (span.end - span.begin));
    std::string shape = "<rect x=\"" + units(std::min(begin, 1000 - width)) + "\" y=\"" +
                        units(top) + "\" width=\"" + units(width) + "\" height=\"" + units(height) +
                        "\" rx=\"2\" fill=\"" + to_hex(span.colour) + "\">" +
                        element("title", "", span.title) + "</rect>";
    if (!span.anchor.empty()) shape = "<a href=\"#" + span.anchor + "\">" + shape + "</a>";
    out_ += shape + "\n";
  }

  void add_strip() {
    const Strip strip = make_strip(report_, words_);
    if (strip.empty()) return;
    constexpr double kLane = 13;
    const double citations = 16;
    const double markers = citations + kLane * static_cast<double>(strip.citation_lanes);
    const double ticks = markers + (strip.markers.empty() ? 0 : kLane);
    out_ += "<figure class=\"strip\">\n<svg viewBox=\"0 0 1000 " + units(ticks + 22) +
            "\" role=\"img\" aria-label=\"" + escape_xml(words_.say(Word::timeline_of_video)) +
            "\">\n"
            "<rect class=\"track\" width=\"1000\" height=\"10\" rx=\"3\"/>\n";
    for (const StripSpan& seen : strip.seen) {
      out_ += "<rect class=\"seen\" x=\"" + units(1000 * seen.begin) + "\" width=\"" +
              units(1000 * (seen.end - seen.begin)) + "\" height=\"10\" rx=\"3\"/>\n";
    }
    for (const StripSpan& span : strip.citations) {
      add_span(span, citations + kLane * static_cast<double>(span.lane), kLane - 4);
    }
    for (const StripSpan& span : strip.markers) add_span(span, markers + 1, kLane - 8);
    for (const StripTick& tick : strip.ticks) {
      const std::string x = units(1000 * tick.at);
      const char* anchor = tick.at < 0.02 ? "start" : tick.at > 0.98 ? "end" : "middle";
      out_ += "<line class=\"tick\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"" + units(ticks + 2) +
              "\" y2=\"" + units(ticks + 7) + "\"/><text x=\"" + x + "\" y=\"" + units(ticks + 19) +
              "\" text-anchor=\"" + anchor + "\">" + tick.text + "</text>\n";
    }
    out_ += "</svg>\n<figcaption class=\"legend\">";
    const auto key = [&](const std::string& colour, std::string_view words) {
      out_ += "<span><i style=\"background:" + colour + "\"></i>" + escape_xml(words) + "</span>";
    };
    if (!strip.seen.empty()) key("var(--seen)", words_.say(Word::seen));
    for (const StripKey& one : strip.keys) key(to_hex(one.colour), one.words);
    if (!strip.markers.empty()) out_ += element("span", "", words_.say(Word::marker_row));
    out_ += "</figcaption>\n</figure>\n";
  }

  void add_question(std::size_t q) {
    const Question& question = report_.questions[q];
    const std::string title = one_line(question.conversation_title);
    if ((q == 0 || report_.questions[q - 1].conversation != question.conversation) &&
        !title.empty() && title != one_line(question.text)) {
      out_ += element("h2", "class=\"conversation\" dir=\"auto\"", title) + "\n";
    }
    const std::string id = "q" + std::to_string(q + 1);
    out_ += "<section class=\"question\" id=\"" + id + "\">\n<h3><span class=\"number\">" +
            words_.question_number(q + 1) + "</span> " +
            element("span", "dir=\"auto\"", question.text) + "</h3>\n";
    const std::string scope = words_.scope(report_, question);
    if (!scope.empty()) out_ += element("p", "class=\"scope\"", scope) + "\n";
    std::size_t number = 0;
    for (const Answer& answer : question.answers) add_answer(q, answer, number);
    out_ += "</section>\n";
  }

  void add_answer(std::size_t q, const Answer& answer, std::size_t& number) {
    out_ += "<div class=\"answer\">\n";
    const std::string caution = words_.caution(answer);
    if (!caution.empty()) out_ += element("p", "class=\"caution\"", caution) + "\n";
    if (!answer.text.empty()) {
      const std::string kind = is_answered(answer) ? "text" : "text doubtful";
      out_ += element("p", "class=\"" + kind + "\" dir=\"auto\"", words_.answer(answer)) + "\n";
    }
    const std::string provenance = words_.provenance(report_, answer);
    if (!provenance.empty()) out_ += element("p", "class=\"from\"", provenance) + "\n";
    if (!answer.citations.empty()) {
      out_ += element("h4", "", words_.citations_heading(answer)) + "\n<ol class=\"cards\">\n";
      for (const Citation& citation : answer.citations) add_card(q, citation, ++number);
      out_ += "</ol>\n";
    }
    out_ += "</div>\n";
  }

  void add_card(std::size_t q, const Citation& citation, std::size_t number) {
    const VideoFacts& video = report_.videos[citation.video];
    const bool rejected = citation.user_verdict == store::Verdict::not_confirmed;
    out_ += "<li class=\"card" + std::string(rejected ? " rejected" : "") + "\" id=\"q" +
            std::to_string(q + 1) + "-" + std::to_string(number) + "\">\n";
    if (citation.picture) {
      const Picture& picture = *citation.picture;
      out_ +=
          "<a href=\"" + escape_xml(url_of(video.path, citation.time)) + "\"><img width=\"" +
          std::to_string(picture.width) + "\" height=\"" + std::to_string(picture.height) +
          "\" alt=\"" +
          escape_xml(words_.say(Word::picture_amid, {clock_text(citation.time, video.duration)})) +
          "\" src=\"data:" + escape_xml(picture.mime_type) + ";base64," + base64(picture.bytes) +
          "\"></a>\n";
    }
    const std::string share = percent_text(citation.score);
    out_ += "<div class=\"body\">\n<p class=\"time\">" + link(video, citation.time) + " <span>" +
            words_.citation_number(q + 1, number) + "</span></p>\n";
    if (citation.video != 0) {
      out_ += element("p", "class=\"where\" dir=\"auto\"", one_line(video.name)) + "\n";
    }
    out_ += "<p class=\"share\"><b><i style=\"width:" + decimal_text(100 * citation.score, 1) +
            "%\"></i></b>" + share + "</p>\n<p class=\"badges\">" +
            verdict_badges(citation, words_) + "</p>\n</div>\n</li>\n";
  }

  void add_markers() {
    if (report_.markers.empty()) return;
    out_ += "<section class=\"markers\">\n" + element("h2", "", words_.say(Word::markers)) +
            "\n<table>\n<thead><tr>";
    for (const Word word : {Word::time, Word::label, Word::note}) {
      out_ += element("th", "", words_.say(word));
    }
    out_ += "</tr></thead>\n<tbody>\n";
    for (const Marker& marker : report_.markers) {
      out_ += "<tr><td class=\"when\">" + link(report_.videos[0], marker.time) +
              "</td><td class=\"label\" dir=\"auto\"><i style=\"background:" +
              to_hex(parse_colour(marker.colour)) + "\"></i>" + escape_xml(one_line(marker.label)) +
              "</td>" + element("td", "dir=\"auto\"", marker.note) + "</tr>\n";
    }
    out_ += "</tbody>\n</table>\n</section>\n";
  }

  void add_footer() {
    out_ += "<footer>\n";
    if (!report_.questions.empty()) out_ += element("p", "", words_.say(Word::reading_help)) + "\n";
    out_ += element("p", "", words_.written_by(report_)) + "\n</footer>\n";
  }

  const Report& report_;
  const Wording words_;
  std::string out_;
};

}  // namespace

Document write_html(const Report& report, const ExportOptions& options) {
  return {{Writer(report, options.language).write()}, {}};
}

}  // namespace longtake::report
