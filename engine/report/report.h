// Declares Report, the plain model that every exporter writes from, and write_report(): Report to
// bytes.
//
// Whoever makes a Report need not clean it: write_report() makes all text valid, brings times into
// their video, and drops references to videos that are not there.
//
// Thread rule: plain values, pure functions. Lifetime rule: owns everything.
#ifndef LONGTAKE_ENGINE_REPORT_REPORT_H_
#define LONGTAKE_ENGINE_REPORT_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/report/export_options.h"
#include "engine/store/records.h"

namespace longtake::report {

struct VideoFacts {
  std::string name;
  std::string path;        // absolute, or an address
  std::string content_id;  // hex; identity, not a cryptographic hash
  Micros duration = 0;     // 0: unknown
  std::int64_t size = 0;   // bytes; 0: unknown
  std::int64_t width = 0;  // as displayed
  std::int64_t height = 0;
  std::optional<FrameRate> rate;  // nominal: the smallest distance between frames
  std::optional<FrameRate> average_rate;
  bool variable_rate = false;
  std::string start_timecode;  // the file's own; empty: it has none
  bool has_audio = false;
  int audio_channels = 0;       // 0: unknown
  int audio_sample_rate = 0;    // 0: unknown
  std::vector<TimeRange> seen;  // by now
};

struct Picture {
  std::string bytes;      // of the file
  std::string mime_type;  // "image/jpeg" or "image/png"
  int width = 0;
  int height = 0;
};

struct Citation {
  std::int64_t id = 0;
  std::size_t video = 0;  // into Report::videos
  TimeRange time;
  double score = 0;  // share of the answer's evidence, 0 to 1
  store::Verdict verdict = store::Verdict::none;
  store::Verdict user_verdict = store::Verdict::none;
  std::optional<Picture> picture;  // from the middle of the range
};

struct VideoPart {
  std::size_t video = 0;  // into Report::videos
  TimeRange time;
};

struct Answer {
  std::int64_t id = 0;
  std::string text;
  store::AnswerState state = store::AnswerState::done;
  bool found = false;
  double support = 0;
  std::string model;
  std::int64_t started_at = 0;            // seconds UTC
  Micros interval = 0;                    // between the pictures it was answered from; 0: unknown
  bool keyframes_only = false;            // those were the keyframes nearest to the interval
  std::vector<VideoPart> coverage;        // what had been seen then of what was asked about
  std::vector<Citation> citations;        // best first
  std::optional<store::Failure> failure;  // of a failed one, where it is known
};

struct Question {
  std::int64_t id = 0;
  std::int64_t conversation = 0;
  std::string conversation_title;
  std::string text;
  std::int64_t asked_at = 0;     // seconds UTC
  std::vector<VideoPart> scope;  // ranges that it was restricted to; empty: all
  std::vector<Answer> answers;
};

struct Marker {
  std::int64_t id = 0;
  TimeRange time;  // of the first video; empty: a point
  std::string label;
  std::string colour;  // "#30a46c" or a name
  std::string note;
};

struct Report {
  std::string version;             // of the program
  std::int64_t created_at = 0;     // seconds UTC
  std::vector<VideoFacts> videos;  // the first is the subject; the others are cited beside it
  std::vector<Question> questions;
  std::vector<Marker> markers;  // in order of time
};

struct Document {
  // The file's contents. More than one only where the format has a limit: the rest of the events
  // then continues in files of their own.
  std::vector<std::string> parts;
  std::vector<std::string> notes;  // what a reader of the file should know, one sentence each
};

// Throws Error{bad_argument} for options that make no sense (a start timecode that does not exist)
// and for a Report without a video.
Document write_report(Report report, const ExportOptions& options);

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_REPORT_H_
