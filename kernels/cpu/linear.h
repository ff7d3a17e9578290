// Declares CpuLinear, the packed weights of a linear layer, and LinearRunner, which multiplies by
// them: a streaming matrix-vector product for up to four rows, oneDNN on cache-sized tiles for
// more. Bias, scales, activation and residual are applied to each tile while it is in the cache.
//
// Where the CPU multiplies a format natively, weights are packed as matmul.h says; elsewhere they
// stay [outputs, inputs] in their format and are widened to f32 panel by panel (so i8 then has f32
// activations). Weights of four bits always stay so, and their panels are what the CPU multiplies best:
// packed bf16 or f32, or plain f32.
//
// Thread rule: one operation at a time. Lifetime rule: weights own their memory and are immutable.
#ifndef LONGTAKE_KERNELS_CPU_LINEAR_H_
#define LONGTAKE_KERNELS_CPU_LINEAR_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/backend.h"
#include "kernels/cpu/cpu_isa.h"
#include "kernels/cpu/matmul.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/thread_pool.h"

namespace longtake::kernels::cpu {

class CpuLinear final : public LinearWeights {
 public:
  // Backend::make_linear().
  static std::unique_ptr<CpuLinear> make(ThreadPool& pool, Isa isa, std::span<const Tensor> parts,
                                         std::span<const Tensor> biases, WeightFormat format);

  std::int64_t in_features() const override { return inputs_; }
  std::int64_t out_features() const override { return outputs_; }
  WeightFormat format() const override { return format_; }
  std::size_t bytes() const override {
    return weights_.bytes() + per_output_.bytes() + (words_ ? words_.bytes() : 0);
  }

 private:
  friend class LinearRunner;
  CpuLinear() = default;

  std::int64_t blocks() const { return (outputs_ + kPackedColumns - 1) / kPackedColumns; }
  std::int64_t row_bytes() const;  // of an output's weights
  // The weights of block `block` of 64 outputs, and with four bits the words of its groups.
  void* block(std::int64_t block) const;
  std::uint32_t* words(std::int64_t block) const;
  void pack_block(std::int64_t block, std::span<const Tensor> parts, Scratch& scratch) const;
  // Weights of `blocks` blocks as the product of kind_ wants them; `panel` may become their memory.
  const void* for_product(std::int64_t block, std::int64_t blocks, Scratch& panel) const;
  const void* widen(std::int64_t block, std::int64_t blocks, Scratch& panel) const;

  // Constant after make(). The arrays of outputs are padded to whole blocks.
  std::int64_t inputs_ = 0;
  std::int64_t outputs_ = 0;
  WeightFormat format_ = WeightFormat::f32;
  MatmulKind kind_ = MatmulKind::f32_plain;  // of products of many rows
  bool packed_ = false;                      // the weights are what kind_ wants
  std::int64_t padded_inputs_ = 0;           // inputs_ unless packed or of four bits
  Tensor weights_;                           // bytes
  Tensor words_;                             // four bits only: [outputs, groups], 32 bits each
  Tensor per_output_;                        // [3, outputs], where the next three point to
  float* bias_ = nullptr;
  float* scale_ = nullptr;            // i8 only
  std::int32_t* code_sum_ = nullptr;  // i8 packed only: sum of an output's codes
};

struct TileEnd;  // in linear_kernels.h

class LinearRunner {
 public:
  explicit LinearRunner(ThreadPool& pool);

  // Backend::linear().
  void run(const Tensor& x, const CpuLinear& w, const Tensor& y, Activation activation,
           const Tensor* residual);

 private:
  struct Input;

  Input prepare(const Tensor& x, const CpuLinear& w, bool few_rows);
  void run_few_rows(const Input& x, const CpuLinear& w, const TileEnd& end);
  void run_tiles(const Input& x, const CpuLinear& w, const TileEnd& end);

  ThreadPool& pool_;
  std::vector<Matmul> matmul_;  // per thread
  std::vector<Scratch> tile_;   // per thread: a tile of results
  std::vector<Scratch> panel_;  // per thread: widened weights
  Scratch input_;               // converted activations
  Scratch input_scale_;         // their scales, per row, or the sums of their groups
};

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_LINEAR_H_
