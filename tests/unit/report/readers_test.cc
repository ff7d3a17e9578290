// The exports as foreign programs read them: FFmpeg, libxml2 and Poppler, where they are installed.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>

#include "engine/base/file.h"
#include "engine/media/image_file.h"
#include "engine/report/text.h"
#include "tests/unit/base/temp_folder.h"
#include "tests/unit/report/sample_report.h"

namespace longtake::report {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// The command's output; its exit status must be 0.
std::string run(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::string output;
  char buffer[4096];
  for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, got);
  EXPECT_EQ(pclose(pipe), 0) << command << "\n" << output;
  return output;
}

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
}

class Readers : public testing::Test {
 protected:
  // A file with the report in it.
  std::string put(const Report& report, Format format) {
    const fs::path path = folder_ / ("report" + std::string(format_facts(format).suffix));
    write_file_atomically(path, write(report, format));
    return path.string();
  }
  std::string place(const char* name) const { return (folder_ / name).string(); }

  TempFolder folder_;
};

struct Cue {
  std::string timing;
  std::string text;

  bool operator==(const Cue&) const = default;
};

// Of SubRip and WebVTT alike; without identifiers, markup escapes and marks that are not seen.
std::vector<Cue> cues_of(const std::string& text) {
  std::vector<Cue> cues;
  bool inside = false;
  std::string line;
  for (const char c : text + "\n") {
    if (c != '\n') {
      if (c != '\r') line += c;
      continue;
    }
    if (line.find(" --> ") != std::string::npos) {
      std::string timing = replace_all(line, ",", ".");
      // WebVTT may leave the hours out.
      timing = std::regex_replace(timing, std::regex(R"((^| )(\d\d:\d\d\.))"), "$0100:$2");
      timing = std::regex_replace(timing, std::regex("(^| )01(00:)"), "$1$2");
      cues.push_back({timing, ""});
      inside = true;
    } else if (line.empty()) {
      inside = false;
    } else if (inside) {
      std::string plain =
          replace_all(replace_all(replace_all(line, "&lt;", "<"), "&gt;", ">"), "&amp;", "&");
      plain = one_line(replace_all(plain, "\u2060", ""));
      cues.back().text += plain + "\n";
    }
    line.clear();
  }
  return cues;
}

TEST_F(Readers, FfmpegReadsTheSubtitles) {
  if (!installed("ffmpeg")) GTEST_SKIP() << "no ffmpeg";
  for (const auto& report : {sample_report(), hostile_report()}) {
    const std::string srt = write(report, Format::srt);
    const std::vector<Cue> written = cues_of(srt);
    ASSERT_FALSE(written.empty());
    EXPECT_EQ(written, cues_of(write(report, Format::vtt))) << "both formats say the same";
    const std::vector<Cue> from_srt =
        cues_of(run("ffmpeg -v error -i " + put(report, Format::srt) + " -f srt -"));
    const std::vector<Cue> from_vtt =
        cues_of(run("ffmpeg -v error -i " + put(report, Format::vtt) + " -f srt -"));
    ASSERT_EQ(from_srt.size(), written.size());
    ASSERT_EQ(from_vtt.size(), written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
      EXPECT_EQ(from_srt[i].timing, written[i].timing);
      EXPECT_EQ(from_srt[i].text, written[i].text) << "SubRip cue " << i;
      EXPECT_EQ(from_vtt[i].timing, written[i].timing);
      EXPECT_EQ(from_vtt[i].text, written[i].text) << "WebVTT cue " << i;
    }
  }
}

TEST_F(Readers, FfmpegPutsTheChaptersIntoMp4) {
  if (!installed("ffmpeg") || !installed("ffprobe")) GTEST_SKIP() << "no ffmpeg";
  run("ffmpeg -v error -f lavfi -i color=c=black:s=32x32:r=1:d=600.6 -c:v mpeg4 " +
      place("video.mp4"));
  for (const auto& report : {sample_report(), hostile_report()}) {
    const std::string metadata = put(report, Format::chapters);
    run("ffmpeg -v error -y -i " + place("video.mp4") + " -i " + metadata +
        " -map_chapters 1 -codec copy " + place("chapters.mp4"));
    const Json chapters = Json::parse(
        run("ffprobe -v error -show_chapters -of json " + place("chapters.mp4")))["chapters"];
    const std::string text = write(report, Format::chapters);
    std::vector<std::string> starts;
    std::vector<std::string> titles;
    const std::regex start("START=([0-9]+)\n");
    for (std::sregex_iterator it(text.begin(), text.end(), start), end; it != end; ++it)
      starts.push_back((*it)[1]);
    const std::regex title("END=[0-9]+\ntitle=([^\n]*)\n");
    for (std::sregex_iterator it(text.begin(), text.end(), title), end; it != end; ++it) {
      titles.push_back(std::regex_replace((*it)[1].str(), std::regex(R"(\\(.))"), "$1"));
    }
    ASSERT_EQ(chapters.size(), starts.size());
    for (std::size_t i = 0; i < chapters.size(); ++i) {
      const double begin = std::stod(chapters[i]["start_time"].get<std::string>());
      EXPECT_NEAR(begin, std::stod(starts[i]) / 1000, 0.0005);
      EXPECT_EQ(chapters[i]["tags"]["title"], titles[i]);
    }
  }
}

