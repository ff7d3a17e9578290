// Declares ModelCheck and check_model(): what a folder of a model holds and whether it fits into
// this machine's memory, without loading it. The numbers are worked out from the model's shape: a
// memory on disk comes out exactly, the memory of a watch within a tenth of what was measured for
// half a billion parameters (bf16 and int8).
//
// Thread rule: may run in any thread. Lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_SESSION_MODEL_CHECK_H_
#define LONGTAKE_ENGINE_SESSION_MODEL_CHECK_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/model/model.h"
#include "kernels/backend.h"

namespace longtake::session {

// tight: above three quarters of what is free.
enum class Fit : std::uint8_t { fits, tight, too_big };

struct ModelCheck {
  std::string folder;
  model::ModelInfo info;
  kernels::WeightFormat weights = kernels::WeightFormat::automatic;  // as kept on the CPU
  std::int64_t disk_bytes = 0;                                       // of the weight files
  std::int64_t memory_needed = 0;     // bytes while watching: weights as kept, window, buffers
  std::int64_t memory_available = 0;  // bytes free for a program now; 0 = not known, then `fits`
  Fit fit = Fit::fits;
  double bytes_per_hour = 0;  // of a memory's files at the model's own rate
};

// "f32", "bf16", ..., as the command line takes them.
std::string_view weight_format_name(kernels::WeightFormat format);

// Throws Error as Model::inspect() does: the folder is missing, damaged, or of an unknown family.
ModelCheck check_model(const std::filesystem::path& folder, kernels::WeightFormat weights,
                       kernels::KvCodec codec);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_MODEL_CHECK_H_
