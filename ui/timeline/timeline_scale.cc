#include "ui/timeline/timeline_scale.h"

#include <algorithm>
#include <cmath>

namespace longtake::ui {

namespace {

constexpr Micros kSecond = kMicrosPerSecond;
constexpr Micros kMinute = 60 * kSecond;
constexpr Micros kHour = 60 * kMinute;

constexpr TimelineScale::Ticks kSteps[] = {
    {kSecond / 100, 2}, {kSecond / 50, 2}, {kSecond / 20, 5}, {kSecond / 10, 5}, {kSecond / 5, 2},
    {kSecond / 2, 5},   {kSecond, 5},      {2 * kSecond, 4},  {5 * kSecond, 5},  {10 * kSecond, 5},
    {15 * kSecond, 3},  {30 * kSecond, 6}, {kMinute, 6},      {2 * kMinute, 4},  {5 * kMinute, 5},
    {10 * kMinute, 5},  {15 * kMinute, 3}, {30 * kMinute, 6}, {kHour, 6},        {2 * kHour, 4},
    {3 * kHour, 3},     {6 * kHour, 6},    {12 * kHour, 4},   {24 * kHour, 4},
};

}  // namespace

// The fit, or the closest zoom for a video that would not fill the width.
double TimelineScale::farthest() const {
  return std::max(static_cast<double>(duration_) / width_, kClosest);
}

void TimelineScale::clamp() {
  perPixel_ = std::clamp(perPixel_, kClosest, farthest());
  begin_ = std::clamp(begin_, 0.0, std::max(0.0, static_cast<double>(duration_) - span()));
}

void TimelineScale::setWidth(double pixels) {
  const bool fits = isFit();
  width_ = std::max(pixels, 1.0);
  if (fits) fit();
  clamp();
}

void TimelineScale::setDuration(Micros duration) {
  const bool fits = isFit();
  duration_ = std::max<Micros>(duration, 0);
  if (fits) fit();
  clamp();
}

TimeRange TimelineScale::visible() const {
  const auto end = static_cast<Micros>(std::ceil(begin_ + span()));
  return {static_cast<Micros>(std::floor(begin_)), std::min(end, duration_)};
}

Micros TimelineScale::time(double x) const {
  return std::clamp<Micros>(timeBeyond(x), 0, duration_);
}

Micros TimelineScale::timeBeyond(double x) const {
  return static_cast<Micros>(std::llround(begin_ + x * perPixel_));
}

Micros TimelineScale::length(double pixels) const {
  return static_cast<Micros>(std::llround(pixels * perPixel_));
}

void TimelineScale::fit() {
  perPixel_ = farthest();
  begin_ = 0;
}

void TimelineScale::zoom(double factor, double x) {
  if (!(factor > 0)) return;
  const double anchor = begin_ + x * perPixel_;
  perPixel_ = std::clamp(perPixel_ / factor, kClosest, farthest());
  begin_ = anchor - x * perPixel_;
  clamp();
}

void TimelineScale::pan(double pixels) {
  begin_ += pixels * perPixel_;
  clamp();
}

void TimelineScale::set(double begin, double microsPerPixel) {
  begin_ = begin;
  perPixel_ = microsPerPixel;
  clamp();
}

void TimelineScale::scrollTo(Micros time, double share) {
  begin_ = static_cast<double>(time) - share * span();
  clamp();
}

TimelineScale::Ticks TimelineScale::ticks(double pixels) const {
  const double least = pixels * perPixel_;
  for (const Ticks& step : kSteps) {
    if (static_cast<double>(step.major) >= least) return step;
  }
  Ticks step = kSteps[std::size(kSteps) - 1];
  while (static_cast<double>(step.major) < least) step.major *= 2;
  return step;
}

}  // namespace longtake::ui
