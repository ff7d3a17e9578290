// Declares DType, Shape, Buffer and Tensor: a typed view of memory on a device, without any
// mathematics. Tensors are row-major; only dimension 0 may have a stride of its own, so that the
// columns of a fused product (q | k | v) can be viewed without a copy.
//
// Thread rule: a Tensor is a value; the memory behind it follows the rule of the Backend that
// allocated it (one thread at a time). Lifetime rule: a Tensor shares ownership of its Buffer; a
// Tensor made by Tensor::borrow() does not own, and the lender must outlive it.
#ifndef LONGTAKE_KERNELS_TENSOR_H_
#define LONGTAKE_KERNELS_TENSOR_H_

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

namespace longtake::kernels {

enum class DType : std::uint8_t { f32, f16, bf16, i32, i8, u8, i4 };

// Bytes that `count` elements occupy, densely packed (two i4 share a byte).
constexpr std::size_t dtype_bytes(DType type, std::size_t count) {
  switch (type) {
    case DType::f32:
    case DType::i32: return count * 4;
    case DType::f16:
    case DType::bf16: return count * 2;
    case DType::i8:
    case DType::u8: return count;
    case DType::i4: return (count + 1) / 2;
  }
  return 0;
}
const char* dtype_name(DType type);
class Shape;
// The bytes of a dense tensor. Throws Error{out_of_memory} if no memory could hold them,
// bad_argument for negative sizes.
std::size_t checked_bytes(DType type, const Shape& shape);

// Up to four dimensions, outermost first.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims) {
    assert(dims.size() <= kMaxRank);
    for (std::int64_t dim : dims) {
      assert(dim >= 0);
      dims_[rank_++] = dim;
    }
  }
  std::size_t rank() const { return rank_; }
  std::int64_t operator[](std::size_t i) const {
    assert(i < rank_);
    return dims_[i];
  }
  std::int64_t& operator[](std::size_t i) {
    assert(i < rank_);
    return dims_[i];
  }
  // Elements of one index of dimension 0; 1 for a vector.
  std::int64_t row_elements() const {
    std::int64_t n = 1;
    for (std::size_t i = 1; i < rank_; ++i) n *= dims_[i];
    return n;
  }
  std::int64_t elements() const { return rank_ == 0 ? 0 : dims_[0] * row_elements(); }
  bool operator==(const Shape& other) const = default;
  std::string to_string() const;  // "[196, 14, 64]"

 private:
  static constexpr std::size_t kMaxRank = 4;
  std::array<std::int64_t, kMaxRank> dims_{};
  std::size_t rank_ = 0;
};

// Memory on some device. Only the backend that made it may touch it through `data()`.
class Buffer {
 public:
  virtual ~Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 protected:
  Buffer(void* data, std::size_t bytes) : data_(data), bytes_(bytes) {}
  void* data_;
  std::size_t bytes_;
};

class Tensor {
 public:
  Tensor() = default;
  Tensor(std::shared_ptr<Buffer> buffer, DType dtype, Shape shape);
  // A view of memory that somebody else owns and keeps alive.
  static Tensor borrow(void* data, DType dtype, Shape shape);
  static Tensor borrow(const void* data, DType dtype, Shape shape);  // for inputs only

  explicit operator bool() const { return data_ != nullptr; }
  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::int64_t dim(std::size_t i) const { return shape_[i]; }
  std::int64_t rows() const { return shape_[0]; }
  // Elements between neighbouring indices of dimension 0; row_elements() when dense.
  std::int64_t row_stride() const { return row_stride_; }
  bool dense() const { return row_stride_ == shape_.row_elements(); }
  std::size_t bytes() const;  // of the elements, without gaps

  template <typename T>
  T* data() const {
    return static_cast<T*>(data_);
  }
  void* raw() const { return data_; }

  // Rows [begin, end) of dimension 0, sharing memory.
  Tensor rows(std::int64_t begin, std::int64_t end) const;
  // Columns [begin, end) of a matrix, sharing memory; the view keeps the row stride.
  Tensor columns(std::int64_t begin, std::int64_t end) const;
  // The same elements with another shape. Dimension 0 must stay unless the tensor is dense.
  Tensor reshaped(Shape shape) const;

 private:
  std::shared_ptr<Buffer> buffer_;
  void* data_ = nullptr;
  DType dtype_ = DType::f32;
  Shape shape_;
  std::int64_t row_stride_ = 0;
};

}  // namespace longtake::kernels

#endif  // LONGTAKE_KERNELS_TENSOR_H_
