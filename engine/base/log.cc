#include "engine/base/log.h"

#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <array>
#include <map>
#include <memory>
#include <string>

#include "engine/base/file.h"
#include "engine/base/thread_annotations.h"
#include "kernels/error.h"

namespace longtake {

namespace {

// The loggers of the process: the one thing that lives as long as it, made at first use and never
// destroyed, so that threads may log while the program ends.
class Logs {
 public:
  static Logs& instance() {
    static Logs& logs = *std::make_unique<Logs>().release();
    return logs;
  }

  Logs() : sink_(std::make_shared<spdlog::sinks::dist_sink_mt>()) {
    sink_->add_sink(std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    sink_->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %n: %v");
  }

  spdlog::logger& of(std::string_view room) {
    MutexLock lock(mutex_);
    auto found = loggers_.find(room);
    if (found == loggers_.end()) {
      auto logger = std::make_unique<spdlog::logger>(std::string(room), sink_);
      logger->set_level(level_);
      logger->flush_on(spdlog::level::warn);
      found = loggers_.emplace(std::string(room), std::move(logger)).first;
    }
    return *found->second;
  }

  void set_level(spdlog::level::level_enum level) {
    MutexLock lock(mutex_);
    level_ = level;
    for (auto& [room, logger] : loggers_) logger->set_level(level);
  }

  void add_sink(spdlog::sink_ptr sink) {
    sink->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %n [%t]: %v");
    sink_->add_sink(std::move(sink));
  }

 private:
  const std::shared_ptr<spdlog::sinks::dist_sink_mt> sink_;  // has its own lock
  Mutex mutex_;
  spdlog::level::level_enum level_ LT_GUARDED_BY(mutex_) = spdlog::level::warn;
  std::map<std::string, std::unique_ptr<spdlog::logger>, std::less<>> loggers_
      LT_GUARDED_BY(mutex_);
};

}  // namespace

spdlog::logger& log(std::string_view room) {
  return Logs::instance().of(room);
}

bool set_log_level(std::string_view level) {
  struct Word {
    std::string_view word;
    spdlog::level::level_enum level;
  };
  constexpr std::array<Word, 6> kWords{{{"trace", spdlog::level::trace},
                                        {"debug", spdlog::level::debug},
                                        {"info", spdlog::level::info},
                                        {"warn", spdlog::level::warn},
                                        {"error", spdlog::level::err},
                                        {"off", spdlog::level::off}}};
  for (const Word& known : kWords) {
    if (known.word != level) continue;
    Logs::instance().set_level(known.level);
    return true;
  }
  return false;
}

void log_to_file(const std::filesystem::path& path) {
  constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
  make_directories(path.parent_path());
  File::open(path, File::Mode::create);  // says what is wrong in the words of every other file
  try {
    Logs::instance().add_sink(
        std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path.string(), kMaxBytes, 1));
  } catch (const spdlog::spdlog_ex& error) {
    throw Error(ErrorCode::io_error, path.string() + ": cannot write the log: " + error.what(),
                "Choose another place for the log.");
  }
}

}  // namespace longtake
