// Declares the thread-safety annotations that clang checks (-Wthread-safety) and the Mutex that
// carries them. GCC sees plain std::mutex.
//
// Thread rule: a Mutex is for any threads, a MutexLock for one. Lifetime rule: as the object that they guard.
//
// Usage: `int value_ LT_GUARDED_BY(mutex_);` and `MutexLock lock(mutex_);`.
#ifndef LONGTAKE_ENGINE_BASE_THREAD_ANNOTATIONS_H_
#define LONGTAKE_ENGINE_BASE_THREAD_ANNOTATIONS_H_

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define LT_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define LT_THREAD_ATTRIBUTE(x)
#endif
#define LT_CAPABILITY(x) LT_THREAD_ATTRIBUTE(capability(x))
#define LT_SCOPED_CAPABILITY LT_THREAD_ATTRIBUTE(scoped_lockable)
#define LT_GUARDED_BY(x) LT_THREAD_ATTRIBUTE(guarded_by(x))
#define LT_REQUIRES(...) LT_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define LT_ACQUIRE(...) LT_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define LT_RELEASE(...) LT_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define LT_EXCLUDES(...) LT_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace longtake {

class LT_CAPABILITY("mutex") Mutex {
 public:
  void lock() LT_ACQUIRE() { mutex_.lock(); }
  void unlock() LT_RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class LT_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LT_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() LT_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits with a Mutex that the caller holds; check the condition in a loop around it.
using CondVar = std::condition_variable_any;

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_BASE_THREAD_ANNOTATIONS_H_
