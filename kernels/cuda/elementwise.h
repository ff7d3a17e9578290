// Declares the operations of Backend that touch each element once: copies and conversions, sums,
// gates, norms, means, embedding rows, RoPE. All are bound by memory bandwidth: 16-byte accesses
// where strides and sizes allow, one pass.
//
// Activations are f32 or bf16; arithmetic is f32 (means f64 where sums are long).
// Thread rule: the Context's. Lifetime rule: nothing is kept, but for RopeTables.
#ifndef LONGTAKE_KERNELS_CUDA_ELEMENTWISE_H_
#define LONGTAKE_KERNELS_CUDA_ELEMENTWISE_H_

#include <list>
#include <span>
#include <vector>

#include "kernels/cuda/context.h"
#include "kernels/rope.h"

namespace longtake::kernels::cuda {

// Converts between f32, f16 and bf16 (round to nearest even); other types to themselves. Rows may
// be strided on both sides.
void copy(Context& context, const Tensor& from, const Tensor& to);
void add(Context& context, const Tensor& a, const Tensor& b, const Tensor& y);
void silu_mul(Context& context, const Tensor& x, const Tensor& y);
void rms_norm(Context& context, const Tensor& x, const Tensor& weight, float eps, const Tensor& y);
void layer_norm(Context& context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                float eps, const Tensor& y);
void mean_rows(Context& context, const Tensor& x, const Tensor& y);
// table: f32, f16 or bf16 [V, C] on the device.
void embed(Context& context, std::span<const std::int32_t> ids, const Tensor& table,
           const Tensor& y);

// Cosines and sines of positions, on the device. The layers of a pass ask for the same few sets
// again and again: the last ones are kept, and found by their content.
class RopeAngles {
 public:
  // float2 {cos, sin} [positions][head_dim / 2], valid for work enqueued before four other sets are
  // asked for. Angles are f64, reduced before f32.
  const float2* of(Context& context, std::span<const Position> positions, const RopeTable& table);

 private:
  struct Entry {
    std::uint64_t recording;  // the number of what they were computed in; 0: a pass that was done
    std::vector<Position> positions;
    std::vector<double> inv_freq;
    std::vector<std::uint8_t> component;
    Tensor angles;
  };
  struct Frequencies {
    std::vector<double> inv_freq;
    std::vector<std::uint8_t> component;
    Tensor there;
  };
  // Of a table, on the device.
  const void* frequencies_of(Context& context, const RopeTable& table);

  std::list<Entry> entries_;              // most recently used first
  std::vector<Frequencies> frequencies_;  // of every table that there was: models have one
};

// y = x [T, H, D] rotated. y may be x. f32 or bf16 on either side.
void rope(Context& context, const Tensor& x, const float2* angles, const Tensor& y);
// Backend::rope_qkv(): queries and keys rotated, values as they are, in one launch.
struct Qkv {
  Tensor q, k, v;
};
void rope_qkv(Context& context, const Qkv& from, const float2* angles, const Qkv& to);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_ELEMENTWISE_H_
