#include "engine/memory/stream_window.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace longtake::memory {

using kernels::DType;
using kernels::Position;
using kernels::Tensor;

StreamWindow::StreamWindow(kernels::Backend& backend, const kernels::RopeTable& rope,
                           const Sinks& sinks, const MemoryShape& shape,
                           std::vector<Position> unit_positions, std::int32_t unit_extent,
                           const StreamWindowOptions& options)
    : backend_(backend),
      rope_(rope),
      sinks_(sinks),
      shape_(shape),
      unit_positions_(std::move(unit_positions)),
      unit_extent_(unit_extent),
      unit_tokens_(static_cast<std::int64_t>(unit_positions_.size())),
      options_(options) {
  const std::int64_t window_tokens = options_.window_units * unit_tokens_;
  for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
    layers_.push_back(
        {backend_.allocate(options_.dtype, {window_tokens, shape_.kv_heads, shape_.head_dim}),
         backend_.allocate(options_.dtype, {window_tokens, shape_.kv_heads, shape_.head_dim})});
  }
  sink_k_ = backend_.allocate(backend_.activation_dtype(),
                              {sinks_.tokens, shape_.kv_heads, shape_.head_dim});
  mean_f32_ = backend_.allocate(DType::f32, {shape_.kv_heads, shape_.head_dim});
  mean_f16_ = backend_.allocate(DType::f16, {shape_.kv_heads, shape_.head_dim});
}

std::int32_t StreamWindow::unit_position(BlockId unit) const {
  return static_cast<std::int32_t>(sinks_.tokens + unit * unit_extent_);
}

std::vector<Position> StreamWindow::positions_at(std::int32_t start) const {
  std::vector<Position> positions = unit_positions_;
  for (Position& position : positions) {
    for (std::int32_t& component : position) component += start;
  }
  return positions;
}

void StreamWindow::remember(int layer, BlockId unit, const std::byte* payload) {
  const std::int64_t slot = unit % options_.window_units * unit_tokens_;
  const Layer& window = layers_[static_cast<std::size_t>(layer)];
  backend_.decode_kv(payload, shape_.layout(unit_tokens_), positions_at(unit_position(unit)), &rope_,
                     window.k.rows(slot, slot + unit_tokens_),
                     window.v.rows(slot, slot + unit_tokens_));
}

void StreamWindow::resume(const BlockSource& source) {
  next_unit_ = source.count();
  std::vector<std::byte> payload(shape_.layout(unit_tokens_).bytes());
  for (BlockId unit = std::max<BlockId>(0, next_unit_ - options_.window_units); unit < next_unit_;
       ++unit) {
    for (int layer = 0; layer < shape_.layers; ++layer) {
      source.read_payload(unit, layer, payload);
      remember(layer, unit, payload.data());
    }
  }
}

void StreamWindow::begin_chunk(std::vector<BlockInfo> units) {
  assert(!units.empty() && static_cast<std::int64_t>(units.size()) <= options_.chunk_units);
  const auto count = static_cast<std::int64_t>(units.size());
  const std::size_t payload_bytes = shape_.layout(unit_tokens_).bytes();
  chunk_.clear();
  chunk_positions_.clear();
  for (BlockInfo& info : units) {
    assert(info.id == next_unit_ + static_cast<BlockId>(chunk_.size()));
    const std::vector<Position> positions = positions_at(unit_position(info.id));
    chunk_positions_.insert(chunk_positions_.end(), positions.begin(), positions.end());
    KvBlock& block = chunk_.emplace_back();
    block.info = info;
    block.info.tokens = static_cast<std::int32_t>(unit_tokens_);
    block.info.extent = unit_extent_;
    block.positions = unit_positions_;
    block.payload.resize(payload_bytes * static_cast<std::size_t>(shape_.layers));
    block.mean_keys.resize(static_cast<std::size_t>(shape_.mean_key_elements()));
  }
  // The sinks stand right before the oldest unit that is still visible, so that their distance to the
  // new tokens never exceeds the window however long the stream has run.
  const BlockId oldest = std::max<BlockId>(0, next_unit_ - options_.window_units);
  sink_positions_.clear();
  for (std::int64_t i = 0; i < sinks_.tokens; ++i) {
    const auto at = static_cast<std::int32_t>(unit_position(oldest) - sinks_.tokens + i);
    sink_positions_.push_back({at, at, at});
  }
  const std::int64_t tokens = count * unit_tokens_;
  if (!k_rotated_ || k_rotated_.rows() != tokens) {
    k_rotated_ =
        backend_.allocate(backend_.activation_dtype(), {tokens, shape_.kv_heads, shape_.head_dim});
    q_rotated_ = Tensor();
  }
}

void StreamWindow::attend(int layer, const Tensor& q, const Tensor& k, const Tensor& v,
                          const Tensor& out) {
  assert(!chunk_.empty() && q.rows() == static_cast<std::int64_t>(chunk_positions_.size()));
  const Sinks::Layer& sinks = sinks_.layers[static_cast<std::size_t>(layer)];
  if (!q_rotated_ || q_rotated_.shape() != q.shape()) {
    q_rotated_ = backend_.allocate(backend_.activation_dtype(), q.shape());
  }
  backend_.rope(q, chunk_positions_, rope_, q_rotated_);
  backend_.rope(k, chunk_positions_, rope_, k_rotated_);
  backend_.rope(sinks.k, sink_positions_, rope_, sink_k_);

  const Layer& window = layers_[static_cast<std::size_t>(layer)];
  const std::int64_t filled = std::min(next_unit_, options_.window_units) * unit_tokens_;
  const kernels::KvSpan past[] = {{sink_k_, sinks.v},
                                  {window.k.rows(0, filled), window.v.rows(0, filled)}};
  kernels::AttentionArgs args;
  args.q = q_rotated_;
  args.past = past;
  args.fresh = {k_rotated_, v};
  args.scale = 1.0F / std::sqrt(static_cast<float>(shape_.head_dim));
  args.out = out;
  backend_.attention(args);

  const kernels::KvLayout layout = shape_.layout(unit_tokens_);
  const std::size_t mean_offset =
      static_cast<std::size_t>(layer * shape_.kv_heads * shape_.head_dim);
  for (std::size_t i = 0; i < chunk_.size(); ++i) {
    const std::int64_t first = static_cast<std::int64_t>(i) * unit_tokens_;
    const Tensor unit_k = k.rows(first, first + unit_tokens_);
    const Tensor unit_v = v.rows(first, first + unit_tokens_);
    std::byte* payload =
        chunk_[i].payload.data() + static_cast<std::size_t>(layer) * layout.bytes();
    backend_.encode_kv(unit_k, unit_v, layout, payload);
    remember(layer, chunk_[i].info.id, payload);
    backend_.mean_rows(unit_k, mean_f32_);
    backend_.copy(mean_f32_, mean_f16_);
    backend_.download(mean_f16_, chunk_[i].mean_keys.data() + mean_offset);
  }
}

std::vector<KvBlock> StreamWindow::take_blocks() {
  next_unit_ += static_cast<BlockId>(chunk_.size());
  return std::exchange(chunk_, {});
}

}  // namespace longtake::memory
