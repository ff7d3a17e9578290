#include "kernels/cpu/attention.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/cpu/attention_kernels.h"

namespace longtake::kernels::cpu {
namespace {

constexpr std::int64_t kLargeTile =
    256;                                 // tokens; keys and values of one head stay in the L2 cache
constexpr std::int64_t kSmallTile = 64;  // for few rows: they stay in the L1 cache
constexpr std::int64_t kFewRows = 64;
// Stacked query rows of one task.
constexpr std::int64_t kLeastRows = 96;
constexpr std::int64_t kMostRows = 1024;

std::int64_t round_up(std::int64_t n, std::int64_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

// What one call of attention() computes, and the pieces into which it is cut: per sequence and key
// head, the queries into query_pieces, and the context into context_pieces whose states are joined.
class Attention {
 public:
  Attention(const AttentionArgs& args, bool bf16, int threads) : args_(args) {
    const Tensor& q = args.q;
    assert(q.dtype() == DType::f32 && q.shape() == args.out.shape());
    assert(args.fresh.k || !args.past.empty());
    const Tensor& some_keys = args.fresh.k ? args.fresh.k : args.past[0].k;
    heads_ = q.dim(1);
    key_heads_ = some_keys.dim(1);
    stacked_ = heads_ / key_heads_;
    queries_ = q.rows() / args.sequences;
    assert(heads_ % key_heads_ == 0 && queries_ * args.sequences == q.rows());
    assert(args.sequences == 1 || args.past.empty());
    for (const KvSpan& span : args.past) {
      starts_.push_back(context_);
      context_ += span.k.rows();
    }
    past_ = context_;
    if (args.fresh.k) {
      assert(args.fresh.k.rows() == q.rows());
      context_ += queries_;
    }

    sizes_.bf16 = bf16;
    sizes_.head_dim = q.dim(2);
    // Whole groups of four words, for the transposition.
    sizes_.key_words = round_up(bf16 ? (sizes_.head_dim + 1) / 2 : sizes_.head_dim, 4);
    sizes_.value_columns = round_up(sizes_.head_dim, kMaxLanes);

    const std::int64_t rows = queries_ * stacked_;
    const std::int64_t heads = args.sequences * key_heads_;
    const std::int64_t wanted = std::int64_t{4} * threads;  // tasks, so that threads end together
    sizes_.tile = rows <= kFewRows ? kSmallTile : kLargeTile;
    if (rows > kFewRows) {
      // Pieces small enough for their states to stay in the cache, but worth a packed tile.
      const std::int64_t least = (rows + kMostRows - 1) / kMostRows;
      const std::int64_t most = std::max<std::int64_t>(1, rows / kLeastRows);
      query_pieces_ = std::max(least, std::min((wanted + heads - 1) / heads, most));
      query_pieces_ = std::min(query_pieces_, queries_);
    } else if (heads < wanted) {
      const std::int64_t most = std::max<std::int64_t>(1, context_ / 512);
      context_pieces_ = std::min((wanted + heads - 1) / heads, most);
    }
  }

  const AttentionArgs& args() const { return args_; }
  const AttentionSizes& sizes() const { return sizes_; }
  std::int64_t heads() const { return args_.sequences * key_heads_; }
  std::int64_t stacked() const { return stacked_; }
  std::int64_t query_pieces() const { return query_pieces_; }
  std::int64_t context_pieces() const { return context_pieces_; }
  std::int64_t tiles() const { return (context_ + sizes_.tile - 1) / sizes_.tile; }
  std::int64_t tile_words() const { return sizes_.key_tile_words() + sizes_.value_tile_words(); }
  std::int64_t groups() const { return static_cast<std::int64_t>(args_.group_ends.size()); }

  std::int64_t query_begin(std::int64_t piece) const { return queries_ * piece / query_pieces_; }
  std::int64_t most_rows() const {
    return (queries_ + query_pieces_ - 1) / query_pieces_ * stacked_;
  }
  std::int64_t most_tiles() const { return (tiles() + context_pieces_ - 1) / context_pieces_; }
  std::int64_t state_floats() const { return most_rows() * (sizes_.value_columns + 2); }
  // Weights of groups: every tile adds one cut to the groups' own.
  std::int64_t mass_floats() const {
    return args_.mass ? (groups() + 2 * most_tiles()) * most_rows() : 0;
  }

  // The rows that a tile is made of: it may cover many short spans. Kept from tile to tile.
  struct Pieces {
    std::vector<HeadRows> keys, values;
    std::vector<std::int64_t> counts;
  };
  // Packs tile `tile` of head `head` (sequence * key_heads + key head).
  void pack(std::int64_t head, std::int64_t tile, Pieces& pieces, std::uint32_t* scratch,
            std::uint32_t* to) const {
    const std::int64_t begin = tile * sizes_.tile;
    const std::int64_t end = std::min(context_, begin + sizes_.tile);
    pieces.keys.clear();
    pieces.values.clear();
    pieces.counts.clear();
    const auto add = [&](const KvSpan& span, std::int64_t first, std::int64_t last) {
      if (first >= last) return;
      pieces.keys.push_back(head_rows(span.k, first, head % key_heads_));
      pieces.values.push_back(head_rows(span.v, first, head % key_heads_));
      pieces.counts.push_back(last - first);
    };
    auto span = static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), begin) -
                                         starts_.begin());
    for (span = span == 0 ? 0 : span - 1; span < starts_.size() && starts_[span] < end; ++span) {
      const KvSpan& past = args_.past[span];
      add(past, std::max<std::int64_t>(0, begin - starts_[span]),
          std::min(past.k.rows(), end - starts_[span]));
    }
    if (end > past_) {
      const std::int64_t first_token = head / key_heads_ * queries_;
      add(args_.fresh, first_token + std::max<std::int64_t>(0, begin - past_),
          first_token + end - past_);
    }
    const auto count = static_cast<std::int64_t>(pieces.counts.size());
    pack_keys(sizes_, pieces.keys.data(), pieces.counts.data(), count, scratch, to);
    pack_values(sizes_, pieces.values.data(), pieces.counts.data(), count, scratch,
                to + sizes_.key_tile_words());
  }

