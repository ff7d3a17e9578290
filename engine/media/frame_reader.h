// Declares FrameReader and read_at(): the picture on screen at given times, for `frames`, saved frames
// and the pictures of timeline, answers and reports. Regular series are FrameSampler's.
//
// Thread rule: one thread at a time; separate readers run in parallel. Lifetime rule: a reader
// keeps the file open; frames outlive it.
#ifndef LONGTAKE_ENGINE_MEDIA_FRAME_READER_H_
#define LONGTAKE_ENGINE_MEDIA_FRAME_READER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/media/frame.h"
#include "engine/media/video_file.h"

namespace longtake::media {

struct ReadOptions {
  // Scaled down to fit, keeping the aspect, when given; never scaled up.
  int max_width = 0;
  int max_height = 0;
  // The nearest keyframe instead of the exact picture: many times faster, for previews. A keyframe
  // is delivered once, for the time that it is nearest to; times without one are left out.
  bool nearest_keyframe = false;
  int threads = 0;  // of the decoder; 0: one per core, at most 16
  // When it becomes true, opening throws Error{cancelled} and read() returns; must outlive the
  // reader.
  const std::atomic<bool>* cancel = nullptr;
};

class FrameReader {
 public:
  // Opens and probes; throws as probe() does.
  explicit FrameReader(const std::string& path_or_url, ReadOptions options = {});
  ~FrameReader();
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;

  const VideoInfo& info() const;
  // The pictures at `times` (in any order, repetitions allowed), each handed to `sink` in order of
  // time; `index` is the position in `times`. Times before zero or at or after the end of the video
  // have none. `sink` returns false to stop.
  void read(const std::vector<Micros>& times, const std::function<bool(SampledFrame)>& sink);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The same, gathered, in the order of `times`.
std::vector<SampledFrame> read_at(const std::string& path_or_url, const std::vector<Micros>& times,
                                  const ReadOptions& options = {});

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_FRAME_READER_H_