TEST_F(Readers, XmlIsWellFormed) {
  if (!installed("xmllint")) GTEST_SKIP() << "no xmllint";
  for (const auto& report :
       {sample_report(), hostile_report(), empty_report(), long_report(1200)}) {
    for (const Format format : {Format::eaf, Format::fcpxml}) {
      EXPECT_EQ(run("xmllint --nonet --noout " + put(report, format)), "");
    }
  }
  const std::string file = put(hostile_report(), Format::eaf);
  const std::string value =
      run("xmllint --nonet --xpath 'string(//MEDIA_DESCRIPTOR/@MEDIA_URL)' " + file);
  EXPECT_EQ(one_line(value), "file:///data/%FF%0A%27%22%3C%26%3E%25%23%3F.mp4");
}

TEST_F(Readers, PopplerReadsThePdf) {
  if (!installed("pdftotext") || !installed("pdfinfo")) GTEST_SKIP() << "no poppler-utils";
  const std::string info = run("pdfinfo " + put(sample_report(), Format::pdf));
  EXPECT_TRUE(std::regex_search(info, std::regex("Title: +gate.mp4"))) << info;
  EXPECT_TRUE(std::regex_search(info, std::regex("Creator: +Longtake 0.1.0"))) << info;
  EXPECT_TRUE(std::regex_search(info, std::regex("A4"))) << info;
  const std::string text = one_line(run("pdftotext " + place("report.pdf") + " -"));
  for (const char* what :
       {"gate.mp4", "3f2a9c1e7b6d5084aa10fe23c4d5e6f7", "When is the red truck at the gate?",
        "it leaves a minute later", "2 pictures a second", "Not found in what was seen.",
        "0:12.5 – 0:20.0", "62 %", "Accepted", "Rejected", "Delivery", "Shift change",
        "Page 1 of 3", "markers, in their own colours"}) {
    EXPECT_NE(text.find(what), std::string::npos) << what << "\n" << text;
  }
  const std::string bytes = read_text_file(place("report.pdf"), 10 << 20);
  EXPECT_NE(bytes.find("/URI (file:///data/east%20gate/gate.mp4#t=12.5,20)"), std::string::npos);
  // Its pages can be painted.
  run("pdftoppm -r 30 -png " + place("report.pdf") + " " + place("page"));
  EXPECT_TRUE(fs::exists(place("page-1.png")));
}

TEST_F(Readers, PopplerReadsAGermanPdf) {
  if (!installed("pdftotext")) GTEST_SKIP() << "no poppler-utils";
  const ExportOptions options = {.format = Format::pdf, .language = Language::german};
  write_file_atomically(place("german.pdf"), write_report(sample_report(), options).parts.at(0));
  const std::string text = one_line(run("pdftotext " + place("german.pdf") + " -"));
  for (const char* what : {"Bericht von Longtake", "Fingerabdruck", "73,4 MB", "Nicht bestätigt",
                           "Angenommen", "Nächstliegende Stellen, nicht bestätigt",
                           "20. November 2026", "Seite 1 von 3", "Marken, in ihren Farben"}) {
    EXPECT_NE(text.find(what), std::string::npos) << what << "\n" << text;
  }
}

TEST_F(Readers, PdfHoldsPicturesAndAnyText) {
  if (!installed("pdfimages") || !installed("pdfinfo")) GTEST_SKIP() << "no poppler-utils";
  Report report = sample_report();
  media::Image image{64, 36, std::vector<std::uint8_t>(64 * 36 * 3, 90)};
  const std::vector<std::byte> jpeg = media::encode_jpeg(image);
  report.questions[0].answers[0].citations[0].picture = Picture{
      std::string(reinterpret_cast<const char*>(jpeg.data()), jpeg.size()), "image/jpeg", 64, 36};
  const std::string list = run("pdfimages -list " + put(report, Format::pdf));
  EXPECT_TRUE(std::regex_search(list, std::regex(R"(image +64 +36 .* jpeg )")))
      << "as it is, not painted again\n"
      << list;
  EXPECT_TRUE(std::regex_search(list, std::regex(R"(image +16 +9 )"))) << list;

  for (const auto& [other, pages] :
       {std::pair(hostile_report(), 10), {long_report(1200), 20}, {empty_report(), 1}}) {
    const std::string info = run("pdfinfo " + put(other, Format::pdf));
    std::smatch match;
    ASSERT_TRUE(std::regex_search(info, match, std::regex("Pages: +([0-9]+)"))) << info;
    EXPECT_GE(std::stoi(match[1]), pages);
    const std::string text = run("pdftotext -layout " + place("report.pdf") + " -");
    EXPECT_NE(text.find("Page " + match[1].str() + " of " + match[1].str()), std::string::npos)
        << "the last page's number";
  }
  const std::string shown = run("pdftotext " + put(long_report(1200), Format::pdf) + " -");
  EXPECT_NE(shown.find("Event 1200"), std::string::npos);
}

}  // namespace
}  // namespace longtake::report
