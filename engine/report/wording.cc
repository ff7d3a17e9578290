#include "engine/report/wording.h"

#include <algorithm>

#include "engine/report/text.h"
#include "engine/report/timecode.h"

namespace longtake::report {

namespace {

// Times this near to a video's edge are that edge: the last picture looked at is not the last one.
Micros edge(Micros duration) {
  return std::max<Micros>(kMicrosPerSecond, duration / 100);
}

std::string part_words(const VideoFacts& video, const std::vector<TimeRange>& parts) {
  if (parts.size() == 1 && video.duration > 0 && parts[0].begin <= edge(video.duration) &&
      parts[0].end >= video.duration - edge(video.duration)) {
    return {};
  }
  constexpr std::size_t kShown = 3;
  std::string text;
  Micros sum = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    sum += std::max<Micros>(0, parts[i].length());
    if (i < kShown) text += (i == 0 ? "" : ", ") + clock_text(parts[i], video.duration);
  }
  if (parts.size() > kShown)
    text += " and " + std::to_string(parts.size() - kShown) + " more parts";
  if (video.duration > 0) {
    text += " (" + percent_text(static_cast<double>(sum) / static_cast<double>(video.duration)) +
            " of the video)";
  }
  return text;
}

std::string parts_words(const Report& report, const std::vector<VideoPart>& parts, bool name_all) {
  std::string text;
  for (std::size_t v = 0; v < report.videos.size(); ++v) {
    std::vector<TimeRange> ranges;
    for (const VideoPart& part : parts) {
      if (part.video == v) ranges.push_back(part.time);
    }
    if (ranges.empty()) continue;
    const std::string words = part_words(report.videos[v], ranges);
    if (!text.empty()) text += "; ";
    if (name_all) {
      text += (words.empty() ? "all of " : words + " of ") + one_line(report.videos[v].name);
    } else {
      text += words.empty() ? "all of the video" : words;
    }
  }
  return text;
}

bool names_other_videos(const std::vector<VideoPart>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [](const VideoPart& part) { return part.video != 0; });
}

void append_clause(std::string& text, const std::string& clause) {
  if (clause.empty()) return;
  if (!text.empty()) text += ", ";
  text += clause;
}

}  // namespace

std::string verdict_word(store::Verdict verdict) {
  switch (verdict) {
    case store::Verdict::confirmed:
      return "confirmed";
    case store::Verdict::not_confirmed:
      return "not confirmed";
    case store::Verdict::none:
      return {};
  }
  return {};
}

std::string user_verdict_word(store::Verdict verdict) {
  switch (verdict) {
    case store::Verdict::confirmed:
      return "accepted";
    case store::Verdict::not_confirmed:
      return "rejected";
    case store::Verdict::none:
      return {};
  }
  return {};
}

std::string citation_words(const Citation& citation) {
  std::string text = percent_text(citation.score) + " of the evidence";
  append_clause(text, citation.verdict == store::Verdict::none ? "not checked"
                                                               : verdict_word(citation.verdict));
  append_clause(text, user_verdict_word(citation.user_verdict));
  return text;
}

std::string citations_heading(const Answer& answer) {
  return answer.found ? "Evidence" : "Nearest moments, not confirmed";
}

bool is_answered(const Answer& answer) {
  return answer.found || answer.state != store::AnswerState::done;
}

std::string answer_words(const Answer& answer) {
  return is_answered(answer) ? answer.text : "The model would say: " + answer.text;
}

std::string answer_caution(const Answer& answer) {
  switch (answer.state) {
    case store::AnswerState::running:
      return "This answer was still being written.";
    case store::AnswerState::stopped:
      return "Stopped before it was complete.";
    case store::AnswerState::failed:
      return "The answer failed before it was complete" +
             (answer.failure ? ": " + answer.failure->message : std::string()) + ".";
    case store::AnswerState::interrupted:
      return "Interrupted before it was complete.";
    case store::AnswerState::done:
      break;
  }
  return is_answered(answer) ? std::string() : "Not found in what was seen.";
}

std::string coverage_words(const Report& report, const Answer& answer) {
  const std::string words =
      parts_words(report, answer.coverage, names_other_videos(answer.coverage));
  return words.empty() ? std::string() : "from " + words;
}

std::string sampling_words(const Answer& answer) {
  if (answer.interval <= 0) return {};
  std::string text;
  if (answer.interval == kMicrosPerSecond) {
    text = "one picture a second";
  } else if (answer.interval < kMicrosPerSecond) {
    text = format_rate(reduced({kMicrosPerSecond, answer.interval})) + " pictures a second";
  } else {
    text = "one picture every " + short_seconds(answer.interval) + " s";
  }
  return answer.keyframes_only ? text + ", keyframes only" : text;
}

std::string provenance_words(const Report& report, const Answer& answer) {
  std::string text = one_line(answer.model);
  if (answer.started_at > 0) append_clause(text, day_text(answer.started_at));
  std::string seen = coverage_words(report, answer);
  const std::string sampling = sampling_words(answer);
  if (!seen.empty() && !sampling.empty()) seen += ", at " + sampling;
  append_clause(text, seen);
  return text;
}

std::string scope_words(const Report& report, const Question& question) {
  if (question.scope.empty()) return {};
  return "about " + parts_words(report, question.scope, names_other_videos(question.scope)) +
         " only";
}

std::vector<std::pair<std::string, std::string>> video_facts(const VideoFacts& video) {
  std::vector<std::pair<std::string, std::string>> facts;
  facts.emplace_back("File", clean(video.path));
  if (!video.content_id.empty()) facts.emplace_back("Fingerprint", video.content_id);
  if (video.duration > 0) facts.emplace_back("Length", clock_text(video.duration, video.duration));
  std::string picture;
  if (video.width > 0 && video.height > 0) {
    picture = std::to_string(video.width) + " × " + std::to_string(video.height);
  }
  if (video.rate) {
    append_clause(picture, video.variable_rate ? "variable frame rate"
                                               : format_rate(*video.rate) + " frames a second");
  }
  if (!picture.empty()) facts.emplace_back("Picture", picture);
  if (!video.start_timecode.empty()) facts.emplace_back("Timecode", "from " + video.start_timecode);
  if (video.size > 0) facts.emplace_back("Size", bytes_text(video.size));
  return facts;
}

std::string reading_help() {
  return "Times are counted from the video's first picture. The share of a range is how much of "
         "the answer's "
         "evidence lies in it, by the model's attention; a range is confirmed if the model, given "
         "that range "
         "alone, still finds its answer likelier than without any video. Accepted and rejected are "
         "the "
         "analyst's own verdicts.";
}

std::string written_by(const Report& report) {
  std::string text = "Written by Longtake";
  if (!report.version.empty()) text += " " + report.version;
  if (report.created_at > 0) text += " on " + day_text(report.created_at);
  return text + ".";
}

}  // namespace longtake::report
