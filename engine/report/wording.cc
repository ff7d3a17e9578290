#include "engine/report/wording.h"

#include <algorithm>
#include <array>

#include "engine/report/text.h"
#include "engine/report/timecode.h"

namespace longtake::report {

namespace {

// Times this near to a video's edge are that edge: the last picture looked at is not the last one.
Micros edge(Micros duration) {
  return std::max<Micros>(kMicrosPerSecond, duration / 100);
}

bool is_whole(const VideoFacts& video, const std::vector<TimeRange>& ranges) {
  return ranges.size() == 1 && video.duration > 0 && ranges[0].begin <= edge(video.duration) &&
         ranges[0].end >= video.duration - edge(video.duration);
}

void append_clause(std::string& text, const std::string& clause) {
  if (clause.empty()) return;
  if (!text.empty()) text += ", ";
  text += clause;
}

}  // namespace

bool is_answered(const Answer& answer) {
  return answer.found || answer.state != store::AnswerState::done;
}

std::string Wording::say(Word word, std::initializer_list<std::string_view> parts) const {
  const std::string_view text = word_in(language_, word);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t part = text[i] == '%' && i + 1 < text.size()
                                 ? static_cast<std::size_t>(text[i + 1] - '1')
                                 : parts.size();
    if (part < parts.size()) {
      out += parts.begin()[part];
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string Wording::number(std::string_view decimal) const {
  return replace_all(decimal, ".", word_in(language_, Word::decimal_mark));
}

std::string Wording::day(std::int64_t seconds) const {
  const std::string utc = utc_text(seconds);  // "2026-11-20T15:00:00Z"
  const int month = (utc[5] - '0') * 10 + utc[6] - '0';
  const std::string_view date = std::string_view(utc).substr(utc[8] == '0' ? 9 : 8);
  return say(Word::day,
             {date.substr(0, date.find('T')),
              word_in(language_, static_cast<Word>(static_cast<int>(Word::january) + month - 1)),
              std::string_view(utc).substr(0, 4), std::string_view(utc).substr(11, 5)});
}

std::string Wording::bytes(std::int64_t bytes) const {
  constexpr std::array<const char*, 4> kUnits = {" KB", " MB", " GB", " TB"};
  if (bytes < 1000) return std::to_string(bytes) + " " + say(Word::bytes);
  double amount = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (amount >= 999.5 && unit + 1 < kUnits.size()) {
    amount /= 1000;
    ++unit;
  }
  return number(decimal_text(amount, amount >= 99.95 ? 0 : 1)) + kUnits.at(unit);
}

std::string Wording::question_number(std::size_t question) const {
  return say(Word::question) + std::to_string(question);
}

std::string Wording::citation_number(std::size_t question, std::size_t citation) const {
  return question_number(question) + "." + std::to_string(citation);
}

std::string Wording::verdict(store::Verdict verdict) const {
  switch (verdict) {
    case store::Verdict::confirmed:
      return say(Word::confirmed);
    case store::Verdict::not_confirmed:
      return say(Word::not_confirmed);
    case store::Verdict::none:
      return {};
  }
  return {};
}

std::string Wording::user_verdict(store::Verdict verdict) const {
  switch (verdict) {
    case store::Verdict::confirmed:
      return say(Word::accepted);
    case store::Verdict::not_confirmed:
      return say(Word::rejected);
    case store::Verdict::none:
      return {};
  }
  return {};
}

std::string Wording::verdict_badge(store::Verdict verdict) const {
  switch (verdict) {
    case store::Verdict::confirmed:
      return say(Word::badge_confirmed);
    case store::Verdict::not_confirmed:
      return say(Word::badge_not_confirmed);
    case store::Verdict::none:
      return say(Word::badge_not_checked);
  }
  return {};
}

std::string Wording::user_verdict_badge(store::Verdict verdict) const {
  switch (verdict) {
    case store::Verdict::confirmed:
      return say(Word::badge_accepted);
    case store::Verdict::not_confirmed:
      return say(Word::badge_rejected);
    case store::Verdict::none:
      return {};
  }
  return {};
}

std::string Wording::citation(const Citation& citation) const {
  std::string text = say(Word::share_of_evidence, {percent_text(citation.score)});
  append_clause(text, citation.verdict == store::Verdict::none ? say(Word::not_checked)
                                                               : verdict(citation.verdict));
  append_clause(text, user_verdict(citation.user_verdict));
  return text;
}

std::string Wording::citations_heading(const Answer& answer) const {
  return say(answer.found ? Word::evidence : Word::nearest_moments);
}

std::string Wording::answer(const Answer& answer) const {
  return is_answered(answer) ? answer.text : say(Word::model_would_say, {answer.text});
}

std::string Wording::caution(const Answer& answer) const {
  switch (answer.state) {
    case store::AnswerState::running:
      return say(Word::still_written);
    case store::AnswerState::stopped:
      return say(Word::stopped);
    case store::AnswerState::failed:
      return answer.failure ? say(Word::failed_because, {answer.failure->message})
                            : say(Word::failed);
    case store::AnswerState::interrupted:
      return say(Word::interrupted);
    case store::AnswerState::done:
      break;
  }
  return is_answered(answer) ? std::string() : say(Word::not_found);
}

std::string Wording::part_words(const VideoFacts& video,
                                const std::vector<TimeRange>& ranges) const {
  constexpr std::size_t kShown = 3;
  std::string text;
  Micros sum = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    sum += std::max<Micros>(0, ranges[i].length());
    if (i < kShown) append_clause(text, clock_text(ranges[i], video.duration));
  }
  if (ranges.size() == kShown + 1) {
    text = say(Word::one_more_part, {text});
  } else if (ranges.size() > kShown) {
    text = say(Word::more_parts, {text, std::to_string(ranges.size() - kShown)});
  }
  if (video.duration <= 0) return text;
  return say(Word::share_of_video,
             {text, percent_text(static_cast<double>(sum) / static_cast<double>(video.duration))});
}

std::string Wording::part_words(const Report& report, const std::vector<VideoPart>& parts) const {
  const bool name_all = std::any_of(parts.begin(), parts.end(),
                                    [](const VideoPart& part) { return part.video != 0; });
  std::string text;
  for (std::size_t v = 0; v < report.videos.size(); ++v) {
    std::vector<TimeRange> ranges;
    for (const VideoPart& part : parts) {
      if (part.video == v) ranges.push_back(part.time);
    }
    if (ranges.empty()) continue;
    const VideoFacts& video = report.videos[v];
    const std::string name = one_line(video.name);
    if (!text.empty()) text += "; ";
    if (is_whole(video, ranges)) {
      text += name_all ? say(Word::whole_video_named, {name}) : say(Word::whole_video);
    } else {
      const std::string words = part_words(video, ranges);
      text += name_all ? say(Word::part_of, {words, name}) : words;
    }
  }
  return text;
}

std::string Wording::coverage(const Report& report, const Answer& answer) const {
  const std::string words = part_words(report, answer.coverage);
  return words.empty() ? std::string() : say(Word::answered_from, {words});
}

std::string Wording::sampling(const Answer& answer) const {
  if (answer.interval <= 0) return {};
  std::string text;
  if (answer.interval == kMicrosPerSecond) {
    text = say(Word::picture_a_second);
  } else if (answer.interval < kMicrosPerSecond) {
    text = say(Word::pictures_a_second,
               {number(format_rate(reduced({kMicrosPerSecond, answer.interval})))});
  } else {
    text = say(Word::picture_every, {number(short_seconds(answer.interval))});
  }
  return answer.keyframes_only ? say(Word::only_keyframes, {text}) : text;
}

std::string Wording::provenance(const Report& report, const Answer& answer) const {
  std::string text = one_line(answer.model);
  if (answer.started_at > 0) append_clause(text, day(answer.started_at));
  const std::string seen = coverage(report, answer);
  const std::string how = sampling(answer);
  append_clause(text, seen.empty() || how.empty() ? seen : say(Word::sampled, {seen, how}));
  return text;
}

std::string Wording::scope(const Report& report, const Question& question) const {
  if (question.scope.empty()) return {};
  return say(Word::asked_about, {part_words(report, question.scope)});
}

std::vector<std::pair<std::string, std::string>> Wording::video_facts(
    const VideoFacts& video) const {
  std::vector<std::pair<std::string, std::string>> facts;
  const auto add = [&](Word label, std::string value) {
    facts.emplace_back(say(label), std::move(value));
  };
  add(Word::file, clean(video.path));
  if (!video.content_id.empty()) add(Word::fingerprint, video.content_id);
  if (video.duration > 0) add(Word::length, clock_text(video.duration, video.duration));
  std::string picture;
  if (video.width > 0 && video.height > 0) {
    picture = std::to_string(video.width) + " × " + std::to_string(video.height);
  }
  if (video.rate) {
    append_clause(picture, video.variable_rate
                               ? say(Word::variable_rate)
                               : say(Word::frames_a_second, {number(format_rate(*video.rate))}));
  }
  if (!picture.empty()) add(Word::picture, picture);
  if (!video.start_timecode.empty()) {
    add(Word::timecode, say(Word::from_timecode, {video.start_timecode}));
  }
  if (video.size > 0) add(Word::size, bytes(video.size));
  return facts;
}

std::string Wording::written_by(const Report& report) const {
  const std::string program = "Longtake" + (report.version.empty() ? "" : " " + report.version);
  return report.created_at > 0 ? say(Word::written_by_on, {program, day(report.created_at)})
                               : say(Word::written_by, {program});
}

}  // namespace longtake::report
