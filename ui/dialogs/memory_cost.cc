#include "ui/dialogs/memory_cost.h"

namespace longtake::ui {

double MemoryCost::modelRate() const {
  return check.info.sampling_fps > 0 ? check.info.sampling_fps : 0.5;
}

double MemoryCost::bytesPerHour(kernels::KvCodec codec, double framesPerSecond) const {
  const double rate = framesPerSecond > 0 ? framesPerSecond / modelRate() : 1;
  return check.bytes_per_hour(codec) * rate;
}

}  // namespace longtake::ui
