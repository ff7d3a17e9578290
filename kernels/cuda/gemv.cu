// Products of a few rows with a weight matrix: what a decoder does for every token that it writes.
//
// Bytes: every weight is read once, N * K * size; x and y are small beside it. Operations: 2 * T *
// N * K, far below what the device can do, so the only aim is to keep enough 16-byte loads in
// flight.
//
// A block of four warps computes kRows neighbouring outputs; its warps take every fourth piece of
// K, so that even layers of few outputs spread over the whole device, and add up in shared memory.
// x comes from the first-level cache. Weights of int8 and f8 are multiplied as they are, with x in
// full precision, and scaled at the end; codes of four bits group by group, which is what a lane takes at a
// time: low * (sum of x) + step * (sum of code * x).
#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/four_bits.cuh"
#include "kernels/cuda/instructions.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/linear.h"

namespace longtake::kernels::cuda {

namespace {

constexpr int kWarps = 4;

// What kernels are told of weights: where rows start, in elements of W, and of i4 their words.
template <typename W>
struct Weights {
  const W* data;
  std::int64_t stride;
  const std::uint32_t* words = nullptr;
  std::int64_t words_stride = 0;
};

// Neighbouring weights as they lie in memory: 16 bytes or, of f32, 32, and of i4 their group's word. Weights
// are read once: they need not push x out of the cache. The address is aligned. Volatile, because the first ones are
// asked for before the kernel waits.
struct Raw {
  uint4 bits[2];
};
template <typename W>
__device__ __forceinline__ Raw load_raw(const W* row, const std::uint32_t* words, std::int64_t at) {
  Raw raw;
  if constexpr (std::is_same_v<W, I4>) {
    raw.bits[0] = load_constant_once(row + at / 2);
    raw.bits[1].x = words[at / kFourBitGroup];
  } else {
    raw.bits[0] = load_constant_once(row + at);
  }
  if constexpr (std::is_same_v<W, float>) raw.bits[1] = load_constant_once(row + at + 4);
  return raw;
}

// The same as f32.
template <int kStep>
struct Some {
  float v[kStep];
};
__device__ __forceinline__ Some<8> unpack(const Raw& raw, const Bf16*) {
  const Eight eight = unpack8<Bf16>(raw.bits[0]);
  Some<8> some;
#pragma unroll
  for (int i = 0; i < 8; ++i) some.v[i] = eight.v[i];
  return some;
}
__device__ __forceinline__ Some<8> unpack(const Raw& raw, const float*) {
  const uint4 a = raw.bits[0], b = raw.bits[1];
  return {{__uint_as_float(a.x), __uint_as_float(a.y), __uint_as_float(a.z), __uint_as_float(a.w),
           __uint_as_float(b.x), __uint_as_float(b.y), __uint_as_float(b.z), __uint_as_float(b.w)}};
}
__device__ __forceinline__ Some<16> unpack(const Raw& raw, const std::int8_t*) {
  const unsigned words[4] = {raw.bits[0].x, raw.bits[0].y, raw.bits[0].z, raw.bits[0].w};
  Some<16> some;
#pragma unroll
  for (int i = 0; i < 16; ++i) {
    some.v[i] = float_of_byte<128>(words[i / 4] ^ 0x80808080U, i % 4);  // code + 128
  }
  return some;
}
// In pairs, as the hardware takes them.
__device__ __forceinline__ Some<16> unpack(const Raw& raw, const F8*) {
  const unsigned words[4] = {raw.bits[0].x, raw.bits[0].y, raw.bits[0].z, raw.bits[0].w};
  Some<16> some;
#pragma unroll
  for (int i = 0; i < 16; i += 2) {
    __nv_fp8x2_e4m3 pair;
    pair.__x = static_cast<__nv_fp8x2_storage_t>(words[i / 4] >> (i % 4 * 8));
    const auto two = static_cast<float2>(pair);
    some.v[i] = two.x;
    some.v[i + 1] = two.y;
  }
  return some;
}
template <typename W>
constexpr int kStepOf = std::is_same_v<W, I4> ? 32
                        : sizeof(W) == 1      ? 16
                                              : 8;

// Blocks that a multiprocessor must have room for, which bounds a kernel's registers; 0 leaves them to the compiler. Of
// four bits it would take more, to mix the work of several pieces, than the loads under way can spare: 40 of 64 warps
// instead of 48 for a single token.
template <typename W, typename X, int kTokens, int kRows>
constexpr int least_blocks() {
  if (!std::is_same_v<W, I4> || !std::is_same_v<X, Bf16>) return 0;
  if (kTokens == 1) return kRows == 2 ? 12 : 8;
  return kTokens == 2 && kRows == 2 ? 8 : 0;
}

// sums[t][r] += what a group of four-bit weights, of rows r, adds for tokens t, whose part of x starts at x.
template <typename X, int kTokens, int kRows>
__device__ __forceinline__ void add_group(const Raw (&group)[kRows], const X* x,
                                          std::int64_t x_stride, float (&sums)[kTokens][kRows]) {
  float of_codes[kTokens][kRows] = {}, of_x[kTokens] = {};
#pragma unroll
  for (int quarter = 0; quarter < 4; ++quarter) {
    Eight codes[kRows];
#pragma unroll
    for (int r = 0; r < kRows; ++r) codes[r] = eight_codes(group[r].bits[0], quarter);
#pragma unroll
    for (int t = 0; t < kTokens; ++t) {
      const Eight values = load8(x + t * x_stride + quarter * 8);
#pragma unroll
      for (int i = 0; i < 8; ++i) of_x[t] += values.v[i];
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
#pragma unroll
        for (int i = 0; i < 8; ++i) of_codes[t][r] += values.v[i] * codes[r].v[i];
      }
    }
  }
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
    const float step = step_of(group[r].bits[1].x), low = low_of(group[r].bits[1].x);
#pragma unroll
    for (int t = 0; t < kTokens; ++t) sums[t][r] += step * of_codes[t][r] + low * of_x[t];
  }
}

