// Declares what the self-test and the evaluation of a model have in common: watching a scene of the shape
// world without a video file, and comparing times with its truth.
//
// Thread rule: the device thread. Lifetime rule: everything is borrowed for the call.
#ifndef LONGTAKE_ENGINE_SESSION_SYNTHETIC_H_
#define LONGTAKE_ENGINE_SESSION_SYNTHETIC_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/memory/ram_blocks.h"
#include "engine/session/runtime.h"
#include "resources/nano/world/questions.h"
#include "resources/nano/world/scene.h"

namespace longtake::session {

// Renders a scene at the model's sampling rate and watches it as Watch does, into RAM.
// Error{cancelled} when `cancelled` says so; it is asked between chunks.
memory::RamBlocks watch_scene(Runtime& runtime, const world::Scene& scene,
                              const std::function<bool()>& cancelled);

// Blocks whose frame was shown within any of the ranges, ascending.
std::vector<std::int64_t> blocks_in(const memory::RamBlocks& blocks,
                                    const std::vector<world::TimeRange>& ranges);

// Intersection over union of two ranges of time, 0..1.
double overlap(const TimeRange& a, const world::TimeRange& b);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_SYNTHETIC_H_
