// Coding of keys and values: kv_codec.h's bytes, exactly those of the CPU.
//
// encode_kv() works on a head of a unit at a time. Keys take two passes, the channels' maxima
// first; the second one finds the head (196 x 128 bf16 = 49 KB) in the caches, so memory gives each
// element once: 2 bytes in, 1 or 1/2 out, about 8 operations. Values are scaled by token: lanes
// that share a token agree on its maximum.
//
// decode_kv() is the gather of recall. A block takes the keys or values of one head of one piece
// (or of some of its tokens): scales into shared memory, then codes in 16-byte reads of whole
// warps, 512 bytes side by side, each byte once. That is what the bus wants, for payloads in pinned
// memory are read over it (14 MB for 72 blocks of 196 tokens in i8: 0.3 ms at PCIe 5 speed, which
// hides all arithmetic). The two halves of a rotated pair lie in one warp and are exchanged by a
// shuffle. Angles are fixed-point fractions of a turn, 2^-32 each, so that the angle of a position
// plus the angle of a piece's shift is an integer addition that wraps as angles do. A small kernel
// computes both in f64 first: one phase per distinct position and frequency, one per piece and
// frequency. The gather adds them and takes the cosine and sine in about 25 f32 operations.
#include <algorithm>
#include <cassert>
#include <cstring>
#include <vector>

#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/recall.h"

