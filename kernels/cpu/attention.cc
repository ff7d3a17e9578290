#include "kernels/cpu/attention.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "kernels/cpu/element.h"

#ifndef LONGTAKE_KERNELS_CPU_ATTENTION_TYPES_
#define LONGTAKE_KERNELS_CPU_ATTENTION_TYPES_
namespace longtake::kernels::cpu {

// Rows whose scores of one tile are alive at once; a multiple of kRowStep.
inline constexpr std::int64_t kRowBlock = 24;
inline constexpr std::int64_t kRowStep = 6;  // rows of the inner product kernel
// Vectors have at most this many lanes; columns are padded to it.
inline constexpr std::int64_t kMaxLanes = 16;

// Sizes that every part of one call shares. A "word" is 32 bits: one f32, or two bf16 that are
// multiplied together.
struct AttentionSizes {
  bool bf16 = false;
  std::int64_t head_dim = 0;
  std::int64_t key_words = 0;      // words of one query or key row
  std::int64_t value_columns = 0;  // head_dim padded to whole vectors
  std::int64_t tile = 0;           // tokens of a tile, a multiple of kMaxLanes

  std::int64_t key_tile_words() const { return tile * key_words; }
  std::int64_t value_tile_words() const { return (bf16 ? tile / 2 : tile) * value_columns; }
  std::int64_t pack_scratch_words() const { return tile * (value_columns + kMaxLanes); }
};

// Consecutive rows of one head in some tensor.
struct HeadRows {
  const void* data = nullptr;
  DType dtype = DType::f32;
  std::int64_t stride = 0;  // elements from token to token
};

// The softmax state of `rows` stacked query rows over a piece of the context.
struct AttentionState {
  std::int64_t rows = 0;
  float* sums = nullptr;    // [rows, value_columns]: weights * values
  float* max = nullptr;     // [rows]
  float* weight = nullptr;  // [rows]: sum of the weights, relative to max
};

// One tile, packed: keys [tile / N][key_words][N], N = lanes; values [tile or tile /
// 2][value_columns].
struct AttentionTile {
  const std::uint32_t* keys = nullptr;
  const std::uint32_t* values = nullptr;
  std::int64_t tokens = 0;
  // Row r of a state sees min(tokens, first_visible + r / rows_per_query) tokens of it.
  std::int64_t first_visible = 0;
  std::int64_t rows_per_query = 1;
};

// Where the weights of a tile's tokens are added up by group, on request: sum[cut][row] for the
// tokens between cuts, relative to the row's max at that time, which goes to max[row].
struct AttentionMassTile {
  const std::int64_t* cuts = nullptr;  // [count]: ends, ascending, the last one = tokens
  std::int64_t count = 0;
  float* sum = nullptr;  // [count, rows]
  float* max = nullptr;  // [rows]
};

}  // namespace longtake::kernels::cpu
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/attention.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

// --- The two arithmetics -------------------------------------------------------------------------

struct F32Products {
  using Element = float;
  static HWY_INLINE VF multiply_add(VU a, VU b, VF sum) {
    return hn::MulAdd(hn::BitCast(DF(), a), hn::BitCast(DF(), b), sum);
  }
};

#if HWY_TARGET <= HWY_AVX3
// Highway 1.0 has no names for the AVX512-BF16 instructions.
struct Bf16Products {
  using Element = Bf16;
  static HWY_INLINE VF multiply_add(VU a, VU b, VF sum) {
    asm("vdpbf16ps %2, %1, %0" : "+v"(sum.raw) : "v"(a.raw), "v"(b.raw));
    return sum;
  }
  static HWY_INLINE VU round_pair(VF low, VF high) {
    VU pair;
    asm("vcvtne2ps2bf16 %2, %1, %0" : "=v"(pair.raw) : "v"(high.raw), "v"(low.raw));
    return pair;
  }
};
#endif

// --- The product kernel --------------------------------------------------------------------------

// c[kRows][kVectors vectors] = c * factor[row] + a * b over `steps` words; factor absent: c = a *
// b. b: vector v of step s at b + s * b_step + v * b_vector.
template <class Products, std::int64_t kRows, std::int64_t kVectors>
HWY_INLINE void multiply_block(const std::uint32_t* a, std::int64_t a_stride,
                               const std::uint32_t* b, std::int64_t b_step, std::int64_t b_vector,
                               std::int64_t steps, const float* factor, float* c,
                               std::int64_t c_stride) {
  const DF d;
  const DU du;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  VF acc[kRows][kVectors];
  HWY_UNROLL(8)
  for (std::int64_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(5)
    for (std::int64_t v = 0; v < kVectors; ++v) {
      acc[r][v] = factor == nullptr
                      ? hn::Zero(d)
                      : hn::Mul(hn::Set(d, factor[r]), hn::LoadU(d, c + r * c_stride + v * lanes));
    }
  }
  for (std::int64_t s = 0; s < steps; ++s) {
    VU column[kVectors];
    HWY_UNROLL(5)
    for (std::int64_t v = 0; v < kVectors; ++v) column[v] = hn::LoadU(du, b + v * b_vector);
    HWY_UNROLL(8)
    for (std::int64_t r = 0; r < kRows; ++r) {
      const VU row = hn::Set(du, a[r * a_stride + s]);
      HWY_UNROLL(5)
      for (std::int64_t v = 0; v < kVectors; ++v) {
        acc[r][v] = Products::multiply_add(row, column[v], acc[r][v]);
      }
    }
    b += b_step;
  }
  HWY_UNROLL(8)
  for (std::int64_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(5)
    for (std::int64_t v = 0; v < kVectors; ++v) {
      hn::StoreU(acc[r][v], d, c + r * c_stride + v * lanes);
    }
  }
}

