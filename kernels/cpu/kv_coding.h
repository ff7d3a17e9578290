// Declares the coding of keys and values on the CPU, byte for byte as kv_codec.h says:
// Backend::encode_kv() and Backend::decode_kv(). k and v may be f32 or bf16; the head dimension is
// even.
//
// Thread rule: the ThreadPool's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CPU_KV_CODING_H_
#define LONGTAKE_KERNELS_CPU_KV_CODING_H_

#include <span>

#include "kernels/backend.h"
#include "kernels/cpu/thread_pool.h"

namespace longtake::kernels::cpu {

void encode_kv(ThreadPool& pool, const Tensor& k, const Tensor& v, const KvLayout& layout,
               const Tensor& payloads);
void decode_kv(ThreadPool& pool, std::span<const KvPiece> pieces, const RopeTable* table,
               const Tensor& k, const Tensor& v);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_KV_CODING_H_
