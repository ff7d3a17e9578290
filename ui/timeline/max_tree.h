// Declares MaxTree: the largest of any stretch of a row of values, quickly. With it a lane is
// painted in time that grows with its pixels and not with what lies under them.
//
// Thread rule and lifetime rule: a plain value.
#ifndef LONGTAKE_UI_TIMELINE_MAX_TREE_H_
#define LONGTAKE_UI_TIMELINE_MAX_TREE_H_

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace longtake::ui {

template <typename T>
class MaxTree {
 public:
  MaxTree() = default;
  explicit MaxTree(const std::vector<T>& values) : size_(values.size()), nodes_(2 * size_) {
    std::copy(values.begin(), values.end(), nodes_.begin() + static_cast<std::ptrdiff_t>(size_));
    for (std::size_t i = size_; i-- > 1;) nodes_[i] = std::max(nodes_[2 * i], nodes_[2 * i + 1]);
  }

  std::size_t size() const { return size_; }
  const T& operator[](std::size_t i) const { return nodes_[size_ + i]; }

  // Of [first, last), which is cut to what there is; T{} of nothing. Values are never below T{}.
  T largest(std::size_t first, std::size_t last) const {
    T result{};
    last = std::min(last, size_);
    if (first >= last) return result;
    for (first += size_, last += size_; first < last; first /= 2, last /= 2) {
      if (first % 2 == 1) result = std::max(result, nodes_[first++]);
      if (last % 2 == 1) result = std::max(result, nodes_[--last]);
    }
    return result;
  }

 private:
  std::size_t size_ = 0;
  std::vector<T> nodes_;  // [size_, 2 size_) the values, each i below the larger of 2 i and 2 i + 1
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_TIMELINE_MAX_TREE_H_
