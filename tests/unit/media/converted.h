// Declares converted(): for tests, the image that a model sees of what a decoder left.
//
// Thread rule: one thread. Lifetime rule: the image is a value.
#ifndef LONGTAKE_TESTS_UNIT_MEDIA_CONVERTED_H_
#define LONGTAKE_TESTS_UNIT_MEDIA_CONVERTED_H_

#include <memory>

#include "engine/media/frame.h"
#include "kernels/backend.h"

namespace longtake::media {

inline Image converted(const kernels::YuvPicture& picture) {
  static const std::unique_ptr<kernels::Backend> backend = [] {
    kernels::BackendOptions options;
    options.threads = 1;
    return kernels::make_cpu_backend(options);
  }();
  Image image;
  image.width = picture.upright_width();
  image.height = picture.upright_height();
  const kernels::Tensor rgb = backend->allocate(kernels::DType::u8, {image.height, image.width, 3});
  backend->yuv_to_rgb(picture, rgb);
  image.rgb.resize(rgb.bytes());
  backend->download(rgb, image.rgb.data());
  return image;
}

}  // namespace longtake::media

#endif  // LONGTAKE_TESTS_UNIT_MEDIA_CONVERTED_H_
