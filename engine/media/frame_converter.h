// Declares FrameConverter, private to this room: a decoder's frame becomes an upright RGB Image, or is
// handed on for a Backend to make the same bytes of.
//
// The matrix and range are the frame's own; untagged frames are taken as BT.709 from 720 lines up
// and as BT.601 below, limited range unless the format is one of the yuvj kind. PQ and HLG are not
// tone mapped.
//
// Thread rule: one thread. Lifetime rule: keeps scaling contexts and a buffer between frames.
#ifndef LONGTAKE_ENGINE_MEDIA_FRAME_CONVERTER_H_
#define LONGTAKE_ENGINE_MEDIA_FRAME_CONVERTER_H_

#include <cstdint>
#include <memory>

#include "engine/media/av_handles.h"
#include "engine/media/frame.h"
#include "kernels/yuv.h"

extern "C" {
#include <libavutil/pixfmt.h>
}

namespace longtake::media {

// How the stored picture is brought upright: first flipped left-right, then turned clockwise.
struct Orientation {
  int rotation_degrees = 0;  // 0, 90, 180, 270
  bool mirrored = false;

  bool swaps_sides() const { return rotation_degrees == 90 || rotation_degrees == 270; }
};

// From a display matrix (nine 32-bit numbers); angles between the quarters are rounded.
Orientation orientation_from_matrix(const std::int32_t* matrix);

struct Size {
  int width = 0;
  int height = 0;
};
// The size at which a stored picture is displayed, before it is turned: the longer way, so that no
// pixel is lost. An absurd aspect (beyond 16:1) is taken as a mistake and ignored.
Size display_size(int width, int height, AVRational sample_aspect);
// Scaled down to fit, never up; 0: no bound.
Size fit(Size size, int max_width, int max_height);

// What the conversion uses for this frame, resolved as above.
AVColorSpace resolve_matrix(const AVFrame& frame);
bool resolve_full_range(const AVFrame& frame);

class FrameConverter {
 public:
  FrameConverter(Orientation orientation, int max_width, int max_height)
      : orientation_(orientation), max_width_(max_width), max_height_(max_height) {}

  // Throws Error{unsupported} for pixel formats without a conversion or absurd sizes.
  Image convert(const AVFrame& frame, AVRational sample_aspect);
  // The frame itself, if Backend::yuv_to_rgb() makes of it what convert() would; else null.
  std::shared_ptr<const kernels::YuvPicture> as_decoded(std::shared_ptr<const AVFrame> frame,
                                                        AVRational sample_aspect) const;

 private:
  // Of what becomes of a frame, before it is turned.
  Size size_of(const AVFrame& frame, AVRational sample_aspect) const;

  // One swscale context and what it was made for.
  struct Scaler {
    SwsContextPtr context;
    int in_width = 0, in_height = 0, in_format = -1, in_matrix = -1, in_full = -1;
    int out_width = 0, out_height = 0, out_format = -1;
  };
  static void prepare(Scaler& scaler, int in_width, int in_height, int in_format, int in_matrix,
                      bool in_full, Size out, AVPixelFormat out_format);
  std::uint8_t* scratch(AvBytes& buffer, std::size_t& capacity, std::size_t bytes);
  Image turn(const std::uint8_t* rgb, std::size_t stride, Size size) const;

  const Orientation orientation_;
  const int max_width_;
  const int max_height_;
  Scaler direct_;
  Scaler from_alpha_;
  AvBytes buffer_;
  std::size_t buffer_capacity_ = 0;
  AvBytes alpha_buffer_;
  std::size_t alpha_capacity_ = 0;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_FRAME_CONVERTER_H_
