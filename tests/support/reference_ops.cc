#include "tests/support/reference_ops.h"

#include <algorithm>
#include <cmath>

namespace longtake::reference {
namespace {

// An element of a row-major array, by signed index.
double at(const Values& values, std::int64_t i) {
  return values[static_cast<std::size_t>(i)];
}
double& at(Values& values, std::int64_t i) {
  return values[static_cast<std::size_t>(i)];
}
Values zeros(std::int64_t n) {
  return Values(static_cast<std::size_t>(n), 0.0);
}
std::int64_t size(const Values& values) {
  return static_cast<std::int64_t>(values.size());
}

}  // namespace

double activate(double x, kernels::Activation activation) {
  switch (activation) {
    case kernels::Activation::none:
      return x;
    case kernels::Activation::gelu:
      return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0)));
    case kernels::Activation::gelu_tanh:
      return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x)));
    case kernels::Activation::quick_gelu:
      return x / (1.0 + std::exp(-1.702 * x));
    case kernels::Activation::silu:
      return x / (1.0 + std::exp(-x));
  }
  return x;
}

Sums linear(const Values& x, const Values& w, const Values& bias, std::int64_t rows, std::int64_t n,
            std::int64_t k) {
  Sums sums{zeros(rows * n), zeros(rows * n)};
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t o = 0; o < n; ++o) {
      double sum = bias.empty() ? 0.0 : at(bias, o);
      double magnitude = std::fabs(sum);
      for (std::int64_t i = 0; i < k; ++i) {
        const double term = at(x, r * k + i) * at(w, o * k + i);
        sum += term;
        magnitude += std::fabs(term);
      }
      at(sums.value, r * n + o) = sum;
      at(sums.magnitude, r * n + o) = magnitude;
    }
  }
  return sums;
}

Values rms_norm(const Values& x, const Values& weight, double eps) {
  const std::int64_t c = size(weight);
  Values y = x;
  for (std::int64_t r = 0; r < size(x); r += c) {
    double squares = 0.0;
    for (std::int64_t i = 0; i < c; ++i) squares += at(x, r + i) * at(x, r + i);
    const double scale = 1.0 / std::sqrt(squares / static_cast<double>(c) + eps);
    for (std::int64_t i = 0; i < c; ++i) at(y, r + i) = at(x, r + i) * scale * at(weight, i);
  }
  return y;
}

Values layer_norm(const Values& x, const Values& weight, const Values& bias, double eps) {
  const std::int64_t c = size(weight);
  Values y = x;
  for (std::int64_t r = 0; r < size(x); r += c) {
    double mean = 0.0;
    for (std::int64_t i = 0; i < c; ++i) mean += at(x, r + i) / static_cast<double>(c);
    double variance = 0.0;
    for (std::int64_t i = 0; i < c; ++i) {
      variance += (at(x, r + i) - mean) * (at(x, r + i) - mean) / static_cast<double>(c);
    }
    for (std::int64_t i = 0; i < c; ++i) {
      at(y, r + i) =
          (at(x, r + i) - mean) / std::sqrt(variance + eps) * at(weight, i) + at(bias, i);
    }
  }
  return y;
}

Values silu_mul(const Values& x, std::int64_t columns) {
  Values y = zeros(size(x) / 2);
  for (std::int64_t i = 0; i < size(y); ++i) {
    const std::int64_t row = i / columns * 2 * columns;
    const double gate = at(x, row + i % columns);
    at(y, i) = activate(gate, kernels::Activation::silu) * at(x, row + columns + i % columns);
  }
  return y;
}

Values mean_rows(const Values& x, std::int64_t rows) {
  Values y = zeros(size(x) / rows);
  for (std::int64_t i = 0; i < size(x); ++i) {
    at(y, i % size(y)) += at(x, i) / static_cast<double>(rows);
  }
  return y;
}

Values rope(const Values& x, const std::vector<kernels::Position>& positions,
            const kernels::RopeTable& table, std::int64_t heads) {
  Values y = x;
  const std::int64_t d = table.head_dim();
  for (std::size_t t = 0; t < positions.size(); ++t) {
    for (std::int64_t h = 0; h < heads; ++h) {
      const std::int64_t row = (static_cast<std::int64_t>(t) * heads + h) * d;
      for (std::int64_t j = 0; j < d / 2; ++j) {
        const auto frequency = static_cast<std::size_t>(j);
        const double angle = positions[t][table.component[frequency]] * table.inv_freq[frequency];
        const double a = at(x, row + j);
        const double b = at(x, row + d / 2 + j);
        at(y, row + j) = a * std::cos(angle) - b * std::sin(angle);
        at(y, row + d / 2 + j) = b * std::cos(angle) + a * std::sin(angle);
      }
    }
  }
  return y;
}

