// Declares Exporter: what leaves the library as a file: the answers and the timeline of a video in
// any of report's formats, a clip of it, a frame of it. One function per command, from command to
// event.
//
// The video's own file is never written to. Every function throws Error, or Error{cancelled} soon
// after `cancel` (may be null) became true; then nothing has been written. Thread rule: one thread
// at a time; these take seconds, a clip minutes. Lifetime rule: the library outlives it.
#ifndef LONGTAKE_ENGINE_SESSION_EXPORTING_H_
#define LONGTAKE_ENGINE_SESSION_EXPORTING_H_

#include <atomic>
#include <cstdint>

#include "engine/session/events.h"
#include "engine/store/library.h"

namespace longtake::session {

class Exporter {
 public:
  explicit Exporter(store::Library& library) : library_(library) {}

  Exported run(const Export& command, const std::atomic<bool>* cancel);
  Exported run(const ExportClip& command, const std::atomic<bool>* cancel);
  Exported run(const SaveFrame& command, const std::atomic<bool>* cancel);

 private:
  store::Library& library_;
};

// The same for whichever of the three `command` holds; Error{internal} for any other.
Exported run_export(store::Library& library, const Command& command,
                    const std::atomic<bool>* cancel);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_EXPORTING_H_
