#include "engine/session/media_desk.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <limits>
#include <numeric>
#include <system_error>
#include <thread>
#include <utility>

#include "engine/base/log.h"
#include "engine/media/cut_finder.h"
#include "engine/session/exporting.h"
#include "engine/session/source_file.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

using Job = WorkLane::Job;
using Outcome = WorkLane::Outcome;
using store::DerivedKind;

constexpr int kMaxPictureSide = 4096;
constexpr std::int64_t kMaxPictureBytes = std::int64_t{1}
                                          << 30;  // of one request, all pictures together
constexpr std::size_t kOpenReaders = 3;           // filmstrip, preview under the mouse, citations
constexpr Micros kYear = 366LL * 24 * 3600 * kMicrosPerSecond;

// --- Payloads of derived files, as FORMAT.md describes them --------------------------------------

std::vector<std::byte> to_payload(const media::Waveform& waveform) {
  std::vector<std::byte> payload(sizeof(Micros) + waveform.peaks.size());
  std::memcpy(payload.data(), &waveform.interval, sizeof(Micros));
  std::transform(waveform.peaks.begin(), waveform.peaks.end(), payload.begin() + sizeof(Micros),
                 [](std::uint8_t peak) { return std::byte{peak}; });
  return payload;
}

std::optional<media::Waveform> waveform_from(const std::vector<std::byte>& payload) {
  if (payload.size() < sizeof(Micros) || payload.size() > sizeof(Micros) + media::kMaxPeaks) {
    return std::nullopt;
  }
  media::Waveform waveform;
  std::memcpy(&waveform.interval, payload.data(), sizeof(Micros));
  if (waveform.interval <= 0 || waveform.interval > kYear) return std::nullopt;
  waveform.peaks.resize(payload.size() - sizeof(Micros));
  std::transform(payload.begin() + sizeof(Micros), payload.end(), waveform.peaks.begin(),
                 [](std::byte peak) { return static_cast<std::uint8_t>(peak); });
  return waveform;
}

std::optional<std::vector<Micros>> cuts_from(const std::vector<std::byte>& payload) {
  if (payload.size() % sizeof(Micros) != 0) return std::nullopt;
  std::vector<Micros> cuts(payload.size() / sizeof(Micros));
  if (!cuts.empty()) std::memcpy(cuts.data(), payload.data(), payload.size());
  if (!std::is_sorted(cuts.begin(), cuts.end()) || (!cuts.empty() && cuts[0] < 0)) {
    return std::nullopt;
  }
  return cuts;
}

// --- Pictures ------------------------------------------------------------------------------------

void require_sensible(const GetPictures& command) {
  const auto side = [](int length) { return 0 < length && length <= kMaxPictureSide; };
  const std::int64_t bytes = std::int64_t{3} * command.max_width * command.max_height;
  if (!side(command.max_width) || !side(command.max_height) ||
      static_cast<std::int64_t>(command.times.size()) > kMaxPictureBytes / bytes) {
    throw Error(ErrorCode::bad_argument, "So many pictures of this size are not made at once",
                "Ask for smaller ones, or for those that can be seen first.");
  }
}

// Positions of the times from zero on, in order of time.
std::vector<std::size_t> in_order(const std::vector<Micros>& times) {
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t i) { return times[i] < 0; });
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
  return order;
}

// Gives every time the picture nearest to it. A reader hands out each keyframe once, for the time
// that it is nearest to, in order: so a time is settled by the first keyframe at or after it.
class NearestPicture {
 public:
  using Deliver = std::function<void(std::size_t position, const media::SampledFrame& picture)>;
  // `next` is moved on past every time that has been dealt with.
  NearestPicture(const std::vector<Micros>& times, const std::vector<std::size_t>& order,
                 std::size_t& next, Deliver deliver)
      : times_(times), order_(order), next_(next), deliver_(std::move(deliver)) {}

  void add(media::SampledFrame picture) {
    for (; next_ < order_.size() && times_[order_[next_]] <= picture.pts; ++next_) {
      const Micros time = times_[order_[next_]];
      const bool before = last_ && time - last_->pts <= picture.pts - time;
      deliver_(order_[next_], before ? *last_ : picture);
    }
    last_ = std::move(picture);
  }
  // There is no further keyframe; times from `end` on are not of the video.
  void finish(Micros end) {
    for (; next_ < order_.size(); ++next_) {
      if (last_ && times_[order_[next_]] < end) deliver_(order_[next_], *last_);
    }
  }

