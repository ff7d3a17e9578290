#include "ui/dialogs/memory_cost.h"

#include <algorithm>

namespace longtake::ui {

namespace {

// The head width of nearly every model: it enters only into the few bytes of the scales.
constexpr std::int64_t kHeadDim = 64;

double layoutBytes(const session::ModelCheck& check, kernels::KvCodec codec) {
  const std::int64_t tokens = std::max<std::int64_t>(1, check.info.tokens_per_unit);
  return static_cast<double>(kernels::KvLayout{tokens, 1, kHeadDim, codec}.bytes());
}

}  // namespace

double MemoryCost::modelRate() const {
  return check.info.sampling_fps > 0 ? check.info.sampling_fps : 0.5;
}

double MemoryCost::bytesPerHour(kernels::KvCodec wanted, double framesPerSecond) const {
  const double rate = framesPerSecond > 0 ? framesPerSecond / modelRate() : 1;
  return check.bytes_per_hour * rate * layoutBytes(check, wanted) / layoutBytes(check, codec);
}

}  // namespace longtake::ui