// The accumulators must fit the registers: 6 x 4 of 32, or 6 x 2 of 16.
constexpr std::int64_t kMaxVectors = HWY_TARGET <= HWY_AVX3 ? 4 : 2;

template <class Products, std::int64_t kRows>
void multiply_rows(const std::uint32_t* a, std::int64_t a_stride, const std::uint32_t* b,
                   std::int64_t b_step, std::int64_t b_vector, std::int64_t vectors,
                   std::int64_t steps, const float* factor, float* c, std::int64_t c_stride) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(DF()));
  // Even shares (5 vectors = 3 + 2) keep enough independent sums in flight.
  const std::int64_t pieces = (vectors + kMaxVectors - 1) / kMaxVectors;
  for (std::int64_t p = 0; p < pieces; ++p) {
    const std::int64_t begin = vectors * p / pieces;
    const std::int64_t count = vectors * (p + 1) / pieces - begin;
    const std::uint32_t* bp = b + begin * b_vector;
    float* cp = c + begin * lanes;
    const auto run = [&]<std::int64_t kVectors>() HWY_ATTR {
      multiply_block<Products, kRows, kVectors>(a, a_stride, bp, b_step, b_vector, steps, factor,
                                                cp, c_stride);
    };
    if (count == 1) run.template operator()<1>();
    if (count == 2) run.template operator()<2>();
    if constexpr (kMaxVectors > 2) {
      if (count == 3) run.template operator()<3>();
      if (count == 4) run.template operator()<4>();
    }
  }
}

// c[rows][vectors] as multiply_block says.
template <class Products>
void multiply(const std::uint32_t* a, std::int64_t a_stride, std::int64_t rows,
              const std::uint32_t* b, std::int64_t b_step, std::int64_t b_vector,
              std::int64_t vectors, std::int64_t steps, const float* factor, float* c,
              std::int64_t c_stride) {
  const auto run = [&]<std::int64_t kRows>(std::int64_t r) HWY_ATTR {
    multiply_rows<Products, kRows>(a + r * a_stride, a_stride, b, b_step, b_vector, vectors, steps,
                                   factor == nullptr ? nullptr : factor + r, c + r * c_stride,
                                   c_stride);
  };
  std::int64_t r = 0;
  if constexpr (kMaxVectors == 4) {
    // The values of heads of 72 or 80 (vision towers): one pass over the weights instead of two.
    for (; vectors == 5 && r + 4 <= rows; r += 4) {
      multiply_block<Products, 4, 5>(a + r * a_stride, a_stride, b, b_step, b_vector, steps,
                                     factor == nullptr ? nullptr : factor + r, c + r * c_stride,
                                     c_stride);
    }
  }
  for (; r + kRowStep <= rows; r += kRowStep) run.template operator()<kRowStep>(r);
  for (; r + 2 <= rows; r += 2) run.template operator()<2>(r);
  if (r < rows) run.template operator()<1>(r);
}

// --- Packing -------------------------------------------------------------------------------------

constexpr std::int64_t kRowsAhead = 8;

// Rows of one head, times factor, as [rows][to_stride] elements, zero beyond the columns.
template <class From, class To>
void convert_rows(const From* from, std::int64_t from_stride, std::int64_t rows,
                  std::int64_t columns, float factor, To* to, std::int64_t to_stride) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const From* source = from + r * from_stride;
    To* target = to + r * to_stride;
    std::int64_t c = 0;
    // The rows of a head lie far apart: the processor does not see them coming.
    if (r + kRowsAhead < rows) {
      for (; c < columns; c += 64 / static_cast<std::int64_t>(sizeof(From))) {
        __builtin_prefetch(source + kRowsAhead * from_stride + c);
      }
      c = 0;
    }
#if HWY_TARGET <= HWY_AVX3
    if constexpr (std::is_same_v<From, float> && std::is_same_v<To, Bf16>) {
      const DF d;
      const VF scale = hn::Set(d, factor);
      for (; c + 32 <= columns; c += 32) {
        const VF low = hn::Mul(hn::LoadU(d, source + c), scale);
        const VF high = hn::Mul(hn::LoadU(d, source + c + 16), scale);
        hn::StoreU(Bf16Products::round_pair(low, high), DU(),
                   reinterpret_cast<std::uint32_t*>(target + c));
      }
    }
#endif
    for_vectors(DF(), static_cast<std::size_t>(columns - c), [&](auto d, std::size_t i) HWY_ATTR {
      const auto value = load_f32(d, source + c + i);
      store_f32(d, hn::Mul(value, hn::Set(d, factor)), target + c + i);
    });
    for (c = columns; c < to_stride; ++c) target[c] = To{};
  }
}

template <class To>
void collect_rows(const HeadRows& from, std::int64_t rows, std::int64_t columns, float factor,
                  To* to, std::int64_t to_stride) {
  if (from.dtype == DType::bf16) {
    const auto* source = static_cast<const Bf16*>(from.data);
    convert_rows(source, from.stride, rows, columns, factor, to, to_stride);
  } else {
    const auto* source = static_cast<const float*>(from.data);
    convert_rows(source, from.stride, rows, columns, factor, to, to_stride);
  }
}

// from: [rows][stride] words; to: [rows / N][words][N].
void transpose_keys(const std::uint32_t* from, std::int64_t stride, std::int64_t rows,
                    std::int64_t words, std::uint32_t* to) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(DU()));
  for (std::int64_t r = 0; r < rows; r += lanes) {
    transpose_words(from + r * stride, stride, words, to + r * words, lanes);
  }
}

