// Declares what crosses the seam between the engine and its frontends: commands in, events out, both
// plain data. engine/engine.h says how they travel.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_SESSION_MESSAGES_H_
#define LONGTAKE_ENGINE_SESSION_MESSAGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/session/answer.h"
#include "engine/session/watch.h"
#include "engine/store/records.h"
#include "kernels/error.h"

namespace longtake {

using RequestId = std::uint64_t;

// --- Commands -------------------------------------------------------------------------------------
// The comment names the event that ends the request; RequestFailed may always come instead.

// Looks at a file or address and puts it into the library; a video that is already there, by content, is
// found again, and its path brought up to date.                                          VideoAdded
struct AddVideo {
  std::string path;
};
// A video of the library by its id, name or path, or by the content of the file at a path. VideoAdded
struct FindVideo {
  std::string text;
};
// Every video with its memories.                                                        VideoList
struct ListVideos {};
struct RemoveVideo {  // with its memories, conversations and markers; not the file      VideoRemoved
  std::int64_t video = 0;
};
struct RelinkVideo {  // the same content at another path                                VideoAdded
  std::int64_t video = 0;
  std::string path;
};
// Queues a video to be watched with the engine's model, or resumes it. WatchProgress comes after every
// chunk.                                                                               WatchEnded
struct WatchVideo {
  std::int64_t video = 0;
  std::optional<double> fps = {};  // frames looked at per second; default: the existing memory's, else
                                  // the model's
  std::optional<media::SamplingMode> sampling = {};
  std::optional<Micros> until = {};
};
// The part of a video that a question is about; no range = all of it.
struct QuestionScope {
  std::int64_t video = 0;
  std::optional<TimeRange> range;
};
// Answered before any more watching is done, from what has been seen so far. AnswerPhase, AnswerText and
// AnswerCitations come as things happen.                                               AnswerDone
struct AskQuestion {
  std::string text;
  std::vector<QuestionScope> scopes;
  std::int64_t conversation = 0;  // 0 = a new one
  bool verify = true;
  model::GenerateOptions generate;
};
// Ends the request early: a watch after its chunk, an answer before its next token. The request itself
// then ends with its own event (WatchEnded, AnswerDone).                               Done
struct CancelRequest {
  RequestId request = 0;
};
struct ListConversations {  // 0 = of all videos                                         ConversationList
  std::int64_t video = 0;
};
struct OpenConversation {  //                                                            ConversationOpened
  std::int64_t conversation = 0;
};
struct RemoveConversation {  //                                                          Done
  std::int64_t conversation = 0;
};
struct SetUserVerdict {  // the analyst accepts or rejects a citation                     Done
  std::int64_t citation = 0;
  store::Verdict verdict = store::Verdict::none;
};
struct SearchText {  // over questions, answers, markers and notes                        SearchResults
  std::string text;
};
struct ListMarkers {  //                                                                 MarkerList
  std::int64_t video = 0;
};
struct SaveMarker {  // a new one if its id is 0                                          MarkerSaved
  store::Marker marker;
};
struct RemoveMarker {  //                                                                Done
  std::int64_t marker = 0;
};
struct CheckLibrary {  // database, segments, checksums, orphans                          LibraryChecked
};
struct DescribeEngine {  // loads the model if it is not loaded                           EngineDescribed
};
// Measures the model by itself on synthetic footage (minutes) and keeps the result.     ModelCalibrated
struct CalibrateModel {};

using Command =
    std::variant<AddVideo, FindVideo, ListVideos, RemoveVideo, RelinkVideo, WatchVideo, AskQuestion,
                 CancelRequest, ListConversations, OpenConversation, RemoveConversation,
                 SetUserVerdict, SearchText, ListMarkers, SaveMarker, RemoveMarker, CheckLibrary,
                 DescribeEngine, CalibrateModel>;

// --- Events ---------------------------------------------------------------------------------------

struct RequestFailed {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string hint;
};
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
};
struct VideoRemoved {
  std::int64_t bytes_freed = 0;
};
struct WatchProgress {
  std::int64_t video = 0;
  std::int64_t memory = 0;
  Micros seen_until = 0;
  Micros duration = 0;      // 0 = unknown (a live stream)
  double x_realtime = 0;    // stream time per wall time, of this request
};
struct WatchEnded {
  store::Memory memory;
  bool finished = false;    // the whole video has been seen; otherwise cancelled or `until` reached
  Micros resumed_at = 0;
  session::WatchTiming timing;
  media::FrameSampler::Summary sampler;
};
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
  store::Answer answer;             // as stored
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

struct Event {
  RequestId request = 0;  // the command that it belongs to
  std::variant<RequestFailed, Done, VideoAdded, VideoList, VideoRemoved, WatchProgress, WatchEnded,
               AnswerPhase, AnswerText, AnswerCitations, AnswerDone, ConversationList,
               ConversationOpened, SearchResults, MarkerList, MarkerSaved, LibraryChecked,
               EngineDescribed, ModelCalibrated>
      body;
};

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_SESSION_MESSAGES_H_
