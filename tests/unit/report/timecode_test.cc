// Frames, times and timecodes: every value of a day at every rate, and the fixed points of
// drop-frame.
#include "engine/report/timecode.h"

#include <gtest/gtest.h>

#include "engine/report/edit_clock.h"
#include "kernels/error.h"
#include "tests/unit/report/sample_report.h"

namespace longtake::report {
namespace {

constexpr FrameRate kFilm = {24000, 1001};
constexpr FrameRate kNtsc = {30000, 1001};
constexpr FrameRate kNtscDouble = {60000, 1001};

const std::vector<FrameRate>& rates() {
  static const std::vector<FrameRate> all = {
      kFilm,       {24, 1}, {25, 1},        kNtsc,   {30, 1},  {48, 1},  {50, 1},
      kNtscDouble, {60, 1}, {25, 2},        {15, 1}, {120, 1}, {240, 1}, {1000, 1},
      {1, 2},      {10, 3}, {120000, 1001}, {90, 1}, {100, 3}, {1, 3600}};
  return all;
}

TEST(Timecode, DropFrameAnchors) {
  EXPECT_EQ(format_timecode(0, kNtsc, true), "00:00:00;00");
  EXPECT_EQ(format_timecode(1799, kNtsc, true), "00:00:59;29");
  EXPECT_EQ(format_timecode(1800, kNtsc, true), "00:01:00;02");
  EXPECT_EQ(format_timecode(17981, kNtsc, true), "00:09:59;29");
  EXPECT_EQ(format_timecode(17982, kNtsc, true), "00:10:00;00");
  EXPECT_EQ(format_timecode(107892, kNtsc, true), "01:00:00;00");
  EXPECT_EQ(format_timecode(3600, kNtscDouble, true), "00:01:00;04");
  EXPECT_EQ(format_timecode(2 * 107892, kNtscDouble, true), "01:00:00;00");
  EXPECT_EQ(format_timecode(1800, kNtsc, false), "00:01:00:00");
  EXPECT_EQ(format_timecode(100 * 3600 * 25, {25, 1}, false), "100:00:00:00");
}

TEST(Timecode, EveryFrameOfADayComesBack) {
  for (const FrameRate& rate : rates()) {
    const std::int64_t base = timecode_base(rate);
    if (base > 100) continue;  // three digits: written, never read
    for (const bool drop : {false, true}) {
      if (drop && !has_drop_frame(rate)) continue;
      const std::int64_t day = drop ? 24 * 107892 * (base / 30) : 24 * 3600 * base;
      std::string before;
      for (std::int64_t frame = 0; frame < day; ++frame) {
        const std::string text = format_timecode(frame, rate, drop);
        const auto parsed = parse_timecode(text, rate);
        if (!parsed || parsed->frame != frame || parsed->drop != drop || text <= before) {
          FAIL() << text << " after " << before << " at " << format_rate(rate);
        }
        before = text;
      }
      EXPECT_TRUE(before.starts_with("23:59:59")) << before;
    }
  }
}

TEST(Timecode, DropFrameKeepsPaceWithTheClock) {
  const auto at_hour = [](int hours) {
    return format_timecode(frame_at(hours * 3600 * kMicrosPerSecond, kNtsc), kNtsc, true);
  };
  EXPECT_EQ(at_hour(1), "01:00:00;00");
  EXPECT_EQ(at_hour(12), "12:00:00;01");
  EXPECT_EQ(at_hour(24), "24:00:00;02") << "86 ms a day";
}

TEST(Timecode, CountsSecondsAtSomeRatesOnly) {
  for (const FrameRate& rate : {FrameRate{25, 1}, {50, 2}, {24000, 1001}, kNtsc, {120, 1}}) {
    EXPECT_TRUE(counts_seconds(rate)) << format_rate(rate);
  }
  for (const FrameRate& rate : {FrameRate{25, 2}, {15, 2}, {1, 2}, {2997, 100}, {100, 3}}) {
    EXPECT_FALSE(counts_seconds(rate)) << format_rate(rate);
  }
}

TEST(Timecode, RefusesWhatDoesNotExist) {
  for (const char* text :
       {"", "00:00:00", "00:00:00:30", "00:01:00;00", "00:01:00;01", "00:60:00:00", "00:00:60:00",
        "1:00:00:00", "00:00:00.00", "00:00:00:0x", "-1:00:00:00", "00:00:00:00 ", "٠٠:00:00:00"}) {
    EXPECT_FALSE(parse_timecode(text, kNtsc)) << text;
  }
  EXPECT_TRUE(parse_timecode("00:10:00;00", kNtsc));
  EXPECT_TRUE(parse_timecode("00:01:00:00", kNtsc));
  EXPECT_FALSE(parse_timecode("00:10:00;00", {25, 1})) << "25 has no drop-frame";
  EXPECT_FALSE(parse_timecode("00:10:00;00", {30, 1})) << "nor has 30";
}

TEST(Frames, TimesOfFramesLeadBackToThem) {
  for (const FrameRate& rate : rates()) {
    for (std::int64_t frame = 0; frame < 200'000; frame += frame < 2000 ? 1 : 997) {
      const Micros exact = time_of_frame(frame, rate);
      ASSERT_EQ(frame_at(exact, rate), frame) << format_rate(rate);
      ASSERT_EQ(first_frame_from(exact, rate), frame) << format_rate(rate);
      // Matroska's whole milliseconds, for rates that they can tell apart.
      if (rate.numerator > 200 * rate.denominator) continue;
      const Micros rounded = (exact + 500) / 1000 * 1000;
      ASSERT_EQ(frame_at(rounded, rate), frame) << format_rate(rate) << " frame " << frame;
      ASSERT_EQ(first_frame_from(rounded, rate), frame) << format_rate(rate) << " frame " << frame;
    }
  }
}

TEST(Frames, RangesAreWidenedToWholeFrames) {
  EXPECT_EQ(frames_of({40'000, 80'000}, {25, 1}), (FrameRange{1, 2}));
  EXPECT_EQ(frames_of({50'000, 90'000}, {25, 1}), (FrameRange{1, 3}));
  EXPECT_EQ(frames_of({50'000, 50'000}, {25, 1}), (FrameRange{1, 2})) << "a point is one frame";
  EXPECT_EQ(frames_of({12'500'000, 20'000'000}, kNtsc), (FrameRange{374, 600}));
}

TEST(Frames, HoldForHundredHours) {
  const Micros hundred = 100 * 3600 * kMicrosPerSecond;
  for (const FrameRate& rate : rates()) {
    const std::int64_t frame = frame_at(hundred, rate);
    EXPECT_NEAR(static_cast<double>(time_of_frame(frame, rate)), static_cast<double>(hundred),
                1e6 * static_cast<double>(rate.denominator) / static_cast<double>(rate.numerator));
  }
  EXPECT_EQ(frame_at(hundred, {25, 1}), 9'000'000);
}

TEST(Rates, AreParsedAndNamed) {
  EXPECT_EQ(parse_frame_rate("25"), (FrameRate{25, 1}));
  EXPECT_EQ(parse_frame_rate("30000/1001"), kNtsc);
  EXPECT_EQ(parse_frame_rate("29.97"), kNtsc);
  EXPECT_EQ(parse_frame_rate("50/2"), (FrameRate{25, 1}));
  for (const char* text : {"", "0", "-25", "25/0", "25/", "/1", "abc", "25 ", "1e3", "2000",
                           "1/4000", "99999999999999999999", "25.5"}) {
    EXPECT_FALSE(parse_frame_rate(text)) << text;
  }
  EXPECT_EQ(format_rate(kNtsc), "29.97");
  EXPECT_EQ(format_rate(kFilm), "23.976");
  EXPECT_EQ(format_rate({25, 2}), "12.5");
  EXPECT_EQ(format_rate({1, 2}), "0.5");
  for (const Format format : all_formats()) {
    EXPECT_EQ(format_named(format_facts(format).name), format);
  }
  EXPECT_FALSE(format_named("avi"));
}

// --- Which clock a video gets --------------------------------------------------------------------

EditClock clock_of(const VideoFacts& video, ExportOptions options = {}) {
  std::vector<std::string> notes;
  return edit_clock(video, options, true, {}, notes);
}

TEST(EditClocks, FollowTheFile) {
  VideoFacts video = sample_report().videos[0];
  const EditClock clock = clock_of(video);
  EXPECT_EQ(clock.rate, kNtsc);
  EXPECT_TRUE(clock.drop);
  EXPECT_EQ(clock.timecode(0), "01:00:00;00");
  EXPECT_EQ(clock.frame_count, 18000);
  video.start_timecode = "01:00:00:31";  // no such frame
  std::vector<std::string> notes;
  EXPECT_EQ(edit_clock(video, {}, true, {}, notes).timecode(0), "00:00:00:00");
  EXPECT_EQ(notes.size(), 1u);
}

TEST(EditClocks, SayHowTheyCountVariableRates) {
  VideoFacts video = sample_report().videos[0];
  video.variable_rate = true;
  video.rate = FrameRate{1000, 1};
  video.average_rate = FrameRate{2987, 100};
  std::vector<std::string> notes;
  EXPECT_EQ(edit_clock(video, {}, true, {}, notes).rate, kNtsc);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("variable frame rate"), std::string::npos);
  video.rate = FrameRate{30, 1};
  EXPECT_EQ(clock_of(video).rate, (FrameRate{30, 1})) << "the nominal rate where it is one";
}

TEST(EditClocks, CountInRatesThatEditorsKnow) {
  VideoFacts video = sample_report().videos[0];
  video.start_timecode.clear();
  const std::pair<FrameRate, FrameRate> expected[] = {{{240000, 1001}, kNtscDouble},
                                                      {{120, 1}, {60, 1}},
                                                      {{90, 1}, {30, 1}},
                                                      {{25, 2}, {25, 1}},
                                                      {{15, 1}, {30, 1}},
                                                      {{10, 1}, {30, 1}},
                                                      {{20, 1}, {60, 1}},
                                                      {{15000, 1001}, kNtsc},
                                                      {{1, 1}, {24, 1}},
                                                      {{26, 1}, {25, 1}},
                                                      {{30, 1}, {30, 1}}};
  for (const auto& [own, standard] : expected) {
    video.rate = own;
    std::vector<std::string> notes;
    EXPECT_EQ(edit_clock(video, {}, true, {}, notes).rate, standard) << format_rate(own);
    EXPECT_EQ(notes.size(), own == standard ? 0u : 1u);
    EXPECT_EQ(edit_clock(video, {}, false, {}, notes).rate, own)
        << "formats without timecode keep it";
  }
}

TEST(EditClocks, StartAtTheTimecodeAtAnyRate) {
  VideoFacts video = sample_report().videos[0];
  video.start_timecode = "01:00:00:00";
  for (const FrameRate& rate : {FrameRate{25, 2}, {15, 2}, {25, 1}}) {
    video.rate = rate;
    std::vector<std::string> notes;
    EXPECT_EQ(edit_clock(video, {}, false, {}, notes).first,
              3600 * rate.numerator / rate.denominator)
        << format_rate(rate);
    EXPECT_TRUE(notes.empty());
  }
}

TEST(EditClocks, CountStandardFramesOfVariableRates) {
  VideoFacts video = sample_report().videos[0];
  video.start_timecode.clear();
  video.variable_rate = true;
  video.rate = FrameRate{25, 2};
  std::vector<std::string> notes;
  const EditClock clock = edit_clock(video, {}, true, {}, notes);
  EXPECT_EQ(clock.timecode(clock.frames({29 * kMicrosPerSecond, 30 * kMicrosPerSecond}).begin),
            "00:00:29:00");
}

TEST(EditClocks, KeepPaceWithTheClockAtAnyRateThatIsAsked) {
  VideoFacts video = sample_report().videos[0];
  video.start_timecode.clear();
  const ExportOptions options = {.frame_rate = FrameRate{25, 2},
                                 .start_timecode = "01:00:00:20"};  // no frame of 12.5 has it
  const TimeRange late = {60 * kMicrosPerSecond, 61 * kMicrosPerSecond};
  std::vector<std::string> notes;
  const EditClock cut_list = edit_clock(video, options, true, {}, notes);
  EXPECT_EQ(cut_list.rate, (FrameRate{25, 1}));
  EXPECT_EQ(cut_list.timecode(cut_list.frames(late).begin), "01:01:00:20");
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0], "Timecodes cannot count 12.5 frames a second, as asked; they count 25.");
  // What counts its own frames does so at the rate that is asked.
  const EditClock frames = edit_clock(video, options, false, {}, notes);
  EXPECT_EQ(frames.rate, (FrameRate{25, 2}));
  EXPECT_EQ(frames.first, 3600 * 25 / 2 + 10);
  EXPECT_EQ(frames.frames(late).begin, 750);
}