struct Epilogue {
  const float* scales;  // of int8 and f8, or nullptr
  const void* bias;     // bf16 or f32, or nullptr
  bool bias_bf16;
  const void* residual;  // bf16 or f32 [T, N], or nullptr
  bool residual_bf16;
  std::int64_t residual_stride;
  Activation activation;
};

__device__ __forceinline__ float element(const void* from, bool bf16, std::int64_t i) {
  return bf16 ? to_float(static_cast<const Bf16*>(from)[i]) : static_cast<const float*>(from)[i];
}

template <typename Y>
__device__ void store_output(float sum, std::int64_t t, std::int64_t n, const Epilogue& e, Y* y,
                             std::int64_t y_stride) {
  if (e.scales != nullptr) sum *= e.scales[n];
  if (e.bias != nullptr) sum += element(e.bias, e.bias_bf16, n);
  sum = activate(sum, e.activation);
  if (e.residual != nullptr) sum += element(e.residual, e.residual_bf16, t * e.residual_stride + n);
  set_float(y[t * y_stride + n], sum);
}

// Of Backend::gated_linear(): n is the gate's output, n + n_total the other one's.
template <typename Y>
__device__ void store_gated(float gate, float up, std::int64_t t, std::int64_t n,
                            std::int64_t n_total, const Epilogue& e, Y* y, std::int64_t y_stride) {
  if (e.scales != nullptr) gate *= e.scales[n], up *= e.scales[n + n_total];
  if (e.bias != nullptr) {
    gate += element(e.bias, e.bias_bf16, n);
    up += element(e.bias, e.bias_bf16, n + n_total);
  }
  set_float(y[t * y_stride + n], silu(gate) * up);
}

