// The bench's stages of answering: looking through long memories, questions, generating, reopening.
#include "engine/base/hash.h"
#include "engine/memory/ram_blocks.h"
#include "engine/session/bench_run.h"

namespace longtake::session {

using kernels::DType;
using kernels::Tensor;
using memory::BlockId;

memory::KvBlock BenchRun::copy_of_block(BlockId id, std::uint32_t& state) const {
  memory::KvBlock block = block_;
  const Micros length = runtime_->default_interval() * model().info().frames_per_unit;
  block.info.id = id;
  block.info.time = {id * length, (id + 1) * length};
  block.info.shown_at = block.info.time.begin;
  fill_keys(block.mean_keys, state);
  return block;
}

void BenchRun::scoring() {
  memory::BlockIndex::Identity identity;
  identity.fingerprint = runtime_->memory_fingerprint();
  identity.shape = runtime_->shape();
  identity.shape.layers = 1;  // a layer's keys lie together, and one is like another
  const memory::MemoryShape& shape = identity.shape;
  const double keys_per_block = static_cast<double>(shape.mean_key_elements());
  const Tensor query = backend().allocate(
      DType::f32, {model().decoder().config().heads, model().decoder().config().head_dim});
  const std::vector<float> values(static_cast<std::size_t>(query.shape().elements()), 0.1F);
  backend().upload(values.data(), query);

  std::vector<double> hours = options_.hours;
  std::sort(hours.begin(), hours.end());
  const std::filesystem::path path = folder_ / "scoring.ltidx";
  memory::BlockIndex index(path, identity, 0, File::Mode::create);
  std::uint32_t state = 1;
  for (const double length : hours) {
    const std::string name = number(length) + " h";
    next("scoring " + name + " of blocks");
    const auto blocks =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(length * units_per_hour()));
    while (index.count() < blocks) {
      std::vector<memory::KvBlock> batch(
          static_cast<std::size_t>(std::min<std::int64_t>(4096, blocks - index.count())));
      for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i].info.id = index.count() + static_cast<BlockId>(i);
        batch[i].mean_keys.resize(static_cast<std::size_t>(shape.mean_key_elements()));
        fill_keys(batch[i].mean_keys, state);
      }
      index.write(batch);
      index.publish(index.count() + static_cast<std::int64_t>(batch.size()));
      stop_if_cancelled();
    }

    const Tensor scores = backend().allocate(DType::f32, {shape.kv_heads, blocks});
    const auto look = [&] {
      return seconds_of([&] {
        std::vector<Tensor> pages;
        for (BlockId id = 0; id < blocks;) {
          const auto keys = index.mean_keys(0, id, blocks - id);
          const auto count =
              static_cast<std::int64_t>(static_cast<double>(keys.size()) / keys_per_block);
          pages.push_back(Tensor::borrow(static_cast<const void*>(keys.data()), DType::f16,
                                         {count, shape.kv_heads, shape.head_dim}));
          id += count;
        }
        backend().score_blocks(query, pages, scores);
        backend().synchronize();
      });
    };
    const double first = look();
    const double seconds = typical(look);
    Measurement& measurement = add("score_layer_ms_" + number(length) + "h", "scoring",
                                   name + ", one layer", seconds * 1e3, "ms");
    bound(Limit::memory, {.memory_bytes = 2 * static_cast<double>(blocks) * keys_per_block},
          seconds);
    measurement.note = std::to_string(blocks) + " blocks; the first time, with checksums, " +
                       number(first * 1e3) + " ms";
    question_over(EndlessMemory(runtime_->shape(), block_, index), number(length) + "h", name);
  }
}

AnswerOptions BenchRun::answer_options(int tokens) const {
  AnswerOptions options = runtime_->answer_options();
  options.verify = false;
  options.generate.max_tokens = tokens;
  return options;
}

// A whole question: scores of all layers, standardised, and the choice of blocks.
void BenchRun::question_over(const EndlessMemory& memory, const std::string& suffix,
                             const std::string& length) {
  memory::BlockCache cache(runtime_options_.cache_bytes, backend());
  Answerer answerer(model(), runtime_->sinks(), runtime_->calibration(), cache);
  std::vector<double> score;
  std::vector<double> total;
  typical([&] {
    const AnswerResult result =
        answerer.ask(kBenchQuestion, {{&memory, kAlways}}, answer_options(1));
    score.push_back(result.timing.score_ms);
    total.push_back(result.timing.prefill_ms);
    return 0.0;
  });
  cache.forget(memory);
  const double score_ms = median(score);
  Measurement& measurement =
      add("score_question_ms_" + suffix, "scoring", length + ", a whole question", score_ms, "ms");
  measurement.note = "all layers, and the choice; " +
                     number(std::round(100 * score_ms / median(total))) +
                     " % of the time to the first token";
}

