#include "engine/memory/stream_window.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/error.h"

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
  const auto units = options_.chunk_units;
  const auto bytes = static_cast<std::int64_t>(payload_bytes()) * shape_.layers;
  payloads_ = backend_.allocate(DType::u8, {units, bytes});
  means_ = backend_.allocate(DType::f16, {units, shape_.mean_key_elements()});
  host_means_ = backend_.allocate_host(means_.bytes());
}

// Where an error ends a watch, a chunk's copies to the host may still be on their way. The host memory that they write
// to goes back to a pool, whose next user must not find them arriving. A device that cannot be waited for writes
// nothing more, and whoever ends the watch has its own error to tell.
StreamWindow::~StreamWindow() {
  try {
    backend_.synchronize();
  } catch (const Error&) {
  }
}

std::int32_t StreamWindow::unit_position(BlockId unit) const {
  return static_cast<std::int32_t>(sinks_.tokens + unit * unit_extent_);
}

void StreamWindow::remember(int layer, std::span<kernels::KvPiece> pieces, BlockId first) {
  BlockId unit = first;
  for (kernels::KvPiece& piece : pieces) {
    piece.layout = shape_.layout(unit_tokens_);
    piece.positions = unit_positions_;
    piece.shift = unit_position(unit);
    piece.row = unit % options_.window_units * unit_tokens_;
    ++unit;
  }
  const Layer& window = layers_[static_cast<std::size_t>(layer)];
  backend_.decode_kv(pieces, &rope_, window.k, window.v);
}

void StreamWindow::resume(const BlockSource& source) {
  next_unit_ = source.count();
  const BlockId first = std::max<BlockId>(0, next_unit_ - options_.window_units);
  const std::size_t bytes = payload_bytes();
  const auto units = static_cast<std::size_t>(next_unit_ - first);
  const std::shared_ptr<kernels::Buffer> host = backend_.allocate_host(units * bytes);
  const std::span<std::byte> memory(static_cast<std::byte*>(host->data()), units * bytes);
  std::vector<kernels::KvPiece> pieces(units);
  for (int layer = 0; layer < shape_.layers; ++layer) {
    for (std::size_t i = 0; i < units; ++i) {
      const std::span<std::byte> payload = memory.subspan(i * bytes, bytes);
      source.read_payload(first + static_cast<BlockId>(i), layer, payload);
      pieces[i].payload = payload.data();
    }
    remember(layer, pieces, first);
    backend_.synchronize();  // before the next layer's payloads take the place of these
  }
}

void StreamWindow::begin_chunk(std::vector<BlockInfo> units) {
  assert(!units.empty() && static_cast<std::int64_t>(units.size()) <= options_.chunk_units);
  const auto count = static_cast<std::int64_t>(units.size());
  chunk_.clear();
  chunk_positions_.clear();
  for (BlockInfo& info : units) {
    assert(info.id == next_unit_ + static_cast<BlockId>(chunk_.size()));
    for (Position position : unit_positions_) {
      for (std::int32_t& component : position) component += unit_position(info.id);
      chunk_positions_.push_back(position);
    }
    KvBlock& block = chunk_.emplace_back();
    block.info = info;
    block.info.tokens = static_cast<std::int32_t>(unit_tokens_);
    block.info.extent = unit_extent_;
    block.positions = unit_positions_;
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

  // Attention has read the window's oldest units: the chunk takes their place.
  const auto units = static_cast<std::int64_t>(chunk_.size());
  const auto bytes = static_cast<std::int64_t>(payload_bytes());
  const Tensor payloads = payloads_.rows(0, units).columns(layer * bytes, (layer + 1) * bytes);
  backend_.encode_kv(k, v, shape_.layout(unit_tokens_), payloads);
  std::vector<kernels::KvPiece> pieces(chunk_.size());
  for (std::int64_t i = 0; i < units; ++i) {
    pieces[static_cast<std::size_t>(i)].payload = payloads.rows(i, i + 1).data<std::byte>();
    pieces[static_cast<std::size_t>(i)].on_device = true;
  }
  remember(layer, pieces, next_unit_);
  const std::int64_t keys = shape_.kv_heads * shape_.head_dim;
  backend_.mean_rows(k, means_.rows(0, units)
                            .columns(layer * keys, (layer + 1) * keys)
                            .reshaped({units, shape_.kv_heads, shape_.head_dim}));
  if (layer + 1 == shape_.layers) {
    // The last chunk's may still be on their way to the disk.
    host_payloads_ = backend_.allocate_host(payloads_.bytes());
    backend_.fetch(payloads_.rows(0, units), host_payloads_->data());
    backend_.fetch(means_.rows(0, units), host_means_->data());
  }
}

std::vector<KvBlock> StreamWindow::take_blocks() {
  backend_.synchronize();
  const std::size_t bytes = payload_bytes() * static_cast<std::size_t>(shape_.layers);
  const auto keys = static_cast<std::size_t>(shape_.mean_key_elements());
  const auto* payload = static_cast<const std::byte*>(host_payloads_->data());
  const auto* means = static_cast<const std::uint16_t*>(host_means_->data());
  for (KvBlock& block : chunk_) {
    block.payload = Bytes(host_payloads_, {payload, bytes});
    block.mean_keys.assign(means, means + keys);
    payload += bytes;
    means += keys;
  }
  next_unit_ += static_cast<BlockId>(chunk_.size());
  return std::exchange(chunk_, {});
}

}  // namespace longtake::memory
