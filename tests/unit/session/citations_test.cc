#include <gtest/gtest.h>

#include "engine/memory/ram_blocks.h"
#include "engine/session/answer.h"

namespace longtake::session {
namespace {

memory::RamBlocks seconds(memory::BlockId count) {
  memory::RamBlocks blocks({1, 1, 2, kernels::KvCodec::f32});
  for (memory::BlockId id = 0; id < count; ++id) {
    std::vector<memory::KvBlock> one(1);
    one[0].info.id = id;
    one[0].info.time = {id * kMicrosPerSecond, (id + 1) * kMicrosPerSecond};
    one[0].info.tokens = 1;
    one[0].mean_keys.resize(2);
    blocks.append(std::move(one));
  }
  return blocks;
}

TimeRange range(std::int64_t a, std::int64_t b) {
  return {a * kMicrosPerSecond, b * kMicrosPerSecond};
}

TEST(Citations, JoinsNeighboursAndRanksByEvidence) {
  const memory::RamBlocks blocks = seconds(12);
  //                              0     1  2  3  4    5  6  7     8  9    10   11
  const std::vector<double> mass{0.01, 0, 2, 2, 0.1, 2, 0, 0.02, 0, 3.0, 0.1, 0};
  const auto cited = citations_from(mass, {{&blocks, 0, 12}}, 5);
  ASSERT_EQ(cited.size(), 2u);
  EXPECT_EQ(cited[0].time, range(2, 6));  // one weak block between strong ones belongs to the moment
  EXPECT_EQ(cited[1].time, range(9, 10));
  EXPECT_NEAR(cited[0].score, 6 / 9.23, 1e-9);
  EXPECT_NEAR(cited[1].score, 3 / 9.23, 1e-9);
}

TEST(Citations, KeepsTheBestFewAndTheirSources) {
  const memory::RamBlocks a = seconds(4);
  const memory::RamBlocks b = seconds(4);
  const std::vector<double> mass{1, 0, 0, 0.9, 0.8, 0, 0, 0.7};
  const auto cited = citations_from(mass, {{&a, 0, 4}, {&b, 0, 4}}, 3);
  ASSERT_EQ(cited.size(), 3u);
  EXPECT_EQ(cited[0].source, 0u);
  EXPECT_EQ(cited[1].time, range(3, 4));  // the end of one video does not join the start of the next
  EXPECT_EQ(cited[2].source, 1u);
  EXPECT_EQ(cited[2].time, range(0, 1));
}

TEST(Citations, NoEvidenceCitesNothing) {
  const memory::RamBlocks blocks = seconds(3);
  EXPECT_TRUE(citations_from({0, 0, 0}, {{&blocks, 0, 3}}, 5).empty());
  EXPECT_TRUE(citations_from({}, {}, 5).empty());
}

TEST(Evidence, IsMeasuredByTheStrongestBlock) {
  const memory::RamBlocks a = seconds(4);
  const memory::RamBlocks b = seconds(6);
  // Block 3 of a is too weak to be seen; of b only blocks 2 to 5 are in scope.
  const std::vector<double> mass{1, 0, 4, 0.01, 2, 0, 0.5, 0};
  const auto kept = evidence_from(mass, {{&a, 0, 4}, {&b, 2, 6}}, 256);
  ASSERT_EQ(kept.size(), 4u);
  EXPECT_EQ(kept[0].time, range(0, 1));
  EXPECT_DOUBLE_EQ(kept[0].weight, 0.25);
  EXPECT_DOUBLE_EQ(kept[1].weight, 1);
  EXPECT_EQ(kept[2].source, 1u);
  EXPECT_EQ(kept[2].time, range(2, 3));
  EXPECT_DOUBLE_EQ(kept[2].weight, 0.5);
  EXPECT_EQ(kept[3].time, range(4, 5));
}

TEST(Evidence, KeepsTheStrongestOfEachSourceInOrder) {
  const memory::RamBlocks a = seconds(500);
  const memory::RamBlocks b = seconds(2);
  std::vector<double> mass;
  for (int i = 0; i < 500; ++i) mass.push_back(100 + (i * 37) % 500);
  mass.insert(mass.end(), {30, 20});
  const auto kept = evidence_from(mass, {{&a, 0, 500}, {&b, 0, 2}}, 10);
  ASSERT_EQ(kept.size(), 12u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(kept[i].source, 0u);
    EXPECT_GE(kept[i].weight, 590.0 / 599);  // the ten best of 100..599
    if (i > 0) {
      EXPECT_LT(kept[i - 1].time.begin, kept[i].time.begin);
    }
  }
  EXPECT_EQ(kept[10].source, 1u);
}

TEST(Evidence, OfNothingIsNothing) {
  const memory::RamBlocks blocks = seconds(3);
  EXPECT_TRUE(evidence_from({0, 0, 0}, {{&blocks, 0, 3}}, 256).empty());
  EXPECT_TRUE(evidence_from({}, {}, 256).empty());
}

}  // namespace
}  // namespace longtake::session
