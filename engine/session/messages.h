// Declares what crosses the seam between the engine and its frontends: commands in, events out, both
// plain data. engine/engine.h says how they travel.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_SESSION_MESSAGES_H_
#define LONGTAKE_ENGINE_SESSION_MESSAGES_H_

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/report/export_options.h"
#include "engine/session/answer.h"
#include "engine/session/model_check.h"
#include "engine/session/watch.h"
#include "engine/media/waveform.h"
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
// One memory of a video, with its files; if it is being watched, that watch ends after its chunk (WatchEnded)
// first. Answers that it gave are kept.                                                 Done
struct RemoveMemory {
  std::int64_t memory = 0;
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
// then ends with its own event: WatchEnded, AnswerDone, Done for pictures, else RequestFailed{cancelled}.
//                                                                                      Done
struct CancelRequest {
  RequestId request = 0;
};
struct ListConversations {  // 0 = of all videos                                         ConversationList
  std::int64_t video = 0;
};
struct OpenConversation {  //                                                            ConversationOpened
  std::int64_t conversation = 0;
};
struct RenameConversation {  //                                                          Done
  std::int64_t conversation = 0;
  std::string title;
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
// Small pictures of a video for its timeline and its citations: the keyframe nearest to each time, or the very
// frame on screen then. PictureReady comes for each, in order of time; times outside the video have none. The
// newest request is served first, and one that is under way waits for it: what was scrolled to last is
// what is looked at.                                                                   Done
struct GetPictures {
  std::int64_t video = 0;
  std::vector<Micros> times;
  int max_width = 160;
  int max_height = 90;
  bool exact = false;
};
// How loud the video is, and where its cuts are. Kept in the library folder, so that the second time costs
// nothing.                                                                 WaveformReady, CutsReady
struct GetWaveform {
  std::int64_t video = 0;
};
struct GetCuts {
  std::int64_t video = 0;
};
// Writes what is known about a video: its answers and its timeline. With a path: atomically to that
// file; without: the bytes come back, for a preview.                                   Exported
struct Export {
  std::int64_t video = 0;
  std::vector<std::int64_t> conversations;  // empty = all of this video's
  report::ExportOptions options;
  std::string path;
};
// Writes a part of the video's own file as a clip, or the frame on screen at a time as PNG. A clip is copied
// without loss from the keyframe at or before its begin, or re-encoded exactly.         Exported
struct ExportClip {
  std::int64_t video = 0;
  TimeRange time;
  std::string path;  // the suffix names the container
  bool reencode = false;
};
struct SaveFrame {
  std::int64_t video = 0;
  Micros time = 0;
  std::string path;
};
// Looks at a model's folder without loading it: what it is and whether it fits here.      ModelChecked
struct CheckModel {
  std::string folder;
};
struct DescribeEngine {  // loads the model if it is not loaded                           EngineDescribed
};
// Measures the model by itself on synthetic footage (minutes) and keeps the result.     ModelCalibrated
struct CalibrateModel {};

using Command =
    std::variant<AddVideo, FindVideo, ListVideos, RemoveVideo, RemoveMemory, RelinkVideo, WatchVideo,
                 AskQuestion, CancelRequest, ListConversations, OpenConversation,
                 RenameConversation, RemoveConversation, SetUserVerdict, SearchText, ListMarkers, SaveMarker, RemoveMarker, CheckLibrary,
                 GetPictures, GetWaveform, GetCuts, Export, ExportClip, SaveFrame, CheckModel,
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

struct Event {
  RequestId request = 0;  // the command that it belongs to
  std::variant<RequestFailed, Done, VideoAdded, VideoList, VideoRemoved, WatchProgress, WatchEnded,
               AnswerPhase, AnswerText, AnswerCitations, AnswerDone, ConversationList,
               ConversationOpened, SearchResults, MarkerList, MarkerSaved, LibraryChecked,
               PictureReady, WaveformReady, CutsReady, Exported, ModelChecked, EngineDescribed,
               ModelCalibrated>
      body;
};

// Whether nothing more will come of the event's request.
bool ends_request(const Event& event);
// What a frontend is told of an exception that ended a request.
RequestFailed failure(const std::exception& error);

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_SESSION_MESSAGES_H_
