// What every exporter does with text, numbers and dates.
#include "engine/report/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <limits>
#include <set>

#include "engine/report/timeline.h"
#include "engine/report/wording.h"
#include "tests/unit/report/sample_report.h"

namespace longtake::report {
namespace {

using std::string_literals::operator""s;

TEST(Text, CleanMakesAnyBytesValid) {
  EXPECT_EQ(clean("plain ascii, žluťoučký, 你好, 👩‍👧"),
            "plain ascii, žluťoučký, 你好, 👩‍👧");
  EXPECT_EQ(clean("a\r\nb\rc\nd"), "a\nb\nc\nd");
  EXPECT_EQ(clean("a\0b\x01\x1b\x7f"
                  "c\xC2\x85"
                  "d"s),
            "abcd");
  EXPECT_EQ(clean("\xFF"), "\uFFFD");
  EXPECT_EQ(clean("\xC3("), "\uFFFD(") << "a sequence that is cut short";
  EXPECT_EQ(clean("\xE2\x82"), "\uFFFD\uFFFD");
  EXPECT_EQ(clean("\xC0\xAF"), "\uFFFD\uFFFD") << "an overlong form";
  EXPECT_EQ(clean("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(clean("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "beyond Unicode";
  EXPECT_EQ(clean("\uFFFE"), "\uFFFD") << "no character of XML";
  EXPECT_EQ(clean("\U0010FFFD"), "\U0010FFFD");
  for (const std::string& text : hostile_texts()) EXPECT_EQ(clean(clean(text)), clean(text));
}

TEST(Text, LinesAndLengths) {
  EXPECT_EQ(one_line("  a \n\n b\t c \u2028"), "a b c");
  EXPECT_EQ(one_line(" \n"), "");
  EXPECT_EQ(without_blank_lines("a\n\n  \n b \n"), "a\nb");
  EXPECT_EQ(shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(shorten("abcdefg", 6), "abcde…");
  EXPECT_EQ(shorten("e\u0301e\u0301e\u0301", 2), "e\u0301…")
      << "never between a letter and its accent";
  EXPECT_EQ(shorten("", 3), "");
  EXPECT_EQ(to_ascii("Žluťoučký 你"), "_lu_ou_k_ _");
  EXPECT_EQ(replace_all("aXbX", "X", "YY"), "aYYbYY");
}

TEST(Text, Escapes) {
  EXPECT_EQ(escape_xml("<a href=\"x\">'&\n"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#10;");
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xFF\xFE\xFD"), "//79");
}

TEST(Text, Addresses) {
  EXPECT_EQ(url_of("/a b/ü#?%.mp4"), "file:///a%20b/%C3%BC%23%3F%25.mp4");
  EXPECT_EQ(url_of("/a/\xFF.mp4"), "file:///a/%FF.mp4") << "the file's own bytes";
  EXPECT_EQ(url_of("https://e.org/a b?x=1&y='#frag"), "https://e.org/a%20b?x=1&y=%27");
  EXPECT_EQ(url_of("/v.mp4", {12'500'000, 20'000'000}), "file:///v.mp4#t=12.5,20");
  EXPECT_EQ(url_of("/v.mp4", {90'000'000, 90'000'000}), "file:///v.mp4#t=90");
  EXPECT_EQ(file_name("/a/b.mp4"), "b.mp4");
  EXPECT_FALSE(is_address("/a://b"));
  EXPECT_TRUE(is_address("rtsp://camera/1"));
}

TEST(Text, NumbersDoNotDependOnTheLocale) {
  // Whichever of these is installed writes a decimal comma.
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "cs_CZ.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) != nullptr) break;
  }
  EXPECT_EQ(seconds_text(12'500'000, 3), "12.500");
  EXPECT_EQ(decimal_text(0.25, 2), "0.25");
  EXPECT_EQ(clock_text(12'500'000, 0), "0:12.5");
  EXPECT_EQ(subtitle_time(12'500'000, '.'), "00:00:12.500");
  EXPECT_EQ(Wording(Language::english).bytes(3'200'000), "3.2 MB");
  std::setlocale(LC_ALL, before.c_str());
}

TEST(Text, Times) {
  EXPECT_EQ(seconds_text(1'999'999, 3), "2.000");
  EXPECT_EQ(seconds_text(999'999, 6), "0.999999");
  EXPECT_EQ(seconds_text(-1'500'000, 1), "-1.5");
  EXPECT_EQ(short_seconds(20'000'000), "20");
  EXPECT_EQ(short_seconds(0), "0");
  EXPECT_EQ(clock_text(59'960'000, 0), "1:00.0");
  EXPECT_EQ(clock_text(12'500'000, 3600 * kMicrosPerSecond), "0:00:12.5")
      << "hours where the video has them";
  EXPECT_EQ(clock_text(100 * 3600 * kMicrosPerSecond, 0), "100:00:00.0");
  EXPECT_EQ(subtitle_time(100 * 3600 * kMicrosPerSecond + 999'600, ','), "100:00:01,000");
  EXPECT_EQ(clock_text({1'000'000, 1'000'000}, 0), "0:01.0");
}

TEST(Text, DatesAndShares) {
  EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_text(1'795'176'000), "2026-11-20T12:00:00Z");
  EXPECT_EQ(utc_text(std::numeric_limits<std::int64_t>::max()), "9999-12-31T23:59:59Z");
  EXPECT_EQ(percent_text(0.825), "83 %");
  EXPECT_EQ(percent_text(std::numeric_limits<double>::quiet_NaN()), "");
}

TEST(Colours, OfTheWindowsKeepTheirNames) {
  // One marker in each colour that the windows offer, in the formats that name colours.
  const std::vector<std::array<std::string, 4>> names = {{"red", "RED", "Red", "RED"},
                                                         {"orange", "YELLOW", "Yellow", "ORANGE"},
                                                         {"yellow", "YELLOW", "Yellow", "YELLOW"},
                                                         {"green", "GREEN", "Green", "GREEN"},
                                                         {"blue", "BLUE", "Blue", "BLUE"},
                                                         {"pink", "MAGENTA", "Pink", "PINK"},
                                                         {"purple", "MAGENTA", "Purple", "PURPLE"}};
  for (const auto& [name, locator, resolve, otio] : names) {
    Report report = empty_report();
    report.markers = {{1, {0, kMicrosPerSecond}, "x", name, ""}};
    EXPECT_NE(write(report, Format::edl).find(" " + locator + " "), std::string::npos) << name;
    EXPECT_NE(write(report, Format::resolve).find("ResolveColor" + resolve + " "),
              std::string::npos)
        << name;
    EXPECT_NE(write(report, Format::otio).find("\"color\": \"" + otio + "\""), std::string::npos)
        << name;
  }
}

TEST(Colours, AreReadAndNamed) {
  EXPECT_EQ(to_hex(parse_colour("#30a46c")), "#30a46c");
  EXPECT_EQ(to_hex(parse_colour("#ABC")), "#aabbcc");
  EXPECT_EQ(to_hex(parse_colour("Red")), to_hex(parse_colour("red")));
  for (const char* text : {"", "#", "#12345", "#gggggg", "#-1-1-1", "nothing"}) {
    EXPECT_EQ(to_hex(parse_colour(text)), to_hex(parse_colour("blue"))) << text;
  }
  const NamedColour palette[] = {
      {"RED", {255, 0, 0}}, {"GREEN", {0, 255, 0}}, {"BLUE", {0, 0, 255}}};
  EXPECT_EQ(nearest_name(parse_colour("red"), palette), "RED");
  EXPECT_EQ(nearest_name(parse_colour("green"), palette), "GREEN");
  EXPECT_EQ(nearest_name(parse_colour("purple"), palette), "BLUE");
}

Answer every(Micros interval) {
  Answer answer;
  answer.interval = interval;
  answer.keyframes_only = true;
  return answer;
}

TEST(Wording, SaysWhatAnAnswerRestsOn) {
  const Wording words(Language::english);
  const Report report = sample_report();
  EXPECT_EQ(words.coverage(report, report.questions[0].answers[0]),
            "from 0:00.0 – 6:40.0 (67 % of the video) of gate.mp4; all of yard.mkv");
  EXPECT_EQ(words.coverage(report, report.questions[2].answers[0]), "from all of the video");
  EXPECT_EQ(words.sampling(report.questions[0].answers[0]), "2 pictures a second");
  EXPECT_EQ(words.sampling(report.questions[1].answers[0]), "one picture a second");
  EXPECT_EQ(words.sampling(report.questions[2].answers[0]), "") << "not known";
  EXPECT_EQ(words.sampling(every(2'500'000)), "one picture every 2.5 s, keyframes only");
  EXPECT_EQ(words.scope(report, report.questions[1]),
            "Asked about 1:00.0 – 2:00.0 (10 % of the video) only.");
  EXPECT_EQ(words.caution(report.questions[0].answers[0]), "");
  EXPECT_NE(words.caution(report.questions[1].answers[0]).find("Not found"), std::string::npos);
  EXPECT_NE(words.caution(report.questions[2].answers[0]).find("Stopped"), std::string::npos);
  EXPECT_EQ(words.citation(report.questions[0].answers[0].citations[0]),
            "62 % of the evidence, confirmed, accepted");
  EXPECT_EQ(words.day(1'795'176'000), "20 November 2026, 12:00 UTC");
  EXPECT_EQ(words.day(0), "1 January 1970, 00:00 UTC");
  EXPECT_EQ(words.bytes(999), "999 bytes");
  EXPECT_EQ(words.bytes(1000), "1.0 KB");
  EXPECT_EQ(words.bytes(999'960), "1.0 MB");
  EXPECT_EQ(words.citation_number(2, 13), "Q2.13");
}

TEST(Wording, CountsThePartsThatItDoesNotName) {
  const Wording words(Language::english);
  Report report = empty_report();
  report.videos[0].duration = 0;  // no share of it
  Answer answer;
  const auto coverage_of = [&](int parts) {
    answer.coverage.clear();
    for (Micros i = 0; i < parts; ++i) {
      answer.coverage.push_back({0, {i * 10 * kMicrosPerSecond, (i * 10 + 1) * kMicrosPerSecond}});
    }
    return words.coverage(report, answer);
  };
  const std::string three = "from 0:00.0 – 0:01.0, 0:10.0 – 0:11.0, 0:20.0 – 0:21.0";
  EXPECT_EQ(coverage_of(3), three);
  EXPECT_EQ(coverage_of(4), three + " and 1 more part");
  EXPECT_EQ(coverage_of(5), three + " and 2 more parts");
}

TEST(Wording, SpeaksGerman) {
  const Wording words(Language::german);
  const Report report = sample_report();
  EXPECT_EQ(words.provenance(report, report.questions[0].answers[0]),
            "nano, 20. November 2026, 12:00 UTC, aus 0:00.0 – 6:40.0 (67 % des Videos) von "
            "gate.mp4; dem ganzen Video yard.mkv, 2 Bilder pro Sekunde");
  EXPECT_EQ(words.sampling(every(2'500'000)), "ein Bild alle 2,5 s, nur Schlüsselbilder");
  EXPECT_EQ(words.bytes(3'200'000), "3,2 MB");
  EXPECT_EQ(words.citation(report.questions[0].answers[0].citations[0]),
            "62 % der Belegstärke, bestätigt, angenommen");
  const auto facts = words.video_facts(report.videos[0]);
  EXPECT_NE(std::find(facts.begin(), facts.end(),
                      std::pair<std::string, std::string>("Bild",
                                                          "1280 × 720, 29,97 Bilder pro Sekunde")),
            facts.end());
}

TEST(Wording, PutsInNothingButWhatItIsGiven) {
  const Wording words(Language::english);
  EXPECT_EQ(words.say(Word::part_of, {"%2 and %1", "100 %"}), "%2 and %1 of 100 %");
  EXPECT_EQ(words.say(Word::part_of, {"a"}), "a of %2");
}

// The numbers of the places in a text, in their order: "21" of "%2, %1".
std::string places_in(std::string_view text) {
  std::string places;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '%') places += text[i + 1];
  }
  std::sort(places.begin(), places.end());
  return places;
}

TEST(Words, AreThereInEveryLanguage) {
  // The same in German as in English.
  const std::set<Word> shared = {Word::april,    Word::august, Word::september,
                                 Word::november, Word::video,  Word::timecode};
  for (int w = 0; w < static_cast<int>(Word::count); ++w) {
    const auto word = static_cast<Word>(w);
    const std::string_view english = word_in(Language::english, word);
    SCOPED_TRACE(english);
    for (int l = 0; l < kLanguages; ++l) {
      const std::string_view text = word_in(static_cast<Language>(l), word);
      EXPECT_FALSE(text.empty());
      EXPECT_EQ(clean(text), text);
      EXPECT_EQ(places_in(text), places_in(english)) << "what stands for %1 must not be lost";
    }
    EXPECT_EQ(word_in(Language::german, word) == english, shared.contains(word));
  }
}

TEST(Languages, AreNamed) {
  for (int l = 0; l < kLanguages; ++l) {
    const auto language = static_cast<Language>(l);
    EXPECT_EQ(language_named(language_facts(language).code), language);
  }
  for (const char* name : {"", "EN", "de_DE", "Deutsch"})
    EXPECT_EQ(language_named(name), std::nullopt);
}

}  // namespace
}  // namespace longtake::report
