// A picture's rows one by one: the samples of whatever layout as i16, the two rows of chroma already added up
// (take_row), then in vectors of i32 the chroma between its columns (spread) and the colours (mix). A row of
// 1080p stays in the L1 cache throughout.
#include <algorithm>
#include <cassert>
#include <cstring>
#include <vector>

#include "kernels/cpu/pictures.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/yuv.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

using DI = hn::ScalableTag<std::int32_t>;

// out[2k], out[2k + 1] = (sums[k - 1] + 3 sums[k], 3 sums[k] + sums[k + 1]) * 2^shift - 2^16.
void spread(const std::int16_t* sums, std::size_t n, int shift, std::int32_t* out) {
  for_vectors(DI(), n, [&](auto d, std::size_t k) HWY_ATTR {
    const hn::Rebind<std::int16_t, decltype(d)> d16;
    const auto load = [&](const std::int16_t* from)
                          HWY_ATTR { return hn::PromoteTo(d, hn::LoadU(d16, from)); };
    const auto own = load(sums + k);
    const auto thrice = hn::Add(own, hn::Add(own, own));
    const auto finish = [&](auto sum) HWY_ATTR {
      return hn::Sub(hn::ShiftLeftSame(sum, shift), hn::Set(d, 1 << 16));
    };
    hn::StoreInterleaved2(finish(hn::Add(load(sums + k - 1), thrice)),
                          finish(hn::Add(thrice, load(sums + k + 1))), d, out + 2 * k);
  });
}

void mix(const std::int16_t* luma, const std::int32_t* u, const std::int32_t* v, std::size_t width,
         int shift, const YuvColours& colours, std::uint8_t* rgb) {
  for_vectors(DI(), width, [&](auto d, std::size_t x) HWY_ATTR {
    const hn::Rebind<std::int16_t, decltype(d)> d16;
    const hn::Rebind<std::uint8_t, decltype(d)> d8;
    const auto times = [&](auto a, std::int32_t b) HWY_ATTR { return hn::Mul(a, hn::Set(d, b)); };
    const auto sample = hn::ShiftLeftSame(hn::PromoteTo(d, hn::LoadU(d16, luma + x)), shift);
    const auto light = hn::Add(
        times(hn::Sub(sample, hn::Set(d, colours.y_offset)), colours.y_scale), hn::Set(d, 1 << 21));
    const auto blue = hn::LoadU(d, u + x);
    const auto red = hn::LoadU(d, v + x);
    const auto pixel = [&](auto sum) HWY_ATTR {
      const auto clamped =
          hn::Min(hn::Max(sum, hn::Zero(d)), hn::Set(d, (std::int32_t{1} << 30) - 1));
      return hn::DemoteTo(d8, hn::ShiftRight<22>(clamped));
    };
    const auto r = pixel(hn::Add(light, times(red, colours.v_to_r)));
    const auto g =
        pixel(hn::Add(light, hn::Add(times(blue, colours.u_to_g), times(red, colours.v_to_g))));
    const auto b = pixel(hn::Add(light, times(blue, colours.u_to_b)));
    hn::StoreInterleaved3(r, g, b, d8, rgb + 3 * x);
  });
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(spread);
HWY_EXPORT(mix);

struct Row {
  explicit Row(std::size_t width)
      : luma(width),
        u_sums(width / 2 + 2),
        v_sums(width / 2 + 2),
        u(width),
        v(width),
        rgb(3 * width) {}
  std::vector<std::int16_t> luma;
  std::vector<std::int16_t> u_sums, v_sums;  // with a column more on either side
  std::vector<std::int32_t> u, v;
  std::vector<std::uint8_t> rgb;
};

template <typename Sample>
void take_row(const YuvPicture& picture, int y, Row& row) {
  const auto samples = [&](int plane, int line) {
    const auto at = static_cast<std::size_t>(plane);
    return reinterpret_cast<const Sample*>(picture.planes[at] + line * picture.strides[at]);
  };
  const int shift = picture.layout == YuvLayout::pairs_10 ? 6 : 0;
  const Sample* luma = samples(0, y);
  for (std::size_t x = 0; x < row.luma.size(); ++x)
    row.luma[x] = static_cast<std::int16_t>(luma[x] >> shift);

  const ChromaRows rows = chroma_rows(y, picture.height);
  const bool pairs = has_pairs(picture.layout);
  const std::size_t step = pairs ? 2 : 1;
  const std::size_t columns = row.luma.size() / 2;
  const auto take = [&](int plane, std::size_t offset, std::vector<std::int16_t>& sums) {
    const Sample* first = samples(plane, rows.above) + offset;
    const Sample* second = samples(plane, rows.below) + offset;
    for (std::size_t k = 0; k < columns; ++k) {
      sums[k + 1] =
          static_cast<std::int16_t>((first[k * step] >> shift) + (second[k * step] >> shift));
    }
    sums[0] = sums[1];
    sums[columns + 1] = sums[columns];
  };
  take(1, 0, row.u_sums);
  take(pairs ? 1 : 2, pairs ? 1 : 0, row.v_sums);
}

}  // namespace

void yuv_to_rgb(ThreadPool& pool, const YuvPicture& picture, const Tensor& rgb) {
  assert(rgb.dtype() == DType::u8 && rgb.dense() && rgb.dim(2) == 3);
  assert(rgb.dim(0) == picture.upright_height() && rgb.dim(1) == picture.upright_width());
  const YuvPlaces places = yuv_places(picture);
  const auto width = static_cast<std::size_t>(picture.width);
  const int bits = picture.bits();
  pool.parallel_ranges(picture.height, 16, [&](std::int64_t begin, std::int64_t end) {
    Row row(width);
    for (auto y = static_cast<int>(begin); y < end; ++y) {
      if (is_deep(picture.layout)) {
        take_row<std::uint16_t>(picture, y, row);
      } else {
        take_row<std::uint8_t>(picture, y, row);
      }
      HWY_DYNAMIC_DISPATCH(spread)(row.u_sums.data() + 1, width / 2, 14 - bits, row.u.data());
      HWY_DYNAMIC_DISPATCH(spread)(row.v_sums.data() + 1, width / 2, 14 - bits, row.v.data());
      std::uint8_t* out = rgb.data<std::uint8_t>() + 3 * (places.begin + y * places.down);
      const bool straight = places.right == 1;
      HWY_DYNAMIC_DISPATCH(mix)
      (row.luma.data(), row.u.data(), row.v.data(), width, 17 - bits, picture.colours,
       straight ? out : row.rgb.data());
      if (straight) continue;
      for (std::size_t x = 0; x < width; ++x, out += 3 * places.right)
        std::memcpy(out, row.rgb.data() + 3 * x, 3);
    }
  });
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
