// Declares EngineLink: the engine as the GUI thread sees it. Commands go down with a handler each,
// events come up as calls of that handler; nothing blocks but stop().
//
// Thread rule: GUI thread; the engine is made and ended in a thread of its own, and its own threads
// only post a wakeup. Lifetime rule: a handler is dropped with its receiver, after the event that
// ends its request, or when the engine is made again.
#ifndef LONGTAKE_UI_BASE_ENGINE_LINK_H_
#define LONGTAKE_UI_BASE_ENGINE_LINK_H_

#include <QHash>
#include <QObject>
#include <QPointer>
#include <functional>
#include <future>
#include <memory>

#include "engine/engine.h"

namespace longtake::ui {

class EngineLink : public QObject {
  Q_OBJECT

 public:
  using Handler = std::function<void(const Event&)>;

  explicit EngineLink(QObject* parent = nullptr);
  ~EngineLink() override;

  // Makes the engine (again), as soon as the one before has ended, which takes as long as what it is
  // at: a model that is being loaded, say. restarted() or notOpened() follows; until then, and
  // afterwards if the library could not be opened, send() answers with RequestFailed. Requests in
  // flight end without a word: whoever shows them listens to restarted().
  void start(const EngineOptions& options);
  // Waits until it has ended.
  void stop();
  bool isRunning() const { return engine_ != nullptr; }
  bool isStarting() const { return opening_.valid(); }
  const EngineOptions& options() const { return options_; }

  // Of the engine's model; empty until modelChecked(), and for good if there is something wrong with it.
  const QString& modelName() const { return modelName_; }
  // Which of a video's memories its questions are answered from: the one by this model in this
  // quality, or, as long as the model is unknown, by any; nullptr if there is none.
  const store::Memory* answering(const std::vector<store::Memory>& memories) const;
  // Whether the engine can answer from a memory at all.
  bool isAnswerable(const store::Memory& memory) const;

  // The handler gets every event of the request, the last one included (ends_request()), while
  // `receiver` lives.
  RequestId send(Command command, QObject* receiver, Handler handler);
  // Nobody wants to know; a failure is logged and told by failed().
  RequestId send(Command command);
  void cancel(RequestId request);

 signals:
  void restarted();
  void notOpened(const longtake::Error& failure);
  // One of them some time after restarted().
  void modelChecked(const longtake::session::ModelCheck& check);
  void modelUnusable(const QString& message, const QString& hint);
  // The graphics card stopped answering: nothing more comes of this engine.
  void deviceLost(const QString& message);
  // What the engine did on its own account: it went on with less memory, or on the processor.
  void noticed(const QString& message, const QString& hint);
  // A request failed that nobody handles.
  void failed(const QString& message, const QString& hint);
  // Things that several panels follow, whoever asked for them.
  void videoAdded(const longtake::store::Video& video);
  void videoRemoved(qint64 video);
  void memoryRemoved();  // of some video
  void watchProgress(const longtake::WatchProgress& progress);
  void watchEnded(const longtake::WatchEnded& ended);
  void markersChanged(qint64 video);  // after SaveMarker; 0 = some video, after RemoveMarker
  void conversationsChanged();  // after a question was stored, an answer, a removal, a verdict

 protected:
  bool event(QEvent* event) override;

 private:
  struct Waiting {
    QPointer<QObject> receiver;
    Handler handler;
    Command command;
  };
  void open();
  void takeOpened();
  void drain();
  void deliver(const Event& event);

  EngineOptions options_;
  std::unique_ptr<Engine> engine_;
  std::future<std::unique_ptr<Engine>> opening_;
  bool openAgain_ = false;  // other options have come while one was being made
  QString modelName_;
  std::string memoryFingerprint_;
  QHash<RequestId, Waiting> waiting_;
  bool draining_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_ENGINE_LINK_H_
