#include "kernels/cuda/linear.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/four_bits.h"
#include "kernels/error.h"
#include "kernels/four_bits.h"

namespace longtake::kernels::cuda {

namespace {

constexpr std::size_t kWorkspaceBytes = std::size_t{64} << 20;
// Of the heuristic's suggestions, so many are measured.
constexpr int kCandidates = 8;
// From so many multiplications on, a better algorithm is worth the measuring.
constexpr double kWorthMeasuring = 1e9;
// And from so many rows: those are what a watch does again and again with the same shape. Fewer are a question's, of
// nearly every length once, and bound by reading the weights whatever the algorithm: eight candidates three times in
// four shapes are 3 to 10 ms before the first word of an answer, to win a tenth of one pass.
constexpr std::int64_t kRowsWorthMeasuring = 256;
// Of the host's weights, so many bytes are packed at a time: loading needs no more than that beside what stays.
constexpr std::size_t kSlice = std::size_t{64} << 20;
// Codes: rows of x at a time, so that their sums of 32 bits stay small.
constexpr std::int64_t kCodeRows = 2048;
constexpr std::int64_t kCodeMultiple = 16;
// Other rows are whole pieces of 16 bytes too, and so are what they are multiplied with: where they are not,
// cuBLASLt has only slow algorithms (a row of patches, 588 values, was multiplied at a fifth of the usual rate).
constexpr std::int64_t kValueMultiple = 8;
constexpr std::uint32_t kBestAlignment = 16;
constexpr int kArchitectureOfF8 = 89;
// Outputs of four bits that are widened at a time, for each multiprocessor: a product of them keeps the device
// busy (6.5 tiles of 128 x 256 each with 3,136 rows), and their memory grows with the device.
constexpr std::int64_t kWidenedOutputs = 64;

// For tests, whose weights are small.
std::size_t slice_bytes() {
  const char* const value = std::getenv("LONGTAKE_CUDA_SLICE");
  return value != nullptr && *value != '\0' ? std::strtoull(value, nullptr, 10) : kSlice;
}

constexpr std::int64_t up_to_multiple(std::int64_t n, std::int64_t of) {
  return (n + of - 1) / of * of;
}

void check_blas(cublasStatus_t status, const char* what) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  if (status == CUBLAS_STATUS_ALLOC_FAILED) {
    throw Error(ErrorCode::out_of_memory,
                std::string("The graphics card has no memory left (") + what + ")",
                "Close other programs, choose a smaller model, or use --device cpu.");
  }
  throw Error(ErrorCode::device_lost,
              std::string("The graphics card could not multiply (") + what + ": " +
                  cublasLtGetStatusString(status) + ")",
              "Start Longtake again; nothing that was stored is lost. If it happens again, use "
              "--device cpu.");
}

cudaDataType_t type_of(DType type) {
  switch (type) {
    case DType::f32:
      return CUDA_R_32F;
    case DType::bf16:
      return CUDA_R_16BF;
    case DType::f16:
      return CUDA_R_16F;
    case DType::i8:
      return CUDA_R_8I;
    case DType::u8:
      return CUDA_R_8F_E4M3;
    default:
      return CUDA_R_32I;
  }
}

// Bytes to which a matrix is aligned, row after row, up to 16.
std::uint32_t alignment_of(const void* data, std::int64_t row_bytes) {
  std::uint32_t alignment = kBestAlignment;
  while (reinterpret_cast<std::uintptr_t>(data) % alignment != 0 || row_bytes % alignment != 0) {
    alignment /= 2;
  }
  return alignment;
}

WeightFormat kept_format(const Context& context, WeightFormat format, DType activations) {
  if (format == WeightFormat::f8 && context.architecture() < kArchitectureOfF8) {
    const cudaDeviceProp& properties = context.properties();
    throw Error(ErrorCode::unsupported,
                "This graphics card cannot multiply fp8 weights: compute capability " +
                    std::to_string(properties.major) + "." + std::to_string(properties.minor) +
                    ", 8.9 is needed",
                "Use --weights int8.");
  }
  const bool as_said =
      format == WeightFormat::i8 || format == WeightFormat::f8 || format == WeightFormat::i4;
  if (as_said) return format;
  if (format == WeightFormat::automatic || activations == DType::bf16) {
    return activations == DType::bf16 ? WeightFormat::bf16 : WeightFormat::f32;
  }
  return format;
}

DType type_of(WeightFormat format) {
  switch (format) {
    case WeightFormat::i8:
      return DType::i8;
    case WeightFormat::f8:
      return DType::u8;
    case WeightFormat::i4:
      return DType::i4;
    case WeightFormat::bf16:
      return DType::bf16;
    default:
      return DType::f32;
  }
}

}  // namespace

