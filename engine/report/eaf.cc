// ELAN annotation format 3.0: a tier for each question and one for the markers. Annotations of one
// tier must not overlap; those that do go to further tiers of the same name.
#include <algorithm>
#include <set>

#include "engine/base/hash.h"
#include "engine/report/text.h"
#include "engine/report/timeline.h"
#include "engine/report/writers.h"

namespace longtake::report {

namespace {

constexpr std::int64_t kPointLength = 40;  // milliseconds: ELAN shows no annotation without length

struct Annotation {
  std::int64_t begin = 0;  // milliseconds
  std::int64_t end = 0;
  std::string value;
  std::size_t begin_slot = 0;
  std::size_t end_slot = 0;
};

struct Tier {
  std::string name;
  std::vector<Annotation> annotations;
};

// Puts each annotation into the first of the group's tiers that is free at its begin.
class TierGroup {
 public:
  explicit TierGroup(std::string name) : name_(std::move(name)) {}

  void add(Annotation annotation) {
    auto free = std::find_if(tiers_.begin(), tiers_.end(), [&](const Tier& tier) {
      return tier.annotations.back().end <= annotation.begin;
    });
    if (free == tiers_.end()) {
      const std::string suffix =
          tiers_.empty() ? std::string() : " (" + std::to_string(tiers_.size() + 1) + ")";
      tiers_.push_back({name_ + suffix, {}});
      free = std::prev(tiers_.end());
    }
    free->annotations.push_back(std::move(annotation));
  }
  std::vector<Tier>& tiers() { return tiers_; }

 private:
  std::string name_;
  std::vector<Tier> tiers_;
};

std::string mime_type(std::string_view path) {
  const std::size_t dot = path.find_last_of('.');
  std::string suffix(dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1));
  for (char& c : suffix) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (suffix == "mp4" || suffix == "m4v") return "video/mp4";
  if (suffix == "mov" || suffix == "qt") return "video/quicktime";
  if (suffix == "mpg" || suffix == "mpeg") return "video/mpeg";
  if (suffix == "webm") return "video/webm";
  return "unknown";
}

// The same document gets the same name wherever and whenever it is written.
std::string document_uuid(const Report& report) {
  Hasher hasher;
  hasher.add(std::string_view(report.videos[0].content_id)).add(report.created_at);
  std::string hex = hasher.finish().to_hex();
  hex[12] = '8';  // a UUID of one's own making, RFC 9562
  hex[16] = 'a';
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, 1, '-');
  return hex;
}

Annotation annotation_of(const TimelineItem& item, const Wording& words) {
  Annotation annotation;
  annotation.begin = (item.time.begin + 500) / 1000;
  annotation.end = std::max((item.time.end + 500) / 1000,
                            annotation.begin + (item.is_point() ? kPointLength : 1));
  const std::string more = describe(item, words);
  annotation.value = item.marker == nullptr ? more
                     : more.empty()         ? item.label
                                            : item.label + ": " + more;
  return annotation;
}

std::vector<Tier> tiers_of(const Report& report, const std::vector<TimelineItem>& items,
                           const Wording& words) {
  std::vector<TierGroup> groups;
  for (std::size_t q = 0; q < report.questions.size(); ++q) {
    groups.emplace_back(
        shorten(words.question_number(q + 1) + " " + one_line(report.questions[q].text), 80));
  }
  groups.emplace_back(words.say(Word::markers));
  for (const TimelineItem& item : items) {
    groups[item.marker != nullptr ? report.questions.size() : item.question_number - 1].add(
        annotation_of(item, words));
  }
  std::vector<Tier> tiers;
  for (TierGroup& group : groups) {
    for (Tier& tier : group.tiers()) tiers.push_back(std::move(tier));
  }
  return tiers;
}