// Rows 2i and 2i + 1 side by side: to[i][column] = word of both.
void pair_values(const Bf16* from, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                 std::uint32_t* to) {
  const DU du;
  const hn::Rebind<std::uint16_t, DU> d16;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(du));
  const auto* row = reinterpret_cast<const std::uint16_t*>(from);
  for (std::int64_t t = 0; t < rows; t += 2, row += 2 * stride, to += columns) {
    for (std::int64_t c = 0; c < columns; c += lanes) {
      const auto low = hn::PromoteTo(du, hn::LoadU(d16, row + c));
      const auto high = hn::PromoteTo(du, hn::LoadU(d16, row + stride + c));
      hn::StoreU(hn::Or(low, hn::ShiftLeft<16>(high)), du, to + c);
    }
  }
}

// pieces: the tile's tokens; scratch: sizes.pack_scratch_words().
template <class Element>
void pack_keys_of(const AttentionSizes& sizes, const HeadRows* pieces, const std::int64_t* counts,
                  std::int64_t piece_count, std::uint32_t* scratch, std::uint32_t* to) {
  constexpr std::int64_t kElements = 4 / sizeof(Element);  // in a word
  const std::int64_t words = sizes.key_words;
  const std::int64_t columns = words * kElements;
  std::int64_t tokens = 0;
  // What is already as the transposition wants it needs no copy: the whole groups of one piece.
  std::int64_t done = 0;
  if (piece_count == 1 && pieces[0].dtype == kDTypeOf<Element> && columns == sizes.head_dim &&
      pieces[0].stride % kElements == 0) {
    done = counts[0] / kMaxLanes * kMaxLanes;
    transpose_keys(static_cast<const std::uint32_t*>(pieces[0].data), pieces[0].stride / kElements,
                   done, words, to);
  }
  auto* rows = reinterpret_cast<Element*>(scratch);
  for (std::int64_t p = 0; p < piece_count; ++p) {
    HeadRows piece = pieces[p];
    piece.data = static_cast<const std::byte*>(piece.data) +
                 dtype_bytes(piece.dtype, static_cast<std::size_t>(done * piece.stride));
    collect_rows(piece, counts[p] - done, sizes.head_dim, 1.0F, rows + tokens * columns, columns);
    tokens += counts[p] - done;
  }
  const std::int64_t padded = (tokens + kMaxLanes - 1) / kMaxLanes * kMaxLanes;
  std::memset(scratch + tokens * words, 0, static_cast<std::size_t>((padded - tokens) * words) * 4);
  transpose_keys(scratch, words, padded, words, to + done * words);
}

void pack_keys(const AttentionSizes& sizes, const HeadRows* pieces, const std::int64_t* counts,
               std::int64_t piece_count, std::uint32_t* scratch, std::uint32_t* to) {
  if (sizes.bf16) {
    pack_keys_of<Bf16>(sizes, pieces, counts, piece_count, scratch, to);
  } else {
    pack_keys_of<float>(sizes, pieces, counts, piece_count, scratch, to);
  }
}

void pack_values(const AttentionSizes& sizes, const HeadRows* pieces, const std::int64_t* counts,
                 std::int64_t piece_count, std::uint32_t* scratch, std::uint32_t* to) {
  const std::int64_t columns = sizes.value_columns;
  std::int64_t tokens = 0;
  if (!sizes.bf16) {
    for (std::int64_t p = 0; p < piece_count; ++p) {
      collect_rows(pieces[p], counts[p], sizes.head_dim, 1.0F,
                   reinterpret_cast<float*>(to) + tokens * columns, columns);
      tokens += counts[p];
    }
    return;
  }
  std::int64_t done = 0;
  if (piece_count == 1 && pieces[0].dtype == DType::bf16 && columns == sizes.head_dim) {
    done = counts[0] / 2 * 2;
    pair_values(static_cast<const Bf16*>(pieces[0].data), pieces[0].stride, done, columns, to);
  }
  auto* rows = reinterpret_cast<Bf16*>(scratch);
  for (std::int64_t p = 0; p < piece_count; ++p) {
    HeadRows piece = pieces[p];
    piece.data = static_cast<const std::byte*>(piece.data) +
                 dtype_bytes(piece.dtype, static_cast<std::size_t>(done * piece.stride));
    collect_rows(piece, counts[p] - done, sizes.head_dim, 1.0F, rows + tokens * columns, columns);
    tokens += counts[p] - done;
  }
  if (tokens % 2 != 0) {
    std::memset(rows + tokens * columns, 0, static_cast<std::size_t>(columns) * sizeof(Bf16));
  }
  pair_values(rows, columns, (tokens + 1) / 2 * 2, columns, to + done / 2 * columns);
}

// to: [rows][key_words]
void pack_query(const AttentionSizes& sizes, const HeadRows& rows, std::int64_t count, float factor,
                std::uint32_t* to) {
  if (sizes.bf16) {
    collect_rows(rows, count, sizes.head_dim, factor, reinterpret_cast<Bf16*>(to),
                 2 * sizes.key_words);
  } else {
    collect_rows(rows, count, sizes.head_dim, factor, reinterpret_cast<float*>(to),
                 sizes.key_words);
  }
}

// --- Softmax of a row of scores ------------------------------------------------------------------

