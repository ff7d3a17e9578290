// Declares evaluate(): how well a model answers from its memory on held-out scenes of the shape world, by
// type of question and by how long the footage is in which the events lie.
//
// Thread rule: the device thread. Lifetime rule: runtime is borrowed for the call.
#ifndef LONGTAKE_ENGINE_SESSION_EVALUATE_H_
#define LONGTAKE_ENGINE_SESSION_EVALUATE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/session/runtime.h"

namespace longtake::session {

// Right answers of so many.
struct Tally {
  std::int64_t right = 0;
  std::int64_t all = 0;
  double share() const { return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all); }
};

// Scenes of one length, asked about as a whole.
struct EvaluationRow {
  std::string name;            // "in context", "10 min", "1 h", "10 h"
  Micros length = 0;           // of one scene
  int scenes = 0;
  std::map<std::string, Tally> accuracy;  // by type of question, answerable ones
  Tally answered;              // all answerable questions but two-hop ones
  Tally two_hop;
  Tally recalled;              // questions with every true event among the blocks that were used
  Tally cited;                 // right answers whose first citation overlaps a true event, IoU >= 0.3
  Tally cited_any;             // the same for any of their citations
  Tally refused;               // questions about what never appears that ended as "not found"
  // Answerable ones that did, if their answer rests on something seen: where the right answer is
  // that there is none ("no", "0"), "not found" is no mistake.
  Tally refused_wrongly;
};

struct EvaluateOptions {
  // Held out: neither the training nor the calibration ever uses seeds from here on.
  // Once a model has been changed after an evaluation, the next one needs seeds that are new.
  std::uint64_t first_seed = 3'000'000'000;
  int context_scenes = 100;    // of 30 s, everything in context
  std::vector<std::pair<Micros, int>> lengths = {{600 * kMicrosPerSecond, 8},
                                                 {3600 * kMicrosPerSecond, 3},
                                                 {36'000 * kMicrosPerSecond, 1}};
  int events_per_scene = 24;   // in the long ones, wherever they lie
  int questions = 60;          // per long scene; 10 per short one
};

std::vector<EvaluationRow> evaluate(Runtime& runtime, const EvaluateOptions& options,
                                    const std::function<bool()>& cancelled);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_EVALUATE_H_