 private:
  const std::vector<Micros>& times_;
  const std::vector<std::size_t>& order_;
  std::size_t& next_;
  const Deliver deliver_;
  std::optional<media::SampledFrame> last_;
};

}  // namespace

struct MediaDesk::OpenReader {
  std::string content;  // store::Video::content_id: a name may come to mean another file
  int max_width = 0;
  int max_height = 0;
  bool exact = false;
  std::unique_ptr<media::FrameReader> reader;

  bool suits(const store::Video& video, const GetPictures& command) const {
    return content == video.content_id && max_width == command.max_width &&
           max_height == command.max_height && exact == command.exact;
  }
};

MediaDesk::MediaDesk(store::Library& library, Emit emit)
    : library_(library),
      emit_(std::move(emit)),
      exports_(lane(false)),
      waveforms_(lane(true)),
      cuts_(lane(true)),
      pictures_(pictures_lane()) {}

MediaDesk::~MediaDesk() {
  pictures_.stop();
  readers_.clear();  // they look at that lane's flag
}

WorkLane::Options MediaDesk::lane(bool background) {
  WorkLane::Options options;
  options.background = background;
  options.work = [this](Job& job, const std::atomic<bool>& cancel) { return run(job, cancel); };
  options.dropped = [this](const Job& job) { emit_cancelled(job); };
  return options;
}

WorkLane::Options MediaDesk::pictures_lane() {
  WorkLane::Options options = lane(false);
  options.order = WorkLane::Order::newest_first;
  // A file that is held open keeps its drive from being unplugged.
  options.idle = [this] { readers_.clear(); };
  return options;
}

WorkLane& MediaDesk::lane_for(const Command& command) {
  if (std::holds_alternative<GetPictures>(command)) return pictures_;
  if (std::holds_alternative<GetWaveform>(command)) return waveforms_;
  return std::holds_alternative<GetCuts>(command) ? cuts_ : exports_;
}

void MediaDesk::post(RequestId request, Command command) {
  Job job;
  job.request = request;
  job.video = std::visit(
      [](const auto& typed) -> std::int64_t {
        if constexpr (requires { std::int64_t{typed.video}; }) return typed.video;
        return 0;
      },
      command);
  WorkLane& lane = lane_for(command);
  job.command = std::move(command);
  lane.post(std::move(job));
}

void MediaDesk::cancel(RequestId request) {
  for (WorkLane* lane : {&pictures_, &waveforms_, &cuts_, &exports_}) lane->cancel(request);
}

void MediaDesk::release_video(std::int64_t video) {
  for (WorkLane* lane : {&pictures_, &waveforms_, &cuts_, &exports_}) lane->cancel_video(video);
}

void MediaDesk::emit_cancelled(const Job& job) {
  if (std::holds_alternative<GetPictures>(job.command)) {
    emit_({job.request, Done{}});
  } else {
    emit_({job.request, RequestFailed{ErrorCode::cancelled, "The request was cancelled", {}}});
  }
}

Outcome MediaDesk::run(Job& job, const std::atomic<bool>& cancel) {
  try {
    if (const auto* pictures = std::get_if<GetPictures>(&job.command)) {
      if (!send_pictures(job, *pictures, cancel)) return Outcome::later;
      emit_({job.request, Done{}});
    } else if (const auto* sound = std::get_if<GetWaveform>(&job.command)) {
      emit_({job.request, WaveformReady{sound->video, waveform(*sound, cancel)}});
    } else if (const auto* scenes = std::get_if<GetCuts>(&job.command)) {
      emit_({job.request, CutsReady{scenes->video, cuts(*scenes, cancel)}});
    } else {
      emit_({job.request, run_export(library_, job.command, &cancel)});
    }
  } catch (const std::exception& error) {
    // What opened a file may be left in any state, and the file may be another one next time.
    if (std::holds_alternative<GetPictures>(job.command)) readers_.clear();
    if (cancel) {
      emit_cancelled(job);
    } else {
      emit_({job.request, failure(error)});
    }
  }
  return Outcome::over;
}

// --- Pictures ------------------------------------------------------------------------------------

