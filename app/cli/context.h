// Declares Context: what every command of longtake-cli shares: the common options, the engine
// opened on demand, output as text or as one JSON object, and waiting for a request with Ctrl+C.
//
// Thread rule: the main thread. Lifetime rule: lives for one run of the program.
#ifndef LONGTAKE_APP_CLI_CONTEXT_H_
#define LONGTAKE_APP_CLI_CONTEXT_H_

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "kernels/error.h"

namespace longtake::cli {

using Json = nlohmann::ordered_json;

class Context {
 public:
  // The options that every command takes.
  void add_common_options(CLI::App& command);

  bool json() const { return json_; }
  static std::filesystem::path embedded_model();
  // Of a model as it is named: a folder, or nano; Error{bad_argument} for no name.
  static std::filesystem::path model_named(const std::string& name);
  std::filesystem::path model_folder() const { return model_named(model_); }
  void set_model(const std::string& folder) { model_ = folder; }
  EngineOptions engine_options() const;
  // What a command does to the library, told before the engine is first used. Only one process
  // writes at a time; readers get in its way as little as it in theirs.
  enum class Needs : std::uint8_t { reading, writing_if_possible, writing };
  void set_needs(Needs needs) { needs_ = needs; }
  // Why the library is only read where writing would have been possible; empty: it is written.
  const std::string& kept_from_writing() const { return kept_from_writing_; }
  // From here on, for a reason that kept_from_writing() then gives.
  void only_read(std::string why);
  Engine& engine();

  // Sends a command and waits for the event that ends it; a RequestFailed becomes an Error.
  // on_event, if given, sees the events before that. Ctrl+C cancels the request; a second one ends
  // the program.
  template <typename Result>
  Result call(Command command, const std::function<void(const Event&)>& on_event = {}) {
    return std::get<Result>(wait(std::move(command), on_event).body);
  }
  bool interrupted() const;  // Ctrl+C was pressed

  store::Video find_video(const std::string& text);

  // Results go to stdout: the object with --json, else the text; throws as write_out() does.
  void print(const Json& object, const std::string& text) const;
  // Progress goes to stderr, rewriting one line on a terminal; nothing with --quiet.
  void progress(const std::string& line, bool last) const;

 private:
  std::unique_ptr<Engine> open_engine();
  std::unique_ptr<Engine> open_patiently(const EngineOptions& options,
                                         std::chrono::milliseconds patience) const;
  Event wait(Command command, const std::function<void(const Event&)>& on_event);

  std::string library_;
  std::string model_ = "nano";
  std::string device_ = "auto";
  std::string weights_ = "auto";
  bool json_ = false;
  bool quiet_ = false;
  Needs needs_ = Needs::writing;
  std::string kept_from_writing_;
  std::unique_ptr<Engine> engine_;
};

// The process's exit code for an error: 1 failed, 2 bad usage, 3 not found, 4 corrupt data, 130
// interrupted.
int exit_code(ErrorCode code);
// Writes to stdout at once. Throws Error if it takes less, so that a full disk does not look like
// success; CLI::RuntimeError, which says nothing more, if whoever read it has gone (`| head`).
void write_out(std::string_view text);
// {"code", "message", "hint"}
Json error_json(const store::Failure& failure);
// Prints an error to stderr, or as {"error": {...}} to stdout as long as that takes anything.
void print_error(const Error& error, bool json);
// "640 KB", "3.2 MB": decimal units, as disks are sold.
std::string format_bytes(std::int64_t bytes);
// "0:00.0-20.0 1:00.0-1:10.0"; of many ranges how far they reach and how many they are.
std::string format_ranges(const std::vector<TimeRange>& ranges);

// Each adds its commands; the chosen one is run by CLI11's callback.
void add_watch_and_ask(CLI::App& app, Context& context);
void add_catalogue_commands(CLI::App& app, Context& context);
void add_export_commands(CLI::App& app, Context& context);
void add_frames_command(CLI::App& app, Context& context);
void add_models_commands(CLI::App& app, Context& context);
void add_bench_command(CLI::App& app, Context& context);

}  // namespace longtake::cli

#endif  // LONGTAKE_APP_CLI_CONTEXT_H_
