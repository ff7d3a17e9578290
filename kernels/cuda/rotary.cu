// Rotary embeddings. The cosines and sines of a set of positions are computed once, by a kernel of
// 8 f64 and about 25 f32 operations per position and frequency, and kept for the layers that
// follow. The rotation itself reads and writes each element once: 4 bytes in bf16 (6 from f32), 4
// operations per pair; a thread turns eight pairs, both halves of them its own, so that y may be x.
// The angles, 8 bytes a pair, serve all heads of a token and come from the caches after the first.
#include <algorithm>
#include <cassert>
#include <cstring>

#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/recording.h"

namespace longtake::kernels::cuda {
namespace {

constexpr std::size_t kKept = 6;  // sets of angles

struct Frequency {
  double radians;  // per unit of position
  std::int32_t component;
  std::int32_t padding;
};

// A single token's position goes along with the launch: a copy would stand between kernels that overlap.
struct Positions {
  std::int32_t one[3];
  const std::int32_t* many;  // or nullptr
};

__global__ void __launch_bounds__(256)
    compute_angles(Positions positions, const Frequency* frequencies, std::int64_t tokens, int half,
                   float2* angles, const Repetition* repetition) {
  wait_for_earlier_kernels();
  let_next_kernel_start();
  const std::int32_t shift = further(repetition);
  for_items(tokens, half, [&](std::int64_t t, std::int64_t j) {
    const Frequency frequency = frequencies[j];
    const int c = frequency.component;
    // Not indexed: an array among the arguments would be copied to memory for it.
    const std::int32_t one = c == 0   ? positions.one[0]
                             : c == 1 ? positions.one[1]
                                      : positions.one[2];
    const std::int32_t position = positions.many != nullptr ? positions.many[3 * t + c] : one;
    angles[t * half + j] = cos_sin(static_cast<double>(position + shift) * frequency.radians);
  });
}

// An octet of a row of angles. kAligned: the row starts at a multiple of 16 bytes.
template <bool kAligned>
__device__ __forceinline__ void load_angles(const float2* row, int j, int half,
                                            float2 (&angles)[8]) {
  if constexpr (kAligned) {
    const float4* from = reinterpret_cast<const float4*>(row + j);
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const float4 two = from[i];
      angles[2 * i] = make_float2(two.x, two.y);
      angles[2 * i + 1] = make_float2(two.z, two.w);
    }
  } else {
#pragma unroll
    for (int i = 0; i < 8; ++i) angles[i] = j + i < half ? row[j + i] : make_float2(0.0F, 0.0F);
  }
}

// A pair of octets of a head: columns [j, j + 8) of both halves. kAligned: rows start at multiples
// of 16 bytes, and `half` is a multiple of 8.
template <bool kAligned, typename X, typename Y>
__device__ __forceinline__ void move_pair(const X* from, Y* to, const float2* angles, int j,
                                          int half) {
  Eight first = load_octet<kAligned>(from, j, half);
  Eight second = load_octet<kAligned>(from + half, j, half);
  if (angles != nullptr) {
    float2 turn[8];
    load_angles<kAligned>(angles, j, half, turn);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      const float a = first.v[i];
      const float b = second.v[i];
      first.v[i] = rotated_first(a, b, turn[i]);
      second.v[i] = rotated_second(b, a, turn[i]);
    }
  }
  store_octet<kAligned>(to, j, half, first);
  store_octet<kAligned>(to + half, j, half, second);
}

template <bool kAligned, typename X, typename Y>
__global__ void __launch_bounds__(256)
    rotate(const X* x, std::int64_t x_stride, const float2* angles, Y* y, std::int64_t y_stride,
           std::int64_t tokens, int heads, int half) {
  wait_for_earlier_kernels();
  let_next_kernel_start();
  const unsigned octets = static_cast<unsigned>(half + 7) / 8;
  for_items(tokens, std::int64_t{heads} * octets, [&](std::int64_t t, std::int64_t item) {
    const unsigned head = static_cast<unsigned>(item) / octets;
    const int j = static_cast<int>(static_cast<unsigned>(item) % octets) * 8;
    const std::int64_t at = std::int64_t{head} * (2 * half);
    move_pair<kAligned>(x + t * x_stride + at, y + t * y_stride + at, angles + t * half, j, half);
  });
}

