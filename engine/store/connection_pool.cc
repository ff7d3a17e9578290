#include "engine/store/connection_pool.h"

#include <utility>

#include "kernels/error.h"

namespace longtake::store {

ConnectionPool::ConnectionPool(std::filesystem::path path, Database::Mode mode)
    : path_(std::move(path)), mode_(mode) {}

ConnectionPool::Lease ConnectionPool::writer() {
  if (!writable()) {
    throw Error(ErrorCode::no_permission, path_.string() + ": the library is open for reading only",
                "Close the other Longtake that is using it, then try again.");
  }
  return {*this, std::unique_lock(writing_)};
}

ConnectionPool::Lease::Lease(ConnectionPool& pool, std::unique_lock<std::mutex> writing)
    : pool_(pool), writing_(std::move(writing)) {
  {
    MutexLock lock(pool_.mutex_);
    if (!pool_.idle_.empty()) {
      database_ = std::move(pool_.idle_.back());
      pool_.idle_.pop_back();
    }
  }
  if (database_ == nullptr) database_ = std::make_unique<Database>(pool_.path_, pool_.mode_);
}

ConnectionPool::Lease::~Lease() {
  MutexLock lock(pool_.mutex_);
  pool_.idle_.push_back(std::move(database_));
}

}  // namespace longtake::store
