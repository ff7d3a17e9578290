// Declares StepFunction: a weight for every time, made of many ranges that may overlap; the
// evidence of an answer and the density of watching. Any stretch of it is summed up in logarithmic
// time.
//
// Thread rule and lifetime rule: a plain value.
#ifndef LONGTAKE_UI_TIMELINE_STEP_FUNCTION_H_
#define LONGTAKE_UI_TIMELINE_STEP_FUNCTION_H_

#include <vector>

#include "engine/engine.h"
#include "ui/timeline/max_tree.h"

namespace longtake::ui {

struct WeightedRange {
  TimeRange time;
  float weight = 0;  // negative and not-a-number count as 0
};

class StepFunction {
 public:
  StepFunction() = default;
  // Where ranges overlap the largest weight holds; where there is none, 0.
  explicit StepFunction(const std::vector<WeightedRange>& ranges);

  bool isEmpty() const { return starts_.empty(); }
  float at(Micros time) const { return largest({time, time + 1}); }
  float largest(TimeRange range) const;
  float mean(TimeRange range) const;

 private:
  double integralUntil(Micros time) const;

  // Step i goes from starts_[i] to starts_[i + 1]; the last one is 0 for ever.
  std::vector<Micros> starts_;
  MaxTree<float> weights_;
  std::vector<double> integral_;  // until starts_[i], weight times microseconds
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_STEP_FUNCTION_H_
