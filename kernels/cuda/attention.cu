// Attention on CUDA: describes what is asked to the kernels, chooses among them, and cuts the work.
//
// Cutting. Row tiles are the units of work; all cost about the same. They run in waves over the
// device, and an incomplete last wave leaves multiprocessors idle: 688 tiles on 132 of them take
// six waves for the work of 5.2. So the tiles of the last wave are split along the keys into as
// many pieces as fill the device, which costs a write and a read of the pieces' partial sums, some
// megabytes. When there are fewer tiles than multiprocessors (an answer's token has one per key
// head), this splits all of them.
//
// Single queries. A pass over one token sees its whole context, so where its own keys follow the past in
// memory they belong to that span; and its tiles are always split, be it into one piece. So the
// pieces of a pass that is recorded are those of one that is not, however far it is repeated.
//
// Mass. The kernels write every score (4 bytes per head, query and token) and a reduction sums the
// weights by group; queries are taken in passes of at most kMaxScores scores. For one query over
// 14,000 tokens that is 1.6 MB beside 28.7 MB of keys and values.
#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/cuda/attention_kernels.h"

namespace longtake::kernels::cuda {
namespace {

constexpr std::int64_t kMaxScores = std::int64_t{32} << 20;

bool aligned_to(const void* address, std::int64_t stride_bytes, std::int64_t bytes) {
  return reinterpret_cast<std::uintptr_t>(address) % static_cast<std::uintptr_t>(bytes) == 0 &&
         stride_bytes % bytes == 0;
}

std::int64_t element_bytes(const Tensor& x) {
  return static_cast<std::int64_t>(dtype_bytes(x.dtype(), 1));
}

bool four_at_once(const Tensor& x) {
  const std::int64_t bytes = element_bytes(x);
  return x.dim(2) % 4 == 0 && aligned_to(x.raw(), x.row_stride() * bytes, 4 * bytes);
}

// What the fast kernels want of every tensor.
bool sixteen_bytes(const Tensor& x) {
  return x.dtype() == DType::bf16 && x.dim(2) % 8 == 0 &&
         aligned_to(x.raw(), x.row_stride() * 2, 16);
}

bool wgmma_allowed() {
  static const bool allowed = [] {
    const char* value = std::getenv("LONGTAKE_CUDA_NO_WGMMA");
    return value == nullptr || std::strcmp(value, "1") != 0;
  }();
  return allowed;
}

// The parts of args that hold tokens, in order.
std::vector<KvSpan> filled_spans(const AttentionArgs& args) {
  std::vector<KvSpan> spans;
  for (const KvSpan& span : args.past) {
    if (span.k && span.k.rows() > 0) spans.push_back(span);
  }
  if (args.fresh.k && args.fresh.k.rows() > 0) spans.push_back(args.fresh);
  return spans;
}

bool takes_fast_kernels(const AttentionArgs& args, std::span<const KvSpan> spans) {
  return sixteen_bytes(args.q) && sixteen_bytes(args.out) &&
         std::all_of(spans.begin(), spans.end(), [](const KvSpan& span) {
           return sixteen_bytes(span.k) && sixteen_bytes(span.v);
         });
}

bool single_query(const AttentionProblem& p) {
  return p.sequence_rows == 1 && p.sequences == 1;
}

// Everything but the spans and the cut.
AttentionProblem describe(const AttentionArgs& args, std::span<const KvSpan> spans) {
  AttentionProblem p;
  p.q = args.q.raw();
  p.out = args.out.raw();
  p.q_stride = args.q.row_stride();
  p.out_stride = args.out.row_stride();
  p.q_aligned = four_at_once(args.q);
  p.sequences = static_cast<std::int32_t>(args.sequences);
  p.sequence_rows = static_cast<std::int32_t>(args.q.rows() / args.sequences);
  p.queries = p.sequence_rows;
  p.heads = static_cast<std::int32_t>(args.q.dim(1));
  p.head_dim = static_cast<std::int32_t>(args.q.dim(2));
  p.key_heads = spans.empty() ? p.heads : static_cast<std::int32_t>(spans.front().k.dim(1));
  assert(p.heads % p.key_heads == 0 && p.head_dim <= kMaxHeadDim && p.head_dim % 2 == 0);
  p.shared = p.heads / p.key_heads;
  p.scale_log2 = args.scale * 1.44269504F;
  const bool fresh = args.fresh.k && args.fresh.k.rows() > 0;
  assert(!fresh || args.fresh.k.rows() == args.q.rows());
  p.causal = args.causal && fresh && p.sequence_rows > 1;
  std::int64_t past = 0;
  for (const KvSpan& span : args.past) past += span.k ? span.k.rows() : 0;
  assert(past == 0 || p.sequences == 1);
  assert(past + p.sequence_rows <= std::numeric_limits<std::int32_t>::max());
  p.past = static_cast<std::int32_t>(past);
  p.extent.context = p.past + (fresh ? p.sequence_rows : 0);
  return p;
}

// Whether a span's keys and values begin where another one's end.
bool continues(const KeySpan& before, const KeySpan& after) {
  const auto end = [](const void* data, std::int64_t stride, bool f32, std::int32_t tokens) {
    return static_cast<const std::byte*>(data) + tokens * stride * (f32 ? 4 : 2);
  };
  return before.k_f32 == after.k_f32 && before.v_f32 == after.v_f32 &&
         before.k_stride == after.k_stride && before.v_stride == after.v_stride &&
         end(before.k, before.k_stride, before.k_f32, before.tokens) == after.k &&
         end(before.v, before.v_stride, before.v_f32, before.tokens) == after.v;
}

// Lists the spans in key tiles of tile_tokens.
void list_spans(Context& context, const AttentionArgs& args, std::span<const KvSpan> spans,
                AttentionProblem& p) {
  std::vector<KeySpan> list;
  std::int32_t begin = 0;
  for (const KvSpan& span : spans) {
    KeySpan s;
    s.k = span.k.raw();
    s.v = span.v.raw();
    s.k_stride = span.k.row_stride();
    s.v_stride = span.v.row_stride();
    s.begin = begin;
    s.tokens = static_cast<std::int32_t>(span.k.rows() / args.sequences);
    s.k_f32 = span.k.dtype() == DType::f32;
    s.v_f32 = span.v.dtype() == DType::f32;
    s.k_aligned = four_at_once(span.k);
    s.v_aligned = four_at_once(span.v);
    begin += s.tokens;
    if (single_query(p) && !list.empty() && continues(list.back(), s)) {
      list.back().tokens += s.tokens;
    } else {
      list.push_back(s);
    }
  }
  p.extent.tiles = 0;
  p.past_tiles = 0;
  for (KeySpan& s : list) {
    s.first_tile = p.extent.tiles;
    p.extent.tiles += p.tiles_of(s.tokens);
    if (s.begin < p.past) p.past_tiles = p.extent.tiles;
  }
  p.spans.count = static_cast<std::int32_t>(list.size());
  p.spans.last_tokens = list.empty() ? 0 : list.back().tokens;
  if (list.size() <= kInlineSpans) {
    std::copy(list.begin(), list.end(), p.spans.inlined);
  } else {
    p.spans.staged = context.stage(std::span<const KeySpan>(list));
  }
}

// Chooses which row tiles are split, and how often.
void cut_rows(const Context& context, const Cut& cut, bool split_all, AttentionProblem& p) {
  p.tile_rows = cut.tile_rows;
  p.row_tiles = (p.rows() + cut.tile_rows - 1) / cut.tile_rows;
  const std::int32_t all = p.all_tiles();
  const std::int32_t last_wave = split_all ? all : all % cut.slots;
  p.most_splits = last_wave == 0 ? 1 : std::max(1, cut.slots / last_wave);
  p.least_tiles = cut.least_tiles;
  p.extent.splits = p.splits_of(p.extent.tiles);
  p.whole = p.extent.splits > 1 || split_all ? all - last_wave : all;
  p.longest = p.extent;
  if (const Recording* const recording = context.recording()) {
    p.repetition = recording->repetition();
    p.longest = p.extent_with(static_cast<std::int32_t>(recording->repetitions()) - 1);
  }
}

void attend(Context& context, const AttentionKernel& kernel, const AttentionProblem& problem,
            bool bf16_out, const MassRequest& mass) {
  AttentionProblem p = problem;
  const bool scored = mass.mass != nullptr;
  if (context.recording() != nullptr && !(kernel.repeats && single_query(p))) {
    context.recording()->refuse();
  }
  cut_rows(context, kernel.cut(context, p), scored || single_query(p), p);
  const std::int64_t slots = static_cast<std::int64_t>(p.pieces()) - p.whole;
  const std::int64_t states = (slots * p.tile_rows + 31) / 32 * 32;
  const std::int64_t partial = (slots * p.tile_rows * p.head_dim + 63) / 64 * 64;
  const std::int64_t scores =
      scored ? std::int64_t{p.sequences} * p.queries * p.heads * p.longest.context : 0;
  if (slots > 0) {
    float* scratch = context.scratch<float>(2 * states + partial + scores);
    p.states = reinterpret_cast<float2*>(scratch);
    p.partial = scratch + 2 * states;
    p.scores = scored ? p.partial + partial : nullptr;
  }
  kernel.run(context, p);
  if (slots > 0) finish_attention(context, p, bf16_out, mass);
}

// The kernel for a problem whose spans are not listed yet.
const AttentionKernel& kernel_for(const Context& context, const AttentionArgs& args,
                                  std::span<const KvSpan> spans, const AttentionProblem& p) {
  if (!takes_fast_kernels(args, spans)) return simt_attention(args.q.dtype() == DType::bf16);
  if (p.rows() <= kDecodeRows) return decode_attention();
  const bool use_hopper =
      wgmma_allowed() && !args.mass && hopper_takes(context, p, static_cast<int>(spans.size()));
  return use_hopper ? hopper_attention() : prefill_attention();
}

}  // namespace

void attention(Context& context, const AttentionArgs& args) {
  if (args.q.rows() == 0) return;
  const std::vector<KvSpan> spans = filled_spans(args);
  AttentionProblem p = describe(args, spans);
  const bool bf16 = args.q.dtype() == DType::bf16;
  const bool scored = static_cast<bool>(args.mass);
  // Passes: all queries at once, unless their scores take too much memory.
  const std::int64_t per_query =
      std::max<std::int64_t>(1, std::int64_t{p.heads} * p.extent.context * p.sequences);
  const auto pass = static_cast<std::int32_t>(
      scored ? std::clamp<std::int64_t>(kMaxScores / per_query, 1, p.sequence_rows)
             : p.sequence_rows);
  const AttentionProblem all = p;
  for (std::int32_t first = 0; first < all.sequence_rows; first += pass) {
    p = all;
    p.first_query = first;
    p.queries = std::min(pass, all.sequence_rows - first);
    p.q = args.q.data<std::byte>() + first * p.q_stride * element_bytes(args.q);
    p.out = args.out.data<std::byte>() + first * p.out_stride * element_bytes(args.out);
    const AttentionKernel& kernel = kernel_for(context, args, spans, p);
    p.tile_tokens = kernel.cut(context, p).tile_tokens;
    list_spans(context, args, spans, p);
    MassRequest mass;
    if (scored) {
      mass.mass = args.mass.data<float>();
      mass.mass_stride = args.mass.row_stride();
      mass.group_ends = args.group_ends;
      mass.add = args.add_to_mass || first > 0;
    }
    attend(context, kernel, p, bf16, mass);
  }
}

}  // namespace longtake::kernels::cuda
