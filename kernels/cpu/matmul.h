// Declares Matmul: one thread's door to oneDNN's matrix product. oneDNN specialises code for every
// shape, so each shape's primitive is made once and kept.
//
// Packed weights have the layout that oneDNN's AVX-512 kernels prefer, and that a matrix-vector
// product can stream: columns (outputs) in blocks of 64, each block holding all inputs, v
// neighbouring inputs side by side: [n / 64][k_padded / v][64][v], zero-padded; v = 1 for f32, 2
// for bf16, 4 for i8, and k_padded a multiple of 16 v. oneDNN calls it BA16a64b{,2a,4a}.
//
// Thread rule: one thread at a time. Lifetime rule: owns its primitives; keeps no operands.
#ifndef LONGTAKE_KERNELS_CPU_MATMUL_H_
#define LONGTAKE_KERNELS_CPU_MATMUL_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>

namespace longtake::kernels::cpu {

inline constexpr std::int64_t kPackedColumns = 64;

enum class MatmulKind : std::uint8_t {
  f32_packed,   // f32 x packed f32 -> f32
  bf16_packed,  // bf16 x packed bf16 -> f32
  i8_packed,    // u8 x packed s8 -> s32
  f32_plain,    // f32 x f32 [n, k] row-major -> f32
};

// v above.
constexpr std::int64_t packed_interleave(MatmulKind kind) {
  return kind == MatmulKind::bf16_packed ? 2 : kind == MatmulKind::i8_packed ? 4 : 1;
}
constexpr std::int64_t packed_inputs(MatmulKind kind, std::int64_t k) {
  const std::int64_t multiple = 16 * packed_interleave(kind);
  return (k + multiple - 1) / multiple * multiple;
}

class Matmul {
 public:
  Matmul();
  ~Matmul();
  Matmul(Matmul&&) noexcept;

  // c[m, n] = a[m, k] * w. For packed weights n is a multiple of 64. a and c are dense: with gaps
  // between rows oneDNN falls back to kernels that are many times slower.
  void run(MatmulKind kind, std::int64_t m, std::int64_t n, std::int64_t k, const void* a,
           const void* w, void* c);

 private:
  struct Primitive;
  using Key = std::array<std::int64_t, 4>;  // kind, m, n, k

  std::map<Key, Primitive> primitives_;
};

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_MATMUL_H_
