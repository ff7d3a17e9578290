#include "engine/session/device_worker.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/base/log.h"
#include "engine/session/calibrate.h"
#include "engine/store/memory_store.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

std::string timing_json(const AnswerTiming& timing) {
  return nlohmann::ordered_json{{"first_token_ms", timing.first_token_ms},
                                {"total_ms", timing.total_ms},
                                {"score_ms", timing.score_ms},
                                {"load_ms", timing.load_ms},
                                {"prefill_ms", timing.prefill_ms},
                                {"decode_tokens_per_s", timing.decode_tokens_per_s},
                                {"verify_ms", timing.verify_ms}}
      .dump();
}

std::string coverage_json(const std::vector<SeenRange>& coverage) {
  auto json = nlohmann::ordered_json::array();
  for (const SeenRange& seen : coverage) {
    json.push_back({{"video", seen.video},
                    {"start_s", to_seconds(seen.time.begin)},
                    {"end_s", to_seconds(seen.time.end)}});
  }
  return json.dump();
}

std::string scope_json(const std::vector<QuestionScope>& scopes) {
  auto json = nlohmann::ordered_json::array();
  for (const QuestionScope& scope : scopes) {
    nlohmann::ordered_json one = {{"video", scope.video}};
    if (scope.range) {
      one["start_s"] = to_seconds(scope.range->begin);
      one["end_s"] = to_seconds(scope.range->end);
    }
    json.push_back(std::move(one));
  }
  return json.dump();
}

}  // namespace

struct DeviceWorker::WatchJob {
  RequestId request = 0;
  WatchVideo command;
  // Set by the worker's thread when the job first runs; watch also read by cancel() under mutex_.
  std::shared_ptr<store::MemoryStore> store;
  std::unique_ptr<Watch> watch;
  std::int64_t started_us = 0;
  bool cancelled = false;  // guarded by mutex_
};

DeviceWorker::DeviceWorker(store::Library& library, RuntimeOptions options, Emit emit)
    : library_(library),
      options_(std::move(options)),
      emit_(std::move(emit)),
      device_(options_.device),
      thread_([this] { run(); }) {}

DeviceWorker::~DeviceWorker() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
    running_cancelled_ = true;
    for (const auto& job : watches_) {
      job->cancelled = true;
      if (job->watch != nullptr) job->watch->interrupt();
    }
  }
  changed_.notify_all();
  thread_.join();
}

