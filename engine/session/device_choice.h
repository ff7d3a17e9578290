// Declares Device: what a user can choose to compute on.
//
// Thread rule and lifetime rule: a plain value.
#ifndef LONGTAKE_ENGINE_SESSION_DEVICE_CHOICE_H_
#define LONGTAKE_ENGINE_SESSION_DEVICE_CHOICE_H_

#include <cstdint>

namespace longtake {

// automatic: CUDA if the plugin and a GPU answer and have room for the model, else the CPU.
enum class Device : std::uint8_t { automatic, cpu, cuda };

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_SESSION_DEVICE_CHOICE_H_