// K is a multiple of kStep, rows of w and x are aligned to 16 bytes. A block reads kRows rows of w;
// with kGated half of them are gates, and n_total counts outputs: half of w's rows.
template <typename W, typename X, typename Y, int kTokens, int kRows, bool kGated>
__global__ void __launch_bounds__(kWarps* kWarp, least_blocks<W, X, kTokens, kRows>())
    gemv_kernel(const X* x, std::int64_t x_stride, Weights<W> w, std::int64_t n_total,
                std::int64_t k_total, Epilogue epilogue, Y* y, std::int64_t y_stride) {
  constexpr int kStep = kStepOf<W>;
  constexpr int kPiece = kStep * kWarp;  // of K, by a warp at a time
  constexpr int kOutputs = kGated ? kRows / 2 : kRows;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const std::int64_t n0 = std::int64_t{blockIdx.x} * kOutputs;

  float sums[kTokens][kRows] = {};
  const W* rows[kRows];
  const std::uint32_t* row_words[kRows];
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
    // Rows beyond the last one repeat it: they are read from the cache and not stored.
    const std::int64_t n = min(n0 + r % kOutputs, n_total - 1) + r / kOutputs * n_total;
    rows[r] = w.data + n * w.stride;
    row_words[r] = w.words + n * w.words_stride;
  }
  // The weights are constants: the first ones are on their way while the kernel before still runs,
  // and from then on always the next ones while these are multiplied.
  std::int64_t k = std::int64_t{warp} * kPiece + lane * kStep;
  Raw ahead[kRows] = {};
  const auto fetch = [&](std::int64_t at) {
#pragma unroll
    for (int r = 0; r < kRows; ++r) ahead[r] = load_raw(rows[r], row_words[r], at);
  };
  // Once; written as a loop because the assembler turns a condition around a few loads into predicates
  // and then moves the wait above them.
#pragma unroll 1
  for (std::int64_t at = k; at < k_total; at += k_total) fetch(at);
  wait_for_earlier_kernels();
  let_next_kernel_start();
  while (k < k_total) {
    const std::int64_t next = k + kWarps * kPiece;
    if constexpr (std::is_same_v<W, I4>) {
      Raw group[kRows];
#pragma unroll
      for (int r = 0; r < kRows; ++r) group[r] = ahead[r];
      if (next < k_total) fetch(next);
      add_group(group, x + k, x_stride, sums);
    } else {
      Some<kStep> weights[kRows];
#pragma unroll
      for (int r = 0; r < kRows; ++r) weights[r] = unpack(ahead[r], w.data);
      if (next < k_total) fetch(next);
#pragma unroll
      for (int t = 0; t < kTokens; ++t) {
#pragma unroll
        for (int part = 0; part < kStep; part += 8) {
          const Eight values = load8(x + t * x_stride + k + part);
#pragma unroll
          for (int r = 0; r < kRows; ++r) {
#pragma unroll
            for (int i = 0; i < 8; ++i) sums[t][r] += values.v[i] * weights[r].v[part + i];
          }
        }
      }
    }
    k = next;
  }

  __shared__ float partial[kWarps][kTokens * kRows];
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      const float sum = warp_sum(sums[t][r]);
      if (lane == 0) partial[warp][t * kRows + r] = sum;
    }
  }
  __syncthreads();
  const int output = static_cast<int>(threadIdx.x);
  const int t = output / kOutputs;
  const std::int64_t n = n0 + output % kOutputs;
  if (output >= kTokens * kOutputs || n >= n_total) return;
  const auto sum_of = [&](int row) {
    float sum = 0;
#pragma unroll
    for (int i = 0; i < kWarps; ++i) sum += partial[i][t * kRows + row];
    return sum;
  };
  const float sum = sum_of(output % kOutputs);
  if constexpr (kGated) {
    const float up = sum_of(kOutputs + output % kOutputs);
    store_gated(sum, up, t, n, n_total, epilogue, y, y_stride);
  } else {
    store_output(sum, t, n, epilogue, y, y_stride);
  }
}