namespace longtake::kernels::cuda {
namespace {

__host__ __device__ constexpr int bits_of(KvCodec codec) {
  switch (codec) {
    case KvCodec::f32:
      return 32;
    case KvCodec::bf16:
      return 16;
    case KvCodec::i8:
      return 8;
    case KvCodec::i4:
      return 4;
  }
  return 0;
}
__host__ __device__ constexpr bool has_scales(KvCodec codec) {
  return codec == KvCodec::i8 || codec == KvCodec::i4;
}
__host__ __device__ constexpr float largest_code(KvCodec codec) {
  return codec == KvCodec::i8 ? 127.0F : 7.0F;
}

// Calls f with a type whose value is the codec.
template <typename F>
void with_codec(KvCodec codec, F&& f) {
  switch (codec) {
    case KvCodec::f32:
      return f(std::integral_constant<KvCodec, KvCodec::f32>());
    case KvCodec::bf16:
      return f(std::integral_constant<KvCodec, KvCodec::bf16>());
    case KvCodec::i8:
      return f(std::integral_constant<KvCodec, KvCodec::i8>());
    case KvCodec::i4:
      return f(std::integral_constant<KvCodec, KvCodec::i4>());
  }
}

__device__ __forceinline__ bool is_aligned(const void* pointer, unsigned bytes) {
  return (reinterpret_cast<std::uintptr_t>(pointer) & (bytes - 1)) == 0;
}

// --- Encoding ------------------------------------------------------------------------------------

constexpr int kEncodeThreads = 512;
constexpr int kValueTokens = 64;  // of a block that encodes values

struct EncodeArgs {
  const void* k;
  const void* v;
  std::int64_t k_stride, v_stride;
  std::byte* payloads;
  std::int64_t payload_stride, units;
  std::int64_t k_scales, v_codes, v_scales;  // offsets within a payload
  int tokens, heads, dim;
  int value_parts;  // blocks per head of values
};

// The first `bytes` bytes of words, little-endian.
template <int kWords>
__device__ __forceinline__ void store_words(std::byte* to, const std::uint32_t (&words)[kWords],
                                            int bytes) {
  if (bytes == 4 * kWords && is_aligned(to, kWords >= 4 ? 16 : 4 * kWords)) {
    if constexpr (kWords == 1) *reinterpret_cast<std::uint32_t*>(to) = words[0];
    if constexpr (kWords == 2) *reinterpret_cast<uint2*>(to) = make_uint2(words[0], words[1]);
    if constexpr (kWords >= 4) {
#pragma unroll
      for (int i = 0; i < kWords; i += 4) {
        reinterpret_cast<uint4*>(to)[i / 4] =
            make_uint4(words[i], words[i + 1], words[i + 2], words[i + 3]);
      }
    }
    return;
  }
#pragma unroll
  for (int i = 0; i < 4 * kWords; ++i) {
    if (i < bytes) to[i] = static_cast<std::byte>(words[i / 4] >> (i % 4 * 8) & 0xFF);
  }
}
__device__ __forceinline__ void store_scale(std::byte* to, float scale) {
  const std::uint32_t word[1] = {__float_as_uint(scale)};
  store_words(to, word, 4);
}

// A scale whose reciprocal is not finite codes as zero, like a zero scale.
__device__ __forceinline__ float inverse_of(float scale) {
  const float inverse = __fdiv_rn(1.0F, scale);
  return scale > 0.0F && isfinite(inverse) ? inverse : 0.0F;
}
template <KvCodec kCodec>
__device__ __forceinline__ float scale_of(float largest) {
  constexpr float step = 1.0F / largest_code(kCodec);
  return __fmul_rn(largest, step);
}
template <KvCodec kCodec>
__device__ __forceinline__ int code_of(float x, float inverse) {
  constexpr float limit = largest_code(kCodec);
  return __float2int_rn(fminf(fmaxf(__fmul_rn(x, inverse), -limit), limit));
}

// Writes the codes of `count` (at most eight, an even number) elements, of which the first is
// element `index` of the part.
template <KvCodec kCodec>
__device__ __forceinline__ void store_codes(std::byte* part, std::int64_t index, int count,
                                            const Eight& x, const Eight& inverse) {
  constexpr int bits = bits_of(kCodec);
  std::uint32_t words[bits / 4] = {};
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    if constexpr (kCodec == KvCodec::f32) words[i] = __float_as_uint(x.v[i]);
    if constexpr (kCodec == KvCodec::bf16) {
      if (i % 2 == 0) words[i / 2] = pack_pair(x.v[i], x.v[i + 1], Bf16());
    }
    if constexpr (kCodec == KvCodec::i8) {
      words[i / 4] |= (static_cast<unsigned>(code_of<kCodec>(x.v[i], inverse.v[i])) & 0xFFU)
                      << (i % 4 * 8);
    }
    if constexpr (kCodec == KvCodec::i4) {
      words[0] |= static_cast<unsigned>(code_of<kCodec>(x.v[i], inverse.v[i]) + 8) << (i * 4);
    }
  }
  store_words(part + index * bits / 8, words, count * bits / 8);
}

__device__ __forceinline__ float largest_of(const Eight& x) {
  float largest = 0.0F;
#pragma unroll
  for (int i = 0; i < 8; ++i) largest = fmaxf(largest, fabsf(x.v[i]));
  return largest;
}

// The keys of one head of one unit. shared: [octets * 8], the channels' maxima as bits, then their
// inverse scales.
template <KvCodec kCodec, bool kAligned, typename T>
__device__ void encode_keys(const EncodeArgs& args, std::int64_t unit, int head, unsigned* shared) {
  const int octets = (args.dim + 7) / 8;
  const int slices = kEncodeThreads / octets;
  const auto thread = static_cast<int>(threadIdx.x);
  const int slice = thread / octets;  // of the tokens; threads left over have none
  const int first_token = slice < slices ? slice : args.tokens;
  const int c = thread % octets * 8;
  const T* from = static_cast<const T*>(args.k) + unit * args.tokens * args.k_stride +
                  std::int64_t{head} * args.dim;
  std::byte* payload = args.payloads + unit * args.payload_stride;
  Eight inverse = {};
  if constexpr (has_scales(kCodec)) {
    for (int i = thread; i < octets * 8; i += kEncodeThreads) shared[i] = 0;
    __syncthreads();
    Eight largest = {};
#pragma unroll 4
    for (int t = first_token; t < args.tokens; t += slices) {
      const Eight x = load_octet<kAligned>(from + t * args.k_stride, c, args.dim);
#pragma unroll
      for (int i = 0; i < 8; ++i) largest.v[i] = fmaxf(largest.v[i], fabsf(x.v[i]));
    }
    // Floats that are not negative order as their bits do.
    if (slice < slices) {
#pragma unroll
      for (int i = 0; i < 8; ++i) atomicMax(&shared[c + i], __float_as_uint(largest.v[i]));
    }
    __syncthreads();
    for (int i = thread; i < args.dim; i += kEncodeThreads) {
      const float scale = scale_of<kCodec>(__uint_as_float(shared[i]));
      store_scale(payload + args.k_scales + (std::int64_t{head} * args.dim + i) * 4, scale);
      shared[i] = __float_as_uint(inverse_of(scale));
    }
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 8; ++i) inverse.v[i] = __uint_as_float(shared[c + i]);
  }
#pragma unroll 4
  for (int t = first_token; t < args.tokens; t += slices) {
    const Eight x = load_octet<kAligned>(from + t * args.k_stride, c, args.dim);
    const std::int64_t row = std::int64_t{head} * args.tokens + t;
    store_codes<kCodec>(payload, row * args.dim + c, min(8, args.dim - c), x, inverse);
  }
}

