#include "ui/timeline/step_function.h"

#include <algorithm>
#include <set>

namespace longtake::ui {

StepFunction::StepFunction(const std::vector<WeightedRange>& ranges) {
  struct Edge {
    Micros time;
    float weight;
    bool begins;
  };
  std::vector<Edge> edges;
  edges.reserve(2 * ranges.size());
  for (const WeightedRange& range : ranges) {
    if (range.time.empty() || !(range.weight > 0)) continue;
    edges.push_back({range.time.begin, range.weight, true});
    edges.push_back({range.time.end, range.weight, false});
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.time < b.time; });

  std::multiset<float> open;
  std::vector<float> weights;
  for (std::size_t i = 0; i < edges.size();) {
    const Micros time = edges[i].time;
    for (; i < edges.size() && edges[i].time == time; ++i) {
      if (edges[i].begins) {
        open.insert(edges[i].weight);
      } else {
        open.erase(open.find(edges[i].weight));
      }
    }
    const float weight = open.empty() ? 0.0F : *open.rbegin();
    if (!weights.empty() && weights.back() == weight) continue;
    integral_.push_back(starts_.empty()
                            ? 0.0
                            : integral_.back() + static_cast<double>(weights.back()) *
                                                     static_cast<double>(time - starts_.back()));
    starts_.push_back(time);
    weights.push_back(weight);
  }
  weights_ = MaxTree<float>(weights);
}

float StepFunction::largest(TimeRange range) const {
  if (range.empty()) return 0;
  const auto first = std::upper_bound(starts_.begin(), starts_.end(), range.begin);
  const auto last = std::lower_bound(starts_.begin(), starts_.end(), range.end);
  // The step that holds the range's begin began before it.
  const auto begin = first == starts_.begin() ? first : first - 1;
  return weights_.largest(static_cast<std::size_t>(begin - starts_.begin()),
                          static_cast<std::size_t>(last - starts_.begin()));
}

float StepFunction::mean(TimeRange range) const {
  if (range.empty() || starts_.empty()) return 0;
  return static_cast<float>((integralUntil(range.end) - integralUntil(range.begin)) /
                            static_cast<double>(range.length()));
}

double StepFunction::integralUntil(Micros time) const {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), time);
  if (next == starts_.begin()) return 0;
  const auto step = static_cast<std::size_t>(next - starts_.begin()) - 1;
  return integral_[step] +
         static_cast<double>(weights_[step]) * static_cast<double>(time - starts_[step]);
}

}  // namespace longtake::ui
