// bench: how fast this machine is with a model, each number beside the limit that bounds it; with
// --eval, how well the model answers from its memory.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <set>
#include <sstream>

#include "app/cli/context.h"
#include "engine/session/bench.h"
#include "engine/session/evaluate.h"

namespace longtake::cli {

namespace {

using session::BenchReport;
using session::EvaluationRow;
using session::Measurement;

// The bench needs no engine, so it listens for Ctrl+C itself; a second one ends the program at
// once.
std::atomic<bool> interrupted = false;
void on_interrupt(int signal) {
  if (interrupted.exchange(true)) std::signal(signal, SIG_DFL);
}

std::string number(double value) {
  char text[32];
  const char* form = value >= 1000 ? "%.0f" : value >= 10 ? "%.1f" : value >= 0.1 ? "%.2f" : "%.4f";
  std::snprintf(text, sizeof text, form, value);
  return text;
}

std::string percent(double share) {
  char text[32];
  const char* form = share >= 0.1 ? "%.0f %%" : "%.1f %%";
  std::snprintf(text, sizeof text, form, 100 * share);
  return text;
}

std::string padded(std::string text, std::size_t width, bool right = false) {
  if (text.size() < width) text.insert(right ? 0 : text.size(), width - text.size(), ' ');
  return text;
}

// Nano and the sample video lie in the same place.
std::filesystem::path sample_video(const std::filesystem::path& nano) {
  const std::filesystem::path sample = nano.parent_path().parent_path() / "sample" / "sample.mp4";
  std::error_code ignored;
  return std::filesystem::exists(sample, ignored) ? sample : std::filesystem::path();
}

Json machine_json(const session::Machine& machine) {
  return {{"cpu", machine.cpu},
          {"cores", machine.cores},
          {"memory_bytes", machine.memory_bytes},
          {"system", machine.system},
          {"compiler", machine.compiler},
          {"longtake", version()},
          {"date_utc", machine.date}};
}

std::string machine_text(const session::Machine& machine) {
  return "longtake " + version() + ", " + machine.date + " UTC\n" + machine.cpu + ", " +
         std::to_string(machine.cores) + (machine.cores == 1 ? " core, " : " cores, ") +
         format_bytes(machine.memory_bytes) + " of memory; " + machine.system + "; " +
         machine.compiler + "\n";
}

// --- How fast ------------------------------------------------------------------------

Json bench_json(const BenchReport& report) {
  Json measurements = Json::object();
  for (const Measurement& measurement : report.measurements) {
    Json entry = {{"value", measurement.value}, {"unit", measurement.unit}};
    if (measurement.limit != session::Limit::none) {
      entry["limit"] = session::limit_name(measurement.limit);
      entry["share"] = measurement.share;
    }
    if (!measurement.note.empty()) entry["note"] = measurement.note;
    measurements[measurement.key] = std::move(entry);
  }
  Json machine = machine_json(report.machine);
  machine["device"] = report.device;
  machine["other_cores"] = report.other_cores;
  machine["shared"] = report.other_cores >= session::kSharedCores;
  return {{"machine", machine},
          {"model",
           {{"name", report.model.name},
            {"parameters", report.model.parameters},
            {"weights", report.weights}}},
          {"video", report.video},
          {"quick", report.quick},
          {"limits",
           {{"gemm_gflops", report.limits.gemm_flops / 1e9},
            {"memory_read_gb_per_s", report.limits.memory_read / 1e9},
            {"disk_write_mb_per_s", report.limits.disk_write / 1e6},
            {"disk_read_mb_per_s", report.limits.disk_read / 1e6},
            {"disk_random_reads_per_s", report.limits.disk_random},
            {"decoder_frames_per_s", report.limits.decoder}}},
          {"measurements", measurements}};
}

std::string bench_text(const BenchReport& report) {
  std::string text = machine_text(report.machine);
  text += "device: " + report.device + "\n";
  text += "model: " + report.model.name + ", " +
          number(static_cast<double>(report.model.parameters) / 1e6) + " M parameters, weights " +
          report.weights + "\n";
  text += "video: " + report.video + "\n";
  if (report.other_cores >= session::kSharedCores) {
    text += "SHARED: other programs used " + number(report.other_cores) +
            " cores meanwhile; on a quiet machine the numbers are better\n";
  }
  if (report.quick) text += "quick: few runs; do not compare with numbers of a full bench\n";

  text += "\nlimits\n";
  const auto limit = [&](const char* name, double value, const char* unit) {
    text += "  " + padded(name, 32) + padded(number(value), 12, true) + " " + unit + "\n";
  };
  limit("gemm", report.limits.gemm_flops / 1e9, ("GFLOP/s in " + report.weights).c_str());
  limit("memory", report.limits.memory_read / 1e9, "GB/s");
  limit("disk_write", report.limits.disk_write / 1e6, "MB/s");
  limit("disk_read", report.limits.disk_read / 1e6, "MB/s");
  limit("disk_random", report.limits.disk_random, "reads of 4 KiB/s");
  limit("decoder", report.limits.decoder, "frames/s");

  std::string group;
  for (const Measurement& measurement : report.measurements) {
    if (measurement.group != group) {
      group = measurement.group;
      text += "\n" + group + "\n";
    }
    std::string line = "  " + padded(measurement.name, 32) +
                       padded(number(measurement.value), 12, true) + " " +
                       padded(measurement.unit, 12);
    line += padded(measurement.limit == session::Limit::none
                       ? ""
                       : padded(percent(measurement.share), 7, true) + " of " +
                             session::limit_name(measurement.limit),
                   24);
    line += measurement.note;
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

// --- How well ------------------------------------------------------------------------

Json tally_json(const session::Tally& tally) {
  return {{"right", tally.right}, {"all", tally.all}, {"share", tally.share()}};
}

std::string cell(const session::Tally& tally) {
  return tally.all == 0 ? "-" : percent(tally.share()) + " of " + std::to_string(tally.all);
}

Json evaluation_json(const std::vector<EvaluationRow>& rows) {
  auto list = Json::array();
  for (const EvaluationRow& row : rows) {
    Json accuracy = Json::object();
    for (const auto& [type, tally] : row.accuracy) accuracy[type] = tally_json(tally);
    list.push_back({{"name", row.name},
                    {"length_s", to_seconds(row.length)},
                    {"scenes", row.scenes},
                    {"accuracy", accuracy},
                    {"answered", tally_json(row.answered)},
                    {"two_hop", tally_json(row.two_hop)},
                    {"recalled", tally_json(row.recalled)},
                    {"cited", tally_json(row.cited)},
                    {"cited_any", tally_json(row.cited_any)},
                    {"refused", tally_json(row.refused)},
                    {"refused_wrongly", tally_json(row.refused_wrongly)}});
  }
  return list;
}

using Table = std::vector<std::vector<std::string>>;  // the first line is the head

std::string markdown(const Table& table) {
  std::string text;
  for (std::size_t line = 0; line < table.size(); ++line) {
    for (std::size_t column = 0; column < table[line].size(); ++column) {
      std::size_t width = 0;
      for (const auto& other : table) width = std::max(width, other[column].size());
      text += "| " + padded(table[line][column], width) + " ";
    }
    text += "|\n";
    if (line > 0) continue;
    for (std::size_t column = 0; column < table[line].size(); ++column) text += "|---";
    text += "|\n";
  }
  return text;
}

// Two tables, of the lengths by what became of the questions and by types of questions.
std::string evaluation_text(const std::vector<EvaluationRow>& rows) {
  std::set<std::string> types;
  for (const EvaluationRow& row : rows) {
    for (const auto& [type, tally] : row.accuracy) types.insert(type);
  }
  Table summary = {{"footage", "scenes", "all but two-hop", "two-hop", "recall@budget",
                    "cited first", "cited at all", "refused rightly", "refused wrongly"}};
  Table by_type = {{"footage"}};
  by_type[0].insert(by_type[0].end(), types.begin(), types.end());
  for (const EvaluationRow& row : rows) {
    std::vector<std::string>& sums = summary.emplace_back();
    sums = {row.name, std::to_string(row.scenes)};
    for (const session::Tally& tally : {row.answered, row.two_hop, row.recalled, row.cited,
                                        row.cited_any, row.refused, row.refused_wrongly}) {
      sums.push_back(cell(tally));
    }
    std::vector<std::string>& line = by_type.emplace_back();
    line = {row.name};
    for (const std::string& type : types) {
      const auto tally = row.accuracy.find(type);
      line.push_back(tally == row.accuracy.end() ? "-" : cell(tally->second));
    }
  }
  return markdown(summary) + "\nRight answers by type of question:\n\n" + markdown(by_type);
}

// --- The command ---------------------------------------------------------------------

struct BenchArguments {
  std::string random;
  std::string hours;
  std::string video;
  bool quick = false;
  bool evaluate = false;
  int scenes = 0;
};

std::vector<double> parse_hours(const std::string& text) {
  std::vector<double> hours;
  std::istringstream list(text);
  for (std::string item; std::getline(list, item, ',');) {
    std::size_t used = 0;
    double value = 0;
    try {
      value = std::stod(item, &used);
    } catch (const std::logic_error&) {
      used = 0;
    }
    // Ten thousand hours are more than a year: the index of synthetic keys must still fit on the
    // disk.
    if (used == 0 || used != item.size() || !(value > 0) || value > 10'000) {
      throw Error(ErrorCode::bad_argument, "--hours " + text + " is not a list of lengths",
                  "Write hours with commas between them, e.g. 1,10,100.");
    }
    hours.push_back(value);
  }
  return hours;
}

void evaluate(Context& context, const BenchArguments& arguments) {
  if (!arguments.random.empty()) {
    throw Error(ErrorCode::bad_argument, "--eval asks for answers, and --random has none to give",
                "Leave one of them out.");
  }
  session::EvaluateOptions options;
  if (arguments.quick) {
    options.context_scenes = 8;
    options.lengths = {{600 * kMicrosPerSecond, 1}};
    options.questions = 20;
  }
  if (arguments.scenes > 0) {
    // Of the long ones as many in proportion, and one of each at least.
    for (auto& [length, scenes] : options.lengths) {
      scenes = std::max(1, scenes * arguments.scenes / options.context_scenes);
    }
    options.context_scenes = arguments.scenes;
  }
  context.progress("loading the model", false);
  session::Runtime runtime(runtime_options(context.engine_options()));
  context.progress(runtime.model().info().name + ": answering questions about synthetic footage",
                   false);
  const std::vector<EvaluationRow> rows =
      session::evaluate(runtime, options, [] { return interrupted.load(); });
  context.progress("", false);
  const session::Machine machine = session::describe_machine();
  const model::ModelInfo& info = runtime.model().info();
  std::string text = machine_text(machine) + "model: " + info.name + ", " + info.fingerprint +
                     (runtime.calibration().measured() ? ", calibrated" : ", not calibrated") +
                     "\n\n" + evaluation_text(rows);
  context.print({{"machine", machine_json(machine)},
                 {"model",
                  {{"name", info.name},
                   {"fingerprint", info.fingerprint},
                   {"calibrated", runtime.calibration().measured()}}},
                 {"quick", arguments.quick},
                 {"rows", evaluation_json(rows)}},
                text);
}

void measure(Context& context, const BenchArguments& arguments) {
  session::BenchOptions options;
  options.runtime = runtime_options(context.engine_options());
  options.library = context.engine_options().library;
  options.quick = arguments.quick;
  if (arguments.quick) options.hours = {1, 10};
  if (!arguments.hours.empty()) options.hours = parse_hours(arguments.hours);
  if (!arguments.random.empty()) {
    options.random = session::random_model(arguments.random);
    if (!options.random) {
      throw Error(ErrorCode::bad_argument, "--random " + arguments.random + " is not a known size",
                  "Write 0.5b or 7b.");
    }
  }
  options.video = arguments.video;
  if (arguments.video.empty()) {
    Context nano;
    options.video = sample_video(nano.model_folder());
  }
  const BenchReport report = session::bench(
      options, [&](const std::string& what) { context.progress("bench: " + what, false); },
      [] { return interrupted.load(); });
  context.progress("bench: done", true);
  context.print(bench_json(report), bench_text(report));
}

}  // namespace

void add_bench_command(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("bench", "Measure this machine with a model; with --eval, the model");
  auto arguments = std::make_shared<BenchArguments>();
  context.add_common_options(*command);
  command
      ->add_option("--random", arguments->random,
                   "Measure a model of this size with random weights (0.5b, 7b)")
      ->type_name("SIZE");
  command->add_option("--hours", arguments->hours, "Lengths of memories to look through: 1,10,100")
      ->type_name("H,H,...");
  command->add_option("--video", arguments->video, "The video to decode and watch")
      ->type_name("FILE");
  command->add_flag("--quick", arguments->quick, "Less of everything");
  command->add_flag("--eval", arguments->evaluate,
                    "Measure answers instead: accuracy, recall, citations, refusals");
  command->add_option("--scenes", arguments->scenes, "Short scenes to ask about with --eval")
      ->check(CLI::Range(1, 10'000));
  command->callback([&context, arguments] {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    if (arguments->evaluate) {
      evaluate(context, *arguments);
    } else {
      measure(context, *arguments);
    }
  });
}

}  // namespace longtake::cli
