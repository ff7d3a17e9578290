// Declares Picture, what a model sees, and PictureScaler, which brings pictures to the device at the size
// that a vision tower takes.
//
// Thread rule: as the Backend. Lifetime rule: a Picture refers to pixels that must stay for the call that it
// is given to; a scaler keeps scratch memory of the Backend.
#ifndef LONGTAKE_ENGINE_MODEL_PICTURE_H_
#define LONGTAKE_ENGINE_MODEL_PICTURE_H_

#include <cstdint>

#include "engine/model/device_tensors.h"
#include "kernels/backend.h"

namespace longtake::model {

// A frame: upright RGB [height][width][3], or what its decoder made.
struct Picture {
  const std::uint8_t* rgb = nullptr;
  int width = 0;
  int height = 0;
  const kernels::YuvPicture* decoded = nullptr;  // then the others do not count
};

class PictureScaler {
 public:
  // target: u8 [h, w, 3] on the device; the picture is squashed into it (bicubic). Error{bad_argument}: it
  // has no pixels.
  void put(kernels::Backend& backend, const Picture& picture, const kernels::Tensor& target);

 private:
  Workspace source_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_PICTURE_H_
