#include "kernels/bicubic.h"

#include <algorithm>
#include <cmath>

namespace longtake::kernels {
namespace {

double bicubic(double x) {
  constexpr double a = -0.5;
  x = std::fabs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

}  // namespace

BicubicAxis::BicubicAxis(std::int64_t inputs, std::int64_t outputs) {
  const double scale = static_cast<double>(inputs) / static_cast<double>(outputs);
  const double filter_scale = std::max(scale, 1.0);
  const double support = 2.0 * filter_scale;
  most = static_cast<std::int64_t>(std::ceil(support)) * 2 + 1;
  weights.resize(static_cast<std::size_t>(outputs * most));
  std::vector<double> exact(static_cast<std::size_t>(most));
  for (std::int64_t o = 0; o < outputs; ++o) {
    const double center = (static_cast<double>(o) + 0.5) * scale;
    const std::int64_t first =
        std::max<std::int64_t>(0, static_cast<std::int64_t>(center - support + 0.5));
    const std::int64_t last = std::min(inputs, static_cast<std::int64_t>(center + support + 0.5));
    const std::int64_t count = last - first;
    double total = 0.0;
    for (std::int64_t i = 0; i < count; ++i) {
      const double distance = static_cast<double>(i + first) - center + 0.5;
      exact[static_cast<std::size_t>(i)] = bicubic(distance * (1.0 / filter_scale));
      total += exact[static_cast<std::size_t>(i)];
    }
    for (std::int64_t i = 0; i < count; ++i) {
      double weight = exact[static_cast<std::size_t>(i)];
      if (total != 0.0) weight /= total;
      weight *= 1 << kBits;
      weights[static_cast<std::size_t>(o * most + i)] =
          static_cast<std::int32_t>(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    ranges.push_back({first, count});
  }
}

}  // namespace longtake::kernels
