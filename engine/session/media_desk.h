// Declares MediaDesk: what a desktop wants from a video's file beside watching and answering: small
// pictures, how loud it is, where its cuts are, and exports. One thread for each kind, so that none
// waits for another: pictures (the newest request first, see GetPictures), exports, and, in the
// background, waveforms and cuts, which come from the library's derived files once they are known.
//
// They decode with one or two threads, and in the background with what others leave of the
// processor, because watching runs on the same cores.
//
// Thread rule: every public method may be called from any thread; events are emitted from the
// desk's threads, or from the one that cancels. Lifetime rule: the library outlives it; the
// destructor cancels everything and waits.
#ifndef LONGTAKE_ENGINE_SESSION_MEDIA_DESK_H_
#define LONGTAKE_ENGINE_SESSION_MEDIA_DESK_H_

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "engine/media/frame_reader.h"
#include "engine/session/events.h"
#include "engine/session/work_lane.h"
#include "engine/store/library.h"

namespace longtake::session {

class MediaDesk {
 public:
  using Emit = std::function<void(Event)>;
  MediaDesk(store::Library& library, Emit emit);
  ~MediaDesk();
  MediaDesk(const MediaDesk&) = delete;
  MediaDesk& operator=(const MediaDesk&) = delete;

  // Whether commands of this type are for the desk.
  template <typename Type>
  static constexpr bool takes =
      is_one_of<Type, GetPictures, GetWaveform, GetCuts, Export, ExportClip, SaveFrame>;
  void post(RequestId request, Command command);
  // Ends a request early; unknown ids are ignored.
  void cancel(RequestId request);
  // Ends every request about a video that is about to be removed; returns when none runs any more.
  void release_video(std::int64_t video);

 private:
  // Open files of the last few kinds of pictures, for the next request of the same kind.
  struct OpenReader;

  WorkLane::Options lane(bool background);
  WorkLane::Options pictures_lane();
  WorkLane& lane_for(const Command& command);
  // Runs a job to its end or until it makes way; errors become RequestFailed.
  WorkLane::Outcome run(WorkLane::Job& job, const std::atomic<bool>& cancel);
  void emit_cancelled(const WorkLane::Job& job);

  // false: a newer request waits; job.done says how many times are dealt with.
  bool send_pictures(WorkLane::Job& job, const GetPictures& command,
                     const std::atomic<bool>& cancel);
  media::FrameReader& open_reader(const store::Video& video, const GetPictures& command,
                                  const std::atomic<bool>& cancel);
  media::Waveform waveform(const GetWaveform& command, const std::atomic<bool>& cancel);
  std::vector<Micros> cuts(const GetCuts& command, const std::atomic<bool>& cancel);
  void keep(const store::Video& video, store::DerivedKind kind, std::span<const std::byte> payload);

  // Constant after construction.
  store::Library& library_;
  const Emit emit_;

  std::list<OpenReader> readers_;  // the pictures' thread's own, most recently used first

  // Last, so that their threads end before what they use goes.
  WorkLane exports_;
  WorkLane waveforms_;
  WorkLane cuts_;
  WorkLane pictures_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_MEDIA_DESK_H_