// A token's heads in one row of items: queries, keys, values.
template <typename X, typename Y>
struct QkvArgs {
  const X *q, *k, *v;
  X* turned;
  Y *kept_k, *kept_v;
  std::int64_t q_stride, k_stride, v_stride, turned_stride, kept_k_stride, kept_v_stride;
  const float2* angles;
  std::int64_t tokens;
  unsigned heads, key_heads;
  int half;
  const Repetition* repetition;
};

template <bool kAligned, typename X, typename Y>
__global__ void __launch_bounds__(256) rotate_qkv(QkvArgs<X, Y> a) {
  wait_for_earlier_kernels();
  let_next_kernel_start();
  const std::int64_t kept = further(a.repetition);  // rows that what is kept lies further on
  const unsigned octets = static_cast<unsigned>(a.half + 7) / 8;
  const unsigned all = a.heads + 2 * a.key_heads;
  for_items(a.tokens, std::int64_t{all} * octets, [&](std::int64_t t, std::int64_t item) {
    const unsigned row = static_cast<unsigned>(item) / octets;
    const int j = static_cast<int>(static_cast<unsigned>(item) % octets) * 8;
    const float2* angles = a.angles + t * a.half;
    const auto head = [&](unsigned number) { return std::int64_t{number} * (2 * a.half); };
    if (row < a.heads) {
      move_pair<kAligned>(a.q + t * a.q_stride + head(row),
                          a.turned + t * a.turned_stride + head(row), angles, j, a.half);
    } else if (row < a.heads + a.key_heads) {
      const std::int64_t at = head(row - a.heads);
      move_pair<kAligned>(a.k + t * a.k_stride + at, a.kept_k + (kept + t) * a.kept_k_stride + at,
                          angles, j, a.half);
    } else {
      const std::int64_t at = head(row - a.heads - a.key_heads);
      move_pair<kAligned>(a.v + t * a.v_stride + at, a.kept_v + (kept + t) * a.kept_v_stride + at,
                          static_cast<const float2*>(nullptr), j, a.half);
    }
  });
}

// Whether every row starts as the first one does, to 16 bytes: also those that a tensor of one row does not have.
bool stride_aligned(const Tensor& tensor) {
  return dtype_bytes(tensor.dtype(), static_cast<std::size_t>(tensor.row_stride())) % 16 == 0;
}

bool same_positions(std::span<const Position> a, std::span<const Position> b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

}  // namespace

const float2* RopeAngles::of(Context& context, std::span<const Position> positions,
                             const RopeTable& table) {
  const Recording* const recording = context.recording();
  const std::uint64_t number = recording != nullptr ? recording->number() : 0;
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.recording == number && entry.inv_freq == table.inv_freq &&
           entry.component == table.component && same_positions(entry.positions, positions);
  });
  if (known != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, known);
    return reinterpret_cast<const float2*>(known->angles.raw());
  }
  // The oldest set's memory may be reused at once: work that reads it is earlier in the stream.
  if (entries_.size() == kKept) entries_.pop_back();

  const auto tokens = static_cast<std::int64_t>(positions.size());
  const auto half = static_cast<std::int64_t>(table.inv_freq.size());
  Entry entry{number,
              {positions.begin(), positions.end()},
              table.inv_freq,
              table.component,
              context.allocate(DType::f32, {std::max<std::int64_t>(1, tokens), half, 2})};
  if (tokens > 0) {
    Positions there{};
    if (tokens == 1) {
      std::copy(positions.front().begin(), positions.front().end(), there.one);
    } else {
      there.many = static_cast<const std::int32_t*>(
          context.stage_bytes(positions.data(), positions.size_bytes()));
    }
    const RowsGrid shape = rows_grid(context, tokens, half);
    launch_behind(context, compute_angles, shape.grid, shape.block, 0, there,
                  static_cast<const Frequency*>(frequencies_of(context, table)), tokens,
                  static_cast<int>(half), reinterpret_cast<float2*>(entry.angles.raw()),
                  repetition_of(context));
  }
  entries_.push_front(std::move(entry));
  return reinterpret_cast<const float2*>(entries_.front().angles.raw());
}

