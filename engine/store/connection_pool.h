// Declares ConnectionPool: connections to one database, each used by one thread at a time, and at
// most one of them writing.
//
// Readers never wait for the writer (WAL). Writers of this process queue here instead of in
// SQLite's busy handler; other processes are kept out by the library's lock file. Thread rule: safe
// from every thread; a Lease belongs to the thread that took it, and a thread holds at most one
// writer. Lifetime rule: the pool outlives its leases.
#ifndef LONGTAKE_ENGINE_STORE_CONNECTION_POOL_H_
#define LONGTAKE_ENGINE_STORE_CONNECTION_POOL_H_

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/base/thread_annotations.h"
#include "engine/store/database.h"

namespace longtake::store {

class ConnectionPool {
 public:
  class Lease {
   public:
    ~Lease();
    Lease(Lease&&) = delete;
    Lease& operator=(Lease&&) = delete;
    Database& operator*() const { return *database_; }
    Database* operator->() const { return database_.get(); }

   private:
    friend class ConnectionPool;
    Lease(ConnectionPool& pool, std::unique_lock<std::mutex> writing);
    ConnectionPool& pool_;
    std::unique_lock<std::mutex> writing_;
    std::unique_ptr<Database> database_;
  };

  ConnectionPool(std::filesystem::path path, Database::Mode mode);

  bool writable() const { return mode_ == Database::Mode::write; }
  const std::filesystem::path& path() const { return path_; }
  Lease reader() { return {*this, {}}; }
  Lease writer();  // Error{no_permission} if the pool was opened for reading

 private:
  const std::filesystem::path path_;
  const Database::Mode mode_;
  std::mutex writing_;  // held by the writer's lease
  Mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_ LT_GUARDED_BY(mutex_);
};

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_CONNECTION_POOL_H_
