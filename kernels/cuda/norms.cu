// Norms over the last dimension, and means of rows.
//
// A norm reads a row once, keeps it in registers as f32, and writes it once: 4 bytes and about 6
// operations per element in bf16 (weights stay in the L1 cache). Short rows (heads) take a few
// lanes of a warp each, long rows a block with at most four octets per thread. layer_norm() sums
// squared differences from the mean, because the difference of two squares would lose digits.
//
// mean_rows() reads 2 bytes per element and writes next to nothing. A block takes 64 columns of one
// output row; its 32 slices of 8 lanes stride over the rows, sum eight at a time in f32 and those
// sums in f64, and meet in shared memory in a fixed order.
#include <cassert>
#include <string>

#include "kernels/cuda/device_math.cuh"
#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/error.h"

namespace longtake::kernels::cuda {
namespace {

// --- Norms ---------------------------------------------------------------------------------------

enum class Norm { rms, layer };

// Row r of the last dimension is part r % inner of row r / inner of dimension 0.
template <typename T>
struct NormArgs {
  const T* x;
  T* y;
  const float* weight;
  const float* bias;  // of layer norms
  std::int64_t x_stride, y_stride, rows, inner;
  int columns;
  float eps;

  __device__ std::int64_t offset(std::int64_t r, std::int64_t stride) const {
    return inner == 1 ? r * stride : r / inner * stride + r % inner * columns;
  }
};

template <Norm kNorm, bool kAligned, typename T>
__device__ __forceinline__ void store_normed(const NormArgs<T>& args, T* row, int c, Eight x,
                                             float mean, float scale) {
  const Eight weight = load_octet<kAligned>(args.weight, c, args.columns);
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    if constexpr (kNorm == Norm::layer) x.v[i] -= mean;
    x.v[i] *= scale;
    x.v[i] *= weight.v[i];
  }
  if constexpr (kNorm == Norm::layer) {
    const Eight bias = load_octet<kAligned>(args.bias, c, args.columns);
#pragma unroll
    for (int i = 0; i < 8; ++i) x.v[i] += bias.v[i];
  }
  store_octet<kAligned>(row, c, args.columns, x);
}

__device__ __forceinline__ float sum_of(const Eight& x) {
  return ((x.v[0] + x.v[1]) + (x.v[2] + x.v[3])) + ((x.v[4] + x.v[5]) + (x.v[6] + x.v[7]));
}
// Of the differences from `mean` of the octet's elements inside the row.
__device__ __forceinline__ float squares_of(const Eight& x, float mean, int c, int columns) {
  Eight squares;
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    const float difference = x.v[i] - mean;
    squares.v[i] = c + i < columns ? difference * difference : 0.0F;
  }
  return sum_of(squares);
}
__device__ __forceinline__ float scale_for(float squares, int columns, float eps) {
  return 1.0F / sqrtf(squares / static_cast<float>(columns) + eps);
}

// The sum over the `lanes` (a power of two) neighbours that share a row.
__device__ __forceinline__ float lanes_sum(float x, int lanes) {
  for (int distance = lanes / 2; distance > 0; distance /= 2)
    x += __shfl_xor_sync(kWholeWarp, x, distance);
  return x;
}

// Rows of at most 256 elements: `lanes` lanes each, an octet per lane.
template <Norm kNorm, bool kAligned, typename T>
__global__ void __launch_bounds__(256) norm_short_rows(NormArgs<T> args, int lanes) {
  const int rows_per_block = static_cast<int>(blockDim.x) / lanes;
  const int c = static_cast<int>(threadIdx.x) % lanes * 8;
  // Whole warps stay in the loop, because lanes of other rows take part in the sums.
  for (std::int64_t first = std::int64_t{blockIdx.x} * rows_per_block; first < args.rows;
       first += std::int64_t{gridDim.x} * rows_per_block) {
    const std::int64_t r = first + static_cast<int>(threadIdx.x) / lanes;
    const bool inside = r < args.rows;
    Eight x = {};
    if (inside) x = load_octet<kAligned>(args.x + args.offset(r, args.x_stride), c, args.columns);
    float mean = 0.0F;
    if constexpr (kNorm == Norm::layer) {
      mean = lanes_sum(sum_of(x), lanes) / static_cast<float>(args.columns);
    }
    const float squares = lanes_sum(squares_of(x, mean, c, args.columns), lanes);
    const float scale = scale_for(squares, args.columns, args.eps);
    if (inside) {
      store_normed<kNorm, kAligned>(args, args.y + args.offset(r, args.y_stride), c, x, mean,
                                    scale);
    }
  }
}

