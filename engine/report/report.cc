#include "engine/report/report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/report/text.h"
#include "engine/report/timecode.h"
#include "engine/report/wording.h"
#include "engine/report/writers.h"
#include "kernels/error.h"

namespace longtake::report {

namespace {

constexpr Micros kLongest = 366LL * 24 * 3600 * kMicrosPerSecond;

void clean_in_place(std::string& text) {
  text = clean(text);
}

void tidy(VideoFacts& video, const Wording& words) {
  // The path keeps its bytes: links must lead to the file. Whoever shows it cleans it.
  clean_in_place(video.name);
  clean_in_place(video.content_id);
  clean_in_place(video.start_timecode);
  if (one_line(video.name).empty()) video.name = clean(file_name(video.path));
  if (one_line(video.name).empty()) video.name = words.say(Word::video);
  video.duration = std::clamp<Micros>(video.duration, 0, kLongest);
  for (std::optional<FrameRate>* rate : {&video.rate, &video.average_rate}) {
    if (*rate && !is_usable(**rate)) rate->reset();
  }
}

TimeRange within(TimeRange time, const VideoFacts& video) {
  const Micros end = video.duration > 0 ? video.duration : kLongest;
  time.begin = std::clamp<Micros>(time.begin, 0, end);
  time.end = std::clamp<Micros>(time.end, time.begin, end);
  return time;
}

void tidy_parts(std::vector<VideoPart>& parts, const std::vector<VideoFacts>& videos) {
  std::erase_if(parts, [&](const VideoPart& part) { return part.video >= videos.size(); });
  for (VideoPart& part : parts) part.time = within(part.time, videos[part.video]);
}

void tidy(Answer& answer, const std::vector<VideoFacts>& videos, const ExportOptions& options) {
  clean_in_place(answer.text);
  clean_in_place(answer.model);
  if (answer.failure) {
    clean_in_place(answer.failure->message);
    clean_in_place(answer.failure->hint);
  }
  tidy_parts(answer.coverage, videos);
  std::erase_if(answer.citations, [&](const Citation& citation) {
    return citation.video >= videos.size() ||
           (options.accepted_only && citation.user_verdict != store::Verdict::confirmed);
  });
  for (Citation& citation : answer.citations) {
    citation.time = within(citation.time, videos[citation.video]);
    citation.score = std::isfinite(citation.score) ? std::clamp(citation.score, 0.0, 1.0) : 0;
    if (!options.pictures) citation.picture.reset();
  }
}

void tidy(Report& report, const ExportOptions& options) {
  if (report.videos.empty()) {
    throw Error(ErrorCode::bad_argument, "There is no video to write about",
                "Choose a video of the library.");
  }
  clean_in_place(report.version);
  for (VideoFacts& video : report.videos) {
    tidy(video, Wording(options.language));
    for (TimeRange& seen : video.seen) seen = within(seen, video);
  }
  if (!options.citations) report.questions.clear();
  if (!options.markers) report.markers.clear();
  for (Question& question : report.questions) {
    clean_in_place(question.text);
    clean_in_place(question.conversation_title);
    tidy_parts(question.scope, report.videos);
    for (Answer& answer : question.answers) tidy(answer, report.videos, options);
  }
  for (Marker& marker : report.markers) {
    clean_in_place(marker.label);
    clean_in_place(marker.colour);
    clean_in_place(marker.note);
    marker.time = within(marker.time, report.videos[0]);
  }
  std::stable_sort(report.markers.begin(), report.markers.end(),
                   [](const Marker& a, const Marker& b) { return a.time.begin < b.time.begin; });
}

}  // namespace

Document write_report(Report report, const ExportOptions& options) {
  tidy(report, options);
  switch (options.format) {
    case Format::markdown:
      return write_markdown(report, options);
    case Format::html:
      return write_html(report, options);
    case Format::pdf:
      return write_pdf(report, options);
    case Format::json:
      return write_json(report, options);
    case Format::csv:
      return write_csv(report, options);
    case Format::srt:
      return write_srt(report, options);
    case Format::vtt:
      return write_vtt(report, options);
    case Format::edl:
      return write_edl(report, options);
    case Format::resolve:
      return write_resolve(report, options);
    case Format::otio:
      return write_otio(report, options);
    case Format::fcpxml:
      return write_fcpxml(report, options);
    case Format::eaf:
      return write_eaf(report, options);
    case Format::chapters:
      return write_chapters(report, options);
  }
  throw Error(ErrorCode::bad_argument, "There is no such export format", {});
}

}  // namespace longtake::report
