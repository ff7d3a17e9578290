// Declares Device: what a user can choose to compute on; and the names by which users choose it and how
// weights are kept.
//
// Thread rule and lifetime rule: plain values and pure functions.
#ifndef LONGTAKE_ENGINE_SESSION_DEVICE_CHOICE_H_
#define LONGTAKE_ENGINE_SESSION_DEVICE_CHOICE_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "kernels/backend.h"

namespace longtake {

// automatic: CUDA if the plugin and a GPU answer and have room for the model, else the CPU.
enum class Device : std::uint8_t { automatic, cpu, cuda };

namespace session {

inline constexpr std::array<std::string_view, 3> kDeviceNames = {"auto", "cpu", "cuda"};
inline constexpr std::array<std::string_view, 6> kWeightFormatNames = {"auto", "f32",  "bf16",
                                                                       "int8", "int4", "fp8"};

// `automatic` for what is no name.
Device device_named(std::string_view name);
kernels::WeightFormat weight_format_named(std::string_view name);
std::string_view weight_format_name(kernels::WeightFormat format);

}  // namespace session
}  // namespace longtake

#endif  // LONGTAKE_ENGINE_SESSION_DEVICE_CHOICE_H_