// The values of tokens [part * kValueTokens, ...) of one head of one unit. `lanes` lanes share a
// token.
template <KvCodec kCodec, bool kAligned, typename T>
__device__ void encode_values(const EncodeArgs& args, std::int64_t unit, int head, int part,
                              int lanes) {
  const int octets = (args.dim + 7) / 8;
  const int group = static_cast<int>(threadIdx.x) / lanes;
  const int groups = kEncodeThreads / lanes;
  const int lane = static_cast<int>(threadIdx.x) % lanes;
  const T* from = static_cast<const T*>(args.v) + unit * args.tokens * args.v_stride +
                  std::int64_t{head} * args.dim;
  std::byte* payload = args.payloads + unit * args.payload_stride;
  const int end = min(args.tokens, (part + 1) * kValueTokens);
  // Whole warps stay in the loop, because lanes of other tokens take part in the maxima.
  for (int first = part * kValueTokens; first < end; first += groups) {
    const int t = first + group;
    const int mine = t < end ? octets : 0;
    const T* token = from + t * args.v_stride;
    const std::int64_t row = std::int64_t{head} * args.tokens + t;
    Eight inverse = {};
    if constexpr (has_scales(kCodec)) {
      float largest = 0.0F;
      for (int o = lane; o < mine; o += lanes) {
        largest = fmaxf(largest, largest_of(load_octet<kAligned>(token, o * 8, args.dim)));
      }
      for (int distance = lanes / 2; distance > 0; distance /= 2) {
        largest = fmaxf(largest, __shfl_xor_sync(kWholeWarp, largest, distance));
      }
      const float scale = scale_of<kCodec>(largest);
      if (lane == 0 && t < end) store_scale(payload + args.v_scales + row * 4, scale);
#pragma unroll
      for (int i = 0; i < 8; ++i) inverse.v[i] = inverse_of(scale);
    }
    for (int o = lane; o < mine; o += lanes) {
      const Eight x = load_octet<kAligned>(token, o * 8, args.dim);
      store_codes<kCodec>(payload + args.v_codes, row * args.dim + o * 8, min(8, args.dim - o * 8),
                          x, inverse);
    }
  }
}

// Blocks [0, units * heads) encode keys, value_parts times as many encode values.
template <KvCodec kCodec, bool kAligned, typename T>
__global__ void __launch_bounds__(kEncodeThreads) encode(EncodeArgs args, int lanes) {
  auto* const shared = dynamic_shared<unsigned>();
  const std::int64_t keys = args.units * args.heads;
  if (blockIdx.x < keys) {
    encode_keys<kCodec, kAligned, T>(args, blockIdx.x / args.heads,
                                     static_cast<int>(blockIdx.x % args.heads), shared);
    return;
  }
  const std::int64_t item = blockIdx.x - keys;
  const std::int64_t head = item / args.value_parts;
  encode_values<kCodec, kAligned, T>(args, head / args.heads, static_cast<int>(head % args.heads),
                                     static_cast<int>(item % args.value_parts), lanes);
}

// --- Phases --------------------------------------------------------------------------------------

struct Frequency {
  double radians;  // per unit of position
  std::int32_t component;
  std::int32_t padding;
};

// What a block needs of a KvPiece.
struct Piece {
  const std::byte* payload;  // that kernels can read
  std::int64_t row;
  std::int64_t first_phase;  // row of the first token's phases
  std::int32_t tokens;
  std::int32_t shift;
  std::int32_t codec;
  std::int32_t padding;
};

// The angle as a fraction of a turn, in steps of 2^-32.
__device__ __forceinline__ std::uint32_t phase_of(double angle) {
  const double turns = rint(angle * 0.15915494309189533577);
  double rest = fma(-turns, 6.28318530717958647692, angle);
  rest = fma(-turns, 2.44929359829470641435e-16, rest);
  return static_cast<std::uint32_t>(__double2ll_rn(rest * (0.15915494309189533577 * 4294967296.0)));
}
__device__ __forceinline__ float2 cos_sin_of_phase(std::uint32_t phase) {
  const std::uint32_t quadrant = (phase + 0x20000000U) >> 30;
  const auto rest = static_cast<float>(static_cast<std::int32_t>(phase - (quadrant << 30)));
  // 2 pi 2^-32 in two parts: the first one's rounding alone would cost half a digit.
  constexpr float kStep = 1.46291807926715968105e-9F;
  constexpr float kStepRest =
      static_cast<float>(1.46291807926715968105e-9 - static_cast<double>(kStep));
  return cos_sin_near(quadrant, fmaf(rest, kStep, rest * kStepRest));
}

// Rows [0, tokens) of phases are those of the positions, the others those of the pieces' shifts.
__global__ void __launch_bounds__(256)
    compute_phases(const std::int32_t* positions, std::int64_t tokens, const Piece* pieces,
                   std::int64_t rows, const Frequency* frequencies, int half,
                   std::uint32_t* phases) {
  for_items(rows, half, [&](std::int64_t row, std::int64_t j) {
    const Frequency frequency = frequencies[j];
    const std::int32_t position =
        row < tokens ? positions[3 * row + frequency.component] : pieces[row - tokens].shift;
    phases[row * half + j] = phase_of(static_cast<double>(position) * frequency.radians);
  });
}

// --- Decoding ------------------------------------------------------------------------------------

constexpr int kGatherThreads = 256;
constexpr int kMostTokens = 256;  // of a block: their scales stand in shared memory

struct DecodeArgs {
  const Piece* pieces;
  const std::uint32_t* phases;  // [distinct positions, dim / 2], absent if keys are not rotated
  const std::uint32_t* shifts;  // [pieces, dim / 2]
  void* k;
  void* v;
  std::int64_t k_stride, v_stride;
  DType k_type, v_type;
  int heads, dim;
  int parts;  // blocks per head of a piece
};