AttentionResult attention(const Attention& a) {
  const auto groups = static_cast<std::int64_t>(a.group_ends.size());
  AttentionResult result{zeros(a.queries * a.heads * a.head_dim),
                         zeros(a.queries * a.heads * a.head_dim), zeros(a.heads * groups)};
  const std::int64_t length = a.queries / a.sequences;
  for (std::int64_t q = 0; q < a.queries; ++q) {
    const std::int64_t first_fresh = a.past + q / length * length;
    const std::int64_t seen_fresh = !a.fresh ? 0 : a.causal ? q % length + 1 : length;
    for (std::int64_t h = 0; h < a.heads; ++h) {
      const std::int64_t g = h / (a.heads / a.key_heads);
      const auto key_row = [&](std::int64_t i) {
        const std::int64_t token = i < a.past ? i : first_fresh + i - a.past;
        return (token * a.key_heads + g) * a.head_dim;
      };
      const std::int64_t query_row = (q * a.heads + h) * a.head_dim;
      Values weights = zeros(a.past + seen_fresh);
      double largest = -INFINITY;
      for (std::int64_t i = 0; i < size(weights); ++i) {
        double magnitude = 0.0;
        for (std::int64_t j = 0; j < a.head_dim; ++j) {
          const double term = at(a.q, query_row + j) * at(a.k, key_row(i) + j) * a.scale;
          at(weights, i) += term;
          magnitude += std::fabs(term);
        }
        largest = std::max(largest, at(weights, i));
        result.largest_score = std::max(result.largest_score, magnitude);
      }
      double total = 0.0;
      for (double& weight : weights) total += weight = std::exp(weight - largest);
      for (std::int64_t i = 0; i < size(weights); ++i) {
        const double weight = at(weights, i) / total;
        for (std::int64_t j = 0; j < a.head_dim; ++j) {
          at(result.out, query_row + j) += weight * at(a.v, key_row(i) + j);
          at(result.magnitude, query_row + j) += weight * std::fabs(at(a.v, key_row(i) + j));
        }
        if (groups == 0) continue;
        const auto& ends = a.group_ends;
        const std::int64_t group = std::upper_bound(ends.begin(), ends.end(), i) - ends.begin();
        at(result.mass, h * groups + group) += weight;
      }
    }
  }
  return result;
}

Sums score_blocks(const Values& query, const Values& keys, std::int64_t groups, std::int64_t n) {
  const std::int64_t heads = size(query) / n;
  const std::int64_t blocks = size(keys) / n / groups;
  Sums sums{zeros(groups * blocks), zeros(groups * blocks)};
  for (std::int64_t h = 0; h < heads; ++h) {
    const std::int64_t g = h / (heads / groups);
    for (std::int64_t b = 0; b < blocks; ++b) {
      for (std::int64_t i = 0; i < n; ++i) {
        const double term = at(query, h * n + i) * at(keys, (b * groups + g) * n + i) /
                            std::sqrt(static_cast<double>(n));
        at(sums.value, g * blocks + b) += term;
        at(sums.magnitude, g * blocks + b) += std::fabs(term);
      }
    }
  }
  return sums;
}

Values resize_bilinear(const Values& x, std::int64_t frames, std::int64_t h, std::int64_t w,
                       std::int64_t c, std::int64_t h2, std::int64_t w2) {
  const auto position = [](std::int64_t to, std::int64_t in, std::int64_t out) {
    const double p =
        (static_cast<double>(to) + 0.5) * static_cast<double>(in) / static_cast<double>(out) - 0.5;
    return std::clamp(p, 0.0, static_cast<double>(in - 1));
  };
  Values y;
  for (std::int64_t f = 0; f < frames; ++f) {
    for (std::int64_t r = 0; r < h2; ++r) {
      for (std::int64_t s = 0; s < w2; ++s) {
        const double v = position(r, h, h2);
        const double u = position(s, w, w2);
        const auto top = static_cast<std::int64_t>(v);
        const auto left = static_cast<std::int64_t>(u);
        const std::int64_t bottom = std::min(top + 1, h - 1);
        const std::int64_t right = std::min(left + 1, w - 1);
        const double fv = v - static_cast<double>(top);
        const double fu = u - static_cast<double>(left);
        for (std::int64_t i = 0; i < c; ++i) {
          const auto pixel = [&](std::int64_t row, std::int64_t column) {
            return at(x, ((f * h + row) * w + column) * c + i);
          };
          y.push_back((1 - fv) * ((1 - fu) * pixel(top, left) + fu * pixel(top, right)) +
                      fv * ((1 - fu) * pixel(bottom, left) + fu * pixel(bottom, right)));
        }
      }
    }
  }
  return y;
}

