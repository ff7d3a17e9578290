// Declares the rows of the library as plain data: what Library and Journal take and give.
//
// Fields called json hold one JSON value whose shape their writer chooses; the store does not read
// it. Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_STORE_RECORDS_H_
#define LONGTAKE_ENGINE_STORE_RECORDS_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "engine/memory/kv_block.h"
#include "kernels/error.h"

namespace longtake::store {

// The numbers of every enumeration here are stored: never reuse one.

struct Video {
  std::int64_t id = 0;
  std::string content_id;  // content_id() of engine/base/hash.h, in hex: the video's identity
  std::filesystem::path path;
  std::string name;
  std::int64_t size = 0;  // bytes
  Micros duration = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string info = "{}";    // json: streams, codecs, rates
  std::int64_t added_at = 0;  // seconds UTC; 0 when adding: now
};

enum class MemoryState : std::uint8_t {
  stopped = 0,   // nobody is watching; complete if `finished`
  watching = 1,  // becomes `stopped` when the library is next opened
  failed = 2,
};

struct Memory {
  std::int64_t id = 0;
  std::int64_t video_id = 0;
  std::string model;        // name, for the user
  std::string fingerprint;  // 32 hex digits
  memory::MemoryShape shape;
  Micros interval = 0;          // between sampled frames
  std::string mode = "exact";   // or "keyframes"
  std::int64_t created_at = 0;  // seconds UTC
  MemoryState state = MemoryState::stopped;
  // What has been watched. MemoryStore writes these.
  bool finished = false;
  std::int64_t next_index = 0;  // the sample to go on with
  std::int64_t blocks = 0;
  std::int64_t frames = 0;
  std::int64_t tokens = 0;
  std::int64_t bytes = 0;  // on disk
  std::vector<TimeRange> coverage;
};

// The one of a video's memories that answers questions: of those that have seen it all the newest,
// else the one that has seen most. Only of those of the model with this fingerprint; empty: of any.
// Null if there is none.
const Memory* preferred_memory(std::span<const Memory> memories, std::string_view fingerprint = {});

struct Conversation {
  std::int64_t id = 0;
  std::string title;
  std::int64_t created_at = 0;
  std::vector<std::int64_t> video_ids;
};

struct Question {
  std::int64_t id = 0;
  std::int64_t conversation_id = 0;
  std::string text;
  std::string scope = "{}";              // json: the time ranges asked about
  std::vector<std::int64_t> memory_ids;  // from which memories it is answered
  std::int64_t asked_at = 0;             // seconds UTC; 0 when asking: now
};

// The rows that a question is when it has been asked.
struct Asked {
  std::int64_t conversation = 0;
  std::int64_t question = 0;
  std::int64_t answer = 0;
};

enum class Verdict : std::uint8_t { none = 0, confirmed = 1, not_confirmed = 2 };

// As JSON and CSV spell it.
constexpr const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::confirmed:
      return "confirmed";
    case Verdict::not_confirmed:
      return "not_confirmed";
    case Verdict::none:
      break;
  }
  return "none";
}

struct Citation {
  std::int64_t id = 0;
  std::int64_t video_id = 0;
  TimeRange time;
  double score = 0;
  Verdict verdict = Verdict::none;       // of the model's verification
  Verdict user_verdict = Verdict::none;  // of the analyst
};

enum class AnswerState : std::uint8_t {
  running = 0,
  done = 1,
  stopped = 2,  // by the user
  failed = 3,
  interrupted = 4,  // the program ended while it was running
};

// As JSON spells it.
constexpr const char* answer_state_name(AnswerState state) {
  switch (state) {
    case AnswerState::running:
      return "running";
    case AnswerState::done:
      return "done";
    case AnswerState::stopped:
      return "stopped";
    case AnswerState::failed:
      break;
    case AnswerState::interrupted:
      return "interrupted";
  }
  return "failed";
}

// How much a stretch of a video counted for an answer.
struct Evidence {
  std::int64_t video_id = 0;
  TimeRange time;
  double weight = 0;  // 0..1; 1 for the strongest stretch of the answer
};

// Why something did not come about, in the words of its Error.
struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string hint;
};

struct Answer {
  std::int64_t id = 0;
  std::int64_t question_id = 0;
  std::string text;
  AnswerState state = AnswerState::running;
  bool found = false;
  double support = 0;
  std::string coverage = "[]";  // json
  std::string model;
  std::string timing = "{}";    // json
  std::int64_t started_at = 0;  // seconds UTC; 0 when beginning: now
  std::vector<Citation> citations;
  std::vector<Evidence> evidence;  // video after video, in order of time; of old answers none
  std::optional<Failure> failure;  // of a failed one; of old ones none
};

struct Marker {
  std::int64_t id = 0;
  std::int64_t video_id = 0;
  TimeRange time;
  std::string label;
  std::string colour;
  std::string note;
};

struct SearchHit {
  enum class Kind : std::uint8_t { question = 0, answer = 1, marker = 2, note = 3 };
  Kind kind = Kind::question;
  std::int64_t id = 0;               // of the question, answer or marker
  std::int64_t conversation_id = 0;  // of a question or answer, else 0
  std::int64_t video_id = 0;         // of a marker or note, else 0
  std::int64_t asked_at = 0;         // the question or answer's question, seconds UTC, else 0
  std::string snippet;               // the matching words between '[' and ']'
};

// One thing that check_library() found wrong.
struct Finding {
  std::string where;  // "library.db", "cars.mp4, memory 3, block 17"
  std::string what;
  std::string hint;
  std::int64_t memory_id = 0;  // whose damage it is; 0: of no memory alone
  std::int64_t found_at = 0;   // seconds UTC; 0 when keeping: now
  bool lasting = true;         // false: what opening or watching mends by itself is not kept
};

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_RECORDS_H_
