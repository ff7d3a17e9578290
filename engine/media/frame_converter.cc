#include "engine/media/frame_converter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/media/media_input.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace longtake::media {

namespace {

// Bilinear with full chroma interpolation and exact rounding: the same bytes on every machine, and
// within one level of the formula. Speed does not matter at a few frames per second.
constexpr int kScaleFlags = SWS_BILINEAR | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND | SWS_BITEXACT;

std::size_t padded_stride(int width, int bytes_per_pixel) {
  return (static_cast<std::size_t>(width) * bytes_per_pixel + 127) / 64 * 64;
}

bool has_alpha(const AVPixFmtDescriptor& format) {
  // A palette may have transparent entries; GIF decoders use them.
  return (format.flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
}

// The yuvj formats are aliases that mean "full range"; swscale wants the plain one and the flag.
AVPixelFormat plain_format(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P:
      return AV_PIX_FMT_YUV411P;
    default:
      return static_cast<AVPixelFormat>(format);
  }
}

int sws_matrix(AVColorSpace space) {
  switch (space) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_FCC:
      return SWS_CS_FCC;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return SWS_CS_BT2020;
    default:
      return SWS_CS_ITU601;
  }
}

bool is_possible(Size size) {
  return size.width <= kMaxSide * 2 && size.height <= kMaxSide * 2 &&
         static_cast<std::int64_t>(size.width) * size.height <= max_pixels() * 4;
}

std::optional<kernels::YuvLayout> yuv_layout(AVPixelFormat format) {
  switch (format) {
    case AV_PIX_FMT_YUV420P:
      return kernels::YuvLayout::planar;
    case AV_PIX_FMT_YUV420P10LE:
      return kernels::YuvLayout::planar_10;
    case AV_PIX_FMT_NV12:
      return kernels::YuvLayout::pairs;
    case AV_PIX_FMT_P010LE:
      return kernels::YuvLayout::pairs_10;
    default:
      return std::nullopt;
  }
}

}  // namespace

Orientation orientation_from_matrix(const std::int32_t* matrix) {
  // (x', y') = (a x + c y, b x + d y), y downwards; b = matrix[1], c = matrix[3].
  const double a = matrix[0];
  const double b = matrix[1];
  const double c = matrix[3];
  const double d = matrix[4];
  if (a == 0 && b == 0 && c == 0 && d == 0) return {};
  Orientation orientation;
  orientation.mirrored = a * d - b * c < 0;
  // The stored x axis, flipped first when mirrored, ends up pointing at (a, b).
  const double x = orientation.mirrored ? -a : a;
  const double y = orientation.mirrored ? -b : b;
  constexpr double kQuarter = 1.5707963267948966;
  const long quarters = std::lround(std::atan2(y, x) / kQuarter);
  orientation.rotation_degrees = static_cast<int>((quarters + 4) % 4) * 90;
  return orientation;
}

Size display_size(int width, int height, AVRational aspect) {
  if (aspect.num <= 0 || aspect.den <= 0 || aspect.num == aspect.den) return {width, height};
  const double ratio = av_q2d(aspect);
  if (ratio > 16.0 || ratio < 1.0 / 16.0) return {width, height};
  Size size{width, height};
  if (ratio > 1.0) {
    size.width = static_cast<int>(std::lround(width * ratio));
  } else {
    size.height = static_cast<int>(std::lround(height / ratio));
  }
  return size;
}

Size fit(Size size, int max_width, int max_height) {
  double scale = 1.0;
  if (max_width > 0) scale = std::min(scale, static_cast<double>(max_width) / size.width);
  if (max_height > 0) scale = std::min(scale, static_cast<double>(max_height) / size.height);
  if (scale >= 1.0) return size;
  return {std::max(1, static_cast<int>(std::lround(size.width * scale))),
          std::max(1, static_cast<int>(std::lround(size.height * scale)))};
}

AVColorSpace resolve_matrix(const AVFrame& frame) {
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
    case AVCOL_SPC_FCC:
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_SMPTE240M:
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return frame.colorspace;
    default:
      return frame.height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  }
}

bool resolve_full_range(const AVFrame& frame) {
  return frame.color_range == AVCOL_RANGE_JPEG || plain_format(frame.format) != frame.format;
}