void BenchRun::fill_long_memory(store::MemoryStore& store, std::int64_t blocks) const {
  constexpr std::int64_t kBatch = 64;
  std::uint32_t state = 1;
  while (store.count() < blocks) {
    stop_if_cancelled();
    std::vector<memory::KvBlock> batch;
    const BlockId end = std::min(blocks, store.count() + kBatch);
    for (BlockId id = store.count(); id < end; ++id) batch.push_back(copy_of_block(id, state));
    store.append(std::move(batch), end);
  }
  store.finish();
}

// Tokens per second of a long answer, without end-of-answer tokens in the way.
double BenchRun::generation_rate(const memory::BlockSource& source, memory::BlockCache& cache,
                                 double& context) const {
  const int tokens = options_.quick ? 16 : 48;
  const AnswerOptions answer = runtime_->answer_options();
  const model::PromptPart prompt = model().prompt_after(kBenchQuestion);
  memory::RecallOptions options;
  options.budget = answer.budget;
  options.recent = answer.recent;
  options.tail_tokens = static_cast<std::int64_t>(prompt.ids.size()) + tokens;
  options.dtype = answer.working_dtype;
  ChosenBlocks chosen;
  memory::Recall recall(backend(), model().decoder().config().rope, runtime_->sinks(),
                        runtime_->calibration(), cache, {{&source, 0, source.count()}}, options,
                        &chosen);
  recall.begin_prompt(static_cast<std::int64_t>(prompt.question_begin),
                      static_cast<std::int64_t>(prompt.question_end));
  recall.record_from(static_cast<std::int64_t>(prompt.ids.size()) - 1);
  const std::int64_t width = model().decoder().config().width;
  const auto rows = static_cast<std::int64_t>(prompt.ids.size());
  const Tensor all = backend().allocate(backend().activation_dtype(), {rows, width});
  model().embed(prompt.ids, all);
  model().decoder().forward(all, recall);
  std::vector<float> logits;
  const Tensor row = backend().allocate(backend().activation_dtype(), {1, width});
  const double seconds = seconds_of([&] {
    for (int i = 0; i < tokens; ++i) {
      model().embed(std::span(prompt.ids).last(1), row);
      model().decoder().forward(row, recall);
      model().decoder().logits(row, logits);
    }
  });
  context = context_tokens(chosen) + static_cast<double>(rows) + tokens / 2.0;
  return tokens / seconds;
}