  // One task: a piece of the queries of a head against a piece of the context.
  struct Task {
    std::int64_t head, query_piece, context_piece;
  };
  AttentionState state_at(const Task& task, float* memory) const {
    AttentionState state;
    state.rows = (query_begin(task.query_piece + 1) - query_begin(task.query_piece)) * stacked_;
    state.sums = memory;
    state.max = memory + state.rows * sizes_.value_columns;
    state.weight = state.max + state.rows;
    return state;
  }
  std::int64_t thread_scratch_words() const {
    return sizes_.pack_scratch_words() + tile_words() + most_rows() * sizes_.key_words +
           sizes_.score_scratch_floats();
  }

  // Fills `state` and, if the mass is wanted, `mass`. packed: all tiles of all heads, or nothing.
  void attend(const Task& task, const std::uint32_t* packed, std::uint32_t* scratch,
              const AttentionState& state, float* mass) const {
    std::uint32_t* pack_scratch = scratch;
    std::uint32_t* own_tile = pack_scratch + sizes_.pack_scratch_words();
    std::uint32_t* query = own_tile + tile_words();
    auto* score_scratch = reinterpret_cast<float*>(query + most_rows() * sizes_.key_words);

    const std::int64_t first_query = query_begin(task.query_piece);
    pack_queries(task, first_query, state.rows / stacked_, query);
    std::fill_n(state.sums, state.rows * sizes_.value_columns, 0.0F);
    std::fill_n(state.max, state.rows, -std::numeric_limits<float>::infinity());
    std::fill_n(state.weight, state.rows, 0.0F);

    std::vector<std::int64_t> cuts;
    Pieces pieces;
    for_tiles(task, [&](std::int64_t t, std::int64_t begin, std::int64_t end) {
      const std::uint32_t* words = own_tile;
      if (packed != nullptr) {
        words = packed + (task.head * tiles() + t) * tile_words();
      } else {
        pack(task.head, t, pieces, pack_scratch, own_tile);
      }
      AttentionTile tile;
      tile.keys = words;
      tile.values = words + sizes_.key_tile_words();
      tile.tokens = end - begin;
      // Query i sees all of the past and the fresh tokens 0..i.
      tile.first_visible = causal() ? past_ + first_query + 1 - begin : tile.tokens;
      tile.rows_per_query = stacked_;
      AttentionMassTile mass_tile;
      if (args_.mass) {
        cuts = tile_cuts(begin, end);
        mass_tile.cuts = cuts.data();
        mass_tile.count = static_cast<std::int64_t>(cuts.size());
        mass_tile.max = mass;
        mass_tile.sum = mass + state.rows;
        mass += (mass_tile.count + 1) * state.rows;
      }
      attend_tile(sizes_, query, tile, state, args_.mass ? &mass_tile : nullptr, score_scratch);
    });
  }