std::unique_ptr<CudaLinear> CudaLinear::make(Context& context, DType activations,
                                             std::span<const Tensor> parts,
                                             std::span<const Tensor> biases, WeightFormat format) {
  assert(!parts.empty() && (biases.empty() || biases.size() == parts.size()));
  std::unique_ptr<CudaLinear> made(new CudaLinear);
  made->format_ = kept_format(context, format, activations);
  made->k_ = parts.front().dim(1);
  for (const Tensor& part : parts) made->n_ += part.rows();

  const DType type = type_of(made->format_);
  const bool four_bits = type == DType::i4;
  const bool codes = type == DType::i8 || type == DType::u8;
  const std::int64_t padded_k = up_to_multiple(made->k_, four_bits ? kFourBitGroup
                                                         : codes   ? kCodeMultiple
                                                                   : kValueMultiple);
  const std::int64_t padded_n = codes ? up_to_multiple(made->n_, kCodeMultiple) : made->n_;
  made->weights_ = context.allocate_lasting(type, {padded_n, padded_k});
  if (codes) made->scales_ = context.allocate_lasting(DType::f32, {padded_n});
  if (four_bits) {
    made->words_ = context.allocate_lasting(DType::i32, {made->n_, padded_k / kFourBitGroup});
  }
  if (padded_k != made->k_ || padded_n != made->n_) {
    check(cudaMemsetAsync(made->weights_.raw(), 0, made->weights_.bytes(), context.stream()),
          "weights");
  }
  std::int64_t row = 0;
  for (const Tensor& part : parts) {
    assert(part.dim(1) == made->k_ && part.dense());
    made->pack(context, part, row);
    row += part.rows();
  }
  if (!biases.empty()) {
    made->bias_ = context.allocate_lasting(activations, {made->n_});
    check(cudaMemsetAsync(made->bias_.raw(), 0, made->bias_.bytes(), context.stream()), "biases");
    row = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::int64_t end = row + parts[i].rows();
      if (biases[i]) {
        const Tensor raw = context.allocate(biases[i].dtype(), biases[i].shape());
        context.upload(biases[i].raw(), raw.raw(), biases[i].bytes());
        copy(context, raw, made->bias_.rows(row, end));
      }
      row = end;
    }
  }
  // Products ask for weights before they wait for earlier kernels: here is where weights become
  // constants.
  context.synchronize();
  return made;
}

// Scales and groups belong to single rows, so slices give the same bytes as the whole.
void CudaLinear::pack(Context& context, const Tensor& part, std::int64_t row) {
  if (part.dtype() == weights_.dtype() && padded_k() == k_) {
    return context.upload(part.raw(), weights_.rows(row, row + part.rows()).raw(), part.bytes());
  }
  if (part.rows() == 0) return;
  const std::size_t row_bytes = part.bytes() / static_cast<std::size_t>(part.rows());
  const std::int64_t most = std::clamp<std::int64_t>(
      static_cast<std::int64_t>(slice_bytes() / std::max<std::size_t>(row_bytes, 1)), 1,
      part.rows());
  for (std::int64_t begin = 0; begin < part.rows(); begin += most) {
    const Tensor slice = part.rows(begin, std::min(begin + most, part.rows()));
    // Asked for again and again it is the same memory, which later passes use.
    const Tensor raw = Tensor::borrow(context.scratch(static_cast<std::size_t>(most) * row_bytes),
                                      part.dtype(), slice.shape());
    context.upload(slice.raw(), raw.raw(), slice.bytes());
    const std::int64_t first = row + begin, end = first + slice.rows();
    const Tensor target = weights_.rows(first, end);
    if (scales_) {
      quantise_rows(context, raw, target, scales_.data<float>() + first);
    } else if (words_) {
      pack_four_bits(context, raw, target, words_.rows(first, end));
    } else {
      copy(context, raw, target.columns(0, k_));
    }
  }
}

