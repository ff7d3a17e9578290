// OpenTimelineIO: the video as one clip that carries every item as a marker, and above it each
// range as a clip of its own at the same place, so that the timeline's clock is the video's.
//
// Markers hold their range twice: "marked_range" is the name in Marker.2; newer readers rename
// "range" while they upgrade the object, and fail if it is not there.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/report/edit_clock.h"
#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/wording.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<NamedColour, 11> kColours = {{{"PINK", {194, 73, 143}},
                                                   {"RED", {201, 67, 59}},
                                                   {"ORANGE", {207, 116, 22}},
                                                   {"YELLOW", {176, 138, 0}},
                                                   {"GREEN", {44, 138, 87}},
                                                   {"CYAN", {5, 140, 170}},
                                                   {"BLUE", {47, 116, 201}},
                                                   {"PURPLE", {132, 80, 196}},
                                                   {"MAGENTA", {200, 60, 180}},
                                                   {"BLACK", {0, 0, 0}},
                                                   {"WHITE", {255, 255, 255}}}};

class Writer {
 public:
  Writer(const Report& report, const EditClock& clock, const Wording& words)
      : video_(report.videos[0]),
        clock_(clock),
        words_(words),
        rate_(static_cast<double>(clock.rate.numerator) /
              static_cast<double>(clock.rate.denominator)) {}

  Json time(std::int64_t frames) const {
    return {
        {"OTIO_SCHEMA", "RationalTime.1"}, {"rate", rate_}, {"value", static_cast<double>(frames)}};
  }
  Json range(const FrameRange& frames) const {
    return {{"OTIO_SCHEMA", "TimeRange.1"},
            {"start_time", time(frames.begin)},
            {"duration", time(frames.length())}};
  }
  // Of the media, whose first frame bears the file's start timecode.
  Json media_range(const FrameRange& frames) const {
    return range({clock_.first + frames.begin, clock_.first + frames.end});
  }

  Json marker(const TimelineItem& item) const {
    const FrameRange frames = clock_.frames(item.time);
    return {{"OTIO_SCHEMA", "Marker.2"},
            {"name", item.label},
            {"color", nearest_name(item.colour, kColours)},
            {"comment", describe(item, words_)},
            {"metadata", metadata(item)},
            {"marked_range", media_range(frames)},
            {"range", media_range(frames)}};
  }

  Json clip(const std::string& name, const FrameRange& frames, Json markers, Json about) const {
    const Json available =
        clock_.frame_count > 0 ? media_range({0, clock_.frame_count}) : Json(nullptr);
    Json media = {{"OTIO_SCHEMA", "ExternalReference.1"}, {"name", video_.name},
                  {"metadata", Json::object()},           {"available_image_bounds", nullptr},
                  {"target_url", url_of(video_.path)},    {"available_range", available}};
    return {{"OTIO_SCHEMA", "Clip.2"},
            {"name", name},
            {"metadata", std::move(about)},
            {"source_range", media_range(frames)},
            {"effects", Json::array()},
            {"enabled", true},
            {"markers", std::move(markers)},
            {"active_media_reference_key", "DEFAULT_MEDIA"},
            {"media_references", {{"DEFAULT_MEDIA", std::move(media)}}}};
  }

  Json gap(std::int64_t frames) const {
    return {{"OTIO_SCHEMA", "Gap.1"},
            {"name", ""},
            {"metadata", Json::object()},
            {"source_range", range({0, frames})},
            {"effects", Json::array()},
            {"markers", Json::array()},
            {"enabled", true}};
  }

  static Json track(const std::string& name, const char* kind, Json children) {
    return {{"OTIO_SCHEMA", "Track.1"},
            {"name", name},
            {"kind", kind},
            {"metadata", Json::object()},
            {"source_range", nullptr},
            {"effects", Json::array()},
            {"markers", Json::array()},
            {"enabled", true},
            {"children", std::move(children)}};
  }