// In swscale's own steps: 15-bit samples, horizontal weights in 1/16384, then one or two rows of chroma.
std::vector<std::uint8_t> yuv_to_rgb(const YuvSamples& samples, const kernels::YuvColours& colours,
                                     bool mirrored, int quarter_turns) {
  const int width = samples.width, height = samples.height;
  const int columns = width / 2, lines = height / 2;
  const int down = samples.bits == 8 ? 7 : 9;
  const auto across = [&](const std::vector<int>& plane, int line, int x) {
    const int k = x / 2;
    const int other = std::clamp(x % 2 == 0 ? k - 1 : k + 1, 0, columns - 1);
    const auto at = [&](int column) {
      return plane[static_cast<std::size_t>(line * columns + column)];
    };
    return (at(k) * 12288 + at(other) * 4096) >> down;
  };
  const auto chroma = [&](const std::vector<int>& plane, int x, int y) {
    const int own = y / 2;
    // A lower line has its own chroma; an upper line, and the picture's last, the mean with the one above.
    if (y == 0 || (y % 2 == 1 && y != height - 1)) return (across(plane, own, x) - (128 << 7)) * 4;
    return (across(plane, std::clamp(own - 1, 0, lines - 1), x) + across(plane, own, x) -
            (128 << 8)) *
           2;
  };
  const auto pixel = [&](std::int64_t luma, std::int64_t a, int fa, std::int64_t b, int fb) {
    const auto sum = static_cast<std::int32_t>(luma + a * fa + b * fb);  // wraps
    return static_cast<std::uint8_t>(std::clamp(sum, 0, (1 << 30) - 1) >> 22);
  };
  const int upright_width = quarter_turns % 2 == 0 ? width : height;
  const int upright_height = quarter_turns % 2 == 0 ? height : width;
  std::vector<std::uint8_t> rgb;
  for (int to_y = 0; to_y < upright_height; ++to_y) {
    for (int to_x = 0; to_x < upright_width; ++to_x) {
      int x = to_x, y = to_y;
      if (quarter_turns == 1) x = to_y, y = height - 1 - to_x;
      if (quarter_turns == 2) x = width - 1 - to_x, y = height - 1 - to_y;
      if (quarter_turns == 3) x = width - 1 - to_y, y = to_x;
      if (mirrored) x = width - 1 - x;
      const int sample = (samples.y[static_cast<std::size_t>(y * width + x)] * 16384) >> down;
      const std::int64_t luma =
          std::int64_t{sample * 4 - colours.y_offset} * colours.y_scale + (1 << 21);
      const int u = chroma(samples.u, x, y), v = chroma(samples.v, x, y);
      rgb.push_back(pixel(luma, v, colours.v_to_r, 0, 0));
      rgb.push_back(pixel(luma, u, colours.u_to_g, v, colours.v_to_g));
      rgb.push_back(pixel(luma, u, colours.u_to_b, 0, 0));
    }
  }
  return rgb;
}

Values patchify(const std::vector<std::uint8_t>& images, std::int64_t frames, std::int64_t h,
                std::int64_t w, const kernels::PatchSpec& spec) {
  Values y;
  for (std::int64_t f = 0; f < frames; ++f) {
    for (std::int64_t top = 0; top < h; top += spec.patch) {
      for (std::int64_t left = 0; left < w; left += spec.patch) {
        for (std::int64_t c = 0; c < 3; ++c) {
          for (std::int64_t i = 0; i < spec.patch * spec.patch; ++i) {
            const std::int64_t row = top + i / spec.patch;
            const std::int64_t column = left + i % spec.patch;
            const double pixel =
                images[static_cast<std::size_t>(((f * h + row) * w + column) * 3 + c)];
            y.push_back((pixel / 255.0 - static_cast<double>(spec.mean[c])) /
                        static_cast<double>(spec.std[c]));
          }
        }
      }
    }
  }
  return y;
}

}  // namespace longtake::reference
