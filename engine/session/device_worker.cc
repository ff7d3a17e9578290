#include "engine/session/device_worker.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/base/log.h"
#include "engine/session/answer_records.h"
#include "engine/session/calibrate.h"
#include "engine/session/source_file.h"
#include "engine/store/memory_store.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

Error removed_meanwhile() {
  return {ErrorCode::not_found, "What the question is about was removed from the library meanwhile",
          "`longtake-cli list` shows what is there."};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

// "a.mp4, b.mp4, c.mp4 (5 in all)"
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kNamed = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kNamed) text += " (" + std::to_string(names.size()) + " in all)";
  return text;
}

}  // namespace

DeviceWorker::DeviceWorker(store::Library& library, RuntimeOptions options, Emit emit)
    : library_(library),
      emit_(std::move(emit)),
      runtime_(std::move(options), runtime_hooks()),
      stores_(library_),
      turns_(library_, runtime_, emit_),
      lane_(lane_options()),
      thread_([this] { run(); }) {}

DeviceWorker::~DeviceWorker() {
  close();
  lane_.stop();
  thread_.join();
}

void DeviceWorker::close() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
    running_cancelled_ = true;
  }
  turns_.cancel_all();
  changed_.notify_all();
}

void DeviceWorker::post(Job job) {
  {
    MutexLock lock(mutex_);
    if (!closed_) jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

template <typename Release>
void DeviceWorker::wait_for(Release release) {
  const std::future<void> gone = release.gone.get_future();
  post({0, std::move(release)});
  gone.wait();
}

void DeviceWorker::ask(RequestId request, AskQuestion command) {
  emit_({request, AnswerPhase{Phase::waiting}});
  lane_.post({.request = request, .command = std::move(command)});
}

void DeviceWorker::prepare(RequestId request, PrepareQuestion command) {
  post({request, std::move(command)});
}

void DeviceWorker::describe(RequestId request) {
  post({request, DescribeEngine{}});
}

void DeviceWorker::calibrate(RequestId request) {
  post({request, CalibrateModel{}});
}

void DeviceWorker::watch(RequestId request, WatchVideo command) {
  turns_.add(request, std::move(command));
  // Not between the thread's look at the turns and its sleep.
  { MutexLock lock(mutex_); }
  changed_.notify_all();
}

void DeviceWorker::cancel(RequestId request) {
  if (request == 0) return;  // which the worker's own jobs are called
  {
    MutexLock lock(mutex_);
    if (running_ == request) running_cancelled_ = true;
  }
  turns_.cancel(request);
  // Behind the storing of it, if it is a question: of equal numbers the lane takes the older one.
  lane_.post({.request = request, .command = CancelRequest{request}});
}

void DeviceWorker::release_video(std::int64_t video) {
  turns_.end_video(video);
  if (library_.is_video_open(video)) wait_for(ReleaseVideo{video, {}});
}

void DeviceWorker::release_memory(std::int64_t memory) {
  if (turns_.watches_memory(memory) || library_.is_memory_open(memory)) {
    wait_for(ReleaseMemory{memory, {}});
  }
}

// --- The lane -----------------------------------------------------------------------------------

WorkLane::Options DeviceWorker::lane_options() {
  WorkLane::Options options;
  options.to_the_end = true;  // a question that was sent is stored
  options.work = [this](WorkLane::Job& job, const std::atomic<bool>& /*cancel*/) {
    if (const auto* question = std::get_if<AskQuestion>(&job.command)) {
      accept_question(job.request, *question);
    } else {
      drop(job.request);
    }
    return WorkLane::Outcome::over;
  };
  return options;
}

void DeviceWorker::accept_question(RequestId request, const AskQuestion& command) {
  try {
    if (is_blank(command.text)) {
      throw Error(ErrorCode::bad_argument, "The question is empty",
                  "Write what is to be answered.");
    }
    std::vector<std::int64_t> videos;
    for (const QuestionScope& scope : command.scopes) {
      videos.push_back(require_video(library_, scope.video).id);
    }
    AcceptedQuestion accepted{command, {}};
    if (library_.writable()) {
      store::Question question;
      question.conversation_id = command.conversation;
      question.text = command.text;
      question.scope = scope_json(command.scopes);
      accepted.rows = library_.journal().ask(question, videos);
      emit_({request, QuestionStored{accepted.rows}});
    }
    post({request, std::move(accepted)});
  } catch (const std::exception& error) {
    emit_({request, failure(error)});
  }
}

void DeviceWorker::drop(RequestId request) {
  std::optional<Job> waiting;
  {
    MutexLock lock(mutex_);
    if (running_ == request) running_cancelled_ = true;
    const auto found = std::find_if(jobs_.begin(), jobs_.end(),
                                    [&](const Job& job) { return job.request == request; });
    if (found != jobs_.end()) {
      waiting = std::move(*found);
      jobs_.erase(found);
    }
  }
  if (!waiting) return;
  if (const auto* question = std::get_if<AcceptedQuestion>(&waiting->command)) {
    end_answer(*question, nullptr);
  }
  emit_({request, RequestFailed{ErrorCode::cancelled, "The request was cancelled", {}}});
}

void DeviceWorker::end_answer(const AcceptedQuestion& question, const RequestFailed* failure) {
  if (!question.stored()) return;
  store::Journal& journal = library_.journal();
  try {
    if (failure == nullptr) {
      journal.end_answer(question.rows.answer, store::AnswerState::stopped);
    } else {
      journal.fail_answer(question.rows.answer, *failure);
    }
  } catch (const std::exception& error) {
    // It may have gone with its conversation or its video.
    log("session").warn("an answer that was not completed: {}", error.what());
  }
}

// --- The device's thread ------------------------------------------------------------------------

bool DeviceWorker::is_cancelled(RequestId request) {
  MutexLock lock(mutex_);
  return running_ == request && running_cancelled_;
}

bool DeviceWorker::has_waiting_jobs() {
  MutexLock lock(mutex_);
  return !jobs_.empty();
}

void DeviceWorker::run() {
  while (true) {
    std::optional<Job> job;
    {
      MutexLock lock(mutex_);
      while (!closing_ && jobs_.empty() && turns_.empty()) changed_.wait(mutex_);
      if (closing_) break;
      // A watch that was cancelled has little left to do, and somebody may wait for its end.
      if (!jobs_.empty() && !turns_.is_ending()) {
        job = std::move(jobs_.front());
        jobs_.pop_front();
        running_ = job->request;
        running_cancelled_ = false;
      }
    }
    if (job) {
      run_job(*job);
      MutexLock lock(mutex_);
      running_ = 0;
    } else {
      turns_.take_turn();
    }
  }
  runtime_.close();
  turns_.forget_all();
  MutexLock lock(mutex_);
  closed_ = true;
  jobs_.clear();
}

DeviceRuntime::Hooks DeviceWorker::runtime_hooks() {
  return {.before_closing = [this] { turns_.let_go(); },
          // Not before: the cache reads from the stores.
          .after_closing = [this] { stores_.clear(); },
          .notify =
              [this](const EngineNotice& notice) {
                emit_({0, notice});
              }};
}

void DeviceWorker::run_job(const Job& job) {
  for (bool over = false; !over;) {
    try {
      std::visit([&](const auto& command) { perform(job.request, command); }, job.command);
      over = true;
    } catch (const std::exception& error) {
      over = !runtime_.retreat(error);
      if (over) fail_job(job, error);
    }
  }
}

void DeviceWorker::fail_job(const Job& job, const std::exception& error) {
  const RequestFailed failed = failure(error);
  if (const auto* question = std::get_if<AcceptedQuestion>(&job.command)) {
    end_answer(*question, &failed);
  }
  // What was to be released went with the device.
  if (job.request != 0) emit_({job.request, failed});
}

void DeviceWorker::perform(RequestId request, const DescribeEngine& /*command*/) {
  Runtime& loaded = runtime_.get();
  emit_({request, EngineDescribed{loaded.model().info(),
                                  loaded.backend().info(),
                                  loaded.calibration().measured(),
                                  library_.folder().string(),
                                  {}}});
}

void DeviceWorker::perform(RequestId request, const CalibrateModel& /*command*/) {
  Runtime& loaded = runtime_.get();
  const memory::Calibration calibration =
      session::calibrate(loaded, [&] { return is_cancelled(request); });
  loaded.set_calibration(calibration);
  emit_({request, ModelCalibrated{calibration}});
}

void DeviceWorker::perform(RequestId /*request*/, const ReleaseVideo& command) {
  stores_.close_video(command.video);
}

void DeviceWorker::perform(RequestId /*request*/, const ReleaseMemory& command) {
  turns_.end_memory(command.memory);
  stores_.close_memory(command.memory);
}

// --- Answering ----------------------------------------------------------------------------------

// What there is to answer from: of each video the memory by this model that answers.
struct DeviceWorker::Sources {
  std::vector<std::shared_ptr<store::MemoryStore>> stores;
  std::vector<AnswerSource> blocks;
  std::vector<std::int64_t> videos;
  std::vector<std::int64_t> memory_ids;
  std::vector<SeenRange> coverage;
};

void DeviceWorker::open_sources(const AskQuestion& command, Sources& sources) {
  Runtime& loaded = runtime_.get();
  std::vector<std::string> unseen;  // names
  bool begun = false;               // the first of them
  for (const QuestionScope& scope : command.scopes) {
    const std::optional<store::Memory> memory =
        library_.find_memory(scope.video, loaded.memory_fingerprint());
    // Opening may find that the disk has lost the only append.
    std::shared_ptr<store::MemoryStore> opened;
    if (memory && memory->blocks > 0) opened = stores_.open(*memory, loaded.cache());
    if (opened == nullptr || opened->count() == 0) {
      // One that has been removed since the question was asked is not missed.
      const std::optional<store::Video> video = library_.find_video(scope.video);
      if (!video) continue;
      if (unseen.empty()) begun = memory && memory->state == store::MemoryState::watching;
      unseen.push_back(video->name);
      continue;
    }
    const TimeRange range = scope.range.value_or(kAlways);
    sources.memory_ids.push_back(memory->id);
    sources.stores.push_back(std::move(opened));
    sources.blocks.push_back({sources.stores.back().get(), range});
    sources.videos.push_back(scope.video);
    // Of what was opened: another process may have gone on since the row was read.
    for (const TimeRange& seen : sources.stores.back()->record().coverage) {
      const TimeRange part{std::max(seen.begin, range.begin), std::min(seen.end, range.end)};
      if (!part.empty()) sources.coverage.push_back({scope.video, part});
    }
  }
  if (sources.stores.empty()) {
    if (unseen.empty()) throw removed_meanwhile();
    if (begun) {
      throw Error(ErrorCode::not_found,
                  unseen.front() + " is only just being watched: nothing of it has been seen yet",
                  "Ask again in a moment.");
    }
    throw Error(
        ErrorCode::not_found,
        unseen.front() + " has not been watched with " + loaded.model().info().name + " yet",
        "Watch it first: longtake-cli watch.");
  }
  // One that nobody has watched does not keep the others from answering.
  if (!unseen.empty()) {
    emit_({0, EngineNotice{"Not watched yet, so left out of the answer: " + some_of(unseen),
                           "Watch what is missing, then ask again."}});
  }
}

void DeviceWorker::perform(RequestId request, const PrepareQuestion& command) {
  Runtime& loaded = runtime_.get();
  std::vector<std::shared_ptr<store::MemoryStore>> stores;
  std::vector<memory::RecallScope> scopes;
  // More memories than stay open would be closed again before the question comes.
  if (command.scopes.size() <= OpenStores::kMost) {
    for (const QuestionScope& scope : command.scopes) {
      const std::optional<store::Memory> memory =
          library_.find_memory(scope.video, loaded.memory_fingerprint());
      if (!memory || memory->blocks == 0) continue;
      stores.push_back(stores_.open(*memory, loaded.cache()));
      const auto [first, last] = stores.back()->range(scope.range.value_or(kAlways));
      scopes.push_back({stores.back().get(), first, last});
    }
  }
  memory::prepare_recall(loaded.backend(), scopes,
                         [&] { return is_cancelled(request) || has_waiting_jobs(); });
  stores.clear();
  stores_.close_oldest();
  emit_({request, Done{}});
}

void DeviceWorker::perform(RequestId request, const AcceptedQuestion& question) {
  Sources sources;
  try {
    answer(request, question, sources);
  } catch (const Error&) {
    // Another process may remove what is only read here: its files are then missing, not damaged.
    if (!library_.writable()) {
      for (const std::int64_t memory : sources.memory_ids) {
        if (!library_.find_memory(memory)) throw removed_meanwhile();
      }
    }
    throw;
  }
}

void DeviceWorker::answer(RequestId request, const AcceptedQuestion& question, Sources& sources) {
  emit_({request, AnswerPhase{Phase::loading_model}});
  Runtime& loaded = runtime_.get();
  open_sources(question.asked, sources);
  store::Journal& journal = library_.journal();
  const std::int64_t id = question.rows.answer;
  if (question.stored()) journal.start_answer(id, loaded.model().info().name, sources.memory_ids);

  AnswerOptions options = loaded.answer_options();
  options.generate = question.asked.generate;
  options.verify = question.asked.verify;
  AnswerCallbacks callbacks;
  callbacks.on_phase = [&](Phase phase) { emit_({request, AnswerPhase{phase}}); };
  callbacks.on_text = [&](std::string_view piece) {
    if (question.stored()) journal.append_answer(id, piece);
    emit_({request, AnswerText{std::string(piece)}});
  };
  callbacks.on_citations = [&](const std::vector<CitedRange>& ranges) {
    emit_({request, AnswerCitations{to_citations(ranges, sources.videos)}});
  };
  callbacks.cancelled = [&] { return is_cancelled(request); };
  Answerer answerer(loaded.model(), loaded.sinks(), loaded.calibration(), loaded.cache());
  const AnswerResult result = answerer.ask(question.asked.text, sources.blocks, options, callbacks);
  // Before the answer is told: this, too, may find that the device is lost.
  sources.stores.clear();
  stores_.close_oldest();

  store::Answer answer;
  answer.id = id;
  answer.question_id = question.rows.question;
  answer.model = loaded.model().info().name;
  answer.text = result.text;
  answer.state = result.stopped ? store::AnswerState::stopped : store::AnswerState::done;
  answer.found = result.found;
  answer.support = result.support;
  answer.coverage = coverage_json(sources.coverage);
  answer.citations = to_citations(result.citations, sources.videos);
  for (const WeighedRange& range : result.evidence) {
    answer.evidence.push_back({sources.videos[range.source], range.time, range.weight});
  }
  answer.timing = timing_json(result.timing);
  if (question.stored()) {
    journal.finish_answer(answer);
    answer = journal.find_answer(id).value_or(answer);
  }

  AnswerDone done;
  done.conversation = question.rows.conversation;
  done.question = question.asked.text;
  done.answer = std::move(answer);
  done.coverage = std::move(sources.coverage);
  done.timing = result.timing;
  done.blocks_used = result.blocks_used;
  done.blocks_in_scope = result.blocks_in_scope;
  emit_({request, std::move(done)});
}

}  // namespace longtake::session