TEST(EditClocks, RefuseOptionsThatCannotBe) {
  const VideoFacts video = sample_report().videos[0];
  EXPECT_THROW(clock_of(video, {.frame_rate = FrameRate{120, 1}}), Error);
  EXPECT_THROW(clock_of(video, {.frame_rate = FrameRate{0, 1}}), Error);
  EXPECT_THROW(clock_of(video, {.start_timecode = "1:00"}), Error);
  EXPECT_THROW(clock_of(video, {.frame_rate = FrameRate{25, 1}, .start_timecode = "01:00:00;00"}),
               Error);
  EXPECT_EQ(clock_of(video, {.start_timecode = "10:00:00:00"}).timecode(30), "10:00:01:00");
}

TEST(EditClocks, KnowWhereTimecodeEnds) {
  for (const FrameRate& rate : {kNtsc, FrameRate{25, 1}}) {
    for (const bool drop : {false, true}) {
      if (drop && !has_drop_frame(rate)) continue;
      EditClock clock;
      clock.rate = rate;
      clock.drop = drop;
      clock.first = 1000;
      EXPECT_TRUE(clock.timecode(timecode_limit(clock) - 1).starts_with("99:59:59"));
      EXPECT_TRUE(clock.timecode(timecode_limit(clock)).starts_with("100:00:00"));
    }
  }
}

}  // namespace
}  // namespace longtake::report
