// Declares Image (upright RGB pixels) and SampledFrame (the picture that was on screen at an
// instant).
//
// Thread rule: plain values. Lifetime rule: own or share their pixels; move them on the hot path.
#ifndef LONGTAKE_ENGINE_MEDIA_FRAME_H_
#define LONGTAKE_ENGINE_MEDIA_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/time.h"
#include "kernels/yuv.h"

namespace longtake::media {

// As displayed: rotation and sample aspect ratio are applied, full range, alpha composited on
// black.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;  // [height][width][3], rows without gaps

  bool empty() const { return rgb.empty(); }
  const std::uint8_t* pixel(int x, int y) const {
    return rgb.data() + (static_cast<std::size_t>(y) * width + x) * 3;
  }
};

struct SampledFrame {
  std::int64_t index = 0;  // number of the sampling instant (or of the requested time)
  Micros instant = 0;      // the sampling instant itself
  // When the picture went on screen. pts <= instant, except: in keyframes mode the nearest keyframe
  // may come after the instant, and where nothing decodable precedes the instant the next picture
  // stands in.
  Micros pts = 0;
  Image image;
  // Instead of the image, where SamplerOptions::as_decoded asks for it and the picture is of that kind.
  std::shared_ptr<const kernels::YuvPicture> decoded = nullptr;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_FRAME_H_