  // Joins the states of all pieces of the context and writes the outputs of a piece of the queries.
  // masses: per state; group_mass: [stacked, groups], is added to.
  void finish(std::int64_t head, std::int64_t query_piece, std::span<const AttentionState> states,
              std::span<const float* const> masses, float* group_mass) const {
    const std::int64_t first_query = query_begin(query_piece);
    const std::int64_t columns = sizes_.value_columns;
    for (std::int64_t row = 0; row < states[0].rows; ++row) {
      float max = -std::numeric_limits<float>::infinity();
      for (const AttentionState& state : states) max = std::max(max, state.max[row]);
      float weight = 0.0F;
      const auto factor = [&](float state_max) {
        return state_max == max ? 1.0F : std::exp2(state_max - max);
      };
      for (const AttentionState& state : states) {
        weight += state.weight[row] * factor(state.max[row]);
      }
      // Without any visible token there is nothing to attend to: zeros.
      const float inverse = weight > 0.0F ? 1.0F / weight : 0.0F;
      const std::int64_t query = head / key_heads_ * queries_ + first_query + row / stacked_;
      float* out = args_.out.data<float>() + query * args_.out.row_stride() +
                   (head % key_heads_ * stacked_ + row % stacked_) * sizes_.head_dim;
      for (std::size_t s = 0; s < states.size(); ++s) {
        const float share = factor(states[s].max[row]) * inverse;
        const float* sums = states[s].sums + row * columns;
        add_share(sums, share, s == 0, out, sizes_.head_dim);
      }
      if (!args_.mass) continue;
      for (std::size_t s = 0; s < states.size(); ++s) {
        const float* mass = masses[s];
        const Task task{head, query_piece, static_cast<std::int64_t>(s)};
        for_tiles(task, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
          const float share = factor(mass[row]) * inverse;
          mass += states[s].rows;
          std::int64_t group = first_group(begin);
          for (std::size_t i = 0; i < tile_cuts(begin, end).size(); ++i, ++group) {
            group_mass[row % stacked_ * groups() + group] += mass[row] * share;
            mass += states[s].rows;
          }
        });
      }
    }
  }

 private:
  bool causal() const { return args_.causal && args_.fresh.k; }

  static HeadRows head_rows(const Tensor& tensor, std::int64_t row, std::int64_t head) {
    assert(tensor.dtype() == DType::f32 || tensor.dtype() == DType::bf16);
    const std::int64_t offset = row * tensor.row_stride() + head * tensor.dim(2);
    return {static_cast<const std::byte*>(tensor.raw()) +
                dtype_bytes(tensor.dtype(), static_cast<std::size_t>(offset)),
            tensor.dtype(), tensor.row_stride()};
  }

  void pack_queries(const Task& task, std::int64_t first, std::int64_t count,
                    std::uint32_t* to) const {
    const std::int64_t key_head = task.head % key_heads_;
    const float factor = args_.scale * 1.44269504F;  // the softmax works with powers of two
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t query = task.head / key_heads_ * queries_ + first + i;
      HeadRows rows = head_rows(args_.q, query, key_head * stacked_);
      rows.stride = sizes_.head_dim;
      pack_query(sizes_, rows, stacked_, factor, to + i * stacked_ * sizes_.key_words);
    }
  }

  // body(tile, begin token, end token) for the tiles of a task that any of its queries sees.
  template <typename Body>
  void for_tiles(const Task& task, Body&& body) const {
    const std::int64_t first = tiles() * task.context_piece / context_pieces_;
    const std::int64_t last = tiles() * (task.context_piece + 1) / context_pieces_;
    const std::int64_t visible = causal() ? past_ + query_begin(task.query_piece + 1) : context_;
    for (std::int64_t t = first; t < last && t * sizes_.tile < visible; ++t) {
      body(t, t * sizes_.tile, std::min(context_, (t + 1) * sizes_.tile));
    }
  }

  // The group that token `begin` is in.
  std::int64_t first_group(std::int64_t begin) const {
    const auto& ends = args_.group_ends;
    return std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin();
  }
  // Ends of the groups within [begin, end), relative to begin.
  std::vector<std::int64_t> tile_cuts(std::int64_t begin, std::int64_t end) const {
    std::vector<std::int64_t> cuts;
    for (std::int64_t group = first_group(begin); cuts.empty() || cuts.back() < end - begin;
         ++group) {
      assert(group < groups());
      cuts.push_back(std::min(args_.group_ends[static_cast<std::size_t>(group)], end) - begin);
    }
    return cuts;
  }

  const AttentionArgs& args_;
  AttentionSizes sizes_;
  std::int64_t heads_ = 0;
  std::int64_t key_heads_ = 0;
  std::int64_t stacked_ = 0;  // query heads per key head
  std::int64_t queries_ = 0;  // of one sequence
  std::int64_t past_ = 0;
  std::int64_t context_ = 0;          // tokens: past and one sequence's fresh ones
  std::vector<std::int64_t> starts_;  // of the past spans
  std::int64_t query_pieces_ = 1;
  std::int64_t context_pieces_ = 1;
};

}  // namespace

