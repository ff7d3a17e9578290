#include "engine/report/timeline.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "engine/report/text.h"

namespace longtake::report {

namespace {

// The names that the windows give to markers, and a few more; as on their light ground.
constexpr std::array<NamedColour, 15> kCommonColours = {{{"red", {201, 67, 59}},
                                                         {"orange", {207, 116, 22}},
                                                         {"yellow", {176, 138, 0}},
                                                         {"green", {44, 138, 87}},
                                                         {"teal", {18, 135, 128}},
                                                         {"cyan", {5, 140, 170}},
                                                         {"blue", {47, 116, 201}},
                                                         {"violet", {110, 86, 207}},
                                                         {"purple", {132, 80, 196}},
                                                         {"magenta", {200, 60, 160}},
                                                         {"pink", {194, 73, 143}},
                                                         {"brown", {150, 105, 70}},
                                                         {"grey", {111, 120, 131}},
                                                         {"gray", {111, 120, 131}},
                                                         {"white", {255, 255, 255}}}};
constexpr Colour kBlue = {47, 116, 201};
constexpr Colour kGreen = {44, 138, 87};
constexpr Colour kOrange = {207, 116, 22};
constexpr std::size_t kLabelLength = 160;

std::optional<std::uint8_t> hex_byte(std::string_view digits) {
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return static_cast<std::uint8_t>(digits.size() == 1 ? value * 17 : value);
}

Colour citation_colour(const Citation& citation) {
  if (citation.user_verdict == store::Verdict::confirmed) return kGreen;
  switch (citation.verdict) {
    case store::Verdict::confirmed:
      return kGreen;
    case store::Verdict::not_confirmed:
      return kOrange;
    case store::Verdict::none:
      return kBlue;
  }
  return kBlue;
}

std::string left_out(std::size_t count, const std::string& one, const std::string& many) {
  return (count == 1 ? "1 " + one + " is" : std::to_string(count) + " " + many + " are") +
         " left out.";
}

}  // namespace

Colour parse_colour(std::string_view text) {
  if (text.starts_with('#') && (text.size() == 7 || text.size() == 4)) {
    const std::size_t digits = (text.size() - 1) / 3;
    const auto red = hex_byte(text.substr(1, digits));
    const auto green = hex_byte(text.substr(1 + digits, digits));
    const auto blue = hex_byte(text.substr(1 + 2 * digits, digits));
    if (red && green && blue) return {*red, *green, *blue};
  }
  for (const NamedColour& named : kCommonColours) {
    const bool same =
        std::equal(named.name.begin(), named.name.end(), text.begin(), text.end(),
                   [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
    if (same) return named.colour;
  }
  return kBlue;
}

std::string to_hex(const Colour& colour) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (const std::uint8_t byte : {colour.red, colour.green, colour.blue}) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::string_view nearest_name(const Colour& colour, std::span<const NamedColour> palette) {
  // Weighted as the eye weighs them, near enough for a choice among sixteen.
  const auto distance = [&](const NamedColour& named) {
    const int red = colour.red - named.colour.red;
    const int green = colour.green - named.colour.green;
    const int blue = colour.blue - named.colour.blue;
    return 3 * red * red + 4 * green * green + 2 * blue * blue;
  };
  return std::min_element(
             palette.begin(), palette.end(),
             [&](const NamedColour& a, const NamedColour& b) { return distance(a) < distance(b); })
      ->name;
}

std::vector<TimelineItem> timeline_items(const Report& report, const Wording& words,
                                         std::vector<std::string>& notes) {
  std::vector<TimelineItem> items;
  std::size_t rejected = 0;
  std::size_t unfound = 0;
  std::size_t elsewhere = 0;
  for (std::size_t q = 0; q < report.questions.size(); ++q) {
    const Question& question = report.questions[q];
    std::size_t number = 0;
    for (const Answer& answer : question.answers) {
      for (const Citation& citation : answer.citations) {
        ++number;
        const bool accepted = citation.user_verdict == store::Verdict::confirmed;
        if (citation.video != 0) {
          ++elsewhere;
        } else if (citation.user_verdict == store::Verdict::not_confirmed) {
          ++rejected;
        } else if (!answer.found && !accepted) {
          ++unfound;
        } else {
          TimelineItem& item = items.emplace_back();
          item.time = citation.time;
          item.label = shorten(words.citation_number(q + 1, number) + " " + one_line(question.text),
                               kLabelLength);
          item.text = answer.text;
          item.colour = citation_colour(citation);
          item.question_number = q + 1;
          item.citation_number = number;
          item.question = &question;
          item.answer = &answer;
          item.citation = &citation;
        }
      }
    }
  }
  for (const Marker& marker : report.markers) {
    TimelineItem& item = items.emplace_back();
    item.time = marker.time;
    item.label = shorten(one_line(marker.label), kLabelLength);
    if (item.label.empty()) item.label = words.say(Word::marker);
    item.text = marker.note;
    item.colour = parse_colour(marker.colour);
    item.marker = &marker;
  }
  std::stable_sort(items.begin(), items.end(), [](const TimelineItem& a, const TimelineItem& b) {
    return a.time.begin != b.time.begin ? a.time.begin < b.time.begin : a.time.end > b.time.end;
  });
  if (rejected > 0) {
    notes.push_back(left_out(rejected, "citation that the analyst rejected",
                             "citations that the analyst rejected"));
  }
  if (unfound > 0) {
    notes.push_back(left_out(unfound, "nearest moment of an answer that found nothing",
                             "nearest moments of answers that found nothing"));
  }
  if (elsewhere > 0) {
    notes.push_back(left_out(elsewhere, "citation of another video", "citations of other videos"));
  }
  return items;
}

std::string describe(const TimelineItem& item, const Wording& words) {
  const std::string text = one_line(item.text);
  if (item.citation == nullptr) return text;
  const std::string more = "(" + words.citation(*item.citation) + ")";
  return text.empty() ? more : text + " " + more;
}

}  // namespace longtake::report