// Keys or values of some tokens of one head of one piece.
struct Task {
  Piece piece;
  std::int64_t index;  // of the piece
  bool is_key;
  int head, begin, end;
};
__device__ __forceinline__ Task task_of(const DecodeArgs& args) {
  Task task;
  const unsigned part = blockIdx.x % static_cast<unsigned>(args.parts);
  const unsigned rest = blockIdx.x / static_cast<unsigned>(args.parts);
  const unsigned heads = static_cast<unsigned>(args.heads);
  task.index = rest / (2 * heads);
  task.piece = args.pieces[task.index];
  const unsigned both = rest % (2 * heads);
  task.is_key = both < heads;
  task.head = static_cast<int>(both % heads);
  const int each = (task.piece.tokens + args.parts - 1) / args.parts;
  task.begin = min(task.piece.tokens, static_cast<int>(part) * each);
  task.end = min(task.piece.tokens, task.begin + each);
  return task;
}

// Where the parts of a payload start.
struct Parts {
  const std::byte* codes;
  const std::byte* scales;
};
__device__ __forceinline__ Parts parts_of(const Task& task, int heads, int dim, int bits,
                                          bool scaled) {
  const std::int64_t code_bytes = std::int64_t{task.piece.tokens} * heads * dim * bits / 8;
  const std::int64_t k_scale_bytes = scaled ? std::int64_t{heads} * dim * 4 : 0;
  const std::byte* codes = task.piece.payload + (task.is_key ? 0 : code_bytes + k_scale_bytes);
  return {codes, codes + code_bytes};
}

__device__ __forceinline__ void store_at(void* tensor, DType type, std::int64_t at,
                                         const Eight& x) {
  switch (type) {
    case DType::bf16:
      return store8(static_cast<Bf16*>(tensor) + at, x);
    case DType::f16:
      return store8(static_cast<F16*>(tensor) + at, x);
    default:
      return store8(static_cast<float*>(tensor) + at, x);
  }
}
__device__ __forceinline__ void store_at(void* tensor, DType type, std::int64_t at, float x) {
  switch (type) {
    case DType::bf16:
      return set_float(static_cast<Bf16*>(tensor)[at], x);
    case DType::f16:
      return set_float(static_cast<F16*>(tensor)[at], x);
    default:
      return set_float(static_cast<float*>(tensor)[at], x);
  }
}

// Octet kOctet of a chunk of 16 bytes of codes, not yet scaled. Integers become floats without a
// conversion: as the last digits of 2^23.
template <KvCodec kCodec, int kOctet>
__device__ __forceinline__ Eight codes_of(const uint4& chunk) {
  const std::uint32_t words[4] = {chunk.x, chunk.y, chunk.z, chunk.w};
  Eight x;
  if constexpr (kCodec == KvCodec::bf16) x = unpack8<Bf16>(chunk);
  if constexpr (kCodec == KvCodec::i8) {
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      const std::uint32_t word = words[2 * kOctet + i / 4] ^ 0x80808080U;  // code + 128
      x.v[i] = float_of_byte<128>(word, i % 4);
    }
  }
  if constexpr (kCodec == KvCodec::i4) {
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      const std::uint32_t code = words[kOctet] >> (4 * i) & 0xFU;  // code + 8
      x.v[i] = __uint_as_float(code | 0x4B000000U) - (8388608.0F + 8.0F);
    }
  }
  return x;
}

// Eight factors in shared memory.
__device__ __forceinline__ void scale_by(Eight& x, const float* factors) {
  const Eight factor = load8(factors);
#pragma unroll
  for (int i = 0; i < 8; ++i) x.v[i] *= factor.v[i];
}
__device__ __forceinline__ void scale_by(Eight& x, float factor) {
#pragma unroll
  for (int i = 0; i < 8; ++i) x.v[i] *= factor;
}

// Turns an octet of one half of a head with its partners in the other half.
__device__ __forceinline__ void rotate_octet(Eight& x, const Eight& partner, bool is_first,
                                             const std::uint32_t* phases,
                                             const std::uint32_t* shifts) {
#pragma unroll
  for (int i = 0; i < 8; i += 4) {
    const uint4 phase = *reinterpret_cast<const uint4*>(phases + i);
    const uint4 shift = *reinterpret_cast<const uint4*>(shifts + i);
    const std::uint32_t sums[4] = {phase.x + shift.x, phase.y + shift.y, phase.z + shift.z,
                                   phase.w + shift.w};
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const float2 angle = cos_sin_of_phase(sums[j]);
      x.v[i + j] = is_first ? rotated_first(x.v[i + j], partner.v[i + j], angle)
                            : rotated_second(x.v[i + j], partner.v[i + j], angle);
    }
  }
}

__device__ __forceinline__ uint4 from_lane_across(const uint4& chunk, int distance) {
  return make_uint4(__shfl_xor_sync(kWholeWarp, chunk.x, distance),
                    __shfl_xor_sync(kWholeWarp, chunk.y, distance),
                    __shfl_xor_sync(kWholeWarp, chunk.z, distance),
                    __shfl_xor_sync(kWholeWarp, chunk.w, distance));
}