// A block per row, kOctets octets per thread.
template <Norm kNorm, int kOctets, bool kAligned, typename T>
__global__ void __launch_bounds__(1024) norm_long_rows(NormArgs<T> args) {
  wait_for_earlier_kernels();
  let_next_kernel_start();
  const int first = static_cast<int>(threadIdx.x) * 8;
  const int step = static_cast<int>(blockDim.x) * 8;
  for (std::int64_t r = blockIdx.x; r < args.rows; r += gridDim.x) {
    const T* from = args.x + args.offset(r, args.x_stride);
    Eight x[kOctets];
    float sum = 0.0F;
#pragma unroll
    for (int i = 0; i < kOctets; ++i) {
      x[i] = load_octet<kAligned>(from, first + i * step, args.columns);
    }
    if constexpr (kNorm == Norm::layer) {
#pragma unroll
      for (int i = 0; i < kOctets; ++i) sum += sum_of(x[i]);
    }
    float mean = 0.0F;
    if constexpr (kNorm == Norm::layer) mean = block_sum(sum) / static_cast<float>(args.columns);
    float squares = 0.0F;
#pragma unroll
    for (int i = 0; i < kOctets; ++i)
      squares += squares_of(x[i], mean, first + i * step, args.columns);
    const float scale = scale_for(block_sum(squares), args.columns, args.eps);
    T* to = args.y + args.offset(r, args.y_stride);
#pragma unroll
    for (int i = 0; i < kOctets; ++i) {
      const int c = first + i * step;
      if (c < args.columns) store_normed<kNorm, kAligned>(args, to, c, x[i], mean, scale);
    }
  }
}

template <Norm kNorm, int kOctets, typename T>
void launch_long(Context& context, const NormArgs<T>& args, bool vectors, int threads) {
  const auto blocks = grid_for(context, args.rows, 1);
  with_bool(vectors, [&](auto is_aligned) {
    launch_behind(context, norm_long_rows<kNorm, kOctets, decltype(is_aligned)::value, T>, blocks,
                  static_cast<unsigned>(threads), 0, args);
  });
}

template <Norm kNorm, typename T>
void launch_norm(Context& context, const NormArgs<T>& args, bool vectors) {
  const int octets = (args.columns + 7) / 8;
  if (octets <= kWarp) {
    int lanes = 1;
    while (lanes < octets) lanes *= 2;
    const auto blocks = grid_for(context, args.rows, 256 / lanes);
    with_bool(vectors, [&](auto is_aligned) {
      launch(context, norm_short_rows<kNorm, decltype(is_aligned)::value, T>, blocks, 256, 0, args,
             lanes);
    });
    return;
  }
  // Enough threads that each has one octet, or two once there are 256; more octets only where
  // threads run out.
  const int per_thread = octets <= 256 ? 1 : octets <= 2048 ? 2 : 4;
  const int threads = (octets + per_thread * kWarp - 1) / (per_thread * kWarp) * kWarp;
  if (threads > 1024) {
    throw Error(ErrorCode::unsupported,
                "a norm over " + std::to_string(args.columns) + " features");
  }
  if (per_thread == 1) return launch_long<kNorm, 1>(context, args, vectors, threads);
  if (per_thread == 2) return launch_long<kNorm, 2>(context, args, vectors, threads);
  launch_long<kNorm, 4>(context, args, vectors, threads);
}

template <Norm kNorm>
void norm(Context& context, const Tensor& x, const Tensor& weight, const Tensor* bias, float eps,
          const Tensor& y) {
  assert(x.shape() == y.shape() && x.dtype() == y.dtype() && weight.dtype() == DType::f32);
  if (x.shape().elements() == 0) return;
  const std::int64_t columns = x.dim(x.shape().rank() - 1);
  const std::int64_t inner = x.shape().row_elements() / columns;
  assert(weight.shape().elements() == columns);
  with_activation(x.dtype(), [&](auto element) {
    using T = decltype(element);
    const NormArgs<T> args = {x.data<T>(),
                              y.data<T>(),
                              weight.data<float>(),
                              bias != nullptr ? bias->data<float>() : nullptr,
                              x.row_stride(),
                              y.row_stride(),
                              x.rows() * inner,
                              inner,
                              static_cast<int>(columns),
                              eps};
    const bool vectors = rows_aligned(x, y) && aligned(weight.raw(), 16) &&
                         aligned(args.bias, 16) &&
                         (inner == 1 || columns * static_cast<std::int64_t>(sizeof(T)) % 16 == 0);
    launch_norm<kNorm>(context, args, vectors);
  });
}

