// Declares ModelCheck and check_model(): what a folder of a model holds and whether it fits into the
// memory of the graphics card, or of this machine, without loading it. The numbers are worked out
// from the model's shape: a memory on disk comes out exactly, the memory of a watch on the
// processor within a tenth of what was measured for half a billion parameters (bf16 and int8), and that of one on a
// graphics card not below what it takes.
//
// Thread rule: may run in any thread. Lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_SESSION_MODEL_CHECK_H_
#define LONGTAKE_ENGINE_SESSION_MODEL_CHECK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/model/model.h"
#include "engine/session/device_choice.h"
#include "kernels/backend.h"

namespace longtake::session {

// tight: above three quarters of what is free.
enum class Fit : std::uint8_t { fits, tight, too_big };

struct ModelCheck {
  std::string folder;
  model::ModelInfo info;
  std::int64_t disk_bytes = 0;  // of the weight files
  // Where it would run, and with that: how weights are kept, and whose memory the numbers mean.
  kernels::DeviceKind device = kernels::DeviceKind::cpu;
  bool too_big_for_card = false;  // so the processor has to do
  kernels::WeightFormat weights = kernels::WeightFormat::automatic;
  std::int64_t memory_needed = 0;  // bytes while watching: weights as kept, window, buffers
  // Bytes free now, with what this program holds; 0 = not known, then `fits`.
  std::int64_t memory_available = 0;
  Fit fit = Fit::fits;
  // Of a memory's files at the model's own rate, by kernels::KvCodec; 0 = not known.
  std::array<double, 4> hourly{};

  double bytes_per_hour(kernels::KvCodec codec) const {
    return hourly[static_cast<std::size_t>(codec)];
  }
  // Of the memories that it makes and answers from, see runtime.h.
  std::string memory_fingerprint(kernels::KvCodec codec) const;
};

// The graphics card that a choice of device means; nothing where it means none or none answers.
std::optional<kernels::DeviceInfo> card_for(Device device);

// With a card, for it; but for the processor where the card has too little memory and `device`
// leaves the choice. Throws Error as Model::inspect() does: the folder is missing, damaged, or of an
// unknown family.
ModelCheck check_model(const std::filesystem::path& folder, kernels::WeightFormat weights,
                       Device device = Device::cpu,
                       const std::optional<kernels::DeviceInfo>& card = std::nullopt);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_MODEL_CHECK_H_
