#include "kernels/cpu/pictures.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <vector>

#include "kernels/bicubic.h"
#include "kernels/cpu/convert.h"
#include "kernels/cpu/memory.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/pictures.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace longtake::kernels::cpu::HWY_NAMESPACE {

// out[i] = clamp((sum of rows[j][i] * weights[j] + half) >> bits).
void weigh_rows(const std::uint8_t* rows, std::int64_t stride, const std::int32_t* weights,
                std::int64_t count, int bits, std::uint8_t* out, std::size_t n) {
  for_vectors(hn::ScalableTag<std::int32_t>(), n, [&](auto d, std::size_t i) HWY_ATTR {
    const hn::Rebind<std::uint8_t, decltype(d)> d8;
    auto sum = hn::Set(d, 1 << (bits - 1));
    for (std::int64_t j = 0; j < count; ++j) {
      const auto pixel = hn::PromoteTo(d, hn::LoadU(d8, rows + j * stride + i));
      sum = hn::Add(sum, hn::Mul(pixel, hn::Set(d, weights[j])));
    }
    hn::StoreU(hn::DemoteTo(d8, hn::ShiftRightSame(sum, bits)), d8, out + i);
  });
}

// y = x00 w00 + x01 w01 + x10 w10 + x11 w11 over n channels.
void blend(const float* const* x, const float* w, float* y, std::size_t n) {
  for_vectors(DF(), n, [&](auto d, std::size_t i) HWY_ATTR {
    auto sum = hn::Mul(hn::LoadU(d, x[0] + i), hn::Set(d, w[0]));
    for (int j = 1; j < 4; ++j) sum = hn::MulAdd(hn::LoadU(d, x[j] + i), hn::Set(d, w[j]), sum);
    hn::StoreU(sum, d, y + i);
  });
}

}  // namespace longtake::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace longtake::kernels::cpu {
namespace {

HWY_EXPORT(blend);
HWY_EXPORT(weigh_rows);

constexpr std::int64_t kChannels = 3;

// --- Bicubic -------------------------------------------------------------------------------------

constexpr int kWeightBits = BicubicAxis::kBits;

// The horizontal pass takes rows in strips: of one pixel after the other, the strip's rows side by side, so that
// it sums whole vectors just as the vertical pass does.
constexpr std::int64_t kStripRows = 16;
constexpr std::int64_t kStripBytes = kStripRows * kChannels;

// to [height, new width] from [height, width].
void resize_across(ThreadPool& pool, const Tensor& from, const Tensor& to) {
  const BicubicAxis axis(from.dim(1), to.dim(1));
  const std::int64_t width = from.dim(1), height = from.rows();
  const std::int64_t strips = (height + kStripRows - 1) / kStripRows;
  pool.parallel_ranges(strips, 1, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint8_t> strip(static_cast<std::size_t>(width * kStripBytes));
    std::uint8_t sums[kStripBytes];
    for (std::int64_t top = begin * kStripRows; top < std::min(end * kStripRows, height);
         top += kStripRows) {
      const std::int64_t rows = std::min(kStripRows, height - top);
      for (std::int64_t r = 0; r < rows; ++r) {
        const std::uint8_t* pixel = from.data<std::uint8_t>() + (top + r) * from.row_stride();
        std::uint8_t* packed = strip.data() + r * kChannels;
        for (std::int64_t x = 0; x < width; ++x, pixel += kChannels, packed += kStripBytes)
          std::memcpy(packed, pixel, kChannels);
      }
      std::uint8_t* out = to.data<std::uint8_t>() + top * to.row_stride();
      for (std::size_t o = 0; o < axis.ranges.size(); ++o, out += kChannels) {
        const auto [first, count] = axis.ranges[o];
        HWY_DYNAMIC_DISPATCH(weigh_rows)
        (strip.data() + first * kStripBytes, kStripBytes, axis.of(static_cast<std::int64_t>(o)),
         count, kWeightBits, sums, static_cast<std::size_t>(rows * kChannels));
        for (std::int64_t r = 0; r < rows; ++r)
          std::memcpy(out + r * to.row_stride(), sums + r * kChannels, kChannels);
      }
    }
  });
}

// to [new height, width] from [height, width].
void resize_down(ThreadPool& pool, const Tensor& from, const Tensor& to) {
  const BicubicAxis axis(from.rows(), to.rows());
  pool.parallel_ranges(to.rows(), 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t y = begin; y < end; ++y) {
      const auto [first, count] = axis.ranges[static_cast<std::size_t>(y)];
      HWY_DYNAMIC_DISPATCH(weigh_rows)
      (from.data<std::uint8_t>() + first * from.row_stride(), from.row_stride(), axis.of(y), count,
       kWeightBits, to.data<std::uint8_t>() + y * to.row_stride(),
       static_cast<std::size_t>(to.shape().row_elements()));
    }
  });
}

}  // namespace