// --- Means ---------------------------------------------------------------------------------------

constexpr int kMeanLanes = 8;    // octets of columns per block
constexpr int kMeanSlices = 32;  // shares of the rows
constexpr int kMeanColumns = kMeanLanes * 8;
constexpr int kMeanRun = 8;  // rows that are summed in f32

template <bool kAligned, typename T>
__device__ void add_rows_of_slice(const T* x, std::int64_t stride, std::int64_t rows,
                                  std::int64_t c, std::int64_t columns, double (&sums)[8]) {
#pragma unroll
  for (int i = 0; i < 8; ++i) sums[i] = 0.0;
  for (std::int64_t first = threadIdx.y; first < rows; first += kMeanSlices * kMeanRun) {
    Eight run = {};
#pragma unroll
    for (int j = 0; j < kMeanRun; ++j) {
      const std::int64_t row = first + j * kMeanSlices;
      if (row >= rows) continue;
      const Eight values = load_octet<kAligned>(x + row * stride, c, columns);
#pragma unroll
      for (int i = 0; i < 8; ++i) run.v[i] += values.v[i];
    }
#pragma unroll
    for (int i = 0; i < 8; ++i) sums[i] += static_cast<double>(run.v[i]);
  }
}

template <bool kAligned, typename T, typename Y>
__global__ void __launch_bounds__(kMeanLanes* kMeanSlices)
    mean_of_rows(const T* x, std::int64_t x_stride, std::int64_t rows_each, Y* y,
                 std::int64_t y_stride, std::int64_t y_rows, std::int64_t columns) {
  __shared__ double partial[kMeanSlices][kMeanColumns];
  const std::int64_t first_column = std::int64_t{blockIdx.x} * kMeanColumns;
  for (std::int64_t u = blockIdx.y; u < y_rows; u += gridDim.y) {
    double sums[8];
    add_rows_of_slice<kAligned>(x + u * rows_each * x_stride, x_stride, rows_each,
                                first_column + threadIdx.x * 8, columns, sums);
    __syncthreads();  // the last u's sums have been read
#pragma unroll
    for (int i = 0; i < 8; ++i) partial[threadIdx.y][threadIdx.x * 8 + i] = sums[i];
    __syncthreads();
    const int column = static_cast<int>(threadIdx.y * kMeanLanes + threadIdx.x);
    if (column < kMeanColumns && first_column + column < columns) {
      double total = 0.0;
      for (int slice = 0; slice < kMeanSlices; ++slice) total += partial[slice][column];
      set_float(y[u * y_stride + first_column + column],
                static_cast<float>(total / static_cast<double>(rows_each)));
    }
  }
}

}  // namespace

void rms_norm(Context& context, const Tensor& x, const Tensor& weight, float eps, const Tensor& y) {
  norm<Norm::rms>(context, x, weight, nullptr, eps, y);
}

void layer_norm(Context& context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                float eps, const Tensor& y) {
  assert(bias.dtype() == DType::f32 && bias.shape() == weight.shape());
  norm<Norm::layer>(context, x, weight, &bias, eps, y);
}

void mean_rows(Context& context, const Tensor& x, const Tensor& y) {
  const std::int64_t columns = x.shape().row_elements();
  if (y.shape().elements() == 0) return;
  // A y of one row may come without its leading dimension.
  const std::int64_t y_rows = y.shape().elements() / columns;
  assert(x.rows() > 0 && y_rows > 0 && x.rows() % y_rows == 0 &&
         y_rows * columns == y.shape().elements());
  const std::int64_t y_stride = y_rows == y.rows() ? y.row_stride() : columns;
  const dim3 blocks(static_cast<unsigned>(ceil_div(columns, kMeanColumns)),
                    static_cast<unsigned>(std::min<std::int64_t>(y_rows, 65535)));
  const dim3 threads(kMeanLanes, kMeanSlices);
  with_activation(x.dtype(), [&](auto element) {
    with_float(y.dtype(), [&](auto y_element) {
      with_bool(rows_aligned(x), [&](auto is_aligned) {
        using T = decltype(element);
        using Y = decltype(y_element);
        launch(context, mean_of_rows<decltype(is_aligned)::value, T, Y>, blocks, threads, 0,
               x.data<T>(), x.row_stride(), x.rows() / y_rows, y.data<Y>(), y_stride, y_rows,
               columns);
      });
    });
  });
}

}  // namespace longtake::kernels::cuda
