#include "engine/engine.h"

#include <deque>
#include <set>
#include <thread>
#include <type_traits>
#include <utility>

#include "engine/base/log.h"
#include "engine/base/thread_annotations.h"
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

}  // namespace

// The catalogue thread works off commands that need neither model nor video file, and the lane beside
// it those that may take long; the device worker and the media desk have threads of their own.
struct Engine::Impl {
  explicit Impl(EngineOptions engine_options)
      : options(std::move(engine_options)),
        library(store::Library::open(options.library, options.read_only
                                                          ? store::Library::Access::read
                                                          : store::Library::Access::write)),
        catalogue(*library),
        desk(*library, [this](Event event) { queue.push(std::move(event)); }),
        lengthy(lane_options()) {
    if (!options.read_only) {
      if (options.device == Device::cuda) require_cuda(options);
      worker = std::make_unique<session::DeviceWorker>(
          *library, runtime_options(options), [this](Event event) { deliver(std::move(event)); });
    }
    thread = std::thread([this] { run_catalogue(); });
  }

  ~Impl() {
    {
      MutexLock lock(mutex);
      closing = true;
    }
    changed.notify_all();
    lengthy.stop();
    thread.join();
    worker.reset();
  }

  // An address may not answer, and a check reads everything that is stored.
  static bool is_lengthy(const Command& command) {
    return std::holds_alternative<AddVideo>(command) ||
           std::holds_alternative<CheckLibrary>(command);
  }

  session::WorkLane::Options lane_options() {
    session::WorkLane::Options lane;
    lane.work = [this](session::WorkLane::Job& job, const std::atomic<bool>& cancel) {
      try {
        if (const auto* add = std::get_if<AddVideo>(&job.command)) {
          queue.push({job.request, catalogue.run(*add, &cancel)});
        } else {
          queue.push({job.request, catalogue.run(std::get<CheckLibrary>(job.command), &cancel)});
        }
      } catch (const std::exception& error) {
        queue.push({job.request, failure(error)});
      }
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

  // The worker knows everything about itself but what program it is part of.
  void deliver(Event event) {
    if (auto* described = std::get_if<EngineDescribed>(&event.body)) described->version = version();
    queue.push(std::move(event));
  }

  void run_catalogue() {
    while (true) {
      std::pair<RequestId, Command> next;
      {
        MutexLock lock(mutex);
        while (!closing && commands.empty()) changed.wait(mutex);
        if (closing) return;
        next = std::move(commands.front());
        commands.pop_front();
      }
      run_one(next.first, next.second);
    }
  }

  // Once there is none, nobody asks again.
  std::optional<kernels::DeviceInfo> card() {
    if (no_card) return std::nullopt;
    std::optional<kernels::DeviceInfo> found = session::card_for(options.device);
    no_card = !found;
    return found;
  }

  void run_one(RequestId request, const Command& command) {
    try {
      std::visit(
          [&](const auto& typed) {
            using Type = std::decay_t<decltype(typed)>;
            if constexpr (std::is_same_v<Type, RemoveVideo>) {
              if (worker != nullptr) worker->release_video(typed.video);
              desk.release_video(typed.video);
            } else if constexpr (std::is_same_v<Type, RemoveMemory>) {
              if (worker != nullptr) worker->release_memory(typed.memory);
            }
            if constexpr (std::is_same_v<Type, CheckModel>) {
              queue.push({request, ModelChecked{session::check_model(
                                       typed.folder, options.weights, options.device,
                                       typed.ask_card ? card() : std::nullopt)}});
            } else if constexpr (std::is_same_v<Type, ListVideos>) {
              VideoList list = catalogue.run(typed);
              tell_damaged(list.damaged);
              queue.push({request, std::move(list)});
            } else if constexpr (requires { catalogue.run(typed); }) {
              queue.push({request, catalogue.run(typed)});
            }
          },
          command);
    } catch (const std::exception& error) {
      queue.push({request, failure(error)});
    }
  }

  void dispatch(RequestId request, Command command) {
    const bool for_device = std::holds_alternative<WatchVideo>(command) ||
                            std::holds_alternative<AskQuestion>(command) ||
                            std::holds_alternative<PrepareQuestion>(command) ||
                            std::holds_alternative<DescribeEngine>(command) ||
                            std::holds_alternative<CalibrateModel>(command);
    if (for_device && worker == nullptr) {
      queue.push({request, RequestFailed{ErrorCode::busy, "The library is open for reading only",
                                         "Another Longtake is using it: close that one first."}});
      return;
    }
    if (auto* watch = std::get_if<WatchVideo>(&command)) {
      worker->watch(request, std::move(*watch));
    } else if (auto* question = std::get_if<AskQuestion>(&command)) {
      worker->ask(request, std::move(*question));
    } else if (auto* prepare = std::get_if<PrepareQuestion>(&command)) {
      worker->prepare(request, std::move(*prepare));
    } else if (std::holds_alternative<DescribeEngine>(command)) {
      worker->describe(request);
    } else if (std::holds_alternative<CalibrateModel>(command)) {
      worker->calibrate(request);
    } else if (const auto* cancel = std::get_if<CancelRequest>(&command)) {
      if (worker != nullptr) worker->cancel(cancel->request);
      desk.cancel(cancel->request);
      lengthy.cancel(cancel->request);
      queue.push({request, Done{}});
    } else if (session::MediaDesk::takes(command)) {
      desk.post(request, std::move(command));
    } else if (is_lengthy(command)) {
      lengthy.post({.request = request, .command = std::move(command)});
    } else {
      {
        MutexLock lock(mutex);
        commands.emplace_back(request, std::move(command));
      }
      changed.notify_all();
    }
  }

  const EngineOptions options;
  EventQueue queue;
  std::unique_ptr<store::Library> library;
  session::Catalogue catalogue;
  session::MediaDesk desk;
  session::WorkLane lengthy;
  std::unique_ptr<session::DeviceWorker> worker;
  // Of the catalogue's thread.
  bool no_card = false;                 // that answers
  std::set<std::int64_t> told_damaged;  // videos

  Mutex mutex;
  CondVar changed;
  std::deque<std::pair<RequestId, Command>> commands LT_GUARDED_BY(mutex);
  bool closing LT_GUARDED_BY(mutex) = false;
  std::atomic<RequestId> last_request = 0;
  std::thread thread;
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

std::string version() {
  return LONGTAKE_VERSION;
}

}  // namespace longtake