HWY_INLINE float largest_of(const float* scores, std::int64_t n) {
  const DF d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  float largest = -std::numeric_limits<float>::infinity();
  std::int64_t i = 0;
  if (n >= lanes) {
    VF max = hn::LoadU(d, scores);
    for (i = lanes; i + lanes <= n; i += lanes) max = hn::Max(max, hn::LoadU(d, scores + i));
    largest = hn::GetLane(hn::MaxOfLanes(d, max));
  }
  for (; i < n; ++i) largest = std::max(largest, scores[i]);
  return largest;
}

// scores[0..n) become weights 2^(score - max), those up to `padded` zero; returns the weights' sum.
HWY_INLINE float weigh(F32Products, float* scores, std::int64_t n, std::int64_t padded, float max,
                       std::uint32_t*) {
  const DF d;
  const VF vmax = hn::Set(d, max);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  VF sum = hn::Zero(d);
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const VF w = exp2(d, hn::Sub(hn::LoadU(d, scores + i), vmax));
    sum = hn::Add(sum, w);
    hn::StoreU(w, d, scores + i);
  }
  if (i < n) {
    const auto seen = hn::FirstN(d, static_cast<std::size_t>(n - i));
    const VF w = hn::IfThenElseZero(seen, exp2(d, hn::Sub(hn::LoadU(d, scores + i), vmax)));
    sum = hn::Add(sum, w);
    hn::StoreU(w, d, scores + i);
    i += lanes;
  }
  for (; i < padded; i += lanes) hn::StoreU(hn::Zero(d), d, scores + i);
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

#if HWY_TARGET <= HWY_AVX3
// 2^x to bf16 precision: relative error 1e-4.
HWY_INLINE VF exp2_rough(VF x) {
  const DF d;
  const VF magic = hn::Set(d, kRoundMagic);
  x = hn::Max(x, hn::Set(d, -126.0F));
  const VF shifted = hn::Add(x, magic);
  const VF f = hn::Sub(x, hn::Sub(shifted, magic));
  VF p = hn::MulAdd(hn::Set(d, 0.05517166F), f, hn::Set(d, 0.24261113F));
  p = hn::MulAdd(p, f, hn::Set(d, 0.69326099F));
  p = hn::MulAdd(p, f, hn::Set(d, 0.99992807F));
  return scale_by_exponent(d, p, shifted);
}

// The same, and weights as pairs of bf16 at `pairs`.
HWY_INLINE float weigh(Bf16Products, float* scores, std::int64_t n, std::int64_t padded, float max,
                       std::uint32_t* pairs) {
  const DF d;
  const DU du;
  const VF vmax = hn::Set(d, max);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  VF sum0 = hn::Zero(d);
  VF sum1 = hn::Zero(d);
  std::int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes, pairs += lanes) {
    const VF w0 = exp2_rough(hn::Sub(hn::LoadU(d, scores + i), vmax));
    const VF w1 = exp2_rough(hn::Sub(hn::LoadU(d, scores + i + lanes), vmax));
    sum0 = hn::Add(sum0, w0);
    sum1 = hn::Add(sum1, w1);
    hn::StoreU(Bf16Products::round_pair(w0, w1), du, pairs);
  }
  for (; i < padded; i += 2 * lanes, pairs += lanes) {
    const auto left = static_cast<std::size_t>(std::max<std::int64_t>(n - i, 0));
    const std::size_t step = hn::Lanes(d);
    const auto seen0 = hn::FirstN(d, std::min(left, step));
    const auto seen1 = hn::FirstN(d, left > step ? left - step : 0);
    const VF w0 = hn::IfThenElseZero(seen0, exp2_rough(hn::Sub(hn::LoadU(d, scores + i), vmax)));
    const VF w1 =
        hn::IfThenElseZero(seen1, exp2_rough(hn::Sub(hn::LoadU(d, scores + i + lanes), vmax)));
    sum0 = hn::Add(sum0, w0);
    sum1 = hn::Add(sum1, w1);
    hn::StoreU(Bf16Products::round_pair(w0, w1), du, pairs);
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
}
#endif

// Adds up 2^(score - max) between cuts; before the scores are overwritten.
void weigh_groups(const float* scores, std::int64_t n, float max, std::int64_t row,
                  std::int64_t rows, const AttentionMassTile& mass) {
  std::int64_t begin = 0;
  for (std::int64_t cut = 0; cut < mass.count; ++cut) {
    const std::int64_t end = std::min(mass.cuts[cut], n);
    float sum = 0.0F;
    if (begin < end) {
      const DF d;
      const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
      VF total = hn::Zero(d);
      std::int64_t i = begin;
      for (; i + lanes <= end; i += lanes) {
        total = hn::Add(total, exp2(d, hn::Sub(hn::LoadU(d, scores + i), hn::Set(d, max))));
      }
      sum = hn::GetLane(hn::SumOfLanes(d, total));
      const hn::CappedTag<float, 1> one;
      for (; i < end; ++i) sum += hn::GetLane(exp2(one, hn::Set(one, scores[i] - max)));
      begin = end;
    }
    mass.sum[cut * rows + row] = sum;
  }
  mass.max[row] = max;
}

// --- One tile of the context against all rows of a state -----------------------------------------