  static Json metadata(const TimelineItem& item) {
    Json about = {{"kind", item.marker != nullptr ? "marker" : "citation"},
                  {"start_s", to_seconds(item.time.begin)},
                  {"end_s", to_seconds(item.time.end)}};
    if (item.citation != nullptr) {
      about["question"] = item.question->text;
      about["answer"] = item.answer->text;
      about["model"] = item.answer->model;
      about["score"] = item.citation->score;
      const Wording english(Language::english);  // for programs
      about["verdict"] = english.verdict(item.citation->verdict);
      about["user_verdict"] = english.user_verdict(item.citation->user_verdict);
    } else {
      about["note"] = item.text;
    }
    return {{"longtake", std::move(about)}};
  }

 private:
  const VideoFacts& video_;
  const EditClock& clock_;
  const Wording& words_;
  const double rate_;
};

// The ranges, each on the lowest track where it overlaps none.
std::vector<std::vector<const TimelineItem*>> stack(const std::vector<TimelineItem>& items,
                                                    const EditClock& clock) {
  std::vector<std::vector<const TimelineItem*>> tracks;
  for (const TimelineItem& item : items) {
    if (item.is_point()) continue;
    const std::int64_t begin = clock.frames(item.time).begin;
    auto free = std::find_if(tracks.begin(), tracks.end(), [&](const auto& track) {
      return clock.frames(track.back()->time).end <= begin;
    });
    if (free == tracks.end())
      free = tracks.insert(tracks.end(), std::vector<const TimelineItem*>{});
    free->push_back(&item);
  }
  return tracks;
}

}  // namespace

Document write_otio(const Report& report, const ExportOptions& options) {
  const VideoFacts& video = report.videos[0];
  Document document;
  const Wording words(options.language);
  const EditClock clock = edit_clock(video, options, false, {}, document.notes);
  const std::vector<TimelineItem> items = timeline_items(report, words, document.notes);
  const Writer writer(report, clock, words);

  std::int64_t length = clock.frame_count;
  auto markers = Json::array();
  for (const TimelineItem& item : items) {
    if (clock.frame_count == 0) length = std::max(length, clock.frames(item.time).end);
    markers.push_back(writer.marker(item));
  }
  auto tracks = Json::array();
  auto whole = Json::array();
  if (length > 0) {
    whole.push_back(writer.clip(video.name, {0, length}, std::move(markers), Json::object()));
  }
  tracks.push_back(Writer::track(words.say(Word::video), "Video", std::move(whole)));
  int number = 0;
  for (const auto& stacked : stack(items, clock)) {
    auto children = Json::array();
    std::int64_t at = 0;
    for (const TimelineItem* item : stacked) {
      const FrameRange frames = clock.frames(item->time);
      if (frames.begin > at) children.push_back(writer.gap(frames.begin - at));
      children.push_back(writer.clip(item->label, frames, Json::array(), Writer::metadata(*item)));
      at = frames.end;
    }
    ++number;
    tracks.push_back(Writer::track(
        words.say(Word::ranges) + (number > 1 ? " " + std::to_string(number) : std::string()),
        "Video", std::move(children)));
  }
  if (video.has_audio && length > 0) {
    auto sound = Json::array();
    sound.push_back(writer.clip(video.name, {0, length}, Json::array(), Json::object()));
    tracks.push_back(Writer::track(words.say(Word::sound), "Audio", std::move(sound)));
  }

  Json about = {{"version", 1},
                {"generator", Wording(Language::english).written_by(report)},
                {"content_id", video.content_id},
                {"notes", document.notes}};
  const Json timeline = {{"OTIO_SCHEMA", "Timeline.1"},
                         {"name", video.name},
                         {"metadata", {{"longtake", std::move(about)}}},
                         {"global_start_time", writer.time(clock.first)},
                         {"tracks",
                          {{"OTIO_SCHEMA", "Stack.1"},
                           {"name", "tracks"},
                           {"metadata", Json::object()},
                           {"source_range", nullptr},
                           {"effects", Json::array()},
                           {"markers", Json::array()},
                           {"enabled", true},
                           {"children", std::move(tracks)}}}};
  document.parts.push_back(timeline.dump(4) + "\n");
  return document;
}

}  // namespace longtake::report
