#include "app/cli/context.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "app/paths.h"
#include "engine/base/log.h"
#include "engine/session/device_choice.h"

namespace longtake::cli {

namespace {

// With another process that has the library: most commands hold it for a moment only.
constexpr std::chrono::seconds kPatience(3);
// Of what can also be done without it, should that process be watching a video.
constexpr std::chrono::seconds kLittlePatience(1);

std::atomic<int> interrupts = 0;

std::string json_text(const Json& object) {
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string> names_of(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

void on_interrupt(int /*signal*/) {
  if (++interrupts > 1) _exit(130);
}

}  // namespace

void Context::add_common_options(CLI::App& command) {
  command.add_option("--library", library_, "Folder of the library")->type_name("DIR");
  command.add_option("--model", model_, "Folder of a model, or nano")->type_name("DIR|nano");
  command.add_option("--device", device_, "Where to compute")
      ->check(CLI::IsMember(names_of(session::kDeviceNames)));
  command.add_option("--weights", weights_, "How to keep the model's weights")
      ->check(CLI::IsMember(names_of(session::kWeightFormatNames)));
  command.add_flag("--json", json_, "One JSON object on stdout");
  command.add_flag("--quiet", quiet_, "No progress on stderr");
  command
      .add_option_function<std::string>(
          "--log-level",
          [](const std::string& level) {
            if (!set_log_level(level)) throw CLI::ValidationError("--log-level", level);
          },
          "trace, debug, info, warn, error or off")
      ->type_name("L");
}

std::filesystem::path Context::embedded_model() {
  return resources_folder() / "nano/model";
}

std::filesystem::path Context::model_named(const std::string& name) {
  if (name.empty()) {
    throw Error(ErrorCode::bad_argument, "There is no name for the model",
                "Name the folder that holds its config.json, tokenizer.json and weights, or nano.");
  }
  return name == "nano" ? embedded_model() : std::filesystem::path(name);
}

EngineOptions Context::engine_options() const {
  EngineOptions options;
  options.library = library_.empty() ? default_library() : std::filesystem::path(library_);
  options.model = model_folder();
  options.device = session::device_named(device_);
  options.weights = session::weight_format_named(weights_);
  return options;
}

Engine& Context::engine() {
  if (engine_ == nullptr) {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    engine_ = open_engine();
  }
  return *engine_;
}

void Context::only_read(std::string why) {
  kept_from_writing_ = std::move(why);
  engine_.reset();
  EngineOptions reading = engine_options();
  reading.read_only = true;
  engine_ = open_patiently(reading, kPatience);
}

std::unique_ptr<Engine> Context::open_engine() {
  EngineOptions options = engine_options();
  EngineOptions reading = options;
  reading.read_only = true;
  const auto exists = [&] {
    std::error_code unknown;  // opening says why
    return std::filesystem::exists(options.library / "library.db", unknown);
  };
  // Whoever adds nothing makes a library only in the place of his own: another name may be mistyped.
  const bool named_in_vain = needs_ != Needs::writing && !library_.empty() && !exists();
  if (named_in_vain || (needs_ == Needs::reading && exists())) {
    try {
      return open_patiently(reading, kPatience);
    } catch (const Error& error) {
      // An older version's, or one that was never finished: opening it for writing cures both.
      if (error.code() != ErrorCode::unsupported && error.code() != ErrorCode::busy) throw;
    }
  }
  if (needs_ != Needs::writing_if_possible) return open_patiently(options, kPatience);
  try {
    return open_patiently(options, kLittlePatience);
  } catch (const Error& error) {
    const bool writing_alone = error.code() == ErrorCode::busy ||
                               error.code() == ErrorCode::disk_full ||
                               error.code() == ErrorCode::no_permission;
    if (!writing_alone || !exists()) throw;  // whoever is busy with it may have made it meanwhile
    kept_from_writing_ = error.message();
  }
  return open_patiently(reading, kPatience);
}

std::unique_ptr<Engine> Context::open_patiently(const EngineOptions& options,
                                                std::chrono::milliseconds patience) const {
  for (const auto deadline = std::chrono::steady_clock::now() + patience;;) {
    try {
      return std::make_unique<Engine>(options);
    } catch (const Error& error) {
      const bool waited = std::chrono::steady_clock::now() >= deadline;
      if (error.code() != ErrorCode::busy || waited) throw;
      if (interrupted()) throw Error(ErrorCode::cancelled, "Stopped while waiting: " + error.message());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

bool Context::interrupted() const {
  return interrupts > 0;
}

Event Context::wait(Command command, const std::function<void(const Event&)>& on_event) {
  const RequestId request = engine().send(std::move(command));
  bool cancelled = false;
  while (true) {
    std::optional<Event> event = engine().wait_event(std::chrono::milliseconds(100));
    if (interrupted() && !cancelled) {
      cancelled = true;
      engine().send(CancelRequest{request});
    }
    if (event && std::holds_alternative<EngineNotice>(event->body)) {
      const auto& notice = std::get<EngineNotice>(event->body);
      progress(notice.message + ". " + notice.hint, true);
    }
    if (!event || event->request != request) continue;
    if (const auto* failed = std::get_if<RequestFailed>(&event->body)) {
      throw Error(failed->code, failed->message, failed->hint);
    }
    if (ends_request(*event)) return std::move(*event);
    if (on_event) on_event(*event);
  }
}

store::Video Context::find_video(const std::string& text) {
  return call<VideoAdded>(FindVideo{text}).video;
}

void Context::print(const Json& object, const std::string& text) const {
  write_out(json_ ? json_text(object) : text);
}

void Context::progress(const std::string& line, bool last) const {
  if (quiet_) return;
  if (isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr, "\r\033[K%s%s", line.c_str(), last ? "\n" : "");
  } else if (last) {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_argument:
      return 2;
    case ErrorCode::not_found:
      return 3;
    case ErrorCode::corrupt_data:
      return 4;
    case ErrorCode::cancelled:
      return 130;
    default:
      return 1;
  }
}

void write_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return;
  }
  if (errno == EPIPE) throw CLI::RuntimeError(128 + SIGPIPE);  // as where the signal ends it
  throw Error(errno == ENOSPC ? ErrorCode::disk_full : ErrorCode::io_error,
              std::string("The result could not be written to stdout: ") + std::strerror(errno),
              "Write it to a place that has room for it.");
}

Json error_json(const store::Failure& failure) {
  return {{"code", error_code_name(failure.code)},
          {"message", failure.message},
          {"hint", failure.hint}};
}

void print_error(const Error& error, bool json) {
  if (json && std::ferror(stdout) == 0) {
    const std::string text = json_text({{"error", error_json(failure(error))}});
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (std::fflush(stdout) == 0) return;
  }
  std::cerr << "longtake-cli: " << error.message() << "\n";
  if (!error.hint().empty()) std::cerr << "  " << error.hint() << "\n";
}

std::string format_bytes(std::int64_t bytes) {
  const char* const units[] = {"bytes", "KB", "MB", "GB", "TB"};
  double amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (amount >= 1000 && unit < 4) {
    amount /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 || amount >= 100 ? "%.0f %s" : "%.1f %s", amount,
                units[unit]);
  return text;
}

std::string format_ranges(const std::vector<TimeRange>& ranges) {
  // Where only keyframes were looked at, every one is a range of its own: hundreds in an hour.
  constexpr std::size_t kMostSpelled = 4;
  const auto text = [](Micros begin, Micros end) {
    return format_time(begin) + "-" + format_time(end);
  };
  if (ranges.size() > kMostSpelled) {
    return text(ranges.front().begin, ranges.back().end) + " (" + std::to_string(ranges.size()) +
           " parts of it)";
  }
  std::string all;
  for (const TimeRange& range : ranges) {
    all += (all.empty() ? "" : " ") + text(range.begin, range.end);
  }
  return all;
}

}  // namespace longtake::cli
