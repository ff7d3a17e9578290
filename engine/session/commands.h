// Declares the commands: what a frontend may ask of the engine, as plain data. engine/engine.h says how they
// travel; the comment of each names the event (engine/session/events.h) that ends its request, and RequestFailed
// may always come instead.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_SESSION_COMMANDS_H_
#define LONGTAKE_ENGINE_SESSION_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "engine/base/time.h"
#include "engine/media/frame_sampler.h"
#include "engine/model/generate.h"
#include "engine/report/export_options.h"
#include "engine/store/records.h"

namespace longtake {

using RequestId = std::uint64_t;

// clang-format off: the event that ends a request stands at the right.

// Looks at a file or address and puts it into the library; a video that is already there, by content, is
// found again, and has moved to this path if its old one no longer holds it.             VideoAdded
struct AddVideo {
  std::string path;
};
// A video of the library by its id, name or path, or by the content of the file at a path. VideoAdded
struct FindVideo {
  std::string text;
};
// Every video with its memories.                                                        VideoList
struct ListVideos {};
// With its memories, conversations and markers; not the file. Its watches end first (WatchEnded).
//                                                                                      VideoRemoved
struct RemoveVideo {
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
// Put on disk at once, whatever else is being done: QuestionStored. Answered before any more watching
// is done, from what has been seen so far; AnswerPhase, AnswerText and AnswerCitations come as things
// happen. A question that cannot be answered, or is cancelled, stays, with an answer that says so; one
// about a video that is not there, or without words, leaves nothing; in a library that is only read none
// leaves anything.                                                                     AnswerDone
struct AskQuestion {
  std::string text;
  std::vector<QuestionScope> scopes;
  std::int64_t conversation = 0;  // 0 = a new one
  bool verify = true;
  model::GenerateOptions generate;
};
// Does beforehand what a question would wait for: loads the model, opens the memories and brings their index
// into RAM and to the device. For a frontend whose user begins to type. Videos that have not been watched are
// passed over; a question that comes meanwhile ends it early.                          Done
struct PrepareQuestion {
  std::vector<QuestionScope> scopes;
};
// Ends the request early: a watch after its chunk, an answer before its next token, and what has not begun at
// once. The request itself then ends with its own event: WatchEnded, AnswerDone if the answer had begun, Done for
// pictures, else RequestFailed{cancelled}. Removing, and what ends soon, goes on.      Done
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
// file, and to others beside it where the format ends before the export does; without: the bytes come
// back, for a preview.                                                                 Exported
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
  // Whether it fits into the graphics card, if that is chosen and answers; waking one up takes a moment.
  bool ask_card = false;
};
struct DescribeEngine {  // loads the model if it is not loaded                           EngineDescribed
};
// Measures the model by itself on synthetic footage (minutes) and keeps the result.     ModelCalibrated
struct CalibrateModel {};

using Command =
    std::variant<AddVideo, FindVideo, ListVideos, RemoveVideo, RemoveMemory, RelinkVideo, WatchVideo,
                 AskQuestion, PrepareQuestion, CancelRequest, ListConversations, OpenConversation,
                 RenameConversation, RemoveConversation, SetUserVerdict, SearchText, ListMarkers, SaveMarker, RemoveMarker, CheckLibrary,
                 GetPictures, GetWaveform, GetCuts, Export, ExportClip, SaveFrame, CheckModel,
                 DescribeEngine, CalibrateModel>;

// clang-format on

template <typename Type, typename... Types>
inline constexpr bool is_one_of = (std::is_same_v<Type, Types> || ...);

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_SESSION_COMMANDS_H_