// What a lane does with its chunks of codes, each `elements` channels from `channel` on.
template <KvCodec kCodec>
struct Gatherer {
  const DecodeArgs& args;
  const Task& task;
  const float* scales;  // shared: of the channels (keys) or of the tokens (values)
  int channel;
  int partner;  // the other half's channel
  bool rotated;

  template <int kOctet>
  __device__ __forceinline__ void place_octet(const uint4& own, const uint4& other,
                                              int token) const {
    const int half = args.dim / 2;
    const int c = channel + 8 * kOctet;
    Eight x = codes_of<kCodec, kOctet>(own);
    if (task.is_key) {
      if constexpr (has_scales(kCodec)) scale_by(x, scales + c);
      if (rotated) {
        Eight y = codes_of<kCodec, kOctet>(other);
        if constexpr (has_scales(kCodec)) scale_by(y, scales + partner + 8 * kOctet);
        const int j = c < half ? c : c - half;
        rotate_octet(x, y, c < half, args.phases + (task.piece.first_phase + token) * half + j,
                     args.shifts + task.index * half + j);
      }
    } else if constexpr (has_scales(kCodec)) {
      scale_by(x, scales[token - task.begin]);
    }
    const std::int64_t row = task.piece.row + token;
    const std::int64_t column = std::int64_t{task.head} * args.dim + c;
    if (task.is_key) {
      store_at(args.k, args.k_type, row * args.k_stride + column, x);
    } else {
      store_at(args.v, args.v_type, row * args.v_stride + column, x);
    }
  }
  __device__ __forceinline__ void place(const uint4& own, const uint4& other, int token) const {
    place_octet<0>(own, other, token);
    if constexpr (kCodec == KvCodec::i8 || kCodec == KvCodec::i4) place_octet<1>(own, other, token);
    if constexpr (kCodec == KvCodec::i4) {
      place_octet<2>(own, other, token);
      place_octet<3>(own, other, token);
    }
  }
};

// For layouts and addresses of chunkable().
template <KvCodec kCodec>
__global__ void __launch_bounds__(kGatherThreads, 4) gather_chunks(DecodeArgs args) {
  auto* const scales = dynamic_shared<float>();
  constexpr int bits = bits_of(kCodec);
  constexpr int elements = 128 / bits;
  const Task task = task_of(args);
  if (task.begin >= task.end) return;
  const Parts parts = parts_of(task, args.heads, args.dim, bits, has_scales(kCodec));
  const std::int64_t first_row = std::int64_t{task.head} * task.piece.tokens + task.begin;
  if constexpr (has_scales(kCodec)) {
    const float* from = reinterpret_cast<const float*>(parts.scales) +
                        (task.is_key ? std::int64_t{task.head} * args.dim : first_row);
    const int count = task.is_key ? args.dim : task.end - task.begin;
    for (int i = static_cast<int>(threadIdx.x); i < count; i += kGatherThreads) scales[i] = from[i];
    __syncthreads();
  }

  const int per_row =
      args.dim / elements;  // chunks: a power of two, so a lane's channels stay the same
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int channel = lane % per_row * elements;
  const int partner = (lane ^ (per_row / 2)) % per_row * elements;
  const bool rotated = task.is_key && args.phases != nullptr;
  const Gatherer<kCodec> gatherer{args, task, scales, channel, partner, rotated};

  const auto* from = reinterpret_cast<const uint4*>(parts.codes + first_row * args.dim * bits / 8);
  const int total = (task.end - task.begin) * per_row;
  uint4 next = make_uint4(0, 0, 0, 0);
  if (static_cast<int>(threadIdx.x) < total) next = from[threadIdx.x];
  // Whole warps stay in the loop for the shuffles; a row is never cut.
  for (int i = static_cast<int>(threadIdx.x); i - lane < total; i += kGatherThreads) {
    const uint4 own = next;
    if (i + kGatherThreads < total) next = from[i + kGatherThreads];
    const uint4 other = rotated ? from_lane_across(own, per_row / 2) : own;
    if (i < total) gatherer.place(own, other, task.begin + i / per_row);
  }
}

// --- Decoding of anything else, a pair of elements per thread ------------------------------------

__device__ __forceinline__ std::uint32_t load_word(const std::byte* from) {
  if (is_aligned(from, 4)) return *reinterpret_cast<const std::uint32_t*>(from);
  std::uint32_t word = 0;
#pragma unroll
  for (int i = 0; i < 4; ++i) word |= static_cast<std::uint32_t>(from[i]) << (8 * i);
  return word;
}
__device__ __forceinline__ float load_code(const std::byte* codes, KvCodec codec,
                                           std::int64_t index) {
  switch (codec) {
    case KvCodec::f32:
      return __uint_as_float(load_word(codes + 4 * index));
    case KvCodec::bf16: {
      const auto low = static_cast<std::uint32_t>(codes[2 * index]);
      return __uint_as_float((low | static_cast<std::uint32_t>(codes[2 * index + 1]) << 8) << 16);
    }
    case KvCodec::i8:
      return static_cast<float>(static_cast<std::int8_t>(codes[index]));
    case KvCodec::i4: {
      const auto both = static_cast<std::uint32_t>(codes[index / 2]);
      return static_cast<float>(static_cast<int>(both >> (index % 2 * 4) & 0xFU) - 8);
    }
  }
  return 0.0F;
}