template <class Products>
void attend_tile(const AttentionSizes& sizes, const std::uint32_t* query, const AttentionTile& tile,
                 const AttentionState& state, const AttentionMassTile* mass, float* scratch) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(DF()));
  const std::int64_t steps_per_word = sizes.bf16 ? 2 : 1;
  // Two vectors make one vector of bf16 weights.
  const std::int64_t stride = sizes.tile + 2 * kMaxLanes;
  float* scores = scratch;  // [kRowBlock, stride]
  auto* pairs =
      reinterpret_cast<std::uint32_t*>(scores + kRowBlock * stride);  // [kRowBlock, stride / 2]
  const std::int64_t pair_stride = stride / 2;
  const auto visible = [&](std::int64_t row) {
    return std::clamp<std::int64_t>(tile.first_visible + row / tile.rows_per_query, 0, tile.tokens);
  };
  for (std::int64_t begin = 0; begin < state.rows; begin += kRowBlock) {
    const std::int64_t rows = std::min(kRowBlock, state.rows - begin);
    const std::int64_t most = visible(begin + rows - 1);
    float factor[kRowBlock];
    if (most == 0) {
      if (mass != nullptr) {
        for (std::int64_t r = 0; r < rows; ++r) {
          for (std::int64_t cut = 0; cut < mass->count; ++cut) {
            mass->sum[cut * state.rows + begin + r] = 0.0F;
          }
          mass->max[begin + r] = -std::numeric_limits<float>::infinity();
        }
      }
      continue;
    }
    multiply<Products>(query + begin * sizes.key_words, sizes.key_words, rows, tile.keys, lanes,
                       sizes.key_words * lanes, (most + lanes - 1) / lanes, sizes.key_words,
                       nullptr, scores, stride);
    const std::int64_t used = (most + steps_per_word - 1) / steps_per_word;
    for (std::int64_t r = 0; r < rows; ++r) {
      const std::int64_t row = begin + r;
      const std::int64_t n = visible(row);
      float* row_scores = scores + r * stride;
      const float max = std::max(state.max[row], largest_of(row_scores, n));
      // Rows that have seen nothing yet keep max = -inf; their weights are all zero.
      factor[r] = state.max[row] == max ? 1.0F : std::exp2(state.max[row] - max);
      if (mass != nullptr) weigh_groups(row_scores, n, max, row, state.rows, *mass);
      const float sum =
          weigh(Products(), row_scores, n, used * steps_per_word, max, pairs + r * pair_stride);
      state.max[row] = max;
      state.weight[row] = state.weight[row] * factor[r] + sum;
    }
    const auto* weights = sizes.bf16 ? pairs : reinterpret_cast<const std::uint32_t*>(scores);
    multiply<Products>(weights, sizes.bf16 ? pair_stride : stride, rows, tile.values,
                       sizes.value_columns, lanes, sizes.value_columns / lanes, used, factor,
                       state.sums + begin * sizes.value_columns, sizes.value_columns);
  }
}

// out = (first ? 0 : out) + sums * share
void add_share(const float* sums, float share, bool first, float* out, std::int64_t n) {
  for_vectors(DF(), static_cast<std::size_t>(n), [&](auto d, std::size_t i) HWY_ATTR {
    const auto before = first ? hn::Zero(d) : hn::LoadU(d, out + i);
    hn::StoreU(hn::MulAdd(hn::LoadU(d, sums + i), hn::Set(d, share), before), d, out + i);
  });
}

void attend_tile_f32(const AttentionSizes& sizes, const std::uint32_t* query,
                     const AttentionTile& tile, const AttentionState& state,
                     const AttentionMassTile* mass, float* scratch) {
  attend_tile<F32Products>(sizes, query, tile, state, mass, scratch);
}

