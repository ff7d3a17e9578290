#include "kernels/cpu/kv_coding.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/cpu/convert.h"
#include "kernels/cpu/rotary.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/kv_coding.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

// largest[i] = max(largest[i], |x[i]|)
void raise_to_abs(const float* x, float* largest, std::size_t n) {
  for_vectors(DF(), n, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(hn::Max(hn::LoadU(d, largest + i), hn::Abs(hn::LoadU(d, x + i))), d, largest + i);
  });
}

// codes[i] = rint(x[i] * inverse[i]), within [-limit, limit]
void to_codes(const float* x, const float* inverse, float limit, std::int8_t* codes,
              std::size_t n) {
  for_vectors(DF(), n, [&](auto d, std::size_t i) HWY_ATTR {
    const hn::Rebind<std::int8_t, decltype(d)> d8;
    const auto code = hn::Mul(hn::LoadU(d, x + i), hn::LoadU(d, inverse + i));
    const auto bounded = hn::Min(hn::Max(code, hn::Set(d, -limit)), hn::Set(d, limit));
    hn::StoreU(hn::DemoteTo(d8, hn::NearestInt(bounded)), d8, codes + i);
  });
}

// x[i] = codes[i] * scale[i]
void from_codes(const std::int8_t* codes, const float* scale, float* x, std::size_t n) {
  for_vectors(DF(), n, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(hn::Mul(load_f32(d, codes + i), hn::LoadU(d, scale + i)), d, x + i);
  });
}

// Two 4-bit codes of each of n bytes, stored as code + 8, low nibble first.
void from_nibbles(const std::uint8_t* bytes, std::int8_t* codes, std::size_t n) {
  for_vectors(hn::ScalableTag<std::uint16_t>(), n, [&](auto d, std::size_t i) HWY_ATTR {
    const hn::Rebind<std::uint8_t, decltype(d)> d8;
    const hn::Repartition<std::int8_t, decltype(d)> ds;
    const auto both = hn::PromoteTo(d, hn::LoadU(d8, bytes + i));
    const auto low = hn::And(both, hn::Set(d, std::uint16_t{0x0F}));
    const auto high = hn::ShiftLeft<4>(hn::And(both, hn::Set(d, std::uint16_t{0xF0})));
    const auto code = hn::Sub(hn::BitCast(ds, hn::Or(low, high)), hn::Set(ds, std::int8_t{8}));
    hn::StoreU(code, ds, codes + 2 * i);
  });
}