void BenchRun::answer() {
  next("making a long memory");
  // An hour, if that is not too much to write; more than a question takes in any case.
  const AnswerOptions settings = answer_options(options_.quick ? 8 : 32);
  const double most = options_.quick ? 200e6 : 2.5e9;
  const double block_bytes = payload_bytes() * static_cast<double>(runtime_->shape().layers);
  const auto blocks = std::max<std::int64_t>(
      2 * (settings.budget + settings.recent),
      static_cast<std::int64_t>(std::min(units_per_hour(), most / block_bytes)));
  store::Memory memory;
  memory.video_id = library_->list_videos().front().id;
  memory.model = model().info().name;
  memory.fingerprint = Hasher().add(std::string_view("a long memory")).finish().to_hex();
  memory.shape = runtime_->shape();
  memory.interval = runtime_->default_interval();
  memory.id = library_->create_memory(memory);
  fill_long_memory(*library_->open_memory(memory.id), blocks);
  const std::filesystem::path files = library_->memory_folder(memory.id);
  const std::string what =
      std::to_string(blocks) + " blocks, " + megabytes(block_bytes * static_cast<double>(blocks));

  next("asking");
  std::shared_ptr<store::MemoryStore> store;
  std::unique_ptr<memory::BlockCache> cache;
  ChosenBlocks chosen;
  const auto prompt_tokens = static_cast<double>(model().prompt_after(kBenchQuestion).ids.size());
  const auto ask = [&] {
    Answerer answerer(model(), runtime_->sinks(), runtime_->calibration(), *cache);
    return answerer.ask(kBenchQuestion, {{store.get(), kAlways}}, settings, {}, &chosen);
  };
  for (const bool cold : {true, false}) {
    std::vector<double> first;
    std::vector<double> score;
    std::vector<double> load;
    typical([&] {
      if (cold || store == nullptr) {
        if (cache != nullptr) cache->forget(*store);
        store.reset();  // unmaps the index
        drop_folder_from_page_cache(files);
        cache = std::make_unique<memory::BlockCache>(runtime_options_.cache_bytes, backend());
        store = library_->open_memory(memory.id);
      }
      const AnswerTiming timing = ask().timing;
      // Text appears with the first complete character; without any, the prompt's pass counts.
      first.push_back(timing.first_token_ms > 0 ? timing.first_token_ms : timing.prefill_ms);
      score.push_back(timing.score_ms);
      load.push_back(timing.load_ms);
      return 0.0;
    });
    if (first.size() > 1) {  // the warm-up
      for (auto* values : {&first, &score, &load}) values->erase(values->begin());
    }
    const std::string key = cold ? "_cold" : "_warm";
    const std::string name = cold ? ", cold" : ", warm";
    const double first_ms = median(first);
    const double load_ms = median(load);
    const double loaded = static_cast<double>(chosen.payloads()) * payload_bytes();
    Measurement& token =
        add("first_token_ms" + key, "answer", "first token" + name, first_ms, "ms");
    Work blocks_work;
    if (cold) {
      blocks_work.disk_read_bytes = loaded;
      blocks_work.disk_reads = static_cast<double>(chosen.payloads());
    } else {
      blocks_work.memory_bytes = loaded;
    }
    Work token_work = blocks_work;
    token_work.operations = costs_.prefill(prompt_tokens, context_tokens(chosen)) + costs_.head;
    token_work.memory_bytes += costs_.weight_bytes;
    bound(Limit::mixed, token_work, first_ms / 1e3);
    token.note = what;
    add("score_ms" + key, "answer", "scoring" + name, median(score), "ms");
    Measurement& loading = add("load_ms" + key, "answer", "loading blocks" + name, load_ms, "ms");
    bound(cold ? Limit::disk_read : Limit::memory, blocks_work, load_ms / 1e3);
    loading.note = std::to_string(chosen.payloads()) + " payloads, " + megabytes(loaded) +
                   ", decoded and rotated";
  }

  double context = 0;
  const double rate = typical([&] { return generation_rate(*store, *cache, context); });
  Measurement& decode = add("decode_tokens_per_s", "answer", "generating", rate, "tokens/s");
  const double context_bytes = context * 2 *
                               static_cast<double>(runtime_->shape().mean_key_elements()) *
                               static_cast<double>(kernels::dtype_bytes(settings.working_dtype, 1));
  bound(Limit::memory, {.memory_bytes = costs_.weight_bytes + context_bytes}, 1 / rate);
  decode.note = megabytes(costs_.weight_bytes) + " of weights and " + megabytes(context_bytes) +
                " of context per token";
  cache->forget(*store);

  next("reopening");
  for (const bool cold : {true, false}) {
    const double seconds = typical([&] {
      store.reset();
      library_.reset();
      if (cold) drop_folder_from_page_cache(folder_ / "library");
      return seconds_of([&] {
        library_ = store::Library::open(folder_ / "library", store::Library::Access::write);
        store = library_->open_memory(memory.id);
      });
    });
    Measurement& reopened =
        add(cold ? "reopen_ms_cold" : "reopen_ms_warm", "reopening",
            std::string("library and memory, ") + (cold ? "cold" : "warm"), seconds * 1e3, "ms");
    reopened.note = what + "; the last append is checked";
  }
  store.reset();
  library_.reset();
}

void BenchRun::reopening() {
  constexpr int kVideos = 100;
  const std::filesystem::path path = folder_ / "many";
  {
    const auto library = store::Library::open(path, store::Library::Access::write);
    for (int i = 0; i < kVideos; ++i) {
      store::Video video;
      video.name = "video-" + std::to_string(i) + ".mp4";
      video.path = path / video.name;
      video.content_id = Hasher().add(std::string_view(video.name)).finish().to_hex();
      video.duration = kHour;
      store::Memory memory;
      memory.video_id = library->add_video(video);
      memory.model = model().info().name;
      memory.fingerprint = runtime_->memory_fingerprint();
      memory.shape = runtime_->shape();
      memory.interval = runtime_->default_interval();
      library->create_memory(memory);
    }
  }
  const double seconds = typical([&] {
    std::unique_ptr<store::Library> library;
    return seconds_of([&] {
      library = store::Library::open(path, store::Library::Access::write);
      for (const store::Video& video : library->list_videos()) library->list_memories(video.id);
    });
  });
  add("open_library_ms", "reopening", "library of 100 videos, listed", seconds * 1e3, "ms");
}

}  // namespace longtake::session