// One slot for each edge, in order of time.
std::string time_order(std::vector<Tier>& tiers) {
  struct Edge {
    std::int64_t time;
    std::size_t* slot;
  };
  std::vector<Edge> edges;
  for (Tier& tier : tiers) {
    for (Annotation& annotation : tier.annotations) {
      edges.push_back({annotation.begin, &annotation.begin_slot});
      edges.push_back({annotation.end, &annotation.end_slot});
    }
  }
  std::stable_sort(edges.begin(), edges.end(),
                   [](const Edge& a, const Edge& b) { return a.time < b.time; });
  std::string text = "  <TIME_ORDER>\n";
  for (std::size_t i = 0; i < edges.size(); ++i) {
    *edges[i].slot = i + 1;
    text += "    <TIME_SLOT TIME_SLOT_ID=\"ts" + std::to_string(i + 1) + "\" TIME_VALUE=\"" +
            std::to_string(edges[i].time) + "\"/>\n";
  }
  return text + "  </TIME_ORDER>\n";
}

// ELAN itself writes these four into every file.
constexpr std::string_view kConstraints =
    R"(  <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="default-lt" GRAPHIC_REFERENCES="false" TIME_ALIGNABLE="true"/>
  <CONSTRAINT STEREOTYPE="Time_Subdivision" DESCRIPTION="Time subdivision of parent annotation's time interval, no time gaps allowed within this interval"/>
  <CONSTRAINT STEREOTYPE="Symbolic_Subdivision" DESCRIPTION="Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered"/>
  <CONSTRAINT STEREOTYPE="Symbolic_Association" DESCRIPTION="1-1 association with a parent annotation"/>
  <CONSTRAINT STEREOTYPE="Included_In" DESCRIPTION="Time alignable annotations within the parent annotation's time interval, gaps are allowed"/>
</ANNOTATION_DOCUMENT>
)";

}  // namespace

Document write_eaf(const Report& report, const ExportOptions& options) {
  Document document;
  const Wording words(options.language);
  std::vector<Tier> tiers = tiers_of(report, timeline_items(report, words, document.notes), words);
  const VideoFacts& video = report.videos[0];
  const std::string slots = time_order(tiers);
  std::string body;
  std::size_t id = 0;
  for (const Tier& tier : tiers) {
    body += "  <TIER LINGUISTIC_TYPE_REF=\"default-lt\" TIER_ID=\"" + escape_xml(tier.name) +
            "\" ANNOTATOR=\"Longtake\">\n";
    for (const Annotation& annotation : tier.annotations) {
      body += "    <ANNOTATION>\n      <ALIGNABLE_ANNOTATION ANNOTATION_ID=\"a" +
              std::to_string(++id) + "\" TIME_SLOT_REF1=\"ts" +
              std::to_string(annotation.begin_slot) + "\" TIME_SLOT_REF2=\"ts" +
              std::to_string(annotation.end_slot) + "\">\n        <ANNOTATION_VALUE>" +
              escape_xml(annotation.value) +
              "</ANNOTATION_VALUE>\n      </ALIGNABLE_ANNOTATION>\n    </ANNOTATION>\n";
    }
    body += "  </TIER>\n";
  }
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ANNOTATION_DOCUMENT AUTHOR=\"Longtake " +
      escape_xml(report.version) + "\" DATE=\"" + utc_text(report.created_at) +
      "\" FORMAT=\"3.0\" VERSION=\"3.0\"\n"
      "    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
      "    xsi:noNamespaceSchemaLocation=\"http://www.mpi.nl/tools/elan/EAFv3.0.xsd\">\n"
      "  <HEADER MEDIA_FILE=\"\" TIME_UNITS=\"milliseconds\">\n"
      "    <MEDIA_DESCRIPTOR MEDIA_URL=\"" +
      escape_xml(url_of(video.path)) + "\" MIME_TYPE=\"" + mime_type(video.path) +
      "\" RELATIVE_MEDIA_URL=\"" + escape_xml("./" + percent_encode(file_name(video.path))) +
      "\"/>\n    <PROPERTY NAME=\"URN\">urn:nl-mpi-tools-elan-eaf:" + document_uuid(report) +
      "</PROPERTY>\n    <PROPERTY NAME=\"lastUsedAnnotationId\">" + std::to_string(id) +
      "</PROPERTY>\n  </HEADER>\n";
  document.parts.push_back(text + slots + body + std::string(kConstraints));
  return document;
}

}  // namespace longtake::report
