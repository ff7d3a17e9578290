#include "tests/unit/report/sample_report.h"

#include <array>
#include <limits>

namespace longtake::report {

namespace {

constexpr Micros kSecond = kMicrosPerSecond;
constexpr std::int64_t kNoon = 1'795'176'000;  // 20 November 2026, 12:00 UTC

// 16 x 9 pixels, a colour gradient.
constexpr auto kPng = std::to_array<unsigned char>({
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x09, 0x08, 0x02, 0x00, 0x00, 0x00, 0xb4, 0x48, 0x3b,
    0x65, 0x00, 0x00, 0x01, 0x38, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x05, 0xc1, 0xa1, 0x0d, 0xc0,
    0x20, 0x10, 0x05, 0xd0, 0x8e, 0xd3, 0x01, 0x3a, 0x40, 0x07, 0xe8, 0x00, 0x04, 0x85, 0x38, 0x81,
    0x22, 0x27, 0x4f, 0x54, 0x10, 0xd4, 0x09, 0x04, 0xa2, 0x21, 0xc8, 0xaf, 0x49, 0x07, 0xe8, 0x00,
    0x0c, 0xc0, 0x00, 0x0c, 0xd3, 0xf7, 0xb6, 0xdd, 0xe2, 0xb0, 0x38, 0x2d, 0x2e, 0x0b, 0x63, 0x41,
    0x16, 0x6c, 0x71, 0x5b, 0xa8, 0xc5, 0x63, 0x01, 0x8b, 0xd7, 0xe2, 0xb3, 0x18, 0x16, 0xd3, 0x62,
    0x59, 0x6c, 0x3b, 0xb5, 0x83, 0xda, 0x49, 0xed, 0xa2, 0x66, 0xa8, 0x11, 0x35, 0xa6, 0x76, 0x53,
    0x53, 0x6a, 0x0f, 0x35, 0x50, 0x7b, 0xa9, 0x7d, 0xd4, 0x06, 0xb5, 0x49, 0x6d, 0x51, 0xdb, 0xf6,
    0x50, 0x8e, 0x50, 0xce, 0x50, 0xae, 0x50, 0x4c, 0x28, 0x14, 0x0a, 0x87, 0x72, 0x87, 0xa2, 0xa1,
    0x3c, 0xa1, 0x20, 0x94, 0x37, 0x94, 0x2f, 0x94, 0x11, 0xca, 0x0c, 0x65, 0x85, 0xb2, 0xed, 0xa2,
    0x87, 0xe8, 0x29, 0x7a, 0x89, 0x1a, 0x51, 0x12, 0x65, 0xd1, 0x5b, 0x54, 0x45, 0x1f, 0x51, 0x88,
    0xbe, 0xa2, 0x9f, 0xe8, 0x10, 0x9d, 0xa2, 0x4b, 0x74, 0xdb, 0x53, 0x3c, 0x52, 0x3c, 0x53, 0xbc,
    0x52, 0x34, 0x29, 0x52, 0x8a, 0x9c, 0xe2, 0x9d, 0xa2, 0xa6, 0xf8, 0xa4, 0x88, 0x14, 0xdf, 0x14,
    0xbf, 0x14, 0x47, 0x8a, 0x33, 0xc5, 0x95, 0xe2, 0xb6, 0x67, 0x39, 0xb2, 0x9c, 0x59, 0xae, 0x2c,
    0x26, 0x0b, 0x65, 0xe1, 0x2c, 0x77, 0x16, 0xcd, 0xf2, 0x64, 0x41, 0x96, 0x37, 0xcb, 0x97, 0x65,
    0x64, 0x99, 0x59, 0x56, 0x96, 0x6d, 0xaf, 0x7c, 0x54, 0x3e, 0x2b, 0x5f, 0x95, 0x4d, 0x65, 0xaa,
    0xcc, 0x95, 0xef, 0xca, 0x5a, 0xf9, 0xa9, 0x8c, 0xca, 0x6f, 0xe5, 0xaf, 0xf2, 0xa8, 0x3c, 0x2b,
    0xaf, 0xca, 0xdb, 0x0e, 0x7f, 0xc0, 0x9f, 0xf0, 0x17, 0xbc, 0x81, 0x27, 0x78, 0x86, 0xbf, 0xe1,
    0x15, 0xfe, 0x81, 0x07, 0xfc, 0x0b, 0xff, 0xc1, 0x0f, 0xf8, 0x09, 0xbf, 0xe0, 0xb7, 0xbd, 0xbb,
    0xa3, 0xbb, 0xb3, 0xbb, 0xab, 0x3b, 0xd3, 0x1d, 0x75, 0xc7, 0xdd, 0xdd, 0xdd, 0x69, 0x77, 0x4f,
    0x77, 0xe8, 0xee, 0xed, 0xee, 0xeb, 0x6e, 0x74, 0x37, 0xbb, 0x5b, 0xdd, 0xfd, 0xeb, 0xf1, 0xda,
    0x41, 0x8d, 0x7c, 0x37, 0xaa, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60,
    0x82,
});

Picture small_picture() {
  return {std::string(reinterpret_cast<const char*>(kPng.data()), kPng.size()), "image/png", 16, 9};
}

Citation cite(std::int64_t id, double begin, double end, double score, store::Verdict verdict,
              store::Verdict user_verdict = store::Verdict::none, std::size_t video = 0) {
  Citation citation;
  citation.id = id;
  citation.video = video;
  citation.time = {from_seconds(begin), from_seconds(end)};
  citation.score = score;
  citation.verdict = verdict;
  citation.user_verdict = user_verdict;
  citation.picture = small_picture();
  return citation;
}

VideoFacts gate() {
  VideoFacts video;
  video.name = "gate.mp4";
  video.path = "/data/east gate/gate.mp4";
  video.content_id = "3f2a9c1e7b6d5084aa10fe23c4d5e6f7";
  video.duration = 600'600'000;
  video.size = 73'400'320;
  video.width = 1280;
  video.height = 720;
  video.rate = FrameRate{30000, 1001};
  video.average_rate = video.rate;
  video.start_timecode = "01:00:00;00";
  video.has_audio = true;
  video.audio_channels = 2;
  video.audio_sample_rate = 48000;
  video.seen = {{0, 600'600'000}};
  return video;
}

}  // namespace

Report sample_report() {
  Report report;
  report.version = "0.1.0";
  report.created_at = kNoon + 3600;
  report.videos.push_back(gate());
  VideoFacts yard = gate();
  yard.name = "yard.mkv";
  yard.path = "/data/yard.mkv";
  yard.content_id = "00ff00ff00ff00ff00ff00ff00ff00ff";
  yard.start_timecode.clear();
  yard.variable_rate = true;
  report.videos.push_back(yard);

  Question& truck = report.questions.emplace_back();
  truck.id = 11;
  truck.conversation = 1;
  truck.conversation_title = "The red truck";
  truck.text = "When is the red truck at the gate?";
  truck.asked_at = kNoon;
  Answer& found = truck.answers.emplace_back();
  found.id = 21;
  found.text =
      "The red truck enters at the beginning and stops; it leaves a minute later.\n"
      "It comes back towards the end.";
  found.found = true;
  found.support = 1.75;
  found.model = "nano";
  found.started_at = kNoon;
  found.interval = kSecond / 2;
  found.coverage = {{0, {0, 400 * kSecond}}, {1, {0, 600'600'000}}};
  using store::Verdict;
  found.citations = {
      cite(31, 12.5, 20, 0.62, Verdict::confirmed, Verdict::confirmed),
      cite(32, 61, 65.25, 0.21, Verdict::not_confirmed),
      cite(33, 18, 30, 0.1, Verdict::none, Verdict::not_confirmed),
      cite(34, 19, 24, 0.05, Verdict::none),
      cite(35, 5, 9, 0.02, Verdict::confirmed, Verdict::none, 1),
  };

  Question& dog = report.questions.emplace_back();
  dog.id = 12;
  dog.conversation = 1;
  dog.conversation_title = "The red truck";
  dog.text = "Is there a dog?";
  dog.asked_at = kNoon + 60;
  dog.scope = {{0, {60 * kSecond, 120 * kSecond}}};
  Answer& none = dog.answers.emplace_back();
  none.id = 22;
  none.text = "There is no dog.";
  none.model = "nano";
  none.started_at = kNoon + 60;
  none.interval = kSecond;
  none.coverage = {{0, {60 * kSecond, 120 * kSecond}}};
  none.citations = {cite(36, 70, 71, 0.4, Verdict::not_confirmed)};

  Question& hebrew = report.questions.emplace_back();
  hebrew.id = 13;
  hebrew.conversation = 2;
  hebrew.conversation_title = "מי נכנס?";
  hebrew.text = "מי נכנס?";
  hebrew.asked_at = kNoon + 120;
  Answer& stopped = hebrew.answers.emplace_back();
  stopped.id = 23;
  stopped.text = "שני אנשים & <b>one</b>";
  stopped.state = store::AnswerState::stopped;
  stopped.found = true;
  stopped.model = "nano";
  stopped.started_at = kNoon + 120;
  stopped.coverage = {{0, {0, 600'600'000}}};

  report.markers = {
      {41, {90 * kSecond, 90 * kSecond}, "Shift change", "#2f74c9", ""},
      {42,
       {100 * kSecond, 130 * kSecond},
       "Delivery | \"A\" --> B",
       "orange",
       "See the log,\npage 3."},
      {43, {120 * kSecond, 125 * kSecond}, "משלוח", "green", "=SUM(A1)"},
      {44, {62 * kSecond, 62 * kSecond}, "Horn", "red", "heard twice"},
  };
  return report;
}

std::vector<std::string> hostile_texts() {
  using std::string_literals::operator""s;
  return {
      "<script>alert(\"x\")</script> & 'quotes' ]]> <!-- --",
      "nul \0 bell \a escape \x1b[31m delete \x7f c1 \xC2\x85"s,
      "broken \xFF\xC3\x28 \xE2\x82 \xED\xA0\x80 \xF5\x80\x80\x80 utf-8",
      "a --> b\n\n00:00:01,000 --> 00:00:02,000\n\n",
      "=HYPERLINK(\"http://x\",\"y\")",
      "@SUM(1)\r\n+1;-2,\"3\"\t4",
      "",
      " \n\t ",
      "שלום עולם \u202e evil \u2067 مرحبا 你好 👩‍👩‍👧‍👦 e\u0301",
      std::string(5000, 'W'),
      "# not a heading\n- no list | no table | `no code` [no](link) \\",
      "|C:ResolveColorRed |M:fake |D:1\n001  AX       V     C",
      "[CHAPTER]\nSTART=0;#=\\",
      "\uFFFE\uFFFF noncharacters \u2028 line \u2029 paragraph",
  };
}

Report hostile_report() {
  const std::vector<std::string> texts = hostile_texts();
  std::size_t turn = 0;
  const auto next = [&] { return texts[turn++ % texts.size()]; };
  Report report;
  report.version = next();
  report.created_at = std::numeric_limits<std::int64_t>::max();
  VideoFacts video = gate();
  video.name = next();
  video.path = "/data/\xFF\n'\"<&>%#?.mp4";
  video.content_id = next();
  video.start_timecode = "no timecode";
  report.videos.push_back(video);
  video.duration = -5;
  video.rate = FrameRate{0, 0};
  video.path = "https://example.org/a b'\"\\<>.mp4?x=1#frag";
  report.videos.push_back(video);
  const TimeRange ranges[] = {
      {0, 0},
      {5'000'000, 1'000'000},
      {-7'000'000, 3'000'000},
      {599'000'000, 900'000'000},
      {700'000'000, 800'000'000},
      {10'000'000, 20'000'000},
      {10'000'000, 20'000'000},
      {15'000'000, 15'000'100},
      {std::numeric_limits<Micros>::min() / 2, std::numeric_limits<Micros>::max() / 2}};
  const double scores[] = {std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::infinity(), -1.0, 2.0, 0.5};
  for (std::size_t q = 0; q < texts.size(); ++q) {
    Question& question = report.questions.emplace_back();
    question.id = static_cast<std::int64_t>(q);
    question.conversation = static_cast<std::int64_t>(q / 3);
    question.conversation_title = next();
    question.text = texts[q];
    question.scope = {{0, ranges[q % 9]}, {99, {0, 1}}};
    Answer& answer = question.answers.emplace_back();
    answer.text = next();
    answer.model = next();
    answer.found = q % 2 == 0;
    answer.state = static_cast<store::AnswerState>(q % 5);
    answer.support = scores[q % 5];
    answer.interval = q % 2 == 0 ? 333'333 : 5'000'000;
    answer.started_at = -1;
    answer.coverage = {{0, ranges[(q + 1) % 9]}, {7, {0, 1}}};
    for (std::size_t c = 0; c < 9; ++c) {
      Citation& citation = answer.citations.emplace_back();
      citation.video = c == 8 ? 5 : c % 2;
      citation.time = ranges[c];
      citation.score = scores[(q + c) % 5];
      citation.verdict = static_cast<store::Verdict>(c % 3);
      citation.user_verdict = static_cast<store::Verdict>((q + c) % 3);
      // What claims to be a picture and is none.
      if (c == 3) citation.picture = Picture{"no picture", "image/png", 10, 10};
      if (c == 4) citation.picture = Picture{"", "image/jpeg", -1, 1 << 30};
      if (c == 5) citation.picture = small_picture();
    }
    report.markers.push_back(
        {static_cast<std::int64_t>(q), ranges[q % 9], texts[q], next(), next()});
  }
  return report;
}

Report long_report(int count) {
  Report report = empty_report();
  for (int i = 0; i < count; ++i) {
    const Micros begin = 2 * i * kSecond;
    report.markers.push_back(
        {i + 1, {begin, begin + kSecond}, "Event " + std::to_string(i + 1), "red", ""});
  }
  return report;
}

Report empty_report() {
  Report report;
  report.version = "0.1.0";
  report.created_at = kNoon;
  VideoFacts video = gate();
  video.duration = 3600 * kSecond;
  video.rate = FrameRate{25, 1};
  video.average_rate = video.rate;
  video.start_timecode.clear();
  report.videos.push_back(video);
  return report;
}

const std::vector<Format>& all_formats() {
  static const std::vector<Format> formats = [] {
    std::vector<Format> all;
    for (int i = 0; i < kFormats; ++i) all.push_back(static_cast<Format>(i));
    return all;
  }();
  return formats;
}

std::string write(const Report& report, Format format) {
  ExportOptions options;
  options.format = format;
  return write_report(report, options).parts.at(0);
}

}  // namespace longtake::report
