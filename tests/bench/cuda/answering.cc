// Answering from memories of one and of ten hours: question to first token, then token by token. 72
// blocks a layer are recalled, as the application does: 64 that the question picks and the 8
// latest.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/memory/block_cache.h"
#include "engine/memory/calibration.h"
#include "engine/memory/recall.h"
#include "engine/memory/sinks.h"
#include "engine/memory/stream_window.h"
#include "engine/model/greedy_steps.h"
#include "tests/bench/cuda/bench.h"
#include "tests/bench/cuda/random_model.h"
#include "tests/bench/cuda/synthetic_memory.h"

namespace longtake::bench {

using kernels::DType;
using kernels::KvCodec;
using kernels::Tensor;
using model::TokenId;

namespace {

constexpr std::int64_t kBudget = 64;
constexpr std::int64_t kRecent = 8;
constexpr int kTokens = 64;                           // generated and measured
constexpr std::int64_t kMostTokens = 2 * kTokens;     // with the first ones
constexpr std::size_t kCache = std::size_t{6} << 30;  // bytes: several questions' blocks

class Asker {
 public:
  Asker(Bench& bench, const ModelShape& shape)
      : bench_(bench),
        backend_(bench.backend()),
        model_(backend_, bench.random(), shape),
        sinks_(memory::Sinks::compute(model_)),
        prompt_(model_.prompt_after("")),
        rows_(backend_.allocate(
            backend_.activation_dtype(),
            {static_cast<std::int64_t>(prompt_.ids.size()), model_.decoder().config().width})) {
    const model::DecoderConfig& config = model_.decoder().config();
    // Not measured: every layer chooses by its own scores and spends its whole budget.
    const auto heads = static_cast<std::size_t>(config.layers * config.kv_heads);
    calibration_.layers = config.layers;
    calibration_.kv_heads = config.kv_heads;
    calibration_.find.assign(heads, 1.0F);
    calibration_.cite.assign(heads, 1.0F);
  }

  RandomModel& model() { return model_; }

  // Some real blocks: what one chunk of noise leaves behind.
  std::vector<memory::KvBlock> blocks(KvCodec codec) {
    constexpr std::int64_t kUnits = 16;
    memory::StreamWindow window(backend_, model_.decoder().config().rope, sinks_,
                                model_.memory_shape(codec), model_.unit_positions(),
                                model_.info().extent_per_unit, {kUnits, kUnits, DType::bf16});
    const Pictures pictures(kUnits, 384, 384);
    const Tensor hidden = backend_.allocate(
        backend_.activation_dtype(),
        {kUnits * model_.info().tokens_per_unit, model_.decoder().config().width});
    model_.encode(pictures.all(), hidden);
    window.begin_chunk(model_.units(0, kUnits));
    model_.decoder().forward(hidden, window);
    return window.take_blocks();
  }

  // Seconds from the question to the first token; afterwards next() goes on from it.
  double ask(const memory::BlockSource& source, memory::BlockCache& cache) {
    forget_question();
    const double start = now();
    memory::RecallOptions options;
    options.budget = kBudget;
    options.recent = kRecent;
    options.tail_tokens = static_cast<std::int64_t>(prompt_.ids.size()) + kMostTokens;
    options.dtype = DType::bf16;
    recall_.emplace(backend_, model_.decoder().config().rope, sinks_, calibration_, cache,
                    std::vector<memory::RecallScope>{{&source, 0, source.count()}}, options);
    recall_->begin_prompt(static_cast<std::int64_t>(prompt_.question_begin),
                          static_cast<std::int64_t>(prompt_.question_end));
    recall_->record_from(rows_.rows() - 1);
    model_.embed(prompt_.ids, rows_);
    model_.decoder().forward(rows_, *recall_);
    token_ = model_.decoder().likeliest(rows_.rows(rows_.rows() - 1, rows_.rows()));
    const double seconds = now() - start;
    steps_.emplace(model_, *recall_);
    return seconds;
  }
  void next() { token_ = steps_->after(token_, kMostTokens); }
  void keep_on_device() { recall_->keep_on_device(); }
  void forget_question() {
    steps_.reset();
    recall_.reset();
  }
  const memory::Recall::Timing& timing() const { return recall_->timing(); }

