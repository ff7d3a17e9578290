// Declares EditFacts: what a program that edits video asks of a file beside VideoInfo.
//
// Thread rule: may run in any thread. Lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_MEDIA_EDIT_FACTS_H_
#define LONGTAKE_ENGINE_MEDIA_EDIT_FACTS_H_

#include <atomic>
#include <string>

#include "engine/media/video_file.h"

namespace longtake::media {

struct EditFacts {
  VideoInfo video;
  std::string start_timecode;  // of the first picture, as the file writes it; empty: it has none
  int audio_channels = 0;      // of the first sound track; 0: there is none
  int audio_sample_rate = 0;
};

// Throws as probe() does, and Error{unsupported} for an address.
EditFacts read_edit_facts(const std::string& path, const std::atomic<bool>* cancel = nullptr);

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_EDIT_FACTS_H_
