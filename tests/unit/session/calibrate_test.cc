#include "engine/session/calibrate.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace longtake::session {
namespace {

TEST(FitFindWeights, TrustsTheHeadThatFindsAndNotTheNoise) {
  // Head 0 is noise, head 1 sees the true block two deviations up, head 2 sees it upside down.
  std::mt19937 random(1);
  std::normal_distribution<float> noise;
  std::vector<FindSample> samples(60);
  for (FindSample& sample : samples) {
    sample.blocks = 100;
    sample.truth = {static_cast<std::int64_t>(random() % 100)};
    for (int head = 0; head < 3; ++head) {
      for (std::int64_t b = 0; b < 100; ++b) {
        const float bump = b != sample.truth[0] ? 0.0F : head == 1 ? 2.0F : head == 2 ? -2.0F : 0.0F;
        sample.scores.push_back(noise(random) + bump);
      }
    }
  }
  const std::vector<float> weights = fit_find_weights(samples, 3);
  EXPECT_GT(weights[1], 0.8F);
  EXPECT_LT(weights[0], 0.35F * weights[1]);
  EXPECT_EQ(weights[2], 0.0F);
}

// One head, `blocks` blocks of noise, true ones with the given scores.
FindSample sample_of(std::int64_t blocks, const std::vector<float>& truths, std::mt19937& random) {
  std::normal_distribution<float> noise(0, 0.3F);
  FindSample sample;
  sample.blocks = blocks;
  for (std::int64_t b = 0; b < blocks; ++b) sample.scores.push_back(noise(random));
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const auto b = static_cast<std::int64_t>(10 * i + 3);
    sample.scores[static_cast<std::size_t>(b)] = truths[i];
    sample.truth.push_back(b);
  }
  return sample;
}

TEST(FitSharpness, StopsEarlyOnlyWhereNothingTrueIsLost) {
  std::mt19937 random(2);
  std::vector<FindSample> single;
  std::vector<FindSample> many;
  for (int i = 0; i < 20; ++i) {
    single.push_back(sample_of(300, {9}, random));
    many.push_back(sample_of(300, {12, 9, 8, 6, 5, 4}, random));
  }
  const float alone = fit_sharpness(single, {1}, 1, 24, 0.98);
  const float together = fit_sharpness(many, {1}, 1, 24, 0.98);
  EXPECT_GT(alone, 20);
  EXPECT_LT(together, 12);
  EXPECT_GE(together, 1);

  // Six times as much quiet footage, and scores that stand out the more: nothing true is lost.
  std::vector<FindSample> longer;
  for (int i = 0; i < 20; ++i) longer.push_back(sample_of(1800, {30, 22, 20, 15, 12, 10}, random));
  EXPECT_GE(fit_sharpness(longer, {1}, 1, 24, 0.98), together);
}

TEST(FitSharpness, WithoutAnythingFoundSpendsTheBudget) {
  std::mt19937 random(3);
  EXPECT_EQ(fit_sharpness({}, {1}, 1, 24, 0.98), 1);
  EXPECT_EQ(fit_sharpness({sample_of(300, {9}, random)}, {0}, 1, 24, 0.98), 1);
}

TEST(FitFloor, RefusesAtMostOneInTwenty) {
  std::vector<double> good;
  std::vector<double> bad;
  for (int i = 0; i < 30; ++i) good.push_back(1 + i * 0.01);  // hard to tell from the bad ones
  for (int i = 0; i < 70; ++i) good.push_back(5 + i * 0.01);
  for (int i = 0; i < 50; ++i) bad.push_back(1.005 + i * 0.01);
  const float floor = fit_floor(good, bad);
  EXPECT_LE(std::count_if(good.begin(), good.end(), [&](double x) { return x < floor; }), 5);
}

TEST(FitFloor, LiesInTheGap) {
  std::vector<double> good;
  std::vector<double> bad;
  for (int i = 0; i < 100; ++i) good.push_back(3 + i * 0.01);
  for (int i = 0; i < 50; ++i) bad.push_back(-1 + i * 0.01);
  const float floor = fit_floor(good, bad);
  EXPECT_GT(floor, -0.5F);
  EXPECT_LE(floor, 3.05F);
}

TEST(FitFloor, GivesUpAFewToCatchMany) {
  std::vector<double> good = {0.0, 0.01};  // right answers that needed no video
  std::vector<double> bad;
  for (int i = 0; i < 98; ++i) good.push_back(2 + i * 0.01);
  for (int i = 0; i < 50; ++i) bad.push_back(0.02 + i * 0.001);
  const float floor = fit_floor(good, bad);
  EXPECT_GT(floor, 0.07F);
  EXPECT_LE(floor, 2.0F);
}

TEST(FitFloor, DoesNotRefuseGoodAnswersInVain) {
  std::vector<double> good;
  std::vector<double> bad;
  for (int i = 0; i < 100; ++i) good.push_back(i);
  for (int i = 0; i < 100; ++i) bad.push_back(i + 200);  // nothing to catch below
  EXPECT_LT(fit_floor(good, bad), 0.0F);
}

TEST(FitFloor, WithoutBadOnesKeepsEveryGoodOne) {
  EXPECT_LT(fit_floor({1.0, 2.0, 3.0}, {}), 1.0F);
  EXPECT_EQ(fit_floor({}, {1.0}), 0.0F);
}

}  // namespace
}  // namespace longtake::session
