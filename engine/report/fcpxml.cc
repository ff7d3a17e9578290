// FCPXML 1.9: a project with the whole video and every item as a marker on it, and one in which the
// ranges are cut together. Every time is a whole multiple of the frame's length, or Final Cut
// refuses the file.
#include <array>

#include "engine/report/edit_clock.h"
#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

class Writer {
 public:
  Writer(const Report& report, const EditClock& clock, const Wording& words)
      : video_(report.videos[0]), clock_(clock), words_(words) {
    name_ = one_line(video_.name);
    if (const std::size_t dot = name_.find_last_of('.'); dot != std::string::npos && dot > 0) {
      name_.resize(dot);
    }
  }

  // Frames as rational seconds.
  std::string time(std::int64_t frames) const {
    if (frames == 0) return "0s";
    return std::to_string(frames * clock_.rate.denominator) + "/" +
           std::to_string(clock_.rate.numerator) + "s";
  }
  std::string source_time(std::int64_t frame) const { return time(clock_.first + frame); }
  const char* timecode_format() const { return clock_.drop ? "DF" : "NDF"; }

  std::string resources(std::int64_t length) const {
    std::string text = "  <resources>\n    <format id=\"r1\"";
    if (const std::string name = format_name(); !name.empty()) text += " name=\"" + name + "\"";
    text += " frameDuration=\"" + time(1) + "\"";
    if (video_.width > 0 && video_.height > 0) {
      text += " width=\"" + std::to_string(video_.width) + "\" height=\"" +
              std::to_string(video_.height) + "\"";
    }
    text += "/>\n    <asset id=\"r2\" name=\"" + escape_xml(name_) + "\" start=\"" +
            source_time(0) + "\" duration=\"" + time(length) + "\" hasVideo=\"1\" format=\"r1\"";
    if (video_.has_audio) {
      text += " hasAudio=\"1\" audioSources=\"1\" audioChannels=\"" +
              std::to_string(video_.audio_channels > 0 ? video_.audio_channels : 2) + "\"";
      if (video_.audio_sample_rate > 0) {
        text += " audioRate=\"" + std::to_string(video_.audio_sample_rate) + "\"";
      }
    }
    return text + ">\n      <media-rep kind=\"original-media\" src=\"" +
           escape_xml(url_of(video_.path)) + "\"/>\n    </asset>\n  </resources>\n";
  }

  // A clip of the asset at `offset` of its sequence, with these items as markers.
  std::string clip(std::string_view name, std::int64_t offset, const FrameRange& frames,
                   std::string_view note, const std::vector<const TimelineItem*>& markers) const {
    std::string text = "            <asset-clip ref=\"r2\" name=\"" + escape_xml(name) +
                       "\" offset=\"" + source_time(offset) + "\" start=\"" +
                       source_time(frames.begin) + "\" duration=\"" + time(frames.length()) +
                       "\" format=\"r1\" tcFormat=\"" + timecode_format() + "\">\n";
    if (!note.empty()) text += "              <note>" + escape_xml(note) + "</note>\n";
    for (const TimelineItem* item : markers) {
      text += "              <marker start=\"" + source_time(clock_.frames(item->time).begin) +
              "\" duration=\"" + time(1) + "\" value=\"" + escape_xml(item->label) + "\"";
      if (const std::string words = describe(*item, words_); !words.empty()) {
        text += " note=\"" + escape_xml(words) + "\"";
      }
      text += "/>\n";
    }
    return text + "            </asset-clip>\n";
  }

  std::string project(const std::string& name, std::int64_t length,
                      const std::string& clips) const {
    return "      <project name=\"" + escape_xml(name) +
           "\">\n        <sequence format=\"r1\" duration=\"" + time(length) + "\" tcStart=\"" +
           source_time(0) + "\" tcFormat=\"" + timecode_format() + "\">\n          <spine>\n" +
           clips + "          </spine>\n        </sequence>\n      </project>\n";
  }
  const std::string& name() const { return name_; }

 private:
  // Only Final Cut's own formats have names; others are described by their numbers alone.
  std::string format_name() const {
    struct Known {
      std::int64_t width, height;
      const char* name;
    };
    constexpr std::array<Known, 3> kSizes = {
        {{1280, 720, "720p"}, {1920, 1080, "1080p"}, {3840, 2160, "3840x2160p"}}};
    struct Rate {
      FrameRate rate;
      const char* name;
    };
    constexpr std::array<Rate, 8> kRates = {{{{24000, 1001}, "2398"},
                                             {{24, 1}, "24"},
                                             {{25, 1}, "25"},
                                             {{30000, 1001}, "2997"},
                                             {{30, 1}, "30"},
                                             {{50, 1}, "50"},
                                             {{60000, 1001}, "5994"},
                                             {{60, 1}, "60"}}};
    for (const Known& size : kSizes) {
      if (size.width != video_.width || size.height != video_.height) continue;
      for (const Rate& rate : kRates) {
        if (rate.rate == clock_.rate) return std::string("FFVideoFormat") + size.name + rate.name;
      }
    }
    return {};
  }

  const VideoFacts& video_;
  const EditClock& clock_;
  const Wording& words_;
  std::string name_;
};

}  // namespace

Document write_fcpxml(const Report& report, const ExportOptions& options) {
  Document document;
  const Wording words(options.language);
  const EditClock clock = edit_clock(report.videos[0], options, false, {}, document.notes);
  const std::vector<TimelineItem> items = timeline_items(report, words, document.notes);
  const Writer writer(report, clock, words);

  std::int64_t length = std::max<std::int64_t>(1, clock.frame_count);
  std::vector<const TimelineItem*> all;
  for (const TimelineItem& item : items) {
    if (clock.frame_count == 0) length = std::max(length, clock.frames(item.time).end);
    all.push_back(&item);
  }
  std::string projects =
      writer.project(writer.name(), length, writer.clip(writer.name(), 0, {0, length}, {}, all));
  std::string cuts;
  std::int64_t at = 0;
  for (const TimelineItem& item : items) {
    if (item.is_point()) continue;
    const FrameRange frames = clock.frames(item.time);
    cuts += writer.clip(item.label, at, frames, describe(item, words), {&item});
    at += frames.length();
  }
  if (at > 0)
    projects +=
        writer.project(writer.name() + " (" + words.say(Word::ranges_of_it) + ")", at, cuts);

  document.parts.push_back(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE fcpxml>\n<fcpxml version=\"1.9\">\n" +
      writer.resources(length) + "  <library>\n    <event name=\"Longtake\">\n" + projects +
      "    </event>\n  </library>\n</fcpxml>\n");
  return document;
}

}  // namespace longtake::report
