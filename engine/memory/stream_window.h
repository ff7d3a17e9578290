// Declares StreamWindow: what a model sees while it watches. At every layer the new visual units
// attend to the sinks, to a sliding window of the last units, and causally to each other; their K
// and V leave as KvBlocks (ReKV's streaming encoding, after InfLLM and StreamingLLM).
//
// Blocks are coded on the device, and come to the host in one piece after the last layer. With an
// asynchronous backend a whole chunk is enqueued at once: between the forward pass and
// take_blocks() the caller has time for other work.
//
// The window holds what the memory holds: K and V decoded from the blocks' own bytes, not the exact
// ones. A watch that was interrupted and resumed from disk therefore continues with the very same
// numbers as one that was not, as long as chunks start at multiples of chunk_units.
//
// Memory is allocated once and stays flat however long the video is.
// Thread rule: one thread. Lifetime rule: backend, rope table and sinks outlive it.
#ifndef LONGTAKE_ENGINE_MEMORY_STREAM_WINDOW_H_
#define LONGTAKE_ENGINE_MEMORY_STREAM_WINDOW_H_

#include <memory>
#include <span>
#include <vector>

#include "engine/memory/block_source.h"
#include "engine/memory/kv_block.h"
#include "engine/memory/sinks.h"
#include "engine/model/attention_context.h"

namespace longtake::memory {

struct StreamWindowOptions {
  std::int64_t window_units = 32;  // units before a chunk that its tokens can see
  std::int64_t chunk_units = 8;    // units per forward pass, at most
  kernels::DType dtype = kernels::DType::f32;  // of the window's K and V: bf16 halves its size
};

class StreamWindow : public model::AttentionContext {
 public:
  StreamWindow(kernels::Backend& backend, const kernels::RopeTable& rope, const Sinks& sinks,
               const MemoryShape& shape, std::vector<kernels::Position> unit_positions,
               std::int32_t unit_extent, const StreamWindowOptions& options);
  ~StreamWindow() override;
  StreamWindow(const StreamWindow&) = delete;
  StreamWindow& operator=(const StreamWindow&) = delete;

  // Fills the window with the last blocks of a memory, to go on after them.
  void resume(const BlockSource& source);
  // Announces the units of the next forward pass, whose blocks get these descriptions (ids must go on
  // from next_unit()). The pass has units.size() * tokens-per-unit tokens.
  void begin_chunk(std::vector<BlockInfo> units);
  void attend(int layer, const kernels::Tensor& q, const kernels::Tensor& k, const kernels::Tensor& v,
              const kernels::Tensor& out) override;
  // The blocks of the chunk, after its pass; waits for the device.
  std::vector<KvBlock> take_blocks();

  BlockId next_unit() const { return next_unit_; }

 private:
  struct Layer {
    kernels::Tensor k;  // [window_units * unit tokens, G, D], rotated; unit u in slot u % window_units
    kernels::Tensor v;
  };
  // First position of a unit in the stream.
  std::int32_t unit_position(BlockId unit) const;
  // Puts payloads of units into their slots of the window: decoded, rotated to their place in the
  // stream.
  void remember(int layer, std::span<kernels::KvPiece> pieces, BlockId first);
  std::size_t payload_bytes() const { return shape_.layout(unit_tokens_).bytes(); }

  kernels::Backend& backend_;
  const kernels::RopeTable& rope_;
  const Sinks& sinks_;
  const MemoryShape shape_;
  const std::vector<kernels::Position> unit_positions_;
  const std::int32_t unit_extent_;
  const std::int64_t unit_tokens_;
  const StreamWindowOptions options_;

  std::vector<Layer> layers_;
  kernels::Tensor sink_k_;     // [sink tokens, G, D], rotated for this chunk; per layer anew
  kernels::Tensor q_rotated_;  // [chunk tokens, H, D]
  kernels::Tensor k_rotated_;  // [chunk tokens, G, D]
  kernels::Tensor payloads_;   // u8 [chunk units, layers * payload bytes]
  kernels::Tensor means_;      // f16 [chunk units, layers * G * D]
  std::shared_ptr<kernels::Buffer> host_payloads_;
  std::shared_ptr<kernels::Buffer> host_means_;
  BlockId next_unit_ = 0;
  std::vector<KvBlock> chunk_;
  std::vector<kernels::Position> chunk_positions_;
  std::vector<kernels::Position> sink_positions_;
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_STREAM_WINDOW_H_