std::size_t CudaLinear::bytes() const {
  const auto of = [](const Tensor& tensor) { return tensor ? tensor.bytes() : 0; };
  return weights_.bytes() + of(scales_) + of(words_) + of(bias_);
}

CudaLinear CudaLinear::widened(Context& context, DType type, std::int64_t begin,
                               std::int64_t end) const {
  CudaLinear some;
  some.n_ = end - begin;
  some.k_ = k_;
  some.format_ = type == DType::bf16 ? WeightFormat::bf16 : WeightFormat::f32;
  some.weights_ = context.allocate(type, {some.n_, padded_k()});
  widen_four_bits(context, weights_.rows(begin, end), words_.rows(begin, end), some.weights_);
  if (bias_) some.bias_ = bias_.rows(begin, end);
  return some;
}

// d[rows, n] = x[rows, k] w[n, k]^T (+ bias) (+ c), with an activation that cuBLASLt has. All
// row-major; in cuBLASLt's column-major eyes it is d^T = w x^T with w transposed.
struct LinearRunner::Product {
  Tensor x;  // [rows, k], rows may be strided
  Tensor w;  // [n, k]
  Tensor d;  // [rows, n], rows may be strided
  Tensor c;  // as d; absent when nothing is added
  Tensor bias;
  bool gelu_tanh = false;

  cublasLtEpilogue_t epilogue() const {
    if (gelu_tanh) return bias ? CUBLASLT_EPILOGUE_GELU_BIAS : CUBLASLT_EPILOGUE_GELU;
    return bias ? CUBLASLT_EPILOGUE_BIAS : CUBLASLT_EPILOGUE_DEFAULT;
  }
  static std::uint32_t alignment(const Tensor& t) {
    return alignment_of(t.raw(), static_cast<std::int64_t>(dtype_bytes(
                                     t.dtype(), static_cast<std::size_t>(t.row_stride()))));
  }
  Key key() const {
    const int types = static_cast<int>(x.dtype()) * 16 + static_cast<int>(d.dtype());
    const int alignments =
        static_cast<int>(alignment(x) | alignment(d) << 8 | alignment(w) << 16) | (c ? 1 << 30 : 0);
    return {x.rows(),       w.rows(),       w.dim(1),
            x.row_stride(), d.row_stride(), c ? c.row_stride() : 0,
            types,          alignments,     static_cast<int>(epilogue())};
  }
};

// What is prepared once per shape.
struct LinearRunner::Plan {
  cublasLtMatmulDesc_t operation = nullptr;
  cublasLtMatrixLayout_t a = nullptr, b = nullptr, c = nullptr, d = nullptr;
  cublasLtMatmulAlgo_t algorithm{};
  bool usable = false;
  bool refused = false;  // by cuBLASLt, and said so

  Plan() = default;
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() {
    for (const cublasLtMatrixLayout_t layout : {a, b, c, d}) {
      if (layout != nullptr) cublasLtMatrixLayoutDestroy(layout);
    }
    if (operation != nullptr) cublasLtMatmulDescDestroy(operation);
  }
};

LinearRunner::LinearRunner(Context& context) : context_(context) {
  check_blas(cublasLtCreate(&handle_), "starting cuBLASLt");
  workspace_ = context_.allocate(DType::u8, {static_cast<std::int64_t>(kWorkspaceBytes)});
}

