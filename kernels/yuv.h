// Declares YuvPicture, a picture as video decoders leave it (4:2:0, in host memory), and what turns it
// into RGB: the fixed-point numbers of its colours and the places of its pixels once it is upright.
//
// The arithmetic of Backend::yuv_to_rgb(), in i32 that wraps; c[row][k] is a chroma plane. Its bytes are
// those of FFmpeg's swscale (5.1, bilinear, full chroma, accurate rounding), which media::FrameConverter
// uses for all other pictures; so nobody can tell from a memory where its pictures were converted.
//   side(row, x) = c[row][k-1] + 3 c[row][k] for x = 2k,  3 c[row][k] + c[row][k+1] for x = 2k+1,
//                  columns beyond the edge being the edge's
//   u, v         = (side(above, x) + side(below, x)) * 2^14 / 2^bits - 2^16, rows from chroma_rows()
//   luma         = (sample * 2^17 / 2^bits - y_offset) * y_scale + 2^21
//   r = luma + v v_to_r,   g = luma + u u_to_g + v v_to_g,   b = luma + u u_to_b,
//   each clamped to [0, 2^30) and shifted down by 22.
//
// Thread rule: plain values. Lifetime rule: whoever fills in `planes` keeps them.
#ifndef LONGTAKE_KERNELS_YUV_H_
#define LONGTAKE_KERNELS_YUV_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace longtake::kernels {

enum class YuvLayout : std::uint8_t {
  planar,     // u8: Y, U, V (FFmpeg: yuv420p)
  planar_10,  // u16, 10 bits at the bottom: Y, U, V (yuv420p10le)
  pairs,      // u8: Y, U and V in turn (nv12)
  pairs_10,   // u16, 10 bits at the top: Y, U and V in turn (p010le)
};
constexpr bool is_deep(YuvLayout layout) {
  return layout == YuvLayout::planar_10 || layout == YuvLayout::pairs_10;
}
constexpr bool has_pairs(YuvLayout layout) {
  return layout == YuvLayout::pairs || layout == YuvLayout::pairs_10;
}

// The rows of chroma that row y of a picture mixes.
struct ChromaRows {
  int above, below;
};
constexpr ChromaRows chroma_rows(int y, int height) {
  const int own = y / 2;
  const bool mixes = own > 0 && (y % 2 == 0 || y == height - 1);
  return {mixes ? own - 1 : own, own};
}

struct YuvColours {
  std::int32_t y_offset = 0;
  std::int32_t y_scale = 0;
  std::int32_t v_to_r = 0, u_to_g = 0, v_to_g = 0, u_to_b = 0;
};
// matrix: v to r, u to b, u to g, v to g (the last two negated) of a limited range, in 1/65536, as
// sws_getCoefficients() gives them.
YuvColours yuv_colours(const std::array<int, 4>& matrix, bool full_range);

struct YuvPicture {
  // Smaller or odd ones follow other rules.
  static constexpr int kLeastSide = 8;

  int width = 0;  // stored; even, at least kLeastSide
  int height = 0;
  YuvLayout layout = YuvLayout::planar;
  std::array<const std::byte*, 3> planes = {};  // two of them with pairs
  std::array<std::int64_t, 3> strides = {};     // bytes, at least a row's
  YuvColours colours;
  // How it is brought upright: flipped left-right first, then turned clockwise.
  bool mirrored = false;
  int quarter_turns = 0;  // 0 to 3

  std::int64_t row_bytes(int plane) const {
    const std::int64_t samples = plane == 0 || has_pairs(layout) ? width : width / 2;
    return samples * (is_deep(layout) ? 2 : 1);
  }
  int rows(int plane) const { return plane == 0 ? height : height / 2; }
  int bits() const { return is_deep(layout) ? 10 : 8; }
  int plane_count() const { return has_pairs(layout) ? 2 : 3; }
  int upright_width() const { return quarter_turns % 2 == 0 ? width : height; }
  int upright_height() const { return quarter_turns % 2 == 0 ? height : width; }
};

// Stored pixel (x, y) is pixel begin + x * right + y * down of the upright picture.
struct YuvPlaces {
  std::int64_t begin, right, down;
};
YuvPlaces yuv_places(const YuvPicture& picture);

}  // namespace longtake::kernels

#endif  // LONGTAKE_KERNELS_YUV_H_
