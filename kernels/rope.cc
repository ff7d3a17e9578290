#include "kernels/rope.h"

#include <cmath>

namespace longtake::kernels {

RopeTable RopeTable::plain(std::int64_t head_dim, double theta) {
  RopeTable table;
  for (std::int64_t j = 0; j < head_dim / 2; ++j) {
    table.inv_freq.push_back(
        std::pow(theta, -2.0 * static_cast<double>(j) / static_cast<double>(head_dim)));
    table.component.push_back(0);
  }
  return table;
}

}  // namespace longtake::kernels
