#include "engine/base/time.h"

#include <gtest/gtest.h>

namespace longtake {
namespace {

TEST(Time, IsWrittenWithHoursOnlyWhenThereAreAny) {
  EXPECT_EQ(format_time(0), "0:00.0");
  EXPECT_EQ(format_time(7'400'000), "0:07.4");
  EXPECT_EQ(format_time(59'960'000), "1:00.0");  // rounded before it is split
  EXPECT_EQ(format_time(723'000'000), "12:03.0");
  EXPECT_EQ(format_time(3'723'400'000), "1:02:03.4");
  EXPECT_EQ(format_time(-1'500'000), "-0:01.5");
}

TEST(Time, IsReadInThreeForms) {
  EXPECT_EQ(parse_time("90"), 90 * kMicrosPerSecond);
  EXPECT_EQ(parse_time("90.5"), 90'500'000);
  EXPECT_EQ(parse_time("1:30"), 90 * kMicrosPerSecond);
  EXPECT_EQ(parse_time("1:02:03.25"), 3'723'250'000);
  EXPECT_EQ(parse_time("0.000001"), 1);
  for (const char* text : {"", ":", "1:", ":1", "1:60", "1:2:3:4", "-1", "1.", "1.1234567", "1,5",
                           "1e3", " 1", "12345678901"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Time, WhatIsWrittenIsReadBack) {
  for (Micros us = 0; us < 20'000 * kMicrosPerSecond; us += 7'654'300'000 / 3 / 100'000 * 100'000) {
    EXPECT_EQ(parse_time(format_time(us)), us) << us;
  }
}

TEST(Time, Ranges) {
  EXPECT_EQ(parse_time_range("1:00-2:00"), (TimeRange{60'000'000, 120'000'000}));
  for (const char* text : {"", "-", "1", "1-", "-1", "2-1", "1-1", "1-2-3"}) {
    EXPECT_FALSE(parse_time_range(text)) << text;
  }
  const TimeRange range{10, 20};
  EXPECT_TRUE(range.contains(10));
  EXPECT_FALSE(range.contains(20));
  EXPECT_TRUE(range.overlaps({19, 30}));
  EXPECT_FALSE(range.overlaps({20, 30}));
  EXPECT_FALSE(range.overlaps({0, 10}));
}

TEST(Time, SecondsRoundToTheNearestMicrosecond) {
  EXPECT_EQ(from_seconds(0.1), 100'000);
  EXPECT_EQ(from_seconds(1.0000004), 1'000'000);
  EXPECT_EQ(from_seconds(1.0000006), 1'000'001);
  EXPECT_DOUBLE_EQ(to_seconds(1'500'000), 1.5);
  EXPECT_GT(utc_seconds(), 1'600'000'000);
  const std::int64_t before = monotonic_us();  // a call's arguments have no order
  EXPECT_LE(before, monotonic_us());
}

}  // namespace
}  // namespace longtake
