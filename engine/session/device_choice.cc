#include "engine/session/device_choice.h"

#include <algorithm>

namespace longtake::session {

namespace {

// The place of a name, and so the value of its enumerator; 0, `automatic`, without one.
template <std::size_t kCount>
std::size_t place_of(std::string_view name, const std::array<std::string_view, kCount>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? 0 : static_cast<std::size_t>(found - names.begin());
}

using kernels::WeightFormat;
static_assert(static_cast<int>(Device::automatic) == 0 && static_cast<int>(Device::cpu) == 1 &&
              static_cast<int>(Device::cuda) == 2);
static_assert(static_cast<int>(WeightFormat::automatic) == 0 &&
              static_cast<int>(WeightFormat::f32) == 1 &&
              static_cast<int>(WeightFormat::bf16) == 2 &&
              static_cast<int>(WeightFormat::i8) == 3 && static_cast<int>(WeightFormat::i4) == 4 &&
              static_cast<int>(WeightFormat::f8) == 5);

}  // namespace

Device device_named(std::string_view name) {
  return static_cast<Device>(place_of(name, kDeviceNames));
}

WeightFormat weight_format_named(std::string_view name) {
  return static_cast<WeightFormat>(place_of(name, kWeightFormatNames));
}

std::string_view weight_format_name(WeightFormat format) {
  return kWeightFormatNames.at(static_cast<std::size_t>(format));
}

}  // namespace longtake::session
