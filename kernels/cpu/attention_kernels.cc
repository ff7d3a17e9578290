#include "kernels/cpu/attention_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "kernels/cpu/element.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/attention_kernels.cc"
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
  const std::int64_t stride = sizes.score_stride();
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

}  // namespace

void pack_keys(const AttentionSizes& sizes, const HeadRows* pieces, const std::int64_t* counts,
               std::int64_t piece_count, std::uint32_t* scratch, std::uint32_t* to) {
  HWY_DYNAMIC_DISPATCH(pack_keys)(sizes, pieces, counts, piece_count, scratch, to);
}

void pack_values(const AttentionSizes& sizes, const HeadRows* pieces, const std::int64_t* counts,
                 std::int64_t piece_count, std::uint32_t* scratch, std::uint32_t* to) {
  HWY_DYNAMIC_DISPATCH(pack_values)(sizes, pieces, counts, piece_count, scratch, to);
}

void pack_query(const AttentionSizes& sizes, const HeadRows& rows, std::int64_t count, float factor,
                std::uint32_t* to) {
  HWY_DYNAMIC_DISPATCH(pack_query)(sizes, rows, count, factor, to);
}

void attend_tile(const AttentionSizes& sizes, const std::uint32_t* query, const AttentionTile& tile,
                 const AttentionState& state, const AttentionMassTile* mass, float* scratch) {
  const auto run =
      sizes.bf16 ? HWY_DYNAMIC_DISPATCH(attend_tile_bf16) : HWY_DYNAMIC_DISPATCH(attend_tile_f32);
  run(sizes, query, tile, state, mass, scratch);
}

void add_share(const float* sums, float share, bool first, float* out, std::int64_t n) {
  HWY_DYNAMIC_DISPATCH(add_share)(sums, share, first, out, n);
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
