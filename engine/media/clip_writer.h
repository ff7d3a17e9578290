// Declares write_clip(): a part of a video as a file of its own.
//
// Copied, a clip keeps every bit of the source (all pictures, sounds and subtitles that the new
// container can hold) and begins at the keyframe at or before the wanted time, because a copy
// cannot begin anywhere else. Encoded anew (H.264 and AAC), it holds exactly the wanted time: the
// picture on screen at its begin, and every one until its end. Either way turn, aspect, colours and
// names stay as they are, times begin at zero, and a start timecode moves with the begin.
//
// Thread rule: may run in any thread; uses up to half of the cores to encode. Lifetime rule: plain
// values.
#ifndef LONGTAKE_ENGINE_MEDIA_CLIP_WRITER_H_
#define LONGTAKE_ENGINE_MEDIA_CLIP_WRITER_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/time.h"

namespace longtake::media {

struct ClipOptions {
  bool reencode = false;
  // When it becomes true, throws Error{cancelled} soon; must outlive the call.
  const std::atomic<bool>* cancel = nullptr;
};

struct WrittenClip {
  TimeRange time;                  // of the source, as far as the pictures go
  std::int64_t size = 0;           // bytes
  std::vector<std::string> notes;  // what was left out or is not as asked, one sentence each
};

// The suffix of `path` names the container: .mp4, .m4v, .mov, .mkv, .webm, .ts or .avi. The file
// appears complete or not at all; an older one of that name is replaced (engine/base/replacement.h
// says how, and what becomes of links, pipes and devices). Throws Error: as probe() does for the
// source; bad_argument if the range lies outside the video, the container is not known, or `path` is
// the source itself; unsupported if the container cannot hold the video's codec, or nothing here can
// encode it; and as the file layer does.
WrittenClip write_clip(const std::string& source, const TimeRange& time,
                       const std::filesystem::path& path, const ClipOptions& options = {});

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_CLIP_WRITER_H_