// One head, rotated in place.
void rotate_head(float* x, std::size_t half, const float* cosines, const float* sines) {
  for_vectors(DF(), half, [&](auto d, std::size_t i) HWY_ATTR {
    const auto a = hn::LoadU(d, x + i);
    const auto b = hn::LoadU(d, x + half + i);
    const auto c = hn::LoadU(d, cosines + i);
    const auto s = hn::LoadU(d, sines + i);
    hn::StoreU(hn::NegMulAdd(b, s, hn::Mul(a, c)), d, x + i);
    hn::StoreU(hn::MulAdd(a, s, hn::Mul(b, c)), d, x + half + i);
  });
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(from_codes);
HWY_EXPORT(from_nibbles);
HWY_EXPORT(raise_to_abs);
HWY_EXPORT(rotate_head);
HWY_EXPORT(to_codes);

bool has_scales(KvCodec codec) {
  return codec == KvCodec::i8 || codec == KvCodec::i4;
}
float largest_code(KvCodec codec) {
  return codec == KvCodec::i8 ? 127.0F : 7.0F;
}

// A scale whose reciprocal is not finite codes as zero, like a zero scale.
float inverse_of(float scale) {
  const float inverse = 1.0F / scale;
  return scale > 0.0F && std::isfinite(inverse) ? inverse : 0.0F;
}

// Head `head` of token `token`, [head_dim], as f32.
void load_head(const Tensor& tensor, std::int64_t token, std::int64_t head, float* to) {
  const std::int64_t n = tensor.dim(2);
  const std::int64_t offset = token * tensor.row_stride() + head * n;
  convert(tensor.data<std::byte>() + dtype_bytes(tensor.dtype(), static_cast<std::size_t>(offset)),
          tensor.dtype(), to, DType::f32, n);
}
void store_head(const float* from, const Tensor& tensor, std::int64_t token, std::int64_t head) {
  const std::int64_t n = tensor.dim(2);
  const std::int64_t offset = token * tensor.row_stride() + head * n;
  convert(from, DType::f32,
          tensor.data<std::byte>() + dtype_bytes(tensor.dtype(), static_cast<std::size_t>(offset)),
          tensor.dtype(), n);
}

// Writes the codes of one head of one token; `index` counts elements from the start of the part.
void write_codes(KvCodec codec, const float* x, const float* inverse, std::size_t n,
                 std::size_t index, std::vector<std::int8_t>& codes, std::byte* part) {
  switch (codec) {
    case KvCodec::f32:
      std::memcpy(part + 4 * index, x, 4 * n);
      return;
    case KvCodec::bf16:
      convert(x, DType::f32, part + 2 * index, DType::bf16, static_cast<std::int64_t>(n));
      return;
    case KvCodec::i8:
      HWY_DYNAMIC_DISPATCH(to_codes)
      (x, inverse, 127.0F, reinterpret_cast<std::int8_t*>(part + index), n);
      return;
    case KvCodec::i4:
      HWY_DYNAMIC_DISPATCH(to_codes)(x, inverse, 7.0F, codes.data(), n);
      for (std::size_t i = 0; i < n / 2; ++i) {
        const int low = codes[2 * i] + 8;
        const int high = codes[2 * i + 1] + 8;
        part[index / 2 + i] = static_cast<std::byte>(low | (high << 4));
      }
  }
}

void read_codes(KvCodec codec, const std::byte* part, const float* scale, std::size_t n,
                std::size_t index, std::vector<std::int8_t>& codes, float* x) {
  switch (codec) {
    case KvCodec::f32:
      std::memcpy(x, part + 4 * index, 4 * n);
      return;
    case KvCodec::bf16:
      convert(part + 2 * index, DType::bf16, x, DType::f32, static_cast<std::int64_t>(n));
      return;
    case KvCodec::i8:
      HWY_DYNAMIC_DISPATCH(from_codes)
      (reinterpret_cast<const std::int8_t*>(part + index), scale, x, n);
      return;
    case KvCodec::i4:
      HWY_DYNAMIC_DISPATCH(from_nibbles)
      (reinterpret_cast<const std::uint8_t*>(part + index / 2), codes.data(), n / 2);
      HWY_DYNAMIC_DISPATCH(from_codes)(codes.data(), scale, x, n);
  }
}

void assert_fits(const Tensor& k, const Tensor& v, const KvLayout& layout) {
  assert(k.shape() == (Shape{layout.tokens, layout.kv_heads, layout.head_dim}));
  assert(v.shape() == k.shape() && layout.head_dim % 2 == 0);
  (void)k, (void)v, (void)layout;
}

// One unit.
void encode_unit(ThreadPool& pool, const Tensor& k, const Tensor& v, const KvLayout& layout,
                 std::byte* payload) {
  assert_fits(k, v, layout);
  const auto n = static_cast<std::size_t>(layout.head_dim);
  const auto tokens = static_cast<std::size_t>(layout.tokens);
  const bool scaled = has_scales(layout.codec);
  const float step = 1.0F / largest_code(layout.codec);
  // One task for each head's keys, and one for its values.
  pool.parallel_for(2 * layout.kv_heads, [&](std::int64_t task, int) {
    const bool is_key = task % 2 == 0;
    const std::int64_t head = task / 2;
    const Tensor& source = is_key ? k : v;
    std::byte* codes_at = payload + (is_key ? layout.k_codes() : layout.v_codes());
    std::byte* scales_at = payload + (is_key ? layout.k_scales() : layout.v_scales());
    std::vector<float> x(n), largest(n, 0.0F), inverse(n, 0.0F);
    std::vector<std::int8_t> codes(n);
    if (is_key && scaled) {
      for (std::int64_t t = 0; t < layout.tokens; ++t) {
        load_head(source, t, head, x.data());
        HWY_DYNAMIC_DISPATCH(raise_to_abs)(x.data(), largest.data(), n);
      }
      for (std::size_t i = 0; i < n; ++i) {
        const float scale = largest[i] * step;
        inverse[i] = inverse_of(scale);
        std::memcpy(scales_at + (static_cast<std::size_t>(head) * n + i) * 4, &scale, 4);
      }
    }
    for (std::int64_t t = 0; t < layout.tokens; ++t) {
      load_head(source, t, head, x.data());
      const std::size_t row = static_cast<std::size_t>(head) * tokens + static_cast<std::size_t>(t);
      if (!is_key && scaled) {
        float most = 0.0F;
        for (float value : x) most = std::max(most, std::fabs(value));
        const float scale = most * step;
        std::fill(inverse.begin(), inverse.end(), inverse_of(scale));
        std::memcpy(scales_at + row * 4, &scale, 4);
      }
      write_codes(layout.codec, x.data(), inverse.data(), n, row * n, codes, codes_at);
    }
  });
}

void decode_piece(ThreadPool& pool, const KvPiece& piece, const RopeTable* table, const Tensor& k,
                  const Tensor& v) {
  const KvLayout& layout = piece.layout;
  const std::byte* payload = piece.payload;
  assert_fits(k, v, layout);
  const bool rotated = table != nullptr;
  assert(!rotated || (table->head_dim() == layout.head_dim &&
                      static_cast<std::int64_t>(piece.positions.size()) == layout.tokens));
  const auto n = static_cast<std::size_t>(layout.head_dim);
  const auto heads = static_cast<std::size_t>(layout.kv_heads);
  const auto tokens = static_cast<std::size_t>(layout.tokens);
  const bool scaled = has_scales(layout.codec);
  // The payload may start anywhere in a file's buffer.
  std::vector<float> k_scales(heads * n, 1.0F);
  if (scaled) std::memcpy(k_scales.data(), payload + layout.k_scales(), layout.k_scale_bytes());

  pool.parallel_ranges(layout.tokens, 16, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> x(n), cosines(n / 2), sines(n / 2), v_scale(n, 1.0F);
    std::vector<std::int8_t> codes(n);
    for (std::int64_t t = begin; t < end; ++t) {
      if (rotated) {
        Position position = piece.positions[static_cast<std::size_t>(t)];
        for (std::int32_t& component : position) component += piece.shift;
        cos_sin(position, *table, cosines.data(), sines.data());
      }
      for (std::size_t head = 0; head < heads; ++head) {
        const std::size_t row = head * tokens + static_cast<std::size_t>(t);
        const auto h = static_cast<std::int64_t>(head);
        read_codes(layout.codec, payload + layout.k_codes(), k_scales.data() + head * n, n, row * n,
                   codes, x.data());
        if (rotated) {
          HWY_DYNAMIC_DISPATCH(rotate_head)(x.data(), n / 2, cosines.data(), sines.data());
        }
        store_head(x.data(), k, t, h);
        if (scaled) {
          float scale;
          std::memcpy(&scale, payload + layout.v_scales() + row * 4, 4);
          std::fill(v_scale.begin(), v_scale.end(), scale);
        }
        read_codes(layout.codec, payload + layout.v_codes(), v_scale.data(), n, row * n, codes,
                   x.data());
        store_head(x.data(), v, t, h);
      }
    }
  });
}

}  // namespace

void encode_kv(ThreadPool& pool, const Tensor& k, const Tensor& v, const KvLayout& layout,
               const Tensor& payloads) {
  assert(payloads.dtype() == DType::u8);
  assert(payloads.dim(1) == static_cast<std::int64_t>(layout.bytes()));
  assert(k.rows() == payloads.rows() * layout.tokens);
  for (std::int64_t unit = 0; unit < payloads.rows(); ++unit) {
    const std::int64_t begin = unit * layout.tokens;
    encode_unit(pool, k.rows(begin, begin + layout.tokens), v.rows(begin, begin + layout.tokens),
                layout, payloads.rows(unit, unit + 1).data<std::byte>());
  }
}

void decode_kv(ThreadPool& pool, std::span<const KvPiece> pieces, const RopeTable* table,
               const Tensor& k, const Tensor& v) {
  for (const KvPiece& piece : pieces) {
    const std::int64_t end = piece.row + piece.layout.tokens;
    decode_piece(pool, piece, table, k.rows(piece.row, end), v.rows(piece.row, end));
  }
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
