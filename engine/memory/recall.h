// Declares Recall: what a model sees while it answers. At every layer the question's mean query
// (before RoPE) scores the mean keys of all blocks in scope (ReKV's in-context retrieval); the
// scores of all layers so far, weighed by the Calibration, choose blocks until a share of their
// softmax mass is covered or the budget is spent (after V-Rex); these and the exact recent ones are
// laid out in time order behind the sinks, at contiguous positions, with the prompt after them. All
// of that happens inside the one pass that also reads the prompt.
//
// When everything in scope fits into the budget, everything is taken, and recall equals full
// attention.
//
// Thread rule: one thread; one Recall per answer. Lifetime rule: all constructor arguments outlive it.
#ifndef LONGTAKE_ENGINE_MEMORY_RECALL_H_
#define LONGTAKE_ENGINE_MEMORY_RECALL_H_

#include <functional>
#include <span>
#include <vector>

#include "engine/memory/block_cache.h"
#include "engine/memory/block_source.h"
#include "engine/memory/calibration.h"
#include "engine/memory/sinks.h"
#include "engine/model/attention_context.h"

namespace longtake::memory {

// Blocks [first, last) of one memory: the part of a video that a question is about.
struct RecallScope {
  const BlockSource* source = nullptr;
  BlockId first = 0;
  BlockId last = 0;
  std::int64_t count() const { return last - first; }
};

// Brings the mean keys that a question about these scopes scores into RAM, and to a device that
// keeps copies of them: the first question would wait for it. All scopes are of one model. `stop`
// is asked before each layer; with true it returns early.
void prepare_recall(kernels::Backend& backend, const std::vector<RecallScope>& scopes,
                    const std::function<bool()>& stop);

struct RecallOptions {
  std::int64_t budget = 64;      // blocks per layer, the recent ones not counted
  std::int64_t recent = 8;       // last blocks of the scope, always in the context
  double mass = 0.98;            // share of the softmax mass at which the choice stops early
  std::int64_t tail_tokens = 0;  // most tokens of prompt and answer together
  kernels::DType dtype = kernels::DType::f32;  // of the working set
};

// Sees a recall from inside; the self-test measures heads with it. Blocks are numbered through the
// scopes in their order: 0 .. sum of counts - 1.
class RecallObserver {
 public:
  virtual ~RecallObserver() = default;
  // scores [G][blocks] of one layer, before weighing.
  virtual void on_scores(int layer, std::span<const float> scores, std::int64_t blocks) = 0;
  // Attention of one generated token: mass [H][chosen.size()], which head put how much on which
  // block.
  virtual void on_attention(int layer, std::span<const std::int64_t> chosen,
                            std::span<const float> mass) = 0;
};

class Recall : public model::AttentionContext {
 public:
  Recall(kernels::Backend& backend, const kernels::RopeTable& rope, const Sinks& sinks,
         const Calibration& calibration, BlockCache& cache, std::vector<RecallScope> scopes,
         const RecallOptions& options, RecallObserver* observer = nullptr);

  // Announces the prompt: the next pass's tokens [begin, end) are the question.
  void begin_prompt(std::int64_t question_begin, std::int64_t question_end);
  // Attention mass is recorded for the tokens of the next pass from this one on and for all tokens
  // of later passes: the ones that produce answer tokens. Without it, none is recorded.
  void record_from(std::int64_t first_token);
  void attend(int layer, const kernels::Tensor& q, const kernels::Tensor& k,
              const kernels::Tensor& v, const kernels::Tensor& out) override;
  std::int64_t repeatable() const override;
  std::int64_t place() const override;
  void move_to(std::int64_t place) override;

  // Leaves what was recalled with the device (BlockCache::device()), as far as there is room: for
  // the checks of this answer, and for the next question. After the passes whose speed is waited
  // for.
  void keep_on_device();

  // Attention mass that the recorded tokens put on each block, weighed by Calibration::cite, per
  // token: [blocks], numbered through the scopes.
  std::vector<double> evidence() const;
  // How many distinct blocks any layer used.
  std::int64_t blocks_used() const;
  std::int64_t blocks_in_scope() const { return total_; }

  struct Timing {
    double score_seconds = 0;
    double load_seconds = 0;
  };
  const Timing& timing() const { return timing_; }

 private:
  struct Layer {
    std::vector<std::int64_t> chosen;      // block numbers, ascending
    std::vector<std::int64_t> group_ends;  // sinks, each chosen block, everything after
    kernels::Tensor k;                     // [context + tail, G, D], rotated
    kernels::Tensor v;
    kernels::Tensor
        mass;  // f32 [H, groups]: attention of the recorded tokens; absent before the first
    std::int64_t tokens = 0;    // rows of k and v before those of prompt and answer
    std::int32_t position = 0;  // of the first token of the prompt
  };
  std::pair<const BlockSource*, BlockId> locate(std::int64_t number) const;
  // Device scores f32 [G, total] of the question at a layer.
  kernels::Tensor score(int layer, const kernels::Tensor& q);
  std::vector<std::int64_t> choose(int layer, const kernels::Tensor& scores);
  // Whether this layer's choice foretells the next one's: at least half of it was the last one's.
  // Reading ahead what is not wanted would take the disk from what is.
  bool choices_agree(int layer) const;
  void assemble(int layer, const kernels::Tensor& q);
  void record(int layer, kernels::AttentionArgs args);
  void add_evidence(int layer, std::vector<double>& evidence) const;

  kernels::Backend& backend_;
  const kernels::RopeTable& rope_;
  const Sinks& sinks_;
  const Calibration& calibration_;
  BlockCache& cache_;
  const std::vector<RecallScope> scopes_;
  const RecallOptions options_;
  RecallObserver* const observer_;
  const std::int64_t total_;

  std::vector<Layer> layers_;
  kernels::Tensor combined_;   // f32 [total], weighed standardised scores of the layers so far
  std::vector<Payload> held_;  // payloads that the device may still be reading
  std::int64_t begin_ = 0;   // tokens of prompt and answer before the pass that is running
  std::int64_t tokens_ = 0;  // with it
  std::int64_t recorded_tokens_ = 0;
  std::int64_t question_begin_ = 0;
  std::int64_t question_end_ = 0;
  std::int64_t record_from_ = -1;  // first recorded token of the current pass; -1 = none
  kernels::Tensor q_rotated_;
  Timing timing_;
};

}  // namespace longtake::memory

#endif  // LONGTAKE_ENGINE_MEMORY_RECALL_H_
