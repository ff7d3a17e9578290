#include "ui/timeline/timeline_source.h"

#include <QFuture>
#include <QPromise>
#include <QThreadPool>
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "ui/base/verdict.h"

namespace longtake::ui {

namespace {

// More evidence than this takes longer to prepare than a frame on the screen lasts.
constexpr std::size_t kAtOnce = 2000;
// A watch that has not been heard of for this long has failed or was cut off.
constexpr int kSilenceMs = 60'000;
const std::vector<store::Memory> kNoMemories;

std::vector<WeightedRange> evidenceOf(const store::Answer& answer, qint64 video) {
  std::vector<WeightedRange> result;
  for (const store::Evidence& evidence : answer.evidence) {
    if (evidence.video_id != video) continue;
    result.push_back({evidence.time, static_cast<float>(std::min(evidence.weight, 1.0))});
  }
  return result;
}

}  // namespace

float coverageShade(double framesPerSecond) {
  if (!(framesPerSecond > 0)) return 0.7F;  // seen, but it is not known how densely
  const double share = std::log10(framesPerSecond * 10) / std::log10(20.0);
  return static_cast<float>(0.4 + 0.6 * std::clamp(share, 0.0, 1.0));
}

TimelineSource::TimelineSource(Context& context, QObject* parent)
    : QObject(parent), context_(context) {
  Workspace& workspace = context.workspace;
  connect(&workspace, &Workspace::videoChanged, this, &TimelineSource::startOver);
  connect(&workspace, &Workspace::durationChanged, this, &TimelineSource::setDuration);
  connect(&workspace, &Workspace::answerChanged, this, &TimelineSource::takeAnswer);
  connect(&workspace, &Workspace::citationChanged, this,
          [this] { emit changed(bit(LaneId::citations)); });
  connect(&workspace, &Workspace::markersChanged, this, &TimelineSource::takeMarkers);
  connect(&workspace, &Workspace::cutsChanged, this, [this] {
    const QList<Micros>& cuts = context_.workspace.cuts();
    data_.cuts.assign(cuts.begin(), cuts.end());
    std::sort(data_.cuts.begin(), data_.cuts.end());
    emit changed(bit(LaneId::cuts));
  });

  silence_.setSingleShot(true);
  silence_.setInterval(kSilenceMs);
  connect(&silence_, &QTimer::timeout, this, [this] {
    data_.watching.reset();
    takeMemories();
  });

  EngineLink& engine = context.engine;
  connect(&engine, &EngineLink::restarted, this, &TimelineSource::startOver);
  connect(&engine, &EngineLink::watchProgress, this, &TimelineSource::followWatching);
  connect(&engine, &EngineLink::watchEnded, this, [this](const WatchEnded& ended) {
    if (ended.memory.video_id != context_.workspace.video().id) return;
    silence_.stop();
    data_.watching.reset();
    takeMemories();
  });
  connect(&context.shelf, &Shelf::changed, this, [this](const QSet<qint64>& videos) {
    if (!videos.contains(context_.workspace.video().id)) return;
    takeMemories();
    const bool there = isFileThere();
    if (there == std::exchange(fileIsThere_, there)) return;
    if (there) {
      withPictures();
    } else {
      withoutPictures();
    }
  });
  // Found again at another place: what could not be read may be there now.
  connect(&engine, &EngineLink::videoAdded, this, [this](const store::Video& video) {
    if (video.id == context_.workspace.video().id) withPictures();
  });
  startOver();
}

void TimelineSource::startOver() {
  const store::Video& video = context_.workspace.video();
  context_.engine.cancel(std::exchange(sound_, 0));
  context_.engine.cancel(std::exchange(cuts_, 0));
  data_ = {};
  silence_.stop();
  reported_ = 0;
  data_.hasPictures = fileIsThere_ = isFileThere();
  if (video.width > 0 && video.height > 0) {
    data_.aspect =
        std::clamp(static_cast<double>(video.width) / static_cast<double>(video.height), 0.4, 3.0);
  }
  const QList<Micros>& cuts = context_.workspace.cuts();
  data_.cuts.assign(cuts.begin(), cuts.end());
  setDuration();
  takeMarkers();
  takeAnswer();
  takeMemories();
  if (video.id != 0) {
    // Of a file that has gone, too: both may have been kept.
    askForSound();
    if (data_.cuts.empty()) askForCuts();
  }
  emit videoChanged();
  emit changed(kAllLanes);
}

bool TimelineSource::isFileThere() const {
  const ShelfVideo* video = context_.shelf.find(context_.workspace.video().id);
  return video != nullptr && !video->missing;
}

void TimelineSource::withPictures() {
  if (data_.hasPictures) return;
  data_.hasPictures = true;
  if (sound_ == 0) askForSound();
  if (cuts_ == 0) askForCuts();
  emit videoChanged();
  emit changed(kAllLanes);
}

void TimelineSource::withoutPictures() {
  data_.hasPictures = false;
  emit changed(bit(LaneId::film));
}

void TimelineSource::setDuration() {
  Micros duration = std::max(context_.workspace.duration(), reported_);
  // A stream that is still growing is as long as what is known of it.
  if (duration <= 0 && data_.watching) duration = *data_.watching;
  if (!context_.workspace.hasVideo()) duration = 0;
  if (duration == data_.duration) return;
  data_.duration = duration;
  emit durationChanged();
}

// A video without sound, an address, a file that is gone: then there is no such lane, and nothing
// to say.
void TimelineSource::askForSound() {
  const qint64 video = context_.workspace.video().id;
  sound_ = context_.engine.send(GetWaveform{video}, this, [this, video](const Event& event) {
    if (video != context_.workspace.video().id) return;
    sound_ = 0;
    const auto* ready = std::get_if<WaveformReady>(&event.body);
    if (ready == nullptr || ready->waveform.interval <= 0) return;
    data_.peaks = MaxTree<std::uint8_t>(ready->waveform.peaks);
    data_.peakInterval = ready->waveform.interval;
    emit changed(bit(LaneId::wave));
  });
}

void TimelineSource::askForCuts() {
  const qint64 video = context_.workspace.video().id;
  cuts_ = context_.engine.send(GetCuts{video}, this, [this, video](const Event& event) {
    if (video != context_.workspace.video().id) return;
    cuts_ = 0;
    const auto* ready = std::get_if<CutsReady>(&event.body);
    if (ready == nullptr) return;
    context_.workspace.reportCuts(QList<Micros>(ready->cuts.begin(), ready->cuts.end()));
  });
}

void TimelineSource::takeMemories() {
  data_.seen.clear();
  const ShelfVideo* known = context_.shelf.find(context_.workspace.video().id);
  for (const store::Memory& memory : known != nullptr ? known->memories : kNoMemories) {
    if (!context_.engine.isAnswerable(memory))
      continue;  // seen by another model, or in another quality
    Seen seen;
    seen.memory = memory.id;
    seen.ranges = memory.coverage;
    seen.keyframes = memory.mode == "keyframes";
    if (memory.interval > 0) {
      seen.framesPerSecond =
          static_cast<double>(kMicrosPerSecond) / static_cast<double>(memory.interval);
    }
    data_.seen.push_back(std::move(seen));
  }
  makeCoverage();
}

// Between two words of the shelf a memory only grows at its end.
void TimelineSource::followWatching(const WatchProgress& progress) {
  if (progress.video != context_.workspace.video().id) return;
  auto seen = std::find_if(data_.seen.begin(), data_.seen.end(),
                           [&](const Seen& s) { return s.memory == progress.memory; });
  if (seen == data_.seen.end()) {
    Seen fresh;
    fresh.memory = progress.memory;
    data_.seen.push_back(fresh);
    seen = data_.seen.end() - 1;  // its density comes with the shelf's next word of it
  }
  if (progress.seen_until > 0) {
    if (seen->ranges.empty()) seen->ranges.push_back({0, 0});
    seen->ranges.back().end = std::max(seen->ranges.back().end, progress.seen_until);
  }
  data_.watching = progress.seen_until;
  silence_.start();
  if (progress.duration > 0) reported_ = progress.duration;
  makeCoverage();
  setDuration();
}

void TimelineSource::makeCoverage() {
  std::vector<WeightedRange> shades;
  std::vector<WeightedRange> skimmed;
  for (const Seen& seen : data_.seen) {
    const float shade = coverageShade(seen.framesPerSecond);
    for (const TimeRange& range : seen.ranges) {
      shades.push_back({range, shade});
      if (seen.keyframes) skimmed.push_back({range, 1});
    }
  }
  data_.coverage = StepFunction(shades);
  data_.skimmed = StepFunction(skimmed);
  emit changed(bit(LaneId::coverage));
}

void TimelineSource::takeAnswer() {
  const store::Answer& answer = context_.workspace.answer();
  const qint64 video = context_.workspace.video().id;
  data_.citationList = QList<store::Citation>(answer.citations.begin(), answer.citations.end());
  data_.found = answer.state != store::AnswerState::done || answer.found;
  std::vector<TimelineItem> items;
  for (qsizetype i = 0; i < data_.citationList.size(); ++i) {
    const store::Citation& citation = data_.citationList[i];
    if (citation.video_id != video) continue;
    const store::Verdict shown = shownVerdict(citation, data_.found);
    items.push_back(
        {citation.time, citationKind(shown, citation.user_verdict), static_cast<int>(i)});
  }
  data_.citations = ItemTrack(std::move(items), kCitationKinds);

  emit changed(bit(LaneId::citations));
  takeEvidence();
}

void TimelineSource::takeEvidence() {
  const quint64 number = ++evidence_;
  std::vector<WeightedRange> ranges =
      evidenceOf(context_.workspace.answer(), context_.workspace.video().id);
  if (ranges.size() <= kAtOnce) {
    data_.evidence = StepFunction(ranges);
    emit changed(bit(LaneId::evidence));
    return;
  }
  auto promise = std::make_shared<QPromise<StepFunction>>();
  promise->start();
  promise->future().then(this, [this, number](const StepFunction& evidence) {
    if (number != evidence_) return;
    data_.evidence = evidence;
    emit changed(bit(LaneId::evidence));
  });
  QThreadPool::globalInstance()->start([promise, ranges = std::move(ranges)] {
    promise->addResult(StepFunction(ranges));
    promise->finish();
  });
}

void TimelineSource::takeMarkers() {
  data_.markerList = context_.workspace.markers();
  std::vector<TimelineItem> items;
  for (qsizetype i = 0; i < data_.markerList.size(); ++i) {
    items.push_back({data_.markerList[i].time, 0, static_cast<int>(i)});
  }
  data_.markers = ItemTrack(std::move(items), 1);
  emit changed(bit(LaneId::markers));
}

}  // namespace longtake::ui