LinearRunner::~LinearRunner() {
  plans_.clear();
  cublasLtDestroy(handle_);
}

namespace {

template <typename T>
void set(cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute, const T& value) {
  check_blas(cublasLtMatmulDescSetAttribute(operation, attribute, &value, sizeof value),
             "describing");
}
template <typename T>
void set(cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute,
         const T& value) {
  check_blas(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof value),
             "describing");
}

}  // namespace

LinearRunner::Plan& LinearRunner::plan_for(const Product& product) {
  std::unique_ptr<Plan>& plan = plans_[product.key()];
  if (plan) return *plan;
  auto made = std::make_unique<Plan>();
  const bool int8 = product.x.dtype() == DType::i8;
  const auto n = static_cast<std::uint64_t>(product.w.rows());
  const auto k = static_cast<std::uint64_t>(product.w.dim(1));
  const auto rows = static_cast<std::uint64_t>(product.x.rows());
  check_blas(
      cublasLtMatmulDescCreate(&made->operation, int8 ? CUBLAS_COMPUTE_32I : CUBLAS_COMPUTE_32F,
                               int8 ? CUDA_R_32I : CUDA_R_32F),
      "describing");
  set(made->operation, CUBLASLT_MATMUL_DESC_TRANSA, CUBLAS_OP_T);
  set(made->operation, CUBLASLT_MATMUL_DESC_TRANSB, CUBLAS_OP_N);
  set(made->operation, CUBLASLT_MATMUL_DESC_EPILOGUE, product.epilogue());
  if (product.bias) {
    set(made->operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, product.bias.raw());
    set(made->operation, CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, type_of(product.bias.dtype()));
  }
  const auto layout = [](cublasLtMatrixLayout_t& made_layout, const Tensor& tensor, std::uint64_t r,
                         std::uint64_t c) {
    // A single row has no stride; cuBLASLt wants one that makes sense all the same.
    const std::int64_t stride =
        std::max<std::int64_t>(tensor.row_stride(), static_cast<std::int64_t>(r));
    check_blas(cublasLtMatrixLayoutCreate(&made_layout, type_of(tensor.dtype()), r, c, stride),
               "describing");
  };
  layout(made->a, product.w, k, n);
  layout(made->b, product.x, k, rows);
  layout(made->c, product.c ? product.c : product.d, n, rows);
  layout(made->d, product.d, n, rows);

  cublasLtMatmulPreference_t preference = nullptr;
  check_blas(cublasLtMatmulPreferenceCreate(&preference), "describing");
  const std::unique_ptr<std::remove_pointer_t<cublasLtMatmulPreference_t>,
                        cublasStatus_t (*)(cublasLtMatmulPreference_t)>
      owner(preference, cublasLtMatmulPreferenceDestroy);
  set(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kWorkspaceBytes);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, Product::alignment(product.w));
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, Product::alignment(product.x));
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
      Product::alignment(product.c ? product.c : product.d));
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, Product::alignment(product.d));
  std::array<cublasLtMatmulHeuristicResult_t, kCandidates> found{};
  int count = 0;
  const cublasStatus_t status =
      cublasLtMatmulAlgoGetHeuristic(handle_, made->operation, made->a, made->b, made->c, made->d,
                                     preference, kCandidates, found.data(), &count);
  if (status == CUBLAS_STATUS_SUCCESS && count > 0) {
    made->usable = true;
    made->algorithm = found[0].algo;
    // f32 keeps the first suggestion: its results must be the same in every run. Sums of integers are the same anyway.
    const double work = static_cast<double>(n) * static_cast<double>(k) * static_cast<double>(rows);
    const bool repeatable = product.x.dtype() == DType::f32;
    if (!repeatable && work >= kWorthMeasuring && product.x.rows() >= kRowsWorthMeasuring) {
      measure(product, *made, {found.data(), static_cast<std::size_t>(count)});
    }
  }
  plan = std::move(made);
  return *plan;
}