const void* RopeAngles::frequencies_of(Context& context, const RopeTable& table) {
  for (const Frequencies& known : frequencies_) {
    if (known.inv_freq == table.inv_freq && known.component == table.component) {
      return known.there.raw();
    }
  }
  std::vector<Frequency> frequencies;
  for (std::size_t j = 0; j < table.inv_freq.size(); ++j) {
    frequencies.push_back({table.inv_freq[j], table.component[j], 0});
  }
  const std::size_t bytes = frequencies.size() * sizeof(Frequency);
  // What is first met in a recording belongs to it.
  if (context.recording() != nullptr) return context.stage_bytes(frequencies.data(), bytes);
  const Tensor there = context.allocate(DType::u8, {static_cast<std::int64_t>(bytes)});
  context.upload(frequencies.data(), there.raw(), bytes);
  frequencies_.push_back({table.inv_freq, table.component, there});
  return there.raw();
}

void rope(Context& context, const Tensor& x, const float2* angles, const Tensor& y) {
  assert(x.shape() == y.shape() && x.dim(2) % 2 == 0);
  if (x.shape().elements() == 0) return;
  const auto heads = static_cast<int>(x.dim(1));
  const auto half = static_cast<int>(x.dim(2) / 2);
  const bool vectors = rows_aligned(x, y) && half % 8 == 0 && aligned(angles, 16);
  const RowsGrid shape = rows_grid(context, x.rows(), std::int64_t{heads} * ceil_div(half, 8));
  with_activation(x.dtype(), [&](auto x_element) {
    with_activation(y.dtype(), [&](auto y_element) {
      with_bool(vectors, [&](auto is_aligned) {
        using X = decltype(x_element);
        using Y = decltype(y_element);
        launch_behind(context, rotate<decltype(is_aligned)::value, X, Y>, shape.grid, shape.block,
                      0, x.data<X>(), x.row_stride(), angles, y.data<Y>(), y.row_stride(), x.rows(),
                      heads, half);
      });
    });
  });
}

void rope_qkv(Context& context, const Qkv& from, const float2* angles, const Qkv& to) {
  assert(from.q.shape() == to.q.shape() && from.q.dtype() == to.q.dtype());
  assert(from.k.shape() == to.k.shape() && from.v.shape() == to.v.shape());
  assert(from.k.shape() == from.v.shape() && from.k.dtype() == from.v.dtype() &&
         from.k.dtype() == from.q.dtype() && to.k.dtype() == to.v.dtype());
  const std::int64_t tokens = from.q.rows();
  const std::int64_t half = from.q.dim(2) / 2;
  const std::int64_t heads = from.q.dim(1) + 2 * from.k.dim(1);
  const Repetition* const repetition = repetition_of(context);
  // Repetitions write rows further on.
  const bool vectors = rows_aligned(from.q, to.q) && rows_aligned(from.k, to.k) &&
                       rows_aligned(from.v, to.v) && half % 8 == 0 && aligned(angles, 16) &&
                       (repetition == nullptr || (stride_aligned(to.k) && stride_aligned(to.v)));
  const RowsGrid shape = rows_grid(context, tokens, heads * ceil_div(half, 8));
  with_activation(from.q.dtype(), [&](auto x_element) {
    with_activation(to.k.dtype(), [&](auto y_element) {
      with_bool(vectors, [&](auto is_aligned) {
        using X = decltype(x_element);
        using Y = decltype(y_element);
        const QkvArgs<X, Y> args = {from.q.data<X>(),
                                    from.k.data<X>(),
                                    from.v.data<X>(),
                                    to.q.data<X>(),
                                    to.k.data<Y>(),
                                    to.v.data<Y>(),
                                    from.q.row_stride(),
                                    from.k.row_stride(),
                                    from.v.row_stride(),
                                    to.q.row_stride(),
                                    to.k.row_stride(),
                                    to.v.row_stride(),
                                    angles,
                                    tokens,
                                    static_cast<unsigned>(from.q.dim(1)),
                                    static_cast<unsigned>(from.k.dim(1)),
                                    static_cast<int>(half),
                                    repetition};
        launch_behind(context, rotate_qkv<decltype(is_aligned)::value, X, Y>, shape.grid,
                      shape.block, 0, args);
      });
    });
  });
}

}  // namespace longtake::kernels::cuda
