// export, clip: what is known about a video in the formats of other programs, and parts of the
// video itself.
#include "app/cli/context.h"

namespace longtake::cli {

namespace {

struct ExportArguments {
  std::string video;
  std::string format;
  std::string language = "en";
  std::string output;
  std::string what = "all";
  bool accepted = false;
  std::string rate;
  std::string start_timecode;
  bool no_pictures = false;
  std::string separator = ",";
  bool byte_order_mark = false;
  std::vector<std::int64_t> conversations;
};

struct ClipArguments {
  std::string video;
  std::string range;
  std::string output;
  bool exact = false;
};

std::string format_names() {
  std::string names;
  for (int i = 0; i < report::kFormats; ++i) {
    names +=
        (i > 0 ? " " : "") + std::string(report::format_facts(static_cast<report::Format>(i)).name);
  }
  return names;
}

std::vector<std::string> language_codes() {
  std::vector<std::string> codes;
  for (int i = 0; i < report::kLanguages; ++i) {
    codes.emplace_back(report::language_facts(static_cast<report::Language>(i)).code);
  }
  return codes;
}

// The one that was asked for, else the one that the file's name suggests.
report::Format choose_format(const ExportArguments& arguments) {
  if (!arguments.format.empty()) {
    if (const auto format = report::format_named(arguments.format)) return *format;
    throw Error(ErrorCode::bad_argument, "'" + arguments.format + "' is no export format",
                "Formats: " + format_names() + ".");
  }
  const std::string suffix = std::filesystem::path(arguments.output).extension().string();
  for (int i = 0; i < report::kFormats; ++i) {
    const auto format = static_cast<report::Format>(i);
    if (report::format_facts(format).suffix == suffix) return format;
  }
  throw Error(ErrorCode::bad_argument, "The name does not say which format is wanted",
              "Name it with --format: " + format_names() + ".");
}

report::ExportOptions options_from(const ExportArguments& arguments) {
  report::ExportOptions options;
  options.format = choose_format(arguments);
  options.language = report::language_named(arguments.language).value_or(options.language);
  options.citations = arguments.what != "markers";
  options.markers = arguments.what != "citations";
  options.accepted_only = arguments.accepted;
  options.pictures = !arguments.no_pictures;
  options.byte_order_mark = arguments.byte_order_mark;
  options.separator = arguments.separator == "tab" ? '\t' : arguments.separator.front();
  if (!arguments.rate.empty()) {
    options.frame_rate = report::parse_frame_rate(arguments.rate);
    if (!options.frame_rate) {
      throw Error(ErrorCode::bad_argument, "'" + arguments.rate + "' is no frame rate",
                  "Write it as 25, 30000/1001 or 29.97.");
    }
  }
  if (!arguments.start_timecode.empty()) options.start_timecode = arguments.start_timecode;
  return options;
}

// Where to write, for an engine that may have another folder than the shell.
std::string output_path(const std::string& path) {
  if (path.empty()) {
    throw Error(ErrorCode::bad_argument, "There is no name for the file",
                "Name it with -o, e.g. -o report.pdf.");
  }
  return std::filesystem::absolute(path).lexically_normal().string();
}

void print_written(Context& context, const Exported& exported) {
  auto notes = Json::array();
  std::string text = "Wrote " + exported.path + " (" + format_bytes(exported.size) + ").\n";
  for (const std::string& note : exported.notes) {
    notes.push_back(note);
    text += "  " + note + "\n";
  }
  context.print({{"path", exported.path}, {"size", exported.size}, {"notes", notes}}, text);
}

void export_video(Context& context, const ExportArguments& arguments) {
  const bool to_stdout = arguments.output == "-";
  if (to_stdout && context.json()) {
    throw Error(ErrorCode::bad_argument, "--json and -o - would both write to stdout",
                "Export to a file, or leave --json out.");
  }
  context.set_needs(Context::Needs::reading);
  Export command;
  command.options = options_from(arguments);
  command.video = context.find_video(arguments.video).id;
  command.conversations = arguments.conversations;
  if (!to_stdout) command.path = output_path(arguments.output);
  const auto exported = context.call<Exported>(std::move(command));
  if (!to_stdout) {
    print_written(context, exported);
    return;
  }
  if (exported.parts > 1) {
    throw Error(
        ErrorCode::bad_argument,
        "The export has " + std::to_string(exported.parts) + " files, and stdout has room for one",
        "Name a file with -o; the others are written beside it.");
  }
  for (const std::string& note : exported.notes) context.progress(note, true);
  write_out(exported.bytes);
}

void clip(Context& context, const ClipArguments& arguments) {
  const std::optional<TimeRange> range = parse_time_range(arguments.range);
  if (!range) {
    throw Error(ErrorCode::bad_argument, "'" + arguments.range + "' is not a time range",
                "Write it as 90-120 or 1:30-2:00.5.");
  }
  context.set_needs(Context::Needs::reading);
  ExportClip command;
  command.video = context.find_video(arguments.video).id;
  command.time = *range;
  command.path = output_path(arguments.output);
  command.reencode = arguments.exact;
  print_written(context, context.call<Exported>(std::move(command)));
}

}  // namespace

void add_export_commands(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("export", "Write answers and timeline for other programs");
  auto arguments = std::make_shared<ExportArguments>();
  context.add_common_options(*command);
  command->add_option("video", arguments->video, "Path, id or name")->required();
  command->add_option("--format", arguments->format, "One of " + format_names())->type_name("F");
  command->add_option("-o,--output", arguments->output, "File to write, - for stdout")->required();
  command->add_option("--language", arguments->language, "Of what people read in it (default: en)")
      ->check(CLI::IsMember(language_codes()));
  command->add_option("--what", arguments->what, "What to export")
      ->check(CLI::IsMember({"citations", "markers", "all"}));
  command->add_flag("--accepted", arguments->accepted, "Only citations that the analyst accepted");
  command->add_option("--rate", arguments->rate, "Count frames at this rate")->type_name("N/D");
  command
      ->add_option("--start-timecode", arguments->start_timecode,
                   "Of the first frame; HH:MM:SS;FF for drop-frame")
      ->type_name("TC");
  command->add_flag("--no-pictures", arguments->no_pictures, "Without pictures (md, html, pdf)");
  command->add_option("--separator", arguments->separator, "Between the columns of CSV")
      ->check(CLI::IsMember({",", ";", "tab", "|"}));
  command->add_flag("--bom", arguments->byte_order_mark, "With a byte order mark (csv, srt)");
  command->add_option("--conversation", arguments->conversations, "Only this one; may be repeated")
      ->allow_extra_args(false)  // what comes next may be the video
      ->type_name("ID");
  command->callback([&context, arguments] { export_video(context, *arguments); });

  command = app.add_subcommand("clip", "Write a part of a video as a file");
  auto clip_arguments = std::make_shared<ClipArguments>();
  context.add_common_options(*command);
  command->add_option("video", clip_arguments->video, "Path, id or name")->required();
  command->add_option("--range", clip_arguments->range, "From where to where")
      ->required()
      ->type_name("A-B");
  command
      ->add_option("-o,--output", clip_arguments->output,
                   "File to write; its suffix names the container")
      ->required();
  command->add_flag("--exact", clip_arguments->exact,
                    "Encode anew, to begin and end exactly there");
  command->callback([&context, clip_arguments] { clip(context, *clip_arguments); });
}

}  // namespace longtake::cli