void attend_tile_bf16(const AttentionSizes& sizes, const std::uint32_t* query,
                      const AttentionTile& tile, const AttentionState& state,
                      const AttentionMassTile* mass, float* scratch) {
#if HWY_TARGET <= HWY_AVX3
  attend_tile<Bf16Products>(sizes, query, tile, state, mass, scratch);
#else
  (void)sizes, (void)query, (void)tile, (void)state, (void)mass, (void)scratch;
  HWY_ABORT("bf16 products need AVX-512");
#endif
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(add_share);
HWY_EXPORT(attend_tile_f32);
HWY_EXPORT(attend_tile_bf16);
HWY_EXPORT(pack_keys);
HWY_EXPORT(pack_query);
HWY_EXPORT(pack_values);

constexpr std::int64_t kLargeTile =
    256;                                 // tokens; keys and values of one head stay in the L2 cache
constexpr std::int64_t kSmallTile = 64;  // for few rows: they stay in the L1 cache
constexpr std::int64_t kFewRows = 64;
// Stacked query rows of one task.
constexpr std::int64_t kLeastRows = 96;
constexpr std::int64_t kMostRows = 1024;

std::int64_t round_up(std::int64_t n, std::int64_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

// What one call of attention() computes, and the pieces into which it is cut: per sequence and key
// head, the queries into query_pieces, and the context into context_pieces whose states are joined.
class Attention {
 public:
  Attention(const AttentionArgs& args, bool bf16, int threads) : args_(args) {
    const Tensor& q = args.q;
    assert(q.dtype() == DType::f32 && q.shape() == args.out.shape());
    assert(args.fresh.k || !args.past.empty());
    const Tensor& some_keys = args.fresh.k ? args.fresh.k : args.past[0].k;
    heads_ = q.dim(1);
    key_heads_ = some_keys.dim(1);
    stacked_ = heads_ / key_heads_;
    queries_ = q.rows() / args.sequences;
    assert(heads_ % key_heads_ == 0 && queries_ * args.sequences == q.rows());
    assert(args.sequences == 1 || args.past.empty());
    for (const KvSpan& span : args.past) {
      starts_.push_back(context_);
      context_ += span.k.rows();
    }
    past_ = context_;
    if (args.fresh.k) {
      assert(args.fresh.k.rows() == q.rows());
      context_ += queries_;
    }

    sizes_.bf16 = bf16;
    sizes_.head_dim = q.dim(2);
    // Whole groups of four words, for the transposition.
    sizes_.key_words = round_up(bf16 ? (sizes_.head_dim + 1) / 2 : sizes_.head_dim, 4);
    sizes_.value_columns = round_up(sizes_.head_dim, kMaxLanes);

    const std::int64_t rows = queries_ * stacked_;
    const std::int64_t heads = args.sequences * key_heads_;
    const std::int64_t wanted = std::int64_t{4} * threads;  // tasks, so that threads end together
    sizes_.tile = rows <= kFewRows ? kSmallTile : kLargeTile;
    if (rows > kFewRows) {
      // Pieces small enough for their states to stay in the cache, but worth a packed tile.
      const std::int64_t least = (rows + kMostRows - 1) / kMostRows;
      const std::int64_t most = std::max<std::int64_t>(1, rows / kLeastRows);
      query_pieces_ = std::max(least, std::min((wanted + heads - 1) / heads, most));
      query_pieces_ = std::min(query_pieces_, queries_);
    } else if (heads < wanted) {
      const std::int64_t most = std::max<std::int64_t>(1, context_ / 512);
      context_pieces_ = std::min((wanted + heads - 1) / heads, most);
    }
  }

  const AttentionArgs& args() const { return args_; }
  const AttentionSizes& sizes() const { return sizes_; }
  std::int64_t heads() const { return args_.sequences * key_heads_; }
  std::int64_t stacked() const { return stacked_; }
  std::int64_t query_pieces() const { return query_pieces_; }
  std::int64_t context_pieces() const { return context_pieces_; }
  std::int64_t tiles() const { return (context_ + sizes_.tile - 1) / sizes_.tile; }
  std::int64_t tile_words() const { return sizes_.key_tile_words() + sizes_.value_tile_words(); }
  std::int64_t groups() const { return static_cast<std::int64_t>(args_.group_ends.size()); }

  std::int64_t query_begin(std::int64_t piece) const { return queries_ * piece / query_pieces_; }
  std::int64_t most_rows() const {
    return (queries_ + query_pieces_ - 1) / query_pieces_ * stacked_;
  }
  std::int64_t most_tiles() const { return (tiles() + context_pieces_ - 1) / context_pieces_; }
  std::int64_t state_floats() const { return most_rows() * (sizes_.value_columns + 2); }
  // Weights of groups: every tile adds one cut to the groups' own.
  std::int64_t mass_floats() const {
    return args_.mass ? (groups() + 2 * most_tiles()) * most_rows() : 0;
  }

  // The rows that a tile is made of: it may cover many short spans. Kept from tile to tile.
  struct Pieces {
    std::vector<HeadRows> keys, values;
    std::vector<std::int64_t> counts;
  };
  // Packs tile `tile` of head `head` (sequence * key_heads + key head).
  void pack(std::int64_t head, std::int64_t tile, Pieces& pieces, std::uint32_t* scratch,
            std::uint32_t* to) const {
    const std::int64_t begin = tile * sizes_.tile;
    const std::int64_t end = std::min(context_, begin + sizes_.tile);
    pieces.keys.clear();
    pieces.values.clear();
    pieces.counts.clear();
    const auto add = [&](const KvSpan& span, std::int64_t first, std::int64_t last) {
      if (first >= last) return;
      pieces.keys.push_back(head_rows(span.k, first, head % key_heads_));
      pieces.values.push_back(head_rows(span.v, first, head % key_heads_));
      pieces.counts.push_back(last - first);
    };
    auto span = static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), begin) -
                                         starts_.begin());
    for (span = span == 0 ? 0 : span - 1; span < starts_.size() && starts_[span] < end; ++span) {
      const KvSpan& past = args_.past[span];
      add(past, std::max<std::int64_t>(0, begin - starts_[span]),
          std::min(past.k.rows(), end - starts_[span]));
    }
    if (end > past_) {
      const std::int64_t first_token = head / key_heads_ * queries_;
      add(args_.fresh, first_token + std::max<std::int64_t>(0, begin - past_),
          first_token + end - past_);
    }
    const auto count = static_cast<std::int64_t>(pieces.counts.size());
    HWY_DYNAMIC_DISPATCH(pack_keys)
    (sizes_, pieces.keys.data(), pieces.counts.data(), count, scratch, to);
    HWY_DYNAMIC_DISPATCH(pack_values)
    (sizes_, pieces.values.data(), pieces.counts.data(), count, scratch,
     to + sizes_.key_tile_words());
  }

  // One task: a piece of the queries of a head against a piece of the context.
  struct Task {
    std::int64_t head, query_piece, context_piece;
  };
  AttentionState state_at(const Task& task, float* memory) const {
    AttentionState state;
    state.rows = (query_begin(task.query_piece + 1) - query_begin(task.query_piece)) * stacked_;
    state.sums = memory;
    state.max = memory + state.rows * sizes_.value_columns;
    state.weight = state.max + state.rows;
    return state;
  }
  std::int64_t thread_scratch_words() const {
    return sizes_.pack_scratch_words() + tile_words() + most_rows() * sizes_.key_words +
           kRowBlock * (sizes_.tile + 2 * kMaxLanes) * 2;
  }

  // Fills `state` and, if the mass is wanted, `mass`. packed: all tiles of all heads, or nothing.
  void attend(const Task& task, const std::uint32_t* packed, std::uint32_t* scratch,
              const AttentionState& state, float* mass) const {
    std::uint32_t* pack_scratch = scratch;
    std::uint32_t* own_tile = pack_scratch + sizes_.pack_scratch_words();
    std::uint32_t* query = own_tile + tile_words();
    auto* score_scratch = reinterpret_cast<float*>(query + most_rows() * sizes_.key_words);

    const std::int64_t first_query = query_begin(task.query_piece);
    pack_queries(task, first_query, state.rows / stacked_, query);
    std::fill_n(state.sums, state.rows * sizes_.value_columns, 0.0F);
    std::fill_n(state.max, state.rows, -std::numeric_limits<float>::infinity());
    std::fill_n(state.weight, state.rows, 0.0F);

    std::vector<std::int64_t> cuts;
    Pieces pieces;
    for_tiles(task, [&](std::int64_t t, std::int64_t begin, std::int64_t end) {
      const std::uint32_t* words = own_tile;
      if (packed != nullptr) {
        words = packed + (task.head * tiles() + t) * tile_words();
      } else {
        pack(task.head, t, pieces, pack_scratch, own_tile);
      }
      AttentionTile tile;
      tile.keys = words;
      tile.values = words + sizes_.key_tile_words();
      tile.tokens = end - begin;
      // Query i sees all of the past and the fresh tokens 0..i.
      tile.first_visible = causal() ? past_ + first_query + 1 - begin : tile.tokens;
      tile.rows_per_query = stacked_;
      AttentionMassTile mass_tile;
      if (args_.mass) {
        cuts = tile_cuts(begin, end);
        mass_tile.cuts = cuts.data();
        mass_tile.count = static_cast<std::int64_t>(cuts.size());
        mass_tile.max = mass;
        mass_tile.sum = mass + state.rows;
        mass += (mass_tile.count + 1) * state.rows;
      }
      const auto run = sizes_.bf16 ? HWY_DYNAMIC_DISPATCH(attend_tile_bf16)
                                   : HWY_DYNAMIC_DISPATCH(attend_tile_f32);
      run(sizes_, query, tile, state, args_.mass ? &mass_tile : nullptr, score_scratch);
    });
  }

  // Joins the states of all pieces of the context and writes the outputs of a piece of the queries.
  // masses: per state; group_mass: [stacked, groups], is added to.
  void finish(std::int64_t head, std::int64_t query_piece, std::span<const AttentionState> states,
              std::span<const float* const> masses, float* group_mass) const {
    const std::int64_t first_query = query_begin(query_piece);
    const std::int64_t columns = sizes_.value_columns;
    for (std::int64_t row = 0; row < states[0].rows; ++row) {
      float max = -std::numeric_limits<float>::infinity();
      for (const AttentionState& state : states) max = std::max(max, state.max[row]);
      float weight = 0.0F;
      const auto factor = [&](float state_max) {
        return state_max == max ? 1.0F : std::exp2(state_max - max);
      };
      for (const AttentionState& state : states) {
        weight += state.weight[row] * factor(state.max[row]);
      }
      // Without any visible token there is nothing to attend to: zeros.
      const float inverse = weight > 0.0F ? 1.0F / weight : 0.0F;
      const std::int64_t query = head / key_heads_ * queries_ + first_query + row / stacked_;
      float* out = args_.out.data<float>() + query * args_.out.row_stride() +
                   (head % key_heads_ * stacked_ + row % stacked_) * sizes_.head_dim;
      for (std::size_t s = 0; s < states.size(); ++s) {
        const float share = factor(states[s].max[row]) * inverse;
        const float* sums = states[s].sums + row * columns;
        HWY_DYNAMIC_DISPATCH(add_share)(sums, share, s == 0, out, sizes_.head_dim);
      }
      if (!args_.mass) continue;
      for (std::size_t s = 0; s < states.size(); ++s) {
        const float* mass = masses[s];
        const Task task{head, query_piece, static_cast<std::int64_t>(s)};
        for_tiles(task, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
          const float share = factor(mass[row]) * inverse;
          mass += states[s].rows;
          std::int64_t group = first_group(begin);
          for (std::size_t i = 0; i < tile_cuts(begin, end).size(); ++i, ++group) {
            group_mass[row % stacked_ * groups() + group] += mass[row] * share;
            mass += states[s].rows;
          }
        });
      }
    }
  }

 private:
  bool causal() const { return args_.causal && args_.fresh.k; }

  static HeadRows head_rows(const Tensor& tensor, std::int64_t row, std::int64_t head) {
    assert(tensor.dtype() == DType::f32 || tensor.dtype() == DType::bf16);
    const std::int64_t offset = row * tensor.row_stride() + head * tensor.dim(2);
    return {static_cast<const std::byte*>(tensor.raw()) +
                dtype_bytes(tensor.dtype(), static_cast<std::size_t>(offset)),
            tensor.dtype(), tensor.row_stride()};
  }

  void pack_queries(const Task& task, std::int64_t first, std::int64_t count,
                    std::uint32_t* to) const {
    const std::int64_t key_head = task.head % key_heads_;
    const float factor = args_.scale * 1.44269504F;  // the softmax works with powers of two
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t query = task.head / key_heads_ * queries_ + first + i;
      HeadRows rows = head_rows(args_.q, query, key_head * stacked_);
      rows.stride = sizes_.head_dim;
      HWY_DYNAMIC_DISPATCH(pack_query)
      (sizes_, rows, stacked_, factor, to + i * stacked_ * sizes_.key_words);
    }
  }

  // body(tile, begin token, end token) for the tiles of a task that any of its queries sees.
  template <typename Body>
  void for_tiles(const Task& task, Body&& body) const {
    const std::int64_t first = tiles() * task.context_piece / context_pieces_;
    const std::int64_t last = tiles() * (task.context_piece + 1) / context_pieces_;
    const std::int64_t visible = causal() ? past_ + query_begin(task.query_piece + 1) : context_;
    for (std::int64_t t = first; t < last && t * sizes_.tile < visible; ++t) {
      body(t, t * sizes_.tile, std::min(context_, (t + 1) * sizes_.tile));
    }
  }

  // The group that token `begin` is in.
  std::int64_t first_group(std::int64_t begin) const {
    const auto& ends = args_.group_ends;
    return std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin();
  }
  // Ends of the groups within [begin, end), relative to begin.
  std::vector<std::int64_t> tile_cuts(std::int64_t begin, std::int64_t end) const {
    std::vector<std::int64_t> cuts;
    for (std::int64_t group = first_group(begin); cuts.empty() || cuts.back() < end - begin;
         ++group) {
      assert(group < groups());
      cuts.push_back(std::min(args_.group_ends[static_cast<std::size_t>(group)], end) - begin);
    }
    return cuts;
  }

  const AttentionArgs& args_;
  AttentionSizes sizes_;
  std::int64_t heads_ = 0;
  std::int64_t key_heads_ = 0;
  std::int64_t stacked_ = 0;  // query heads per key head
  std::int64_t queries_ = 0;  // of one sequence
  std::int64_t past_ = 0;
  std::int64_t context_ = 0;          // tokens: past and one sequence's fresh ones
  std::vector<std::int64_t> starts_;  // of the past spans
  std::int64_t query_pieces_ = 1;
  std::int64_t context_pieces_ = 1;
};

}  // namespace