void LinearRunner::measure(const Product& product, Plan& plan,
                           std::span<const cublasLtMatmulHeuristicResult_t> candidates) {
  // Into memory of its own: d may be what is added. Without room for it the first suggestion stays.
  Tensor trial;
  try {
    trial = context_.allocate(product.d.dtype(), {product.d.rows(), product.d.row_stride()});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::out_of_memory) throw;
    return;
  }
  float best = std::numeric_limits<float>::infinity();
  for (const cublasLtMatmulHeuristicResult_t& candidate : candidates) {
    if (candidate.state != CUBLAS_STATUS_SUCCESS) continue;
    const float time = best_time(context_.stream(), [&] {
      return try_to_launch(product, plan, candidate.algo, trial.raw());
    });
    if (time < best) {
      best = time;
      plan.algorithm = candidate.algo;
    }
  }
}

// What finds no room to run is no candidate.
bool LinearRunner::try_to_launch(const Product& product, const Plan& plan,
                                 const cublasLtMatmulAlgo_t& algorithm, void* d) {
  try {
    return launch(product, plan, algorithm, d);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::out_of_memory) throw;
    return false;
  }
}

bool LinearRunner::launch(const Product& product, const Plan& plan,
                          const cublasLtMatmulAlgo_t& algorithm, void* d) {
  const bool int8 = product.x.dtype() == DType::i8;
  const float alpha = 1, beta = product.c ? 1 : 0;
  const std::int32_t alpha_int = 1, beta_int = 0;
  const void* c = product.c ? product.c.raw() : d;
  // Its kernels are loaded when they first run, too, and cuBLASLt says of that what it likes.
  cublasStatus_t status = CUBLAS_STATUS_SUCCESS;
  const cudaError_t room = context_.with_room([&] {
    status = cublasLtMatmul(
        handle_, plan.operation, int8 ? static_cast<const void*>(&alpha_int) : &alpha,
        product.w.raw(), plan.a, product.x.raw(), plan.b,
        int8 ? static_cast<const void*>(&beta_int) : &beta, c, plan.c, d, plan.d, &algorithm,
        workspace_.raw(), kWorkspaceBytes, context_.stream());
    if (status == CUBLAS_STATUS_SUCCESS) return cudaSuccess;
    const bool starved = cudaGetLastError() == cudaErrorMemoryAllocation;
    return starved || status == CUBLAS_STATUS_ALLOC_FAILED ? cudaErrorMemoryAllocation
                                                           : cudaSuccess;
  });
  check(room, "multiplying");
  return status == CUBLAS_STATUS_SUCCESS;
}

bool LinearRunner::multiply(const Product& product) {
  Plan& plan = plan_for(product);
  if (product.bias) {  // plans are shared by layers of one shape
    set(plan.operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, product.bias.raw());
  }
  if (plan.usable && launch(product, plan, plan.algorithm, product.d.raw())) return true;
  // Results are right all the same, but whoever wonders where the time goes must find a word of it.
  if (!std::exchange(plan.refused, true)) {
    std::fprintf(stderr,
                 "longtake_cuda: cuBLASLt refuses a product of %lld rows, %lld inputs and %lld "
                 "outputs (%s): it takes a hundred times as long\n",
                 static_cast<long long>(product.x.rows()), static_cast<long long>(product.w.dim(1)),
                 static_cast<long long>(product.w.rows()), dtype_name(product.w.dtype()));
  }
  return false;
}

