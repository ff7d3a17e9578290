// Declares calibrate(): the self-test of a model on synthetic footage. It renders scenes of the shape
// world, watches them with the model, asks questions whose true time ranges are known, and measures how
// well each (layer, KV head) finds the true blocks, which heads' attention cites them, and where support
// separates answers that rest on the footage from those that do not.
//
// Thread rule: the device thread. Lifetime rule: runtime is borrowed for the call.
#ifndef LONGTAKE_ENGINE_SESSION_CALIBRATE_H_
#define LONGTAKE_ENGINE_SESSION_CALIBRATE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/memory/calibration.h"
#include "engine/session/runtime.h"

namespace longtake::session {

// Error{cancelled} when `cancelled` says so; it is asked between chunks and questions.
memory::Calibration calibrate(Runtime& runtime, const std::function<bool()>& cancelled);

// --- The parts, exposed for tests -----------------------------------------------------------------

// One question's view of one recall: for every (layer, KV head) how its standardised scores see the blocks.
struct FindSample {
  std::int64_t blocks = 0;
  std::vector<float> scores;       // [layers * kv_heads][blocks], each row of mean 0 and deviation 1
  std::vector<std::int64_t> truth;  // blocks that the answer rests on
};

// Weights w >= 0, one per (layer, KV head), that maximise the mean log of the softmax mass that
// sum_i w_i scores_i puts on the true blocks; projected gradient ascent with a small ridge.
std::vector<float> fit_find_weights(const std::vector<FindSample>& samples, std::size_t heads);

// How the choice of blocks may end before the budget is spent: the greatest sharpness at which, at
// every layer, the choice keeps 99 % of the true blocks that the whole budget would have held.
// weights: as from fit_find_weights, kv_heads of them per layer.
float fit_sharpness(const std::vector<FindSample>& samples, const std::vector<float>& weights,
                    std::size_t kv_heads, std::int64_t budget, double mass);

// The floor that separates `good` (support of right answers) from `bad` best, among those below
// which at most 5 % of the good ones lie: the share of bad ones below it minus the share of good
// ones below it is greatest.
float fit_floor(std::vector<double> good, std::vector<double> bad);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_CALIBRATE_H_
