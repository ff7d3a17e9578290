// Declares runAside(): work that may wait for a disk, done in a thread of Qt's pool.
//
// Thread rule: called in the GUI thread; `work` runs in another one and must own what it uses,
// `then` runs in the GUI thread. Lifetime rule: `then` is dropped with its receiver; `work` runs to
// its end all the same.
#ifndef LONGTAKE_UI_BASE_ASIDE_H_
#define LONGTAKE_UI_BASE_ASIDE_H_

#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>
#include <memory>
#include <type_traits>
#include <utility>

namespace longtake::ui {

template <typename Work, typename Then>
void runAside(QObject* receiver, Work work, Then then) {
  using Result = std::invoke_result_t<Work>;
  auto promise = std::make_shared<QPromise<Result>>();
  auto* watcher = new QFutureWatcher<Result>(receiver);
  QObject::connect(watcher, &QFutureWatcher<Result>::finished, receiver,
                   [watcher, then = std::move(then)] {
                     watcher->deleteLater();
                     if (watcher->future().resultCount() > 0) then(watcher->result());
                   });
  watcher->setFuture(promise->future());
  QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
    promise->start();
    promise->addResult(work());
    promise->finish();
  });
}

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_ASIDE_H_