void DeviceWorker::post(Job job) {
  {
    MutexLock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void DeviceWorker::ask(RequestId request, AskQuestion command) {
  emit_({request, AnswerPhase{Phase::waiting}});
  post({request, std::move(command)});
}

void DeviceWorker::describe(RequestId request) { post({request, DescribeEngine{}}); }

void DeviceWorker::calibrate(RequestId request) { post({request, CalibrateModel{}}); }

void DeviceWorker::watch(RequestId request, WatchVideo command) {
  auto job = std::make_shared<WatchJob>();
  job->request = request;
  job->command = std::move(command);
  {
    MutexLock lock(mutex_);
    watches_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void DeviceWorker::cancel(RequestId request) {
  MutexLock lock(mutex_);
  if (running_ == request) running_cancelled_ = true;
  for (const auto& job : watches_) {
    if (job->request != request) continue;
    job->cancelled = true;
    if (job->watch != nullptr) job->watch->interrupt();
  }
  const auto waiting =
      std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.request == request; });
  if (waiting != jobs_.end()) {
    jobs_.erase(waiting);
    emit_({request, RequestFailed{ErrorCode::cancelled, "The request was cancelled", {}}});
  }
}

void DeviceWorker::release_video(std::int64_t video) {
  {
    MutexLock lock(mutex_);
    const auto watched = [&]() LT_REQUIRES(mutex_) {
      bool any = false;
      for (const auto& job : watches_) {
        if (job->command.video != video) continue;
        any = true;
        job->cancelled = true;
        if (job->watch != nullptr) job->watch->interrupt();
      }
      return any;
    };
    while (watched()) changed_.wait(mutex_);
  }
  auto released = std::make_shared<std::promise<void>>();
  post({0, ReleaseVideo{video, released}});
  released->get_future().wait();
}

void DeviceWorker::release_memory(std::int64_t memory) {
  auto released = std::make_shared<std::promise<void>>();
  post({0, ReleaseMemory{memory, released}});
  released->get_future().wait();
}

bool DeviceWorker::is_cancelled(RequestId request) {
  MutexLock lock(mutex_);
  return running_ == request && running_cancelled_;
}

void DeviceWorker::run() {
  while (true) {
    std::optional<Job> job;
    std::shared_ptr<WatchJob> watch_job;
    {
      MutexLock lock(mutex_);
      while (!closing_ && jobs_.empty() && watches_.empty()) changed_.wait(mutex_);
      if (closing_) return;
      if (!jobs_.empty()) {
        job = std::move(jobs_.front());
        jobs_.pop_front();
        running_ = job->request;
        running_cancelled_ = false;
      } else {
        watch_job = watches_.front();
      }
    }
    if (job) {
      run_job(*job);
      MutexLock lock(mutex_);
      running_ = 0;
    } else {
      run_chunk(*watch_job);
    }
  }
}

Runtime& DeviceWorker::runtime() {
  while (runtime_ == nullptr) {
    RuntimeOptions options = options_;
    options.device = device_;
    try {
      runtime_ = std::make_unique<Runtime>(options);
      on_cpu_ = runtime_->backend().info().kind == kernels::DeviceKind::cpu;
    } catch (const Error& error) {
      if (!retreat(error)) throw;
    }
  }
  return *runtime_;
}

bool DeviceWorker::retreat(const Error& error) {
  const bool of_device =
      error.code() == ErrorCode::out_of_memory || error.code() == ErrorCode::device_lost;
  if (device_ == Device::cpu || on_cpu_ || !of_device) return false;
  // A model that is loaded fits; what did not fit beside it were the passes.
  constexpr std::int64_t kMostDivisor = 16;
  const bool shorter = error.code() == ErrorCode::out_of_memory && runtime_ != nullptr &&
                       chunk_divisor_ < kMostDivisor;
  if (!shorter && device_ == Device::cuda) {
    close_runtime();  // the next request tries again
    return false;
  }
  close_runtime();
  if (shorter) {
    chunk_divisor_ *= 2;
    emit_({0, EngineNotice{
                  "The graphics card is short of memory: fewer frames are watched at a time",
                  "Watching is slower now. Close other programs that use the graphics card."}});
  } else {
    device_ = Device::cpu;
    emit_({0,
           EngineNotice{error.code() == ErrorCode::device_lost
                            ? "The graphics card stopped working: the processor goes on"
                            : "The graphics card has no room for this model: the processor is used",
                        error.hint()}});
  }
  log("session").warn("{}", error.message());
  return true;
}

// Watches and stores keep what the device holds: they are opened again when their turn comes.
void DeviceWorker::close_runtime() {
  std::vector<std::unique_ptr<Watch>> watches;
  {
    MutexLock lock(mutex_);
    for (const auto& job : watches_) {
      watches.push_back(std::move(job->watch));
      job->store.reset();
    }
  }
  watches.clear();
  runtime_.reset();  // with its cache, which reads from the stores
  open_stores_.clear();
}

WatchOptions DeviceWorker::watch_options() {
  WatchOptions options = runtime().watch_options();
  options.chunk_tokens /= chunk_divisor_;
  return options;
}

std::shared_ptr<store::MemoryStore> DeviceWorker::open_store(const store::Memory& memory) {
  const auto known =
      std::find_if(open_stores_.begin(), open_stores_.end(),
                   [&](const OpenStore& open) { return open.memory == memory.id; });
  if (known != open_stores_.end()) {
    open_stores_.splice(open_stores_.begin(), open_stores_, known);
  } else {
    open_stores_.push_front({memory.video_id, memory.id, library_.open_memory(memory.id)});
  }
  return open_stores_.front().store;
}

void DeviceWorker::close_stores_of(std::int64_t video) {
  std::erase_if(open_stores_, [&](const OpenStore& open) {
    if (open.video != video) return false;
    runtime_->cache().forget(*open.store);
    return true;
  });
}

void DeviceWorker::end_watches_of_memory(std::int64_t memory) {
  std::vector<std::shared_ptr<WatchJob>> ending;
  {
    MutexLock lock(mutex_);
    for (const auto& job : watches_) {
      if (job->store == nullptr || job->store->record().id != memory) continue;
      job->cancelled = true;
      ending.push_back(job);
    }
  }
  for (const auto& job : ending) run_chunk(*job);  // which ends it
}

void DeviceWorker::run_job(const Job& job) {
  try {
    if (const auto* question = std::get_if<AskQuestion>(&job.command)) {
      try {
        answer(job.request, *question);
      } catch (const Error& error) {
        if (!retreat(error)) throw;
        answer(job.request, *question);
      }
    } else if (std::holds_alternative<DescribeEngine>(job.command)) {
      Runtime& loaded = runtime();
      emit_({job.request,
             EngineDescribed{loaded.model().info(), loaded.backend().info(),
                             loaded.calibration().measured(), library_.folder().string(), {}}});
    } else if (const auto* release = std::get_if<ReleaseVideo>(&job.command)) {
      close_stores_of(release->video);
      release->released->set_value();
    } else if (const auto* one = std::get_if<ReleaseMemory>(&job.command)) {
      end_watches_of_memory(one->memory);
      std::erase_if(open_stores_, [&](const OpenStore& open) {
        if (open.memory != one->memory) return false;
        runtime_->cache().forget(*open.store);
        return true;
      });
      one->released->set_value();
    } else {
      Runtime& loaded = runtime();
      const memory::Calibration calibration =
          session::calibrate(loaded, {}, [&] { return is_cancelled(job.request); });
      loaded.set_calibration(calibration);
      emit_({job.request, ModelCalibrated{calibration}});
    }
  } catch (const std::exception& error) {
    emit_({job.request, failure(error)});
  }
}

// --- Watching -------------------------------------------------------------------------------------

std::shared_ptr<store::MemoryStore> DeviceWorker::open_for_watching(
    const WatchVideo& command, Micros& interval, media::SamplingMode& sampling) {
  const std::string fingerprint = runtime().memory_fingerprint();
  const Micros wanted_interval = command.fps ? from_seconds(1 / *command.fps) : 0;  // 0: no wish
  const auto mode_name = [](media::SamplingMode mode) {
    return mode == media::SamplingMode::exact ? "exact" : "keyframes";
  };
  // The newest memory that the command's wishes allow; another rate or mode is another memory.
  std::optional<store::Memory> found;
  for (store::Memory& memory : library_.list_memories(command.video)) {
    if (memory.fingerprint != fingerprint) continue;
    if (wanted_interval != 0 && memory.interval != wanted_interval) continue;
    if (command.sampling && memory.mode != mode_name(*command.sampling)) continue;
    found = std::move(memory);
  }
  if (!found) {
    store::Memory memory;
    memory.video_id = command.video;
    memory.model = runtime().model().info().name;
    memory.fingerprint = fingerprint;
    memory.shape = runtime().shape();
    memory.interval = wanted_interval != 0 ? wanted_interval : runtime().default_interval();
    memory.mode = mode_name(command.sampling.value_or(media::SamplingMode::exact));
    memory.id = library_.create_memory(memory);
    found = memory;
  }
  interval = found->interval;
  sampling =
      found->mode == "exact" ? media::SamplingMode::exact : media::SamplingMode::keyframes;
  return library_.open_memory(found->id);
}

void DeviceWorker::start_watch(WatchJob& job) {
  const std::optional<store::Video> video = library_.find_video(job.command.video);
  if (!video) {
    throw Error(ErrorCode::not_found, "There is no such video in the library",
                "Add it first; `longtake-cli list` shows what is there.");
  }
  WatchOptions options = watch_options();
  job.started_us = monotonic_us();
  job.store = open_for_watching(job.command, options.interval, options.sampling);
  options.until = job.command.until;
  library_.set_memory_state(job.store->record().id, store::MemoryState::watching);
  if (job.store->record().finished) return;  // nothing to do: no need to open the file
  auto watch = std::make_unique<Watch>(runtime().model(), runtime().sinks(), *job.store,
                                       video->path.string(), options);
  MutexLock lock(mutex_);
  job.watch = std::move(watch);
}

void DeviceWorker::end_watch(WatchJob& job, bool finished) {
  WatchEnded ended;
  if (job.store != nullptr) {
    library_.set_memory_state(job.store->record().id, store::MemoryState::stopped);
    ended.memory = library_.find_memory(job.store->record().id).value_or(store::Memory{});
  }
  ended.finished = finished;
  if (job.watch != nullptr) {
    ended.resumed_at = job.watch->resumed_at();
    ended.timing = job.watch->timing();
    ended.timing.wall_seconds = to_seconds(monotonic_us() - job.started_us);
    ended.sampler = job.watch->sampler_summary();
  }
  emit_({job.request, std::move(ended)});
}

void DeviceWorker::run_chunk(WatchJob& job) {
  bool over = true;
  std::unique_ptr<Watch> done;  // destroyed outside the lock: it waits for its decoder
  try {
    bool cancelled = false;
    {
      MutexLock lock(mutex_);
      cancelled = job.cancelled;
    }
    if (!cancelled && job.store == nullptr) start_watch(job);
    if (cancelled && job.watch != nullptr) job.watch->commit();
    const bool more = !cancelled && job.watch != nullptr && job.watch->step();
    if (more) {
      WatchProgress progress;
      progress.video = job.command.video;
      progress.memory = job.store->record().id;
      progress.seen_until = job.watch->seen_until();
      progress.duration = job.watch->video().duration;
      const double wall = to_seconds(monotonic_us() - job.started_us);
      progress.x_realtime =
          to_seconds(job.watch->seen_until() - job.watch->resumed_at()) / std::max(wall, 1e-6);
      emit_({job.request, progress});
      over = false;
    } else {
      end_watch(job, job.store != nullptr && job.store->record().finished);
    }
  } catch (const std::exception& error) {
    const auto* known = dynamic_cast<const Error*>(&error);
    if (known != nullptr && retreat(*known)) return;  // the watch goes on where its memory ends
    try {
      if (job.store != nullptr) {
        library_.set_memory_state(job.store->record().id, store::MemoryState::failed);
      }
    } catch (const std::exception& second) {
      log("session").error("the failed watch could not be marked: {}", second.what());
    }
    emit_({job.request, failure(error)});
  }
  if (over) {
    {
      MutexLock lock(mutex_);
      done = std::move(job.watch);
    }
    done.reset();
    job.store.reset();
    MutexLock lock(mutex_);
    std::erase_if(watches_, [&](const auto& other) { return other.get() == &job; });
    changed_.notify_all();
  }
}

// --- Answering ------------------------------------------------------------------------------------

void DeviceWorker::answer(RequestId request, const AskQuestion& command) {
  emit_({request, AnswerPhase{Phase::loading_model}});
  Runtime& loaded = runtime();

  // What there is to answer from: the newest memory of each video that this model made.
  std::vector<std::shared_ptr<store::MemoryStore>> stores;
  std::vector<AnswerSource> sources;
  std::vector<std::int64_t> videos;
  std::vector<std::int64_t> memory_ids;
  AnswerDone done;
  for (const QuestionScope& scope : command.scopes) {
    const std::optional<store::Memory> memory =
        library_.find_memory(scope.video, loaded.memory_fingerprint());
    if (!memory || memory->blocks == 0) {
      const std::optional<store::Video> video = library_.find_video(scope.video);
      throw Error(ErrorCode::not_found,
                  (video ? video->name : std::string("This video")) + " has not been watched with " +
                      loaded.model().info().name + " yet",
                  "Watch it first: longtake-cli watch.");
    }
    const TimeRange range =
        scope.range.value_or(TimeRange{0, std::numeric_limits<Micros>::max()});
    stores.push_back(open_store(*memory));
    sources.push_back({stores.back().get(), range});
    videos.push_back(scope.video);
    memory_ids.push_back(memory->id);
    for (const TimeRange& seen : memory->coverage) {
      const TimeRange part{std::max(seen.begin, range.begin), std::min(seen.end, range.end)};
      if (!part.empty()) done.coverage.push_back({scope.video, part});
    }
  }

  store::Journal& journal = library_.journal();
  done.question = command.text;
  done.conversation = command.conversation != 0
                          ? command.conversation
                          : journal.create_conversation(command.text, videos);
  store::Question question;
  question.conversation_id = done.conversation;
  question.text = command.text;
  question.scope = scope_json(command.scopes);
  question.memory_ids = memory_ids;
  const std::int64_t question_id = journal.add_question(question);
  const std::int64_t answer_id = journal.begin_answer(question_id, loaded.model().info().name);

  const auto to_citations = [&](const std::vector<CitedRange>& ranges) {
    std::vector<store::Citation> citations;
    for (const CitedRange& range : ranges) {
      store::Citation& citation = citations.emplace_back();
      citation.video_id = videos[range.source];
      citation.time = range.time;
      citation.score = range.score;
      citation.verdict = range.verdict;
    }
    return citations;
  };

  store::Answer stored;
  stored.id = answer_id;
  stored.question_id = question_id;
  stored.model = loaded.model().info().name;
  stored.coverage = coverage_json(done.coverage);
  try {
    AnswerOptions options = loaded.answer_options();
    options.generate = command.generate;
    options.verify = command.verify;
    AnswerCallbacks callbacks;
    callbacks.on_phase = [&](Phase phase) { emit_({request, AnswerPhase{phase}}); };
    callbacks.on_text = [&](std::string_view piece) {
      stored.text += piece;
      journal.append_answer(answer_id, piece);
      emit_({request, AnswerText{std::string(piece)}});
    };
    callbacks.on_citations = [&](const std::vector<CitedRange>& ranges) {
      emit_({request, AnswerCitations{to_citations(ranges)}});
    };
    callbacks.cancelled = [&] { return is_cancelled(request); };
    Answerer answerer(loaded.model(), loaded.sinks(), loaded.calibration(), loaded.cache());
    const AnswerResult result = answerer.ask(command.text, sources, options, callbacks);
    stored.text = result.text;
    stored.state = result.stopped ? store::AnswerState::stopped : store::AnswerState::done;
    stored.found = result.found;
    stored.support = result.support;
    stored.citations = to_citations(result.citations);
    for (const WeighedRange& range : result.evidence) {
      stored.evidence.push_back({videos[range.source], range.time, range.weight});
    }
    stored.timing = timing_json(result.timing);
    done.timing = result.timing;
    done.blocks_used = result.blocks_used;
    done.blocks_in_scope = result.blocks_in_scope;
  } catch (const std::exception&) {
    stored.state = store::AnswerState::failed;
    journal.finish_answer(stored);
    throw;
  }
  journal.finish_answer(stored);
  done.answer = journal.find_answer(answer_id).value_or(stored);
  emit_({request, std::move(done)});

  // Stores of a question over a whole library need not all stay open.
  constexpr std::size_t kKeptOpen = 16;
  stores.clear();
  while (open_stores_.size() > kKeptOpen) {
    loaded.cache().forget(*open_stores_.back().store);
    open_stores_.pop_back();
  }
}

}  // namespace longtake::session
