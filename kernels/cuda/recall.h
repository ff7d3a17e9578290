// Declares the memory's operations on CUDA: coding of keys and values with the CPU's exact bytes,
// the gather of recalled blocks, scoring and choosing blocks.
//
// Thread rule: the Context's. Lifetime rule: KeyCopies holds device copies of index memory until
// forget().
#ifndef LONGTAKE_KERNELS_CUDA_RECALL_H_
#define LONGTAKE_KERNELS_CUDA_RECALL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "kernels/backend.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/elementwise.h"

namespace longtake::kernels::cuda {

// --- kv_coding.cu --------------------------------------------------------------------------------
// k, v: f32 or bf16 [units * tokens, G, D], rows strided; payloads: u8 [units, layout.bytes()],
// strided.
void encode_kv(Context& context, const Tensor& k, const Tensor& v, const KvLayout& layout,
               const Tensor& payloads);
// Pinned payloads are read by the kernel itself, over the bus; others are copied into a staging
// buffer first.
void decode_kv(Context& context, std::span<const KvPiece> pieces, const RopeTable* table,
               const Tensor& k, const Tensor& v);

// --- scoring.cu ----------------------------------------------------------------------------------
// Device copies of mean keys that live in mapped host memory. A stretch that grew since is extended.
class KeyCopies {
 public:
  // The device's copy of [begin, begin + bytes), kept by whoever holds the pointer.
  std::shared_ptr<const void> of(Context& context, const void* begin, std::size_t bytes);
  void forget() { copies_.clear(); }

 private:
  struct Copy {
    std::size_t bytes = 0;  // valid
    std::shared_ptr<Buffer> memory;
  };
  std::map<const std::byte*, Copy> copies_;
  std::size_t total_ = 0;
};

// keys: on the device.
void score_blocks(Context& context, const Tensor& query, std::span<const Tensor> keys,
                  const Tensor& scores);
std::vector<std::int64_t> pick_blocks(Context& context, const Tensor& scores, const PickRule& rule,
                                      const Tensor& combined);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_RECALL_H_