__global__ void __launch_bounds__(kGatherThreads) gather_pairs(DecodeArgs args) {
  const Task task = task_of(args);
  const auto codec = static_cast<KvCodec>(task.piece.codec);
  const bool scaled = has_scales(codec);
  const Parts parts = parts_of(task, args.heads, args.dim, bits_of(codec), scaled);
  const int half = args.dim / 2;
  const int total = (task.end - task.begin) * half;
  for (int i = static_cast<int>(threadIdx.x); i < total; i += kGatherThreads) {
    const int token = task.begin + i / half;
    const int j = i % half;
    const std::int64_t row = std::int64_t{task.head} * task.piece.tokens + token;
    float first = load_code(parts.codes, codec, row * args.dim + j);
    float second = load_code(parts.codes, codec, row * args.dim + j + half);
    if (scaled) {
      const std::int64_t at = task.is_key ? std::int64_t{task.head} * args.dim + j : row;
      const std::int64_t step = task.is_key ? half : 0;
      first *= __uint_as_float(load_word(parts.scales + 4 * at));
      second *= __uint_as_float(load_word(parts.scales + 4 * (at + step)));
    }
    if (task.is_key && args.phases != nullptr) {
      const float2 angle =
          cos_sin_of_phase(args.phases[(task.piece.first_phase + token) * half + j] +
                           args.shifts[task.index * half + j]);
      const float a = first;
      first = rotated_first(a, second, angle);
      second = rotated_second(second, a, angle);
    }
    void* const to = task.is_key ? args.k : args.v;
    const DType type = task.is_key ? args.k_type : args.v_type;
    const std::int64_t at =
        (task.piece.row + token) * (task.is_key ? args.k_stride : args.v_stride) +
        std::int64_t{task.head} * args.dim + j;
    store_at(to, type, at, first);
    store_at(to, type, at + half, second);
  }
}

// --- Preparing the gather ------------------------------------------------------------------------

bool power_of_two(std::int64_t n) {
  return n > 0 && (n & (n - 1)) == 0;
}

// Whether gather_chunks() can read such payloads where they start at multiples of 16 bytes: a row
// is a power of two of chunks, at least one for each half of a pair, and at most a warp's.
bool chunkable(const KvLayout& layout) {
  if (layout.codec == KvCodec::f32) return false;
  const std::int64_t elements = 128 / bits_of(layout.codec);
  const std::int64_t per_row = layout.head_dim / elements;
  return layout.head_dim % elements == 0 && power_of_two(per_row) && per_row >= 2 &&
         per_row <= kWarp && layout.v_codes() % 16 == 0 && layout.v_scales() % 4 == 0;
}

// Everything that the kernels need to know, packed for one copy to the device.
class Descriptors {
 public:
  Descriptors(Context& context, std::span<const KvPiece> pieces, const RopeTable* table,
              bool rows_fit);
  // Copies payloads that kernels cannot read, or not well, behind the phases into `room`.
  void place_payloads(Context& context, std::byte* room);
  // Pieces by the kernel that decodes them: all of a codec's chunkable ones, or the others.
  struct Group {
    bool chunks;
    KvCodec codec;  // of chunks
    std::int64_t begin, end;
    std::int32_t most_tokens;
  };
  std::vector<Group> groups() const;

  std::int64_t tokens() const { return static_cast<std::int64_t>(positions_.size()); }
  std::int64_t pieces() const { return static_cast<std::int64_t>(entries_.size()); }
  std::size_t room() const { return room_; }

  struct OnDevice {
    const Piece* pieces;
    const Frequency* frequencies;
    const std::int32_t* positions;
  };
  OnDevice stage(Context& context) const;

 private:
  struct Entry {
    Piece piece;
    std::size_t bytes;
    bool copied;  // into scratch memory
    bool chunks;
  };
  // The row of the first of these positions; those of the piece before are not stored twice.
  std::int64_t add_positions(std::span<const Position> positions);
  static int order_of(const Entry& entry) { return entry.chunks ? entry.piece.codec : -1; }

  std::vector<Entry> entries_;
  std::vector<Frequency> frequencies_;
  std::vector<Position> positions_;
  std::span<const Position> last_positions_;
  std::int64_t last_row_ = 0;
  std::size_t room_ = 0;
};

constexpr std::size_t kPayloadAlignment = 256;
constexpr std::size_t padded(std::size_t bytes) {
  return (bytes + kPayloadAlignment - 1) / kPayloadAlignment * kPayloadAlignment;
}

