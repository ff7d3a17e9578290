#include "engine/engine.h"

#include <atomic>
#include <deque>
#include <map>
#include <set>
#include <type_traits>
#include <utility>

#include "engine/base/log.h"
#include "engine/base/thread_annotations.h"
#include "engine/report/text.h"
#include "engine/session/catalogue.h"
#include "engine/session/device_worker.h"
#include "engine/session/media_desk.h"
#include "engine/session/model_check.h"
#include "engine/session/work_lane.h"
#include "kernels/error.h"

namespace longtake {

namespace {

// Events on their way to the frontend.
class EventQueue {
 public:
  void push(Event event) LT_EXCLUDES(mutex_) {
    std::function<void()> wakeup;
    {
      MutexLock lock(mutex_);
      // Progress that nobody has looked at yet is overtaken by newer progress of the same request.
      if (std::holds_alternative<WatchProgress>(event.body)) {
        std::erase_if(events_, [&](const Event& older) {
          return older.request == event.request &&
                 std::holds_alternative<WatchProgress>(older.body);
        });
      }
      if (events_.empty()) wakeup = wakeup_;
      events_.push_back(std::move(event));
    }
    arrived_.notify_all();
    if (wakeup) wakeup();
  }

  std::optional<Event> pop(std::chrono::milliseconds at_most) LT_EXCLUDES(mutex_) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    MutexLock lock(mutex_);
    while (events_.empty()) {
      if (at_most.count() == 0 ||
          arrived_.wait_until(mutex_, deadline) == std::cv_status::timeout) {
        if (events_.empty()) return std::nullopt;
      }
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

  void set_wakeup(std::function<void()> wakeup) LT_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    wakeup_ = std::move(wakeup);
  }

 private:
  Mutex mutex_;
  CondVar arrived_;
  std::deque<Event> events_ LT_GUARDED_BY(mutex_);
  std::function<void()> wakeup_ LT_GUARDED_BY(mutex_);
};

// A graphics card that the user insists on must answer; whether there is one at all, the worker
// finds out by itself.
void require_cuda(const EngineOptions& options) {
  try {
    options.make_device({});
  } catch (const Error& error) {
    throw Error(ErrorCode::device_lost, error.message(),
                "Use the processor (--device cpu), or make the graphics card answer.");
  }
}

}  // namespace

// Three lanes work off what needs no model: what ends soon, what may take long, and what waits until
// the others have let go of a video. The device worker and the media desk have threads of their own.
struct Engine::Impl {
  explicit Impl(EngineOptions engine_options)
      : options(std::move(engine_options)),
        library(store::Library::open(options.library, options.read_only
                                                          ? store::Library::Access::read
                                                          : store::Library::Access::write)),
        catalogue(*library),
        desk(*library, [this](Event event) { queue.push(std::move(event)); }),
        worker(make_worker()),
        quick(lane_options(true)),
        lengthy(lane_options(false)),
        removals(lane_options(true)) {}

  // What the device does ends first, because a removal may wait for it; the lanes follow.
  ~Impl() {
    worker->close();
  }

  std::unique_ptr<session::DeviceWorker> make_worker() {
    if (!options.read_only && options.device == Device::cuda) require_cuda(options);
    return std::make_unique<session::DeviceWorker>(
        *library, runtime_options(options), [this](Event event) { deliver(std::move(event)); });
  }

  // What the device's thread would have to refuse, when it came to it, in a library that is only read.
  static bool device_writes(const Command& command) {
    const auto* question = std::get_if<AskQuestion>(&command);
    return std::holds_alternative<WatchVideo>(command) ||
           std::holds_alternative<CalibrateModel>(command) ||
           (question != nullptr && question->conversation != 0);
  }

  // to_the_end: what was sent is done, even if the engine is destroyed right after.
  session::WorkLane::Options lane_options(bool to_the_end) {
    session::WorkLane::Options lane;
    lane.to_the_end = to_the_end;
    lane.work = [this](session::WorkLane::Job& job, const std::atomic<bool>& cancel) {
      run_one(job.request, job.command, cancel);
      return session::WorkLane::Outcome::over;
    };
    lane.dropped = [this](const session::WorkLane::Job& job) {
      queue.push(
          {job.request, RequestFailed{ErrorCode::cancelled, "The request was cancelled", {}}});
    };
    return lane;
  }

  // Once, however often the library is listed.
  void tell_damaged(const std::vector<std::int64_t>& videos) {
    for (const std::int64_t video : videos) {
      if (!told_damaged.insert(video).second) continue;
      const std::string id = std::to_string(video);
      queue.push({0, EngineNotice{"Video " + id + ": its entry in the library is damaged",
                                  "Put back a backup of the library, or forget the video with "
                                  "`longtake-cli remove`."}});
    }
  }

  // Of each video the first thing, once.
  void tell_findings(const VideoList& list) {
    std::map<std::int64_t, const store::Video*> video_of;  // of memories
    for (const VideoWithMemories& entry : list.videos) {
      for (const store::Memory& memory : entry.memories) video_of[memory.id] = &entry.video;
    }
    for (const store::Finding& finding : list.findings) {
      const auto found = video_of.find(finding.memory_id);
      const store::Video* video = found == video_of.end() ? nullptr : found->second;
      if (!told_found.insert(video == nullptr ? 0 : video->id).second) continue;
      const std::string name = video == nullptr ? "library.db" : video->name;
      const std::string day = report::utc_text(finding.found_at).substr(0, 10);
      queue.push({0, EngineNotice{name + ": a check on " + day + " found damage", finding.hint}});
    }
  }

  // The worker knows everything about itself but what program it is part of.
  void deliver(Event event) {
    if (auto* described = std::get_if<EngineDescribed>(&event.body)) described->version = version();
    queue.push(std::move(event));
  }

