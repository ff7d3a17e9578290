// Markdown (CommonMark with tables). Links and pictures stand at the end, as references, so that
// the text can be read as it is.
#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/wording.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

// Text as text: whatever Markdown or HTML would take for markup is escaped.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<|#~&$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// A line of text that does not begin a list, a heading or a rule by accident.
std::string paragraph_line(std::string_view line) {
  const std::string text = one_line(line);
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')')) {
    return text.substr(0, digits) + "\\" + escape(text.substr(digits));
  }
  const bool marked =
      !text.empty() && std::string_view("-+=>").find(text.front()) != std::string_view::npos;
  return (marked ? "\\" : "") + escape(text);
}

// Several lines: a blank line stays a paragraph's end, any other line end a break.
std::string paragraphs(std::string_view text, std::string_view prefix) {
  std::string out;
  bool open = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = paragraph_line(text.substr(0, end));
    if (!line.empty()) out += (open ? "\\\n" : "") + std::string(prefix) + line;
    if (line.empty() && open) out += "\n" + std::string(prefix) + "\n";
    open = !line.empty();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return open ? out + "\n" : out;
}

class Writer {
 public:
  Writer(const Report& report, Language language) : report_(report), words_(language) {}

  std::string write() {
    const VideoFacts& video = report_.videos[0];
    text_ = "# " + escape(one_line(video.name)) + "\n\n";
    for (std::size_t v = 0; v < report_.videos.size(); ++v) add_video(v);
    for (std::size_t q = 0; q < report_.questions.size(); ++q) add_question(q);
    add_markers();
    text_ += "---\n\n" + escape(words_.written_by(report_)) + "\n";
    if (!references_.empty()) text_ += "\n" + references_;
    return std::move(text_);
  }

 private:
  void add_video(std::size_t v) {
    if (v > 0) text_ += "**" + escape(one_line(report_.videos[v].name)) + "**\n\n";
    text_ += "| | |\n|---|---|\n";
    for (const auto& [label, value] : words_.video_facts(report_.videos[v])) {
      text_ += "| " + label + " | " + escape(one_line(value)) + " |\n";
    }
    text_ += "\n";
  }

  void add_question(std::size_t q) {
    const Question& question = report_.questions[q];
    if (q == 0 || report_.questions[q - 1].conversation != question.conversation) {
      const std::string title = one_line(question.conversation_title);
      if (!title.empty() && title != one_line(question.text))
        text_ += "## " + escape(title) + "\n\n";
    }
    text_ +=
        "### " + words_.question_number(q + 1) + " " + escape(one_line(question.text)) + "\n\n";
    const std::string scope = words_.scope(report_, question);
    if (!scope.empty()) text_ += "*" + escape(scope) + "*\n\n";
    std::size_t number = 0;
    for (const Answer& answer : question.answers) add_answer(q, answer, number);
  }

  void add_answer(std::size_t q, const Answer& answer, std::size_t& number) {
    const std::string caution = words_.caution(answer);
    if (!caution.empty()) text_ += "**" + escape(caution) + "**\n\n";
    if (!answer.text.empty()) text_ += paragraphs(words_.answer(answer), "> ") + "\n";
    const std::string provenance = words_.provenance(report_, answer);
    if (!provenance.empty()) text_ += "*" + escape(provenance) + "*\n\n";
    if (answer.citations.empty()) return;
    text_ += "| " + words_.citations_heading(answer);
    for (const Word word : {Word::time, Word::share, Word::second_look, Word::analyst}) {
      text_ += " | " + words_.say(word);
    }
    text_ += " |\n|---|---|---|---|---|\n";
    for (const Citation& citation : answer.citations) add_citation(q, citation, ++number);
    text_ += "\n";
  }

  void add_citation(std::size_t q, const Citation& citation, std::size_t number) {
    const VideoFacts& video = report_.videos[citation.video];
    const std::string name = words_.citation_number(q + 1, number);
    const std::string time = clock_text(citation.time, video.duration);
    const std::string link = "q" + std::to_string(q + 1) + "-" + std::to_string(number);
    text_ += "| ";
    if (citation.picture) {
      text_ += "![" + name + "][" + link + "-picture] ";
      references_ += "[" + link + "-picture]: <data:" + citation.picture->mime_type + ";base64," +
                     base64(citation.picture->bytes) + ">\n";
    }
    references_ += "[" + link + "]: <" + url_of(video.path, citation.time) + ">\n";
    const std::string where = "[" + time + "][" + link + "]";
    text_ +=
        name + " | " +
        (citation.video == 0 ? where
                             : words_.say(Word::part_of, {where, escape(one_line(video.name))})) +
        " | " + percent_text(citation.score) + " | " + words_.verdict(citation.verdict) + " | " +
        words_.user_verdict(citation.user_verdict) + " |\n";
  }

  void add_markers() {
    if (report_.markers.empty()) return;
    const VideoFacts& video = report_.videos[0];
    text_ += "## " + words_.say(Word::markers) + "\n\n|";
    for (const Word word : {Word::time, Word::label, Word::note}) {
      text_ += " " + words_.say(word) + " |";
    }
    text_ += "\n|---|---|---|\n";
    for (std::size_t m = 0; m < report_.markers.size(); ++m) {
      const Marker& marker = report_.markers[m];
      const std::string link = "m" + std::to_string(m + 1);
      references_ += "[" + link + "]: <" + url_of(video.path, marker.time) + ">\n";
      text_ += "| [" + clock_text(marker.time, video.duration) + "][" + link + "] | " +
               escape(one_line(marker.label)) + " | " + escape(one_line(marker.note)) + " |\n";
    }
    text_ += "\n";
  }

  const Report& report_;
  const Wording words_;
  std::string text_;
  std::string references_;
};

}  // namespace

Document write_markdown(const Report& report, const ExportOptions& options) {
  return {{Writer(report, options.language).write()}, {}};
}

}  // namespace longtake::report