  // Bytes of keys and values that a token attends to, in bf16, all layers.
  double context_bytes() const {
    const model::DecoderConfig& config = model_.shape().text;
    const auto tokens = static_cast<double>(
        sinks_.tokens + (kBudget + kRecent) * model_.info().tokens_per_unit + rows_.rows());
    return tokens * 2 * 2 * static_cast<double>(config.layers * config.kv_heads * config.head_dim);
  }
  double weight_bytes() { return static_cast<double>(model_.decoder().weight_bytes()); }
  double payload_bytes(const memory::MemoryShape& shape) const {
    return static_cast<double>((kBudget + kRecent) * shape.layers) *
           static_cast<double>(shape.layout(model_.info().tokens_per_unit).bytes());
  }

 private:
  Bench& bench_;
  kernels::Backend& backend_;
  RandomModel model_;
  const memory::Sinks sinks_;
  memory::Calibration calibration_;
  const model::PromptPart prompt_;
  const Tensor rows_;
  std::optional<memory::Recall> recall_;
  std::optional<model::GreedySteps> steps_;
  TokenId token_ = 0;
};

std::string timing_note(const memory::Recall::Timing& timing) {
  char text[80];
  std::snprintf(text, sizeof text, "looking %.1f ms, loading %.1f ms", 1e3 * timing.score_seconds,
                1e3 * timing.load_seconds);
  return text;
}

// The share of a time in which weights are read once from the device's memory and payloads cross
// the bus.
void of_mixed_limit(Bench& bench, Row& row, double weights, double payloads, double seconds) {
  const Limits& limits = bench.limits();
  if (limits.memory <= 0 || limits.bus <= 0) return;
  row.limit = "mixed";
  row.share = (weights / limits.memory + payloads / limits.bus) / seconds;
}

// Seconds a token; 0 if something failed. With passes that are repeated as a graph, and with each of their
// launches made by the host.
double generate(Bench& bench, Asker& asker, const SyntheticMemory& source,
                memory::BlockCache& cache, const std::string& length) {
  double best = 0;
  for (const bool graph : {false, true}) {
    const std::string name = graph ? "decode_graph_tokens_per_s_" : "decode_tokens_per_s_";
    bench.measure(
        name + length, std::string("generating, ") + (graph ? "as a graph, " : "") + length,
        "tokens/s", [&](Row& row) {
          if (!graph) setenv("LONGTAKE_CUDA_NO_GRAPHS", "1", 1);
          asker.ask(source, cache);
          for (int i = 0; i < 8; ++i) asker.next();
          unsetenv("LONGTAKE_CUDA_NO_GRAPHS");
          const double start = now();
          for (int i = 0; i < kTokens; ++i) asker.next();
          const double seconds = (now() - start) / kTokens;
          bench.bytes(row, asker.weight_bytes() + asker.context_bytes(), seconds);
          row.value = 1 / seconds;
          best = best == 0 ? seconds : std::min(best, seconds);
          char text[80];
          std::snprintf(text, sizeof text, "%.1f GB of weights, %.2f GB of context a token",
                        asker.weight_bytes() / 1e9, asker.context_bytes() / 1e9);
          row.note = text;
        });
  }
  return best;
}

// Seconds that the two waits took; 0 if something failed.
struct Warm {
  double first_token = 0;
  double token = 0;
};

Warm warm(Bench& bench, Asker& asker, const SyntheticMemory& source, const std::string& length) {
  Warm result;
  memory::BlockCache cache(kCache, bench.backend());
  const std::string suffix = "_" + length;
  const double payloads = asker.payload_bytes(source.shape());
  bench.measure("first_token_new_ms" + suffix, "first token, blocks in RAM, " + length, "ms",
                [&](Row& row) {
                  asker.ask(source, cache);  // the index goes to the device once per memory
                  asker.forget_question();
                  cache.forget(source);
                  row.value = 1e3 * asker.ask(source, cache);
                  row.note = timing_note(asker.timing());
                });
  bench.measure("first_token_warm_ms" + suffix, "first token, blocks cached, " + length, "ms",
                [&](Row& row) {
                  std::vector<double> times;
                  for (int i = 0; i < (bench.options().quick ? 3 : 7); ++i) {
                    times.push_back(asker.ask(source, cache));
                  }
                  const double seconds = median(times);
                  result.first_token = seconds;
                  row.value = 1e3 * seconds;
                  row.note = timing_note(asker.timing());
                  of_mixed_limit(bench, row, asker.weight_bytes(), payloads, seconds);
                });
  result.token = generate(bench, asker, source, cache, length);
  bench.measure("first_token_device_ms" + suffix, "first token, blocks on the device, " + length,
                "ms", [&](Row& row) {
                  memory::BlockCache tiered(kCache, bench.backend(), kCache);
                  asker.ask(source, tiered);
                  const double start = now();
                  asker.keep_on_device();
                  const double keeping = now() - start;
                  std::vector<double> times;
                  for (int i = 0; i < (bench.options().quick ? 3 : 7); ++i) {
                    tiered.device().begin_answer();
                    times.push_back(asker.ask(source, tiered));
                  }
                  row.value = 1e3 * median(times);
                  char text[80];
                  std::snprintf(text, sizeof text, "%.2f GB on the device, %.1f ms to bring them",
                                static_cast<double>(tiered.device().statistics().bytes) / 1e9,
                                1e3 * keeping);
                  row.note = text;
                  asker.forget_question();
                  tiered.forget(source);
                });
  asker.forget_question();
  cache.forget(source);
  bench.backend().forget_keys();
  return result;
}

// What the disk gives when many readers want payloads from anywhere.
double disk_rate(const PayloadFile& file) {
  file.drop_page_cache();
  constexpr int kReaders = 8;
  const std::int64_t per_reader = file.records() / kReaders / 2;
  const double start = now();
  std::vector<std::thread> readers;
  std::atomic<bool> failed = false;
  for (int reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      std::vector<std::byte> payload(file.payload_bytes());
      try {
        for (std::int64_t i = 0; i < per_reader; ++i) {
          // The number of records is a power of two, and 197 is odd: no record comes twice.
          const std::int64_t record = (reader + kReaders * i) * 197 % file.records();
          for (std::int64_t layer = 0; layer < file.layers(); ++layer) {
            file.read(record, layer, payload);
          }
        }
      } catch (const std::exception&) {
        failed = true;
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  if (failed) return 0;
  return static_cast<double>(kReaders * per_reader * file.layers()) *
         static_cast<double>(file.payload_bytes()) / (now() - start);
}

// prepared: the index is on the device already, as after PrepareQuestion.
void cold(Bench& bench, Asker& asker, const DiskMemory& source, const PayloadFile& file,
          double rate, bool prepared, const std::string& key, const std::string& length) {
  bench.measure(
      (prepared ? "first_token_prepared_ms_" : "first_token_cold_ms_") + key,
      std::string("first token, blocks on disk, ") + (prepared ? "prepared, " : "") + length, "ms",
      [&](Row& row) {
        memory::BlockCache cache(kCache, bench.backend());
        std::vector<double> times;
        for (int i = 0; i < (bench.options().quick ? 2 : 4); ++i) {
          asker.forget_question();
          cache.forget(source);
          file.drop_page_cache();
          if (prepared) {
            memory::prepare_recall(bench.backend(), {{&source, 0, source.count()}},
                                   [] { return false; });
          }
          times.push_back(asker.ask(source, cache));
        }
        row.note = timing_note(asker.timing());
        times.erase(times.begin());  // there, the index went to the device
        const double seconds = median(times);
        row.value = 1e3 * seconds;
        row.limit = "disk";
        if (rate > 0) row.share = asker.payload_bytes(source.shape()) / rate / seconds;
        asker.forget_question();
        cache.forget(source);
      });
  bench.backend().forget_keys();
}

using Lengths = std::vector<std::pair<std::int64_t, std::string>>;

// Blocks in a file, none of it in memory: the limit is the disk, so the codec counts.
void from_disk(Bench& bench, Asker& asker, const std::vector<memory::KvBlock>& blocks,
               KvCodec codec, const Lengths& lengths) {
  const memory::MemoryShape shape = asker.model().memory_shape(codec);
  const std::string name(kernels::kv_codec_name(codec));
  std::optional<PayloadFile> file;
  double rate = 0;
  bench.measure("disk_gb_per_s_" + name, "disk, 8 readers, no page cache, " + name, "GB/s",
                [&](Row& row) {
                  const double start = now();
                  const SyntheticMemory few(shape, blocks, 1);
                  file.emplace(few, bench.options().quick ? 128 : 512, bench.options().folder);
                  row.note = std::to_string(file->records()) + " blocks, written in " +
                             std::to_string(now() - start) + " s";
                  rate = disk_rate(*file);
                  row.value = rate / 1e9;
                });
  if (!file) return;
  for (const auto& [count, length] : lengths) {
    const DiskMemory memory(shape, blocks, count, *file);
    for (const bool prepared : {false, true}) {
      cold(bench, asker, memory, *file, rate, prepared, name + "_" + length, name + ", " + length);
    }
  }
}

}  // namespace

void run_answering(Bench& bench) {
  std::unique_ptr<Asker> asker;
  std::vector<memory::KvBlock> blocks;
  bench.measure("answer_load_s", "load the model, watch one chunk", "s", [&](Row& row) {
    const double start = now();
    asker = std::make_unique<Asker>(bench, ModelShape::llava_onevision_7b());
    blocks = asker->blocks(KvCodec::i8);
    row.value = now() - start;
  });
  if (blocks.empty()) return;
  const memory::MemoryShape shape = asker->model().memory_shape(KvCodec::i8);
  const Lengths lengths = {{1'800, "1h"}, {18'000, "10h"}};
  std::vector<Warm> results;
  for (const auto& [count, length] : lengths) {
    const SyntheticMemory memory(shape, blocks, count);
    results.push_back(warm(bench, *asker, memory, length));
  }
  bench.measure("first_token_10h_to_1h", "first token, 10h to 1h", "times",
                [&](Row& row) { row.value = results[1].first_token / results[0].first_token; });
  bench.measure("token_10h_to_1h", "time per token, 10h to 1h", "times",
                [&](Row& row) { row.value = results[1].token / results[0].token; });
  from_disk(bench, *asker, blocks, KvCodec::i8, lengths);
  from_disk(bench, *asker, asker->blocks(KvCodec::i4), KvCodec::i4, lengths);
}

// Half a billion parameters: its kernels are so short that the host's launches may be what a token waits for.
void run_answering_small(Bench& bench) {
  Asker asker(bench, ModelShape::llava_onevision_500m());
  const std::vector<memory::KvBlock> blocks = asker.blocks(KvCodec::i8);
  const SyntheticMemory memory(asker.model().memory_shape(KvCodec::i8), blocks, 1'800);
  memory::BlockCache cache(kCache, bench.backend());
  generate(bench, asker, memory, cache, "500m");
  asker.forget_question();
  cache.forget(memory);
  bench.backend().forget_keys();
}

}  // namespace longtake::bench