void LinearRunner::run(const Tensor& x, const CudaLinear& w, const Tensor& y, Activation activation,
                       const Tensor* residual) {
  assert(x.dim(1) == w.in_features() && y.dim(1) == w.out_features() && x.rows() == y.rows());
  if (x.rows() == 0) return;
  if (x.rows() <= kGemvRows) return gemv(context_, x, w, y, activation, residual);
  if (w.scales()) return run_quantised(x, w, y, activation, residual);
  if (w.words()) return run_four_bits(x, w, y, activation, residual);

  Product product;
  product.x = x;
  product.w = w.weights();
  const bool padded = w.padded_k() != w.in_features();
  // f32 activations and bf16 weights, rows at odd places, or of odd lengths.
  if (x.dtype() != w.weights().dtype() || Product::alignment(x) < kBestAlignment || padded) {
    product.x = context_.allocate(w.weights().dtype(), {x.rows(), w.padded_k()});
    // The weights' padding is zero, but zero times what memory may hold need not be.
    if (padded) {
      check(cudaMemsetAsync(product.x.raw(), 0, product.x.bytes(), context_.stream()), "padding");
    }
    copy(context_, x, product.x.columns(0, x.dim(1)));
  }
  product.d = y;
  if (w.bias() && w.bias().dtype() == y.dtype()) product.bias = w.bias();
  bool activated = activation == Activation::none;
  // cuBLASLt's GELU uses the hardware's tangent, which is good enough for bf16 and no more.
  if (activation == Activation::gelu_tanh && residual == nullptr && y.dtype() == DType::bf16 &&
      static_cast<bool>(product.bias) == static_cast<bool>(w.bias())) {
    product.gelu_tanh = activated = true;
  }
  const bool biased = static_cast<bool>(product.bias) || !w.bias();
  bool added = residual == nullptr;
  if (!added && activated && biased && residual->dtype() == y.dtype()) {
    product.c = *residual;
    added = true;
  }
  // What is added afterwards must not be overwritten before.
  if (!added && residual->raw() == y.raw()) product.d = context_.allocate(y.dtype(), y.shape());
  if (!multiply(product)) {
    return plain_product(context_, x, w, y, activation, residual);
  }
  if (activated && biased && added) return;
  finish_linear(context_, product.d, nullptr, Tensor(), biased ? Tensor() : w.bias(),
                activated ? Activation::none : activation, added ? nullptr : residual, y);
}

void LinearRunner::run_quantised(const Tensor& x, const CudaLinear& w, const Tensor& y,
                                 Activation activation, const Tensor* residual) {
  const std::int64_t most = std::min(up_to_multiple(x.rows(), kCodeMultiple), kCodeRows);
  const DType type = w.weights().dtype();
  const Tensor codes = context_.allocate(type, {most, w.padded_k()});
  const Tensor scales = context_.allocate(DType::f32, {most});
  const Tensor sums =
      context_.allocate(type == DType::i8 ? DType::i32 : DType::f32, {most, w.weights().rows()});
  for (std::int64_t begin = 0; begin < x.rows(); begin += most) {
    const std::int64_t end = std::min(begin + most, x.rows());
    const std::int64_t rows = end - begin;
    quantise_rows(context_, x.rows(begin, end), codes.rows(0, rows), scales.data<float>());
    Product product;
    product.x =
        codes.rows(0, up_to_multiple(rows, kCodeMultiple));  // rows beyond are not looked at
    product.w = w.weights();
    product.d = sums.rows(0, product.x.rows());
    const Tensor slice = residual != nullptr ? residual->rows(begin, end) : Tensor();
    const Tensor* added = residual != nullptr ? &slice : nullptr;
    if (!multiply(product)) {
      plain_product(context_, x.rows(begin, end), w, y.rows(begin, end), activation, added);
      continue;
    }
    finish_linear(context_, sums.rows(0, rows).columns(0, w.out_features()), scales.data<float>(),
                  w.scales(), w.bias(), activation, added, y.rows(begin, end));
  }
}

void LinearRunner::run_four_bits(const Tensor& x, const CudaLinear& w, const Tensor& y,
                                 Activation activation, const Tensor* residual) {
  const std::int64_t most = kWidenedOutputs * context_.multiprocessors();
  for (std::int64_t begin = 0; begin < w.out_features(); begin += most) {
    const std::int64_t end = std::min(begin + most, w.out_features());
    const Tensor added = residual != nullptr ? residual->columns(begin, end) : Tensor();
    run(x, w.widened(context_, x.dtype(), begin, end), y.columns(begin, end), activation,
        residual != nullptr ? &added : nullptr);
  }
}

}  // namespace longtake::kernels::cuda