void resize_bicubic(ThreadPool& pool, const Tensor& image, const Tensor& resized) {
  assert(image.dtype() == DType::u8 && resized.dtype() == DType::u8);
  assert(image.dim(2) == kChannels && resized.dim(2) == kChannels);
  const std::int64_t height = image.dim(0), width = image.dim(1);
  const std::int64_t new_height = resized.dim(0), new_width = resized.dim(1);
  if (new_height == 0 || new_width == 0) return;
  assert(height > 0 && width > 0);

  // As in Pillow, an axis that keeps its size is not filtered.
  if (new_width == width && new_height == height) return copy(pool, image, resized);
  if (new_height == height) return resize_across(pool, image, resized);
  if (new_width == width) return resize_down(pool, image, resized);
  const Tensor narrower = allocate_host(DType::u8, {height, new_width, kChannels});
  resize_across(pool, image, narrower);
  resize_down(pool, narrower, resized);
}

void patchify(ThreadPool& pool, const Tensor& images, const PatchSpec& spec,
              const Tensor& patches) {
  assert(images.dtype() == DType::u8 && patches.dtype() == DType::f32);
  const std::int64_t frames = images.dim(0), height = images.dim(1), width = images.dim(2);
  const std::int64_t side = spec.patch;
  const std::int64_t down = height / side, across = width / side;
  assert(images.dim(3) == kChannels && height == down * side && width == across * side);
  assert(patches.rows() == frames * down * across && patches.dim(1) == kChannels * side * side);

  // There are only 256 pixel values.
  std::vector<float> values(256 * kChannels);
  for (std::int64_t c = 0; c < kChannels; ++c) {
    for (int pixel = 0; pixel < 256; ++pixel) {
      values[static_cast<std::size_t>(c * 256 + pixel)] =
          (static_cast<float>(pixel) / 255.0F - spec.mean[c]) / spec.std[c];
    }
  }
  pool.parallel_ranges(frames * down, 2, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t strip = begin; strip < end; ++strip) {
      const std::uint8_t* top = images.data<std::uint8_t>() + strip / down * images.row_stride() +
                                strip % down * side * width * kChannels;
      for (std::int64_t p = 0; p < across; ++p) {
        float* to = patches.data<float>() + (strip * across + p) * patches.row_stride();
        for (std::int64_t c = 0; c < kChannels; ++c) {
          const float* value = values.data() + c * 256;
          for (std::int64_t y = 0; y < side; ++y) {
            const std::uint8_t* from = top + (y * width + p * side) * kChannels + c;
            for (std::int64_t x = 0; x < side; ++x) *to++ = value[from[x * kChannels]];
          }
        }
      }
    }
  });
}

void resize_bilinear(ThreadPool& pool, const Tensor& x, const Tensor& y) {
  assert(x.dtype() == DType::f32 && y.dtype() == DType::f32);
  assert(x.dim(0) == y.dim(0) && x.dim(3) == y.dim(3));
  const std::int64_t height = x.dim(1), width = x.dim(2), channels = x.dim(3);
  const std::int64_t new_height = y.dim(1), new_width = y.dim(2);
  assert(height > 0 && width > 0);

  struct Tap {
    std::int64_t low, high;
    float share;  // of high
  };
  const auto taps = [](std::int64_t inputs, std::int64_t outputs) {
    std::vector<Tap> result;
    const float scale = static_cast<float>(inputs) / static_cast<float>(outputs);
    for (std::int64_t o = 0; o < outputs; ++o) {
      const float at = std::max(0.0F, scale * (static_cast<float>(o) + 0.5F) - 0.5F);
      const std::int64_t low = std::min(static_cast<std::int64_t>(at), inputs - 1);
      result.push_back({low, std::min(low + 1, inputs - 1), at - static_cast<float>(low)});
    }
    return result;
  };
  const std::vector<Tap> down = taps(height, new_height);
  const std::vector<Tap> across = taps(width, new_width);
  pool.parallel_ranges(x.dim(0) * new_height, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const float* frame = x.data<float>() + row / new_height * x.row_stride();
      float* out = y.data<float>() + row / new_height * y.row_stride() +
                   row % new_height * new_width * channels;
      const Tap& v = down[static_cast<std::size_t>(row % new_height)];
      for (const Tap& h : across) {
        const float* corners[4] = {frame + (v.low * width + h.low) * channels,
                                   frame + (v.low * width + h.high) * channels,
                                   frame + (v.high * width + h.low) * channels,
                                   frame + (v.high * width + h.high) * channels};
        const float weights[4] = {(1 - v.share) * (1 - h.share), (1 - v.share) * h.share,
                                  v.share * (1 - h.share), v.share * h.share};
        HWY_DYNAMIC_DISPATCH(blend)(corners, weights, out, static_cast<std::size_t>(channels));
        out += channels;
      }
    }
  });
}

}  // namespace longtake::kernels::cpu
#endif  // HWY_ONCE
