#include "engine/session/report_gathering.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "engine/media/edit_facts.h"
#include "engine/media/frame_reader.h"
#include "engine/media/image_file.h"
#include "engine/session/source_file.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

using Json = nlohmann::json;

constexpr int kPictureWidth = 640;  // sharp on a page at three in a row
constexpr int kPictureHeight = 640;
constexpr int kPictureQuality = 82;
constexpr std::size_t kMaxPictures =
    600;  // of a report; an exact picture costs up to half a second
constexpr Micros kYear = 366LL * 24 * 3600 * kMicrosPerSecond;

void throw_if_cancelled(const std::atomic<bool>* cancel) {
  if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) {
    throw Error(ErrorCode::cancelled, "The export was stopped");
  }
}

// The rows' json is our own, but a row may have been damaged: what is not as expected is as if
// absent.
Json parse(const std::string& text) {
  return Json::parse(text, nullptr, false);
}

std::int64_t number(const Json& object, const char* key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_number_integer() ? member->get<std::int64_t>() : 0;
}

bool flag(const Json& object, const char* key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_boolean() && member->get<bool>();
}

std::optional<Micros> seconds(const Json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_number()) return std::nullopt;
  const double value = member->get<double>();
  if (!(value >= 0)) return std::nullopt;
  return value > to_seconds(kYear) ? kYear : from_seconds(value);
}

std::optional<report::FrameRate> known_rate(std::int64_t numerator, std::int64_t denominator) {
  if (numerator <= 0 || denominator <= 0) return std::nullopt;
  return report::FrameRate{numerator, denominator};
}

class Gatherer {
 public:
  Gatherer(store::Library& library, const std::atomic<bool>* cancel,
           std::vector<std::string>& notes)
      : library_(library), cancel_(cancel), notes_(notes) {}

  report::Report gather(const store::Video& video, const std::vector<std::int64_t>& conversations) {
    report_.version = LONGTAKE_VERSION;
    report_.created_at = utc_seconds();
    position_of(video.id);
    for (const store::Conversation& conversation : chosen(video, conversations)) {
      for (const store::Question& question : library_.journal().list_questions(conversation.id)) {
        throw_if_cancelled(cancel_);
        add_question(conversation, question);
      }
    }
    for (const store::Marker& marker : library_.journal().list_markers(video.id)) {
      report_.markers.push_back({marker.id, marker.time, marker.label, marker.colour, marker.note});
    }
    return std::move(report_);
  }

 private:
  std::vector<store::Conversation> chosen(const store::Video& video,
                                          const std::vector<std::int64_t>& ids) {
    if (ids.empty()) return library_.journal().list_conversations(video.id);
    std::vector<store::Conversation> conversations;
    for (const std::int64_t id : ids) {
      const std::optional<store::Conversation> conversation =
          library_.journal().find_conversation(id);
      if (!conversation) {
        throw Error(ErrorCode::not_found, "There is no conversation " + std::to_string(id),
                    "It may have been removed.");
      }
      const std::vector<std::int64_t>& about = conversation->video_ids;
      if (std::find(about.begin(), about.end(), video.id) == about.end()) {
        throw Error(ErrorCode::bad_argument,
                    "Conversation " + std::to_string(id) + " is not about " + video.name,
                    "Choose one of this video's conversations.");
      }
      conversations.push_back(*conversation);
    }
    return conversations;
  }

  // The place of a video in the report, which it gets when it is first mentioned; empty: it is
  // gone.
  std::optional<std::size_t> position_of(std::int64_t id) {
    if (const auto known = positions_.find(id); known != positions_.end()) return known->second;
    const std::optional<store::Video> video = library_.find_video(id);
    std::optional<std::size_t> position;
    if (video) {
      position = report_.videos.size();
      report_.videos.push_back(facts_of(*video));
    }
    positions_[id] = position;
    return position;
  }

  report::VideoFacts facts_of(const store::Video& video) {
    report::VideoFacts facts;
    facts.name = video.name;
    facts.path = video.path.string();
    facts.content_id = video.content_id;
    facts.duration = video.duration;
    facts.size = video.size;
    facts.width = video.width;
    facts.height = video.height;
    const std::vector<store::Memory> memories = library_.list_memories(video.id);
    if (const store::Memory* memory = store::preferred_memory(memories)) {
      facts.seen = memory->coverage;
      // What was seen far behind the stated end proves that wrong; times are cut at the duration.
      const Micros end = facts.seen.empty() ? 0 : facts.seen.back().end;
      if (facts.duration > 0 && end > facts.duration + memory->interval) facts.duration = end;
    }
    // What the row says holds without the file, too.
    if (const Json info = parse(video.info); info.is_object()) {
      facts.rate = known_rate(number(info, "rate_num"), number(info, "rate_den"));
      facts.variable_rate = flag(info, "variable_frame_rate");
      facts.has_audio = flag(info, "has_audio");
    }
    if (media::is_url(facts.path)) return facts;
    try {
      const media::EditFacts edit = media::read_edit_facts(require_source(video), cancel_);
      facts.rate = known_rate(edit.video.nominal_rate.num, edit.video.nominal_rate.den);
      facts.average_rate = known_rate(edit.video.average_rate.num, edit.video.average_rate.den);
      facts.start_timecode = edit.start_timecode;
      facts.audio_channels = edit.audio_channels;
      facts.audio_sample_rate = edit.audio_sample_rate;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      notes_.push_back("The file of " + video.name +
                       " could not be read; what depends on it is left out: " + error.message());
    }
    return facts;
  }

