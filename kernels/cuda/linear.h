// Declares linear layers on CUDA: weights as the device keeps them, and LinearRunner, which
// multiplies.
//
//   many rows     cuBLASLt, bias and activation in its epilogue where it has them; the algorithm is
//                 chosen once per shape, for hundreds of rows by measuring the heuristic's best few
//   few rows      gemv.cu: every weight is read once, at the speed of memory
//
// Formats. f32: true f32 arithmetic. bf16: bf16 products, f32 sums. i8, f8: codes of a byte,
// symmetric per output channel, activations quantised per row to the same codes, i32 or f32 sums;
// codes of f8 stand in tensors of u8. i4 (kernels/four_bits.h) is widened to the activations' type for
// products of many rows, some outputs at a time. With bf16 activations f32 is kept as bf16.
// `automatic` is bf16 with bf16 activations and f32 with f32 ones.
//
// Weights come from the host in slices of rows, of LONGTAKE_CUDA_SLICE bytes if the environment says so (for tests).
//
// Thread rule: the Context's. Lifetime rule: a CudaLinear's memory goes back to the Context's pool.
#ifndef LONGTAKE_KERNELS_CUDA_LINEAR_H_
#define LONGTAKE_KERNELS_CUDA_LINEAR_H_

#include <cublasLt.h>

#include <map>
#include <memory>
#include <span>
#include <tuple>

#include "kernels/backend.h"
#include "kernels/cuda/context.h"

namespace longtake::kernels::cuda {

class CudaLinear final : public LinearWeights {
 public:
  static std::unique_ptr<CudaLinear> make(Context& context, DType activations,
                                          std::span<const Tensor> parts,
                                          std::span<const Tensor> biases, WeightFormat format);
  std::int64_t in_features() const override { return k_; }
  std::int64_t out_features() const override { return n_; }
  WeightFormat format() const override { return format_; }
  std::size_t bytes() const override;

  const Tensor& weights() const { return weights_; }  // [N, padded K] f32, bf16, i8, u8 or i4
  const Tensor& scales() const { return scales_; }    // f32 [N], of i8 and f8; or absent
  const Tensor& bias() const { return bias_; }        // activations' type [N], or absent
  const Tensor& words() const { return words_; }      // i32 [N, groups], of i4; or absent
  std::int64_t padded_k() const { return weights_.dim(1); }
  // Outputs [begin, end) of a layer of i4, as a layer of this type.
  CudaLinear widened(Context& context, DType type, std::int64_t begin, std::int64_t end) const;

 private:
  CudaLinear() = default;
  // Brings rows from the host into their places, from `row` on.
  void pack(Context& context, const Tensor& part, std::int64_t row);
  std::int64_t n_ = 0;
  std::int64_t k_ = 0;
  WeightFormat format_ = WeightFormat::bf16;
  Tensor weights_;
  Tensor scales_;
  Tensor words_;
  Tensor bias_;
};

class LinearRunner {
 public:
  explicit LinearRunner(Context& context);
  ~LinearRunner();
  LinearRunner(const LinearRunner&) = delete;
  LinearRunner& operator=(const LinearRunner&) = delete;

  // Backend::linear().
  void run(const Tensor& x, const CudaLinear& w, const Tensor& y, Activation activation,
           const Tensor* residual);

 private:
  struct Product;  // one y = x W^T as cuBLASLt sees it
  struct Plan;
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                         std::int64_t, int, int, int>;
  Plan& plan_for(const Product& product);
  // Tries the heuristic's suggestions and keeps the fastest.
  void measure(const Product& product, Plan& plan,
               std::span<const cublasLtMatmulHeuristicResult_t> candidates);
  bool launch(const Product& product, const Plan& plan, const cublasLtMatmulAlgo_t& algorithm,
              void* d);
  bool try_to_launch(const Product& product, const Plan& plan,
                     const cublasLtMatmulAlgo_t& algorithm, void* d);
  // False if cuBLASLt has no algorithm for it; says so on stderr the first time.
  bool multiply(const Product& product);
  void run_quantised(const Tensor& x, const CudaLinear& w, const Tensor& y, Activation activation,
                     const Tensor* residual);
  void run_four_bits(const Tensor& x, const CudaLinear& w, const Tensor& y, Activation activation,
                     const Tensor* residual);

  Context& context_;
  cublasLtHandle_t handle_ = nullptr;
  Tensor workspace_;
  std::map<Key, std::unique_ptr<Plan>> plans_;
};

// --- gemv.cu -------------------------------------------------------------------------------------
inline constexpr std::int64_t kGemvRows = 4;  // at most so many rows of x
// y[T, N] = activation(x W^T + bias) (+ residual), T <= kGemvRows. x, y: f32 or bf16, each.
void gemv(Context& context, const Tensor& x, const CudaLinear& w, const Tensor& y,
          Activation activation, const Tensor* residual);
// Backend::gated_linear() for T <= kGemvRows, in one pass over the weights and without the scratch;
// false where the layout does not allow it.
bool gated_gemv(Context& context, const Tensor& x, const CudaLinear& w, const Tensor& y);
// gemv() for any T, without a thought of speed: for shapes that cuBLASLt refuses.
void plain_product(Context& context, const Tensor& x, const CudaLinear& w, const Tensor& y,
                   Activation activation, const Tensor* residual);
// --- epilogue.cu ---------------------------------------------------------------------------------
// y = activation(sums * scales + bias) (+ residual): what cuBLASLt's epilogues cannot do. sums [T, N]
// are f32 or of the activations' type (and may be y itself), or f32 or i32 with row scales f32 [T]
// and channel scales f32 [N].
void finish_linear(Context& context, const Tensor& sums, const float* row_scales,
                   const Tensor& channel_scales, const Tensor& bias, Activation activation,
                   const Tensor* residual, const Tensor& y);
// Codes [T, padded] of i8, or u8 for f8, and scales f32 [T] of rows of x [T, K]: scale = max|x| /
// 127 or 448, the largest code.
void quantise_rows(Context& context, const Tensor& x, const Tensor& codes, float* scales);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_LINEAR_H_
