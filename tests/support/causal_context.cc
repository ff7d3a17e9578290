#include "tests/support/causal_context.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <utility>

#include "kernels/error.h"

namespace longtake::tests {

using kernels::Position;
using kernels::Tensor;

CausalContext::CausalContext(kernels::Backend& backend, const kernels::RopeTable& rope,
                             std::int64_t capacity)
    : backend_(backend), rope_(rope), capacity_(capacity) {}

void CausalContext::place_next(std::vector<Position> positions) {
  next_positions_ = std::move(positions);
}

void CausalContext::begin_pass(std::int64_t tokens) {
  if (tokens_ + tokens > capacity_) {
    throw Error(ErrorCode::bad_argument, "the context is full: it holds " +
                                             std::to_string(capacity_) + " tokens, " +
                                             std::to_string(tokens_ + tokens) + " are needed");
  }
  begin_ = tokens_;
  tokens_ += tokens;
  if (next_positions_.empty()) {
    positions_.resize(static_cast<std::size_t>(tokens));
    for (std::int64_t i = 0; i < tokens; ++i) {
      const auto p = static_cast<std::int32_t>(next_position_ + i);
      positions_[static_cast<std::size_t>(i)] = {p, p, p};
    }
  } else {
    assert(static_cast<std::int64_t>(next_positions_.size()) == tokens);
    positions_ = std::exchange(next_positions_, {});
  }
  // Text goes on after the largest number in use, whichever of time, row and column holds it.
  for (const Position& p : positions_) {
    next_position_ = std::max({next_position_, p[0] + 1, p[1] + 1, p[2] + 1});
  }
}

std::int64_t CausalContext::repeatable() const {
  return layers_.empty() || !next_positions_.empty() ? 0 : capacity_ - tokens_;
}

std::int64_t CausalContext::place() const {
  return tokens_;
}

void CausalContext::move_to(std::int64_t place) {
  next_position_ += static_cast<std::int32_t>(place - tokens_);
  tokens_ = place;
}

void CausalContext::attend(int layer, const Tensor& q, const Tensor& k, const Tensor& v,
                           const Tensor& out) {
  const std::int64_t tokens = q.dim(0);
  const std::int64_t heads = q.dim(1);
  const std::int64_t kv_heads = k.dim(1);
  const std::int64_t head_dim = q.dim(2);
  if (layer == 0) begin_pass(tokens);
  if (static_cast<std::size_t>(layer) == layers_.size()) {
    layers_.push_back({backend_.allocate(k.dtype(), {capacity_, kv_heads, head_dim}),
                       backend_.allocate(v.dtype(), {capacity_, kv_heads, head_dim})});
  }
  const Layer& kept = layers_[static_cast<std::size_t>(layer)];
  const Tensor rotated = rotated_q_.take(backend_, q.dtype(), tokens, heads * head_dim)
                             .reshaped({tokens, heads, head_dim});
  const kernels::KvSpan past{kept.k.rows(0, begin_), kept.v.rows(0, begin_)};
  const kernels::KvSpan fresh{kept.k.rows(begin_, tokens_), kept.v.rows(begin_, tokens_)};
  backend_.rope_qkv(q, {k, v}, positions_, rope_, rotated, fresh);

  kernels::AttentionArgs args;
  args.q = rotated;
  if (begin_ > 0) args.past = {&past, 1};
  args.fresh = fresh;
  args.scale = 1.0F / std::sqrt(static_cast<float>(head_dim));
  args.out = out;
  backend_.attention(args);
}

}  // namespace longtake::tests