AttentionRunner::AttentionRunner(ThreadPool& pool, bool bf16_products)
    : pool_(pool),
      bf16_products_(bf16_products),
      thread_scratch_(static_cast<std::size_t>(pool.threads())),
      thread_states_(static_cast<std::size_t>(pool.threads())) {}

void AttentionRunner::run(const AttentionArgs& args) {
  if (args.q.rows() == 0) {
    if (args.mass) std::memset(args.mass.raw(), 0, args.mass.bytes());
    return;
  }
  const Attention attention(args, bf16_products_, pool_.threads());
  const std::int64_t query_pieces = attention.query_pieces();
  const std::int64_t context_pieces = attention.context_pieces();
  const std::int64_t units = attention.heads() * query_pieces;  // with one state each, or several

  // Where several tasks read the same keys and values, these are packed once for all.
  std::uint32_t* packed = nullptr;
  const auto scratch_of = [&](int worker) {
    return thread_scratch_[static_cast<std::size_t>(worker)].get<std::uint32_t>(
        attention.thread_scratch_words());
  };
  if (query_pieces > 1) {
    const std::int64_t all = attention.heads() * attention.tiles();
    packed = packed_.get<std::uint32_t>(all * attention.tile_words());
    pool_.parallel_for(all, [&](std::int64_t i, int worker) {
      Attention::Pieces pieces;
      attention.pack(i / attention.tiles(), i % attention.tiles(), pieces, scratch_of(worker),
                     packed + i * attention.tile_words());
    });
  }

  const std::int64_t mass_size = args.mass ? attention.stacked() * attention.groups() : 0;
  std::vector<float> group_mass(static_cast<std::size_t>(units * mass_size), 0.0F);
  const std::int64_t state_floats = attention.state_floats() + attention.mass_floats();
  // memory: a state for each piece of the context, each followed by its weights of groups.
  const auto attend = [&](std::int64_t unit, std::int64_t piece, float* memory, int worker) {
    const Attention::Task task{unit / query_pieces, unit % query_pieces, piece};
    attention.attend(task, packed, scratch_of(worker), attention.state_at(task, memory),
                     memory + attention.state_floats());
  };
  const auto finish = [&](std::int64_t unit, float* memory) {
    std::vector<AttentionState> states;
    std::vector<const float*> masses;
    for (std::int64_t piece = 0; piece < context_pieces; ++piece, memory += state_floats) {
      states.push_back(
          attention.state_at({unit / query_pieces, unit % query_pieces, piece}, memory));
      masses.push_back(memory + attention.state_floats());
    }
    attention.finish(unit / query_pieces, unit % query_pieces, states, masses,
                     group_mass.data() + unit * mass_size);
  };
  if (context_pieces == 1) {
    pool_.parallel_for(units, [&](std::int64_t unit, int worker) {
      float* memory = thread_states_[static_cast<std::size_t>(worker)].get<float>(state_floats);
      attend(unit, 0, memory, worker);
      finish(unit, memory);
    });
  } else {
    float* memory = states_.get<float>(units * context_pieces * state_floats);
    pool_.parallel_for(units * context_pieces, [&](std::int64_t i, int worker) {
      attend(i / context_pieces, i % context_pieces, memory + i * state_floats, worker);
    });
    pool_.parallel_for(units, [&](std::int64_t unit, int) {
      finish(unit, memory + unit * context_pieces * state_floats);
    });
  }
  if (!args.mass) return;
  // Added in a fixed order, so that the result does not depend on the threads.
  std::memset(args.mass.raw(), 0, args.mass.bytes());
  assert(args.mass.dim(1) == attention.groups());
  for (std::int64_t unit = 0; unit < units; ++unit) {
    const std::int64_t key_head = unit / query_pieces % (attention.heads() / args.sequences);
    float* to = args.mass.data<float>() + key_head * mass_size;
    for (std::int64_t i = 0; i < mass_size; ++i)
      to[i] += group_mass[static_cast<std::size_t>(unit * mass_size + i)];
  }
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
