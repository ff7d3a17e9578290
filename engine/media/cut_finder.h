// Declares find_cuts(): the exact times of a file's scene cuts, without decoding all of it.
//
// Encoders begin a new group of pictures at a cut wherever they may, and a group within one scene
// begins and ends with similar pictures. So only the first picture of every group is decoded; where
// two neighbours differ, the group between them is decoded whole, at small size, and
// SceneCutDetector says at which frame the scene changes. Also decoded whole are groups that hold
// one unusually large packet (a scene that comes and goes within a group), groups of more than
// twelve seconds, and the last one. What no keyframe tells (unknown codecs, streams without
// timestamps) is decoded from end to end.
//
// Thread rule: may run in any thread. Lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_MEDIA_CUT_FINDER_H_
#define LONGTAKE_ENGINE_MEDIA_CUT_FINDER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/media/scene_cuts.h"

namespace longtake::media {

struct CutFinderOptions {
  SceneCutOptions detector;
  int threads = 1;                            // of the decoder
  const std::atomic<bool>* cancel = nullptr;  // when it becomes true: Error{cancelled}
};

struct FoundCuts {
  std::vector<Micros> cuts;  // of the first picture of each new scene, in order of time
  std::int64_t frames_decoded = 0;
  std::int64_t packets_read = 0;
};

// Memory stays below some hundred megabytes however long the file is. Pictures that
// the decoder marks as damaged make no cuts. Throws Error as probe() does; unsupported also for an
// address, which may never end.
FoundCuts find_cuts(const std::string& path, const CutFinderOptions& options = {});

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_CUT_FINDER_H_
