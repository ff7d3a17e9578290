#include "ui/base/engine_link.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QScopeGuard>
#include <QTimer>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"

namespace longtake::ui {

namespace {

const QEvent::Type kOpened = static_cast<QEvent::Type>(QEvent::registerEventType());
const QEvent::Type kWakeup = static_cast<QEvent::Type>(QEvent::registerEventType());

// At most this long at one go: the events that are left wait for the next turn of the event loop,
// after painting and input.
constexpr qint64 kSliceMs = 8;

template <typename T>
const T* as(const Command& command) {
  return std::get_if<T>(&command);
}

}  // namespace

EngineLink::EngineLink(QObject* parent) : QObject(parent) {}

EngineLink::~EngineLink() {
  stop();
}

void EngineLink::start(const EngineOptions& options) {
  options_ = options;
  waiting_.clear();
  modelName_.clear();
  memoryFingerprint_.clear();
  if (isStarting()) {
    openAgain_ = true;
  } else {
    open();
  }
}

void EngineLink::open() {
  openAgain_ = false;
  if (engine_ != nullptr) engine_->set_wakeup_callback({});
  opening_ = std::async(
      std::launch::async, [this, options = options_, before = std::move(engine_)]() mutable {
        const auto tell =
            qScopeGuard([this] { QCoreApplication::postEvent(this, new QEvent(kOpened)); });
        before.reset();  // it has the library, which only one can have
        return std::make_unique<Engine>(options);
      });
}

void EngineLink::takeOpened() {
  if (!isStarting()) return;
  try {
    engine_ = opening_.get();
  } catch (const Error& failure) {
    if (openAgain_) {
      open();
    } else {
      emit notOpened(failure);
    }
    return;
  }
  if (openAgain_) {
    open();
    return;
  }
  engine_->set_wakeup_callback(
      [this] { QCoreApplication::postEvent(this, new QEvent(kWakeup), Qt::LowEventPriority); });
  emit restarted();
  send(CheckModel{options_.model.string()}, this, [this](const Event& event) {
    if (const auto* checked = std::get_if<ModelChecked>(&event.body)) {
      modelName_ = text(checked->check.info.name);
      memoryFingerprint_ = checked->check.memory_fingerprint(options_.codec);
      emit modelChecked(checked->check);
    } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      emit modelUnusable(engineText(failure->message), engineText(failure->hint));
    }
  });
}

bool EngineLink::isAnswerable(const store::Memory& memory) const {
  return memoryFingerprint_.empty() || memory.fingerprint == memoryFingerprint_;
}

const store::Memory* EngineLink::answering(const std::vector<store::Memory>& memories) const {
  return store::preferred_memory(memories, memoryFingerprint_);
}

void EngineLink::stop() {
  openAgain_ = false;
  if (isStarting()) opening_ = {};  // waits, and drops what was made
  if (engine_ != nullptr) engine_->set_wakeup_callback({});
  engine_.reset();
  waiting_.clear();
}

RequestId EngineLink::send(Command command, QObject* receiver, Handler handler) {
  if (engine_ == nullptr) {
    const RequestFailed failure =
        isStarting()
            ? RequestFailed{ErrorCode::busy, "The library is being opened", "Try again in a moment"}
            : RequestFailed{ErrorCode::busy, "The library is not open",
                            "Choose a library folder in the preferences"};
    QTimer::singleShot(0, receiver != nullptr ? receiver : this, [handler, failure] {
      if (handler) handler({0, failure});
    });
    return 0;
  }
  Waiting waiting{receiver, std::move(handler), command};
  const RequestId request = engine_->send(std::move(command));
  waiting_.insert(request, std::move(waiting));
  return request;
}

RequestId EngineLink::send(Command command) {
  return send(std::move(command), this, [this](const Event& event) {
    if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      if (failure->code != ErrorCode::cancelled) {
        emit failed(engineText(failure->message), engineText(failure->hint));
      }
    }
  });
}

void EngineLink::cancel(RequestId request) {
  if (engine_ != nullptr && request != 0) send(CancelRequest{request});
}

bool EngineLink::event(QEvent* event) {
  if (event->type() == kWakeup) {
    drain();
    return true;
  }
  if (event->type() == kOpened) {
    takeOpened();
    return true;
  }
  return QObject::event(event);
}

void EngineLink::drain() {
  if (draining_) return;  // a handler must not run an event loop of its own; if one does, it waits
  draining_ = true;
  QElapsedTimer timer;
  timer.start();
  while (engine_ != nullptr) {
    const std::optional<Event> event = engine_->next_event();
    if (!event) break;
    deliver(*event);
    if (timer.elapsed() >= kSliceMs) {
      QCoreApplication::postEvent(this, new QEvent(kWakeup), Qt::LowEventPriority);
      break;
    }
  }
  draining_ = false;
}

void EngineLink::deliver(const Event& event) {
  if (const auto* notice = std::get_if<EngineNotice>(&event.body)) {
    emit noticed(engineText(notice->message), engineText(notice->hint));
    return;
  }
  const auto found = waiting_.constFind(event.request);
  if (found == waiting_.constEnd()) return;
  const Waiting waiting = *found;
  if (ends_request(event)) waiting_.erase(found);

  if (waiting.handler && !waiting.receiver.isNull()) waiting.handler(event);

  // What several panels follow.
  if (const auto* added = std::get_if<VideoAdded>(&event.body)) {
    emit videoAdded(added->video);
  } else if (std::holds_alternative<VideoRemoved>(event.body)) {
    if (const auto* command = as<RemoveVideo>(waiting.command)) emit videoRemoved(command->video);
  } else if (const auto* progress = std::get_if<WatchProgress>(&event.body)) {
    emit watchProgress(*progress);
  } else if (const auto* ended = std::get_if<WatchEnded>(&event.body)) {
    emit watchEnded(*ended);
  } else if (std::holds_alternative<MarkerSaved>(event.body)) {
    if (const auto* command = as<SaveMarker>(waiting.command)) {
      emit markersChanged(command->marker.video_id);
    }
  } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
    if (failure->code == ErrorCode::device_lost) {
      emit deviceLost(engineText(failure->message));
    }
  } else if (std::holds_alternative<QuestionStored>(event.body) ||
             std::holds_alternative<AnswerDone>(event.body)) {
    emit conversationsChanged();
  } else if (std::holds_alternative<Done>(event.body)) {
    if (as<RemoveMarker>(waiting.command) != nullptr) emit markersChanged(0);
    if (as<RemoveMemory>(waiting.command) != nullptr) emit memoryRemoved();
    if (as<RemoveConversation>(waiting.command) != nullptr ||
        as<RenameConversation>(waiting.command) != nullptr ||
        as<SetUserVerdict>(waiting.command) != nullptr) {
      emit conversationsChanged();
    }
  }
}

}  // namespace longtake::ui
