// Declares Calibration: how far to trust each (layer, KV head) of one model when it looks for blocks,
// and when to say "not found". It is measured once per model by a self-test on synthetic footage
// (engine/session/calibrate.h) and stored with the model's fingerprint; without one, every head of a
// layer counts alike and layers choose for themselves, as plain ReKV does.
//
// Thread rule and lifetime rule: a value.
#ifndef LONGTAKE_ENGINE_MEMORY_CALIBRATION_H_
#define LONGTAKE_ENGINE_MEMORY_CALIBRATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longtake::memory {

struct Calibration {
  std::string fingerprint;  // of the model that was measured; empty = not measured
  std::int64_t layers = 0;
  std::int64_t kv_heads = 0;
  // [layers * kv_heads], >= 0. find: weight of a head's standardised block scores when blocks are
  // chosen; the choice at a layer uses the layers up to it. cite: weight of a head's attention when
  // citations are drawn from it.
  std::vector<float> find;
  std::vector<float> cite;
  // Sharpness of the softmax over the weighted scores, in parts of the best one, whose covered mass
  // ends the choice. At 1 it hardly ever ends before the budget is spent.
  float sharpness = 1.0F;
  // Support (mean log-probability ratio per token) below which an answer counts as not found.
  float support_floor = 0.0F;
  // The same for one citation asked alone.
  float confirm_floor = 0.0F;

  static Calibration uniform(std::int64_t layers, std::int64_t kv_heads);
  bool measured() const { return !fingerprint.empty(); }

  std::string to_json() const;
  // Error{corrupt_data} if the text is not a calibration or contradicts itself.
  static Calibration from_json(std::string_view text);
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_CALIBRATION_H_