Descriptors::Descriptors(Context& context, std::span<const KvPiece> pieces, const RopeTable* table,
                         bool rows_fit) {
  for (std::size_t j = 0; table != nullptr && j < table->inv_freq.size(); ++j) {
    frequencies_.push_back({table->inv_freq[j], table->component[j], 0});
  }
  for (const KvPiece& piece : pieces) {
    if (piece.layout.tokens == 0) continue;
    Entry entry{};
    entry.bytes = piece.layout.bytes();
    const bool at_16 = aligned(piece.payload, 16);
    const bool fits = rows_fit && chunkable(piece.layout);
    entry.copied = !piece.on_device && !(fits && at_16 && context.is_pinned(piece.payload));
    entry.chunks = fits && (entry.copied || at_16);
    if (entry.copied) room_ += padded(entry.bytes);
    entry.piece = {piece.payload,
                   piece.row,
                   table != nullptr ? add_positions(piece.positions) : 0,
                   static_cast<std::int32_t>(piece.layout.tokens),
                   piece.shift,
                   static_cast<std::int32_t>(piece.layout.codec),
                   0};
    entries_.push_back(entry);
  }
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return order_of(a) < order_of(b); });
}

std::int64_t Descriptors::add_positions(std::span<const Position> positions) {
  const bool same_place = positions.data() == last_positions_.data();
  const bool same = !last_positions_.empty() && positions.size() == last_positions_.size() &&
                    (same_place || std::memcmp(positions.data(), last_positions_.data(),
                                               positions.size_bytes()) == 0);
  if (!same) {
    last_row_ = tokens();
    last_positions_ = positions;
    positions_.insert(positions_.end(), positions.begin(), positions.end());
  }
  return last_row_;
}

void Descriptors::place_payloads(Context& context, std::byte* room) {
  for (Entry& entry : entries_) {
    if (!entry.copied) continue;
    if (context.is_pinned(entry.piece.payload)) {
      check(cudaMemcpyAsync(room, entry.piece.payload, entry.bytes, cudaMemcpyHostToDevice,
                            context.stream()),
            "decode_kv");
    } else {
      context.upload(entry.piece.payload, room, entry.bytes);
    }
    entry.piece.payload = room;
    room += padded(entry.bytes);
  }
}

std::vector<Descriptors::Group> Descriptors::groups() const {
  std::vector<Group> groups;
  for (std::int64_t i = 0; i < pieces(); ++i) {
    const Entry& entry = entries_[static_cast<std::size_t>(i)];
    if (i == 0 || order_of(entry) != order_of(entries_[static_cast<std::size_t>(i - 1)])) {
      groups.push_back({entry.chunks, static_cast<KvCodec>(entry.piece.codec), i, i, 0});
    }
    groups.back().end = i + 1;
    groups.back().most_tokens = std::max(groups.back().most_tokens, entry.piece.tokens);
  }
  return groups;
}

Descriptors::OnDevice Descriptors::stage(Context& context) const {
  const std::size_t piece_bytes = entries_.size() * sizeof(Piece);
  const std::size_t frequency_bytes = frequencies_.size() * sizeof(Frequency);
  const std::size_t position_bytes = positions_.size() * sizeof(Position);
  static_assert(sizeof(Piece) % 8 == 0 && sizeof(Frequency) % 8 == 0);
  std::vector<std::byte> packed(piece_bytes + frequency_bytes + position_bytes);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::memcpy(packed.data() + i * sizeof(Piece), &entries_[i].piece, sizeof(Piece));
  }
  if (frequency_bytes > 0)
    std::memcpy(packed.data() + piece_bytes, frequencies_.data(), frequency_bytes);
  if (position_bytes > 0) {
    std::memcpy(packed.data() + piece_bytes + frequency_bytes, positions_.data(), position_bytes);
  }
  const auto* there =
      static_cast<const std::byte*>(context.stage_bytes(packed.data(), packed.size()));
  return {reinterpret_cast<const Piece*>(there),
          reinterpret_cast<const Frequency*>(there + piece_bytes),
          reinterpret_cast<const std::int32_t*>(there + piece_bytes + frequency_bytes)};
}

// Blocks per head of a piece: few pieces are cut to fill the device, down to 32 tokens each.
int parts_for(const Context& context, std::int64_t heads_of_pieces, std::int32_t most_tokens) {
  const std::int64_t wanted =
      ceil_div(std::int64_t{context.multiprocessors()} * 4, heads_of_pieces);
  return static_cast<int>(std::clamp<std::int64_t>(wanted, ceil_div(most_tokens, kMostTokens),
                                                   ceil_div(most_tokens, 32)));
}