void FrameConverter::prepare(Scaler& scaler, int in_width, int in_height, int in_format,
                             int in_matrix, bool in_full, Size out, AVPixelFormat out_format) {
  const bool same = scaler.context != nullptr && scaler.in_width == in_width &&
                    scaler.in_height == in_height && scaler.in_format == in_format &&
                    scaler.in_matrix == in_matrix && scaler.in_full == static_cast<int>(in_full) &&
                    scaler.out_width == out.width && scaler.out_height == out.height &&
                    scaler.out_format == out_format;
  if (same) return;
  const auto format = static_cast<AVPixelFormat>(in_format);
  scaler.context.reset(sws_getContext(in_width, in_height, format, out.width, out.height,
                                      out_format, kScaleFlags, nullptr, nullptr, nullptr));
  if (scaler.context == nullptr) {
    const char* name = av_get_pix_fmt_name(format);
    throw Error(ErrorCode::unsupported, std::string("Pictures of the format ") +
                                            (name == nullptr ? "?" : name) +
                                            " cannot be converted to RGB.");
  }
  // Fails for RGB sources, which have no matrix; that is right.
  sws_setColorspaceDetails(scaler.context.get(), sws_getCoefficients(in_matrix), in_full ? 1 : 0,
                           sws_getCoefficients(SWS_CS_ITU601), 1, 0, 1 << 16, 1 << 16);
  scaler.in_width = in_width;
  scaler.in_height = in_height;
  scaler.in_format = in_format;
  scaler.in_matrix = in_matrix;
  scaler.in_full = static_cast<int>(in_full);
  scaler.out_width = out.width;
  scaler.out_height = out.height;
  scaler.out_format = out_format;
}

std::uint8_t* FrameConverter::scratch(AvBytes& buffer, std::size_t& capacity, std::size_t bytes) {
  if (capacity < bytes) {
    buffer.reset(require_memory(static_cast<std::uint8_t*>(av_malloc(bytes))));
    capacity = bytes;
  }
  return buffer.get();
}

Size FrameConverter::size_of(const AVFrame& frame, AVRational sample_aspect) const {
  const bool swaps = orientation_.swaps_sides();
  return fit(display_size(frame.width, frame.height, sample_aspect),
             swaps ? max_height_ : max_width_, swaps ? max_width_ : max_height_);
}

Image FrameConverter::convert(const AVFrame& frame, AVRational sample_aspect) {
  const Size size = size_of(frame, sample_aspect);
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (format == nullptr || frame.width <= 0 || frame.height <= 0 || !is_possible(size)) {
    throw Error(ErrorCode::unsupported, "A picture has an impossible size or format.");
  }
  const int matrix = sws_matrix(resolve_matrix(frame));
  const bool full = resolve_full_range(frame);
  const std::size_t stride = padded_stride(size.width, 3);
  // swscale's vector code writes up to a vector beyond each row, hence a padded buffer of our own.
  std::uint8_t* rgb = scratch(buffer_, buffer_capacity_, stride * size.height + 64);
  const std::array<std::uint8_t*, 4> out = {rgb, nullptr, nullptr, nullptr};
  const std::array<int, 4> out_stride = {static_cast<int>(stride), 0, 0, 0};

  if (!has_alpha(*format)) {
    prepare(direct_, frame.width, frame.height, plain_format(frame.format), matrix, full, size,
            AV_PIX_FMT_RGB24);
    sws_scale(direct_.context.get(), frame.data, frame.linesize, 0, frame.height, out.data(),
              out_stride.data());
    return turn(rgb, stride, size);
  }

  // Alpha is applied at the stored size, before any scaling, so that colours hidden under
  // transparent pixels do not bleed into their neighbours.
  const std::size_t alpha_stride = padded_stride(frame.width, 4);
  std::uint8_t* rgba = scratch(alpha_buffer_, alpha_capacity_, alpha_stride * frame.height + 64);
  const std::array<std::uint8_t*, 4> mid = {rgba, nullptr, nullptr, nullptr};
  const std::array<int, 4> mid_stride = {static_cast<int>(alpha_stride), 0, 0, 0};
  prepare(direct_, frame.width, frame.height, plain_format(frame.format), matrix, full,
          {frame.width, frame.height}, AV_PIX_FMT_RGBA);
  sws_scale(direct_.context.get(), frame.data, frame.linesize, 0, frame.height, mid.data(),
            mid_stride.data());
  for (int y = 0; y < frame.height; ++y) {
    std::uint8_t* row = rgba + alpha_stride * y;
    for (int x = 0; x < frame.width; ++x, row += 4) {
      const unsigned alpha = row[3];
      if (alpha == 255) continue;
      for (int c = 0; c < 3; ++c) row[c] = static_cast<std::uint8_t>((row[c] * alpha + 127) / 255);
      row[3] = 255;
    }
  }
  prepare(from_alpha_, frame.width, frame.height, AV_PIX_FMT_RGBA, SWS_CS_ITU601, true, size,
          AV_PIX_FMT_RGB24);
  const std::array<const std::uint8_t*, 4> in = {rgba, nullptr, nullptr, nullptr};
  sws_scale(from_alpha_.context.get(), in.data(), mid_stride.data(), 0, frame.height, out.data(),
            out_stride.data());
  return turn(rgb, stride, size);
}