AttentionRunner::AttentionRunner(ThreadPool& pool, bool bf16_products)
    : pool_(pool),
      bf16_products_(bf16_products),
      thread_scratch_(static_cast<std::size_t>(pool.threads())),
      thread_states_(static_cast<std::size_t>(pool.threads())) {}

void AttentionRunner::run(const AttentionArgs& args) {
  if (args.q.rows() == 0) {
    if (args.mass && !args.add_to_mass) std::memset(args.mass.raw(), 0, args.mass.bytes());
    return;
  }
  const Attention attention(args, bf16_products_, pool_.threads());
  const std::int64_t query_pieces = attention.query_pieces();
  const std::int64_t context_pieces = attention.context_pieces();
  const std::int64_t units = attention.heads() * query_pieces;  // with one state each, or several

  // Where several tasks read the same keys and values, these are packed once for all.
  std::uint32_t* packed = nullptr;
  const auto scratch_of = [&](int worker) {
    return thread_scratch_[static_cast<std::size_t>(worker)].get<std::uint32_t>(
        attention.thread_scratch_words());
  };
  if (query_pieces > 1) {
    const std::int64_t all = attention.heads() * attention.tiles();
    packed = packed_.get<std::uint32_t>(all * attention.tile_words());
    pool_.parallel_for(all, [&](std::int64_t i, int worker) {
      Attention::Pieces pieces;
      attention.pack(i / attention.tiles(), i % attention.tiles(), pieces, scratch_of(worker),
                     packed + i * attention.tile_words());
    });
  }

  const std::int64_t mass_size = args.mass ? attention.stacked() * attention.groups() : 0;
  std::vector<float> group_mass(static_cast<std::size_t>(units * mass_size), 0.0F);
  const std::int64_t state_floats = attention.state_floats() + attention.mass_floats();
  // memory: a state for each piece of the context, each followed by its weights of groups.
  const auto attend = [&](std::int64_t unit, std::int64_t piece, float* memory, int worker) {
    const Attention::Task task{unit / query_pieces, unit % query_pieces, piece};
    attention.attend(task, packed, scratch_of(worker), attention.state_at(task, memory),
                     memory + attention.state_floats());
  };
  const auto finish = [&](std::int64_t unit, float* memory) {
    std::vector<AttentionState> states;
    std::vector<const float*> masses;
    for (std::int64_t piece = 0; piece < context_pieces; ++piece, memory += state_floats) {
      states.push_back(
          attention.state_at({unit / query_pieces, unit % query_pieces, piece}, memory));
      masses.push_back(memory + attention.state_floats());
    }
    attention.finish(unit / query_pieces, unit % query_pieces, states, masses,
                     group_mass.data() + unit * mass_size);
  };
  if (context_pieces == 1) {
    pool_.parallel_for(units, [&](std::int64_t unit, int worker) {
      float* memory = thread_states_[static_cast<std::size_t>(worker)].get<float>(state_floats);
      attend(unit, 0, memory, worker);
      finish(unit, memory);
    });
  } else {
    float* memory = states_.get<float>(units * context_pieces * state_floats);
    pool_.parallel_for(units * context_pieces, [&](std::int64_t i, int worker) {
      attend(i / context_pieces, i % context_pieces, memory + i * state_floats, worker);
    });
    pool_.parallel_for(units, [&](std::int64_t unit, int) {
      finish(unit, memory + unit * context_pieces * state_floats);
    });
  }
  if (!args.mass) return;
  // Added in a fixed order, so that the result does not depend on the threads.
  if (!args.add_to_mass) std::memset(args.mass.raw(), 0, args.mass.bytes());
  assert(args.mass.dim(1) == attention.groups());
  for (std::int64_t unit = 0; unit < units; ++unit) {
    const std::int64_t key_head = unit / query_pieces % (attention.heads() / args.sequences);
    float* to = args.mass.data<float>() + key_head * mass_size;
    for (std::int64_t i = 0; i < mass_size; ++i)
      to[i] += group_mass[static_cast<std::size_t>(unit * mass_size + i)];
  }
}

}  // namespace longtake::kernels::cpu