  // Once there is none, nobody asks again.
  std::optional<kernels::DeviceInfo> card() {
    if (no_card) return std::nullopt;
    std::optional<kernels::DeviceInfo> found = session::card_for(options.device);
    no_card = !found;
    return found;
  }

  // --- In the lanes

  void run_one(RequestId request, const Command& command, const std::atomic<bool>& cancel) {
    try {
      std::visit(
          [&](const auto& typed) {
            if constexpr (requires { perform(typed, cancel); }) {
              queue.push({request, perform(typed, cancel)});
            }
          },
          command);
    } catch (const std::exception& error) {
      queue.push({request, failure(error)});
    }
  }

  template <typename Type>
  auto perform(const Type& command, const std::atomic<bool>& /*cancel*/)
      -> decltype(std::declval<session::Catalogue&>().run(command)) {
    return catalogue.run(command);
  }
  VideoAdded perform(const AddVideo& command, const std::atomic<bool>& cancel) {
    return catalogue.run(command, &cancel);
  }
  LibraryChecked perform(const CheckLibrary& command, const std::atomic<bool>& cancel) {
    return catalogue.run(command, &cancel);
  }
  VideoList perform(const ListVideos& command, const std::atomic<bool>& /*cancel*/) {
    VideoList list = catalogue.run(command);
    tell_damaged(list.damaged);
    tell_findings(list);
    return list;
  }
  ModelChecked perform(const CheckModel& command, const std::atomic<bool>& /*cancel*/) {
    return {session::check_model(command.folder, options.weights, options.device,
                                 command.ask_card ? card() : std::nullopt)};
  }
  VideoRemoved perform(const RemoveVideo& command, const std::atomic<bool>& /*cancel*/) {
    worker->release_video(command.video);
    desk.release_video(command.video);
    return catalogue.run(command);
  }
  Done perform(const RemoveMemory& command, const std::atomic<bool>& /*cancel*/) {
    worker->release_memory(command.memory);
    return catalogue.run(command);
  }

  // --- In the threads that send

  void dispatch(RequestId request, Command command) {
    if (options.read_only && device_writes(command)) {
      queue.push({request, RequestFailed{ErrorCode::busy, "The library is open for reading only",
                                         "Another Longtake is using it: close that one first."}});
      return;
    }
    std::visit([&](auto& typed) { dispatch_one(request, typed); }, command);
  }

  template <typename Type>
  void dispatch_one(RequestId request, Type& command) {
    if constexpr (requires { put_to_device(request, command); }) {
      put_to_device(request, command);
    } else if constexpr (std::is_same_v<Type, CancelRequest>) {
      worker->cancel(command.request);
      desk.cancel(command.request);
      lengthy.cancel(command.request);
      queue.push({request, Done{}});
    } else if constexpr (session::MediaDesk::takes<Type>) {
      desk.post(request, std::move(command));
    } else {
      // A command that nobody takes would leave its sender waiting for ever.
      static_assert(requires { perform(command, std::atomic<bool>()); });
      lane_for<Type>().post({.request = request, .command = std::move(command)});
    }
  }

  void put_to_device(RequestId request, WatchVideo& command) {
    worker->watch(request, std::move(command));
  }
  void put_to_device(RequestId request, AskQuestion& command) {
    worker->ask(request, std::move(command));
  }
  void put_to_device(RequestId request, PrepareQuestion& command) {
    worker->prepare(request, std::move(command));
  }
  void put_to_device(RequestId request, DescribeEngine& /*command*/) { worker->describe(request); }
  void put_to_device(RequestId request, CalibrateModel& /*command*/) { worker->calibrate(request); }

  template <typename Type>
  session::WorkLane& lane_for() {
    if constexpr (is_one_of<Type, RemoveVideo, RemoveMemory>) return removals;
    // An address may not answer, and a check reads everything that is stored.
    if constexpr (is_one_of<Type, AddVideo, CheckLibrary>) return lengthy;
    return quick;
  }

  const EngineOptions options;
  EventQueue queue;
  std::unique_ptr<store::Library> library;
  session::Catalogue catalogue;
  session::MediaDesk desk;
  std::unique_ptr<session::DeviceWorker> worker;
  std::atomic<RequestId> last_request = 0;
  // Of the quick lane's thread.
  bool no_card = false;                 // that answers
  std::set<std::int64_t> told_damaged;  // videos
  std::set<std::int64_t> told_found;    // videos; 0: the database

  // Last, so that their threads end before what they use goes.
  session::WorkLane quick;
  session::WorkLane lengthy;
  session::WorkLane removals;
};

Engine::Engine(EngineOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Engine::~Engine() = default;

RequestId Engine::send(Command command) {
  const RequestId request = ++impl_->last_request;
  impl_->dispatch(request, std::move(command));
  return request;
}

std::optional<Event> Engine::next_event() {
  return impl_->queue.pop(std::chrono::milliseconds(0));
}

std::optional<Event> Engine::wait_event(std::chrono::milliseconds at_most) {
  return impl_->queue.pop(at_most);
}

void Engine::set_wakeup_callback(std::function<void()> wakeup) {
  impl_->queue.set_wakeup(std::move(wakeup));
}

session::RuntimeOptions runtime_options(const EngineOptions& options) {
  session::RuntimeOptions runtime;
  runtime.model = options.model;
  runtime.calibrations = options.library / "calibrations";
  runtime.device = options.device;
  runtime.weights = options.weights;
  runtime.codec = options.codec;
  runtime.cache_bytes = options.cache_bytes;
  runtime.make_device = options.make_device;
  return runtime;
}

std::string version() {
  return LONGTAKE_VERSION;
}

}  // namespace longtake
