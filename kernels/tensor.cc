#include "kernels/tensor.h"

#include <limits>

#include "kernels/error.h"

namespace longtake::kernels {

const char* dtype_name(DType type) {
  switch (type) {
    case DType::f32: return "f32";
    case DType::f16: return "f16";
    case DType::bf16: return "bf16";
    case DType::i32: return "i32";
    case DType::i8: return "i8";
    case DType::u8: return "u8";
    case DType::i4: return "i4";
  }
  return "?";
}

std::size_t checked_bytes(DType type, const Shape& shape) {
  std::int64_t elements = shape.rank() == 0 ? 0 : 1;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    if (shape[i] < 0) throw Error(ErrorCode::bad_argument, "Negative size " + shape.to_string());
    // No element is larger than 8 bytes, so that the byte count cannot overflow after this.
    if (shape[i] != 0 && elements > std::numeric_limits<std::int64_t>::max() / 8 / shape[i]) {
      throw Error(ErrorCode::out_of_memory, "Not enough memory for a tensor " + shape.to_string(),
                  "Choose a smaller model or window.");
    }
    elements *= shape[i];
  }
  return dtype_bytes(type, static_cast<std::size_t>(elements));
}

std::string Shape::to_string() const {
  std::string text = "[";
  for (std::size_t i = 0; i < rank_; ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(dims_[i]);
  }
  return text + "]";
}

Tensor::Tensor(std::shared_ptr<Buffer> buffer, DType dtype, Shape shape)
    : buffer_(std::move(buffer)),
      data_(buffer_->data()),
      dtype_(dtype),
      shape_(shape),
      row_stride_(shape.row_elements()) {
  assert(buffer_->bytes() >= bytes());
}

Tensor Tensor::borrow(void* data, DType dtype, Shape shape) {
  Tensor tensor;
  tensor.data_ = data;
  tensor.dtype_ = dtype;
  tensor.shape_ = shape;
  tensor.row_stride_ = shape.row_elements();
  return tensor;
}

Tensor Tensor::borrow(const void* data, DType dtype, Shape shape) {
  return borrow(const_cast<void*>(data), dtype, shape);
}

std::size_t Tensor::bytes() const {
  return dtype_bytes(dtype_, static_cast<std::size_t>(shape_.elements()));
}

Tensor Tensor::rows(std::int64_t begin, std::int64_t end) const {
  assert(0 <= begin && begin <= end && end <= shape_[0]);
  Tensor view = *this;
  view.shape_[0] = end - begin;
  view.data_ = static_cast<std::byte*>(data_) +
               dtype_bytes(dtype_, static_cast<std::size_t>(begin * row_stride_));
  return view;
}

Tensor Tensor::columns(std::int64_t begin, std::int64_t end) const {
  assert(shape_.rank() == 2 && 0 <= begin && begin <= end && end <= shape_[1]);
  Tensor view = *this;
  view.shape_[1] = end - begin;
  view.data_ =
      static_cast<std::byte*>(data_) + dtype_bytes(dtype_, static_cast<std::size_t>(begin));
  return view;
}

Tensor Tensor::reshaped(Shape shape) const {
  assert(shape.elements() == shape_.elements());
  assert(dense() || shape[0] == shape_[0]);
  Tensor view = *this;
  view.shape_ = shape;
  if (dense()) view.row_stride_ = shape.row_elements();
  return view;
}

}  // namespace longtake::kernels