// A single weight.
template <typename W>
__device__ __forceinline__ float weight_at(const W* row, const std::uint32_t*, std::int64_t k) {
  if constexpr (std::is_same_v<W, std::int8_t>) {
    return static_cast<float>(row[k]);
  } else {
    return to_float(row[k]);
  }
}
__device__ __forceinline__ float weight_at(const I4* row, const std::uint32_t* words,
                                           std::int64_t k) {
  const std::int64_t g = k / kFourBitGroup;
  const int within = static_cast<int>(k % kFourBitGroup);
  const unsigned pair = row[g * kFourBitGroupBytes + within % kFourBitGroupBytes].pair;
  const unsigned code = pair >> (within / kFourBitGroupBytes * 4) & 15U;
  return fmaf(step_of(words[g]), static_cast<float>(code), low_of(words[g]));
}

// Any shape, alignment and number of rows: a warp per output.
template <typename W, typename X, typename Y>
__global__ void plain_kernel(const X* x, std::int64_t x_stride, Weights<W> w, std::int64_t tokens,
                             std::int64_t n_total, std::int64_t k_total, Epilogue epilogue, Y* y,
                             std::int64_t y_stride) {
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const std::int64_t step = std::int64_t{gridDim.x} * kWarps;
  for (std::int64_t output = std::int64_t{blockIdx.x} * kWarps + threadIdx.x / kWarp;
       output < tokens * n_total; output += step) {
    const std::int64_t t = output / n_total, n = output % n_total;
    float sum = 0;
    for (std::int64_t k = lane; k < k_total; k += kWarp) {
      const float weight = weight_at(w.data + n * w.stride, w.words + n * w.words_stride, k);
      sum += to_float(x[t * x_stride + k]) * weight;
    }
    sum = warp_sum(sum);
    if (lane == 0) store_output(sum, t, n, epilogue, y, y_stride);
  }
}

Epilogue epilogue_of(const CudaLinear& w, Activation activation, const Tensor* residual) {
  Epilogue e{};
  if (w.scales()) e.scales = w.scales().data<float>();
  if (w.bias()) {
    e.bias = w.bias().raw();
    e.bias_bf16 = w.bias().dtype() == DType::bf16;
  }
  if (residual != nullptr) {
    e.residual = residual->raw();
    e.residual_bf16 = residual->dtype() == DType::bf16;
    e.residual_stride = residual->row_stride();
  }
  e.activation = activation;
  return e;
}

// Calls f with a null pointer to the weights' type.
template <typename F>
void with_weights(DType type, F&& f) {
  switch (type) {
    case DType::bf16:
      return f(static_cast<const Bf16*>(nullptr));
    case DType::i8:
      return f(static_cast<const std::int8_t*>(nullptr));
    case DType::u8:
      return f(static_cast<const F8*>(nullptr));
    case DType::i4:
      return f(static_cast<const I4*>(nullptr));
    default:
      return f(static_cast<const float*>(nullptr));
  }
}

// As kernels are told.
template <typename W>
Weights<W> weights_of(const CudaLinear& w) {
  if constexpr (std::is_same_v<W, I4>) {
    return {w.weights().data<W>(), w.padded_k() / 2, w.words().data<std::uint32_t>(),
            w.words().dim(1)};
  } else {
    return {w.weights().data<W>(), w.padded_k()};
  }
}

template <bool kGated, typename W, typename X, typename Y, int kTokens>
void launch_gemv(Context& context, const Tensor& x, const CudaLinear& w, const Tensor& y,
                 const Epilogue& epilogue) {
  const std::int64_t n = w.out_features();
  const auto compute = [&](auto rows_constant) {
    constexpr int kRows = decltype(rows_constant)::value;
    launch_behind(context, gemv_kernel<W, X, Y, kTokens, kRows, kGated>,
                  static_cast<unsigned>(ceil_div(n, kRows)), kWarps * kWarp, 0, x.data<X>(),
                  x.row_stride(), weights_of<W>(w), kGated ? n / 2 : n, w.in_features(), epilogue,
                  y.data<Y>(), y.row_stride());
  };
  // Layers of many outputs take more of them per block: x is read less often.
  if (n >= std::int64_t{context.multiprocessors()} * 96) {
    compute(std::integral_constant<int, 4>());
  } else {
    compute(std::integral_constant<int, 2>());
  }
}