void launch_gather(Context& context, const Descriptors::Group& group, DecodeArgs args) {
  const std::int64_t heads = (group.end - group.begin) * 2 * args.heads;
  args.pieces += group.begin;
  if (args.phases != nullptr) args.shifts += group.begin * (args.dim / 2);
  args.parts = parts_for(context, heads, group.most_tokens);
  const auto blocks = static_cast<unsigned>(heads * args.parts);
  if (!group.chunks) {
    launch(context, gather_pairs, blocks, kGatherThreads, 0, args);
    return;
  }
  const std::size_t shared =
      sizeof(float) * static_cast<std::size_t>(std::max(args.dim, kMostTokens));
  with_codec(group.codec, [&](auto codec) {
    if constexpr (decltype(codec)::value != KvCodec::f32) {
      launch(context, gather_chunks<decltype(codec)::value>, blocks, kGatherThreads, shared, args);
    }
  });
}

}  // namespace

void encode_kv(Context& context, const Tensor& k, const Tensor& v, const KvLayout& layout,
               const Tensor& payloads) {
  assert(payloads.dtype() == DType::u8 &&
         payloads.dim(1) == static_cast<std::int64_t>(layout.bytes()));
  assert(k.shape() == v.shape() && k.dtype() == v.dtype() &&
         k.rows() == payloads.rows() * layout.tokens);
  assert(k.dim(1) == layout.kv_heads && k.dim(2) == layout.head_dim && layout.head_dim % 2 == 0);
  assert(layout.head_dim <= 8 * kEncodeThreads);
  if (k.shape().elements() == 0) return;
  const EncodeArgs args = {k.raw(),
                           v.raw(),
                           k.row_stride(),
                           v.row_stride(),
                           payloads.data<std::byte>(),
                           payloads.row_stride(),
                           payloads.rows(),
                           static_cast<std::int64_t>(layout.k_scales()),
                           static_cast<std::int64_t>(layout.v_codes()),
                           static_cast<std::int64_t>(layout.v_scales()),
                           static_cast<int>(layout.tokens),
                           static_cast<int>(layout.kv_heads),
                           static_cast<int>(layout.head_dim),
                           static_cast<int>(ceil_div(layout.tokens, kValueTokens))};
  int lanes = 1;
  while (lanes < kWarp && lanes * 8 < args.dim) lanes *= 2;
  const auto blocks = static_cast<unsigned>(args.units * args.heads * (1 + args.value_parts));
  const auto shared = static_cast<std::size_t>(ceil_div(args.dim, 8)) * 8 * sizeof(unsigned);
  const bool vectors = rows_aligned(k, v) && args.dim % 8 == 0;
  with_codec(layout.codec, [&](auto codec) {
    with_activation(k.dtype(), [&](auto element) {
      with_bool(vectors, [&](auto is_vector) {
        launch(context,
               encode<decltype(codec)::value, decltype(is_vector)::value, decltype(element)>,
               blocks, kEncodeThreads, shared, args, lanes);
      });
    });
  });
}

void decode_kv(Context& context, std::span<const KvPiece> pieces, const RopeTable* table,
               const Tensor& k, const Tensor& v) {
  assert(k.shape() == v.shape());
  const std::int64_t dim = k.dim(2);
  assert(dim % 2 == 0 && (table == nullptr || table->head_dim() == dim));
  for ([[maybe_unused]] const KvPiece& piece : pieces) {
    assert(piece.layout.kv_heads == k.dim(1) && piece.layout.head_dim == dim);
    assert(piece.row >= 0 && piece.row + piece.layout.tokens <= k.rows());
    assert(table == nullptr ||
           static_cast<std::int64_t>(piece.positions.size()) == piece.layout.tokens);
  }
  Descriptors descriptors(context, pieces, table, rows_aligned(k, v));
  if (descriptors.pieces() == 0) return;

  const std::int64_t half = dim / 2;
  const std::int64_t phase_rows =
      table != nullptr ? descriptors.tokens() + descriptors.pieces() : 0;
  const std::size_t phase_bytes =
      padded(static_cast<std::size_t>(phase_rows * half) * sizeof(std::uint32_t));
  std::byte* const scratch = context.scratch(phase_bytes + descriptors.room());
  descriptors.place_payloads(context, scratch + phase_bytes);
  const Descriptors::OnDevice there = descriptors.stage(context);

  DecodeArgs args = {};
  args.pieces = there.pieces;
  args.k = k.raw(), args.v = v.raw();
  args.k_stride = k.row_stride(), args.v_stride = v.row_stride();
  args.k_type = k.dtype(), args.v_type = v.dtype();
  args.heads = static_cast<int>(k.dim(1)), args.dim = static_cast<int>(dim);
  if (table != nullptr) {
    auto* const phases = reinterpret_cast<std::uint32_t*>(scratch);
    const RowsGrid shape = rows_grid(context, phase_rows, half);
    launch(context, compute_phases, shape.grid, shape.block, 0, there.positions,
           descriptors.tokens(), there.pieces, phase_rows, there.frequencies,
           static_cast<int>(half), phases);
    args.phases = phases;
    args.shifts = phases + descriptors.tokens() * half;
  }
  for (const Descriptors::Group& group : descriptors.groups()) launch_gather(context, group, args);
}

}  // namespace longtake::kernels::cuda
