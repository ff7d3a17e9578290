// Declares the events: what the engine tells its frontends, as plain data. engine/engine.h says how
// they travel.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_SESSION_EVENTS_H_
#define LONGTAKE_ENGINE_SESSION_EVENTS_H_

#include <cstdint>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "engine/media/waveform.h"
#include "engine/session/answer.h"
#include "engine/session/commands.h"
#include "engine/session/model_check.h"
#include "engine/session/watch.h"
#include "engine/store/records.h"

namespace longtake {

using RequestFailed = store::Failure;
struct Done {};
struct VideoAdded {
  store::Video video;
  bool known = false;  // it was in the library already
};
struct VideoWithMemories {
  store::Video video;
  std::vector<store::Memory> memories;
};
struct VideoList {
  std::vector<VideoWithMemories> videos;
  // Ids of videos whose own rows are damaged, which are not among the above, or those of their
  // memories, which are left out there. They can be removed.
  std::vector<std::int64_t> damaged;
  // What the last CheckLibrary of a writable library found, and has not been removed since.
  std::vector<store::Finding> findings;
};
struct VideoRemoved {
  std::int64_t bytes_freed = 0;
};
struct WatchProgress {
  std::int64_t video = 0;
  std::int64_t memory = 0;
  Micros seen_until = 0;
  Micros duration = 0;    // 0 = unknown (a live stream)
  double x_realtime = 0;  // stream time per wall time, of this request
};
struct WatchEnded {
  store::Memory memory;
  bool finished = false;  // the whole video has been seen; otherwise cancelled or `until` reached
  Micros resumed_at = 0;
  session::WatchTiming timing;
  media::FrameSampler::Summary sampler;
};
// The question is on disk, and a running answer to it: nothing that happens from now on, a kill
// included, loses it.
struct QuestionStored {
  store::Asked rows;
};
// With `loading_model` an answer begins. It does so again when the device has failed and the engine
// goes on with less of it or without: text and citations that came before are void then.
struct AnswerPhase {
  session::Phase phase = session::Phase::waiting;
};
struct AnswerText {
  std::string piece;
};
struct AnswerCitations {
  std::vector<store::Citation> citations;  // ids are 0 until AnswerDone
};
struct SeenRange {
  std::int64_t video = 0;
  TimeRange time;
};
struct AnswerDone {
  std::int64_t conversation = 0;
  std::string question;
  store::Answer answer;             // as stored; all ids are 0 where the library is only read
  std::vector<SeenRange> coverage;  // what had been seen of the scope when it was answered
  session::AnswerTiming timing;
  std::int64_t blocks_used = 0;
  std::int64_t blocks_in_scope = 0;
};
struct ConversationList {
  std::vector<store::Conversation> conversations;
};
struct QuestionWithAnswers {
  store::Question question;
  std::vector<store::Answer> answers;
};
struct ConversationOpened {
  store::Conversation conversation;
  std::vector<QuestionWithAnswers> questions;
};
struct SearchResults {
  std::vector<store::SearchHit> hits;
};
struct MarkerList {
  std::vector<store::Marker> markers;
};
struct MarkerSaved {
  std::int64_t marker = 0;
};
struct LibraryChecked {
  std::vector<store::Finding> findings;  // empty = all is well
};
struct PictureReady {
  std::int64_t video = 0;
  media::SampledFrame picture;  // index: the position in the command's times
};
struct WaveformReady {
  std::int64_t video = 0;
  media::Waveform waveform;  // empty: the video has no sound
};
struct CutsReady {
  std::int64_t video = 0;
  std::vector<Micros> cuts;  // ascending
};
struct Exported {
  std::string path;                // as in the command
  std::string bytes;               // of a preview; else empty
  std::int64_t size = 0;           // bytes
  std::vector<std::string> notes;  // what a reader of the file should know, in words
  std::size_t parts = 1;           // files; `bytes` is of the first
};
struct ModelChecked {
  session::ModelCheck check;
};
struct EngineDescribed {
  model::ModelInfo model;
  kernels::DeviceInfo device;
  bool calibrated = false;
  std::string library_folder;
  std::string version;
};
struct ModelCalibrated {
  memory::Calibration calibration;
};
// What the engine did on its own account and its user should know; it belongs to no request (0).
struct EngineNotice {
  std::string message;
  std::string hint;
};

struct Event {
  RequestId request = 0;  // the command that it belongs to
  std::variant<RequestFailed, Done, VideoAdded, VideoList, VideoRemoved, WatchProgress, WatchEnded,
               QuestionStored, AnswerPhase, AnswerText, AnswerCitations, AnswerDone,
               ConversationList, ConversationOpened, SearchResults, MarkerList, MarkerSaved,
               LibraryChecked, PictureReady, WaveformReady, CutsReady, Exported, ModelChecked,
               EngineDescribed, ModelCalibrated, EngineNotice>
      body;
};

// Whether nothing more will come of the event's request.
bool ends_request(const Event& event);
// What a frontend is told of an exception that ended a request.
RequestFailed failure(const std::exception& error);

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_SESSION_EVENTS_H_