bool fits(const Tensor& x, const CudaLinear& w) {
  const int step = w.words() ? kStepOf<I4> : w.scales() ? 16 : 8;
  return rows_aligned(x) && rows_aligned(w.weights()) && w.in_features() % step == 0;
}

// What layers are made of: outputs have the activations' type, or f32 where they are logits; f32
// weights go with f32 activations. Every combination is four kernels per number of rows.
template <bool kGated, typename W, typename X, typename Y>
constexpr bool kCompiled = (std::is_same_v<X, Y> || (!kGated && std::is_same_v<Y, float>)) &&
                           (!std::is_same_v<W, float> || std::is_same_v<X, float>);

// False if there is no kernel for it.
template <bool kGated>
bool run_gemv(Context& context, const Tensor& x, const CudaLinear& w, const Tensor& y,
              const Epilogue& epilogue) {
  if (!fits(x, w)) return false;
  bool compiled = false;
  with_weights(w.weights().dtype(), [&](auto* weights) {
    using W = std::remove_cv_t<std::remove_pointer_t<decltype(weights)>>;
    with_activation(x.dtype(), [&](auto x_value) {
      with_activation(y.dtype(), [&](auto y_value) {
        using X = decltype(x_value);
        using Y = decltype(y_value);
        if constexpr (kCompiled<kGated, W, X, Y>) {
          compiled = true;
          switch (x.rows()) {
            case 1:
              return launch_gemv<kGated, W, X, Y, 1>(context, x, w, y, epilogue);
            case 2:
              return launch_gemv<kGated, W, X, Y, 2>(context, x, w, y, epilogue);
            case 3:
              return launch_gemv<kGated, W, X, Y, 3>(context, x, w, y, epilogue);
            default:
              return launch_gemv<kGated, W, X, Y, 4>(context, x, w, y, epilogue);
          }
        }
      });
    });
  });
  return compiled;
}

}  // namespace

void plain_product(Context& context, const Tensor& x, const CudaLinear& w, const Tensor& y,
                   Activation activation, const Tensor* residual) {
  const Epilogue epilogue = epilogue_of(w, activation, residual);
  const std::int64_t outputs = x.rows() * w.out_features();
  with_weights(w.weights().dtype(), [&](auto* weights) {
    using W = std::remove_cv_t<std::remove_pointer_t<decltype(weights)>>;
    with_activation(x.dtype(), [&](auto x_value) {
      with_activation(y.dtype(), [&](auto y_value) {
        using X = decltype(x_value);
        using Y = decltype(y_value);
        launch(context, plain_kernel<W, X, Y>, grid_for(context, outputs, kWarps), kWarps * kWarp,
               0, x.data<X>(), x.row_stride(), weights_of<W>(w), x.rows(), w.out_features(),
               w.in_features(), epilogue, y.data<Y>(), y.row_stride());
      });
    });
  });
}

void gemv(Context& context, const Tensor& x, const CudaLinear& w, const Tensor& y,
          Activation activation, const Tensor* residual) {
  if (run_gemv<false>(context, x, w, y, epilogue_of(w, activation, residual))) return;
  plain_product(context, x, w, y, activation, residual);
}

bool gated_gemv(Context& context, const Tensor& x, const CudaLinear& w, const Tensor& y) {
  return run_gemv<true>(context, x, w, y, epilogue_of(w, Activation::none, nullptr));
}

}  // namespace longtake::kernels::cuda
