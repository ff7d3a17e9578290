// JSON: everything in the Report but the pictures. resources/schema/longtake-answers.schema.json
// says what each field means; a change of it that old readers cannot bear needs a new version
// number.
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/report/text.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

Json range_json(const TimeRange& time) {
  return {{"start_s", to_seconds(time.begin)}, {"end_s", to_seconds(time.end)}};
}

Json parts_json(const std::vector<VideoPart>& parts) {
  auto json = Json::array();
  for (const VideoPart& part : parts) {
    Json one = {{"video", part.video}};
    one.update(range_json(part.time));
    json.push_back(std::move(one));
  }
  return json;
}

Json date_json(std::int64_t seconds) {
  return seconds > 0 ? Json(utc_text(seconds)) : Json(nullptr);
}

Json video_json(const VideoFacts& video) {
  Json json = {
      {"name", video.name},
      {"path", clean(video.path)},
      {"url", url_of(video.path)},
      {"content_id", video.content_id},
      {"duration_s", video.duration > 0 ? Json(to_seconds(video.duration)) : Json(nullptr)},
      {"size_bytes", video.size > 0 ? Json(video.size) : Json(nullptr)},
      {"width", video.width},
      {"height", video.height}};
  json["frame_rate"] =
      video.rate
          ? Json({{"numerator", video.rate->numerator}, {"denominator", video.rate->denominator}})
          : Json(nullptr);
  json["variable_frame_rate"] = video.variable_rate;
  json["start_timecode"] =
      video.start_timecode.empty() ? Json(nullptr) : Json(video.start_timecode);
  json["has_audio"] = video.has_audio;
  json["seen"] = Json::array();
  for (const TimeRange& seen : video.seen) json["seen"].push_back(range_json(seen));
  return json;
}

Json citation_json(const Citation& citation, std::size_t number) {
  Json json = {{"id", citation.id}, {"number", number}, {"video", citation.video}};
  json.update(range_json(citation.time));
  json["score"] = citation.score;
  json["verdict"] = store::verdict_name(citation.verdict);
  json["user_verdict"] = store::verdict_name(citation.user_verdict);
  return json;
}

Json answer_json(const Question& question, std::size_t question_number, const Answer& answer,
                 std::size_t& citation_number) {
  Json json = {{"id", answer.id},
               {"question_id", question.id},
               {"question_number", question_number},
               {"conversation_id", question.conversation},
               {"conversation", question.conversation_title},
               {"question", question.text},
               {"asked_utc", date_json(question.asked_at)},
               {"scope", parts_json(question.scope)},
               {"answer", answer.text},
               {"state", store::answer_state_name(answer.state)},
               {"found", answer.found},
               {"support", std::isfinite(answer.support) ? Json(answer.support) : Json(nullptr)},
               {"model", answer.model},
               {"answered_utc", date_json(answer.started_at)}};
  if (answer.failure) {
    json["error"] = {{"code", error_code_name(answer.failure->code)},
                     {"message", answer.failure->message},
                     {"hint", answer.failure->hint}};
  }
  json["sampling"] = answer.interval > 0 ? Json({{"interval_s", to_seconds(answer.interval)},
                                                 {"keyframes_only", answer.keyframes_only}})
                                         : Json(nullptr);
  json["coverage"] = parts_json(answer.coverage);
  json["citations"] = Json::array();
  for (const Citation& citation : answer.citations) {
    json["citations"].push_back(citation_json(citation, ++citation_number));
  }
  return json;
}

}  // namespace

Document write_json(const Report& report, const ExportOptions& /*options*/) {
  Json json = {{"format", "longtake-answers"},
               {"version", kVersion},
               {"generator", report.version.empty() ? "Longtake" : "Longtake " + report.version},
               {"created_utc", date_json(report.created_at)}};
  json["videos"] = Json::array();
  for (const VideoFacts& video : report.videos) json["videos"].push_back(video_json(video));
  json["answers"] = Json::array();
  for (std::size_t q = 0; q < report.questions.size(); ++q) {
    std::size_t number = 0;
    for (const Answer& answer : report.questions[q].answers) {
      json["answers"].push_back(answer_json(report.questions[q], q + 1, answer, number));
    }
  }
  json["markers"] = Json::array();
  for (const Marker& marker : report.markers) {
    Json one = {{"id", marker.id}, {"video", 0}};
    one.update(range_json(marker.time));
    one["label"] = marker.label;
    one["colour"] = marker.colour;
    one["note"] = marker.note;
    json["markers"].push_back(std::move(one));
  }
  return {{json.dump(2) + "\n"}, {}};
}

}  // namespace longtake::report