  std::vector<report::VideoPart> parts_of(const std::string& text) {
    std::vector<report::VideoPart> parts;
    const Json json = parse(text);
    if (!json.is_array()) return parts;
    for (const Json& one : json) {
      if (!one.is_object()) continue;
      const auto begin = seconds(one, "start_s");
      const auto end = seconds(one, "end_s");
      const std::optional<std::size_t> video = position_of(number(one, "video"));
      if (begin && end && video) parts.push_back({*video, {*begin, *end}});
    }
    return parts;
  }

  void add_question(const store::Conversation& conversation, const store::Question& row) {
    report::Question question;
    question.id = row.id;
    question.conversation = conversation.id;
    question.conversation_title = conversation.title;
    question.text = row.text;
    question.asked_at = row.asked_at;
    question.scope = parts_of(row.scope);
    for (const store::Answer& answer : library_.journal().list_answers(row.id)) {
      // A failed answer says nothing about the video.
      if (answer.text.empty() && answer.state != store::AnswerState::done) continue;
      add_answer(row, answer, question);
    }
    if (!question.answers.empty()) report_.questions.push_back(std::move(question));
  }

  void add_answer(const store::Question& question, const store::Answer& row, report::Question& to) {
    report::Answer& answer = to.answers.emplace_back();
    answer.id = row.id;
    answer.text = row.text;
    answer.state = row.state;
    answer.found = row.found;
    answer.support = row.support;
    answer.model = row.model;
    answer.started_at = row.started_at;
    answer.failure = row.failure;
    answer.coverage = parts_of(row.coverage);
    if (!question.memory_ids.empty()) {
      if (const auto memory = memory_of(question.memory_ids.front())) {
        answer.interval = memory->interval;
        answer.keyframes_only = memory->mode == "keyframes";
      }
    }
    for (const store::Citation& cited : row.citations) {
      const std::optional<std::size_t> video = position_of(cited.video_id);
      if (!video) continue;
      report::Citation& citation = answer.citations.emplace_back();
      citation.id = cited.id;
      citation.video = *video;
      citation.time = cited.time;
      citation.score = cited.score;
      citation.verdict = cited.verdict;
      citation.user_verdict = cited.user_verdict;
    }
  }

  const std::optional<store::Memory>& memory_of(std::int64_t id) {
    const auto known = memories_.find(id);
    if (known != memories_.end()) return known->second;
    return memories_[id] = library_.find_memory(id);
  }

  store::Library& library_;
  const std::atomic<bool>* const cancel_;
  std::vector<std::string>& notes_;
  report::Report report_;
  std::map<std::int64_t, std::optional<std::size_t>> positions_;
  std::map<std::int64_t, std::optional<store::Memory>> memories_;
};

}  // namespace

report::Report gather_report(store::Library& library, const store::Video& video,
                             const std::vector<std::int64_t>& conversations,
                             const std::atomic<bool>* cancel, std::vector<std::string>& notes) {
  return Gatherer(library, cancel, notes).gather(video, conversations);
}

void add_pictures(report::Report& report, const std::atomic<bool>* cancel,
                  std::vector<std::string>& notes) {
  std::vector<std::vector<report::Citation*>> citations(report.videos.size());
  std::size_t wanted = 0;
  for (report::Question& question : report.questions) {
    for (report::Answer& answer : question.answers) {
      for (report::Citation& citation : answer.citations) {
        if (wanted++ < kMaxPictures) citations[citation.video].push_back(&citation);
      }
    }
  }
  if (wanted > kMaxPictures) {
    notes.push_back("Only the first " + std::to_string(kMaxPictures) + " of " +
                    std::to_string(wanted) + " pictures are in the report.");
  }
  for (std::size_t v = 0; v < citations.size(); ++v) {
    if (citations[v].empty()) continue;
    const report::VideoFacts& video = report.videos[v];
    if (media::is_url(video.path)) {
      notes.push_back("There are no pictures of " + video.name + ": it is an address, not a file.");
      continue;
    }
    std::vector<Micros> middles;
    for (const report::Citation* citation : citations[v]) {
      middles.push_back(citation->time.begin + citation->time.length() / 2);
    }
    try {
      media::ReadOptions options;
      options.max_width = kPictureWidth;
      options.max_height = kPictureHeight;
      options.threads = 2;  // watching may need the rest
      options.cancel = cancel;
      const std::string source = require_source(video.path, video.content_id, video.name);
      media::FrameReader(source, options).read(middles, [&](const media::SampledFrame& frame) {
        const std::vector<std::byte> jpeg = media::encode_jpeg(frame.image, kPictureQuality);
        citations[v][static_cast<std::size_t>(frame.index)]->picture =
            report::Picture{std::string(reinterpret_cast<const char*>(jpeg.data()), jpeg.size()),
                            "image/jpeg", frame.image.width, frame.image.height};
        return cancel == nullptr || !cancel->load(std::memory_order_relaxed);
      });
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      notes.push_back("There are no pictures of " + video.name + ": " + error.message());
    }
    throw_if_cancelled(cancel);
  }
}

}  // namespace longtake::session
