// Declares MemoryCost: how many bytes of memory an hour of video takes, for a quality and a rate of
// pictures.
//
// Thread rule and lifetime rule: plain value.
#ifndef LONGTAKE_UI_DIALOGS_MEMORY_COST_H_
#define LONGTAKE_UI_DIALOGS_MEMORY_COST_H_

#include "engine/engine.h"

namespace longtake::ui {

struct MemoryCost {
  session::ModelCheck check;  // what the engine says of the model at its own rate

  bool known() const { return check.bytes_per_hour(kernels::KvCodec::i8) > 0; }
  // Pictures per second that the model itself asks for.
  double modelRate() const;
  // framesPerSecond 0 = the model's own.
  double bytesPerHour(kernels::KvCodec codec, double framesPerSecond) const;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_MEMORY_COST_H_