std::shared_ptr<const kernels::YuvPicture> FrameConverter::as_decoded(
    std::shared_ptr<const AVFrame> frame, AVRational sample_aspect) const {
  using kernels::YuvLayout;
  using kernels::YuvPicture;
  const std::optional<YuvLayout> layout = yuv_layout(plain_format(frame->format));
  const Size size = size_of(*frame, sample_aspect);
  const bool as_stored = size.width == frame->width && size.height == frame->height;
  if (!layout || !as_stored || !is_possible(size) || frame->width < YuvPicture::kLeastSide ||
      frame->height < YuvPicture::kLeastSide || frame->width % 2 != 0 || frame->height % 2 != 0) {
    return nullptr;
  }
  YuvPicture picture;
  picture.width = frame->width;
  picture.height = frame->height;
  picture.layout = *layout;
  for (int plane = 0; plane < picture.plane_count(); ++plane) {
    const auto at = static_cast<std::size_t>(plane);
    picture.planes[at] = reinterpret_cast<const std::byte*>(frame->data[plane]);
    picture.strides[at] = frame->linesize[plane];
    // Upside down, or not what it should be; samples of 16 bits start at even places.
    const bool even = picture.strides[at] % 2 == 0 &&
                      reinterpret_cast<std::uintptr_t>(frame->data[plane]) % 2 == 0;
    if (picture.planes[at] == nullptr || picture.strides[at] < picture.row_bytes(plane) ||
        (kernels::is_deep(*layout) && !even)) {
      return nullptr;
    }
  }
  const int* matrix = sws_getCoefficients(sws_matrix(resolve_matrix(*frame)));
  picture.colours = kernels::yuv_colours({matrix[0], matrix[1], matrix[2], matrix[3]},
                                         resolve_full_range(*frame));
  picture.mirrored = orientation_.mirrored;
  picture.quarter_turns = orientation_.rotation_degrees / 90;
  // The picture keeps the frame that its planes belong to.
  struct Held {
    YuvPicture picture;
    std::shared_ptr<const AVFrame> frame;
  };
  const auto held = std::make_shared<const Held>(Held{picture, std::move(frame)});
  return {held, &held->picture};
}

Image FrameConverter::turn(const std::uint8_t* rgb, std::size_t stride, Size size) const {
  Image image;
  const bool swaps = orientation_.swaps_sides();
  image.width = swaps ? size.height : size.width;
  image.height = swaps ? size.width : size.height;
  image.rgb.resize(static_cast<std::size_t>(image.width) * image.height * 3);
  std::uint8_t* to = image.rgb.data();
  if (orientation_.rotation_degrees == 0 && !orientation_.mirrored) {
    const std::size_t row = static_cast<std::size_t>(size.width) * 3;
    for (int y = 0; y < size.height; ++y) std::memcpy(to + row * y, rgb + stride * y, row);
    return image;
  }
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x, to += 3) {
      int from_x = x;
      int from_y = y;
      switch (orientation_.rotation_degrees) {
        case 90:
          from_x = y, from_y = size.height - 1 - x;
          break;
        case 180:
          from_x = size.width - 1 - x, from_y = size.height - 1 - y;
          break;
        case 270:
          from_x = size.width - 1 - y, from_y = x;
          break;
        default:
          break;
      }
      if (orientation_.mirrored) from_x = size.width - 1 - from_x;
      std::memcpy(to, rgb + stride * from_y + static_cast<std::size_t>(from_x) * 3, 3);
    }
  }
  return image;
}

}  // namespace longtake::media
