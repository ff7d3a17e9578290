#include "engine/memory/recall.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/time.h"

namespace longtake::memory {

using kernels::DType;
using kernels::Position;
using kernels::Tensor;

namespace {

double seconds_since(std::int64_t start_us) {
  return static_cast<double>(monotonic_us() - start_us) / kMicrosPerSecond;
}

// Positions of text tokens: all three components count together.
std::vector<Position> text_positions(std::int32_t start, std::int64_t count) {
  std::vector<Position> positions;
  positions.reserve(static_cast<std::size_t>(count));
  for (std::int32_t i = 0; i < count; ++i) positions.push_back({start + i, start + i, start + i});
  return positions;
}

// Adds weight * (x - mean) / deviation: heads differ in scale, and only how far a block stands out from
// the others says anything.
void add_standardised(std::span<const float> x, double weight, std::vector<double>& sum) {
  double mean = 0;
  double square = 0;
  for (const float value : x) {
    mean += value;
    square += static_cast<double>(value) * value;
  }
  mean /= static_cast<double>(x.size());
  const double variance = square / static_cast<double>(x.size()) - mean * mean;
  const double factor = variance > 1e-12 ? weight / std::sqrt(variance) : 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum[i] += factor * (x[i] - mean);
}

}  // namespace

double choice_weight(double score, double top, double sharpness) {
  return top > 0 ? std::exp(sharpness * (score / top - 1)) : 1;
}

Recall::Recall(kernels::Backend& backend, const kernels::RopeTable& rope, const Sinks& sinks,
               const Calibration& calibration, BlockCache& cache, std::vector<RecallScope> scopes,
               const RecallOptions& options, RecallObserver* observer)
    : backend_(backend),
      rope_(rope),
      sinks_(sinks),
      calibration_(calibration),
      cache_(cache),
      scopes_(std::move(scopes)),
      options_(options),
      observer_(observer),
      layers_(sinks.layers.size()) {
  for (const RecallScope& scope : scopes_) total_ += scope.count();
  evidence_.assign(static_cast<std::size_t>(total_), 0);
}

void Recall::begin_prompt(std::int64_t question_begin, std::int64_t question_end) {
  question_begin_ = question_begin;
  question_end_ = question_end;
}

void Recall::record_from(std::int64_t first_token) { record_from_ = first_token; }

std::pair<const BlockSource*, BlockId> Recall::locate(std::int64_t number) const {
  for (const RecallScope& scope : scopes_) {
    if (number < scope.count()) return {scope.source, scope.first + number};
    number -= scope.count();
  }
  assert(false && "a block number outside the scopes");
  return {nullptr, 0};
}

void Recall::score(int layer, const Tensor& q) {
  const std::int64_t start = monotonic_us();
  const std::int64_t heads = q.dim(1);
  const std::int64_t head_dim = q.dim(2);
  const std::int64_t kv_heads = calibration_.kv_heads;
  const Tensor query = backend_.allocate(DType::f32, {heads, head_dim});
  backend_.mean_rows(q.rows(question_begin_, question_end_), query);

  // [G][total], filled page by page of the index.
  std::vector<float> scores(static_cast<std::size_t>(kv_heads * total_));
  std::vector<float> page_scores;
  std::int64_t number = 0;
  for (const RecallScope& scope : scopes_) {
    for (BlockId id = scope.first; id < scope.last;) {
      const auto keys = scope.source->mean_keys(layer, id, scope.last - id);
      const auto count = static_cast<std::int64_t>(keys.size()) / (kv_heads * head_dim);
      assert(count > 0);
      page_scores.resize(static_cast<std::size_t>(kv_heads * count));
      backend_.score_blocks(query,
                            Tensor::borrow(static_cast<const void*>(keys.data()), DType::f16,
                                           {count, kv_heads, head_dim}),
                            Tensor::borrow(page_scores.data(), DType::f32, {kv_heads, count}));
      for (std::int64_t g = 0; g < kv_heads; ++g) {
        std::copy_n(page_scores.begin() + g * count, count, scores.begin() + g * total_ + number);
      }
      number += count;
      id += count;
    }
  }
  if (observer_ != nullptr) observer_->on_scores(layer, scores, total_);

  // Layers accumulate only as far as the calibration vouches for them; where it vouches for none yet,
  // the layer chooses by its own scores.
  const float* weights = calibration_.find.data() + layer * kv_heads;
  const double so_far =
      std::accumulate(calibration_.find.data(), weights + kv_heads, 0.0);
  const bool own = !calibration_.measured() || so_far <= 0;
  if (combined_.empty() || own) combined_.assign(static_cast<std::size_t>(total_), 0);
  for (std::int64_t g = 0; g < kv_heads; ++g) {
    const std::span<const float> row(scores.data() + g * total_, static_cast<std::size_t>(total_));
    const double weight = own ? 1.0 : static_cast<double>(weights[g]);
    if (weight > 0) add_standardised(row, weight, combined_);
  }
  timing_.score_seconds += seconds_since(start);
}

std::vector<std::int64_t> Recall::choose() const {
  const std::int64_t old = std::max<std::int64_t>(0, total_ - options_.recent);
  std::vector<std::int64_t> order(static_cast<std::size_t>(old));
  std::iota(order.begin(), order.end(), 0);
  const auto better = [&](std::int64_t a, std::int64_t b) {
    const double score_a = combined_[static_cast<std::size_t>(a)];
    const double score_b = combined_[static_cast<std::size_t>(b)];
    return score_a != score_b ? score_a > score_b : a < b;
  };
  const auto budget = std::min(old, options_.budget);
  std::partial_sort(order.begin(), order.begin() + budget, order.end(), better);

  std::int64_t taken = budget;
  if (calibration_.measured() && budget > 0) {
    const double top = combined_[static_cast<std::size_t>(order[0])];
    const double sharpness = static_cast<double>(calibration_.sharpness);
    double mass = 0;
    for (std::int64_t i = 0; i < old; ++i) {
      mass += choice_weight(combined_[static_cast<std::size_t>(i)], top, sharpness);
    }
    double covered = 0;
    for (taken = 0; taken < budget && covered < options_.mass * mass; ++taken) {
      const auto number = static_cast<std::size_t>(order[static_cast<std::size_t>(taken)]);
      covered += choice_weight(combined_[number], top, sharpness);
    }
  }
  order.resize(static_cast<std::size_t>(taken));
  for (std::int64_t i = old; i < total_; ++i) order.push_back(i);
  std::sort(order.begin(), order.end());
  return order;
}

void Recall::assemble(int layer, const Tensor& q) {
  Layer& state = layers_[static_cast<std::size_t>(layer)];
  if (total_ <= options_.budget + options_.recent) {
    state.chosen.resize(static_cast<std::size_t>(total_));
    std::iota(state.chosen.begin(), state.chosen.end(), 0);
    if (observer_ != nullptr && total_ > 0) score(layer, q);
  } else {
    score(layer, q);
    state.chosen = choose();
  }

  const std::int64_t start = monotonic_us();
  struct Place {
    const BlockSource* source;
    BlockInfo info;
  };
  std::vector<Place> places;
  std::int64_t tokens = sinks_.tokens;
  for (const std::int64_t number : state.chosen) {
    const auto [source, id] = locate(number);
    places.push_back({source, source->info(id)});
    tokens += places.back().info.tokens;
  }
  // While this layer computes, the next one's likely blocks come from disk.
  if (layer + 1 < static_cast<int>(layers_.size()) && !places.empty()) {
    std::vector<BlockId> ids;
    for (const Place& place : places) {
      if (place.source == places.front().source) ids.push_back(place.info.id);
    }
    cache_.prefetch(*places.front().source, std::move(ids), layer + 1);
  }

  const Sinks::Layer& sinks = sinks_.layers[static_cast<std::size_t>(layer)];
  const std::int64_t kv_heads = sinks.k.dim(1);
  const std::int64_t head_dim = sinks.k.dim(2);
  state.k =
      backend_.allocate(options_.dtype, {tokens + options_.tail_tokens, kv_heads, head_dim});
  state.v = backend_.allocate(options_.dtype, state.k.shape());
  const Tensor rotated = backend_.allocate(backend_.activation_dtype(), sinks.k.shape());
  backend_.rope(sinks.k, text_positions(0, sinks_.tokens), rope_, rotated);
  backend_.copy(rotated, state.k.rows(0, sinks_.tokens));
  backend_.copy(sinks.v, state.v.rows(0, sinks_.tokens));
  state.tokens = sinks_.tokens;
  state.position = static_cast<std::int32_t>(sinks_.tokens);
  state.group_ends.push_back(state.tokens);
  for (const Place& place : places) {
    const Payload payload = cache_.get(*place.source, place.info.id, layer);
    std::vector<Position> positions = place.source->positions(place.info.id);
    for (Position& position : positions) {
      for (std::int32_t& component : position) component += state.position;
    }
    const std::int64_t end = state.tokens + place.info.tokens;
    backend_.decode_kv(payload->data(), place.source->shape().layout(place.info.tokens), positions,
                       &rope_, state.k.rows(state.tokens, end), state.v.rows(state.tokens, end));
    state.tokens = end;
    state.position += place.info.extent;
    state.group_ends.push_back(state.tokens);
  }
  timing_.load_seconds += seconds_since(start);
}

void Recall::record(int layer, const kernels::AttentionArgs& args) {
  const Layer& state = layers_[static_cast<std::size_t>(layer)];
  const std::int64_t heads = args.mass.dim(0);
  const std::int64_t groups = args.mass.dim(1);
  std::vector<float> mass(static_cast<std::size_t>(heads * groups));
  backend_.download(args.mass, mass.data());
  const std::int64_t per_group = heads / calibration_.kv_heads;
  double weights = 0;
  for (const float weight : calibration_.cite) weights += static_cast<double>(weight);
  weights *= static_cast<double>(per_group);
  if (weights <= 0) weights = 1;

  std::vector<float> blocks_only;
  for (std::int64_t h = 0; h < heads; ++h) {
    const double weight =
        static_cast<double>(calibration_.cite[static_cast<std::size_t>(
            layer * calibration_.kv_heads + h / per_group)]) /
        weights;
    for (std::size_t i = 0; i < state.chosen.size(); ++i) {
      const float value = mass[static_cast<std::size_t>(h * groups) + 1 + i];
      evidence_[static_cast<std::size_t>(state.chosen[i])] += weight * static_cast<double>(value);
      if (observer_ != nullptr) blocks_only.push_back(value);
    }
  }
  if (observer_ != nullptr) observer_->on_attention(layer, state.chosen, blocks_only);
}

void Recall::attend(int layer, const Tensor& q, const Tensor& k, const Tensor& v,
                    const Tensor& out) {
  Layer& state = layers_[static_cast<std::size_t>(layer)];
  if (state.group_ends.empty()) assemble(layer, q);

  const std::int64_t count = q.rows();
  const std::int64_t before = state.tokens;
  assert(before + count <= state.k.rows());
  const std::vector<Position> positions = text_positions(state.position, count);
  if (!q_rotated_ || q_rotated_.shape() != q.shape()) {
    q_rotated_ = backend_.allocate(backend_.activation_dtype(), q.shape());
  }
  const Tensor k_rotated = backend_.allocate(backend_.activation_dtype(), k.shape());
  backend_.rope(q, positions, rope_, q_rotated_);
  backend_.rope(k, positions, rope_, k_rotated);

  const std::int64_t recorded = record_from_ < 0 ? count : std::min(record_from_, count);
  const kernels::KvSpan past[] = {{state.k.rows(0, before), state.v.rows(0, before)},
                                  {k_rotated.rows(0, recorded), v.rows(0, recorded)}};
  kernels::AttentionArgs args;
  args.scale = 1.0F / std::sqrt(static_cast<float>(q.dim(2)));
  if (recorded > 0) {
    args.q = q_rotated_.rows(0, recorded);
    args.past = {past, 1};
    args.fresh = {past[1].k, past[1].v};
    args.out = out.rows(0, recorded);
    backend_.attention(args);
  }
  if (recorded < count) {
    std::vector<std::int64_t> group_ends = state.group_ends;
    group_ends.push_back(before + count);
    args.q = q_rotated_.rows(recorded, count);
    args.past = past;
    args.fresh = {k_rotated.rows(recorded, count), v.rows(recorded, count)};
    args.out = out.rows(recorded, count);
    args.group_ends = group_ends;
    args.mass = backend_.allocate(DType::f32,
                                  {q.dim(1), static_cast<std::int64_t>(group_ends.size())});
    backend_.attention(args);
    record(layer, args);
    if (layer == 0) recorded_tokens_ += static_cast<double>(count - recorded);
  }

  backend_.copy(k_rotated, state.k.rows(before, before + count));
  backend_.copy(v, state.v.rows(before, before + count));
  state.tokens += count;
  state.position += static_cast<std::int32_t>(count);
  if (layer + 1 == static_cast<int>(layers_.size()) && record_from_ > 0) record_from_ = 0;
}

std::vector<double> Recall::evidence() const {
  std::vector<double> shares = evidence_;
  if (recorded_tokens_ > 0) {
    for (double& share : shares) share /= recorded_tokens_;
  }
  return shares;
}

std::int64_t Recall::blocks_used() const {
  std::vector<bool> used(static_cast<std::size_t>(total_));
  for (const Layer& layer : layers_) {
    for (const std::int64_t number : layer.chosen) used[static_cast<std::size_t>(number)] = true;
  }
  return std::count(used.begin(), used.end(), true);
}

}  // namespace longtake::memory
