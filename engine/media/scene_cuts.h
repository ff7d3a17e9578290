// Declares SceneCutDetector: finds cuts in a stream of pictures, one picture at a time.
//
// Each picture is reduced to 32 x 18 cells of mean luma and a histogram of 4 x 4 x 4 colours. The
// difference to the picture before, 0 to 1, is the mean of the cells' mean change and of the
// histogram's total variation: the first sees a changed composition in the same colours, the second
// does not mind motion. A cut is a difference above a fixed floor that also stands out of its
// recent past by several deviations, so that a hand-held camera's constant unrest makes no cuts.
//
// Thread rule: one thread. Lifetime rule: keeps a few kilobytes, no picture.
#ifndef LONGTAKE_ENGINE_MEDIA_SCENE_CUTS_H_
#define LONGTAKE_ENGINE_MEDIA_SCENE_CUTS_H_

#include <array>
#include <cstdint>
#include <optional>

#include "engine/media/frame.h"

namespace longtake::media {

struct SceneCutOptions {
  double floor = 0.12;      // smaller differences are never cuts: lighting, compression
  double deviations = 4.0;  // how far a cut stands out of the recent mean
  double memory = 0.1;  // weight of the newest difference in the running mean: about ten pictures
  Micros minimum_scene = kMicrosPerSecond / 2;  // a flash is not two cuts
};

class SceneCutDetector {
 public:
  // `scene_begin`: when the scene of the first picture began, for a stream that is entered in its
  // middle.
  explicit SceneCutDetector(SceneCutOptions options = {}, std::optional<Micros> scene_begin = {})
      : options_(options), scene_begin_(scene_begin) {}

  // Whether this picture is the first of a new scene. Pictures in order of time; any size, also
  // changing. The first picture is never a cut.
  bool add(const Image& image, Micros pts);
  // How much two pictures differ, 0 to 1, as add() sees it.
  static double difference(const Image& a, const Image& b) {
    return difference(reduce(a), reduce(b));
  }

 private:
  static constexpr int kColumns = 32;
  static constexpr int kRows = 18;
  static constexpr int kColours = 64;
  struct Signature {
    std::array<float, kColumns * kRows> luma{};  // 0..1
    std::array<float, kColours> colours{};       // sums to 1
  };
  static Signature reduce(const Image& image);
  static double difference(const Signature& a, const Signature& b);

  const SceneCutOptions options_;
  Signature last_;
  bool has_last_ = false;
  std::optional<Micros> scene_begin_;
  double mean_ = 0.0;
  double variance_ = 0.0;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_SCENE_CUTS_H_
