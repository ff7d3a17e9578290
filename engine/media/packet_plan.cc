#include "engine/media/packet_plan.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/base/log.h"

namespace longtake::media {

namespace {

// A segment longer than this is planned in pieces, so that memory stays flat in streams that have
// one keyframe an hour. The rest of the queue is kept to know the presentation order: no codec
// reorders by more than 16 pictures.
constexpr std::size_t kMaxSegmentPackets = 600;
constexpr std::int64_t kMaxSegmentBytes = 48LL << 20;
constexpr std::size_t kLookahead = 40;
// A fresh start empties the decoder's pipeline, which costs about as much as decoding a few
// pictures.
constexpr std::size_t kWorthARestart = 6;
// Reading is cheaper than seeking for short ways.
constexpr Micros kWorthASeek = 4 * kMicrosPerSecond;

constexpr Micros kForever = std::numeric_limits<Micros>::max();
constexpr Micros kNever = std::numeric_limits<Micros>::min();

}  // namespace

PacketPlan::PacketPlan(MediaInput& input, const Instants& instants, bool decode_everything)
    : input_(input),
      instants_(instants),
      inspector_(input.parameters()),
      planning_(!decode_everything && inspector_.understands() &&
                input.timeline() != TimelineKind::counted),
      reorders_(input.parameters().video_delay > 0),
      jumped_for_(kNever) {}

bool PacketPlan::pull() {
  if (at_end_) return false;
  Queued queued;
  queued.packet = make_packet();
  if (!input_.read(*queued.packet)) {
    at_end_ = true;
    return false;
  }
  ++packets_read_;
  const AVPacket& packet = *queued.packet;
  if (packet.pts != AV_NOPTS_VALUE) queued.time = input_.time_of(packet.pts);
  queued.shown = (packet.flags & AV_PKT_FLAG_DISCARD) == 0;
  if (planning_) queued.facts = inspector_.inspect(packet);
  queued_bytes_ += packet.size;
  queue_.push_back(std::move(queued));
  return true;
}

void PacketPlan::clear_queue() {
  queue_.clear();
  queued_bytes_ = 0;
  decided_ = 0;
}

PacketPlan::Step PacketPlan::next() {
  while (true) {
    while (decided_ > 0) {
      Queued front = std::move(queue_.front());
      queue_.pop_front();
      --decided_;
      queued_bytes_ -= front.packet->size;
      if (!front.decode) {
        ++packets_skipped_;
        continue;
      }
      Step step;
      step.restart = front.restart;
      step.valid_from = front.time.value_or(0);
      step.errors_expected = front.errors_expected;
      step.packet = std::move(front.packet);
      return step;
    }
    if (queue_.empty() && !pull()) return {};
    if (planning_) {
      plan_segment();
    } else {
      decided_ = queue_.size();
    }
  }
}

std::optional<std::size_t> PacketPlan::find_next_entry() {
  std::size_t at = 1;
  while (true) {
    for (; at < queue_.size(); ++at) {
      if (queue_[at].facts.entry && queue_[at].time.has_value()) break;
    }
    if (at < queue_.size()) break;
    if (queue_.size() >= kMaxSegmentPackets || queued_bytes_ >= kMaxSegmentBytes || !pull()) {
      return std::nullopt;
    }
  }
  if (inspector_.intra_only()) return at;
  // Read on past the entry's leading pictures: they are presented before it.
  const Micros entry_time = *queue_[at].time;
  int trailing = 0;
  for (std::size_t i = at + 1; trailing < 2 && i < at + kLookahead; ++i) {
    if (i >= queue_.size() && !pull()) break;
    const Queued& queued = queue_[i];
    if (queued.facts.entry) break;
    if (queued.time.has_value() && *queued.time > entry_time) ++trailing;
  }
  return at;
}

bool PacketPlan::order_is_believable(std::size_t count) const {
  // A muxer that lost the presentation times and wrote the decoding order in their place: the
  // stream reorders, there are pictures as encoders put between others, and none seems to be
  // reordered.
  if (!reorders_ || count < 3) return true;
  bool any_disposable = false;
  for (std::size_t i = 0; i < count; ++i) {
    any_disposable = any_disposable || queue_[i].facts.disposable;
    if (i > 0 && *queue_[i].time <= *queue_[i - 1].time) return true;
  }
  return !any_disposable;
}

void PacketPlan::decode_all_from_here() {
  log("media").info("timestamps do not tell the order of presentation; every picture is decoded");
  planning_ = false;
  for (Queued& queued : queue_) queued.decode = true;
  if (restart_pending_ && !queue_.empty()) queue_.front().restart = true;
  restart_pending_ = false;
  decided_ = queue_.size();
}

void PacketPlan::mark_wanted(std::size_t count, std::optional<std::size_t> next_entry) {
  // In presentation order; equal times stay in decoding order.
  std::vector<std::pair<Micros, std::size_t>> order;
  order.reserve(queue_.size());
  const bool starts_with_entry = queue_.front().facts.entry && !continues_;
  const Micros begin = starts_with_entry ? *queue_.front().time : kNever;
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    // The leading pictures of this segment's entry were dealt with together with the one before.
    if (queue_[i].shown && *queue_[i].time >= begin) order.emplace_back(*queue_[i].time, i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const Micros boundary = next_entry ? *queue_[*next_entry].time : kForever;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto [time, position] = order[i];
    const bool leading = next_entry && position > *next_entry && time < boundary;
    if (position >= count && !leading) continue;
    std::size_t after = i + 1;
    while (after < order.size() && order[after].first == time) ++after;
    const Micros until = after < order.size() ? order[after].first : kForever;
    // The very first picture also serves instants before it.
    const Micros from = nothing_planned_ && i == 0 ? kNever : time;
    queue_[position].wanted = instants_.any_in(from, until);
  }
  nothing_planned_ = false;
}

void PacketPlan::plan_segment() {
  const std::optional<std::size_t> next_entry = find_next_entry();
  std::size_t count = queue_.size();
  if (next_entry) {
    count = *next_entry;
  } else if (!at_end_) {
    count = queue_.size() > 2 * kLookahead ? queue_.size() - kLookahead : (queue_.size() + 1) / 2;
  }
  if (!std::all_of(queue_.begin(), queue_.end(),
                   [](const Queued& queued) { return queued.time.has_value(); })) {
    decode_all_from_here();
    return;
  }
  mark_wanted(count, next_entry);

  const bool starts_with_entry = queue_.front().facts.entry && !continues_;
  const Micros begin = *queue_.front().time;
  std::optional<std::size_t> last_wanted;
  for (std::size_t i = 0; i < count; ++i) {
    if (queue_[i].wanted) last_wanted = i;
  }
  std::size_t keep = count;  // packets from here on are cut
  const bool believable = order_is_believable(count);
  if (!believable) {
    for (std::size_t i = 0; i < count; ++i) queue_[i].wanted = true;
  } else if (next_entry) {
    const bool leading_wanted =
        std::any_of(queue_.begin() + static_cast<std::ptrdiff_t>(count), queue_.end(),
                    [](const Queued& queued) { return queued.wanted; });
    const std::size_t tail = last_wanted ? *last_wanted + 1 : 0;
    const auto tail_begin = queue_.begin() + static_cast<std::ptrdiff_t>(tail);
    const auto tail_end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    const bool headers_lost = !queue_[count].facts.carries_headers &&
                              std::any_of(tail_begin, tail_end, [](const Queued& queued) {
                                return queued.facts.carries_headers;
                              });
    const auto gain = static_cast<std::size_t>(std::count_if(
        tail_begin, tail_end, [](const Queued& queued) { return !queued.facts.disposable; }));
    if (!leading_wanted && !headers_lost && (tail == 0 || gain >= kWorthARestart)) keep = tail;

    if (tail == 0 && keep == 0 && jump(*queue_[count].time, queue_[count].packet->dts)) return;
  } else if (!last_wanted && !at_end_ && queue_[count].packet->dts != AV_NOPTS_VALUE &&
             jump(*queue_[count].time, queue_[count].packet->dts)) {
    return;
  }

  const bool fresh_start = restart_pending_ && starts_with_entry && keep > 0;
  for (std::size_t i = 0; i < count; ++i) {
    Queued& queued = queue_[i];
    queued.decode = i < keep && (queued.wanted || !queued.facts.disposable);
    queued.errors_expected = fresh_start && i > 0 && *queued.time < begin;
  }
  if (fresh_start) {
    queue_.front().restart = true;
    queue_.front().decode = true;
    restart_pending_ = false;
  }
  if (keep < count && !inspector_.intra_only()) restart_pending_ = true;
  continues_ = !next_entry;
  decided_ = count;
}

bool PacketPlan::jump(Micros passed, std::int64_t dts) {
  const std::optional<Micros> instant = instants_.time_of(instants_.at_or_after(passed));
  if (!instant || *instant == jumped_for_ || *instant - passed < kWorthASeek) return false;
  if (!input_.index_leads_past(dts, *instant)) return false;
  jumped_for_ = *instant;
  // The index is ordered by decoding time, so the entry found may be presented after the instant,
  // or be no clean entry: then an earlier one is looked for.
  constexpr std::array<Micros, 9> kBack = {
      0, 100'000, 500'000, 2'000'000, 5'000'000, 15'000'000, 30'000'000, 120'000'000, 600'000'000};
  const Micros here = input_.time_of(dts);  // never further back than where the plan already is
  for (const Micros back : kBack) {
    const Micros target = std::max(*instant - back, here);
    clear_queue();
    at_end_ = false;
    ++seeks_;
    if (!input_.seek(target)) break;
    if (pull()) {
      const Queued& front = queue_.front();
      if (front.facts.entry && front.time.has_value() && *front.time <= *instant) {
        restart_pending_ = !inspector_.intra_only();
        continues_ = false;
        return true;
      }
    }
    if (target == here) break;
  }
  // Nothing suitable: from the beginning, reading instead of seeking.
  clear_queue();
  at_end_ = false;
  if (!input_.rewind()) {
    throw Error(ErrorCode::io_error, input_.info().path + ": cannot go back to the beginning.");
  }
  restart_pending_ = !inspector_.intra_only();
  continues_ = false;
  return true;
}

}  // namespace longtake::media
