// Declares KvCodec and KvLayout: how the K and V of one block at one layer are laid out as bytes.
// This is the payload of a segment file's record, and the same bytes on every backend, so that a
// memory written on a GPU opens on a CPU.
//
// A payload is   K codes | K scales | V codes | V scales   without gaps, little-endian.
//   codes   [kv_head][token][head_dim], K before RoPE; f32, bf16 (round to nearest even), i8, or
//           i4 (two to a byte, the even index in the low nibble)
//   scales  f32; none for f32 and bf16. K: one per channel, [kv_head][head_dim], because outliers
//           of keys live in channels. V: one per token, [kv_head][token].
// i8: scale = max|x| / 127, code = rint(x / scale) with ties to even; a zero scale has zero codes.
// i4: the same with 7 instead of 127, codes -7..7 stored as code + 8.
// A scale is computed in f32 as max|x| * (1/127.0f), and a code as rint(x * (1/scale)).
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_KERNELS_KV_CODEC_H_
#define LONGTAKE_KERNELS_KV_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace longtake::kernels {

// The numbers are stored in files: never reuse one.
enum class KvCodec : std::uint8_t { f32 = 0, bf16 = 1, i8 = 2, i4 = 3 };

std::string_view kv_codec_name(KvCodec codec);  // "f32", "bf16", "int8", "int4"

struct KvLayout {
  std::int64_t tokens = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  KvCodec codec = KvCodec::i8;

  std::size_t code_bytes() const;     // of K, and again of V
  std::size_t k_scale_bytes() const;
  std::size_t v_scale_bytes() const;
  std::size_t k_codes() const { return 0; }  // offsets of the four parts within the payload
  std::size_t k_scales() const { return code_bytes(); }
  std::size_t v_codes() const { return k_scales() + k_scale_bytes(); }
  std::size_t v_scales() const { return v_codes() + code_bytes(); }
  std::size_t bytes() const { return v_scales() + v_scale_bytes(); }
};

}  // namespace longtake::kernels

#endif  // LONGTAKE_KERNELS_KV_CODEC_H_
