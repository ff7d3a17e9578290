// longtake-cli: the engine from a terminal or a script. `longtake-cli --help` is the manual;
// results go to stdout, progress and errors to stderr.
#include <sstream>

#include "app/cli/context.h"
#include "app/process.h"

namespace {

using namespace longtake;

// Parses the arguments and so runs the command; returns the exit code.
int run(CLI::App& app, const cli::Context& context, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return context.interrupted() ? 130 : 0;
  } catch (const CLI::RuntimeError&) {
    throw;  // also a ParseError, but of a command that has said everything itself
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      std::ostringstream help;
      app.exit(error, help);
      cli::write_out(help.str());
      return 0;
    }
    if (!context.json()) {
      app.exit(error);
      return 2;
    }
    throw Error(ErrorCode::bad_argument, error.what(), "See longtake-cli --help.");
  }
}

}  // namespace

int main(int argc, char** argv) {
  allow_many_files();
  CLI::App app("Longtake: ask questions of videos, from a memory that stays.", "longtake-cli");
  app.set_version_flag("--version", version());
  app.require_subcommand(1);
  cli::Context context;
  cli::add_watch_and_ask(app, context);
  cli::add_catalogue_commands(app, context);
  cli::add_export_commands(app, context);
  cli::add_frames_command(app, context);
  cli::add_models_commands(app, context);
  cli::add_bench_command(app, context);
  try {
    return run(app, context, argc, argv);
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const Error& error) {
    cli::print_error(error, context.json());
    return cli::exit_code(error.code());
  } catch (const std::exception& error) {
    cli::print_error(Error(ErrorCode::internal, error.what(), "This is a bug: please report it."),
                     context.json());
    return 1;
  }
}
