#include "engine/media/scene_cuts.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace longtake::media {

namespace {

// A level's place among four bins, shared between the two nearest: with hard edges a slow fade
// would move whole areas from bin to bin at once.
struct BinShare {
  std::size_t lower;
  float upper_part;
};

BinShare share(int level) {
  const float place = std::clamp((static_cast<float>(level) - 32.0F) / 64.0F, 0.0F, 2.999F);
  const auto lower = static_cast<std::size_t>(place);
  return {lower, place - static_cast<float>(lower)};
}

void add_colour(std::array<float, 64>& colours, const std::uint8_t* pixel, float weight) {
  const BinShare r = share(pixel[0]);
  const BinShare g = share(pixel[1]);
  const BinShare b = share(pixel[2]);
  for (std::size_t corner = 0; corner < 8; ++corner) {
    const std::size_t up_r = corner >> 2;
    const std::size_t up_g = corner >> 1 & 1;
    const std::size_t up_b = corner & 1;
    const float part = (up_r != 0 ? r.upper_part : 1 - r.upper_part) *
                       (up_g != 0 ? g.upper_part : 1 - g.upper_part) *
                       (up_b != 0 ? b.upper_part : 1 - b.upper_part);
    colours[(r.lower + up_r) * 16 + (g.lower + up_g) * 4 + b.lower + up_b] += weight * part;
  }
}

}  // namespace

SceneCutDetector::Signature SceneCutDetector::reduce(const Image& image) {
  Signature signature;
  // Four samples a side of each cell are plenty for a mean.
  constexpr int kSamples = 4;
  constexpr float kWeight = 1.0F / (kRows * kColumns * kSamples * kSamples);
  for (int row = 0; row < kRows * kSamples; ++row) {
    const int y = (2 * row + 1) * image.height / (2 * kRows * kSamples);
    for (int column = 0; column < kColumns * kSamples; ++column) {
      const int x = (2 * column + 1) * image.width / (2 * kColumns * kSamples);
      const std::uint8_t* pixel = image.pixel(x, y);
      const float luma = 0.299F * pixel[0] + 0.587F * pixel[1] + 0.114F * pixel[2];
      const auto cell = static_cast<std::size_t>(row / kSamples * kColumns + column / kSamples);
      signature.luma[cell] += luma / (255.0F * kSamples * kSamples);
      add_colour(signature.colours, pixel, kWeight);
    }
  }
  return signature;
}

double SceneCutDetector::difference(const Signature& a, const Signature& b) {
  double luma = 0.0;
  for (std::size_t i = 0; i < a.luma.size(); ++i) luma += std::abs(a.luma[i] - b.luma[i]);
  double colours = 0.0;
  for (std::size_t i = 0; i < a.colours.size(); ++i)
    colours += std::abs(a.colours[i] - b.colours[i]);
  return 0.5 * luma / static_cast<double>(a.luma.size()) + 0.25 * colours;
}

bool SceneCutDetector::add(const Image& image, Micros pts) {
  if (image.empty()) return false;
  const Signature signature = reduce(image);
  if (!has_last_) {
    has_last_ = true;
    last_ = signature;
    if (!scene_begin_) scene_begin_ = pts;
    return false;
  }
  const double change = difference(last_, signature);
  last_ = signature;
  const double threshold =
      std::max(options_.floor, mean_ + options_.deviations * std::sqrt(variance_));
  if (change > threshold && pts - *scene_begin_ >= options_.minimum_scene) {
    // A cut says nothing about the unrest within scenes and stays out of the running figures.
    scene_begin_ = pts;
    return true;
  }
  const double apart = change - mean_;
  mean_ += options_.memory * apart;
  variance_ = (1.0 - options_.memory) * (variance_ + options_.memory * apart * apart);
  return false;
}

}  // namespace longtake::media
