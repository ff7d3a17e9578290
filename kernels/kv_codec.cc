#include "kernels/kv_codec.h"

namespace longtake::kernels {

std::string_view kv_codec_name(KvCodec codec) {
  switch (codec) {
    case KvCodec::f32: return "f32";
    case KvCodec::bf16: return "bf16";
    case KvCodec::i8: return "int8";
    case KvCodec::i4: return "int4";
  }
  return "?";
}

std::size_t KvLayout::code_bytes() const {
  const auto count = static_cast<std::size_t>(tokens * kv_heads * head_dim);
  switch (codec) {
    case KvCodec::f32: return count * 4;
    case KvCodec::bf16: return count * 2;
    case KvCodec::i8: return count;
    case KvCodec::i4: return (count + 1) / 2;
  }
  return 0;
}

std::size_t KvLayout::k_scale_bytes() const {
  const bool scaled = codec == KvCodec::i8 || codec == KvCodec::i4;
  return scaled ? static_cast<std::size_t>(kv_heads * head_dim) * sizeof(float) : 0;
}

std::size_t KvLayout::v_scale_bytes() const {
  const bool scaled = codec == KvCodec::i8 || codec == KvCodec::i4;
  return scaled ? static_cast<std::size_t>(kv_heads * tokens) * sizeof(float) : 0;
}

}  // namespace longtake::kernels
