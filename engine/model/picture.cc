#include "engine/model/picture.h"

#include <cassert>

#include "kernels/error.h"

namespace longtake::model {

using kernels::Tensor;

void PictureScaler::put(kernels::Backend& backend, const Picture& picture, const Tensor& target) {
  assert(target.dtype() == kernels::DType::u8);
  const kernels::YuvPicture* decoded = picture.decoded;
  const int width = decoded != nullptr ? decoded->upright_width() : picture.width;
  const int height = decoded != nullptr ? decoded->upright_height() : picture.height;
  if ((decoded == nullptr && picture.rgb == nullptr) || width <= 0 || height <= 0) {
    throw Error(ErrorCode::bad_argument, "a picture without pixels cannot be encoded");
  }
  const bool fits = height == target.dim(0) && width == target.dim(1);
  const Tensor source =
      fits ? target
           : source_.take(backend, kernels::DType::u8, height, std::int64_t{width} * 3)
                 .reshaped({height, width, 3});
  if (decoded != nullptr) {
    backend.yuv_to_rgb(*decoded, source);
  } else {
    backend.upload(picture.rgb, source);
  }
  if (!fits) backend.resize_bicubic(source, target);
}

}  // namespace longtake::model
