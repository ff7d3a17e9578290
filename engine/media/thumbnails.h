// Declares filmstrip(): small pictures spread evenly over a video, for the timeline and the
// library.
//
// Thread rule: may run in any thread. Lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_MEDIA_THUMBNAILS_H_
#define LONGTAKE_ENGINE_MEDIA_THUMBNAILS_H_

#include <string>
#include <vector>

#include "engine/media/frame.h"

namespace longtake::media {

struct FilmstripOptions {
  int count = 20;  // slots of equal length; each shows the keyframe nearest to its middle
  int max_width = 160;
  int max_height = 90;
};

// One frame per slot: index is the slot, instant its middle. A slot without a keyframe of its own
// repeats its neighbour's picture, with that picture's pts. A video of unknown length has one slot.
std::vector<SampledFrame> filmstrip(const std::string& path_or_url,
                                    const FilmstripOptions& options = {});

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_THUMBNAILS_H_