media::FrameReader& MediaDesk::open_reader(const store::Video& video, const GetPictures& command,
                                           const std::atomic<bool>& cancel) {
  const auto known = std::find_if(readers_.begin(), readers_.end(), [&](const OpenReader& open) {
    return open.suits(video, command);
  });
  if (known != readers_.end()) {
    readers_.splice(readers_.begin(), readers_, known);
    return *readers_.front().reader;
  }
  media::ReadOptions options;
  options.max_width = command.max_width;
  options.max_height = command.max_height;
  options.nearest_keyframe = !command.exact;
  // One keyframe after the other leaves nothing to share; exact pictures need all those before
  // them.
  options.threads = command.exact ? 2 : 1;
  options.cancel = &cancel;  // the lane's, which outlives the readers
  // An open reader keeps the file that it was opened with, whatever takes its place later.
  readers_.push_front({video.content_id, command.max_width, command.max_height, command.exact,
                       std::make_unique<media::FrameReader>(require_source(video), options)});
  if (readers_.size() > kOpenReaders) readers_.pop_back();
  return *readers_.front().reader;
}

bool MediaDesk::send_pictures(Job& job, const GetPictures& command,
                              const std::atomic<bool>& cancel) {
  require_sensible(command);
  const store::Video video = require_video(library_, command.video);
  media::FrameReader& reader = open_reader(video, command, cancel);
  const media::VideoInfo& info = reader.info();
  if (media::is_url(info.path) && !info.fast_seek) {
    throw Error(ErrorCode::unsupported,
                info.path + ": this address has no index by which to find its pictures",
                "Save the video as a file and add that.");
  }

  const std::vector<std::size_t> order = in_order(command.times);
  std::vector<Micros> left;  // from job.done on
  for (std::size_t i = job.done; i < order.size(); ++i) left.push_back(command.times[order[i]]);
  const auto deliver = [&](std::size_t position, media::SampledFrame picture) {
    picture.index = static_cast<std::int64_t>(position);
    picture.instant = command.times[position];
    emit_({job.request, PictureReady{command.video, std::move(picture)}});
  };
  bool make_way = false;
  const auto go_on = [&] {
    make_way = pictures_.newer_waits(job.request);
    return !make_way && !cancel;
  };

  if (command.exact) {
    const std::size_t first = job.done;
    reader.read(left, [&](media::SampledFrame frame) {
      job.done = first + static_cast<std::size_t>(frame.index) + 1;
      deliver(order[job.done - 1], std::move(frame));
      return go_on();
    });
  } else {
    NearestPicture nearest(command.times, order, job.done, deliver);
    reader.read(left, [&](media::SampledFrame frame) {
      nearest.add(std::move(frame));
      return go_on();
    });
    const bool known_end = info.duration > 0 && !info.duration_estimated;
    if (!make_way && !cancel) {
      nearest.finish(known_end ? info.duration : std::numeric_limits<Micros>::max());
    }
  }
  if (cancel) readers_.clear();  // reading was broken off anywhere
  return !make_way || cancel || job.done >= order.size();
}

// --- Derived files -------------------------------------------------------------------------------

void MediaDesk::keep(const store::Video& video, DerivedKind kind,
                     std::span<const std::byte> payload) {
  if (!library_.writable()) return;
  try {
    // A file that was replaced by another under its name must not leave its sound to the old one.
    if (identity_of(video.path.string()) == video.content_id) {
      library_.derived().save(video.content_id, kind, payload);
    }
  } catch (const Error& error) {
    log("session").warn("{}; it will be worked out again next time", error.message());
  }
}

media::Waveform MediaDesk::waveform(const GetWaveform& command, const std::atomic<bool>& cancel) {
  const store::Video video = require_video(library_, command.video);
  if (const auto kept = library_.derived().load(video.content_id, DerivedKind::waveform)) {
    if (std::optional<media::Waveform> known = waveform_from(*kept)) return *std::move(known);
  }
  media::WaveformOptions options;
  options.cancel = &cancel;
  media::Waveform waveform = media::read_waveform(require_source(video), options);
  keep(video, DerivedKind::waveform, to_payload(waveform));
  return waveform;
}

std::vector<Micros> MediaDesk::cuts(const GetCuts& command, const std::atomic<bool>& cancel) {
  const store::Video video = require_video(library_, command.video);
  if (const auto kept = library_.derived().load(video.content_id, DerivedKind::cuts)) {
    if (std::optional<std::vector<Micros>> known = cuts_from(*kept)) return *std::move(known);
  }
  media::CutFinderOptions options;
  options.cancel = &cancel;
  options.threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency() / 2, 1U, 4U));
  std::vector<Micros> cuts = media::find_cuts(require_source(video), options).cuts;
  keep(video, DerivedKind::cuts, std::as_bytes(std::span(cuts)));
  return cuts;
}

}  // namespace longtake::session
