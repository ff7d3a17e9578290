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

// The mean keys of all blocks in the scopes at one layer: stretches of the index, in order.
std::vector<Tensor> index_keys(const std::vector<RecallScope>& scopes, std::int64_t layer) {
  std::vector<Tensor> stretches;
  for (const RecallScope& scope : scopes) {
    const MemoryShape& shape = scope.source->shape();
    for (BlockId id = scope.first; id < scope.last;) {
      const auto keys = scope.source->mean_keys(layer, id, scope.last - id);
      const auto count = static_cast<std::int64_t>(keys.size()) / (shape.kv_heads * shape.head_dim);
      assert(count > 0);
      stretches.push_back(Tensor::borrow(static_cast<const void*>(keys.data()), DType::f16,
                                         {count, shape.kv_heads, shape.head_dim}));
      id += count;
    }
  }
  return stretches;
}

std::int64_t blocks_in(const std::vector<RecallScope>& scopes) {
  std::int64_t blocks = 0;
  for (const RecallScope& scope : scopes) blocks += scope.count();
  return blocks;
}

}  // namespace

void prepare_recall(kernels::Backend& backend, const std::vector<RecallScope>& scopes,
                    const std::function<bool()>& stop) {
  const std::int64_t blocks = blocks_in(scopes);
  if (blocks == 0) return;
  const MemoryShape& shape = scopes.front().source->shape();
  const Tensor query = backend.allocate(DType::f32, {shape.kv_heads, shape.head_dim});
  const std::vector<float> nothing(static_cast<std::size_t>(shape.kv_heads * shape.head_dim));
  backend.upload(nothing.data(), query);
  const Tensor scores = backend.allocate(DType::f32, {shape.kv_heads, blocks});
  for (std::int64_t layer = 0; layer < shape.layers && !stop(); ++layer) {
    backend.score_blocks(query, index_keys(scopes, layer), scores);
  }
  backend.synchronize();
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
      total_(blocks_in(scopes_)),
      layers_(sinks.layers.size()) {}

void Recall::begin_prompt(std::int64_t question_begin, std::int64_t question_end) {
  question_begin_ = question_begin;
  question_end_ = question_end;
}

void Recall::record_from(std::int64_t first_token) {
  record_from_ = first_token;
}

std::pair<const BlockSource*, BlockId> Recall::locate(std::int64_t number) const {
  for (const RecallScope& scope : scopes_) {
    if (number < scope.count()) return {scope.source, scope.first + number};
    number -= scope.count();
  }
  assert(false && "a block number outside the scopes");
  return {nullptr, 0};
}

Tensor Recall::score(int layer, const Tensor& q) {
  const std::int64_t heads = q.dim(1);
  const std::int64_t head_dim = q.dim(2);
  const std::int64_t kv_heads = calibration_.kv_heads;
  const Tensor query = backend_.allocate(DType::f32, {1, heads, head_dim});
  backend_.mean_rows(q.rows(question_begin_, question_end_), query);

  const Tensor scores = backend_.allocate(DType::f32, {kv_heads, total_});
  backend_.score_blocks(query.reshaped({heads, head_dim}), index_keys(scopes_, layer), scores);
  if (observer_ != nullptr) {
    std::vector<float> seen(static_cast<std::size_t>(kv_heads * total_));
    backend_.download(scores, seen.data());
    observer_->on_scores(layer, seen, total_);
  }
  return scores;
}

std::vector<std::int64_t> Recall::choose(int layer, const Tensor& scores) {
  // Layers accumulate only as far as the calibration vouches for them; where it vouches for none
  // yet, the layer chooses by its own scores.
  const std::int64_t kv_heads = calibration_.kv_heads;
  const float* weights = calibration_.find.data() + layer * kv_heads;
  const double so_far = std::accumulate(calibration_.find.data(), weights + kv_heads, 0.0);
  const bool own = !calibration_.measured() || so_far <= 0;
  const std::vector<float> equal(static_cast<std::size_t>(kv_heads), 1.0F);

  kernels::PickRule rule;
  rule.weights = own ? std::span<const float>(equal)
                     : std::span<const float>(weights, static_cast<std::size_t>(kv_heads));
  rule.afresh = own || !combined_;
  rule.among = std::max<std::int64_t>(0, total_ - options_.recent);
  rule.budget = options_.budget;
  rule.mass = static_cast<float>(options_.mass);
  if (calibration_.measured()) rule.sharpness = calibration_.sharpness;
  if (!combined_) combined_ = backend_.allocate(DType::f32, {total_});
  std::vector<std::int64_t> chosen = backend_.pick_blocks(scores, rule, combined_);
  for (std::int64_t i = rule.among; i < total_; ++i) chosen.push_back(i);
  return chosen;
}

bool Recall::choices_agree(int layer) const {
  const std::vector<std::int64_t>& chosen = layers_[static_cast<std::size_t>(layer)].chosen;
  if (chosen.empty()) return false;
  if (static_cast<std::int64_t>(chosen.size()) == total_) return true;
  if (layer == 0) return false;
  const std::vector<std::int64_t>& before = layers_[static_cast<std::size_t>(layer) - 1].chosen;
  const auto both = std::count_if(chosen.begin(), chosen.end(), [&](std::int64_t number) {
    return std::binary_search(before.begin(), before.end(), number);
  });
  return 2 * both >= static_cast<std::int64_t>(chosen.size());
}

void Recall::assemble(int layer, const Tensor& q) {
  Layer& state = layers_[static_cast<std::size_t>(layer)];
  if (total_ <= options_.budget + options_.recent) {
    state.chosen.resize(static_cast<std::size_t>(total_));
    std::iota(state.chosen.begin(), state.chosen.end(), 0);
    if (observer_ != nullptr && total_ > 0) score(layer, q);
  } else {
    const std::int64_t start = monotonic_us();
    state.chosen = choose(layer, score(layer, q));
    held_.clear();  // the choice came back, so whatever was enqueued before it is done
    timing_.score_seconds += seconds_since(start);
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
  const Sinks::Layer& sinks = sinks_.layers[static_cast<std::size_t>(layer)];
  const std::int64_t kv_heads = sinks.k.dim(1);
  const std::int64_t head_dim = sinks.k.dim(2);
  state.k = backend_.allocate(options_.dtype, {tokens + options_.tail_tokens, kv_heads, head_dim});
  state.v = backend_.allocate(options_.dtype, state.k.shape());
  backend_.rope(sinks.k, text_positions(0, sinks_.tokens), rope_, state.k.rows(0, sinks_.tokens));
  backend_.copy(sinks.v, state.v.rows(0, sinks_.tokens));
  state.tokens = sinks_.tokens;
  state.position = static_cast<std::int32_t>(sinks_.tokens);
  state.group_ends.push_back(state.tokens);
  std::vector<Tensor> near;               // of the places: payloads that the device has
  std::vector<BlockCache::Place> wanted;  // the others
  for (const Place& place : places) {
    near.push_back(cache_.device().find({place.source, place.info.id, layer}));
    if (!near.back()) wanted.push_back({place.source, place.info.id});
  }
  const std::vector<Payload> payloads = cache_.get(wanted, layer);
  held_.insert(held_.end(), payloads.begin(), payloads.end());
  std::vector<kernels::KvPiece> pieces;
  std::vector<std::vector<Position>> positions;  // of the places: mostly all alike
  auto payload = payloads.begin();
  for (const Place& place : places) {
    std::vector<Position> own = place.source->positions(place.info.id);
    if (positions.empty() || positions.back() != own) positions.push_back(std::move(own));
    kernels::KvPiece& piece = pieces.emplace_back();
    const Tensor& there = near[pieces.size() - 1];
    piece.on_device = static_cast<bool>(there);
    piece.payload = piece.on_device ? there.data<std::byte>()
                                    : static_cast<const std::byte*>((*payload++)->data());
    piece.layout = place.source->shape().layout(place.info.tokens);
    piece.positions = positions.back();
    piece.shift = state.position;
    piece.row = state.tokens;
    state.tokens += place.info.tokens;
    state.position += place.info.extent;
    state.group_ends.push_back(state.tokens);
  }
  if (!pieces.empty()) backend_.decode_kv(pieces, &rope_, state.k, state.v);
  // While this layer computes, the next one's likely blocks come from disk.
  if (layer + 1 < static_cast<int>(layers_.size()) && choices_agree(layer)) {
    std::vector<BlockId> ids;
    for (const Place& place : places) {
      if (place.source != places.front().source) continue;
      if (!cache_.device().has({place.source, place.info.id, layer + 1}))
        ids.push_back(place.info.id);
    }
    cache_.prefetch(*places.front().source, std::move(ids), layer + 1);
  }
  timing_.load_seconds += seconds_since(start);
}

void Recall::keep_on_device() {
  DeviceBlocks& device = cache_.device();
  if (!device.keeps_any()) return;
  std::vector<DeviceBlocks::Item> items;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    for (const std::int64_t number : layers_[layer].chosen) {
      const auto [source, id] = locate(number);
      const PayloadKey key{source, id, static_cast<std::int64_t>(layer)};
      if (device.has(key)) continue;
      if (Payload payload = cache_.peek(key)) items.push_back({key, std::move(payload)});
    }
  }
  device.keep(items);
}

// Attention that also leaves its mass. The mass stays on the device until somebody asks.
void Recall::record(int layer, kernels::AttentionArgs args) {
  Layer& state = layers_[static_cast<std::size_t>(layer)];
  std::vector<std::int64_t> group_ends = state.group_ends;
  group_ends.push_back(state.tokens + tokens_);
  const auto groups = static_cast<std::int64_t>(group_ends.size());
  const std::int64_t heads = args.q.dim(1);
  args.group_ends = group_ends;
  const bool first = !state.mass;
  args.add_to_mass = !first;
  if (first) state.mass = backend_.allocate(DType::f32, {heads, groups});
  args.mass = state.mass;
  Tensor step;  // of these tokens alone
  if (observer_ != nullptr) {
    step = backend_.allocate(DType::f32, {heads, groups});
    args.mass = step;
    args.add_to_mass = false;
  }
  backend_.attention(args);
  if (observer_ == nullptr) return;

  std::vector<float> mass(static_cast<std::size_t>(heads * groups));
  backend_.download(step, mass.data());
  std::vector<float> blocks_only;
  for (std::int64_t h = 0; h < heads; ++h) {
    const auto on_blocks = mass.begin() + h * groups + 1;
    blocks_only.insert(blocks_only.end(), on_blocks,
                       on_blocks + static_cast<std::ptrdiff_t>(state.chosen.size()));
  }
  observer_->on_attention(layer, state.chosen, blocks_only);
  if (first) {
    backend_.copy(step, state.mass);
  } else {
    backend_.add(state.mass, step, state.mass);
  }
}

void Recall::attend(int layer, const Tensor& q, const Tensor& k, const Tensor& v,
                    const Tensor& out) {
  Layer& state = layers_[static_cast<std::size_t>(layer)];
  if (state.group_ends.empty()) assemble(layer, q);

  const std::int64_t count = q.rows();
  const std::int64_t plain = record_from_ < 0 ? count : std::min(record_from_, count);
  if (layer == 0) {
    begin_ = tokens_;
    tokens_ += count;
    recorded_tokens_ += count - plain;
  }
  const std::int64_t before = state.tokens + begin_;
  const std::int64_t end = before + count;
  assert(end <= state.k.rows());
  const std::vector<Position> positions =
      text_positions(state.position + static_cast<std::int32_t>(begin_), count);
  if (!q_rotated_ || q_rotated_.shape() != q.shape()) {
    q_rotated_ = backend_.allocate(backend_.activation_dtype(), q.shape());
  }
  backend_.rope_qkv(q, {k, v}, positions, rope_, q_rotated_,
                    {state.k.rows(before, end), state.v.rows(before, end)});

  kernels::AttentionArgs args;
  args.scale = 1.0F / std::sqrt(static_cast<float>(q.dim(2)));
  const auto attend_tokens = [&](std::int64_t first, std::int64_t last) {
    const kernels::KvSpan past{state.k.rows(0, before + first), state.v.rows(0, before + first)};
    args.q = q_rotated_.rows(first, last);
    args.past = {&past, 1};
    args.fresh = {state.k.rows(before + first, before + last),
                  state.v.rows(before + first, before + last)};
    args.out = out.rows(first, last);
    if (first < plain) {
      backend_.attention(args);
    } else {
      record(layer, args);
    }
  };
  if (plain > 0) attend_tokens(0, plain);
  if (plain < count) attend_tokens(plain, count);
  if (layer + 1 == static_cast<int>(layers_.size()) && record_from_ > 0) record_from_ = 0;
}

std::int64_t Recall::repeatable() const {
  // Whoever observes is told of every token. A pass that is the first one to be recorded, or recorded in
  // part, is unlike the next one.
  const Layer& state = layers_.front();
  const bool alike = record_from_ < 0 || (record_from_ == 0 && state.mass);
  if (observer_ != nullptr || tokens_ == 0 || !alike) return 0;
  return state.k.rows() - state.tokens - tokens_;
}

std::int64_t Recall::place() const {
  return tokens_;
}

void Recall::move_to(std::int64_t place) {
  if (record_from_ == 0) recorded_tokens_ += place - tokens_;
  tokens_ = place;
}

void Recall::add_evidence(int layer, std::vector<double>& evidence) const {
  const Layer& state = layers_[static_cast<std::size_t>(layer)];
  if (!state.mass) return;
  const std::int64_t heads = state.mass.dim(0);
  const std::int64_t groups = state.mass.dim(1);
  std::vector<float> mass(static_cast<std::size_t>(heads * groups));
  backend_.download(state.mass, mass.data());
  const std::int64_t per_group = heads / calibration_.kv_heads;
  double weights = 0;
  for (const float weight : calibration_.cite) weights += static_cast<double>(weight);
  weights *= static_cast<double>(per_group);
  if (weights <= 0) weights = 1;
  for (std::int64_t h = 0; h < heads; ++h) {
    const double weight = static_cast<double>(calibration_.cite[static_cast<std::size_t>(
                              layer * calibration_.kv_heads + h / per_group)]) /
                          weights;
    for (std::size_t i = 0; i < state.chosen.size(); ++i) {
      const float value = mass[static_cast<std::size_t>(h * groups) + 1 + i];
      evidence[static_cast<std::size_t>(state.chosen[i])] += weight * static_cast<double>(value);
    }
  }
}

std::vector<double> Recall::evidence() const {
  std::vector<double> shares(static_cast<std::size_t>(total_), 0.0);
  if (recorded_tokens_ == 0) return shares;
  for (int layer = 0; layer < static_cast<int>(layers_.size()); ++layer) {
    add_evidence(layer, shares);
  }
  for (double& share : shares) share /= static_cast<double>(recorded_tokens_);
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
