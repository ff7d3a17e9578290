// Declares Instants, private to this room: the times at which pictures are wanted, either a regular
// grid or a sorted list.
//
// Thread rule: immutable, shared freely. Lifetime rule: a value.
#ifndef LONGTAKE_ENGINE_MEDIA_INSTANTS_H_
#define LONGTAKE_ENGINE_MEDIA_INSTANTS_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "engine/media/video_file.h"

namespace longtake::media {

class Instants {
 public:
  // k * interval, or round(k / rate) where a rate is given, for k >= first and times before
  // `until`.
  static Instants grid(Micros interval, Rational rate, std::int64_t first,
                       std::optional<Micros> until) {
    Instants instants;
    instants.num_ =
        rate.known() ? static_cast<std::int64_t>(rate.den) * kMicrosPerSecond : interval;
    instants.den_ = rate.known() ? rate.num : 1;
    instants.first_ = first;
    instants.until_ = until.value_or(std::numeric_limits<Micros>::max());
    return instants;
  }
  // `times` in ascending order; instant k is times[k].
  static Instants list(std::vector<Micros> times) {
    Instants instants;
    instants.is_list_ = true;
    instants.times_ = std::move(times);
    return instants;
  }

  std::int64_t first() const { return first_; }
  // nullopt beyond the last.
  std::optional<Micros> time_of(std::int64_t index) const {
    if (is_list_) {
      if (index < 0 || index >= static_cast<std::int64_t>(times_.size())) return std::nullopt;
      return times_[static_cast<std::size_t>(index)];
    }
    const Micros time = grid_time(index);
    if (time >= until_) return std::nullopt;
    return time;
  }
  // The first index whose time is at or after `time` (may be beyond the last).
  std::int64_t at_or_after(Micros time) const {
    if (is_list_) return std::lower_bound(times_.begin(), times_.end(), time) - times_.begin();
    if (time <= 0) return first_;
    auto index = static_cast<std::int64_t>(static_cast<__int128>(time) * den_ / num_);
    while (index > 0 && grid_time(index - 1) >= time) --index;
    while (grid_time(index) < time) ++index;
    return std::max(index, first_);
  }
  // The first index that is not before `time`, or not wanted at all.
  std::int64_t end_before(Micros time) const {
    return at_or_after(is_list_ ? time : std::min(time, until_));
  }
  // Whether an instant lies in [begin, end).
  bool any_in(Micros begin, Micros end) const {
    if (end <= begin) return false;
    const std::optional<Micros> time = time_of(at_or_after(begin));
    return time.has_value() && *time < end;
  }
  // How far a keyframe may lie from its instant: half the step of a grid, any distance for a list.
  Micros reach() const {
    return is_list_ ? std::numeric_limits<Micros>::max() / 4 : num_ / den_ / 2;
  }

 private:
  Micros grid_time(std::int64_t index) const {
    const auto exact =
        (static_cast<__int128>(index) * num_ * 2 + den_) / (static_cast<__int128>(den_) * 2);
    constexpr __int128 kMost = std::numeric_limits<Micros>::max();
    return static_cast<Micros>(std::min(exact, kMost));
  }

  bool is_list_ = false;
  std::int64_t num_ = 1;  // instant k of a grid is k * num / den microseconds
  std::int64_t den_ = 1;
  std::int64_t first_ = 0;
  Micros until_ = 0;
  std::vector<Micros> times_;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_INSTANTS_H_
